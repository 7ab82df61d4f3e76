"""Campaigns (đợt thi đua): the lawful frame around a scheme, from the draft to the award decision.

Law stands in `law.toml` with days and confidence, and is chosen by the date of the event. What it leaves open (who
awards after the district level ended, and from 1/10/2026 on) is for the caller to name, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Final, Protocol

from attrs import evolve, field, fields, frozen

from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.emulation._awards import Awards, Grading, award, grade_all
from evnpubsvc.emulation._base import key_or_none, valid_key
from evnpubsvc.emulation._figures import Figure, UnitFigures
from evnpubsvc.emulation._grades import Verdict
from evnpubsvc.emulation._rank import Standings, rank
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.emulation._score import ScoreSheet, score
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.law import Citation, cited
from evnpubsvc.quantities import Count, Unknown
from evnpubsvc.texts import LabelledEnum, Text

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
    "WorkingCalendar",
    "advance",
    "award_authorities",
    "campaign_report",
    "council_passes",
    "legal_regime",
    "roll_up",
    "second_awards",
]

_LAW: Final = "emulation/law.toml"


class WorkingCalendar(Protocol):
    """What a campaign needs of a calendar."""

    def add_working_days(self, day: date, n: int, /) -> date:
        """Return the n-th working day after a day."""
        ...


# Law by date.


@frozen(kw_only=True)
class LegalRegime:
    """The law of emulation on a day.

    Attributes:
        key: stable key.
        valid_from: first day, inclusive.
        valid_until: last day, inclusive; None: open.
        law: the law.
        decree: the decree under it; None where none is confirmed.
        circular: the circular; None where none is confirmed.
        note: what a reader must know; may be None.
    """

    key: str = field(validator=valid_key)
    valid_from: date = field(validator=instance_of(date))
    valid_until: date | None = field(validator=instance_of(date, type(None)))
    law: Citation = field(validator=instance_of(Citation))
    decree: Citation | None = field(default=None, validator=instance_of(Citation, type(None)))
    circular: Citation | None = field(default=None, validator=instance_of(Citation, type(None)))
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)))


@frozen(kw_only=True)
class AwardAuthority:
    """Who may give a form of commendation, and when.

    Attributes:
        form: key of the form (`giay-khen`, `bang-khen-tinh` …).
        level: level of the body (`commune`, `district`, `province`, `government`, `agency`).
        who: the office.
        valid_from: first day, inclusive.
        valid_until: last day, inclusive; None: open.
        source: where it stands, with its confidence.
    """

    form: str = field(validator=valid_key)
    level: str = field(validator=valid_key)
    who: Text = field(validator=instance_of(Text))
    valid_from: date = field(validator=instance_of(date))
    valid_until: date | None = field(validator=instance_of(date, type(None)))
    source: Citation = field(validator=instance_of(Citation))


def _on(row: LegalRegime | AwardAuthority, day: date) -> bool:
    return row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)


@cache
def _regimes() -> tuple[LegalRegime, ...]:
    return tuple(
        LegalRegime(
            key=row["key"],
            valid_from=row["valid_from"],
            valid_until=row.get("valid_until"),
            law=cited(row["law"]),
            decree=cited(row["decree"]) if "decree" in row else None,
            circular=cited(row["circular"]) if "circular" in row else None,
            note=Text(**row["note"]) if "note" in row else None,
        )
        for row in packaged_table(_LAW)["regimes"]
    )


@cache
def _authorities() -> tuple[AwardAuthority, ...]:
    return tuple(
        AwardAuthority(
            form=row["form"],
            level=row["level"],
            who=Text(**row["who"]),
            valid_from=row["valid_from"],
            valid_until=row.get("valid_until"),
            source=cited(row["source"]),
        )
        for row in packaged_table(_LAW)["authorities"]
    )


def legal_regime(day: date) -> LegalRegime | None:
    """Return the law of emulation on the day a drive is launched or an award decided; None where none is known.

    >>> print(legal_regime(date(2022, 4, 19)).decree)
    Decree 91/2017/NĐ-CP
    >>> legal_regime(date(2026, 11, 24)).key
    'law-2026'
    """
    return next((regime for regime in _regimes() if _on(regime, day)), None)


def award_authorities(
    form: str, day: date, *, known: Iterable[AwardAuthority] = ()
) -> tuple[AwardAuthority, ...]:
    """Return who may give a form of commendation on a day.

    Args:
        form: key of the form.
        day: the day of the decision.
        known: authorities that the caller knows of. Needed for what this library does not know: after the district
            level ended, and from 1/10/2026 on.

    Returns:
        The authorities, those of the caller first; empty where none is known: then nobody may be assumed.

    >>> [a.level for a in award_authorities("giay-khen", date(2025, 6, 30))]
    ['commune', 'district', 'agency']
    >>> [a.level for a in award_authorities("giay-khen", date(2025, 7, 1))]
    ['commune', 'agency']
    >>> award_authorities("giay-khen", date(2026, 10, 1))
    ()
    """
    return tuple(each for each in (*known, *_authorities()) if each.form == form and _on(each, day))


# The campaign.


class DriveForm(LabelledEnum):
    """Form of a drive (hình thức tổ chức phong trào thi đua)."""

    REGULAR = "regular"
    """Thường xuyên."""
    THEMED = "themed"
    """Theo chuyên đề."""
    WAVE = "wave"
    """Theo đợt, under the law of 2003."""


class DriveScope(LabelledEnum):
    """Scope of a drive (phạm vi)."""

    NATIONWIDE = "nationwide"
    LOCALITY = "locality"
    """Ministry, sector or locality."""
    CLUSTER = "cluster"
    """Cluster or block (cụm, khối thi đua)."""
    AGENCY = "agency"


@frozen(kw_only=True)
class Launch:
    """The instrument that launches a drive.

    Attributes:
        number: its number (`"81/KH-UBND"`).
        day: its date. It may be later than that of a lower body's plan: no order is checked.
        issuer: the body; its head launches the drive.
        level: level of the body (`commune`, `district`, `province` …).
    """

    number: str = field(validator=nonempty_text)
    day: date = field(validator=instance_of(date))
    issuer: str = field(validator=nonempty_text)
    level: str = field(validator=valid_key)


@frozen(kw_only=True)
class Elements:
    """What the law asks a drive to say (Law 06/2022/QH15, arts 16-18), besides criteria and time. Empty: not said.

    Attributes:
        goal: goal (mục tiêu).
        scope: scope in words (phạm vi).
        subjects: who takes part (đối tượng).
        content: content (nội dung).
        plan: plan (kế hoạch).
        measures: measures (biện pháp).
        checking: how it is checked (kiểm tra).
        publicity: publicity and spreading good examples (tuyên truyền, nhân rộng).
        review: interim or final review and rewards (sơ kết, tổng kết, khen thưởng).
    """

    goal: str = field(default="", validator=instance_of(str))
    scope: str = field(default="", validator=instance_of(str))
    subjects: str = field(default="", validator=instance_of(str))
    content: str = field(default="", validator=instance_of(str))
    plan: str = field(default="", validator=instance_of(str))
    measures: str = field(default="", validator=instance_of(str))
    checking: str = field(default="", validator=instance_of(str))
    publicity: str = field(default="", validator=instance_of(str))
    review: str = field(default="", validator=instance_of(str))


@frozen(kw_only=True)
class CampaignDeadline:
    """A deadline of a campaign: a day, or a number of working days after its end.

    Attributes:
        day: the day, inclusive; None if it is counted.
        working_days_after_end: working days after the last day of the drive; None if the day is given.
    """

    day: date | None = field(default=None, validator=instance_of(date, type(None)))
    working_days_after_end: int | None = field(default=None, validator=instance_of(int, type(None)))

    def __attrs_post_init__(self) -> None:
        if (self.day is None) == (self.working_days_after_end is None):
            raise DataError([finding("deadline-unclear")])

    def on(self, end: date, calendar: WorkingCalendar | None) -> date | None:
        """Return the day; None where it is counted in working days and no calendar is given."""
        if self.day is not None:
            return self.day
        assert self.working_days_after_end is not None
        return (
            None
            if calendar is None
            else calendar.add_working_days(end, self.working_days_after_end)
        )


@frozen(kw_only=True)
class Participant:
    """A unit that takes part.

    Attributes:
        unit: identifier, as in the figures.
        name: name to show; may be empty.
        registered: when it registered; None: it did not.
        reported: when its report came; None: it has not.
    """

    unit: str = field(validator=nonempty_text)
    name: str = field(default="", validator=instance_of(str))
    registered: date | None = field(default=None, validator=instance_of(date, type(None)))
    reported: date | None = field(default=None, validator=instance_of(date, type(None)))


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
class StageStep:
    """One step of a campaign.

    Attributes:
        stage: the stage reached.
        day: when.
    """

    stage: CampaignStage = field(validator=instance_of(CampaignStage))
    day: date = field(validator=instance_of(date))


@frozen(kw_only=True)
class AwardRecord:
    """An award that was given or proposed.

    Attributes:
        unit: who gets it.
        achievement: stable name of the achievement it is for (`"dvctt-2022"`).
        form: form of commendation.
        day: day of the decision.
        decision: number of the decision; empty while proposed.
    """

    unit: str = field(validator=nonempty_text)
    achievement: str = field(validator=nonempty_text)
    form: str = field(validator=valid_key)
    day: date = field(validator=instance_of(date))
    decision: str = field(default="", validator=instance_of(str))


@frozen(kw_only=True)
class Campaign:
    """An emulation drive.

    Attributes:
        key: stable key.
        title: name in both languages.
        form: regular, themed, or by wave.
        scope: nationwide to agency.
        launch: the instrument that launched it; None while there is none.
        start: first day, inclusive.
        end: last day, inclusive.
        scheme: the score sheet.
        elements: what the law asks a drive to say.
        participants: the units; empty: whoever has figures.
        registration: deadline for registering; None: no registration.
        reporting: deadline for reports; None: none named.
        unregistered_barred: units that registered late or not are not ranked.
        unreported_barred: units that reported late or not are not ranked.
        steps: stages reached, oldest first; a campaign begins as a draft.
        upper: key of the drive that its winner or total enters; None: none.
        entry: identifier of the unit that enters there for all (the district); None: each for itself.
        awards: awards given or proposed.
    """

    key: str = field(validator=valid_key)
    title: Text = field(validator=instance_of(Text))
    form: DriveForm = field(validator=instance_of(DriveForm))
    scope: DriveScope = field(validator=instance_of(DriveScope))
    start: date = field(validator=instance_of(date))
    end: date = field(validator=instance_of(date))
    scheme: Scheme = field(validator=instance_of(Scheme))
    launch: Launch | None = field(default=None, validator=instance_of(Launch, type(None)))
    elements: Elements = field(factory=Elements, validator=instance_of(Elements))
    participants: tuple[Participant, ...] = field(default=(), validator=tuple_of(Participant))
    registration: CampaignDeadline | None = field(
        default=None, validator=instance_of(CampaignDeadline, type(None))
    )
    reporting: CampaignDeadline | None = field(
        default=None, validator=instance_of(CampaignDeadline, type(None))
    )
    unregistered_barred: bool = field(default=False, validator=instance_of(bool))
    unreported_barred: bool = field(default=False, validator=instance_of(bool))
    steps: tuple[StageStep, ...] = field(default=(), validator=tuple_of(StageStep))
    upper: str | None = field(default=None, validator=key_or_none)
    entry: str | None = field(default=None, validator=instance_of(str, type(None)))
    awards: tuple[AwardRecord, ...] = field(default=(), validator=tuple_of(AwardRecord))

    def __attrs_post_init__(self) -> None:
        found: list[Finding] = []
        if self.end < self.start:
            found.append(finding("validity-reversed", ".end", self.end, start=self.start))
        seen: dict[str, int] = {}
        for i, each in enumerate(self.participants):
            if seen.setdefault(each.unit, i) != i:
                found.append(finding("unit-twice", f".participants[{i}].unit", each.unit))
        for i, (before, after) in enumerate(pairwise(self.steps), 1):
            if after.day < before.day:
                found.append(
                    finding("day-backwards", f".steps[{i}].day", after.day, before=before.day)
                )
        if found:
            raise DataError(found)

    @property
    def stage(self) -> CampaignStage:
        """The stage reached."""
        return self.steps[-1].stage if self.steps else CampaignStage.DRAFT

    @property
    def days(self) -> int:
        """Length in days, both ends included ("92 days and nights")."""
        return (self.end - self.start).days + 1

    def notices(self) -> tuple[Finding, ...]:
        """Return what the law asks of a drive and this one does not say, and where law and dates do not meet."""
        found = [
            notice("element-missing", f".elements.{each.name}", element=each.name)
            for each in fields(Elements)
            if not getattr(self.elements, each.name).strip()
        ]
        if self.launch is None:
            found.append(notice("launch-missing", ".launch"))
        day = self.start if self.launch is None else self.launch.day
        regime = legal_regime(day)
        if regime is None:
            found.append(notice("regime-unknown", ".launch.day", day))
        elif self.form is DriveForm.WAVE and regime.key != "law-2003":
            found.append(notice("form-of-older-law", ".form", self.form, regime=str(regime.law)))
        if not (self.scheme.applies_on(self.start) and self.scheme.applies_on(self.end)):
            found.append(
                notice(
                    "scheme-not-valid-then",
                    ".scheme",
                    self.scheme.key,
                    start=self.start,
                    end=self.end,
                )
            )
        return (*found, *second_awards(self.awards))


@cache
def _allowed() -> Mapping[CampaignStage, frozenset[CampaignStage]]:
    return {
        CampaignStage(row["at"]): frozenset(map(CampaignStage, row["next"]))
        for row in packaged_table(_LAW)["steps"]
    }


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
        allowed: stages that may follow each; by default the order of one provincial system, which is no norm.

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
    if campaign.steps and day < campaign.steps[-1].day:
        raise MisuseError("day-backwards", day, before=campaign.steps[-1].day)
    return evolve(campaign, steps=(*campaign.steps, StageStep(stage=stage, day=day)))


def council_passes(
    members: int, *, present: int, votes: int, quorum: Fraction, majority: Fraction
) -> bool:
    """Say whether a council decides: enough present, enough votes, both as shares of all members, rounded up.

    There are no defaults: 2/3 and 2/3 are the design of one system, not a norm.

    >>> two_thirds = Fraction(2, 3)
    >>> council_passes(7, present=7, votes=5, quorum=two_thirds, majority=two_thirds)
    True
    >>> council_passes(7, present=7, votes=4, quorum=two_thirds, majority=two_thirds)
    False
    """
    if not (0 <= votes <= present <= members and members > 0):
        raise MisuseError("council-numbers", members, present=present, votes=votes)

    def needed(share: Fraction) -> int:
        return -(-share.numerator * members // share.denominator)

    return present >= needed(quorum) and votes >= needed(majority)


def second_awards(awards: Iterable[AwardRecord]) -> tuple[Finding, ...]:
    """Return a notice for every further award for one achievement of one unit: it is not rewarded several times.

    Source: Law 06/2022/QH15, principles (art. 5 from memory). A warning: forms may build on each other.
    """
    first: dict[tuple[str, str], AwardRecord] = {}
    found: list[Finding] = []
    for each in sorted(awards, key=lambda record: (record.day, record.form)):
        before = first.setdefault((each.unit, each.achievement), each)
        if before is not each:
            parts = {
                "achievement": each.achievement,
                "form": each.form,
                "first": f"{before.form} {before.day}",
            }
            found.append(notice("second-award", "", each.unit, **parts))
    return tuple(found)


def roll_up(figures: Iterable[UnitFigures], parents: Mapping[str, str]) -> tuple[UnitFigures, ...]:
    """Add the counts of units up to their parents: what communes did becomes the district's entry above.

    Counts are added, never rates. A number that is no count, and a choice, cannot be added: it becomes unknown
    (`not-summable`). A figure that one of the units lacks stays unknown, with the name of the unit.

    Args:
        figures: the units, each once.
        parents: the parent of each unit, one level up; call again for the next level.

    Raises:
        DataError: `unit-twice`; `parent-unknown` for every unit without a parent.

    Returns:
        One record a parent, sorted by identifier.
    """
    given = sorted(figures, key=lambda each: each.unit)
    found = [
        finding("parent-unknown", each.unit, each.unit)
        for each in given
        if each.unit not in parents
    ]
    found += [finding("unit-twice", b.unit, b.unit) for a, b in pairwise(given) if a.unit == b.unit]
    if found:
        raise DataError(found)
    members: dict[str, list[UnitFigures]] = {}
    for each in given:
        members.setdefault(parents[each.unit], []).append(each)
    rolled: list[UnitFigures] = []
    for parent, units in sorted(members.items()):
        keys = sorted({key for each in units for key, _ in each.figures})
        rolled.append(UnitFigures(parent, {key: _added(key, units) for key in keys}))
    return tuple(rolled)


def _added(key: str, units: Iterable[UnitFigures]) -> Figure:
    total: Count | None = None
    for each in units:
        figure = each[key]
        if isinstance(figure, Unknown):
            return Unknown(figure.reason, f"{each.unit}: {key}")
        if not isinstance(figure, Count):
            return Unknown("not-summable", key)
        total = figure if total is None else total + figure
    assert total is not None  # a parent has at least one unit
    return total


@frozen(kw_only=True)
class CampaignReport:
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


def campaign_report(
    campaign: Campaign,
    figures: Iterable[UnitFigures] = (),
    *,
    calendar: WorkingCalendar | None = None,
    authorities: Iterable[AwardAuthority] = (),
    decision_day: date | None = None,
) -> CampaignReport:
    """Score, rank and award a campaign, and say what is missing.

    Args:
        campaign: the campaign.
        figures: the figures of its units. A unit that is no participant is a notice and is left out.
        calendar: for deadlines in working days; without it they are notices.
        authorities: who may award, as far as the caller knows more than this library.
        decision_day: the day of the award decision, for who may award; by default the last day of the drive.

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
    standings = rank(sheets) if sheets else None
    grading = None if standings is None else grade_all(standings)
    awards = None if standings is None else award(standings, grading=grading)
    if grading is not None:
        notices += grading.notices
    day = decision_day or campaign.end
    for prize in campaign.scheme.prizes:
        if prize.form and not award_authorities(prize.form, day, known=known_authorities):
            notices.append(notice("authority-unknown", "", prize.form, prize=prize.key, day=day))
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


def _barred(sheet: ScoreSheet, reasons: Iterable[str]) -> ScoreSheet:
    verdicts = [
        Verdict(key=reason, value=Unknown(reason, sheet.unit), reason=Unknown(reason, sheet.unit))
        for reason in reasons
    ]
    return evolve(sheet, verdicts=(*sheet.verdicts, *verdicts)) if verdicts else sheet


def _late(
    campaign: Campaign, calendar: WorkingCalendar | None, notices: list[Finding]
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
        for each in campaign.participants:
            done: date | None = getattr(each, name)
            if done is not None and done <= day:
                continue
            reason = f"not-{name}" if done is None else f"{name}-late"
            notices.append(notice(reason, "", each.unit, deadline=day))
            if bars:
                barred[each.unit] = (*barred.get(each.unit, ()), reason)
    return barred
