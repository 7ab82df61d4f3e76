"""Strategies for teams, desks, activities, rosters, sessions and figures."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from attrs import fields
from hypothesis import strategies as st

from evnpubsvc.outreach import (
    Absence,
    Activity,
    ActivityKind,
    AssistanceFigures,
    AssistanceSession,
    AssistanceStep,
    Barrier,
    Capacity,
    DeskPlan,
    Duty,
    DutyRoster,
    Equipment,
    EquipmentKind,
    Expense,
    Filing,
    Funding,
    FundingKind,
    Member,
    MemberBasis,
    MemberRole,
    ProtectedTable,
    StepTime,
    SupportDesk,
    SupportProgramme,
    SupportTeam,
    TeamChange,
    TeamDecision,
    Tenure,
    estimate_capacity,
    plan_desks,
    plan_roster,
    publish_table,
)
from evnpubsvc.outreach.results import ChangeKind, DutyMove, MonthLoad, RosterChange
from evnpubsvc.strategies._foundation import citations, texts
from evnpubsvc.strategies._quantities import counts
from evnpubsvc.worktime import WeeklyHours, vietnam_calendar

_FIRST, _LAST = date(2019, 1, 1), date(2026, 12, 31)  # what the packaged calendar covers


@cache
def _days() -> st.SearchStrategy[date]:
    return st.dates(_FIRST, _LAST)


@cache
def references() -> st.SearchStrategy[str]:
    """Draw opaque references. Shrinks to `"A"`."""
    return st.from_regex(r"[A-Za-z](?:[A-Za-z0-9._:-]{0,6}[A-Za-z0-9])?", fullmatch=True)


def _span(draw: st.DrawFn, optional: bool = True) -> tuple[date | None, date | None]:
    pair: tuple[date | None, date | None] = draw(
        st.tuples(_days(), _days()).map(lambda two: (min(two), max(two)))
    )
    if not optional:
        return pair
    return draw(st.sampled_from([pair, (pair[0], None), (None, pair[1]), (None, None)]))


@cache
def _spans() -> st.SearchStrategy[tuple[date | None, date | None]]:
    """Draw first and last days, each of them known or not."""

    def build(days: tuple[date, date], known: tuple[bool, bool]) -> tuple[date | None, date | None]:
        first, last = sorted(days)
        return first if known[0] else None, last if known[1] else None

    return st.builds(build, st.tuples(_days(), _days()), st.tuples(st.booleans(), st.booleans()))


def members(*, refs: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Member]:
    """Draw members, with and without terms of their own."""

    def build(span: tuple[date | None, date | None], **fields: Any) -> Member:
        return Member(first=span[0], last=span[1], **fields)

    return st.builds(
        build,
        _spans(),
        ref=references() if refs is None else refs,
        role=st.sampled_from(MemberRole),
        rostered=st.booleans(),
        civil_servant=st.none() | st.booleans(),
        basis=st.none() | st.sampled_from(MemberBasis),
    )


@cache
def _listed() -> st.SearchStrategy[list[Member]]:
    return st.lists(members(), max_size=4, unique_by=lambda member: member.ref)


@cache
def team_changes() -> st.SearchStrategy[TeamChange]:
    """Draw what changed in a team between two days."""
    some = st.lists(references(), max_size=3, unique=True).map(sorted).map(tuple)
    return st.builds(TeamChange, some, some, some)


@cache
def team_decisions() -> st.SearchStrategy[TeamDecision]:
    """Draw decisions whose members have different references."""

    @st.composite
    def build(draw: st.DrawFn) -> TeamDecision:
        first, last = _span(draw, optional=False)
        assert first is not None
        listed = draw(_listed())
        return TeamDecision(
            draw(citations()),
            draw(_days()),
            first,
            draw(st.sampled_from([last, None])),
            tuple(listed),
        )

    return build()


def support_teams(*, max_decisions: int = 3) -> st.SearchStrategy[SupportTeam]:
    """Draw teams whose decisions follow each other, with and without gaps."""

    @st.composite
    def build(draw: st.DrawFn) -> SupportTeam:
        turns = sorted(draw(st.lists(_days(), min_size=1, max_size=max_decisions, unique=True)))
        decisions: list[TeamDecision] = []
        for first, following in zip(turns, [*turns[1:], None], strict=True):
            last = None
            if following is not None or draw(st.booleans()):
                if following:
                    end = following - timedelta(days=1)
                else:
                    end = _LAST
                last = draw(st.dates(first, end))
            listed = draw(_listed())
            decisions.append(
                TeamDecision(draw(citations()), draw(_days()), first, last, tuple(listed))
            )
        return SupportTeam(
            draw(references()), draw(texts()), tuple(draw(st.permutations(decisions)))
        )

    return build()


@cache
def equipment() -> st.SearchStrategy[Equipment]:
    """Draw equipment."""
    return st.builds(
        Equipment,
        st.sampled_from(EquipmentKind),
        st.integers(1, 9),
        minutes_a_day=st.none() | st.fractions(0, 600, max_denominator=4),
        note=st.none() | texts(),
    )


@cache
def support_desks() -> st.SearchStrategy[SupportDesk]:
    """Draw desks, with hours of their own and with those of the calendar."""
    hours = st.sampled_from(
        [WeeklyHours.of("07:00-11:30", "13:30-17:00"), WeeklyHours.of("08:00-12:00")]
    )
    listed = st.lists(equipment(), max_size=3, unique_by=lambda e: e.kind).map(tuple)
    return st.builds(SupportDesk, references(), texts(), st.none() | hours, listed)


@cache
def activities() -> st.SearchStrategy[Activity]:
    """Draw activities, recorded well and badly."""

    @st.composite
    def build(draw: st.DrawFn) -> Activity:
        first, last = _span(draw)
        return Activity(
            draw(references()),
            draw(st.sampled_from(ActivityKind)),
            draw(texts()),
            first=first,
            last=last,
            quantity=draw(st.none() | counts()),
            hamlets=tuple(draw(st.lists(references(), max_size=2))),
            evidence=tuple(draw(st.lists(citations(), max_size=2))),
            rule=None if first is None else draw(st.none() | st.sampled_from(_RULES)),
        )

    return build()


_RULES = ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3")


@cache
def fundings() -> st.SearchStrategy[Funding]:
    """Draw funding of every kind, with and without a sum."""
    given = st.sampled_from([kind for kind in FundingKind if kind is not FundingKind.NONE])
    sums = st.none() | st.integers(1, 10**9)
    return st.builds(Funding, st.just(FundingKind.NONE)) | st.builds(Funding, given, sums)


@cache
def expenses() -> st.SearchStrategy[Expense]:
    """Draw expenses, recorded well and badly."""
    return st.builds(
        Expense,
        texts(),
        st.integers(0, 10**9),
        day=st.none() | _days(),
        paid_from=st.none() | st.sampled_from(FundingKind),
    )


@cache
def tenures() -> st.SearchStrategy[Tenure]:
    """Draw spells in a team, ended and not."""

    @st.composite
    def build(draw: st.DrawFn) -> Tenure:
        first, last = sorted((draw(_days()), draw(_days())))
        return Tenure(draw(references()), first, draw(st.sampled_from([last, None])))

    return build()


@cache
def support_programmes() -> st.SearchStrategy[SupportProgramme]:
    """Draw teams with desks and activities."""
    return st.builds(
        SupportProgramme,
        support_teams(),
        st.lists(support_desks(), max_size=2, unique_by=lambda d: d.key).map(tuple),
        st.lists(activities(), max_size=2, unique_by=lambda a: a.key).map(tuple),
        st.lists(fundings(), max_size=1).map(tuple),
        st.lists(expenses(), max_size=2).map(tuple),
    )


def absences(*, refs: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Absence]:
    """Draw absences of one day and more. Shrinks to one day.

    Args:
        refs: strategy for who is away; anybody by default.
    """

    def build(member: str, days: int, first: date) -> Absence:
        return Absence(member, first, min(first + timedelta(days=days), _LAST))

    return st.builds(build, references() if refs is None else refs, st.integers(0, 400), _days())


@cache
def duty_rosters() -> st.SearchStrategy[DutyRoster]:
    """Draw rosters of teams of one to six members, as planned and after a change."""

    @st.composite
    def build(draw: st.DrawFn) -> DutyRoster:
        size = draw(st.integers(1, 6))
        month = draw(_days())
        listed = tuple(Member(f"TV{n}", MemberRole.MEMBER) for n in range(1, size + 1))
        decision = TeamDecision(draw(citations()), _FIRST, _FIRST, None, listed)
        team = SupportTeam(draw(references()), draw(texts()), (decision,))
        carried = draw(
            st.dictionaries(st.sampled_from([m.ref for m in listed]), st.integers(0, 30))
        )
        roster = plan_roster(
            team,
            month,
            vietnam_calendar(),
            history=carried,
            no_consecutive=size > 1 and draw(st.booleans()),
        )
        if size > 1 and not roster.no_consecutive and draw(st.booleans()):
            one, other = (
                roster.duties[0],
                next(d for d in roster if d.member != roster.duties[0].member),
            )
            roster = roster.swap(one.day, other.day, made_on=draw(st.none() | _days()))
        return roster

    return build()


@cache
def assistance_sessions() -> st.SearchStrategy[AssistanceSession]:
    """Draw sessions, each field recorded or not."""
    return st.builds(
        AssistanceSession,
        _days(),
        member=st.none() | references(),
        applicant=st.none() | references(),
        steps=st.none() | st.lists(st.sampled_from(AssistanceStep), unique=True).map(tuple),
        barriers=st.none() | st.lists(st.sampled_from(Barrier), unique=True).map(tuple),
        hamlet=st.none() | references(),
        minutes=st.none() | st.integers(0, 480),
    )


@cache
def filings() -> st.SearchStrategy[Filing]:
    """Draw filings, each field recorded or not."""
    return st.builds(
        Filing,
        _days(),
        applicant=st.none() | references(),
        assisted=st.none() | st.booleans(),
        hamlet=st.none() | references(),
    )


@cache
def assistance_figures() -> st.SearchStrategy[AssistanceFigures]:
    """Draw figures, as they may come from anywhere."""
    number = st.integers(0, 10_000)
    table = st.dictionaries(references(), number, max_size=3)
    drawn: dict[str, st.SearchStrategy[Any]] = {
        each.name: table if each.name in {"steps", "barriers", "hamlets"} else number
        for each in fields(AssistanceFigures)
    }
    return st.builds(AssistanceFigures, **drawn)


@cache
def step_times() -> st.SearchStrategy[StepTime]:
    """Draw steps that need no equipment."""
    return st.builds(
        StepTime,
        st.sampled_from(AssistanceStep),
        st.fractions(0, 60, max_denominator=4),
        st.fractions(0, 1, max_denominator=10),
    )


@cache
def capacities() -> st.SearchStrategy[Capacity]:
    """Draw estimates, with a steady state and without."""

    @st.composite
    def build(draw: st.DrawFn) -> Capacity:
        return estimate_capacity(
            arrivals=draw(st.integers(0, 200)),
            steps=draw(st.lists(step_times(), max_size=3)),
            opening_minutes=draw(st.integers(60, 600)),
            variability=draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)])),
            desks=draw(st.integers(1, 5)),
        )

    return build()


@cache
def desk_plans() -> st.SearchStrategy[DeskPlan]:
    """Draw plans of desks over months of 2022."""

    @st.composite
    def build(draw: st.DrawFn) -> DeskPlan:
        months = draw(st.lists(st.integers(1, 12), max_size=4, unique=True))
        return plan_desks(
            {f"2022-{month:02}": draw(st.none() | st.integers(0, 3_000)) for month in months},
            vietnam_calendar(),
            steps=draw(st.lists(step_times(), max_size=2)),
            ceiling=draw(st.sampled_from([Fraction(1, 2), Fraction(4, 5), Fraction(1)])),
        )

    return build()


@cache
def protected_tables() -> st.SearchStrategy[ProtectedTable]:
    """Draw tables with suppressed cells and without."""

    @st.composite
    def build(draw: st.DrawFn) -> ProtectedTable:
        cells = draw(st.dictionaries(references(), st.integers(0, 40), max_size=5))
        return publish_table(cells, threshold=draw(st.sampled_from([1, 3, 5, 10])))

    return build()


@cache
def duties() -> st.SearchStrategy[Duty]:
    """Draw duties of rosters."""
    return duty_rosters().flatmap(lambda roster: st.sampled_from(roster.duties))


@cache
def duty_moves() -> st.SearchStrategy[DutyMove]:
    """Draw days that change hands."""
    return st.builds(DutyMove, _days(), references(), references())


@cache
def roster_changes() -> st.SearchStrategy[RosterChange]:
    """Draw entries of logs."""
    return st.builds(
        RosterChange,
        st.sampled_from(ChangeKind),
        st.lists(duty_moves(), min_size=1, max_size=2).map(tuple),
        st.none() | _days(),
    )


@cache
def month_loads() -> st.SearchStrategy[MonthLoad]:
    """Draw months of drawn plans."""
    return (
        desk_plans()
        .filter(lambda plan: bool(plan.months))
        .flatmap(lambda plan: st.sampled_from(plan.months))
    )
