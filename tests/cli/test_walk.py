"""One command from a register to standings, prizes and the codes behind points."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.serde import read_register_columns
from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister
from tests.cli.samples import COUNTED_DRIVE

REGISTER = SyntheticRegister(rows=3_000, seed=19, units=12)
UNIT = "SYN.H00.03"


def run(*args: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(evnpubsvc, list(args), input=stdin)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("walk")
    (folder / "drive.toml").write_text(COUNTED_DRIVE, encoding="utf-8")
    (folder / "map.toml").write_text(REGISTER.columns_toml, encoding="utf-8")
    for shape in SyntheticFormat:
        REGISTER.write(folder / f"r.{shape.value}", shape)
    packed = run(
        "pack",
        str(folder / "r.csv"),
        str(folder / "packed.parquet"),
        "--columns",
        str(folder / "map.toml"),
    )
    assert packed.exit_code == 0
    return folder


def asked(folder: Path, name: str, *more: str) -> tuple[str, ...]:
    register = name if name == "-" else str(folder / name)
    columns = ("--register-columns", str(folder / "map.toml"))
    return ("--register", register, *columns, "--period", "calendar-2025", *more)


def document(done: Result) -> Any:
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def codes_by_rows(folder: Path) -> dict[str, Any]:
    """What the reader of rows finds: the way that every other one is held against."""
    call = ("explain", UNIT, "--scheme", str(folder / "drive.toml"), "--codes", "--format", "json")
    return document(run(*call, *asked(folder, "r.csv", "--engine", "python")))  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["r.csv", "r.jsonl", "r.parquet", "packed.parquet", "-"])
@pytest.mark.parametrize("engine", ["auto", "duckdb"])
def test_codes_of_every_kind_of_register(walk: Path, name: str, engine: str) -> None:
    pytest.importorskip("polars")
    call = ("explain", UNIT, "--scheme", str(walk / "drive.toml"), "--codes", "--format", "json")
    stdin = (walk / "r.csv").read_bytes() if name == "-" else None
    found = document(run(*call, *asked(walk, name, "--engine", engine), stdin=stdin))
    assert found == codes_by_rows(walk)
    assert len(found["codes"]["on-time"]["received"]) > 20


def test_a_packed_register_knows_its_columns(walk: Path) -> None:
    call = ("explain", UNIT, "--scheme", str(walk / "drive.toml"), "--codes", "--format", "json")
    packed = ("--register", str(walk / "packed.parquet"), "--period", "calendar-2025")
    assert document(run(*call, *packed)) == codes_by_rows(walk)


def test_a_packed_register_without_codes_says_so(walk: Path, tmp_path: Path) -> None:
    layout = (walk / "map.toml").read_text(encoding="utf-8").replace('code = "code"\n', "")
    (tmp_path / "map.toml").write_text(layout, encoding="utf-8")
    assert read_register_columns(tmp_path / "map.toml").code is None
    packed = str(tmp_path / "packed.parquet")
    done = run("pack", str(walk / "r.csv"), packed, "--columns", str(tmp_path / "map.toml"))
    assert done.exit_code == 0
    call = ("explain", UNIT, "--scheme", str(walk / "drive.toml"), "--codes")
    done = run(*call, "--register", packed, "--period", "calendar-2025")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "coded-without-codes" in done.stderr


def test_standings_prize_and_codes_at_once(walk: Path) -> None:
    call = ("score", str(walk / "drive.toml"), *asked(walk, "r.csv", "--codes", UNIT))
    text = run(*call).stdout
    assert "First prize: " in text
    assert f"Dossiers behind the points of {UNIT}" in text
    found = document(run(*call, "--format", "json"))
    assert codes_by_rows(walk) == {"format": 1, "type": "codes", **found["codes"]}
    assert found["prizes"]["given"][0]["unit"] == found["standings"][0]["unit"]
    assert run("score", "qd766-dvcqg-2026", "--criterion", "2.1").exit_code == 2


def test_months_are_counted_each_by_itself(walk: Path) -> None:
    """Each month as its own call says it; a register on standard input is read for all of them."""
    base = ("score", str(walk / "drive.toml"), "--register-columns", str(walk / "map.toml"))
    more = ("--codes", UNIT, "--format", "json")
    year = ("--register", "-", "--period", "calendar-2025", "--monthly")
    months = document(run(*base, *year, *more, stdin=(walk / "r.csv").read_bytes()))["months"]
    assert [each["period"] for each in months] == [f"calendar-2025-{m:02}" for m in range(1, 13)]
    for each in (months[0], months[7]):
        own = ("--register", str(walk / "r.csv"), "--period", each["period"])
        month = {key: value for key, value in each.items() if key != "period"}
        assert document(run(*base, *own, *more)) == {"format": 1, "type": "standings", **month}
    lines = run(*base, *year, "--format", "csv", stdin=(walk / "r.csv").read_bytes()).stdout
    head, first, *_ = lines.splitlines()
    assert head.startswith("period,unit,")
    assert first.startswith("calendar-2025-01,SYN.")
    unknown = ("--codes", "nobody", *year)
    assert run(*base, *unknown, stdin=(walk / "r.csv").read_bytes()).exit_code == 2
    assert run(*base, *year, "--earlier", "calendar-2024").exit_code == 2


def test_an_earlier_period_from_standard_input(walk: Path) -> None:
    call = ("score", str(walk / "drive.toml"), "--earlier", "calendar-2024", "--format", "json")
    from_file = document(run(*call, *asked(walk, "r.csv")))
    assert document(run(*call, *asked(walk, "-"), stdin=(walk / "r.csv").read_bytes())) == from_file
