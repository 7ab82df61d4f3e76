"""Run the benchmarks of all topics, or of those named, and check their goals."""

from __future__ import annotations

import os
import platform
import sys
from importlib import import_module

from bench._timing import Goal

TOPICS = ("worktime", "due")  # modules of this package with `run() -> list[Goal]`


def main(names: list[str]) -> int:
    """Return 1 when a goal is missed by more than noise."""
    unknown = sorted(set(names) - set(TOPICS))
    if unknown:
        print(f"no topic {', '.join(unknown)}; there are {', '.join(TOPICS)}", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    goals: list[Goal] = []
    for name in names or TOPICS:
        goals += import_module(f"bench.{name}").run()
    print("\nGoals")
    for goal in goals:
        print(goal.line())
    return int(any(goal.failed for goal in goals))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
