"""Threads that work ahead of the one that puts things in order.

Polars and numpy release the interpreter lock, so most of a count runs on all cores. What depends on
the order of the rows (findings, codes that come again, rows of the slow lane) is done by the
calling thread, piece after piece.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, TypeVar

from evnpubsvc._cores import count_cores
from evnpubsvc.errors import MisuseError

T = TypeVar("T")
R = TypeVar("R")

_MOST: Final = 16  # more threads than the calling one can keep busy


def threads_of(asked: int | None) -> int:
    """Return how many threads count: as many as asked for, else one for each core there is.

    Raises:
        MisuseError: `threads-wrong`.
    """
    if asked is None:
        return min(count_cores(), _MOST)
    if type(asked) is not int or asked < 1:
        raise MisuseError("threads-wrong", asked)
    return asked


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
