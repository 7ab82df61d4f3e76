"""Counts with a declared unit, ratios of counts, and the unknown as a value of its own."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import Attribute, field, frozen

from evnpubsvc._validate import instance_of, nonempty_text, read_member
from evnpubsvc.errors import MisuseError
from evnpubsvc.texts import LabelledEnum, Language, render, write


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
class Unknown:
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


def _whole(_: object, __: Attribute[int], value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise MisuseError("count-not-whole", value)
    if value < 0:
        raise MisuseError("count-negative", value)


def _unit(given: CountUnit | str) -> CountUnit:
    if isinstance(given, CountUnit):
        return given
    return read_member(CountUnit, given)


@frozen(order=False)
class Count:
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

    def __add__(self, other: Count) -> Count:
        if not isinstance(other, Count):
            return NotImplemented
        _same_unit(self.unit, other.unit)
        return Count(self.value + other.value, self.unit)

    def written(self, lang: Language) -> str:
        """Return the number with its unit: *7.049 hồ sơ*."""
        return f"{write(self.value, lang)} {self.unit.text.get(lang)}"

    def __str__(self) -> str:
        return self.written("en")


@frozen(order=False)
class Ratio:
    """A number of things out of a number of things.

    Attributes:
        numerator: the part.
        denominator: the whole; may be zero, see `value`.
        above_one: the numerator may exceed the denominator (growth, two registers compared).
        mixed_units: numerator and denominator may count different things (dossiers per officer).

    Raises:
        MisuseError: `unit-mismatch` or `numerator-above-denominator`, unless told otherwise.

    >>> from evnpubsvc.quantities import round_half_up
    >>> on_time = Ratio(Count(144_625, CountUnit.DOSSIERS), Count(184_513, CountUnit.DOSSIERS))
    >>> round_half_up(on_time.value(ZeroPolicy.ZERO) * 100, 2)
    Fraction(3919, 50)
    """

    numerator: Count
    denominator: Count
    above_one: bool = field(default=False, kw_only=True)
    mixed_units: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        for name, count in (("numerator", self.numerator), ("denominator", self.denominator)):
            if not isinstance(count, Count):
                raise MisuseError(
                    "wrong-type",
                    count,
                    record="Ratio",
                    field=name,
                    got=type(count).__name__,
                    expected="Count",
                )
        if not self.mixed_units:
            _same_unit(self.numerator.unit, self.denominator.unit)
        if not self.above_one and self.numerator.value > self.denominator.value:
            raise MisuseError(
                "numerator-above-denominator",
                numerator=self.numerator.value,
                denominator=self.denominator.value,
            )

    def value(self, zero: ZeroPolicy) -> Fraction | Unknown:
        """Return the exact ratio.

        Args:
            zero: what a denominator of zero is worth: `FULL` gives 1, `ZERO` gives 0, the other two
                an `Unknown` whose reason is the name of the policy. With a denominator above zero
                it does not matter.
        """
        if self.denominator.value:
            return Fraction(self.numerator.value, self.denominator.value)
        if zero is ZeroPolicy.FULL:
            return Fraction(1)
        if zero is ZeroPolicy.ZERO:
            return Fraction(0)
        return Unknown(zero.value)

    def written(self, lang: Language) -> str:
        """Return both numbers with their unit, or with both units where they differ.

        >>> print(Ratio(Count(3, "dossiers"), Count(10, "people"), mixed_units=True).written("vi"))
        3 hồ sơ/10 người
        """
        if self.numerator.unit is not self.denominator.unit:
            return f"{self.numerator.written(lang)}/{self.denominator.written(lang)}"
        whole = self.denominator
        return f"{self.numerator.value}/{whole.value} {whole.unit.text.get(lang)}"

    def __str__(self) -> str:
        return self.written("en")


def pool(ratios: Iterable[Ratio]) -> Ratio:
    """Return the ratio of a whole from the ratios of its parts: numerators and denominators added.

    The mean of the parts' ratios is another number, and never the rate of the whole; there is no
    function for it.

    Raises:
        MisuseError: `nothing-to-pool` for no ratios; `unit-mismatch` when they count different
            things.

    >>> year = pool([Ratio(Count(31, CountUnit.DOSSIERS), Count(100, CountUnit.DOSSIERS)),
    ...              Ratio(Count(850, CountUnit.DOSSIERS), Count(1000, CountUnit.DOSSIERS))])
    >>> print(year)
    881/1100 dossiers
    """
    parts = tuple(ratios)
    if not parts:
        raise MisuseError("nothing-to-pool")
    numerator, denominator = parts[0].numerator, parts[0].denominator
    for part in parts[1:]:
        numerator, denominator = numerator + part.numerator, denominator + part.denominator
    return Ratio(
        numerator,
        denominator,
        above_one=any(part.above_one for part in parts),
        mixed_units=any(part.mixed_units for part in parts),
    )


def _same_unit(left: CountUnit, right: CountUnit) -> None:
    if left is not right:
        raise MisuseError("unit-mismatch", left=left, right=right)
