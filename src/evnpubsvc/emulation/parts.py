"""The interface for readers of documents: a scheme taken apart, with its checks and its lint.

A reader that could not build a whole scheme hands over the parts that it could read.
"""

from evnpubsvc.emulation._check import scheme_findings
from evnpubsvc.emulation._lint import lint_parts
from evnpubsvc.emulation._parts import CriterionPart, FigurePart, GroupPart, Parts

__all__ = [
    "CriterionPart",
    "FigurePart",
    "GroupPart",
    "Parts",
    "lint_parts",
    "scheme_findings",
]
