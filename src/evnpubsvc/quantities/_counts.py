"""Counts with a declared unit, counts within bounds, and the unknown as a value of its own."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen, says
from evnpubsvc._validate import MOST_BITS, MOST_DIGITS, instance_of, nonempty_text, read_member
from evnpubsvc.errors import MisuseError
from evnpubsvc.texts import LabelledEnum, Language, write
from evnpubsvc.texts.parts import printable, render


class CountUnit(LabelledEnum):
    """What is counted.

    Two units never add up and never divide, unless the caller says that they may.
    """

    DOSSIERS = "dossiers"
    PROCEDURES = "procedures"
    SERVICES = "services"
    SHEETS = "sheets"
    PETITIONS = "petitions"
    UNITS = "units"
    PEOPLE = "people"
    DOCUMENTS = "documents"
    EVENTS = "events"
    DAYS = "days"
    HOUSEHOLDS = "households"
    ACCOUNTS = "accounts"


class ZeroPolicy(LabelledEnum):
    """What a ratio over nothing is worth. There is no default: each criterion declares one."""

    FULL = "full"
    """Nothing arose, nothing went wrong: the full points."""
    ZERO = "zero"
    """Nothing done: no points."""
    EXCLUDED = "excluded"
    """The criterion leaves the sheet, and its maximum with it."""
    NOT_ASSESSABLE = "not-assessable"
    """No rule is known: the result stays unknown, with this reason."""


@frozen
class Unknown(PublicType):
    """A figure or score that is not known. It is not zero, and it says why.

    Attributes:
        reason: stable reason code (`"figure-blank"`, `"figure-absent"`, `"not-assessable"` …).
        about: what is unknown: the key of a figure or criterion; may be empty.

    >>> print(Unknown("figure-blank", "dossiers_received"))
    unknown: dossiers_received (figure-blank)
    """

    reason: str = field(validator=nonempty_text)
    about: str = field(default="", validator=instance_of(str))

    def written(self, lang: Language) -> str:
        """Return why it is unknown, as a sentence of the catalogue, and what it is about.

        >>> print(Unknown("figure-blank", "dossiers_received").written("en"))
        the figure is left blank (dossiers_received)
        """
        about = f" ({self.about})" if self.about else ""
        return render(self.reason, lang, {"value": self.about}) + about

    def __str__(self) -> str:
        if self.about:
            return f"unknown: {self.about} ({self.reason})"
        return f"unknown ({self.reason})"

    def __bool__(self) -> bool:
        raise MisuseError("unknown-has-no-truth", self)


@says(minimum=0)
def _whole(_: object, __: Attribute[Any], value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MisuseError("count-not-whole", value)
    if value < 0:
        raise MisuseError("count-negative", value)
    if value.bit_length() > MOST_BITS:
        raise MisuseError("number-too-long", f"{hex(value)[:20]}…", limit=MOST_DIGITS)


@says(minimum=0)
def _whole_or_none(record: object, attribute: Attribute[int | None], value: object) -> None:
    if value is not None:
        _whole(record, attribute, value)


def _unit(given: CountUnit | str) -> CountUnit:
    if isinstance(given, CountUnit):
        return given
    return read_member(CountUnit, given)


@frozen(order=False)
class Count(PublicType):
    """A whole number of something.

    Attributes:
        value: zero or more; an `int`, since a float count has already lost something.
        unit: what is counted, as `CountUnit.DOSSIERS` or `"dossiers"`.

    Counts of one unit add up; others raise `MisuseError` with reason `unit-mismatch`.

    >>> Count(3, CountUnit.DOSSIERS) + Count(4, CountUnit.DOSSIERS)
    Count(value=7, unit=CountUnit.DOSSIERS)
    >>> Count(3, CountUnit.DOSSIERS) + Count(4, CountUnit.PROCEDURES)
    Traceback (most recent call last):
    evnpubsvc.errors.MisuseError: dossiers and procedures are different units [unit-mismatch] - ...
    """

    value: int = field(validator=_whole)
    unit: CountUnit = field(converter=_unit)

    @property
    def least(self) -> int:
        """The value; as that of a count within bounds, so that both can be asked alike."""
        return self.value

    @property
    def most(self) -> int:
        """The value."""
        return self.value

    def __add__(self, other: Count) -> Count:
        if not isinstance(other, Count):
            return NotImplemented
        same_unit(self.unit, other.unit)
        return Count(self.value + other.value, self.unit)

    def written(self, lang: Language) -> str:
        """Return the number with its unit: *7.049 hồ sơ*."""
        return f"{write(self.value, lang)} {self.unit.text.get(lang)}"

    def __str__(self) -> str:
        return self.written("en")


_LONGEST: Final = 200  # characters of a wording: what a source says of one number


@frozen(order=False)
class CountRange(PublicType):
    """A count that is known within bounds only: a number as published, "more than 7,000".

    Attributes:
        least: the smallest number it can be, inclusive; zero or more. "More than 7,000" is 7,001.
        most: the largest number it can be, inclusive; None where nothing bounds it.
        unit: what is counted, as `CountUnit.DOSSIERS` or `"dossiers"`.
        wording: how the source says it (`"hơn 7000"`); may be empty.

    Ranges and counts of one unit add up to a range; a sum has no wording.

    Raises:
        MisuseError: `count-range-reversed`, `count-negative`, `count-not-whole`.

    >>> print(CountRange(7_001, None, "dossiers", "hơn 7000"))
    7,001 or more dossiers ("hơn 7000")
    >>> print(CountRange(5, 7, "procedures") + Count(2, "procedures"))
    7 to 9 procedures
    """

    least: int = field(validator=_whole)
    most: int | None = field(validator=_whole_or_none)
    unit: CountUnit = field(converter=_unit)
    wording: str = field(default="", validator=instance_of(str))

    def __attrs_post_init__(self) -> None:
        if self.most is not None and self.most < self.least:
            raise MisuseError("count-range-reversed", least=self.least, most=self.most)
        if len(self.wording) > _LONGEST:
            raise MisuseError("wording-too-long", len(self.wording), limit=_LONGEST)

    def __add__(self, other: AnyCount) -> CountRange:
        if not isinstance(other, (Count, CountRange)):
            return NotImplemented
        same_unit(self.unit, other.unit)
        if self.most is None or other.most is None:
            most = None
        else:
            most = self.most + other.most
        return CountRange(self.least + other.least, most, self.unit)

    __radd__ = __add__

    @answer_wrong_arguments
    def contains(self, value: int) -> bool:
        """Return whether a number lies within the bounds."""
        return self.least <= value and (self.most is None or value <= self.most)

    def written(self, lang: Language) -> str:
        """Return the bounds with the unit, and how the source says it."""
        if self.most is None:
            key = "count-from"
        elif self.least == 0:
            key = "count-up-to"
        else:
            key = "count-between"
        parts = {"least": self.least, "most": self.most, "unit": self.unit}
        text = render(key, lang, parts)
        return f'{text} ("{printable(self.wording)}")' if self.wording else text

    def __str__(self) -> str:
        return self.written("en")


AnyCount: TypeAlias = Count | CountRange
"""A count, known or within bounds."""


def same_unit(left: CountUnit, right: CountUnit) -> None:
    """Refuse to put two units together."""
    if left is not right:
        raise MisuseError("unit-mismatch", left=left, right=right)
