"""`--rates FILE` and `--rate NAME`: named rates, packaged and of the caller's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from evnpubsvc._grid import Grid
from evnpubsvc._records import frozen
from evnpubsvc.quantities import Unknown
from evnpubsvc.quantities.parts import round_percent
from evnpubsvc.services.parts import word_text
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import named, render

if TYPE_CHECKING:
    from evnpubsvc.serde.engine import SheetColumn
    from evnpubsvc.statistics import Rate, RateTable, Tally

_Key: TypeAlias = tuple[str | None, ...]

rates_option = click.option(
    "--rates",
    "rates_file",
    metavar="FILE",
    help="Measures and rates of your own, used like the packaged ones.",
)


def read_own_rates(file: str | None) -> RateTable | None:
    """Read the file of the option; None where there is none."""
    from evnpubsvc.serde import read_rates

    if file is None:
        return None
    return read_rates(file)


@frozen
class ShownRates:
    """The rates that a call asks for.

    Attributes:
        dimensions: the dimensions of the cells.
        titles: what each rate is called in the language of the call, by its name.
        cells: each rate of each cell.
        whole: each rate of all cells together.
    """

    dimensions: tuple[str, ...]
    titles: Mapping[str, str]
    cells: Mapping[str, Mapping[_Key, Rate | Unknown]]
    whole: Mapping[str, Rate | Unknown]

    @classmethod
    def of(
        cls,
        counted: Tally,
        names: Iterable[str],
        by: Iterable[str],
        own: RateTable | None,
        lang: Language,
    ) -> ShownRates:
        """Return the rates of a tally that has the dimensions that they look at."""
        from evnpubsvc.statistics import RateTable, measures_of, rate, rates_by

        known = (RateTable() if own is None else own).known_rates()
        wanted, dimensions = tuple(dict.fromkeys(names)), tuple(by)
        measured = measures_of(counted, table=own)
        return cls(
            dimensions,
            {name: known[name].text.get(lang) for name in wanted},
            {name: rates_by(name, counted, by=dimensions, table=own) for name in wanted},
            {name: rate(name, measured, table=own) for name in wanted},
        )

    def text(self, lang: Language) -> str:
        """Return a table: a row for each cell, one for all, and below it why some are not known."""
        rows: list[list[str]] = []
        for key in self._keys() if self.dimensions else ():
            pairs = zip(self.dimensions, key, strict=True)
            names = [
                "?" if value is None else word_text(name, value).get(lang) for name, value in pairs
            ]
            rows.append([*names, *(_shown(each.get(key), lang) for each in self.cells.values())])
        depth = len(self.dimensions)
        label = [render("column-total", lang, {}), *[""] * (depth - 1)] if depth else []
        rows.append([*label, *(_shown(self.whole[name], lang) for name in self.titles)])
        header = [
            *(named("dimension", name).get(lang) for name in self.dimensions),
            *self.titles.values(),
        ]
        below = [
            render("rate-not-known", lang, {"rate": title, "reason": reason})
            for name, title in self.titles.items()
            for reason in self._reasons(name, lang)
        ]
        return Grid(header, rows, right=range(depth, len(header)), below=below).text()

    def _keys(self) -> list[_Key]:
        return list(next(iter(self.cells.values())))

    def _reasons(self, name: str, lang: Language) -> list[str]:
        """Return why a rate is not known in some cells, each reason once."""
        found = (*self.cells[name].values(), self.whole[name])
        return sorted({each.written(lang) for each in found if isinstance(each, Unknown)})

    def columns(self) -> list[SheetColumn]:
        """Return the columns that rates add to a sheet."""
        from evnpubsvc.serde.engine import SheetColumn

        return [SheetColumn(name, title, 2, fixed=True) for name, title in self.titles.items()]

    def percents(self, key: _Key) -> list[Fraction | None]:
        """Return the rates of a cell in percent; None for what is not known."""
        return [_percent(each.get(key)) for each in self.cells.values()]

    def document(self) -> list[dict[str, Any]]:
        """Return a record for each cell: of each rate the two counts, or why there are none."""
        return [
            {
                **dict(zip(self.dimensions, key, strict=True)),
                **{name: _written(each.get(key)) for name, each in self.cells.items()},
            }
            for key in self._keys()
        ]

    def total(self) -> dict[str, Any]:
        """Return the rates of all cells together, as `document` writes them."""
        return {name: _written(each) for name, each in self.whole.items()}


def _shown(found: Rate | Unknown | None, lang: Language) -> str:
    from evnpubsvc.statistics import Rate

    if isinstance(found, Rate):
        return found.percent(lang)
    return "–"


def _percent(found: Rate | Unknown | None) -> Fraction | None:
    from evnpubsvc.statistics import Rate

    if not isinstance(found, Rate):
        return None
    value = found.value()
    return None if isinstance(value, Unknown) else round_percent(value)


def _written(found: Rate | Unknown | None) -> Any:
    from evnpubsvc.statistics import Rate

    if isinstance(found, Rate):
        return [found.ratio.numerator.least, found.ratio.denominator.least]  # counted: one number
    return None if found is None else {"unknown": found.reason, "about": found.about}
