"""Forms of one letter: what a text may be rewritten to without changing what a reader sees in it.

Safe: full-width forms, dashes, spaces, invisible marks, Ð and Ɖ for Đ. Not safe, and so only
listed: letters of other alphabets that look like Latin ones.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_FULL_WIDTH: Final = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_DASHES: Final = dict.fromkeys(
    map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u2043\u02d7\u2796"), "-"
)
_DOTS: Final = dict.fromkeys(map(ord, "\u2024\u3002\uff61"), ".")
_SLASHES: Final = dict.fromkeys(map(ord, "\u2044\u2215\u29f8"), "/")
_SPACES: Final = dict.fromkeys(
    map(
        ord,
        "\t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    ),
    " ",
)
BLANKS: Final = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What `str.strip` takes away, as a class of a pattern: `\\s` means other letters in JavaScript."""
NOT_BLANK: Final = f"[^{BLANKS}]"
# Invisible, and without effect on the order in which the rest is shown. Marks that turn the order
# round (U+202E and its kin) are not here: behind them a reader sees another text than the machine.
_INVISIBLE: Final = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u202a\u202c\u202d\u2066\u2069")
)
_SAFE: Final = {
    **_FULL_WIDTH,
    **_DASHES,
    **_DOTS,
    **_SLASHES,
    **_SPACES,
    **_INVISIBLE,
    ord("\u00d0"): "Đ",
    ord("\u0189"): "Đ",
    ord("\u00f0"): "đ",
}

_CYRILLIC: Final = ("АВЕЅІЈКМНОРСТХУавеѕіјкмнорстху", "ABESIJKMHOPCTXYABESIJKMHOPCTXY")
_GREEK: Final = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")
LOOKALIKES: Final = {
    ord(other): latin for pair in (_CYRILLIC, _GREEK) for other, latin in zip(*pair, strict=True)
}


def plain_letters(text: str) -> str:
    """Return a text in composed form (NFC), safe forms replaced, without blanks at its ends."""
    return unicodedata.normalize("NFC", text).translate(_SAFE).strip(" ")


def plain_words(text: str) -> str:
    """Return a text as `plain_letters` does, with single blanks between its words."""
    return " ".join(plain_letters(text).split())


def escape_unwritable(text: str) -> str:
    r"""Return a text with what cannot be stored or written (see `is_writable`) as `\u0000`."""
    if is_writable(text):
        return text
    return "".join(letter if is_writable(letter) else f"\\u{ord(letter):04x}" for letter in text)


def is_writable(text: str) -> bool:
    """Whether a text can be stored and written anywhere: no NUL, no half of a pair of UTF-16."""
    if text.isascii():
        return "\0" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
