"""A district that never existed, from a seed.

Its units, services, teams and dossiers agree with each other: the dossiers are of services that
their commune offered on that day, are due by the catalogue, and keep every rule. Only what was
planned is wrong. Every draw is a number of SHAKE-128, so a seed gives the same district everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from hashlib import shake_128
from typing import Any, Final, TypeVar

from attrs import evolve, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._moments import own_day
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, read_member, tuple_of
from evnpubsvc.campaigns import Campaign, PlanTree
from evnpubsvc.catalogue import Catalogue, ServiceOffering, seed_catalogue
from evnpubsvc.deadlines import ClockPolicy, CountingRules, StopKind
from evnpubsvc.dossiers import Dossier, Event, EventKind, Outcome, due_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation, Confidence, Validity
from evnpubsvc.outreach import Member, MemberBasis, MemberRole, SupportTeam, TeamDecision
from evnpubsvc.services import Channel, OnlineKind2022
from evnpubsvc.statistics import RegisterRow, register_row
from evnpubsvc.synthetic._plans import make_drives, make_plans
from evnpubsvc.texts import LabelledEnum, Text
from evnpubsvc.units import AdminUnit, Tier, UnitKind, UnitRegister
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar

_FIRST, _LAST = date(2024, 1, 2), date(2024, 12, 31)  # working days of a year of one regime
_SPAN: Final = Validity(date(2024, 1, 1), _LAST)
_SOURCE: Final = Citation(
    "synthetic district", confidence=Confidence.ASSUMED, note="made up; no unit or dossier exists"
)
_MOST: Final = 10_000  # dossiers; larger registers are for `SyntheticRegister`
_COMMUNES: Final = 12
_T = TypeVar("_T")


class DistrictDefect(LabelledEnum):
    """What may be wrong with a dossier of a made-up district, each found by one rule."""

    LATE = "late"
    """The result came after the due date (R12, `dossier-late`)."""
    NOT_OFFERED = "not-offered"
    """Filed online on a day without the service (R17, `service-not-offered`)."""
    CODE_OF_OTHER_DAY = "code-of-other-day"
    """The code carries another day than that of receipt (R10, `dossier-date-differs`)."""
    SLIP_DIFFERS = "slip-differs"
    """The slip promises another day than the rules give (R7, `due-date-differs`)."""


_REASONS: Final[Mapping[DistrictDefect, tuple[str, str]]] = {
    DistrictDefect.LATE: ("R12", "dossier-late"),
    DistrictDefect.NOT_OFFERED: ("R17", "service-not-offered"),
    DistrictDefect.CODE_OF_OTHER_DAY: ("R10", "dossier-date-differs"),
    DistrictDefect.SLIP_DIFFERS: ("R7", "due-date-differs"),
}


def _defect(given: DistrictDefect | str) -> DistrictDefect:
    return read_member(DistrictDefect, given)


@frozen
class PlannedDefect(PublicType):
    """A defect that was put into a dossier on purpose.

    Attributes:
        dossier: code of the dossier.
        kind: what is wrong.
    """

    dossier: str = field(validator=nonempty_text)
    kind: DistrictDefect = field(converter=_defect)

    @property
    def rule(self) -> str:
        """The rule of `dossiers.check` that finds it."""
        return _REASONS[self.kind][0]

    @property
    def reason(self) -> str:
        """The reason code of the finding."""
        return _REASONS[self.kind][1]


@frozen(repr=False)
class District(PublicType):
    """A district that never existed, in 2024, coherent with itself.

    Attributes:
        seed: from which it was drawn.
        units: the district and its communes; codes begin with `SYN`.
        catalogue: the five packaged procedures, and which commune offered which online, and when.
        teams: one support team for each commune.
        dossiers: with whole histories; their attribute `synthetic` says what they are. Their codes
            have the form of real ones, so that rules can read them.
        planned: the defects that were put in, by code.
        as_of: the day up to which the histories go, inclusive.
    """

    seed: int = field(validator=instance_of(int))
    units: UnitRegister = field(validator=instance_of(UnitRegister))
    catalogue: Catalogue = field(validator=instance_of(Catalogue))
    teams: tuple[SupportTeam, ...] = field(validator=tuple_of(SupportTeam))
    dossiers: tuple[Dossier, ...] = field(validator=tuple_of(Dossier))
    planned: tuple[PlannedDefect, ...] = field(validator=tuple_of(PlannedDefect))
    as_of: date = field(default=_LAST, validator=instance_of(date))

    def __repr__(self) -> str:
        return f"<District {self.seed}: {len(self.teams)} communes, {len(self.dossiers)} dossiers>"

    @property
    def counting(self) -> CountingRules:
        """How its due dates are counted.

        What comes in after 15:00 is done on the next day, and a request to stop excludes its time.
        """
        clock = {StopKind.APPLICANT_REQUEST: ClockPolicy.EXCLUDE}
        return CountingRules(vietnam_calendar(), solvable=False, clock=clock)

    @property
    def unit_periods(self) -> Mapping[str, tuple[Validity, ...]]:
        """For each unit the periods in which it existed, as `dossiers.check` takes them."""
        return {unit.code: (unit.validity,) for unit in self.units}

    def plans(self) -> PlanTree:
        """Return made-up plans of the province, the district and each commune, with targets.

        `campaigns.follow_plans` says what the dossiers make of them. Nothing reports publicity.

        >>> [plan.key for plan in district(7, communes=2).plans()]
        ['plan-SYN-P', 'plan-SYN-D', 'plan-SYN-C01', 'plan-SYN-C02']
        """
        return make_plans(self.units, _SOURCE)

    def drives(self) -> tuple[Campaign, Campaign]:
        """Return the drives of the district and of its province, with made-up awards."""
        return make_drives(self.units)

    def rows(self) -> tuple[RegisterRow, ...]:
        """Return the dossiers as a register states them on the last day."""
        stated = (
            register_row(each, as_of=self.as_of, counting=self.counting, catalogue=self.catalogue)
            for each in self.dossiers
        )
        return tuple(row for row in stated if isinstance(row, RegisterRow))


def district(
    seed: int,
    *,
    communes: int = 4,
    dossiers: int = 60,
    defects: Mapping[DistrictDefect, int] | Mapping[str, int] | None = None,
) -> District:
    """Make a district that never existed (*huyện giả định*); equal for equal arguments.

    Args:
        seed: any whole number.
        communes: how many, 1 to 12.
        dossiers: how many in all, 1 to 10,000; more are for `SyntheticRegister`.
        defects: how many dossiers get which defect; none by default. Each dossier has one at most;
            fewer are planned where not enough dossiers can have it, and `District.planned` says
            which have.

    Raises:
        MisuseError: `synthetic-size`; `policy-unknown` for no kind of defect.

    >>> made = district(7, defects={"late": 2})
    >>> len(made.dossiers), [each.kind.value for each in made.planned]
    (60, ['late', 'late'])
    >>> from evnpubsvc.dossiers import check
    >>> found = [
    ...     one.reason
    ...     for each in made.dossiers
    ...     for one in check(
    ...         each, as_of=made.as_of, counting=made.counting, catalogue=made.catalogue,
    ...         units=made.unit_periods)
    ... ]
    >>> found
    ['dossier-late', 'dossier-late']
    """
    for name, value, most in (("communes", communes, _COMMUNES), ("dossiers", dossiers, _MOST)):
        if not 1 <= value <= most:
            raise MisuseError("synthetic-size", value, field=name)

    # The place: units, what they offer, and who helps people there.
    draw = _Draw(f"evnpubsvc synthetic district 1 {seed}")
    units = _units(communes)
    codes = [unit.code for unit in units if unit.tier is Tier.COMMUNE]
    catalogue = Catalogue.of(seed_catalogue().procedures, _offerings(draw, codes))
    made = District(
        seed=seed,
        units=units,
        catalogue=catalogue,
        teams=tuple(_team(draw, number, code) for number, code in enumerate(codes, 1)),
        dossiers=(),
        planned=(),
    )
    # Dossiers that keep every rule; then as many are spoilt as are wanted of each kind.
    drawn = _dossiers(draw, made, codes, dossiers)
    wanted = {_defect(kind): number for kind, number in (defects or {}).items()}
    planned: list[PlannedDefect] = []
    for kind, number in wanted.items():
        _spoil(draw, made, drawn, planned, kind, number)
    planned.sort(key=lambda each: (each.dossier, each.kind))
    return evolve(made, dossiers=tuple(drawn), planned=tuple(planned))


class _Draw:
    """Whole numbers from a name, the same on every platform."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._block = 0
        self._bytes: Iterator[int] = iter(())

    def below(self, limit: int) -> int:
        """Return a number from 0 up to a limit, exclusive."""
        value = 0
        for _ in range(4):
            value = value << 8 | self._next()
        return value % limit

    def pick(self, values: Iterable[_T]) -> _T:
        """Return one of some values."""
        listed = list(values)
        return listed[self.below(len(listed))]

    def _next(self) -> int:
        for byte in self._bytes:
            return byte
        self._block += 1
        self._bytes = iter(shake_128(f"{self._name} {self._block}".encode()).digest(1 << 12))
        return next(self._bytes)


def _units(communes: int) -> UnitRegister:
    """The district and its communes, which no list of units has."""
    upper = AdminUnit(
        "SYN-D", "Giả Định", UnitKind.RURAL_DISTRICT, Tier.DISTRICT, validity=_SPAN, source=_SOURCE
    )
    lower = (
        AdminUnit(
            f"SYN-C{number:02}",
            f"Giả Định {number}",
            UnitKind.COMMUNE,
            Tier.COMMUNE,
            upper.code,
            _SPAN,
            source=_SOURCE,
        )
        for number in range(1, communes + 1)
    )
    return UnitRegister.of([upper, *lower])


def _offerings(draw: _Draw, communes: Iterable[str]) -> Iterator[ServiceOffering]:
    """Which commune offers which procedure online, from the first day of a month on."""
    for commune in communes:
        for procedure in seed_catalogue():
            begins = draw.below(16)  # a month of the year, or not at all
            if begins < 12:
                span = Validity(date(2024, begins + 1, 1), _LAST)
                kind = draw.pick((OnlineKind2022.FULL, OnlineKind2022.PARTIAL))
                channels = (Channel.ONLINE, Channel.IN_PERSON)
                yield ServiceOffering(commune, procedure.code, kind, span, channels, _SOURCE)


def _team(draw: _Draw, number: int, commune: str) -> SupportTeam:
    """Draw the support team of a commune: four to nine members, the first two lead it."""
    roles = (MemberRole.LEADER, MemberRole.DEPUTY)
    members = tuple(
        Member(
            f"TV{n}",
            roles[n - 1] if n <= len(roles) else MemberRole.MEMBER,
            civil_servant=True,
            basis=MemberBasis.VOLUNTARY,
        )
        for n in range(1, 4 + draw.below(6))
    )
    name = Text(vi=f"Tổ hỗ trợ giả định {number}", en=f"Made-up support team {number}")
    decision = TeamDecision(_SOURCE, _FIRST, _FIRST, _LAST, members)
    return SupportTeam(commune, name, (decision,))


# -- dossiers --------------------------------------------------------------------------------------

_HOURS: Final = (8, 9, 10, 14, 15, 16)  # of receipt, in office hours


def _dossiers(draw: _Draw, made: District, communes: list[str], number: int) -> list[Dossier]:
    """Draw dossiers that keep every rule, in order of receipt."""
    # Each is received on a working day, so that no rule moves its receipt.
    calendar = vietnam_calendar()
    days = [
        day
        for n in range((_LAST - _FIRST).days + 1)
        if calendar.is_working_day(day := _FIRST + timedelta(n))
    ]
    drawn: list[Dossier] = []
    for day in sorted(draw.pick(days) for _ in range(number)):
        # What it is, where and when it came in.
        place = draw.below(len(communes))
        at = datetime.combine(day, time(draw.pick(_HOURS), draw.below(50)), VIETNAM_TIME)
        procedure = draw.pick(seed_catalogue())
        code = f"000.{place + 1:02}.99.H47-{day:%y%m%d}-{len(drawn) + 1:04}"
        one = Dossier(
            code,
            procedure=str(procedure.code),
            unit=communes[place],
            field=procedure.field_name or None,
            attributes={"synthetic": "yes"},
            events=(Event(EventKind.SUBMITTED, at), Event(EventKind.RECEIVED, at)),
        )

        # Two in three come online where that is offered on the day.
        offered = made.catalogue.offered(procedure.code, day, unit=communes[place])
        online = bool(offered) and draw.below(3) > 0
        channel = Channel.ONLINE if online else Channel.IN_PERSON
        one = evolve(one, channel=channel)

        # What happens to it, and how it ends.
        drawn.append(_finish(draw, made, _handle(draw, made, one)))
    return drawn


def _handle(draw: _Draw, made: District, one: Dossier) -> Dossier:
    """Add what may happen on the way: transfer, a supplement, a withdrawal."""
    received = _received(one)
    events = list(one.events)
    if one.channel is Channel.IN_PERSON:  # handed over on the same day
        events.append(Event(EventKind.TRANSFERRED, received + timedelta(minutes=10)))
    due = _due_day(made, one)
    asked, answered = (_working_day(received, n) for n in (1 + draw.below(2), 4 + draw.below(5)))
    fate = draw.below(20)
    if fate < 3 and asked < due and answered <= made.as_of:  # asked for in time, then answered
        events.append(_event(EventKind.SUPPLEMENT_REQUESTED, asked))
        events.append(_event(EventKind.SUPPLEMENT_RECEIVED, answered))
    elif fate == 3 and asked < due:
        events.append(_event(EventKind.WITHDRAWAL_ASKED, asked))
        events.append(_event(EventKind.WITHDRAWAL_ACCEPTED, asked, hour=11))
        return evolve(one, events=tuple(events), stated_due=due)
    return evolve(one, events=tuple(events))


def _event(kind: EventKind, day: date, hour: int = 10) -> Event:
    return Event(kind, datetime.combine(day, time(hour), VIETNAM_TIME))


def _working_day(after: date, n: int) -> date:
    return vietnam_calendar().add_working_days(own_day(after), n)


def _due_day(made: District, one: Dossier) -> date:
    found = due_of(one, counting=made.counting, catalogue=made.catalogue, trace=False).due
    assert found is not None
    return own_day(found)


def _finish(draw: _Draw, made: District, one: Dossier) -> Dossier:
    """Promise the due date, and give the result by it; pending where it lies after the last day."""
    if one.state.closed_at is not None:
        return one
    due = _due_day(made, one)
    promised = evolve(one, stated_due=due)
    if due > made.as_of:
        return promised
    calendar = vietnam_calendar()
    begun = own_day(one.events[-1].at)
    days = [
        day
        for n in range((due - begun).days + 1)
        if calendar.is_working_day(day := begun + timedelta(n))
    ]
    return _resolve(promised, draw.pick(days))


def _received(one: Dossier) -> datetime:
    received = one.state.received_at
    assert isinstance(received, datetime)
    return received


def _resolve(one: Dossier, day: date) -> Dossier:
    """Add the result of a day: at its end of work, which comes after every receipt."""
    ready = datetime.combine(day, time(17), VIETNAM_TIME)
    events = [each for each in one.events if each.kind is not EventKind.RESOLVED]
    events.append(Event(EventKind.RESOLVED, ready, outcome=Outcome.GRANTED))
    return evolve(one, events=tuple(events))


# -- defects ---------------------------------------------------------------------------------------


def _spoil(
    draw: _Draw,
    made: District,
    drawn: list[Dossier],
    planned: list[PlannedDefect],
    kind: DistrictDefect,
    number: int,
) -> None:
    """Put a defect into as many dossiers as are wanted and can have it."""
    taken = {each.dossier for each in planned}
    places = [
        place
        for place, one in enumerate(drawn)
        if one.code not in taken and _may_have(made, one, kind)
    ]
    for _ in range(min(number, len(places))):
        place = places.pop(draw.below(len(places)))
        drawn[place] = _SPOILERS[kind](drawn[place])
        planned.append(PlannedDefect(drawn[place].code, kind))


def _may_have(made: District, one: Dossier, kind: DistrictDefect) -> bool:
    if kind is DistrictDefect.LATE:
        due = one.stated_due
        assert due is not None
        return one.state.decided_at is not None and _later(due) <= made.as_of
    if kind is DistrictDefect.NOT_OFFERED:
        assert one.procedure is not None
        assert one.unit is not None
        day = _received(one).date()
        offers = made.catalogue.offers(one.unit)
        return offers and not made.catalogue.offered(one.procedure, day, unit=one.unit)
    return True


def _later(day: date) -> date:
    return vietnam_calendar().add_working_days(day, 3)


def _give_late(one: Dossier) -> Dossier:
    assert one.stated_due is not None
    return _resolve(one, _later(one.stated_due))


def _file_online(one: Dossier) -> Dossier:
    return evolve(one, channel=Channel.ONLINE)


def _shift_code(one: Dossier) -> Dossier:
    unit, day, number = one.code.split("-")
    before = datetime.strptime(day, "%y%m%d").date() - timedelta(1)  # noqa: DTZ007 - a day
    return evolve(one, code=f"{unit}-{before:%y%m%d}-{number}")


def _promise_other_day(one: Dossier) -> Dossier:
    assert one.stated_due is not None
    return evolve(one, stated_due=_later(one.stated_due))


_SPOILERS: Final[Mapping[DistrictDefect, Any]] = {
    DistrictDefect.LATE: _give_late,
    DistrictDefect.NOT_OFFERED: _file_online,
    DistrictDefect.CODE_OF_OTHER_DAY: _shift_code,
    DistrictDefect.SLIP_DIFFERS: _promise_other_day,
}
