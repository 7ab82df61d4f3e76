"""Duty rosters of a year for every commune of the country, against a generic constraint solver.

Run as `python -m bench.roster`. The peer is OR-Tools' CP-SAT in an environment of its own, so that
it never becomes a dependency:
`python -m venv .envs/roster && .envs/roster/bin/pip install ortools`. It solves the same months:
one member a day, nobody while away, smallest sum of squares of the loads; one worker, one core.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from statistics import median

from evnpubsvc.law import Citation
from evnpubsvc.outreach import (
    Absence,
    Member,
    MemberRole,
    SupportTeam,
    TeamDecision,
    plan_roster,
    plan_rosters,
)
from evnpubsvc.texts import Text
from evnpubsvc.worktime import vietnam_calendar

COMMUNES, MEMBERS = 3_321, 10
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]
_PEER = Path(__file__).parents[1] / ".envs" / "roster" / "bin" / "python"

PEER = """
import json, sys, time
from ortools.sat.python import cp_model
rows = []
for candidates in json.load(sys.stdin):
    start = time.process_time()
    model = cp_model.CpModel()
    size = 1 + max(m for day in candidates for m in day)
    x = [{m: model.new_bool_var("") for m in day} for day in candidates]
    for day in x:
        model.add_exactly_one(day.values())
    squares = []
    for m in range(size):
        load = model.new_int_var(0, len(x), "")
        model.add(load == sum(day[m] for day in x if m in day))
        square = model.new_int_var(0, len(x) ** 2, "")
        model.add_multiplication_equality(square, [load, load])
        squares.append(square)
    model.minimize(sum(squares))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    assert status == cp_model.OPTIMAL
    rows.append([time.process_time() - start, round(solver.objective_value)])
print(json.dumps(rows))
"""


def team(number: int) -> SupportTeam:
    members = tuple(Member(f"TV{n}", MemberRole.MEMBER) for n in range(1, MEMBERS + 1))
    decision = TeamDecision(
        Citation("QĐ 1/QĐ-UBND"), date(2025, 1, 1), date(2025, 1, 1), members=members
    )
    return SupportTeam(f"c{number}", Text(vi="Tổ", en="Team"), (decision,))


def away(number: int) -> list[Absence]:
    """A fortnight for three members of ten, another one in each commune."""
    starts = ((number * 7 + k * 5) % 14 + 1 for k in range(3))
    return [
        Absence(
            f"TV{(number + 3 * k) % MEMBERS + 1}",
            date(2025, month, start),
            date(2025, month, start + 13),
        )
        for month in range(1, 13)
        for k, start in enumerate(starts if month == 1 else [1, 8, 12])
    ]


def seconds(absent: bool, apart: bool, communes: int = COMMUNES) -> float:
    calendar = vietnam_calendar()
    gc.collect()
    start = time.process_time()
    for number in range(communes):
        plan_rosters(
            team(number),
            MONTHS,
            calendar,
            absences=away(number) if absent else (),
            no_consecutive=apart,
        )
    return time.process_time() - start


def peer(candidates: list[list[list[int]]]) -> list[tuple[float, int]]:
    done = subprocess.run(
        [str(_PEER), "-c", PEER],
        input=json.dumps(candidates),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def main() -> bool:
    calendar = vietnam_calendar()
    plan_roster(team(0), "2025-01", calendar)  # tables are read once
    print(f"{COMMUNES} communes, {MEMBERS} members, {len(MONTHS)} months, seconds of one core:")
    print(f"  {seconds(absent=False, apart=False):6.1f} s  everybody there")
    print(
        f"  {seconds(absent=True, apart=False):6.1f} s  three members away a fortnight each month"
    )
    few = 60
    each = seconds(absent=True, apart=True, communes=few) / (few * len(MONTHS))
    print(f"  {each * 1e3:6.1f} ms a month, {few} communes: the same, nobody two days in a row")
    if not _PEER.exists():
        print(
            "no peer: python -m venv .envs/roster && .envs/roster/bin/pip install ortools",
            file=sys.stderr,
        )
        return True
    problems, ours, squares = [], [], []
    for number in range(40):
        absences = [a for a in away(number) if a.first.month == 5] if number % 2 else []
        start = time.process_time()
        roster = plan_roster(team(number), "2025-05", calendar, absences=absences)
        ours.append(time.process_time() - start)
        names = {m: i for i, m in enumerate(roster.members)}
        problems.append([[names[m] for m in duty.candidates] for duty in roster])
        squares.append(sum(load * load for load in roster.loads.values()))
    theirs = peer(problems)
    assert [square for _, square in theirs] == squares, "the solver found other loads"
    for what, pick in (("everybody there", slice(0, None, 2)), ("three away", slice(1, None, 2))):
        mine, other = median(ours[pick]), median(t for t, _ in theirs[pick])
        print(
            f"a month, {what}: {mine * 1e3:.2f} ms; CP-SAT {other * 1e3:.1f} ms, "
            f"{other / mine:.0f}x; same loads"
        )
    return True


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
