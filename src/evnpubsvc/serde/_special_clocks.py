"""Special clocks of an office or a sector, from a TOML file.

New ones, and ones that build on others.
"""

from __future__ import annotations

from datetime import date
from typing import Final, cast

from attrs import field, frozen

from evnpubsvc.deadlines import (
    ClockPolicy,
    CutOff,
    SpecialClock,
    StopKind,
    TimeLimit,
    special_clocks,
)
from evnpubsvc.errors import DataError, EvnpubsvcError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation, Confidence, Validity
from evnpubsvc.serde._converter import findings_of
from evnpubsvc.serde._documents import parse_toml, read_bytes, structure_row
from evnpubsvc.serde._tables import Source
from evnpubsvc.texts import Text

_GROUP: Final = "special"


@frozen
class _Row:
    key: str
    vi: str
    en: str
    instrument: str
    base: str | None = None
    article: str = ""
    confidence: Confidence | None = None
    since: date | None = None
    until: date | None = None
    cutoff: CutOff | None = None
    clocks: dict[StopKind, ClockPolicy] = field(factory=dict[StopKind, ClockPolicy])
    limits: dict[str, str] = field(factory=dict[str, str])


def read_special_clocks(source: Source) -> tuple[SpecialClock, ...]:
    r"""Read special clocks from a TOML file, for `CountingRules(calendar, special=...)`.

    Each `[[special]]` has a `key`, what it does in both languages (`vi`, `en`) and its source
    (`instrument`, where known `article` and `confidence`); where they matter its days (`since`,
    `until`, both inclusive), a `cutoff`, `clocks` (what kinds of stops do) and `limits` (by case,
    as texts). With `base`, the key of a packaged special clock or of one above it in the file, it
    takes the cut-off, the clocks and the limits of that one where it has none of its own.

    Args:
        source: the file, or a binary stream.

    Returns:
        The special clocks, in the order of the file. Key, source and days are always their own.

    Raises:
        DataError: `file-unreadable`, `not-utf8`, `not-toml`, or every finding at once, each with
            its path: `key-unknown`, `special-base-unknown`, `special-key-twice`, and why a limit or
            the days are refused.

    >>> from io import BytesIO
    >>> lines = [
    ...     "[[special]]",
    ...     'key = "copies-of-our-office"',
    ...     'base = "certified-copy"',
    ...     'vi = "chứng thực bản sao tại xã"',
    ...     'en = "certified copies in our commune"',
    ...     'instrument = "a decision of the commune"',
    ... ]
    >>> [clock] = read_special_clocks(BytesIO("\n".join(lines).encode()))
    >>> clock.cutoff.value, str(clock.limit("ordinary"))
    ('hard15', 'trong ngày')
    """
    document = parse_toml(read_bytes(source))
    found = [finding("key-unknown", f"$.{key}", key) for key in document if key != _GROUP]
    rows = document.get(_GROUP, [])
    if not isinstance(rows, list):
        found.append(finding("special-rows-needed", f"$.{_GROUP}", type(rows).__name__))
        rows = []
    known = {clock.key: clock for clock in special_clocks()}
    made: dict[str, SpecialClock] = {}
    for index, raw in enumerate(cast("list[object]", rows)):
        path = f"$.{_GROUP}[{index}]"
        row = structure_row(found, path, raw, _Row)
        if row is None:
            continue
        if row.key in known or row.key in made:
            found.append(finding("special-key-twice", f"{path}.key", row.key))
            continue
        base = None
        if row.base is not None:
            base = made.get(row.base) or known.get(row.base)
            if base is None:
                names = (*known, *made)
                found.append(finding("special-base-unknown", f"{path}.base", row.base, known=names))
                continue
        clock = _to_clock(found, path, row, base)
        if clock is not None:
            made[row.key] = clock
    if found:
        raise DataError(found)
    return tuple(made.values())


def _to_clock(
    found: list[Finding], path: str, row: _Row, base: SpecialClock | None
) -> SpecialClock | None:
    """The special clock of a row on its base.

    None where it has findings, which are added to the others.
    """
    clocks = dict(() if base is None else base.clocks)
    limits = dict(() if base is None else base.limits)
    before = len(found)
    for case, text in row.limits.items():
        try:
            limits[case] = TimeLimit.parse(text)
        except EvnpubsvcError as error:
            found += findings_of(error, f"{path}.limits.{case}")
    try:
        clock = SpecialClock(
            row.key,
            Text(vi=row.vi, en=row.en),
            Citation(row.instrument, row.article, row.confidence),
            Validity(row.since, row.until),
            row.cutoff or (None if base is None else base.cutoff),
            tuple({**clocks, **row.clocks}.items()),
            tuple(limits.items()),
        )
    except EvnpubsvcError as error:
        found += findings_of(error, path)
        return None
    return clock if len(found) == before else None
