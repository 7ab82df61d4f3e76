"""Texts that files and databases can hold."""

from hypothesis import strategies as st

from evnpubsvc.strategies._foundation import LETTERS


def written_texts(max_size: int | None = None) -> st.SearchStrategy[str]:
    """Draw such texts, the empty one too."""
    return st.text(LETTERS, max_size=max_size)
