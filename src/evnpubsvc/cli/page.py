"""`evnpubsvc page`: standings, or a month of an office, as one page for a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from evnpubsvc._files import write_whole
from evnpubsvc.cli._calendars import decided_calendar
from evnpubsvc.cli._io import lang_option, open_source, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._output import output_option, write_stdout
from evnpubsvc.cli._registers import layout_of, period_of, read_rows, where_of
from evnpubsvc.cli._rejects import Sample, findings_option
from evnpubsvc.cli._standings import load_standings, standings_options
from evnpubsvc.cli.report import form_of
from evnpubsvc.findings import Finding
from evnpubsvc.periods import Period
from evnpubsvc.texts import Language

if TYPE_CHECKING:
    from evnpubsvc.analysis import Audit, Stability
    from evnpubsvc.emulation import Snapshot, Standings
    from evnpubsvc.statistics import RegisterRow, Tally

__all__ = ["page_command"]

_BEFORE: Final = 5  # earlier periods that a page of a month shows


@click.command("page")
@click.argument("scheme", required=False)
@click.argument("figures", required=False)
@click.option(
    "--form", help="Show this form of the register instead of standings: a form, or who files."
)
@click.option("--stability", is_flag=True, help="How far each weight could change, too.")
@click.option("--audit", is_flag=True, help="How the scheme could be gamed, too.")
@click.option(
    "--since",
    metavar="OLD.json",
    help="Whose rank changed since standings that `score --format json` wrote.",
)
@click.option("--explained", is_flag=True, help="Why each unit has its score, on the same page.")
@click.option(
    "--explanations", metavar="FILE", help="Why each unit has its score, as a page of its own."
)
@standings_options
@lang_option
@output_option
@findings_option
def page_command(
    scheme: str | None,
    figures: str | None,
    form: str | None,
    since: str | None,
    explanations: str | None,
    lang: Language,
    output: str | None,
    findings: str | None,
    *,
    stability: bool,
    audit: bool,
    explained: bool,
    **source: Any,
) -> None:
    """Write standings, or a month of an office, as one HTML page that needs nothing else.

    SCHEME and FIGURES are those of `score`. With --form the page shows the register instead: its
    form for the period, the late dossiers with their ages, and the periods before. The page is read
    without network and on paper.
    """
    from evnpubsvc.page import explanations_page, standings_page

    if (scheme is None) == (form is None):
        raise WrongCall("call-scheme-or-form")
    with reported(lang):
        sample = Sample(lang, findings)
        if scheme is not None:
            scored = load_standings(scheme, figures, lang, sample, **source)
            sample.show()
            standings = scored.standings
            if explanations is not None:
                _write(explanations_page(standings, lang=lang), explanations)
            page = standings_page(
                standings,
                beside=_beside(standings, stability=stability, audit=audit),
                earlier=_read_earlier(since),
                explained=explained,
                lang=lang,
            )
            _write(page, output)
        else:
            assert form is not None
            page = _month(form, sample, lang, **source)
            sample.show()
            _write(page, output)


def _beside(standings: Standings, *, stability: bool, audit: bool) -> Iterator[Stability | Audit]:
    from evnpubsvc.analysis import audit as find_audit
    from evnpubsvc.analysis import stability as find_stability

    if stability:
        yield find_stability(standings)
    if audit and standings.scheme is not None:
        yield find_audit(standings.scheme)


def _read_earlier(since: str | None) -> Snapshot | None:
    from evnpubsvc.serde import read_snapshot

    if since is None:
        return None
    with open_source(since) as older:
        return read_snapshot(older)


def _month(
    form: str,
    sample: Sample,
    lang: Language,
    *,
    register: str | None,
    register_columns: str | None,
    period_name: str | None,
    **counting: Any,
) -> str:
    """Return the page of a period of a register."""
    from evnpubsvc.dossiers import Precision
    from evnpubsvc.page import month_page
    from evnpubsvc.reports import check, fill
    from evnpubsvc.statistics import RegisterRow, tally

    # What is asked for.
    if register is None or register_columns is None:
        raise WrongCall("call-register-missing", "--form")
    if period_name is None:
        raise WrongCall("call-register-period")
    period = period_of(period_name)
    filled = form_of(form, period)
    where = where_of(counting["wheres"])
    layout = layout_of(register_columns, counting["timezone"], (*filled.dimensions(), *where))

    # The rows once; what cannot be read is kept for the end.
    read = read_rows(
        register, layout, where={}, engine=counting["engine"], threads=counting["threads"]
    )
    for each in read:
        if isinstance(each, Finding):
            sample.keep(each)
    calendar = decided_calendar(counting["calendar_file"])

    def count(of: Period) -> Tally:
        return tally(
            read,
            by=filled.dimensions(),
            where=where,
            period=of,
            compare=Precision(counting["compare"]),
            terms=layout.terms_in(calendar),
            calendar=calendar,
        )

    # The form of the period, and the periods before it.
    counted = count(period)
    sample.refuse_unread(counted, allow_rejects=counting["allow_rejects"])
    report = fill(filled, counted, period=period)
    for found in (*report.notes, *check(report)):
        sample.keep(found)
    months = [counted]
    before = period
    for _ in range(_BEFORE):
        before = before.previous()
        months.insert(0, count(before))
    shown = [each for each in months if each.total.received.value or each is counted]
    rows = [each for each in read if isinstance(each, RegisterRow) and _is_asked_for(each, where)]
    return month_page(report, rows=rows, calendar=calendar, months=shown, lang=lang)


def _is_asked_for(row: RegisterRow, where: dict[str, list[str]]) -> bool:
    said = dict(row.dimensions)
    return all(said.get(name) in values for name, values in where.items())


def _write(page: str, output: str | None) -> None:
    data = page.encode("utf-8")
    if output is None:
        write_stdout(data)
    else:
        write_whole(output, data)
