"""Campaigns (đợt thi đua): the lawful frame around a scheme, from the draft to the award decision.

Flow of a drive: a `Campaign` names its scheme, its participants, its deadlines and what the law
asks a drive to say; `campaign_report` scores, ranks and awards it and says what is missing;
`advance` takes it from stage to stage; `recognition_chain` follows its awards upwards.
`legal_regime` and `award_authorities` are the law by date.

Flow of a plan: a `PlanTree` holds plans and their tasks; `follow_plans` says where each task is on
a day, from tallies over `plan_periods` by `plan_dimensions`; `draft_plan` begins the next one.

Depends on emulation, outreach and statistics.
"""

import evnpubsvc.campaigns._plan_table  # pyright: ignore[reportUnusedImport]
import evnpubsvc.campaigns._table  # noqa: F401  # pyright: ignore[reportUnusedImport]
from evnpubsvc._hooks import publish
from evnpubsvc.campaigns._advance import advance
from evnpubsvc.campaigns._awards import (
    AwardRecord,
    Conference,
    RecognisedModel,
    council_passes,
    second_awards,
)
from evnpubsvc.campaigns._drive import (
    Campaign,
    CampaignDeadline,
    DriveForm,
    DriveScope,
    Elements,
    Launch,
    Participant,
)
from evnpubsvc.campaigns._law import (
    AwardAuthority,
    LegalRegime,
    award_authorities,
    legal_regime,
    legal_regimes,
)
from evnpubsvc.campaigns._outlook import Outlook, draft_plan
from evnpubsvc.campaigns._plan import PlanTarget, PlanTask, PlanTree, TaskResult, WorkPlan
from evnpubsvc.campaigns._plan_lint import lint_plans
from evnpubsvc.campaigns._progress import (
    PlanReport,
    TaskProgress,
    TaskStatus,
    follow_plans,
    plan_dimensions,
    plan_periods,
)
from evnpubsvc.campaigns._recognition import (
    RecognitionChain,
    RecognitionLink,
    RecognitionStep,
    recognition_chain,
)
from evnpubsvc.campaigns._report import CampaignReport, campaign_report
from evnpubsvc.campaigns._stages import CampaignStage, StageStep

__all__ = [
    "AwardAuthority",
    "AwardRecord",
    "Campaign",
    "CampaignDeadline",
    "CampaignReport",
    "CampaignStage",
    "Conference",
    "DriveForm",
    "DriveScope",
    "Elements",
    "Launch",
    "LegalRegime",
    "Outlook",
    "Participant",
    "PlanReport",
    "PlanTarget",
    "PlanTask",
    "PlanTree",
    "RecognisedModel",
    "RecognitionChain",
    "RecognitionLink",
    "RecognitionStep",
    "StageStep",
    "TaskProgress",
    "TaskResult",
    "TaskStatus",
    "WorkPlan",
    "advance",
    "award_authorities",
    "campaign_report",
    "council_passes",
    "draft_plan",
    "follow_plans",
    "legal_regime",
    "legal_regimes",
    "lint_plans",
    "plan_dimensions",
    "plan_periods",
    "recognition_chain",
    "second_awards",
]

publish(__name__, __all__)
