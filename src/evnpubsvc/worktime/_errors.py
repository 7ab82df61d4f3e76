"""The error of a calendar that does not know."""

from __future__ import annotations

from evnpubsvc.errors import MisuseError


class OutsideCoverageError(MisuseError, LookupError):
    """A day that the calendar does not cover; the message names the first and the last covered day.

    Make-up days are decreed year by year, so a calendar that went on without them would promise
    wrong dates.
    """
