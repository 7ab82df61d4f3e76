"""Strategies for tables as offices really write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

_ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "cp1258", "latin-1")
_BREAKS: Final = ("\n", "\r\n", "\r")
_MARKS: Final = (",", ";", "\t", "|")
# What stands in cells beside what belongs there.
_ODD: Final = (
    "", " ", "-", "–", "N/A", "không", "0", "00", "1.234", "1,5", "1e3", "#N/A", "=1+1", "+84",
    "@x", "31/02/2026", "2026-13-01", "01/02/03", "45000", "15h30", "Đúng hạn", "Tổng cộng",
    '"', "a\nb", "\u200bA", "\u0410", "x" * 300,
)  # fmt: skip


@st.composite
def odd_tables(
    draw: st.DrawFn, columns: Sequence[str] = ("code", "received", "due", "finished")
) -> bytes:
    """Draw the bytes of tables that stand in files of offices, for readers of your own.

    Encodings, marks between cells, line ends, letters composed or not, rows of another length,
    blank lines, titles above the heading, totals below, formulas, dates that do not exist. Shrinks
    to a heading alone, in UTF-8.

    Args:
        draw: given by Hypothesis.
        columns: the headings.
    """
    if not columns:
        raise InvalidArgument("at least one column is needed")
    mark = draw(st.sampled_from(_MARKS))
    cell = st.sampled_from(_ODD) | st.dates().map(str) | st.text(max_size=5)
    length = st.integers(0, len(columns) + 1) | st.just(len(columns))
    lengths = draw(st.lists(length, max_size=4))
    rows = [list(columns), *([draw(cell) for _ in range(number)] for number in lengths)]
    if draw(st.booleans()):
        rows.insert(0, [draw(st.sampled_from(("SỔ THEO DÕI HỒ SƠ", "")))])
    if draw(st.booleans()):
        rows.append(["Tổng cộng", str(len(rows))])

    # Cells with the mark, a quote or a break are quoted, or left as they are.
    is_quoted = draw(st.booleans())
    breaks = draw(st.sampled_from(_BREAKS))
    lines = [mark.join(_quoted(each, mark) if is_quoted else each for each in row) for row in rows]
    text = breaks.join(lines) + draw(st.sampled_from(("", breaks)))
    if draw(st.booleans()):
        text = unicodedata.normalize("NFD", text)
    return text.encode(draw(st.sampled_from(_ENCODINGS)), "replace")


def _quoted(cell: str, mark: str) -> str:
    if any(letter in cell for letter in (mark, '"', "\n", "\r")):
        return '"' + cell.replace('"', '""') + '"'
    return cell
