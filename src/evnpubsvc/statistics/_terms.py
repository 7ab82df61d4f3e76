"""Due dates where a register has none: working days by procedure, or by any other dimension."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, cast

from attrs import Attribute, field, frozen

from evnpubsvc._validate import instance_of, nonempty_text
from evnpubsvc.errors import MisuseError
from evnpubsvc.worktime import Calendar


def _sorted(given: Mapping[str, int] | Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    pairs: Any = cast("Any", given).items() if isinstance(given, Mapping) else given
    return tuple(sorted(cast("Iterable[tuple[str, int]]", pairs)))


def _whole_days(_: object, __: Attribute[Any], pairs: tuple[tuple[str, int], ...]) -> None:
    for name, days in pairs:
        if type(days) is not int or not 0 < days < 10_000:
            raise MisuseError("terms-not-days", days, of=name)
    if len(dict(pairs)) < len(pairs):
        raise MisuseError("terms-twice", tuple(name for name, _ in pairs))


@frozen
class WorkingDayTerms:
    """Time limits (thời hạn giải quyết) in working days, for registers without due dates.

    The n-th working day after the day of receipt, which is not counted (Civil Code 91/2015/QH13,
    art. 147(2)). Other limits, cut-offs of the day and stopped clocks need `deadlines.due` and a
    register that states the due dates.

    Attributes:
        calendar: working days.
        dimension: what the limit depends on, as `procedure`.
        days: value of that dimension -> whole working days, above zero. A dossier with another
            value, or none, has no due date.

    Raises:
        MisuseError: `terms-not-days`, `terms-twice`.

    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> terms = WorkingDayTerms(vietnam_calendar(), "procedure", {"1.004873": 3})
    >>> terms.due(date(2022, 4, 29), "1.004873")
    datetime.date(2022, 5, 6)
    """

    calendar: Calendar = field(validator=instance_of(Calendar))
    dimension: str = field(validator=nonempty_text)
    days: tuple[tuple[str, int], ...] = field(converter=_sorted, validator=_whole_days)

    @cached_property
    def by_value(self) -> Mapping[str | None, int]:
        """The limits as a mapping."""
        return dict(self.days)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of calendar, dimension and limits as hexadecimal text."""
        digest = sha256(self.calendar.fingerprint.encode("ascii"))
        digest.update(repr((self.dimension, self.days)).encode())
        return digest.hexdigest()

    def due(self, received: date, value: str | None) -> date | None:
        """Return the due date of a dossier received on a day; None if its value has no limit.

        Raises:
            OutsideCoverageError: the calendar does not reach that far.
        """
        days = self.by_value.get(value)
        if days is None:
            return None
        return self.calendar.add_working_days(received, days)
