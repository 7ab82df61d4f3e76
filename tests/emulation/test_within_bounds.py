"""Figures known within bounds: scores and ranks against brute force over all that they allow."""

import io
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest
from attrs import evolve

from evnpubsvc.emulation import (
    Awards,
    Band,
    BandsCriterion,
    Combine,
    CountCriterion,
    Criterion,
    ExcludedRule,
    Figure,
    FigureGrid,
    FigureSpec,
    Group,
    GrowthCriterion,
    MinusCriterion,
    MinusPlusCriterion,
    Prize,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    ScoreSheet,
    ShareBand,
    SmallBase,
    Term,
    TieRule,
    UnitFigures,
    award,
    check_figures,
    explain,
    rank,
    score,
    score_all,
)
from evnpubsvc.errors import DataError
from evnpubsvc.quantities import Count, CountRange, Interval, Unknown, ZeroPolicy
from evnpubsvc.serde import FigureColumns, read_figures
from evnpubsvc.texts import Text
from tests.deep import cases

_T = Text(vi="x", en="x")
_KEYS = ("a", "b", "c", "d", "e", "f")


def _scheme(criteria: Iterable[Criterion], **fields: object) -> Scheme:
    given = tuple(criteria)
    fields = {"rounding": Rounding(places=2, at=RoundingAt.TOTAL), **fields}
    top = sum((each.maximum for each in given), Fraction(0))
    return Scheme(
        key="bounds",
        title=_T,
        maximum=top,
        groups=(Group(key="g", title=_T, maximum=top, criteria=given),),
        figures=tuple(FigureSpec(key=key, title=_T, unit="dossiers") for key in _KEYS),
        **fields,  # type: ignore[arg-type]
    )


def _criterion(draw: Random, key: str, figures: Sequence[str]) -> Criterion:
    """Draw a criterion of one of the kinds that read counts."""
    zero = draw.choice(list(ZeroPolicy))
    common: dict[str, Any] = {
        "key": key,
        "title": _T,
        "maximum": Fraction(draw.choice([5, 10, 20])),
    }
    first, second, third = figures[:3]
    # A term of one figure, or of two: their sum or the largest.
    others = (figures[3],) if draw.random() < 0.3 else ()
    part = _term(first, *others, combine=draw.choice(list(Combine)))
    kind = draw.randrange(6)
    if kind == 0:
        return RatioCriterion(
            **common,
            numerator=part,
            denominator=second,
            zero=zero,
            target=draw.choice([Fraction(1), Fraction(4, 5)]),
            above_one=draw.random() < 0.3,
            not_due=draw.choice([None, _term(third)]),
            step=draw.choice([None, common["maximum"] / 10]),
            evidence=draw.choice([None, None, third]),
        )
    if kind == 1:
        return GrowthCriterion(
            **common,
            current=part,
            earlier=second,
            per=Fraction(2),
            step=Fraction(1, 2),
            whole_steps=draw.random() < 0.5,
            small_base=SmallBase(below=3, full_from=5, otherwise=zero),
        )
    if kind == 2:
        points = [Fraction(0), common["maximum"] / 2, common["maximum"]]
        bands = zip([Fraction(0), Fraction(1, 2), Fraction(9, 10)], points, strict=True)
        return BandsCriterion(
            **common,
            numerator=part,
            denominator=second,
            zero=zero,
            places=draw.choice([None, 0]),
            bands=tuple(ShareBand(at_least=low, points=each) for low, each in bands),
        )
    if kind == 3:
        return MinusPlusCriterion(
            **common,
            per=Fraction(1),
            figure=first,
            plus=Fraction(2),
            numerator=second,
            denominator=third,
            zero=zero,
        )
    of = CountCriterion if kind == 4 else MinusCriterion
    return of(**common, per=Fraction(2), figure=first, evidence=draw.choice([None, second]))


def _term(*keys: str, combine: Combine = Combine.SUM) -> Term:
    return Term(keys, combine)


def _figures(draw: Random) -> UnitFigures:
    """Draw figures of which some are known within narrow bounds."""
    figures: dict[str, Count | CountRange] = {}
    for key in _KEYS:
        least = draw.randrange(7)
        if draw.random() < 0.5:
            figures[key] = CountRange(least, least + draw.randrange(4), "dossiers")
        else:
            figures[key] = Count(least, "dossiers")
    return UnitFigures("U", figures)


def _unit(**figures: Figure) -> UnitFigures:
    return UnitFigures("U", figures)


def _all(figures: UnitFigures) -> Iterator[UnitFigures]:
    """Yield the figures with every combination of the numbers that they allow."""
    spans: list[range] = []
    for _, figure in figures.figures:
        assert isinstance(figure, (Count, CountRange))
        assert figure.most is not None
        spans.append(range(figure.least, figure.most + 1))
    keys = [key for key, _ in figures.figures]
    for numbers in product(*spans):
        counts = {key: Count(n, "dossiers") for key, n in zip(keys, numbers, strict=True)}
        yield evolve(figures, figures=counts)


def _drawn(seed: int) -> tuple[Scheme, UnitFigures]:
    draw = Random(seed)
    figures = draw.sample(_KEYS, 6)
    criteria = [_criterion(draw, "one", figures)]
    if draw.random() < 0.5:
        shared = draw.random() < 0.3
        criteria.append(
            _criterion(
                draw, "two", figures[2:] + figures[:2] if shared else figures[3:] + figures[:1]
            )
        )
    scheme = _scheme(
        criteria,
        rounding=Rounding(places=1, at=draw.choice(list(RoundingAt))),
        excluded=draw.choice(list(ExcludedRule)),
    )
    return scheme, _figures(draw)


def test_a_score_lies_between_the_least_and_the_most_of_all_that_its_figures_allow() -> None:
    """Equal to brute force where figures are independent; else no value lies outside."""
    seen = {"exact": 0, "bound": 0, "known": 0, "unknown": 0, "refused": 0}
    for seed in range(cases(150, 5_000)):
        scheme, figures = _drawn(seed)
        sheets = [score(scheme, each) for each in _all(figures) if not check_figures(scheme, each)]
        possible = [each.total for each in sheets]
        if check_figures(scheme, figures):
            # What cannot be for each number cannot be; two criteria may also exclude each other.
            assert not possible, seed
            seen["refused"] += 1
            continue
        sheet = score(scheme, figures)
        if isinstance(sheet.total, Fraction):
            assert set(possible) <= {sheet.total}, seed
            seen["known"] += 1
        elif sheet.between is None:
            # For some of the numbers it is unknown, or a criterion leaves the sheet.
            open_ = any(isinstance(total, Unknown) for total in possible)
            leaving = {tuple(c.counted for c in each.components) for each in sheets}
            assert open_ or len(leaving) != 1, (seed, leaving)
            seen["unknown"] += 1
        else:
            totals = [total for total in possible if isinstance(total, Fraction)]
            assert len(totals) == len(possible), seed
            assert sheet.between.high is not None
            assert all(sheet.between.low <= total <= sheet.between.high for total in totals), seed
            if sheet.between.reached:
                assert (min(totals), max(totals)) == (sheet.between.low, sheet.between.high), seed
                seen["exact"] += 1
            else:
                seen["bound"] += 1
    assert min(seen.values()) > 0, seen
    assert seen["exact"] > 2 * seen["bound"], seen


def _sheet(scheme: Scheme, unit: str, least: int, most: int | None) -> ScoreSheet:
    figure = Count(least, "dossiers") if least == most else CountRange(least, most, "dossiers")
    return score(scheme, UnitFigures(unit, {"a": figure}))


_COUNTING = _scheme([CountCriterion(key="n", title=_T, maximum=100, per=1, figure="a")])


@pytest.mark.parametrize("ties", TieRule)
def test_ranks_lie_between_the_best_and_the_worst_of_all_totals(ties: TieRule) -> None:
    for seed in range(cases(20, 600)):
        draw = Random(seed)
        spans: list[tuple[int, int]] = []
        for _ in range(draw.randrange(2, 6)):
            least = draw.randrange(6)
            spans.append((least, least + draw.choice([0, 0, 1, 3])))
        units = [f"U{i}" for i in range(len(spans))]
        sheets = [_sheet(_COUNTING, u, *span) for u, span in zip(units, spans, strict=True)]
        standings = rank(sheets, ties=ties)
        table = score_all(
            evolve(_COUNTING, ties=ties),
            FigureGrid(
                scheme=evolve(_COUNTING, ties=ties),
                units=units,
                columns={"a": [a if a == b else CountRange(a, b, "dossiers") for a, b in spans]},
            ),
        )
        found: dict[str, set[int | None]] = {unit: set() for unit in units}
        for totals in product(*(range(a, b + 1) for a, b in spans)):
            exact = [_sheet(_COUNTING, u, n, n) for u, n in zip(units, totals, strict=True)]
            for place in rank(exact, ties=ties):
                found[place.sheet.unit].add(place.rank)
        for unit in units:
            place, ranks = standings[unit], {each for each in found[unit] if each is not None}
            best, worst = place.ranks or (place.rank, place.rank)
            assert best is not None
            assert worst is not None
            assert table.rank(unit) == place.rank, seed
            if ties is TieRule.DENSE:
                assert best <= min(ranks) <= max(ranks) <= worst, seed
            else:
                assert (best, worst) == (min(ranks), max(ranks)), seed


def test_a_number_without_upper_bound_ends_at_the_cap_or_at_a_named_bound() -> None:
    ratio = RatioCriterion(
        key="r", title=_T, maximum=20, numerator="a", denominator="b", zero="zero"
    )
    on_time, open_ = Count(90, "dossiers"), CountRange(100, None, "dossiers", "trên 100")
    sheet = score(_scheme([ratio]), _unit(a=on_time, b=open_))
    assert sheet.between == Interval(Fraction(0), Fraction(18), reached=False)
    # Rounded to two places, so many dossiers give no points at all.
    rounded = _scheme([ratio], rounding=Rounding(places=2, at=RoundingAt.COMPONENT))
    sheet = score(rounded, _unit(a=on_time, b=open_))
    assert sheet.between == Interval(Fraction(0), Fraction(18))
    # More dossiers than the cap asks for are worth the same.
    sheet = _sheet(_COUNTING, "U", 7_001, None)
    assert (sheet.total, sheet.between) == (Fraction(100), None)
    assert "whatever the number is" in str(explain(sheet))
    assert "dù số thực là bao nhiêu" in str(explain(sheet, "vi"))


def test_counts_that_cannot_be_together_are_findings() -> None:
    ratio = RatioCriterion(
        key="r", title=_T, maximum=20, numerator="a", denominator="b", zero="zero"
    )
    figures = _unit(a=CountRange(50, 60, "dossiers"), b=Count(40, "dossiers"))
    (found,) = check_figures(_scheme([ratio]), figures)
    assert (found.reason, found.path) == ("numerator-above-denominator", "U, r")
    # The part ends where its whole does.
    figures = _unit(a=CountRange(30, 60, "dossiers"), b=Count(40, "dossiers"))
    assert score(_scheme([ratio]), figures).between == Interval(Fraction(15), Fraction(20))


def test_a_prize_goes_to_nobody_whose_rank_is_open() -> None:
    prizes = (Prize(key="first", title=_T, places=1), Prize(key="second", title=_T, places=1))
    scheme = evolve(_COUNTING, prizes=prizes)
    sheets = [_sheet(scheme, "A", 40, 60), _sheet(scheme, "B", 50, 50), _sheet(scheme, "C", 20, 20)]
    standings = rank(sheets)
    assert [(p.sheet.unit, p.rank, p.ranks) for p in standings] == [
        ("A", None, (1, 2)), ("B", None, (1, 2)), ("C", 3, None),
    ]  # fmt: skip
    awards = award(standings)
    assert awards.given == ()
    assert [(tie.prize, tie.units) for tie in awards.ties] == [
        ("first", ("A", "B")), ("second", ("A", "B")),
    ]  # fmt: skip
    assert "1-2" in str(standings)
    assert "40.00-60.00" in str(standings)
    # Both get a prize of two places, in whatever order.
    both = award(standings, [Prize(key="first", title=_T, places=2)])
    assert [(given.unit, given.rank) for given in both.given] == [("A", None), ("B", None)]


def test_a_gate_is_reached_for_sure_by_the_least_that_a_total_can_be() -> None:
    scheme = evolve(_COUNTING, bands=(
        Band(key="low", title=_T, at_least=0, below=50), Band(key="high", title=_T, at_least=50),
    ))  # fmt: skip
    standings = rank([_sheet(scheme, "A", 40, 60)])

    def prize(**gate: Any) -> Awards:
        return award(standings, [Prize(key="first", title=_T, places=1, **gate)])

    assert [given.unit for given in prize(minimum=40).given] == ["A"]
    assert [given.unit for given in prize(band="low").given] == []
    for open_gate in ({"minimum": 41}, {"band": "high"}, {"band": "low"}):
        assert [tie.units for tie in prize(**open_gate).ties] == [("A",)]


def test_words_around_numbers_are_read_where_the_mapping_says_so() -> None:
    table = "unit,a\nA,hơn 7.000\nB,5-7\nC,khoảng 300\nD,12\nE,\n".encode()
    scheme = evolve(_COUNTING, figures=(FigureSpec(key="a", title=_T, unit="dossiers"),))
    read = read_figures(io.BytesIO(table), scheme, FigureColumns(within_bounds=True))
    assert [each["a"] for each in read.units] == [
        CountRange(7_001, None, "dossiers", "hơn 7.000"),
        CountRange(5, 7, "dossiers", "5-7"),
        Unknown("count-approximate", "a: khoảng 300"),
        Count(12, "dossiers"),
        Unknown("figure-blank", "a"),
    ]
    tolerant = FigureColumns(within_bounds=True, tolerance=Fraction(1, 10))
    assert read_figures(io.BytesIO(table), scheme, tolerant).units[2]["a"] == CountRange(
        270, 330, "dossiers", "khoảng 300"
    )
    with pytest.raises(DataError) as caught:
        read_figures(io.BytesIO(table), scheme)
    assert {found.reason for found in caught.value.findings} == {"count-in-words"}
