"""The command line (extra `cli`): thin over the library.

One module a command, imported when it is called.

Exit codes: 0 done; 1 the data have findings, nothing was written to standard output; 2 the call is
wrong (option, unknown preset, group or unit); 130 interrupted; 141 the reader of the output went
away.
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
from evnpubsvc.cli._language import CommandGroup, call_language, error_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

# command -> module of this package; the module holds it as `<command>_command`
_COMMANDS: Final[dict[str, str]] = {
    "calendar": "calendar",
    "campaign": "campaign",
    "check": "check",
    "code": "code",
    "columns": "columns",
    "demo": "demo",
    "dossier": "dossier",
    "due": "due",
    "explain": "explain",
    "law": "law",
    "level": "level",
    "lint": "lint",
    "pack": "pack",
    "procedure": "procedure",
    "report": "report",
    "roster": "roster",
    "score": "score",
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
    from evnpubsvc.cli._io import silence_stdout, use_utf8

    use_utf8()
    try:
        returned = evnpubsvc.main(args=args, prog_name="evnpubsvc", standalone_mode=False)
    except click.ClickException as error:
        click.echo(error_lines(error, call_language(args or sys.argv[1:], os.environ)), err=True)
        return error.exit_code
    except click.Abort:
        return 130
    except BrokenPipeError:
        silence_stdout()
        return 141
    return returned if isinstance(returned, int) else 0
