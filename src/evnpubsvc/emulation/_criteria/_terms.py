"""What a criterion reads: figures, alone or combined into one number."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, read_member, tuple_of
from evnpubsvc.emulation._base import exact
from evnpubsvc.emulation._figures import UnitFigures
from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding
from evnpubsvc.quantities import AnyCount, Count, CountRange, Unknown, ZeroPolicy
from evnpubsvc.texts import LabelledEnum


class Combine(LabelledEnum):
    """How several figures become one number."""

    SUM = "sum"
    LARGEST = "largest"


@frozen
class Term(PublicType):
    """A numerator or denominator: one figure, a sum of figures, or the largest of several.

    Attributes:
        figures: keys of figures, at least one. If any of them is unknown, the term is unknown.
        combine: how they become one number.
    """

    figures: tuple[str, ...] = field(validator=tuple_of(str))
    combine: Combine = field(default=Combine.SUM, validator=instance_of(Combine))

    def __attrs_post_init__(self) -> None:
        if not self.figures:
            raise DataError([finding("term-empty")])

    def __str__(self) -> str:
        if len(self.figures) == 1:
            return self.figures[0]
        if self.combine is Combine.LARGEST:
            return f"max({', '.join(self.figures)})"
        return f"({' + '.join(self.figures)})"

    def counted(self, figures: UnitFigures) -> AnyCount | Unknown:
        """Return the count of the term, within bounds where one of its figures is."""
        counts: list[AnyCount] = []
        for key in self.figures:
            figure = figures[key]
            if isinstance(figure, Unknown):
                return figure if figure.about else Unknown(figure.reason, key)
            assert isinstance(figure, (Count, CountRange))  # as below
            counts.append(figure)
        if len(counts) == 1:
            return counts[0]

        # Both ends are combined as the counts are.
        join = sum if self.combine is Combine.SUM else max
        ends = [each.most for each in counts]
        if None in ends:
            most = None
        else:
            most = join(end for end in ends if end is not None)
        return CountRange(join(each.least for each in counts), most, counts[0].unit)

    def value(self, figures: UnitFigures) -> int | Unknown:
        """Return the value of the term over counts; the first unknown figure makes it unknown.

        A figure that is known only within bounds makes it unknown too: see `counted`.
        """
        values: list[int] = []
        within: Unknown | None = None
        for key in self.figures:
            figure = figures[key]
            if isinstance(figure, Unknown):
                if figure.about:
                    return figure
                return Unknown(figure.reason, key)
            if isinstance(figure, CountRange):
                if within is None:
                    within = Unknown("known-within-bounds", key)
                continue
            assert isinstance(figure, Count)  # `check_figures` has refused everything else
            values.append(figure.value)
        if within is not None:
            return within
        if self.combine is Combine.SUM:
            return sum(values)
        return max(values)


class Reads(LabelledEnum):
    """What a criterion needs to find in a figure."""

    COUNT = "count"
    NUMBER = "number"
    CHOICE = "choice"


Slot: TypeAlias = tuple[str, Term, Reads]
"""What a field of a criterion reads: name of the field, term, what the figures must be."""


@frozen
class Stated(PublicType):
    """What another place of the same document says this item's maximum is. All places must agree.

    It serves the transcription of a draft: type in both, and the check finds the contradiction.

    Attributes:
        where: the place, as the document names it (`"column 5"`, `"Annex, note 3"`).
        maximum: the points stated there, without sign.
    """

    where: str = field(validator=instance_of(str))
    maximum: Fraction = field(converter=exact, validator=instance_of(Fraction))


def as_term(given: Term | str) -> Term:
    """Return a term, given as itself or as the key of its one figure."""
    if isinstance(given, str):
        return Term((given,))
    return given


def as_zero_policy(given: ZeroPolicy | str) -> ZeroPolicy:
    """Return what a ratio over nothing is worth, given as itself or as its word."""
    return read_member(ZeroPolicy, given)
