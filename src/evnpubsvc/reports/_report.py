"""Reports: the numbers of a form, by name of column, with what they were counted from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

from attrs import field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.periods import Period
from evnpubsvc.quantities import Count, Unknown
from evnpubsvc.reports._form import Form
from evnpubsvc.reports._row import ReportRow, row_order
from evnpubsvc.statistics import HandlingTime, Rate, measures, rate


@frozen(kw_only=True, repr=False)
class Report(PublicType, Printed):
    """A form filled for a period; it prints as the form does.

    Attributes:
        form: the form.
        period: the period, whose last day is the day of judgement.
        dimensions: what makes a row.
        rows: sorted by key, each key once, each with a value for every column of the form.
        compare: whether dates or instants were compared.
        known_at: what the register said at this moment; None for what it said when it was counted.
        terms: fingerprint of the terms that gave due dates; None if the register has its own.
        handling: how long the dossiers with a result took, by the key of a row, where the form asks
            for it; sorted as the rows are, without empty ones.
        filed_by: name of who files it (*đơn vị báo cáo*), as it is printed; empty for a line to
            fill in by hand.
        notes: what a reader must know of these numbers, as notices: rows that could not be read,
            dossiers that a sum counts and none of its parts.

    Raises:
        MisuseError: `report-rows-malformed`, `datetime-naive`.
    """

    form: Form = field(validator=instance_of(Form))
    period: Period = field(validator=instance_of(Period))
    dimensions: tuple[str, ...] = field(validator=tuple_of(str))
    rows: tuple[ReportRow, ...] = field(validator=tuple_of(ReportRow))
    compare: Precision = field(validator=instance_of(Precision))
    known_at: date | datetime | None = field(default=None, validator=instance_of(date, type(None)))
    terms: str | None = field(default=None, validator=instance_of(str, type(None)))
    handling: tuple[tuple[tuple[str | None, ...], HandlingTime], ...] = field(
        default=(), validator=tuple_of(tuple)
    )
    filed_by: str = field(default="", validator=instance_of(str))
    notes: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))

    def __repr__(self) -> str:
        return f"<Report {self.form.key} of {self.period}: {len(self.rows)} rows>"

    def __attrs_post_init__(self) -> None:
        if isinstance(self.known_at, datetime) and self.known_at.utcoffset() is None:
            raise MisuseError("datetime-naive", self.known_at)
        columns = {column.key for column in self.form.columns}
        for row in self.rows:
            if len(row.key) != len(self.dimensions) or {name for name, _ in row.values} != columns:
                raise MisuseError("report-rows-malformed", row.key)
        keys = [row_order(row.key) for row in self.rows]
        if sorted(set(keys)) != keys:
            raise MisuseError("report-rows-malformed", [row.key for row in self.rows])
        timed = dict.fromkeys(key for key, _ in self.handling)
        there = [row.key for row in self.rows if row.key in timed]
        wanted = bool(self.form.handling) or not timed
        if not wanted or list(timed) != there or len(timed) < len(self.handling):
            raise MisuseError("report-rows-malformed", tuple(timed))

    @property
    def as_of(self) -> date:
        """The day of judgement, inclusive: the last day of the period."""
        return self.period.last

    def __getitem__(self, key: tuple[str | None, ...] | str | None) -> ReportRow:
        """Return the row of a key; a plain text stands for a key of one dimension.

        Absent rows are zeros.
        """
        wanted = key if isinstance(key, tuple) else (key,)
        return self._by_key.get(wanted) or self._zeros(wanted)

    @cached_property
    def _by_key(self) -> Mapping[tuple[str | None, ...], ReportRow]:
        return {row.key: row for row in self.rows}

    def _zeros(self, key: tuple[str | None, ...]) -> ReportRow:
        return ReportRow(
            key, {column.key: None if column.counts is None else 0 for column in self.form.columns}
        )

    @cached_property
    def total(self) -> ReportRow:
        """The sum of the rows; unknown where a row is."""
        if self.rows:
            return self._sum((), self.rows)
        return self._zeros(())

    @cached_property
    def subtotals(self) -> tuple[ReportRow, ...]:
        """The sums by the first dimension, in its order (the fields of each level).

        None for rows of one dimension.
        """
        if len(self.dimensions) < 2:
            return ()
        groups = groupby(self.rows, key=lambda row: row.key[0])
        return tuple(self._sum((name,), list(rows)) for name, rows in groups)

    def handling_time(self, key: tuple[str | None, ...] = ()) -> HandlingTime:
        """Return how many working days the dossiers of a row took.

        Args:
            key: key of a row; its beginning for a subtotal, the empty key for all rows.
        """
        times = (time for own, time in self.handling if own[: len(key)] == key)
        return sum(times, HandlingTime())

    def _sum(self, key: tuple[str | None, ...], rows: Sequence[ReportRow]) -> ReportRow:
        sums: dict[str, int | None] = {}
        for column in self.form.columns:
            values = [row[column.key] for row in rows]
            known = [value for value in values if value is not None]
            sums[column.key] = None
            if len(known) == len(values):
                sums[column.key] = sum(known)
        return ReportRow(key, sums)

    @answer_wrong_arguments
    def rates(self, row: ReportRow) -> tuple[tuple[str, Rate | Unknown], ...]:
        """Return the rates of the form for a row or the total, by name, from its counts.

        A rate that rests on an addend of a sum which does not add up is an
        `Unknown("form-identity-broken")`: some of the dossiers that it divides stand in none of its
        columns.
        """
        given: dict[str, Count | Unknown] = {}
        broken = {
            part
            for identity in self.form.identities
            if row.adds_up(identity.total, identity.parts) is False
            for part in identity.parts
        }
        for column in self.form.columns:
            value = row[column.key]
            if column.measure is None:
                continue
            if column.key in broken:
                given[column.measure] = Unknown("form-identity-broken", column.key)
            elif value is not None:
                given[column.measure] = Count(value, measures()[column.measure].unit)
        return tuple((name, rate(name, given)) for name in self.form.rates)
