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
from evnpubsvc.cli._language import CommandGroup, call_language, error_lines, output_lost, said

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

# command -> module of this package; the module holds it as `<command>_command`
_COMMANDS: Final[dict[str, str]] = {
    "audit": "audit",
    "calendar": "calendar",
    "campaign": "campaign",
    "check": "check",
    "code": "code",
    "columns": "columns",
    "conformance": "conformance",
    "demo": "demo",
    "dossier": "dossier",
    "due": "due",
    "explain": "explain",
    "gap": "gap",
    "law": "law",
    "level": "level",
    "lint": "lint",
    "pack": "pack",
    "page": "page",
    "plan": "plan",
    "procedure": "procedure",
    "report": "report",
    "roster": "roster",
    "schema": "schema",
    "score": "score",
    "stability": "stability",
    "synthesize": "synthesize",
    "tally": "tally",
}


class _LazyGroup(CommandGroup):
    """Imports a command's module only when the command is called, so that `--help` stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def load(self, name: str) -> click.Command | None:
        """Import and return a command."""
        module = _COMMANDS.get(name)
        if module is None:
            return None
        command: click.Command = getattr(
            import_module(f"evnpubsvc.cli.{module}"), f"{name}_command"
        )
        return command


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
