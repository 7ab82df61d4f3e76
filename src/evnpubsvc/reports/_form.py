"""Forms: columns, what each counts, and what must add up. Data, checked as a whole when made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import combinations

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._keyed import Keyed
from evnpubsvc._records import frozen
from evnpubsvc._validate import (
    MOST_COLUMNS_OF_A_FORM,
    instance_of,
    nonempty_text,
    repeats_in,
    tuple_of,
)
from evnpubsvc.errors import DataError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation, Validity
from evnpubsvc.quantities import Count, Unknown
from evnpubsvc.reports._row import ReportRow
from evnpubsvc.reports._senders import ReportSender
from evnpubsvc.statistics import (
    HandlingTime,
    Intake,
    PeriodState,
    Selection,
    measures,
    named_rates,
    rate,
)
from evnpubsvc.statistics.engine import WORKING_DAYS
from evnpubsvc.texts import Text


@frozen(kw_only=True)
class Column(PublicType):
    """A column of numbers (*cột số liệu*).

    Attributes:
        key: stable name, unique in its form; tables of others are mapped to it, never by position.
        title: heading, in both languages.
        number: the number that is printed under the heading; may be empty. A label only.
        block: heading over several columns; None for none.
        measure: name of a measure of `statistics.measures()` that it counts.
        selection: which dossiers it counts, where no measure does.

    A column with neither is not counted from a register: its value stays unknown, which is not
    zero.
    """

    key: str = field(validator=nonempty_text)
    title: Text = field(validator=instance_of(Text))
    number: str = field(default="", validator=instance_of(str))
    block: Text | None = field(default=None, validator=instance_of(Text, type(None)))
    measure: str | None = field(default=None, validator=instance_of(str, type(None)))
    selection: Selection | None = field(default=None, validator=instance_of(Selection, type(None)))

    @property
    def counts(self) -> Selection | None:
        """Which dossiers it counts; None if it is not counted from a register."""
        if self.measure is None:
            return self.selection
        known = measures().get(self.measure)
        if known is None or known.distinct is not None:
            return None
        return known.selection


@frozen(kw_only=True)
class Identity(PublicType):
    """What must add up in every row: a column that is the sum of others.

    Attributes:
        total: key of the sum.
        parts: keys of the addends, at least two.
    """

    total: str = field(validator=nonempty_text)
    parts: tuple[str, ...] = field(validator=tuple_of(str))


@frozen(kw_only=True)
class CarryOver(PublicType):
    """What must agree across two periods that follow each other.

    Attributes:
        pending: key of the column of what is pending at the end of a period.
        carried: key of the column of what the next period carries over.
    """

    pending: str = field(validator=nonempty_text)
    carried: str = field(validator=nonempty_text)


@frozen(kw_only=True)
class Form(PublicType, Keyed):
    """A form of a periodic report (*biểu mẫu báo cáo*).

    Attributes:
        key: stable name.
        label: what is printed in the corner (`"II.06a/VPCP/KSTT"`). A label only: sources differ on
            which letter is whose.
        title: heading, in both languages.
        rows: dimensions of the tally that make a row each, unless `fill` is told others; none for a
            total only.
        row_titles: headings of these dimensions, in both languages; none to head them with their
            names.
        columns: the columns of numbers, in the order of print.
        identities: what must add up in every row. Each column is counted on its own, so that this
            can fail.
        carry_over: what must agree with the next period.
        rates: names of the rates that are shown under the table, all of them made of measures of
            columns.
        handling: numbers of the handling time that each row shows behind its columns, in working
            days: `mean`, `median`, or a percentile as `p90`. Dossiers with a result count.
        label_numbers: numbers printed under the running number and the name of a row; a label only.
        validity: first and last day of the periods it is for, by the last day of a period; open
            where not known.
        senders: who files it, where the instrument says so.
        receivers: who gets it (*đơn vị nhận báo cáo*), where the instrument says so.
        counted_in: what its numbers count (*đơn vị tính*), in both languages; None where nothing is
            printed.
        sources: where the form stands.
        notes: footnotes, in both languages.

    Raises:
        DataError: everything that is wrong with it, at once: `form-columns-missing`,
            `form-column-twice`, `form-column-unknown`, `form-column-two-ways`, `measure-unknown`,
            `form-measure-not-counted`, `form-identity-malformed`, `form-part-outside` when an
            addend counts what its sum does not, `form-parts-overlap` when two addends count the
            same dossiers, `rate-unknown`, `form-rate-uncovered`, `statistic-unknown`,
            `dimension-twice`,
            `form-row-titles` for another number of headings than of rows.
    """

    key: str = field(validator=nonempty_text)
    title: Text = field(validator=instance_of(Text))
    label: str = field(default="", validator=instance_of(str))
    rows: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    row_titles: tuple[Text, ...] = field(default=(), validator=tuple_of(Text))
    columns: tuple[Column, ...] = field(validator=tuple_of(Column))
    identities: tuple[Identity, ...] = field(default=(), validator=tuple_of(Identity))
    carry_over: tuple[CarryOver, ...] = field(default=(), validator=tuple_of(CarryOver))
    rates: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    handling: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    label_numbers: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))
    senders: tuple[ReportSender, ...] = field(default=(), validator=tuple_of(ReportSender))
    receivers: tuple[Text, ...] = field(default=(), validator=tuple_of(Text))
    counted_in: Text | None = field(default=None, validator=instance_of(Text, type(None)))
    sources: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation))
    notes: tuple[Text, ...] = field(default=(), validator=tuple_of(Text))

    def __attrs_post_init__(self) -> None:
        found = tuple(_wrong(self))
        if found:
            raise DataError(found)

    @cached_property
    def _by_key(self) -> Mapping[str, Column]:
        return {column.key: column for column in self.columns}

    __iter__ = None

    def __getitem__(self, key: str) -> Column:
        """Return a column by its key.

        Raises:
            UnknownNameError: `form-column-unknown`.
        """
        if key not in self._by_key:
            raise UnknownNameError("form-column-unknown", key, known=tuple(self._by_key))
        return self._by_key[key]

    def sum_of(self, key: str) -> tuple[str, ...]:
        """Return the keys of the columns of which a column is the printed sum; else none."""
        return next((identity.parts for identity in self.identities if identity.total == key), ())

    @answer_wrong_arguments
    def dimensions(self, rows: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return the dimensions that a tally must have to fill it, those of the rows first."""
        names = dict.fromkeys(self.rows if rows is None else rows)
        for column in self.columns:
            if column.counts is not None:
                names.update(dict.fromkeys(column.counts.dimensions))
        if self.handling:
            names[WORKING_DAYS] = None
        return tuple(names)

    @answer_wrong_arguments
    def row(self, key: tuple[str | None, ...], values: Mapping[str, int | None]) -> ReportRow:
        """Return a row with values by column key, as of a table that somebody printed.

        What is left out is unknown.

        Raises:
            UnknownNameError: `form-column-unknown`.
        """
        for name in values:
            self[name]
        return ReportRow(key, {column.key: values.get(column.key) for column in self.columns})


def called(form: Form, key: str) -> Text:
    """Return how findings call a column: in English its key and printed number.

    In Vietnamese number and heading.
    """
    column = form[key]
    blocks = (column.block, column.title)
    heading = ": ".join(each.vi for each in blocks if each is not None)
    if not column.number:
        return Text(vi=f"«{heading}»", en=key)
    return Text(vi=f"{column.number} («{heading}»)", en=f"{key} ({column.number})")


def called_together(form: Form, keys: Iterable[str]) -> Text:
    """Return how findings call the columns of a sum: in Vietnamese by their numbers alone."""
    keys = tuple(keys)
    numbers = [form[key].number or f"«{form[key].title.vi}»" for key in keys]
    english = " + ".join(called(form, key).en for key in keys)
    return Text(vi="các cột " + " + ".join(numbers), en=english)


def _wrong(form: Form) -> Iterator[Finding]:
    if not form.columns:
        yield finding("form-columns-missing", ".columns")
    for name in ("columns", "identities"):
        many = len(getattr(form, name))
        if many > MOST_COLUMNS_OF_A_FORM:
            yield finding("form-too-large", f".{name}", many, limit=MOST_COLUMNS_OF_A_FORM)
            return  # each pair of a sum's columns would be compared

    # Columns: each key once, each counted in one way, sums of columns that there are.
    keys = [column.key for column in form.columns]
    twice = dict(repeats_in(keys))
    for index, column in enumerate(form.columns):
        if index in twice:
            yield finding("form-column-twice", f".columns[{index}].key", column.key)
        yield from _wrong_column(column, f".columns[{index}]")
    yield from _wrong_identities(form, keys)
    for index, carry in enumerate(form.carry_over):
        for name, key in (("pending", carry.pending), ("carried", carry.carried)):
            if key not in keys:
                place = f".carry_over[{index}].{name}"
                yield finding("form-column-unknown", place, key, known=tuple(keys))

    # Rows: each dimension once, with a title for each or none.
    if len(set(form.rows)) < len(form.rows):
        yield finding("dimension-twice", ".rows", tuple(form.rows))
    if form.row_titles and len(form.row_titles) != len(form.rows):
        yield finding("form-row-titles", ".row_titles", len(form.row_titles), rows=len(form.rows))

    yield from _wrong_handling(form)
    yield from _wrong_rates(form)


def _wrong_handling(form: Form) -> Iterator[Finding]:
    """Handling times are numbers that there are, each once."""
    for index, name in enumerate(form.handling):
        try:
            HandlingTime().statistic(name)
        except UnknownNameError as error:
            yield error.finding.at(f".handling[{index}]")
    for index, name in repeats_in(form.handling):
        yield finding("form-column-twice", f".handling[{index}]", name)


def _wrong_rates(form: Form) -> Iterator[Finding]:
    """Rates are those that the measures of the columns cover."""
    given: dict[str, Count | Unknown] = {
        column.measure: Count(0, measures()[column.measure].unit)
        for column in form.columns
        if column.measure is not None and column.measure in measures()
    }
    for index, name in enumerate(form.rates):
        if name not in named_rates():
            yield finding("rate-unknown", f".rates[{index}]", name, known=tuple(named_rates()))
            continue
        missing = rate(name, given)
        if isinstance(missing, Unknown):
            yield finding("form-rate-uncovered", f".rates[{index}]", name, measure=missing.about)


def _wrong_column(column: Column, path: str) -> Iterator[Finding]:
    if column.measure is None:
        return
    if column.selection is not None:
        yield finding("form-column-two-ways", path, column.key)
    if column.measure not in measures():
        yield finding("measure-unknown", f"{path}.measure", column.measure, known=tuple(measures()))
    elif column.counts is None and measures()[column.measure].distinct is not None:
        yield finding("form-measure-not-counted", f"{path}.measure", column.measure)


def _wrong_identities(form: Form, keys: list[str]) -> Iterator[Finding]:
    columns = {column.key: column for column in form.columns}
    for index, identity in enumerate(form.identities):
        path = f".identities[{index}]"
        unknown = [key for key in (identity.total, *identity.parts) if key not in columns]
        for key in unknown:
            yield finding("form-column-unknown", path, key, known=tuple(keys))
        parts = identity.parts
        if len(parts) < 2 or len(set(parts)) < len(parts) or identity.total in parts:
            yield finding("form-identity-malformed", path, tuple(parts), total=identity.total)
            continue
        if unknown:
            continue
        whole = columns[identity.total].counts
        counts = {key: selection for key in parts if (selection := columns[key].counts) is not None}
        for key, selection in counts.items():
            if whole is not None and not _combinations(selection) <= _combinations(whole):
                yield finding("form-part-outside", path, key, total=identity.total)
        for (one, left), (other, right) in combinations(counts.items(), 2):
            if _overlap(left, right):
                yield finding("form-parts-overlap", path, one, other=other)


def _combinations(selection: Selection) -> set[tuple[Intake, PeriodState]]:
    return {(entry, state) for entry in selection.entries for state in selection.states}


def _overlap(left: Selection, right: Selection) -> bool:
    """Whether there can be a dossier that both count."""
    if not _combinations(left) & _combinations(right):
        return False
    other = {each.dimension: set(each.values) for each in right.where}
    return all(
        each.dimension not in other or set(each.values) & other[each.dimension]
        for each in left.where
    )
