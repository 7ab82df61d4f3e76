"""Strategies for validities, timelines, numbers of instruments and instruments."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc.law import (
    Dated,
    Ground,
    Instrument,
    InstrumentNumber,
    Regime,
    Timeline,
    Validity,
    regimes,
)
from evnpubsvc.law.engine import topics
from evnpubsvc.strategies._foundation import citations, keys, texts, titles

_FIRST, _LAST = date(1945, 9, 2), date(2099, 12, 31)


def _days(first: date = _FIRST, last: date = _LAST) -> st.SearchStrategy[date]:
    return st.dates(first, last)


def validities(
    *, min_value: date = _FIRST, max_value: date = _LAST, open_ends: bool = True
) -> st.SearchStrategy[Validity]:
    """Draw closed intervals of days.

    Shrinks to an interval that is open on both sides, or to a single day.

    Args:
        min_value: earliest first day.
        max_value: latest last day, inclusive.
        open_ends: also draw intervals without a first or a last day.
    """
    if min_value > max_value:
        raise InvalidArgument(
            f"min_value must not be after max_value, got {min_value=}, {max_value=}"
        )
    day = st.dates(min_value, max_value)
    closed = st.tuples(day, day).map(sorted).map(lambda days: Validity(*days))
    if not open_ends:
        return closed
    return (
        st.just(Validity())
        | st.builds(Validity, since=day)
        | st.builds(Validity, until=day)
        | closed
    )


def timelines(
    values: st.SearchStrategy[Any] | None = None, *, min_size: int = 1, max_size: int = 5
) -> st.SearchStrategy[Timeline[Any]]:
    """Draw timelines of values: open or closed on either side.

    Shrinks to one value that always holds.

    Args:
        values: what to draw the values from; whole numbers by default.
        min_size: fewest entries, at least one.
        max_size: most entries.
    """
    if not 1 <= min_size <= max_size:
        raise InvalidArgument(f"1 <= min_size <= max_size must hold, got {min_size=}, {max_size=}")

    value = st.integers() if values is None else values

    @st.composite
    def build(draw: st.DrawFn) -> Timeline[Any]:
        # The first entry begins on a day, or holds since ever; the last one ends, or is open.
        starts = sorted(draw(st.sets(_days(), min_size=min_size, max_size=max_size)))
        first = [None if draw(st.booleans()) else starts[0], *starts[1:]]
        ends = st.integers(0, 10_000).map(lambda days: starts[-1] + timedelta(days))
        end = draw(st.none() | ends)
        return Timeline[Any].starting([(since, draw(value)) for since in first], until=end)

    return build()


@cache
def regime_entries() -> st.SearchStrategy[Dated[Regime]]:
    """Draw the regimes of all topics, with their days."""
    return st.sampled_from([entry for topic in topics() for entry in regimes(topic)])


@cache
def regime_values() -> st.SearchStrategy[Regime]:
    """Draw the regimes of all topics."""
    return regime_entries().map(lambda entry: entry.value)


# Kinds of instruments, by where their numbers name them.
_KINDS_IN_TAIL = (
    "NĐ",
    "QĐ",
    "TT",
    "TTLT",
    "NQ",
    "KH",
    "CT",
    "CTr",
    "TTr",
    "BC",
    "TB",
    "HD",
    "VBHN",
)
_KINDS_BEFORE = ("Luật", "BL", "PL", "CV")


@cache
def instrument_numbers() -> st.SearchStrategy[InstrumentNumber]:
    """Draw numbers of instruments.

    With and without year, kind and sub-units, of known and unknown bodies.
    """
    # 61, 1085, 174.2, 30a; a year or none.
    serial = st.from_regex(r"[0-9]{1,6}(\.[0-9]{1,2})?[a-z]?", fullmatch=True).filter(str.isascii)
    year = st.none() | st.integers(1945, 2099)

    # Bodies as NĐ-CP or QH14 name them: known ones, the National Assembly by term, unknown ones.
    term = st.integers(10, 16).map(str)
    body = (
        st.sampled_from(["CP", "TTg", "UBND", "HĐND", "VPCP", "BTTTT", "STTTT", "BTP"])
        | st.builds("".join, st.tuples(st.sampled_from(["QH", "UBTVQH"]), term))
        | st.from_regex(r"X[A-Z]{0,5}[0-9]{0,2}", fullmatch=True).filter(str.isascii)
    )
    bodies = st.lists(body, min_size=1, max_size=3).map(tuple)

    def build(kind: tuple[str, bool]) -> st.SearchStrategy[InstrumentNumber]:
        name, before = kind
        return st.builds(
            InstrumentNumber,
            serial,
            year=year,
            kind=st.just(name),
            bodies=bodies,
            kind_before=st.just(before),
        )

    # No kind, a kind among the bodies (61/2018/NĐ-CP), a kind before the number (CV 61/CP).
    kinds = [("", False)]
    kinds += [(name, False) for name in _KINDS_IN_TAIL]
    kinds += [(name, True) for name in _KINDS_BEFORE]
    return st.sampled_from(kinds).flatmap(build)


@cache
def instruments() -> st.SearchStrategy[Instrument]:
    """Draw instruments: with and without days of issue, force and repeal.

    In any order that is allowed.
    """
    days = st.one_of(
        st.tuples(st.none() | _days(), st.none()),
        st.tuples(st.none(), _days()),
        st.lists(_days(), min_size=2, max_size=2, unique=True).map(sorted).map(tuple),
    )
    return days.flatmap(
        lambda pair: st.builds(
            Instrument,
            number=instrument_numbers(),
            title=st.none() | texts(),
            issuer=st.just("") | titles(),
            issued=st.none() | _days(),
            in_force=st.just(pair[0]),
            repealed=st.just(pair[1]),
            citation=st.none() | citations(),
        )
    )


@cache
def grounds() -> st.SearchStrategy[Ground]:
    """Draw what a rule rests on."""
    return st.builds(Ground, validity=validities(), citation=citations(), key=st.just("") | keys())
