"""`evnpubsvc schema`: JSON Schemas of the documents of this library."""

from __future__ import annotations

import json

import click

from evnpubsvc._files import write_whole
from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._output import output_option, write_stdout
from evnpubsvc.texts import Language

__all__ = ["schema_command"]


@click.command("schema")
@click.argument("type", required=False)
@click.option("--envelope", is_flag=True, help="With the format and type that documents have.")
@output_option
@lang_option
# The argument has the name that its users know.
def schema_command(type: str | None, envelope: bool, output: str | None, lang: Language) -> None:  # noqa: A002
    """Print the JSON Schema (2020-12) of TYPE, as Dossier; without it, of every type together."""
    from evnpubsvc.schema import all_schemas, json_schema

    with reported(lang):
        if type is None:
            schema = all_schemas()
        else:
            schema = json_schema(type, envelope=envelope)
        data = json.dumps(schema, ensure_ascii=False, indent=1).encode() + b"\n"
        if output is None:
            write_stdout(data)
        else:
            write_whole(output, data)
