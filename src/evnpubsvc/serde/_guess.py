"""A first mapping of a table that nobody has described yet: guessed, with a reason for each guess.

Names of columns say what a column may be, its cells whether it can be. What neither settles is
written as a comment, for people to decide; a mapping with such comments reads nothing wrongly, it
reads less.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import takewhile
from types import MappingProxyType
from typing import Final

from attrs import evolve

from evnpubsvc._files import Source
from evnpubsvc._letters import plain_letters
from evnpubsvc._moments import VIETNAM_TIME
from evnpubsvc._records import frozen
from evnpubsvc.dossiers import EventKind, Status
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.quantities import parse_number
from evnpubsvc.serde._registers import DateStyle, moment_parser
from evnpubsvc.serde._shapes import Table, TableLayout, TableShape, first_text
from evnpubsvc.serde._total_names import begins_as_total
from evnpubsvc.serde._words import plain_word
from evnpubsvc.serde._workbooks import open_table
from evnpubsvc.services import read_channel
from evnpubsvc.statistics import RegisterStatus
from evnpubsvc.texts import LANGUAGES, Language
from evnpubsvc.texts.parts import render

_LOOKED_AT: Final = 1_000  # rows
_MOST_VALUES: Final = 30  # different texts of a column of words
_BELOW: Final = 60  # rows at the end of a table that are looked at
_NOTE, _SHORTEST_NOTE = 40, 5  # letters of a text below a table
_ENOUGH: Final = 0.9  # share of cells that must be such


def _words(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(","))


# Words that the names of columns hold, without accents; the likeliest first.
_MOMENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "received": _words(
            "ngay tiep nhan, ngay nhan, tiep nhan, nhan ho so, ngay nop, ngay gui, ngay dang ky,"
            "received, receipt, opened, open dt, submitted, startdate, start date"
        ),
        "due": _words(
            "hen tra, ngay hen, han tra, thoi han, han xu ly, han giai quyet, han hoan thanh,"
            "du kien tra, tra du kien, phai tra, due, deadline, target, enddate planned"
        ),
        "finished": _words(
            "co ket qua, ngay tra, tra ket qua, hoan thanh, ket thuc, xu ly xong, giai quyet xong,"
            "ngay giai quyet, ngay xong, da tra, finished, closed, completed, resolved, enddate,"
            "end date"
        ),
    }
)
_OTHERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "code": _words(
            "ma ho so, so ho so, ma hs, so hs, so bien nhan, ma bien nhan, bien nhan, dossier,"
            "case id, code, number, ma so"
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
            "don vi, co quan, ten xa, xa phuong, xa, phuong, ubnd, unit, agency, department,"
            "office, commune"
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
# What the names of statuses hold, as they are written, with a day of the end and without; the more
# telling first. "Dừng" and "đúng" differ in accents alone.
_ENDED: Final[Mapping[RegisterStatus, tuple[str, ...]]] = MappingProxyType(
    {
        RegisterStatus.REFUSED: _words("không tiếp nhận, từ chối tiếp nhận"),
        RegisterStatus.DECLINED: _words("từ chối, rejected, declined"),
        RegisterStatus.WITHDRAWN: _words("rút, withdrawn"),
        RegisterStatus.STOPPED: _words("dừng, huỷ, hủy, stopped, cancelled, canceled"),
        RegisterStatus.RESULT: _words(
            "trả kết quả, hoàn thành, đã giải quyết, đã xử lý, đã trả, có kết quả, đã xong,"
            "kết thúc, finished, closed, completed, resolved, done, returned"
        ),
    }
)
_OPEN: Final[Mapping[RegisterStatus, tuple[str, ...]]] = MappingProxyType(
    {
        RegisterStatus.PAUSED: _words(
            "bổ sung, tạm dừng, nghĩa vụ tài chính, paused, suspended, supplement"
        ),
        RegisterStatus.WAITING: _words("chờ tiếp nhận, mới nộp, mới đăng ký, new, submitted"),
        RegisterStatus.RUNNING: _words(
            "đang xử lý, đang giải quyết, đang thụ lý, chưa giải quyết, chưa xử lý, đã tiếp nhận,"
            "mới tiếp nhận, chờ ký, chờ phê duyệt, thẩm định, open, in progress, processing,"
            "running"
        ),
    }
)
_SURE: Final = frozenset({RegisterStatus.RESULT, RegisterStatus.RUNNING})
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
    """A column with its cells, trimmed: all of them, and those that say something."""

    name: str
    all_cells: tuple[str, ...]
    cells: tuple[str, ...]

    @classmethod
    def of(cls, name: str, cells: Iterable[str]) -> _Column:
        """Return a column of some cells."""
        given = tuple(cells)
        return cls(name, given, tuple(filter(None, given)))

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
    with open_table(source, _shape(layout)) as table:
        rows = _Rows.of(table)
        columns = rows.columns(table.header)
        free = {column.name: column for column in columns}
        main = list(_about_the_file(table, layout))
        style = _style_of(columns)

        # Days and times: by name, and only where the cells are such.
        days: dict[str, _Column] = {}
        for key, words in _MOMENTS.items():
            found = _named(free.values(), words, lambda column: _are_days(column, style))
            if found is not None:
                days[key] = free.pop(found.column.name)
                main.append(_guess(key, found, "guess-days"))
            else:
                main += _by_name(key, free, words, "guess-no-days", needed=key == "received")
        main += _dates(columns, style, days.values())
        main += _swapped(table)
        received = [column.name for key, column in days.items() if key == "received"]
        main += rows.frame(table.header, received, partial(_is_day, style=style))

        # Other columns by name.
        tables: list[tuple[str, tuple[Guess, ...]]] = []
        for key, words in _OTHERS.items():
            found = _named(free.values(), words, _has_cells)
            if found is not None:
                del free[found.column.name]
                main.append(_guess(key, found, "guess-name"))
                if key == "status":
                    tables.append(
                        ("statuses", tuple(_statuses(found.column, days.get("finished"))))
                    )
        dimensions: list[Guess] = []
        for key, words in _DIMENSIONS.items():
            found = _named(free.values(), words, _has_cells)
            if found is not None:
                del free[found.column.name]
                dimensions.append(_guess(key, found, "guess-name"))
                if key == "channel":
                    tables.append(("values.channel", tuple(_channels(found.column))))
        if dimensions:
            tables.insert(0, ("dimensions", tuple(dimensions)))
        times = tuple(_times(days, free, table.header))
        if times:
            tables.append(("times", times))
            free = {
                name: each
                for name, each in free.items()
                if _quoted(name) not in [guess.value for guess in times]
            }
        return GuessedMapping(tuple(main), tuple(tables), tuple(free), table.notices)


def guess_log(source: Source, layout: TableLayout) -> GuessedMapping:
    """Guess how an event log is laid out: case, activity, time, and what its activities are.

    Raises:
        DataError: `header-missing` and what else keeps the table from being read.
    """
    with open_table(source, _shape(layout)) as table:
        rows = _Rows.of(table)
        columns = rows.columns(table.header)
        free = {column.name: column for column in columns}
        main = list(_about_the_file(table, layout))
        style = _style_of(columns)

        # The columns of a log by their names, each used once.
        tables: list[tuple[str, tuple[Guess, ...]]] = []
        timestamps: list[str] = []
        for key, words in _LOG.items():
            is_time = key == "timestamp"
            fits = partial(_are_days, style=style) if is_time else _has_cells
            found = _named(free.values(), words, fits)
            if found is not None:
                del free[found.column.name]
                if is_time:
                    timestamps.append(found.column.name)
                main.append(_guess(key, found, "guess-days" if is_time else "guess-name"))
                if key == "activity":
                    tables.append(("activities", tuple(_activities(found.column))))
                elif key == "channel":
                    tables.append(("channels", tuple(_channels(found.column))))
            elif key in {"case", "activity", "timestamp"}:
                main.append(Guess(key, '""', "guess-none", {}, settled=False))

        # How its days are written, and where its rows begin and end.
        stamps = [column for column in columns if column.name in timestamps]
        main += _dates(columns, style, stamps)
        main += _swapped(table)
        main += rows.frame(table.header, timestamps, partial(_is_day, style=style))

        # Hours in a column of their own.
        stamped = dict(zip(["timestamp"], stamps, strict=False))
        times = tuple(_times(stamped, free, table.header))
        if times:
            tables.append(("times", times))
        return GuessedMapping(tuple(main), tuple(tables), tuple(free), table.notices)


def guess_figures(
    source: Source, layout: TableLayout, figures: Mapping[str, Sequence[str]]
) -> GuessedMapping:
    """Guess how a table of figures is laid out, for figures with the names that each may have."""
    with open_table(source, _shape(layout)) as table:
        rows = _Rows.of(table)
        columns = rows.columns(table.header)
        free = {column.name: column for column in columns}
        main = list(_about_the_file(table, layout))
        for key, words in (("unit", _UNITS), ("name", _NAMES)):
            found = _named(free.values(), words, _has_cells)
            if found is not None:
                del free[found.column.name]
                main.append(_guess(key, found, "guess-name"))
            elif key == "unit":
                main.append(Guess(key, '""', "guess-none", {}, settled=False))
        guesses: list[Guess] = []
        taken: list[_Column] = []
        for key, names in figures.items():
            words = tuple(_bare(name) for name in names)
            found = _named(free.values(), words, _are_numbers)
            if found is None:
                guesses += _by_name(key, free, words, "guess-no-numbers", needed=True)
            else:
                del free[found.column.name]
                taken.append(found.column)
                guesses.append(_guess(key, found, "guess-numbers"))
        main += rows.frame(table.header, [column.name for column in taken], _is_number)
        main += _marks(taken)
        tables = (("figures", tuple(guesses)),)
        return GuessedMapping(tuple(main), tables, tuple(free), table.notices)


def _shape(layout: TableLayout) -> TableShape:
    """How to find a table that nobody has described; the rows below it may be short."""
    shape = evolve(layout, short_rows=True).shape(_may_be_names)
    return evolve(shape, seeks_second_row=True)


# ---- what columns are


def _may_be_names(names: Collection[str]) -> bool:
    """Whether a row may be the names of columns: several texts, all different, none a number."""
    given = list(names)
    filled = [name for name in given if name]
    if len(filled) < 2 or len(filled) * 2 < len(given) or len(set(filled)) < len(filled):
        return False
    return not any(_is_number(name) for name in filled)


@frozen
class _Rows:
    """The rows of a table, as far as they are looked at; cells are trimmed.

    Attributes:
        first: the first rows.
        last: the last rows.
        totals: rows that are called totals, wherever they are.
    """

    first: Sequence[Sequence[str]]
    last: Sequence[Sequence[str]]
    totals: Sequence[Sequence[str]]

    @classmethod
    def of(cls, table: Table) -> _Rows:
        """Read a table to its end."""
        first, totals = list[list[str]](), list[list[str]]()
        last = deque[list[str]](maxlen=_BELOW)
        for each in table.rows:
            if isinstance(each, Finding):
                continue
            row = [cell.strip() for cell in each[1]]
            last.append(row)
            if begins_as_total(first_text(row)):
                totals.append(row)
            elif len(first) < _LOOKED_AT:
                first.append(row)
        if len(first) < _LOOKED_AT:
            first = _without_notes(first)
        return cls(first, tuple(last), totals)

    def columns(self, header: Sequence[str]) -> list[_Column]:
        """Return the columns with the cells of the first rows."""
        return [
            _Column.of(name, (row[place] for row in self.first))
            for place, name in enumerate(header)
            if name
        ]

    def frame(
        self, header: Sequence[str], keys: Collection[str], is_said: Callable[[str], bool]
    ) -> Iterator[Guess]:
        """Yield the keys of what is no row of the table: rows of few cells that say nothing.

        A row that says more is one with a mistake, which is never left out.

        Args:
            header: the names of the columns.
            keys: columns in which a row of the table says something.
            is_said: whether a cell of them says it: a day, a number.
        """
        places = [place for place, name in enumerate(header) if name in keys]
        if not places:
            return

        def is_outside(row: Sequence[str]) -> bool:
            few = 2 * sum(map(bool, row)) < len(row)
            return few and not any(row[place] and is_said(row[place]) for place in places)

        # Totals, and what is written below the last row.
        called = (first_text(row) for row in self.totals if is_outside(row))
        totals = tuple(dict.fromkeys(map(_total, called)))
        below = reversed(list(takewhile(is_outside, reversed(self.last))))
        notes = [text for text in map(first_text, below) if text and not begins_as_total(text)]
        if totals:
            yield Guess("totals", _quoted_all(totals[:_MOST_VALUES]), "guess-totals", {})
        if notes:
            yield Guess("ends_with", _quoted_all([_beginning(notes[0])]), "guess-end", {})


def _without_notes(rows: list[list[str]]) -> list[list[str]]:
    """Leave out what is written below a table: its last rows without any number or day.

    Only columns in which most cells are numbers or days are looked at.
    """
    known: dict[str, bool] = {}

    def counts(cell: str) -> bool:
        if cell not in known:
            known[cell] = _is_number(cell) or _is_day(cell, None)
        return known[cell]

    places: list[int] = []
    for place, column in enumerate(zip(*rows, strict=True)):
        cells: list[str] = [cell for cell in column if cell]
        if cells and 2 * sum(map(counts, cells)) >= len(cells):
            places.append(place)

    def is_note(row: Sequence[str]) -> bool:
        return not any(row[place] and counts(row[place]) for place in places)

    end = len(rows)
    while places and end and is_note(rows[end - 1]):
        end -= 1
    return rows[:end]


def _total(text: str) -> str:
    """A text of a row of totals, whatever number it ends with."""
    beginning = _beginning(text)
    return text if beginning == text else f"{beginning} *"


def _beginning(text: str) -> str:
    """How a text below a table begins: without its numbers, which differ from month to month."""
    before = re.split(r"\d", text, maxsplit=1)[0].rstrip(" (:,.-")
    return before[:_NOTE] if len(before) >= _SHORTEST_NOTE else text[:_NOTE]


def _quoted_all(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _named(
    columns: Iterable[_Column], words: Sequence[str], fits: Callable[[_Column], bool]
) -> _Found | None:
    """Find the column whose name holds the earliest of the words, and that word."""
    fitting = [column for column in columns if fits(column)]
    for word in words:
        holding = [column for column in fitting if f" {word} " in f" {column.words} "]
        if holding:
            called_so = [column for column in holding if column.words == word]
            column, *others = called_so or holding
            return _Found(column, word, tuple(each.name for each in others))
    return None


@frozen
class _Found:
    """A column that was found by its name.

    Attributes:
        column: the column.
        word: what its name holds.
        others: names of columns that fit as well; none where this one is called just so.
    """

    column: _Column
    word: str
    others: tuple[str, ...]


def _has_cells(column: _Column) -> bool:
    return bool(column.cells)


def _are_days(column: _Column, style: DateStyle | None) -> bool:
    styles = [style] if style is not None else list(DateStyle)
    return any(_share_read(column.cells, each) >= _ENOUGH for each in styles)


def _share_read(cells: Sequence[str], style: DateStyle) -> float:
    read = moment_parser(style, VIETNAM_TIME)
    return sum(read(cell) is not None for cell in cells) / len(cells) if cells else 0.0


def _is_day(cell: str, style: DateStyle | None) -> bool:
    """Whether a cell is a day in the style of a table; in any, where it has none."""
    styles = DateStyle if style is None else (style,)
    return any(_share_read([cell], each) for each in styles)


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


def _dates(
    columns: Sequence[_Column], style: DateStyle | None, dated: Iterable[_Column]
) -> Iterator[Guess]:
    """The key `dates`: settled by days above 12, left to people where nothing settles it."""
    cells = _dated(columns)
    if style is None and not cells:
        # Numbers: days as spreadsheets number them, or eight digits.
        cells = [cell for column in dated for cell in column.cells]
        styles = [each for each in DateStyle if cells and _share_read(cells, each) == 1]
        style = styles[0] if len(styles) == 1 else None
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


def _times(
    days: Mapping[str, _Column], free: Mapping[str, _Column], header: Sequence[str]
) -> Iterator[Guess]:
    """The times of day in a column of their own, right behind the column of their days."""
    for key, column in days.items():
        place = header.index(column.name) + 1
        beside = free.get(header[place]) if place < len(header) else None
        if beside is not None and beside.cells and all(map(_TIME.fullmatch, beside.cells)):
            yield Guess(key, _quoted(beside.name), "guess-times", {"examples": beside.values[:3]})


_TIME: Final = re.compile(
    r"\d{1,2}\s?[:hg]\s?\d{0,2}(?::\d{2})?(?: ?(?:SA|CH|AM|PM))?", re.IGNORECASE
)


def _marks(columns: Iterable[_Column]) -> Iterator[Guess]:
    """The mark of decimals, where counts have dots or commas that may stand between thousands."""
    cells = [cell for column in columns for cell in column.cells]
    for mark, decimal in ((".", ","), (",", ".")):
        grouped = re.compile(rf"\d{{1,3}}(?:\{mark}\d{{3}})+")
        marked = [cell for cell in cells if "." in cell or "," in cell]
        if marked and all(map(grouped.fullmatch, marked)):
            parts = {"examples": tuple(dict.fromkeys(marked))[:3]}
            yield Guess("decimal", _quoted(decimal), "guess-decimal", parts, settled=False)


# ---- lines


def _by_name(
    key: str, free: Mapping[str, _Column], words: Sequence[str], reason: str, *, needed: bool
) -> Iterator[Guess]:
    """Propose the column whose name fits although its cells do not; say which do not."""
    found = _named(free.values(), words, _has_cells)
    if found is None:
        if needed:
            yield Guess(key, '""', "guess-none", {}, settled=False)
        return
    is_good = _is_number if reason == "guess-no-numbers" else partial(_is_day, style=None)
    odd = tuple(cell for cell in found.column.values if not is_good(cell))
    yield Guess(key, _quoted(found.column.name), reason, {"examples": odd[:3]}, settled=False)


def _guess(key: str, found: _Found, reason: str) -> Guess:
    """The column of a key; for people to decide where others fit as well."""
    value = _quoted(found.column.name)
    if found.others:
        parts = {"word": found.word, "others": found.others}
        return Guess(key, value, "guess-several", parts, settled=False)
    return Guess(key, value, reason, {"word": found.word, "examples": found.column.values[:3]})


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


def _statuses(column: _Column, finished: _Column | None) -> Iterator[Guess]:
    """What each word of the status means: by the names of statuses here, or of the Portal.

    A meaning that the rows contradict, an end without a day or a day without an end, is a proposal.
    """
    own = {
        plain_word(status.text.get(lang)): status for status in RegisterStatus for lang in LANGUAGES
    }
    own |= {status.value: status for status in RegisterStatus}
    portal = {plain_word(status.text.get(lang)): status for status in Status for lang in LANGUAGES}
    for word in column.values[:_MOST_VALUES]:
        ended = _days_beside(word, column, finished)
        status, of_portal = own.get(plain_word(word)), portal.get(plain_word(word))
        if status is None and of_portal is not None:
            status = _AS_REGISTERS[of_portal, ended is not False]
        is_named = status is not None
        if status is None:
            status = _status_like(word, ended)
        if status is None:
            yield Guess(_quoted(word), '""', "guess-word-open", {}, settled=False)
        elif (is_named or status in _SURE) and ended is not None and status.fits(finished=ended):
            yield Guess(_quoted(word), _quoted(status.value), "guess-word", {"meaning": status})
        else:
            parts = {"meaning": status}
            value = _quoted(status.value)
            yield Guess(_quoted(word), value, "guess-word-near", parts, settled=False)


def _days_beside(word: str, column: _Column, finished: _Column | None) -> bool | None:
    """Whether every row of a status has a day of its end, or none has; None where some have."""
    if finished is None:
        return False
    beside = {
        bool(day)
        for text, day in zip(column.all_cells, finished.all_cells, strict=True)
        if text == word
    }
    return beside.pop() if len(beside) == 1 else None


def _status_like(word: str, ended: bool | None) -> RegisterStatus | None:
    """What a word that is no name of a status may mean, where the rows tell whether it ended."""
    if ended is None:
        return None
    words, written = _ENDED if ended else _OPEN, f" {plain_word(word)} "
    return next(
        (
            status
            for status, given in words.items()
            if any(f" {plain_word(each)} " in written for each in given)
        ),
        None,
    )


# What the statuses of the National Portal are in a register, with a day of the end or without.
_AS_REGISTERS: Final[Mapping[tuple[Status, bool], RegisterStatus]] = MappingProxyType(
    {
        (status, ended): meanings[ended]
        for status, *meanings in (
            (Status.NEW, RegisterStatus.WAITING, RegisterStatus.WAITING),
            (Status.RECEIVED, RegisterStatus.RUNNING, RegisterStatus.RUNNING),
            (Status.NOT_RECEIVED, RegisterStatus.REFUSED, RegisterStatus.REFUSED),
            (Status.PROCESSING, RegisterStatus.RUNNING, RegisterStatus.RUNNING),
            (Status.SUPPLEMENT_ASKED, RegisterStatus.PAUSED, RegisterStatus.PAUSED),
            (Status.PAYMENT_ASKED, RegisterStatus.PAUSED, RegisterStatus.PAUSED),
            (Status.WITHDRAWAL_ASKED, RegisterStatus.RUNNING, RegisterStatus.WITHDRAWN),
            (Status.STOPPED, RegisterStatus.PAUSED, RegisterStatus.STOPPED),
            (Status.RESOLVED, RegisterStatus.RESULT, RegisterStatus.RESULT),
            (Status.RETURNED, RegisterStatus.RESULT, RegisterStatus.RESULT),
        )
        for ended in (False, True)
    }
)


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
