"""Points that somebody else has given."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from attrs import frozen

from evnpubsvc.emulation._base import positive, raise_all
from evnpubsvc.emulation._criteria._given import GivenCriterion


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

    @property
    def top(self) -> Fraction:
        """The highest points that can be given."""
        return self.maximum
