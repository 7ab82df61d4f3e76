"""The commands `level` and `procedure`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.catalogue import seed_catalogue
from evnpubsvc.cli import evnpubsvc
from evnpubsvc.serde import to_json
from evnpubsvc.strategies import levels


def _run(*args: str) -> Result:
    return CliRunner().invoke(evnpubsvc, args)


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ("2022-08-14", "levels-2011"),
        ("2022-08-15", "levels-2022"),
        ("2026-07-01", "proactive service of level 4"),
    ],
)
def test_level_4_by_day(day: str, shown: str) -> None:
    result = _run("level", "4", "--on", day)
    assert result.exit_code == 0
    assert shown in result.stdout
    if day < "2026":
        assert "end-to-end online service (partial online service?)" in result.stdout
        assert "one secondary source" in result.stdout
        assert "mapping-practice" in result.stderr


def test_levels_that_are_none_end_with_one() -> None:
    for label, day in (("5", "2022-01-01"), ("4", "2011-09-30")):
        result = _run("level", label, "--on", day)
        assert (result.exit_code, result.stdout) == (1, "")
    assert _run("level", "4").exit_code == 2


@given(levels(), st.sampled_from(["en", "vi"]), st.dates().map(str))
def test_every_level_on_every_day(level: object, lang: str, day: str) -> None:
    result = _run("level", str(level), "--on", day, "--lang", lang)
    assert result.exit_code in {0, 1}
    assert "level-part" not in result.stdout
    assert bool(result.stdout) == (result.exit_code == 0)


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_procedures_of_the_seed(lang: str) -> None:
    for one in seed_catalogue():
        result = _run("procedure", str(one.code), "--on", "2022-04-01", "--lang", lang)
        assert result.exit_code == 0
        assert "procedure-part" not in result.stdout
        assert one.legal_basis[0].citation.instrument in result.stdout
    assert "ngày làm việc tiếp theo" in _run("procedure", "2.000815", "--on", "2022-04-01").stdout


def test_json_and_own_catalogues(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(to_json(seed_catalogue()), encoding="utf-8")
    result = _run(
        "procedure", "1.004873", "--on", "2022-04-01", "--catalogue", str(path), "--format", "json"
    )
    assert json.loads(result.stdout)["value"]["code"] == "1.004873"
    table = tmp_path / "c.csv"
    table.write_text("code,name\n1.000001,Thủ tục A\n", encoding="utf-8")
    assert (
        "Thủ tục A"
        in _run("procedure", "1.000001", "--on", "2022-04-01", "--catalogue", str(table)).stdout
    )
    table.write_text("code,name\n1.1,Thủ tục A\n", encoding="utf-8")
    result = _run("procedure", "1.000001", "--on", "2022-04-01", "--catalogue", str(table))
    assert (result.exit_code, result.stdout) == (1, "")


def test_wrong_calls() -> None:
    assert _run("procedure", "9.999999", "--on", "2022-04-01").exit_code == 2
    assert _run("procedure", "2.00815", "--on", "2022-04-01").exit_code == 1
    assert _run("procedure", "2.000815", "--on", "2022-02-30").exit_code == 2
    assert (
        _run("procedure", "2.000815", "--on", "2022-02-28", "--catalogue", "absent.csv").exit_code
        == 2
    )
