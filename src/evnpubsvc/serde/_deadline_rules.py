"""Rules of deadlines from a TOML file: newer one-stop rules, special clocks of a sector."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any, Final, Protocol, TypeVar, cast

from attrs import field

from evnpubsvc._files import Source
from evnpubsvc._records import frozen
from evnpubsvc.deadlines import (
    ClockPolicy,
    CutOff,
    DeadlineRules,
    LegalLimit,
    RuleSet,
    SpecialClock,
    StopKind,
    TimeLimit,
    rule_sets,
    special_clocks,
)
from evnpubsvc.errors import DataError, EvnpubsvcError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation, Confidence, Validity
from evnpubsvc.serde._converter import findings_of
from evnpubsvc.serde._documents import structure_row
from evnpubsvc.serde._parse import read_toml
from evnpubsvc.texts import Text

_RULE_SETS: Final = "rule_set"
_SPECIAL: Final = "special"


@frozen(kw_only=True)
class _Row:
    """What rows of both kinds say; key, source and days are always their own."""

    key: str
    vi: str
    en: str
    instrument: str
    base: str | None = None
    article: str = ""
    confidence: Confidence | None = None
    note: str = ""
    until: date | None = None
    clocks: dict[StopKind, ClockPolicy] = field(factory=dict[StopKind, ClockPolicy])

    @property
    def citation(self) -> Citation:
        return Citation(self.instrument, self.article, self.confidence, self.note)


@frozen(kw_only=True)
class _RuleSetRow(_Row):
    since: date
    limits: dict[str, Any] = field(factory=dict[str, Any])


@frozen(kw_only=True)
class _SpecialRow(_Row):
    since: date | None = None
    cutoff: CutOff | None = None
    limits: dict[str, str] = field(factory=dict[str, str])


@frozen
class _Limit:
    """A limit that another article sets than the rule set at large."""

    limit: str
    article: str = ""
    confidence: Confidence | None = None
    note: str = ""


def read_deadline_rules(source: Source) -> DeadlineRules:
    r"""Read rules of deadlines from a TOML file, for `rule_sets` and `special` of `CountingRules`.

    Two kinds of tables, both optional, each with a `key`, what it is in both languages (`vi`, `en`)
    and its source (`instrument`, where known `article`, `confidence` and `note`); key, source and
    days are always its own:

    * `[[rule_set]]`: one-stop rules. `since` is needed, `until` is not; both are inclusive. On
      these days they take the place of the packaged ones. `clocks` say what kinds of stops do,
      `limits` within what time something must be done (keys of `LegalLimit`): a text, or a table
      with `limit` and an `article` of its own.
    * `[[special]]`: a rule of one procedure or act. `since`, `until`, a `cutoff`, `clocks`, and
      `limits` by case, as texts.

    With `base`, the key of a packaged one of the same kind or of one above it in the file, a table
    takes over what it does not say itself: clocks, limits and the cut-off.

    Args:
        source: the file, or a binary stream.

    Returns:
        The rule sets and special clocks, each in the order of the file.

    Raises:
        DataError: `file-unreadable`, `not-utf8`, `not-toml`, or every finding at once, each with
            its path: `key-unknown`, `rule-base-unknown`, `rule-key-twice`, `rule-sets-overlap`, and
            why a limit or the days are refused.

    >>> from io import BytesIO
    >>> lines = [
    ...     "[[rule_set]]",
    ...     'key = "onestop-2028"',
    ...     'base = "onestop-2026"',
    ...     'vi = "cơ chế một cửa từ năm 2028"',
    ...     'en = "one-stop rules of 2028"',
    ...     'instrument = "a decree of 2028"',
    ...     "since = 2028-01-01",
    ...     'limits = { supplement-notice = "2 ngày làm việc" }',
    ... ]
    >>> [rules] = read_deadline_rules(BytesIO("\n".join(lines).encode())).rule_sets
    >>> str(rules.limit("supplement-notice").limit), str(rules.limit("online-answer").citation)
    ('2 ngày làm việc', 'Decree 118/2025/NĐ-CP, art. 17(2)(c)')
    """
    document = read_toml(source)
    known = (_RULE_SETS, _SPECIAL)
    found = [
        finding("key-unknown", f"$.{key}", key, known=known) for key in document if key not in known
    ]
    packaged_sets = {rules.key: rules for rules in rule_sets()}
    packaged_clocks = {clock.key: clock for clock in special_clocks()}
    own_sets = _read(found, document, _RULE_SETS, _RuleSetRow, packaged_sets, _to_rule_set)
    own_clocks = _read(found, document, _SPECIAL, _SpecialRow, packaged_clocks, _to_clock)
    found += _overlaps(own_sets)
    if found:
        raise DataError(found)
    return DeadlineRules(tuple(own_sets.values()), tuple(own_clocks.values()))


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


_R = TypeVar("_R", bound=_Row)
_M = TypeVar("_M", bound=_Keyed)
_Made = Callable[[list[Finding], str, _R, "_M | None"], "_M"]


def _read(
    found: list[Finding],
    document: Mapping[str, Any],
    group: str,
    kind: type[_R],
    packaged: Mapping[str, _M],
    make: _Made[_R, _M],
) -> dict[str, _M]:
    """Make what the tables of a group say, in order, so that each may build on those above it."""
    rows = document.get(group, [])
    if not isinstance(rows, list):
        found.append(finding("rule-rows-needed", f"$.{group}", type(rows).__name__, group=group))
        return {}
    made: dict[str, _M] = {}
    for index, raw in enumerate(cast("list[object]", rows)):
        path = f"$.{group}[{index}]"
        row = structure_row(found, path, raw, kind)
        if row is None:
            continue
        if row.key in packaged or row.key in made:
            found.append(finding("rule-key-twice", f"{path}.key", row.key))
            continue
        known = {**packaged, **made}
        if row.base is not None and row.base not in known:
            names = tuple(known)
            found.append(finding("rule-base-unknown", f"{path}.base", row.base, known=names))
            continue
        before = len(found)
        base = None if row.base is None else known[row.base]
        try:
            one = make(found, path, row, base)
        except (EvnpubsvcError, ValueError) as error:
            found += findings_of(error, path)
            continue
        if len(found) == before:
            made[row.key] = one
    return made


def _to_rule_set(
    found: list[Finding], path: str, row: _RuleSetRow, base: RuleSet | None
) -> RuleSet:
    if base is None:
        limits = {}
    else:
        limits = {limit.key: limit for limit in base.limits}
    for key, said in row.limits.items():
        place = f"{path}.limits.{key}"
        if isinstance(said, dict):
            one = structure_row(found, place, said, _Limit)
        else:
            one = structure_row(found, place, {"limit": said}, _Limit)
        if one is not None:
            limit = _parse(found, place, one.limit)
            source = row.citation
            if one.article:
                confidence = one.confidence or row.confidence
                source = Citation(row.instrument, one.article, confidence, one.note)
            if limit is not None:
                limits[key] = LegalLimit(key, limit, source)
    return RuleSet(
        row.key,
        Text(vi=row.vi, en=row.en),
        row.citation,
        Validity(row.since, row.until),
        _clocks(row, base),
        tuple(limits.values()),
    )


def _to_clock(
    found: list[Finding], path: str, row: _SpecialRow, base: SpecialClock | None
) -> SpecialClock:
    limits = dict(() if base is None else base.limits)
    for case, text in row.limits.items():
        limit = _parse(found, f"{path}.limits.{case}", text)
        if limit is not None:
            limits[case] = limit
    return SpecialClock(
        row.key,
        Text(vi=row.vi, en=row.en),
        row.citation,
        Validity(row.since, row.until),
        row.cutoff or (None if base is None else base.cutoff),
        _clocks(row, base),
        tuple(limits.items()),
    )


def _clocks(
    row: _Row, base: RuleSet | SpecialClock | None
) -> tuple[tuple[StopKind, ClockPolicy], ...]:
    """What stops do under a row, and under its base where the row does not say."""
    return tuple({**dict(() if base is None else base.clocks), **row.clocks}.items())


def _parse(found: list[Finding], path: str, text: str) -> TimeLimit | None:
    """Read a limit; None where it has findings, which are added to the others."""
    try:
        return TimeLimit.parse(text)
    except EvnpubsvcError as error:
        found += findings_of(error, path)
        return None


def _overlaps(made: Mapping[str, RuleSet]) -> Iterator[Finding]:
    """Two rule sets that hold on one day: which of them counts could not be said."""
    for earlier, later in combinations(made.values(), 2):
        if earlier.validity.overlaps(later.validity):
            yield finding("rule-sets-overlap", f"$.{_RULE_SETS}", later.key, other=earlier.key)
