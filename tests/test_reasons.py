"""The table of reason codes has every code, with a kind and a status."""

import sys
from pathlib import Path

from evnpubsvc.texts.parts import catalogue

sys.path.append(str(Path(__file__).parent.parent / "docs"))

from _reasons import Kind, examples, reasons, room_of, status_of  # type: ignore[import-not-found]


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


def test_every_code_has_a_place_of_its_own_and_an_example() -> None:
    # A page for each room; the example is what a test provoked, `python -m bench.provoked`.
    pages = Path(__file__).parent.parent / "docs" / "reference" / "reasons"
    assert {room_of(each) for each in reasons()} - {
        page.stem for page in pages.glob("*.md")
    } == set()
    codes = {each.code for each in reasons()}
    recorded = examples()
    assert set(recorded) - codes == set()
    assert len(codes - set(recorded)) <= 33  # that no test provokes yet
