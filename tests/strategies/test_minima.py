"""What a failure shrinks to is what a person would have written."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TypeVar

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from evnpubsvc.dossiers import Dossier, Event, EventKind
from evnpubsvc.emulation import (
    FigureSpec,
    Group,
    PointsCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    UnitFigures,
    rank,
    score,
)
from evnpubsvc.law import Citation
from evnpubsvc.outreach import (
    Absence,
    DutyRoster,
    Member,
    MemberRole,
    SupportTeam,
    TeamDecision,
    plan_roster,
)
from evnpubsvc.strategies import calendars, dossiers, schemes, standings
from evnpubsvc.strategies._outreach import absences, duty_rosters
from evnpubsvc.texts import Text
from evnpubsvc.worktime import VIETNAM_TIME, Calendar, WeeklyHours, vietnam_calendar

T = TypeVar("T")
TITLE = Text(vi="0", en="0")
SAME = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=2000,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def smallest(strategy: st.SearchStrategy[T], fails: Callable[[T], bool]) -> T:
    return find(strategy, fails, settings=SAME)


def test_a_dossier_with_three_events() -> None:
    at = datetime(2019, 1, 2, 8, tzinfo=VIETNAM_TIME)
    kinds = (EventKind.SUBMITTED, EventKind.SUPPLEMENT_REQUESTED, EventKind.SUPPLEMENT_RECEIVED)
    events = tuple(Event(kind, at + timedelta(minutes=30 * n)) for n, kind in enumerate(kinds))
    assert smallest(dossiers(), lambda one: len(one.events) >= 3) == Dossier(
        "case-1", events=events
    )


def test_a_calendar_of_three_days() -> None:
    monday, hours = date(2000, 1, 3), WeeklyHours.of("08:00-12:00", "13:00-17:00")
    found = smallest(calendars(), lambda one: one.last - one.first >= timedelta(days=2))
    assert found == Calendar(monday, monday + timedelta(days=2), (hours,))


def written(count: int) -> Scheme:
    """A scheme of so many criteria, each with one point that is given."""
    names = [f"c{n}" for n in range(1, count + 1)]
    criteria = [
        PointsCriterion(key=name, title=TITLE, maximum=Fraction(1), figure=f"{name}-p")
        for name in names
    ]
    return Scheme(
        key="a",
        title=TITLE,
        maximum=Fraction(count),
        rounding=Rounding(0, RoundingAt.COMPONENT),
        groups=(Group(key="g1", title=TITLE, maximum=Fraction(count), criteria=tuple(criteria)),),
        figures=tuple(FigureSpec(key=f"{name}-p", title=TITLE) for name in names),
    )


def test_a_scheme_of_three_criteria() -> None:
    assert smallest(schemes(), lambda one: len(list(one.criteria)) >= 3) == written(3)


def test_standings_of_two_units() -> None:
    scheme, nothing = written(1), {"c1-p": Fraction(0)}
    sheets = [score(scheme, UnitFigures(unit, nothing)) for unit in ("U1", "U2")]
    assert smallest(standings(), lambda one: len(one.places) >= 2) == rank(sheets)


def test_a_roster_in_conflict() -> None:
    """The only member is away on the first day of duty."""
    away = absences(refs=st.sampled_from([f"TV{n}" for n in range(1, 7)]))

    def is_in_conflict(case: tuple[DutyRoster, Absence]) -> bool:
        roster, one = case
        return any(
            duty.member == one.member and one.first <= duty.day <= one.last for duty in roster
        )

    new_year, day = date(2019, 1, 1), date(2019, 1, 2)
    member = Member("TV1", MemberRole.MEMBER)
    founded = TeamDecision(Citation("NĐ 61/2018/NĐ-CP"), new_year, new_year, None, (member,))
    roster = plan_roster(SupportTeam("A", TITLE, (founded,)), "2019-01", vietnam_calendar())
    found = smallest(st.tuples(duty_rosters(), away), is_in_conflict)
    assert found == (roster, Absence("TV1", day, day))
