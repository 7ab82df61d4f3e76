"""From what people and systems write to the letters of a code.

What is safe to change is changed and reported.

Safe: forms of one character, lower case, blanks around separators, invisible marks. Letters of
other alphabets that look like Latin ones are reported as a violation, beside the text that they
look like: a parser refuses them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from evnpubsvc._letters import LOOKALIKES, plain_letters
from evnpubsvc.findings import Finding, finding, notice

_AROUND_SEPARATORS: Final = re.compile(r" *([.-]) *")
_FOREIGN: Final = re.compile(r"[^A-ZĐ0-9.\-]")


def clean(text: str) -> tuple[str, tuple[Finding, ...]]:
    """Return a text in the letters of codes.

    With what was changed (a notice) or forbids using it (violations).
    """
    plain = _AROUND_SEPARATORS.sub(r"\1", plain_letters(text))
    latin = plain.translate(LOOKALIKES)
    shape = latin.upper()
    if latin != plain:
        found = [finding("code-lookalike", "", text, latin=shape)]
    else:
        found = []
    foreign = _FOREIGN.search(shape)
    if not shape:
        found.append(finding("code-empty"))
    elif foreign is not None:
        name = unicodedata.name(foreign[0], f"U+{ord(foreign[0]):04X}")
        found.append(finding("code-character", "", text, character=foreign[0], name=name))
    elif not found and shape != text:
        found.append(notice("code-rewritten", "", text, canonical=shape))
    return shape, tuple(found)
