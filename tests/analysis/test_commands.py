"""The commands of analysis, as a user runs them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evnpubsvc.cli import evnpubsvc

_KEYS = "dossiers_level_4,dossiers,procedures_level_4_used,procedures_level_4"


@pytest.fixture
def figures(tmp_path: Path) -> str:
    path = tmp_path / "xa.csv"
    path.write_text(f"unit,{_KEYS}\nA,90,100,10,20\nB,80,100,12,20\nC,70,100,11,20\n", "utf-8")
    return str(path)


def _run(*args: str) -> str:
    done = CliRunner().invoke(evnpubsvc, args)
    assert done.exit_code == 0, done.output
    return done.output


def test_stability_as_text_json_and_csv(figures: str) -> None:
    for lang, words in {"en": "A and B: ", "vi": "A và B: "}.items():
        assert words in _run("stability", "chau-thanh-2021", figures, "--lang", lang)
    found = json.loads(_run("stability", "chau-thanh-2021", figures, "--format", "json"))
    wanted = ("share", "first", "in-proportion")
    (first,) = (e for e in found["ranges"] if (e["key"], e["kept"], e["convention"]) == wanted)
    assert (first["weight"], first["high"], first["above"]) == ("60", "100", None)
    assert (first["below"]["unit"], first["below"]["other"]) == ("A", "B")
    table = _run("stability", "chau-thanh-2021", figures, "--format", "csv").splitlines()
    assert len(table) == 1 + len(found["ranges"])


def test_gap_as_text_json_and_csv(figures: str) -> None:
    call = ("gap", "chau-thanh-2021", figures, "--unit", "B", "--place", "1")
    assert "B, place 1: the cheapest plan" in _run(*call)
    assert "B, hạng 1: phương án ít tốn nhất" in _run(*call, "--lang", "vi")
    found = json.loads(_run(*call, "--format", "json"))
    assert found["plan"]["acts"] == [{"act": "service-used", "times": 1}]
    assert (found["plan"]["total"], found["plan"]["rank"]) == ("74.12", 1)
    assert _run(*call, "--format", "csv").splitlines()[0] == "plan,act,times,cost"
    far = json.loads(_run(*call[:-2], "--points", "101", "--format", "json"))
    assert (far["verdict"], far["plan"]) == ("impossible", None)


def test_gap_takes_one_goal(figures: str) -> None:
    call = ("gap", "chau-thanh-2021", figures, "--unit", "B")
    for more in ((), ("--place", "1", "--points", "80")):
        assert CliRunner().invoke(evnpubsvc, [*call, *more]).exit_code == 2


def test_audit_as_text_json_and_csv() -> None:
    shown = _run("audit", "chau-thanh-2021")
    assert "share: take one that is not good out of the base. 1 good of 2: 30 points" in shown
    assert "30 điểm" in _run("audit", "chau-thanh-2021", "--lang", "vi")
    found = json.loads(_run("audit", "chau-thanh-2021", "--format", "json"))
    (delay,) = (e for e in found["lines"] if (e["key"], e["attack"]) == ("share", "delay"))
    assert delay["verdict"] == "found"
    assert delay["before"] == {"numerator": 1, "denominator": 2}
    table = _run("audit", "chau-thanh-2021", "--format", "csv").splitlines()
    assert len(table) == 1 + len(found["lines"])
    assert "No attack was found." in _run("audit", "nd61-2018")
