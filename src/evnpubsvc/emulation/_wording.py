"""How points and numbers are written in explanations, in the style of a language."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from evnpubsvc.quantities import Interval, Unknown
from evnpubsvc.quantities.parts import has_places, localised
from evnpubsvc.texts import Language, Text
from evnpubsvc.texts.parts import render

_NUMBER: Final = r"[A-Za-z]?[.\d]+[a-z]?(\.[a-z\d]+)*"  # 2.1, 4.5a, P.b


def numbered_title(key: str, title: Text, lang: Language) -> str:
    """Write a title with its number; a key that is a word tells a Vietnamese reader nothing."""
    if lang == "vi" and not re.fullmatch(_NUMBER, key):
        return title.vi
    return f"{key} {title.get(lang)}"


def sentence(key: str, lang: Language, **parts: object) -> str:
    """Return a text of the catalogue with its parts filled in."""
    return render(key, lang, parts)


def number_text(value: Fraction | int, lang: Language, places: int = 0) -> str:
    """Write points: exactly, with at least so many places; from seven decimals on only about."""
    if has_places(value, places):
        return localised(value, lang, places)
    if has_places(value, 6):
        return localised(value, lang)
    return "≈ " + localised(value, lang, 6)


def interval_text(between: Interval, lang: Language, places: int = 0) -> str:
    """Write between what points lie; a bound says that it is one."""
    assert between.high is not None  # points end at a maximum
    ends = {
        "low": number_text(between.low, lang, places),
        "high": number_text(between.high, lang, places),
    }
    text = sentence("interval", lang, **ends)
    return text if between.reached else sentence("interval-bound", lang, interval=text)


def signed_text(points: Fraction, lang: Language) -> str:
    """Write points with their sign."""
    return ("+" if points > 0 else "") + number_text(points, lang)


def points_text(points: Fraction | Unknown, lang: Language) -> str:
    """Write points, or why they are unknown."""
    if isinstance(points, Unknown):
        return points.written(lang)
    return number_text(points, lang)


def share_text(part: int | None, whole: int | None, lang: Language) -> str:
    """Write a part over its whole; what is not there counts as nothing."""
    return f"{localised(part or 0, lang)} / {localised(whole or 0, lang)}"
