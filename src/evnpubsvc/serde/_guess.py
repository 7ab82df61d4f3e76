"""A first mapping of a table that nobody has described yet: guessed, with a reason for each guess.

Names of columns say what a column may be, its cells whether it can be. What neither settles is
written as a comment, for people to decide; a mapping with such comments reads nothing wrongly, it
reads less.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Final

from attrs import frozen

from evnpubsvc._files import Source
from evnpubsvc._letters import plain_letters
from evnpubsvc._moments import VIETNAM_TIME
from evnpubsvc.dossiers import EventKind
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.quantities import parse_number
from evnpubsvc.serde._registers import DateStyle, moment_parser
from evnpubsvc.serde._shapes import Table, TableLayout
from evnpubsvc.serde._words import plain_word
from evnpubsvc.serde._workbooks import open_table
from evnpubsvc.services import read_channel
from evnpubsvc.statistics import RegisterStatus
from evnpubsvc.texts import LANGUAGES, Language, render

_LOOKED_AT: Final = 1_000  # rows
_MOST_VALUES: Final = 30  # different texts of a column of words
_ENOUGH: Final = 0.9  # share of cells that must be such


def _words(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(","))


# Words that the names of columns hold, without accents; the likeliest first.
_MOMENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "received": _words(
            "ngay nhan, tiep nhan, nhan ho so, ngay nop, received, receipt, opened, open dt,"
            "submitted, startdate, start date"
        ),
        "due": _words(
            "hen tra, ngay hen, han tra, thoi han, han xu ly, han giai quyet, due, deadline,"
            "target, enddate planned"
        ),
        "finished": _words(
            "ngay tra, tra ket qua, hoan thanh, ket thuc, da tra, finished, closed, completed,"
            "resolved, enddate, end date"
        ),
    }
)
_OTHERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "code": _words(
            "ma ho so, so ho so, so bien nhan, ma bien nhan, dossier, case id, code, number, ma so"
        ),
        "status": _words("trang thai, tinh trang, status, state"),
    }
)
_DIMENSIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "channel": _words("hinh thuc nop, hinh thuc tiep nhan, hinh thuc, kenh, channel"),
        "procedure": _words("thu tuc, tthc, procedure, service"),
        "field": _words("linh vuc, field"),
        "level": _words("muc do, level"),
        "unit": _words(
            "don vi, co quan, ten xa, xa phuong, unit, agency, department, office, commune"
        ),
    }
)
_LOG: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "timestamp": _words(
            "thoi gian, thoi diem, ngay gio, ngay thuc hien, timestamp, time, ngay, date"
        ),
        "case": _words(
            "ma ho so, so ho so, so bien nhan, ma bien nhan, case id, case, dossier, ma so, code"
        ),
        "activity": _words(
            "hoat dong, hanh dong, su kien, cong viec, buoc, xu ly, activity, action, event, task,"
            "step, trang thai, status"
        ),
        "unit": _words("don vi, co quan, ten xa, unit, agency, department, office"),
        "procedure": _words("ma thu tuc, thu tuc, tthc, procedure"),
        "channel": _words("hinh thuc nop, hinh thuc tiep nhan, kenh, channel"),
    }
)
# What the names of activities hold, without accents; the more telling first.
_ACTIVITIES: Final[Mapping[EventKind, tuple[str, ...]]] = MappingProxyType(
    {
        EventKind.REFUSED: _words("tu choi, refuse, reject"),
        EventKind.SUPPLEMENT_RECEIVED: _words("da bo sung, nhan bo sung, supplement received"),
        EventKind.SUPPLEMENT_REQUESTED: _words("bo sung, supplement"),
        EventKind.WITHDRAWAL_ASKED: _words("rut ho so, withdraw"),
        EventKind.APOLOGY: _words("xin loi, apolog"),
        EventKind.STOPPED: _words("dung xu ly, tam dung, stop, suspend"),
        EventKind.RESUMED: _words("tiep tuc, resume"),
        EventKind.RETURNED: _words("tra ket qua, da tra, return, deliver"),
        EventKind.RESOLVED: _words("xu ly xong, co ket qua, phe duyet, ky duyet, resolve, approve"),
        EventKind.TRANSFERRED: _words("chuyen, transfer, forward"),
        EventKind.RECEIVED: _words("tiep nhan, nhan ho so, receive, register"),
        EventKind.SUBMITTED: _words("nop, submit"),
    }
)
_UNITS: Final = _words("ma don vi, don vi, co quan, ten xa, unit, agency, department, commune")
_NAMES: Final = _words("ten don vi, ten, name")


@frozen
class Guess:
    """One line of a mapping.

    Attributes:
        key: key of the mapping.
        value: its value in TOML.
        reason: key of the text that says why.
        parts: what the text names.
        settled: whether it holds; else it is written as a comment, for people to decide.
    """

    key: str
    value: str
    reason: str
    parts: Mapping[str, object]
    settled: bool = True

    def line(self, lang: Language) -> str:
        """Return the line as it stands in a mapping."""
        why = render(self.reason, lang, self.parts)
        mark = "" if self.settled else "# "
        return f"{mark}{self.key} = {self.value}  # {why}"


@frozen
class GuessedMapping:
    """A first mapping, to be read and edited by people.

    Attributes:
        main: lines of the mapping itself.
        tables: name of a table of the mapping -> its lines.
        unused: columns that nothing was guessed for.
        notices: what was recognised about the file.
    """

    main: tuple[Guess, ...]
    tables: tuple[tuple[str, tuple[Guess, ...]], ...]
    unused: tuple[str, ...]
    notices: tuple[Finding, ...]

    def toml(self, lang: Language) -> str:
        """Return the mapping as TOML, a reason behind each line."""
        lines = [f"# {render('guess-head', lang, {})}", *(each.line(lang) for each in self.main)]
        for name, guesses in self.tables:
            lines += ["", f"[{name}]", *(each.line(lang) for each in guesses)]
        if self.unused:
            listed = ", ".join(json.dumps(name, ensure_ascii=False) for name in self.unused)
            lines += ["", f"# {render('guess-unused', lang, {})} {listed}"]
        return "\n".join(lines) + "\n"


@frozen
class _Column:
    name: str
    cells: tuple[str, ...]

    @property
    def words(self) -> str:
        """The name without accents, capitals and marks."""
        return _bare(self.name)

    @property
    def values(self) -> tuple[str, ...]:
        """The different texts, most frequent first."""
        return tuple(text for text, _ in Counter(self.cells).most_common())


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFD", plain_letters(text).casefold()).replace("đ", "d")
    kept = (letter if letter.isalnum() else " " for letter in letters if not _is_mark(letter))
    return " ".join("".join(kept).split())


def _is_mark(letter: str) -> bool:
    return unicodedata.combining(letter) > 0


def guess_register(source: Source, layout: TableLayout) -> GuessedMapping:
    """Guess how a register of dossiers is laid out.

    Raises:
        DataError: `header-missing` and what else keeps the table from being read.
    """
    with open_table(source, layout.shape(_may_be_names)) as table:
        columns = _columns_of(table)
        free = {column.name: column for column in columns}
        main = list(_about_the_file(table, layout))
        style = _style_of(columns)

        # Days and times: by name, and only where the cells are such.
        for key, words in _MOMENTS.items():
            found = _named(free.values(), words, lambda column: _are_days(column, style))
            if found is not None:
                del free[found[0].name]
                main.append(_guess(key, found, "guess-days"))
            elif key == "received":
                main.append(Guess(key, '""', "guess-none", {}, settled=False))
        main += _dates(columns, style)
        main += _swapped(table)

        # Other columns by name.
        tables: list[tuple[str, tuple[Guess, ...]]] = []
        for key, words in _OTHERS.items():
            found = _named(free.values(), words, _has_cells)
            if found is not None:
                del free[found[0].name]
                main.append(_guess(key, found, "guess-name"))
                if key == "status":
                    tables.append(("statuses", tuple(_statuses(found[0]))))
        dimensions: list[Guess] = []
        for key, words in _DIMENSIONS.items():
            found = _named(free.values(), words, _has_cells)
            if found is not None:
                del free[found[0].name]
                dimensions.append(_guess(key, found, "guess-name"))
                if key == "channel":
                    tables.append(("values.channel", tuple(_channels(found[0]))))
        if dimensions:
            tables.insert(0, ("dimensions", tuple(dimensions)))
        return GuessedMapping(tuple(main), tuple(tables), tuple(free), table.notices)


def guess_log(source: Source, layout: TableLayout) -> GuessedMapping:
    """Guess how an event log is laid out: case, activity, time, and what its activities are.

    Raises:
        DataError: `header-missing` and what else keeps the table from being read.
    """
    with open_table(source, layout.shape(_may_be_names)) as table:
        columns = _columns_of(table)
        free = {column.name: column for column in columns}
        main = list(_about_the_file(table, layout))
        style = _style_of(columns)
        tables: list[tuple[str, tuple[Guess, ...]]] = []
        for key, words in _LOG.items():
            is_time = key == "timestamp"
            fits = partial(_are_days, style=style) if is_time else _has_cells
            found = _named(free.values(), words, fits)
            if found is not None:
                del free[found[0].name]
                main.append(_guess(key, found, "guess-days" if is_time else "guess-name"))
                if key == "activity":
                    tables.append(("activities", tuple(_activities(found[0]))))
                elif key == "channel":
                    tables.append(("channels", tuple(_channels(found[0]))))
            elif key in {"case", "activity", "timestamp"}:
                main.append(Guess(key, '""', "guess-none", {}, settled=False))
        main += _dates(columns, style)
        main += _swapped(table)
        return GuessedMapping(tuple(main), tuple(tables), tuple(free), table.notices)


def guess_figures(
    source: Source, layout: TableLayout, figures: Mapping[str, Sequence[str]]
) -> GuessedMapping:
    """Guess how a table of figures is laid out, for figures with the names that each may have."""
    with open_table(source, layout.shape(_may_be_names)) as table:
        columns = _columns_of(table)
        free = {column.name: column for column in columns}
        main = list(_about_the_file(table, layout))
        for key, words in (("unit", _UNITS), ("name", _NAMES)):
            found = _named(free.values(), words, _has_cells)
            if found is not None:
                del free[found[0].name]
                main.append(_guess(key, found, "guess-name"))
            elif key == "unit":
                main.append(Guess(key, '""', "guess-none", {}, settled=False))
        guesses: list[Guess] = []
        for key, names in figures.items():
            words = tuple(_bare(name) for name in names)
            found = _named(free.values(), words, _are_numbers)
            if found is None:
                guesses.append(Guess(key, '""', "guess-none", {}, settled=False))
            else:
                del free[found[0].name]
                guesses.append(_guess(key, found, "guess-numbers"))
        tables = (("figures", tuple(guesses)),)
        return GuessedMapping(tuple(main), tables, tuple(free), table.notices)


# ---- what columns are


def _may_be_names(names: Collection[str]) -> bool:
    """Whether a row may be the names of columns: several texts, all different, none a number."""
    given = list(names)
    filled = [name for name in given if name]
    if len(filled) < 2 or len(filled) * 2 < len(given) or len(set(filled)) < len(filled):
        return False
    return not any(_is_number(name) for name in filled)


def _columns_of(table: Table) -> list[_Column]:
    """The columns with their first cells; empty cells are left out."""
    rows = [each[1] for each in islice(table.rows, _LOOKED_AT) if not isinstance(each, Finding)]
    return [
        _Column(name, tuple(row[place].strip() for row in rows if row[place].strip()))
        for place, name in enumerate(table.header)
        if name
    ]


def _named(
    columns: Iterable[_Column], words: Sequence[str], fits: Callable[[_Column], bool]
) -> tuple[_Column, str] | None:
    """Return the column whose name holds the earliest of the words, and that word."""
    fitting = [column for column in columns if fits(column)]
    for word in words:
        for column in fitting:
            if f" {word} " in f" {column.words} ":
                return column, word
    return None


def _has_cells(column: _Column) -> bool:
    return bool(column.cells)


def _are_days(column: _Column, style: DateStyle | None) -> bool:
    styles = [style] if style is not None else list(DateStyle)
    return any(_share_read(column.cells, each) >= _ENOUGH for each in styles)


def _share_read(cells: Sequence[str], style: DateStyle) -> float:
    read = moment_parser(style, VIETNAM_TIME)
    return sum(read(cell) is not None for cell in cells) / len(cells) if cells else 0.0


def _are_numbers(column: _Column) -> bool:
    return bool(column.cells) and sum(map(_is_number, column.cells)) >= _ENOUGH * len(column.cells)


def _is_number(text: str) -> bool:
    try:
        parse_number(text)
    except DataError as error:
        return error.findings[0].reason == "number-ambiguous"
    return True


# ---- styles of dates


def _dated(columns: Iterable[_Column]) -> list[str]:
    """The cells of all columns that hold days in some style; bare numbers are no days here."""
    return [
        cell
        for column in columns
        if not _are_numbers(column) and _are_days(column, None)
        for cell in column.cells
    ]


def _style_of(columns: Sequence[_Column]) -> DateStyle | None:
    """The one style in which all days are read; None where there is none, or two."""
    cells = _dated(columns)
    styles = [style for style in _TYPED_STYLES if cells and _share_read(cells, style) >= _ENOUGH]
    return styles[0] if len(styles) == 1 else None


_TYPED_STYLES: Final = (DateStyle.ISO, DateStyle.DMY, DateStyle.MDY)


def _dates(columns: Sequence[_Column], style: DateStyle | None) -> Iterator[Guess]:
    """The key `dates`: settled by days above 12, left to people where nothing settles it."""
    cells = _dated(columns)
    if style is None:
        if cells:
            yield Guess("dates", '"dmy"', "guess-dates-open", {"count": len(cells)}, settled=False)
        return
    read = moment_parser(style, VIETNAM_TIME)
    days = [moment for cell in cells if (moment := read(cell)) is not None]
    above = sum(moment.day > 12 for moment in days)
    parts = {"count": len(days), "above": above}
    yield Guess("dates", json.dumps(style.value), "guess-dates", parts)


def _swapped(table: Table) -> Iterator[Guess]:
    """The key `swapped_days`, where a spreadsheet may have taken day for month: for people."""
    named = ((table.header[place], each) for place, each in table.days.items())
    for name, each in named:
        if each.is_half_converted:
            parts = {"column": name, "typed": each.typed, "texts": each.texts_above}
            yield Guess("swapped_days", "true", "guess-swapped", parts, settled=False)
            return


# ---- lines


def _guess(key: str, found: tuple[_Column, str], reason: str) -> Guess:
    column, word = found
    parts = {"word": word, "examples": column.values[:3]}
    return Guess(key, _quoted(column.name), reason, parts)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _about_the_file(table: Table, layout: TableLayout) -> Iterator[Guess]:
    """The keys of what was recognised about the file."""
    keys = {
        "header-found": "header_row",
        "header-rows-found": "header_rows",
        "delimiter-found": "delimiter",
        "sheet-taken": "sheet",
    }
    for each in table.notices:
        key = keys.get(each.reason)
        if key is not None and getattr(layout, key) is None:
            value = each.value if isinstance(each.value, int) else _quoted(str(each.value))
            yield Guess(key, str(value), "guess-file", {"reason": each.reason})


def _statuses(column: _Column) -> Iterator[Guess]:
    """What each word of the status means, where it is the name of a status."""
    known = {
        plain_word(status.text.get(lang)): status for status in RegisterStatus for lang in LANGUAGES
    }
    known |= {status.value: status for status in RegisterStatus}
    for word in column.values[:_MOST_VALUES]:
        status = known.get(plain_word(word))
        if status is None:
            yield Guess(_quoted(word), '""', "guess-word-open", {}, settled=False)
        else:
            yield Guess(_quoted(word), _quoted(status.value), "guess-word", {"meaning": status})


def _activities(column: _Column) -> Iterator[Guess]:
    """What each activity is: settled where it is the name of a kind, else a proposal."""
    known = {plain_word(kind.text.get(lang)): kind for kind in EventKind for lang in LANGUAGES}
    known |= {kind.value: kind for kind in EventKind}
    for word in column.values[:_MOST_VALUES]:
        kind = known.get(plain_word(word))
        near = next((each for each, words in _ACTIVITIES.items() if _holds(word, words)), None)
        if kind is not None:
            yield Guess(_quoted(word), _quoted(kind.value), "guess-word", {"meaning": kind})
        elif near is not None:
            parts = {"meaning": near}
            yield Guess(_quoted(word), _quoted(near.value), "guess-word-near", parts, settled=False)
        else:
            yield Guess(_quoted(word), '""', "guess-word-open", {}, settled=False)


def _holds(text: str, words: Iterable[str]) -> bool:
    return any(word in _bare(text) for word in words)


def _channels(column: _Column) -> Iterator[Guess]:
    """Which channel each word means."""
    for word in column.values[:_MOST_VALUES]:
        channel = read_channel(word)
        if channel is None:
            yield Guess(_quoted(word), '""', "guess-word-open", {}, settled=False)
        else:
            yield Guess(_quoted(word), _quoted(channel.value), "guess-word", {"meaning": channel})
