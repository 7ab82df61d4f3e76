"""Handling times of a tally as people, spreadsheets and machines read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from evnpubsvc._grid import Grid
from evnpubsvc.quantities import Unknown
from evnpubsvc.quantities.parts import decimal_text, localised
from evnpubsvc.services.parts import word_text
from evnpubsvc.texts import Language, write
from evnpubsvc.texts.parts import named, render

if TYPE_CHECKING:
    from evnpubsvc.serde.engine import SheetCell, SheetColumn
    from evnpubsvc.statistics import HandlingTime, Tally

_SHOWN: Final = ("days_dossiers", "days_mean", "days_median", "days_90", "days_longest")


def _values(time: HandlingTime) -> list[SheetCell]:
    """Return the numbers that are shown of a handling time; None where there is nothing."""
    numbers = (time.dossiers, time.mean, time.median, time.percentile(90), time.percentile(100))
    return [None if isinstance(each, Unknown) else each for each in numbers]


def sheet_columns(lang: Language) -> list[SheetColumn]:
    """Return the columns that handling times add to a sheet."""
    from evnpubsvc.serde.engine import SheetColumn

    places = (0, 2, 1, 0, 0)
    return [
        SheetColumn(name, render(f"column-{name}", lang, {}), places[i])
        for i, name in enumerate(_SHOWN)
    ]


def sheet_cells(time: HandlingTime) -> list[SheetCell]:
    """Return the cells of these columns."""
    return _values(time)


def handling_table(counted: Tally, times: Mapping[Any, HandlingTime], lang: Language) -> str:
    """Return a table with a row for each cell, and one for all."""
    from evnpubsvc.statistics import HandlingTime

    header = [
        *(named("dimension", name).get(lang) for name in counted.dimensions),
        *(render(f"column-{name}", lang, {}) for name in _SHOWN),
    ]

    def numbers(time: HandlingTime) -> list[str]:
        dossiers, mean, median, *rest = _values(time)
        shown = [write(dossiers, lang)]
        for each, places in ((mean, 2), (median, 1)):
            shown.append("-" if each is None else localised(each, lang, places))  # type: ignore[arg-type]
        return [*shown, *("-" if each is None else write(each, lang) for each in rest)]

    rows: list[list[str]] = []
    for key, time in times.items():
        pairs = zip(counted.dimensions, key, strict=True)
        names = [
            "?" if value is None else word_text(name, value).get(lang) for name, value in pairs
        ]
        rows.append([*names, *numbers(time)])
    depth = len(counted.dimensions)
    whole = sum(times.values(), HandlingTime())
    if depth:
        label = [render("column-total", lang, {}), *[""] * (depth - 1)]
        rows.append([*label, *numbers(whole)])
    title = render("handling-title", lang, {})
    return f"{title}\n{Grid(header, rows, right=range(depth, len(header))).text()}"


def handling_document(counted: Tally, times: Mapping[Any, HandlingTime]) -> list[dict[str, Any]]:
    """Return a record for each cell: its distribution, and what is shown of it, exactly."""
    return [
        {
            **dict(zip(counted.dimensions, key, strict=True)),
            "counts": [list(pair) for pair in time.counts],
            **{
                name: None if value is None else _exact(value)
                for name, value in zip(_SHOWN, _values(time), strict=True)
            },
        }
        for key, time in times.items()
    ]


def _exact(value: Any) -> Any:
    if isinstance(value, int):
        return value
    return decimal_text(value)
