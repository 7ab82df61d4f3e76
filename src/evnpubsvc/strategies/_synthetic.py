"""Strategies for synthetic registers."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from evnpubsvc.synthetic import SyntheticRegister


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
