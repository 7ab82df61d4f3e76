"""Strategies for synthetic registers and districts."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from hypothesis import strategies as st

from evnpubsvc.strategies._foundation import keys
from evnpubsvc.synthetic import (
    District,
    DistrictDefect,
    PlannedDefect,
    SyntheticRegister,
    district,
)


def synthetic_registers(*, max_rows: int = 200) -> st.SearchStrategy[SyntheticRegister]:
    """Draw registers to be made; some have bad rows.

    Args:
        max_rows: most rows.
    """
    return st.builds(
        SyntheticRegister,
        rows=st.integers(0, max_rows),
        seed=st.integers(0, 1 << 64),
        units=st.integers(1, 50),
        procedures=st.integers(1, 50),
        bad=st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1)]),
    )


@cache
def planned_defects() -> st.SearchStrategy[PlannedDefect]:
    """Draw defects by themselves, of no district."""
    return st.builds(PlannedDefect, keys(), st.sampled_from(DistrictDefect))


def districts(
    *, max_communes: int = 4, max_dossiers: int = 20, defects: bool = True
) -> st.SearchStrategy[District]:
    """Draw made-up districts that are coherent with themselves. Shrinks to a single dossier.

    Args:
        max_communes: most communes, at most 12.
        max_dossiers: most dossiers.
        defects: whether some have planned defects; `District.planned` lists them.
    """
    planned = st.dictionaries(st.sampled_from(DistrictDefect), st.integers(1, 2))
    return st.builds(
        district,
        st.integers(0, 1 << 64),
        communes=st.integers(1, max_communes),
        dossiers=st.integers(1, max_dossiers),
        defects=planned if defects else st.none(),
    )
