"""Texts that files and databases can hold: all but NUL and halves of UTF-16 pairs."""

from typing import Final

from hypothesis import strategies as st

LETTERS: Final = st.characters(codec="utf-8", exclude_characters="\0")


def written_texts(max_size: int | None = None) -> st.SearchStrategy[str]:
    """Draw such texts, the empty one too."""
    return st.text(LETTERS, max_size=max_size)
