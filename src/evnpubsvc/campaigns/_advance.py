"""One stage after another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from attrs import evolve

from evnpubsvc._tables import packaged_table
from evnpubsvc.campaigns._drive import Campaign
from evnpubsvc.campaigns._law import LAW
from evnpubsvc.campaigns._stages import CampaignStage, StageStep
from evnpubsvc.errors import MisuseError


@cache
def _allowed() -> Mapping[CampaignStage, frozenset[CampaignStage]]:
    steps = packaged_table(LAW)["steps"]
    return MappingProxyType(
        {CampaignStage(row["at"]): frozenset(map(CampaignStage, row["next"])) for row in steps}
    )


def advance(
    campaign: Campaign,
    stage: CampaignStage,
    *,
    day: date,
    allowed: Mapping[CampaignStage, Iterable[CampaignStage]] | None = None,
) -> Campaign:
    """Return the campaign one stage on.

    Args:
        campaign: the campaign.
        stage: the stage to reach.
        day: when it is reached; never before the last step.
        allowed: stages that may follow each; by default the order of one provincial system, which
            is no norm.

    Raises:
        MisuseError: `stage-step-not-allowed`, with what is allowed; `day-backwards`.
    """
    table = _allowed() if allowed is None else allowed
    following = sorted(each.value for each in table.get(campaign.stage, ()))
    if stage.value not in following:
        raise MisuseError(
            "stage-step-not-allowed",
            stage,
            at=campaign.stage,
            known=tuple(following),
        )
    known = [step.day for step in campaign.steps if step.day is not None]
    if known and day < known[-1]:
        raise MisuseError("day-backwards", day, before=known[-1])
    return evolve(campaign, steps=(*campaign.steps, StageStep(stage=stage, day=day)))
