"""The table of reason codes has every code, with a kind and a status."""

import re
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

from evnpubsvc.texts.parts import catalogue

sys.path.append(str(Path(__file__).parent.parent / "docs"))

from _reasons import (  # type: ignore[import-not-found]
    ADVICE,
    Kind,
    examples,
    reasons,
    room_of,
    status_of,
    whys,
)


def test_every_code_has_a_kind_and_a_status() -> None:
    found = {each.code: each for each in reasons()}
    assert len(found) > 700
    for each in found.values():
        assert each.code in catalogue()
        assert each.kinds
        assert status_of(each) in {200, 404, 409, 422, 500} or each.kinds == (Kind.CALL,)
    assert found["value-of-wrong-type"].kinds == (Kind.DATA,)
    assert found["schema-unknown"].kinds == (Kind.NAME,)
    assert status_of(found["refused-second-supplement"]) == 409


def test_what_has_a_hint_is_a_reason() -> None:
    # A hint says what to do about something, so an entry that has one is handed over somewhere.
    with_hint = {
        code for code, entry in catalogue().items() if "hint_en" in entry and "." not in code
    }
    assert with_hint - {each.code for each in reasons()} == set()


def test_every_code_says_what_it_means_why_it_comes_and_what_to_do() -> None:
    # A page for each room, and beside it a file that says why; what it means and what to do are
    # the message and its hint, or what holds for its kind.
    pages = Path(__file__).parent.parent / "docs" / "reference" / "reasons"
    found = {each.code: each for each in reasons()}
    assert {room_of(each) for each in found.values()} == {page.stem for page in pages.glob("*.md")}
    for each in found.values():
        written = catalogue()[each.code]
        assert written["en"].strip(), each.code
        assert written["vi"].strip(), each.code
        assert ("hint_en" in written) is ("hint_vi" in written)
        assert "hint_en" in written or each.kinds[0] in ADVICE, each.code
    for room in {room_of(each) for each in found.values()}:
        own = tomllib.loads((pages / f"{room}.toml").read_text("utf-8"))
        assert set(own) == {each.code for each in found.values() if room_of(each) == room}
    # Sentences, each of its own: a formula that fits two codes says nothing of either.
    assert len(set(whys().values())) == len(whys())
    for code, why in whys().items():
        assert why.endswith("."), code
        assert why[0].isupper() or why[0] == "`", code
        assert 6 < len(why.split()) < 60, code
        assert why.count("`") % 2 == 0, code


def test_every_code_has_an_example_that_a_test_provoked() -> None:
    # `python -m bench.provoked` records them, with the test.
    codes = {each.code for each in reasons()}
    recorded = examples()
    assert set(recorded) == codes
    root = Path(__file__).parent.parent
    for code, example in recorded.items():
        place, _, name = example["test"].partition("::")
        assert (root / place).is_file(), code
        # An example in a page or docstring is named by its line, which moves.
        test = name.split("::")[-1]
        assert ":" in test or test in (root / place).read_text("utf-8"), code
        assert example["en"], code


def test_codes_that_are_put_together_are_known() -> None:
    # A code is handed over as a literal, or comes from a table; three places put one together from
    # a name, and the table of codes counts theirs.
    sources = [path.read_text("utf-8") for path in Path(str(files("evnpubsvc"))).rglob("*.py")]
    composed = {
        code
        for source in sources
        for code in re.findall(r"\b(?:finding|notice|\w*Error|Unknown)\(\s*f\"([a-z-]+-)\{", source)
    }
    assert composed == {"refused-", "task-"}
    # What docstrings promise as a reason is one.
    promised = {
        code
        for source in sources
        for part in re.findall(r"Raises:(.*?)(?:\n\s*\n|\"\"\")", source, re.DOTALL)
        for code in re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", part)
        if code in catalogue()
    }
    assert promised - {each.code for each in reasons()} == set()
