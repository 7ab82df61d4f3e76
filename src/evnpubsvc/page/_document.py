"""The frame of a page: language, style, and a script that only sorts and searches."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Final

import htpy as h
from markupsafe import Markup

from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import printable, render

_FOLDER: Final = files("evnpubsvc.page")


def write_document(title: str, parts: Iterable[h.Node], lang: Language, *, script: bool) -> str:
    """Return a whole page. `script`: its table can be sorted and searched."""
    # Both files belong to this package; nothing of the caller is in them.
    style = Markup((_FOLDER / "page.css").read_text("utf-8"))  # noqa: S704
    code = Markup((_FOLDER / "page.js").read_text("utf-8"))  # noqa: S704
    page = h.html(lang=lang)[
        h.head[
            h.meta(charset="utf-8"),
            h.meta(name="viewport", content="width=device-width, initial-scale=1"),
            h.meta(name="color-scheme", content="light dark"),
            h.title[printable(title)],
            h.style[style],
        ],
        h.body[
            h.main[h.h1[printable(title)], list(parts)],
            h.footer[h.p[render("page-made-by", lang, {})]],
            h.script[code] if script else None,
        ],
    ]
    return f"{page}\n"


def make_section(key: str, title: str, parts: Iterable[h.Node]) -> h.Element:
    """Return a part of a page under its own heading."""
    return h.section[h.h2(id=key)[printable(title)], list(parts)]


def make_list(lines: Iterable[str]) -> h.Element:
    """Return lines as a list."""
    return h.ul[[h.li[printable(line)] for line in lines]]
