"""Pages hold all they need, show what the tables show, and run nothing that a name says."""

import io
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.realdata import real

from evnpubsvc._grid import Grid, blocks_of
from evnpubsvc.analysis import audit, rank_ranges, stability
from evnpubsvc.emulation import Standings, UnitFigures, rank, score, snapshot
from evnpubsvc.page import explanations_page, month_page, standings_page
from evnpubsvc.periods import Period
from evnpubsvc.reports import Report, fill
from evnpubsvc.serde import FigureColumns, preset, read_figures, report_form
from evnpubsvc.statistics import RegisterRow, tally
from evnpubsvc.texts.parts import printable
from evnpubsvc.worktime import vietnam_calendar

_SCHEME = preset("qd766-dvcqg-2026").only("timeliness")
_FOUR = ["dossiers_level_4", "dossiers", "procedures_level_4_used", "procedures_level_4"]
_EMPTY = {"meta", "input", "br", "rect"}
# What a browser would fetch, or run besides the script that is ours.
_OUTSIDE = re.compile(r"https?:|//|\bsrc=|\bhref=|url\(|@import|\bon\w+=", re.IGNORECASE)


class _Reader(HTMLParser):
    """Reads the tables of a page, and holds that what is opened is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, _: object) -> None:
        self.tags.add(tag)
        if tag not in _EMPTY:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in {"td", "th"}:
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data
        if self.open and self.open[-1] not in {"style", "script"}:
            self.text.append(data)


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def _standings(*given: tuple[str, int | None], name: str = "") -> Standings:
    def figures(number: int | None) -> dict[str, int]:
        known = {} if number is None else {"dossiers_on_time": number}
        return {"dossiers_received": 100, **known}

    return rank(
        score(_SCHEME, UnitFigures.for_scheme(_SCHEME, unit, figures(number), name=name))
        for unit, number in given
    )


def _report(rows: list[RegisterRow]) -> Report:
    form, month = report_form("ii-06a"), Period.parse("statutory-2022-12")
    counted = tally(rows, by=form.dimensions(), period=month, compare="date")
    return fill(form, counted, period=month)


def test_late_days_that_no_calendar_covers_are_listed_first_without_their_age() -> None:
    old, new = date(2000, 1, 1), date(2022, 12, 1)
    dimensions = (("channel", "in-person"), ("field", "x"))
    rows = [
        RegisterRow(received=day, due=day, dimensions=dimensions, code=code)
        for day, code in ((new, None), (new, None), (new, "a"), (old, "b"))
    ]
    page = _read(month_page(_report(rows), rows=rows, calendar=vietnam_calendar(), lang="en"))
    ages, late = page.tables[1:3]
    assert ages[-1] == ["not covered by the calendar", "1"]
    assert [row[0] for row in late[1:]] == ["b", "-", "-", "a"]
    # From 2 to 14 December 2022, without two weekends.
    assert [row[2] for row in late[1:]] == ["-", "9", "9", "9"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_table_is_that_of_the_terminal(lang: str) -> None:
    standings = _standings(("A", 90), ("B", 90), ("C", 40), ("D", None))
    (grid,) = [b for b in blocks_of(standings, lang) if isinstance(b, Grid)]  # type: ignore[arg-type]
    (table,) = _read(standings_page(standings, lang=lang)).tables  # type: ignore[arg-type]
    assert [row[:-1] for row in table[1:]] == [list(row) for row in grid.rows]


def test_a_first_place_within_bounds_says_them_and_no_margin() -> None:
    """Its rank is certain, its points are not: how far it is ahead nobody knows."""
    raw = b"unit,dossiers_on_time,dossiers_received\nA,90+,100\nB,50,100\nC,40,100\n"
    given = read_figures(io.BytesIO(raw), _SCHEME, FigureColumns(within_bounds=True))
    standings = rank(score(_SCHEME, unit) for unit in given.units)
    assert [place.rank for place in standings] == [1, 2, 3]
    page = " ".join(_read(standings_page(standings, lang="en")).text)
    assert "First: A, with 18.00-20.00 of 20 points." in page
    assert "2.00 points, between B and C." in page


@pytest.mark.parametrize(
    "page",
    [
        lambda: standings_page(_standings(("A", 90), ("B", None)), explained=True),
        lambda: explanations_page(_standings(("A", 90))),
        lambda: standings_page(rank([])),
        lambda: month_page(_report([]), calendar=vietnam_calendar()),
    ],
)
def test_a_page_needs_nothing_else_and_is_the_same_each_time(page: Callable[[], str]) -> None:
    text = page()
    assert text == page()
    assert _OUTSIDE.findall(re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)) == []
    _read(text)


def test_the_script_fetches_nothing_and_runs_no_text() -> None:
    page = standings_page(_standings(("A", 90)))
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    for word in ("fetch", "XMLHttpRequest", "import", "eval", "innerHTML", "Function(", "http"):
        assert word not in script


@settings(max_examples=30)
@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=80))
def test_a_name_is_shown_and_never_acted_on(name: str) -> None:
    hostile = f"<script>alert(1)</script>\"'&\u202e{name}"
    page = standings_page(_standings(("A", 90), name=hostile), lang="en", explained=True)
    read = _read(page)
    assert read.tables[0][1][2] == printable(hostile)
    assert page.count("<script>") == 1
    assert "\u202e" not in page


def test_the_longest_name_is_whole() -> None:
    page = standings_page(_standings(("A", 90), name="x" * 500))
    assert "x" * 500 in page


def test_the_verdict_comes_first_and_names_all_that_are_first() -> None:
    verdict = re.compile(r'<p class="verdict">(.*?)</p>')
    alone = standings_page(_standings(("A", 90), ("B", 80)), lang="en")
    assert verdict.findall(alone) == ["First: A, with 18.00 of 20 points, 2.00 before the next."]
    shared = standings_page(_standings(("A", 90), ("B", 90)), lang="en")
    assert verdict.findall(shared) == [
        "2 units share the first place, with 18.00 of 20 points: A, B."
    ]
    nobody = standings_page(_standings(("A", None)), lang="en")
    assert verdict.findall(nobody) == ["No unit can be ranked."]
    assert alone.index("verdict") < alone.index("<table")


def test_what_could_overturn_the_result_is_said() -> None:
    page = standings_page(
        _standings(("A", 90), ("B", 89), ("C", 50), ("D", 50), ("E", None)), lang="en"
    )
    said = "\n".join(_read(page).text)
    assert "Units without a rank, since a number is missing: 1 (E)." in said
    assert "Units that share a rank: 2 (C, D)." in said
    # 1/100 of 20 points.
    assert "The thinnest margin between neighbours: 0.20 points, between A and B." in said


def test_weights_and_moves_stand_on_the_page_where_they_are_given() -> None:
    before = _standings(("A", 80), ("B", 90), ("C", 70))
    now = _standings(("A", 90), ("B", 80), ("C", 70))
    page = standings_page(now, beside=[stability(now), audit(_SCHEME)], earlier=before, lang="en")
    tables = _read(page).tables
    assert tables[-1] == [["unit", "rank before", "rank"], ["A", "2", "1"], ["B", "1", "2"]]
    grids = [block for block in blocks_of(stability(now), "en") if isinstance(block, Grid)]
    assert [row[:2] for row in tables[1][1:]] == [list(row[:2]) for row in grids[0].rows]
    assert "No rank changed." in standings_page(now, earlier=snapshot(now), lang="en")


def test_ranks_that_are_open_stand_on_the_page_as_they_print() -> None:
    standings = rank(
        score(scheme, UnitFigures.for_scheme(scheme, unit, dict(zip(_FOUR, counts, strict=True))))
        for scheme in [preset("chau-thanh-2021")]
        for unit, counts in {"A": (90, 100, 10, 20), "B": (80, 100, 12, 20)}.items()
    )
    assert standings.scheme is not None
    ranges = rank_ranges(standings, {each.key: (10, 90) for each in standings.scheme.criteria})
    (grid,) = [block for block in blocks_of(ranges, "en") if isinstance(block, Grid)]
    page = standings_page(standings, beside=[ranges], lang="en")
    assert _read(page).tables[1][1:] == [list(row) for row in grid.rows]
    assert "Ranks that units can have" in page


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 30), st.one_of(st.none(), st.integers(0, 60))),
        max_size=8,
    )
)
def test_late_dossiers_and_their_ages_are_those_of_a_plain_count(
    drawn: list[tuple[int, int, int | None]],
) -> None:
    start, last = date(2022, 10, 20), date(2022, 12, 14)
    calendar = vietnam_calendar()
    rows: list[RegisterRow] = []
    expected: list[tuple[str, int]] = []
    for number, (begin, limit, took) in enumerate(drawn):
        received = start + timedelta(begin)
        due = received + timedelta(limit)
        finished = None if took is None else received + timedelta(took)
        rows.append(
            RegisterRow(
                received, due, finished, {"field": "x", "channel": "post"}, code=f"HS-{number:02}"
            )
        )
        # By hand: each working day after the due date, up to the end or the last day of the period.
        until = last if finished is None else min(finished, last)
        ended_before = finished is not None and finished < date(2022, 11, 15)
        days = [due + timedelta(n) for n in range(1, (until - due).days + 1)]
        if days and received <= last and not ended_before:
            expected.append((f"HS-{number:02}", sum(calendar.is_working_day(day) for day in days)))
    page = month_page(_report(rows), rows=rows, calendar=calendar, lang="en")
    tables = _read(page).tables
    shown = [(row[0], int(row[2])) for row in tables[2][1:]] if len(tables) > 2 else []
    assert sorted(shown) == sorted(expected)
    if shown:
        assert sum(int(row[1]) for row in tables[1][1:]) == len(shown)


def test_163_units_are_under_a_quarter_of_a_megabyte() -> None:
    columns = FigureColumns(
        unit="departmentCode",
        name="departmentName",
        keep=("level",),
        published_score="score",
        decimal=".",
    )
    table = read_figures(real("qd766_phu_tho_2026_08/tien_do_thang_08_2026.csv"), _SCHEME, columns)
    standings = rank((score(_SCHEME, unit) for unit in table), within="level")
    page = standings_page(standings)
    assert len(standings) == 163
    assert len(page.encode()) < 250_000
    assert len(explanations_page(standings).encode()) < 1_000_000
    read = _read(page)
    assert sum(len(rows) - 1 for rows in read.tables) == 163
    # The first of the communes, by the published score.
    best = max(
        (place.sheet for place in standings.stratum("COMMUNE")),
        key=lambda each: each.total if isinstance(each.total, Fraction) else -1,
    )
    assert best.name in "".join(read.text).split("Bảng xếp hạng")[0]


def test_without_the_extra_one_sentence_says_what_to_install() -> None:
    code = "import sys; sys.modules['htpy'] = None\nimport evnpubsvc.page"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 'pip install "evnpubsvc[page]"' in done.stderr
