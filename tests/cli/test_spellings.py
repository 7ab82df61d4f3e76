"""A unit that a register and a table of figures write in two ways is one, or said."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc as command
from tests.cli.samples import DRIVE

_SCHEME = DRIVE.replace(
    'unit = "dossiers"\ntitle = { vi = "đúng',
    'unit = "dossiers"\nmeasure = "finished-on-time"\ntitle = { vi = "đúng',
)
_REGISTER = "received,due,finished,unit\n" + "".join(
    f"2022-{month},2022-{month},2022-{month},{unit}\n"
    for month, unit in (
        ("12-01", "Xã Hòa Bình"), ("12-02", "XÃ HÒA BÌNH"), ("12-03", "XÃ HÒA BÌNH"),
        ("11-01", "Xã Hòa Bình"), ("12-05", "Xã B"),
    )
)  # fmt: skip
_GIVEN = "unit,d\nXã Hoà Bình,4\nXã B,2\n"


def _score(folder: Path, mapping: str) -> tuple[dict[str, Any], Result]:
    files = {"s.toml": _SCHEME, "g.csv": _GIVEN, "r.csv": _REGISTER, "m.toml": mapping}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    call = ["score", "s.toml", "g.csv", "--register", "r.csv", "--register-columns", "m.toml"]
    given = [str(folder / each) if each in files else each for each in call]
    more = ["--period", "calendar-2022-12", "--lang", "en", "--format", "json"]
    result = CliRunner().invoke(command, [*given, *more])
    assert result.exit_code == 0, result.output
    return {each["unit"]: each["score"] for each in json.loads(result.stdout)["standings"]}, result


def test_a_unit_of_two_spellings_is_one_or_said(tmp_path: Path) -> None:
    mapping = 'due = "due"\nfinished = "finished"\n[dimensions]\nunit = "unit"\n'
    places, result = _score(tmp_path, mapping)
    assert set(places) == {"Xã Hoà Bình", "XÃ HÒA BÌNH", "Xã Hòa Bình", "Xã B"}
    assert "units-look-alike" in result.stderr
    # Declared, it is written as the table of figures writes it.
    places, result = _score(tmp_path, f'one_spelling = ["unit"]\n{mapping}')
    assert set(places) == {"Xã Hoà Bình", "Xã B"}
    assert "units-look-alike" not in result.stderr
    assert "spellings-joined" in result.stderr


def test_a_packed_register_joins_spellings_as_it_was_told(tmp_path: Path) -> None:
    pytest.importorskip("evnpubsvc.frames", reason="packing needs the extra frames")
    mapping = 'due = "due"\nfinished = "finished"\none_spelling = ["unit"]\n'
    plain, _ = _score(tmp_path, f'{mapping}[dimensions]\nunit = "unit"\n')
    packed = str(tmp_path / "p.parquet")
    names = ("r.csv", "m.toml", "s.toml", "g.csv")
    register, columns, scheme, given = (str(tmp_path / name) for name in names)
    made = CliRunner().invoke(command, ["pack", register, packed, "--columns", columns])
    assert made.exit_code == 0, made.output
    call = ["score", scheme, given, "--register", packed, "--period", "calendar-2022-12"]
    result = CliRunner().invoke(command, [*call, "--format", "json"])
    assert result.exit_code == 0, result.output
    places = {each["unit"]: each["score"] for each in json.loads(result.stdout)["standings"]}
    assert places == plain
    # A filter finds the unit however it is written.
    call = ["tally", packed, "--as-of", "2022-12-31", "--where", "unit=xã hoà bình"]
    counted = CliRunner().invoke(command, [*call, "--format", "json"])
    assert counted.exit_code == 0, counted.output
    assert "where-not-met" not in counted.stderr
    assert '"received": 4' in counted.stdout or json.loads(counted.stdout)
