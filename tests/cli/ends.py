"""How calls end whatever becomes of their streams: one process that forks for each, which is quick.

`python ends.py FOLDER` prints a JSON list of `[command, state, exit code, standard error]`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from evnpubsvc.cli import _COMMANDS, main
from tests.cli.hostile_calls import GOOD
from tests.deep import DEEP

STATES = ("whole", "full", "closed", "reader gone", "all closed")


def first_calls() -> dict[str, tuple[str, ...]]:
    """The first call of each command that ends well."""
    calls = {"synthesize": ("synthesize", "--rows", "50", "--seed", "1"), "--help": ("--help",)}
    for call in GOOD:
        if call[0] not in {"due", "code", "level"} or call[0] not in calls:
            calls.setdefault(call[0], call)
    # The engine with threads of its own may not be forked.
    calls["tally"] = (*calls["tally"], "--engine", "python")
    del calls["thongke"]  # which is no command
    calls["columns"] = ("columns", "so.csv")
    calls["lint"] = ("lint", "qd766-dvcqg-2026")
    few = ("--help", "due", "tally", "synthesize", "law", "columns")
    return {name: call for name, call in calls.items() if DEEP or name in few}


def _streams(state: str) -> None:
    """Make the standard streams of this process what the state says."""
    if state == "full":
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
    elif state == "reader gone":
        reader, writer = os.pipe()
        os.close(reader)
        os.dup2(writer, 1)
    else:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if state in {"closed", "all closed"}:
        os.close(1)
    if state == "all closed":
        os.close(0)
    if state == "all closed":
        os.close(2)


def _fork(call: tuple[str, ...], state: str) -> tuple[int, str]:
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            os.dup2(said.fileno(), 2)
            _streams(state)
            # What a new process would have: a stream that is closed is None.
            for name, handle in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
                try:
                    os.fstat(handle)
                    mode = "r" if handle == 0 else "w"
                    setattr(sys, name, open(handle, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
                except OSError:
                    setattr(sys, name, None)
            code = 99
            try:
                code = main(list(call))
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 98
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        said.seek(0)
        return os.waitstatus_to_exitcode(status), said.read().decode("utf-8", "replace")


if __name__ == "__main__":
    os.chdir(Path(sys.argv[1]))
    for module in _COMMANDS:  # once, and not in each child
        import_module(f"evnpubsvc.cli.{module}")
    ends = [
        (name, state, *_fork(call, state))
        for name, call in first_calls().items()
        for state in STATES
    ]
    sys.stdout.write(json.dumps(ends))
