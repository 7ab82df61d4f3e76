"""Texts in tables that spreadsheets open: shown, never run; and how to get the text back."""

from __future__ import annotations

import json
import re
from typing import Final

__all__ = ["guarded", "printable", "unguarded"]

# Letters that a spreadsheet takes for the beginning of a formula, their full-width and small forms included.
_TRIGGERS: Final = "=+\\-@＝＋－＠﹦﹢﹣﹫−"
# What a spreadsheet, or whoever pastes, may drop before them: blanks, control characters, marks without width.
_SKIPPED: Final = "\\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"
# A cell begins at the beginning of the text, and, where another mark separates cells, after that mark.
_BEGINS: Final = "(^|[;,|\t\r\n])"
_GUARD: Final = re.compile(f"{_BEGINS}(?=[{_SKIPPED}]*[{_TRIGGERS}]|['\t\r\n])")
_GUARDED: Final = re.compile(f"{_BEGINS}'")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, as OWASP recommends for CSV.

    An apostrophe is put before `=`, `+`, `-`, `@`, their full-width forms, tabs and line breaks where a cell may begin
    (at the beginning, and after `;`, `,`, `|`, a tab or a line break, in case another separator is assumed), and before
    an apostrophe in such a place. So `unguarded` gives back every text exactly.

    >>> guarded("=HYPERLINK(1)"), guarded("Đất đai"), guarded("'=1"), guarded("a;=1")
    ("'=HYPERLINK(1)", 'Đất đai', "''=1", "a;'=1")
    """
    return _GUARD.sub(r"\1'", text)


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given.

    >>> unguarded("'=HYPERLINK(1)")
    '=HYPERLINK(1)'
    """
    return _GUARDED.sub(r"\1", text)


def printable(text: str) -> str:
    """Return a text on one line: line breaks, control characters and marks that turn the writing round are escaped."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in text)
