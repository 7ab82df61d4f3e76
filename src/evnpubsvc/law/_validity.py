"""Closed intervals of days, and values that follow one another without gap or overlap."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, Self, TypeVar, overload

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import Derived, frozen, keep
from evnpubsvc._validate import checked_day, day_or_open, instance_of, tuple_of
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

T_co = TypeVar("T_co", covariant=True)
_D = TypeVar("_D")
_V = TypeVar("_V")


@frozen(order=False)
class Validity(PublicType):
    """The days on which something holds (*hiệu lực*): a closed interval.

    Attributes:
        since: first day, inclusive; None when it began before anything that is known here.
        until: last day, inclusive; None when no end is known.

    Raises:
        MisuseError: `last-before-first` when the last day is before the first.

    >>> from datetime import date
    >>> levels = Validity(date(2011, 10, 1), date(2022, 8, 14))
    >>> levels.contains(date(2022, 8, 14)), levels.contains(date(2022, 8, 15))
    (True, False)
    >>> print(levels)
    2011-10-01..2022-08-14
    """

    since: date | None = field(default=None, validator=day_or_open)
    until: date | None = field(default=None, validator=day_or_open)

    def __attrs_post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise MisuseError("last-before-first", first=self.since, last=self.until)

    @property
    def first(self) -> date:
        """The first day; `date.min` when the beginning is open."""
        if self.since is None:
            return date.min
        return self.since

    @property
    def last(self) -> date:
        """The last day; `date.max` when the end is open."""
        if self.until is None:
            return date.max
        return self.until

    def contains(self, day: date) -> bool:
        """Return whether a day lies inside, the first and the last day included."""
        if type(day) is not date:
            checked_day(day)  # which refuses it
        if self.since is not None and day < self.since:
            return False
        return self.until is None or day <= self.until

    def __contains__(self, day: object) -> bool:
        return self.contains(day)  # type: ignore[arg-type]  # it refuses what is no day

    @answer_wrong_arguments
    def overlaps(self, other: Validity) -> bool:
        """Return whether the two share at least one day."""
        return self.first <= other.last and other.first <= self.last

    @answer_wrong_arguments
    def intersection(self, other: Validity) -> Validity | None:
        """Return the days that the two share, or None where they share none.

        >>> from datetime import date
        >>> print(Validity(date(2020, 1, 1), None).intersection(Validity(None, date(2021, 1, 1))))
        2020-01-01..2021-01-01
        """
        if not self.overlaps(other):
            return None
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Validity(
            None if first == date.min and None in (self.since, other.since) else first,
            None if last == date.max and None in (self.until, other.until) else last,
        )

    def meets(self, later: Validity) -> bool:
        """Return whether the other begins on the very day after this one ends."""
        return self.last < date.max and self.last + _ONE_DAY == later.first

    def written(self, lang: Language) -> str:
        """Return the days as a sentence has them: *từ ngày 15/8/2022*, *đến hết ngày 30/6/2025*.

        >>> from datetime import date
        >>> Validity(None, date(2025, 6, 30)).written("vi"), Validity(date(2025, 7,
        ...     1)).written("en")
        ('đến hết ngày 30/6/2025', 'from 2025-07-01 on')
        """
        if self.since is None:
            if self.until is None:
                key = "validity-always"
            else:
                key = "validity-until"
        elif self.until is None:
            key = "validity-since"
        else:
            key = "validity-between"
        return render(key, lang, {"since": self.since, "until": self.until})

    def __str__(self) -> str:
        return f"{self.since or ''}..{self.until or ''}"


_ONE_DAY = timedelta(days=1)


@frozen(order=False)
class Dated(PublicType, Generic[T_co]):
    """A value with the days on which it holds: one entry of a `Timeline`.

    Attributes:
        validity: the days, first and last included.
        value: what holds on them.
    """

    validity: Validity = field(validator=instance_of(Validity))
    value: T_co


class _Starts(Derived):
    """The first day of each entry, for the search."""

    __slots__ = ("_starts",)

    _starts: tuple[date, ...]


@frozen(order=False)
class Timeline(PublicType, _Starts, Generic[T_co]):
    """Values that follow one another in time.

    One value for each day between the first and the last.

    By construction there is no gap and no overlap; a timeline that cannot be built says everything
    that is wrong with it at once. A value that ends before another begins, with nothing in between,
    is two timelines, or one with a value that means "nothing".

    Attributes:
        entries: at least one; ordered; each begins on the day after the one before it ends. Only
            the first may have an open beginning and only the last an open end.

    Raises:
        DataError: `timeline-empty`, `timeline-gap`, `timeline-overlap`, `timeline-disorder`; each
            with the path of the later entry.

    >>> from datetime import date
    >>> tiers = Timeline.starting([(None, 3), (date(2025, 7, 1), 2)])
    >>> tiers.at(date(2025, 6, 30)), tiers.at(date(2025, 7, 1))
    (3, 2)
    >>> tiers.next_after(date(2025, 1, 1)).validity.since
    datetime.date(2025, 7, 1)
    >>> tiers.next_after(date(2025, 7, 1)) is None
    True
    """

    entries: tuple[Dated[T_co], ...] = field(validator=tuple_of(Dated))

    def __attrs_post_init__(self) -> None:
        found = tuple(_disorder(self.entries))
        if found:
            raise DataError(found)
        keep(self, _starts=tuple(entry.validity.first for entry in self.entries))

    @classmethod
    @answer_wrong_arguments
    def of(cls, entries: Iterable[tuple[Validity, T_co]]) -> Self:
        """Build a timeline from pairs of validity and value, in order of time."""
        return cls(tuple(Dated(validity, value) for validity, value in entries))

    @classmethod
    @answer_wrong_arguments
    def starting(
        cls, starts: Iterable[tuple[date | None, T_co]], *, until: date | None = None
    ) -> Self:
        """Build a timeline from first days.

        Each value holds until the day before the next one begins.

        Args:
            starts: first day and value, in order of time; only the first day of all may be None
                (open).
            until: last day of the last value, inclusive; None when no end is known.

        Raises:
            DataError: `timeline-empty`; `timeline-disorder` when a first day is not after the one
                before it.
        """
        pairs = list(starts)
        found = [
            finding("timeline-disorder", f".entries[{place}]", since=now, before=earlier)
            for place, ((earlier, _), (now, _)) in enumerate(pairwise(pairs), start=1)
            if now is None or (earlier is not None and now <= earlier)
        ]
        if found:
            raise DataError(found)
        ends: list[date | None] = [
            *(now - _ONE_DAY for now, _ in pairs[1:] if now is not None),
            until,
        ]
        return cls(
            tuple(
                Dated(Validity(since, end), value)
                for (since, value), end in zip(pairs, ends, strict=False)
            )
        )

    @property
    def span(self) -> Validity:
        """From the first day of the first entry to the last day of the last."""
        return Validity(self.entries[0].validity.since, self.entries[-1].validity.until)

    def at(self, day: date) -> T_co:
        """Return the value that holds on a day.

        Raises:
            MisuseError: `day-not-covered`, with the first and the last day that are covered.

        >>> from datetime import date
        >>> Timeline.starting([(date(2018, 6, 21), "one-stop")]).at(date(2018, 6, 20))
        Traceback (most recent call last):
        evnpubsvc.errors.MisuseError: nothing holds on 2018-06-20; covered is from 2018-06-21 ...
        """
        entry = self.entry_at(day)
        if entry is None:
            raise MisuseError("day-not-covered", day, covered=self.span)
        return entry.value

    @overload
    def get(self, day: date) -> T_co | None: ...
    @overload
    def get(self, day: date, default: _D) -> T_co | _D: ...
    def get(self, day: date, default: _D | None = None) -> T_co | _D | None:
        """Return the value that holds on a day, or a default where none does."""
        entry = self.entry_at(day)
        return default if entry is None else entry.value

    def entry_at(self, day: date) -> Dated[T_co] | None:
        """Return the entry (value and validity) that holds on a day, or None."""
        place = bisect_right(self._starts, checked_day(day)) - 1
        if place < 0:
            return None
        until = self.entries[place].validity.until
        if until is not None and day > until:
            return None
        return self.entries[place]

    def next_after(self, day: date) -> Dated[T_co] | None:
        """Return the first entry that begins after a day: what comes next.

        None when nothing is known to come.
        """
        place = bisect_right(self._starts, checked_day(day))
        if place < len(self.entries):
            return self.entries[place]
        return None

    def __iter__(self) -> Iterator[Dated[T_co]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


def _disorder(entries: tuple[Dated[_V], ...]) -> Iterator[Finding]:
    if not entries:
        yield finding("timeline-empty", ".entries")
    for place, (earlier, later) in enumerate(pairwise(entries), start=1):
        path = f".entries[{place}]"
        before, after = earlier.validity, later.validity
        if after.first < before.first:
            yield finding("timeline-disorder", path, since=after.since, before=before.since)
        elif before.overlaps(after):
            yield finding("timeline-overlap", path, earlier=before, later=after)
        elif not before.meets(after):
            yield finding(
                "timeline-gap", path, first=before.last + _ONE_DAY, last=after.first - _ONE_DAY
            )
