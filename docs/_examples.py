"""Sphinx extension: pages of the case of 2022, written when the documentation is built.

The role `nuithanh` links to the page in a language: {nuithanh}`vi`.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

from docutils import nodes

from evnpubsvc.emulation import rank, score
from evnpubsvc.page import standings_page
from evnpubsvc.serde import read_figure_columns, read_figures, read_scheme

_NAMES = {"vi": "tiếng Việt", "en": "English"}


def write_pages(app: Any, exception: Exception | None) -> None:
    """Write the standings of the drive of 2022, in both languages."""
    if exception is not None or app.builder.format != "html":
        return
    given = files("evnpubsvc.examples")
    with (given / "nui-thanh-2022.toml").open("rb") as file:
        scheme = read_scheme(file)
    with (given / "nui-thanh-2022-columns.toml").open("rb") as file:
        columns = read_figure_columns(file)
    with (given / "nui-thanh-2022.csv").open("rb") as file:
        units = list(read_figures(file, scheme, columns))
    standings = rank(score(scheme, unit) for unit in units)
    for lang in _NAMES:
        page = standings_page(standings, lang=lang, explained=True)
        Path(app.outdir, f"nui-thanh-2022.{lang}.html").write_text(page, "utf-8")


def link(name: str, rawtext: str, text: str, *_: Any, **__: Any) -> tuple[list[Any], list[Any]]:
    """Link to the page of a language, from a page one folder below the first."""
    del name, rawtext
    address = f"../nui-thanh-2022.{text}.html"
    return [nodes.reference("", _NAMES[text], refuri=address)], []


def setup(app: Any) -> dict[str, bool]:
    """Register the role and the step."""
    app.add_role("nuithanh", link)
    app.connect("build-finished", write_pages)
    return {"parallel_read_safe": True}
