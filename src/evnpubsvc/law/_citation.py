"""Citations: instrument, article, confidence."""

from __future__ import annotations

from attrs import field, frozen

from evnpubsvc._validate import instance_of, nonempty_text
from evnpubsvc.texts import LabelledEnum

__all__ = ["Citation", "Confidence"]


class Confidence(LabelledEnum):
    """How a fact is known. Nothing marked `UNCERTAIN` is ever a constant of this library."""

    CONFIRMED = "confirmed"
    """The text or the official data were read."""
    SECONDARY = "secondary"
    """Read in a text that quotes or applies the rule (press, summary, other software)."""
    DERIVED = "derived"
    """Recomputed from data or concluded; stands in no text that was seen."""
    MEMORY = "memory"
    """Known from memory, believed right, not looked up."""
    UNCERTAIN = "uncertain"
    """From memory, doubtful."""
    DISPUTED = "disputed"
    """Sources disagree; the note says which reading is followed."""


@frozen
class Citation:
    """The source of a rule, a maximum or a figure.

    Attributes:
        instrument: number of the instrument as printed (`"QĐ 766/QĐ-TTg"`), or the name of a data source.
        article: article, clause or field, as the instrument names it; empty when the whole instrument is meant.
        confidence: how this is known.
        note: what a reader must know to judge it; may be empty.

    >>> print(Citation("NĐ 61/2018/NĐ-CP", "art. 18(2)"))
    NĐ 61/2018/NĐ-CP, art. 18(2)
    """

    instrument: str = field(validator=nonempty_text)
    article: str = field(default="", validator=instance_of(str))
    confidence: Confidence = field(default=Confidence.CONFIRMED, validator=instance_of(Confidence))
    note: str = field(default="", validator=instance_of(str))

    def __str__(self) -> str:
        return f"{self.instrument}, {self.article}" if self.article else self.instrument
