"""Sphinx extension: what the theme leaves out for people who use a keyboard or a screen reader.

Headings in the navigation get a level, the two side bars a name, and what scrolls can be reached by
the keyboard. Pages below `vi/` say that they are in Vietnamese. `axe-core` finds no violation then.
"""

from pathlib import Path
from typing import Any, Final

# What the theme writes -> what it should have written, in every page.
_REPAIRS: Final = (
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="Pages">'),
    ('<aside class="toc-drawer', '<aside aria-label="On this page" class="toc-drawer'),
    ("<pre>", '<pre tabindex="0">'),
    ('<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'),
    ('role="heading"', 'role="heading" aria-level="2"'),
)


def say_language(
    app: Any, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let a page say its language."""
    del app, templatename, doctree
    if pagename.startswith("vi/"):
        context["language"] = "vi"


def repair(app: Any, exception: Exception | None) -> None:
    """Complete the pages that were written."""
    if exception is not None or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text("utf-8")
        if _REPAIRS[0][1] in text:
            continue  # written by an earlier build
        for old, new in _REPAIRS:
            text = text.replace(old, new)
        page.write_text(text, "utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Register both steps."""
    app.connect("html-page-context", say_language)
    app.connect("build-finished", repair)
    return {"parallel_read_safe": True}
