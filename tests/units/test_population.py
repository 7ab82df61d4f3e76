"""Population and means: which figure counts on which day, and across changes of territory."""

import io
from datetime import date
from fractions import Fraction

import pytest

from evnpubsvc.dossiers import Precision
from evnpubsvc.emulation import (
    FigureSpec,
    Group,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    UnitFigures,
    rank,
    score,
)
from evnpubsvc.emulation.counted import add_population
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.law import Citation
from evnpubsvc.periods import Period
from evnpubsvc.quantities import Count, CountRange, Ratio, Unknown, ZeroPolicy
from evnpubsvc.reports import fill, per_population
from evnpubsvc.serde import read_population, report_form
from evnpubsvc.statistics import RegisterRow, tally
from evnpubsvc.texts import Text
from evnpubsvc.units import (
    Population,
    PopulationFigure,
    PopulationKind,
    PopulationTable,
    UnitKey,
    nui_thanh,
)

_SOURCE = Citation("made up for this test")
_PEOPLE, _HOUSEHOLDS = PopulationKind.PEOPLE, PopulationKind.HOUSEHOLDS
_REGISTER = nui_thanh()
_T = Text(vi="x", en="x")


def _figure(code: str, kind: PopulationKind, day: date, number: int) -> PopulationFigure:
    return PopulationFigure(UnitKey(code), kind, day, Count(number, kind.unit), _SOURCE)


def _table(*more: PopulationFigure) -> PopulationTable:
    """Made-up figures of the three communes that became one on 1/7/2025."""
    end = date(2022, 12, 31)
    figures = (_figure(code, _PEOPLE, end, n) for code, n in (("20968", 6_000), ("20971", 8_000)))
    return PopulationTable((*figures, *more))


def _of(table: PopulationTable, on: date, kind: PopulationKind = _PEOPLE) -> Population | Unknown:
    return table.of("20971", kind, on=on, register=_REGISTER)


def test_the_latest_figure_of_the_unit_counts_and_no_later_one() -> None:
    table = _table(_figure("20971", _PEOPLE, date(2023, 12, 31), 8_100))
    for day, number in (
        (date(2022, 12, 31), 8_000),
        (date(2023, 6, 1), 8_000),
        (date(2024, 1, 1), 8_100),
    ):
        found = _of(table, day)
        assert isinstance(found, Population)
        assert (found.count, found.breaks) == (Count(number, "people"), ())
    assert _of(table, date(2022, 12, 30)) == Unknown("population-missing", "20971@..")
    assert _of(table, date(2023, 6, 1), _HOUSEHOLDS) == Unknown("population-missing", "20971@..")


def test_a_merged_unit_has_the_sum_of_its_parts_or_nothing() -> None:
    day = date(2026, 1, 1)
    assert _of(_table(), day) == Unknown("population-missing", "20974@..")
    found = _of(_table(_figure("20974", _PEOPLE, date(2023, 12, 31), 5_000)), day)
    assert isinstance(found, Population)
    assert found.count == Count(19_000, "people")
    assert [mark.kind.value for mark in found.breaks] == ["merged"]
    assert {figure.day.year for figure in found.figures} == {2022, 2023}
    # A figure of its own counts before the sum of its parts.
    own = PopulationFigure(
        UnitKey("20971", date(2025, 7, 1)),
        _PEOPLE,
        date(2025, 7, 1),
        Count(20_000, "people"),
        _SOURCE,
    )
    later = _of(_table(own), day)
    assert isinstance(later, Population)
    assert (later.count.least, later.breaks) == (20_000, ())


def test_bounds_go_through_the_sum_and_the_rate() -> None:
    rough = PopulationFigure(
        UnitKey("20974"),
        _PEOPLE,
        date(2022, 12, 31),
        CountRange(5_001, None, "people", "hơn 5.000"),
        _SOURCE,
    )
    found = _of(_table(rough), date(2026, 1, 1))
    assert isinstance(found, Population)
    assert found.count == CountRange(19_001, None, "people")
    ratio = found.per(Count(7_001, "dossiers"))
    assert str(ratio) == "7,001 dossiers/19,001 or more people"


def test_rates_by_unit_name_both_units_and_miss_nobody() -> None:
    counts = {"20971": Count(7_001, "dossiers"), "20974": Count(10, "dossiers")}
    rates = _table().rates(counts, _PEOPLE, on=date(2022, 12, 31), register=_REGISTER)
    known, missing = rates["20971"], rates["20974"]
    assert isinstance(known, Ratio)
    assert str(known) == "7,001 dossiers/8,000 people"
    assert known.value(ZeroPolicy.NOT_ASSESSABLE) == Fraction(7_001, 8_000)
    assert missing == Unknown("population-missing", "20974@..")


def test_a_report_is_divided_row_by_row() -> None:
    rows = [
        RegisterRow(date(2022, 12, day), dimensions={"unit": unit, "channel": "online"})
        for day, unit in ((1, "20971"), (2, "20971"), (3, "20974"), (4, None))
    ]
    period = Period.parse("2022-12-01..2022-12-31")
    by = ["unit", "channel"]
    counted = tally(rows, by=by, period=period, compare=Precision.DATE)
    report = fill(report_form("ii-06a"), counted, rows=["unit"])
    found = per_population(report, "received-online", _table(), _PEOPLE, register=_REGISTER)
    assert {unit: str(each) for unit, each in found.items()} == {
        "20971": "2 dossiers/8,000 people",
        "20974": "unknown: 20974@.. (population-missing)",
    }
    with pytest.raises(MisuseError):
        per_population(
            fill(report_form("ii-06a"), counted, rows=["channel"]), "received-online",
            _table(), _PEOPLE, register=_REGISTER,
        )  # fmt: skip


def test_a_scheme_divides_by_heads_and_marks_what_changed() -> None:
    criterion = RatioCriterion(
        key="per-head", title=_T, maximum=10, numerator="online", denominator="people",
        zero="not-assessable", above_one=True, mixed_units=True,
    )  # fmt: skip
    scheme = Scheme(
        key="heads", title=_T, maximum=10, rounding=Rounding(places=2, at=RoundingAt.TOTAL),
        groups=(Group(key="g", title=_T, maximum=10, criteria=(criterion,)),),
        figures=(
            FigureSpec(key="online", title=_T, unit="dossiers"),
            FigureSpec(key="people", title=_T, unit="people"),
        ),
    )  # fmt: skip
    table = _table(_figure("20974", _PEOPLE, date(2022, 12, 31), 5_000))
    units = [UnitFigures("20971", {"online": Count(9_500, "dossiers")})]
    wanted = {"people": _PEOPLE}
    (filled,) = add_population(units, table, wanted, on=date(2026, 1, 1), register=_REGISTER)
    sheet = score(scheme, filled)
    assert sheet.total == 5
    assert sheet["per-head"].flags == ("territory-merged",)
    # Without the figure of one part there is no rank, and the reason says which.
    (open_,) = add_population(units, _table(), wanted, on=date(2026, 1, 1), register=_REGISTER)
    (place,) = rank([score(scheme, open_)])
    assert place.reason == Unknown("population-missing", "people: 20974@..")


def test_bounds_are_read_from_a_document() -> None:
    document = b"""[[figures]]
    unit = { code = "20971" }
    kind = "people"
    day = 2022-12-31
    count = { least = 7001, unit = "people", wording = "h\xc6\xa1n 7.000" }
    source = { instrument = "made up for this test" }
    """
    (figure,) = read_population(io.BytesIO(document)).figures
    assert figure.count == CountRange(7_001, None, "people", "hơn 7.000")


def test_a_kind_has_its_unit_and_a_day_one_figure() -> None:
    with pytest.raises(MisuseError):
        PopulationFigure(UnitKey("1"), _PEOPLE, date(2022, 1, 1), Count(1, "households"), _SOURCE)
    one = _figure("1", _PEOPLE, date(2022, 1, 1), 1)
    with pytest.raises(DataError) as caught:
        PopulationTable((one, _figure("1", _HOUSEHOLDS, date(2022, 1, 1), 1), one))
    assert [found.reason for found in caught.value.findings] == ["population-twice"]
