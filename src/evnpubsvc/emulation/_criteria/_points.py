"""Points that somebody else has given."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from evnpubsvc._records import frozen
from evnpubsvc.emulation._base import positive, raise_all
from evnpubsvc.emulation._criteria._given import GivenCriterion
from evnpubsvc.emulation._criteria._weighted import WeightedCriterion


@frozen(kw_only=True)
class PointsCriterion(GivenCriterion):
    """Points looked up in a figure: somebody else has given them, from zero to the maximum.

    Attributes:
        figure: the figure that holds the points; an exact number, no count. Zero and the maximum
            are both allowed.
    """

    kind: ClassVar[str] = "points"

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum))

    def scaled(self, factor: Fraction) -> WeightedCriterion:
        """Return the criterion with another weight.

        The points that were given become a value on a scale, which is weighted.
        """
        return WeightedCriterion(
            key=self.key,
            title=self.title,
            maximum=self.maximum * factor,
            sources=self.sources,
            note=self.note,
            evidence=self.evidence,
            figure=self.figure,
            full_scale=self.maximum,
        )

    @property
    def top(self) -> Fraction:
        """The highest points that can be given."""
        return self.maximum
