"""`evnpubsvc page` writes standings, or a month of a register, as the functions give them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from evnpubsvc.cli import evnpubsvc as command
from evnpubsvc.emulation import rank, score
from evnpubsvc.page import explanations_page, standings_page
from evnpubsvc.serde import read_figures, read_scheme
from tests.cli.samples import DRIVE

_MAP = """
received = "r"
due = "d"
finished = "f"
code = "c"
[dimensions]
field = "l"
channel = "k"
"""
_REGISTER = """c,r,d,f,l,k
HS-1,2022-11-21,2022-11-21,2022-11-23,Chứng thực,online
HS-2,2022-12-05,2022-12-08,,Hộ tịch,post
HS-3,2022-10-20,2022-10-24,2022-10-24,Hộ tịch,online
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "drive.toml": DRIVE,
        "figures.csv": "unit,name,n,d\nA,Xã A,9,10\nB,Xã B,8,10\n",
        "map.toml": _MAP,
        "register.csv": _REGISTER,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_standings_and_explanations_are_those_of_the_functions(folder: Path) -> None:
    call = ["page", "drive.toml", "figures.csv", "--lang", "en", "-o", "page.html"]
    done = CliRunner().invoke(command, [*call, "--explanations", "why.html"])
    assert done.exit_code == 0, done.output
    scheme = read_scheme(folder / "drive.toml")
    units = read_figures(folder / "figures.csv", scheme)
    standings = rank(score(scheme, unit) for unit in units)
    assert (folder / "page.html").read_text("utf-8") == standings_page(standings, lang="en")
    assert (folder / "why.html").read_text("utf-8") == explanations_page(standings, lang="en")


@pytest.mark.usefixtures("folder")
def test_a_month_has_its_form_its_late_dossiers_and_the_periods_before() -> None:
    call = ["page", "--form", "commune", "--register", "register.csv"]
    call += ["--register-columns", "map.toml", "--period", "statutory-2022-12", "--lang", "en"]
    done = CliRunner().invoke(command, call)
    assert done.exit_code == 0, done.output
    assert "II.06a/VPCP/KSTT" in done.stdout
    assert "Late dossiers: 2" in done.stdout
    # November (until the 14th) received one dossier, December two.
    assert done.stdout.count("2022-11-14") == 2
    assert "HS-3" not in done.stdout


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "call",
    [
        [],
        ["drive.toml", "figures.csv", "--form", "commune"],
        ["--form", "commune"],
        ["--form", "commune", "--register", "register.csv", "--register-columns", "map.toml"],
    ],
)
def test_what_does_not_go_together_is_a_wrong_call(call: list[str]) -> None:
    done = CliRunner().invoke(command, ["page", *call])
    assert (done.exit_code, done.stdout) == (2, "")


@pytest.mark.usefixtures("folder")
def test_rows_that_cannot_be_read_leave_no_page() -> None:
    Path("register.csv").write_text(_REGISTER + "HS-4,soon,,,Hộ tịch,post\n", "utf-8")
    call = ["page", "--form", "commune", "--register", "register.csv", "-o", "page.html"]
    call += ["--register-columns", "map.toml", "--period", "statutory-2022-12"]
    done = CliRunner().invoke(command, call)
    assert (done.exit_code, Path("page.html").exists()) == (1, False)
    assert "[not-a-date]" in done.stderr
    done = CliRunner().invoke(command, [*call, "--allow-rejects"])
    assert (done.exit_code, Path("page.html").exists()) == (0, True)
