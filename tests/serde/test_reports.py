"""Reports as text, CSV, JSON and Excel: the same bytes, nothing run, nothing half-written."""

import csv
import errno
import io
import os
import subprocess
import sys
import time
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from attrs import evolve
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from evnpubsvc._files import write_whole
from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.periods import Period
from evnpubsvc.reports import Report, ReportRow
from evnpubsvc.serde import (
    ReportFormat,
    from_json,
    report_bytes,
    report_form,
    write_report,
)
from evnpubsvc.strategies._reports import reports
from evnpubsvc.texts import guard_text, unguard_text
from evnpubsvc.texts.parts import printable
from tests.deep import cases

FORM = report_form("ii-06a")
NAMES = [column.key for column in FORM.columns]
SAMPLE = dict(zip(NAMES, (450, 315, 105, 30, 390, 240, 145, 5, 60, 58, 2), strict=True))


def _report(*rows: tuple[str | None, dict[str, Any]], **given_: Any) -> Report:
    made = [FORM.row((name,), values) for name, values in rows]
    return Report(
        form=FORM,
        period=Period.parse("statutory-2022-12"),
        dimensions=("field",),
        rows=tuple(sorted(made, key=lambda row: (row.key[0] is not None, row.key[0] or ""))),
        compare=Precision.DATE,
        **given_,
    )


def _cells(raw: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True)]


# ---- what is written


def test_the_sample_as_a_table_for_people() -> None:
    written = report_bytes(
        _report(("Tư pháp", SAMPLE)), file_format=ReportFormat.TEXT, lang="vi"
    ).decode()
    lines = written.splitlines()
    assert lines[:5] == [
        "Biểu số II.06a/VPCP/KSTT",
        "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        "Kỳ báo cáo: Tháng 12 năm 2022 (từ ngày 15/11/2022 đến ngày 14/12/2022)",
        "Đơn vị báo cáo: " + "…" * 15,
        "Đơn vị tính: Số hồ sơ TTHC",
    ]
    assert lines[6].split() == [
        "STT",
        "Lĩnh",
        "vực",
        "giải",
        "quyết",
        *(f"({n})" for n in range(3, 14)),
    ]
    assert lines[10].startswith("TỔNG CỘNG ")
    assert "(3)=(4)+(5)+(6)  Số lượng hồ sơ tiếp nhận: Tổng số" in lines
    (row,) = [line.split() for line in lines if line.startswith("1 ")]
    assert row[3:] == ["450", "315", "105", "30", "390", "240", "145", "5", "60", "58", "2"]
    for rate in ("75,00% (315/420)", "98,72% (385/390)", "1,56% (7/450)"):
        assert rate in written
    assert len({len(line) for line in lines if line.startswith("---")}) == 1


def test_the_head_of_form_07a_is_that_of_the_circular() -> None:
    """TT 09/2026/TT-BTP, Biểu số 07a/BTP/KSTT: number, title, period, who files, who gets it,
    what is counted.
    """
    form = report_form("btp-07a")
    report = Report(
        form=form, period=Period.parse("statutory-2026-Q3"), dimensions=("field",), rows=(),
        compare=Precision.DATE, filed_by="UBND xã Tam Xuân II",
    )  # fmt: skip
    head = [
        "Biểu số 07a/BTP/KSTT",
        (
            "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP "
            "GIẢI QUYẾT THỦ TỤC "
            "HÀNH CHÍNH"
        ),
        "Kỳ báo cáo: Quý III năm 2026 (từ ngày 15/6/2026 đến ngày 14/9/2026)",
        "Đơn vị báo cáo: UBND xã Tam Xuân II",
        "Đơn vị nhận báo cáo: UBND cấp tỉnh; Bộ, cơ quan ngang bộ",
        "Đơn vị tính: Số hồ sơ TTHC",
    ]
    text = report_bytes(report, file_format=ReportFormat.TEXT, lang="vi").decode()
    assert text.splitlines()[:6] == head
    sheet = _cells(report_bytes(report, file_format=ReportFormat.XLSX, lang="vi"))
    assert [row[0] for row in sheet[:6]] == head
    numbers = [cell for cell in sheet[9] if cell]
    assert numbers == [
        "(1)", "(2)", "(3)=(4)+(5)+(6)+(7)+(8)", "(4)", "(5)", "(6)", "(7)", "(8)",
        "(9)=(10)+(11)+(12)",
        "(10)", "(11)", "(12)", "(13)=(14)+(15)", "(14)", "(15)",
    ]  # fmt: skip
    assert sheet[10][0] == "TỔNG CỘNG"


def test_people_read_fields_in_the_order_of_their_alphabet_and_channels_by_name() -> None:
    zeros = dict.fromkeys(NAMES, 0)
    rows = [("Đất đai", zeros), ("Chứng thực", zeros), ("Hộ tịch", zeros), (None, zeros)]
    report = _report(*rows)
    text = report_bytes(report, file_format=ReportFormat.TEXT, lang="vi").decode()
    found = [line.split("  ")[0:20] for line in text.splitlines() if line[:1].isdigit()]
    names = [next(cell.strip() for cell in cells[1:] if cell.strip()) for cells in found]
    assert names == ["(không ghi)", "Chứng thực", "Đất đai", "Hộ tịch"]
    sheet = _cells(report_bytes(report, file_format=ReportFormat.XLSX, lang="vi"))
    assert [row[1] for row in sheet if isinstance(row[0], int)] == names
    # CSV is for machines: by code point, whatever the language.
    raw = report_bytes(report, file_format=ReportFormat.CSV, lang="vi").decode()
    assert [row[1] for row in csv.reader(io.StringIO(raw))][1:-1] == [
        "", "Chứng thực", "Hộ tịch", "Đất đai",
    ]  # fmt: skip
    by_channel = Report(
        form=FORM, period=Period.parse("statutory-2022-12"), dimensions=("channel",),
        rows=(FORM.row(("in-person",), zeros), FORM.row(("online",), zeros)),
        compare=Precision.DATE,
    )  # fmt: skip
    text = report_bytes(by_channel, file_format=ReportFormat.TEXT, lang="vi").decode()
    assert "STT        Hình thức nộp" in text
    assert "trực tuyến" in text
    assert "online" not in text


def test_fields_of_each_level_have_a_subtotal() -> None:
    def row(key: tuple[str | None, ...], handled: int) -> ReportRow:
        return FORM.row(key, {**dict.fromkeys(NAMES, 0), "handled": handled})

    rows = (row((None, "a"), 1), row(("tỉnh", "a"), 2), row(("tỉnh", "b"), 4), row(("xã", "a"), 8))
    report = Report(
        form=FORM,
        period=Period.parse("statutory-2022"),
        dimensions=("tier", "field"),
        rows=rows,
        compare=Precision.DATE,
    )
    assert [(each.key, each["handled"]) for each in report.subtotals] == [
        ((None,), 1),
        (("tỉnh",), 6),
        (("xã",), 8),
    ]
    raw = report_bytes(report, file_format=ReportFormat.CSV).decode()
    assert [[*cells[:3], cells[7]] for cells in csv.reader(io.StringIO(raw))][1:] == [
        ["subtotal", "", "", "1"], ["1", "", "a", "1"],
        ["subtotal", "tỉnh", "", "6"], ["2", "tỉnh", "a", "2"], ["3", "tỉnh", "b", "4"],
        ["subtotal", "xã", "", "8"], ["4", "xã", "a", "8"],
        ["total", "", "", "15"],
    ]  # fmt: skip
    sheet = _cells(report_bytes(report, file_format=ReportFormat.XLSX))
    assert [row[7] for row in sheet if row[1:3] == ["tỉnh", None]] == [6]
    text = report_bytes(report, file_format=ReportFormat.TEXT).decode()
    assert [line.split() for line in text.splitlines() if line.strip().startswith("tỉnh")] == [
        ["tỉnh", *"00006000000"]
    ]


def test_zero_unknown_and_nothing_to_measure_are_told_apart() -> None:
    zeros = dict.fromkeys(NAMES, 0)
    report = _report(("a", {**zeros, "late": None}))
    text = report_bytes(report, file_format=ReportFormat.TEXT, lang="en").decode()
    assert "online share: – (0/0)" in text
    assert "overdue burden: ?" in text
    (row,) = [line.split() for line in text.splitlines() if line.startswith("1 ")]
    assert row[2:] == ["0", "0", "0", "0", "0", "0", "0", "?", "0", "0", "0"]
    cells = list(
        csv.reader(io.StringIO(report_bytes(report, file_format=ReportFormat.CSV).decode()))
    )
    assert cells[1][2:] == ["0", "0", "0", "0", "0", "0", "0", "", "0", "0", "0"]
    sheet = _cells(report_bytes(report, file_format=ReportFormat.XLSX))
    (line,) = [row for row in sheet if row[:2] == [1, "a"]]
    assert line[2:] == [0, 0, 0, 0, 0, 0, 0, None, 0, 0, 0]


@settings(max_examples=cases(12, 300), suppress_health_check=[HealthCheck.too_slow])
@given(reports(), st.sampled_from(["en", "vi"]))
def test_every_report_is_written_in_every_shape_and_its_numbers_are_read_back(
    report: Report, lang: Any
) -> None:
    assert (
        from_json(report_bytes(report, file_format=ReportFormat.JSON, lang=lang), Report) == report
    )
    text = report_bytes(report, file_format=ReportFormat.TEXT, lang=lang).decode()
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    names = [column.key for column in report.form.columns]
    raw = report_bytes(report, file_format=ReportFormat.CSV, lang=lang).decode()
    header, *rows, total = csv.reader(io.StringIO(raw, newline=""))
    taken = [f"working_days_{name}" for name in report.form.handling]
    assert [unguard_text(name) for name in header] == ["row", *report.dimensions, *names, *taken]
    depth = 1 + len(report.dimensions)
    assert [row[0] for row in rows if not row[0].isdecimal()] == ["subtotal"] * len(
        report.subtotals
    )
    for cells, row in zip([row for row in rows if row[0].isdecimal()], report.rows, strict=True):
        assert [unguard_text(cell) for cell in cells[1:depth]] == [name or "" for name in row.key]
        numbers = ["" if row[name] is None else str(row[name]) for name in names]
        assert cells[depth : depth + len(names)] == numbers
    assert total[0] == "total"
    sheet = _cells(report_bytes(report, file_format=ReportFormat.XLSX, lang=lang))
    lines = [row[depth : depth + len(names)] for row in sheet if isinstance(row[0], int)]
    # A sheet is in the order of its alphabet.
    assert sorted(lines, key=str) == sorted(
        ([row[name] for name in names] for row in report.rows), key=str
    )


@given(reports())
@settings(max_examples=cases(8, 150), suppress_health_check=[HealthCheck.too_slow])
def test_equal_reports_give_equal_bytes(report: Report) -> None:
    again = from_json(report_bytes(report, file_format=ReportFormat.JSON), Report)
    for shape in ReportFormat:
        assert report_bytes(report, file_format=shape) == report_bytes(again, file_format=shape)


def test_a_workbook_carries_no_time_of_writing() -> None:
    report = _report(("a", SAMPLE))
    first = report_bytes(report, file_format=ReportFormat.XLSX)
    time.sleep(1.1)  # the time of a workbook has whole seconds
    assert report_bytes(report, file_format=ReportFormat.XLSX) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2022-12-14T00:00:00Z") == 2
    book = openpyxl.load_workbook(io.BytesIO(first))
    assert book.properties.created == datetime(2022, 12, 14)


# ---- formulas


DANGEROUS = [
    '=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1",
    "－1", "＠x",
    " =1", "\u200b=1", "\ufeff=1", "a;=1", "a\n=cmd", "'=1", "=cmd|' /C calc'!A0", "−1", "a|@x",
]  # fmt: skip
_IN_A_CELL = set("=+-@＝＋－＠﹦﹢﹣﹫−\t\r\n")


@pytest.mark.parametrize("text", DANGEROUS)
def test_texts_that_a_spreadsheet_would_run_are_guarded_in_csv(text: str) -> None:
    raw = report_bytes(_report((text, SAMPLE)), file_format=ReportFormat.CSV).decode()
    rows = list(csv.reader(io.StringIO(raw, newline="")))
    assert rows[1][1][0] == "'" or "'" in rows[1][1]
    assert unguard_text(rows[1][1]) == text


@given(st.text() | st.text(alphabet="=+-@'＝－;,|\t\r\n a\u200b\x00"))
@example("'")
@example(";'=")
@example("''=1")
def test_guarding_is_reversible_and_leaves_no_formula(text: str) -> None:
    safe = guard_text(text)
    assert unguard_text(safe) == text
    for separator in (";", ",", "|", "\t", "\n", "\r"):
        for cell in safe.split(separator):
            bare = cell.lstrip(" \u200b\x00\ufeff")
            assert not bare or bare[0] not in _IN_A_CELL or bare[0] in "\t\r\n"
    assert not safe or safe[0] not in _IN_A_CELL


def test_harmless_texts_stay_as_they_are() -> None:
    for text in (
        "Đất đai, môi trường",
        "Hộ tịch - quốc tịch",
        "A=B",
        "",
        "1+1",
        "Lao động; việc làm",
    ):
        assert guard_text(text) == text


@pytest.mark.parametrize("text", [*DANGEROUS, "{=1}", "http://example.com", "12", "1e5", "TRUE"])
def test_in_a_workbook_texts_are_texts(text: str) -> None:
    raw = report_bytes(_report((text, SAMPLE)), file_format=ReportFormat.XLSX)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert 'quotePrefix="1"' in archive.read("xl/styles.xml").decode()
    rows = openpyxl.load_workbook(io.BytesIO(raw)).active.iter_rows()  # type: ignore[union-attr]
    (cell,) = [row[1] for row in rows if row[0].value == 1]
    assert cell.data_type == "s"
    assert unescape(str(cell.value)) == text


def test_marks_that_turn_the_writing_round_do_not_reach_a_terminal() -> None:
    report = _report(("a\u202eb\nc\x1b[31m", SAMPLE))
    text = report_bytes(report, file_format=ReportFormat.TEXT).decode()
    assert "a\\u202eb\\nc\\u001b[31m" in text
    assert printable("Đất đai") == "Đất đai"


def test_numbers_that_excel_cannot_hold_are_written_as_text() -> None:
    values = {**dict.fromkeys(NAMES, 0), "handled": 10**15, "early": 10**15 - 1}
    (row,) = [
        row
        for row in _cells(report_bytes(_report(("a", values)), file_format=ReportFormat.XLSX))
        if row[:2] == [1, "a"]
    ]
    assert row[6:8] == [str(10**15), 10**15 - 1]


def test_what_no_file_can_hold_is_said() -> None:
    for text in ("\ud800", "\x00=1"):
        with pytest.raises(MisuseError, match="text-not-writable"):
            _report((text, SAMPLE))
    with pytest.raises(DataError, match="cell-too-long"):
        report_bytes(_report(("x" * 32_768, SAMPLE)), file_format=ReportFormat.XLSX)
    assert report_bytes(_report(("x" * 32_767, SAMPLE)), file_format=ReportFormat.XLSX)


def test_the_extra_is_named_where_it_is_missing() -> None:
    code = (
        "import sys; sys.modules['xlsxwriter'] = None\n"
        "from evnpubsvc.errors import MisuseError\n"
        "from evnpubsvc.serde import ReportFormat, report_bytes\n"
        "from tests.serde.test_reports import SAMPLE, _report\n"
        "try: report_bytes(_report(('a', SAMPLE)), file_format=ReportFormat.XLSX)\n"
        "except MisuseError as error: print(error.reason, 'evnpubsvc[excel]' in "
        "error.finding.hint())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["extra-missing", "True"]


# ---- files


@pytest.mark.parametrize("shape", list(ReportFormat))
def test_a_path_and_a_stream_get_the_same_bytes(tmp_path: Path, shape: ReportFormat) -> None:
    report, stream, path = (
        _report(("a", SAMPLE), known_at=date(2022, 12, 20)),
        io.BytesIO(),
        tmp_path / "report",
    )
    write_report(report, stream, file_format=shape)
    write_report(report, path, file_format=shape)
    # A CSV file, and no stream, begins with the mark by which Excel knows Vietnamese letters.
    mark = b"\xef\xbb\xbf" if shape is ReportFormat.CSV else b""
    assert path.read_bytes() == mark + stream.getvalue()
    assert stream.getvalue() == report_bytes(report, file_format=shape)
    assert [entry.name for entry in tmp_path.iterdir()] == ["report"]


class _Full(io.RawIOBase):
    """A stream whose disk has room for so many bytes."""

    def __init__(self, room: int) -> None:
        self.room, self.taken = room, b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        some = bytes(data[: min(self.room, 7)])  # a raw stream may take less than it is given
        self.room -= len(some)
        self.taken += some
        return len(some)


@pytest.mark.parametrize("shape", list(ReportFormat))
def test_a_stream_without_room_is_a_clear_error(shape: ReportFormat) -> None:
    with pytest.raises(DataError) as caught:
        write_report(_report(("a", SAMPLE)), _Full(10), file_format=shape)  # type: ignore[arg-type]
    (found,) = caught.value.findings
    assert found.reason == "file-unwritable"
    assert os.strerror(errno.ENOSPC) in found.message()


def test_a_stream_that_takes_little_at_a_time_gets_everything() -> None:
    stream = _Full(10**6)
    write_report(_report(("a", SAMPLE)), stream, file_format=ReportFormat.JSON)  # type: ignore[arg-type]
    assert from_json(stream.taken, Report) == _report(("a", SAMPLE))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_device_is_a_clear_error_and_stays_a_device() -> None:
    with pytest.raises(DataError, match="No space left on device"):
        write_report(_report(("a", SAMPLE)), "/dev/full", file_format=ReportFormat.CSV)
    assert Path("/dev/full").is_char_device()


def test_a_disk_that_fills_in_the_middle_leaves_the_old_file_and_nothing_else(
    tmp_path: Path,
) -> None:
    """A limit on the size of files stands for the full disk.

    The system refuses bytes in the middle of the file.
    """
    pytest.importorskip("resource")
    path = tmp_path / "report.csv"
    path.write_text("old", encoding="utf-8")
    code = (
        "import resource, signal, sys\n"
        "from evnpubsvc.errors import DataError\n"
        "from evnpubsvc._files import write_whole\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))\n"
        "try: write_whole(sys.argv[1], b'x' * 100_000)\n"
        "except DataError as error: reason = error.findings[0].reason\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))\n"
        "print(reason)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "file-unwritable"
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.csv"]


def test_a_file_keeps_its_rights_and_a_link_its_place(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_rights_of_new_files(tmp_path: Path) -> None:
    plain, written = tmp_path / "plain", tmp_path / "written"
    plain.write_bytes(b"")
    write_whole(written, b"")
    assert written.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("name", ["no/such/folder/x.csv", ".", "x\0y", "n" * 300])
def test_a_path_that_cannot_be_written_is_a_finding(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="file-unwritable"):
        write_whole(tmp_path / name if name != "." else tmp_path, b"x")
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_file_of_another_run_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / f".evnpubsvc-{os.getpid()}-0.tmp").write_bytes(b"unfinished")
    write_whole(tmp_path / "x", b"new")
    assert (tmp_path / "x").read_bytes() == b"new"


def test_a_stream_that_is_closed_is_a_finding() -> None:
    stream = io.BytesIO()
    stream.close()
    with pytest.raises(DataError, match="file-unwritable"):
        write_whole(stream, b"x")


def test_the_total_is_unknown_where_a_row_is() -> None:
    report = _report(("a", SAMPLE), ("b", {**SAMPLE, "late": None}))
    assert (report.total["late"], report.total["early"]) == (None, 480)
    assert report["c"] == FORM.row(("c",), dict.fromkeys(NAMES, 0))
    assert evolve(report, rows=()).total == ReportRow((), dict.fromkeys(NAMES, 0))
