"""Ratios of counts, and of counts within bounds."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc.errors import MisuseError
from evnpubsvc.quantities._counts import (
    AnyCount,
    Count,
    CountRange,
    Unknown,
    ZeroPolicy,
    same_unit,
)
from evnpubsvc.quantities._intervals import Interval, interval_of
from evnpubsvc.texts import Language


@frozen(order=False)
class Ratio(PublicType):
    """A number of things out of a number of things.

    Attributes:
        numerator: the part; a `CountRange` where it is known within bounds only.
        denominator: the whole; may be zero, see `value`, or a `CountRange`.
        above_one: the numerator may exceed the denominator (growth, two registers compared).
        mixed_units: numerator and denominator may count different things (dossiers per officer).
        independent: counts within bounds can take their values whatever the other is. False where
            one of them is part of both sides; then `between` is a bound.

    Raises:
        MisuseError: `unit-mismatch` or `numerator-above-denominator`, unless told otherwise.

    >>> from evnpubsvc.quantities import CountUnit, round_half_up
    >>> on_time = Ratio(Count(144_625, CountUnit.DOSSIERS), Count(184_513, CountUnit.DOSSIERS))
    >>> round_half_up(on_time.value(ZeroPolicy.ZERO) * 100, 2)
    Fraction(3919, 50)
    """

    numerator: AnyCount
    denominator: AnyCount
    above_one: bool = field(default=False, kw_only=True)
    mixed_units: bool = field(default=False, kw_only=True)
    independent: bool = field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        for name, count in (("numerator", self.numerator), ("denominator", self.denominator)):
            if not isinstance(count, (Count, CountRange)):
                raise MisuseError(
                    "wrong-type",
                    count,
                    record="Ratio",
                    field=name,
                    got=type(count).__name__,
                    expected="Count",
                )
        if not self.mixed_units:
            same_unit(self.numerator.unit, self.denominator.unit)
        most = self.denominator.most
        if not self.above_one and most is not None and self.numerator.least > most:
            raise MisuseError(
                "numerator-above-denominator", numerator=self.numerator.least, denominator=most
            )

    @answer_wrong_arguments
    def value(self, zero: ZeroPolicy) -> Fraction | Unknown:
        """Return the exact ratio.

        Args:
            zero: what a denominator of zero is worth: `FULL` gives 1, `ZERO` gives 0, the other two
                an `Unknown` whose reason is the name of the policy. With a denominator above zero
                it does not matter.

        Returns:
            The ratio; of counts within bounds an `Unknown("known-within-bounds")`, unless all that
            they allow gives one value: ask `between`.
        """
        if isinstance(self.numerator, Count) and isinstance(self.denominator, Count):
            return _share(self.numerator.value, self.denominator.value, zero)
        found = self.between(zero)
        if isinstance(found, Interval):
            if found.is_one_value:
                return found.low
            return Unknown("known-within-bounds")
        return found

    @answer_wrong_arguments
    def between(self, zero: ZeroPolicy) -> Interval | Unknown:
        """Return the least and the most that the ratio can be; exactly, if they are independent.

        Args:
            zero: as for `value`.

        Returns:
            The interval; of two known counts it is one value. A part within bounds never exceeds
            its whole, unless the ratio may. An `Unknown` where the whole may be zero and the
            policy has no value for that.

        >>> share = Ratio(Count(90, "dossiers"), CountRange(100, 120, "dossiers"))
        >>> print(share.between(ZeroPolicy.ZERO))
        0.75 to 0.9
        """

        def share(numbers: tuple[int, ...]) -> Fraction | Unknown | None:
            part, whole = numbers
            if part > whole and not self.above_one:
                return None
            return _share(part, whole, zero)

        # Over nothing the policy decides: there the ratio jumps.
        top = None if self.above_one else Fraction(1)
        found = interval_of([self.numerator, self.denominator], share, turns=(0, 1), top=top)
        assert found is not None  # the record has refused a part that is always above its whole
        if self.independent or isinstance(found, Unknown) or found.is_one_value:
            return found
        return Interval(found.low, found.high, reached=False)

    def written(self, lang: Language) -> str:
        """Return both numbers with their unit, or with both units where they differ.

        >>> print(Ratio(Count(3, "dossiers"), Count(10, "people"), mixed_units=True).written("vi"))
        3 hồ sơ/10 người
        """
        if self.numerator.unit is not self.denominator.unit:
            return f"{self.numerator.written(lang)}/{self.denominator.written(lang)}"
        if isinstance(self.numerator, Count) and isinstance(self.denominator, Count):
            unit = self.denominator.unit.text.get(lang)
            return f"{self.numerator.value}/{self.denominator.value} {unit}"
        return f"{self.numerator.written(lang)} / {self.denominator.written(lang)}"

    def __str__(self) -> str:
        return self.written("en")


def _share(part: int, whole: int, zero: ZeroPolicy) -> Fraction | Unknown:
    """Return a part of a whole; of nothing, what the policy says."""
    if whole:
        return Fraction(part, whole)
    if zero is ZeroPolicy.FULL:
        return Fraction(1)
    if zero is ZeroPolicy.ZERO:
        return Fraction(0)
    return Unknown(zero.value)


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
        independent=all(part.independent for part in parts),
    )
