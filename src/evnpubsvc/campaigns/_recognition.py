"""Recognition: prize, certificate, authority, conference, report, model, from tier to tier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, optional_day, tuple_of
from evnpubsvc.campaigns._awards import AwardRecord
from evnpubsvc.campaigns._drive import Campaign
from evnpubsvc.errors import MisuseError
from evnpubsvc.texts import LabelledEnum, Text
from evnpubsvc.texts.parts import named


class RecognitionStep(LabelledEnum):
    """A step by which work is recognised (*ghi nhận, khen thưởng, nhân rộng*)."""

    PRIZE = "prize"
    """A prize of the drive (*giải*)."""
    CERTIFICATE = "certificate"
    """A form of commendation (*giấy khen*, *bằng khen*)."""
    AUTHORITY = "authority"
    """Who gave it (*cấp khen thưởng*)."""
    CONFERENCE = "conference"
    """The conference at which it was honoured (*hội nghị*)."""
    REPORT = "report"
    """The report that the unit gave there (*báo cáo tham luận*)."""
    MODEL = "model"
    """The model that others are to copy (*mô hình nhân rộng*)."""


@frozen(kw_only=True)
class RecognitionLink(PublicType):
    """One step of a chain of recognition.

    Attributes:
        campaign: key of the drive.
        unit: who is recognised.
        step: which step it is.
        known: whether anything is known of it. False: nobody said that it happened, nor that it did
            not.
        what: what it is, in both languages; None where that is not known.
        day: its day; None where it is not known.
        giver: who gave or held it; None where it is not known.
    """

    campaign: str = field(validator=instance_of(str))
    unit: str = field(validator=instance_of(str))
    step: RecognitionStep = field(validator=instance_of(RecognitionStep))
    known: bool = field(validator=instance_of(bool))
    what: Text | None = field(default=None, validator=instance_of(Text, type(None)))
    day: date | None = field(default=None, validator=optional_day)
    giver: Text | None = field(default=None, validator=instance_of(Text, type(None)))


@frozen(kw_only=True, repr=False)
class RecognitionChain(PublicType, Printed):
    """How the work of a unit was recognised, from its own drive up to the highest.

    Attributes:
        unit: the unit at the beginning.
        links: the steps, those of the lowest drive first; six for each award.
        upper_missing: key of the next drive up, which was not given; None where the chain ends.
    """

    unit: str = field(validator=instance_of(str))
    links: tuple[RecognitionLink, ...] = field(validator=tuple_of(RecognitionLink))
    upper_missing: str | None = field(default=None, validator=instance_of(str, type(None)))

    def __repr__(self) -> str:
        known = sum(link.known for link in self.links)
        return f"<RecognitionChain of {self.unit}: {known} of {len(self.links)} steps known>"

    def __iter__(self) -> Iterator[RecognitionLink]:
        return iter(self.links)

    def __len__(self) -> int:
        return len(self.links)


def recognition_chain(campaigns: Iterable[Campaign], unit: str) -> RecognitionChain:
    """Follow the recognition of a unit from drive to drive.

    Args:
        campaigns: the drives, in any order; each says which one is above it (`Campaign.upper`) and
            who enters there (`Campaign.entry`).
        unit: the unit, as awards name it.

    Returns:
        The chain. It begins with the drive of the unit that no other given drive of it leads to,
        and goes up as far as drives are given. In each, the awards of who entered it; an award
        without a field filled in has an unknown step, never one that did not happen.

    Raises:
        MisuseError: `campaign-twice`, `campaigns-in-circle`, `recognition-start-unclear` where the
            unit has awards in several drives and none leads to the others.
    """
    given = tuple(campaigns)
    known = {each.key: each for each in given}
    if len(known) < len(given):
        raise MisuseError("campaign-twice", tuple(each.key for each in given))

    # From the lowest drive of the unit upwards.
    own = [each for each in given if any(award.unit == unit for award in each.awards)]
    lowest = [each for each in own if each.key not in {other.upper for other in own}]
    if len(lowest) > 1 or (own and not lowest):
        raise MisuseError("recognition-start-unclear", unit, known=tuple(each.key for each in own))
    links: list[RecognitionLink] = []
    at, who, seen = (lowest[0] if lowest else None), unit, set[str]()
    missing: str | None = None
    while at is not None:
        if at.key in seen:
            raise MisuseError("campaigns-in-circle", at.key)
        seen.add(at.key)
        for award in at.awards:
            if award.unit == who:
                links += _links(at, award)
        who = at.entry or who
        if at.upper is not None and at.upper not in known:
            missing = at.upper
        at = None if at.upper is None else known.get(at.upper)
    return RecognitionChain(unit=unit, links=tuple(links), upper_missing=missing)


def _links(campaign: Campaign, award: AwardRecord) -> Iterator[RecognitionLink]:
    """Yield the six steps of an award."""
    prizes = {prize.key: prize.title for prize in campaign.scheme.prizes}
    prize = None
    if award.prize is not None:
        prize = prizes.get(award.prize, Text(vi=award.prize, en=award.prize))
    conference, model = award.conference, award.model

    def link(
        step: RecognitionStep, what: Text | None, day: date | None = None, giver: Text | None = None
    ) -> RecognitionLink:
        return RecognitionLink(
            campaign=campaign.key,
            unit=award.unit,
            step=step,
            known=what is not None,
            what=what,
            day=day,
            giver=giver,
        )

    yield link(RecognitionStep.PRIZE, prize)
    yield link(RecognitionStep.CERTIFICATE, named("award-form", award.form), award.day)
    yield link(RecognitionStep.AUTHORITY, award.giver, award.day, award.giver)
    if conference is None:
        yield link(RecognitionStep.CONFERENCE, None)
        yield link(RecognitionStep.REPORT, None)
    else:
        yield link(RecognitionStep.CONFERENCE, conference.title, conference.day, conference.host)
        yield link(RecognitionStep.REPORT, conference.report, conference.day)
    if model is None:
        yield link(RecognitionStep.MODEL, None)
    else:
        yield link(RecognitionStep.MODEL, model.title, model.day, model.giver)
