"""Time limits, and the reader of limits as catalogues print them."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Final, cast

from attrs import Attribute, field, frozen

from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding, notice, violations
from evnpubsvc.quantities import decimal_text
from evnpubsvc.texts import LabelledEnum, Text

__all__ = ["LimitReading", "LimitUnit", "TimeLimit", "read_limits"]


class LimitUnit(LabelledEnum):
    """What a time limit counts. Units are never converted into each other without a policy that says how."""

    SAME_DAY = "same-day"
    """The day of receipt itself ("trong ngày"); the amount is 0."""
    HOURS = "hours"
    """Hours as printed ("24 giờ"): whether clock hours or office hours are meant is disputed; see `HoursReading`."""
    WORKING_HOURS = "working-hours"
    """Hours of office time ("giờ làm việc")."""
    CLOCK_HOURS = "clock-hours"
    """Hours by the clock, day and night ("giờ đồng hồ")."""
    WORKING_DAYS = "working-days"
    """Working days ("ngày làm việc"), in halves."""
    DAYS = "days"
    """Calendar days ("ngày")."""
    WEEKS = "weeks"
    """Weeks ("tuần"): seven calendar days each."""
    MONTHS = "months"
    """Calendar months ("tháng")."""
    YEARS = "years"
    """Calendar years ("năm"): twelve months each."""


_MINUTES: Final = {
    LimitUnit.HOURS: Text(vi="phút", en="minutes"),
    LimitUnit.WORKING_HOURS: Text(vi="phút làm việc", en="working minutes"),
    LimitUnit.CLOCK_HOURS: Text(vi="phút đồng hồ", en="clock minutes"),
}

# The finest step of each unit (a minute, half a day, a whole one) and the largest amount: one hundred years.
_STEPS: Final = {
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
    return Fraction(value) if type(value) is int else cast("Fraction", value)


@frozen(order=False)
class TimeLimit:
    """A time limit for handling a dossier (thời hạn giải quyết): an exact amount of a unit.

    Attributes:
        amount: above zero, an `int` or a `Fraction`, never a float: whole minutes of hours, halves of days, whole
            weeks, months and years; 0 for the same day only; one hundred years at most.
        unit: what is counted.

    Raises:
        MisuseError: `not-exact`, `limit-not-positive`, `limit-too-fine`, `limit-too-long`, `limit-same-day-amount`.

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
    # How many whole working days it is; 0 for every other limit. The common case of the engine looks at this alone.
    _working_days: int = field(init=False, repr=False, eq=False, default=0)

    def __attrs_post_init__(self) -> None:
        amount, unit = self.amount, self.unit
        if unit is LimitUnit.SAME_DAY:
            if amount != 0:
                raise MisuseError("limit-same-day-amount", amount)
        elif amount <= 0:
            raise MisuseError("limit-not-positive", amount, unit=unit.value)
        step, most = _STEPS[unit]
        if step % amount.denominator:
            raise MisuseError("limit-too-fine", amount, unit=unit.value, step=f"1/{step}")
        if amount > most:
            raise MisuseError("limit-too-long", amount, unit=unit.value, most=most)
        if unit is LimitUnit.WORKING_DAYS and amount.denominator == 1:
            object.__setattr__(self, "_working_days", amount.numerator)

    @classmethod
    def parse(cls, text: str) -> TimeLimit:
        """Read one limit from a text as catalogues print it.

        Args:
            text: in any case and Unicode form, with or without words around it: `"03 ngày làm việc"`, `"24 giờ"`,
                `"1,5 ngày làm việc"`, `"Không quá 05 ngày"`, `"trong ngày"`, `"3 working days"`.

        Returns:
            The limit. What the text says besides it (from when it counts, for whom) is not kept; `read_limits` tells
            what was passed over.

        Raises:
            DataError: every reason why the text is not exactly one limit: `limit-without-unit`, `limit-not-stated`,
                `limit-several`, `limit-range`, `limit-negative`, `limit-not-read` …; never a guess.

        >>> print(TimeLimit.parse("1.5 NGÀY LÀM VIỆC"))
        1.5 ngày làm việc
        """
        reading = read_limits(text)
        wrong = violations(reading.findings)
        if wrong:
            raise DataError(wrong)
        return reading.limits[0]

    def get(self, lang: str) -> str:
        """Return the limit as text in a language, `"vi"` or `"en"`."""
        names = self.unit.text
        if self.unit is LimitUnit.SAME_DAY:
            return names.vi if lang == "vi" else names.en
        amount = self.amount
        if 100 % amount.denominator:  # thirds of an hour and the like: in whole minutes
            amount, names = amount * 60, _MINUTES[self.unit]
        if lang == "vi":
            return f"{decimal_text(amount)} {names.vi}"
        return f"{decimal_text(amount)} {names.en[:-1] if amount == 1 else names.en}"

    def __str__(self) -> str:
        return self.get("vi")


@frozen
class LimitReading:
    """What was read from a text about time limits.

    Attributes:
        text: the text as given.
        limits: the limits in the order of the text, each distinct one once.
        findings: what is doubtful (notices) and what forbids taking a single limit from the text (violations).
    """

    text: str = field(validator=instance_of(str))
    limits: tuple[TimeLimit, ...] = field(default=(), validator=tuple_of(TimeLimit))
    findings: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))


_LONGEST: Final = (
    20_000  # characters of a text; the longest cell of the national catalogue has 4,000
)
_DIGITS: Final = (
    9  # digits of a number: more than the minutes of a hundred years have is no time limit
)

_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_UNIT_WORDS: Final = (
    # longest first: the first that matches wins
    (r"(?:giờ|tiếng|h)\s*(?:làm việc|hành chính)|working\s+hours?", LimitUnit.WORKING_HOURS, 1),
    (r"(?:giờ|tiếng)\s*(?:đồng hồ|liên tục)|clock\s+hours?", LimitUnit.CLOCK_HOURS, 1),
    (r"(?:giờ|tiếng|hours?|h)(?!\s*[(/]?\s*(?:làm|hành|đồng|liên))", LimitUnit.HOURS, 1),
    (r"phút\s*làm việc|working\s+minutes?", LimitUnit.WORKING_HOURS, 60),
    (r"phút\s*đồng hồ|clock\s+minutes?", LimitUnit.CLOCK_HOURS, 60),
    (r"(?:phút|minutes?)(?!\s*[(/]?\s*(?:làm|đồng))", LimitUnit.HOURS, 60),
    (r"ngày\s*[(/]?\s*làm việc\)?|working\s+days?", LimitUnit.WORKING_DAYS, 1),
    (r"(?:ngày(?:\s+lịch)?|(?:calendar\s+)?days?)(?!\s*[(/]?\s*(?:làm|l/v|lv))", LimitUnit.DAYS, 1),
    (r"tuần(?:\s+lễ)?|weeks?", LimitUnit.WEEKS, 1),
    (r"tháng|months?", LimitUnit.MONTHS, 1),
    (r"năm|years?", LimitUnit.YEARS, 1),
)
_END = r"(?![^\W\d_])"  # not in the middle of a word; digits may follow, catalogues glue cells together
# "làm việc" ends a unit even where the next cell is glued to it ("17 Ngày làm việcMiễn phí").
_UNIT = "|".join(
    f"(?P<u{index}>(?:{words})(?:(?<=làm việc)|(?<=làm việc\\))|{_END}))"
    for index, (words, _, _) in enumerate(_UNIT_WORDS)
)
# One pass over the text, leftmost first. What is no limit (dates, hours of the day) is recognised so that its numbers
# are not taken for one.
_TOKEN: Final = re.compile(
    r"(?P<date>\bngày\s+[0-9]{1,2}\s*(?:tháng\b|/)(?:\s*[0-9]{1,2}\b)?(?:\s*(?:năm|/)\s*[0-9]{4})?"
    r"|\btháng\s+[0-9]{1,2}\s*(?:năm|/)\s*[0-9]{4}|\bnăm\s+[0-9]{4}\b|\b[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}\b"
    r"|\b(?:sau|trước|lúc)\s+[0-9]{1,2}\s*(?:giờ|h)(?:\s*[0-9]{2}\b)?(?!\s*làm việc)" + _END + r")"
    r"|(?P<next>\bngày\s+làm\s+việc\s+(?:tiếp theo|kế tiếp|liền kề)|\bnext\s+working\s+day\b)"
    r"|(?P<same>\b(?:ngay\s+)?trong\s+ngày"
    + _END
    + r"(?!\s+[0-9])(?!\s+làm\s+việc\s+(?:tiếp|kế|liền))"
    r"|\b(?:giải quyết|trả kết quả|thực hiện)\s+ngay\b|^ngay$|\bsame\s+day\b)"
    r"|(?P<sign>(?<!\w)[-−](?=[0-9]))?(?P<low>" + _NUMBER + r"|\bnửa\b)"
    r"(?:\s*(?:-|–|—|~|đến|tới|to)\s*(?P<high>" + _NUMBER + r"))?"
    r"(?:\s*\([^()0-9]{0,40}\))?(?:\s*(?:" + _UNIT + "))?"
)
_JOINS: Final = re.compile(r"\s*(?:-|–|—|~|đến|tới|to)\s*(?:không quá\s*)?")
_NOT_STATED: Final = frozenset(
    (
        "",
        "-",
        "không",
        "không có thông tin",
        "không quy định",
        "chưa quy định",
        "không có",
        "n/a",
        "null",
        "none",
    )
)


def _clean(text: str) -> str:
    return " ".join(
        unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).lower()).split()
    )


def read_limits(text: str) -> LimitReading:
    """Read every time limit that stands in a text: several cases, ranges, both units; nothing is dropped silently.

    Args:
        text: the cell of a catalogue. It is meant for cells that state limits; in free prose other periods (the
            validity of a permit) are read as limits too.

    Returns:
        The limits, and findings. Violations, any of which keeps `TimeLimit.parse` from choosing: `limit-not-stated`
        ("Không có thông tin"), `limit-without-unit` (a bare number), `limit-range` (both ends are read),
        `limit-several`, `limit-negative`, `limit-not-read`, and `limit-too-fine`, `limit-not-positive`,
        `limit-too-long` of the single amount. Notices: `limit-number-skipped` (dates and hours of the day).

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
    if len(text) > _LONGEST:
        return LimitReading(text, (), (finding("limit-not-read", "", text),))
    if any(
        unicodedata.category(letter) in {"No", "Nl"} for letter in text
    ):  # ½, ², Ⅲ: normalising would change them
        return LimitReading(text, (), (finding("limit-not-read", "", text),))
    cleaned = _clean(text)
    if cleaned.strip(" .") in _NOT_STATED:
        return LimitReading(text, (), (finding("limit-not-stated", "", text),))
    reader = _Reader(cleaned)
    return LimitReading(text, tuple(dict.fromkeys(reader.limits)), reader.conclude(text))


class _Reader:
    """One pass over a cleaned text."""

    def __init__(self, cleaned: str) -> None:
        self.limits: list[TimeLimit] = []
        self.found: list[Finding] = []
        self._cases = 0
        last_end = -1
        for match in _TOKEN.finditer(cleaned):
            groups = match.groupdict()
            shown = match.group().strip()
            if groups["date"]:
                self.found.append(notice("limit-number-skipped", "", shown))
            elif groups["same"]:
                self._take(TimeLimit(0, LimitUnit.SAME_DAY))
            elif groups["next"]:
                self._take(TimeLimit(1, LimitUnit.WORKING_DAYS))
            else:
                ranged = (
                    last_end >= 0 and _JOINS.fullmatch(cleaned, last_end, match.start()) is not None
                )
                self._number(match, shown, continues=ranged)
                last_end = match.end()
                continue
            last_end = -1

    def _take(self, limit: TimeLimit, *, new_case: bool = True) -> None:
        self._cases += new_case and limit not in self.limits
        self.limits.append(limit)

    def _number(self, match: re.Match[str], shown: str, *, continues: bool) -> None:
        before = match.string[match.start() - 1 : match.start()]
        after = match.string[match.end() : match.end() + 1]
        unit = next(
            ((unit, scale) for i, (_, unit, scale) in enumerate(_UNIT_WORDS) if match[f"u{i}"]),
            None,
        )
        if before in _GLUED or (unit is None and after in _GLUED):
            self.found.append(
                finding(
                    "limit-not-read", "", match.string[max(0, match.start() - 8) : match.end() + 1]
                )
            )
        elif unit is None:
            self.found.append(finding("limit-without-unit", "", shown))
        elif match["sign"] and not continues:
            self.found.append(finding("limit-negative", "", shown))
        else:
            low = self._limit(match["low"], *unit, shown)
            high = self._limit(match["high"], *unit, shown) if match["high"] else None
            for limit in (low, high):
                if limit is not None:
                    self._take(limit, new_case=limit is low and not continues)
            if continues or match["high"]:
                self.found.append(finding("limit-range", "", shown))

    def _limit(self, digits: str, unit: LimitUnit, scale: int, shown: str) -> TimeLimit | None:
        whole, _, decimals = digits.replace(",", ".").partition(".")
        if max(len(whole.lstrip("0")), len(decimals)) > _DIGITS:
            self.found.append(
                finding("limit-too-long", "", shown, unit=unit.value, most=_STEPS[unit][1])
            )
            return None
        if len(decimals) == 3:  # 1.500 has no single reading
            self.found.append(finding("limit-not-read", "", shown))
            return None
        amount = Fraction(1, 2) if digits == "nửa" else Fraction(f"{whole}.{decimals or 0}")
        try:
            return TimeLimit(amount / scale, unit)
        except MisuseError as error:
            self.found.append(error.finding)
            return None

    def conclude(self, text: str) -> tuple[Finding, ...]:
        if self._cases > 1:
            self.found.append(finding("limit-several", "", text, count=self._cases))
        if not self.limits and not violations(self.found):
            self.found.append(finding("limit-not-read", "", text))
        return tuple(dict.fromkeys(self.found))


# A number that hangs on one of these is part of something else (a fraction, a longer number, a percentage).
_GLUED: Final = frozenset("./,⁄%:")
