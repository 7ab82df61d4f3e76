"""Assistance figures.

By hand, months that add up to the year, unknown that stays unknown, cells that stay hidden.
"""

from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.emulation import UnitFigures
from evnpubsvc.errors import MisuseError
from evnpubsvc.outreach import (
    AssistanceFigures,
    AssistanceSession,
    AssistanceStep,
    Barrier,
    Filing,
    publish_table,
    tally_assistance,
)
from evnpubsvc.quantities import Count, CountUnit, Unknown
from evnpubsvc.strategies._outreach import assistance_figures

Record: Any = AssistanceFigures  # for arguments that no typed caller gives
Lone: Any = Filing
count: Any = tally_assistance
YEAR: dict[str, Any] = {"first": date(2022, 1, 1), "last": date(2022, 12, 31)}
FEW = st.sampled_from(["a1", "a2", "a3"])
DAYS = st.dates(date(2021, 12, 1), date(2023, 1, 31))
SESSIONS = st.lists(
    st.builds(
        AssistanceSession, DAYS, applicant=st.none() | FEW,
        hamlet=st.none() | st.sampled_from(["h1", "h2"]),
        minutes=st.none() | st.integers(0, 60),
        steps=st.none() | st.lists(st.sampled_from(AssistanceStep), unique=True).map(tuple),
        barriers=st.none() | st.lists(st.sampled_from(Barrier), unique=True).map(tuple),
    ),
    max_size=12,
)  # fmt: skip
FILINGS = st.lists(
    st.builds(Filing, DAYS, applicant=st.none() | FEW, assisted=st.none() | st.booleans()),
    max_size=12,
)


def test_a_log_by_hand() -> None:
    log = [
        AssistanceSession(date(2022, 5, 4), applicant="a1", hamlet="h1", minutes=20,
                          steps=(AssistanceStep.ACCOUNT, AssistanceStep.SUBMITTED),
                          barriers=(Barrier.NO_DEVICE, Barrier.HABIT)),
        AssistanceSession(date(2022, 5, 4), applicant="a1", hamlet="h1", minutes=10, steps=(),
            barriers=()),
        AssistanceSession(date(2022, 5, 6), applicant="a2", hamlet="h1"),
        AssistanceSession(date(2022, 5, 9), hamlet="h1"),
        AssistanceSession(date(2023, 5, 9), applicant="a9"),
    ]  # fmt: skip
    filed = [
        Filing(
            date(2022, 5, 4), applicant="a1", assisted=True
        ),  # the day of help itself: not later
        Filing(date(2022, 6, 1), applicant="a1", assisted=False),
        Filing(date(2022, 7, 1), applicant="a1", assisted=False),
        Filing(date(2022, 7, 2), applicant="a2", assisted=True),
        Filing(date(2022, 7, 3), applicant="a3", assisted=False),  # never helped
    ]
    figures = tally_assistance(log, filed, hamlets=["h1", "h2"], **YEAR)
    assert (figures.sessions, figures.first_time, figures.repeat, figures.visits_unknown) == (
        4,
        2,
        1,
        1,
    )
    assert figures.self_service() == Fraction(3, 5)
    assert (figures.later_alone, figures.later_assisted, figures.became_independent) == (2, 1, 1)
    assert figures.fading() == Fraction(2, 3)
    assert figures.coverage() == Fraction(1, 2)
    assert figures.mean_minutes() == 15
    assert dict(figures.barriers)["habit"] == 1
    assert (figures.barriers_none, figures.barriers_unknown, figures.steps_unknown) == (1, 2, 2)
    counts = figures.figures()
    assert counts["filings_alone"] == Count(3, CountUnit.DOSSIERS)
    assert counts["applicants_first_time"] == Unknown(
        "applicant-not-recorded", "applicants_first_time"
    )
    assert counts["hamlets_reached"] == Count(1, CountUnit.UNITS)
    assert UnitFigures("20971", counts)["filings"] == Count(5, CountUnit.DOSSIERS)


@given(SESSIONS, FILINGS)
def test_months_add_up_to_the_year(sessions: Any, filings: Any) -> None:
    year = tally_assistance(sessions, filings, hamlets=["h1"], **YEAR)
    months = AssistanceFigures()
    for month in range(1, 13):
        last = date(2022 + month // 12, month % 12 + 1, 1).toordinal() - 1
        months += tally_assistance(
            sessions,
            filings,
            first=date(2022, month, 1),
            last=date.fromordinal(last),
            hamlets=["h1"],
        )
    assert months == year


@given(SESSIONS, FILINGS, st.randoms(use_true_random=False))
def test_figures_against_a_plain_recount_in_any_order(
    sessions: Any, filings: Any, random: Any
) -> None:
    figures = tally_assistance(sessions, filings, **YEAR)
    shuffled, refiled = sessions[:], filings[:]
    random.shuffle(shuffled)
    random.shuffle(refiled)
    assert tally_assistance(shuffled, refiled, **YEAR) == figures

    def inside(day: Any) -> Any:
        return day.year == 2022

    helps = [(s.applicant, s.day) for s in sessions] + [
        (f.applicant, f.day) for f in filings if f.assisted
    ]
    later = [
        f
        for f in filings
        if f.applicant and inside(f.day) and any(w == f.applicant and d < f.day for w, d in helps)
    ]
    assert figures.later_alone == sum(f.assisted is False for f in later)
    assert figures.later_assisted == sum(f.assisted is True for f in later)
    assert figures.sessions == sum(inside(s.day) for s in sessions)
    firsts = {
        s.applicant: min(o.day for o in sessions if o.applicant == s.applicant)
        for s in sessions
        if s.applicant
    }
    assert figures.first_time == sum(inside(day) for day in firsts.values())
    alone = {
        f.applicant: min(
            o.day for o in filings if o.applicant == f.applicant and o.assisted is False
        )
        for f in filings
        if f.applicant and f.assisted is False
    }
    assert figures.became_independent == sum(
        inside(day) and any(w == who and d < day for w, d in helps) for who, day in alone.items()
    )


@given(assistance_figures(), assistance_figures(), assistance_figures())
def test_figures_merge_in_any_order(a: Any, b: Any, c: Any) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + AssistanceFigures() == a
    assert a.__add__(1) is NotImplemented


def reason(value: Any) -> Any:
    assert isinstance(value, Unknown)
    return value.reason


def test_what_is_not_known_is_not_zero() -> None:
    none = AssistanceFigures()
    assert reason(none.self_service()) == reason(none.self_service_bounds()) == "nothing-filed"
    assert reason(none.fading()) == "nobody-came-again"
    assert reason(none.coverage()) == reason(none.figures()["hamlets"]) == "no-hamlets-listed"
    assert reason(none.mean_minutes()) == "minutes-not-recorded"
    some = AssistanceFigures(alone=3, assisted=1, filings_unknown=1)
    assert (
        reason(some.self_service())
        == reason(some.figures()["filings_alone"])
        == "assistance-not-recorded"
    )
    assert some.self_service_bounds() == (Fraction(3, 5), Fraction(4, 5))
    assert reason(AssistanceFigures(filings_untraced=1).fading()) == "applicant-not-recorded"
    later = AssistanceFigures(later_unknown=1, later_alone=2)
    assert (
        reason(later.fading())
        == reason(later.figures()["filings_later_alone"])
        == "assistance-not-recorded"
    )
    # Somebody whose reference is missing may be one who came alone at last.
    untraced = AssistanceFigures(alone=2, filings_untraced=1, became_independent=1)
    assert reason(untraced.figures()["became_independent"]) == "applicant-not-recorded"
    assert AssistanceFigures(alone=2, became_independent=1).figures()["became_independent"] == (
        Count(1, CountUnit.PEOPLE)
    )
    assert later.figures()["filings_later"] == Count(3, CountUnit.DOSSIERS)
    places = Record(hamlets={"h1": 2, "h2": 0}, hamlets_unknown=1)
    assert (
        reason(places.coverage())
        == reason(places.figures()["hamlets_reached"])
        == "hamlet-not-recorded"
    )
    assert Record(hamlets={"h1": 2}, hamlets_unknown=1).coverage() == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda: count([], first=date(2022, 2, 1), last=date(2022, 1, 1)),
        lambda: count([1], **YEAR),
        lambda: count([], [1], **YEAR),
        lambda: count([], hamlets=["Thôn Một"], **YEAR),
        lambda: Record(sessions=-1),
        lambda: Record(steps=7),
        lambda: Record(steps=[("a",)]),
        lambda: Record(steps=[("a", 1), ("a", 2)]),
        lambda: Record(steps={"a": -1}),
        lambda: AssistanceSession(date(2022, 1, 1), barriers=(Barrier.HABIT, Barrier.HABIT)),
        lambda: AssistanceSession(date(2022, 1, 1), minutes=True),
        lambda: Lone(date(2022, 1, 1), assisted=1),
        lambda: Lone(date(2022, 1, 1), applicant="Trần Thị B"),
        lambda: publish_table({"a": 1}, threshold=2),
        lambda: publish_table({"a": 1}, threshold=0),
        lambda: publish_table({"a": -1}, threshold=3),
    ],
)
def test_misuse_is_refused(call: Any) -> None:
    with pytest.raises(MisuseError):
        call()


@pytest.mark.parametrize("threshold", [3, 4, 5])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_nobody_who_knows_the_rule_can_conclude_a_suppressed_cell(
    threshold: Any, size: Any
) -> None:
    """Every table is tried; those that are published alike must differ in every suppressed cell."""
    alike: dict[Any, list[tuple[int, ...]]] = {}
    for cells in product(range(threshold + 4), repeat=size):
        table = publish_table(zip("abc", cells, strict=False), threshold=threshold)
        alike.setdefault((table.cells, table.total), []).append(cells)
        for key, number in zip("abc", cells, strict=False):
            hidden = 0 < number < threshold
            assert table[key] == (Unknown("cell-suppressed", key) if hidden else number)
    for (published, total), tables in alike.items():
        for place, (_, number) in enumerate(published):
            if number is None:
                assert len({cells[place] for cells in tables}) > 1
        hidden_sums = {sum(n for n in cells if 0 < n < threshold) for cells in tables}
        assert total is None or not any(0 < s < threshold for s in hidden_sums)


def test_a_table_without_small_cells_is_published_whole() -> None:
    table = publish_table({"a": 0, "b": 9}, threshold=5)
    assert (table.cells, table.total) == ((("a", 0), ("b", 9)), 9)
    assert publish_table({"a": 1}, threshold=1).total == 1
