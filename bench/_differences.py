"""Single differences between two recordings, each once: where, what it was, what it is.

A result for machines is compared value by value, whatever its order; a text line by line. Numbers
and days are masked, so that one change of a word is one difference however many cases show it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NamedTuple

_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,:/-]\d+)*")
_RULE: Final = re.compile(r"[-─ ]{3,}")  # under the headings of a table: as wide as its cells
_CELLS: Final = re.compile(r"0(?:[- ]+0)+(?=$|[^\d])")  # cells of one row
_WEEKDAY: Final = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Chủ nhật|thứ \w+)\b")
_REASON: Final = re.compile(r"\[([a-z][a-z0-9]*(?:-[a-z0-9]+)+)\]")
_VIETNAMESE: Final = re.compile(r"[ăâđêôơưạ-ỹ]", re.IGNORECASE)
_ABSENT: Final = "∅"
_WIDEST: Final = 160


class Difference(NamedTuple):
    """One difference: the command, the place in its result, the old and the new value, masked."""

    command: str
    place: str
    old: str
    new: str

    def line(self) -> str:
        """Return it as one line, which the patterns of reasons are matched with."""
        old, new = self.old[:_WIDEST], self.new[:_WIDEST]
        return f"{self.command} | {self.place} | {old} -> {new}"


def _mask(text: object) -> str:
    """Return a text without its numbers, its blanks and the width of its columns."""
    plain = _NUMBER.sub("0", " ".join(_RULE.sub("---", str(text)).split()))
    return _CELLS.sub("0", _WEEKDAY.sub("DAY", plain))


def differences(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    """Give the single differences of two records of one call."""
    command = str(old["arguments"][0])
    if old["exit"] != new["exit"]:
        # Then everything else differs too, and the last line of the errors says why.
        last = [(each["stderr"].strip().splitlines() or [""])[-1] for each in (old, new)]
        before, after = (
            f"{each['exit']}: {_mask(line)}" for each, line in zip((old, new), last, strict=True)
        )
        yield Difference(command, "exit", before, after)
        return
    for stream in ("stdout", "stderr"):
        before, after = old[stream], new[stream]
        if before == after:
            continue
        values = _parse(before), _parse(after)
        if all(each is not None for each in values):
            found = _of_documents(*values, "$")
        else:
            found = _of_lines(before, after, stream)
        for place, left, right in found:
            yield Difference(command, place, left, right)


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _of_documents(old: Any, new: Any, place: str) -> Iterator[tuple[str, str, str]]:
    """Give what differs between two documents; members of lists share one place."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _of_documents(old.get(key, _ABSENT), new.get(key, _ABSENT), f"{place}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for left, right in zip(old, new, strict=True):
            yield from _of_documents(left, right, f"{place}[]")
    elif old != new:
        yield place, _mask(old), _mask(new)


def _of_lines(old: str, new: str, stream: str) -> Iterator[tuple[str, str, str]]:
    """Give the lines that went, each with the one that came in its place.

    Findings are paired by their reason, whatever they quote; other lines by what they share.
    """
    left, right = (Counter(_mask(line) for line in text.split("\n")) for text in (old, new))
    if left == right:
        yield stream, "numbers", "numbers, the width of columns or the order of lines"
        return
    gone, come = list((left - right).elements()), list((right - left).elements())
    yield from _of_findings(gone, come)
    gone, come = ([line for line in lines if not _REASON.search(line)] for lines in (gone, come))
    for line in gone:
        near = get_close_matches(line, come, 1, 0.5)
        for each in near:
            come.remove(each)
        yield stream, line, near[0] if near else _ABSENT
    for line in come:
        yield stream, _ABSENT, line


def _of_findings(gone: list[str], come: list[str]) -> Iterator[tuple[str, str, str]]:
    """Give the reasons that went, came, or are said in other words."""
    before, after = (_by_reason(lines) for lines in (gone, come))
    for reason in dict.fromkeys((*before, *after)):
        what = "said otherwise"
        if reason not in before:
            what = "said now"
        elif reason not in after:
            what = "not said now"
        yield f"finding [{reason}]", what, _example(before, after, reason)


def _by_reason(lines: list[str]) -> dict[str, str]:
    """Return a line for each reason that lines end with."""
    found = ((match[1], line) for line in lines if (match := _REASON.search(line)))
    return dict(found)


def _example(before: dict[str, str], after: dict[str, str], reason: str) -> str:
    """Return what is said by language alone, since what is quoted differs from case to case."""
    line = after.get(reason, before.get(reason, ""))
    return "vi" if _VIETNAMESE.search(line) else "en"


def reasons_of(path: Path) -> dict[str, re.Pattern[str]]:
    """Read why differences are meant: tables with a `why` and a list of `patterns`."""
    with path.open("rb") as stream:
        rows = tomllib.load(stream)["meant"]
    return {row["why"]: re.compile("|".join(row["patterns"])) for row in rows}


def list_differences(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]], meant: Path | None
) -> bool:
    """Print each difference once, with its count, under its reason; return whether each has one."""
    counted: Counter[Difference] = Counter()
    for name in before.keys() & after.keys():
        counted.update(set(differences(before[name], after[name])))
    reasons = {} if meant is None else reasons_of(meant)
    by_reason: dict[str, list[tuple[int, Difference]]] = {}
    for each, number in counted.most_common():
        line = each.line()
        why = next((why for why, pattern in reasons.items() if pattern.search(line)), "")
        by_reason.setdefault(why, []).append((number, each))
    print(f"{len(counted)} distinct differences, {len(by_reason.get('', []))} without a reason")
    for why, members in by_reason.items():
        print(f"\n## {why or 'no reason is given'} ({len(members)})")
        for number, each in members:
            print(f"{number:5} × {each.line()}")
    return "" not in by_reason
