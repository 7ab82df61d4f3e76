"""Due dates where a register has none: time limits by procedure, or by any other dimension."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, cast

from attrs import Attribute, evolve, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, pairs_of
from evnpubsvc.deadlines import LimitUnit, TimeLimit, due
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.worktime import Calendar

_BY_DAYS: Final = frozenset({
    LimitUnit.AT_ONCE, LimitUnit.SAME_DAY, LimitUnit.WORKING_DAYS, LimitUnit.DAYS,
    LimitUnit.WEEKS, LimitUnit.MONTHS, LimitUnit.YEARS,
})  # fmt: skip


def _as_limits(given: Any) -> tuple[tuple[str, TimeLimit], ...]:
    """Return limits by value, sorted; texts that state one are read.

    Raises:
        DataError: as `TimeLimit.parse`.
    """
    return tuple(
        (value, TimeLimit.parse(limit) if isinstance(limit, str) else limit)
        for value, limit in pairs_of(given)
    )


def _check_limits(_: object, __: Attribute[Any], pairs: tuple[tuple[str, TimeLimit], ...]) -> None:
    """Refuse limits that the day of receipt alone does not turn into a day."""
    for value, limit in pairs:
        if not isinstance(value, str):
            raise MisuseError("pairs-needed", got=type(value).__name__)
        if not isinstance(limit, TimeLimit):
            raise MisuseError("terms-not-days", limit, of=value)
        if limit.unit not in _BY_DAYS or limit.amount.denominator != 1:
            raise MisuseError("terms-not-days", limit, of=value)
    if len(dict(pairs)) < len(pairs):
        raise MisuseError("terms-twice", tuple(value for value, _ in pairs))


def find_wrong_limits(limits: Mapping[str, str], path: str) -> Iterator[Finding]:
    """Yield why texts by value are no limits, at a path that ends with the value."""
    for value, text in limits.items():
        try:
            _check_limits(None, cast("Any", None), _as_limits({value: text}))
        except DataError as error:
            yield from (evolve(each, path=f"{path}.{value}") for each in error.findings)
        except MisuseError as error:
            yield evolve(error.finding, path=f"{path}.{value}")


@frozen
class LimitTerms(PublicType):
    """Time limits (thời hạn giải quyết) for registers without due dates.

    A limit is counted from the day of receipt, which is not counted itself (Civil Code
    91/2015/QH13, art. 147(2)), as `deadlines.due` counts. It is in working days, or in calendar
    days, weeks, months or years, which end with the next working day where their last day is a day
    off (art. 148(5)). Limits in hours, cut-offs of the day and stopped clocks need `deadlines.due`
    and a register that states the due dates.

    Attributes:
        calendar: working days.
        dimension: what the limit depends on, as `procedure`.
        limits: value of that dimension -> limit, or the text that states it. A dossier with another
            value, or none, has no due date.
        one_spelling: whether values that look alike (`units.look_alikes`) are one value.

    Raises:
        MisuseError: `terms-not-days` for a limit in hours or halves of days; `terms-twice`, also
            where values of one spelling have different limits.
        DataError: as `TimeLimit.parse`.

    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> terms = LimitTerms(vietnam_calendar(), "procedure",
    ...                    {"1.004873": "3 ngày làm việc", "2.000815": "1 tháng"})
    >>> terms.due(date(2022, 4, 29), "1.004873"), terms.due(date(2022, 4, 29), "2.000815")
    (datetime.date(2022, 5, 6), datetime.date(2022, 5, 30))
    """

    calendar: Calendar = field(validator=instance_of(Calendar))
    dimension: str = field(validator=nonempty_text)
    limits: tuple[tuple[str, TimeLimit], ...] = field(converter=_as_limits, validator=_check_limits)
    one_spelling: bool = field(default=False, kw_only=True, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        if not self.one_spelling:
            return
        from evnpubsvc.units.parts import look_alikes  # noqa: PLC0415 - few terms need them

        for group in look_alikes(value for value, _ in self.limits):
            if len({self.by_value[value] for value in group}) > 1:
                raise MisuseError("terms-twice", group)

    @cached_property
    def by_value(self) -> Mapping[str | None, TimeLimit]:
        """The limits as a mapping."""
        return MappingProxyType(dict[str | None, TimeLimit](self.limits))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of calendar, dimension, limits and their spelling as hexadecimal text."""
        from hashlib import sha256  # noqa: PLC0415 - only packed files ask for it

        digest = sha256(self.calendar.fingerprint.encode("ascii"))
        written = [(value, str(limit)) for value, limit in self.limits]
        digest.update(repr((self.dimension, written)).encode())
        if self.one_spelling:
            digest.update(b"one spelling")
        return digest.hexdigest()

    @cached_property
    def _known(self) -> dict[tuple[TimeLimit, int], date]:
        """Due dates by limit and day of receipt, so that each is worked out once."""
        return {}

    @cached_property
    def _by_key(self) -> Mapping[str, TimeLimit]:
        """The limits by what their values look like."""
        from evnpubsvc.units.parts import look_alike_key  # noqa: PLC0415 - as above

        return {look_alike_key(value): limit for value, limit in self.limits}

    @answer_wrong_arguments
    def limit_of(self, value: str | None) -> TimeLimit | None:
        """Return the limit of a value, however it is spelt where one spelling is declared."""
        limit = self.by_value.get(value)
        if limit is None and value is not None and self.one_spelling:
            from evnpubsvc.units.parts import look_alike_key  # noqa: PLC0415 - as above

            return self._by_key.get(look_alike_key(value))
        return limit

    @answer_wrong_arguments
    def due(self, received: date, value: str | None) -> date | None:
        """Return the due date of a dossier received on a day; None if its value has no limit.

        Raises:
            OutsideCoverageError: the calendar does not reach that far.
        """
        limit = self.limit_of(value)
        if limit is None:
            return None
        asked = limit, received.toordinal()
        found = self._known.get(asked)
        if found is None:
            found = due(received, limit, calendar=self.calendar, trace=False).date
            assert found is not None  # no stop is open
            self._known[asked] = found
        return found
