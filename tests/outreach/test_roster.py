"""Rosters: every working day once, fair, in order of nothing, changed within the rules, refused
with reasons.
"""

import pickle
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from dateutil.rrule import FR, MO, MONTHLY, WEEKLY, rrule
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.deep import cases
from tests.outreach._build import NAME, all_assignments, decision, team_of, working_days

from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import by_reason
from evnpubsvc.outreach import (
    Absence,
    ChangeRefusedError,
    Duty,
    DutyRoster,
    InfeasibleRosterError,
    Member,
    MemberRole,
    SupportTeam,
    plan_roster,
    plan_rosters,
    recurring_duties,
)
from evnpubsvc.outreach._checks import month_of
from evnpubsvc.outreach.results import ChangeKind
from evnpubsvc.serde import outreach_example
from evnpubsvc.worktime import OutsideCoverageError, vietnam_calendar

CALENDAR = vietnam_calendar()
YEARS = [f"{year}-{month:02}" for year in range(2019, 2027) for month in range(1, 13)]
MAY = (date(2022, 5, 1), date(2022, 5, 31))


def spread(roster: Any) -> Any:
    loads = [roster.loads[m] for m in roster.available]
    return max(loads) - min(loads)


@pytest.mark.parametrize("no_consecutive", [False, True])
def test_every_working_day_of_eight_years_once_and_fair_in_month_and_year(
    no_consecutive: Any,
) -> None:
    rosters = plan_rosters(team_of(10), YEARS, CALENDAR, no_consecutive=no_consecutive)
    days = [duty.day for roster in rosters for duty in roster]
    assert days == working_days(date(2019, 1, 1), date(2026, 12, 31))
    assert all(spread(roster) <= 1 and not roster.notices for roster in rosters)
    carried = dict.fromkeys(rosters[0].members, 0)
    for roster in rosters:
        for member, load in roster.loads.items():
            carried[member] += load
        assert max(carried.values()) - min(carried.values()) <= 1
    if no_consecutive:
        everyone = [duty.member for roster in rosters for duty in roster]
        assert all(a != b for a, b in pairwise(everyone))


# Working days of 2022 by hand: weekdays of the month, less 11/4 (Hùng Kings), 2-3/5 (for 30/4 and
# 1/5), 1-2/9.
WORKED_2022 = {
    4: 11,
    5: 20,
    6: 22,
    7: 21,
    8: 23,
    9: 20,
    10: 21,
    11: 22,
    12: 22,
}  # April from the 15th


def test_the_nine_rosters_of_2022_total_the_working_days() -> None:
    rosters = plan_rosters(
        outreach_example().team, [f"2022-{m:02}" for m in range(4, 13)], CALENDAR
    )
    assert {roster.first.month: len(roster) for roster in rosters} == WORKED_2022
    assert (
        sum(map(len, rosters))
        == CALENDAR.working_days_between(date(2022, 4, 14), date(2022, 12, 31))
        == 182
    )
    days = {duty.day for roster in rosters for duty in roster}
    off = [
        date(2022, 4, 30),
        date(2022, 5, 1),
        date(2022, 5, 2),
        date(2022, 5, 3),
        date(2022, 9, 1),
        date(2022, 9, 2),
    ]
    assert days.isdisjoint(off)
    assert {date(2022, 4, 29), date(2022, 5, 4), date(2022, 8, 31), date(2022, 9, 5)} <= days
    assert [f.reason for f in rosters[0].notices] == ["roster-starts-with-team"]
    assert rosters[0].first == date(2022, 4, 15)


def test_make_up_saturdays_have_duty() -> None:
    assert plan_roster(team_of(3), "2024-05", CALENDAR)[date(2024, 5, 4)].day.weekday() == 5
    with pytest.raises(UnknownNameError, match="day-not-on-roster"):
        plan_roster(team_of(3), "2024-04", CALENDAR)[date(2024, 4, 29)]


@st.composite
def situations(draw: Any, least: Any = 1) -> Any:
    team = team_of(draw(st.integers(least, 6)))
    refs = team.refs
    name = draw(st.sampled_from(YEARS))
    first = date.fromisoformat(f"{name}-01")
    day = st.integers(0, 30).map(lambda n: date.fromordinal(first.toordinal() + n))
    away = st.builds(
        lambda m, two: Absence(m, min(two), max(two)), st.sampled_from(refs), st.tuples(day, day)
    )
    rules = {
        "absences": draw(st.lists(away, max_size=6)),
        "no_consecutive": draw(st.booleans()),
        "at_most": draw(st.none() | st.integers(1, 12)),
        "history": draw(st.dictionaries(st.sampled_from(refs), st.integers(0, 20))),
    }
    return team, name, rules


def planned(team: Any, name: Any, rules: Any) -> Any:
    try:
        return plan_roster(team, name, CALENDAR, **rules)
    except InfeasibleRosterError as error:
        return error.conflicts


@settings(max_examples=cases(20, 1_500))
@given(situations(), st.randoms(use_true_random=False))
def test_rosters_keep_the_rules_whatever_the_order_of_members_and_absences(
    situation: Any, random: Any
) -> None:
    team, name, rules = situation
    roster = planned(team, name, rules)
    shuffled = list(team.decisions[0].members)
    random.shuffle(shuffled)
    other = evolve(team, decisions=(evolve(team.decisions[0], members=tuple(shuffled)),))
    assert planned(other, name, {**rules, "absences": rules["absences"][::-1]}) == roster
    if not isinstance(roster, DutyRoster):
        for conflict in roster:
            assert conflict.days
            assert conflict.as_finding().message("vi") != conflict.as_finding().message("en")
        return
    first = date.fromisoformat(f"{name}-01")
    assert [d.day for d in roster] == [
        d for d in working_days(first, roster.last) if d >= roster.first
    ]
    for duty in roster:
        assert not any(
            a.member == duty.member and a.first <= duty.day <= a.last for a in rules["absences"]
        )
    if rules["at_most"]:
        assert max(roster.loads.values()) <= rules["at_most"]
    if rules["no_consecutive"]:
        assert all(a.member != b.member for a, b in pairwise(roster.duties))
    reasons = by_reason(roster.notices)
    told = "loads-apart-proved" in reasons or "loads-apart-by-rule" in reasons
    assert told == (spread(roster) > 1)


def test_a_search_never_goes_above_the_limit() -> None:
    # TV1 is there on four days of January 2019 and can take two of them; the others may take twenty
    # of 23 days.
    away = Absence("TV1", date(2019, 1, 1), date(2019, 1, 25))
    with pytest.raises(InfeasibleRosterError) as caught:
        plan_roster(
            team_of(5), "2019-01", CALENDAR, absences=[away], no_consecutive=True, at_most=5
        )
    assert [conflict.reason for conflict in caught.value.conflicts] in (
        ["rules-together"],
        ["roster-undecided"],
    )


@settings(max_examples=cases(10, 600))
@given(situations(least=2), st.data())
def test_removing_a_member_never_makes_an_impossible_month_possible(
    situation: Any, data: Any
) -> None:
    team, name, rules = situation
    if isinstance(planned(team, name, rules), DutyRoster):
        return
    gone = data.draw(st.sampled_from(team.refs))
    smaller = evolve(
        team,
        decisions=(
            evolve(
                team.decisions[0],
                members=tuple(m for m in team.decisions[0].members if m.ref != gone),
            ),
        ),
    )
    left = {
        **rules,
        "absences": [a for a in rules["absences"] if a.member != gone],
        "history": {m: n for m, n in rules["history"].items() if m != gone},
    }
    assert not isinstance(planned(smaller, name, left), DutyRoster)


@given(st.data())
def test_short_months_against_trying_everything(data: Any) -> None:
    """Absences of days within a team's single week: the roster is one of the fairest of all."""
    team = team_of(3, date(2022, 5, 9), date(2022, 5, 16))
    days = working_days(date(2022, 5, 9), date(2022, 5, 16))
    away = data.draw(
        st.lists(
            st.builds(
                lambda m, d: Absence(m, d, d), st.sampled_from(team.refs), st.sampled_from(days)
            )
        )
    )
    apart = data.draw(st.booleans())
    candidates = [
        [
            i
            for i, m in enumerate(team.refs)
            if not any(a.member == m and a.first == day for a in away)
        ]
        for day in days
    ]
    everything = list(all_assignments(candidates, None, apart, None))
    roster = planned(team, "2022-05", {"absences": away, "no_consecutive": apart})
    assert isinstance(roster, DutyRoster) == bool(everything)
    if everything:
        fairest = min(sum(row.count(m) ** 2 for m in range(3)) for row in everything)
        assert sum(load * load for load in roster.loads.values()) == fairest


def test_history_evens_out_the_year_and_fixed_days_stand() -> None:
    roster = plan_roster(
        team_of(3),
        "2022-05",
        CALENDAR,
        history={"TV1": 9, "TV2": 0},
        fixed={date(2022, 5, 4): "TV1"},
    )
    assert roster.loads == {"TV1": 6, "TV2": 7, "TV3": 7}
    assert roster[date(2022, 5, 4)] == Duty(date(2022, 5, 4), "TV1", ("TV1",), fixed=True)


def test_the_night_between_two_months_counts_for_consecutive_days() -> None:
    april = plan_roster(team_of(2), "2022-04", CALENDAR, no_consecutive=True)
    last = april.duties[-1].member
    may = plan_roster(team_of(2), "2022-05", CALENDAR, history=[april], no_consecutive=True)
    assert may.before == last != may.duties[0].member
    june = plan_roster(team_of(2), "2022-06", CALENDAR, history=[april], no_consecutive=True)
    assert june.before is None


def test_loads_more_than_one_apart_are_proved() -> None:
    away = [Absence("TV1", *MAY), Absence("TV2", date(2022, 5, 1), date(2022, 5, 26))]
    roster = plan_roster(team_of(4), "2022-05", CALENDAR, absences=away)
    assert (
        roster.loads == {"TV1": 0, "TV2": 3, "TV3": 9, "TV4": 8}
        or roster.loads["TV3"] + roster.loads["TV4"] == 17
    )
    reasons = {f.reason: f for f in roster.notices}
    assert reasons.keys() == {"loads-apart-proved", "member-away-all-month"}
    assert dict(reasons["loads-apart-proved"].parts)["members"] == ("TV3", "TV4")
    assert dict(reasons["loads-apart-proved"].parts)["count"] == 17


def test_changing_decisions_decide_day_by_day() -> None:
    old = decision(
        [Member("TV1", MemberRole.LEADER), Member("TV2", MemberRole.MEMBER)],
        date(2022, 4, 15),
        date(2022, 5, 15),
    )
    new = decision(
        [Member("TV2", MemberRole.LEADER), Member("TV3", MemberRole.MEMBER,
            first=date(2022, 5, 20))],
        date(2022, 5, 16), number="2",
    )  # fmt: skip
    team = SupportTeam("tx2", NAME, (new, old))
    roster = plan_roster(team, "2022-05", CALENDAR)
    for duty in roster:
        assert duty.candidates == tuple(m.ref for m in team.on(duty.day))
    assert roster[date(2022, 5, 18)].candidates == ("TV2",)
    with pytest.raises(ChangeRefusedError) as refused:
        roster.swap(date(2022, 5, 18), roster.days_of("TV1")[0])
    assert refused.value.reason == "member-not-available"


def test_impossible_months_name_days_and_members() -> None:
    with pytest.raises(InfeasibleRosterError) as error:
        plan_roster(
            team_of(2), "2022-05", CALENDAR, absences=[Absence("TV1", *MAY), Absence("TV2", *MAY)]
        )
    (conflict,) = error.value.conflicts
    assert (conflict.reason, len(conflict.days), conflict.members) == (
        "day-without-member",
        20,
        ("TV1", "TV2"),
    )
    assert pickle.loads(pickle.dumps(error.value)).conflicts == error.value.conflicts

    with pytest.raises(InfeasibleRosterError) as error:
        plan_roster(team_of(1), "2022-05", CALENDAR, no_consecutive=True)
    (conflict,) = error.value.conflicts
    assert (conflict.reason, conflict.days) == (
        "days-in-a-row",
        (date(2022, 5, 4), date(2022, 5, 5)),
    )

    with pytest.raises(InfeasibleRosterError) as error:
        plan_roster(team_of(3), "2022-05", CALENDAR, at_most=6)
    (conflict,) = error.value.conflicts
    assert (conflict.reason, len(conflict.days)) == ("days-above-limit", 19)

    away = [
        Absence("TV1", date(2022, 5, 5), date(2022, 5, 31)),
        Absence("TV2", date(2022, 5, 10), date(2022, 5, 31)),
    ]
    with pytest.raises(InfeasibleRosterError) as error:
        plan_roster(team_of(3), "2022-05", CALENDAR, absences=away, no_consecutive=True, at_most=20)
    assert error.value.conflicts[0].reason == "rules-together"
    assert error.value.conflicts[0].members == ("TV3",)

    gap = SupportTeam(
        "tx2", NAME,
        (
            decision([Member("TV1", MemberRole.LEADER)], date(2022, 4, 1), date(2022, 5, 10)),
            decision([Member("TV1", MemberRole.LEADER)], date(2022, 5, 13), number="2"),
        ),
    )  # fmt: skip
    with pytest.raises(InfeasibleRosterError) as error:
        plan_roster(gap, "2022-05", CALENDAR)
    assert error.value.conflicts[0].reason == "day-without-decision"
    assert error.value.conflicts[0].days == (date(2022, 5, 11), date(2022, 5, 12))


def reasons_of(call: Any, *args: Any, **kwargs: Any) -> Any:
    try:
        call(*args, **kwargs)
    except DataError as error:
        return [f.reason for f in error.findings]
    except MisuseError as error:
        return [error.reason]
    return []


def test_bad_input_is_named() -> None:
    team = team_of(3)
    idle = SupportTeam(
        "tx2",
        NAME,
        (decision([Member("TV1", MemberRole.LEADER, rostered=False)], date(2022, 1, 1)),),
    )
    assert reasons_of(plan_roster, idle, "2022-05", CALENDAR) == ["team-empty"]
    assert reasons_of(plan_roster, team, "2022-13", CALENDAR) == ["month-not-read"]
    assert reasons_of(plan_roster, team, 202205, CALENDAR) == ["month-not-read"]
    assert reasons_of(plan_roster, team_of(2, last=date(2020, 1, 1)), "2022-05", CALENDAR) == [
        "team-not-in-month"
    ]
    absences = [Absence("X1", *MAY), Absence("X2", *MAY)]
    assert (
        reasons_of(plan_roster, team, "2022-05", CALENDAR, absences=absences)
        == ["member-unknown"] * 2
    )
    fixed = {date(2022, 5, 1): "TV1", date(2022, 5, 4): "X", date(2022, 5, 5): "TV2"}
    away = [Absence("TV2", *MAY)]
    assert reasons_of(plan_roster, team, "2022-05", CALENDAR, fixed=fixed, absences=away) == [
        "fixed-day-not-worked", "member-unknown", "fixed-member-away",
    ]  # fmt: skip
    assert reasons_of(
        plan_rosters, team, ["2022-05"], CALENDAR, fixed={date(2022, 7, 1): "TV1"}
    ) == ["fixed-day-not-worked"]
    assert reasons_of(plan_rosters, team, ["2022-05", "2022-05"], CALENDAR) == [
        "days-not-ascending"
    ]
    assert reasons_of(plan_roster, team, "2022-05", CALENDAR, at_most=0) == ["number-too-small"]
    assert reasons_of(plan_roster, team, "2022-05", CALENDAR, history={"TV1": -1}) == [
        "number-too-small"
    ]
    june = plan_roster(team, "2022-06", CALENDAR)
    assert reasons_of(plan_roster, team, "2022-05", CALENDAR, history=[june]) == [
        "history-not-earlier"
    ]
    foreign = evolve(team, key="other")
    assert reasons_of(plan_roster, foreign, "2022-07", CALENDAR, history=[june]) == [
        "history-of-another-team"
    ]
    assert plan_rosters(team, [], CALENDAR) == ()
    with pytest.raises(OutsideCoverageError):
        plan_roster(team, "2028-01", CALENDAR)
    assert reasons_of(Absence, "TV1", MAY[1], MAY[0]) == ["last-before-first"]


def test_provisional_years_are_told() -> None:
    roster = plan_roster(team_of(3), "2028-05", vietnam_calendar(provisional_until=2028))
    assert by_reason(roster.notices) == {"year-undecided": 1}


def test_a_team_that_ends_and_one_that_starts_on_a_weekend() -> None:
    ends = plan_roster(team_of(2, last=date(2022, 5, 10)), "2022-05", CALENDAR)
    assert (ends.last, len(ends), [f.reason for f in ends.notices]) == (
        date(2022, 5, 10),
        5,
        ["roster-ends-with-team"],
    )
    empty = plan_roster(team_of(2, date(2022, 4, 30)), "2022-04", CALENDAR)
    assert len(empty) == 0
    assert empty.available == ()


@given(st.data())
def test_changes_keep_every_rule_or_are_refused(data: Any) -> None:
    team, name, rules = data.draw(situations(least=2))
    roster = planned(team, name, rules)
    if not isinstance(roster, DutyRoster):
        return
    for _ in range(4):
        days = st.sampled_from([d.day for d in roster])
        before = roster
        reason = ""
        try:
            if data.draw(st.booleans()):
                roster = roster.swap(data.draw(days), data.draw(days), made_on=roster.first)
                assert roster.loads == before.loads
            else:
                roster = roster.replace(data.draw(days), data.draw(st.sampled_from(roster.members)))
        except ChangeRefusedError as refused:
            reason = refused.reason
        if reason:
            assert reason in {
                "change-of-nothing", "member-not-available", "two-in-a-row", "loads-apart",
                "above-limit",
            }  # fmt: skip
            continue
        assert len(roster.log) == len(before.log) + 1
        undone = {move.day: move.before for move in roster.log[-1].moves}
        assert tuple(undone.get(d.day, d.member) for d in roster) == tuple(d.member for d in before)
        assert all(d.member in d.candidates for d in roster)
        assert spread(roster) <= roster.spread
        if roster.no_consecutive:
            assert all(a.member != b.member for a, b in pairwise(roster.duties))


def test_changes_are_refused_with_their_reason() -> None:
    roster = plan_roster(
        team_of(2), "2022-05", CALENDAR, fixed={date(2022, 5, 4): "TV1"}, no_consecutive=True
    )
    a, b, c = (d.day for d in roster.duties[:3])

    def refused(call: Any, *args: Any) -> Any:
        with pytest.raises(ChangeRefusedError) as error:
            call(*args)
        return error.value.reason

    assert refused(roster.swap, a, b) == "change-of-fixed-day"
    assert refused(roster.swap, b, b) == "change-of-nothing"
    assert refused(roster.swap, b, c) == "two-in-a-row"
    assert refused(roster.replace, b, "TV1") == "two-in-a-row"
    with pytest.raises(UnknownNameError, match="member-unknown"):
        roster.replace(b, "TV9")
    with pytest.raises(UnknownNameError, match="member-unknown"):
        roster.days_of("TV9")

    even = plan_roster(team_of(2), "2022-05", CALENDAR, at_most=11)
    day, *more = even.days_of("TV1")
    assert refused(even.replace, day, "TV2") == "loads-apart"
    agreed = even.replace(day, "TV2", spread=2, made_on=date(2022, 5, 2))
    assert (agreed.spread, agreed.loads) == (2, {"TV1": 9, "TV2": 11})
    assert agreed.log[0].kind is ChangeKind.REPLACE
    assert refused(agreed.replace, more[0], "TV2") == "above-limit"
    assert agreed.swap(more[0], even.days_of("TV2")[0]).log[1].kind is ChangeKind.SWAP


def test_records_made_by_hand_are_checked() -> None:
    d1 = Duty(date(2022, 5, 4), "TV1", ("TV1",))
    d2 = Duty(date(2022, 5, 5), "TV1", ("TV1",))
    args = ("tx2", *MAY)
    assert reasons_of(DutyRoster, *args, (d2, d1), ("TV1",)) == ["days-not-ascending"]
    assert reasons_of(DutyRoster, *args, (d1,), ("TV2",)) == ["member-unknown"]
    assert reasons_of(DutyRoster, *args, (d1, d2), ("TV1",), no_consecutive=True) == [
        "two-in-a-row"
    ]
    assert reasons_of(DutyRoster, *args, (d1, d2), ("TV1",), at_most=1) == ["above-limit"]
    assert reasons_of(DutyRoster, *args, (evolve(d1, day=date(2022, 6, 1)),), ("TV1",)) == [
        "duty-outside-roster"
    ]
    assert reasons_of(Duty, date(2022, 5, 4), "TV2", ("TV1",)) == ["not-a-candidate"]
    assert reasons_of(Duty, date(2022, 5, 4), "TV1", ["TV1"]) == ["wrong-type"]
    assert Fraction(len(DutyRoster(*args, (d1,), ("TV1",)).duties)) == 1


def test_duties_recur_by_a_rule_and_days_off_fall_away() -> None:
    """30 April and 2 May 2022 are off (Saturday, substitute): by hand from the table of 2022."""
    mondays = rrule(WEEKLY, byweekday=MO, dtstart=datetime(2022, 4, 4))
    ends = rrule(MONTHLY, bymonthday=-1, dtstart=datetime(2022, 1, 31))
    assert recurring_duties({"TV1": mondays, "TV2": ends}, "2022-05", CALENDAR) == {
        date(2022, 5, 9): "TV1",
        date(2022, 5, 16): "TV1",
        date(2022, 5, 23): "TV1",
        date(2022, 5, 30): "TV1",
        date(2022, 5, 31): "TV2",
    }
    assert recurring_duties({"TV2": ends}, "2022-04", CALENDAR) == {}
    with pytest.raises(DataError, match="2022-10-31 recurs for TV1 and for TV2"):
        recurring_duties({"TV1": mondays, "TV2": ends}, "2022-10", CALENDAR)


def test_recurring_duties_are_fixed_days_of_the_roster() -> None:
    team = outreach_example().team
    fridays = rrule(WEEKLY, byweekday=FR, dtstart=datetime(2022, 4, 1))
    fixed = recurring_duties({"TV3": fridays}, "2022-05", CALENDAR)
    roster = plan_roster(team, "2022-05", CALENDAR, fixed=fixed)
    assert [duty.day for duty in roster if duty.fixed] == sorted(fixed)
    assert {duty.member for duty in roster if duty.day.weekday() == 4} == {"TV3"}


@pytest.mark.parametrize("month", ["2024-02", "2023-02", "2022-04", "2022-12", "9998-12", date.max])
def test_a_month_ends_where_the_next_begins(month: Any) -> None:
    first, last = month_of(month)
    assert first.day == 1
    assert last == date.max or (last + timedelta(days=1)).day == 1
    assert (last.year, last.month) == (first.year, first.month)


def test_nobody_has_the_last_day_of_a_month_and_the_first_of_the_next() -> None:
    """Who carries least comes first in turn, but not on the day after a duty."""
    team, (first, last) = team_of(3), MAY
    days = working_days(first, last)
    fixed = {day: ("TV1", "TV2")[place % 2] for place, day in enumerate(days[:-1])}
    may = plan_roster(team, "2022-05", CALENDAR, fixed=fixed | {days[-1]: "TV3"})
    assert may.duties[-1].member == "TV3"
    assert may.loads["TV3"] == 1
    june = plan_roster(team, "2022-06", CALENDAR, history=[may], no_consecutive=True)
    assert june.duties[0].member != "TV3"
    freely = plan_roster(team, "2022-06", CALENDAR, history=[may])
    assert freely.duties[0].member == "TV3"
