"""Each mechanic by a hand-worked example.

Sources: C.1-C.5 of the domain notes, named where a figure is theirs.
"""

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from evnpubsvc.emulation import (
    Band,
    ChoiceCriterion,
    ChoiceItem,
    Chosen,
    Condition,
    CountCriterion,
    Criterion,
    DeductionCriterion,
    Effect,
    ExcludedRule,
    FigureSpec,
    Group,
    GroupRole,
    GrowthCriterion,
    Inapplicable,
    MinusCriterion,
    MinusPlusCriterion,
    MonitorCriterion,
    MonitorState,
    Option,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Sanction,
    Scheme,
    ScoreSheet,
    SmallBase,
    Substitute,
    Term,
    UnitFigures,
    WeightedCriterion,
    explain,
    rank,
    score,
)
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.quantities import CountUnit, Unknown, ZeroPolicy
from evnpubsvc.serde import preset
from evnpubsvc.texts import Text

F = Fraction
T = Text(vi="x", en="x")
OPEN = Rounding(2, RoundingAt.COMPONENT)


def one(
    criterion: Criterion, choices: tuple[str, ...] = (), numbers: tuple[str, ...] = (), **more: Any
) -> Scheme:
    """Return a scheme of one criterion.

    Its figures count dossiers unless they are choices or numbers.
    """
    keys = dict.fromkeys(key for term in criterion.terms for key in term.figures)
    figures = tuple(
        FigureSpec(
            key=k,
            title=T,
            choice=k in choices,
            unit=None if k in (*choices, *numbers) else CountUnit.DOSSIERS,
        )
        for k in keys
    )
    group = Group(key="g", title=T, maximum=criterion.maximum, criteria=(criterion,))
    return Scheme(
        key="s",
        title=T,
        maximum=criterion.maximum,
        rounding=OPEN,
        groups=(group,),
        figures=figures,
        **more,
    )


def points(criterion: Criterion, choices: tuple[str, ...] = (), **figures: Any) -> F | Unknown:
    scheme = one(criterion, choices)
    return score(scheme, UnitFigures.for_scheme(scheme, "U", figures)).total


def component_of(criterion: Criterion, **figures: Any) -> Any:
    scheme = one(criterion)
    return score(scheme, UnitFigures.for_scheme(scheme, "U", figures))["c"]


def ratio(**more: Any) -> RatioCriterion:
    given: dict[str, Any] = {"maximum": F(10), "zero": ZeroPolicy.ZERO}
    return RatioCriterion(
        key="c", title=T, numerator=Term(("n",)), denominator=Term(("d",)), **(given | more)
    )


# C.4: "max x n/d, rounded to the nearest 0.25; d counts only what has fallen due"


def test_ratio_rounds_to_the_nearest_quarter() -> None:
    assert points(ratio(step=F(1, 4)), n=2, d=3) == F("6.75")  # 6.667
    assert points(ratio(step=F(1, 4)), n=1, d=3) == F("3.25")  # 3.333
    assert points(ratio(step=F(1, 4)), n=5, d=16) == F("3.25")  # 3.125 lies half way, up
    assert points(ratio(), n=2, d=3) == F("6.67")


def test_only_what_has_fallen_due_counts() -> None:
    due = ratio(not_due=Term(("w",)), zero=ZeroPolicy.FULL)
    assert points(due, n=6, d=10, w=2) == F("7.5")
    assert points(due, n=0, d=4, w=4) == 10  # nothing fell due: full points when nothing arose
    impossible: list[dict[str, Any]] = [{"n": 9, "d": 10, "w": 2}, {"n": 0, "d": 3, "w": 4}]
    for wrong in impossible:
        with pytest.raises(
            DataError, match=r"numerator-above-denominator|not-due-above-denominator"
        ):
            points(due, **wrong)


@pytest.mark.parametrize(("policy", "worth"), [("full", 10), ("zero", 0)])
def test_when_nothing_arose(policy: str, worth: int) -> None:
    """Legal-access sheet: no petition in the year gives the full 2."""
    assert points(ratio(zero=ZeroPolicy(policy)), n=0, d=0) == worth


def test_minus() -> None:
    reports = MinusCriterion(key="c", title=T, maximum=F(10), per=F(3), figure="late")
    assert [points(reports, late=n) for n in (0, 1, 3, 4)] == [10, 7, 1, 0]


def test_minus_plus() -> None:
    """`max(0, max - per x count) + quality% x plus`: 20 - 2 x 5 = 10 and 3/4 of 10."""
    item = MinusPlusCriterion(
        key="c",
        title=T,
        maximum=F(30),
        per=F(5),
        figure="missed",
        plus=F(10),
        numerator=Term(("good",)),
        denominator=Term(("all",)),
        zero=ZeroPolicy.ZERO,
    )
    assert points(item, missed=2, good=3, all=4) == F("17.5")
    assert points(item, missed=9, good=4, all=4) == 10  # the base stops at zero, quality stays
    assert points(item, missed=0, good=0, all=0) == 20
    assert points(evolve(item, zero=ZeroPolicy.NOT_ASSESSABLE), missed=0, good=0, all=0) == Unknown(
        "not-assessable", "c"
    )
    assert isinstance(points(item, missed=0, good=1), Unknown)
    # The sheet says by which policy nothing was divided, and only there.
    assert component_of(item, missed=0, good=0, all=0).zero is ZeroPolicy.ZERO
    assert component_of(item, missed=0, good=0, all=1).zero is None


def test_count_up_to_a_cap() -> None:
    """C.4 illustrative sheet: 0.5 per item, cap 10, 12 items give 6.00."""
    news = CountCriterion(key="c", title=T, maximum=F(10), per=F(1, 2), figure="items")
    assert [points(news, items=n) for n in (0, 12, 20, 21)] == [0, 6, 10, 10]


def growth(**more: Any) -> GrowthCriterion:
    given: dict[str, Any] = {
        "maximum": F(10),
        "per": F(2),
        "step": F(1, 2),
        "whole_steps": True,
        "small_base": SmallBase(below=100, full_from=100, otherwise=ZeroPolicy.ZERO),
    }
    return GrowthCriterion(
        key="c", title=T, current=Term(("now",)), earlier=Term(("then",)), **(given | more)
    )


def test_growth() -> None:
    """2 points per +50 %, cap 10.

    30 to 7,000 is the seed: the base is too small to compare with.
    """
    assert points(growth(), then=200, now=250) == 0  # +25 %: no whole step
    assert points(growth(), then=200, now=300) == 2
    assert points(growth(), then=200, now=499) == 4
    assert points(growth(), then=200, now=10_000) == 10
    assert points(growth(), then=200, now=100) == 0  # shrinking never goes below zero
    assert points(growth(whole_steps=False), then=200, now=250) == 1
    assert points(growth(), then=30, now=7_000) == 10
    assert points(growth(), then=30, now=99) == 0
    assert points(growth(), then=100, now=150) == 2  # the smallest base that is not too small
    assert points(growth(), then=0, now=100) == 10  # nothing is divided by zero
    undecided = SmallBase(below=100, full_from=100, otherwise=ZeroPolicy.NOT_ASSESSABLE)
    assert points(growth(small_base=undecided), then=30, now=99) == Unknown("not-assessable", "c")


def choice() -> ChoiceCriterion:
    def option(key: str, worth: int | F, *, voids: bool = False) -> Option:
        return Option(key=key, title=T, points=F(worth), voids=voids)

    first = ChoiceItem(
        figure="a", options=(option("good", 6), option("poor", 3), option("none", 0))
    )
    second = ChoiceItem(figure="b", options=(option("held", 4), option("not-held", 0, voids=True)))
    return ChoiceCriterion(key="c", title=T, maximum=F(10), items=(first, second))


def test_choice_and_the_zero_item() -> None:
    both = ("a", "b")
    assert points(choice(), both, a="poor", b="held") == 7
    assert (
        points(choice(), both, a="good", b="not-held") == 0
    )  # the zero item kills the whole criterion
    assert points(choice(), both, a="none", b="held") == 4  # a plain zero does not
    assert points(choice(), both, b="not-held") == 0  # whatever is blank beside it
    assert points(choice(), both, b="held") == Unknown("figure-absent", "a")
    with pytest.raises(DataError, match="option-unknown"):
        points(choice(), both, a="excellent", b="held")


def test_choice_may_cost_points() -> None:
    """Legal-access sheet: failure to organise gives 0 and -0.25."""
    options = (
        Option(key="held", title=T, points=F(2)),
        Option(key="not", title=T, points=F(-1, 4)),
    )
    item = ChoiceCriterion(
        key="c", title=T, maximum=F(2), items=(ChoiceItem(figure="a", options=options),)
    )
    with pytest.raises(DataError, match="total-without-floor"):
        one(item, ("a",))
    scheme = one(item, ("a",), floor=F(-1, 4))
    assert score(scheme, UnitFigures.for_scheme(scheme, "U", {"a": "not"})).total == F(-1, 4)


def test_evidence_gate() -> None:
    item = CountCriterion(
        key="c", title=T, maximum=F(10), per=F(5), figure="models", evidence="papers"
    )
    assert points(item, models=2, papers=1) == 10
    assert points(item, models=2, papers=0) == 0
    assert points(item, models=0) == 0  # nothing claimed needs no evidence
    assert points(item, models=2) == Unknown("figure-absent", "papers")
    scheme = one(item)
    sheet = score(scheme, UnitFigures.for_scheme(scheme, "U", {"models": 2, "papers": 0}))
    assert sheet["c"].flags == ("evidence-absent",)
    assert "no evidence" in str(explain(sheet))


def test_monitored_and_undetermined() -> None:
    """Three states of a maximum: a number, monitored only, undetermined.

    The last two never enter a sum.
    """
    shown = [
        MonitorCriterion(
            key=state.value, title=T, state=state, numerator=Term(("n",)), denominator=Term(("d",))
        )
        for state in MonitorState
    ]
    base = one(ratio())
    scheme = evolve(base, groups=(evolve(base.groups[0], criteria=(ratio(), *shown)),))
    sheet = score(scheme, UnitFigures.for_scheme(scheme, "U", {"n": 1, "d": 2}))
    assert (sheet.total, sheet.maximum) == (F(5), F(10))
    assert sheet["monitor-only"].points == Unknown("monitor-only", "monitor-only")
    assert (sheet["undetermined"].numerator, sheet["undetermined"].denominator) == (1, 2)
    assert rank([sheet]).places[0].rank == 1
    assert "1 / 2: only monitored" in str(explain(sheet))


def test_a_monitor_without_denominator_shows_its_count() -> None:
    shown = MonitorCriterion(
        key="m", title=T, state=MonitorState.MONITOR_ONLY, numerator=Term(("n",))
    )
    base = one(ratio())
    scheme = evolve(base, groups=(evolve(base.groups[0], criteria=(ratio(), shown)),))
    sheet = score(scheme, UnitFigures.for_scheme(scheme, "U", {"n": 1, "d": 2}))
    part = sheet["m"]
    assert part.value == 1
    assert part.numerator is None
    assert part.denominator is None
    assert part.points == Unknown("monitor-only", "m")
    assert "1: only monitored" in str(explain(sheet))
    unknown = score(scheme, UnitFigures.for_scheme(scheme, "U", {"d": 2}))["m"]
    assert (unknown.value, unknown.points) == (None, Unknown("monitor-only", "m"))


def test_substitute_denominator_keeps_its_flag() -> None:
    """766, 1.4: last year's total / 12 for a month; none at all gives 0.

    Both are flagged, and null is not 0.
    """
    scheme = preset("qd766-dvcqg-2026-month").only("publicity")
    figures: dict[str, Any] = {
        "procedures_published_in_period": 1,
        "procedures_published_on_time": 1,
        "procedures_updated_on_time": 1,
        "procedures_made_public": 1,
        "procedures_complete": 1,
        "dossiers_synchronised": 50,
    }

    def component(**more: int) -> Any:
        return score(scheme, UnitFigures.for_scheme(scheme, "U", figures | more))["1.4"]

    known = component(dossiers_in_national_report=100, dossiers_on_portal=80)
    assert (known.points, known.flags) == (3, ())
    stood_in = component(dossiers_last_year=1_200)
    assert (stood_in.points, stood_in.flags) == (3, ("TEMP_NATIONAL_REPORT_DENOMINATOR",))
    nothing = component()
    assert (nothing.points, nothing.flags) == (0, ("NO_NATIONAL_REPORT_DATA",))
    half = component(
        dossiers_on_portal=80, dossiers_last_year=1_200
    )  # one source has figures: the rule is silent
    assert half.points == Unknown("figure-absent", "dossiers_in_national_report")
    sheet = score(
        scheme, UnitFigures.for_scheme(scheme, "U", figures | {"dossiers_last_year": 1_200})
    )
    assert "50 / (1,200 / 12) dossiers = 50.00 %" in str(explain(sheet))
    assert "[TEMP_NATIONAL_REPORT_DENOMINATOR]" in str(explain(sheet, "vi"))


def test_flags_of_the_source_stay_with_the_number() -> None:
    scheme = one(ratio())
    figures = UnitFigures.for_scheme(
        scheme, "U", {"n": 1, "d": 2}, flags={"d": "TEMP", "other": "X"}
    )
    assert score(scheme, figures)["c"].flags == ("TEMP",)


@pytest.mark.parametrize(
    ("award", "excluded", "total", "maximum", "ranked"),
    [
        ("full", "reduce", F(15), F(20), True),
        ("zero", "reduce", F(5), F(20), True),
        ("excluded", "reduce", F(5), F(10), False),
        ("excluded", "redistribute", F(10), F(20), True),
    ],
)
def test_inapplicable(award: str, excluded: str, total: F, maximum: F, ranked: bool) -> None:
    """Full marks, nothing, taken out of the maximum, shared among the others."""
    base = one(ratio())
    other = evolve(ratio(), key="other")
    rule = Inapplicable(
        attribute="level", values=("COMMUNE",), criteria=("other",), award=ZeroPolicy(award)
    )
    scheme = evolve(
        base,
        maximum=F(20),
        groups=(evolve(base.groups[0], maximum=F(20), criteria=(ratio(), other)),),
        inapplicable=(rule,),
        excluded=ExcludedRule(excluded),
    )
    commune = UnitFigures.for_scheme(scheme, "U", {"n": 1, "d": 2}, attributes={"level": "COMMUNE"})
    sheet = score(scheme, commune)
    assert (sheet.total, sheet.maximum) == (total, maximum)
    assert (rank([sheet]).places[0].rank is not None) == ranked
    assert sheet["other"].flags == ("inapplicable",)
    department = evolve(commune, attributes={"level": "PROVINCE"})
    assert score(scheme, department).total == 10


def test_illustrative_sheet_gives_88_75() -> None:
    """C.4, commune X: 40 + 12 + 10 + 19.75 + 6 + 2 - 1 by hand."""
    scheme = preset("dvctt-illustrative")
    figures = {
        "dossiers_online": 7_000,
        "dossiers_all_channels": 8_000,
        "services_with_dossiers": 18,
        "services": 60,
        "dossiers_online_before": 30,
        "dossiers_on_time": 7_900,
        "dossiers_handled": 8_000,
        "publicity_items": 12,
        "new_models": 1,
        "overdue_without_apology": 1,
    }
    sheet = score(scheme, UnitFigures.for_scheme(scheme, "X", figures))
    assert [c.points for c in sheet.components] == [40, 12, 10, F("19.75"), 6, 2, -1]
    assert sheet.total == F("88.75")


NINE = ["early", "early", "2", "1", "2", "2", "2", "1", "1"]


@pytest.mark.parametrize(
    ("first_two", "total", "band"),
    [(("early", "early"), 15, "xuat-sac"), (("late", "late"), 11, "kha")],
)
def test_nine_indicators_of_2018(first_two: tuple[str, str], total: int, band: str) -> None:
    """B.1: 2+2+2+1+2+2+2+1+1 = 15, Xuất sắc (a dashboard that tests "> 15" says Yếu).

    One late dossier: 11, Khá.
    """
    scheme = preset("nd61-2018")
    chosen = {f"indicator_{i}": option for i, option in enumerate([*first_two, *NINE[2:]], 1)}
    sheet = score(scheme, UnitFigures.for_scheme(scheme, "dossier", chosen))
    assert sheet.total == total
    assert sheet.band is not None
    assert sheet.band.key == band


def test_nine_indicators_end_with_june_2025() -> None:
    from datetime import date

    scheme = preset("nd61-2018")
    assert scheme.applies_on(date(2025, 6, 30))
    assert not scheme.applies_on(date(2025, 7, 1))


def test_rubrics_are_user_tables() -> None:
    options = tuple(
        Option(key=k, title=T, points=F(p)) for k, p in (("once", 2), ("twice", 1), ("more", 0))
    )
    scheme = preset("nd61-2018").with_criterion(
        "3", items=(ChoiceItem(figure="indicator_3", options=options),)
    )
    chosen = {f"indicator_{i}": option for i, option in enumerate(NINE, 1)} | {
        "indicator_3": "twice"
    }
    assert score(scheme, UnitFigures.for_scheme(scheme, "dossier", chosen)).total == 14
    with pytest.raises(MisuseError, match="field-unknown"):
        scheme.with_criterion("3", weight=3)


@pytest.mark.parametrize(
    ("dossiers", "procedures", "reason"),
    [
        ((60, 100), (5, 10), None),
        ((59, 100), (5, 10), Unknown("gate-not-met", "level-4-share")),
        ((60, 100), (4, 10), Unknown("gate-not-met", "level-4-procedures")),
        ((60, 100), (0, 0), Unknown("gate-undecided", "level-4-procedures")),
    ],
)
def test_chau_thanh_gates(
    dossiers: tuple[int, int], procedures: tuple[int, int], reason: Unknown | None
) -> None:
    """C.4: at least 60 % of dossiers at level 4 and at least 50 % of procedures with dossiers,
    both inclusive.
    """
    scheme = preset("chau-thanh-2021").with_zero_policy(ZeroPolicy.ZERO)
    names = ("dossiers_level_4", "dossiers", "procedures_level_4_used", "procedures_level_4")
    sheet = score(
        scheme,
        UnitFigures.for_scheme(
            scheme, "U", dict(zip(names, (*dossiers, *procedures), strict=True))
        ),
    )
    assert sheet.barred == reason
    place = rank([sheet]).places[0]
    assert (place.rank, place.reason) == ((1, None) if reason is None else (None, reason))
    assert ("not ranked" in str(explain(sheet))) == (reason is not None)


COUNCILS = preset("people-councils-illustrative")
BEST: dict[str, Any] = {
    "session_documents": "all",
    "sessions_held": "all",
    "petitions": 10,
    "petitions_not_due": 2,
    "petitions_handled": 8,
    "late_reports": 0,
    "supervisions_missed": 0,
    "supervisions": 4,
    "supervisions_good": 4,
    "innovations": 4,
    "innovation_documents": 4,
    "models_recognised": 2,
    "press_items": 9,
    "wrong_documents": 0,
    "overdue_without_apology": 0,
    "officials_disciplined": 0,
    "serious_complaints": 0,
    "dishonest_evidence": 0,
    "registrations": 1,
}


def council(**changes: Any) -> ScoreSheet:
    figures = UnitFigures.for_scheme(COUNCILS, "U", BEST | changes, attributes={"cluster": "A"})
    return score(COUNCILS, figures)


def band(**changes: Any) -> str | None:
    found = council(**changes).band
    return None if found is None else found.key


def test_bonus_is_cut_and_the_total_limited() -> None:
    """8 + 5 bonus points under a cap of 10, and 0 to 110."""
    best = council()
    assert best.group("bonus").points == 10
    assert best.total == 110
    assert council(models_recognised=1, press_items=1).group("bonus").points == 5
    lines = [line.text for line in explain(best).lines]
    assert "cut at the group's limit 10: -3" in lines


def test_deductions_are_capped_each() -> None:
    """-0.5 a document up to -3, -1 a dossier up to -6."""
    sheet = council(wrong_documents=100, overdue_without_apology=4)
    assert [c.points for c in sheet.group("deductions").components] == [-3, -4]
    assert sheet.total == 103


@pytest.mark.parametrize(
    ("changes", "given"),
    [
        ({}, "xuat-sac"),
        (
            {"innovations": 2, "innovation_documents": 1},
            "tot",
        ),  # 100 points, and 10 of 20 in innovation
        ({"innovations": 3, "innovation_documents": 1}, "xuat-sac"),  # 15 of 20 is enough
        ({"models_recognised": 0}, "tot"),  # no recognised model
        ({"models_recognised": 1}, "xuat-sac"),
    ],
)
def test_conditions_on_the_top_grade(changes: dict[str, Any], given: str) -> None:
    assert band(**changes) == given


@pytest.mark.parametrize(
    ("changes", "given"),
    [
        ({"officials_disciplined": 1}, "tot"),  # no top grade
        ({"serious_complaints": 1}, "kha"),  # not above Khá
        ({"dishonest_evidence": 1}, "tot"),  # one grade down
        ({"dishonest_evidence": 2}, "yeu"),  # repeated: lowest
        ({"officials_disciplined": 1, "dishonest_evidence": 1}, "kha"),  # Tốt, then one down
        ({"serious_complaints": 1, "dishonest_evidence": 1}, "trung-binh"),  # Khá, then one down
    ],
)
def test_sanctions_in_their_order(changes: dict[str, Any], given: str) -> None:
    assert band(**changes) == given


def test_the_order_of_sanctions_matters_and_is_declared() -> None:
    """One down, then not above Khá: Khá. Not above Khá, then one down: Trung bình."""
    not_above, one_down = COUNCILS.sanctions[1], COUNCILS.sanctions[2]
    both = BEST | {"serious_complaints": 1, "dishonest_evidence": 1}
    for order, given in (((not_above, one_down), "trung-binh"), ((one_down, not_above), "kha")):
        scheme = evolve(COUNCILS, sanctions=order)
        sheet = score(
            scheme, UnitFigures.for_scheme(scheme, "U", both, attributes={"cluster": "A"})
        )
        assert sheet.grade is not None
        assert sheet.grade.band == given
        assert [step.effect for step in sheet.grade.steps] == [
            sanction.effect.value for sanction in order
        ]


def test_a_grade_that_cannot_be_decided_stays_open() -> None:
    figures = {key: value for key, value in BEST.items() if key != "dishonest_evidence"}
    sheet = score(
        COUNCILS, UnitFigures.for_scheme(COUNCILS, "U", figures, attributes={"cluster": "A"})
    )
    assert sheet.total == 110
    assert sheet.grade is not None
    assert sheet.grade.band is None
    assert sheet.band is None
    assert "cannot be decided" in str(explain(sheet))


def test_exclusion() -> None:
    sheet = council(registrations=0)
    assert sheet.total == 110  # still shown
    assert sheet.barred == Unknown("exclusion", "not-registered")
    assert rank([sheet]).places[0].rank is None


def test_conditions_over_nothing() -> None:
    """The zero policy of a ratio says whether a gate over nothing is met."""
    base = one(ratio())
    figures = UnitFigures.for_scheme(base, "U", {"n": 0, "d": 0})
    expected = {
        ZeroPolicy.FULL: (None, Unknown("exclusion", "k")),
        ZeroPolicy.ZERO: (Unknown("gate-not-met", "k"), None),
        ZeroPolicy.EXCLUDED: (None, None),
        ZeroPolicy.NOT_ASSESSABLE: (Unknown("gate-undecided", "k"), Unknown("gate-undecided", "k")),
    }
    for zero, (gate, exclusion) in expected.items():
        rule = Condition(
            key="k",
            title=T,
            numerator=Term(("n",)),
            denominator=Term(("d",)),
            zero=zero,
            above=F(1, 2),
        )
        assert score(evolve(base, gates=(rule,)), figures).barred == gate
        assert score(evolve(base, exclusions=(rule,)), figures).barred == exclusion


def test_bounds() -> None:
    for bound, met in (("at_least", True), ("above", False), ("at_most", True), ("below", False)):
        given: dict[str, Any] = {bound: F(5)}
        assert Condition(key="k", title=T, figure="f", **given).holds(F(5)) is met
    with pytest.raises(DataError, match="condition-impossible"):
        Condition(key="k", title=T, figure="f", at_least=F(5), below=F(5))


@pytest.mark.parametrize(("total", "key"), [(0, "low"), (49, "low"), (50, "high"), (100, "high")])
def test_bands_are_half_open(total: int, key: str) -> None:
    bands = (
        Band(key="high", title=T, at_least=F(50)),
        Band(key="low", title=T, at_least=F(0), below=F(50)),
    )
    weighted = WeightedCriterion(key="c", title=T, maximum=F(100), figure="v")
    scheme = one(weighted, numbers=("v",), bands=bands)
    sheet = score(scheme, UnitFigures.for_scheme(scheme, "U", {"v": F(total, 100)}))
    assert sheet.band is not None
    assert sheet.band.key == key


@pytest.mark.parametrize(
    ("at", "total"), [("component", F("0.68")), ("group", F("0.67")), ("total", F("0.67"))]
)
def test_where_it_is_rounded(at: str, total: F) -> None:
    """1/3 + 1/3 rounded each to two places makes 0.66.

    Halves make the difference here: 0.335 + 0.335.
    """
    base = one(evolve(ratio(), maximum=F(1)))
    pair = tuple(evolve(base.groups[0].criteria[0], key=key) for key in ("a", "b"))
    scheme = evolve(
        base,
        maximum=F(2),
        groups=(evolve(base.groups[0], maximum=F(2), criteria=pair),),
        rounding=Rounding(2, RoundingAt(at)),
    )
    assert score(scheme, UnitFigures.for_scheme(scheme, "U", {"n": 335, "d": 1000})).total == total


def test_choices_are_no_counts() -> None:
    scheme = one(choice(), ("a", "b"))
    for wrong in ({"a": 3}, {"a": F(1, 2)}):
        with pytest.raises(DataError, match="figure-not-a-choice"):
            score(scheme, UnitFigures("U", wrong))
    counted = one(ratio())
    with pytest.raises(DataError, match="figure-is-a-choice"):
        score(counted, UnitFigures("U", {"n": Chosen("x")}))


def test_reduced_scheme_keeps_what_still_means_something() -> None:
    part = COUNCILS.only("sessions", "bonus")
    assert (part.maximum, part.ceiling, part.floor, part.tie_break) == (
        F(30),
        F(40),
        None,
        ("bonus",),
    )
    assert (part.quota, part.sanctions, part.bands) == (None, (), ())


def test_deductions_alone_are_no_scheme() -> None:
    item = DeductionCriterion(key="c", title=T, maximum=F(5), per=F(1), figure="n")
    with pytest.raises(DataError, match="criterion-in-wrong-group"):
        one(item)
    group = Group(key="g", title=T, maximum=F(5), criteria=(item,), role=GroupRole.DEDUCTION)
    figures = (FigureSpec(key="n", title=T, unit=CountUnit.EVENTS),)
    with pytest.raises(DataError):
        Scheme(key="s", title=T, maximum=F(5), rounding=OPEN, groups=(group,), figures=figures)


def test_records_refuse_nonsense() -> None:
    rule = Condition(key="k", title=T, figure="f", at_least=F(1))
    with pytest.raises(DataError, match="sanction-band"):
        Sanction(when=rule, effect=Effect.NOT_ABOVE)
    with pytest.raises(DataError, match="number-negative"):
        SmallBase(below=1, full_from=-1, otherwise=ZeroPolicy.ZERO)
    with pytest.raises(DataError, match="not-exact"):
        MinusCriterion(key="c", title=T, maximum=F(1), per=0.5, figure="n")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="number-not-positive"):
        Substitute(term=Term(("a",)), divisor=0, flag="f")
    with pytest.raises(DataError, match="monitored-with-points"):
        MonitorCriterion(
            key="c", title=T, maximum=F(4), state=MonitorState.UNDETERMINED, numerator=Term(("n",))
        )
    with pytest.raises(DataError, match="choice-without-items"):
        ChoiceCriterion(key="c", title=T, maximum=F(4), items=())
    with pytest.raises(DataError, match="rule-empty"):
        Inapplicable(attribute="level", values=(), criteria=("c",), award=ZeroPolicy.FULL)


READINGS = {
    "qd766-dvcqg-2026": "3.34",
    "qd766-dvcqg-2026-papers-80": "4",
}


@pytest.mark.parametrize(("name", "worth"), READINGS.items())
def test_two_readings_of_digitised_papers(name: str, worth: str) -> None:
    """A.3 [X]: 490/587 gave 3.34 in live data; the specification gives full points from 80 %."""
    scheme = preset(name)
    part = score(
        scheme,
        UnitFigures.for_scheme(scheme, "U", {"dossiers_digitised": 490, "dossiers_received": 587}),
    )
    assert part["4.2"].points == F(worth)


def test_two_readings_of_no_petitions() -> None:
    """A.3 [X]: live data give 6 and 6; the metric text shares the points.

    5.4 alone: 400/500 / 0.9 x 6 = 5.33 of 6.
    """
    figures = {"petitions": 0, "petitions_on_time": 0, "petitions_satisfied": 0}
    figures |= {"dossiers_satisfied": 400, "dossiers_received": 500}
    live, shared = (
        preset(name).only("satisfaction")
        for name in ("qd766-dvcqg-2026", "qd766-dvcqg-2026-petitions-shared")
    )
    assert score(live, UnitFigures.for_scheme(live, "U", figures)).total == F("17.33")
    assert score(shared, UnitFigures.for_scheme(shared, "U", figures)).total == F(
        "15.99"
    )  # 5.33 x 18 / 6


def test_communes_get_the_maximum_for_what_does_not_apply() -> None:
    scheme = preset("qd766-dvcqg-2026-communes")
    figures = UnitFigures.for_scheme(scheme, "U", {}, attributes={"level": "COMMUNE"})
    assert score(scheme, figures)["4.5a"].points == 2
    assert isinstance(
        score(scheme, evolve(figures, attributes={"level": "PROVINCE"}))["4.5a"].points, Unknown
    )
