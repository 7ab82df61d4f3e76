"""Documents and tables of somebody else: what they name, what they hold."""

import io
import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.emulation import Scheme
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import (
    LogColumns,
    RegisterColumns,
    RegisterFormat,
    from_json,
    read_campaign,
    read_dossiers,
    read_event_log,
    read_figures,
    read_form,
    read_ocel,
    read_register,
    read_scheme,
    read_snapshot,
    read_unit_register,
)
from evnpubsvc.statistics import Tally
from tests.cli.samples import DRIVE
from tests.cli.vietnamese_calls import lay_files

SECRET = "the words of a secret file"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.csv").write_text(SECRET, "utf-8")
    (tmp_path / "secret.toml").write_text(f"{json.dumps(SECRET)} = 1", "utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    lay_files(inner)
    (inner / "link.csv").symlink_to(tmp_path / "secret.csv")
    return inner


@pytest.mark.parametrize("key", ["figures", "columns", "scheme"])
@pytest.mark.parametrize("name", ["../secret", "{above}/secret", "link", "inner/../../secret"])
def test_a_campaign_opens_nothing_outside_its_folder(folder: Path, key: str, name: str) -> None:
    if name == "link" and key != "figures":
        pytest.skip("one link is enough")
    ending = ".csv" if key == "figures" else ".toml"
    named = name.format(above=folder.parent) + ending
    drive = (folder / "dot-thi-dua.toml").read_text("utf-8")
    lines = [line for line in drive.splitlines() if not line.startswith(f"{key} =")]
    (folder / "drive.toml").write_text("\n".join([f"{key} = {json.dumps(named)}", *lines]), "utf-8")
    result = CliRunner().invoke(evnpubsvc, ["campaign", str(folder / "drive.toml")])
    assert result.exit_code == 1
    assert "[file-outside]" in result.output
    assert SECRET not in result.output


def test_a_campaign_from_a_stream_opens_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    drive = (folder / "dot-thi-dua.toml").read_text("utf-8")
    lines = [line for line in drive.splitlines() if not line.startswith("scheme =")]
    raw = "\n".join(['scheme = "bang.toml"', *lines]).encode()
    with pytest.raises(DataError, match="file-beside-stream"):
        read_campaign(io.BytesIO(raw))


@pytest.mark.parametrize("read", [read_scheme, read_form])
def test_a_base_lies_beside(folder: Path, read: Callable[[object], object]) -> None:
    path = folder / "built.toml"
    path.write_text('key = "x"\nbase = "../secret.toml"\n', "utf-8")
    with pytest.raises(DataError, match="file-outside") as caught:
        read(path)
    assert SECRET not in str(caught.value)


def _all(rows: Iterable[object]) -> list[object]:
    return list(rows)


_LOG = LogColumns(case="case", activity="act", timestamp="at", timezone="Asia/Ho_Chi_Minh")
_LINES = RegisterFormat.JSONL
_BY_X = RegisterColumns(dimensions={"x": "x"})
_ROW = '{"received": "2022-12-01", "x": "X"}'
_COUNTED = '{"format": 1, "type": "Tally", "value": {"x": "%s"}}'


_TABLES: tuple[Callable[[str], object], ...] = (
    lambda x: _all(read_register(_csv("received,x", f"2022-12-01,{x}"), _BY_X)),
    lambda x: _all(read_event_log(_csv("case,act,at", f"{x},note,2022-12-01 08:00"), _LOG)),
    lambda x: read_figures(_csv("unit,n,d", f"{x},1,2"), _scheme()),
    lambda x: read_unit_register(_csv("code,name", f"{x},b")),
)
_DOCUMENTS: tuple[Callable[[str], object], ...] = (
    lambda x: _all(read_register(_bytes(_ROW.replace("X", x)), _BY_X, file_format=_LINES)),
    lambda x: _all(read_dossiers(_bytes(f'{{"code": "{x}"}}'))),
    lambda x: _all(read_dossiers(_bytes(f'{{"code": "{x}"}}'), engine="cattrs")),
    lambda x: _all(read_ocel(_bytes(f'{{"objects": [{{"id": "{x}"}}]}}'))),
    lambda x: read_scheme(_bytes(DRIVE.replace("Drive", x))),
    lambda x: read_campaign(_bytes(f'key = "{x}"')),
    lambda x: read_snapshot(_bytes(f'{{"format": 1, "type": "standings", "ties": "{x}"}}')),
    lambda x: from_json(_COUNTED % x, Tally),
)


@pytest.mark.parametrize("bad", ["\0", "\ud800", "\\u0000", "\\ud800", "\\uD800"], ids=ascii)
@pytest.mark.parametrize("read", [*_TABLES, *_DOCUMENTS])
def test_every_reader_refuses_what_no_database_takes(
    read: Callable[[str], object], bad: str
) -> None:
    try:
        rows = read(bad)
    except DataError as error:
        found = list(error.findings)
    else:
        found = [row for row in rows if isinstance(row, Finding)] if isinstance(rows, list) else []
    # An escape is plain letters in a table.
    assert found or (bad.startswith("\\") and read in _TABLES)


def _scheme() -> Scheme:
    return read_scheme(io.BytesIO(DRIVE.encode()))


def _bytes(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode("utf-8", "surrogatepass") + b"\n")


def _csv(*lines: str) -> io.BytesIO:
    return _bytes("\n".join(lines))


@pytest.mark.parametrize("shape", ["csv", "table"])
def test_names_of_columns_cannot_be_formulas(tmp_path: Path, shape: str) -> None:
    (tmp_path / "r.csv").write_text("received,=X\n2022-12-01,=1+1\n", "utf-8")
    (tmp_path / "m.toml").write_text('[dimensions]\n"=X" = "=X"\n', "utf-8")
    call = ["tally", str(tmp_path / "r.csv"), "--columns", str(tmp_path / "m.toml"), "--by", "=X"]
    result = CliRunner().invoke(
        evnpubsvc, [*call, "--as-of", str(date(2022, 12, 14)), "--format", shape]
    )
    assert result.exit_code == 0
    cells = [cell for line in result.stdout.splitlines() for cell in line.split(",")]
    if shape == "csv":
        assert [cell for cell in cells if cell.startswith("=")] == []


def test_a_register_of_which_nothing_can_be_read_is_not_packed(tmp_path: Path) -> None:
    pytest.importorskip("polars")
    (tmp_path / "r.csv").write_text("received\nx\ny\n", "utf-8")
    (tmp_path / "m.toml").write_text("", "utf-8")
    call = [
        "pack",
        str(tmp_path / "r.csv"),
        str(tmp_path / "out.parquet"),
        "--columns",
        str(tmp_path / "m.toml"),
    ]
    result = CliRunner().invoke(evnpubsvc, call)
    assert result.exit_code == 1
    assert "[nothing-read]" in result.stderr
    assert not (tmp_path / "out.parquet").exists()
    call[2] = str(tmp_path / "out.csv")
    assert CliRunner().invoke(evnpubsvc, call).exit_code == 2


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"], ids=ascii)
@pytest.mark.parametrize("place", ["before", "option", "argument"])
def test_what_no_system_hands_over_is_a_wrong_call(place: str, bad: str) -> None:
    call = {
        "before": [f"--calendar={bad}", "due"],
        "option": ["due", "2022-12-01", "5 ngày làm việc", "--calendar", bad],
        "argument": ["tally", bad],
    }[place]
    result = CliRunner().invoke(evnpubsvc, call)
    assert (result.exit_code, result.stdout) == (2, "")
    assert isinstance(result.exception, SystemExit)
    assert "no file or database takes" in result.stderr
