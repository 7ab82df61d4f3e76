"""Rows of totals, units spelt twice, and marks that are no digits, in tables of figures."""

import io
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from evnpubsvc.emulation import Scheme
from evnpubsvc.errors import DataError
from evnpubsvc.serde import FigureColumns, read_figures, read_scheme
from tests.deep import cases
from tests.sheets import counted, points, ratio, sheet, table

_SCHEME = sheet(
    100,
    ratio(("ontime", "Đúng hạn", "On time"), 60, ("n", "d")),
    points(("pub", "Tuyên truyền", "Publicity"), 40, "p"),
    counted(("n", "đúng hạn", "on time")),
    counted(("d", "tiếp nhận", "received")),
    table("figures", ("p", "điểm", "points")),
    rounded_at="component",
)


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return read_scheme(io.BytesIO(_SCHEME.encode()))


def _units(text: str, scheme: Scheme, **columns: object) -> tuple[list[str], list[str]]:
    layout = FigureColumns(figures={"n": "n", "d": "d", "p": "p"}, **columns)  # type: ignore[arg-type]
    table = read_figures(io.BytesIO(text.encode()), scheme, layout)
    return [each.unit for each in table.units], [each.reason for each in table.notices]


def _refused(text: str, scheme: Scheme, **columns: object) -> list[str]:
    with pytest.raises(DataError) as error:
        _units(text, scheme, **columns)
    return [each.reason for each in error.value.findings]


def test_a_row_that_is_a_total_by_name_and_sums_is_left_out_and_said(scheme: Scheme) -> None:
    # pudl #972, heria #3: "Tổng cộng" won the second prize.
    rows = "unit,n,d,p\nA,9,10,20\nB,8,10,30\n"
    for name in ("Tổng cộng", "TỔNG CỘNG:", "Tổng số", "Total", "Cộng"):
        units, said = _units(f"{rows}{name},17,20,25\n", scheme)
        assert (units, said) == (["A", "B"], ["totals-left-out"])
    assert _units("unit,n,d,p\nA,9,10,20\nTổng cộng,9,10,20\n", scheme)[0] == ["A"]
    assert _units("unit,n,d,p\nA,9,10,20\nB,9,10,20\n", scheme)[0] == ["A", "B"]
    assert _units(f"{rows}Toàn huyện,17,20,25\n", scheme, totals=("Toàn huyện",))[0] == ["A", "B"]


def test_a_row_that_only_may_be_a_total_is_for_the_mapping_to_say(scheme: Scheme) -> None:
    rows = "unit,n,d,p\nA,9,10,20\nB,8,10,30\n"
    assert _refused(f"{rows}C,17,20,25\n", scheme) == ["row-is-sum-of-others"]
    assert _refused(f"{rows}Tổng cộng,16,20,25\n", scheme) == ["row-called-total"]
    assert _units(f"{rows}C,17,20,25\n", scheme, genuine=("C",))[0] == ["A", "B", "C"]
    assert _units(f"{rows}C,17,21,25\n", scheme)[0] == ["A", "B", "C"]
    assert _units("unit,n,d,p\nA,0,0,1\nB,0,0,2\nC,0,0,3\n", scheme)[0] == ["A", "B", "C"]


def test_subtotals_are_left_out_by_name_and_sums_below_or_above_their_parts(
    scheme: Scheme,
) -> None:
    below = """unit,n,d,p
A,9,10,20
B,8,10,30
Cộng huyện Một,17,20,25
C,1,2,3
D,4,5,6
E,1,1,6
Cộng huyện Hai,6,8,
Tổng cộng,23,28,25
"""
    units, said = _units(below, scheme)
    assert units == ["A", "B", "C", "D", "E"]
    assert said == ["totals-left-out"] * 3
    header, *rows = below.splitlines()
    above = [rows[7], rows[2], *rows[:2], rows[6], *rows[3:6]]
    units, said = _units("\n".join([header, *above]), scheme)
    assert (units, said) == (["A", "B", "C", "D", "E"], ["totals-left-out"] * 3)
    # Districts of districts: a total of totals is the sum of the units above it, too.
    regions = [*rows[:7], "Cộng vùng,23,28,1", "F,1,1,1", "G,2,2,2", "Cộng vùng,3,3,1"]
    units, said = _units("\n".join([header, *regions]), scheme)
    assert (units, said) == (["A", "B", "C", "D", "E", "F", "G"], ["totals-left-out"] * 4)


def test_a_name_that_only_begins_like_a_total_is_said(scheme: Scheme) -> None:
    rows = "unit,n,d,p\nA,9,10,20\nB,8,10,30\n"
    for name in ("Cộng Hòa", "Tổng cục Thuế", "Cộng huyện Một"):
        units, said = _units(f"{rows}{name},16,20,25\n", scheme)
        assert (units, said) == (["A", "B", name], ["row-may-be-total"])
        assert _units(f"{rows}{name},16,20,25\n", scheme, genuine=(name,))[1] == []
    # One unit with the same figures is no sum.
    assert _units(f"{rows}Cộng Hòa,8,10,30\n", scheme)[1] == ["row-may-be-total"]
    units, said = _units(f"{rows}Cộng huyện Một,16,20,25\nCộng Hòa,1,2,3\n", scheme,
                         totals=("cộng  huyện*",))  # fmt: skip
    assert (units, said) == (["A", "B", "Cộng Hòa"], ["totals-left-out", "row-may-be-total"])


def test_a_total_may_stand_in_another_column_and_above_the_scale(scheme: Scheme) -> None:
    rows = "stt,unit,n,d,p\n1,A,9,10,30\n2,B,8,10,30\n"
    for row in ("Tổng cộng,,17,20,60\n", ",Tổng cộng,17,20,60\n", "3,Tổng cộng,17,20,60\n"):
        assert _units(rows + row, scheme) == (["A", "B"], ["totals-left-out"])
    assert _refused(f"{rows}Tổng cộng,,16,20,60\n", scheme) == [
        "row-called-total",
        "value-out-of-scale",
    ]
    assert _refused(f"{rows}3,,17,20,60\n", scheme) == ["unit-blank"]


def test_a_total_over_blanks_is_one_by_name_alone(scheme: Scheme) -> None:
    rows = "unit,n,d,p\nA,9,10,20\nB,,10,30\nC,1,2,1\n"
    assert _units(f"{rows}Tổng cộng,10,22,\n", scheme)[0] == ["A", "B", "C"]
    assert _units(f"{rows}D,10,22,1\n", scheme)[0] == ["A", "B", "C", "D"]


def test_groups_that_head_their_parts_are_not_ranked_with_them(scheme: Scheme) -> None:
    text = "unit,n,d,p\nMột,17,20,1\nA,9,10,20\nB,8,10,30\nHai,5,7,1\nC,1,2,3\nD,4,5,6\n"
    assert _refused(text, scheme) == ["row-is-sum-of-others"] * 2
    header, *rows = text.splitlines()
    assert _refused("\n".join([header, *rows[::-1]]), scheme) == ["row-is-sum-of-others"] * 2
    assert len(_units(text, scheme, totals=("Một", "Hai"))[0]) == 4
    assert len(_units(text, scheme, genuine=("Một", "Hai"))[0]) == 6
    assert len(_units("\n".join([header, *rows, "E,1,9,1"]), scheme)[0]) == 7


def test_chance_seldom_makes_a_sum(scheme: Scheme) -> None:
    # Tables of thirty genuine units with small counts: next to none is taken for totals.
    random, refused = Random(18), 0
    for _ in range(cases(30, 1_000)):
        rows = ["unit,n,d,p"]
        for number in range(random.randrange(3, 31)):
            whole = random.randrange(1, 40)
            rows.append(f"U{number},{random.randrange(whole + 1)},{whole},1")
        try:
            units, _ = _units("\n".join(rows), scheme)
            assert len(units) == len(rows) - 1
        except DataError:
            refused += 1
    assert refused <= cases(30, 1_000) // 30


def test_a_file_of_three_years_is_read_by_year_or_with_keys_of_two_columns(
    scheme: Scheme,
) -> None:
    text = "xã,năm,n,d,p\nA,2020,1,2,3\nA,2021,2,2,3\nB,2020,3,9,3\nB,2021,4,9,3\n"
    assert _refused(text, scheme, unit="xã") == ["unit-twice"] * 2
    both = _units(text, scheme, unit="xã", unit_with=("năm",))
    assert both == (["A/2020", "A/2021", "B/2020", "B/2021"], [])
    one = _units(text, scheme, unit="xã", where={"năm": "2021"})
    assert one == (["A", "B"], ["rows-passed-over"])
    assert _refused(text, scheme, unit="xã", where={"năm": "2019"}) == ["no-rows"]
    assert "column-missing" in _refused(text, scheme, unit="xã", where={"tháng": "1"})
    assert "column-missing" in _refused(text, scheme, unit="xã", unit_with=("huyện",))


@pytest.mark.parametrize(
    ("decimal", "cell", "points"),
    [(",", "1.234,5", "1234.5"), (".", "1,234.5", "1234.5"), (",", "1.234", "1234"),
     (".", "1.234", "1.234"), (",", "1,5", "1.5"), (None, "1,5", "1.5")],
)  # fmt: skip
def test_the_mark_of_decimals_is_declared(
    decimal: str | None, cell: str, points: str, scheme: Scheme
) -> None:
    layout = FigureColumns(delimiter=";", decimal=decimal, published_score="s")
    table = read_figures(io.BytesIO(f"unit;n;d;p;s\nA;1;2;1;{cell}\n".encode()), scheme, layout)
    published = table.units[0].published
    assert published is not None
    assert published.score == Fraction(points)
    with pytest.raises(DataError, match="decimal-mark-needed"):
        FigureColumns(decimal="'")


@pytest.mark.parametrize("decimal", [None, ",", "."])
def test_numbers_of_workbooks_are_what_they_are_whatever_the_mark(
    decimal: str | None, scheme: Scheme
) -> None:
    xlsxwriter: Any = pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    values = (1.234, 12.5, 0.1 + 0.2, 1e-7, 3.0)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("unit", "n", "d", "p"))
    for row, value in enumerate(values, 1):
        sheet.write_row(row, 0, (f"U{row}", row, 10, value))
    book.close()
    layout = FigureColumns(decimal=decimal)
    table = read_figures(io.BytesIO(buffer.getvalue()), scheme, layout)
    expected = ["1.234", "12.5", "0.3", "0.0000001", "3"]
    assert [units["p"] for units in table] == [Fraction(text) for text in expected]


def test_a_unit_in_two_spellings_is_not_ranked_twice(scheme: Scheme) -> None:
    text = "unit,n,d,p\nXã Hòa Bình,9,10,20\nxã Hoà Bình,8,10,30\nXã Hóa Bình,8,10,30\n"
    assert _refused(text, scheme) == ["units-look-alike"]


@pytest.mark.parametrize("cell", ["9¹", "9²", "⑨", "½", "9½", "₉", "^9"])
def test_marks_are_no_digits(cell: str, scheme: Scheme) -> None:
    # pythondotorg #1311, LibreraReader #1370: a footnote mark made 9¹ into 91.
    assert _refused(f"unit,n,d,p\nA,{cell},100,20\nB,8,10,30\n", scheme) == ["not-a-number"]
    units, _ = _units("unit,n,d,p\nA,９,100,20\nB,8,10,30\n", scheme)
    assert units == ["A", "B"]


def test_titles_semicolons_and_decimal_commas(scheme: Scheme) -> None:
    # ng-csv #28, ImportPagesCSV #9; data.gov FY10: title, blank line, names in row 3, notes below
    text = "BẢNG ĐIỂM;;;\n\nunit;n;d;p\nA;9;10;20,5\nB;8;10;30\n;;;\nGhi chú: tạm tính;;;\n"
    units, said = _units(text, scheme, ends_with=("Ghi chú",))
    assert units == ["A", "B"]
    assert said == ["header-found", "delimiter-found", "table-ended"]
