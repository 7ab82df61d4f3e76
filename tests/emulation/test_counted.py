"""From tallies to figures, scores and prizes, and back to the dossiers."""

import csv
import io
from datetime import date, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.dossiers import Precision
from evnpubsvc.emulation import FigureSpec, Prize, Scheme, UnitFigures, award, rank, score
from evnpubsvc.emulation.counted import count_figures, trace_component
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import finding
from evnpubsvc.periods import Period
from evnpubsvc.quantities import Count, CountUnit, Unknown
from evnpubsvc.serde import (
    preset,
    preset_names,
    read_figures,
    read_register,
    read_register_columns,
)
from evnpubsvc.statistics import RegisterRow, measures, named_rates, tally
from evnpubsvc.synthetic import SyntheticRegister
from evnpubsvc.texts import Text
from tests.realdata import real

TIMELY = preset("qd766-dvcqg-2026").only("timeliness")
DRIVE = preset("dvctt-illustrative")
FIRST = Prize(key="first", title=Text(vi="Giải nhất", en="First prize"), places=1)
NOW, BEFORE = Period.parse("calendar-2026-09"), Period.parse("calendar-2026-08")


def row(day: int, unit: str | None = "A", *, month: int = 9, **more: Any) -> RegisterRow:
    dimensions = {"unit": unit, "channel": "online", "service": f"s{day}", **more}
    received = date(2026, month, day)
    return RegisterRow(
        received, date(2026, month, day + 5), date(2026, month, 20), dimensions, code=f"H-{day}"
    )


def counted(rows: list[RegisterRow], *, by: str = "unit channel service", **more: Any) -> Any:
    more = more or {"period": NOW}
    return tally(rows, by=by.split(), compare=Precision.DATE, **more)


WABO = b"""
received = "startdate"
due = "deadline"
finished = "enddate"
code = "concept:name"
timezone = "Europe/Amsterdam"

[dimensions]
unit = "department"
"""


def test_receipt_wabo_from_register_to_award_and_back() -> None:
    path, last = real("receipt_wabo/cases.csv"), date(2012, 12, 31)
    rows = list(read_register(path, read_register_columns(io.BytesIO(WABO))))
    counts = tally(rows, by=["unit"], as_of=last, compare=Precision.DATE)
    standings = rank(score(TIMELY, each) for each in count_figures(TIMELY, counts))
    [prize] = award(standings, [FIRST]).given
    on_time, received = trace_component(standings[prize.unit].sheet, "2.1", counts)
    codes = [each.code for each in on_time.dossiers(rows)]

    # The same from the file itself, by hand: days as the file writes them.
    with path.open(encoding="utf-8", newline="") as stream:
        cases = list(csv.DictReader(stream))

    def day(text: str) -> date:
        return datetime.fromisoformat(text).date()

    def timely(case: dict[str, str]) -> bool:
        done, due = case["enddate"], case["deadline"]
        return done != "" and due != "" and day(done) <= day(due)

    departments = {case["department"] for case in cases}
    shares = {
        name: sum(map(timely, own)) / len(own)
        for name in departments
        for own in [[case for case in cases if case["department"] == name]]
    }
    assert prize.unit == max(shares, key=shares.__getitem__)
    own = [case for case in cases if case["department"] == prize.unit]
    assert codes == [case["concept:name"] for case in own if timely(case)]
    assert received.count == Count(len(own), CountUnit.DOSSIERS)


def test_a_synthetic_district_from_register_to_award_and_back() -> None:
    register = SyntheticRegister(rows=3_000, seed=7, units=12, procedures=40)
    rows = list(read_register(io.BytesIO(b"".join(register.csv())), register.columns))
    counts = tally(rows, by=["unit"], period=Period.parse("calendar-2025"), compare=Precision.DATE)
    figures = count_figures(TIMELY, counts)
    standings = rank(score(TIMELY, each) for each in figures)
    [prize] = award(standings, [FIRST]).given
    on_time, received = trace_component(standings[prize.unit].sheet, "2.1", counts)
    codes = {each.code for each in on_time.dossiers(rows)}
    assert on_time.count == Count(len(codes), CountUnit.DOSSIERS)
    assert codes
    assert codes <= {each.code for each in received.dossiers(rows)}
    assert {dict(each.dimensions)["unit"] for each in on_time.dossiers(rows)} == {prize.unit}
    received_of = [each["dossiers_received"] for each in figures]
    whole = sum(count.value for count in received_of if isinstance(count, Count))
    assert whole == counts.total.received.value + counts.total.carried_in.value


def test_this_period_the_earlier_one_and_what_is_given() -> None:
    now = counted([row(2), row(10), row(18)])
    before = counted([row(2, month=8), row(3, "B", month=8)], period=BEFORE)
    more = UnitFigures.for_scheme(DRIVE, "A", {"services": 5, "new_models": 1}, name="Xã A")
    a, b = count_figures(DRIVE, now, earlier=before, given=[more])
    assert (a.unit, a.name, b.unit) == ("A", "Xã A", "B")
    assert a["dossiers_online"] == Count(3, CountUnit.DOSSIERS)
    assert a["dossiers_online_before"] == Count(1, CountUnit.DOSSIERS)
    assert a["services_with_dossiers"] == Count(3, CountUnit.SERVICES)
    assert a["dossiers_on_time"] == Count(1, CountUnit.DOSSIERS)
    assert a["services"] == Count(5, CountUnit.SERVICES)
    assert b["dossiers_online"] == Unknown("unit-not-counted", "B")
    assert b["dossiers_online_before"] == Count(1, CountUnit.DOSSIERS)


def test_an_earlier_figure_comes_from_the_earlier_tally() -> None:
    now, before = counted([row(2), row(3)]), counted([row(1, month=8)], period=BEFORE)
    [figures] = count_figures(DRIVE, now, earlier=before)
    traces = trace_component(score(DRIVE, figures), "growth", now, earlier=before)
    counts = {each.earlier: each.count for each in traces}
    assert counts == {
        False: Count(2, CountUnit.DOSSIERS),
        True: Count(1, CountUnit.DOSSIERS),
    }


def test_a_figure_without_a_measure_must_be_given() -> None:
    sheet = evolve(TIMELY, figures=tuple(evolve(each, measure=None) for each in TIMELY.figures))
    with pytest.raises(DataError) as caught:
        read_figures(io.BytesIO(b"unit\nA\n"), sheet, counted=True)
    assert {each.reason for each in caught.value.findings} == {"column-missing"}
    assert len(read_figures(io.BytesIO(b"unit\nA\n"), TIMELY, counted=True)) == 1


def test_a_unit_that_the_register_holds_has_zero() -> None:
    now = counted([row(2)])
    _, b = count_figures(TIMELY, now, units=["A", "B"])
    assert b["dossiers_received"] == Count(0, CountUnit.DOSSIERS)


def test_unknown_keeps_its_reason() -> None:
    by_unit = counted([row(2)], by="unit")
    [figures] = count_figures(DRIVE, by_unit)
    about = "dossiers_online: received-online"
    assert figures["dossiers_online"] == Unknown("measure-missing", about)
    assert figures["dossiers_online_before"] == Unknown("earlier-not-counted")
    [figures] = count_figures(DRIVE, counted([row(2, channel=None)]))
    assert isinstance(figures["dossiers_online"], Unknown)
    assert figures["dossiers_online"].reason == "value-not-said"
    [figures] = count_figures(
        DRIVE, counted([row(2, channel=None)]), blank={"channel": "in-person"}
    )
    assert figures["dossiers_online"] == Count(0, CountUnit.DOSSIERS)


def test_periods_that_do_not_compare() -> None:
    now, quarter = counted([row(2)]), Period.parse("calendar-2026-Q2")
    [figures] = count_figures(DRIVE, now, earlier=counted([], period=quarter))
    before = figures["dossiers_online_before"]
    assert isinstance(before, Unknown)
    assert before.reason == "periods-differ-in-length"
    since_ever = counted([row(2)], as_of=date(2026, 9, 30))
    [figures] = count_figures(DRIVE, since_ever, earlier=counted([], period=BEFORE))
    assert figures["dossiers_online_before"] == Unknown("earlier-without-period")
    with pytest.raises(MisuseError, match="tallies-differ"):
        count_figures(DRIVE, now, earlier=counted([], by="unit", period=BEFORE))


def test_counted_and_given() -> None:
    twice = UnitFigures.for_scheme(TIMELY, "A", {"dossiers_received": 4})
    with pytest.raises(DataError) as caught:
        count_figures(TIMELY, counted([row(2)]), given=[twice, twice])
    found = [(f.reason, f.path) for f in caught.value.findings]
    assert found == [
        ("unit-twice", "A"),
        ("figure-counted-and-given", "A, dossiers_received"),
        ("figure-counted-and-given", "A, dossiers_received"),
    ]
    blank = UnitFigures("A", {"dossiers_received": Unknown("figure-blank", "dossiers_received")})
    [figures] = count_figures(TIMELY, counted([row(2)]), given=[blank])
    assert figures["dossiers_received"] == Count(1, CountUnit.DOSSIERS)


def test_rows_that_were_not_counted_are_told() -> None:
    now = tally(
        [row(2), finding("cell-blank", "line 3")], by=["unit"], period=NOW, compare=Precision.DATE
    )
    [found] = count_figures(TIMELY, now).notices
    assert (found.reason, found.value) == ("rows-not-counted", 1)
    assert found.message() == "1 rows of the register were not counted: cell-blank"


def test_dossiers_without_unit_are_told() -> None:
    now = counted([row(2), row(3, None)])
    figures = count_figures(TIMELY, now)
    assert [(f.reason, f.value) for f in figures.notices] == [("dossiers-without-unit", 1)]
    figures = count_figures(TIMELY, now, blank={"unit": "A"})
    assert (figures.units[0]["dossiers_received"], figures.notices) == (
        Count(2, CountUnit.DOSSIERS),
        (),
    )
    sheet = score(TIMELY, figures.units[0])
    _, received = trace_component(sheet, "2.1", now, blank={"unit": "A"})
    assert [each.code for each in received.dossiers([row(2), row(3, None)])] == ["H-2", "H-3"]
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        count_figures(TIMELY, now, by="commune")


ROWS = st.lists(
    st.builds(
        row,
        st.integers(1, 20),
        st.sampled_from(["A", "B", None]),
        channel=st.sampled_from(["online", "post", None]),
    ),
    max_size=12,
)


@given(ROWS)
def test_the_way_back_ends_at_the_count(rows: list[RegisterRow]) -> None:
    now = counted(rows)
    for figures in count_figures(DRIVE, now):
        sheet = score(DRIVE, figures)
        for criterion in DRIVE.criteria:
            for trace in trace_component(sheet, criterion.key, now):
                behind = list(trace.dossiers(rows))
                assert {dict(each.dimensions)["unit"] for each in behind} <= {figures.unit}
                assert trace.count == figures[trace.figure]
                if isinstance(trace.count, Count) and trace.count.unit is CountUnit.DOSSIERS:
                    assert len(behind) == trace.count.value


def declared(**parts: Any) -> Scheme:
    """Return a scheme that declares one figure more."""
    spec = FigureSpec(key="n", title=Text(vi="n", en="n"), **parts)
    return evolve(DRIVE, figures=(*DRIVE.figures, spec))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"measure": "recieved"}, "measure-unknown"),
        ({"measure": "sheets-valid", "unit": CountUnit.SHEETS}, "measure-never-counted"),
        ({"measure": "received", "unit": CountUnit.SERVICES}, "unit-mismatch"),
        ({"measure": "received", "unit": None}, "unit-mismatch"),
        ({"earlier": True}, "earlier-without-measure"),
    ],
)
def test_a_measure_that_cannot_be(parts: dict[str, Any], reason: str) -> None:
    given: dict[str, Any] = {"unit": CountUnit.DOSSIERS, **parts}
    with pytest.raises(DataError, match=reason):
        declared(**given)


def test_presets_count_what_the_named_rates_divide() -> None:
    spec = TIMELY.figure_specs
    portal = named_rates()["on-time-of-received"]
    assert portal.numerator == (spec["dossiers_on_time"].measure,)
    assert portal.denominator == (spec["dossiers_received"].measure,)
    spec = DRIVE.figure_specs
    assert spec["dossiers_online_before"].earlier
    handled = measures()[spec["dossiers_on_time"].measure or ""]
    assert handled.parts == named_rates()["on-time-of-handled"].numerator


def test_every_preset_that_counts_dossiers_says_which_measures_its_figures_are() -> None:
    """The other two judge one dossier by choices, and the work of a council, which no register
    of dossiers holds.
    """
    without = {
        name for name in preset_names() if not any(each.measure for each in preset(name).figures)
    }
    assert without == {"nd61-2018", "people-councils-illustrative"}


def test_chau_thanh_2021_from_a_tally_by_level() -> None:
    rows = [
        row(day, channel=channel, level=level, procedure=f"p{day % 2}")
        for day, channel, level in (
            (1, "online", "online-4"),
            (2, "online", "online-4"),
            (3, "online", "online-4"),
            (4, "in-person", "online-4"),
            (5, "online", "online-3"),
        )
    ]
    counts = counted(rows, by="unit channel level procedure")
    offered = UnitFigures("A", {"procedures_level_4": Count(4, CountUnit.PROCEDURES)})
    [figures] = count_figures(preset("chau-thanh-2021"), counts, given=[offered])
    assert {key: str(figure) for key, figure in figures.figures} == {
        "dossiers": "5 dossiers",
        "dossiers_level_4": "3 dossiers",
        "procedures_level_4": "4 procedures",
        "procedures_level_4_used": "2 procedures",
    }
