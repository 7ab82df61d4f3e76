"""What cannot be changed cannot be changed, unknown names are refused, and `in` means what `[]`
means.
"""

import subprocess
import sys
from datetime import datetime
from typing import Any

import pytest

from evnpubsvc import preset
from evnpubsvc.dossiers import TRANSITIONS, Dossier, Event, EventKind, possible, try_apply
from evnpubsvc.emulation import Standings, UnitFigures, explain, rank, score
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.outreach import publish_table
from evnpubsvc.serde import PORTAL_COLUMNS, report_form
from evnpubsvc.statistics import measures, named_rates
from evnpubsvc.texts import Text
from evnpubsvc.texts.parts import catalogue
from evnpubsvc.worktime import VIETNAM_TIME


@pytest.mark.parametrize(
    "table", [TRANSITIONS, PORTAL_COLUMNS, measures(), named_rates(), catalogue()]
)
def test_a_table_cannot_be_changed(table: Any) -> None:
    key = next(iter(table))
    with pytest.raises(TypeError):
        table[key] = None
    with pytest.raises(TypeError):
        del table[key]
    for method in ("clear", "pop", "update"):
        assert not hasattr(table, method)


def _standings() -> Standings:
    scheme = preset("qd766-dvcqg-2026").only("timeliness")
    figures = {"dossiers_on_time": 9, "dossiers_received": 10}
    return rank([score(scheme, UnitFigures.for_scheme(scheme, "A", figures))])


def test_in_means_what_brackets_mean() -> None:
    standings = _standings()
    assert "A" in standings
    assert "B" not in standings
    assert 3 not in standings
    sheet = standings["A"].sheet
    assert "2.1" in sheet
    assert "growth" not in sheet
    assert "handled" in report_form("ii-06a")
    assert "x" not in publish_table({"a": 7}, threshold=3)


def test_what_is_no_sequence_is_not_looped_over() -> None:
    for record in (_standings()["A"].sheet, report_form("ii-06a")):
        with pytest.raises(TypeError, match="not iterable"):
            iter(record)  # type: ignore[call-overload]


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME)
    event = Event(EventKind.SUBMITTED, at)
    with pytest.raises(UnknownNameError, match="'R4', 'R6'"):
        try_apply(Dossier("case-1"), event, waived=["R99"])
    with pytest.raises(UnknownNameError, match="'R4', 'R6'"):
        possible(Dossier("case-1"), at, waived=["R99"])
    with pytest.raises(UnknownNameError, match="'x'"):
        publish_table({"a": 7}, threshold=3)["x"]


@pytest.mark.parametrize("lang", ["fr", "", "EN"])
def test_an_unknown_language_is_refused_with_the_known_ones(lang: Any) -> None:
    with pytest.raises(ValueError, match=r"'?en'?, '?vi'?"):
        Text(vi="a", en="b").get(lang)
    with pytest.raises(ValueError, match=r"'?en'?, '?vi'?"):
        explain(_standings()["A"].sheet, lang)


def test_the_command_line_without_click_is_a_missing_module() -> None:
    code = (
        "import sys; sys.modules['click'] = None\n"
        "import pkgutil, importlib, evnpubsvc\n"
        "try:\n    import evnpubsvc.cli\n"
        "except ModuleNotFoundError as missing:\n    print(missing.name, missing)\n"
        "from evnpubsvc.__main__ import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == 'click the command line needs click: pip install "evnpubsvc[cli]"\n'
    assert done.stderr == 'the command line needs click: pip install "evnpubsvc[cli]"\n'
    assert done.returncode == 1
