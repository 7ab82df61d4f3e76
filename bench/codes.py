"""Parsing codes against the bare precompiled match with the same groups.

The goal is 3 times its cost.

Run with `python -m bench.codes`. Cases take turns in rotating order, a sample each a round; process
CPU time; the ratio is the median of the ratios of the rounds. Fails at 1.25 times the goal, the
allowance for a noisy machine.
"""

from __future__ import annotations

import gc
import random
import re
import statistics
import sys
import time
from collections.abc import Callable

from evnpubsvc.codes import (
    Code,
    DossierCode,
    FieldCode,
    ProcedureCode,
    ResultCode,
    ServiceCode,
    UnitCode,
)

GOAL = 3.0
ROUNDS = 21
_SAMPLE_S = 0.02

# Written here anew, as an application would that only wants the groups.
_TOP = "[A-Y][0-9]{2}"
_UNIT = (
    rf"(?:[0-9]{{3}}\.[0-9]{{2}}|[0-9]{{2}})\.[0-9]{{2,3}}\.{_TOP}|{_TOP}(?:\.[0-9]{{1,3}}){{0,8}}"
)
_PROCEDURE = rf"([1-9]\.[0-9]{{6}})(?:\.((?:[0-9]{{3}}\.[0-9]{{2}}\.[0-9]{{2}}\.)?{_TOP}))?"
# kind: (pattern with the groups that the record has, how texts are made)
_CASES: dict[type[Code], tuple[str, Callable[[random.Random], str]]] = {
    DossierCode: (
        rf"({_UNIT})-([0-9]{{6}})-([0-9]{{4,9}})",
        lambda r: (
            r.choice(("000.00.{:02}.H48", "H44.1{:02}", "38.{:02}.H29")).format(r.randrange(100))
            + f"-{r.randrange(19, 27)}{r.randrange(1, 13):02}{r.randrange(1, 29):02}"
            f"-{r.randrange(10_000):04}"
        ),
    ),
    UnitCode: (
        rf"({_UNIT})",
        lambda r: r.choice(("000.00.{:02}.H48", "H44.1{:02}")).format(r.randrange(100)),
    ),
    ProcedureCode: (
        _PROCEDURE,
        lambda r: (
            f"{r.randrange(1, 4)}.{r.randrange(10**6):06}{r.choice(('', '.H19', '.000.00.00.H55'))}"
        ),
    ),
    ServiceCode: (
        rf"{_PROCEDURE}\.([0-9]{{2}})",
        lambda r: f"2.{r.randrange(10**6):06}.000.00.00.H55.02",
    ),
    ResultCode: (
        rf"KQ\.({_TOP})\.([0-9]{{5,7}})(\.{{0,3}}[A-Z]{{0,4}})",
        lambda r: f"KQ.G15.{r.randrange(10**6):06}T",
    ),
    FieldCode: (rf"({_TOP})-([A-ZĐ]{{1,6}}[0-9]{{0,4}})", lambda r: f"G03-GD{r.randrange(100)}"),
}


def _match(pattern: str, texts: list[str]) -> Callable[[int], None]:
    fullmatch = re.compile(pattern).fullmatch

    def run(reps: int) -> None:
        for _ in range(reps):
            for text in texts:
                fullmatch(text).groups()  # type: ignore[union-attr]

    return run


def _parse(kind: type[Code], texts: list[str]) -> Callable[[int], None]:
    def run(reps: int) -> None:
        for _ in range(reps):
            for text in texts:
                kind.parse(text)

    return run


def _timed(run: Callable[[int], None], reps: int) -> int:
    start = time.process_time_ns()
    run(reps)
    return time.process_time_ns() - start


def measure(kind: type[Code]) -> tuple[float, float]:
    """Return the median nanoseconds of a bare match, and the median ratio of a parse to it."""
    pattern, make = _CASES[kind]
    chance = random.Random(2022)
    texts = [make(chance) for _ in range(200)]
    if [str(kind.parse(text)) for text in texts] != texts:
        raise AssertionError(f"{kind.__name__} does not write what it reads")
    runs = (_match(pattern, texts), _parse(kind, texts))
    reps = [max(1, int(_SAMPLE_S * 1e9 / max(_timed(run, 3) / 3, 1))) for run in runs]
    samples: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    gc.disable()
    try:
        for turn in range(ROUNDS):
            for case in (0, 1) if turn % 2 else (1, 0):
                samples[case].append(_timed(runs[case], reps[case]) / (reps[case] * len(texts)))
    finally:
        gc.enable()
    return statistics.median(samples[0]), statistics.median(
        b / a for a, b in zip(*samples, strict=True)
    )


def main() -> bool:
    """Print the table; return whether each goal holds within a quarter."""
    print(f"{'kind':16}{'match ns':>10}{'parse/match':>14}{'goal':>8}")
    missed = False
    for kind in _CASES:
        bare, ratio = measure(kind)
        missed |= ratio > GOAL * 1.25
        print(f"{kind.__name__:16}{bare:10.0f}{ratio:14.2f}{f'<= {GOAL:g}':>8}")
    return not missed


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
