"""`evnpubsvc columns`: a first mapping of a table, with a reason for each guess."""

from __future__ import annotations

import click

from evnpubsvc._files import write_whole
from evnpubsvc.cli._io import lang_option, reported, show_findings, table_source
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._output import output_option, write_stdout
from evnpubsvc.texts import LANGUAGES, Language

__all__ = ["columns_command"]


@click.command("columns")
@click.argument("file")
@click.option(
    "--scheme",
    metavar="SCHEME",
    help="FILE holds figures of units for this preset or TOML file; without it, a register.",
)
@click.option("--log", "is_log", is_flag=True, help="FILE is an event log, for `check`.")
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook, by name or number.")
@click.option(
    "--header-row", type=click.IntRange(1), metavar="N", help="Row with the names of the columns."
)
@click.option("--delimiter", metavar="C", help="What stands between the cells of a CSV file.")
@output_option
@lang_option
def columns_command(
    file: str,
    scheme: str | None,
    is_log: bool,
    sheet: str | None,
    header_row: int | None,
    delimiter: str | None,
    output: str | None,
    lang: Language,
) -> None:
    """Write a first mapping of FILE (CSV, .xlsx, .xls, .ods), for --columns of the other commands.

    Columns are guessed by their names, in Vietnamese and English, and by what their cells hold;
    each line says why. What cannot be settled is a comment for you to decide.
    """
    from evnpubsvc.serde import TableLayout, preset, read_scheme
    from evnpubsvc.serde.engine import guess_figures, guess_log, guess_register

    with reported(lang):
        layout = TableLayout(sheet=sheet, header_row=header_row, delimiter=delimiter)
        if scheme is not None and is_log:
            raise WrongCall("call-exclusive", one="--scheme", other="--log")
        if is_log:
            guessed = guess_log(table_source(file), layout)
        elif scheme is None:
            guessed = guess_register(table_source(file), layout)
        else:
            read = read_scheme(scheme) if scheme.endswith(".toml") else preset(scheme)
            figures = {
                key: (key, *spec.aliases, *(spec.title.get(each) for each in LANGUAGES))
                for key, spec in read.figure_specs.items()
            }
            guessed = guess_figures(table_source(file), layout, figures)
        show_findings(guessed.notices, lang)
        data = guessed.toml(lang).encode()
        if output is None:
            write_stdout(data)
        else:
            write_whole(output, data)
