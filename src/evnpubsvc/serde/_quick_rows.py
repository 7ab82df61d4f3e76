"""Rows of event logs that bring one event more of a case, and nothing else: read quickly.

Most rows of a log are such rows: case, activity and attributes were written so before, the time is
in order. They become events without being looked at again. Every other row is left to the plain
way, which also says what the texts mean that are looked up here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from evnpubsvc._records import frozen
from evnpubsvc.dossiers import EventKind
from evnpubsvc.serde._event_cases import Case, CaseReader
from evnpubsvc.serde._quick import build_event

_MOST_KEPT: Final = 1 << 16  # texts of a column, and activities
_MOST_MOMENTS: Final = 1 << 12  # days repeat in a log, instants do not
_MOST_LAYOUTS: Final = 1_000  # sets of names
_BLANK: Final = ("", "")  # instead of the pair of a cell that says nothing
_Pairs = dict[str, tuple[str, str]]


@frozen
class _Layout:
    """Where the cells are that the mapping names; a place below zero is that of no cell.

    Attributes:
        key: places of the cells that make the case.
        given: places of those that say something of the case.
        activity: place of the activity.
        at: place of the time.
        recorded: place of the time of entry; None where the mapping has none.
        kept: name and place of each cell that an event keeps, by name, with the pairs met so far.
    """

    key: tuple[int, ...]
    given: tuple[int, ...]
    activity: int
    at: int
    recorded: int | None
    kept: tuple[tuple[str, int, _Pairs], ...]


class QuickRows:
    """Takes rows into the cases of a reader, in the order of the log."""

    def __init__(self, reader: CaseReader) -> None:
        """Take rows beside a reader; all texts of the log have to be writable."""
        self._reader = reader
        self._layouts: dict[tuple[str, ...], _Layout | None] = {}
        self._cases: dict[Any, Case] = {}
        self._activities: dict[str, tuple[str, EventKind, bool | None]] = {}
        self._unmapped: dict[str, int] = {}
        self._moments: dict[str, date] = {}

    def take(self, names: tuple[str, ...], cells: Sequence[Any]) -> bool:
        """Take a row if it brings an event and nothing else; whether it did.

        Args:
            names: of the columns; the last of those that are called the same counts.
            cells: a text for each name, then an empty one and None, for what is not there.
        """
        try:
            layout = self._layouts[names]
        except KeyError:
            layout = self._lay_out(names)
        if layout is None:
            return False

        # The case, of which the row says what others have said.
        case = self._cases.get(tuple([cells[place] for place in layout.key]))
        if case is None or tuple([cells[place] for place in layout.given]) != case.given:
            return False

        # What happened, and when.
        known = self._activities.get(cells[layout.activity])
        if known is None:
            return False
        at = self._read_moment(cells[layout.at])
        if at is None:
            return False
        recorded = None
        if layout.recorded is not None and cells[layout.recorded]:
            recorded = self._read_recorded(cells[layout.recorded])
            if recorded is None:
                return False

        # Nothing is in the way: count what is not mapped, and keep the cells that say something.
        activity, kind, final = known
        if activity in self._unmapped:
            self._unmapped[activity] += 1
        pairs: list[tuple[str, str]] = []
        for name, place, met in layout.kept:
            cell = cells[place]
            if cell:
                pair = met.get(cell) or self._meet(name, cell, met)
                if pair is not _BLANK:
                    pairs.append(pair)
        case.events.append(build_event(kind, at, final, activity, tuple(pairs), recorded))
        return True

    def learn(self, names: tuple[str, ...], cells: Sequence[Any]) -> None:
        """Learn from a row that the plain way has taken."""
        layout, reader = self._layouts.get(names), self._reader
        if layout is None:
            return
        key = tuple([cells[place] for place in layout.key])
        case = reader.cases.get(tuple(map(reader.clean, key)))
        if case is not None:
            self._cases[key] = case

        # An activity that needs nothing but its time.
        cell = cells[layout.activity]
        activity = reader.clean(cell)
        kind = reader.kind_of(activity)
        final = reader.stops.get(activity) if kind is EventKind.STOPPED else None
        if kind is EventKind.APOLOGY or (kind is EventKind.STOPPED and final is None):
            return
        if len(self._activities) < _MOST_KEPT and (kind or activity in reader.unmapped):
            self._activities[cell] = activity, kind or EventKind.NOTE, final
            if kind is None:
                self._unmapped.setdefault(activity, 0)

    def finish(self) -> None:
        """Tell the reader how many events were not mapped."""
        for activity, count in self._unmapped.items():
            place, before = self._reader.unmapped[activity]
            self._reader.unmapped[activity] = place, before + count

    def _lay_out(self, names: tuple[str, ...]) -> _Layout | None:
        """Find the columns of the mapping among names."""
        reader, columns = self._reader, self._reader.columns
        places = reader.rename({name: place for place, name in enumerate(names)})
        blank, absent = len(names), len(names) + 1
        recorded = columns.recorded
        kept = sorted(set(reader.kept) - {recorded})
        layout = _Layout(
            key=tuple(places.get(name, blank) for name in reader.of_key),
            given=tuple(places.get(name, absent) for name in reader.of_case),
            activity=places.get(columns.activity, blank),
            at=places.get(columns.timestamp, blank),
            recorded=None if recorded is None else places.get(recorded, blank),
            kept=tuple((name, places[name], _Pairs()) for name in kept if name in places),
        )
        if len(self._layouts) < _MOST_LAYOUTS:
            self._layouts[names] = layout
        return layout

    def _read_moment(self, cell: str) -> date | None:
        """Return when it happened; None where the plain way has something to say."""
        reader = self._reader
        moment = self._moments.get(cell)
        if moment is None:
            text = cell.strip()
            if not text.isascii() or not text or text in reader.columns.missing:
                return None
            moment = reader.moment(text)
            if moment is None:
                return None
            if len(self._moments) >= _MOST_MOMENTS:
                self._moments.clear()
            self._moments[cell] = moment
        if isinstance(moment, datetime):
            reader.hours.look(cell.strip(), reader.columns.timestamp)
        return moment

    def _read_recorded(self, cell: str) -> datetime | None:
        text = self._reader.clean(cell)
        return None if text in self._reader.columns.missing else self._reader.instant(text)

    def _meet(self, name: str, cell: str, met: _Pairs) -> tuple[str, str]:
        """Return the pair of a cell that was not met before."""
        text = self._reader.clean(cell)
        if len(met) >= _MOST_KEPT:
            met.clear()
        pair = met[cell] = (name, text) if text else _BLANK
        return pair
