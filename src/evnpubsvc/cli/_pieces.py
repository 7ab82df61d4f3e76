"""The dossiers of a register checked piece by piece, a large file by several processes.

What is kept of a dossier is what is found about it, its code and its links: memory does not grow
with histories. The pieces come in the order of the file, whoever checked them.
"""

from __future__ import annotations

import os
import signal
import stat
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from evnpubsvc._cores import count_cores
from evnpubsvc.cli._catalogues import Limits
from evnpubsvc.deadlines import CountingRules
from evnpubsvc.dossiers import Dossier, TimelinessPolicy, TransitionalRule, rule
from evnpubsvc.dossiers.parts import Checker, RuleContext
from evnpubsvc.findings import Finding
from evnpubsvc.serde.parts import LineRange, cut_lines, read_dossiers_of

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from evnpubsvc.statistics import Where

_PIECE: Final = 1 << 20  # bytes of a file that are checked at once
_SMALL: Final = 4 << 20  # a file up to this is read before other processes have begun
_MOST: Final = 16  # more processes than the calling one can keep busy
_DOSSIERS: Final = 2_000  # of a piece of what is no file of lines


class Task(NamedTuple):
    """What a register is checked for: what other processes are told.

    Attributes:
        as_of: the day or instant of judgement.
        keys: the rules to run.
        counting: how due dates are counted.
        policy: how timeliness is judged.
        transitional: which one-stop rules hold across their change, if that is said.
        zone: the time zone of days.
        catalogue: a file of procedures; None for the packaged ones.
        wheres: the values of the dossiers that are checked; all are without any.
    """

    as_of: date
    keys: tuple[str, ...]
    counting: CountingRules
    policy: TimelinessPolicy
    transitional: TransitionalRule | None
    zone: tzinfo
    catalogue: Path | None
    wheres: tuple[Where, ...]


class Piece(NamedTuple):
    """What is found in some dossiers that follow each other.

    Attributes:
        found: findings about lines and dossiers, in order.
        codes: the codes of the dossiers.
        linked: what dossiers wait for, by their places in the piece.
        outside: the places of those that are not checked, by their values.
        names: the dimensions that the dossiers have, where values are asked for.
        said: the values that they have of each one asked for.
        goes_on: whether lines after the piece are to be read too.
    """

    found: list[Finding]
    codes: list[str]
    linked: dict[int, tuple[str, ...]]
    outside: list[int]
    names: dict[str, None]
    said: list[set[str | None]]
    goes_on: bool


class _Desk:
    """Where the dossiers of a task are checked."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._limits = Limits(task.catalogue)
        asked = tuple(map(rule, task.keys))
        given = task.as_of, task.counting, task.policy, None, task.zone, task.transitional
        self._checkers = {
            has_limits: Checker(asked, RuleContext(*given, catalogue))
            for has_limits, catalogue in ((True, self._limits.catalogue), (False, None))
        }

    def check(self, read: Iterable[Dossier | Finding]) -> Piece:
        """Check some dossiers."""
        task = self._task
        piece = Piece([], [], {}, [], {}, [set() for _ in task.wheres], goes_on=True)
        for each in read:
            if isinstance(each, Finding):
                piece.found.append(each)
                continue
            place = len(piece.codes)
            piece.codes.append(each.code)
            if each.linked:
                piece.linked[place] = each.linked
            if task.wheres and not _is_asked_for(each, task.wheres, piece):
                piece.outside.append(place)
                continue
            limits = self._limits.catalogue_for(each)
            own = self._checkers[limits is not None].check(each)
            piece.found.extend([one.at(each.code) for one in own])
        return piece

    def check_lines(self, path: str, lines: LineRange) -> Piece:
        """Check the dossiers of some lines of a file."""
        goes_on = True

        def read() -> Iterator[Dossier | Finding]:
            nonlocal goes_on
            goes_on = yield from read_dossiers_of(path, lines)

        piece = self.check(read())
        return piece._replace(goes_on=goes_on)


def _is_asked_for(dossier: Dossier, wheres: tuple[Where, ...], piece: Piece) -> bool:
    """Return whether a dossier has the values that are asked for, and note what it has."""
    from evnpubsvc.statistics.engine import values_of

    values = values_of(dossier)
    piece.names.update(dict.fromkeys(values))
    for each, said in zip(wheres, piece.said, strict=True):
        said.add(values.get(each.dimension))
    return all(values.get(each.dimension) in each.values for each in wheres)


# -- one after the other ---------------------------------------------------------------------------


def check_in_pieces(read: Iterable[Dossier | Finding], task: Task) -> Iterator[Piece]:
    """Yield what is found in dossiers that somebody reads, piece by piece."""
    desk, pending = _Desk(task), iter(read)
    while some := list(_take(pending, _DOSSIERS)):
        yield desk.check(some)


def _take(pending: Iterator[Dossier | Finding], count: int) -> Iterator[Dossier | Finding]:
    for _, each in zip(range(count), pending, strict=False):
        yield each


# -- by several processes --------------------------------------------------------------------------


def is_large(path: str) -> bool:
    """Return whether a file is worth while to be checked by several processes."""
    try:
        about = Path(path).stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(about.st_mode) and about.st_size > _SMALL and count_cores() > 1


def check_by_processes(
    path: str, task: Task, *, processes: int | None = None, size: int = _PIECE
) -> Iterator[Piece]:
    """Yield what is found in a file of dossiers, as JSON Lines, in the order of the file.

    Args:
        path: a file that can be read from any place.
        task: what it is checked for.
        processes: how many check; None for one on each core there is.
        size: the bytes of a piece.

    Raises:
        DataError: `file-unreadable`.
    """
    from concurrent.futures.process import BrokenProcessPool

    pieces = cut_lines(path, size)
    pending: deque[LineRange] = deque()
    with _working(path, task, processes or min(count_cores(), _MOST)) as pool:
        try:
            yield from _collect(pool, pieces, pending, 2 * (processes or count_cores()))
        except BrokenProcessPool:
            # The system ended a process: what is left is done here.
            desk = _Desk(task)
            for lines in (*pending, *pieces):
                piece = desk.check_lines(path, lines)
                yield piece
                if not piece.goes_on:
                    return


def _collect(
    pool: ProcessPoolExecutor,
    pieces: Iterator[LineRange],
    pending: deque[LineRange],
    ahead: int,
) -> Iterator[Piece]:
    """Yield what the processes find; what waits for its turn is bounded, and kept in `pending`."""
    begun: deque[Future[Piece]] = deque()
    for lines in pieces:
        pending.append(lines)
        begun.append(pool.submit(_check_lines, lines))
        if len(begun) <= ahead:
            continue
        piece = begun.popleft().result()
        pending.popleft()
        yield piece
        if not piece.goes_on:
            return
    while begun:
        piece = begun.popleft().result()
        pending.popleft()
        yield piece
        if not piece.goes_on:
            return


@contextmanager
def _working(path: str, task: Task, processes: int) -> Generator[ProcessPoolExecutor]:
    """Give processes, which end with the block: after an error too, and after an interrupt."""
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(processes, initializer=_begin, initargs=(path, task))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(path: str, task: Task) -> None:
    """Make a process ready: an interrupt is for the one that began it, whose end is its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    global _check_lines_here  # noqa: PLW0603 - of this process alone
    _check_lines_here = partial(_Desk(task).check_lines, path)


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


_check_lines_here: partial[Piece]


def _check_lines(lines: LineRange) -> Piece:
    return _check_lines_here(lines)
