"""Time limits, and the reader of limits as catalogues print them."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._letters import is_writable
from evnpubsvc._records import Derived, frozen, keep
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.deadlines._limit_units import WITHOUT_AMOUNT, LimitUnit
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding, violations
from evnpubsvc.texts import Language, Text

if TYPE_CHECKING:
    from dateutil.relativedelta import relativedelta

_MINUTES: Final = {
    LimitUnit.HOURS: Text(vi="phút", en="minutes"),
    LimitUnit.WORKING_HOURS: Text(vi="phút làm việc", en="working minutes"),
    LimitUnit.CLOCK_HOURS: Text(vi="phút đồng hồ", en="clock minutes"),
}

# The finest step of each unit (a minute, half a day, a whole one) and the largest amount: one
# hundred years.
_STEPS: Final = {
    LimitUnit.AT_ONCE: (1, 0),
    LimitUnit.SAME_DAY: (1, 0),
    LimitUnit.HOURS: (60, 876_600),
    LimitUnit.WORKING_HOURS: (60, 876_600),
    LimitUnit.CLOCK_HOURS: (60, 876_600),
    LimitUnit.WORKING_DAYS: (2, 36_525),
    LimitUnit.DAYS: (2, 36_525),
    LimitUnit.WEEKS: (1, 5_217),
    LimitUnit.MONTHS: (1, 1_200),
    LimitUnit.YEARS: (1, 100),
}


def _exact(_: object, __: Attribute[Fraction], value: object) -> None:
    if not isinstance(value, Fraction):
        raise MisuseError("not-exact", value, type=type(value).__name__)


def _to_fraction(value: Fraction | int) -> Fraction:
    # What is no exact number passes through and is refused by the validator.
    if type(value) is int:
        return Fraction(value)
    return cast("Fraction", value)


class _WorkingDays(Derived):
    """How many whole working days a limit is, 0 for every other limit.

    The engine looks at this first.
    """

    __slots__ = ("_working_days",)

    _working_days: int


@frozen(order=False, cache_hash=True)  # every finding about a limit hashes it
class TimeLimit(PublicType, _WorkingDays):
    """A time limit for handling a dossier (thời hạn giải quyết): an exact amount of a unit.

    Attributes:
        amount: above zero, an `int` or a `Fraction`, never a float: whole minutes of hours, halves
            of days, whole weeks, months and years; 0 for the same day and at once, and only for
            them; one hundred years at most.
        unit: what is counted.

    Raises:
        MisuseError: `not-exact`, `limit-not-positive`, `limit-too-fine`, `limit-too-long`,
            `limit-same-day-amount`.

    `str()` writes the limit as catalogues do, and `parse` reads it back.

    >>> print(TimeLimit(3, LimitUnit.WORKING_DAYS))
    3 ngày làm việc
    >>> TimeLimit.parse("Không quá 05 ngày")
    TimeLimit(amount=Fraction(5, 1), unit=LimitUnit.DAYS)
    >>> TimeLimit.parse("1")
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: '1' has no unit [limit-without-unit] - ...
    """

    amount: Fraction = field(converter=_to_fraction, validator=_exact)
    unit: LimitUnit = field(validator=instance_of(LimitUnit))

    def __attrs_post_init__(self) -> None:
        amount, unit = self.amount, self.unit
        if unit in WITHOUT_AMOUNT:
            if amount != 0:
                raise MisuseError("limit-same-day-amount", amount)
        elif amount <= 0:
            raise MisuseError("limit-not-positive", amount, unit=unit)
        step, most = _STEPS[unit]
        if step % amount.denominator:
            raise MisuseError("limit-too-fine", amount, unit=unit, step=f"1/{step}")
        if amount > most:
            raise MisuseError("limit-too-long", amount, unit=unit, most=most)
        whole = unit is LimitUnit.WORKING_DAYS and amount.denominator == 1
        keep(self, _working_days=amount.numerator if whole else 0)

    @classmethod
    def parse(cls, text: str) -> TimeLimit:
        """Read one limit from a text as catalogues print it.

        Args:
            text: in any case and Unicode form, with or without harmless words around it:
                `"03 ngày làm việc"`, `"24 giờ"`, `"1,5 ngày làm việc"`, `"mười (10) ngày"`,
                `"Không quá 05 ngày"`, `"trong ngày"`, `"3 working days"`.

        Returns:
            The limit, counted from the receipt of the dossier.

        Raises:
            DataError: every reason why the text does not state one limit that holds for every
                dossier from its receipt: violations of `read_limits`; never a guess.

        >>> print(TimeLimit.parse("1.5 NGÀY LÀM VIỆC"))
        1,5 ngày làm việc
        """
        reading = read_limits(text)
        wrong = violations(reading.findings)
        if wrong:
            raise DataError(wrong)
        return reading.limits[0]

    @classmethod
    def from_relativedelta(cls, delta: relativedelta) -> TimeLimit:
        """Return the limit that an interval of `dateutil` states in one unit.

        Args:
            delta: years and months; or weeks and days, which are calendar days; or hours and
                minutes by the clock. Note that `relativedelta(hours=24)` is `days=1` already.

        Returns:
            Whole years as `LimitUnit.YEARS`, else months; calendar days; clock hours. Working days
            and working hours have no interval of `dateutil`.

        Raises:
            MisuseError: `wrong-type`; `limit-mixed` for an interval of more than one of the three,
                of seconds, or with a date or hour of its own (`year=`, `weekday=`);
                `limit-not-positive`, `limit-too-long`.

        >>> from dateutil.relativedelta import relativedelta
        >>> TimeLimit.from_relativedelta(relativedelta(months=3))
        TimeLimit(amount=Fraction(3, 1), unit=LimitUnit.MONTHS)
        """
        from dateutil.relativedelta import relativedelta as interval  # noqa: PLC0415 - 7 ms

        if not isinstance(delta, interval):
            raise MisuseError(
                "wrong-type",
                str(delta),
                record="TimeLimit.from_relativedelta",
                field="delta",
                got=type(delta).__name__,
                expected="relativedelta",
            )

        # In months, days and minutes: what is left besides one of them must be nothing.
        months = delta.years * 12 + delta.months
        minutes = delta.hours * 60 + delta.minutes
        rests = {
            LimitUnit.MONTHS: delta - interval(months=months),
            LimitUnit.DAYS: delta - interval(days=delta.days),
            LimitUnit.CLOCK_HOURS: delta - interval(minutes=minutes),
        }
        unit = next((unit for unit, rest in rests.items() if not rest), None)
        if unit is None:
            raise MisuseError("limit-mixed", str(delta))
        if unit is LimitUnit.MONTHS and months % 12 == 0:
            return cls(months // 12, LimitUnit.YEARS)
        amounts = {
            LimitUnit.MONTHS: Fraction(months),
            LimitUnit.DAYS: Fraction(delta.days),
            LimitUnit.CLOCK_HOURS: Fraction(minutes, 60),
        }
        return cls(amounts[unit], unit)

    def written(self, lang: Language) -> str:
        """Return the limit as text in a language: *1,5 ngày làm việc*."""
        names = self.unit.text
        if self.unit in WITHOUT_AMOUNT:
            return names.get(lang)

        # The amount in decimals, without marks between thousands, so that `parse` reads it back.
        amount = self.amount
        if 100 % amount.denominator:  # thirds of an hour and the like: in whole minutes
            amount, names = amount * 60, _MINUTES[self.unit]
        from evnpubsvc.quantities.parts import decimal_text  # noqa: PLC0415 - only to be printed

        number = decimal_text(amount)
        if lang == "vi":
            return f"{number.replace('.', ',')} {names.vi}"
        return f"{number} {names.en[:-1] if amount == 1 else names.en}"

    def __str__(self) -> str:
        return self.written("vi")


@frozen
class LimitReading(PublicType):
    """What was read from a text about time limits.

    Attributes:
        text: the text as given; empty where no file could hold it (`text-not-writable`).
        limits: the limits in the order of the text, each distinct one once.
        findings: what is doubtful (notices) and what forbids taking a single limit from the text
            (violations).
    """

    text: str = field(validator=instance_of(str))
    limits: tuple[TimeLimit, ...] = field(default=(), validator=tuple_of(TimeLimit))
    findings: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))


# Characters of a text; the longest cell of the national catalogue has 4,000.
_LONGEST: Final = 20_000


def read_limits(text: str) -> LimitReading:
    """Read every time limit in a text: several cases, ranges, every unit.

    Every word is accounted for: it is read, it is known to be harmless, or a finding names it.
    Invisible letters, look-alikes and decomposed letters are read through.

    Args:
        text: the cell of a catalogue. It is meant for cells that state limits; in free prose other
            periods (the validity of a permit) are read as limits too.

    Returns:
        The limits, and findings. Violations, any of which keeps `TimeLimit.parse` from choosing:

        * nothing to take: `limit-not-stated`, `limit-not-read`, `limit-signs-mislead` ("2² ngày"),
          `limit-without-unit`, `limit-negative`, `limit-not-positive`, `limit-too-fine`,
          `limit-too-long`;
        * not one limit: `limit-several`, `limit-range`, `limit-compound` (days and hours),
          `limit-words-differ` ("10 (mười lăm) ngày"), `limit-hour-or-duration` ("sau 15 giờ");
        * not the longest time from receipt: `limit-minimum`, `limit-not-exact`, `limit-extension`,
          `limit-before-event`, `limit-from-event`, `limit-for-case`;
        * not a unit that can be counted: `limit-exclusion-partial` ("trừ chủ nhật"),
          `limit-contradiction`;
        * `limit-words-unread`: words that no list knows; `text-not-writable`: NUL, half of a
          pair of UTF-16.

        Notices: `limit-number-skipped` (dates, hours of the day, sums of money, articles),
        `limit-remark-skipped` (fees, where to hand in, what the papers ask for, who decides),
        `limit-time-not-counted` ("không tính thời gian bổ sung": record it as a stop).

    Raises:
        MisuseError: `wrong-type` when it is given no text.

    >>> reading = read_limits("15-20 ngày; trường hợp phức tạp: 30 ngày làm việc")
    >>> [str(limit) for limit in reading.limits]
    ['15 ngày', '20 ngày', '30 ngày làm việc']
    >>> [f.reason for f in reading.findings]
    ['limit-range', 'limit-several']
    """
    given: object = text
    if not isinstance(given, str):
        raise MisuseError(
            "wrong-type",
            given,
            record="read_limits",
            field="text",
            got=type(given).__name__,
            expected="str",
        )
    if not is_writable(text):
        return LimitReading("", findings=(finding("text-not-writable", "", text),))
    if len(text) <= _SHORT:
        return _read_short(text)
    return _read(text)


def _read(text: str) -> LimitReading:
    """What `read_limits` returns, without looking it up."""
    # Some thirty patterns, which only a text needs.
    from evnpubsvc.deadlines._limit_grammar import parse_limits  # noqa: PLC0415
    from evnpubsvc.deadlines._limit_words import (  # noqa: PLC0415
        clean_text,
        lexicon,
        misleading_signs,
    )

    # Texts that state nothing.
    cleaned = clean_text(text) if len(text) <= _LONGEST else None
    if cleaned is None:
        signs = misleading_signs(text)
        reason = "limit-signs-mislead" if signs else "limit-not-read"
        return LimitReading(text, (), (finding(reason, "", text, signs=signs),))
    if cleaned.strip(" .") in lexicon().nothing:
        return LimitReading(text, (), (finding("limit-not-stated", "", text),))

    # The limits that the grammar reads, as far as they are limits.
    values, said = parse_limits(cleaned)
    limits: list[TimeLimit] = []
    found = list(said)
    for amount, unit in values:
        try:
            limits.append(TimeLimit(amount, unit))
        except MisuseError as error:  # half a month, no hours, more than a hundred years
            found.append(error.finding)
    if not limits and not violations(found):
        found.append(finding("limit-not-read", "", text))
    return LimitReading(text, tuple(dict.fromkeys(limits)), tuple(dict.fromkeys(found)))


# Catalogues repeat a few short cells: 7,037 of the national one are 144 different texts.
_SHORT: Final = 200
_read_short: Final = lru_cache(maxsize=4_096)(_read)
