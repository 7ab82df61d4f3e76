"""Strategies for units, registers with mergers and splits, lineages and names that differ."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from evnpubsvc.law import Validity
from evnpubsvc.strategies._foundation import citations, titles
from evnpubsvc.strategies._law import validities
from evnpubsvc.strategies._quantities import count_ranges, counts
from evnpubsvc.units import (
    AdminUnit,
    Lineage,
    Population,
    PopulationFigure,
    PopulationKind,
    PopulationTable,
    Succession,
    Tier,
    UnitKey,
    UnitKind,
    UnitRegister,
)

_SYLLABLES = ("Tam", "Xuân", "Hòa", "Thủy", "Núi", "Thành", "Đức", "Phú", "Mỹ", "Ea", "H'leo", "1")
_LAST_DISTRICT_DAY = date(2025, 6, 30)


def _codes(size: int = 5) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=size, max_size=size)


@cache
def _names() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(_SYLLABLES), min_size=1, max_size=3).map(" ".join) | titles()


@cache
def unit_keys() -> st.SearchStrategy[UnitKey]:
    """Draw keys of units, with open and known first days."""
    return st.builds(UnitKey, _codes(), st.none() | st.dates(date(1945, 9, 2), date(2099, 12, 31)))


@cache
def admin_units() -> st.SearchStrategy[AdminUnit]:
    """Draw units of every kind and tier. Shrinks to a province."""
    kinds = [(kind, tier) for kind in UnitKind for tier in kind.tiers]

    def build(kind: tuple[UnitKind, Tier], **fields: Any) -> AdminUnit:
        return AdminUnit(kind=kind[0], tier=kind[1], **fields)

    return st.builds(
        build,
        st.sampled_from(kinds),
        code=_codes(),
        name=_names(),
        parent=st.none() | _codes(2),
        validity=validities(),
        name_en=st.just("") | titles(),
        other_names=st.lists(_names(), max_size=2).map(tuple),
        source=st.none() | citations(),
    )


@cache
def successions() -> st.SearchStrategy[Succession]:
    """Draw single steps of succession, without regard to any register."""
    return st.builds(
        Succession,
        older=unit_keys(),
        newer=unit_keys(),
        whole=st.booleans(),
        default=st.booleans(),
        source=st.none() | citations(),
    )


def unit_registers(
    *, max_communes: int = 6, max_changes: int = 3
) -> st.SearchStrategy[UnitRegister]:
    """Draw registers of a province whose communes merge, divide, end, begin and reuse codes.

    Args:
        max_communes: most communes on a day.
        max_changes: most days on which something changes.
    """

    @st.composite
    def build(draw: st.DrawFn) -> UnitRegister:
        days = sorted(
            draw(st.sets(st.dates(date(1990, 1, 1), date(2030, 1, 1)), max_size=max_changes))
        )

        # One province, and the communes that are there at first.
        units = [AdminUnit("1", draw(_names()), UnitKind.PROVINCE, Tier.PROVINCE)]
        steps: list[Succession] = []
        codes = draw(
            st.lists(
                st.integers(10, 10 + max_communes), min_size=1, max_size=max_communes, unique=True
            )
        )
        most = 10 + max_communes * (max_changes + 2)  # more codes than can be alive at once
        since: date | None = None
        alive = {str(code): (draw(_names()), since) for code in codes}

        def close(code: str, until: date | None) -> None:
            name, first = alive.pop(code)
            units.append(
                AdminUnit(code, name, UnitKind.COMMUNE, Tier.COMMUNE, "1", Validity(first, until))
            )

        # On each day of change some communes end, others begin, and each that ended went somewhere
        # or nowhere.
        for day in days:
            gone: list[str] = []
            if alive:
                gone = draw(st.lists(st.sampled_from(sorted(alive)), unique=True))
            older = [UnitKey(code, alive[code][1]) for code in gone]
            for code in gone:
                close(code, day - timedelta(1))
            free = [str(code) for code in range(10, most) if str(code) not in alive]
            fresh = draw(
                st.lists(
                    st.sampled_from(free), min_size=bool(older), max_size=max_communes, unique=True
                )
            )
            alive |= {code: (draw(_names()), day) for code in fresh}
            for key in older:
                into = draw(st.lists(st.sampled_from(fresh), max_size=3, unique=True))
                steps += (
                    Succession(key, UnitKey(code, day), whole=len(into) == 1, default=place == 0)
                    for place, code in enumerate(into)
                )
        for code in sorted(alive):
            close(code, None)
        return UnitRegister.of(draw(st.permutations(units)), draw(st.permutations(steps)))

    return build()


@cache
def lineages() -> st.SearchStrategy[Lineage]:
    """Draw lineages between two days of registers."""
    days = st.lists(st.dates(date(1989, 1, 1), date(2031, 1, 1)), min_size=2, max_size=2).map(
        sorted
    )

    def between(register: UnitRegister, pair: list[date]) -> Lineage:
        return register.lineage(pair[0], pair[1])

    return st.builds(between, unit_registers(), days)


@cache
def population_figures() -> st.SearchStrategy[PopulationFigure]:
    """Draw figures of every kind, known and within bounds."""

    def build(kind: PopulationKind) -> st.SearchStrategy[PopulationFigure]:
        units = st.just(kind.unit)
        number = counts(units=units) | count_ranges(units=units)
        days = st.dates(date(2019, 4, 1), date(2026, 12, 31))
        return st.builds(PopulationFigure, unit_keys(), st.just(kind), days, number, citations())

    return st.sampled_from(PopulationKind).flatmap(build)


@cache
def populations() -> st.SearchStrategy[Population]:
    """Draw what is known of a unit from one figure."""
    return population_figures().map(lambda figure: Population(figure.count, (figure,)))


@cache
def population_tables() -> st.SearchStrategy[PopulationTable]:
    """Draw tables of up to four figures."""
    given = st.lists(
        population_figures(), max_size=4, unique_by=lambda each: (each.unit, each.kind, each.day)
    )
    return given.map(lambda figures: PopulationTable(tuple(figures)))


def unit_name_variants(unit: AdminUnit) -> st.SearchStrategy[str]:
    """Draw other ways to write the full name of a unit that mean the same.

    Capitals, Unicode, tones, blanks, office.
    """
    changes: list[Callable[[str], str]] = [
        str.upper,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: f"UBND {text}",
        lambda text: f"  {text}\u00a0",
        lambda text: text.replace("òa", "oà").replace("ủy", "uỷ"),
    ]
    chosen = st.lists(st.sampled_from(range(len(changes))), max_size=3, unique=True)

    def apply(which: list[int]) -> str:
        text = unit.full_name
        for place in which:
            text = changes[place](text)
        return text

    return chosen.map(apply)
