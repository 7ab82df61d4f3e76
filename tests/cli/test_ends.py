"""Full disks, closed streams, readers that go away, orders to end, locales: each call ends well."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.vietnamese_calls import lay_files
from tests.deep import DEEP

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full and fork")
ROOT = Path(__file__).parents[2]
Ends = dict[tuple[str, str], tuple[int, str]]


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    folder = tmp_path_factory.mktemp("ends")
    lay_files(folder)
    done = subprocess.run(
        [sys.executable, "-m", "tests.cli.ends", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "EVNPUBSVC_LANG": "en"},
    )  # fmt: skip
    return {(name, state): (code, said) for name, state, code, said in json.loads(done.stdout)}


def _codes(ends: Ends, state: str) -> dict[str, int]:
    return {name: code for (name, each), (code, _) in ends.items() if each == state}


def test_every_command_is_there_and_ends_well_where_nothing_is_wrong(ends: Ends) -> None:
    from evnpubsvc.cli import _COMMANDS

    codes = _codes(ends, "whole")
    assert set(codes) >= (set(_COMMANDS) if DEEP else {"tally", "due", "--help"})
    assert {name: code for name, code in codes.items() if code not in (0, 1)} == {}


def test_a_reader_that_goes_away_ends_a_call_with_141(ends: Ends) -> None:
    speaking = [name for name, code in _codes(ends, "whole").items() if code == 0]
    gone = _codes(ends, "reader gone")
    assert {name: gone[name] for name in speaking if gone[name] != 141} == {}
    # Findings of the data may have been said before; nothing is said of the output.
    complaints = ("[output-unwritable]", "BrokenPipe", "Traceback")
    assert [
        name
        for (name, _), (code, said) in ends.items()
        if code == 141 and any(each in said for each in complaints)
    ] == []


@pytest.mark.parametrize("state", ["full", "closed"])
def test_an_output_that_takes_nothing_is_one_sentence_and_1(ends: Ends, state: str) -> None:
    speaking = [name for name, code in _codes(ends, "whole").items() if code == 0]
    for name in speaking:
        code, said = ends[name, state]
        assert code == 1, name
        assert said.count("[output-unwritable]") == 1, name


def test_no_end_is_a_traceback(ends: Ends) -> None:
    assert [
        key for key, (code, said) in ends.items() if code in (98, 99) or "Traceback" in said
    ] == []


def test_a_register_from_a_closed_input_is_a_finding(tmp_path: Path) -> None:
    lay_files(tmp_path)
    call = 'exec "$0" -m evnpubsvc tally - --columns cot.toml --as-of 2022-12-14 <&-'
    done = subprocess.run(
        ["sh", "-c", call, sys.executable],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "[file-unreadable]" in done.stderr


def test_an_order_to_end_leaves_nothing_behind(tmp_path: Path) -> None:
    target, spool = tmp_path / "out.csv", tmp_path / "spool"
    target.write_bytes(b"old")
    spool.mkdir()
    call = [
        "-m",
        "evnpubsvc",
        "synthesize",
        "--rows",
        "9000000",
        "--seed",
        "1",
        "--output",
        str(target),
    ]
    with subprocess.Popen(
        [sys.executable, *call], env={**os.environ, "TMPDIR": str(spool)}
    ) as process:
        time.sleep(2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) in {143, -signal.SIGTERM}
    assert target.read_bytes() == b"old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out.csv", "spool"]
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_vietnamese_arguments_and_names_are_understood_in_any_locale(
    locale: str, tmp_path: Path
) -> None:
    (tmp_path / "Sổ hồ sơ.csv").write_text(
        "nhan,hen,lĩnh vực\n2022-12-01,2022-12-30,Hộ tịch\n", "utf-8"
    )
    (tmp_path / "cột.toml").write_text(
        'received = "nhan"\ndue = "hen"\n[dimensions]\n"lĩnh vực" = "lĩnh vực"\n', "utf-8"
    )
    call = ["tally", "Sổ hồ sơ.csv", "--columns", "cột.toml", "--by", "lĩnh vực"]
    call += ["--as-of", "2022-12-14", "--engine", "python"]
    variables = {
        "LC_ALL": locale,
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        [sys.executable, "-m", "evnpubsvc", *call, "--where", "lĩnh vực=Hộ tịch"],
        cwd=tmp_path, capture_output=True, env=variables, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Hộ tịch" in done.stdout.decode("utf-8")
