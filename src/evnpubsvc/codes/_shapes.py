"""The shapes of all kinds of codes, side by side, since each kind refuses the others by name.

ASCII only, every repetition bounded: a text of any length is matched or refused after some dozen
characters.
"""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 80  # characters of a text that may still hold a code: the longest code has 52

TOP: Final = r"[A-Y][0-9]{2}"
# Old layout: level 1 last, four groups, or the two groups before it that Ho Chi Minh City used
# (38.98.H29). New layout: level 1 first, groups below it; 8 groups of 3 digits fill the 35
# characters that the law allows.
UNIT: Final = (
    rf"(?:[0-9]{{3}}\.[0-9]{{2}}|[0-9]{{2}})\.[0-9]{{2,3}}\.{TOP}|{TOP}(?:\.[0-9]{{1,3}}){{0,8}}"
)
SEQUENCE: Final = r"[0-9]{4,9}"
DOSSIER: Final = rf"({UNIT})-([0-9]{{6}})-({SEQUENCE})"
NATIONAL: Final = r"[1-9]\.[0-9]{6}"
PROCEDURE_UNIT: Final = rf"(?:[0-9]{{3}}\.[0-9]{{2}}\.[0-9]{{2}}\.)?{TOP}"
PROCEDURE: Final = rf"({NATIONAL})(?:\.({PROCEDURE_UNIT}))?"
CASE: Final = r"[0-9]{2}"
SERVICE: Final = rf"{PROCEDURE}\.({CASE})"
RESULT: Final = rf"KQ\.({TOP})\.([0-9]{{5,7}})(\.{{0,3}}[A-Z]{{0,4}})"
FIELD: Final = rf"({TOP})-([A-ZĐ]{{1,6}}[0-9]{{0,4}})"

_KINDS: Final = {
    kind: re.compile(shape).fullmatch
    for kind, shape in (
        ("dossier", DOSSIER),
        ("unit", UNIT),
        ("procedure", PROCEDURE),
        ("service", SERVICE),
        ("result", RESULT),
        ("field", FIELD),
    )
}


def other_kind(text: str, kind: str) -> str | None:
    """Return the kind, other than the given one, whose shape a text has.

    The shapes exclude one another.
    """
    return next(
        (other for other, matches in _KINDS.items() if other != kind and matches(text)), None
    )
