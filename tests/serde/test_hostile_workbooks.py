"""Hostile workbooks are refused, or harmless, within seconds and within memory.

Each is read in a process of its own that the system ends beyond so much time or memory.
"""

import io
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("python_calamine", reason="the extra excel reads workbooks")
xlsxwriter: Any = pytest.importorskip("xlsxwriter")
resource: Any = pytest.importorskip("resource", reason="limits of processes are of POSIX")

_SECONDS = 20  # of a process, most of which is starting; a reader without bounds takes minutes
_MEMORY = 1 << 30  # bytes of address space, the libraries among them
_READ = """
import resource, sys
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import RegisterColumns, read_register
import python_calamine
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]),) * 2)
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[3]),) * 2)
columns = RegisterColumns(dimensions={"unit": "unit"})
try:
    read = list(read_register(sys.argv[1], columns))
except DataError as error:
    read = list(error.findings)
found = sorted({each.reason for each in read if isinstance(each, Finding)})
print(sum(not isinstance(each, Finding) for each in read), *found)
"""


def _nothing(_: Any, __: Any) -> None:
    """Add nothing to a workbook."""


def _book(more: Callable[[Any, Any], None] = _nothing) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("received", "unit"))
    sheet.write_row(1, 0, ("2022-12-01", "A"))
    more(book, sheet)
    book.close()
    return buffer.getvalue()


def _packed(block: bytes, times: int, head: bytes = b"", tail: bytes = b"") -> tuple[bytes, int]:
    """A DEFLATE stream of a block so many times, packed once; and its size unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(tail) + packer.flush(zlib.Z_FINISH)
    return first + middle * times + last, len(head) + len(block) * times + len(tail)


def _swollen(block: bytes, times: int, head: bytes, tail: bytes) -> bytes:
    """A sound workbook whose sheet was replaced by one that unpacks to much more."""
    stream, size = _packed(block, times, head, tail)
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_book())) as given,
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in given.namelist():
            if part != "xl/worksheets/sheet1.xml":
                made.writestr(part, given.read(part))
    data = bytearray(whole.getvalue())
    # The part goes before the directory; sizes that 32 bits cannot hold are a lie.
    place = data.rindex(b"PK\x05\x06")
    directory = int.from_bytes(data[place + 16 : place + 20], "little")
    name = b"xl/worksheets/sheet1.xml"
    told = (len(stream).to_bytes(4, "little"), (size & 0xFFFF_FFFF).to_bytes(4, "little"))
    common = b"\x14\0\0\0\x08\0\0\0\x21\0" + bytes(4) + told[0] + told[1]
    local = b"PK\x03\x04" + common + len(name).to_bytes(2, "little") + bytes(2) + name + stream
    entry = b"PK\x01\x02\x14\0" + common + len(name).to_bytes(2, "little") + bytes(12)
    entry += directory.to_bytes(4, "little") + name
    count = int.from_bytes(data[place + 10 : place + 12], "little") + 1
    entries = bytes(data[directory:place]) + entry
    end = b"PK\x05\x06" + bytes(4) + count.to_bytes(2, "little") * 2
    end += len(entries).to_bytes(4, "little")
    end += (directory + len(local)).to_bytes(4, "little") + bytes(2)
    return bytes(data[:directory]) + local + entries + end


_SHEET = (
    b'<?xml version="1.0"?><worksheet '
    b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
_ROW = b"<row><c><v>1</v></c></row>"


def _circle(_: Any, sheet: Any) -> None:
    sheet.write(100_000, 1, "x")
    sheet.write_formula("A3", "=A4", None, "2022-12-02")
    sheet.write_formula("A4", "=A3", None, "2022-12-02")
    sheet.write_formula("B3", "=B4", None, "B")
    sheet.write_formula("B4", "=B3+1", None, "B")


def _harmless() -> bytes:
    buffer = io.BytesIO(_book(_circle))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x" * 1_000)
        archive.writestr("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    return buffer.getvalue()


_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    # Ten gigabytes of rows; of zeros in one cell; and a small file that only says so.
    "rows": (
        lambda: _swollen(_ROW * 400_000, 1_000, _SHEET, b"</sheetData></worksheet>"),
        "0 workbook-too-large",
    ),
    "zeros": (lambda: _swollen(bytes(1 << 24), 640, _SHEET, b""), "0 workbook-too-large"),
    "columns": (
        lambda: _book(lambda _, sheet: sheet.write(1, 16_383, "x")),
        "0 workbook-too-large",
    ),
    # A cell far below, formulas in a circle, macros and links to other files.
    "harmless": (_harmless, "3 received-blank workbook-has-links workbook-has-macros"),
}  # fmt: skip


@pytest.mark.parametrize("which", _FILES)
def test_time_and_memory_of_a_hostile_workbook_are_bounded(which: str, tmp_path: Path) -> None:
    make, expected = _FILES[which]
    path = tmp_path / "register.xlsx"
    path.write_bytes(make())
    call = [sys.executable, "-c", _READ, str(path), str(_SECONDS), str(_MEMORY)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, expected), done.stderr[-500:]
