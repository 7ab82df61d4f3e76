"""From what people and systems write to the letters of a code: what is safe to change is changed and reported.

Safe: forms of one character (full-width, dashes, spaces, lower case), blanks around separators, invisible marks.
Not safe: letters of other alphabets that look like Latin ones. They are reported as a violation, beside the text
that they look like, so that a reader may decide; a parser refuses them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from evnpubsvc.findings import Finding, finding, notice

__all__ = ["clean"]

_FULL_WIDTH: Final = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_DASHES: Final = dict.fromkeys(
    map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u2043\u02d7\u2796"), "-"
)
_DOTS: Final = dict.fromkeys(map(ord, "\u2024\u3002\uff61"), ".")
_SPACES: Final = dict.fromkeys(
    map(
        ord,
        "\t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    ),
    " ",
)
# Invisible, and without effect on the order in which the rest is shown. Marks that turn the order round
# (U+202E and its kin) are not here: behind them a reader sees another code than the machine.
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u202a\u202c\u202d\u2066\u2069"))
_SAFE: Final = {**_FULL_WIDTH, **_DASHES, **_DOTS, **_SPACES, **_INVISIBLE, ord("\u00d0"): "Đ", ord("\u0189"): "Đ"}

_CYRILLIC: Final = ("АВЕЅІЈКМНОРСТХУавеѕіјкмнорстху", "ABESIJKMHOPCTXYABESIJKMHOPCTXY")
_GREEK: Final = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")
_LOOKALIKE: Final = {ord(a): b for pair in (_CYRILLIC, _GREEK) for a, b in zip(*pair, strict=True)}

_AROUND_SEPARATORS: Final = re.compile(r" *([.-]) *")
_FOREIGN: Final = re.compile(r"[^A-ZĐ0-9.\-]")


def clean(text: str) -> tuple[str, tuple[Finding, ...]]:
    """Return a text in the letters of codes, with what was changed (notices) and what forbids using it."""
    plain = unicodedata.normalize("NFC", text).translate(_SAFE).strip(" ")
    plain = _AROUND_SEPARATORS.sub(r"\1", plain)
    latin = plain.translate(_LOOKALIKE)
    found: list[Finding] = []
    if latin != plain:
        found.append(finding("code-lookalike", "", text, latin=latin.upper()))
    shape = latin.upper()
    foreign = _FOREIGN.search(shape)
    if not shape:
        found.append(finding("code-empty"))
    elif foreign is not None:
        character = foreign[0]
        name = unicodedata.name(character, f"U+{ord(character):04X}")
        found.append(finding("code-character", "", text, character=character, name=name))
    elif not found and shape != text:
        found.append(notice("code-rewritten", "", text, canonical=shape))
    return shape, tuple(found)
