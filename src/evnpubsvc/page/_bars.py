"""Bars drawn as SVG: whole numbers of a hundredth, so that the bytes are the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import htpy as h

_WIDTH: Final = 160
_COLOURS: Final = 8  # those of the style sheet; more parts begin again


def draw_stack(parts: Sequence[Fraction | None], maximum: Fraction) -> h.Element:
    """Return a bar of parts beside each other; a part that is not known leaves a gap in its place.

    Negative parts (deductions) are not drawn: the total beside the bar has them.
    """
    drawn: list[h.Node] = []
    at = Fraction(0)
    for number, part in enumerate(parts):
        if part is None or part <= 0:
            continue
        drawn.append(
            h.rect(
                x=_place(at, maximum),
                width=_place(part, maximum),
                height="9",
                class_=f"p{number % _COLOURS}",
            )
        )
        at += part
    return h.svg(viewBox=f"0 0 {_WIDTH} 9", class_="bar")[drawn]


def draw_columns(series: Sequence[tuple[str, Sequence[int]]], names: Sequence[str]) -> h.Element:
    """Return groups of columns, one group for each label; the highest fills the height."""
    most = max((value for _, values in series for value in values), default=0) or 1
    step = max(12 * len(names) + 14, 64)  # a day fits below
    drawn: list[h.Node] = []
    for number, (label, values) in enumerate(series):
        left = number * step
        for place, value in enumerate(values):
            height = round(Fraction(100 * value, most))
            drawn.append(
                h.rect(
                    x=str(left + 12 * place),
                    y=str(104 - height),
                    width="10",
                    height=str(height),
                    class_=f"p{place % _COLOURS}",
                )
            )
        drawn.append(h.text(x=str(left), y="118")[label])
    return h.svg(viewBox=f"0 0 {max(step * len(series), 1)} 122", class_="columns")[drawn]


def make_legend(names: Sequence[str]) -> h.Element:
    """Return which colour is which part."""
    return h.ul(class_="legend")[
        [
            h.li[h.span(class_=f"key p{number % _COLOURS}"), name]
            for number, name in enumerate(names)
        ]
    ]


def _place(value: Fraction, maximum: Fraction) -> str:
    """Return a length in hundredths, as an SVG writes it."""
    if maximum <= 0:
        return "0"
    hundredths = round(value / maximum * _WIDTH * 100)
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)
