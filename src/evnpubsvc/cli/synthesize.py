"""`evnpubsvc synthesize`: a synthetic register of any size, from a seed."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import click

from evnpubsvc._files import replace_file
from evnpubsvc.cli._io import choice_of, lang_option, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.texts import Language

__all__ = ["synthesize_command"]


@click.command("synthesize")
@click.option("--rows", type=click.IntRange(0), required=True, help="How many dossiers.")
@click.option(
    "--seed", type=click.IntRange(0), required=True, help="The same seed gives the same register."
)
@click.option("--units", type=int, default=700, show_default=True, help="How many units.")
@click.option("--procedures", type=int, default=400, show_default=True, help="How many procedures.")
@click.option(
    "--bad",
    metavar="SHARE",
    default="0",
    show_default=True,
    help="Share of rows with something wrong.",
)
@click.option(
    "--format", "shape", type=choice_of("synthetic-format"),
    help="Default: by the name of the file, else csv."
)  # fmt: skip
@click.option("--output", metavar="FILE", help="The file to write; standard output without it.")
@click.option(
    "--columns-out",
    metavar="MAP.toml",
    help="Also write the mapping that `evnpubsvc tally` reads it by.",
)
@lang_option
def synthesize_command(
    rows: int,
    seed: int,
    units: int,
    procedures: int,
    bad: str,
    shape: str | None,
    output: str | None,
    columns_out: str | None,
    lang: Language,
) -> None:
    """Write a synthetic register: no dossier in it ever existed, and every file says so."""
    from evnpubsvc.synthetic import SyntheticFormat, SyntheticRegister

    try:
        share = Fraction(bad)
    except (ValueError, ZeroDivisionError):
        raise WrongCall("call-share", bad) from None
    with reported(lang):
        register = SyntheticRegister(
            rows=rows, seed=seed, units=units, procedures=procedures, bad=share
        )
        named = SyntheticFormat.of(output or "")
        kind = named if shape is None else SyntheticFormat(shape)
        if output is None and kind is SyntheticFormat.PARQUET:
            raise WrongCall("call-parquet-output")
        if columns_out is not None:
            replace_file(
                columns_out,
                lambda beside: beside.write_text(register.columns_toml, encoding="utf-8"),
            )
        if output is not None:
            register.write(Path(output), kind)
        else:
            sys.stdout.buffer.writelines(
                register.csv() if kind is SyntheticFormat.CSV else register.jsonl()
            )
            sys.stdout.buffer.flush()
