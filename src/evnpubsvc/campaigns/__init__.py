"""Campaigns (đợt thi đua): the lawful frame around a scheme, from the draft to the award decision.

Flow: a `Campaign` names its scheme, its participants, its deadlines and what the law asks a drive
to say; `campaign_report` scores, ranks and awards it and says what is missing; `advance` takes it
from stage to stage. `legal_regime` and `award_authorities` are the law by date. Depends on
emulation.
"""

import evnpubsvc.campaigns._table  # noqa: F401  # pyright: ignore[reportUnusedImport]
from evnpubsvc._hooks import publish
from evnpubsvc.campaigns._advance import advance
from evnpubsvc.campaigns._awards import AwardRecord, council_passes, second_awards
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
from evnpubsvc.campaigns._report import CampaignReport, campaign_report
from evnpubsvc.campaigns._stages import CampaignStage, StageStep

__all__ = [
    "AwardAuthority",
    "AwardRecord",
    "Campaign",
    "CampaignDeadline",
    "CampaignReport",
    "CampaignStage",
    "DriveForm",
    "DriveScope",
    "Elements",
    "Launch",
    "LegalRegime",
    "Participant",
    "StageStep",
    "advance",
    "award_authorities",
    "campaign_report",
    "council_passes",
    "legal_regime",
    "legal_regimes",
    "second_awards",
]

publish(__name__, __all__)
