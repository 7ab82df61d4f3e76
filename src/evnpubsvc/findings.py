"""Findings: what is wrong with data, as data. Misuse raises; bad data comes back as these, all at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Self

from attrs import evolve, field, frozen

from evnpubsvc.texts import LabelledEnum, Language, render

__all__ = ["Finding", "Severity", "by_reason", "finding", "notice", "violations"]

_SHOWN = 80  # characters of a bad value that a finding keeps: enough to find it, too few to flood a report


class Severity(LabelledEnum):
    """How much a finding weighs."""

    VIOLATION = "violation"
    """The data cannot be used as they are, or a rule is broken."""
    NOTICE = "notice"
    """The data can be used; somebody should look."""


@frozen
class Finding:
    """One thing that is wrong with data, with the place and what to do.

    Attributes:
        reason: stable reason code, a key of the catalogue of texts (or of the application's own).
        path: where, as `$.groups[0].criteria[2].target` in documents or `row 7, column received` in tables.
        value: what stood there, shortened; None when something is missing.
        parts: the named parts of the message, sorted by name.
        severity: a violation unless said otherwise.

    >>> f = finding("count-negative", "row 7, column received", -3)
    >>> f.message()
    'a count cannot be negative, got -3'
    >>> print(f)
    row 7, column received: a count cannot be negative, got -3 [count-negative]
    """

    reason: str
    path: str = ""
    value: str | None = None
    parts: tuple[tuple[str, str], ...] = ()
    severity: Severity = field(default=Severity.VIOLATION)

    def message(self, lang: Language = "en") -> str:
        """Return what is wrong, in a language."""
        return render(self.reason, lang, self._filled())

    def hint(self, lang: Language = "en") -> str:
        """Return what to do about it, in a language; empty where there is nothing to add."""
        return render(self.reason, lang, self._filled(), hint=True)

    def _filled(self) -> dict[str, str]:
        filled = dict(self.parts)
        if self.value is not None:
            filled.setdefault("value", self.value)
        return filled

    def at(self, prefix: str) -> Self:
        """Return the same finding with its path put below a prefix (`$.groups[0]`, `row 7`)."""
        if not self.path:
            return evolve(self, path=prefix)
        joint = "" if self.path.startswith((".", "[")) else ", "
        return evolve(self, path=f"{prefix}{joint}{self.path}")

    def line(self, lang: Language = "en") -> str:
        """Return the finding as one line: path, message, reason code, hint."""
        place = f"{self.path}: " if self.path else ""
        hint = self.hint(lang)
        return f"{place}{self.message(lang)} [{self.reason}]" + (f" - {hint}" if hint else "")

    def __str__(self) -> str:
        return self.line()


def finding(reason: str, path: str = "", value: object = None, **parts: object) -> Finding:
    """Make a violation from values of any type: they are shown as text, shortened and free of control characters."""
    return Finding(
        reason=reason,
        path=path,
        value=None if value is None else shown(value),
        parts=tuple(sorted((name, shown(part)) for name, part in parts.items())),
    )


def notice(reason: str, path: str = "", value: object = None, **parts: object) -> Finding:
    """Make a notice: as `finding`, for what does not forbid using the data."""
    return evolve(finding(reason, path, value, **parts), severity=Severity.NOTICE)


def shown(value: object) -> str:
    """Return a value as a short printable text: control characters escaped, the middle of long texts left out."""
    text = value if isinstance(value, str) else str(value)
    if len(text) > _SHOWN:
        text = f"{text[: _SHOWN // 2]}…{text[-10:]} ({len(text)} characters)"
    if text.isprintable():
        return text
    # Each by itself: marks that turn the order of writing round and lone surrogates are escaped, letters are not.
    return "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in text)


def violations(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that forbid using the data."""
    return tuple(f for f in found if f.severity is Severity.VIOLATION)


def by_reason(found: Iterable[Finding]) -> Mapping[str, int]:
    """Return how often each reason occurs, most frequent first, then by reason."""
    counts: dict[str, int] = {}
    for f in found:
        counts[f.reason] = counts.get(f.reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
