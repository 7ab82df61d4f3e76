"""Tables as offices lay them out: columns that are numbered, old fonts, names in two rows.

And what a first mapping says of them: nothing is guessed in silence.
"""

import io
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import (
    DateStyle,
    PublishedColumns,
    RegisterColumns,
    read_published,
    read_register,
    report_form,
    tally_register,
)
from evnpubsvc.serde._guess import GuessedMapping, guess_figures, guess_log, guess_register
from evnpubsvc.serde._old_fonts import is_in_old_font
from evnpubsvc.serde._shapes import TableLayout
from evnpubsvc.statistics import Tally, tally

_ASKED: dict[str, Any] = {"by": [], "as_of": date(2022, 12, 31), "compare": "date"}
_Count = Callable[[bytes, RegisterColumns, list[Finding]], Tally]


def _by_text(data: bytes, columns: RegisterColumns, said: list[Finding]) -> Tally:
    return tally_register(io.BytesIO(data), columns, on_finding=said.append, **_ASKED)


def _by_row(data: bytes, columns: RegisterColumns, said: list[Finding]) -> Tally:
    return tally(read_register(io.BytesIO(data), columns), on_finding=said.append, **_ASKED)


def _on_columns(data: bytes, columns: RegisterColumns, said: list[Finding]) -> Tally:
    frames: Any = import_module("evnpubsvc.frames")
    counted: Tally = frames.tally_frame(
        io.BytesIO(data), columns, on_finding=said.append, **_ASKED
    ).to_tally()
    return counted


_WAYS = [_by_text, _by_row, *([_on_columns] if find_spec("polars") else [])]
ways = pytest.mark.parametrize("count", _WAYS)


@ways
@pytest.mark.parametrize(
    "numbers", ["A,B,1,2,3", "(1),(2),(3),(4),(5)", '1,2,"(3)=(1)+(2)",4,5', "(1),(2),(3),,"]
)
def test_a_row_that_numbers_the_columns_is_no_dossier(count: _Count, numbers: str) -> None:
    data = f"code,received,due,x,y\n{numbers}\nH1,2022-12-01,2022-12-05,,\n".encode()
    said: list[Finding] = []
    counted = count(data, RegisterColumns(code="code", due="due"), said)
    assert counted.total.received.value == 1
    assert [(found.reason, found.path) for found in said] == [("columns-numbered", "line 2")]


@ways
def test_names_that_are_repeated_on_a_page_are_no_dossier(count: _Count) -> None:
    data = "mã,Ngày nhận\nH1,2022-12-01\nMã,NGÀY NHẬN\nH2,2022-12-02\n".encode()
    said: list[Finding] = []
    counted = count(data, RegisterColumns(code="mã", received="Ngày nhận"), said)
    assert counted.total.received.value == 2
    assert [(found.reason, found.path) for found in said] == [("header-repeated", "line 3")]


@ways
def test_a_count_below_a_serial_day_is_no_day(count: _Count) -> None:
    columns = RegisterColumns(code="mã", received="nhận", dates=DateStyle.SERIAL, dimensions={})
    data = "mã,nhận\nH1,44910\nTổng số,1\n".encode()
    said: list[Finding] = []
    assert count(data, columns, said).total.received.value == 1
    assert [found.reason for found in said] == ["row-of-totals"]


@ways
def test_an_apostrophe_that_keeps_a_text_a_text_is_no_part_of_a_day(count: _Count) -> None:
    said: list[Finding] = []
    columns = RegisterColumns(dates=DateStyle.DMY)
    assert count(b"received\n'15/12/2022\n16/12/2022\n", columns, said).total.received.value == 2
    assert not said


@ways
def test_an_old_font_is_said(count: _Count) -> None:
    columns = RegisterColumns(received="Ngµy tiÕp nhËn", code="M· hå s¬", dates=DateStyle.DMY)
    data = "M· hå s¬,Ngµy tiÕp nhËn,§¬n vÞ\nH1,15/12/2022,X·\n".encode()
    said: list[Finding] = []
    assert count(data, columns, said).total.received.value == 1
    assert [found.reason for found in said] == ["text-in-old-font"]


def test_names_of_other_languages_are_in_no_old_font() -> None:
    assert not is_in_old_font(
        ["Größe", "Prix (m²)", "Año", "Coração", "Ngày tiếp nhận", "°C", "№ п/п", "½ ngày", "§ 5"]
    )


# ---- first mappings


def _register(text: str) -> dict[str, Any]:
    return tomllib.loads(_lines(guess_register(io.BytesIO(text.encode()), TableLayout())))


def _lines(guessed: GuessedMapping) -> str:
    return guessed.toml("en")


_HEAD = "Mã hồ sơ,Ngày nhận,Giờ nhận,Ngày hẹn trả,Ngày trả,Tình trạng\n"


def test_statuses_are_told_by_their_accents() -> None:
    """ "Dừng" and "đúng" differ in accents alone."""
    rows = (
        "H1,13/12/2022,8h30,15/12/2022,15/12/2022,Đã trả kết quả đúng hạn\n"
        "H2,14/12/2022,9:00,15/12/2022,16/12/2022,Đã trả kết quả trễ hạn\n"
        "H3,15/12/2022,9:30,16/12/2022,,Đang giải quyết trong hạn\n"
        "H4,15/12/2022,10:00,16/12/2022,16/12/2022,Dừng giải quyết hồ sơ\n"
    )
    guessed = _register(_HEAD + rows)
    assert guessed["statuses"] == {
        "Đã trả kết quả đúng hạn": "result", "Đã trả kết quả trễ hạn": "result",
        "Đang giải quyết trong hạn": "running",
    }  # fmt: skip
    assert guessed["times"] == {"received": "Giờ nhận"}
    text = _lines(guess_register(io.BytesIO((_HEAD + rows).encode()), TableLayout()))
    assert '# "Dừng giải quyết hồ sơ" = "stopped"' in text


def test_an_event_log_has_its_times_and_its_totals_guessed() -> None:
    text = (
        "Mã hồ sơ,Công việc,Ngày thực hiện,Giờ,Đơn vị,x\nH1,Tiếp nhận,15/12/2022,8h30,A,\n"
        "Tổng số hồ sơ: 1,,,,,\n"
    )
    guessed = tomllib.loads(guess_log(io.BytesIO(text.encode()), TableLayout()).toml("en"))
    assert guessed["times"] == {"timestamp": "Giờ"}
    assert guessed["totals"] == ["Tổng số hồ sơ *"]


def test_days_in_numbers_are_recognised() -> None:
    rows = "".join(f"H{day},{day},,{day + 5},{day + 3},x\n" for day in range(44_896, 44_910))
    assert _register(_HEAD + rows)["dates"] == "serial"


def test_a_column_whose_cells_do_not_fit_is_a_proposal() -> None:
    text = _lines(
        guess_register(io.BytesIO((_HEAD + "H1,15/12/22,,,,x\n").encode()), TableLayout())
    )
    [line] = [line for line in text.splitlines() if "received" in line]
    assert line.startswith('# received = "Ngày nhận"')
    assert "15/12/22" in line


_FIGURES: Mapping[str, Sequence[str]] = {"d": ("đã giải quyết",), "n": ("đúng hạn",)}


def _figures(text: str) -> str:
    return _lines(guess_figures(io.BytesIO(text.encode()), TableLayout(), _FIGURES))


def test_of_two_columns_that_fit_none_is_taken() -> None:
    text = _figures(
        "Đơn vị,Tháng 10,,Tháng 11,\n,Đã giải quyết,Đúng hạn,Đã giải quyết,Đúng hạn\n"
        "Xã A,10,9,20,19\nXã B,5,5,6,4\n"
    )
    guessed = tomllib.loads(text)
    assert guessed["header_rows"] == 2
    assert not guessed["figures"]
    assert '# d = "Tháng 10 / Đã giải quyết"' in text
    assert "Tháng 11 / Đã giải quyết" in text


def test_thousands_and_notes_of_a_table_of_figures_are_said() -> None:
    text = _figures(
        "TT;Đơn vị;Đã giải quyết;Đúng hạn;Ghi chú\n1;Xã A;1.200;1.100;\n2;Xã B;900;880;\n"
        ";Người lập;;Chủ tịch;\n"
    )
    assert '# decimal = ","' in text
    assert tomllib.loads(text)["ends_with"] == ["Người lập"]


def test_a_file_that_is_no_text_is_said_once() -> None:
    legacy = "Mã,Ngày\n".encode("utf-16-be") * 20
    with pytest.raises(DataError) as refused:
        guess_register(io.BytesIO(b"M\xe3 h\xf4,Ng\xe0y\n" * 20), TableLayout())
    assert [found.reason for found in refused.value.findings] == ["not-utf8"]
    with pytest.raises(DataError):
        guess_register(io.BytesIO(legacy), TableLayout())


# ---- published tables


def test_a_published_table_with_notes_below_is_read_and_said() -> None:
    columns = PublishedColumns(
        label="Đơn vị", label_with=("Huyện",), columns={"handled": "Đã giải quyết"},
        total="Tổng số", ends_with=("Nguồn",), decimal=",",
    )  # fmt: skip
    table = (
        "BÁO CÁO;;\nĐơn vị;Huyện;Đã giải quyết\n(1);(2);(3)\nTân An;X;1.611\nTân An;Y;5\n"
        "Tổng số;;1.616\nNguồn: Cổng;;\n"
    )
    read = read_published(io.BytesIO(table.encode()), report_form("ii-06a"), columns)
    assert [(row.key, row["handled"]) for row in read.rows] == [
        (("Tân An/X",), 1611), (("Tân An/Y",), 5)
    ]  # fmt: skip
    assert read.total is not None
    assert read.total["handled"] == 1616
    assert [found.reason for found in read.notices] == [
        "header-found", "delimiter-found", "columns-numbered", "table-ended"
    ]  # fmt: skip
