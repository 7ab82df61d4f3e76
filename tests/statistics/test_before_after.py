"""Before and after a day: exact intervals against textbooks, brute force and made-up registers."""

import io
from datetime import date, timedelta
from fractions import Fraction
from math import comb
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evnpubsvc._moments import own_day
from evnpubsvc.errors import MisuseError
from evnpubsvc.periods import Period
from evnpubsvc.quantities import AnyCount, Count, CountRange, Interval
from evnpubsvc.serde import read_register
from evnpubsvc.statistics import BeforeAfter, Flow, before_after, flow, tally
from evnpubsvc.synthetic import SyntheticRegister, district
from evnpubsvc.worktime import vietnam_calendar
from tests.deep import cases

_BEFORE = (date(2022, 3, 1), date(2022, 3, 31))  # 23 working days
_AFTER = (date(2022, 5, 1), date(2022, 5, 31))  # 20: two days off, and one instead of a Sunday
_LEVEL = Fraction(95, 100)


def compare(before: AnyCount | int, after: AnyCount | int, **more: object) -> BeforeAfter:
    counts = [Count(n, "dossiers") if isinstance(n, int) else n for n in (before, after)]
    flows = [Flow(n, *days) for n, days in zip(counts, (_BEFORE, _AFTER), strict=True)]
    asked: dict[str, object] = {"calendar": vietnam_calendar(), "synthetic": True} | more
    return before_after(*flows, **asked)  # type: ignore[arg-type]


def tail(hits: int, trials: int, p: Fraction) -> Fraction:
    """P(X >= hits), term by term."""
    return sum(
        (comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(hits, trials + 1)),
        Fraction(0),
    )


def share(ratio: Fraction, days_after: int, days_before: int) -> Fraction:
    """The later count's share of both under a ratio of rates."""
    odds = ratio * Fraction(days_after, days_before)
    return odds / (1 + odds)


@pytest.mark.parametrize("before", range(0, cases(9, 25), cases(2, 1)))
@pytest.mark.parametrize("after", range(0, cases(9, 25), cases(2, 1)))
def test_the_ends_are_those_of_the_binomial_tails(before: int, after: int) -> None:
    found = compare(before, after)
    both, half = before + after, (1 - _LEVEL) / 2
    days = found.after.working_days, found.before.working_days
    low, high = found.times.low, found.times.high
    finer = Fraction(1, 5_000)

    # A tail is rare at the end, and no longer rare a little inside.
    if after:
        assert tail(after, both, share(low, *days)) <= half
        assert tail(after, both, share(low * (1 + finer), *days)) > half
    else:
        assert low == 0
    if before:
        assert high is not None
        assert tail(before, both, 1 - share(high, *days)) <= half
        assert tail(before, both, 1 - share(high * (1 - finer), *days)) > half
    else:
        assert high is None


# The example of `poisson.test` in R: 11 cases in 800 person-years against 21 in 3,011, and others,
# computed with the quantiles of the beta distribution (scipy.stats.beta.ppf, SciPy 1.16).
@pytest.mark.parametrize(
    ("before", "after", "low", "high"),
    [
        ((21, 3011), (11, 800), "0.8584264033916397", "4.277265943654075"),
        ((30, 250), (7001, 238), "171.55735330721816", "363.60278870333036"),
        ((20, 23), (45, 20), "1.4968855227254083", "4.625792032643486"),
        ((1, 1), (1, 1), "0.012739367083666617", "78.49683531626285"),
        ((10**6, 1), (10**6, 1), "0.997231032934401", "1.0027766555333235"),
    ],
)
def test_textbook_values(
    before: tuple[int, int], after: tuple[int, int], low: str, high: str
) -> None:
    from evnpubsvc.statistics import Exposure
    from evnpubsvc.statistics._before_after import _times

    then, now = (
        Exposure(flow=Flow(Count(n, "people"), *_BEFORE), working_days=days)
        for n, days in (before, after)
    )
    found = _times(then, now, Fraction(25, 1000))
    assert found.high is not None
    # Rounded outwards, by less than a five-thousandth.
    assert Fraction(low) * Fraction(4_999, 5_000) < found.low <= Fraction(low)
    assert Fraction(high) <= found.high < Fraction(high) * Fraction(5_001, 5_000)


@pytest.mark.parametrize("seed", range(cases(1, 5)))
def test_without_effect_the_interval_covers_none_at_least_as_often_as_it_says(seed: int) -> None:
    """Dossiers of two periods of one year, drawn on any working day alike."""
    number = cases(150, 1_000)
    draw = Random(seed)
    days = [
        day
        for n in range(366)
        if vietnam_calendar().is_working_day(day := date(2024, 1, 1) + timedelta(n))
    ]
    turn = date(2024, 7, 1)
    covered = 0
    for _ in range(number):
        drawn = draw.choices(days, k=draw.randrange(20, 200))
        later = sum(day >= turn for day in drawn)
        flows = (
            Flow(Count(len(drawn) - later, "dossiers"), date(2024, 1, 1), date(2024, 6, 30)),
            Flow(Count(later, "dossiers"), turn, date(2024, 12, 31)),
        )
        found = before_after(*flows, calendar=vietnam_calendar(), synthetic=True)
        covered += found.may_be_none
    assert covered >= number * 94 // 100


def test_without_effect_in_synthetic_districts() -> None:
    """A thousand districts, whose dossiers come on any working day alike."""
    number = cases(20, 1_000)
    covered = 0
    for seed in range(number):
        made = district(seed, communes=2, dossiers=30)
        received = [own_day(one.events[0].at) for one in made.dossiers]
        halves = [
            (date(2024, 1, 2), date(2024, 6, 30)),
            (date(2024, 7, 1), date(2024, 12, 31)),
        ]
        flows = [
            Flow(Count(sum(first <= day <= last for day in received), "dossiers"), first, last)
            for first, last in halves
        ]
        found = before_after(*flows, calendar=vietnam_calendar(), synthetic=True)
        covered += found.may_be_none
    assert covered >= number * 94 // 100


def test_a_register_its_unit_and_the_others_beside_it() -> None:
    register = SyntheticRegister(rows=2_000, seed=24, units=4)
    rows = list(read_register(io.BytesIO(b"".join(register.csv())), register.columns))
    halves = (
        Period(date(2024, 1, 1), date(2024, 12, 31)),
        Period(date(2025, 1, 1), date(2025, 12, 31)),
    )
    tallies = [tally(rows, by=["unit"], period=each, compare="date") for each in halves]
    units = sorted({cell.key[0] for cell in tallies[0] if cell.key[0] is not None})
    flows = {unit: tuple(flow(each, "received", unit) for each in tallies) for unit in units}
    first, *others = units
    found = before_after(
        *flows[first],
        calendar=vietnam_calendar(),
        synthetic=True,
        group=[flows[each] for each in others],  # type: ignore[misc]
    )
    assert found.group is not None
    assert found.group.units == len(others)

    # Plain differences, by hand.
    days = [each.working_days for each in (found.before, found.after)]
    numbers = {
        unit: [Fraction(pair[n].count.least, days[n]) for n in (0, 1)]
        for unit, pair in flows.items()
    }
    own = numbers[first][1] - numbers[first][0]
    changes = [numbers[each][1] - numbers[each][0] for each in others]
    beside = sum(changes, Fraction(0)) / len(others)
    assert found.difference == Interval(own, own)
    assert found.beyond_group == Interval(own - beside, own - beside)


def test_a_number_within_bounds_holds_for_each_number_inside() -> None:
    published = compare(30, CountRange(7_001, None, "dossiers", "hơn 7.000"))
    assert published.times.high is None
    for number in (7_001, 7_049, 10**5):
        inside = compare(30, number)
        assert published.times.low <= inside.times.low
    assert published.times.low == compare(30, 7_001).times.low
    known = compare(CountRange(20, 30, "dossiers"), 45)
    assert known.times.low == compare(30, 45).times.low
    assert known.times.high == compare(20, 45).times.high


@given(st.integers(0, 300), st.integers(0, 300))
@settings(max_examples=cases(30, 2_000))
def test_turned_round_the_interval_is_turned_over(before: int, after: int) -> None:
    found = compare(before, after)
    assert found.times.low <= 1 or not found.may_be_none
    assert found.change.low == found.times.low - 1
    if before and after:
        ratio = Fraction(after, found.after.working_days) / Fraction(
            before, found.before.working_days
        )
        assert found.times.high is not None
        assert found.times.low < ratio < found.times.high


def test_what_is_assumed_is_said_in_both_languages() -> None:
    made_up = compare(20, 45)
    real = compare(20, 45, synthetic=False)
    assert len(made_up.assumptions()) == len(real.assumptions()) + 1
    assert "made up" in made_up.assumptions()[0]
    assert "giả định" in made_up.text("vi")
    assert "made up" not in real.text("en")
    assert "holds 1" not in made_up.text("en")
    assert "holds 1" in compare(20, 21).text("en")


def test_seasons_that_differ_are_a_notice() -> None:
    assert [each.reason for each in compare(20, 45).notices] == ["effect-seasons-differ"]
    year = before_after(
        Flow(Count(1, "dossiers"), date(2022, 3, 1), date(2022, 5, 31)),
        Flow(Count(1, "dossiers"), date(2023, 3, 1), date(2023, 5, 31)),
        calendar=vietnam_calendar(),
        synthetic=True,
    )
    assert year.notices == ()


@pytest.mark.parametrize(
    ("before", "after", "more", "reason"),
    [
        (Flow(Count(1, "dossiers"), None, date(2022, 1, 31)), None, {}, "period-open"),
        (None, Flow(Count(1, "dossiers"), *_BEFORE), {}, "effect-periods-overlap"),
        (None, Flow(Count(1, "sheets"), *_AFTER), {}, "unit-mismatch"),
        (Flow(CountRange(1, None, "dossiers"), *_BEFORE), None, {}, "effect-unbounded"),
        (
            Flow(Count(0, "dossiers"), date(2022, 3, 5), date(2022, 3, 6)),
            None,
            {},
            "exposure-without-days",
        ),
        (None, None, {"level": Fraction(1)}, "effect-level"),
        (
            None,
            None,
            {
                "group": [
                    (
                        Flow(Count(1, "dossiers"), date(2022, 3, 1), date(2022, 3, 30)),
                        Flow(Count(1, "dossiers"), *_AFTER),
                    )
                ]
            },
            "effect-periods-differ",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(
    before: Flow | None, after: Flow | None, more: dict[str, object], reason: str
) -> None:
    then = before or Flow(Count(1, "dossiers"), *_BEFORE)
    now = after or Flow(Count(1, "dossiers"), *_AFTER)
    asked: dict[str, object] = {"calendar": vietnam_calendar(), "synthetic": True} | more
    with pytest.raises(MisuseError) as raised:
        before_after(then, now, **asked)  # type: ignore[arg-type]
    assert raised.value.reason == reason
