"""The engine against an oracle that walks day by day and minute by minute.

No mismatch in 10,000 cases each under `make deep`, a third of them in every run.
"""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from evnpubsvc.worktime import OutsideCoverageError
from tests.deep import cases
from tests.worktime.oracle import World

_DAY = timedelta(days=1)


def test_days_agree_with_a_walk_day_by_day() -> None:
    seen: Counter[str] = Counter()
    for seed in range(cases(70, 220)):
        world = World(seed, days=world_size(seed, 8, 120))
        calendar, rng = world.calendar, world.rng
        adders = {n: calendar.adder(n) for n in (-2, 0, 1, 3)}
        for _ in range(60):
            day = world.first + rng.randrange(world.span) * _DAY
            n = rng.choice((-40, -25, -3, -2, -1, 0, 0, 1, 1, 2, 3, 10, 25, 60))
            expected = world.add_days(day, n)
            seen[
                "out" if expected is None else "back" if n < 0 else "zero" if n == 0 else "on"
            ] += 1
            if expected is None:
                with pytest.raises(OutsideCoverageError):
                    calendar.add_working_days(day, n)
            else:
                assert calendar.add_working_days(day, n) == expected, (seed, day, n)
            if n in adders:
                if expected is None:
                    with pytest.raises(KeyError):
                        adders[n](day)
                else:
                    assert adders[n](day) == expected, (seed, day, n)
            other = world.first + rng.randrange(world.span) * _DAY
            assert calendar.working_days_between(day, other) == world.between_days(day, other), (
                seed,
                day,
                other,
            )
            assert calendar.is_working_day(day) is world.works(day) is calendar.why(day).works
            low, high = (day + _DAY, other) if other >= day else (other, day - _DAY)
            off = [
                d
                for i in range(world.span)
                if low <= (d := world.first + i * _DAY) <= high and not world.works(d)
            ]
            assert [reason.day for reason in calendar.days_off_between(day, other)] == off, (
                seed,
                day,
                other,
            )
    assert seen.total() >= cases(3_300, 10_000)
    assert min(seen.values()) > cases(150, 500), seen  # every branch was met often


def test_minutes_agree_with_a_walk_minute_by_minute() -> None:
    seen: Counter[str] = Counter()
    for seed in range(cases(70, 220)):
        world = World(seed, days=world_size(seed, 2, 14))
        calendar, rng = world.calendar, world.rng
        for _ in range(55):
            at, other = rng.randrange(len(world.open)), rng.randrange(len(world.open))
            if rng.random() < 0.3:  # openings and closings
                at = min(
                    at // 1440 * 1440 + rng.choice((0, 450, 480, 690, 810, 1020, 1320)),
                    len(world.open) - 1,
                )
            n = rng.choice(
                (-2000, -480, -240, -61, -1, 0, 0, 1, 29, 210, 240, 450, 480, 1350, 2000)
            )
            expected = world.add_minutes(at, n)
            seen[
                "out" if expected is None else "back" if n < 0 else "zero" if n == 0 else "on"
            ] += 1
            start = world.moment(at)
            if expected is None:
                with pytest.raises(OutsideCoverageError):
                    calendar.add_working_time(start, minutes=n)
            else:
                due = world.moment(expected)
                assert calendar.add_working_time(start, minutes=n) == due, (seed, start, n)
                assert calendar.add_working_time(start, seconds=60 * n) == due, (seed, start, n)
                assert calendar.add_working_time(start, timedelta(minutes=n)) == due, (
                    seed,
                    start,
                    n,
                )
            between = calendar.working_time_between(start, world.moment(other))
            assert between == timedelta(minutes=world.between_minutes(at, other)), (
                seed,
                start,
                other,
            )
    assert seen.total() >= cases(3_300, 10_000)
    assert min(seen.values()) > cases(150, 500), seen


def test_seconds_agree_with_a_walk_second_by_second() -> None:
    for seed in range(60):
        world = World(seed, days=4)
        calendar, rng = world.calendar, world.rng
        end = world.span * 86_400
        for _ in range(8):
            at, n = rng.randrange(end), rng.randrange(1, 20_000)
            second, left = at, n
            while second < end and left:
                left -= world.open[second // 60]
                second += 1
            start = datetime.combine(world.first, datetime.min.time()) + timedelta(seconds=at)
            if left:
                with pytest.raises(OutsideCoverageError):
                    calendar.add_working_time(start, seconds=n)
            else:
                assert calendar.add_working_time(start, seconds=n) == start + timedelta(
                    seconds=second - at
                )


def world_size(seed: int, least: int, most: int) -> int:
    """A length for each seed, from the shortest to the longest."""
    return least + seed % (most - least + 1)
