"""A text of the catalogue in a language, with its parts filled in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from evnpubsvc.texts._catalogue import catalogue
from evnpubsvc.texts._text import Language, Text, known_language
from evnpubsvc.texts._write import lead_in, plain, roman, write


def named(prefix: str, name: str) -> Text:
    """Return what a name is called, from the entry `prefix-name`.

    The name itself where there is none.
    """
    entry = catalogue().get(f"{prefix}-{name}")
    if entry is None:
        return Text(vi=name, en=name)
    return Text(vi=entry["vi"], en=entry["en"])


def render(key: str, lang: Language, parts: Mapping[str, object], *, hint: bool = False) -> str:
    """Return the text of a key in a language, with its parts filled in.

    Args:
        key: a key of the catalogue.
        lang: `"en"` or `"vi"`.
        parts: the values of the placeholders, of any type: each is written by `write`. Braces
            inside values stay as they are; a placeholder without a value is written `…`.
        hint: return the hint of a reason code (what to do) instead of its message.

    Returns:
        The text; an empty string for a hint that the catalogue does not have; the key itself,
        followed by the parts, for a key that it does not have, since findings of other applications
        pass through here too.

    >>> render("count-negative", "en", {"value": -3})
    'a count cannot be negative, got -3'
    """
    known_language(lang)  # before it is a key of the cache below
    try:
        template = _template(key, lang, hint)
    except KeyError:  # no text of ours
        if hint:
            return ""
        return " ".join([key, *(f"{name}={write(part, lang)}" for name, part in parts.items())])
    text = ""
    for words, name, form in template:
        if name is None:
            text += words
        elif name not in parts:
            text += words + "…"
        else:
            text += lead_in(words, parts[name], lang) + _fill(form, parts[name], lang)
    return text


def _fill(form: str, value: object, lang: Language) -> str:
    """Write the value of a placeholder as the placeholder says."""
    if form.startswith("?"):
        is_empty = value is None or value in ("", ())
        if is_empty:
            return ""
        return form[1:] + write(value, lang)
    if form == "s":
        return "" if value == 1 else "s"
    if form == "roman":
        return roman(value, lang)
    if form == "plain":
        return plain(value, lang)
    return write(value, lang)


@cache
def _template(key: str, lang: Language, hint: bool) -> tuple[tuple[str, str | None, str], ...]:
    """Return a text taken apart.

    Words, the placeholder that follows them, what it says of itself.
    """
    from string import Formatter  # noqa: PLC0415 - only messages need it

    entry = catalogue()[key]
    text = entry.get(f"hint_{lang}", "") if hint else entry[lang]
    return tuple((words, name, form or "") for words, name, form, _ in Formatter().parse(text))
