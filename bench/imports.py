"""What imports cost over a bare interpreter, in process CPU time: best of many, since noise only adds."""

from __future__ import annotations

import resource
import subprocess
import sys

ROUNDS = 25
GOAL_ROOT_MS = 3.0
CASES = (
    ("import evnpubsvc", GOAL_ROOT_MS),
    ("import attrs", None),
    ("import evnpubsvc.worktime", None),
    ("import evnpubsvc.emulation", None),
    ("import evnpubsvc.serde", None),
    ("import cattrs", None),
)


def _once(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-I", "-c", code], check=True)
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
        print(f"{code:28} +{extra:6.2f} ms" + ("" if goal is None else f"   goal {goal} ms"))
    return held


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
