"""Without an extra, what needs it says in a sentence which one to install; the rest works."""

import subprocess
import sys
import tomllib
from pathlib import Path

# Everything that no bare installation has is taken away before the library is imported.
BARE = """
import sys
for absent in ("click", "duckdb", "htpy", "hypothesis", "icalendar", "msgspec", "numpy", "polars",
               "python_calamine", "sqlalchemy", "vietnamadminunits", "xlsxwriter"):
    sys.modules[absent] = None
import io, zipfile
from datetime import date, datetime
from importlib import import_module
from evnpubsvc.outreach import Member, MemberRole, SupportTeam, TeamDecision, plan_roster
from evnpubsvc.serde import (
    ReportFormat, national_register, read_dossiers, read_register, roster_feed, write_report,
    RegisterColumns, report_form,
)
from evnpubsvc.law import Citation
from evnpubsvc.periods import Period
from evnpubsvc.reports import fill
from evnpubsvc.statistics import Tally
from evnpubsvc.texts import Text
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar

def roster():
    members = (Member("TV1", MemberRole.MEMBER),)
    first = date(2022, 4, 1)
    decision = TeamDecision(Citation("x"), first, first, None, members)
    team = SupportTeam("t", Text("x", "x"), (decision,))
    return plan_roster(team, "2022-05", vietnam_calendar())

def report():
    form, period = report_form("btp-07a"), Period.parse("statutory-2026")
    counted = Tally.empty(
        form.dimensions(), since=period.first, as_of=period.last, compare="date"
    )
    return fill(form, counted)

def program():
    from evnpubsvc.__main__ import main
    main()

workbook = io.BytesIO()
with zipfile.ZipFile(workbook, "w") as parts:
    parts.writestr("xl/workbook.xml", "<workbook/>")
workbook.seek(0)
calls = {
    "cli": program,
    "hypothesis": lambda: import_module("evnpubsvc.strategies"),
    "units": national_register,
    "calendar-feed": lambda: roster_feed(roster(), stamp=datetime(2022, 5, 1, tzinfo=VIETNAM_TIME)),
    "fast": lambda: list(read_dossiers(io.BytesIO(), engine="msgspec")),
    "excel": lambda: write_report(report(), io.BytesIO(), file_format=ReportFormat.XLSX),
    "excel (reading)": lambda: list(read_register(workbook, RegisterColumns())),
    "frames": lambda: import_module("evnpubsvc.frames"),
    "page": lambda: import_module("evnpubsvc.page"),
    "sqlalchemy": lambda: import_module("evnpubsvc.sql"),
}
for extra, call in calls.items():
    try:
        call()
    except (Exception, SystemExit) as error:
        print(extra, "|", error)
    else:
        print(extra, "| nothing was missing")
"""


def test_every_extra_that_is_absent_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BARE], capture_output=True, text=True, check=True, timeout=120
    )
    said = dict(line.split(" | ", 1) for line in done.stdout.splitlines())
    for extra, sentence in said.items():
        name = extra.split()[0]
        assert f'pip install "evnpubsvc[{name}]"' in sentence, (extra, sentence)
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))
    extras = set(project["project"]["optional-dependencies"]) - {"all"}
    assert {extra.split()[0] for extra in said} == extras
