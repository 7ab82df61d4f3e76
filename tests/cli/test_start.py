"""A command imports what it uses: `--help` no room at all, `due` no catalogue."""

import subprocess
import sys

import pytest

_PROGRAM = """
import sys
from evnpubsvc.cli import main
main(sys.argv[1:])
print(*sorted(name for name in sys.modules if name.startswith("evnpubsvc.")), sep="\\n")
"""


@pytest.mark.parametrize(
    ("call", "absent"),
    [
        (["--help"], ("worktime", "deadlines", "serde", "statistics", "emulation", "cli.due")),
        (["due", "2022-12-15", "3 ngày làm việc"], ("catalogue", "dossiers", "serde", "units")),
        (["score", "--help"], ("emulation", "serde", "statistics", "dossiers", "units")),
        (["tally", "--help"], ("deadlines", "serde", "statistics", "dossiers", "frames")),
    ],
)
def test_a_command_imports_only_what_it_uses(call: list[str], absent: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *call], capture_output=True, text=True, check=True
    )
    loaded = done.stdout.splitlines()
    assert "evnpubsvc.cli" in loaded
    assert [name for name in absent if f"evnpubsvc.{name}" in loaded] == []
