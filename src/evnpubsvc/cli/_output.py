"""Answers of commands: a text for people, JSON or CSV for machines, an Excel workbook.

They go to standard output or to a file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from evnpubsvc._files import write_whole
from evnpubsvc._records import frozen
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import printable_lines

if TYPE_CHECKING:
    from evnpubsvc.serde.engine import Sheet

_C = TypeVar("_C", bound=Callable[..., Any])
SHAPES: Final = ("table", "json", "csv", "xlsx")

output_option = click.option(
    "--output",
    "-o",
    metavar="FILE",
    help="Write to a file, whole or not at all; without it, standard output.",
)


def format_option(*shapes: str) -> Callable[[_C], _C]:
    """Return the option `--format`; the first shape is for people."""
    return click.option(
        "--format",
        "shape",
        type=click.Choice(shapes),
        help=f"What to write; without it, by the name of the file, else {shapes[0]}.",
    )


@frozen
class Answer:
    """What a command has to say, made when it is asked for.

    Attributes:
        kind: type of the JSON document, which says it beside its format.
        text: the text for people.
        document: the rest of the JSON document.
        sheets: the tables of a workbook; the first of them is the CSV.
        title: title of the workbook.
        made_on: day of the workbook; None where there is none.
    """

    kind: str
    text: Callable[[], str]
    document: Callable[[], dict[str, Any]]
    sheets: Callable[[], Sequence[Sheet]]
    title: str
    made_on: date | None = None


def write_answer(answer: Answer, shape: str | None, output: str | None, lang: Language) -> None:
    """Write an answer in a shape, or in the one that the name of the file says."""
    chosen = shape_of("table" if shape == "text" else shape, output)
    if chosen == "table":
        data = printable_lines(answer.text()).encode("utf-8", "backslashreplace") + b"\n"
    else:
        data = _shape_answer(answer, chosen, output, lang)
    if output is not None:
        write_whole(output, data)
    else:
        write_stdout(data)


def _shape_answer(answer: Answer, shape: str, output: str | None, lang: Language) -> bytes:
    """Return the bytes of an answer as a workbook, a CSV or a document."""
    from evnpubsvc.serde.engine import CSV_MARK, make_head, sheet_csv, workbook_bytes

    if shape == "xlsx":
        if output is None:
            refuse_terminal()
        return workbook_bytes(
            answer.sheets(), title=answer.title, lang=lang, made_on=answer.made_on
        )
    if shape == "csv":
        # Only a file gets the mark: programs that read a pipe would take it for text.
        mark = b"" if output is None else CSV_MARK
        return mark + sheet_csv(answer.sheets()[0]).encode("utf-8")
    document = make_head(answer.kind) | answer.document()
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def print_document(kind: str, parts: dict[str, Any]) -> None:
    """Print a JSON document, which says its format and type."""
    from evnpubsvc.serde.engine import make_head

    click.echo(json.dumps(make_head(kind) | parts, ensure_ascii=False, indent=2))


def shape_of(shape: str | None, output: str | None, shapes: Sequence[str] = SHAPES) -> str:
    """Return the shape asked for, else the one that the name of the file says, else the first."""
    if shape is not None:
        return shape
    if output is None:
        suffix = ""
    else:
        suffix = Path(output).suffix.lower().removeprefix(".")
    return suffix if suffix in shapes else shapes[0]


def refuse_terminal() -> None:
    """Refuse to write a workbook to a terminal."""
    if sys.stdout.isatty():
        raise WrongCall("call-workbook-terminal")


def write_stdout(data: bytes) -> None:
    """Write bytes to standard output."""
    if sys.stdout.isatty():  # a pipe or a file gets every byte, a terminal nothing to act on
        data = printable_lines(data.decode("utf-8", "backslashreplace")).encode()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
