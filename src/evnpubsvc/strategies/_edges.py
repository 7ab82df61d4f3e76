"""Layouts of foreign tables, and tables that hold columns.

Classes of upper rooms are handed over by Hypothesis, since strategies know no edge room.
"""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from evnpubsvc.dossiers import EventKind
from evnpubsvc.emulation import FigureGrid, ScoreTable, score_all
from evnpubsvc.services import Channel, OnlineLevel2011
from evnpubsvc.statistics import RegisterStatus
from evnpubsvc.strategies._foundation import keys, titles
from evnpubsvc.strategies._schemes import schemes, unit_figures
from evnpubsvc.strategies._statistics import tallies

_NAME: Final = st.none() | titles()


def _some(of: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(of, max_size=2, unique=True).map(tuple)


def _mapping(of: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(titles(), of, max_size=2)


def table_layouts(kind: type[Any], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw layouts of tables. Shrinks to one that leaves everything to be recognised."""
    return st.builds(
        kind,
        delimiter=st.sampled_from((None, ",", ";", "\t", "|")),
        header_row=st.none() | st.integers(1, 30),
        header_rows=st.none() | st.integers(1, 2),
        ends_with=_some(titles()),
        totals=_some(titles()),
        short_rows=st.booleans(),
        swapped_days=st.sampled_from((None, True, False)),
        sheet=_NAME,
        **more,
    )


_LIMIT: Final = st.sampled_from(("3 ngày làm việc", "10 ngày", "2 tuần", "1 tháng", "1 năm"))


def register_columns(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Draw mappings of registers."""
    return table_layouts(
        kind,
        due=_NAME,
        finished=_NAME,
        status=_NAME,
        statuses=_mapping(st.sampled_from(RegisterStatus)),
        code=_NAME,
        dimensions=st.dictionaries(keys(), titles(), max_size=2).map(
            lambda drawn: {**drawn, "procedure": "procedure"}
        ),
        terms=st.fixed_dictionaries({}, optional={"procedure": _mapping(_LIMIT)}),
        values=st.dictionaries(st.just("unit"), _mapping(titles()), max_size=1),
        whole_days=_some(st.sampled_from(("received", "due", "finished"))),
        missing=_some(titles()),
    )


def figure_columns(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Draw mappings of tables of figures."""
    return table_layouts(
        kind,
        name=_NAME,
        figures=st.dictionaries(keys(), titles(), max_size=2),
        absent=_some(keys()),
        published_score=_NAME,
    )


def log_columns(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Draw mappings of event logs."""
    return table_layouts(
        kind,
        activities=_mapping(st.sampled_from(EventKind)),
        channel=_NAME,
        channels=_mapping(st.sampled_from(Channel)),
        level=_NAME,
        levels=_mapping(st.sampled_from(OnlineLevel2011)),
        case_attributes=_some(titles()),
        event_attributes=_some(titles()),
    )


def published_columns(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Draw mappings of published tables."""
    return table_layouts(
        kind, label=titles(), columns=st.dictionaries(keys(), titles(), max_size=2), total=_NAME
    )


def tally_frames(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Draw tallies by column."""
    return tallies().map(kind.from_tally)


@st.composite
def figure_grids(draw: st.DrawFn) -> FigureGrid:
    """Draw figures by column, as columns hold them."""
    scheme = draw(schemes())
    units = st.lists(unit_figures(scheme), max_size=3, unique_by=lambda each: each.unit)
    return FigureGrid.of(scheme, draw(units))


@st.composite
def score_tables(draw: st.DrawFn) -> ScoreTable:
    """Draw scores of one to three units."""
    scheme = draw(schemes())
    units = st.lists(unit_figures(scheme), min_size=1, max_size=3, unique_by=lambda each: each.unit)
    return score_all(scheme, draw(units))
