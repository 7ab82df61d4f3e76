"""`evnpubsvc pack`: a register in the coded layout, to be counted again and again."""

from __future__ import annotations

import sys

import click

from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._registers import (
    layout_of,
    rate_line,
    threads_option,
    where_of,
    where_option,
)
from evnpubsvc.cli._rejects import Sample, findings_option
from evnpubsvc.errors import MisuseError
from evnpubsvc.texts import Language

__all__ = ["pack_command"]


@click.command("pack")
@click.argument("register")
@click.argument("output")
@click.option("--columns", metavar="MAP.toml", required=True, help="How the register is laid out.")
@where_option
@threads_option
@findings_option
@lang_option
def pack_command(
    register: str,
    output: str,
    columns: str,
    wheres: tuple[str, ...],
    threads: int | None,
    findings: str | None,
    lang: Language,
) -> None:
    """Write REGISTER to OUTPUT (.parquet) in about six bytes a dossier; `evnpubsvc tally OUTPUT`
    needs no mapping.

    Rows that cannot be read are counted in the file by reason, and shown here.
    """
    if not output.lower().endswith((".parquet", ".pq")):
        raise WrongCall("call-coded-name", output)
    with reported(lang):
        where = where_of(wheres)
        layout = layout_of(columns, None, where)
        try:
            from evnpubsvc.frames import write_coded
        except ModuleNotFoundError as error:
            raise MisuseError("extra-missing", error.name, extra="frames") from None
        sample = Sample(lang, findings)
        with rate_line(lang) as progress, sample.collecting():
            source = sys.stdin.buffer if register == "-" else register
            write_coded(
                source,
                output,
                layout,
                where=where,
                threads=threads,
                progress=progress,
                on_finding=sample.keep,
            )
        sample.show()
