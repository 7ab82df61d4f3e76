"""The points of one criterion, with all they were made from."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of, writable_texts
from evnpubsvc.quantities import CountRange, Interval, Unknown, ZeroPolicy

# Marks that stay with the points, beside those of the figures themselves.
EVIDENCE_ABSENT: Final = "evidence-absent"
INAPPLICABLE: Final = "inapplicable"
PUBLISHED: Final = "published-without-counts"
SMALL_BASE: Final = "small-base"
VOIDED: Final = "voided"

_NOT_COUNTED: Final = frozenset({ZeroPolicy.EXCLUDED.value, "monitor-only", "undetermined"})


@frozen(kw_only=True)
class Component(PublicType):
    """The points of one criterion, with everything they were made from.

    Attributes:
        key: key of the criterion in the sheet's scheme.
        points: points after rounding, where the scheme rounds components; else exact. Zero or
            less for deductions. An `Unknown` when a figure is missing (`figure-blank`,
            `figure-absent`), when nothing can be measured (`not-assessable`), when the criterion
            left the sheet (`excluded`), when it is only shown (`monitor-only`, `undetermined`), or
            when its figures are known within bounds only (`known-within-bounds`, see `between`).
        exact: points before any rounding.
        numerator: n of a ratio, the current count of a growth; None for other criteria and for an
            unknown.
        denominator: d of a ratio, the earlier count of a growth; None likewise.
        value: given points, value, or count of events; None where there is none.
        capped: the maximum cut the points.
        zero: the policy that decided, where d is zero; else None.
        divisor: parts of the substitute period in this one: the ratio is n over d / divisor.
        chosen: keys of the chosen options, in the order of the items.
        flags: marks that stay with the number: those of its figures, of a substitute denominator,
            and `evidence-absent`, `inapplicable`, `published-without-counts`, `small-base`,
            `voided`.
        within: figures that are known within bounds only, as pairs sorted by key. Where they are
            not, the points can be one number all the same: a cap reached in any case.
        between: the least and the most points that they allow; None without such figures.
    """

    key: str = field(validator=nonempty_text)
    points: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    exact: Fraction | Unknown = field(validator=instance_of(Fraction, Unknown))
    numerator: int | None = field(default=None, validator=instance_of(int, type(None)))
    denominator: int | None = field(default=None, validator=instance_of(int, type(None)))
    value: Fraction | None = field(default=None, validator=instance_of(Fraction, type(None)))
    capped: bool = field(default=False, validator=instance_of(bool))
    zero: ZeroPolicy | None = field(default=None, validator=instance_of(ZeroPolicy, type(None)))
    divisor: int = field(default=1, validator=instance_of(int))
    chosen: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    flags: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    within: tuple[tuple[str, CountRange], ...] = field(default=(), validator=writable_texts)
    between: Interval | None = field(default=None, validator=instance_of(Interval, type(None)))

    @property
    def excluded(self) -> bool:
        """The criterion left the sheet, and its maximum with it."""
        return isinstance(self.points, Unknown) and self.points.reason == ZeroPolicy.EXCLUDED

    @property
    def counted(self) -> bool:
        """It enters the sum: it neither left the sheet nor is only shown."""
        return not (isinstance(self.points, Unknown) and self.points.reason in _NOT_COUNTED)


def before_rounding(key: str, points: Fraction | Unknown, **parts: Any) -> Component:
    """Return a component whose points nobody has rounded yet."""
    return Component(key=key, points=points, exact=points, **parts)


def over_nothing(key: str, zero: ZeroPolicy) -> Fraction | Unknown:
    """Return the share of the maximum that a ratio over nothing earns."""
    if zero is ZeroPolicy.FULL:
        return Fraction(1)
    if zero is ZeroPolicy.ZERO:
        return Fraction(0)
    return Unknown(zero.value, key)
