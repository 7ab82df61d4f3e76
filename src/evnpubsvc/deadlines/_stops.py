"""The stop ledger: when the clock of a dossier stood, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final, Self, cast

from attrs import Attribute, evolve, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._moments import own_day
from evnpubsvc._records import frozen, open_class
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.deadlines._policies import ClockPolicy, StopKind
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, notice


def _moment(record: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None or attribute.name == "start":
        instance_of(date)(record, attribute, value)  # a datetime is a date too


def _is_before(one: date, other: date) -> bool:
    """Whether one moment comes before another.

    A date and an instant are compared by their days alone.
    """
    if isinstance(one, datetime) and isinstance(other, datetime):
        if (one.utcoffset() is None) is not (other.utcoffset() is None):
            raise MisuseError("naive-and-aware", one, other=other)
        return one < other
    return own_day(one) < own_day(other)


def _order(stop: Stop) -> tuple[date, datetime]:
    """Stops by their beginning; of one day, those without an hour first."""
    start = stop.start
    return own_day(start), start.replace(tzinfo=None) if isinstance(
        start, datetime
    ) else datetime.min  # noqa: DTZ901


def _are_apart(stops: tuple[Stop, ...]) -> bool:
    """Whether each stop ends at an instant no later than that at which the next begins.

    This is the usual case, and then the stops need not be sorted.
    """
    try:
        return all(
            isinstance(one.end, datetime)
            and isinstance(other.start, datetime)
            and one.end <= other.start
            for one, other in pairwise(stops)
        )
    except TypeError:  # some with a zone, some without
        return False


@frozen
class Stop(PublicType):
    """An interval in which the clock of a time limit is stopped (tạm dừng).

    Attributes:
        kind: why.
        start: when it began, inclusive: an instant, or a day when the hour is not known.
        end: when the clock ran again, exclusive: an instant, or a day; None while it is stopped.
        clock: what this stop does to the clock; None to take it from the rules of the day of
            receipt.

    Of a stop given in days, the day on which it began still counts and the day on which it ended
    does not, as the day of receipt does not (Civil Code art. 147(2)).

    Raises:
        MisuseError: `stop-inverted`, `naive-and-aware`, `wrong-type`.

    >>> Stop(StopKind.SUPPLEMENT, date(2022, 12, 20), date(2022, 12, 19))
    Traceback (most recent call last):
    evnpubsvc.errors.MisuseError: a stop from 2022-12-20 cannot end before, on 2022-12-19 ...
    """

    kind: StopKind = field(validator=instance_of(StopKind))
    start: date | datetime = field(validator=_moment)
    end: date | datetime | None = field(default=None, validator=_moment)
    clock: ClockPolicy | None = field(default=None, validator=instance_of(ClockPolicy, type(None)))

    def __attrs_post_init__(self) -> None:
        if self.end is not None and _is_before(self.end, self.start):
            raise MisuseError("stop-inverted", self.end, start=self.start)

    @property
    def is_open(self) -> bool:
        """Whether the clock is still stopped."""
        return self.end is None


_OpenStop: Final = open_class(Stop)


def make_stop(kind: StopKind, start: date, end: date | None) -> Stop:
    """Return a stop of moments that are known to fit together, made quickly."""
    made: Any = _OpenStop()
    made.kind = kind
    made.start = start
    made.end = end
    made.clock = None
    made.__class__ = Stop
    whole: Stop = made
    return whole


@frozen
class StopLedger(PublicType):
    """All stops of a dossier. The due date is derived from it each time, never stored.

    Attributes:
        stops: in the order in which they were entered; they may overlap, since two reasons can hold
            at once.

    >>> ledger = StopLedger().add(Stop(StopKind.OPINION, date(2026, 3, 2)))
    >>> ledger.resumed(date(2026, 3, 5)).stops[0].end
    datetime.date(2026, 3, 5)
    """

    stops: tuple[Stop, ...] = field(default=(), validator=tuple_of(Stop))

    def add(self, *stops: Stop) -> Self:
        """Return the ledger with more stops."""
        return evolve(self, stops=(*self.stops, *stops))

    def resumed(self, on: date | datetime) -> Self:
        """Return the ledger with every open stop ended at a moment.

        Raises:
            MisuseError: `stop-inverted` when a stop began later.
        """
        return evolve(
            self, stops=tuple(evolve(stop, end=on) if stop.is_open else stop for stop in self.stops)
        )

    @property
    def is_open(self) -> bool:
        """Whether the clock is stopped at the end of the ledger."""
        return any(stop.is_open for stop in self.stops)

    @property
    def notices(self) -> tuple[Finding, ...]:
        """A notice `stops-overlap` for each stop that begins while an earlier one lasts.

        They are counted once.
        """
        if len(self.stops) < 2 or _are_apart(self.stops):
            return ()
        found: list[Finding] = []
        longest: Stop | None = None  # of the stops before, the one that ends last
        for stop in sorted(self.stops, key=_order):
            if longest is not None and (longest.end is None or _is_before(stop.start, longest.end)):
                found.append(notice("stops-overlap", "", stop.start, other=longest.start))
            if longest is None or (
                longest.end is not None and (stop.end is None or _is_before(longest.end, stop.end))
            ):
                longest = stop
        return tuple(found)

    @classmethod
    def of(cls, stops: Iterable[Stop] | Self) -> Self:
        """Return a ledger from stops, or the ledger itself."""
        if isinstance(stops, cls):
            return stops
        try:
            given = tuple(cast("Iterable[Stop]", stops))
        except TypeError:
            return cls(stops)  # type: ignore[arg-type] # which says what is wrong
        for stop in given:
            if type(stop) is not Stop:
                return cls(given)  # which says what is wrong
        made: Any = _OpenLedger()
        made.stops = given
        made.__class__ = cls
        whole: Self = made
        return whole


_OpenLedger: Final = open_class(StopLedger)
