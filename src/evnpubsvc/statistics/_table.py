"""A tally as people read it: a row for each cell, a row for all, and what is in none.

Then a comparison of two periods, with what it assumes.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from evnpubsvc._grid import Block, Grid, blocks_of
from evnpubsvc.quantities import Interval, Unknown, ZeroPolicy
from evnpubsvc.quantities.parts import localised, round_percent
from evnpubsvc.services.parts import word_text
from evnpubsvc.statistics._before_after import BeforeAfter
from evnpubsvc.statistics._cells import Key, TallyCell
from evnpubsvc.statistics._period_state import PeriodState
from evnpubsvc.statistics._tally import Tally
from evnpubsvc.texts import Language, write
from evnpubsvc.texts.parts import named, percent, render, vietnamese_order

SUMS: Final = ("carried_in", "received", "handled", "pending")
"""The sums of a cell that are shown, as its attributes name them."""

SHARES: Final = ("on_time_of_finished", "on_time_of_received")
"""The shares of a cell that are shown, as its attributes name them."""

_WITH_DUE_DATE: Final = (
    PeriodState.EARLY,
    PeriodState.ON_TIME,
    PeriodState.LATE,
    PeriodState.PENDING_IN_TIME,
    PeriodState.PENDING_OVERDUE,
)


# -- a tally ---------------------------------------------------------------------------------------


@blocks_of.register
def _(counted: Tally, lang: Language, expect: Iterable[Key | str | None] = ()) -> list[Block]:
    # A column of zeros says nothing here, and nothing is carried into a count without a first day.
    total = counted.total
    sums = tuple(name for name in SUMS if name != "carried_in" or counted.since is not None)
    states = tuple(state for state in PeriodState if total[state].value)
    header = [
        *(named("dimension", name).get(lang) for name in counted.dimensions),
        *(render(f"column-{name}", lang, {}) for name in sums),
        *(state.text.get(lang) for state in states),
        *(render(f"column-{name}", lang, {}) for name in SHARES),
    ]

    # A row for each cell; people look names up in the order of their alphabet.
    rows = [
        [*_names(counted, cell, lang), *_numbers(cell, sums, states, lang)]
        for cell in counted.expecting(*expect)
    ]
    depth = len(counted.dimensions)
    if lang == "vi":
        rows.sort(key=lambda row: [vietnamese_order(name) for name in row[:depth]])

    # A row for all; without dimensions it is the only one.
    last = _numbers(total, sums, states, lang)
    lines = [last]
    if depth:
        label = [render("column-total", lang, {}), *[""] * (depth - 1)]
        lines = [*rows, [*label, *last]]
    right = range(depth, len(header))
    return [Grid(header, lines, right=right, below=left_out_lines(counted, lang))]


def _names(counted: Tally, cell: TallyCell, lang: Language) -> list[str]:
    """Return the names of a cell as people read them."""
    return [
        "?" if value is None else word_text(name, value).get(lang)
        for name, value in zip(counted.dimensions, cell.key, strict=bool(cell.key))
    ]


def _numbers(
    cell: TallyCell, sums: Iterable[str], states: Iterable[PeriodState], lang: Language
) -> list[str]:
    """Return the numbers of a cell with the marks of a language; a share of nothing is a dash."""
    return [
        *(write(number, lang) for number in counts_of(cell, sums, states)),
        *("-" if share is None else localised(share, lang, 2) for share in shares_of(cell)),
    ]


def counts_of(cell: TallyCell, sums: Iterable[str], states: Iterable[PeriodState]) -> list[int]:
    """Return sums of a cell, then its states."""
    return [
        *(getattr(cell, name).value for name in sums),
        *(cell[state].value for state in states),
    ]


def shares_of(cell: TallyCell) -> list[Fraction | None]:
    """Return the shares of a cell in percent; None where there is nothing to be on time for."""
    dated = any(cell[state].value for state in _WITH_DUE_DATE)
    shares: list[Fraction | None] = []
    for name in SHARES:
        value = getattr(cell, name).value(ZeroPolicy.NOT_ASSESSABLE)
        if isinstance(value, Unknown) or not dated:
            shares.append(None)
        else:
            shares.append(round_percent(value))
    return shares


def left_out_lines(counted: Tally, lang: Language) -> list[str]:
    """Return what is in no cell, a line each."""
    numbers = {
        "later": counted.later,
        "earlier": counted.earlier,
        "linked": counted.linked,
        "other_versions": counted.other_versions,
        "outside": counted.outside,
        "packed_without": dict(counted.noticed).get("packed-without", 0),
        "rejected": sum(number for _, number in counted.rejected),
    }
    return [
        f"{render(f'column-{name}', lang, {})}: {write(number, lang)}"
        for name, number in numbers.items()
        if number
    ]


# -- a comparison of two periods -------------------------------------------------------------------

_EXPOSURE: Final = ("number", "working-days", "per-day")


@blocks_of.register
def _(found: BeforeAfter, lang: Language) -> list[Block]:
    # A row for each number: the unit before and after, and the group.
    lines = [("before", found.before), ("after", found.after)]
    group = found.group
    if group is not None:
        lines += [("group-before", group.before), ("group-after", group.after)]
    units = 0 if group is None else group.units
    rows = [
        [
            render(f"effect-{name}", lang, {"units": units}),
            each.flow.written(lang),
            write(each.working_days, lang),
            _two_places(each.per_day, lang),
        ]
        for name, each in lines
    ]
    header = ["", *(render(f"column-{name}", lang, {}) for name in _EXPOSURE)]

    # What one must believe.
    assumed = [render("effect-assumed", lang, {})]
    assumed += (f"- {each}" for each in found.assumptions(lang))
    said = _say_effect(found, lang)
    return [Grid(header, rows, right=(2, 3)), "\n".join(said), "\n".join(assumed)]


def _say_effect(found: BeforeAfter, lang: Language) -> list[str]:
    """Say what the numbers say: the ratio with its interval, the difference, that of the group."""
    level = percent(localised(found.level * 100, lang), lang)
    said = [render("effect-times", lang, {"times": found.times, "level": level})]
    if found.may_be_none:
        said.append(render("effect-may-be-none", lang, {}))
    said.append(
        render("effect-difference", lang, {"difference": _two_places(found.difference, lang)})
    )
    group = found.group
    if group is not None and found.beyond_group is not None:
        parts = {
            "group": _two_places(group.difference, lang),
            "beyond": _two_places(found.beyond_group, lang),
        }
        said.append(render("effect-beyond-group", lang, parts))
    return [*said, *(each.message(lang) for each in found.notices)]


def _two_places(given: Interval, lang: Language) -> str:
    """Write an interval of rates or differences, to two places."""
    low = localised(given.low, lang, 2)
    if given.is_one_value:
        return low
    if given.high is None:
        return render("interval-from", lang, {"low": low})
    return render("interval", lang, {"low": low, "high": localised(given.high, lang, 2)})
