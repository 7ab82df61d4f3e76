"""Counts keep their unit; ratios refuse what cannot be; the unknown is neither zero nor false."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.errors import MisuseError
from evnpubsvc.quantities import Count, CountUnit, Ratio, Unknown, ZeroPolicy, pool
from evnpubsvc.strategies import ratios

_D, _P = CountUnit.DOSSIERS, CountUnit.PROCEDURES


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (-1, "count-negative"),
        (1.0, "count-not-whole"),
        (True, "count-not-whole"),
        ("1", "count-not-whole"),
    ],
)
def test_a_count_is_a_whole_number_from_zero(value: object, reason: str) -> None:
    with pytest.raises(MisuseError) as caught:
        Count(value, _D)  # type: ignore[arg-type]
    assert caught.value.reason == reason


def test_dossiers_and_procedures_do_not_mix() -> None:
    for call in (lambda: Count(1, _D) + Count(1, _P), lambda: Ratio(Count(1, _D), Count(2, _P))):
        with pytest.raises(MisuseError) as caught:
            call()
        assert caught.value.reason == "unit-mismatch"
    assert Ratio(Count(1, _D), Count(2, _P), mixed_units=True).value(ZeroPolicy.ZERO) == Fraction(
        1, 2
    )
    with pytest.raises(TypeError):
        Count(1, _D) + 1  # type: ignore[operator]


def test_a_part_is_not_larger_than_its_whole() -> None:
    with pytest.raises(MisuseError) as caught:
        Ratio(Count(3, _D), Count(2, _D))
    assert caught.value.reason == "numerator-above-denominator"
    assert Ratio(Count(3, _D), Count(2, _D), above_one=True).value(ZeroPolicy.ZERO) == Fraction(
        3, 2
    )


@pytest.mark.parametrize(
    ("zero", "expected"),
    [
        (ZeroPolicy.FULL, Fraction(1)),
        (ZeroPolicy.ZERO, Fraction(0)),
        (ZeroPolicy.EXCLUDED, Unknown("excluded")),
        (ZeroPolicy.NOT_ASSESSABLE, Unknown("not-assessable")),
    ],
)
def test_nothing_out_of_nothing_is_worth_what_the_policy_says(
    zero: ZeroPolicy, expected: object
) -> None:
    assert Ratio(Count(0, _D), Count(0, _D)).value(zero) == expected


def test_an_unknown_has_no_truth() -> None:
    with pytest.raises(MisuseError, match="unknown-has-no-truth"):
        bool(Unknown("figure-blank"))


def test_the_pooled_rate_is_not_the_mean_of_rates() -> None:
    # scoring-and-emulation.md H.13: months of 31 % and 85 % pool by their counts.
    parts = [Ratio(Count(31, _D), Count(100, _D)), Ratio(Count(850, _D), Count(1000, _D))]
    assert pool(parts).value(ZeroPolicy.ZERO) == Fraction(881, 1100)
    with pytest.raises(MisuseError, match="nothing-to-pool"):
        pool([])


@given(st.lists(ratios(units=st.just(_D)), min_size=1, max_size=6), st.randoms())
def test_pooling_does_not_depend_on_order_or_grouping(parts: list[Ratio], random: object) -> None:
    shuffled = parts[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    if all(part.numerator.unit is part.denominator.unit for part in parts):
        assert pool(parts) == pool(shuffled) == pool([pool(parts[:1]), *parts[1:]])
