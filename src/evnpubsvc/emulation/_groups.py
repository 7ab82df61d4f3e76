"""What a sheet is made of: where it rounds, its groups of criteria, its grades."""

from __future__ import annotations

from fractions import Fraction

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import as_text, instance_of, read_member, tuple_of, valid_key
from evnpubsvc.emulation._base import exact, exact_or_none, positive, raise_all
from evnpubsvc.emulation._criteria import Criterion, CriterionBase
from evnpubsvc.emulation._rules import Condition
from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding
from evnpubsvc.texts import LabelledEnum, Text


class RoundingAt(LabelledEnum):
    """Where a scheme rounds.

    The sum of rounded parts and the rounded sum differ, so there is no default.
    """

    COMPONENT = "component"
    """Each criterion's points; groups and total are sums of rounded points."""
    GROUP = "group"
    """Each group's exact sum; the total is the sum of rounded groups."""
    TOTAL = "total"
    """Only the exact total."""


def _rounding_at(given: RoundingAt | str) -> RoundingAt:
    return read_member(RoundingAt, given)


@frozen
class Rounding(PublicType):
    """Rounding half up, to decimal places, at one declared place.

    Attributes:
        places: decimal places, 0 to 12.
        at: where.
    """

    places: int = field(validator=instance_of(int))
    at: RoundingAt = field(converter=_rounding_at)

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.places <= 12:
            raise DataError([finding("places-out-of-range", ".places", self.places)])


class ExcludedRule(LabelledEnum):
    """What happens to the total when a criterion leaves the sheet."""

    REDUCE = "reduce"
    """The maximum of the sheet shrinks.

    Its total is shown but not ranked: it is out of less than the others'.
    """
    REDISTRIBUTE = "redistribute"
    """The total is scaled up to the declared maximum: the other criteria share the points."""


class GroupRole(LabelledEnum):
    """What the points of a group do to the total."""

    SCORED = "scored"
    """They make up the maximum of the scheme."""
    BONUS = "bonus"
    """Bonus points (điểm thưởng), on top of the maximum."""
    DEDUCTION = "deduction"
    """Points taken away (điểm trừ); zero or less."""


@frozen(kw_only=True)
class Group(PublicType):
    """A group of criteria whose maxima add up to its own.

    Attributes:
        key: stable key, unique among the groups.
        title: name in both languages.
        maximum: sum of the criteria's maxima. Of deductions: the most that the group takes.
        criteria: at least one.
        role: scored, bonus or deductions.
        cut: the criteria add up to more on purpose, and the group is cut at its maximum. Otherwise
            they must add up.
    """

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    maximum: Fraction = field(converter=exact)
    criteria: tuple[Criterion, ...] = field(validator=tuple_of(CriterionBase))
    role: GroupRole = field(default=GroupRole.SCORED, validator=instance_of(GroupRole))
    cut: bool = field(default=False, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum))


@frozen(kw_only=True)
class Band(PublicType):
    """A grade (xếp loại) by total: `at_least <= total < below`; the top band has no upper end.

    Attributes:
        key: stable key.
        title: name in both languages.
        at_least: lowest total, inclusive, zero or more.
        below: first total that is too high; None for "up to the next band", and for the top band.
        conditions: what the grade needs besides its total; a unit that fails one falls to the next
            band below.
    """

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    at_least: Fraction = field(converter=exact, validator=instance_of(Fraction))
    below: Fraction | None = field(
        default=None, converter=exact_or_none, validator=instance_of(Fraction, type(None))
    )
    conditions: tuple[Condition, ...] = field(default=(), validator=tuple_of(Condition))
