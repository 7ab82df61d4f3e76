"""A foreign log of events, judged by the rules of `dossiers.check`, one dossier at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from attrs import evolve

from evnpubsvc.conformance._report import (
    ConformanceReport,
    CounterExample,
    LawOutcome,
    LawResult,
)
from evnpubsvc.conformance._requirements import requirement
from evnpubsvc.dossiers import (
    Dossier,
    Rule,
    Timeliness,
    check,
    rules,
    stated_class_rule,
)
from evnpubsvc.findings import Finding, Severity
from evnpubsvc.law import Citation
from evnpubsvc.texts.parts import printable_lines

_KEPT: Final = 20  # counter-examples of one requirement
_SHRUNK: Final = 40  # events of a history whose smallest part is looked for


def judge_log(
    dossiers: Iterable[Dossier],
    *,
    as_of: date | datetime,
    stated_class: str | None = None,
    classes: Mapping[str, Timeliness | str | Collection[Timeliness | str]] | None = None,
    **asked: Any,
) -> ConformanceReport:
    """Judge what another platform did by its log alone (*kiểm tra nhật ký xử lý hồ sơ*).

    Each dossier goes through the rules of `dossiers.check`: forbidden steps, due dates stated that
    the rules do not give, classes stated that the history does not give. The time grows with the
    log, not faster, and memory does not grow with it.

    Args:
        dossiers: the log, as `serde.read_event_log` or `read_xes` gives it; read once.
        as_of: the day of judgement, inclusive; what happened later is not known.
        stated_class: name of the attribute of a dossier that states its class of timeliness; None
            where the log states none.
        classes: the words of the log for classes, as `{"đúng hạn": ("early", "on_time")}`, each
            with the class or classes that it means; the values of `Timeliness` by default. Other
            words are not judged.
        asked: `counting`, `policy`, `catalogue`, `zone`, `units`, `transitional`, as for
            `dossiers.check`.

    Returns:
        The report: one result for each rule; violations alone fail. Each has the first dossiers
        that break it, the first one with the fewest events that still do.

    >>> from evnpubsvc.dossiers import Event, EventKind
    >>> from evnpubsvc.worktime import VIETNAM_TIME
    >>> at = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    >>> events = tuple(Event(kind, at.replace(hour=9 + place)) for place, kind in enumerate(
    ...     (EventKind.SUBMITTED, EventKind.RECEIVED, EventKind.NOTE, EventKind.RETURNED)))
    >>> report = judge_log([Dossier("case-1", events=events)], as_of=date(2026, 3, 9))
    >>> [(each.requirement.id, len(each.examples)) for each in report.failures]
    [('rule.R9', 1)]
    """
    every = rules()
    if stated_class is not None:
        every = (*every, stated_class_rule(stated_class, classes))
    found: dict[str, list[CounterExample]] = defaultdict(list)
    numbers: Counter[str] = Counter()
    count = 0
    for dossier in dossiers:
        count += 1
        for one in _violations(dossier, as_of, every, asked):
            law = f"rule.{_key(one)}"
            numbers[law] += 1
            if len(found[law]) < _KEPT:
                witness = dossier if found[law] else _shrink(dossier, one, as_of, every, asked)
                found[law].append(_example(witness, one))
    results: list[LawResult] = []
    for law in (f"rule.{rule.key}" for rule in every):
        outcome = LawOutcome.FAILED if numbers[law] else LawOutcome.PASSED
        results.append(LawResult(requirement(law), outcome, count, tuple(found[law])))
    return ConformanceReport("log", tuple(results))


def _violations(
    dossier: Dossier, as_of: date | datetime, every: tuple[Rule, ...], asked: Mapping[str, Any]
) -> Iterator[Finding]:
    for one in check(dossier, as_of=as_of, rules=every, **asked):
        if one.severity is Severity.VIOLATION and _key(one) in _keys(every):
            yield one


def _keys(every: tuple[Rule, ...]) -> frozenset[str]:
    return frozenset(rule.key for rule in every)


def _key(one: Finding) -> object:
    return dict(one.parts).get("rule")


def _shrink(
    dossier: Dossier,
    one: Finding,
    as_of: date | datetime,
    every: tuple[Rule, ...],
    asked: Mapping[str, Any],
) -> Dossier:
    """Leave out each event without which the same rule is still broken in the same way."""
    if len(dossier.events) > _SHRUNK:
        return dossier
    own = tuple(rule for rule in every if rule.key == _key(one))
    place = len(dossier.events)
    while place:
        place -= 1
        events = dossier.events[:place] + dossier.events[place + 1 :]
        fewer = evolve(dossier, events=events)
        reasons = {each.reason for each in _violations(fewer, as_of, own, asked)}
        if one.reason in reasons:
            dossier = fewer
    return dossier


def _example(dossier: Dossier, one: Finding) -> CounterExample:
    source = dict(one.parts).get("source")
    expected = source.text.en if isinstance(source, Citation) else one.reason
    call = f"check({dossier!r}, as_of=...)"
    return CounterExample(*map(printable_lines, (call, one.message(), expected)))
