"""The codes of the dossiers behind points, for the commands that list them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from evnpubsvc._records import frozen
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._standings import Scored
from evnpubsvc.texts import Language, write
from evnpubsvc.texts.parts import render

if TYPE_CHECKING:
    from evnpubsvc.emulation import ScoreSheet
    from evnpubsvc.serde.engine import Sheet

criterion_option = click.option(
    "--criterion",
    "criteria",
    multiple=True,
    metavar="KEY",
    help="Only this criterion of --codes; may be repeated.",
)


@frozen
class CodesFound:
    """The codes of the dossiers behind the points of a unit, by criterion and figure."""

    sheet: ScoreSheet
    codes: Mapping[str, Mapping[str, list[str]]]

    def lines(self, lang: Language) -> Iterator[str]:
        """Yield the lines that people read; a dossier without a code is a question mark."""
        specs = self.sheet.scheme.figure_specs
        for key, figures in self.codes.items():
            title = self.sheet.scheme.criterion(key).title.get(lang)
            yield title if lang == "vi" else f"{key} {title}"
            for figure, codes in figures.items():
                yield f"  {specs[figure].title.get(lang)}: {write(len(codes), lang)}"
                yield from (f"    {code or '?'}" for code in codes)

    def document(self) -> dict[str, Any]:
        """Return what JSON says."""
        return {"unit": self.sheet.unit, "codes": self.codes}

    def table(self, lang: Language) -> Sheet:
        """Return a table with a row a code."""
        from evnpubsvc.serde.engine import Sheet, SheetColumn

        keys = ("key", "figure", "code")
        columns = [
            SheetColumn(key, render(f"column-{key}", lang, {}), optional=True) for key in keys
        ]
        rows = [
            [key, figure, code]
            for key, figures in self.codes.items()
            for figure, codes in figures.items()
            for code in codes
        ]
        return Sheet(render("sheet-codes", lang, {}), columns, rows, [self.sheet.unit])


def find_codes(scored: Scored, sheet: ScoreSheet, criteria: tuple[str, ...]) -> CodesFound:
    """Find the dossiers behind criteria: all those with counted figures by default."""
    if scored.counts is None:
        raise WrongCall("call-register-missing", "--codes")
    wanted = criteria or tuple(each.key for each in sheet.scheme.criteria)
    behind = scored.counts.codes(sheet, wanted)
    return CodesFound(sheet, {key: figures for key, figures in behind if figures or criteria})
