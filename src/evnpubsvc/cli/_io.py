"""What every command shares.

Languages, findings on standard error, tables, output that is whole or absent.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import BinaryIO, Final

import click

from evnpubsvc._files import opened
from evnpubsvc._grid import Grid
from evnpubsvc.cli._language import environment_language, said
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, Severity
from evnpubsvc.texts import LANGUAGES, Language
from evnpubsvc.texts.parts import listed_values

# findings printed; the rest is counted, so that a broken file of a million rows stays readable
MOST_SHOWN: Final = 200


def _chosen(_: click.Context, __: click.Parameter, value: str | None) -> str:
    return value or environment_language(os.environ)


def choice_of(enum: str) -> click.Choice[str]:
    """Return the choice among the values of an enum, by the name of its table.

    Help shows them, and does not import the room of the enum for it.
    """
    return click.Choice(listed_values(enum))


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    callback=_chosen,
    help="Language of texts: else EVNPUBSVC_LANG, else the locale.",
)


_SHOW_CELLS: Final = "evnpubsvc.show-cells"


def _remember_choice(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    ctx.meta[_SHOW_CELLS] = value


show_cells_option = click.option(
    "--show-cells",
    is_flag=True,
    expose_value=False,
    callback=_remember_choice,
    help="Print what cells hold in findings; else they are described, "
    "since they may be personal data.",
)


def as_asked(found: Finding) -> Finding:
    """Return a finding with the contents of cells if the call asks for them, else without."""
    context = click.get_current_context(silent=True)
    asked = context is not None and context.meta.get(_SHOW_CELLS, False)
    return found.with_content() if asked else found


def _can_ask() -> bool:
    """Whether the command has the option to show cells."""
    context = click.get_current_context(silent=True)
    return context is not None and _SHOW_CELLS in context.meta


def show_findings(found: Sequence[Finding], lang: Language, *, count: int | None = None) -> None:
    """Print findings on standard error, violations first, with a last line that counts them.

    Args:
        found: what was found; of more than `MOST_SHOWN` of either severity the first are enough.
        lang: the language.
        count: how many there are in all; None for those that were given.
    """
    total = count_findings(found) if count is None else count
    ordered = sorted(map(as_asked, found), key=lambda f: f.severity is Severity.NOTICE)
    for f in ordered[:MOST_SHOWN]:
        click.echo(finding_line(f, lang), err=True)
    if max(len(ordered), total) > MOST_SHOWN:
        click.echo(said("more", lang, count=total - MOST_SHOWN), err=True)
    if _can_ask() and any(f.hides_content(lang) for f in ordered[:MOST_SHOWN]):
        click.echo(said("cells-hidden", lang), err=True)


def count_findings(found: Sequence[Finding]) -> int:
    """Return how many findings there are, with those that the last one only counts."""
    rest = found[-1] if found and found[-1].reason == "more-findings" else None
    if rest is not None and isinstance(rest.value, int):
        return len(found) - 1 + rest.value
    return len(found)


def finding_line(found: Finding, lang: Language) -> str:
    """Return a finding as the command line prints it: what it is, then its line."""
    key = "notice" if found.severity is Severity.NOTICE else "error"
    return said(key, lang, line=found.line(lang))


@contextlib.contextmanager
def reported(lang: Language) -> Generator[None]:
    """Turn findings into lines on standard error and exit code 1, wrong calls into exit code 2."""
    try:
        yield
    except DataError as error:
        show_findings(error.findings, lang)
        click.echo(said("nothing-written", lang, count=count_findings(error.findings)), err=True)
        raise click.exceptions.Exit(1) from None
    except MisuseError as error:
        click.echo(finding_line(error.finding, lang), err=True)
        raise click.exceptions.Exit(2) from None


@contextlib.contextmanager
def open_source(name: str) -> Generator[BinaryIO]:
    """Open the file of a name, or standard input for `-`, as bytes."""
    with opened(sys.stdin.buffer if name == "-" else name) as stream:
        yield stream


def table_source(name: str) -> str | BinaryIO:
    """Return what a table is read from: the file of a name, or standard input for `-`."""
    if name == "-":
        return sys.stdin.buffer
    return name


@contextlib.contextmanager
def progress_line(lang: Language) -> Generator[Callable[[int], None] | None]:
    """Give a callback that shows the number of rows on standard error.

    It is None where standard error is no terminal.
    """
    if not sys.stderr.isatty():
        yield None
        return
    yield lambda rows: click.echo("\r" + said("rows", lang, rows=rows), nl=False, err=True)
    click.echo("\r" + " " * 40 + "\r", nl=False, err=True)


def aligned(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()
) -> str:
    """Return a table as text with aligned columns.

    The columns in `right` are aligned to the right; two blanks separate columns.
    """
    return Grid(header, rows, right=right).text()
