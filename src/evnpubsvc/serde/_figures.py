"""Figures of units from a CSV table, under a scheme: typed, or findings for every bad cell."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

from attrs import Factory, frozen

from evnpubsvc.emulation import Chosen, Figure, Published, Scheme, UnitFigures, check_figures
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, Severity, finding, notice
from evnpubsvc.quantities import Count, NumberStyle, Unknown, parse_number
from evnpubsvc.serde._documents import read_document
from evnpubsvc.serde._shapes import Table, TableLayout, TableShape, named_rows, other_delimiter
from evnpubsvc.serde._tables import Row, Source, first_findings
from evnpubsvc.serde._workbooks import open_table
from evnpubsvc.units import fold_name, look_alikes


@frozen(kw_only=True)
class FigureColumns(TableLayout):
    """How a foreign table of figures is laid out. Written as TOML, read by `read_figure_columns`.

    Attributes:
        unit: column of the unit's identifier.
        name: column of its name; None for none. Without a mapping, a column `name` is used where
            there is one.
        figures: figure key -> column. A figure that is not named here is looked up under its key
            and aliases.
        absent: keys of figures that the table does not have: unknown for every unit, on purpose.
        keep: columns kept as attributes (strata).
        published_score: column of an official total to compare with; None for none.
        published_rank: column of an official rank; None for none.
        numbers: how numbers are written.
        missing: texts that stand for an unknown, besides the empty cell.
        genuine: identifiers of units whose figures happen to be the sums of the others.

    How the table lies in its file, `delimiter` to `sheet`: see `TableLayout`.
    """

    unit: str = "unit"
    name: str | None = None
    figures: Mapping[str, str] = Factory(dict[str, str])
    absent: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    published_score: str | None = None
    published_rank: str | None = None
    numbers: NumberStyle = NumberStyle.UNDECLARED
    missing: tuple[str, ...] = ()
    genuine: tuple[str, ...] = ()


@frozen
class FigureTable:
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
) -> FigureTable:
    r"""Read the figures that a scheme asks for from a CSV file or binary stream, one row a unit.

    Args:
        source: UTF-8 with or without byte-order mark, with a header line.
        scheme: the scheme, or one of its groups: its figures are looked up by the mapping, by key,
            then by alias.
        columns: how a foreign table is laid out; by default the identifier stands in `unit`.
        keep: further columns to keep as attributes.
        counted: figures with a measure are counted from a register (`emulation.counted`): the table
            need not have them.

    Returns:
        The units with typed counts. An empty cell is an `Unknown("figure-blank")`, never zero.

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
    with open_table(source, reader.shape()) as table:
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
        self.lines: dict[str, int] = {}

    def shape(self) -> TableShape:
        """How to find the table: by the columns that are mapped."""
        return self.layout.shape(self._fits)

    def _fits(self, names: Collection[str]) -> bool:
        wanted = {self.layout.unit, *self.keep, *self.layout.figures.values()}
        return wanted <= set(names) and len(names) > 1

    def read(self, table: Table) -> Iterator[Finding]:
        problems = list(self._header(Row(table.line, dict.fromkeys(table.header, ""))))
        if problems:
            other = other_delimiter(table.header, self.layout.delimiter or ",")
            if other is not None:
                yield finding("delimiter-differs", f"line {table.line}", other)
            yield from problems
            return
        started = False
        for row in named_rows(table):
            started = True
            if not isinstance(row, Finding):
                yield from self._row(row)
            elif row.severity is Severity.NOTICE:
                self.notices.append(row)
            else:
                yield row
        if not started:
            yield finding("no-rows")
        yield from self._totals()
        for group in look_alikes(self.lines):
            yield finding("units-look-alike", "", None, units=group)

    def _totals(self) -> Iterator[Finding]:
        """Leave out the row of totals that is one by name and sums; report rows that may be one."""
        keys = [
            key
            for key, spec in self.scheme.figure_specs.items()
            if spec.unit is not None and key in self.columns
        ]
        if not self.units:
            return
        first, last = self.units[0], self.units[-1]
        for units in list(self.units):
            if units.unit in self.layout.genuine:
                continue
            others = [each for each in self.units if each is not units]
            named = is_called_total(units.unit) or is_called_total(units.name)
            # Two units with equal counts are no total and its part, unless one is called so.
            enough = len(others) > 1 or (named and bool(others))
            is_sum = enough and _is_sum_of(units, others, keys)
            place = f"line {self.lines.get(units.unit, 0)}"
            if is_sum and named:
                self.units.remove(units)
                self.notices.append(notice("totals-left-out", place, units.unit))
            elif is_sum and units in (first, last):  # where totals stand
                yield finding("row-is-sum-of-others", place, units.unit)
            elif named:
                yield finding("row-called-total", place, units.unit)

    def _header(self, row: Row) -> Iterator[Finding]:
        layout, header = self.layout, tuple(row.cells)
        known = ", ".join(header)
        name = layout.name or ("name" if self.plain and "name" in header else None)
        self.columns[""] = layout.unit
        wanted = {
            "unit": layout.unit,
            "name": name,
            "published score": layout.published_score,
            "published rank": layout.published_rank,
            **{f"attribute {column}": column for column in self.keep},
        }
        for what, column in wanted.items():
            if column is not None and column not in header:
                yield finding("column-missing", "line 1", column, wanted=what, known=known)
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
                yield finding("column-missing", "line 1", tried[0], wanted=key, known=known)
        self.name = name
        asked = set(self.scheme.figure_specs)
        mapped = dict.fromkeys([*layout.figures, *layout.absent])
        self.notices += [notice("figure-not-asked", "", key) for key in mapped if key not in asked]
        if self.plain:  # a mapping is made for tables that have more
            used = {*self.columns.values(), *filter(None, wanted.values())}
            self.notices += [
                notice("column-unused", "line 1", column) for column in header if column not in used
            ]

    def _row(self, row: Row) -> Iterator[Finding]:
        place = f"line {row.line}"
        unit = row.cells[self.layout.unit].strip()
        if not unit:
            yield finding("unit-blank", f"{place}, column {self.layout.unit}")
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
        units = UnitFigures(
            unit,
            figures,
            name=row.cells[self.name].strip() if self.name else "",
            attributes={column: row.cells[column].strip() for column in self.keep},
            published=None
            if score is None and rank is None
            else Published(score, None if rank is None else int(rank)),
        )
        if units.unit in self.lines:
            yield finding("unit-twice", place, units.unit, first=self.lines[units.unit])
        else:
            self.lines[units.unit] = row.line
        yield from (f.at(place) for f in check_figures(self.scheme, units))
        self.units.append(units)

    def _figure(self, key: str, cell: str) -> Figure:
        if self.scheme.figure_specs[key].choice:
            option = cell.strip()
            if not option or option in self.layout.missing:
                return Unknown("figure-blank", key)
            try:
                return Chosen(option)
            except MisuseError as error:
                raise DataError([error.finding]) from None
        number = self._number(cell)
        if number is None:
            return Unknown("figure-blank", key)
        unit = self.scheme.figure_specs[key].unit
        if unit is None:
            return number
        if number.denominator != 1:
            raise DataError([finding("count-not-whole", "", number)])
        if number < 0:
            raise DataError([finding("count-negative", "", number)])
        return Count(int(number), unit)

    def _published(self, row: Row, column: str | None) -> Generator[Finding, None, Fraction | None]:
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
        text = cell.strip()
        if not text or text in self.layout.missing:
            return None
        number = parse_number(text, self.layout.numbers)
        if self.layout.numbers is NumberStyle.UNDECLARED and ("," in text or "." in text):
            if _reads(text, NumberStyle.VIETNAMESE):
                style = NumberStyle.VIETNAMESE
            else:
                style = NumberStyle.ENGLISH
            if self.style_seen is None:
                self.style_seen = style
            elif self.style_seen is not style:
                raise DataError([finding("numbers-mixed", "", text)])
        return number


def _is_sum_of(units: UnitFigures, others: Sequence[UnitFigures], keys: Sequence[str]) -> bool:
    """Whether every count of a unit is the sum of those of others, and not all are zero."""
    whole = [dict(units.figures).get(key) for key in keys]
    if not any(isinstance(count, Count) and count.value for count in whole):
        return False
    for key, count in zip(keys, whole, strict=True):
        parts = [dict(each.figures).get(key) for each in others]
        known = [part.value for part in parts if isinstance(part, Count)]
        if not isinstance(count, Count) or len(known) < len(parts) or sum(known) != count.value:
            return False
    return True


_TOTALS: Final = ("tổng", "tổng cộng", "tổng số", "cộng", "total", "grand total", "sum")


def is_called_total(name: str) -> bool:
    """Whether a row's name says that it is a total."""
    return fold_name(name.strip(" .:")) in map(fold_name, _TOTALS)


def _reads(text: str, style: NumberStyle) -> bool:
    try:
        parse_number(text, style)
    except DataError:
        return False
    return True
