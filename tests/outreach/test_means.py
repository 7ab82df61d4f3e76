"""Money, spells of members, activities that recur, rosters over the turn of a year."""

from datetime import date, timedelta

import pytest

from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.law import Citation
from evnpubsvc.outreach import (
    Activity,
    ActivityKind,
    Expense,
    Funding,
    FundingKind,
    Member,
    MemberRole,
    SupportProgramme,
    SupportTeam,
    TeamDecision,
    plan_rosters,
)
from evnpubsvc.quantities import Unknown
from evnpubsvc.serde import outreach_example
from evnpubsvc.texts import Text
from evnpubsvc.worktime import vietnam_calendar

_T = Text(vi="x", en="x")


def _decision(first: date, last: date | None, *members: Member) -> TeamDecision:
    return TeamDecision(Citation("QĐ 1/QĐ-UBND"), first, first, last, members)


def _programme(*funding: Funding, expenses: tuple[Expense, ...] = ()) -> SupportProgramme:
    team = SupportTeam("t", _T, (_decision(date(2022, 1, 1), None),))
    return SupportProgramme(team, funding=funding, expenses=expenses)


def test_no_funding_is_a_fact_and_nothing_recorded_is_unknown() -> None:
    assert outreach_example().funded() == 0
    assert outreach_example().spent() == Unknown("cost-not-recorded", "tam-xuan-ii")
    assert _programme().funded() == Unknown("funding-not-recorded", "t")
    budget, open_ = Funding(FundingKind.BUDGET, 5_000_000), Funding(FundingKind.SPONSOR)
    assert _programme(budget).funded() == 5_000_000
    assert _programme(budget, open_).funded() == Unknown("funding-sum-unknown", "t")
    paid = (Expense(_T, 300_000), Expense(_T, 0))
    assert _programme(expenses=paid).spent() == 300_000
    with pytest.raises(DataError):
        _programme(budget, Funding(FundingKind.NONE))
    for kind, dong in ((FundingKind.NONE, 1), (FundingKind.OWN, 0)):
        with pytest.raises(MisuseError):
            Funding(kind, dong)


def test_spells_are_what_counting_day_by_day_gives() -> None:
    """TV1 stays over the turn of the year, TV2 leaves and comes back, TV3 leaves."""
    old = _decision(
        date(2022, 4, 15),
        date(2022, 12, 31),
        Member("TV1", MemberRole.LEADER),
        Member("TV2", MemberRole.MEMBER, last=date(2022, 6, 30)),
        Member("TV3", MemberRole.MEMBER, first=date(2022, 5, 1)),
    )
    new = _decision(
        date(2023, 1, 1), None, Member("TV1", MemberRole.LEADER), Member("TV2", MemberRole.MEMBER)
    )
    team = SupportTeam("t", _T, (new, old))
    spells = team.tenures()
    assert [(spell.ref, spell.first, spell.last) for spell in spells] == [
        ("TV1", date(2022, 4, 15), None),
        ("TV2", date(2022, 4, 15), date(2022, 6, 30)),
        ("TV2", date(2023, 1, 1), None),
        ("TV3", date(2022, 5, 1), date(2022, 12, 31)),
    ]
    end = date(2023, 3, 31)
    for ref in team.refs:
        days = (date(2022, 1, 1) + timedelta(n) for n in range(455))
        there = sum(any(member.ref == ref for member in team.on(day)) for day in days)
        assert there == sum(spell.days(end) for spell in spells if spell.ref == ref)


def test_rosters_go_on_into_the_next_year() -> None:
    months = ["2022-12", "2023-01"]
    december, january = plan_rosters(outreach_example().team, months, vietnam_calendar())
    calendar = vietnam_calendar()
    for roster, first, length in (
        (december, date(2022, 12, 1), 31),
        (january, date(2023, 1, 1), 31),
    ):
        days = [first + timedelta(n) for n in range(length)]
        assert [duty.day for duty in roster] == [
            day for day in days if calendar.is_working_day(day)
        ]
    # Nobody has two duties more than another over both months.
    loads = dict.fromkeys(outreach_example().team.refs, 0)
    for duty in (*december, *january):
        loads[duty.member] += 1
    assert max(loads.values()) - min(loads.values()) <= 1


def test_an_activity_recurs_by_its_rule() -> None:
    def activity(rule: str | None, last: date | None = None) -> Activity:
        kind, first = ActivityKind.BROADCAST, date(2022, 4, 18)
        return Activity("loa", kind, _T, first=first, last=last, rule=rule)

    year = date(2022, 1, 1), date(2022, 12, 31)
    mondays = activity("FREQ=WEEKLY;BYDAY=MO", date(2022, 5, 2)).days(*year)
    assert mondays == (date(2022, 4, 18), date(2022, 4, 25), date(2022, 5, 2))
    assert activity(None).days(*year) == (date(2022, 4, 18),)
    assert activity("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2").days(*year) == (
        date(2022, 4, 30), date(2022, 5, 31),
    )  # fmt: skip
    for wrong in ("", "FREQ=SECONDLY", "every Monday", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY\nX"):
        with pytest.raises(MisuseError) as caught:
            activity(wrong)
        assert caught.value.reason == "activity-rule-not-read"
    with pytest.raises(MisuseError):
        Activity("loa", ActivityKind.BROADCAST, _T, rule="FREQ=DAILY")
