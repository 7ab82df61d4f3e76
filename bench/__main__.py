"""Run the benchmarks of all topics, or of those named, and check their goals."""

from __future__ import annotations

import os
import platform
import sys
from importlib import import_module

TOPICS = (
    "imports",
    "worktime",
    "due",
    "codes",
    "catalogue",
    "scoring",
    "roster",
    "statistics",
    "cells",
    "dossiers",
    "logs",
    "workbooks",
    "weights",
)  # modules of this package; `main()` prints ratios and returns whether the goals hold


def main(names: list[str]) -> int:
    """Return 1 when a goal is missed by more than noise."""
    unknown = sorted(set(names) - set(TOPICS))
    if unknown:
        print(f"no topic {', '.join(unknown)}; there are {', '.join(TOPICS)}", file=sys.stderr)
        return 2
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    held = True
    for name in names or TOPICS:
        print(f"\n=== {name}")
        held &= import_module(f"bench.{name}").main()
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
