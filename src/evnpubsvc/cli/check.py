"""`evnpubsvc check`: the rules R1-R14 over the dossiers of a register."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evnpubsvc._moments import local_zone
from evnpubsvc.cli._calendars import calendar_options, decided_calendar, provisional_calendar
from evnpubsvc.cli._catalogues import catalogue_option, read_procedures, solvable_option
from evnpubsvc.cli._counting import counting_of, counting_options
from evnpubsvc.cli._io import (
    MOST_SHOWN,
    aligned,
    choice_of,
    lang_option,
    progress_line,
    reported,
    show_findings,
    table_source,
)
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._moments import MOMENT, moment_in
from evnpubsvc.cli._output import (
    SHAPES,
    Answer,
    format_option,
    output_option,
    shape_of,
    write_answer,
)
from evnpubsvc.cli._registers import where_of, where_option
from evnpubsvc.cli._rejects import FINDING_KEYS, Sample, finding_cells, findings_option
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.findings import Finding, Severity, notice
from evnpubsvc.texts import Language, write
from evnpubsvc.texts.parts import named, render
from evnpubsvc.worktime import VIETNAM_TIME, Calendar

if TYPE_CHECKING:
    from evnpubsvc.cli._pieces import Piece
    from evnpubsvc.dossiers import Dossier
    from evnpubsvc.serde import LogColumns
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
    from evnpubsvc.cli._pieces import Task, check_by_processes, check_in_pieces
    from evnpubsvc.dossiers import Precision, TimelinessPolicy, TransitionalRule, rule, rules

    with reported(lang):
        # What is checked, by which rules and days.
        chosen = [rule(key.strip()) for key in keys.split(",") if key.strip()] or list(rules())
        calendar = decided_calendar(calendar_file)
        if not decided_only:
            calendar = provisional_calendar(calendar_file, max(as_of.year, calendar.last.year) + 1)
        given: dict[str, Any] = {"solvable": solvable, "unknown_hour": unknown_hour}
        counting = counting_of(calendar, clocks, hours, law_file, **given)
        read_procedures(catalogue_file)  # what is wrong with it is said before anything is read
        reading = None if transitional is None else TransitionalRule(transitional)
        wanted = _read_wheres(wheres)
        read, zone = open_register(register, columns, lang)
        as_of = moment_in(as_of, zone)
        policy = TimelinessPolicy(Precision(compare))
        asked = tuple(each.key for each in chosen)
        task = Task(as_of, asked, counting, policy, reading, zone, catalogue_file, wanted)

        # Each dossier by itself, then those that refer to each other.
        keeps_all = shape_of(shape, output) != "table"
        results = _Results(lang, findings, keeps_all=keeps_all)
        register_of = _Register(wanted)
        if read is None:
            pieces = check_by_processes(register, task)
        else:
            pieces = check_in_pieces(read, task)
        for piece in pieces:
            results.take(piece.found)
            register_of.take(piece)
        results.take(register_of.find_faults())
        results.take(_say_provisional(results.provisional, calendar))

        # Everything that was found, printed and on request written.
        results.sample.write_file()
        show_findings(results.shown, lang, count=results.count)
        counts = register_of.checked, register_of.outside
        write_answer(_answer(results, counts, as_of, lang), shape, output, lang)
        if results.violations:
            raise click.exceptions.Exit(1)


def _read_wheres(texts: tuple[str, ...]) -> tuple[Where, ...]:
    """Return the values that are asked for."""
    if not texts:
        return ()
    from evnpubsvc.statistics.engine import as_wheres

    return as_wheres(where_of(texts))


class _Results:
    """What was found: counted, and as much of it kept as is printed.

    Attributes:
        found: all findings, where the answer lists them; else none.
        counts: how many there are of each rule and reason.
        violations: how many violations there are.
        count: how many findings there are.
        unruled: how many dossiers began when no rule was in force.
        provisional: how many findings rest on days off that are not decided.
        sample: what is written to a file of findings.
    """

    def __init__(self, lang: Language, path: str | None, *, keeps_all: bool) -> None:
        self.found: list[Finding] = []
        self.counts: dict[tuple[str, str], int] = {}
        self.violations = self.count = self.unruled = self.provisional = 0
        self.sample = Sample(lang, path)
        self._keeps_all = keeps_all
        self._first: dict[Severity, list[Finding]] = {each: [] for each in Severity}

    @property
    def shown(self) -> list[Finding]:
        """The first findings of either severity."""
        return [one for some in self._first.values() for one in some]

    def take(self, found: Iterable[Finding]) -> None:
        """Count findings, and keep what is asked for."""
        for one in found:
            parts, severity = dict(one.parts), one.severity
            key = parts.get("rule", "-"), one.reason
            self.counts[key] = self.counts.get(key, 0) + 1
            self.count += 1
            self.violations += severity is Severity.VIOLATION
            self.unruled += one.reason == "no-rule-in-force"
            self.provisional += parts.get("provisional") is True
            self.sample.keep(one)
            if self._keeps_all:
                self.found.append(one)
            if len(self._first[severity]) < MOST_SHOWN:
                self._first[severity].append(one)


class _Register:
    """What is known of all dossiers together: their links, and the values that they have.

    Attributes:
        checked: how many dossiers were checked.
        outside: how many were left out by their values.
    """

    def __init__(self, wanted: tuple[Where, ...]) -> None:
        from evnpubsvc.dossiers.parts import Links

        self.checked = self.outside = 0
        self._wanted = wanted
        self._links = Links()
        self._left_out: set[int] = set()
        self._names: dict[str, None] = {}
        self._said: list[set[str | None]] = [set() for _ in wanted]

    def take(self, piece: Piece) -> None:
        """Take the dossiers of the next piece."""
        first = self.checked + self.outside
        self._left_out.update(first + place for place in piece.outside)
        self.outside += len(piece.outside)
        self.checked += len(piece.codes) - len(piece.outside)
        for place, code in enumerate(piece.codes):
            self._links.add(code, piece.linked.get(place, ()))
        self._names |= piece.names
        for said, more in zip(self._said, piece.said, strict=True):
            said.update(more)

    def find_faults(self) -> list[Finding]:
        """Return what is wrong with links, and a notice for each value that no dossier has.

        Links that lead to dossiers left out are looked at too.

        Raises:
            UnknownNameError: `dimension-unknown` for what no dossier says.
        """
        links = self._links.find_faults()
        found = [each for each in links if _place_of(each) not in self._left_out]
        names = tuple(self._names)
        for each, said in zip(self._wanted, self._said, strict=True):
            if names and each.dimension not in names:
                raise UnknownNameError("dimension-unknown", each.dimension, known=names)
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


def _say_provisional(count: int, calendar: Calendar) -> list[Finding]:
    """A notice that counts the findings that rest on days off which are not decided."""
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
    read, zone = open_register(register, columns, lang, is_alone=True)
    assert read is not None
    return list(read), zone


def open_register(
    register: str, columns: str | None, lang: Language, *, is_alone: bool = False
) -> tuple[Iterable[Dossier | Finding] | None, tzinfo]:
    """Return what reads the dossiers of a register, and the zone of its days.

    The reader is None where several processes are to read a large file of lines, unless this one is
    to read it alone.
    """
    from evnpubsvc.cli._pieces import is_large
    from evnpubsvc.serde import read_dossiers

    ending = register.lower().rpartition(".")[2]
    if ending in {"jsonl", "ndjson"}:
        if not is_alone and is_large(register):
            return None, VIETNAM_TIME
        return read_dossiers(table_source(register)), VIETNAM_TIME
    if columns is None:
        raise WrongCall("call-log-columns")
    from evnpubsvc.serde import read_log_columns

    layout = read_log_columns(columns)
    return _read_log(register, layout, lang), local_zone(layout.timezone)


def _read_log(register: str, layout: LogColumns, lang: Language) -> Iterator[Dossier | Finding]:
    from evnpubsvc.serde import read_event_log, read_xes_log

    source = table_source(register)
    read = read_xes_log if register.lower().endswith(".xes") else read_event_log
    with progress_line(lang) as progress:
        yield from read(source, layout, progress=progress)


def _answer(results: _Results, dossiers: tuple[int, int], as_of: date, lang: Language) -> Answer:
    return Answer(
        kind="check",
        text=lambda: _summary(results, dossiers, lang),
        document=lambda: {
            "as_of": as_of.isoformat(),
            "dossiers": dossiers[0],
            "outside": dossiers[1],
            "findings": [
                {"rule": _rule_of(each) or None, **finding_cells(each, lang)}
                for each in results.found
            ],
        },
        sheets=lambda: [
            _findings_sheet(results.found, lang),
            _rules_sheet(results, dossiers, lang),
        ],
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


def _rules_sheet(results: _Results, dossiers: tuple[int, int], lang: Language) -> Sheet:
    """A row a rule and reason, as in the summary."""
    from evnpubsvc.serde.engine import Sheet, SheetColumn

    keys = ("rule", "findings", "reason", "title")
    columns = [SheetColumn(key, render(f"column-{key}", lang, {})) for key in keys]
    rows: list[Sequence[SheetCell]] = list(_by_rule(results, lang))
    below = _closing(results, dossiers, lang)
    return Sheet(render("sheet-rules", lang, {}), columns, rows, (), below)


def _rule_of(found: Finding) -> str:
    from evnpubsvc.dossiers import rules

    key = str(dict(found.parts).get("rule", ""))
    return key if any(each.key == key for each in rules()) else ""


def _by_rule(results: _Results, lang: Language) -> list[tuple[str, int, str, str]]:
    """How many findings of each reason there are by rule, in the order of the rules."""
    from evnpubsvc.dossiers import rules

    titles = {each.key: each.title.get(lang) for each in rules()}
    order = {key: place for place, key in enumerate(titles)}
    ordered = sorted(results.counts.items(), key=lambda item: (order.get(item[0][0], -1), item[0]))
    return [
        (
            key if key in titles else named("check-group", key).get(lang),
            number,
            reason,
            titles.get(key, ""),
        )
        for (key, reason), number in ordered
    ]


def _closing(results: _Results, dossiers: tuple[int, int], lang: Language) -> list[str]:
    """How many violations and notices there are in how many dossiers; how many were left out."""
    violations, notices = results.violations, results.count - results.violations
    parts = {"dossiers": dossiers[0], "violations": violations, "notices": notices}
    lines = [render("check-summary", lang, parts)]
    if dossiers[1]:
        lines.append(render("check-outside", lang, {"dossiers": dossiers[1]}))
    if results.unruled:
        lines.append(render("check-unruled", lang, {"dossiers": results.unruled}))
    return lines


def _summary(results: _Results, dossiers: tuple[int, int], lang: Language) -> str:
    rows = [
        [rule, write(number, lang), f"[{reason}]", title]
        for rule, number, reason, title in _by_rule(results, lang)
    ]
    closing = "\n".join(_closing(results, dossiers, lang))
    if not rows:
        return closing
    header = [render("column-rule", lang, {}), render("column-findings", lang, {}), "", ""]
    return aligned(header, rows, right=[1]) + "\n" + closing
