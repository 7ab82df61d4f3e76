"""Each step of a trace, counted by hand over the end of April 2024.

29/4 was a day off in exchange for Saturday 4/5; 30/4 and 1/5 are holidays.
"""

from datetime import date, datetime
from typing import Any

import pytest

from evnpubsvc.deadlines import Deadline, Stop, StopKind
from evnpubsvc.worktime import WeeklyHours, vietnam_calendar
from tests.deadlines.counted import due

OFFICE = vietnam_calendar().with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:00"))
FRIDAY = datetime(2024, 4, 26, 9)
BRIDGE = "27/4 28/4 29/4 30/4 1/5"  # from Saturday to Wednesday
VERIFICATION = StopKind.VERIFICATION
IN_MAY = Stop(VERIFICATION, date(2024, 5, 2), date(2024, 5, 6))


def short(day: date | None) -> str:
    if isinstance(day, datetime):
        return f"{day.day}/{day.month} {day:%H:%M}"
    return "" if day is None else f"{day.day}/{day.month}"


def steps(found: Deadline) -> list[str]:
    """Each step: its key, its days, then the days off and the days worked that it names."""
    lines: list[str] = []
    for step in found.trace:
        moments = [short(each) for each in (step.day, step.until, step.at) if each is not None]
        off, worked = ([short(each.day) for each in row] for row in (step.skipped, step.worked))
        words = [step.key.removeprefix("step-"), *moments]
        if off:
            words += ["off", *off]
        if worked:
            words += ["worked", *worked]
        lines.append(" ".join(words + [f"{key}={value}" for key, value in step.parts]))
    return lines


@pytest.mark.parametrize(
    ("received", "limit", "rules", "expected"),
    [
        (
            datetime(2024, 4, 25, 9),
            "3 ngày làm việc",
            {"clock": "exclude", "stops": [IN_MAY, Stop(VERIFICATION, date(2024, 7, 2))]},
            [
                "received-at 25/4 25/4 09:00",
                "stop kind=stop-verification start=2024-05-02 end=2024-05-06",
                "stop-open kind=stop-verification start=2024-07-02",
                f"count-working-days 25/4 7/5 off {BRIDGE} 5/5 worked 4/5",
                "due 7/5",
            ],
        ),
        # 6 h on Friday, 7.5 on Thursday, 6.5 on the Friday after.
        (
            FRIDAY,
            "20 giờ",
            {"hours": "working"},
            [
                "received-at 26/4 26/4 09:00",
                "hours-working",
                f"count-hours 3/5 3/5 16:00 off {BRIDGE}",
                "due-at 3/5 3/5 16:00",
            ],
        ),
        # From Saturday on, whose morning is off.
        (
            datetime(2024, 4, 27, 9),
            "4 giờ làm việc",
            {},
            [
                "received-at 27/4 27/4 09:00",
                f"count-hours 2/5 2/5 11:30 off {BRIDGE}",
                "due-at 2/5 2/5 11:30",
            ],
        ),
        # Over the Saturday that is worked.
        (
            datetime(2024, 5, 3, 16),
            "8 giờ làm việc",
            {},
            [
                "received-at 3/5 3/5 16:00",
                "count-hours 4/5 4/5 16:30 worked 4/5",
                "due-at 4/5 4/5 16:30",
            ],
        ),
        (
            FRIDAY,
            "20 giờ",
            {"hours": "clock"},
            [
                "received-at 26/4 26/4 09:00",
                "hours-clock",
                "count-clock 27/4 27/4 05:00",
                f"rolled 27/4 2/5 off {BRIDGE}",
                "due 2/5",
            ],
        ),
        (
            FRIDAY,
            "20 giờ",
            {"hours": "clock", "roll": "none"},
            [
                "received-at 26/4 26/4 09:00",
                "hours-clock",
                "count-clock 27/4 27/4 05:00",
                "due-at 27/4 27/4 05:00",
            ],
        ),
        (
            FRIDAY,
            "5 ngày",
            {},
            [
                "received-at 26/4 26/4 09:00",
                "count-days 26/4 1/5",
                "rolled 1/5 2/5 off 1/5",
                "due 2/5",
            ],
        ),
        (FRIDAY, "trong ngày", {}, ["received-at 26/4 26/4 09:00", "due 26/4"]),
        (
            datetime(2024, 4, 27, 9),
            "trong ngày",
            {},
            [
                "received-at 27/4 27/4 09:00",
                f"same-day-moved 27/4 2/5 off {BRIDGE}",
                "due 2/5",
            ],
        ),
        (
            FRIDAY.date(),
            "3 ngày làm việc",
            {"clock": "exclude", "stops": [Stop(VERIFICATION, FRIDAY.date())]},
            [
                "received 26/4",
                "stop-open kind=stop-verification start=2024-04-26",
                "stands",
            ],
        ),
        (
            FRIDAY.date(),
            "3 ngày làm việc",
            {"clock": "restart", "stops": [Stop(VERIFICATION, date(2024, 5, 2))]},
            ["received 26/4", "stands-restart 2/5"],
        ),
        (
            FRIDAY.date(),
            "3 ngày làm việc",
            {"clock": "restart", "stops": [IN_MAY]},
            ["received 26/4", "restart 6/5", "count-working-days 6/5 9/5", "due 9/5"],
        ),
    ],
)
def test_what_is_written_down(
    received: date, limit: str, rules: dict[str, Any], expected: list[str]
) -> None:
    found = due(received, limit, calendar=OFFICE, **rules)
    assert steps(found) == expected
    # Without a trace the answer is the same, and so are the articles.
    untraced = due(received, limit, calendar=OFFICE, trace=False, **rules)
    assert (untraced.date, untraced.instant) == (found.date, found.instant)
    assert (untraced.trace, untraced.citations) == ((), found.citations)


def test_articles_behind_steps() -> None:
    def articles(limit: str, **rules: Any) -> list[str]:
        found = due(FRIDAY, limit, calendar=OFFICE, **rules)
        return [str(step.citation.article) for step in found.trace if step.citation is not None]

    assert articles("3 ngày làm việc") == ["147(2)"]
    assert articles("4 giờ làm việc") == ["147(1)"]
    assert articles("5 ngày") == ["148(1)-(4)", "148(5)"]
    assert articles("20 giờ", hours="clock")[1:] == ["147(1)", "148(5)"]
