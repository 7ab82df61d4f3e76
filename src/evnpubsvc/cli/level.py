"""`evnpubsvc level`: what a level of online service meant on a day."""

from __future__ import annotations

from datetime import date

import click

from evnpubsvc.cli._io import aligned, lang_option, reported, show_findings
from evnpubsvc.cli._moments import DAY
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, violations
from evnpubsvc.law import regimes
from evnpubsvc.services import OnlineKind2022, OnlineLevel2011, meaning, read_level
from evnpubsvc.services.parts import first_day
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

__all__ = ["level_command"]


@click.command("level")
@click.argument("label")
@click.option(
    "--on",
    type=DAY,
    required=True,
    help="Day for which the level was declared.",
)
@lang_option
def level_command(label: str, on: date, lang: Language) -> None:
    """Say what a level of online service meant on a day, under which regime, and what it
    corresponds to.

    LABEL is a number, or as "mức độ 4", "toàn trình", "chủ động mức 2".
    """
    from evnpubsvc.catalogue import levels_2011_of, to_kind_2022

    with reported(lang):
        reading = read_level(label, on)
        if reading.level is None or violations(reading.findings):
            raise DataError(reading.findings)
        found: list[Finding] = list(reading.findings)
        first = reading.level
        what = meaning(
            first, max(on, first_day(first))
        )  # a label before its time is told by its first wording
    regime = regimes("levels").at(on)
    rows = [
        (
            _label("regime", lang),
            regime.title.vi if lang == "vi" else f"{regime.title.en} ({regime.key})",
        ),
        (_label("content", lang), what.content.get(lang)),
        (_label("basis", lang), what.basis.get(lang)),
        (_label("confidence", lang), what.basis.certainty.get(lang)),
    ]
    if isinstance(first, OnlineLevel2011):
        mapping = to_kind_2022(first)
        kinds = [
            mapping.kind.text.get(lang),
            *(f"({kind.text.get(lang)}?)" for kind in mapping.others),
        ]
        rows.append(
            (_label("2022", lang), f"{' '.join(kinds)}, {mapping.confidence.text.get(lang)}")
        )
        found += mapping.reasons
    elif isinstance(first, OnlineKind2022):
        rows.append(
            (_label("2011", lang), ", ".join(f"{old.number}?" for old in levels_2011_of(first)))
        )
    click.echo(aligned((_label("level", lang), first.text.get(lang)), rows))
    show_findings(found, lang)


def _label(name: str, lang: Language) -> str:
    return render(f"level-part-{name}", lang, {})
