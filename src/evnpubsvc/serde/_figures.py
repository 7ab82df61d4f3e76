"""Figures of units from a CSV table, under a scheme: typed, or findings for every bad cell."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from attrs import field

from evnpubsvc._files import Source
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc.emulation import Chosen, Figure, Published, Scheme, UnitFigures, check_figures
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Cell, Finding, Severity, finding, notice, violations
from evnpubsvc.quantities import (
    Count,
    CountUnit,
    NumberStyle,
    Unknown,
    parse_count,
    parse_number,
)
from evnpubsvc.serde._documents import read_document
from evnpubsvc.serde._shapes import (
    Table,
    TableLayout,
    TableShape,
    missing_columns,
    named_rows,
    other_delimiter,
)
from evnpubsvc.serde._tables import Row, first_findings
from evnpubsvc.serde._total_names import begins_as_total
from evnpubsvc.serde._totals import CountedRow, leave_out_totals
from evnpubsvc.serde._words import plain_word
from evnpubsvc.serde._workbooks import open_table
from evnpubsvc.units.parts import look_alikes


@frozen(kw_only=True)
class FigureColumns(TableLayout):
    """How a foreign table of figures is laid out. Written as TOML, read by `read_figure_columns`.

    Attributes:
        unit: column of the unit's identifier.
        unit_with: further columns that make the identifier together with `unit`, such as the year
            or the district. The identifier then holds all of them, joined by `/`.
        where: column -> its text in the rows that are read; the others are passed over, with a
            notice of their number. So one year of a file with three is read.
        name: column of its name; None for none. Without a mapping, a column `name` is used where
            there is one.
        figures: figure key -> column. A figure that is not named here is looked up under its key
            and aliases.
        absent: keys of figures that the table does not have: unknown for every unit, on purpose.
        keep: columns kept as attributes (strata).
        published_score: column of an official total to compare with; None for none.
        published_rank: column of an official rank; None for none.
        within_bounds: counts may be given as published, in words: "hơn 7.000", "5-7", "trên 1.000"
            (`quantities.parse_count`). Otherwise such cells are findings.
        tolerance: how far "khoảng", "about" may be off, as a share: 0.1 for 10 %. None: such a
            figure is unknown, with its wording.
        missing: texts that stand for an unknown, besides the empty cell.
        genuine: identifiers of units whose figures happen to be the sums of the others.

    How the table lies in its file, `delimiter` to `sheet`: see `TableLayout`.
    """

    unit: str = "unit"
    unit_with: tuple[str, ...] = ()
    where: Mapping[str, str] = field(factory=dict[str, str], hash=False)
    name: str | None = None
    figures: Mapping[str, str] = field(factory=dict[str, str], hash=False)
    absent: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    published_score: str | None = None
    published_rank: str | None = None
    within_bounds: bool = False
    tolerance: Fraction | None = None
    missing: tuple[str, ...] = ()
    genuine: tuple[str, ...] = ()


@frozen
class FigureTable(PublicType):
    """The units of a table, in its order, and what looked odd without being wrong.

    Attributes:
        units: figures of each unit.
        notices: columns that nothing used (without a mapping), mapped figures that the scheme does
            not ask for.
    """

    units: tuple[UnitFigures, ...]
    notices: tuple[Finding, ...] = ()

    def __iter__(self) -> Iterator[UnitFigures]:
        return iter(self.units)

    def __len__(self) -> int:
        return len(self.units)


def read_figure_columns(source: Source) -> FigureColumns:
    """Read a column mapping from a TOML file or binary stream; one `DataError` has all mistakes."""
    return read_document(source, FigureColumns)


_PLAIN: Final = FigureColumns()


def read_figures(
    source: Source,
    scheme: Scheme,
    columns: FigureColumns | None = None,
    *,
    keep: Sequence[str] = (),
    counted: bool = False,
    max_bytes: int | None = None,
) -> FigureTable:
    r"""Read the figures that a scheme asks for from a CSV file or binary stream, one row a unit.

    Args:
        source: UTF-8 with or without byte-order mark, with a header line.
        scheme: the scheme, or one of its groups: its figures are looked up by the mapping, by key,
            then by alias.
        columns: how a foreign table is laid out; by default the identifier is in `unit`.
        keep: further columns to keep as attributes.
        counted: figures with a measure are counted from a register (`emulation.counted`): the table
            need not have them.
        max_bytes: the most bytes that the file may have, and all parts of a workbook when they are
            unpacked: for what strangers upload. None for the bounds of the library alone.

    Returns:
        The units with typed counts. An empty cell is an `Unknown("figure-blank")`, never zero. A
        count published in words is a `CountRange`, where the mapping says `within_bounds`.

    Raises:
        DataError: all that is wrong, at most 1,000 findings and a count of the rest: missing
            columns, cells that are no number or ambiguous, negative or broken counts, parts larger
            than their whole, duplicate units …

    >>> import io
    >>> from evnpubsvc import preset
    >>> timely = preset("qd766-dvcqg-2026").only("timeliness")
    >>> table = read_figures(
    ...     io.BytesIO(b"unit,dossiers_received,dossiers_on_time\nA,10,9\nB,10,\n"), timely)
    >>> print(table.units[0]["dossiers_on_time"], "-", table.units[1]["dossiers_on_time"])
    9 dossiers - unknown: dossiers_on_time (figure-blank)
    """
    layout = columns or _PLAIN
    reader = _Reader(scheme, layout, (*layout.keep, *keep), plain=columns is None, counted=counted)
    with open_table(source, reader.shape(), max_bytes) as table:
        reader.notices += table.notices
        found = first_findings(reader.read(table))
    if found:
        raise DataError(found)
    return FigureTable(tuple(reader.units), tuple(reader.notices))


class _Reader:
    def __init__(
        self,
        scheme: Scheme,
        layout: FigureColumns,
        keep: tuple[str, ...],
        *,
        plain: bool,
        counted: bool,
    ) -> None:
        self.scheme = scheme
        self.layout = layout
        self.keep = tuple(dict.fromkeys(keep))
        self.plain = plain
        self.counted = counted
        self.units: list[UnitFigures] = []
        self.notices: list[Finding] = []
        self.style_seen: NumberStyle | None = None
        self.columns: dict[str, str] = {}
        self.rows: list[tuple[int, UnitFigures]] = []
        self.name: str | None = None

    def shape(self) -> TableShape:
        """How to find the table: by the columns that are mapped."""
        return self.layout.shape(self._fits)

    def _fits(self, names: Collection[str]) -> bool:
        layout = self.layout
        wanted = {layout.unit, *layout.unit_with, *layout.where, *self.keep}
        wanted |= set(layout.figures.values())
        return wanted <= set(names) and len(names) > 1

    def read(self, table: Table) -> Iterator[Finding]:
        """Read the whole table; give what is wrong with it, in the order of its lines."""
        # Without the columns that are asked for, no row can be read.
        problems = list(self._header(Row(table.line, dict.fromkeys(table.header, ""))))
        if problems:
            other = other_delimiter(table.header, self.layout.delimiter or ",")
            if other is not None:
                yield finding("delimiter-differs", f"line {table.line}", other)
            yield from problems
            return

        # Row by row: findings about a row come in its place.
        started, passed_over, found = False, 0, list[Finding]()
        for row in named_rows(table):
            started = True
            if not isinstance(row, Finding):
                if self._is_asked_for(row):
                    found += self._row(row)
                else:
                    passed_over += 1
            elif row.severity is Severity.NOTICE:
                self.notices.append(row)
            else:
                found.append(row)

        # What the table as a whole lacks, then what its units say together.
        if passed_over:
            self.notices.append(notice("rows-passed-over", "", passed_over))
        if not started or (passed_over and not self.rows):
            found.append(finding("no-rows"))
        found += self._units()
        yield from sorted(found, key=_line_of)

    def _units(self) -> Iterator[Finding]:
        """Take the units from the rows; say what is wrong with them.

        Rows of totals are left out first: they may be called alike, and are above every scale.
        """
        specs = self.scheme.figure_specs.items()
        keys = [key for key, spec in specs if spec.unit is not None and key in self.columns]
        rows = [CountedRow.of(line, units, keys) for line, units in self.rows]
        left, said = leave_out_totals(rows, self.layout.genuine)
        self.notices += (each for each in said if each.severity is Severity.NOTICE)
        yield from violations(said)

        lines: dict[str, int] = {}
        for row in left:
            units, place = row.figures, f"line {row.line}"
            first = lines.setdefault(units.unit, row.line)
            if first != row.line:
                yield finding("unit-twice", place, units.unit, first=first)
            yield from (each.at(place) for each in check_figures(self.scheme, units))
            self.units.append(units)
        for group in look_alikes(lines):
            yield finding("units-look-alike", "", None, units=group)

    def _header(self, row: Row) -> Iterator[Finding]:
        """Find the column of everything that is asked for; say what is not there."""
        layout, header = self.layout, tuple(row.cells)
        self.name = layout.name
        if self.name is None and self.plain and "name" in header:
            self.name = "name"

        # Each column that must be there, with what it is for.
        self.columns[""] = layout.unit
        wanted = self._wanted_columns()
        needed = [*wanted.items(), *self._find_figures(header)]
        yield from missing_columns(needed, header)

        # Figures that are mapped for nothing; a mapping is made for tables that have more columns.
        asked = set(self.scheme.figure_specs)
        mapped = dict.fromkeys([*layout.figures, *layout.absent])
        self.notices += [notice("figure-not-asked", "", key) for key in mapped if key not in asked]
        if self.plain:
            used = {*self.columns.values(), *wanted.values()}
            self.notices += [
                notice("column-unused", "line 1", column) for column in header if column not in used
            ]

    def _wanted_columns(self) -> dict[str, str]:
        """Return the columns besides the figures: what each is for, and its name."""
        layout = self.layout
        wanted = {
            "unit": layout.unit,
            "name": self.name,
            "published score": layout.published_score,
            "published rank": layout.published_rank,
            **{f"attribute {column}": column for column in self.keep},
            **{f"unit {column}": column for column in layout.unit_with},
            **{f"where {column}": column for column in layout.where},
        }
        return {what: column for what, column in wanted.items() if column is not None}

    def _find_figures(self, header: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """Find the column of each figure; give those without one, by key and by the name to use."""
        layout = self.layout
        for key, spec in self.scheme.figure_specs.items():
            if key in layout.absent:
                continue
            if key in layout.figures:
                tried = [layout.figures[key]]
            else:
                tried = [key, *spec.aliases]
            column = next((column for column in tried if column in header), None)
            if column is not None:
                self.columns[key] = column
            elif not (self.counted and spec.measure is not None):
                yield key, tried[0]

    def _is_asked_for(self, row: Row) -> bool:
        """Whether the row has the texts that the mapping asks for."""
        return all(
            plain_word(row.cells[column]) == plain_word(text)
            for column, text in self.layout.where.items()
        )

    def _row(self, row: Row) -> Iterator[Finding]:
        """Take the figures of a row; give what is wrong with it."""
        place = f"line {row.line}"
        unit = self._unit_of(row)
        if not unit:
            yield finding("unit-blank", f"{place}, column {self.layout.unit}")

        # Every cell is looked at, also in a row without a unit: all findings come at once.
        figures: dict[str, Figure] = {}
        for key, column in self.columns.items():
            if key:
                try:
                    figures[key] = self._figure(key, row.cells[column])
                except DataError as error:
                    yield from (f.at(f"{place}, column {column}") for f in error.findings)
        score = yield from self._published(row, self.layout.published_score)
        rank = yield from self._published(row, self.layout.published_rank)
        if not unit:
            return

        published: Published | None = None
        if score is not None or rank is not None:
            published = Published(score, None if rank is None else int(rank))
        units = UnitFigures(
            unit,
            figures,
            name=row.cells[self.name].strip() if self.name else "",
            attributes={column: row.cells[column].strip() for column in self.keep},
            published=published,
        )
        self.rows.append((row.line, units))

    def _unit_of(self, row: Row) -> str:
        """Return the identifier of a row: of one column or several; empty where there is none."""
        unit = row.cells[self.layout.unit].strip()
        if not unit:  # a row of totals may be called so in another column
            return next(filter(begins_as_total, row.cells.values()), "").strip()
        return "/".join([unit, *(row.cells[column].strip() for column in self.layout.unit_with)])

    def _figure(self, key: str, cell: str) -> Figure:
        """Read the cell of a figure: an option, a count with its unit, or a bare number."""
        spec = self.scheme.figure_specs[key]
        if spec.choice:
            return self._option(key, cell)
        unit = spec.unit
        if unit is not None and _has_words(cell) and cell.strip() not in self.layout.missing:
            return self._in_words(key, cell, unit)
        number = self._number(cell)
        if number is None:
            return Unknown("figure-blank", key)
        if unit is None:
            return number
        if number.denominator != 1:
            raise DataError([finding("count-not-whole", "", number)])
        if number < 0:
            raise DataError([finding("count-negative", "", number)])
        return Count(int(number), unit)

    def _option(self, key: str, cell: str) -> Figure:
        """Read the option that was chosen."""
        option = cell.strip()
        if not option or option in self.layout.missing:
            return Unknown("figure-blank", key)
        try:
            return Chosen(option)
        except MisuseError as error:
            raise DataError([error.finding]) from None

    def _in_words(self, key: str, cell: str, unit: CountUnit) -> Figure:
        """Read a count with words around it, if the mapping says that there may be such."""
        layout = self.layout
        try:
            count = parse_count(cell, unit, style=layout.numbers, tolerance=layout.tolerance)
        except DataError:
            if layout.within_bounds:
                raise
            self._number(cell)  # it says what is wrong with a number
            raise
        if not layout.within_bounds:
            raise DataError([finding("count-in-words", "", Cell.of(cell))])
        if isinstance(count, Unknown):
            return Unknown(count.reason, f"{key}: {count.about}")
        return count

    def _published(self, row: Row, column: str | None) -> Generator[Finding, None, Fraction | None]:
        """Read an official total or rank, if there is a column of them."""
        if column is None:
            return None
        try:
            number = self._number(row.cells[column])
        except DataError as error:
            yield from (f.at(f"line {row.line}, column {column}") for f in error.findings)
            return None
        if number is not None and column == self.layout.published_rank and number.denominator != 1:
            yield finding("count-not-whole", f"line {row.line}, column {column}", number)
            return None
        return number

    def _number(self, cell: str) -> Fraction | None:
        """Read a number; None where the cell says that there is none."""
        text = cell.strip()
        if not text or text in self.layout.missing:
            return None
        number = parse_number(text, self.layout.numbers)
        if self.layout.numbers is NumberStyle.UNDECLARED and ("," in text or "." in text):
            self._refuse_mixed_styles(text)
        return number

    def _refuse_mixed_styles(self, text: str) -> None:
        """Refuse a number with marks of another style than those before it in the table."""
        style = NumberStyle.ENGLISH
        if _reads(text, NumberStyle.VIETNAMESE):
            style = NumberStyle.VIETNAMESE
        if self.style_seen is None:
            self.style_seen = style
        elif self.style_seen is not style:
            raise DataError([finding("numbers-mixed", "", text)])


def _has_words(cell: str) -> bool:
    """Whether something stands in a cell besides digits, their marks and a sign before them."""
    return re.fullmatch(r"[\s\d.,]*|\s*[-+][\s\d.,]*", cell) is None


def _line_of(found: Finding) -> int:
    """The line that a finding is about; those about the whole table come last."""
    match = re.match(r"line (\d+)", found.path)
    return sys.maxsize if match is None else int(match[1])


def _reads(text: str, style: NumberStyle) -> bool:
    try:
        parse_number(text, style)
    except DataError:
        return False
    return True
