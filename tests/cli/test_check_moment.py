"""`check` and `dossier` judge at an instant, by one's own calendar, for some values only."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.dossiers import Dossier, check
from evnpubsvc.errors import MisuseError

LOG = """case,activity,timestamp,unit,place,limit
H-1,nop,2022-12-01T08:00,A,x,2 ngày làm việc
H-1,nhan,2022-12-01T09:00,A,x,2 ngày làm việc
H-2,nop,2022-12-01T08:00,B,,2 ngày làm việc
H-2,nhan,2022-12-01T09:00,B,,2 ngày làm việc
"""
MAPPING = """
unit = "unit"
limit = "limit"
case_attributes = ["place"]
[activities]
nop = "submitted"
nhan = "received"
"""
CLOSURE = '[[days]]\nday = 2022-12-02\nkind = "closure"\nvi = "bão"\nen = "storm"\nsource = "x"\n'


@pytest.fixture
def log(tmp_path: Path) -> tuple[str, ...]:
    for name, text in (("log.csv", LOG), ("log.toml", MAPPING), ("days.toml", CLOSURE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / "log.csv"), "--columns", str(tmp_path / "log.toml")


def run(*args: str) -> Result:
    return CliRunner().invoke(evnpubsvc, list(args))


def checked(log: tuple[str, ...], *more: str) -> Any:
    done = run("check", *log, "--rules", "R12", "--format", "json", *more)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def overdue(document: Any) -> list[str]:
    found = [each for each in document["findings"] if each["reason"] == "dossier-overdue"]
    return sorted(each["path"].partition(",")[0] for each in found)


def test_an_instant_of_judgement(log: tuple[str, ...]) -> None:
    """Two working days from Thursday 1/12/2022 end with Monday 5/12/2022."""
    assert overdue(checked(log, "--as-of", "2022-12-05T10:00")) == []
    assert overdue(checked(log, "--as-of", "2022-12-06T00:01")) == ["H-1", "H-2"]
    assert checked(log, "--as-of", "2022-12-05T10:00")["as_of"] == "2022-12-05T10:00:00+07:00"
    # Events after the instant are not known: at half past eight nothing is received.
    shown = run("dossier", *log, "--as-of", "2022-12-05T10:00").stdout
    assert "timeliness on 2022-12-05 10:00:00+07:00: pending in time" in shown
    with pytest.raises(MisuseError, match="datetime-naive"):
        check(Dossier("x"), as_of=datetime(2022, 12, 5, 10))


def test_a_calendar_of_ones_own(log: tuple[str, ...], tmp_path: Path) -> None:
    """With Friday 2/12 closed the limit ends on Tuesday."""
    assert overdue(checked(log, "--as-of", "2022-12-06")) == ["H-1", "H-2"]
    own = ("--calendar", str(tmp_path / "days.toml"))
    assert overdue(checked(log, "--as-of", "2022-12-05", *own)) == []


def test_some_values_only(log: tuple[str, ...]) -> None:
    document = checked(log, "--as-of", "2022-12-07", "--where", "unit=A|C")
    assert overdue(document) == ["H-1"]
    assert (document["dossiers"], document["outside"]) == (1, 1)
    assert [each["reason"] for each in document["findings"]].count("where-not-met") == 1
    # What the log says of some cases only is a value like others.
    assert overdue(checked(log, "--as-of", "2022-12-07", "--where", "place=x")) == ["H-1"]
    unknown = run("check", *log, "--as-of", "2022-12-07", "--where", "units=A")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "dimension-unknown" in unknown.stderr
    text = run("check", *log, "--rules", "R12", "--as-of", "2022-12-07", "--where", "unit=A").stdout
    assert "1 dossiers with other values were left out" in text
