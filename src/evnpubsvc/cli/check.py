"""`evnpubsvc check`: the rules R1-R14 over the dossiers of a register."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evnpubsvc._moments import local_zone
from evnpubsvc.cli._calendars import calendar_options, decided_calendar, provisional_calendar
from evnpubsvc.cli._catalogues import (
    catalogue_option,
    limits_for,
    read_procedures,
    solvable_option,
)
from evnpubsvc.cli._counting import counting_of, counting_options
from evnpubsvc.cli._io import (
    aligned,
    choice_of,
    lang_option,
    open_source,
    progress_line,
    reported,
    show_findings,
    table_source,
)
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._moments import MOMENT, moment_in
from evnpubsvc.cli._output import SHAPES, Answer, format_option, output_option, write_answer
from evnpubsvc.cli._registers import where_of, where_option
from evnpubsvc.cli._rejects import FINDING_KEYS, Sample, finding_cells, findings_option
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.findings import Finding, Severity, notice
from evnpubsvc.texts import Language, write
from evnpubsvc.texts.parts import named, render
from evnpubsvc.worktime import VIETNAM_TIME, Calendar

if TYPE_CHECKING:
    from evnpubsvc.dossiers import Dossier
    from evnpubsvc.serde.engine import Sheet, SheetCell
    from evnpubsvc.statistics import Where

__all__ = ["check_command"]


@click.command("check")
@click.argument("register")
@click.option(
    "--columns", metavar="MAP.toml", help="How an event log is laid out; not needed for JSON Lines."
)
@click.option(
    "--as-of",
    type=MOMENT,
    required=True,
    metavar="MOMENT",
    help="Day or instant of judgement, inclusive.",
)
@where_option
@click.option(
    "--rules", "keys", metavar="R1[,R4…]", default="", help="Rules to run; all without it."
)
@click.option(
    "--compare", type=choice_of("precision"), default="date",
    show_default=True,
    help="Compare local dates or instants."
)  # fmt: skip
@click.option(
    "--transitional", type=choice_of("transitional-rule"),
    help="Which one-stop rules hold for acts since 1/7/2025 on dossiers begun before; "
    "no text says.",
)  # fmt: skip
@counting_options
@catalogue_option
@solvable_option
@calendar_options
@lang_option
@format_option(*SHAPES)
@output_option
@findings_option
def check_command(
    register: str,
    columns: str | None,
    as_of: date,
    wheres: tuple[str, ...],
    keys: str,
    compare: str,
    transitional: str | None,
    clocks: tuple[str, ...],
    hours: str | None,
    unknown_hour: str | None,
    law_file: Path | None,
    lang: Language,
    shape: str | None,
    output: str | None,
    findings: str | None,
    *,
    catalogue_file: Path | None,
    solvable: bool | None,
    calendar_file: Path | None,
    decided_only: bool,
) -> None:
    """Check the dossiers of REGISTER: an event log (CSV, with --columns), dossiers as JSON Lines,
    or - for CSV.

    Findings go to standard error, a summary by rule to standard output. Exit code 1 if a rule is
    broken or a row cannot be read.
    """
    from evnpubsvc.dossiers import (
        Precision,
        TimelinessPolicy,
        TransitionalRule,
        check,
        check_links,
        rule,
        rules,
    )
    from evnpubsvc.statistics.engine import as_wheres

    with reported(lang):
        # What is checked, by which rules and days.
        chosen = [rule(key.strip()) for key in keys.split(",") if key.strip()] or list(rules())
        calendar = decided_calendar(calendar_file)
        if not decided_only:
            calendar = provisional_calendar(calendar_file, max(as_of.year, calendar.last.year) + 1)
        given: dict[str, Any] = {"solvable": solvable, "unknown_hour": unknown_hour}
        counting = counting_of(calendar, clocks, hours, law_file, **given)
        procedures = read_procedures(catalogue_file)
        reading = None if transitional is None else TransitionalRule(transitional)
        found: list[Finding] = []
        dossiers: list[Dossier] = []
        checked: set[int] = set()
        where = as_wheres(where_of(wheres))
        read, zone = read_register_of(register, columns, lang)
        as_of = moment_in(as_of, zone)

        # Each dossier by itself, then those that refer to each other.
        for each in read:
            if isinstance(each, Finding):
                found.append(each)
                continue
            dossiers.append(each)
            if not _has_values(each, where):
                continue
            checked.add(len(dossiers) - 1)
            own = check(
                each,
                as_of=as_of,
                rules=chosen,
                counting=counting,
                policy=TimelinessPolicy(Precision(compare)),
                zone=zone,
                transitional=reading,
                catalogue=limits_for(each, procedures, catalogue_file),
            )
            found += (one.at(each.code) for one in own)
        links = check_links(dossiers)  # also those that lead to dossiers left out
        found += (each for each in links if _place_of(each) in checked)
        found += _values_not_met(dossiers, where)
        found += _say_provisional(found, calendar)

        # Everything that was found, printed and on request written.
        sample = Sample(lang, findings)
        for one in found:
            sample.keep(one)
        sample.write_file()
        show_findings(found, lang)
        counts = len(checked), len(dossiers) - len(checked)
        write_answer(_answer(found, counts, as_of, lang), shape, output, lang)
        if any(one.severity is Severity.VIOLATION for one in found):
            raise click.exceptions.Exit(1)


def _has_values(dossier: Dossier, where: tuple[Where, ...]) -> bool:
    """Whether a dossier has the values that are asked for."""
    from evnpubsvc.statistics.engine import values_of

    if not where:
        return True
    values = values_of(dossier)
    return all(values.get(each.dimension) in each.values for each in where)


def _values_not_met(dossiers: list[Dossier], where: tuple[Where, ...]) -> list[Finding]:
    """A notice for each value that is asked for and that no dossier has.

    Raises:
        UnknownNameError: `dimension-unknown` for what no dossier says.
    """
    from evnpubsvc.statistics.engine import values_of

    found: list[Finding] = []
    if not where:
        return found
    values = [values_of(dossier) for dossier in dossiers]
    names = tuple(dict.fromkeys(name for each in values for name in each))
    for each in where:
        if names and each.dimension not in names:
            raise UnknownNameError("dimension-unknown", each.dimension, known=names)
        said = {own.get(each.dimension) for own in values}
        known = tuple(sorted(value for value in said if value is not None))
        found += (
            notice("where-not-met", f"--where {each.dimension}", value, known=known)
            for value in each.values
            if value not in said
        )
    return found


def _place_of(link: Finding) -> int:
    """The place of the dossier that a finding about links is at."""
    match = re.match(r"\$\[(\d+)\]", link.path)
    assert match is not None
    return int(match[1])


def _say_provisional(found: list[Finding], calendar: Calendar) -> list[Finding]:
    """A notice that counts the findings that rest on days off which are not decided."""
    count = sum(dict(each.parts).get("provisional") is True for each in found)
    if not count:
        return []
    return [notice("check-provisional", "", count, decided_until=calendar.decided_until)]


def read_register_of(
    register: str, columns: str | None, lang: Language
) -> tuple[list[Dossier | Finding], tzinfo]:
    """Read dossiers from JSON Lines, or from an event log (CSV or XES) with its mapping.

    Returns:
        The dossiers and findings, and the zone of days: that of the mapping, else Viet Nam's.
    """
    from evnpubsvc.serde import read_dossiers, read_event_log, read_log_columns, read_xes_log

    ending = register.lower().rpartition(".")[2]
    if ending in {"jsonl", "ndjson"}:
        with open_source(register) as lines:
            return list(read_dossiers(lines)), VIETNAM_TIME
    if columns is None:
        raise WrongCall("call-log-columns")
    layout = read_log_columns(columns)
    source = table_source(register)
    with progress_line(lang) as progress:
        read = read_xes_log if ending == "xes" else read_event_log
        return list(read(source, layout, progress=progress)), local_zone(layout.timezone)


def _answer(found: list[Finding], dossiers: tuple[int, int], as_of: date, lang: Language) -> Answer:
    return Answer(
        kind="check",
        text=lambda: _summary(found, dossiers, lang),
        document=lambda: {
            "as_of": as_of.isoformat(),
            "dossiers": dossiers[0],
            "outside": dossiers[1],
            "findings": [
                {"rule": _rule_of(each) or None, **finding_cells(each, lang)} for each in found
            ],
        },
        sheets=lambda: [_findings_sheet(found, lang), _rules_sheet(found, dossiers, lang)],
        title=render("sheet-findings", lang, {}),
        made_on=as_of.date() if isinstance(as_of, datetime) else as_of,
    )


def _findings_sheet(found: list[Finding], lang: Language) -> Sheet:
    """A row a finding."""
    from evnpubsvc.serde.engine import Sheet, SheetColumn

    keys = ("rule", *FINDING_KEYS)
    words = {each.value: each.text.get(lang) for each in Severity}
    columns = [
        SheetColumn(key, render(f"column-{key}", lang, {}), words=words if lang == "vi" else {})
        for key in keys
    ]
    rows = [[_rule_of(each), *finding_cells(each, lang).values()] for each in found]
    return Sheet(render("sheet-findings", lang, {}), columns, rows)


def _rules_sheet(found: list[Finding], dossiers: tuple[int, int], lang: Language) -> Sheet:
    """A row a rule and reason, as in the summary."""
    from evnpubsvc.serde.engine import Sheet, SheetColumn

    keys = ("rule", "findings", "reason", "title")
    columns = [SheetColumn(key, render(f"column-{key}", lang, {})) for key in keys]
    rows: list[Sequence[SheetCell]] = list(_by_rule(found, lang))
    below = _closing(found, dossiers, lang)
    return Sheet(render("sheet-rules", lang, {}), columns, rows, (), below)


def _rule_of(found: Finding) -> str:
    from evnpubsvc.dossiers import rules

    key = str(dict(found.parts).get("rule", ""))
    return key if any(each.key == key for each in rules()) else ""


def _by_rule(found: list[Finding], lang: Language) -> list[tuple[str, int, str, str]]:
    """How many findings of each reason there are by rule, in the order of the rules."""
    from evnpubsvc.dossiers import rules

    titles = {each.key: each.title.get(lang) for each in rules()}
    counts: dict[tuple[str, str], int] = {}
    for one in found:
        key = dict(one.parts).get("rule", "-"), one.reason
        counts[key] = counts.get(key, 0) + 1
    order = {key: place for place, key in enumerate(titles)}
    ordered = sorted(counts.items(), key=lambda item: (order.get(item[0][0], -1), item[0]))
    return [
        (
            key if key in titles else named("check-group", key).get(lang),
            number,
            reason,
            titles.get(key, ""),
        )
        for (key, reason), number in ordered
    ]


def _closing(found: list[Finding], dossiers: tuple[int, int], lang: Language) -> list[str]:
    """How many violations and notices there are in how many dossiers; how many were left out."""
    violations = sum(one.severity is Severity.VIOLATION for one in found)
    parts = {"dossiers": dossiers[0], "violations": violations, "notices": len(found) - violations}
    lines = [render("check-summary", lang, parts)]
    if dossiers[1]:
        lines.append(render("check-outside", lang, {"dossiers": dossiers[1]}))
    unruled = sum(one.reason == "no-rule-in-force" for one in found)
    if unruled:
        lines.append(render("check-unruled", lang, {"dossiers": unruled}))
    return lines


def _summary(found: list[Finding], dossiers: tuple[int, int], lang: Language) -> str:

    rows = [
        [rule, write(number, lang), f"[{reason}]", title]
        for rule, number, reason, title in _by_rule(found, lang)
    ]
    closing = "\n".join(_closing(found, dossiers, lang))
    if not rows:
        return closing
    header = [render("column-rule", lang, {}), render("column-findings", lang, {}), "", ""]
    return aligned(header, rows, right=[1]) + "\n" + closing
