"""The case of 2022 as a whole, against what was published and against calendars counted by hand."""

import re
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve
from examples.tam_xuan_ii_2022 import story

from evnpubsvc.campaigns import CampaignStage, second_awards
from evnpubsvc.dossiers import Precision
from evnpubsvc.emulation import award
from evnpubsvc.outreach import ActivityKind, AssistanceStep, EquipmentKind
from evnpubsvc.quantities import Interval, Unknown, ZeroPolicy
from evnpubsvc.serde import read_register, read_register_columns
from evnpubsvc.statistics import RegisterRow, tally
from evnpubsvc.units.results import BreakKind

_ROOT = Path(__file__).parents[2]
_PAGE = _ROOT / "docs" / "tutorials" / "tam-xuan-ii-2022.md"
_PUBLISHED = {
    "2020": 19,
    "2021": 30,
    "2022": 7_001,
}  # the report of the drive; of 2022 the least that "more than 7,000" allows
_STATES = ("works", "thin", "not modelled")


def _statements() -> list[tuple[str, str, str, str]]:
    """The rows of the table of statements: what the report says, state, code, value."""
    page = _PAGE.read_text(encoding="utf-8").partition("## The report, sentence by sentence")[2]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.*?) ?\| (.*?) ?\|$", page, re.MULTILINE)
    return [(*row[:2], row[2].strip("`"), row[3].strip("`")) for row in rows[1:]]


def test_every_statement_has_a_state_and_either_code_or_a_reason() -> None:
    found = Counter(state.partition(":")[0].partition(",")[0] for _, state, _, _ in _statements())
    assert set(found) == set(_STATES)
    assert dict(found) == {"works": 24, "thin": 10, "not modelled": 2}
    for statement, state, code, value in _statements():
        assert bool(code) is bool(value) is (not state.startswith("not modelled")), statement
        assert state.startswith("works") or ": " in state, statement


@pytest.mark.parametrize(("statement", "code", "value"), [
    (statement, code, value) for statement, _, code, value in _statements() if code
])  # fmt: skip
def test_each_statement_is_what_its_code_gives(statement: str, code: str, value: str) -> None:
    assert str(eval(code, {"story": story})) == value, statement


def test_every_public_name_of_the_story_exists_and_every_function_returns_something() -> None:
    needed: dict[str, list[object]] = {
        "authorities": ["giay-khen"],
        "commune": [date(2022, 4, 1)],
        "end_of": ["2022"],
        "instrument": ["44/QĐ-UBND"],
    }
    for name in story.__all__:
        member = getattr(story, name)
        if callable(member) and name != "write":
            assert member(*needed.get(name, [])) is not None, name


def test_the_papers_stand_in_order_and_the_lower_plan_is_older() -> None:
    assert [(str(paper), paper.issued) for paper in story.chronology()] == [
        ("1776/QĐ-UBND", date(2020, 7, 2)), ("15/KH-UBND", date(2022, 3, 31)),
        ("44/QĐ-UBND", date(2022, 4, 15)),
        ("81/KH-UBND", date(2022, 4, 19)), ("94/QĐ-STTTT", date(2022, 4, 27)),
    ]  # fmt: skip
    lower, upper = story.plan_older_than_the_districts()
    assert lower.issued == date(2022, 3, 31) < date(2022, 4, 19) == upper.issued


def test_the_five_procedures_have_assumed_levels_in_the_words_of_both_regimes() -> None:
    catalogue = story.catalogue_of_2022()
    codes = {"2.000815", "1.004873", "1.001193", "1.000656", "1.001699"}
    assert {str(offering.procedure) for offering in catalogue.offerings} == codes
    for offering in catalogue.offerings:
        assert offering.doubts() == ()
        # The drive was about levels 3 and 4; since 15/8/2022 they have other words.
        old = offering.level.value in {"online-3", "online-4"}
        assert old or offering.level.value in {"full", "partial"}
        assert old is (offering.validity.last < date(2022, 8, 15))
        assert offering.decision is not None
        assert "ASSUMED" in offering.decision.note
    for code in codes:
        for day in (date(2022, 4, 27), date(2022, 8, 14), date(2022, 8, 15), date(2025, 6, 30)):
            assert len(catalogue.offered(code, day)) == 1
        assert catalogue.offered(code, date(2025, 7, 1)) == ()


def test_the_team_its_desk_and_the_help() -> None:
    programme = story.programme()
    (desk,) = programme.desks
    assert {piece.kind: piece.number for piece in desk.equipment} == {
        EquipmentKind.COMPUTER: 1, EquipmentKind.PRINTER: 1, EquipmentKind.SCANNER: 1,
    }  # fmt: skip
    assert {activity.kind for activity in programme.activities} == {
        ActivityKind.LEAFLET,
        ActivityKind.BROADCAST,
    }
    assert story.visit().steps == tuple(AssistanceStep)


def test_the_nine_rosters_cover_each_working_day_once() -> None:
    """Counted by hand: Mondays to Fridays from 15/4, less 2-3/5 (in lieu of 30/4-1/5) and 1-2/9.

    No make-up days.
    """
    days = [
        date(2022, 4, 15) + timedelta(n)
        for n in range((date(2022, 12, 31) - date(2022, 4, 15)).days + 1)
    ]
    off = {date(2022, 5, 2), date(2022, 5, 3), date(2022, 9, 1), date(2022, 9, 2)}
    working = [day for day in days if day.weekday() < 5 and day not in off]
    duties = [duty for roster in story.rosters() for duty in roster]
    assert len(working) == 182
    assert [duty.day for duty in duties] == working
    loads = Counter(duty.member for duty in duties)
    assert max(loads.values()) - min(loads.values()) <= 1


@pytest.fixture(scope="module")
def rows() -> tuple[RegisterRow, ...]:
    return story.register_rows()


def test_the_register_is_marked_opaque_deterministic_and_adds_up(
    rows: tuple[RegisterRow, ...],
) -> None:
    assert rows == story.register_rows()
    assert len(rows) == 7_050
    assert {dict(row.dimensions)["synthetic"] for row in rows} == {"yes"}
    references = [dict(row.dimensions)["reference"] or "" for row in rows]
    assert len(set(references)) == len(rows)
    assert all(re.fullmatch(r"SYN-20\d\d-\d{5}", reference) for reference in references)
    assert Counter(f"{row.received.year}" for row in rows) == _PUBLISHED
    assert (rows[0].received.year, rows[0].received.month) == (
        2020,
        8,
    )  # the first came in August 2020
    assert rows[-1].received <= date(2022, 12, 15)
    assert all(row.received.weekday() < 5 for row in rows if row.received.year == 2022)
    # Received and handled by the end of the period, as published; no due dates were.
    assert {row.due for row in rows} == {None}
    for key, span in story.periods().items():
        own = [row for row in rows if f"{row.received.year}" == key]
        assert all(row.finished and row.received <= row.finished <= span.last for row in own)
        ended = story.end_of(key, rows)
        assert (ended.received.value, ended.handled.value) == (_PUBLISHED[key],) * 2
        assert ended.pending.value == 0


def test_tallies_by_year_and_month_agree(rows: tuple[RegisterRow, ...]) -> None:
    by_year, by_month = story.yearly_figures(rows), story.monthly_figures(rows)
    assert by_year.later == by_month.later == 0
    for year, total in _PUBLISHED.items():
        assert sum(cell.received.value for cell in by_year if cell.key[0] == year) == total
        assert (
            sum(cell.received.value for cell in by_month if (cell.key[0] or "").startswith(year))
            == total
        )
        assert story.published()[year].least == total
    codes = {cell.key[1] for cell in by_year if cell.key[0] == "2022"}
    five = sum(cell.received.value for cell in by_year if cell.key[0] == "2022" and cell.key[1])
    assert (len(codes - {None}), None in codes) == (5, True)  # mainly in five: others are others
    assert 3_500 < five < 7_000


def test_the_growth_is_told_with_its_periods_and_capped() -> None:
    growth, spans = story.growth(), story.periods()
    assert growth.between(ZeroPolicy.ZERO) == Interval(Fraction(7_001, 30), None)
    lengths = {key: (span.last - span.first).days + 1 for key, span in spans.items()}
    assert lengths == {"2020": 153, "2021": 365, "2022": 349}
    (part,) = [part for part in story.first_sheet().components if part.key == "growth"]
    # min(60, 60 x 233.3 / 10), and more dossiers give no more.
    assert (part.between, part.points) == (Interval(Fraction(60), Fraction(60)), Fraction(60))


def test_the_district_drive_gives_the_first_prize_and_leaves_the_second_to_the_board() -> None:
    report = story.district_report()
    assert report.campaign.launch is not None
    assert (report.campaign.launch.number, report.campaign.stage) == (
        "81/KH-UBND",
        CampaignStage.PUBLIC,
    )
    assert report.regime is not None
    assert report.regime.key == "law-2003"
    assert report.awards is not None
    assert report.awards.of("20971") == "first"
    assert [(tie.prize, tie.units) for tie in report.awards.ties] == [("second", ("S1", "S2"))]
    assert report.standings is not None
    assert award(report.standings) == report.awards


def test_two_certificates_by_two_authorities() -> None:
    assert [(record.unit, record.form) for record in story.certificates()] == [
        ("20971", "giay-khen"), ("517", "bang-khen-tinh"),
    ]  # fmt: skip
    assert second_awards(story.certificates()) == ()
    assert [(a.level, a.form) for r in story.certificates() for a in story.authorities(r.form)] == [
        ("district", "giay-khen"), ("province", "bang-khen-tinh"),
    ]  # fmt: skip


def test_the_district_enters_above_with_sums_and_not_without_every_commune() -> None:
    communes = {each.unit: each for each in story.district_figures()}
    entry = next(each for each in story.province_figures() if each.unit == "517")
    assert (
        str(entry["online_dossiers"]) == "9,136 or more dossiers"
    )  # 7001 + 840 + 420 + 700 + 15, and 160 reported late
    assert str(entry["procedures_with_dossiers"]) == "23 procedures"
    assert isinstance(communes["S5"]["online_dossiers"], Unknown)
    blocked, open_ = story.province_report(late=False), story.province_report()
    assert blocked.standings is not None
    assert open_.awards is not None
    assert blocked.standings["517"].rank is None
    assert open_.awards.of("517") == "first"
    assert open_.campaign.key == story.district_drive().upper


def test_the_code_was_used_again_and_the_figure_was_not() -> None:
    old, new = story.commune(date(2025, 6, 30)), story.commune(date(2025, 7, 1))
    assert (old.code, new.code) == ("20971", "20971")
    assert (old.name, new.name) == ("Tam Xuân II", "Tam Xuân")
    found = story.after_the_merger()
    assert [key.code for key in found.older] == ["20968", "20971", "20974"]
    assert isinstance(found.before, Unknown)
    assert found.mark is not None
    assert found.mark.kind is BreakKind.MERGED


def test_the_files_that_the_story_writes_are_read_back(
    tmp_path: Path, rows: tuple[RegisterRow, ...]
) -> None:
    paths = story.write(tmp_path / "out")
    assert len(paths) == 10
    columns = read_register_columns(_ROOT / "examples" / "tam_xuan_ii_2022" / "register.toml")
    by = ["received_month", "procedure"]
    read = tally(
        read_register(paths[-1], columns), by=by, as_of=date(2022, 12, 15), compare=Precision.DATE
    )
    direct = tally(rows, by=by, as_of=date(2022, 12, 15), compare=Precision.DATE)
    assert evolve(read, noticed=()) == direct
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in paths[:-1]) == 182
