"""Why a service is supplied only in part."""

from evnpubsvc.texts import LabelledEnum


class PartialReason(LabelledEnum):
    """Why a service may be supplied only in part, NĐ 224/2026/NĐ-CP art. 14, from 01/7/2026."""

    PRESENCE = "presence"
    """(i) The person must be present at the agency."""
    ON_SITE = "on-site"
    """(ii) On-site verification is required."""
    INCIDENT = "incident"
    """(iii) A technical incident that cannot be fixed at once."""
    TECHNICAL = "technical"
    """(iv) Another technical issue that is not solved yet."""
