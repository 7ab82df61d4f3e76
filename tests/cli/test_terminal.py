"""Names from files cannot write on a terminal: no colours, titles, cleared screens, text turned
round, nothing dropped.
"""

import json
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc
from tests.cli.test_personal_data import SCHEME

# A colour, a title, a cleared screen, a link, a mark that turns the writing round, a bell, C1
# controls, a backspace.
HOSTILE = (
    "a\x1b[31mb", "a\x1b]0;title\x07b", "a\x1b[2J\x1b[Hb", "a\x1b]8;;http://x\x1b\\b", "a\u202eb",
    "a\x07b",
    "a\x9b31mb", "a\x08\x08b", "a\u2066b\u2069",
)  # fmt: skip

COLUMNS = """received = "nhan"
due = "hen"
code = "ma"
dates = "dmy"
[dimensions]
field = "linh_vuc"
channel = "kenh"
"""


def _run(*args: object) -> Result:
    """Run a call as on a terminal: click strips nothing."""
    return CliRunner().invoke(evnpubsvc, [str(arg) for arg in args], color=True)


def _bad(text: str) -> set[str]:
    """Letters that a terminal would act on."""
    return {
        letter
        for letter in text
        if letter != "\n" and (unicodedata.category(letter) in {"Cc", "Cf"})
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bang.toml").write_text(SCHEME, encoding="utf-8")
    (tmp_path / "cot.toml").write_text(COLUMNS, encoding="utf-8")
    return tmp_path


def _calls(folder: Path, name: str) -> list[tuple[object, ...]]:
    texts = {
        "so.csv": f"nhan,hen,ma,linh_vuc,kenh\n01/11/2022,30/11/2022,1,{name},online\n",
        "tieu-de.csv": f"nhan,hen,ma,linh_vuc,kenh,{name}\nx,30/11/2022,1,y,online,z\n",
        "so-lieu.csv": f"unit,name,on_time,received\n{name},{name},1,3\nB,{name},,3\n",
        "log.csv": f"ma,viec,luc\n{name},{name},01/11/2022 08:00\n{name},nop,02/11/2022 08:00\n",
        "log.toml": 'case = "ma"\nactivity = "viec"\ntimestamp = "luc"\ndates = "dmy"\n'
        'timezone = "Asia/Ho_Chi_Minh"\n[activities]\nnop = "submitted"\n',
        "ho-so.jsonl": json.dumps({"code": name, "events": [], name: 1}) + "\n",
        "hong.toml": f"{json.dumps(name)} = 1\n",
    }
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    register = (folder / "so.csv", "--columns", folder / "cot.toml")
    log = (folder / "log.csv", "--columns", folder / "log.toml")
    figures = (folder / "bang.toml", folder / "so-lieu.csv")
    return [
        ("tally", *register, "--by", "field", "--as-of", "2022-12-14"),
        ("tally", folder / "tieu-de.csv", "--columns", folder / "cot.toml", "--as-of",
            "2022-12-14"),
        ("tally", *register, "--by", name, "--as-of", "2022-12-14"),
        ("report", "ii-06a", *register, "--period", "statutory-2022-12"),
        ("report", "ii-06a", *register, "--period", "statutory-2022-12", "--filed-by", name),
        ("report", name, *register, "--period", "statutory-2022-12"),
        ("score", *figures),
        ("score", *figures, "--explain", "B"),
        ("explain", "B", "--scheme", figures[0], "--figures", figures[1], "--versus", name),
        ("check", *log, "--as-of", "2022-12-14"),
        ("check", *log, "--as-of", "2022-12-14", "--show-cells"),
        ("dossier", *log),
        ("dossier", folder / "ho-so.jsonl"),
        ("check", folder / "ho-so.jsonl", "--as-of", "2022-12-14"),
        ("lint", folder / "hong.toml"),
        ("lint", name),
        ("campaign", folder / "hong.toml"),
        ("roster", folder / "hong.toml", "2022-05"),
        ("due", name, "3 ngày"),
        ("due", "2022-12-15", name),
        ("code", name),
        ("level", name, "--on", "2022-12-15"),
        ("procedure", name, "--on", "2022-12-15"),
        ("calendar", name),
        ("law", name),
        (name,),
        ("tally", "--" + name),
        ("synthesize", "--rows", name),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["".join(HOSTILE), HOSTILE[0], HOSTILE[4]], ids=ascii)
def test_nothing_that_a_terminal_acts_on_is_printed(folder: Path, name: str) -> None:
    found = [
        (call, _bad(result.output))
        for call in _calls(folder, name)
        if _bad((result := _run(*call, "--lang", "vi")).output)
    ]
    assert found == []


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_what_is_escaped_is_shown_and_not_dropped(folder: Path, name: str) -> None:
    shown = "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in name)
    tally, *_ = _calls(folder, name)
    for color in (True, False):  # a terminal, and a pipe where click strips colours
        printed = CliRunner().invoke(evnpubsvc, [str(arg) for arg in tally], color=color).output
        assert shown in printed
