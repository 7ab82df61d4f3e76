"""Interleaved timing by process CPU time.

What shares a machine is compared in the same rounds, by medians.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from attrs import frozen

_CLOCK = time.process_time_ns  # leaves out what other processes and the hypervisor take
SLACK = 1.25  # a noisy machine may miss a limit by so much before a run fails


def peak_mib() -> float:
    """Return the most memory that this process had so far, in MiB; Linux only."""
    # Not ru_maxrss: that begins with what the parent had.
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


@frozen
class Case:
    """Something to time: `run(repetitions)` does so many repetitions of `units` operations."""

    run: Callable[[int], object]
    units: int = 1


@frozen
class Timing:
    """Nanoseconds of one operation in each round."""

    samples: tuple[float, ...]

    @property
    def ns(self) -> float:
        return median(self.samples)

    def over(self, other: Timing) -> float:
        """How many times as long as another: the median of the ratios of the rounds."""
        return median(a / b for a, b in zip(self.samples, other.samples, strict=True))


@frozen
class Goal:
    """A measured number beside its limit."""

    what: str
    value: float
    at_most: float | None = None
    at_least: float | None = None
    unit: str = "x"

    @property
    def met(self) -> bool:
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    @property
    def failed(self) -> bool:
        """Missed by more than noise."""
        return (self.at_most is not None and self.value > self.at_most * SLACK) or (
            self.at_least is not None and self.value * SLACK < self.at_least
        )

    def line(self) -> str:
        sign, limit = ("<=", self.at_most) if self.at_most is not None else (">=", self.at_least)
        verdict = "ok" if self.met else "FAILED" if self.failed else "missed, within noise"
        rule = "" if limit is None else f"{sign} {limit:g} {self.unit}  {verdict}"
        return f"  {self.what:<64} {self.value:>9.2f} {self.unit:<4} {rule}"


def interleaved(
    cases: Mapping[str, Case], *, rounds: int = 15, seconds: float = 0.01
) -> dict[str, Timing]:
    """Time every case once a round.

    In turning order, after fitting its repetitions to about `seconds`.
    """
    repetitions: dict[str, int] = {}
    for name, case in cases.items():
        case.run(1)  # what is made on first use is not timed
        count, spent = 1, 0.0
        while spent < seconds / 2 and count < 1 << 24:
            if spent:
                count = max(2 * count, int(count * seconds / spent / 2))
            start = _CLOCK()
            case.run(count)
            spent = max((_CLOCK() - start) / 1e9, 1e-7)
        repetitions[name] = max(1, int(count * seconds / spent))
    samples: dict[str, list[float]] = {name: [] for name in cases}
    names = list(cases)
    gc.collect()
    gc.disable()
    try:
        for turn in range(rounds):
            shift = turn % len(names)
            for name in names[shift:] + names[:shift]:
                case, count = cases[name], repetitions[name]
                start = _CLOCK()
                case.run(count)
                samples[name].append((_CLOCK() - start) / (count * case.units))
    finally:
        gc.enable()
    return {name: Timing(tuple(each)) for name, each in samples.items()}


def table(title: str, timings: Mapping[str, Timing], reference: str) -> str:
    """Return the timings as text, the fastest first."""
    lines = [f"\n{title}", f"  {'':<58} {'ns':>12} {'x ' + reference:>24}"]
    lines += [
        f"  {name:<58} {timing.ns:>12,.1f} {timing.over(timings[reference]):>24.2f}"
        for name, timing in sorted(timings.items(), key=lambda item: item[1].ns)
    ]
    return "\n".join(lines)


def over(function: Callable[..., object], arguments: Sequence[tuple[object, ...]]) -> Case:
    """Make a case of calling a function with one or two arguments each, in a plain loop."""
    if len(arguments[0]) == 1:
        singles = [each for (each,) in arguments]

        def run(repetitions: int) -> None:
            for _ in range(repetitions):
                for a in singles:
                    function(a)
    else:
        pairs: list[tuple[object, object]] = [(a, b) for a, b in arguments]
        firsts, second = [a for a, _ in pairs], pairs[0][1]
        if any(b != second for _, b in pairs):
            raise ValueError("the second argument is the same in all calls")

        def run(repetitions: int) -> None:
            for _ in range(repetitions):
                for a in firsts:
                    function(a, second)

    return Case(run, len(arguments))
