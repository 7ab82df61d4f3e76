"""The command line (extra `cli`): thin over the library.

One module a command, imported when it is called.

Exit codes: 0 done; 1 the data have findings, or a file or standard output cannot be read or
written; 2 the call is wrong (option, unknown preset, group or unit); 130 interrupted; 141 the
reader of the output went away; 143 told to end.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

try:
    import click
except ModuleNotFoundError as _missing:
    raise ModuleNotFoundError(
        'the command line needs click: pip install "evnpubsvc[cli]"', name=_missing.name
    ) from _missing

from evnpubsvc import __version__
from evnpubsvc.cli._language import (
    CommandGroup,
    call_language,
    error_lines,
    output_lost,
    said,
    vietnamese_help,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

# Each command, `<command>_command` of the module of its name, and what the list of commands says of
# it in English; in Vietnamese the table of help says it. The list imports no module.
_COMMANDS: Final[dict[str, str]] = {
    "audit": "How a scheme can be gamed.",
    "calendar": "The days off and make-up days of a year, with sources.",
    "campaign": "Where a drive stands: law, standings, prizes, gaps.",
    "check": "Check dossiers by the rules of the law.",
    "code": "What a code is, taken apart.",
    "columns": "A first mapping of a table, with reasons.",
    "conformance": "Hold an implementation to the law.",
    "demo": "A whole case on published figures.",
    "dossier": "The history of a dossier, and how its due date comes about.",
    "due": "When a dossier is due, and why.",
    "explain": "Why a unit has its score and place.",
    "gap": "What it takes to reach a place, points or a grade.",
    "law": "What is in force on a day, what changed and what changes next.",
    "level": "What a level of online service meant on a day.",
    "lint": "What is wrong or odd in a scheme, before it scores anyone.",
    "pack": "Write a register in about six bytes a dossier, to count it often.",
    "page": "Standings, or a month of an office, as one HTML page.",
    "plan": "Where each task of a plan stands on a day.",
    "procedure": "A procedure as it was on a day.",
    "report": "Fill a statutory form from a register.",
    "roster": "Plan the duty roster of a team.",
    "schema": "The JSON Schemas of all documents.",
    "score": "Score and rank units.",
    "stability": "Whether an order would stand under other weights.",
    "synthesize": "Write a register of dossiers that never existed.",
    "tally": "Count the dossiers of a register.",
}


class _LazyGroup(CommandGroup):
    """Imports a command's module only when the command is called, so that `--help` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def load(self, name: str) -> click.Command | None:
        """Import and return a command."""
        if name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"evnpubsvc.cli.{name}"), f"{name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._short(name)) for name in sorted(_COMMANDS)])

    def _short(self, name: str) -> str:
        if self.lang == "en":
            return _COMMANDS[name]
        return vietnamese_help(name)["short"]


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="evnpubsvc")
def evnpubsvc() -> None:
    """Viet Nam's public administrative services.

    Counts, deadlines, scores, standings, with reasons.

    Tables go to standard output, findings and progress to standard error.
    Exit codes: 0 done, 1 findings in the data, 2 wrong call.
    """


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; bad input never ends in a traceback."""
    from evnpubsvc.cli._terminal import ending_in_order, restart_in_utf8, standard_streams

    if args is None:
        restart_in_utf8()
    with standard_streams(), ending_in_order():
        return _run(sys.argv[1:] if args is None else args)


def _run(args: Sequence[str]) -> int:
    from evnpubsvc.cli._terminal import READER_GONE, OutputLostError

    lang = call_language(args, os.environ)
    try:
        returned = evnpubsvc.main(args=args, prog_name="evnpubsvc", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        click.echo(error_lines(error, lang), err=True)
        return error.exit_code
    except click.Abort:
        return 130
    except OutputLostError as lost:
        if isinstance(lost.reason, BrokenPipeError):
            return READER_GONE
        click.echo(said("error", lang, line=output_lost(lost.reason).line(lang)), err=True)
        return 1
    return returned if isinstance(returned, int) else 0
