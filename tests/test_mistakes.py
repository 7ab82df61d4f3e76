"""The mistakes of hand-written dashboards (scoring-and-emulation.md, section H) that counting and
scoring touch.

One test each, by its number there: the mistake cannot be made, or is reported. Numbers that other
tests hold in full are named at the end.
"""

import io
from datetime import date
from fractions import Fraction

import pytest

import evnpubsvc
from evnpubsvc import preset, rank, read_figures
from evnpubsvc.dossiers import Precision
from evnpubsvc.emulation import FigureSpec, RatioCriterion, TieRule
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.periods import Period, PeriodCalendar, comparability
from evnpubsvc.quantities import Count, CountUnit, Ratio, Unknown, ZeroPolicy, parse_number
from evnpubsvc.statistics import (
    Intake,
    Rate,
    RegisterRow,
    Tally,
    growth,
    measures,
    named_rates,
    pool_rates,
    rate,
    tally,
)
from tests.emulation.samples import ratio, scheme, scored, spec, text

INDEX = preset("qd766-dvcqg-2026")


def test_1_paid_dossiers_over_fee_procedures_are_refused_when_the_scheme_is_made() -> None:
    with pytest.raises(DataError, match="unit-mismatch"):
        scheme(figures=(spec("n", CountUnit.DOSSIERS), spec("d", CountUnit.PROCEDURES)))


@pytest.mark.parametrize("n", [0, 5])
def test_2_nothing_over_nothing_is_neither_best_nor_worst_by_accident(n: int) -> None:
    under = scheme(ratio(above_one=True))
    assert scored(under, {"n": n, "d": 0}).total == Unknown("not-assessable", "c")
    with pytest.raises(TypeError):
        RatioCriterion(
            key="c",
            title=text("c"),
            maximum=Fraction(1),
            numerator=ratio().numerator,
            denominator=ratio().denominator,
        )  # type: ignore[call-arg]


def test_3_below_a_target_points_are_proportional() -> None:
    assert scored(
        scheme(ratio(maximum=Fraction(2), target=Fraction("0.80"))), {"n": 79, "d": 100}
    ).total == Fraction("1.98")


def test_4_and_5_the_online_denominator_names_its_channels_and_nothing_carried_over() -> None:
    criterion = INDEX.criterion("3.c")
    assert isinstance(criterion, RatioCriterion)
    assert criterion.denominator.figures == ("dossiers_all_channels",)
    assert criterion.note is not None
    assert "carried over" in criterion.note.en


def test_6_two_on_time_rates_have_two_names() -> None:
    empty = Tally.empty([], as_of=date(2022, 12, 14), compare=Precision.DATE).total
    assert not hasattr(empty, "on_time_rate")
    assert str(empty.on_time_of_finished) == str(empty.on_time_of_received) == "0/0 dossiers"


def test_7_a_missing_count_is_not_zero() -> None:
    table = read_figures(io.BytesIO(b"unit,n,d\nA,,50478\n"), scheme())
    assert evnpubsvc.score(scheme(), table.units[0]).total == Unknown("figure-blank", "n")


def _dossiers(number: int) -> Count:
    return Count(number, CountUnit.DOSSIERS)


def test_1_to_7_cannot_be_made_with_named_rates() -> None:
    with pytest.raises(MisuseError, match="unit-mismatch"):  # 1
        rate(
            "online-payment-share",
            {
                "dossiers-paid-online": _dossiers(9),
                "dossiers-with-obligation": Count(3, CountUnit.PROCEDURES),
            },
        )
    nothing = rate("online-share", {"received-online": _dossiers(0), "received": _dossiers(0)})
    assert isinstance(nothing, Rate)
    assert nothing.value() == Unknown("not-assessable")  # 2: neither full nor zero
    share = rate("online-share", {"received-online": _dossiers(79), "received": _dossiers(100)})
    assert isinstance(share, Rate)
    assert share.value() == Fraction(79, 100)  # 3: no cliff, no whole points
    # 4 and 5: the whole is what came in the period by all channels, never what was carried in
    assert named_rates()["online-share"].denominator == ("received",)
    assert measures()["received"].parts == ("received-online", "received-elsewhere")
    elsewhere = measures()["received-elsewhere"].selection
    assert elsewhere is not None
    assert "post" in elsewhere.where[0].values
    assert elsewhere.entries == (Intake.NEW,)
    assert {"on-time-of-handled", "on-time-of-received"} <= set(named_rates())  # 6
    assert "on-time" not in named_rates()
    burden = rate(
        "overdue-burden", {"finished-late": _dossiers(0), "to-handle": _dossiers(50_478)}
    )  # 7
    assert burden == Unknown("measure-missing", "pending-overdue")


def test_8_a_failed_download_does_not_become_zeros() -> None:
    with pytest.raises(DataError, match="header-missing"):
        read_figures(io.BytesIO(b""), scheme())
    with pytest.raises(DataError, match="no-rows"):
        read_figures(io.BytesIO(b"unit,n,d\n"), scheme())


def test_10_ties_do_not_follow_the_input_order() -> None:
    sheets = [scored(scheme(), {"n": 1, "d": 2}, unit) for unit in "BA"]
    assert {place.rank for place in rank(sheets)} == {1}
    assert rank(sheets) == rank(sheets[::-1])


def test_11_closeness_is_no_equality_so_ties_are_transitive() -> None:
    # Steps of a thousandth: with a tolerance of 0.0015 the first would tie with the second and the
    # second with the third.
    under = scheme(rounding=scheme().rounding.__class__(3, scheme().rounding.at))
    sheets = [scored(under, {"n": n, "d": 10_000}, f"U{n}") for n in (5000, 5001, 5002)]
    assert [place.rank for place in rank(sheets)] == [1, 2, 3]


def test_12_departments_and_communes_are_not_one_list() -> None:
    sheets = [
        scored(scheme(), {"n": n, "d": 10}, unit, attributes={"level": level})
        for unit, n, level in [("A", 5, "commune"), ("S", 9, "department")]
    ]
    assert [place.rank for place in rank(sheets, within="level")] == [1, 1]


def test_13_ratios_have_no_sum_and_no_mean() -> None:
    one = Ratio(Count(1, CountUnit.DOSSIERS), Count(2, CountUnit.DOSSIERS))
    with pytest.raises(TypeError):
        one + one  # type: ignore[operator]
    import evnpubsvc.quantities

    assert not [
        name for name in evnpubsvc.quantities.__all__ if "mean" in name or "average" in name
    ]


def test_13_the_mean_of_monthly_rates_is_not_the_rate_of_the_year() -> None:
    months = [
        Rate("on-time-of-handled", Ratio(_dossiers(n), _dossiers(d)))
        for n, d in ((31, 100), (850, 1000))
    ]
    assert pool_rates(months).value() == Fraction(881, 1100)
    with pytest.raises(MisuseError, match="mean-of-rates"):
        sum(months)


def test_15_both_ends_of_a_period_are_inside() -> None:
    rows = [RegisterRow(date(2022, 12, 14)), RegisterRow(date(2022, 12, 15))]
    counted = tally(rows, by=[], as_of=date(2022, 12, 14), compare=Precision.DATE)
    assert (counted.total.received.value, counted.later) == (1, 1)


def test_17_growth_from_nothing_is_unknown_and_growth_is_capped() -> None:
    growth = scheme(ratio(above_one=True, target=Fraction(10)))
    assert scored(growth, {"n": 15, "d": 0}).total == Unknown("not-assessable", "c")
    assert scored(growth, {"n": 7000, "d": 30}).total == 10


def test_16_periods_of_different_cut_offs_and_17_growth_from_little() -> None:
    calendar = Period.year(2021, calendar=PeriodCalendar.CALENDAR)
    report = Period.year(2022, calendar=PeriodCalendar.STATUTORY)
    assert "periods-differ-in-cutoff" in {f.reason for f in comparability(report, calendar)}

    def reason(previous: int, periods: tuple[Period, Period]) -> str:
        found = growth(
            _dossiers(7000), _dossiers(previous), periods=periods, minimum_base=100, cap=None
        )
        assert isinstance(found, Unknown)
        return found.reason

    assert reason(30, (report, calendar)) == "periods-differ-in-cutoff"
    assert reason(30, (report, report.previous())) == "growth-base-too-small"
    assert reason(0, (report, report.previous())) == "growth-from-zero"


def test_21_parts_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(DataError, match="do-not-add-up"):
        scheme(maximum=Fraction(11))


@pytest.mark.parametrize("word", ["1.234", "12.500"])
def test_23_a_dot_that_may_be_a_thousand_is_not_guessed(word: str) -> None:
    with pytest.raises(DataError, match="number-ambiguous"):
        parse_number(word)


def test_24_a_value_zero_and_nothing_to_measure_are_three_states() -> None:
    nothing, zero, value = (
        scored(scheme(), {"n": n, "d": d}, "U")["c"].points for n, d in ((0, 0), (0, 5), (5, 5))
    )
    assert [nothing, zero, value] == [Unknown("not-assessable", "c"), Fraction(0), Fraction(10)]
    with pytest.raises(DataError, match="cells-differ-from-header"):
        read_figures(io.BytesIO(b"unit,n,d\nA,1\n"), scheme())


def test_25_one_fee_denominator_serves_both_payment_items() -> None:
    denominators = {INDEX.criterion(key).terms[1] for key in ("P.b", "P.c")}
    assert len(denominators) == 1


def test_26_linked_procedures_and_linked_dossiers_are_two_items() -> None:
    units = [
        INDEX.figure_specs[INDEX.criterion(key).terms[1].figures[0]].unit
        for key in ("4.5a", "4.5b")
    ]
    assert units == [CountUnit.PROCEDURES, CountUnit.DOSSIERS]


def test_27_where_specification_and_data_differ_the_preset_says_so() -> None:
    for key in ("4.2", "5.2", "5.3", "P.a", "4.1"):
        assert INDEX.criterion(key).note is not None
    assert INDEX.criterion("4.2").terms[1].figures == ("dossiers_received",)
    criterion = INDEX.criterion("4.2")
    assert isinstance(criterion, RatioCriterion)
    assert criterion.target == 1  # live data, not the 80 % of the specification


def test_28_and_29_every_criterion_of_the_preset_cites_its_source_and_its_confidence() -> None:
    assert all(criterion.sources for criterion in INDEX.criteria)
    assert any(source.instrument == "QĐ 766/QĐ-TTg" for source in INDEX.sources)
    assert not any("776" in source.instrument for source in INDEX.sources)


def test_a_figure_says_what_it_counts_or_that_it_is_no_count() -> None:
    assert FigureSpec(key="p", title=text("p")).unit is None
    with pytest.raises(MisuseError):
        FigureSpec(key="p", title=text("p"), unit="kilograms")
    assert ZeroPolicy.FULL in ZeroPolicy
    assert TieRule.COMPETITION.value == "1-1-3"


# 9 bands: tests/emulation/test_scheme_checks.py. 14 local dates: tests/statistics/test_tally.py.
# 18 where to round: tests/emulation/test_score.py. 19, 20 and 22 belong to satisfaction and quotas.
