"""Strategies for the words of services."""

from __future__ import annotations

from hypothesis import strategies as st

from evnpubsvc.services import Level, OnlineKind2022, OnlineLevel2011, ProactiveLevel2026


def levels() -> st.SearchStrategy[Level]:
    """Draw levels of all three regimes."""
    return st.sampled_from([*OnlineLevel2011, *OnlineKind2022, *ProactiveLevel2026])
