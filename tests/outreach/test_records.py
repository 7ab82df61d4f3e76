"""Teams, desks, activities: what they say about themselves, what they refuse.

Round trips of every type.
"""

import io
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.outreach._build import NAME, decision, team_of

from evnpubsvc._hypothesis import REGISTRY
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import by_reason
from evnpubsvc.law import Citation
from evnpubsvc.outreach import (
    Activity,
    ActivityKind,
    Equipment,
    EquipmentKind,
    Member,
    MemberBasis,
    MemberRole,
    ProtectedTable,
    StepTime,
    SupportDesk,
    SupportProgramme,
    SupportTeam,
    TeamChange,
    plan_roster,
    roster_csv,
    roster_text,
)
from evnpubsvc.serde import from_json, outreach_example, read_programme, roster_feed, to_json
from evnpubsvc.strategies import support_teams
from evnpubsvc.strategies._outreach import duty_rosters
from evnpubsvc.texts import Text
from evnpubsvc.texts.parts import catalogue, written_day
from evnpubsvc.worktime import vietnam_calendar

TYPES = [
    getattr(import_module("evnpubsvc.outreach"), name) for name in REGISTRY["evnpubsvc.outreach"]
]
STAMP = datetime(2022, 4, 29, 8, tzinfo=UTC)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
@given(st.data())
def test_every_type_survives_json(kind: Any, data: Any) -> None:
    value = data.draw(st.from_type(kind))
    assert from_json(to_json(value), kind) == value


@given(support_teams(), st.dates(date(2019, 1, 1), date(2026, 12, 31)))
def test_one_decision_at_most_is_in_force_and_only_its_members_count(team: Any, day: Any) -> None:
    in_force = [d for d in team.decisions if d.first <= day <= (d.last or date.max)]
    assert len(in_force) <= 1
    assert team.decision_on(day) == (in_force[0] if in_force else None)
    listed = in_force[0].members if in_force else ()
    assert {m.ref for m in team.on(day)} == {
        m.ref for m in listed if (m.first or date.min) <= day <= (m.last or date.max)
    }
    assert set(team.refs) >= {m.ref for m in team.on(day)}


def test_overlapping_decisions_are_all_named() -> None:
    one = decision([], date(2022, 1, 1), number="1")
    two = decision([], date(2022, 5, 1), date(2022, 5, 31), number="2")
    three = decision([], date(2022, 7, 1), number="3")
    with pytest.raises(DataError) as error:
        SupportTeam("tx2", NAME, (three, one, two))
    assert [(f.reason, f.path) for f in error.value.findings] == [
        ("decisions-overlap", "$.decisions[2].first"),
        ("decisions-overlap", "$.decisions[0].first"),
    ]
    assert dict(error.value.findings[0].parts) == {
        "one": Citation("QĐ 1/QĐ-UBND"),
        "other": Citation("QĐ 2/QĐ-UBND"),
    }
    with pytest.raises(DataError, match="team-without-decision"):
        SupportTeam("tx2", NAME, ())


def test_notices_of_a_team() -> None:
    one = evolve(decision([], date(2022, 1, 1), date(2022, 3, 31)), issued=date(2022, 1, 5))
    two = decision([Member("TV1", MemberRole.LEADER)], date(2022, 4, 15))
    team = SupportTeam("tx2", NAME, (one, two))
    assert by_reason(team.notices) == {"decision-backdated": 1, "decision-gap": 1, "team-empty": 1}
    assert team.first == date(2022, 1, 1)


def test_a_member_may_leave_and_come_back_but_not_be_there_twice() -> None:
    gone = Member("TV1", MemberRole.MEMBER, last=date(2022, 5, 1))
    back = Member("TV1", MemberRole.MEMBER, first=date(2022, 6, 1))
    found = decision([back, gone], date(2022, 4, 15))
    assert [len(found.on(date(2022, month, 20))) for month in (3, 4, 5, 6)] == [0, 1, 0, 1]
    with pytest.raises(DataError, match="member-twice"):
        decision([gone, evolve(back, first=None)], date(2022, 4, 15))


@pytest.mark.parametrize(
    ("ref", "reason"),
    [
        ("Nguyễn Văn A", "reference-not-opaque"),
        ("a b", "reference-not-opaque"),
        ("=1+1", "reference-not-opaque"),
        ("", "reference-not-opaque"),
        ("x" * 65, "reference-not-opaque"),
        ("a@b.vn", "reference-not-opaque"),
        ("TV1\n", "reference-not-opaque"),
        ("049212345678", "reference-looks-personal"),
        ("0905.123.456", "reference-looks-personal"),
        ("123456789", "reference-looks-personal"),
        (7, "wrong-type"),
    ],
)
def test_references_that_are_not_opaque_are_refused(ref: Any, reason: Any) -> None:
    with pytest.raises(MisuseError) as error:
        Member(ref, MemberRole.MEMBER)
    assert error.value.reason == reason
    assert "049212345678" not in str(error.value)
    assert "0905.123.456" not in str(error.value)


def test_what_records_refuse() -> None:
    desk = Equipment(EquipmentKind.PRINTER)
    activity = Activity("a", ActivityKind.PRESS, NAME)
    team = team_of(1)
    step: Any = StepTime
    cases: list[tuple[Any, str]] = [
        (lambda: SupportDesk("d", NAME, equipment=(desk, desk)), "equipment-twice"),
        (lambda: SupportProgramme(team, activities=(activity, activity)), "programme-key-twice"),
        (
            lambda: evolve(activity, first=date(2022, 2, 1), last=date(2022, 1, 1)),
            "last-before-first",
        ),
        (
            lambda: Member("TV1", MemberRole.LEADER, first=date(2022, 2, 1), last=date(2022, 1, 1)),
            "last-before-first",
        ),
        (lambda: Member("TV1", MemberRole.LEADER, first=datetime(2022, 2, 1)), "day-wrong-type"),
        (lambda: Equipment(EquipmentKind.PRINTER, 0), "number-too-small"),
        (lambda: step("account", 1), "wrong-type"),
    ]
    for make, reason in cases:
        with pytest.raises((DataError, MisuseError), match=rf"\[{reason}\]"):
            make()


def test_the_team_of_2022() -> None:
    programme = outreach_example()
    decision_44 = programme.team.decision_on(date(2022, 4, 15))
    assert decision_44 is not None
    assert str(decision_44.instrument) == "Decision 44/QĐ-UBND of 2022-04-15"
    assert programme.team.on(date(2022, 4, 14)) == ()
    (desk,) = programme.desks
    assert [(e.kind.value, e.number) for e in desk.equipment] == [
        ("computer", 1),
        ("printer", 1),
        ("scanner", 1),
    ]
    assert {a.kind for a in programme.activities} == {ActivityKind.LEAFLET, ActivityKind.BROADCAST}
    assert all(a.quantity is None for a in programme.activities)  # not published, so not known


def test_a_desk_with_its_own_hours_from_a_file_and_every_mistake_at_once() -> None:
    week = ", ".join(['["07:30-11:30"]'] * 5 + ["[]"] * 2)
    text = f"""
[team]
key = "tx2"
name = {{ vi = "Tổ", en = "Team" }}
[[team.decisions]]
instrument = {{ instrument = "QĐ 1" }}
issued = 2022-01-01
first = 2022-01-01
members = [{{ ref = "TV1", role = "leader" }}, {{ ref = "TV2", role = "member" }}]
[[desks]]
key = "d"
place = {{ vi = "Nhà văn hóa", en = "Hall" }}
hours = {{ week = [{week}] }}
"""
    (desk,) = read_programme(io.BytesIO(text.encode())).desks
    assert desk.hours is not None
    assert str(desk.hours) == "Mon–Fri 07:30–11:30"
    wrong = (
        text.replace('"leader"', '"boss"').replace("07:30-11:30", "7h30").replace('"TV2"', '"T V"')
    )
    with pytest.raises(DataError) as error:
        read_programme(io.BytesIO(wrong.encode()))
    assert {f.reason for f in error.value.findings} == {
        "value-of-wrong-type",
        "session-not-read",
        "reference-not-opaque",
    }


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_crash_the_reader(raw: Any) -> None:
    with pytest.raises(DataError):
        read_programme(io.BytesIO(raw))


@given(duty_rosters(), st.sampled_from(["en", "vi"]))
def test_exports_hold_every_duty(roster: Any, lang: Any) -> None:
    text, table = roster_text(roster, lang), roster_csv(roster, lang)
    rows = table.splitlines()
    assert len(rows) == len(roster) + 1
    for duty, row in zip(roster, rows[1:], strict=True):
        assert f"{written_day(duty.day, lang)}  {duty.member}" in text
        assert row.split(",")[0] == duty.day.isoformat()
        assert row.split(",")[2] == duty.member
        assert row[:1] not in "=+-@"
    assert text.count("→") == sum(len(change.moves) for change in roster.log)


def test_exports_in_vietnamese() -> None:
    roster = plan_roster(team_of(2), "2022-05", vietnam_calendar(), fixed={date(2022, 5, 4): "TV2"})
    changed = roster.swap(date(2022, 5, 5), date(2022, 5, 6), made_on=date(2022, 5, 4))
    lines = roster_text(changed, "vi").splitlines()
    assert lines[0] == "Lịch trực tháng 5/2022: tx2"
    assert lines[2] == "thứ Tư   04/5/2022  TV2  (ấn định)"
    assert lines[-1].startswith("Đổi ca: 05/5/2022")
    assert lines[-1].endswith("(04/5/2022)")
    assert roster_csv(roster, "vi").splitlines()[1] == "2022-05-04,thứ Tư,TV2,1"


def test_the_calendar_feed_is_the_same_each_time_and_read_back() -> None:
    icalendar = pytest.importorskip("icalendar")
    calendar = vietnam_calendar()
    roster = plan_roster(team_of(2), "2022-05", calendar)
    feed = roster_feed(roster, stamp=STAMP, calendar=calendar, lang="vi")
    assert feed == roster_feed(roster, stamp=STAMP, calendar=calendar, lang="vi")
    events = icalendar.Calendar.from_ical(feed).walk("VEVENT")
    assert len(events) == 2 * len(roster)
    assert len({str(event["uid"]) for event in events}) == len(events)
    first = events[0]
    assert first.decoded("dtstart") == datetime(2022, 5, 4, 0, 0, tzinfo=UTC)  # 07:00 in Viet Nam
    assert first.decoded("dtend") == datetime(2022, 5, 4, 4, 30, tzinfo=UTC)
    assert str(first["summary"]) == f"Trực hỗ trợ: {roster.duties[0].member}"
    one, other = roster.days_of("TV1")[0], roster.days_of("TV2")[0]
    whole_days = icalendar.Calendar.from_ical(
        roster_feed(roster.swap(one, other), stamp=STAMP)
    ).walk("VEVENT")
    assert [e.decoded("dtstart") for e in whole_days] == [d.day for d in roster]
    moved = {e.decoded("dtstart"): e["sequence"] for e in whole_days}
    assert (moved[one], moved[other], sum(moved.values())) == (1, 1, 2)
    with pytest.raises(MisuseError, match="stamp-without-zone"):
        roster_feed(roster, stamp=STAMP.replace(tzinfo=None))


def test_every_reason_and_label_of_the_room_is_in_the_catalogue() -> None:
    assert catalogue()["days-in-a-row"]["vi"]
    assert ProtectedTable((("b", 1), ("a", None)), None, 3).cells == (("a", None), ("b", 1))
    assert Text(vi="a", en="b").get("en") == "b"


def test_who_stays_comes_and_goes_across_a_year() -> None:
    """A team of 2022 that is recast for 2023: two stay, one leaves, one comes."""
    founded = decision(
        [Member(f"TV{n}", MemberRole.MEMBER) for n in (1, 2, 3)],
        date(2022, 4, 15),
        date(2022, 12, 31),
    )
    recast = decision(
        [Member(f"TV{n}", MemberRole.MEMBER) for n in (1, 3, 4)], date(2023, 1, 1), number="2"
    )
    team = SupportTeam("team", Text(vi="Tổ", en="Team"), (founded, recast))
    change = team.change(date(2022, 12, 31), date(2023, 1, 1))
    assert change == TeamChange(("TV1", "TV3"), ("TV4",), ("TV2",))
    # Before the team there is nobody: all of its members join.
    assert team.change(date(2022, 4, 14), date(2022, 4, 15)).joined == ("TV1", "TV2", "TV3")
    assert team.change(date(2023, 5, 1), date(2023, 5, 1)).stayed == ("TV1", "TV3", "TV4")
    with pytest.raises(MisuseError, match="last-before-first"):
        team.change(date(2023, 1, 2), date(2023, 1, 1))


def test_what_members_give_is_apart_from_what_they_are() -> None:
    """All members of 2022 were civil servants who worked without pay for it."""
    listed = outreach_example().team.decisions[0].members
    assert {(each.civil_servant, each.basis) for each in listed} == {(True, MemberBasis.VOLUNTARY)}
    assert Member("TV1", MemberRole.LEADER).basis is None  # not known is no basis


def test_hours_on_duty_are_those_of_the_office() -> None:
    """Eight hours a day in April 2022, counted by hand: eleven working days from the 15th on."""
    roster = plan_roster(outreach_example().team, date(2022, 4, 1), vietnam_calendar())
    hours = roster.hours(vietnam_calendar())
    assert sum(hours.values(), timedelta()) == timedelta(hours=8 * 11)
    assert hours["TV1"] == roster.loads["TV1"] * timedelta(hours=8)
    assert set(hours) == set(roster.members)
