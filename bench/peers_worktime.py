"""What calendar packages make of Viet Nam's working days: `python -m bench.peers_worktime`.

Each peer runs in an environment of its own under `.envs/` (they exclude each other: `holidays` caps
python-dateutil), on the same vectors, against the engine. Without arguments this module makes the
environments, runs every peer in its own, and prints a table; with the name of a peer it runs that
one in the current interpreter.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import venv
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENVIRONMENTS = ROOT / ".envs"
PACKAGES = {
    "holidays": ["holidays"],
    "workalendar": ["workalendar"],
    "django-bizcal": ["django-bizcal", "holidays"],
    "workclock": ["workclock"],
    "numpy": ["numpy"],
    "businesstimedelta": ["businesstimedelta"],
}
_DAY = timedelta(days=1)
FROM, TO = (
    date(2019, 4, 1),
    date(2026, 10, 31),
)  # starts whose results stay within the decided years
COUNTS = (1, 3, 25)
WEEK = [0, 1, 2, 3, 4]
AddDays = Callable[[date, int], date]
AddTime = Callable[[datetime, int], datetime]


def _holidays_and_make_up() -> tuple[list[date], list[date]]:
    from evnpubsvc.worktime import vietnam_calendar

    rows = vietnam_calendar().days
    return [r.day for r in rows if not r.kind.works], [r.day for r in rows if r.kind.works]


# -- the peers: functions that add working days, and office time where there is some ---------------
# Where a peer has a calendar of Viet Nam, that is what it is asked first; then it is given our rows
# as far as it can take them.


def holidays() -> dict[str, AddDays | AddTime]:
    import holidays as package

    shipped = package.country_holidays("VN", years=range(2018, 2028))
    off, made_up = _holidays_and_make_up()

    class Own(package.HolidayBase):
        country = None

        def __init__(self) -> None:
            self.weekend_workdays = set(made_up)
            super().__init__(years=range(2018, 2028), expand=False)

        def _populate(self, year: int) -> None:
            """Nothing: the rows are put in below."""

    own = Own()
    for day in off:
        own[day] = "off"
    return {
        "its own calendar of Viet Nam": shipped.get_nth_working_day,
        "our rows": own.get_nth_working_day,
    }


def workalendar() -> dict[str, AddDays | AddTime]:
    from workalendar.core import Calendar

    off, made_up = _holidays_and_make_up()

    class Own(Calendar):
        def get_weekend_days(self) -> tuple[int, int]:
            return (5, 6)

        def get_calendar_holidays(self, year: int) -> list[tuple[date, str]]:
            return [(day, "off") for day in off if day.year == year]

    own = Own()
    return {
        "our holidays": own.add_working_days,
        "make-up days as an argument of each call": lambda day, n: own.add_working_days(
            day, n, extra_working_days=made_up
        ),
    }


def numpy() -> dict[str, AddDays | AddTime]:
    import numpy as np

    off, made_up = _holidays_and_make_up()
    plain = np.busdaycalendar(holidays=[np.datetime64(day) for day in off])
    every = [date(2018, 12, 1) + i * _DAY for i in range(3100)]
    rest = [
        day for day in every if (day.weekday() >= 5 or day in set(off)) and day not in set(made_up)
    ]
    seven = np.busdaycalendar("1111111", holidays=[np.datetime64(day) for day in rest])

    def roll(n: int) -> str:
        return "backward" if n > 0 else "forward"

    return {
        "our holidays, roll='forward'": lambda d, n: np.busday_offset(
            d, n, roll="forward", busdaycal=plain
        ).item(),
        "our holidays, roll by the sign": lambda d, n: np.busday_offset(
            d, n, roll=roll(n), busdaycal=plain
        ).item(),
        "seven-day week, every rest day a holiday": lambda d, n: np.busday_offset(
            d, n, roll=roll(n), busdaycal=seven
        ).item(),
    }


def businesstimedelta() -> dict[str, AddDays | AddTime]:
    import businesstimedelta as package

    off, _ = _holidays_and_make_up()
    rules = package.Rules(
        [
            package.WorkDayRule(time(7, 30), time(11, 30), WEEK),
            package.WorkDayRule(time(13, 30), time(17), WEEK),
            package.HolidayRule(dict.fromkeys(off, "off")),
        ]
    )

    def add(start: datetime, minutes: int) -> datetime:
        return (start + package.BusinessTimeDelta(rules, seconds=60 * minutes)).replace(tzinfo=None)

    return {"time, our holidays": add}


def workclock() -> dict[str, AddDays | AddTime]:
    import workclock as package

    off, _ = _holidays_and_make_up()
    hours = [
        package.WorkDay(time(7, 30), time(11, 30), WEEK),
        package.WorkDay(time(13, 30), time(17), WEEK),
    ]
    office = package.Schedule([*hours, package.Holidays(off)], time_zone="Asia/Ho_Chi_Minh")
    zone = timezone(timedelta(hours=7))

    def add(start: datetime, minutes: int) -> datetime:
        return office.add(start.replace(tzinfo=zone), minutes=minutes).replace(tzinfo=None)

    return {"time, our holidays": add}


def django_bizcal() -> dict[str, AddDays | AddTime]:
    import django
    from django.conf import settings

    settings.configure(INSTALLED_APPS=[], USE_TZ=True)
    django.setup()
    from django_bizcal import WorkingCalendar
    from django_bizcal.providers import SetHolidayProvider

    off, made_up = _holidays_and_make_up()
    blocks = [(time(7, 30), time(11, 30)), (time(13, 30), time(17))]
    week = dict.fromkeys(range(5), blocks)
    zone = "Asia/Ho_Chi_Minh"
    shipped = WorkingCalendar.from_country(
        country="VN", tz=zone, weekly_schedule=week, years=range(2018, 2028)
    )
    own = WorkingCalendar(
        tz=zone,
        weekly_schedule=week,
        holiday_provider=SetHolidayProvider.from_dates(off),
        day_overrides=dict.fromkeys(made_up, blocks),
    )

    def days(calendar: WorkingCalendar) -> AddDays:
        def add(day: date, n: int) -> date:
            start = datetime.combine(day, time(9), tzinfo=calendar.tz)
            return calendar.add_business_days(start, n).date()

        return add

    def office_time(start: datetime, minutes: int) -> datetime:
        return own.add_business_minutes(start.replace(tzinfo=own.tz), minutes).replace(tzinfo=None)

    return {
        "its own calendar of Viet Nam": days(shipped),
        "our rows, make-up days as overrides": days(own),
        "time, our rows, make-up days as overrides": office_time,
    }


# -- the vectors and the table ---------------------------------------------------------------------


def _starts() -> dict[str, list[date]]:
    """Every day of the decided years, by what it is."""
    from evnpubsvc.worktime import vietnam_calendar

    calendar = vietnam_calendar()
    every = [FROM + i * _DAY for i in range((TO - FROM).days + 1)]
    return {
        "working day": [day for day in every if calendar.is_working_day(day)],
        "day off": [day for day in every if not calendar.is_working_day(day)],
    }


def judge(add: AddDays, counts: tuple[int, ...], starts: list[date]) -> tuple[int, int, str]:
    """How many answers are wrong, of how many, and the first of them."""
    from evnpubsvc.worktime import vietnam_calendar

    right = vietnam_calendar().add_working_days
    wrong, first = 0, ""
    for day in starts:
        for n in counts:
            expected = right(day, n)
            try:
                got: object = add(day, n)
            except Exception as error:  # noqa: BLE001 - what a peer cannot do is part of the table
                got = type(error).__name__
            if isinstance(got, datetime):
                got = got.date()
            if got != expected:
                wrong += 1
                first = first or f"{day} {n:+d}: {got}, not {expected}"
    return wrong, len(starts) * len(counts), first


def judge_time(add: AddTime, instants: list[datetime]) -> tuple[int, int, str]:
    """The same for 1, 4, 8 and 40 hours of office time."""
    from evnpubsvc.worktime import WeeklyHours, vietnam_calendar

    office = vietnam_calendar().with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:00"))
    wrong, first = 0, ""
    for start in instants:
        for minutes in (60, 240, 480, 2400):
            expected = office.add_working_time(start, minutes=minutes)
            try:
                got: object = add(start, minutes)
            except Exception as error:  # noqa: BLE001
                got = type(error).__name__
            if got != expected:
                wrong += 1
                first = first or f"{start} {minutes:+d} min: {got}, not {expected}"
    return wrong, 4 * len(instants), first


def run(name: str) -> list[list[str]]:
    """The rows of one peer, in an interpreter that has it."""
    rows: list[list[str]] = []
    starts = _starts()
    rng = random.Random(1)
    near = [
        day - i * _DAY for day in _holidays_and_make_up()[1] for i in range(7) if FROM <= day <= TO
    ]
    days = [
        *near,
        *rng.choices(starts["working day"], k=250 - len(near)),
    ]  # up to a week before each make-up day
    instants = [
        datetime.combine(day, time(rng.randrange(24), rng.choice((0, 29, 30)))) for day in days
    ]
    for way, add in PEERS[name]().items():
        if "time" in way.split(",")[0]:
            wrong, total, first = judge_time(add, instants)  # type: ignore[arg-type]
            rows.append([name, way, f"{wrong} of {total:,}", "", "", "", first])
            continue
        cells, example = [], ""
        for counts, group in (
            (COUNTS, "working day"),
            (COUNTS, "day off"),
            ((-1, -3, -25), "day off"),
            ((0,), "day off"),
        ):
            wrong, total, first = judge(add, counts, starts[group])  # type: ignore[arg-type]
            cells.append(f"{wrong} of {total:,}")
            example = example or first
        rows.append([name, way, *cells, example])
    return rows


PEERS: dict[str, Callable[[], dict[str, AddDays | AddTime]]] = {
    "holidays": holidays,
    "workalendar": workalendar,
    "django-bizcal": django_bizcal,
    "workclock": workclock,
    "numpy": numpy,
    "businesstimedelta": businesstimedelta,
}


def main() -> int:
    """Make the environments that are missing, run each peer in its own, print the table."""
    header = [
        "peer",
        "given",
        "n > 0 from a working day",
        "n > 0 from a day off",
        "n < 0 from a day off",
    ]
    header += ["n = 0 on a day off", "first wrong answer"]
    print("| " + " | ".join(header) + " |\n" + "|---" * len(header) + "|")
    failed = 0
    for name, packages in PACKAGES.items():
        home = ENVIRONMENTS / name
        python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
        if not python.exists():
            venv.create(home, with_pip=True)
            subprocess.run(
                [python, "-m", "pip", "install", "--quiet", "attrs", *packages], check=True
            )
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "PYTHONUTF8": "1",
        }
        done = subprocess.run(
            [python, "-W", "ignore", "-m", "bench.peers_worktime", name],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode:
            failed = 1
            print(f"| {name} | did not run | | | | | {done.stderr.strip().splitlines()[-1]} |")
            continue
        for row in json.loads(done.stdout.splitlines()[-1]):
            print("| " + " | ".join(row) + " |", flush=True)
    return failed


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(run(sys.argv[1])))
    else:
        sys.exit(main())
