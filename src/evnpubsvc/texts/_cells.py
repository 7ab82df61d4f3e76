"""Texts in tables that spreadsheets open: shown, never run; and how to get the text back."""

from __future__ import annotations

import re
from typing import Final

# Letters that a spreadsheet takes for the beginning of a formula, full-width and small forms too.
_TRIGGERS: Final = "=+\\-@＝＋－＠﹦﹢﹣﹫−"
# What a spreadsheet, or a person who pastes, may drop before them: blanks, control characters,
# marks without width.
_SKIPPED: Final = "\\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"
# A cell begins at the beginning of the text, and after a mark that may separate cells elsewhere.
_BEGINS: Final = "(^|[;,|\t\r\n])"
_GUARD: Final = f"{_BEGINS}(?=[{_SKIPPED}]*[{_TRIGGERS}]|['\t\r\n])"
_GUARDED: Final = f"{_BEGINS}'"
_NUMBER: Final = r"[+-]?[0-9]+(\.[0-9]+)?"


def guard_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, as OWASP recommends for CSV.

    An apostrophe is put before `=`, `+`, `-`, `@`, their full-width forms, tabs and line breaks
    where a cell may begin (at the beginning, and after `;`, `,`, `|`, a tab or a line break, in
    case another separator is assumed), and before an apostrophe in such a place. So `unguard_text`
    gives back every text exactly.

    >>> guard_text("=HYPERLINK(1)"), guard_text("Đất đai"), guard_text("'=1"), guard_text("a;=1")
    ("'=HYPERLINK(1)", 'Đất đai', "''=1", "a;'=1")
    """
    return re.sub(_GUARD, r"\1'", text)


def unguard_text(text: str) -> str:
    """Return the text that `guard_text` was given.

    >>> unguard_text("'=HYPERLINK(1)")
    '=HYPERLINK(1)'
    """
    return re.sub(_GUARDED, r"\1", text)


def guard_cell(cell: str) -> str:
    """Return a cell of a table: a number as it is, with its sign, any other text guarded.

    >>> guard_cell("-3.5"), guard_cell("-x")
    ('-3.5', "'-x")
    """
    if re.fullmatch(_NUMBER, cell):
        return cell
    return guard_text(cell)
