"""What the strategies promise beside what their types check."""

from datetime import date

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc.codes import DossierCode, UnitCode, UnitLayout
from evnpubsvc.law import Validity
from evnpubsvc.strategies import dossier_codes, near_miss_codes, timelines, unit_codes, validities


@given(
    dossier_codes(
        units=st.just(UnitCode("H44.100")), min_value=date(2026, 1, 1), max_value=date(2026, 1, 2)
    )
)
def test_bounds_are_kept(code: DossierCode) -> None:
    assert code.unit == UnitCode("H44.100")
    assert date(2026, 1, 1) <= code.received_on <= date(2026, 1, 2)


@given(near_miss_codes(unit_codes(layouts=st.just(UnitLayout.TOP_LAST))))
def test_near_misses_of_given_codes(text: str) -> None:
    assert not UnitCode.is_valid(text)


@given(validities(min_value=date(2022, 1, 1), max_value=date(2022, 1, 31), open_ends=False))
def test_closed_validities_have_both_days(validity: Validity) -> None:
    assert validity.since is not None
    assert validity.until is not None
    assert date(2022, 1, 1) <= validity.since <= validity.until <= date(2022, 1, 31)


def test_impossible_bounds_are_refused() -> None:
    with pytest.raises(InvalidArgument):
        dossier_codes(min_value=date(1999, 1, 1))
    with pytest.raises(InvalidArgument):
        validities(min_value=date(2022, 1, 2), max_value=date(2022, 1, 1))
    with pytest.raises(InvalidArgument):
        timelines(st.none(), min_size=0)


@pytest.mark.parametrize("layout", UnitLayout)
def test_all_kinds_of_codes_are_drawn(layout: UnitLayout) -> None:
    """Both layouts, local and long forms, ambiguous forms.

    Found by search, so the strategies reach them.
    """
    # What is found need not be small.
    quick = settings(phases=(Phase.generate,), max_examples=10_000)
    ours = find(dossier_codes(), lambda code: code.unit.layout is layout, settings=quick)
    assert ours.unit.layout is layout
    assert find(dossier_codes(), lambda code: len(code.forms) > 1, settings=quick).nationwide
    assert len(find(unit_codes(), lambda unit: unit.level > 3, settings=quick).groups) > 3
