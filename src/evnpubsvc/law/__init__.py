"""Law and provenance: which text a rule or figure rests on, and how sure we are of it."""

from evnpubsvc.law._citation import Citation, Confidence

__all__ = ["Citation", "Confidence"]
