"""Campaigns (đợt thi đua): the lawful frame around a scheme, from the draft to the award."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from attrs import field, fields

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import (
    as_text,
    instance_of,
    key_or_none,
    nonempty_text,
    read_member,
    tuple_of,
    valid_key,
)
from evnpubsvc.campaigns._awards import AwardRecord, second_awards
from evnpubsvc.campaigns._law import legal_regime
from evnpubsvc.campaigns._stages import CampaignStage, StageStep
from evnpubsvc.emulation import Scheme
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.texts import LabelledEnum, Text
from evnpubsvc.texts.parts import named
from evnpubsvc.worktime import Calendar


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
class Launch(PublicType):
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
class Elements(PublicType):
    """What the law asks a drive to say, besides criteria and time; an empty part was not said.

    Source: Law 06/2022/QH15, arts 16-18.

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
class CampaignDeadline(PublicType):
    """A deadline of a campaign: a day, or a number of working days after its end.

    Attributes:
        day: the day, inclusive; None if it is counted.
        working_days_after_end: working days after the last day of the drive; None if the day is
            given.
    """

    day: date | None = field(default=None, validator=instance_of(date, type(None)))
    working_days_after_end: int | None = field(default=None, validator=instance_of(int, type(None)))

    def __attrs_post_init__(self) -> None:
        if (self.day is None) == (self.working_days_after_end is None):
            raise DataError([finding("deadline-unclear")])

    def on(self, end: date, calendar: Calendar | None) -> date | None:
        """Return the day; None where it is counted in working days and no calendar is given."""
        if self.day is not None:
            return self.day
        assert self.working_days_after_end is not None
        if calendar is None:
            return None
        return calendar.add_working_days(end, self.working_days_after_end)


@frozen(kw_only=True)
class Participant(PublicType):
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


def _form(given: DriveForm | str) -> DriveForm:
    return read_member(DriveForm, given)


def _scope(given: DriveScope | str) -> DriveScope:
    return read_member(DriveScope, given)


@frozen(kw_only=True)
class Campaign(PublicType):
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
        participants: the units; if empty, every unit that has figures.
        registration: deadline for registering; None: no registration.
        reporting: deadline for reports; None: none named.
        unregistered_barred: units that registered late or not are not ranked.
        unreported_barred: units that reported late or not are not ranked.
        steps: stages reached, oldest first; a campaign begins as a draft.
        upper: key of the drive that its winner or total enters; None: none.
        entry: identifier of the unit that enters there for all (the district); None: each for
            itself.
        awards: awards given or proposed.
    """

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    form: DriveForm = field(converter=_form)
    scope: DriveScope = field(converter=_scope)
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
            found.append(finding("last-before-first", ".end", first=self.start, last=self.end))
        seen: dict[str, int] = {}
        for i, each in enumerate(self.participants):
            if seen.setdefault(each.unit, i) != i:
                found.append(finding("unit-twice", f".participants[{i}].unit", each.unit))
        known = [(i, step.day) for i, step in enumerate(self.steps) if step.day is not None]
        for (_, before), (i, after) in pairwise(known):
            if after < before:
                found.append(finding("day-backwards", f".steps[{i}].day", after, before=before))
        if found:
            raise DataError(found)

    @property
    def stage(self) -> CampaignStage:
        """The stage reached."""
        if self.steps:
            return self.steps[-1].stage
        return CampaignStage.DRAFT

    @property
    def days(self) -> int:
        """Length in days, both ends included ("92 days and nights")."""
        return (self.end - self.start).days + 1

    def notices(self) -> tuple[Finding, ...]:
        """Return what the law asks and the drive lacks, and where its dates do not fit the law."""
        # The law of the time of the drive is the measure, in the notices too.
        day = self.start if self.launch is None else self.launch.day
        regime = legal_regime(day)
        source = "–" if regime is None else regime.elements
        found = [
            notice(
                "element-missing",
                f".elements.{each.name}",
                element=named("drive-element", each.name),
                source=source,
            )
            for each in fields(Elements)
            if not getattr(self.elements, each.name).strip()
        ]

        # The launch, its law, and a form of drive that this law still knows.
        if self.launch is None:
            found.append(notice("launch-missing", ".launch", source=source))
        if regime is None:
            found.append(notice("regime-unknown", ".launch.day", day))
        elif self.form is DriveForm.WAVE and regime.key != "law-2003":
            found.append(notice("form-of-older-law", ".form", self.form, regime=regime.law))

        # The scheme must hold from the first day to the last.
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
