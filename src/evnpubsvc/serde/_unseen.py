"""What the reader of workbooks does not see, found in the XML of an `.xlsx`, and its true size.

Every part is unpacked once, in pieces, so that no directory can lie about its size. On the way the
sheets are looked over for marks of what a reader of cells gives as blanks or bare numbers; only a
sheet that has such marks is read again, to name the places.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from typing import Final

from evnpubsvc._records import frozen
from evnpubsvc.findings import Finding, notice

ZIP: Final = b"PK\x03\x04"
_CHUNK: Final = 1 << 18
_LONGEST_TAG: Final = 512  # bytes of a piece that are looked at again with the next
_NAMED: Final = 5  # places that are named
_SHEETS: Final = "xl/worksheets/"


@frozen
class Look:
    """What a look over a workbook found.

    Attributes:
        size: bytes of all parts, counted up to the limit.
        parts: names of the parts.
        marked: parts of sheets with cells or rows that may not come through.
    """

    size: int
    parts: frozenset[str]
    marked: frozenset[str]


def look_over(data: bytes, archive: zipfile.ZipFile, limit: int) -> Look:
    """Unpack every part and keep none.

    Raises:
        ValueError: a part is not where the directory says, or is broken.
    """
    size = 0
    marked: set[str] = set()
    for part in archive.infolist():
        is_sheet = part.filename.startswith(_SHEETS)
        before = b""
        for piece in _pieces(data, part):
            size += len(piece)
            if size > limit:
                return Look(size, frozenset(), frozenset())
            if is_sheet and part.filename not in marked:
                if _has_marks(before + piece):
                    marked.add(part.filename)
                before = piece[-_LONGEST_TAG:]
    return Look(size, frozenset(archive.namelist()), frozenset(marked))


def _has_marks(xml: bytes) -> bool:
    # An f is seldom in the XML of numbers and shared texts, and a single letter is found fastest.
    if b"f" in xml and (b"<f" in xml or b":f" in xml):
        return True
    return b't="e"' in xml or b"t='e'" in xml or b"hidden=" in xml


def _pieces(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a part as its stream gives them, not as the directory counts them."""
    start = part.header_offset
    if data[start : start + 4] != ZIP:
        raise ValueError(part.filename)
    # The header before a part has its own lengths of name and extra field.
    name, extra = data[start + 26 : start + 28], data[start + 28 : start + 30]
    start += 30 + int.from_bytes(name, "little") + int.from_bytes(extra, "little")
    packed = memoryview(data)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield bytes(packed)
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise ValueError(part.filename)
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for place in range(0, len(packed), _CHUNK):
            rest = bytes(packed[place : place + _CHUNK])
            while rest:
                yield unpacker.decompress(rest, 16 * _CHUNK)
                rest = unpacker.unconsumed_tail
    except zlib.error:
        raise ValueError(part.filename) from None


# ---- what to say


def unseen(data: bytes, look: Look | None, sheet: str) -> tuple[Finding, ...]:
    """Say what of a workbook does not come through; for other kinds, that it is not seen."""
    if look is None or "xl/workbook.xml" not in look.parts:
        return (notice("cells-not-seen", ""),)

    # What the file holds besides its sheets.
    found: list[Finding] = []
    if any(part.endswith("vbaProject.bin") for part in look.parts):
        found.append(notice("workbook-has-macros", ""))
    links = sum(part.startswith("xl/externalLinks/externalLink") for part in look.parts)
    if links:
        found.append(notice("workbook-has-links", "", links))

    # What the cells of the sheet hold besides what they show.
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _part_of(archive, sheet)
        percent = _percent_styles(archive)
        if part is None or (part not in look.marked and not percent):
            return tuple(found)
        xml = archive.read(part)
    if part in look.marked:
        for reason, pattern in _UNSEEN.items():
            found += _said(reason, pattern, xml)
    if percent:
        styles = "|".join(map(str, percent))
        shown = _cell(rf"{_has('s', styles)}(?!{_ANY_TEXT})") + rf"(?:{_FORMULA})?{_TAG}v>"
        found += _said("cells-percent", _pattern(shown), xml)
    return tuple(found)


def _said(reason: str, pattern: re.Pattern[bytes], xml: bytes) -> Iterator[Finding]:
    places = [place.decode("ascii") for place in pattern.findall(xml)]
    if places:
        yield notice(reason, "", len(places), cells=tuple(places[:_NAMED]))


# Tags may have a prefix, and attributes any order and either kind of quotes.
_TAG: Final = r"<(?:\w+:)?"
_END: Final = r"</(?:\w+:)?"
_FORMULA: Final = rf"{_TAG}f\b[^>]*(?:/>|>[^<]*{_END}f>)\s*"
_NO_VALUE: Final = rf"(?:{_TAG}v\s*/>|{_TAG}v>{_END}v>)?\s*"
_ANY_TEXT: Final = r"""[^>]*\bt=["'](?!n["'])"""


def _has(name: str, value: str) -> str:
    """A look ahead to an attribute of a tag."""
    return rf"""(?=[^>]*\b{name}=["'](?:{value})["'])"""


def _cell(which: str) -> str:
    """The begin of a cell, whose name is caught."""
    return rf"""{_TAG}c\b{which}[^>]*?\br=["']([A-Z]+[0-9]+)["'][^>]*>\s*"""


def _pattern(text: str) -> re.Pattern[bytes]:
    return re.compile(text.encode("ascii"))


# What the reader of workbooks gives as blank cells, or does not tell: the place of each.
_UNSEEN: Final = {
    "cells-with-errors": _pattern(_cell(_has("t", "e"))),
    "formulas-without-value": _pattern(rf"{_cell('')}{_FORMULA}{_NO_VALUE}{_END}c>"),
    "rows-hidden": _pattern(
        rf"""{_TAG}row\b{_has("hidden", "1|true")}[^>]*?\br=["']([0-9]+)["']"""
    ),
    "columns-hidden": _pattern(
        rf"""{_TAG}col\b{_has("hidden", "1|true")}[^>]*?\bmin=["']([0-9]+)["']"""
    ),
}
_ATTRIBUTE: Final = re.compile(rb"""([\w:]+)=(?:"([^"]*)"|'([^']*)')""")
_SHEET_TAG: Final = _pattern(rf"{_TAG}sheet [^>]*>")
_RELATION_TAG: Final = _pattern(rf"{_TAG}Relationship [^>]*>")
_FORMAT_TAG: Final = _pattern(rf"{_TAG}numFmt [^>]*>")
_CELL_STYLES: Final = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE_TAG: Final = _pattern(rf"{_TAG}xf [^>]*>")
_PERCENT_FORMATS: Final = frozenset({"9", "10"})  # those that Excel has by itself


def _tags(archive: zipfile.ZipFile, part: str, pattern: re.Pattern[bytes]) -> list[dict[str, str]]:
    return [_attributes(each) for each in pattern.findall(archive.read(part))]


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        name.decode(): unescape((value or other).decode("utf-8", "replace"))
        for name, value, other in _ATTRIBUTE.findall(tag)
    }


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part that holds a sheet."""
    try:
        sheets = _tags(archive, "xl/workbook.xml", _SHEET_TAG)
        relations = _tags(archive, "xl/_rels/workbook.xml.rels", _RELATION_TAG)
        targets = {each["Id"]: each["Target"] for each in relations}
        target = next(targets[each["r:id"]] for each in sheets if each["name"] == sheet)
        if target.startswith("/"):
            part = target.lstrip("/")
        else:
            part = f"xl/{target}"
        return archive.getinfo(part).filename
    except (KeyError, StopIteration):
        return None


def _percent_styles(archive: zipfile.ZipFile) -> list[int]:
    """The numbers of the cell styles that show a share as a percentage."""
    try:
        xml = archive.read("xl/styles.xml")
    except KeyError:
        return []
    formats = map(_attributes, _FORMAT_TAG.findall(xml))
    percent = {each.get("numFmtId") for each in formats if "%" in each.get("formatCode", "")}
    styles = _CELL_STYLES.search(xml)
    if styles is None:
        return []
    return [
        number
        for number, tag in enumerate(_STYLE_TAG.findall(styles[0]))
        if _attributes(tag).get("numFmtId") in percent | _PERCENT_FORMATS
    ]


def cell_name(row: int, column: int) -> str:
    """Return what a cell is called, from its places from 0: `A1`.

    >>> cell_name(0, 0), cell_name(9, 27)
    ('A1', 'AB10')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
