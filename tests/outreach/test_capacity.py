"""Capacity: textbook values, an independent formula, the month of the second desk."""

from datetime import date
from fractions import Fraction
from math import factorial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.errors import MisuseError
from evnpubsvc.outreach import (
    AssistanceStep,
    Equipment,
    EquipmentKind,
    StepTime,
    estimate_capacity,
    plan_desks,
)
from evnpubsvc.quantities import Unknown
from evnpubsvc.worktime import WeeklyHours, vietnam_calendar

VISIT = [StepTime(AssistanceStep.SUBMITTED, 20)]
SCAN = (EquipmentKind.SCANNER,)


def test_one_desk_is_the_formula_of_pollaczek_and_khinchine() -> None:
    # rho = 18 x 20 / 480 = 3/4; M/M/1 waits rho / (1 - rho) service times = 60 minutes, M/D/1 half
    # of that.
    random = estimate_capacity(arrivals=18, steps=VISIT, opening_minutes=480, variability=1)
    regular = estimate_capacity(arrivals=18, steps=VISIT, opening_minutes=480, variability=0)
    assert (random.utilisation, random.wait_probability, random.wait_minutes) == (
        Fraction(3, 4),
        Fraction(3, 4),
        Fraction(60),
    )
    assert regular.wait_minutes == 30
    assert (random.carries, random.bottleneck, random.steady) == (Fraction(24), None, True)


@given(st.integers(1, 8), st.integers(1, 100), st.integers(1, 60))
def test_several_desks_against_the_sum_of_erlang(desks: Any, arrivals: Any, minutes: Any) -> None:
    steps = [StepTime(AssistanceStep.SUBMITTED, minutes)]
    estimate = estimate_capacity(
        arrivals=arrivals, steps=steps, opening_minutes=480, variability=1, desks=desks
    )
    load = Fraction(arrivals * minutes, 480)
    if load >= desks:
        assert estimate.wait_probability is None
        assert estimate.wait_minutes is None
        assert not estimate.steady
        return
    top = load**desks / factorial(desks) * desks / (desks - load)
    expected = top / (sum((load**k / factorial(k) for k in range(desks)), Fraction(0)) + top)
    assert estimate.wait_probability == expected
    assert estimate.wait_minutes == expected * minutes / (desks - load)


def test_equipment_can_be_the_limit() -> None:
    steps = [
        StepTime(AssistanceStep.PREPARED, 10, Fraction(1, 2), uses=SCAN),
        StepTime(AssistanceStep.SUBMITTED, 15),
    ]
    scanner = Equipment(EquipmentKind.SCANNER, minutes_a_day=Fraction(60))
    args: dict[str, Any] = {
        "arrivals": 10,
        "steps": steps,
        "opening_minutes": 480,
        "variability": 1,
    }
    estimate = estimate_capacity(**args, equipment=[scanner])
    assert estimate.service_minutes == 20
    assert estimate.equipment == ((EquipmentKind.SCANNER, Fraction(5, 6)),)
    assert (estimate.carries, estimate.bottleneck) == (Fraction(12), EquipmentKind.SCANNER)
    assert estimate.steady
    assert len(estimate.assumptions("vi")) == 7
    assert not estimate_capacity(**{**args, "arrivals": 13}, equipment=[scanner]).steady
    assert (
        estimate_capacity(**args, equipment=[Equipment(EquipmentKind.SCANNER)]).bottleneck is None
    )
    scaled = estimate_capacity(**{**args, "variability": 0}, equipment=[scanner], desks=2)
    assert any("approximation" in sentence for sentence in scaled.assumptions())
    free = estimate_capacity(
        arrivals=5,
        steps=[StepTime(AssistanceStep.TRACKED, 0, uses=SCAN)],
        opening_minutes=1,
        variability=1,
    )
    assert (free.carries, free.utilisation, free.wait_minutes) == (None, Fraction(0), Fraction(0))


def test_the_month_of_the_second_desk() -> None:
    # 15 minutes less than 8 hours: 07:30-11:30 and 13:30-17:15 are 465 minutes; 20 days in May: 465
    # visits of 20.
    calendar = vietnam_calendar().with_hours(WeeklyHours.of("07:30-11:30", "13:30-17:15"))
    args: dict[str, Any] = {"steps": VISIT, "ceiling": Fraction(1)}
    full = plan_desks({"2022-05": 465, "2022-06": 465}, calendar, **args)
    assert [m.desks for m in full.months] == [1, 1]
    assert full.months[0].utilisation == 1
    assert full.first_needing() is None
    more = plan_desks({"2022-06": 9_999, "2022-05": 466}, calendar, **args)
    assert more.first_needing() == date(2022, 5, 1)
    assert more.first_needing(3) == date(2022, 6, 1)
    blank = plan_desks({"2022-04": None, "2022-05": 466}, calendar, **args)
    assert blank.first_needing() == Unknown("earlier-month-unknown", "2022-05")
    assert plan_desks({"2022-05": 466, "2022-06": None}, calendar, **args).first_needing() == date(
        2022, 5, 1
    )
    assert plan_desks({"2022-06": None}, calendar, **args).first_needing() == Unknown(
        "earlier-month-unknown"
    )
    assert plan_desks({"2022-06": 0}, calendar, **args).months[0].desks == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"arrivals": 1.5}, "not-exact"),
        ({"arrivals": -1}, "number-too-small"),
        ({"opening_minutes": 0}, "number-too-small"),
        ({"desks": 0}, "number-too-small"),
        ({"desks": 201}, "too-many-desks"),
        ({"steps": [1]}, "wrong-type"),
        ({"equipment": [1]}, "wrong-type"),
        ({"steps": [StepTime(AssistanceStep.PREPARED, 1, uses=SCAN)]}, "equipment-missing"),
    ],
)
def test_misuse_is_refused(change: Any, reason: Any) -> None:
    args: dict[str, Any] = {
        "arrivals": 1,
        "steps": VISIT,
        "opening_minutes": 480,
        "variability": 1,
        **change,
    }
    with pytest.raises(MisuseError) as error:
        estimate_capacity(**args)
    assert error.value.reason == reason


def test_other_misuse_is_refused() -> None:
    step: Any = StepTime
    calls: list[tuple[Any, str]] = [
        (lambda: StepTime(AssistanceStep.PREPARED, 1, 2), "share-above-one"),
        (lambda: step(AssistanceStep.PREPARED, 1.0), "not-exact"),
        (
            lambda: plan_desks({}, vietnam_calendar(), steps=VISIT, ceiling=Fraction(2)),
            "ceiling-out-of-range",
        ),
        (
            lambda: plan_desks({"2022-1": 1}, vietnam_calendar(), steps=VISIT, ceiling=Fraction(1)),
            "month-not-read",
        ),
    ]
    for call, reason in calls:
        with pytest.raises(MisuseError) as error:
            call()
        assert error.value.reason == reason
