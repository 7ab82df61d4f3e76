"""Strategies for forms of reports and filled ones."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from hypothesis import strategies as st

from evnpubsvc.dossiers import Precision
from evnpubsvc.periods import Period, PeriodCalendar
from evnpubsvc.reports import (
    CarryOver,
    Column,
    Form,
    Identity,
    Report,
    ReportDue,
    ReportRow,
    ReportSender,
    report_due,
)
from evnpubsvc.statistics import measures
from evnpubsvc.strategies._foundation import citations, findings, keys, texts, titles
from evnpubsvc.strategies._law import validities
from evnpubsvc.strategies._periods import periods
from evnpubsvc.strategies._rates import selections
from evnpubsvc.strategies._statistics import handling_times

_MANY = 10**9


def columns(
    *, names: st.SearchStrategy[str] | None = None, counted: bool | None = None
) -> st.SearchStrategy[Column]:
    """Draw columns that a measure or a selection counts, and columns that nothing counts.

    Args:
        names: keys to draw from.
        counted: only columns that are counted from a register, or only those that are not; both by
            default.
    """
    countable = st.deferred(
        lambda: st.sampled_from(
            [key for key, each in measures().items() if each.selection and not each.distinct]
        )
    )
    plain = st.just((None, None))
    ways = st.tuples(countable, st.none()) | st.tuples(st.none(), selections())

    @st.composite
    def build(draw: st.DrawFn) -> Column:
        measure, selection = draw({True: ways, False: plain, None: plain | ways}[counted])
        return Column(
            key=draw(keys() if names is None else names),
            title=draw(texts()),
            number=draw(st.just("") | st.integers(1, 30).map(str)),
            block=draw(st.none() | texts()),
            measure=measure,
            selection=selection,
        )

    return build()


@cache
def identities() -> st.SearchStrategy[Identity]:
    """Draw sums of columns that some form may have."""
    return st.lists(keys(), min_size=3, max_size=5, unique=True).map(
        lambda names: Identity(total=names[0], parts=tuple(names[1:]))
    )


@cache
def carry_overs() -> st.SearchStrategy[CarryOver]:
    """Draw what must agree across two periods."""
    return st.builds(CarryOver, pending=keys(), carried=keys())


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Draw valid forms: some columns counted, sums among those that are not."""
    names = draw(st.lists(keys(), min_size=1, max_size=6, unique=True))
    cut = draw(st.integers(0, len(names)))
    drawn = [
        draw(columns(names=st.just(name), counted=place < cut)) for place, name in enumerate(names)
    ]
    plain = names[cut:]
    rows: tuple[str, ...] = draw(st.lists(titles(max_size=5), max_size=2, unique=True).map(tuple))
    return Form(
        key=draw(keys()),
        title=draw(texts()),
        label=draw(st.just("") | titles()),
        rows=rows,
        row_titles=draw(st.just(()) | st.tuples(*[texts()] * len(rows))),
        columns=tuple(drawn),
        identities=(Identity(total=plain[0], parts=tuple(plain[1:])),)
        if len(plain) > 2 and draw(st.booleans())
        else (),
        carry_over=(CarryOver(pending=names[0], carried=names[-1]),) if draw(st.booleans()) else (),
        handling=tuple(
            draw(st.lists(st.sampled_from(["mean", "median", "p90"]), max_size=2, unique=True))
        ),
        validity=draw(validities()),
        senders=tuple(draw(st.lists(st.sampled_from(ReportSender), max_size=2, unique=True))),
        receivers=tuple(draw(st.lists(texts(), max_size=1))),
        counted_in=draw(st.none() | texts()),
        sources=tuple(draw(st.lists(citations(), max_size=1))),
        notes=tuple(draw(st.lists(texts(), max_size=1))),
    )


def report_rows(
    *, depth: int = 1, names: tuple[str, ...] = ("handled", "pending")
) -> st.SearchStrategy[ReportRow]:
    """Draw rows: any key, values that are numbers, zero or unknown.

    Args:
        depth: length of the key.
        names: keys of the columns.
    """
    return st.builds(
        ReportRow,
        key=st.tuples(*[st.none() | titles(max_size=4)] * depth),
        values=st.fixed_dictionaries(dict.fromkeys(names, st.none() | st.integers(0, _MANY))),
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Draw filled forms whose numbers need not add up."""
    form = draw(forms())
    dimensions = draw(st.lists(titles(max_size=4), max_size=2, unique=True).map(tuple))
    names = tuple(column.key for column in form.columns)
    rows = draw(
        st.lists(
            report_rows(depth=len(dimensions), names=names),
            max_size=4 if dimensions else 1,
            unique_by=lambda row: row.key,
        )
    )
    ordered = sorted(rows, key=lambda row: [(name is not None, name or "") for name in row.key])
    timed = [row.key for row in ordered if form.handling]
    first, last = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - Hypothesis wants naive bounds
    moments = st.dates(first.date(), last.date()) | st.datetimes(
        first, last, timezones=st.just(UTC)
    )
    return Report(
        form=form,
        period=draw(periods(min_year=1900, max_year=2200)),
        dimensions=dimensions,
        rows=tuple(ordered),
        handling=tuple(zip(timed, draw(st.tuples(*[handling_times()] * len(timed))), strict=True)),
        compare=draw(st.sampled_from(Precision)),
        known_at=draw(st.none() | moments),
        terms=draw(st.none() | keys()),
        filed_by=draw(st.just("") | titles()),
        notes=tuple(draw(st.lists(findings(), max_size=2))),
    )


@cache
def report_dues() -> st.SearchStrategy[ReportDue]:
    """Draw days by which reports of 2026 and 2027 are sent."""
    statutory = PeriodCalendar.STATUTORY
    months = st.sampled_from([(2026, 8), (2026, 10), (2026, 11), (2027, 1), (2027, 2)])
    monthly = months.map(lambda when: Period.month(*when, calendar=statutory))
    longer = st.sampled_from(
        [
            Period.year(2026, calendar=statutory),
            Period.quarter(2027, 1, calendar=statutory),
            Period.six_months(2027, calendar=statutory),
        ]
    )
    return st.builds(report_due, monthly | longer, st.sampled_from(ReportSender))
