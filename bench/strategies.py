"""What the strategies cost, by public type: drawing, what is thrown away, shrinking one failure.

Run with `python -m bench.strategies [TYPE …]`; `--worst 12` prints only the slowest. Process CPU
time; the same cases in every run; without the phase in which Hypothesis explains what it found,
which tries many cases more. A type with a collection fails its condition where the first
collection that is ever drawn with two entries has two; any other where it is written as long as
half of those drawn.
"""

from __future__ import annotations

import importlib
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sized
from contextlib import suppress
from statistics import median
from typing import Any, Final

import attrs
from attrs import frozen
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample, UnsatisfiedAssumption

from bench.face import public_names
from bench.imports import measure_plugin
from evnpubsvc._hypothesis import REGISTRY

EXAMPLES: Final = 40
GOAL_DRAW_MS: Final = 10.0
GOAL_FILTERED: Final = 0.05
GOAL_SHRINK_S: Final = 10.0
GIVEN_UP_S: Final = 30.0  # of processor time, after which a shrink is ended

PHASES: Final = (Phase.generate, Phase.shrink)
_SAME: Final = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@frozen
class Cost:
    """What one type costs."""

    name: str
    draw_ms: float  # of a new example, the median
    filtered: float  # the share of examples that is begun and thrown away
    condition: str
    shrink_s: float

    @property
    def held(self) -> bool:
        """Whether all three goals hold."""
        return (
            self.draw_ms <= GOAL_DRAW_MS
            and self.filtered <= GOAL_FILTERED
            and self.shrink_s <= GOAL_SHRINK_S
        )

    def line(self) -> str:
        verdict = "" if self.held else "  MISSED"
        return (
            f"| `{self.name}` | {self.draw_ms:.1f} | {100 * self.filtered:.0f} % "
            f"| {self.shrink_s:.1f} | {self.condition} |{verdict}"
        )


def public_records() -> Iterator[type[Any]]:
    """Give every public record, and every other type that has a strategy of its own."""
    seen: set[type[Any]] = set()
    names = {f"evnpubsvc.{room}": own for room, own in public_names().items() if "." in room}
    names |= {f"evnpubsvc.{room}": own for room, own in public_names().items()}
    for room, own in (*names.items(), *((room, list(own)) for room, own in REGISTRY.items())):
        if room.startswith(("evnpubsvc.strategies", "evnpubsvc.evnpubsvc")):
            continue
        for name in own:
            kind = getattr(importlib.import_module(room), name)
            known = name in REGISTRY.get(room, {}) or (isinstance(kind, type) and attrs.has(kind))
            if known and kind not in seen:
                seen.add(kind)
                yield kind


def measure(kind: type[Any]) -> Cost:
    """Draw examples of a type, then have one failure of it shrunk."""
    values, times, begun = _draw(st.from_type(kind))
    condition, is_failing = _condition(kind, values)
    begin = time.process_time()

    def fails(value: object) -> bool:
        if time.process_time() - begin > GIVEN_UP_S:
            raise _GivenUp
        return is_failing(value)

    with suppress(NoSuchExample, _GivenUp):
        find(st.from_type(kind), fails, settings=settings(_SAME, max_examples=2000, phases=PHASES))
    spent = time.process_time() - begin
    filtered = 1 - len(values) / begun
    return Cost(kind.__name__, 1000 * median(times), filtered, condition, spent)


class _GivenUp(KeyboardInterrupt):
    """A shrink took too long. Hypothesis lets this pass."""


def _draw(strategy: st.SearchStrategy[Any]) -> tuple[list[Any], list[float], int]:
    """Return what is drawn, the seconds that each took, and how many were begun."""
    values: list[Any] = []
    times: list[float] = []
    begun = 0

    @settings(_SAME, max_examples=EXAMPLES, phases=[Phase.generate])
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        nonlocal begun
        begin = time.process_time()
        try:
            value = data.draw(strategy)
        except UnsatisfiedAssumption:
            begun += 1
            raise
        begun += 1
        times.append(time.process_time() - begin)
        values.append(value)

    draw()
    return values, times, begun


def _condition(kind: type[Any], values: list[Any]) -> tuple[str, Callable[[Any], bool]]:
    """Return a failing condition of a type in words, and as a function."""
    fields = [each.name for each in attrs.fields(kind)] if attrs.has(kind) else []
    for name in fields:
        if any(_length(value, name) >= 2 for value in values):
            return f"two in `{name}`", lambda value, name=name: _length(value, name) >= 2
    half = median(len(repr(value)) for value in values)
    return f"{half:.0f} characters", lambda value: len(repr(value)) >= half


def _length(value: object, name: str) -> int:
    """Return how many entries a field has; none where it is a text or no collection."""
    held = getattr(value, name, None)
    return len(held) if isinstance(held, Sized) and not isinstance(held, (str, bytes)) else 0


def main() -> bool:
    """Print the table; return whether every goal holds."""
    parser = ArgumentParser()
    parser.add_argument("types", nargs="*")
    parser.add_argument("--worst", type=int)
    asked = parser.parse_args()
    held = True if asked.types else measure_plugin()
    costs: list[Cost] = []
    for kind in public_records():
        if not asked.types or kind.__name__ in asked.types:
            costs.append(measure(kind))
            print(costs[-1].line(), file=sys.stderr, flush=True)
    costs.sort(key=lambda cost: (cost.held, -cost.shrink_s))
    print("| type | draw, ms | filtered | shrink, s | failing condition |\n|---|---|---|---|---|")
    for cost in costs[: asked.worst]:
        print(cost.line())
    met = sum(cost.held for cost in costs)
    print(f"\n{met} of {len(costs)} types meet {GOAL_DRAW_MS:g} ms, 5 %, {GOAL_SHRINK_S:g} s")
    return held and met == len(costs)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
