"""`evnpubsvc conformance`: vectors for implementations in any language, and a run against one."""

from __future__ import annotations

import click

from evnpubsvc._files import write_whole
from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._output import output_option, write_stdout
from evnpubsvc.texts import Language

__all__ = ["conformance_command"]


@click.command("conformance")
@click.argument("action", type=click.Choice(("vectors", "run")))
@click.argument("arguments", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--family", "families", multiple=True, help="Only these vectors; may be repeated.")
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    default=60,
    help="Seconds after which the program is ended; without it, 60.",
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(("text", "json", "junit")),
    default="text",
    show_default=True,
    help="What to write of a run.",
)
@output_option
@lang_option
def conformance_command(
    action: str,
    arguments: tuple[str, ...],
    families: tuple[str, ...],
    timeout: int,
    shape: str,
    output: str | None,
    lang: Language,
) -> int:
    """Hold an implementation in any language to the law.

    `conformance vectors DIR` writes the vectors (JSON, with their schema) into a folder.
    `conformance run -- COMMAND` asks a program all of them over its standard input and output, one
    JSON object a line, and reports which requirements it meets.
    """
    from evnpubsvc.conformance import run_vectors, write_vectors
    from evnpubsvc.serde import to_json

    with reported(lang):
        if action == "vectors":
            if len(arguments) != 1:
                raise WrongCall("call-one-folder")
            for path in write_vectors(arguments[0]):
                click.echo(path)
            return 0
        try:
            report = run_vectors(arguments, families=families or None, timeout=timeout)
        except OSError as error:
            why = error.strerror or str(error)
            raise WrongCall("call-not-started", command=arguments[0], why=why) from None
        if shape == "json":
            text = to_json(report)
        elif shape == "junit":
            text = report.junit()
        else:
            text = report.text(lang)
        data = text.encode("utf-8", "backslashreplace") + b"\n"
        if output is None:
            write_stdout(data)
        else:
            write_whole(output, data)
    return 0 if report.passed else 1
