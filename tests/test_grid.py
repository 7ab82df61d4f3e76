"""Results print as tables that people read, as the command line prints them, and as HTML in
notebooks.
"""

import unicodedata
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest

from evnpubsvc import (
    Dossier,
    Event,
    EventKind,
    UnitFigures,
    award,
    plan_roster,
    preset,
    rank,
    rate,
    score,
    tally,
    timeliness,
    vietnam_calendar,
)
from evnpubsvc._grid import Grid, blocks_of
from evnpubsvc.emulation import Prize, Standings
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.outreach import roster_text
from evnpubsvc.periods import Period, PeriodCalendar
from evnpubsvc.reports import fill
from evnpubsvc.serde import (
    RegisterColumns,
    ReportFormat,
    outreach_example,
    report_bytes,
    report_form,
    tally_register,
)
from evnpubsvc.statistics import RegisterRow, measures_of
from evnpubsvc.texts import LANGUAGES
from evnpubsvc.worktime import VIETNAM_TIME

_TIMELY = preset("qd766-dvcqg-2026").only("timeliness")


def _standings(*units: tuple[str, int]) -> Standings:
    return rank(
        score(
            _TIMELY,
            UnitFigures.for_scheme(
                _TIMELY, unit, {"dossiers_on_time": n, "dossiers_received": 10}, name=unit.lower()
            ),
        )
        for unit, n in units
    )


def test_a_grid_as_text() -> None:
    grid = Grid(["unit", "n"], [["A", "5"], ["total", "1,005"]], right=[1], total=True, below=["x"])
    assert grid.text().splitlines() == [
        "unit       n",
        "-----  -----",
        "A          5",
        "-----  -----",
        "total  1,005",
        "x",
    ]


def test_marks_that_stand_on_a_letter_take_no_place() -> None:
    composed, taken_apart = (unicodedata.normalize(form, "Tân Pheo") for form in ("NFC", "NFD"))
    lines = Grid(["u", "n"], [[composed, "1"], [taken_apart, "2"]], right=[1]).text().splitlines()
    assert [unicodedata.normalize("NFC", line) for line in lines[2:]] == [
        "Tân Pheo  1",
        "Tân Pheo  2",
    ]


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_html_shows_what_stands_in_a_cell_and_runs_nothing() -> None:
    hostile = "<script>alert('x')</script>&amp;"
    cells = _Cells()
    cells.feed(Grid([hostile], [[hostile]], below=[hostile]).html())
    assert cells.texts == [hostile] * 3
    assert "script" not in cells.tags
    page = _standings((hostile, 5))._repr_html_()
    assert "<script" not in page


def test_standings_print_as_a_table_in_both_languages() -> None:
    standings = _standings(("A", 9), ("B", 10), ("C", 9))
    assert str(standings).splitlines()[2:] == [
        "rank  unit  name  score  max    2.1",
        "----  ----  ----  -----  ---  -----",
        "   1  B     b     20.00   20  20.00",
        "  2=  A     a     18.00   20  18.00",
        "  2=  C     c     18.00   20  18.00",
    ]
    assert "18,00" in standings.text("vi")
    assert str(rank([])) == "no unit to rank"
    assert rank([])._repr_html_() == "<p>no unit to rank</p>"


def test_a_sheet_prints_groups_criteria_and_the_total() -> None:
    (place,) = _standings(("A", 9))
    assert str(place.sheet).splitlines()[2:] == [
        "key         criterion                 score  max",
        "----------  ------------------------  -----  ---",
        "timeliness  Timeliness                18.00   20",
        "  2.1       Dossiers handled on time  18.00   20",
        "----------  ------------------------  -----  ---",
        "total                                 18.00   20",
    ]
    unknown = score(_TIMELY, UnitFigures("A", {}))
    assert str(unknown).splitlines()[-2:] == [
        "total                                     ?   20",
        unknown.total.written("en"),  # type: ignore[union-attr]
    ]


def test_a_tally_prints_its_cells_and_what_is_expected() -> None:
    rows = [RegisterRow(date(2022, 12, 1), date(2022, 12, 9), dimensions={"unit": "A"})]
    counted = tally(rows, by=["unit"], as_of=date(2022, 12, 14), compare="date")
    assert [line.split()[:2] for line in str(counted).splitlines()] == [
        ["unit", "newly"],
        ["-----", "--------------"],
        ["A", "1"],
        ["total", "1"],
    ]
    assert [line.split()[0] for line in counted.text("vi", expect=["B"]).splitlines()[2:]] == [
        "A",
        "B",
        "Tổng",
    ]
    assert counted._repr_html_().startswith("<table>")


def test_a_report_prints_as_the_file_of_text_has_it() -> None:
    rows = [RegisterRow(date(2026, 8, 3), date(2026, 8, 7), date(2026, 8, 6))]
    september = Period.month(2026, 9, calendar=PeriodCalendar.STATUTORY)
    counted = tally(rows, by=["field", "channel"], period=september, compare="date")
    filled = fill(report_form("ii-06a"), counted)
    for lang in LANGUAGES:
        written = report_bytes(filled, file_format=ReportFormat.TEXT, lang=lang).decode()
        assert filled.text(lang) + "\n" == written
    assert "2026" in str(filled).splitlines()[2]
    assert filled._repr_html_().count("<table>") == 1


def test_a_judgement_prints_its_class_and_its_days() -> None:
    slip = Dossier("A", stated_received=date(2022, 12, 1), stated_due=date(2022, 12, 15))
    judged = timeliness(slip, as_of=date(2022, 12, 16), policy="date")
    assert [line.split("  ")[0] for line in str(judged).splitlines()] == [
        "Class",
        "---------------",
        "pending overdue",
    ]
    assert "15/12/2022" in judged.text("vi")
    assert "2022-12-15" in judged._repr_html_()


def test_what_shows_nothing_is_refused() -> None:
    with pytest.raises(TypeError, match="int"):
        blocks_of(3, "en")


def test_awards_and_rosters_print_as_people_read_them() -> None:
    first = Prize(key="first", title="First", places=1)
    second = Prize(key="second", title="Second", places=2)
    awards = award(_standings(("A", 10), ("B", 9), ("C", 9), ("D", 9)), [first, second])
    assert str(awards).splitlines() == [
        "prize   unit",
        "------  --------------------------",
        "first   A",
        "second  tied for 2 places: B, C, D",
    ]
    assert "B, C, D" in awards.text("vi")
    assert str(award(rank([]), [first])) == "no prize"
    roster = plan_roster(outreach_example().team, "2022-05", vietnam_calendar())
    assert str(roster) == roster_text(roster)
    assert roster.text("vi") == roster_text(roster, "vi")


def test_one_dimension_is_a_name_not_its_letters() -> None:
    rows = [RegisterRow(date(2022, 12, 1), date(2022, 12, 9), dimensions={"unit": "A"})]
    question: dict[str, Any] = {"as_of": date(2022, 12, 14), "compare": "date"}
    assert tally(rows, by="unit", **question) == tally(rows, by=["unit"], **question)
    where = {"unit": "A"}
    one, many = (tally(rows, by=by, where=where, **question) for by in ("unit", ["unit"]))
    assert one == many
    register = b"received,due,unit\n2022-12-01,2022-12-09,A\n"
    columns = RegisterColumns(due="due", dimensions={"unit": "unit"})
    assert tally_register(BytesIO(register), columns, by="unit", **question) == tally(
        rows, by="unit", **question
    )


def test_a_rate_of_a_tally_is_that_of_its_measures() -> None:
    rows = [RegisterRow(date(2022, 12, 1), date(2022, 12, 9), date(2022, 12, 5))]
    counted = tally(rows, by=[], as_of=date(2022, 12, 14), compare="date")
    found = rate("on-time-of-finished", counted)
    assert found == rate("on-time-of-finished", measures_of(counted))
    assert "1 dossiers of 1 dossiers" in str(found)


def test_a_kind_of_event_is_taken_as_its_value() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    assert Event("received", at) == Event(EventKind.RECEIVED, at)
    with pytest.raises(UnknownNameError, match="nearest: 'received'"):
        Event("recieved", at)
