"""The page of a period: its form, its late dossiers with their ages, how it went before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

import htpy as h

from evnpubsvc._grid import Grid, blocks_of
from evnpubsvc._moments import local_day
from evnpubsvc._records import frozen
from evnpubsvc.page._bars import draw_columns, make_legend
from evnpubsvc.page._document import make_section, write_document
from evnpubsvc.page._table import make_table
from evnpubsvc.reports import Report
from evnpubsvc.statistics import PeriodState, RegisterRow, Tally
from evnpubsvc.texts import Language, write
from evnpubsvc.texts.parts import printable_lines, render
from evnpubsvc.worktime import Calendar

# Up to how many working days late, inclusive; the last class has no end.
_AGES: Final = (5, 10, 20, 60)


@frozen
class _Late:
    """A dossier that is late: how many working days, and whether it is still open."""

    row: RegisterRow
    due: date
    days: int | None  # None where the calendar does not cover them
    still_open: bool


def month_page(
    report: Report,
    *,
    rows: Iterable[RegisterRow] = (),
    calendar: Calendar | None = None,
    months: Iterable[Tally] = (),
    lang: Language = "vi",
) -> str:
    """Return the report of a month, or of another period, as one HTML page that needs nothing else.

    Args:
        report: the form (biểu mẫu), filled.
        rows: the rows of the register; those that are late at the end of the period are listed,
            oldest first, with their age in working days after the due date.
        calendar: the working days of these ages; without it none are listed. Of days that it does
            not cover the age is not known, and the page says so.
        months: tallies of periods, in their order, usually this month and those before it: what was
            received, handled and left overdue in each.
        lang: the language of the page.

    Raises:
        MisuseError: `extra-missing` without the extra `page`.

    >>> from evnpubsvc import Period, tally
    >>> from evnpubsvc.reports import fill
    >>> from evnpubsvc.serde import report_form
    >>> form, month = report_form("ii-06a"), Period.parse("statutory-2022-12")
    >>> counted = tally([], by=form.dimensions(), period=month, compare="date")
    >>> page = month_page(fill(form, counted, period=month), lang="en")
    >>> page.count("<table"), "http" in page
    (1, False)
    """
    parts: list[h.Node] = [*_form(report, lang)]
    if calendar is not None:
        parts += _late_dossiers(report, rows, calendar, lang)
    counted = tuple(months)
    if counted:
        parts += _trend(counted, lang)
    title = f"{report.form.title.get(lang)}: {report.period.written(lang)}"
    return write_document(title, parts, lang, script=False)


def _form(report: Report, lang: Language) -> Iterator[h.Node]:
    """Yield the report as it prints: lines as lines, the table as a table."""
    for block in blocks_of(report, lang):
        if isinstance(block, Grid):
            yield make_table(block, report.form.title.get(lang), lang, heading=1)
        else:
            yield h.pre[printable_lines(block)]


def _late_dossiers(
    report: Report, rows: Iterable[RegisterRow], calendar: Calendar, lang: Language
) -> list[h.Node]:
    """Return how old the late dossiers are, and each of them."""
    late = sorted(_find_late(report, rows, calendar), key=_age_order)
    title = render("page-late", lang, {"count": len(late)})
    if not late:
        return [make_section("late", title, [h.p[render("page-none-late", lang, {})]])]

    # How many are how old.
    known = [each.days for each in late if each.days is not None]
    counts = [0] * (len(_AGES) + 1)
    for days in known:
        counts[next((n for n, most in enumerate(_AGES) if days <= most), -1)] += 1
    bounds = [*zip((1, *(most + 1 for most in _AGES)), _AGES, strict=False)]
    labels = [*(f"{low}-{high}" for low, high in bounds), f">{_AGES[-1]}"]
    if len(known) < len(late):
        labels.append(render("page-age-not-covered", lang, {}))
        counts.append(len(late) - len(known))
    ages = Grid(
        [render("column-days-late", lang, {}), render("column-dossiers", lang, {})],
        [[label, str(count)] for label, count in zip(labels, counts, strict=True)],
        right=[1],
    )

    # Each of them, as far as the register names it.
    words = ("code", "due-day", "days-late", "still-open")
    listed = Grid(
        [render(f"column-{word}", lang, {}) for word in words],
        [_late_cells(each, lang) for each in late],
        right=[2],
    )
    return [
        make_section(
            "late",
            title,
            [
                make_table(ages, render("page-ages", lang, {}), lang),
                make_table(listed, title, lang),
            ],
        )
    ]


def _late_cells(each: _Late, lang: Language) -> list[str]:
    still = render("page-yes" if each.still_open else "page-no", lang, {})
    days = "-" if each.days is None else str(each.days)
    return [each.row.code or "-", write(each.due, lang), days, still]


def _age_order(each: _Late) -> tuple[bool, int, str]:
    """The oldest first; before them those of which the age is not known, which are older still."""
    return each.days is not None, -(each.days or 0), each.row.code or ""


def _find_late(report: Report, rows: Iterable[RegisterRow], calendar: Calendar) -> Iterator[_Late]:
    """Yield the dossiers of the period that ended after their day, or have not ended."""
    first, last = report.period.first, report.period.last
    for row in rows:
        if row.due is None or local_day(row.received) > last:
            continue
        due = local_day(row.due)
        ended = None if row.finished is None else local_day(row.finished)
        if ended is not None and ended < first:
            continue
        still_open = ended is None or ended > last
        until = last if still_open or ended is None else ended
        if until > due:
            covered = calendar.first <= due and until <= calendar.last
            days = calendar.working_days_between(due, until) if covered else None
            yield _Late(row, due, days, still_open)


def _trend(months: Sequence[Tally], lang: Language) -> list[h.Node]:
    """Return what was received, handled and left overdue in each period."""
    words = ("received", "handled", "left-overdue")
    names = [render(f"column-{word}", lang, {}) for word in words]
    series: list[tuple[str, list[int]]] = []
    for counted in months:
        total = counted.total
        values = [total.received, total.handled, total[PeriodState.PENDING_OVERDUE]]
        series.append((write(counted.as_of, lang), [each.value for each in values]))
    grid = Grid(
        [render("column-last-day", lang, {}), *names],
        [[label, *map(str, values)] for label, values in series],
        right=[1, 2, 3],
    )
    title = render("page-trend", lang, {})
    # The drawing repeats the table below it.
    drawing = h.div(aria_hidden="true")[draw_columns(series, names), make_legend(names)]
    return [make_section("trend", title, [drawing, make_table(grid, title, lang)])]
