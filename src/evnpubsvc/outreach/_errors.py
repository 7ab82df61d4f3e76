"""Why there is no roster, and why a swap is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding


@frozen
class RosterConflict(PublicType):
    """Days that cannot be covered, and the members they would need.

    The proof that there is no roster.

    Attributes:
        reason: reason code: `day-without-decision`, `day-without-member`, `days-above-limit` (the
            days are more than the members named, the only ones who can take them, may take),
            `days-in-a-row` (only so many members for consecutive days), `rules-together` (the run
            of days cannot be filled under both rules), `roster-undecided` (the search ended without
            an answer).
        days: the days, ascending.
        members: the members who are all that there is for these days; for `day-without-member`
            those who belong to the team and are away.
    """

    reason: str
    days: tuple[date, ...]
    members: tuple[str, ...] = ()

    def as_finding(self) -> Finding:
        """Return the conflict as a finding."""
        days = ", ".join(day.isoformat() for day in self.days)
        return finding(self.reason, "", days, count=len(self.days), members=tuple(self.members))


class InfeasibleRosterError(DataError):
    """There is no roster that keeps the rules.

    Attributes:
        conflicts: each proof on its own; at least one.
        findings: the same as findings.
    """

    def __init__(self, conflicts: Iterable[RosterConflict]) -> None:
        self.conflicts: tuple[RosterConflict, ...] = tuple(conflicts)
        super().__init__(conflict.as_finding() for conflict in self.conflicts)

    def __reduce__(self) -> tuple[Any, ...]:
        return (InfeasibleRosterError, (self.conflicts,))


class ChangeRefusedError(MisuseError):
    """A change of a roster that would break a rule; the roster stays as it was."""
