"""Blocks of documentation that benches fill: between a comment that names the command, and an end.

Each begins with `<!-- COMMAND -->` and ends with `<!-- end -->`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

SPEED: Final = Path("docs/explanation/how-fast-it-counts.md")
_END: Final = "<!-- end -->"


def fill(page: Path, command: str, lines: Iterable[str]) -> None:
    """Put lines in the place of what stands in the block of a command."""
    begin = f"<!-- {command} -->"
    head, found, rest = page.read_text("utf-8").partition(begin)
    if not found:
        raise ValueError(f"{page} has no block {begin}")
    tail = rest.partition(_END)[2]
    text = "\n".join([head + begin, "", *lines, "", _END]) + tail
    page.write_text(text, encoding="utf-8", newline="\n")
