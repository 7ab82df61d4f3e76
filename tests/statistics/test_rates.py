"""Named rates: definitions that cannot be confused, exact counts, pooling, growth, and what is
missing.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import combinations
from statistics import fmean
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.periods import Period, PeriodCalendar
from evnpubsvc.quantities import Count, CountUnit, Ratio, Unknown, ZeroPolicy
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.statistics import (
    Growth,
    Intake,
    PeriodState,
    Rate,
    RegisterRow,
    RegisterStatus,
    Selection,
    Where,
    growth,
    measures,
    measures_of,
    named_rates,
    pool_rates,
    rate,
    tally,
)
from evnpubsvc.strategies import rates, register_rows
from tests.realdata import real_rows

PERIOD = Period.year(2022, calendar=PeriodCalendar.STATUTORY)


def dossiers(number: int) -> Count:
    return Count(number, CountUnit.DOSSIERS)


def _percent(name: str, given: dict[str, Count | Unknown]) -> str:
    found = rate(name, given)
    assert isinstance(found, Rate)
    return found.percent()


# ---- definitions


def test_two_rates_with_different_denominators_never_share_a_name() -> None:
    definitions = list(named_rates().values())
    assert len({(each.numerator, each.denominator) for each in definitions}) == len(definitions)
    for lang in ("en", "vi"):
        assert len({each.text.get(lang) for each in definitions}) == len(definitions)
    for one, other in combinations(definitions, 2):
        if set(one.numerator) & set(
            other.numerator
        ):  # the ones that people mix up say so of each other
            assert other.name in one.others
            assert one.name in other.others


def test_every_definition_names_measures_of_one_unit_and_rates_that_there_are() -> None:
    for definition in named_rates().values():
        names = definition.numerator + definition.denominator
        assert len({measures()[name].unit for name in names}) == 1, definition.name
        assert set(definition.others) <= set(named_rates()) - {definition.name}
        assert definition.source.instrument
    for measure in measures().values():
        assert set(measure.parts) <= set(measures())


def test_a_measure_that_is_a_sum_selects_what_its_parts_select() -> None:
    """So that a rate is the same whether the sum is given or its parts are."""
    for measure in measures().values():
        if not measure.parts:
            continue
        assert measure.selection is not None
        whole = {(e, d) for e in measure.selection.entries for d in measure.selection.states}
        inside = [measures()[name].selection for name in measure.parts]
        covered = {
            (e, d) for part in inside if part is not None for e in part.entries for d in part.states
        }
        assert covered == whole


@given(
    st.lists(register_rows(dimensions=("channel", "level", "assistance", "service")), max_size=20)
)
def test_parts_are_inside_their_whole_whatever_the_register(rows: list[RegisterRow]) -> None:
    counted = tally(
        rows,
        by=["channel", "level", "assistance", "service"],
        period=PERIOD,
        compare=Precision.DATE,
    )
    given_ = measures_of(
        counted,
        blank={
            "channel": "online",
            "level": "full",
            "assistance": "assisted",
            "service": "?",
        },
    )
    given_["services-offered-online"] = Count(10_000, CountUnit.SERVICES)
    for name in named_rates():
        found = rate(name, given_)
        if isinstance(found, Rate):
            assert found.ratio.numerator.least <= found.ratio.denominator.least


# ---- worked example: form II.06a, the sample of 450 dossiers


SAMPLE: dict[str, Count | Unknown] = {
    "to-handle": dossiers(450), "received-online": dossiers(315),
    "received-elsewhere": dossiers(105),
    "carried-in": dossiers(30), "handled": dossiers(390), "finished-early": dossiers(240),
    "on-due-date-or-closed": dossiers(145), "finished-late": dossiers(5), "pending": dossiers(60),
    "pending-overdue": dossiers(2),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "percent"),
    [("online-share", "75.00 %"), ("on-time-of-handled", "98.72 %"), ("overdue-burden", "1.56 %")],
)
def test_the_rates_of_the_sample(name: str, percent: str) -> None:
    assert _percent(name, SAMPLE) == percent


def test_the_same_rates_from_a_register() -> None:
    """31 online and 11 other dossiers of the period, 3 carried in.

    All rates of the form, counted by hand.
    """
    day = date(2022, 11, 20)

    def rows(number: int, channel: str, *, received: date = day, **given: Any) -> list[RegisterRow]:
        return [
            RegisterRow(received, dimensions={"channel": channel}, **given) for _ in range(number)
        ]

    due = date(2022, 12, 1)
    before = date(2021, 11, 1)
    register = [
        *rows(20, "online", due=due, finished=date(2022, 11, 30)),  # early
        *rows(5, "online", due=due, finished=due),  # on the due date
        *rows(2, "online", due=due, finished=date(2022, 12, 2)),  # late
        *rows(1, "online", due=due, finished=date(2022, 12, 3), status=RegisterStatus.WITHDRAWN),
        *rows(3, "online", due=date(2022, 12, 20)),  # pending in time
        *rows(6, "in-person", due=due, finished=date(2022, 11, 25)),
        *rows(5, "post", due=due),  # pending, overdue
        *rows(2, "in-person", received=before, due=due, finished=due),
        *rows(1, "in-person", received=before, due=date(2021, 12, 1)),
        *rows(
            4, "online", finished=date(2022, 11, 21), status=RegisterStatus.REFUSED
        ),  # never received
    ]
    given_ = measures_of(tally(register, by=["channel"], period=PERIOD, compare=Precision.DATE))
    ratios = {
        name: found.ratio for name in named_rates() if isinstance(found := rate(name, given_), Rate)
    }
    assert {name: (r.numerator.least, r.denominator.least) for name, r in ratios.items()} == {
        "online-share": (31, 42),
        "on-time-of-handled": (26 + 8, 36),
        "on-time-of-finished": (33, 35),
        "on-time-of-received": (33, 45),
        "on-time-of-fallen-due": (33, 35 + 6),
        "overdue-burden": (2 + 6, 45),
    }
    missing = rate("self-service-share", given_)
    assert missing == Unknown("measure-missing", "received-self-service")


def test_services_are_counted_once() -> None:
    rows = [
        RegisterRow(date(2022, 12, 1), dimensions={"channel": channel, "service": service})
        for channel, service in [("online", "a"), ("online", "a"), ("online", "b"), ("post", "c")]
    ]
    given_ = measures_of(
        tally(rows, by=["channel", "service"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    )
    assert given_["services-with-online-dossiers"] == Count(2, CountUnit.SERVICES)
    given_["services-offered-online"] = Count(8, CountUnit.SERVICES)
    assert _percent("services-with-dossiers", given_) == "25.00 %"
    given_["services-offered-online"] = dossiers(8)
    with pytest.raises(MisuseError, match="unit-mismatch"):
        rate("services-with-dossiers", given_)


def test_levels_have_denominators_of_their_own() -> None:
    rows = [
        RegisterRow(date(2022, 12, 1), dimensions={"channel": channel, "level": level})
        for channel, level, times in [
            ("online", "full", 3), ("post", "full", 1), ("online", "partial", 1),
            ("post", "partial", 4),
            ("in-person", "information-only", 11),
        ]
        for _ in range(times)
    ]  # fmt: skip
    given_ = measures_of(
        tally(rows, by=["level", "channel"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    )
    assert _percent("online-share", given_) == "20.00 %"
    assert _percent("online-share-end-to-end", given_) == "75.00 %"
    assert _percent("online-share-partial", given_) == "20.00 %"
    nothing = rate("online-share-level-4", given_)
    assert isinstance(nothing, Rate)
    assert nothing.value() == Unknown("not-assessable")
    assert nothing.percent() == "–"


def test_what_the_register_does_not_say_is_not_counted_as_something() -> None:
    rows = [
        RegisterRow(date(2022, 12, 1), dimensions={"channel": each}) for each in ("online", None)
    ]
    counted = tally(rows, by=["channel"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    given_ = measures_of(counted)
    assert given_["received"] == dossiers(2)
    assert given_["received-online"] == Unknown("value-not-said", "received-online: channel")
    assert rate("online-share", given_) == given_["received-online"]
    assert (
        _percent("online-share", measures_of(counted, blank={"channel": "in-person"})) == "50.00 %"
    )
    assert measures_of(counted, where={"channel": "online"})["received"] == dossiers(1)
    assert measures_of(counted, where={"channel": None})["received"] == dossiers(1)
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        measures_of(counted, where={"chanel": "online"})
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        measures_of(counted, blank={"chanel": "online"})
    # a blank that another condition rules out anyway decides nothing
    both = Selection(
        entries=(Intake.NEW,), where=(Where("channel", ("post",)), Where("unit", ("A",)))
    )
    rows = [RegisterRow(date(2022, 12, 1), dimensions={"channel": "online", "unit": None})]
    assert (
        both.count(
            tally(rows, by=["channel", "unit"], as_of=date(2022, 12, 14), compare=Precision.DATE)
        )
        == 0
    )


def test_a_tally_without_a_first_day_says_nothing_of_what_was_carried_in() -> None:
    counted = tally([], by=[], as_of=date(2022, 12, 14), compare=Precision.DATE)
    assert "carried-in" not in measures_of(counted)
    assert measures_of(evolve(counted, since=date(2022, 1, 1)))["carried-in"] == dossiers(0)


# ---- real data: Phú Thọ, August 2026


def test_communes_departments_and_province_are_pooled() -> None:
    by_level: dict[str, list[Rate]] = {}
    for row in real_rows("qd766_phu_tho_2026_08/tien_do_thang_08_2026.csv"):
        found = rate(
            "on-time-of-received",
            {
                "finished-on-time": dossiers(int(row["totalOnTime"])),
                "to-handle": dossiers(int(row["totalReceived"])),
            },
        )
        assert isinstance(found, Rate)
        by_level.setdefault(row["level"], []).append(found)
    communes, departments = pool_rates(by_level["COMMUNE"]), pool_rates(by_level["PROVINCE"])
    assert (communes.percent(), departments.percent()) == ("84.44 %", "53.42 %")
    assert pool_rates([communes, departments]).percent("vi") == "78,38%"
    # the mean of the units' rates is another number, and is refused as the rate of the whole
    values = [each.value(ZeroPolicy.ZERO) for each in by_level["COMMUNE"]]
    numbers = [value for value in values if isinstance(value, Fraction)]
    assert abs(fmean(numbers) - Fraction(8444, 10_000)) > 0.01
    refused: list[Callable[[], object]] = [
        lambda: pool_rates(numbers),  # type: ignore[arg-type]
        lambda: sum(by_level["COMMUNE"]),
    ]
    for mean in refused:
        with pytest.raises(MisuseError) as caught:
            mean()
        assert caught.value.reason == "mean-of-rates"
        assert "pool" in caught.value.finding.hint()


# ---- pooling


@given(
    st.lists(rates(names=st.just("online-share"), max_denominator=1000), min_size=1, max_size=6),
    st.randoms(),
)
def test_pooling_does_not_depend_on_order_or_grouping(parts: list[Rate], random: Any) -> None:
    whole = pool_rates(parts)
    shuffled = list(parts)
    random.shuffle(shuffled)
    cut = random.randint(0, len(parts) - 1)
    grouped = [pool_rates(shuffled[:cut])] if cut else []
    assert pool_rates([*grouped, *shuffled[cut:]]) == whole
    assert whole.ratio.numerator.least == sum(part.ratio.numerator.least for part in parts)


def test_what_does_not_pool() -> None:
    def reason(*parts: Any) -> str:
        with pytest.raises(MisuseError) as caught:
            pool_rates(parts)
        return caught.value.reason

    one = rate(
        "on-time-of-finished", {"finished-on-time": dossiers(1), "finished-late": dossiers(1)}
    )
    other = rate("on-time-of-received", {"finished-on-time": dossiers(1), "to-handle": dossiers(2)})
    assert reason(one, other) == "rates-differ"
    assert reason() == "nothing-to-pool"
    for wrong in (
        Fraction(1, 2),
        0.5,
        50,
        Unknown("figure-blank"),
        Ratio(dossiers(1), dossiers(2)),
    ):
        assert reason(one, wrong) == "mean-of-rates"
    for combine in (lambda: one + other, lambda: one / 2, lambda: 1 + other):  # type: ignore[operator]
        with pytest.raises(MisuseError, match="mean-of-rates"):
            combine()


# ---- what is missing, unknown or of another unit


def test_missing_is_not_zero() -> None:
    assert rate("online-share", {"received-online": dossiers(1)}) == Unknown(
        "measure-missing", "received"
    )
    blank = Unknown("figure-blank", "late")
    assert rate("overdue-burden", {"finished-late": blank, "pending-overdue": dossiers(1)}) == blank
    assert rate("online-share", {"received-online": dossiers(0), "received": dossiers(0)}) == Rate(
        "online-share", Ratio(dossiers(0), dossiers(0))
    )


def test_three_display_states() -> None:
    states = [
        rate("online-share", {"received-online": dossiers(n), "received": dossiers(d)})
        for n, d in [(1, 3), (0, 3), (0, 0)]
    ]
    assert [state.percent() for state in states if isinstance(state, Rate)] == [
        "33.33 %",
        "0.00 %",
        "–",
    ]


def test_a_survey_of_too_few_sheets_says_nothing() -> None:
    given_: dict[str, Count | Unknown] = {
        "sheets-satisfied": Count(9, CountUnit.SHEETS), "sheets-valid": Count(10, CountUnit.SHEETS)
    }  # fmt: skip
    assert rate("satisfied-sheets-share", given_, minimum_base=30) == Unknown(
        "base-too-small", "satisfied-sheets-share"
    )
    assert _percent("satisfied-sheets-share", given_) == "90.00 %"


def test_names_and_units_are_checked() -> None:
    with pytest.raises(UnknownNameError, match="rate-unknown"):
        rate("on-time", {})
    with pytest.raises(UnknownNameError, match="rate-unknown"):
        Rate("on-time", Ratio(dossiers(1), dossiers(1)))
    with pytest.raises(MisuseError, match="unit-mismatch"):
        Rate("online-share", Ratio(Count(1, CountUnit.SHEETS), Count(1, CountUnit.SHEETS)))
    with pytest.raises(UnknownNameError, match="measure-unknown"):
        rate("online-share", {"online": dossiers(1)})
    with pytest.raises(MisuseError, match="numerator-above-denominator"):
        rate("online-share", {"received-online": dossiers(3), "received": dossiers(2)})
    for wrong in (
        {"entries": ()},
        {"entries": (Intake.NEW, Intake.NEW)},
        {"states": ()},
        {"states": (PeriodState.LATE, PeriodState.LATE)},
        {"where": (Where("a", ("x",)), Where("a", ("y",)))},
    ):
        with pytest.raises(MisuseError, match="selection-malformed"):
            Selection(**{"entries": (Intake.NEW,), **wrong})  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="selection-malformed"):
        Where("a", ())


# ---- growth


def _years(calendar: PeriodCalendar = PeriodCalendar.CALENDAR) -> tuple[Period, Period]:
    return Period.year(2022, calendar=calendar), Period.year(2021, calendar=calendar)


def _growth(current: int, previous: int, **given: Any) -> Growth | Unknown:
    return growth(
        dossiers(current),
        dossiers(previous),
        **{"periods": _years(), "minimum_base": 20, "cap": Fraction(5), **given},
    )


def test_growth_is_exact_and_capped() -> None:
    found = _growth(45, 30)
    assert isinstance(found, Growth)
    assert (found.change, found.value, found.is_capped) == (Fraction(1, 2), Fraction(1, 2), False)
    seed = _growth(7_000, 30)
    assert isinstance(seed, Growth)
    assert (seed.change, seed.value, seed.is_capped) == (Fraction(697, 3), Fraction(5), True)
    assert from_json(to_json(seed), Growth) == seed
    less = _growth(10, 40, cap=None)
    assert isinstance(less, Growth)
    assert less.value == Fraction(-3, 4)


def test_growth_from_nothing_or_too_little_is_unknown() -> None:
    assert _growth(15, 0) == Unknown("growth-from-zero", "0")
    assert _growth(7_000, 30, minimum_base=100) == Unknown("growth-base-too-small", "30")


def test_growth_between_periods_that_do_not_compare_is_unknown() -> None:
    """The seed: 2022 up to 15/12 beside the calendar year 2021."""
    periods = (
        Period(date(2022, 1, 1), date(2022, 12, 15)),
        Period.year(2021, calendar=PeriodCalendar.CALENDAR),
    )
    found = _growth(7_000, 30, periods=periods)
    assert found == Unknown("periods-differ-in-length", "2022-01-01..2022-12-15, calendar-2021")
    mixed = (Period.year(2022, calendar=PeriodCalendar.STATUTORY), periods[1])
    assert _growth(7_000, 30, periods=mixed) == Unknown(
        "periods-differ-in-cutoff", "statutory-2022, calendar-2021"
    )


def test_growth_misuse() -> None:
    for wrong in ({"minimum_base": 0}, {"cap": Fraction(-1)}):
        with pytest.raises(MisuseError, match="growth-malformed"):
            _growth(1, 1, **wrong)
    with pytest.raises(MisuseError, match="unit-mismatch"):
        growth(dossiers(1), Count(1, CountUnit.SHEETS), periods=_years(), minimum_base=1, cap=None)
    with pytest.raises(MisuseError, match="growth-malformed"):
        Growth(
            current=dossiers(1), previous=dossiers(0), periods=_years(), minimum_base=1, cap=None
        )


def test_open_and_overdue_counts_where_what_has_fallen_due_is_asked_for() -> None:
    """2 on time, 1 late, 1 open and overdue, 2 open in time, 1 without a due date: 2 of 4."""
    day = date(2022, 12, 1)
    due, before, after = date(2022, 12, 8), date(2022, 12, 7), date(2022, 12, 9)
    rows = [
        RegisterRow(day, due, before),
        RegisterRow(day, due, due),
        RegisterRow(day, due, after),
        RegisterRow(day, due),
        RegisterRow(day, date(2022, 12, 20)),
        RegisterRow(day, date(2022, 12, 20)),
        RegisterRow(day),
    ]
    counted = tally(rows, by=[], as_of=date(2022, 12, 14), compare=Precision.DATE)
    given_ = measures_of(counted)
    assert _percent("on-time-of-fallen-due", given_) == "50.00 %"
    assert _percent("on-time-of-finished", given_) == "66.67 %"
    assert _percent("on-time-of-received", given_) == "28.57 %"


def test_growth_of_what_is_unknown_is_unknown_and_plain_numbers_are_refused() -> None:
    periods = (Period.parse("calendar-2022"), Period.parse("calendar-2021"))
    asked: dict[str, Any] = {"periods": periods, "minimum_base": 10, "cap": None}
    missing = Unknown("value-not-said", "channel")
    assert growth(Count(7, CountUnit.DOSSIERS), missing, **asked) is missing
    with pytest.raises(MisuseError, match=r"growth\.previous takes Count, got int: 30"):
        growth(Count(7, CountUnit.DOSSIERS), 30, **asked)  # type: ignore[arg-type]
