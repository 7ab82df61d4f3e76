"""Law and provenance: which text a rule or figure rests on, when it holds, and how sure we are of it."""

from evnpubsvc.law._citation import Citation, Confidence
from evnpubsvc.law._validity import Dated, Timeline, Validity

__all__ = ["Citation", "Confidence", "Dated", "Timeline", "Validity"]
