"""The article tables: each article of three instruments has a decision, and what is named exists.

The counts of articles and clauses are those of the texts as read; where the texts are at hand, they
are counted again.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.realdata import _FOLDER

from evnpubsvc._tables import packaged_table
from evnpubsvc.deadlines import ClockPolicy, CutOff, rule_sets
from evnpubsvc.dossiers import rules
from evnpubsvc.law import Provision
from evnpubsvc.serde import preset_names, report_form_names

TABLES: dict[str, dict[str, Any]] = {
    key: dict(table) for key, table in packaged_table("law/articles.toml").items()
}
TEXTS = {
    "decree-118-2025": "nd-118-2025.txt",
    "circular-09-2026": "tt-09-2026-btp.txt",
    "labour-code-2019": "bo-luat-lao-dong-dieu-111-112.txt",
}
# Articles of the decree whose clauses may be left out only with a reason that a lawyer accepts.
STRICT = {15, 16, 17, 18, 19, 20, 21, 22, 28, 32}
NAMED = {
    "rule": {rule.key for rule in rules()},
    "rule set": {rules.key for rules in rule_sets()},
    "clock": {policy.value for policy in ClockPolicy},
    "cut-off": {cutoff.value for cutoff in CutOff},
    "form": set(report_form_names()),
    "preset": set(preset_names()),
}


def places(table: dict[str, Any]) -> list[tuple[int, int | None]]:
    """Return article and clause of every row; None for a whole article."""
    found: list[tuple[int, int | None]] = []
    for row in table["decisions"]:
        place = Provision.parse(row["article"])
        article = int(place.article)
        if not place.clause:
            found.append((article, None))
            continue
        last = place.last or place.clause
        found += ((article, clause) for clause in range(int(place.clause), int(last) + 1))
    return found


@pytest.mark.parametrize("key", TABLES)
def test_every_article_has_a_decision_and_only_one(key: str) -> None:
    """A new article without a decision, or one decided twice, fails here."""
    table = TABLES[key]
    first, last = table["articles"]
    found = places(table)
    assert len(found) == len(set(found)), "decided twice"
    by_article = {article: {c for a, c in found if a == article} for article, _ in found}
    assert sorted(by_article) == list(range(first, last + 1))
    for article, clauses in by_article.items():
        assert clauses == {None} or None not in clauses, f"article {article} whole and in parts"
    for article, count in table["clauses"].items():
        assert by_article[int(article)] == set(range(1, count + 1)), f"article {article}"


@pytest.mark.parametrize("key", TABLES)
def test_every_decision_says_where_or_why(key: str) -> None:
    for row in TABLES[key]["decisions"]:
        assert row["decision"] in {"implemented", "not-applicable", "out-of-scope"}
        assert len(row["what"]) > 5
        assert bool(row.get("where")) is (row["decision"] == "implemented"), row["article"]


def test_the_strict_articles_are_in_scope() -> None:
    """Arts 15-22, 28 and 32 of the decree.

    Every clause is implemented or says why there is nothing to do.
    """
    table = TABLES["decree-118-2025"]
    assert {int(article) for article in table["clauses"]} == STRICT
    for row in table["decisions"]:
        if int(Provision.parse(row["article"]).article) in STRICT:
            assert row["decision"] != "out-of-scope", row["article"]


@pytest.mark.parametrize("key", TABLES)
def test_what_a_table_names_exists(key: str) -> None:
    for row in TABLES[key]["decisions"]:
        for where in row.get("where", ()):
            kind, _, name = where.rpartition(" ")
            if kind:
                assert name in NAMED[kind], where
                continue
            room, *names = where.split(".")
            value: Any = import_module(f"evnpubsvc.{room}")
            for each in names:
                value = getattr(value, each)


@pytest.mark.parametrize("key", TABLES)
def test_the_tables_have_the_articles_and_clauses_of_the_texts(key: str) -> None:
    path = Path(_FOLDER).parent / "domain" / "texts" / TEXTS[key]
    if not path.exists():
        pytest.skip(f"legal text absent: {TEXTS[key]}")
    table = TABLES[key]
    found: dict[int, int] = {}
    article = 0
    for line in path.read_text(encoding="utf-8").split("PHỤ LỤC\n")[0].splitlines():
        if heading := re.match(r"Điều (\d+)\. ", line):
            article = int(heading[1])
            found[article] = 0
        # Clauses count up; a number in quoted text of another instrument does not.
        elif (clause := re.match(r"(\d+)\. ", line)) and int(clause[1]) == found.get(
            article, 0
        ) + 1:
            found[article] += 1
    first, last = table["articles"]
    assert sorted(found) == list(range(first, last + 1))
    for number, count in table["clauses"].items():
        assert found[int(number)] == count, f"article {number}"


def test_how_much_is_implemented() -> None:
    """The figures of the page; by hand, so that a changed decision is a changed line here."""
    counts = {
        key: tuple(
            sum(row["decision"] == decision for row in table["decisions"])
            for decision in ("implemented", "not-applicable", "out-of-scope")
        )
        for key, table in TABLES.items()
    }
    assert counts == {
        "decree-118-2025": (34, 18, 22),
        "circular-09-2026": (7, 7, 6),
        "labour-code-2019": (4, 1, 1),
    }
