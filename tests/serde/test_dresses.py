"""One register in many dresses: byte-identical tallies on every engine."""

import io
import json
from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from evnpubsvc.findings import Finding, Severity
from evnpubsvc.serde import (
    DateStyle,
    RegisterColumns,
    RegisterFormat,
    read_register,
    tally_register,
    to_json,
)
from evnpubsvc.statistics import Tally, tally
from tests.serde.test_workbooks import ods_bytes

_HEADER = ("Mã hồ sơ", "Ngày nhận", "Ngày hẹn", "Ngày trả", "Đơn vị", "Kênh")
# Late by an hour, pending, finished on the day that is due, a text with a comma, one without a
# unit.
_ROWS: tuple[tuple[Any, ...], ...] = (
    ("007", datetime(2022, 12, 13, 8, 30), date(2022, 12, 15), datetime(2022, 12, 15, 16), "Xã A",
        "online"),
    ("008", datetime(2022, 12, 2, 9, 0), date(2022, 12, 6), datetime(2022, 12, 8, 9, 0), "Xã A",
        "desk"),
    ("009", datetime(2022, 12, 3, 7, 45), date(2022, 12, 30), None, "Xã B, khu 2", "online"),
    ("010", datetime(2022, 12, 20, 10, 0), None, datetime(2022, 12, 20, 11, 0), None, "desk"),
)  # fmt: skip
_COLUMNS = RegisterColumns(
    code="Mã hồ sơ", received="Ngày nhận", due="Ngày hẹn", finished="Ngày trả", dates=DateStyle.DMY,
    dimensions={"unit": "Đơn vị", "channel": "Kênh"}, totals=("Tổng cộng",),
    ends_with=("Người lập",),
)  # fmt: skip


def _texts(style: str = "dmy") -> list[list[str]]:
    def text(value: Any) -> str:
        day = "%Y-%m-%d" if style == "iso" else "%d/%m/%Y"
        if isinstance(value, datetime):
            return value.strftime(f"{day} %H:%M:%S")
        return value.strftime(day) if isinstance(value, date) else value or ""

    return [list(_HEADER), *([text(value) for value in row] for row in _ROWS)]


def _csv(delimiter: str, *, mark: bool = False, above: str = "", below: str = "") -> bytes:
    import csv

    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(_texts())
    return (("\ufeff" if mark else "") + above + buffer.getvalue() + below).encode()


def _xlsx(_: Path) -> bytes:
    xlsxwriter: Any = pytest.importorskip("xlsxwriter")
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    styles = {datetime: "dd/mm/yyyy hh:mm", date: "dd/mm/yyyy"}
    formats = {kind: book.add_format({"num_format": style}) for kind, style in styles.items()}
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "SỔ THEO DÕI")
    for place, row in enumerate((_HEADER, *_ROWS), 2):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(place, column, value, formats[type(value)])
            elif value is not None:
                sheet.write_string(place, column, value)
    sheet.write_string(8, 0, "Người lập biểu")
    book.close()
    return buffer.getvalue()


def _xls(_: Path) -> bytes:
    xlwt: Any = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("Hồ sơ")
    for place, row in enumerate((_HEADER, *_ROWS)):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write(place, column, value, xlwt.easyxf(num_format_str="DD/MM/YYYY HH:MM"))
            elif isinstance(value, date):
                sheet.write(place, column, value, xlwt.easyxf(num_format_str="DD/MM/YYYY"))
            elif value is not None:
                sheet.write(place, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _jsonl() -> bytes:
    header, *rows = _texts()
    lines = (json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False) for row in rows)
    return "\n".join(lines).encode()


_FILES: dict[str, tuple[str, Callable[[Path], bytes]]] = {
    "commas": ("csv", lambda _: _csv(",")),
    "semicolons": ("csv", lambda _: _csv(";")),
    "tabs": ("csv", lambda _: _csv("\t")),
    "mark": ("csv", lambda _: _csv(",", mark=True)),
    "titles": ("csv", lambda _: _csv(";", above="SỔ THEO DÕI;;;;;\n;;;;;\n")),
    "totals": ("csv", lambda _: _csv(",", below=",,,,,\nTổng cộng,4,,,,\nNgười lập biểu,,,,,\n")),
    "xlsx": ("xlsx", _xlsx),
    "xls": ("xls", _xls),
    "ods": ("ods", lambda _: ods_bytes((_HEADER, *_ROWS))),
    "jsonl": ("jsonl", lambda _: _jsonl()),
}
_ASKED: list[dict[str, Any]] = [
    {"by": ["unit", "channel"], "as_of": date(2022, 12, 31), "compare": "date"},
    {"by": ["unit"], "as_of": date(2022, 12, 15), "compare": "timestamp"},
]


def _expected(asked: dict[str, Any]) -> str:
    counted = tally(read_register(io.BytesIO(_csv(",")), _COLUMNS), **asked)
    assert counted.rejected == ()
    return to_json(counted)


def test_what_is_expected_was_counted_by_hand() -> None:
    # Up to 31/12: 007 on time; 008 late; 009 open, its day passed; 010 without a due date.
    counted = tally(read_register(io.BytesIO(_csv(",")), _COLUMNS), **_ASKED[0])
    total = counted.total
    assert (total.received.value, total.on_time.value, total.pending.value) == (4, 1, 1)
    assert sum(cell.received.value for cell in counted.cells if cell.key[0] == "Xã A") == 2


@pytest.mark.parametrize("asked", _ASKED)
@pytest.mark.parametrize("dress", _FILES)
def test_every_file_gives_the_same_bytes(dress: str, asked: dict[str, Any], tmp_path: Path) -> None:
    suffix, make = _FILES[dress]
    if suffix in {"xlsx", "xls", "ods"}:
        pytest.importorskip("python_calamine")
    path = tmp_path / f"register.{suffix}"
    path.write_bytes(make(tmp_path))
    kind = RegisterFormat.JSONL if suffix == "jsonl" else RegisterFormat.CSV

    def by_rows(found: list[Finding]) -> Tally:
        rows = read_register(path, _COLUMNS, file_format=kind)
        return tally(rows, on_finding=found.append, **asked)

    def by_file(found: list[Finding]) -> Tally:
        return tally_register(path, _COLUMNS, file_format=kind, on_finding=found.append, **asked)

    ways: list[Callable[[list[Finding]], Tally]] = [by_rows, by_file]
    if _has("polars"):
        frames = import_module("evnpubsvc.frames")
        for engine in ("polars", *(["duckdb"] if _has("duckdb") else [])):
            ways.append(  # noqa: PERF401
                lambda found, engine=engine: frames.tally_frame(  # type: ignore[misc]
                    path, _COLUMNS, engine=engine, on_finding=found.append, **asked
                ).to_tally()
            )
    for count in ways:
        found: list[Finding] = []
        assert to_json(count(found)) == _expected(asked)
        # What was recognised is said, and nothing else is odd.
        assert all(each.severity is Severity.NOTICE for each in found)


@pytest.mark.parametrize("asked", _ASKED)
@pytest.mark.parametrize("library", ["polars", "parquet", "pandas"])
def test_every_table_in_memory_gives_the_same_bytes(
    library: str, asked: dict[str, Any], tmp_path: Path
) -> None:
    pl: Any = pytest.importorskip("polars")
    frames = import_module("evnpubsvc.frames")
    columns = list(zip(*_ROWS, strict=True))
    table: Any = pl.DataFrame(dict(zip(_HEADER, columns, strict=True)))
    if library == "parquet":
        table.write_parquet(tmp_path / "register.parquet")
        table = tmp_path / "register.parquet"
    if library == "pandas":
        pandas: Any = pytest.importorskip("pandas", reason="pandas is a peer, not a dependency")
        pytest.importorskip("pyarrow", reason="pandas hands tables over through pyarrow")
        table = pandas.DataFrame(dict(zip(_HEADER, columns, strict=True)))
    assert to_json(frames.tally_frame(table, _COLUMNS, **asked).to_tally()) == _expected(asked)


def _has(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None
