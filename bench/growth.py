"""How the time of functions grows over dossiers, units, criteria and events: the exponents.

`python -m bench.growth [LARGEST [NAME [SECONDS]]]`, to a million unless said; names that hold NAME.

Each function is timed on inputs of size n, 10n, 100n …, up to the largest, or as long as the next
would take no more than SECONDS (3 unless said); the exponent is the slope of the logarithms between
the last two. One is linear, two is quadratic; sorting adds a little above one, and so do caches
that no longer hold the data. The garbage collector is off, as in `timeit`: it walks over all that
lives now and then. The goal is at most 1.35.
"""

from __future__ import annotations

import gc
import math
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from io import BytesIO
from typing import Any, BinaryIO, Final

from attrs import evolve, frozen

from bench._timing import Goal
from evnpubsvc._records import vary
from evnpubsvc.deadlines import ClockPolicy, CountingRules, Stop, StopKind, TimeLimit, due
from evnpubsvc.dossiers import (
    Dossier,
    Event,
    EventKind,
    check,
    check_links,
    check_many,
    due_of,
    replay,
    replay_many,
    timeliness,
)
from evnpubsvc.dossiers.engine import statuses_after
from evnpubsvc.emulation import (
    FigureGrid,
    FigureSpec,
    Group,
    Prize,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    Standings,
    Term,
    UnitFigures,
    award,
    explain,
    lint,
    rank,
    score,
    score_all,
)
from evnpubsvc.quantities import Count, CountUnit, ZeroPolicy
from evnpubsvc.serde import (
    LogColumns,
    read_event_log,
    read_ocel,
    read_xes,
    read_xes_log,
    write_ocel,
    write_xes,
)
from evnpubsvc.statistics import (
    RegisterRow,
    register_row,
    register_rows,
    roll_up,
    roll_up_units,
    tally,
)
from evnpubsvc.texts import Text
from evnpubsvc.units import AdminUnit, Tier, UnitKind, UnitRegister
from evnpubsvc.worktime import VIETNAM_TIME, WeeklyHours, vietnam_calendar

SMALLEST: Final = 1_000
LARGEST: Final = 1_000_000
CALENDAR: Final = vietnam_calendar().with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:00"))
START: Final = datetime(2022, 1, 4, 9, tzinfo=VIETNAM_TIME)


@frozen
class Grown:
    """A function and what it is called with at a size.

    Attributes:
        name: what is measured, and what there is n of.
        make: return the arguments at a size; not timed.
        run: what is timed.
        largest: the largest size; None for that of the command.
        look: a bare pass over the same data. Where they outgrow the caches of the machine, it grows
            faster than they do, and the function may do so as well.
    """

    name: str
    make: Callable[[int], Any]
    run: Callable[[Any], object]
    largest: int | None = None
    look: Callable[[Any], object] | None = None


def _times(n: int, days: int) -> list[datetime]:
    """So many instants spread over so many days."""
    step = timedelta(days=days) / (n + 1)
    return [START + step * (i + 1) for i in range(n)]


def _stops(n: int, kind: StopKind = StopKind.OPINION) -> tuple[Stop, ...]:
    """So many stops, one after another, over two years."""
    times = _times(2 * n, 700)
    return tuple(Stop(kind, times[2 * i], times[2 * i + 1]) for i in range(n))


def _overlapping(n: int) -> tuple[Stop, ...]:
    """So many stops of a month each, begun one after another over a year."""
    return tuple(
        Stop(StopKind.OPINION, at, at + timedelta(days=30, minutes=i % 600))
        for i, at in enumerate(_times(n, 365))
    )


def _dossier(events: list[Event], limit: str = "10 ngày làm việc") -> Dossier:
    begun = [Event(EventKind.SUBMITTED, START), Event(EventKind.RECEIVED, START)]
    made = Dossier("case-1", limit=TimeLimit.parse(limit), events=(*begun, *events))
    made.state  # noqa: B018 - its own line measures how it is made
    return made


def _lives(n: int) -> list[Dossier]:
    """So many dossiers of five events over two years."""
    kinds = (
        EventKind.SUBMITTED,
        EventKind.RECEIVED,
        EventKind.TRANSFERRED,
        EventKind.RESOLVED,
        EventKind.RETURNED,
    )
    limit = TimeLimit.parse("10 ngày làm việc")
    made: list[Dossier] = []
    for i, at in enumerate(_times(n, 700)):
        events = tuple(Event(kind, at + timedelta(days=place)) for place, kind in enumerate(kinds))
        code = f"000.00.53.H48-{at:%y%m%d}-{i % 10_000:04d}"
        made.append(Dossier(code, procedure="1.001699", limit=limit, events=events))
    return made


def _drain(some: Iterator[object]) -> None:
    for _ in some:
        pass


def _log_of(write: Callable[[list[Dossier], BinaryIO], object]) -> Callable[[int], bytes]:
    """Return what writes a log of so many events, five a dossier."""

    def make(n: int) -> bytes:
        stream = BytesIO()
        write(_lives(n // 5), stream)
        return stream.getvalue()

    return make


def _table_of(n: int) -> bytes:
    """Return a log of so many events as a table."""
    rows = (
        f"{one.code},{event.kind.value},{event.at.isoformat()}\n"
        for one in _lives(n // 5)
        for event in one.events
    )
    return ("case,activity,at\n" + "".join(rows)).encode()


def _supplements(n: int) -> list[Event]:
    times = _times(n, 700)
    asked, taken = EventKind.SUPPLEMENT_REQUESTED, EventKind.SUPPLEMENT_RECEIVED
    return [Event(taken if i % 2 else asked, at) for i, at in enumerate(times)]


def _apologies(n: int) -> list[Event]:
    return [
        Event(EventKind.APOLOGY, at, due=at.date() + timedelta(days=20)) for at in _times(n, 700)
    ]


def _waiting_and_sorry(n: int) -> list[Event]:
    """Papers asked for and taken, an apology after each."""
    events: list[Event] = []
    for i, at in enumerate(_times(n, 700)):
        if i % 3 == 2:
            events.append(Event(EventKind.APOLOGY, at, due=at.date() + timedelta(days=20)))
        elif i % 3 == 1:
            events.append(Event(EventKind.SUPPLEMENT_RECEIVED, at))
        else:
            events.append(Event(EventKind.SUPPLEMENT_REQUESTED, at))
    return events


def _one_instant(n: int) -> list[Event]:
    kinds = (EventKind.NOTE, EventKind.TRANSFERRED, EventKind.VERIFICATION_ASKED)
    return [Event(kinds[i % 3], START, activity=str(i)) for i in range(n)]


def _links(n: int, each: int) -> list[Dossier]:
    """So many links between dossiers, a number for each, that lead anywhere."""
    rng = random.Random(1)
    count = max(n // each, each)
    return [
        Dossier(str(i), linked=tuple(map(str, rng.sample(range(count), each))))
        for i in range(count)
    ]


def _look_up(dossiers: list[Dossier]) -> int:
    """Look each link up once."""
    codes = {each.code for each in dossiers}
    return sum(other in codes for each in dossiers for other in each.linked)


def _all_to_all(n: int) -> list[Dossier]:
    """As many dossiers as have so many links when each waits for each."""
    count = math.isqrt(n)
    codes = tuple(map(str, range(count)))
    return [Dossier(code, linked=codes) for code in codes]


_TITLE: Final = Text(vi="x", en="x")


def _scheme(n: int) -> Scheme:
    """A scheme of so many ratios."""
    criteria = tuple(
        RatioCriterion(
            key=f"c{i}",
            title=_TITLE,
            maximum=Fraction(1),
            numerator=Term(("n",)),
            denominator=Term(("d",)),
            zero=ZeroPolicy.ZERO,
            target=Fraction(1, 2),
        )
        for i in range(n)
    )
    figures = tuple(
        FigureSpec(key=key, title=_TITLE, unit=CountUnit.DOSSIERS) for key in ("n", "d")
    )
    group = Group(key="all", title=_TITLE, maximum=Fraction(n), criteria=criteria)
    return Scheme(
        key="grown",
        title=_TITLE,
        maximum=Fraction(n),
        rounding=Rounding(2, RoundingAt.TOTAL),
        groups=(group,),
        figures=figures,
    )


def _figures(i: int) -> UnitFigures:
    counts = {"n": Count(i % 97, CountUnit.DOSSIERS), "d": Count(100, CountUnit.DOSSIERS)}
    return UnitFigures(f"U{i}", counts)


def _grid(n: int) -> FigureGrid:
    columns = {"n": [i % 97 for i in range(n)], "d": [100] * n}
    return FigureGrid(scheme=_scheme(3), units=[f"U{i}" for i in range(n)], columns=columns)


def _rows(n: int, values: int) -> list[RegisterRow]:
    """So many rows of a register, a dimension with so many values."""
    return [
        RegisterRow(START + timedelta(minutes=i % 500_000), dimensions={"unit": f"U{i % values}"})
        for i in range(n)
    ]


def _count(rows: list[RegisterRow]) -> Any:
    return tally(rows, by="unit", as_of=date(2022, 12, 14), compare="date")


def _units(n: int) -> tuple[AdminUnit, ...]:
    return tuple(
        AdminUnit(code=f"{i:07}", name=f"Xã {i}", kind=UnitKind.COMMUNE, tier=Tier.COMMUNE)
        for i in range(n)
    )


def _standings(n: int) -> Standings:
    scheme = _scheme(1)
    return rank([score(scheme, _figures(i)) for i in range(n)])


PRIZES: Final = (
    Prize(key="first", title=_TITLE, places=1),
    Prize(key="second", title=_TITLE, places=3),
)


def _cases() -> list[Grown]:
    exclude = CountingRules(CALENDAR, clock=ClockPolicy.EXCLUDE)
    restart = CountingRules(CALENDAR, clock=ClockPolicy.RESTART)
    one, some = (
        _scheme(1),
        UnitRegister(
            (*_units(1), AdminUnit(code="U0", name="Xã", kind=UnitKind.COMMUNE, tier=Tier.COMMUNE))
        ),
    )
    days, hours = TimeLimit.parse("25 ngày làm việc"), TimeLimit.parse("25 giờ làm việc")

    of_xes = LogColumns(
        case="case:concept:name", activity="concept:name", timestamp="time:timestamp"
    )
    of_table = LogColumns(
        case="case",
        activity="activity",
        timestamp="at",
        activities={kind.value: kind for kind in EventKind},
    )

    def lives(n: int) -> list[Dossier]:
        return _lives(n // 5)

    def count(limit: TimeLimit, rules: CountingRules, *, trace: bool) -> Callable[[Any], object]:
        return lambda stops: due(START, limit, counting=rules, stops=stops, trace=trace)

    def judge(one: Dossier) -> object:
        # Other rules each time, since the answer is kept with the dossier.
        rules = evolve(exclude)
        return timeliness(one, as_of=date(2024, 6, 3), policy="date", counting=rules)

    return [
        Grown("due: stops that are excluded", _stops, count(days, exclude, trace=False)),
        Grown("due: stops that are excluded, traced", _stops, count(days, exclude, trace=True)),
        Grown("due: stops that restart", _stops, count(days, restart, trace=False)),
        Grown("due: stops that restart, traced", _stops, count(days, restart, trace=True)),
        Grown("due: stops that overlap", _overlapping, count(days, exclude, trace=False)),
        Grown("due: hours over stops", _stops, count(hours, exclude, trace=False)),
        Grown("replay: papers asked for and taken", _supplements, replay),
        Grown("replay: events of one instant", _one_instant, replay),
        Grown(
            "due_of: papers asked for and taken",
            lambda n: _dossier(_supplements(n)),
            lambda one: due_of(one, counting=exclude, trace=False),
        ),
        Grown(
            "due_of: apologies",
            lambda n: _dossier(_apologies(n)),
            lambda one: due_of(one, counting=exclude, trace=False),
        ),
        Grown(
            "due_of: papers and apologies in turn",
            lambda n: _dossier(_waiting_and_sorry(n), "500 ngày làm việc"),
            lambda one: due_of(one, counting=exclude, trace=False),
        ),
        Grown(
            "timeliness: papers and apologies in turn",
            lambda n: _dossier(_waiting_and_sorry(n), "500 ngày làm việc"),
            judge,
        ),
        Grown("check_links: three links each", lambda n: _links(n, 3), check_links, None, _look_up),
        Grown(
            "check_links: thirty links each", lambda n: _links(n, 30), check_links, None, _look_up
        ),
        Grown("check_links: each waits for each", _all_to_all, check_links),
        Grown(
            "check: papers and apologies in turn",
            lambda n: _dossier(_waiting_and_sorry(n), "500 ngày làm việc"),
            lambda one: check(one, as_of=date(2024, 6, 3), counting=exclude),
        ),
        Grown(
            "check: notes of a dossier",
            lambda n: _dossier([Event(EventKind.NOTE, at) for at in _times(n, 700)]),
            lambda one: check(one, as_of=date(2024, 6, 3), counting=exclude),
        ),
        Grown(
            "check_many: dossiers of five events",
            _lives,
            lambda some: _drain(
                check_many(map(vary, some), as_of=date(2024, 6, 3), counting=exclude)
            ),
            largest=100_000,
        ),
        Grown(
            "register_rows: dossiers of five events",
            _lives,
            lambda some: _drain(
                register_rows(map(vary, some), as_of=date(2024, 6, 3), counting=exclude)
            ),
            largest=100_000,
        ),
        Grown(
            "replay_many: histories of five events",
            lambda n: [each.events for each in _lives(n)],
            lambda some: _drain(replay_many(some)),
            largest=100_000,
        ),
        Grown("tally: dossiers of 500 units", lambda n: _rows(n, 500), _count),
        Grown("tally: units with a dossier each", lambda n: _rows(n, n), _count),
        Grown(
            "roll_up: units into 500",
            lambda n: (_count(_rows(n, n)), {f"U{i}": f"P{i % 500}" for i in range(n)}),
            lambda given: roll_up(given[0], "unit", given[1]),
        ),
        Grown(
            "roll_up_units: unknown units",
            lambda n: _count(_rows(n, n)),
            lambda counted: roll_up_units(counted, some, Tier.PROVINCE),
        ),
        Grown(
            "merge: tallies of as many units",
            lambda n: (_count(_rows(n, n)), _count(_rows(n, n))),
            lambda given: given[0].merge(given[1]),
        ),
        Grown(
            "register_row: papers and apologies in turn",
            lambda n: _dossier(_waiting_and_sorry(n), "500 ngày làm việc"),
            # Other rules each time, since the answer is kept with the dossier.
            lambda one: register_row(one, as_of=date(2024, 6, 3), counting=evolve(exclude)),
        ),
        Grown(
            "statuses: papers asked for and taken",
            _supplements,
            lambda given: list(statuses_after(given)),
        ),
        Grown("score_all: units", _grid, lambda grid: score_all(grid.scheme, grid)),
        Grown(
            "rank: sheets of units",
            lambda n: [score(one, _figures(i)) for i in range(n)],
            rank,
            largest=100_000,
        ),
        Grown("award: places", _standings, lambda standings: award(standings, PRIZES), 100_000),
        Grown(
            "explain: criteria",
            lambda n: score(_scheme(n), _figures(3)),
            explain,
            10_000,
        ),
        Grown("score: criteria", _scheme, lambda scheme: score(scheme, _figures(3)), 10_000),
        Grown("lint: criteria", _scheme, lint, 10_000),
        Grown("register of units", _units, UnitRegister),
        # Logs: so many events, five a dossier.
        Grown("logs: write_xes", lives, lambda some: write_xes(some, BytesIO())),
        Grown("logs: write_ocel", lives, lambda some: write_ocel(some, BytesIO())),
        Grown("logs: read_xes", _log_of(write_xes), lambda raw: _drain(read_xes(BytesIO(raw)))),
        Grown(
            "logs: read_xes_log",
            _log_of(write_xes),
            lambda raw: _drain(read_xes_log(BytesIO(raw), of_xes)),
        ),
        Grown("logs: read_ocel", _log_of(write_ocel), lambda raw: _drain(read_ocel(BytesIO(raw)))),
        Grown(
            "logs: read_event_log",
            _table_of,
            lambda raw: _drain(read_event_log(BytesIO(raw), of_table)),
        ),
    ]


def _seconds(case: Grown, size: int, run: Callable[[Any], object]) -> float:
    """The least processor time of a few runs."""
    given = case.make(size)
    gc.collect()
    best = math.inf
    spent = 0.0
    for _ in range(5):
        start = time.process_time()
        run(given)
        taken = time.process_time() - start
        best, spent = min(best, taken), spent + taken
        if spent > 3:
            break
    return max(best, 1e-6)


def _most(case: Grown, sizes: list[int]) -> float:
    """The most that the exponent may be: the goal, or what a bare pass over the data grows by."""
    if case.look is None:
        return 1.35
    few, many = (_seconds(case, size, case.look) for size in sizes)
    exponent = math.log10(many / few)
    print(f"{'  a bare pass over the same':44} {sizes[1]:>9,} {many:>9.3f} {'':9} {exponent:>9.2f}")
    return max(1.35, exponent)


def main(largest: int = LARGEST, name: str = "", seconds: float = 3) -> bool:
    """Print the table and return whether nothing grows faster than the goal."""
    goals: list[Goal] = []
    print(f"{'':44} {'n':>9} {'seconds':>9} {'µs each':>9} {'exponent':>9}")
    for case in _cases():
        if name not in case.name:
            continue
        sizes = [SMALLEST]
        times = [_seconds(case, SMALLEST, case.run)]
        most = min(largest, case.largest or largest)
        while sizes[-1] * 10 <= most and (len(times) < 2 or times[-1] * 10 <= seconds):
            sizes.append(sizes[-1] * 10)
            times.append(_seconds(case, sizes[-1], case.run))
        exponent = math.log10(times[-1] / times[-2])
        each = times[-1] / sizes[-1] * 1e6
        print(
            f"{case.name:44} {sizes[-1]:>9,} {times[-1]:>9.3f} {each:>9.2f} {exponent:>9.2f}",
            flush=True,
        )
        goals.append(Goal(case.name, exponent, at_most=_most(case, sizes[-2:]), unit=""))
    return not any(goal.failed for goal in goals)


if __name__ == "__main__":
    gc.disable()
    given = [*sys.argv[1:], *("", "", "")[len(sys.argv) - 1 :]]
    held = main(int(given[0] or LARGEST), given[1], float(given[2] or 3))
    sys.exit(0 if held else 1)
