"""What rows of totals and subtotals are called, in Vietnamese and English."""

from __future__ import annotations

from typing import Final

from evnpubsvc.units.parts import fold_name

_WORDS: Final = tuple(
    map(
        fold_name,
        (
            "tổng cộng", "tổng số", "tổng", "cộng", "subtotal", "sub total", "grand total", "total",
            "sum",
        ),
    )
)  # fmt: skip
_MARKS: Final = " .:"


def begins_as_total(name: str) -> bool:
    """Return whether a name begins as a total's does: "Tổng cộng", "Cộng huyện A", "Cộng Hòa"."""
    folded = fold_name(name.strip(_MARKS))
    return any(folded == word or folded.startswith(f"{word} ") for word in _WORDS)


def is_called_total(name: str) -> bool:
    """Return whether a name is that of a total and nothing else."""
    return fold_name(name.strip(_MARKS)) in _WORDS
