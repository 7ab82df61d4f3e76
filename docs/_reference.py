"""Sphinx extension for the reference.

`.. room:: evnpubsvc.deadlines` lists what a room exports, in sections.

Functions come first, since they are what people look for; then records, enums with every value and
its names in both languages, exceptions, and the rest. Run as a program on built pages, it counts
what a reader must never see: public names, enum values and reason codes without a page, docstrings
torn at their colon, paths of private modules, links that lead nowhere.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from enum import Enum
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.pycode import ModuleAnalyzer

SECTIONS = ("Functions", "Records", "Enums", "Exceptions", "Types and constants")


def section_of(value: object) -> str:
    """Say under which heading an object stands."""
    if not inspect.isclass(value):
        return "Functions" if inspect.isroutine(value) or callable(value) else SECTIONS[-1]
    if issubclass(value, Enum) and len(value):
        return "Enums"
    return "Exceptions" if issubclass(value, Exception) else "Records"


def read_comments(room: str) -> None:
    """Let autodoc find the docstrings of attributes in the private modules of a room."""
    analyzer = ModuleAnalyzer.for_module(room)
    analyzer.analyze()
    package = room.removesuffix(".results")
    module = importlib.import_module(package)
    for info in pkgutil.iter_modules(getattr(module, "__path__", ())):
        other = ModuleAnalyzer.for_module(f"{package}.{info.name}")
        other.analyze()
        for table in ("attr_docs", "annotations", "overloads", "tagorder"):
            getattr(analyzer, table).update(getattr(other, table))


class Room(Directive):
    """List the public names of a room, functions first."""

    required_arguments = 1

    def run(self) -> list[Any]:
        """Give the nodes of the room."""
        room = self.arguments[0]
        read_comments(room)
        module = importlib.import_module(room)
        lines = [f".. automodule:: {room}", "   :no-members:", ""]
        names: dict[str, list[str]] = {section: [] for section in SECTIONS}
        for name in module.__all__:
            names[section_of(getattr(module, name))].append(name)
        for section, own in names.items():
            if own and section != SECTIONS[-1]:
                lines += [f".. rubric:: {section}", ""]
            for name in own:
                lines += _entry(section, f"{room}.{name}", getattr(module, name))
        node = nodes.Element()
        self.state.nested_parse(StringList(lines, source=room), self.content_offset, node)
        return list(node.children)


def _entry(section: str, path: str, value: object) -> list[str]:
    if section == "Functions":
        return [f".. autofunction:: {path}", ""]
    if section == "Enums":
        return [f".. autoclass:: {path}", "   :members:", "   :undoc-members:", ""]
    if inspect.isclass(value):
        return [f".. autoclass:: {path}", "   :members:", ""]
    return [f".. autodata:: {path}", "   :no-value:", ""]


def mend_docstring(
    _app: object, what: str, name: str, value: object, _options: object, lines: list[str]
) -> None:
    """Keep the docstring of an attribute whole, and add what an enum's value is called.

    The Google style reads what stands before a colon in an attribute's docstring as its type. Here
    types stand in annotations, and a colon is a colon.
    """
    if what in {"attribute", "data", "property"} and lines:
        lines[0] = re.sub(r"(?<!:):(?!:)", "\u2236", lines[0])
    if isinstance(value, Enum) and name.rpartition(".")[2] == value.name:
        text = getattr(value, "text", None)
        if text is not None:
            lines[:] = [line for line in lines if line.strip()]
            lines += ["", f"*{text.en}*, *{text.vi}*", ""]


def restore_colons(
    _app: object, _what: str, _name: str, _value: object, _options: object, lines: list[str]
) -> None:
    """Put back the colons that `mend_docstring` hid; name type variables without their module."""
    lines[:] = [
        re.sub(r"evnpubsvc\.[\w.]*\b_\w+\.(\w+)", r"\1", line.replace("\u2236", ":"))
        for line in lines
    ]


def hide_private_bases(
    _app: object, _name: str, _value: object, _options: object, bases: list[Any]
) -> None:
    """Leave out bases that have no page of their own."""
    bases[:] = [base for base in bases if "._" not in getattr(base, "__module__", "")] or [object]


def setup(app: Any) -> dict[str, bool]:
    """Register the directive, and docstring hooks around those of napoleon (priority 500)."""
    app.add_directive("room", Room)
    app.connect("autodoc-process-docstring", mend_docstring, priority=400)
    app.connect("autodoc-process-docstring", restore_colons, priority=600)
    app.connect("autodoc-process-bases", hide_private_bases)
    return {"parallel_read_safe": True}


def count_faults(pages: Path) -> dict[str, list[str]]:
    """Return what is wrong in built reference pages."""
    from evnpubsvc.texts import LabelledEnum, LabelledIntEnum  # noqa: PLC0415 - not for Sphinx

    html = {path: path.read_text("utf-8") for path in pages.glob("reference/*.html")}
    everything = "\n".join(html.values())
    rooms = sorted(set(re.findall(r'id="module-(evnpubsvc[\w.]*)"', everything)))
    missing: list[str] = []
    for room in rooms:
        module = importlib.import_module(room)
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isclass(value) and issubclass(value, (LabelledEnum, LabelledIntEnum)):
                anchors = (f"{room}.{name}.{member.name}" for member in value)
                missing += [anchor for anchor in anchors if f'id="{anchor}"' not in everything]
    torn: list[str] = []
    private: list[str] = []
    for path, text in html.items():
        plain = re.sub(r"<[^>]+>", "", text)
        torn += [f"{path.name}: {line}" for line in re.findall(r"Type:\s*[^\n]{1,80}", plain)]
        private += [f"{path.name}: {p}" for p in re.findall(r"evnpubsvc\.[\w.]*\._\w+", plain)]
    return {
        "public names without page": find_unlisted(everything),
        "enum values missing": missing,
        "reason codes without place": find_homeless_reasons(pages),
        "docstrings torn at their colon": torn,
        "private paths": private,
        "dead links": list(find_dead_links(pages)),
    }


def find_unlisted(everything: str) -> list[str]:
    """Return the public names that no page has; those of the root stand in their rooms."""
    listed = Path(__file__).parent.parent / "tests" / "public_names.txt"
    anchors = set(re.findall(r'id="(evnpubsvc\.[\w.]+)"', everything))
    last = {anchor.rpartition(".")[2] for anchor in anchors}
    return [
        name
        for name in listed.read_text("utf-8").splitlines()
        if name != "evnpubsvc.__version__"  # told beside the command line
        and f"evnpubsvc.{name}" not in anchors
        and not (name.startswith("evnpubsvc.") and name.rpartition(".")[2] in last)
    ]


def find_homeless_reasons(pages: Path) -> list[str]:
    """Return the reason codes that have no place on the page of their room."""
    from _reasons import reasons, room_of  # noqa: PLC0415 - not for Sphinx

    html = {path.stem: path.read_text("utf-8") for path in pages.glob("reference/reasons/*.html")}
    return [
        each.code for each in reasons() if f'id="{each.code}"' not in html.get(room_of(each), "")
    ]


def find_dead_links(pages: Path) -> Iterator[str]:
    """Yield the links between pages that lead nowhere, to a page or to a place in one."""
    ids: dict[Path, set[str]] = {}
    for page in sorted(pages.rglob("*.html")):
        text = page.read_text("utf-8")
        for target in set(re.findall(r'<a [^>]*href="([^"]+)"', text)):
            address, _, place = target.partition("#")
            # 404 has addresses from the root of the site; others' pages are not fetched.
            if re.match(r"[a-z]+:|/", target) or page.name == "404.html":
                continue
            other = (page.parent / unquote(address)).resolve() if address else page
            if not other.is_file():
                yield f"{page.relative_to(pages)}: {target}"
                continue
            if place and other.suffix == ".html":
                if other not in ids:
                    ids[other] = set(re.findall(r'\bid="([^"]+)"', other.read_text("utf-8")))
                if unescape(unquote(place)) not in ids[other]:
                    yield f"{page.relative_to(pages)}: {target}"


if __name__ == "__main__":
    faults = count_faults(Path(sys.argv[1]))
    for kind, found in faults.items():
        print(f"{kind}: {len(found)}", *found[:10], sep="\n  ")
    sys.exit(any(faults.values()))
