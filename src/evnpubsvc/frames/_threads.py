"""Threads that work ahead of the one that puts things in order.

Polars and numpy release the interpreter lock, so most of a count runs on all cores. What depends on
the order of the rows (findings, codes that come again, rows of the slow lane) is done by the
calling thread, piece after piece.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from evnpubsvc.errors import MisuseError

T = TypeVar("T")
R = TypeVar("R")

_MOST: Final = 16  # more threads than the calling one can keep busy
_CGROUP: Final = Path("/sys/fs/cgroup")


def threads_of(asked: int | None) -> int:
    """Return how many threads count: as many as asked for, else one for each core there is.

    Raises:
        MisuseError: `threads-wrong`.
    """
    if asked is None:
        return min(_cores(), _MOST)
    if type(asked) is not int or asked < 1:
        raise MisuseError("threads-wrong", asked)
    return asked


def _cores(cgroup: Path = _CGROUP) -> int:
    """How many cores this process may use, by its affinity and by the quota of its container."""
    if sys.platform == "linux":
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    quota = _quota(cgroup)
    if quota is not None:
        cores = min(cores, quota)
    return max(cores, 1)


def _quota(cgroup: Path) -> int | None:
    """Whole cores that a control group (Linux, either version) grants; None where it sets none."""
    with suppress(OSError, ValueError):
        most, period = (cgroup / "cpu.max").read_text("ascii").split()
        if most != "max":
            return int(most) // int(period)
    with suppress(OSError, ValueError):
        most = (cgroup / "cpu" / "cpu.cfs_quota_us").read_text("ascii")
        period = (cgroup / "cpu" / "cpu.cfs_period_us").read_text("ascii")
        if int(most) > 0:
            return int(most) // int(period)
    return None


class Workers:
    """Threads that take work; results come back in the order in which the work was given.

    Attributes:
        ahead: how much work may wait for the calling thread, which bounds the memory.
    """

    def __init__(self, pool: ThreadPoolExecutor, threads: int) -> None:
        self._pool = pool
        self.ahead = threads + 1

    def begin(self, work: Callable[[T], R], item: T) -> Future[R]:
        """Begin some work."""
        return self._pool.submit(work, item)

    def in_order(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield what the work makes of each item, in the order of the items."""
        begun: deque[Future[R]] = deque()
        for item in items:
            begun.append(self.begin(work, item))
            if len(begun) > self.ahead:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


@contextmanager
def working(threads: int) -> Generator[Workers]:
    """Give workers, which stop when the block ends: after an error too, and after an interrupt."""
    pool = ThreadPoolExecutor(threads, "evnpubsvc-frames")
    try:
        yield Workers(pool, threads)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
