"""`evnpubsvc campaign`: where a drive stands: law, standings, prizes, what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evnpubsvc.cli._calendars import answer_by_calendar, calendar_options
from evnpubsvc.cli._io import lang_option, open_source, reported, show_findings
from evnpubsvc.texts import Language

if TYPE_CHECKING:
    from evnpubsvc.emulation import UnitFigures

__all__ = ["campaign_command"]


@click.command("campaign")
@click.argument("file")
@calendar_options
@lang_option
def campaign_command(
    file: str, lang: Language, *, calendar_file: Path | None, decided_only: bool
) -> None:
    """Show the state of the drive in FILE (TOML): stage, law, standings, prizes, what is missing.

    FILE names its scheme and its table of figures. What the law asks and the drive does not say is
    printed as notices.
    """
    from evnpubsvc.campaigns import campaign_report
    from evnpubsvc.serde import read_campaign, read_figure_columns, read_figures

    with reported(lang):
        with open_source(file) as stream:
            read = read_campaign(stream if file == "-" else file)

        # The figures of the table that it names, with the attributes that its rules look at.
        scheme = read.campaign.scheme
        layout = None if read.columns is None else read_figure_columns(read.columns)
        keep = sorted(
            {r.attribute for r in scheme.inapplicable}
            | ({scheme.within} if scheme.within else set())
        )
        units: tuple[UnitFigures, ...] = ()
        if read.figures is not None:
            units = read_figures(read.figures, scheme, layout, keep=keep).units

        # Counted by the decided days, or by provisional ones where these end.
        report = answer_by_calendar(
            lambda calendar: campaign_report(read.campaign, units, calendar=calendar),
            calendar_file,
            decided_only=decided_only,
        )
        click.echo(report.text(lang))
        show_findings(report.notices, lang)
