"""One catalogue of texts.

Nothing is missing in either language, and no code asks for what is not there.
"""

import ast
import re
import string
import tomllib
from pathlib import Path

import pytest

import evnpubsvc
from evnpubsvc._tables import packaged_names, packaged_text
from evnpubsvc.findings import finding
from evnpubsvc.texts import LANGUAGES, Text
from evnpubsvc.texts.parts import catalogue, render

_SOURCE = Path(evnpubsvc.__file__).parent
_FACTORIES = {
    "finding",
    "notice",
    "MisuseError",
    "UnknownNameError",
    "Unknown",
    "OutsideCoverageError",
    "InvalidCode",
}


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_every_text_stands_in_both_languages_with_the_same_placeholders() -> None:
    for key, entry in catalogue().items():
        assert set(entry) <= {"en", "vi", "hint_en", "hint_vi"}, key
        assert entry["en"].strip(), key
        assert entry["vi"].strip(), key
        assert _placeholders(entry["en"]) == _placeholders(entry["vi"]), key
        assert ("hint_en" in entry) == ("hint_vi" in entry), key
        assert _placeholders(entry.get("hint_en", "")) == _placeholders(entry.get("hint_vi", "")), (
            key
        )


def test_tables_that_are_read_by_themselves_say_what_their_files_say() -> None:
    whole: dict[str, dict[str, str]] = {}
    for name in packaged_names("texts"):
        for key, entry in tomllib.loads(packaged_text(f"texts/{name}.toml")).items():
            if isinstance(entry.get("en"), str):
                whole[key] = entry
            else:
                whole |= {f"{key}.{value}": text for value, text in entry.items()}
    assert {key: dict(entry) for key, entry in catalogue().items()} == whole
    assert len(catalogue()) == len(whole)


def test_the_name_of_an_enum_is_no_text() -> None:
    assert "stop-kind.supplement" in catalogue()
    assert "stop-kind" not in catalogue()
    assert "stop-kind.unheard-of" not in catalogue()


def test_no_key_stands_in_two_files() -> None:
    keys = [
        key
        for name in packaged_names("texts")
        for key in tomllib.loads((_SOURCE / "texts" / f"{name}.toml").read_text(encoding="utf-8"))
    ]  # the tables of enums.toml too: two classes of one name would share their texts
    assert sorted(keys) == sorted(set(keys))


def _reasons_in_code() -> set[tuple[str, str]]:
    """Return (file, reason) of every reason code that stands literally in the source."""
    found: set[tuple[str, str]] = set()
    for path in _SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = (
                node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            )
            first = node.args[0]
            literals = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            for literal in literals:
                if (
                    name in _FACTORIES
                    and isinstance(literal, ast.Constant)
                    and isinstance(literal.value, str)
                ):
                    found.add((path.name, literal.value))
    return found


def test_every_reason_in_the_code_has_its_texts() -> None:
    found = _reasons_in_code()
    assert len(found) > 50
    assert {(file, reason) for file, reason in found if reason not in catalogue()} == set()


def test_reasons_are_stable_looking_codes() -> None:
    assert [
        key for key in catalogue() if not re.fullmatch(r"[a-z0-9]+([-_.][a-z0-9]+)*", key)
    ] == []


def test_texts_are_composed_unicode() -> None:
    import unicodedata

    for entry in catalogue().values():
        for text in entry.values():
            assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_missing_part_and_braces_in_a_value_do_no_harm(lang: str) -> None:
    assert "{" not in render("count-negative", lang, {})  # type: ignore[arg-type]
    assert "{0} {x!r}" in render("count-negative", lang, {"value": "{0} {x!r}"})  # type: ignore[arg-type]


def test_a_reason_of_another_application_is_shown_as_it_is() -> None:
    assert (
        finding("our-own-rule", "row 1", "x", limit=3).line()
        == "row 1: our-own-rule limit=3 value=x [our-own-rule]"
    )


@pytest.mark.parametrize("wrong", ["", "  ", None, 3])
def test_a_text_is_not_empty(wrong: object) -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        Text(vi=wrong, en="x")  # type: ignore[arg-type]
