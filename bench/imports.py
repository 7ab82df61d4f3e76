"""What imports and commands cost over a bare interpreter, in process CPU time.

Best of many, since noise only adds.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys

ROUNDS = 25
GOAL_ROOT_MS = 3.0
GOAL_PLUGIN_MS = 10.0  # what the entry point may add to `import hypothesis`
_CALLS = (
    ["--help"],
    ["due", "2022-12-15", "3 ngày làm việc"],
    ["score", "--help"],
)
CASES = (
    ("import evnpubsvc", GOAL_ROOT_MS),
    ("import attrs", None),
    ("import evnpubsvc.worktime", None),
    ("import evnpubsvc.emulation", None),
    ("import evnpubsvc.serde", None),
    ("import cattrs", None),
    ("import click", None),
    *((f"from evnpubsvc.cli import main; main({call})", None) for call in _CALLS),
)


def _once(code: str, **environment: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-I", "-c", code],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def main() -> bool:
    """Print the table; return whether the goal of the root holds."""
    codes = ["pass", *(code for code, _ in CASES)]
    best = dict.fromkeys(codes, float("inf"))
    for _ in range(ROUNDS):
        for code in codes:
            best[code] = min(best[code], _once(code))
    held = True
    print(f"bare interpreter {best['pass']:.1f} ms")
    for code, goal in CASES:
        extra = best[code] - best["pass"]
        held &= goal is None or extra <= goal
        shown = code.removeprefix("from evnpubsvc.cli import main; ")
        print(f"{shown:48} +{extra:6.2f} ms" + ("" if goal is None else f"   goal {goal} ms"))
    return measure_plugin() and held


def measure_plugin() -> bool:
    """Print what the entry point costs whoever imports Hypothesis.

    Return whether its goal holds.
    """
    costs = [
        (
            _once("import hypothesis"),
            _once("import hypothesis", HYPOTHESIS_NO_PLUGINS="1"),
        )
        for _ in range(ROUNDS)
    ]
    extra = min(own for own, _ in costs) - min(bare for _, bare in costs)
    print(f"import hypothesis, the plugin +{extra:6.2f} ms   goal {GOAL_PLUGIN_MS} ms")
    return extra <= GOAL_PLUGIN_MS


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
