"""Outreach: the team that helps people online.

Its duty rosters, what its desk carries, what the help achieves.

Depends on worktime, quantities, law and what lies below. No personal data: members and applicants
are opaque references, and what looks like an identity or phone number is refused.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.outreach._capacity import Capacity, DeskPlan, StepTime, estimate_capacity, plan_desks
from evnpubsvc.outreach._desk import (
    Activity,
    ActivityKind,
    Equipment,
    EquipmentKind,
    SupportDesk,
    SupportProgramme,
)
from evnpubsvc.outreach._errors import ChangeRefusedError, InfeasibleRosterError
from evnpubsvc.outreach._export import roster_csv, roster_text
from evnpubsvc.outreach._funding import Expense, Funding, FundingKind
from evnpubsvc.outreach._recurring import recurring_duties
from evnpubsvc.outreach._roster import Absence, Duty, DutyRoster, plan_roster, plan_rosters
from evnpubsvc.outreach._session import (
    AssistanceFigures,
    AssistanceSession,
    AssistanceStep,
    Barrier,
    Filing,
    tally_assistance,
)
from evnpubsvc.outreach._suppress import ProtectedTable, publish_table
from evnpubsvc.outreach._team import (
    Member,
    MemberBasis,
    MemberRole,
    SupportTeam,
    TeamChange,
    TeamDecision,
    Tenure,
)

__all__ = [
    "Absence",
    "Activity",
    "ActivityKind",
    "AssistanceFigures",
    "AssistanceSession",
    "AssistanceStep",
    "Barrier",
    "Capacity",
    "ChangeRefusedError",
    "DeskPlan",
    "Duty",
    "DutyRoster",
    "Equipment",
    "EquipmentKind",
    "Expense",
    "Filing",
    "Funding",
    "FundingKind",
    "InfeasibleRosterError",
    "Member",
    "MemberBasis",
    "MemberRole",
    "ProtectedTable",
    "StepTime",
    "SupportDesk",
    "SupportProgramme",
    "SupportTeam",
    "TeamChange",
    "TeamDecision",
    "Tenure",
    "estimate_capacity",
    "plan_desks",
    "plan_roster",
    "plan_rosters",
    "publish_table",
    "recurring_duties",
    "roster_csv",
    "roster_text",
    "tally_assistance",
]

publish(__name__, __all__)

# It publishes the rest, of the same modules.
import evnpubsvc.outreach.results  # noqa: E402, F401  # pyright: ignore[reportUnusedImport]
