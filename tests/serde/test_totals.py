"""Rows of totals, units spelt twice, and marks that are no digits, in tables of figures."""

import io

import pytest

from evnpubsvc.emulation import Scheme
from evnpubsvc.errors import DataError
from evnpubsvc.serde import FigureColumns, read_figures, read_scheme

_SCHEME = """
key = "drive"
title = { vi = "Đợt", en = "Drive" }
maximum = 100
rounding = { places = 2, at = "component" }
[[groups]]
key = "g"
title = { vi = "Nhóm", en = "Group" }
maximum = 100
[[groups.criteria]]
kind = "ratio"
key = "ontime"
title = { vi = "Đúng hạn", en = "On time" }
maximum = 60
numerator = "n"
denominator = "d"
zero = "not-assessable"
[[groups.criteria]]
kind = "points"
key = "pub"
title = { vi = "Tuyên truyền", en = "Publicity" }
maximum = 40
figure = "p"
[[figures]]
key = "n"
unit = "dossiers"
title = { vi = "đúng hạn", en = "on time" }
[[figures]]
key = "d"
unit = "dossiers"
title = { vi = "tiếp nhận", en = "received" }
[[figures]]
key = "p"
title = { vi = "điểm", en = "points" }
"""


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
