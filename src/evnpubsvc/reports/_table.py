"""A report as people read it: the lines above the table, the table, its legend, rates, remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from evnpubsvc._grid import Block, Grid, blocks_of
from evnpubsvc.quantities import Unknown
from evnpubsvc.quantities.parts import localised
from evnpubsvc.reports._form import Column, Form
from evnpubsvc.reports._report import Report
from evnpubsvc.reports._row import ReportRow
from evnpubsvc.services.parts import word_text
from evnpubsvc.statistics import named_rates
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import named, printable, render, vietnamese_order

_TO_FILL_IN: Final = "…" * 15


@blocks_of.register
def _(report: Report, lang: Language) -> Iterator[Block]:
    form = report.form
    yield _printable(frame_lines(report, lang))

    # The table. A column of numbers is headed by its printed number, since titles are long.
    labels = [
        f"({column.number})" if column.number else f"[{place}]"
        for place, column in enumerate(form.columns, 1)
    ]
    depth = 1 + len(report.dimensions)
    timed = [f"[{place}]" for place, _ in enumerate(form.handling, 1 + len(form.columns))]
    header = [word("number", lang), *row_titles(report, lang), *labels, *timed]
    rows: list[list[str]] = []
    for number, row in row_lines(report, lang):
        first = "" if number is None else str(number)
        rows.append([first, *_cells(report, row, lang)])
    rows.append([word("total", lang), *_cells(report, report.total, lang)])
    yield Grid(header, rows, right=range(depth, len(header)), total=len(rows) > 1)

    # The legend says what the printed numbers mean.
    legend: list[str] = []
    for label, column in zip(labels, form.columns, strict=True):
        title = column.title.get(lang)
        if column.block is not None:
            title = f"{column.block.get(lang)}: {title}"
        legend.append(f"{printed_number(form, column) or label}  {title}")
    for label, name in zip(timed, form.handling, strict=True):
        legend.append(f"{label}  {time_heading(name, lang)}")
    yield _printable(legend)

    rates = rate_lines(report, lang)
    if rates:
        yield _printable(rates)
    remarks = remark_lines(report, lang)
    if remarks:
        yield _printable(f"* {remark}" for remark in remarks)


def _printable(lines: Sequence[str] | Iterator[str]) -> str:
    """Return lines as one block; a line break inside a text does not make another line."""
    return "\n".join(map(printable, lines))


def _cells(report: Report, row: ReportRow, lang: Language) -> list[str]:
    """Return the names of a row, one for each dimension, then its numbers."""
    names = row_names(report, row, lang)
    blanks = [""] * (len(report.dimensions) - len(names))
    values = (row[column.key] for column in report.form.columns)
    numbers = ["?" if value is None else localised(value, lang) for value in values]
    times = [
        "–" if number is None else localised(number, lang, places)
        for number, places in row_times(report, row)
    ]
    return [*names, *blanks, *numbers, *times]


_PLACES: Final = {"mean": 2, "median": 1}  # a percentile is a number of days that occurs


def row_times(report: Report, row: ReportRow) -> list[tuple[Fraction | None, int]]:
    """Return the numbers of the handling time of a row, each with its decimal places."""
    taken = report.handling_time(row.key)
    numbers = ((taken.statistic(name), _PLACES.get(name, 0)) for name in report.form.handling)
    return [(None if isinstance(each, Unknown) else each, places) for each, places in numbers]


def time_heading(name: str, lang: Language) -> str:
    """Return what a column of handling times is called."""
    if name in _PLACES:
        return word(f"days-{name}", lang)
    return word("days-percentile", lang, percent=name.removeprefix("p"))


def word(key: str, lang: Language, **parts: object) -> str:
    """Return a word that forms print, such as the heading of the running number."""
    return render(f"report-word-{key}", lang, parts)


def row_lines(report: Report, lang: Language = "en") -> Iterator[tuple[int | None, ReportRow]]:
    """Yield the rows with their running numbers, and before each group its subtotal, without one.

    Vietnamese readers get the order of their alphabet; machines and English
    readers that of the report.
    """
    subtotals = {row.key: row for row in report.subtotals}
    group: tuple[str | None, ...] | None = None
    for number, row in enumerate(_sorted(report, lang), 1):
        if subtotals and group != row.key[:1]:
            group = row.key[:1]
            yield None, subtotals[group]
        yield number, row


def _sorted(report: Report, lang: Language) -> Sequence[ReportRow]:
    if lang == "en":
        return report.rows

    def order(row: ReportRow) -> list[tuple[bool, tuple[str, str], str]]:
        shown = zip(row.key, row_names(report, row, lang), strict=True)
        # Names that differ only in case are told apart by the value, so that groups stay together.
        return [(key is not None, vietnamese_order(name), key or "") for key, name in shown]

    return sorted(report.rows, key=order)


def frame_lines(report: Report, lang: Language) -> list[str]:
    """The lines above the table, as forms print them."""
    form = report.form
    title, period = form.title.get(lang), report.period.written(lang)
    if lang == "vi":  # titles of forms are printed in capitals
        title, period = title.upper(), period[:1].upper() + period[1:]
    lines = [word("form", lang, label=form.label)] if form.label else []
    lines += [title, word("period", lang, period=period)]
    lines.append(word("filed-by", lang, unit=report.filed_by or _TO_FILL_IN))
    if form.receivers:
        receivers = "; ".join(each.get(lang) for each in form.receivers)
        lines.append(word("receivers", lang, units=receivers))
    if form.counted_in is not None:
        lines.append(word("counted-in", lang, unit=form.counted_in))
    if report.known_at is not None:
        lines.append(word("known-at", lang, moment=report.known_at))
    return lines


def row_titles(report: Report, lang: Language) -> list[str]:
    titles = report.form.row_titles
    if titles and report.dimensions == report.form.rows:
        return [title.get(lang) for title in titles]
    return [named("dimension", name).get(lang) for name in report.dimensions]


def printed_number(form: Form, column: Column) -> str:
    """The number under a heading, with the sum that it is: `(3)=(4)+(5)+(6)`."""
    parts = [form[key].number for key in form.sum_of(column.key)]
    if not column.number or not parts or not all(parts):
        return column.number and f"({column.number})"
    return f"({column.number})=" + "+".join(f"({part})" for part in parts)


def row_names(report: Report, row: ReportRow, lang: Language) -> list[str]:
    """What a row is called.

    In Vietnamese by the words of services, in English by the values themselves.
    """
    names: list[str] = []
    for dimension, value in zip(
        report.dimensions, row.key, strict=False
    ):  # a subtotal has the first only
        if value is None:
            names.append(word("not-said", lang))
        else:
            names.append(value if lang == "en" else word_text(dimension, value).vi)
    return names


def rate_lines(report: Report, lang: Language) -> list[str]:
    """The rates of the total, a line each: name, percentage, counts."""
    lines: list[str] = []
    for name, found in report.rates(report.total):
        title = named_rates()[name].text.get(lang)
        if isinstance(found, Unknown):
            lines.append(f"{title}: ?")
        else:
            counts = (found.ratio.numerator.least, found.ratio.denominator.least)
            part, whole = (localised(count, lang) for count in counts)
            lines.append(f"{title}: {found.percent(lang)} ({part}/{whole})")
    return lines


def remark_lines(report: Report, lang: Language) -> list[str]:
    return [
        *(note.get(lang) for note in report.form.notes),
        *(note.message(lang) for note in report.notes),  # their messages name the column
    ]
