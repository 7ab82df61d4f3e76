"""Where a campaign stands: its figures scored, ranked and awarded, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import evolve, field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.campaigns._drive import Campaign
from evnpubsvc.campaigns._law import (
    AwardAuthority,
    LegalRegime,
    award_authorities,
    legal_regime,
)
from evnpubsvc.emulation import (
    Awards,
    Grading,
    ScoreSheet,
    Standings,
    UnitFigures,
    Verdict,
    award,
    grade_all,
    rank,
    score,
)
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, notice
from evnpubsvc.quantities import Unknown
from evnpubsvc.texts.parts import named
from evnpubsvc.worktime import Calendar


@frozen(kw_only=True, repr=False)
class CampaignReport(PublicType, Printed):
    """Where a campaign stands: standings, prizes, what is missing.

    Attributes:
        campaign: the campaign.
        regime: the law of its launch; None where none is known.
        standings: the standings; None without figures.
        grading: grades after the quota; None without figures.
        awards: prizes decided and ties left open; None without figures.
        notices: what the law asks and the drive does not say, and what participants lack.
        missing: participants without figures.
    """

    campaign: Campaign = field(validator=instance_of(Campaign))
    regime: LegalRegime | None = field(validator=instance_of(LegalRegime, type(None)))
    standings: Standings | None = field(validator=instance_of(Standings, type(None)))
    grading: Grading | None = field(validator=instance_of(Grading, type(None)))
    awards: Awards | None = field(validator=instance_of(Awards, type(None)))
    notices: tuple[Finding, ...] = field(validator=tuple_of(Finding))
    missing: tuple[str, ...] = field(validator=tuple_of(str))

    def __repr__(self) -> str:
        units = 0 if self.standings is None else len(self.standings)
        return f"<CampaignReport of {self.campaign.key}: {units} units>"


def campaign_report(
    campaign: Campaign,
    figures: Iterable[UnitFigures] = (),
    *,
    calendar: Calendar | None = None,
    authorities: Iterable[AwardAuthority] = (),
    decision_day: date | None = None,
) -> CampaignReport:
    """Score, rank and award a campaign, and say what is missing.

    Args:
        campaign: the campaign.
        figures: the figures of its units. A unit that is no participant is a notice and is left
            out.
        calendar: for deadlines in working days; without it they are notices. A deadline on days
            off that are not decided is a notice too (`year-undecided`).
        authorities: who may award, as far as the caller knows more than this library.
        decision_day: the day of the award decision, for who may award; by default the last day of
            the drive.

    Raises:
        DataError: figures that cannot be, of all units.
    """
    known_authorities = tuple(authorities)
    notices = list(campaign.notices())
    participants = {each.unit: each for each in campaign.participants}
    sheets: list[ScoreSheet] = []
    found: list[Finding] = []
    present: set[str] = set()
    late = _late(campaign, calendar, notices)

    # A sheet for each participant that reported; who reported late is barred.
    for each in figures:
        if participants and each.unit not in participants:
            notices.append(notice("not-a-participant", "", each.unit))
            continue
        present.add(each.unit)
        try:
            sheets.append(_barred(score(campaign.scheme, each), late.get(each.unit, ())))
        except DataError as error:
            found += error.findings
    if found:
        raise DataError(found)

    # Ranks, grades and prizes.
    standings = rank(sheets) if sheets else None
    grading = None if standings is None else grade_all(standings)
    if standings is None:
        awards = None
    else:
        awards = award(standings, grading=grading)
    if grading is not None:
        notices += grading.notices

    # Who may give the prizes on the day of the decision.
    day = decision_day or campaign.end
    for prize in campaign.scheme.prizes:
        if prize.form:
            notices += _authority_notices(prize.form, prize.key, day, known_authorities)
    regime = legal_regime(campaign.start if campaign.launch is None else campaign.launch.day)
    return CampaignReport(
        campaign=campaign,
        regime=regime,
        standings=standings,
        grading=grading,
        awards=awards,
        notices=tuple(notices),
        missing=tuple(unit for unit in participants if unit not in present),
    )


def _authority_notices(
    form: str, prize: str, day: date, known: tuple[AwardAuthority, ...]
) -> list[Finding]:
    """What somebody should know about who may give a prize.

    Nobody is known, or the law was amended unseen.
    """
    who = award_authorities(form, day, known=known)
    if not who:
        return [notice("authority-unknown", "", named("award-form", form), prize=prize, day=day)]
    # One authority whose law stands as it was seen is enough.
    amended = [each for each in who if each.amended is not None]
    if len(amended) < len(who):
        return []
    first = amended[0]
    parts = {"source": first.source, "amended": first.amended}
    return [
        notice("authority-amended", "", named("award-form", form), prize=prize, day=day, **parts)
    ]


def _barred(sheet: ScoreSheet, reasons: Iterable[str]) -> ScoreSheet:
    verdicts = [
        Verdict(key=reason, value=Unknown(reason, sheet.unit), reason=Unknown(reason, sheet.unit))
        for reason in reasons
    ]
    if verdicts:
        return evolve(sheet, verdicts=(*sheet.verdicts, *verdicts))
    return sheet


def _late(
    campaign: Campaign, calendar: Calendar | None, notices: list[Finding]
) -> Mapping[str, tuple[str, ...]]:
    """Return the units that missed a deadline and are barred for it; every miss is a notice."""
    barred: dict[str, tuple[str, ...]] = {}
    for name, deadline, bars in (
        ("registered", campaign.registration, campaign.unregistered_barred),
        ("reported", campaign.reporting, campaign.unreported_barred),
    ):
        if deadline is None:
            continue
        day = deadline.on(campaign.end, calendar)
        if day is None:
            notices.append(notice("deadline-needs-calendar", f".{name}"))
            continue
        if calendar is not None and deadline.day is None:
            notices += calendar.provisional_notices(day)

        # Who was too late, or has not done it, is named, and barred where the rules say so.
        for each in campaign.participants:
            done: date | None = getattr(each, name)
            if done is not None and done <= day:
                continue
            reason = f"not-{name}" if done is None else f"{name}-late"
            notices.append(notice(reason, "", each.unit, deadline=day))
            if bars:
                barred[each.unit] = (*barred.get(each.unit, ()), reason)
    return barred
