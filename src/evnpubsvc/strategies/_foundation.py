"""Strategies for texts, findings and citations."""

from __future__ import annotations

from datetime import timedelta, timezone
from functools import cache
from operator import itemgetter
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields
from hypothesis import strategies as st

from evnpubsvc.findings import Cell, Excerpt, Finding, Severity
from evnpubsvc.law import Citation, Confidence, Provision
from evnpubsvc.texts import Text
from evnpubsvc.texts.parts import catalogue

LETTERS: Final = st.characters(codec="utf-8", exclude_characters="\0")
"""The letters that files and databases can hold: all but NUL and halves of UTF-16 pairs."""


# A strategy is made once for the same arguments: to make it takes longer than to draw from it.
@cache
def titles(*, max_size: int = 20) -> st.SearchStrategy[str]:
    """Draw texts that are not blank, in any script. Shrinks to `"0"`."""
    return st.text(LETTERS, min_size=1, max_size=max_size).filter(str.strip)


@cache
def keys() -> st.SearchStrategy[str]:
    """Draw keys of criteria, groups and figures.

    Lower-case ASCII letters, digits, dots and underscores.
    """
    return st.from_regex(r"[a-z][a-z0-9_.]{0,8}", fullmatch=True)


@cache
def texts() -> st.SearchStrategy[Text]:
    """Draw texts in both languages."""
    return st.builds(Text, vi=titles(), en=titles())


@cache
def provisions() -> st.SearchStrategy[Provision]:
    """Draw articles, clauses and points, and runs of them. Shrinks to article 1."""
    number = st.integers(1, 199).map(str) | st.just("4a")
    point = st.sampled_from("abcdđegh")
    run = st.just("")
    return (
        st.builds(Provision, number, last=run | number)
        | st.builds(Provision, number, number, last=run | number)
        | st.builds(Provision, number, number, point, last=run | point)
    )


@cache
def citations() -> st.SearchStrategy[Citation]:
    """Draw citations of any confidence, disputed and not.

    Shrinks to an instrument without article.
    """
    places = st.lists(provisions().map(str), max_size=3)
    instrument = st.sampled_from(("NĐ 61/2018/NĐ-CP", "91/2015/QH13", "QĐ 44/QĐ-UBND"))
    return st.builds(
        Citation,
        instrument=instrument | titles(),
        article=places.map(", ".join),
        confidence=st.none() | st.sampled_from(Confidence),
        note=st.just("") | titles(),
        disputed=st.booleans(),
        place=st.none() | texts(),
        issued=st.none() | st.dates(),
        name=st.none() | texts(),
    )


@cache
def cells() -> st.SearchStrategy[Cell]:
    """Draw cells: dates, numbers, names, whatever stands in a table."""
    return st.builds(Cell.of, st.text(max_size=100) | st.dates().map(str))


@cache
def excerpts() -> st.SearchStrategy[Excerpt]:
    """Draw excerpts of long texts."""
    return st.builds(Excerpt.of, st.text(LETTERS, min_size=81, max_size=200))


@cache
def parts() -> st.SearchStrategy[Any]:
    """Draw values as findings carry them.

    Texts, numbers, days, moments, enums, citations, findings, lists.
    """
    moments = st.datetimes(timezones=st.none() | st.just(timezone(timedelta(hours=7))))
    decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3)
    simple = st.one_of(
        titles(),
        st.integers(),
        st.booleans(),
        st.fractions(max_denominator=10_000),
        decimals,
        st.dates(),
        moments,
        st.times(),
        st.sampled_from(Confidence),
        texts(),
        citations(),
        cells(),
        excerpts(),
    )
    return st.recursive(
        simple,
        lambda inner: st.lists(inner, max_size=3).map(tuple) | _findings(inner),
        max_leaves=4,
    )


@cache
def findings() -> st.SearchStrategy[Finding]:
    """Draw findings with reasons of the catalogue or of other applications, values of any type."""
    return _findings(parts())


def _findings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Finding]:
    return st.builds(
        Finding,
        reason=st.deferred(lambda: st.sampled_from(sorted(catalogue()))) | keys(),
        path=st.just("") | titles(),
        value=st.none() | values,
        parts=st.dictionaries(keys(), values, max_size=2).map(
            lambda named: tuple(sorted(named.items(), key=itemgetter(0)))
        ),
        severity=st.sampled_from(Severity),
    )


def records(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Draw records of a type that has no strategy of its own, with texts that files can hold.

    Fields with defaults keep them.
    """
    hints = get_type_hints(kind)
    needed = (each for each in fields(kind) if each.init and each.default is NOTHING)
    return st.builds(kind, **{each.alias: _values(hints[each.name]) for each in needed})


def _values(hint: Any) -> st.SearchStrategy[Any]:
    """Draw values of an annotation, whose texts are titles."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is str:
        return titles()
    if origin in (Union, UnionType):
        return st.one_of([_values(each) for each in inner])
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(_values(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(_values, inner))
    return st.from_type(hint)
