"""Tables as offices have them: where they begin and end, and no zeros out of nothing."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import (
    DateStyle,
    RegisterColumns,
    read_register,
    tally_register,
    to_json,
)
from evnpubsvc.statistics import RegisterRow, Tally, check_values, tally

_HEADER = "ngay_nhan,ngay_hen,ngay_tra,don_vi"
_ROWS = (
    "01/12/2022,05/12/2022,05/12/2022,Xã A",
    "02/12/2022,06/12/2022,08/12/2022,Xã A",
    "03/12/2022,10/12/2022,,Xã B",
)
_COLUMNS: dict[str, Any] = {
    "received": "ngay_nhan",
    "due": "ngay_hen",
    "finished": "ngay_tra",
    "dates": DateStyle.DMY,
    "dimensions": {"unit": "don_vi"},
}
_ASKED: dict[str, Any] = {"by": ["unit"], "as_of": date(2022, 12, 31), "compare": "date"}
Found = list[Finding]


def _by_rows(data: bytes, columns: RegisterColumns, found: Found) -> Tally:
    return tally(read_register(io.BytesIO(data), columns), on_finding=found.append, **_ASKED)


def _by_file(data: bytes, columns: RegisterColumns, found: Found) -> Tally:
    return tally_register(io.BytesIO(data), columns, on_finding=found.append, **_ASKED)


def _by_columns(data: bytes, columns: RegisterColumns, found: Found) -> Tally:
    frames = pytest.importorskip("evnpubsvc.frames")
    counted: Tally = frames.tally_frame(
        io.BytesIO(data), columns, on_finding=found.append, **_ASKED
    ).to_tally()
    return counted


_ENGINES: list[Callable[[bytes, RegisterColumns, Found], Tally]] = [_by_rows, _by_file, _by_columns]
_PLAIN = "\n".join((_HEADER, *_ROWS, ""))


def _with(text: str, delimiter: str) -> str:
    return text.replace(",", delimiter)


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (_PLAIN, {}, []),
        ("\ufeff" + _PLAIN, {}, []),
        (_with(_PLAIN, ";"), {}, ["delimiter-found"]),
        (_with(_PLAIN, "\t"), {}, ["delimiter-found"]),
        (_with(_PLAIN, ";"), {"delimiter": ";"}, []),
        # PowerShell #7776, rainbow_csv #108: a first line for Excel
        ("sep=,\n" + _PLAIN, {}, []),
        ("sep=;\r\n" + _with(_PLAIN, ";"), {}, []),
        # Postico #550, OpenTreeMap #3060: rows of delimiters only
        (_PLAIN + ",,,\n,,,\n", {}, []),
        (_PLAIN + ' ,"", ,\n', {}, []),
        (_HEADER + "\n,,,\n" + "\n".join(_ROWS), {}, []),
        # xlsx2csv #3: delimiters at the end, too many or left out
        (_PLAIN.replace("\n", ",,\n"), {}, []),
        (_PLAIN.replace("Xã B", "Xã B,,"), {}, []),
        # frictionless #1024, xsv #245: a title, a blank line, names in row 3
        ("DANH SÁCH HỒ SƠ,,,\n\n" + _PLAIN, {}, ["header-found"]),
        ("DANH SÁCH HỒ SƠ,,,\n\n" + _PLAIN, {"header_row": 3}, []),
        ("Sổ;;;\n" + _with(_PLAIN, ";"), {}, ["header-found", "delimiter-found"]),
        # notes and totals below
        (_PLAIN + "Ghi chú: số liệu tạm\n,,,\n", {"ends_with": ("Ghi chú",)}, ["table-ended"]),
        (_PLAIN + "Tổng cộng,3,,\n", {"totals": ("Tổng cộng",)}, ["totals-left-out"]),
    ],
)
@pytest.mark.parametrize("count", _ENGINES)
def test_one_register_in_many_shapes(
    text: str, more: dict[str, Any], said: list[str], count: Any
) -> None:
    columns = RegisterColumns(**_COLUMNS, **more)
    found: Found = []
    counted = count(text.encode(), columns, found)
    assert [each.reason for each in found] == said
    assert to_json(counted) == to_json(_by_rows(_PLAIN.encode(), RegisterColumns(**_COLUMNS), []))
    assert (counted.total.received.value, counted.total.on_time.value) == (3, 1)


@pytest.mark.parametrize("count", _ENGINES)
def test_cells_left_out_at_the_end_are_declared(count: Any) -> None:
    header, *rows = ("don_vi,ngay_nhan,ngay_hen,ngay_tra", "Xã A,01/12/2022", "Xã B,02/12/2022,,")
    data = "\n".join((header, *rows)).encode()
    refused: Found = []
    assert count(data, RegisterColumns(**_COLUMNS), refused).rejected == (
        ("cells-differ-from-header", 1),
    )
    assert "short_rows" in refused[0].hint()
    assert count(data, RegisterColumns(**_COLUMNS, short_rows=True), []).total.pending.value == 2


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        (b"", ["header-missing"]),
        (b"\n\n", ["header-missing"]),
        (b"a,b\n1,2\n", ["column-missing"] * 4),
        (b"a;b\n1;2\n", ["delimiter-differs", *["column-missing"] * 4]),
        (b"PK\x03\x04\xff\xfe\n", ["workbook-broken"]),
        (b"PAR1\xff\xfe\n", ["file-is-no-text"]),
        ((_HEADER + ",don_vi\n").encode(), ["column-twice"]),
    ],
)
@pytest.mark.parametrize("count", _ENGINES)
def test_a_table_that_is_not_understood_is_never_zeros(
    data: bytes, reasons: list[str], count: Any
) -> None:
    with pytest.raises(DataError) as error:
        count(data, RegisterColumns(**_COLUMNS), [])
    assert [each.reason for each in error.value.findings] == reasons


@pytest.mark.parametrize("count", _ENGINES)
def test_rows_are_rejected_as_rows(count: Any) -> None:
    bad = "x,y,z,Xã A"  # three cells are wrong: one row, three findings
    found: Found = []
    data = "\n".join((_HEADER, bad, _ROWS[0], bad, bad, "1,2")).encode()
    counted = count(data, RegisterColumns(**_COLUMNS), found)
    assert sum(number for _, number in counted.rejected) == 4
    assert len(found) == 10
    assert counted.total.received.value == 1


def test_rows_of_two_files_are_two_rows(tmp_path: Any) -> None:
    frames = pytest.importorskip("evnpubsvc.frames")
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.csv").write_text(_HEADER + "\nx,y,z,Xã A\n", encoding="utf-8")
    counted = frames.tally_frame(str(tmp_path / "*.csv"), RegisterColumns(**_COLUMNS), **_ASKED)
    assert counted.head.rejected == (("not-a-date", 3),)


def test_a_quote_that_swallows_the_rest_says_how_much() -> None:
    data = "\n".join((_HEADER, '"01/12/2022,,,Xã A', *_ROWS)).encode()
    found: Found = []
    _by_file(data, RegisterColumns(**_COLUMNS), found)
    broken = found[-1]
    assert (broken.reason, broken.path, dict(broken.parts)["lines"]) == ("csv-broken", "line 2", 4)


def test_lines_are_those_of_the_file() -> None:
    data = ("Sổ theo dõi\n\n" + _PLAIN + "x,,,Xã A\n").encode()
    *_, last = read_register(io.BytesIO(data), RegisterColumns(**_COLUMNS))
    assert isinstance(last, Finding)
    assert last.path == "line 7, column ngay_nhan"
    rows = [
        each
        for each in read_register(io.BytesIO(data), RegisterColumns(**_COLUMNS))
        if isinstance(each, RegisterRow)
    ]
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("style", "cell", "expected"),
    [
        # Kansas 1033 register: month first
        ("mdy", "5/19/2006", "2006-05-19"),
        ("mdy", "05/19/2006", "2006-05-19"),
        ("mdy", "12/1/2022 5:00 PM", "2022-12-01T17:00:00+07:00"),
        # ONLYOFFICE #1516, HeidiSQL #922, exceljs #1271
        ("dmy", "01.12.2022", "2022-12-01"),
        ("dmy", "01/12/2022 00:00:00.000", "2022-12-01"),  # a column of midnights holds days
        ("dmy", "08:30 01/12/2022", "2022-12-01T08:30:00+07:00"),
        ("dmy", "01/12/2022 8:30 SA", "2022-12-01T08:30:00+07:00"),
        ("dmy", "01/12/2022 8:30 CH", "2022-12-01T20:30:00+07:00"),
        ("iso", "2022/12/01", "2022-12-01"),
        ("serial", "44896", "2022-12-01"),
        ("serial", "44896.5", "2022-12-01T12:00:00+07:00"),
    ],
)
@pytest.mark.parametrize("count", _ENGINES)
def test_styles_of_dates(style: str, cell: str, expected: str, count: Any) -> None:
    columns = RegisterColumns(received="r", dates=DateStyle(style))
    data = f"r,x\n{cell},\n".encode()
    *_, row = read_register(io.BytesIO(data), columns)
    assert isinstance(row, RegisterRow)
    assert row.received.isoformat() == expected
    asked = RegisterColumns(received="r", dimensions={"unit": "x"}, dates=DateStyle(style))
    assert count(data, asked, []).total.pending.value == 1


@pytest.mark.parametrize(
    ("style", "cell"),
    [("dmy", "5/19/2006"), ("dmy", "01/12/22"), ("mdy", "19/5/2006"), ("serial", "01/12/2022")],
)
def test_dates_of_another_style_are_refused(style: str, cell: str) -> None:
    columns = RegisterColumns(received="r", dates=DateStyle(style))
    (found,) = read_register(io.BytesIO(f"r\n{cell}\n".encode()), columns)
    assert isinstance(found, Finding)
    assert found.reason == "not-a-date"


def test_one_commune_in_nine_spellings_is_reported_together() -> None:
    # VnCoreNLP #39, Tatoeba #643, postmangovsg #88: tone place, case, blanks, stop, U+200B, a
    # Cyrillic letter
    spelt = [
        "Xã Hòa Bình", "Xã Hoà Bình", "xã Hòa Bình", "Xã Hòa  Bình", "Xã Hòa Bình.",
        "\u0425ã Hòa Bình", "Xã Hòa\u200bBình", "XÃ HÒA BÌNH", "Xã Hoà-Bình",
    ]  # fmt: skip
    rows = [RegisterRow(date(2022, 12, 1), dimensions={"unit": name}) for name in spelt]
    other = RegisterRow(date(2022, 12, 1), dimensions={"unit": "Xã Hóa Bình"})
    (found,) = check_values(tally([*rows, other], **_ASKED))
    assert found.reason == "values-look-alike"
    assert set(dict(found.parts)["values"]) == set(spelt)


def test_codes_of_several_columns_tell_dossiers_apart() -> None:
    # One case number in two municipalities, and again in the next year.
    data = (
        b"nr,town,year,received\n1,A,2021,2021-03-01\n1,B,2021,2021-03-01\n"
        b"1,A,2022,2022-03-01\n1,,2022,2022-03-01\n"
    )
    columns = RegisterColumns(code="nr", code_with=("town", "year"))
    rows = [row for row in read_register(io.BytesIO(data), columns) if isinstance(row, RegisterRow)]
    assert [row.code for row in rows] == ["1/A/2021", "1/B/2021", "1/A/2022", "1//2022"]
    with pytest.raises(DataError, match="column-missing"):
        list(read_register(io.BytesIO(b"nr,received\n1,2021-03-01\n"), columns))


def test_names_of_two_declared_rows_are_found_below_a_title() -> None:
    raw = "Báo cáo\nNgày,Ngày\nnhận,trả\n2022-12-01,2022-12-05\n".encode()
    columns = RegisterColumns(received="Ngày / nhận", due="Ngày / trả", header_rows=2)
    rows = [
        each for each in read_register(io.BytesIO(raw), columns) if not isinstance(each, Finding)
    ]
    assert rows == [RegisterRow(date(2022, 12, 1), date(2022, 12, 5))]
