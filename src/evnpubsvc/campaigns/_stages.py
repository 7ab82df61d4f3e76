"""The stages of a drive."""

from __future__ import annotations

from datetime import date

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of
from evnpubsvc.texts import LabelledEnum


class CampaignStage(LabelledEnum):
    """Where a campaign stands. The order is a design of practice, not a norm."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    ACTIVE = "active"
    SUBMISSION_CLOSED = "submission-closed"
    UNIT_REVIEW = "unit-review"
    COUNCIL_REVIEW = "council-review"
    FINAL_APPROVAL = "final-approval"
    DECISION_ISSUED = "decision-issued"
    PUBLIC = "public"
    ARCHIVED = "archived"


@frozen(kw_only=True)
class StageStep(PublicType):
    """One step of a campaign.

    Attributes:
        stage: the stage reached.
        day: when; None where it is not known.
    """

    stage: CampaignStage = field(validator=instance_of(CampaignStage))
    day: date | None = field(default=None, validator=instance_of(date, type(None)))
