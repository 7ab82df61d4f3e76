"""Filling a form from a tally, and going back from a cell to its dossiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import TypeAlias

from attrs import evolve

from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, Severity, notice
from evnpubsvc.periods import Period
from evnpubsvc.reports._form import Form, called, called_together
from evnpubsvc.reports._report import Report
from evnpubsvc.reports._row import ReportRow, row_order
from evnpubsvc.services import check_word
from evnpubsvc.services.parts import word_text
from evnpubsvc.statistics import (
    HandlingTime,
    Intake,
    LimitTerms,
    PeriodState,
    RegisterRow,
    Selection,
    Tally,
    TallyCell,
    handling_times,
)
from evnpubsvc.statistics import drill_down as dossiers_behind
from evnpubsvc.texts import LANGUAGES, Text
from evnpubsvc.texts.parts import named, render

_CLASSES = tuple(PeriodState)
_Key = tuple[str | None, ...]


# A sum, its addends, the state of dossiers, what the register says of them by dimension.
_LeftOut: TypeAlias = tuple[str, tuple[str, ...], str, tuple[tuple[str, str], ...]]


def fill(
    form: Form,
    counted: Tally,
    *,
    rows: Sequence[str] | None = None,
    expected: Iterable[_Key | str] = (),
    period: Period | None = None,
    filed_by: str = "",
) -> Report:
    """Fill a form from a tally of a period.

    Every column is counted on its own. A dossier that a sum counts and none of its addends does (no
    channel in the register, no due date) breaks the identity, which `check` reports, and a note
    says what such dossiers are.

    Args:
        form: the form.
        counted: a tally over a period, by `form.dimensions(...)` and whatever else: further
            dimensions add up.
        rows: dimensions that make a row each; those of the form by default.
        expected: keys of rows that are to stand there even with zeros; a text stands for a key of
            one dimension.
        period: the period with its name; by default the two days of the tally.
        filed_by: name of who files it, as it is printed; empty for a line to fill in by hand.

    Returns:
        The report. Columns that the form does not count are unknown.

    Raises:
        MisuseError: `period-open` for a tally without a first day; `report-period-differs`;
            `tally-key-length` for an expected key of another length.
        UnknownNameError: `dimension-unknown`.
    """
    dimensions = form.rows if rows is None else tuple(rows)

    # What is counted must be what the form asks: the period and the dimensions.
    if counted.since is None:
        raise MisuseError("period-open")
    if period is None:
        period = Period(counted.since, counted.as_of)
    elif (period.first, period.last) != (counted.since, counted.as_of):
        raise MisuseError("report-period-differs", period, first=counted.since, last=counted.as_of)
    for name in form.dimensions(dimensions):
        if name not in counted.dimensions:
            raise UnknownNameError("dimension-unknown", name, known=tuple(counted.dimensions))
    selections = {
        column.key: selection for column in form.columns if (selection := column.counts) is not None
    }

    # A row of zeros for each row that is expected.
    sums: dict[_Key, dict[str, int]] = {}
    for key in expected:
        wanted = key if isinstance(key, tuple) else (key,)
        if len(wanted) != len(dimensions):
            raise MisuseError("tally-key-length", [wanted], dimensions=tuple(dimensions))
        sums[wanted] = dict.fromkeys(selections, 0)
    left_out: dict[_LeftOut, int] = {}
    foreign: dict[tuple[str, str], None] = {}  # dimensions with values that are none of their words

    # Each cell of the tally goes into the row of its values; what no column takes is remembered.
    for cell in counted:
        values = dict(zip(counted.dimensions, cell.key, strict=True))
        numbers = {
            key: selection.of(cell)
            for key, selection in selections.items()
            if selection.takes(values)
        }
        if any(numbers.values()):
            into = sums.setdefault(
                tuple(values[name] for name in dimensions), dict.fromkeys(selections, 0)
            )
            for column, number in numbers.items():
                into[column] += number
        foreign |= _foreign_words(selections.values(), values)
        for what, number in _left_out(form, selections, cell, values):
            left_out[what] = left_out.get(what, 0) + number

    # How long they took, where the form asks for it; dossiers that no column counts have no row.
    handling: dict[_Key, HandlingTime] = {}
    if form.handling:
        times = handling_times(counted, by=dimensions)
        handling = {key: time for key, time in times.items() if time and key in sums}

    # The rows in the order of the form; a column that nothing counts stays unknown.
    filled = (
        ReportRow(key, {column.key: numbers.get(column.key) for column in form.columns})
        for key, numbers in sums.items()
    )
    return Report(
        form=form,
        period=period,
        dimensions=dimensions,
        rows=tuple(sorted(filled, key=lambda row: row_order(row.key))),
        compare=counted.compare,
        known_at=counted.known_at,
        terms=counted.terms,
        handling=tuple(sorted(handling.items(), key=lambda pair: row_order(pair[0]))),
        filed_by=filed_by,
        notes=(
            *_validity_notes(form, period),
            *_notes(counted),
            *_foreign_notes(foreign),
            *_left_out_notes(form, left_out),
        ),
    )


def _validity_notes(form: Form, period: Period) -> Iterator[Finding]:
    """Say so where a form is filled for a period that it is not for.

    The last day of the period decides.
    """
    if period.last not in form.validity:
        yield notice("form-outside-validity", "", form.key, validity=form.validity, day=period.last)


def _notes(counted: Tally) -> Iterator[Finding]:
    for reason, number in counted.rejected:
        yield notice("report-rejected", "", number, of=reason)
    for reason, number in counted.noticed:
        yield notice("report-noticed", "", number, of=reason)
    if counted.linked:
        yield notice("report-linked", "", counted.linked)
    if counted.where:
        asked = tuple(f"{each.dimension}={'|'.join(each.values)}" for each in counted.where)
        yield notice("report-narrowed", "", counted.outside, where=asked)
    if counted.other_versions:
        yield notice("report-other-versions", "", counted.other_versions)


def _foreign_words(
    selections: Iterable[Selection], values: Mapping[str, str | None]
) -> dict[tuple[str, str], None]:
    """Return the dimensions whose value is none of the words that columns count by."""
    return {
        (each.dimension, said): None
        for selection in selections
        for each in selection.where
        if (said := values[each.dimension]) is not None and each.leaves_open(said)
    }


def _foreign_notes(foreign: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    for dimension, said in sorted(foreign):
        for one in check_word(dimension, said):
            yield evolve(one, severity=Severity.NOTICE)


def _left_out(
    form: Form, selections: dict[str, Selection], cell: TallyCell, values: dict[str, str | None]
) -> Iterator[tuple[_LeftOut, int]]:
    """Yield what a sum counts and none of its addends, with the number of dossiers.

    Sum, addends, class, values.
    """
    counts = (*cell.new, *cell.carried)
    for identity in form.identities:
        whole = selections.get(identity.total)
        parts = [selections[key] for key in identity.parts if key in selections]
        if whole is None or len(parts) < len(identity.parts) or not whole.takes(values):
            continue
        inside = {place for part in parts if part.takes(values) for place in part.places}
        for place in whole.places:
            if counts[place] and place not in inside:
                asked = dict.fromkeys(name for part in parts for name in part.dimensions)
                said = tuple((name, values[name] or "") for name in asked)
                state = _CLASSES[place % len(_CLASSES)].value
                yield (identity.total, identity.parts, state, said), counts[place]


def _said(pair: tuple[str, str]) -> Text:
    """Return what the register says of a dossier, in words: *Hình thức nộp: không ghi*."""
    name, value = pair
    dimension = named("dimension", name)
    if value:
        word = word_text(name, value)
    else:
        word = named("value", "not-said-text")
    texts = {
        lang: render("dimension-value", lang, {"dimension": dimension, "value": word})
        for lang in LANGUAGES
    }
    return Text(vi=texts["vi"], en=texts["en"])


def _left_out_notes(form: Form, left_out: dict[_LeftOut, int]) -> Iterator[Finding]:
    for (total, parts, state, said), number in sorted(left_out.items()):
        yield notice(
            "report-left-out",
            "",
            number,
            total=called(form, total),
            parts=called_together(form, parts),
            state=(PeriodState(state), *(_said(each) for each in said)),
        )


def drill_down(
    report: Report,
    column: str,
    register: Iterable[RegisterRow | Finding],
    counted: Tally,
    key: _Key | str | None = (),
    *,
    terms: LimitTerms | None = None,
) -> Iterator[RegisterRow]:
    """Return the dossiers behind a cell of a report, so that a number can be traced to its codes.

    Args:
        report: the report.
        column: key of the column.
        register: the register that was counted; kept in memory where the cell has several
            combinations of values.
        counted: the tally that the report was filled from.
        key: key of the row; the empty key for all rows.
        terms: the terms that were counted with.

    Raises:
        UnknownNameError: `form-column-unknown`.
        MisuseError: `form-measure-not-counted` for a column that is not counted from a register; as
            `statistics.drill_down`.
    """
    selection = report.form[column].counts
    if selection is None:
        raise MisuseError("form-measure-not-counted", column)
    wanted = key if isinstance(key, tuple) else (key,)
    if wanted and len(wanted) != len(report.dimensions):
        raise MisuseError("tally-key-length", [wanted], dimensions=tuple(report.dimensions))

    # The values that the row and the column ask for together.
    row = dict(zip(report.dimensions, wanted, strict=bool(wanted)))
    allowed = {each.dimension: each.values for each in selection.where}
    asked = tuple(dict.fromkeys([*row, *allowed]))
    choices: list[Sequence[str | None]] = []
    for name in asked:
        values: Sequence[str | None] = allowed.get(name, (row.get(name),))
        choices.append([value for value in values if name not in row or value == row[name]])

    # The dossiers behind each combination of them.
    question = evolve(counted, dimensions=asked, cells=(), calendar=None)
    keys = list(product(*choices))
    rows = register if len(keys) == 1 else tuple(register)
    for each in keys:
        yield from dossiers_behind(
            rows,
            question,
            each,
            states=frozenset[PeriodState](selection.states),
            entries=frozenset[Intake](selection.entries),
            terms=terms,
        )
