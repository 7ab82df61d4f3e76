"""What the pages promise, as far as their sources show it; `make docs` counts on built pages."""

import re
import sys
from collections import deque
from importlib.resources import files
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
sys.path.append(str(DOCS))

from _citations import anchor_of, find_citations, known_rows  # type: ignore[import-not-found]  # noqa: E402

PAGES = {
    path.relative_to(DOCS).with_suffix(""): path.read_text("utf-8") for path in DOCS.rglob("*.md")
}


def test_every_public_name_stands_on_a_page() -> None:
    pages = "\n".join(text for page, text in PAGES.items() if page.parts[0] == "reference")
    rooms = set(re.findall(r"\.\. room:: evnpubsvc\.([\w.]+)", pages))
    alone = set(re.findall(r"\.\. auto\w+:: evnpubsvc\.([\w.]+)", pages))
    last = {name.rpartition(".")[2] for name in alone}
    listed = (DOCS.parent / "tests" / "public_names.txt").read_text("utf-8").splitlines()
    of_rooms = {name.rpartition(".")[2] for name in listed if name.rpartition(".")[0] in rooms}
    missing = {
        name
        for name in listed
        if name.rpartition(".")[0] not in rooms
        and name not in alone
        and not (name.startswith("evnpubsvc.") and name.rpartition(".")[2] in last | of_rooms)
    }
    assert missing == {"evnpubsvc.__version__"}  # told in words, beside the command line


def test_citations_lead_to_the_table_of_articles() -> None:
    sources = [*PAGES.values(), (DOCS / "reference" / "terms.csv").read_text("utf-8")]
    sources += [path.read_text("utf-8") for path in Path(str(files("evnpubsvc"))).rglob("*.py")]
    cited = [each for text in sources for each in find_citations(text)]
    assert len(cited) > 150
    unknown = {number for _, _, number, place in cited if anchor_of(number, place) is None}
    # Quoted by the Portal; an example of how numbers are written. Nothing here rests on them.
    assert unknown <= {"63/2010", "09/2019"}
    # Two instruments with one number and year would share their rows.
    assert all(re.fullmatch(r"\d+(\.\d)?/\d{4}", number) for number in known_rows())


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("Decree 118/2025/NĐ-CP, art. 19(5)", "art-118-2025-19-5"),
        ("khoản 5 Điều 19 Nghị định số 118/2025/NĐ-CP", "art-118-2025-19-5"),
        ("NĐ 118/2025 khoản 6 Điều 19", "art-118-2025-19-6"),
        ("Law 60/2014, art. 5(3)", "art-60-2014-5-3"),
        ("khoản 3 Điều 111 Bộ luật Lao động", "art-45-2019-111-3"),
        ("Civil Code art. 147(2)", "art-91-2015-147-2"),
        ("art. 17(2)(c)", None),  # of what?
    ],
)
def test_a_citation_is_recognised_as_people_write_it(text: str, anchor: str | None) -> None:
    found = [anchor_of(number, place) for _, _, number, place in find_citations(text)]
    assert found == ([] if anchor is None else [anchor])


@pytest.mark.parametrize("start", ["index", "vi/index"])
@pytest.mark.parametrize(
    "wanted",
    [
        "explanation/how-a-due-date-is-found",  # which rule moved a due date
        "how-to/when-the-yearly-decision-is-published",  # how to add next year's holidays
        "reference/reasons/deadlines",  # what `clock-policy-needed` means
        "how-to/from-excel-to-the-form",  # how to fill form 07a from an Excel file
        "tutorials/test-your-service-in-an-hour",  # how to test one's own life cycle
    ],
)
def test_a_newcomer_needs_three_clicks_at_most(start: str, wanted: str) -> None:
    clicks = {Path(start): 0}
    waiting = deque(clicks)
    while waiting:
        page = waiting.popleft()
        for other in _links(page):
            if other in PAGES and other not in clicks:
                clicks[other] = clicks[page] + 1
                waiting.append(other)
    assert clicks[Path(wanted)] <= 3


def _links(page: Path) -> list[Path]:
    """The pages that the text of a page leads to; side bars and the search are left out."""
    named = re.findall(r"\{doc\}`(?:[^`<]*<)?([^`>]+)>?`|\]\(([^)#]+)\.md", PAGES[page])
    found = [(DOCS / page.parent / (one or two)).resolve() for one, two in named]
    if page == Path("reference/reason-codes"):  # its table links each code
        found += [path.with_suffix("") for path in (DOCS / "reference" / "reasons").glob("*.md")]
    return [path.relative_to(DOCS) for path in found if path.is_relative_to(DOCS)]
