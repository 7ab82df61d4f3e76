"""The page of the kit lists what there is."""

from pathlib import Path

from evnpubsvc.conformance import requirements
from evnpubsvc.conformance._requirements import law_ids
from tests.conformance import docs_tables
from tests.conformance.mutants import MUTANTS

PAGE = Path(__file__).parents[2] / "docs/reference/conformance.md"


def test_the_page_has_the_tables() -> None:
    # After a change that is meant: end the page with `python -m tests.conformance.docs_tables`.
    assert PAGE.read_text("utf-8").rstrip().endswith(docs_tables.page().rstrip())


def test_the_page_of_mistakes_lists_all_of_them() -> None:
    text = (PAGE.parent / "conformance-mistakes.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    listed = [tuple(cell.strip(" `") for cell in row.split(" | ")[:2]) for row in rows]
    assert [(name.removeprefix("| "), law) for name, law in listed] == [
        (mutant.name, mutant.law) for mutant in MUTANTS
    ]


def test_every_requirement_is_exercised_or_has_a_reason() -> None:
    found = docs_tables.touching()
    bare = {key for key in requirements() if key not in law_ids() and not found[key]}
    assert bare == set(docs_tables.NOT_COVERED)
    assert set(found) <= set(requirements())
