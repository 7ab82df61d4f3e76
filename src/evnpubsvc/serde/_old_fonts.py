"""Text of old Vietnamese fonts, which looks like Vietnamese in one font only.

TCVN 5712:1993 (.VnTime and its kin) puts Vietnamese letters in the places of signs and of letters
of other languages: "Ngày tiếp nhận" is stored as "Ngµy tiÕp nhËn". Nothing is converted: two such
texts may be one, and some letters are lost in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# Signs that are letters there; no word of Unicode has them beside a letter.
_SIGNS: Final = r"\u00a8-\u00ae\u00b5-\u00b9\u00bb-\u00be\u00d7\u00d8\u00de"
_SIGN_IN_WORD: Final = re.compile(f"[a-zA-Z][{_SIGNS}]|[{_SIGNS}][a-zA-Z]")
_FEWEST: Final = 3


def is_in_old_font(names: Iterable[str]) -> bool:
    """Return whether names of columns are in an old font.

    >>> is_in_old_font(["M· hå s¬", "Ngµy tiÕp nhËn", "Ngµy hÑn tr¶"])
    True
    >>> is_in_old_font(["Mã hồ sơ", "Ngày tiếp nhận", "Größe", "Prix (m²)", "R·z"])
    False
    """
    return sum(len(_SIGN_IN_WORD.findall(name)) for name in names) >= _FEWEST
