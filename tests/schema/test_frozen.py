"""The published schemas are frozen: what takes something away needs its word in the changelog.

`tests/schema/frozen.json` holds the shapes as of the last release, or as first landed before there
is one. At a release: `python -m tests.schema.test_frozen`.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from evnpubsvc import __version__
from evnpubsvc.schema import all_schemas
from tests.schema.compatibility import losses, shape_of

_FROZEN = Path(__file__).parent / "frozen.json"
_CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


def _shapes() -> dict[str, Any]:
    shapes: dict[str, Any] = shape_of(all_schemas()["$defs"])
    return shapes


def _freeze() -> None:
    frozen = {"version": __version__, "definitions": _shapes()}
    text = json.dumps(frozen, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    # One type a line, so that a change of a type is a change of a line.
    text = re.sub(r'(?<=[{},])(?="[A-Z]\w+":\{)', "\n", text)
    _FROZEN.write_text(text + "\n", encoding="utf-8")


def _confessed(changelog: str, version: str) -> set[str]:
    """Return the types that entries "breaking: schema" name since a version, that one included."""
    sections = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    named: set[str] = set()
    for section in sections:
        for entry in re.split(r"^\* ", section, flags=re.MULTILINE):
            if entry.startswith("breaking: schema"):
                named |= set(re.findall(r"`([A-Z]\w+)", entry))
        if section.startswith(version):
            break
    return named


def test_what_is_taken_away_is_a_breaking_entry_of_the_changelog() -> None:
    frozen = json.loads(_FROZEN.read_text(encoding="utf-8"))
    confessed = _confessed(_CHANGELOG.read_text(encoding="utf-8"), frozen["version"])
    unsaid = [
        f"{name} {loss}"
        for name, loss in losses(frozen["definitions"], _shapes())
        if name not in confessed
    ]
    # Say it: * breaking: schema of `Type`: what changed, and how to write it now.
    assert unsaid == []


@pytest.mark.parametrize(
    ("change", "loss"),
    [
        ({"properties": {}}, "has no field a"),
        ({"properties": {"a": {"type": "integer"}}}, "has another field a"),
        ({"required": ["a"]}, "requires a"),
        ({"additionalProperties": True}, "says something else under additionalProperties"),
    ],
)
def test_each_kind_of_loss_is_seen(change: dict[str, Any], loss: str) -> None:
    old = {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "required": [],
        "additionalProperties": False,
    }
    assert list(losses({"T": old}, {"T": {**old, **change}})) == [("T", loss)]
    assert list(losses({"T": old}, {})) == [("T", "is gone")]
    more = {**old, "properties": {**old["properties"], "b": {"type": "string"}}}  # type: ignore[dict-item]
    assert list(losses({"T": old}, {"T": more, "U": old})) == []
    assert list(losses({"E": {"enum": ["a", "b"]}}, {"E": {"enum": ["a", "c"]}})) == [
        ("E", "has no value b")
    ]


def test_only_entries_that_name_the_type_count() -> None:
    changelog = (
        "## 27.1.0\n\n* change: x\n* breaking: schema of `Dossier`: `at` is gone\n\n"
        "## 26.11.0\n\n* breaking: schema of `Tally`: x\n"
    )
    assert _confessed(changelog, "27.1.0") == {"Dossier"}
    assert _confessed(changelog, "26.11.0") == {"Dossier", "Tally"}


if __name__ == "__main__":
    _freeze()
