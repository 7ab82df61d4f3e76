"""What the command line may use of this room, and nothing else."""

from __future__ import annotations

from evnpubsvc.frames._coded import coded_files, coded_limits, coded_spellings
from evnpubsvc.frames._sources import files_of
from evnpubsvc.serde.engine import terms_of
from evnpubsvc.statistics import LimitTerms
from evnpubsvc.worktime import Calendar

__all__ = ["stated_spellings", "stated_terms"]


def stated_terms(path: str, calendar: Calendar) -> LimitTerms | None:
    """Return the terms by the limits that a packed register states; none for another register."""
    coded = coded_files(files_of(path), None)
    if coded is None:
        return None
    return terms_of(coded_limits(coded[1]), None, calendar, coded_spellings(coded[1]))


def stated_spellings(path: str) -> tuple[str, ...]:
    """Return the dimensions whose spellings a packed register joins; none for another register."""
    coded = coded_files(files_of(path), None)
    return () if coded is None else tuple(coded_spellings(coded[1]))
