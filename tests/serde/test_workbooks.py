"""Workbooks are read as the texts that a CSV file would have.

What does not come through is said.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
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
from evnpubsvc.serde._tables import look_ahead
from evnpubsvc.statistics import RegisterRow, tally

pytest.importorskip("python_calamine", reason="the extra excel reads workbooks")
xlsxwriter: Any = pytest.importorskip("xlsxwriter")

_HEADER = ("nhận", "hẹn", "trả", "đơn vị", "mã")
_ROWS: tuple[tuple[Any, ...], ...] = (
    (date(2022, 12, 1), date(2022, 12, 5), datetime(2022, 12, 5, 9, 30), "Xã A", "007"),
    (date(2022, 12, 2), date(2022, 12, 6), date(2022, 12, 8), "Xã A", "008"),
    (date(2022, 12, 3), date(2022, 12, 10), None, "Xã B", "009"),
)
_ASKED: dict[str, Any] = {"by": ["unit"], "as_of": date(2022, 12, 31), "compare": "date"}


def _columns(style: DateStyle = DateStyle.DMY, **more: Any) -> RegisterColumns:
    return RegisterColumns(
        received="nhận", due="hẹn", finished="trả", code="mã", dates=style,
        dimensions={"unit": "đơn vị"}, **more
    )  # fmt: skip


def _xlsx(path: Path, *, above: int = 0, more: Any = None) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Hồ sơ")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    if above:
        sheet.write(0, 0, "SỔ THEO DÕI")
    for place, row in enumerate((_HEADER, *_ROWS), above):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(place, column, value, moment)
            elif isinstance(value, date):
                sheet.write_datetime(place, column, value, day)
            elif value is not None:
                sheet.write_string(place, column, value)
    if more is not None:
        more(book, sheet)
    book.close()
    return path


def ods_bytes(rows: Sequence[Sequence[Any]]) -> bytes:
    """A small OpenDocument sheet, written by hand."""

    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, date):
            kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
            return f"<table:table-cell {kind}><text:p>x</text:p></table:table-cell>"
        kind = 'office:value-type="string"'
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        f'xmlns:office="{space}:office:1.0" '
        f'xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Hồ sơ">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest "
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return buffer.getvalue()


def _ods(path: Path) -> Path:
    path.write_bytes(ods_bytes((_HEADER, *_ROWS)))
    return path


def _csv(path: Path) -> Path:
    def text(value: Any) -> str:
        if isinstance(value, datetime):
            return f"{value:%d/%m/%Y %H:%M}"
        return f"{value:%d/%m/%Y}" if isinstance(value, date) else value or ""

    lines = [",".join(map(text, row)) for row in (_HEADER, *_ROWS)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _said(path: Path, columns: RegisterColumns) -> list[str]:
    return [each.reason for each in read_register(path, columns) if isinstance(each, Finding)]


@pytest.mark.parametrize("style", DateStyle)
@pytest.mark.parametrize("dress", ["xlsx", "titled", "ods"])
def test_one_register_in_other_dresses(tmp_path: Path, dress: str, style: DateStyle) -> None:
    plain = tally_register(_csv(tmp_path / "a.csv"), _columns(), **_ASKED)
    assert (plain.total.received.value, plain.total.on_time.value) == (3, 1)
    if dress == "ods":
        path = _ods(tmp_path / "a.ods")
    else:
        path = _xlsx(tmp_path / "a.xlsx", above=2 if dress == "titled" else 0)
    columns = _columns(style)
    assert to_json(tally_register(path, columns, **_ASKED)) == to_json(plain)
    assert to_json(tally(read_register(path, columns), **_ASKED)) == to_json(plain)
    frames = pytest.importorskip("evnpubsvc.frames")
    assert to_json(frames.tally_frame(path, columns, **_ASKED).to_tally()) == to_json(plain)
    said = {"xlsx": [], "titled": ["header-found"], "ods": ["cells-not-seen"]}[dress]
    assert _said(path, columns) == said


def test_texts_keep_their_zeros_and_times_their_hours(tmp_path: Path) -> None:
    rows = list(read_register(_xlsx(tmp_path / "a.xlsx"), _columns()))
    (first, *_) = (row for row in rows if isinstance(row, RegisterRow))
    assert first.code == "007"
    assert first.finished is not None
    assert first.finished.isoformat() == "2022-12-05T09:30:00+07:00"


def test_whole_floats_are_counts_and_lines_are_those_of_the_sheet(tmp_path: Path) -> None:
    def more(_: Any, sheet: Any) -> None:
        sheet.write_number(6, 4, 12.0)
        sheet.write_string(6, 0, "hôm qua")
        sheet.write_number(7, 4, 0.5)
        sheet.write_datetime(7, 0, datetime(2022, 12, 4), None)

    found = list(read_register(_xlsx(tmp_path / "a.xlsx", above=2, more=more), _columns()))
    reasons = [(each.path, each.reason) for each in found if isinstance(each, Finding)]
    assert ("line 7, column nhận", "not-a-date") in reasons


def test_what_does_not_come_through_is_said(tmp_path: Path) -> None:
    def more(book: Any, sheet: Any) -> None:
        sheet.write_formula("C4", "=TODAY()", None, "")
        sheet.write_formula("E2", "=NA()", None, "#N/A")
        sheet.set_row(2, None, None, {"hidden": True})
        book.add_worksheet("ẩn").hide()
        book.add_worksheet("khác")

    path = _xlsx(tmp_path / "a.xlsx", more=more)
    found = {
        each.reason: each for each in read_register(path, _columns()) if isinstance(each, Finding)
    }
    assert set(found) == {
        "sheets-hidden", "sheet-taken", "cells-with-errors", "formulas-without-value",
        "rows-hidden",
    }  # fmt: skip
    assert dict(found["cells-with-errors"].parts)["cells"] == ("E2",)
    assert dict(found["formulas-without-value"].parts)["cells"] == ("C4",)
    assert dict(found["rows-hidden"].parts)["cells"] == ("3",)
    # notices about the table are no odd rows
    assert tally(read_register(path, _columns()), **_ASKED).noticed == ()
    assert "sheet-taken" not in _said(path, _columns(sheet="Hồ sơ"))
    assert "sheet-taken" not in _said(path, _columns(sheet="1"))
    with pytest.raises(DataError, match="sheet-unknown"):
        list(read_register(path, _columns(sheet="9")))


def _bomb() -> bytes:
    """A small archive whose directory says that a part unpacks to two gigabytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(1 << 20))
    data = bytearray(buffer.getvalue())
    place = data.rindex(b"PK\x01\x02") + 24  # size of the first part, unpacked
    data[place : place + 4] = (1 << 31).to_bytes(4, "little")
    return bytes(data)


def _lying_bomb() -> bytes:
    """A small archive whose part unpacks to more than a gigabyte, though its directory says a
    thousand bytes.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    stream = block * 70 + packer.flush(zlib.Z_FINISH)
    name = b"xl/worksheets/sheet1.xml"
    head = (
        b"\x14\0\0\0\x08\0\0\0\0\0"
        + bytes(4)
        + len(stream).to_bytes(4, "little")
        + (1000).to_bytes(4, "little")
    )
    local = b"PK\x03\x04" + head + len(name).to_bytes(2, "little") + bytes(2) + name
    entry = b"PK\x01\x02\x14\0" + head + len(name).to_bytes(2, "little") + bytes(16) + name
    end = b"PK\x05\x06" + bytes(4) + b"\x01\0\x01\0" + len(entry).to_bytes(4, "little")
    end += (len(local) + len(stream)).to_bytes(4, "little") + bytes(2)
    return local + stream + entry + end


def test_hostile_workbooks_are_refused(tmp_path: Path) -> None:
    encrypted = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    cases = {
        b"PK\x03\x04 and no more": "workbook-broken",
        b"\xd0\xcf\x11\xe0 and no more": "workbook-broken",
        b"<html><table></table>": "file-is-html",
        b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>": "file-is-html",
        encrypted: "workbook-encrypted",
        _bomb(): "workbook-too-large",
        _lying_bomb(): "workbook-too-large",
    }
    for number, (data, reason) in enumerate(cases.items()):
        path = tmp_path / f"{number}.xls"
        path.write_bytes(data)
        sources: list[Any] = [path, io.BytesIO(data)]
        for source in sources[: 1 if reason == "workbook-too-large" else 2]:
            with pytest.raises(DataError) as error:
                list(read_register(source, _columns()))
            assert [each.reason for each in error.value.findings] == [reason], data[:20]


def test_the_first_bytes_say_what_a_file_is(tmp_path: Path) -> None:
    # Exports that are named .xls and hold tabs, workbooks that somebody named .csv, and streams.
    frames = pytest.importorskip("evnpubsvc.frames")
    workbook, text = _xlsx(tmp_path / "a.xlsx"), _csv(tmp_path / "a.csv")
    expected = to_json(tally_register(workbook, _columns(), **_ASKED))
    for source, name, said in (
        (workbook, "b.csv", ["file-is-workbook"]),
        (text, "b.xls", ["file-is-text"]),
        (workbook, "", []),
        (text, "", []),
    ):
        data = source.read_bytes()
        if name:
            (tmp_path / name).write_bytes(data)

        def given(name: str = name, data: bytes = data) -> Any:
            return tmp_path / name if name else io.BytesIO(data)

        rows = list(read_register(given(), _columns()))
        assert [each.reason for each in rows if isinstance(each, Finding)] == said
        assert to_json(tally(rows, **_ASKED)) == expected
        assert to_json(tally_register(given(), _columns(), **_ASKED)) == expected
        assert to_json(frames.tally_frame(given(), _columns(), **_ASKED).to_tally()) == expected


@pytest.mark.parametrize("size", [1, 3, 10, 40, 1000])
def test_a_stream_that_was_looked_at_gives_every_byte(size: int) -> None:
    data = b"\n\xef\xbb\xbf \nab,c\n" + bytes(range(256)) * 3 + b"\nend"
    head, again = look_ahead(io.BytesIO(data), size)
    assert data.startswith(head)
    lines = list(iter(again.readline, b""))
    assert lines == data.splitlines(keepends=True) or b"".join(lines) == data
    _, again = look_ahead(io.BytesIO(data), size)
    pieces = list(iter(lambda: again.readline(5), b""))
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= 5
    _, again = look_ahead(io.BytesIO(data), size)
    assert again.read(7) + again.readline() + again.read() == data


def test_a_sheet_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    path = _xlsx(tmp_path / "a.xlsx", more=lambda _, sheet: sheet.write(1, 16_383, "x"))
    with pytest.raises(DataError, match="workbook-too-large"):
        list(read_register(path, _columns()))


def test_cells_that_span_rows_hold_for_all_of_them(tmp_path: Path) -> None:
    def more(book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 3, 2, 3, "Xã A", book.add_format())

    path = _xlsx(tmp_path / "a.xlsx", more=more)
    rows = list(read_register(path, _columns()))
    (said,) = (each for each in rows if isinstance(each, Finding))
    assert (said.reason, dict(said.parts)["cells"]) == ("cells-merged", ("D2",))
    units = [dict(row.dimensions)["unit"] for row in rows if isinstance(row, RegisterRow)]
    assert units == ["Xã A", "Xã A", "Xã B"]


def test_names_in_two_rows_of_merged_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet, plain = book.add_worksheet(), book.add_format()
    sheet.merge_range(0, 0, 0, 3, "SỔ THEO DÕI", plain)
    sheet.merge_range(1, 0, 2, 0, "Đơn vị", plain)
    sheet.merge_range(1, 1, 1, 2, "Ngày", plain)
    sheet.write_string(2, 1, "nhận\nhồ sơ")
    sheet.write_string(2, 2, "trả")
    for column, text in enumerate(("Xã A", "01/12/2022", "05/12/2022")):
        sheet.write_string(3, column, text)
    book.close()
    columns = RegisterColumns(
        received="Ngày / nhận hồ sơ", finished="Ngày / trả", dates=DateStyle.DMY,
        dimensions={"unit": "Đơn vị"}
    )  # fmt: skip
    *said, row = read_register(path, columns)
    assert isinstance(row, RegisterRow)
    assert row.received == date(2022, 12, 1)
    reasons = {each.reason for each in said if isinstance(each, Finding)}
    assert {"header-found", "header-rows-found"} <= reasons


def test_percentages_hidden_columns_links_and_macros_are_said(tmp_path: Path) -> None:
    def more(book: Any, sheet: Any) -> None:
        sheet.write_number("F2", 0.95, book.add_format({"num_format": "0.0%"}))
        sheet.write_number("F3", 0.5, book.add_format({"num_format": 9}))
        sheet.write_number("F4", 0.5)
        sheet.set_column(4, 4, None, None, {"hidden": True})

    path = _xlsx(tmp_path / "a.xlsx", more=more)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
        archive.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    found = {
        each.reason: each
        for each in read_register(path, _columns(ends_with=("x",)))
        if isinstance(each, Finding)
    }
    assert dict(found["cells-percent"].parts)["cells"] == ("F2", "F3")
    assert dict(found["columns-hidden"].parts)["cells"] == ("5",)
    assert {"workbook-has-macros", "workbook-has-links"} <= set(found)


def test_a_circle_of_formulas_is_read_as_it_was_stored(tmp_path: Path) -> None:
    def more(_: Any, sheet: Any) -> None:
        sheet.write_formula("D2", "=D3", None, "Xã C")
        sheet.write_formula("D3", "=D2", None, "Xã C")

    rows = read_register(_xlsx(tmp_path / "a.xlsx", more=more), _columns())
    units = [dict(row.dimensions)["unit"] for row in rows if isinstance(row, RegisterRow)]
    assert units == ["Xã C", "Xã C", "Xã B"]


def test_seconds_are_rounded_and_serial_days_keep_their_hour(tmp_path: Path) -> None:
    for style in DateStyle:
        rows = list(read_register(_xlsx(tmp_path / "a.xlsx"), _columns(style)))
        (first, *_) = (row for row in rows if isinstance(row, RegisterRow))
        assert first.finished is not None
        assert first.finished.isoformat() == "2022-12-05T09:30:00+07:00"


def _rewritten(path: Path, *, quotes: bool) -> Path:
    """The workbook with the tags of its sheet as other programs write them."""
    whole = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(whole, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            if part.startswith("xl/worksheets/sheet"):
                if quotes:
                    data = re.sub(rb'(\w+)="([^"]*)"', rb"\1='\2'", data)
                else:
                    data = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", data)
                    data = data.replace(b" xmlns=", b" xmlns:x=")
                # The place of a cell behind its other attributes.
                behind = rb"(<(?:x:)?c)( r=[^ >]+)((?: \w+=[^ />]+)+)(/?>)"
                data = re.sub(behind, rb"\1\3\2\4", data)
            new.writestr(part, data)
    path.write_bytes(whole.getvalue())
    return path


@pytest.mark.parametrize("quotes", [True, False])
def test_sheets_are_looked_over_whatever_program_wrote_them(tmp_path: Path, quotes: bool) -> None:
    def more(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 5, ["x", "y"])
        sheet.write_formula(1, 5, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 5, "=A1", None, "")
        sheet.write_number(1, 6, 0.5, book.add_format({"num_format": "0.00%"}))
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(4, 4, 8, None, {"hidden": True})

    path = _rewritten(_xlsx(tmp_path / "a.xlsx", more=more), quotes=quotes)
    assert sorted(_said(path, _columns())) == [
        "cells-percent", "cells-with-errors", "columns-hidden", "formulas-without-value",
        "rows-hidden",
    ]  # fmt: skip
