"""Strategies for analysis."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from hypothesis import strategies as st

from evnpubsvc.analysis import Act
from evnpubsvc.strategies._foundation import keys, titles
from evnpubsvc.texts import Text


@cache
def acts() -> st.SearchStrategy[Act]:
    """Draw acts that change figures, choose options, or both."""
    changes = st.dictionaries(keys(), st.integers(-5, 5), max_size=3)
    options = st.dictionaries(keys(), keys(), max_size=2)
    return (
        st.tuples(changes, options)
        .filter(any)
        .flatmap(
            lambda moved: st.builds(
                Act,
                key=keys(),
                title=st.builds(Text, vi=titles(), en=titles()),
                changes=st.just(moved[0]),
                options=st.just(moved[1]),
                at_most=st.none() | st.integers(0, 1_000),
                cost=st.fractions(Fraction(1, 10), 100, max_denominator=10),
                ours=st.booleans(),
            )
        )
    )
