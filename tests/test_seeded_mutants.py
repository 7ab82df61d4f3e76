"""Mutants that nobody noticed once: each is planted, and a test that is named must fail.

A line was lost by hand, all tests passed, and a test was written. In every run it is seen that the
line and the test are still there; under `make deep` each is planted. The page
`docs/reference/how-it-is-attacked.md` has the same list.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import frozen

import evnpubsvc
from tests.deep import DEEP

ROOT = Path(__file__).parents[1]
SOURCE = Path(evnpubsvc.__file__).parent
PAGE = ROOT / "docs/reference/how-it-is-attacked.md"


@frozen
class Seeded:
    """A change of one line.

    Attributes:
        name: what is lost, as the page says it.
        file: where, below `src/evnpubsvc`.
        line: the line, or a part of it that stands there once.
        change: what stands there instead.
        test: the test that must fail, below `tests`.
    """

    name: str
    file: str
    line: str
    change: str
    test: str


SEEDED = (
    Seeded(
        "the finding `status-not-mapped` of registers",
        "serde/_registers.py",
        'found.append(finding("status-not-mapped", place, Cell.of(word), known=known))',
        "pass",
        "serde/test_whole_days.py::test_a_status_that_is_not_mapped_rejects_its_row",
    ),
    Seeded(
        "a refused dossier is carried into a period",
        "statistics/_period_state.py",
        "(*HANDLED, PeriodState.REFUSED)",
        "HANDLED",
        "statistics/test_tally.py::test_what_was_refused_before_the_period_is_not_carried_into_it",
    ),
    Seeded(
        "the `zero` mark of a minus-plus criterion",
        "emulation/_criteria/_minus_plus.py",
        "zero = self.zero",
        "zero = None",
        "emulation/test_mechanics.py::test_minus_plus",
    ),
    Seeded(
        "the way back from a supplement before receipt",
        "dossiers/_state.py",
        "        if self.facts.received_at is None:\n            return _NEW\n",
        "",
        "dossiers/test_worked_examples.py::test_papers_before_receipt_lead_back_to_a_new_dossier",
    ),
    Seeded(
        "a monitor without denominator",
        "emulation/_criteria/_monitor.py",
        "value = None if counted is None else Fraction(counted)",
        "value = None",
        "emulation/test_mechanics.py::test_a_monitor_without_denominator_shows_its_count",
    ),
    Seeded(
        "`isinstance(value, bool)` in the calendar's fingerprint",
        "worktime/_calendar.py",
        "if value is None or isinstance(value, bool):",
        "if value is None:",
        "worktime/test_calendar.py::test_the_fingerprint_is_the_same_on_every_platform",
    ),
    Seeded(
        "the boundary day of `decided_until`",
        "worktime/_calendar.py",
        "            if day > self.decided_until:",
        "            if day >= self.decided_until:",
        "worktime/test_calendar.py::test_the_last_decided_day_is_decided",
    ),
    Seeded(
        "a stop at the end under `Roll.NONE`",
        "deadlines/_run.py",
        "if opening is None and not rolls:",
        "if not rolls:",
        "deadlines/test_oracle.py::test_days_agree_with_a_life_lived_day_by_day",
    ),
    Seeded(
        "a day off as the last day under `Roll.NONE`",
        "deadlines/_run.py",
        "if opening is None and not rolls:",
        "if opening is None and rolls:",
        "deadlines/test_due.py::test_a_day_off_stays_the_last_day_where_nothing_rolls",
    ),
    Seeded(
        "opening time sharp in a trace",
        "deadlines/_cutoffs.py",
        "if at < opening:",
        "if at <= opening:",
        "deadlines/test_due.py::test_a_receipt_at_the_opening_sharp_is_in_office_hours",
    ),
    Seeded(
        "the parts of `special-not-in-force`",
        "deadlines/_question.py",
        '"special-not-in-force", day, rule=special.key, validity=validity',
        '"special-not-in-force", day',
        "deadlines/test_due.py::test_special_clocks_hold_for_the_day_of_receipt",
    ),
)

# In a process of its own the file is compiled with the change; nothing is written.
_PLANT = """
import importlib.machinery, sys
import pytest
file, line, change, test = sys.argv[1:]

plain = importlib.machinery.SourceFileLoader.get_code

def get_code(loader, fullname):
    path = loader.get_filename(fullname)
    if path != file:
        return plain(loader, fullname)
    text = loader.get_data(path).decode()
    assert line in text
    return compile(text.replace(line, change), path, "exec")

importlib.machinery.SourceFileLoader.get_code = get_code
sys.exit(pytest.main(["-q", "-x", "-p", "no:cacheprovider", test]))
"""


@pytest.mark.parametrize("seeded", SEEDED, ids=lambda each: each.name)
def test_line_and_test_are_there(seeded: Seeded) -> None:
    assert seeded.line in (SOURCE / seeded.file).read_text("utf-8")
    file, _, name = seeded.test.partition("::")
    assert f"def {name}(" in (ROOT / "tests" / file).read_text("utf-8")
    row = rf"\| {re.escape(seeded.name)} \|.*`tests/{re.escape(seeded.test)}` \|"
    assert re.search(row, PAGE.read_text("utf-8"))


@pytest.mark.skipif(not DEEP, reason="each takes a process of its own: make deep")
@pytest.mark.parametrize("seeded", SEEDED, ids=lambda each: each.name)
def test_the_test_notices(seeded: Seeded) -> None:
    given = (str(SOURCE / seeded.file), seeded.line, seeded.change, f"tests/{seeded.test}")
    ended = subprocess.run(
        [sys.executable, "-c", _PLANT, *given],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout[-2_000:] + ended.stderr[-2_000:]
