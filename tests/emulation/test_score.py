"""Scoring: worked examples with their source, and the properties that make a score honest."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from evnpubsvc.emulation import (
    ExcludedRule,
    FigureSpec,
    PointsCriterion,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    ScoreSheet,
    Term,
    UnitFigures,
    WeightedCriterion,
    check_figures,
    score,
)
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.quantities import Count, CountUnit, Unknown, ZeroPolicy, round_half_up
from evnpubsvc.serde import preset
from evnpubsvc.strategies import schemes, score_sheets, unit_figures
from tests.deep import cases
from tests.emulation.samples import ratio, scheme, scored, spec, text

F = Fraction
PLAIN = schemes(kinds=(RatioCriterion, PointsCriterion, WeightedCriterion), rules=False)
_slow = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=cases(20, 500),
)


# --- worked examples: index 766, scoring-and-emulation.md A.4 (portal, Đắk Lắk 2026 up to 10/10;
# total 65.49) ---

DAK_LAK = {
    "procedures_published_in_period": 82, "procedures_published_on_time": 0,
    "procedures_updated_on_time": 79,
    "procedures_made_public": 79, "procedures_complete": 79, "dossiers_synchronised": 370_610,
    "dossiers_in_national_report": 370_610, "dossiers_on_portal": 370_610,
    "dossiers_received": 443_565,
    "dossiers_on_time": 393_087, "online_points": F("8.97"), "dossiers_with_obligation": 204_757,
    "dossiers_paid_online": 179_460, "procedures_with_fee": 376, "procedures_payable_online": 160,
    "procedures_with_transactions": 56, "dossiers_with_electronic_result": 284_995,
    "dossiers_digitised": 93_664,
    "communes_certifying_electronically": 0, "communes": 0, "dossiers_reusing_data": 82_645,
    "dossiers_in_personal_store": 9_499, "procedures_for_citizen_data": 1_346,
    "procedures_linked_to_citizen_data": 380, "dossiers_using_citizen_data": 279_339,
    "petitions": 485,
    "petitions_on_time": 241, "petitions_satisfied": 186, "dossiers_satisfied": 392_869,
}  # fmt: skip
LINES = {
    "1.1": "0.00", "1.2": "3.85", "1.3": "2.00", "1.4": "6.00", "2.1": "17.72",
    "online.given": "8.97", "P.a": "5.26",
    "P.b": "1.06", "P.c": "0.37", "4.1": "3.86", "4.2": "0.84", "4.2c": "2.00", "4.3": "0.47",
    "4.4": "0.09",
    "4.5a": "0.56", "4.5b": "1.26", "5.2": "2.98", "5.3": "2.30", "5.4": "5.90",
}  # fmt: skip
GROUPS = {
    "publicity": "11.85", "timeliness": "17.72", "online": "8.97", "payment": "6.69",
    "digitisation": "9.08",
    "satisfaction": "11.18",
}  # fmt: skip


@pytest.fixture(scope="module")
def dak_lak() -> ScoreSheet:
    return scored(preset("qd766-dvcqg-2026").with_given("online"), DAK_LAK, "H15", name="Đắk Lắk")


def test_every_published_line_of_dak_lak_is_reproduced(dak_lak: ScoreSheet) -> None:
    assert {c.key: c.points for c in dak_lak.components} == {
        key: F(points) for key, points in LINES.items()
    }


def test_group_totals_and_total_of_dak_lak(dak_lak: ScoreSheet) -> None:
    assert {g.key: g.points for g in dak_lak.groups} == {
        key: F(points) for key, points in GROUPS.items()
    }
    assert dak_lak.total == F("65.49")
    assert dak_lak.maximum == 100
    assert dak_lak.band is not None
    assert dak_lak.band.title.vi == "Trung bình"  # shown so on a dashboard, section A.5


def test_rounding_only_the_total_would_give_another_figure(dak_lak: ScoreSheet) -> None:
    # Section A.3: 5.90 + 2.98 + 2.30 = 11.18, while rounding the exact sum gives 11.19.
    exact = sum(
        (
            c.exact
            for c in dak_lak.group("satisfaction").components
            if isinstance(c.exact, Fraction)
        ),
        F(0),
    )
    assert round_half_up(exact, 2) == F("11.19")
    assert dak_lak.group("satisfaction").points == F("11.18")


@pytest.mark.parametrize(
    ("figures", "lines", "total"),
    [
        # qd766_phu_tho_2026_08/README.md: August 2026, published 8.83; 8.83 = 2 + 0.8252 + 6
        ((56, 31, 21, 1_968, 406, 152_595, 150_956), ("2", "0.83", "6"), "8.83"),
        # the same file and section A.4: 26/9/2026, published 8.56
        ((89, 31, 21, 1_881, 518, 600_057, 591_643), ("1.46", "1.10", "6"), "8.56"),
    ],
)
def test_both_published_online_vectors(
    figures: tuple[int, ...], lines: tuple[str, ...], total: str
) -> None:
    keys = (
        "procedures_under_authority",
        "procedures_partly_online",
        "procedures_fully_online",
        "online_services",
        "online_services_with_dossiers",
        "dossiers_all_channels",
        "dossiers_online",
    )
    sheet = scored(preset("qd766-dvcqg-2026").only("online"), dict(zip(keys, figures, strict=True)))
    assert [c.points for c in sheet.components] == [F(line) for line in lines]
    assert sheet.total == F(total)
    assert sheet["3.c"].capped


@pytest.mark.parametrize(
    ("key", "n", "d", "points"),
    [
        ("2.1", 579, 587, "19.73"),
        ("4.1", 492, 587, "5.03"),
        ("4.3", 585, 587, "2.00"),
        ("4.2", 490, 587, "3.34"),
    ],
)
def test_the_department_of_section_a4(key: str, n: int, d: int, points: str) -> None:
    index = preset("qd766-dvcqg-2026")
    criterion = index.criterion(key)
    assert isinstance(criterion, RatioCriterion)
    single = scheme(
        criterion,
        figures=tuple(
            s
            for s in index.figures
            if s.key in {criterion.numerator.figures[0], "dossiers_received"}
        ),
    )
    figures = {criterion.numerator.figures[0]: n, "dossiers_received": d}
    assert scored(single, figures).total == F(points)


def test_the_payment_group_of_phu_tho() -> None:
    # Province row of August 2026, published 6.25. The two procedure counts 56 and 93 are added, so
    # which is which does not matter for the sum.
    sheet = scored(
        preset("qd766-dvcqg-2026").only("payment"),
        {"dossiers_paid_online": 82_913, "dossiers_with_obligation": 98_459,
            "procedures_with_fee": 310,
         "procedures_payable_online": 56, "procedures_with_transactions": 93},
    )  # fmt: skip
    assert sheet.total == F("6.25")


# --- the arithmetic, piece by piece ---


@pytest.mark.parametrize(
    ("zero", "points", "maximum"),
    [
        (ZeroPolicy.FULL, F(10), 10),
        (ZeroPolicy.ZERO, F(0), 10),
        (ZeroPolicy.NOT_ASSESSABLE, Unknown("not-assessable", "c"), 10),
    ],
)
def test_zero_policies(zero: ZeroPolicy, points: object, maximum: int) -> None:
    sheet = scored(scheme(ratio(zero=zero)), {"n": 0, "d": 0})
    assert sheet["c"].points == points
    assert sheet.total == points
    assert sheet.maximum == maximum
    assert sheet["c"].zero is zero


def test_an_excluded_criterion_takes_its_maximum_along_or_is_redistributed() -> None:
    # 7 of 10 on what remains; by hand: 7.00 of 10, or 7 x 30 / 10 = 21.00 of 30.
    criteria = (
        ratio(
            "a",
            zero=ZeroPolicy.EXCLUDED,
            maximum=F(20),
            numerator=Term(("x",)),
            denominator=Term(("y",)),
        ),
        ratio("b"),
    )
    figures = (spec("n"), spec("d"), spec("x"), spec("y"))
    counts = {"x": 0, "y": 0, "n": 7, "d": 10}
    reduced = scored(scheme(*criteria, figures=figures), counts)
    assert (reduced.total, reduced.maximum) == (F(7), F(10))
    assert reduced["a"].excluded
    shared = scored(scheme(*criteria, figures=figures, excluded=ExcludedRule.REDISTRIBUTE), counts)
    assert (shared.total, shared.maximum) == (F(21), F(30))


def test_a_sheet_with_nothing_left_has_no_total() -> None:
    sheet = scored(scheme(ratio(zero=ZeroPolicy.EXCLUDED)), {"n": 0, "d": 0})
    assert sheet.total == Unknown("nothing-assessable")


def test_just_below_a_target_there_is_no_cliff() -> None:
    # H.3: 0.79 against a target of 0.80, two points: 1.975, not 0.
    sheet = scored(
        scheme(ratio(maximum=F(2), target=F("0.80")), rounding=Rounding(3, RoundingAt.COMPONENT)),
        {"n": 79, "d": 100},
    )
    assert sheet.total == F("1.975")


def test_the_largest_of_two_registers_is_the_denominator() -> None:
    under = scheme(
        ratio(
            denominator=Term(
                ("d", "e"), combine=preset("qd766-dvcqg-2026").criterion("1.4").terms[1].combine
            )
        ),
        figures=(spec("n"), spec("d"), spec("e")),
    )
    assert scored(under, {"n": 5, "d": 8, "e": 10}).total == 5


def test_missing_is_not_zero() -> None:
    # H.7: a missing overdue count was read as 0 % overdue.
    for figures in ({"d": 10}, {"d": 10, "n": Unknown("figure-blank", "n")}):
        sheet = scored(scheme(), figures)
        assert isinstance(sheet.total, Unknown)
        assert sheet.total.about == "n"


def test_given_points_and_weighted_values() -> None:
    under = scheme(
        PointsCriterion(key="p", title=text("p"), maximum=F(12), figure="points"),
        WeightedCriterion(
            key="w", title=text("w"), maximum=F(15), figure="value", full_scale=F(10)
        ),
        figures=(spec("points", None), spec("value", None)),
    )
    assert scored(under, {"points": F("8.97"), "value": F("6.4")}).total == F("8.97") + F("9.6")


@pytest.mark.parametrize(
    ("at", "total"),
    [(RoundingAt.COMPONENT, "0.66"), (RoundingAt.GROUP, "0.67"), (RoundingAt.TOTAL, "0.67")],
)
def test_where_a_scheme_rounds_is_its_own_choice(at: RoundingAt, total: str) -> None:
    # Two thirds of a point in halves of a third: 0.33 + 0.33, or 2/3.
    under = scheme(ratio("a", maximum=F(1)), ratio("b", maximum=F(1)), rounding=Rounding(2, at))
    assert scored(under, {"n": 1, "d": 3}).total == F(total)


# --- what is refused ---


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        (
            {"n": Count(3, CountUnit.DOSSIERS), "d": Count(2, CountUnit.DOSSIERS)},
            "numerator-above-denominator",
        ),
        ({"n": Count(1, CountUnit.PROCEDURES), "d": Count(2, CountUnit.DOSSIERS)}, "unit-mismatch"),
        ({"n": F(1, 2), "d": Count(2, CountUnit.DOSSIERS)}, "figure-not-a-count"),
    ],
)
def test_figures_that_cannot_be_are_findings(figures: dict[str, object], reason: str) -> None:
    given_figures = UnitFigures("U", figures)  # type: ignore[arg-type]
    with pytest.raises(DataError) as caught:
        score(scheme(), given_figures)
    assert [f.reason for f in caught.value.findings] == [reason]
    assert check_figures(scheme(), given_figures) == caught.value.findings


def test_points_outside_their_scale_and_counts_for_points_are_findings() -> None:
    under = scheme(
        PointsCriterion(key="p", title=text("p"), maximum=F(12), figure="points"),
        WeightedCriterion(
            key="w", title=text("w"), maximum=F(15), figure="value", full_scale=F(10)
        ),
        figures=(spec("points", None), spec("value", None)),
    )
    found = check_figures(under, UnitFigures("U", {"points": F("12.01"), "value": F("-0.1")}))
    assert [(f.reason, f.value) for f in found] == [
        ("value-out-of-scale", F("12.01")),
        ("value-out-of-scale", F("-0.1")),
    ]
    found = check_figures(under, UnitFigures("U", {"points": Count(3, CountUnit.DOSSIERS)}))
    assert [f.reason for f in found] == ["figure-is-a-count"]


@pytest.mark.parametrize("wrong", [0.5, "1", None, True])
def test_floats_and_texts_are_no_figures(wrong: object) -> None:
    with pytest.raises(MisuseError, match="figure-of-wrong-type"):
        UnitFigures("U", {"n": wrong})  # type: ignore[arg-type]


def test_misspelt_figures_are_refused_by_name() -> None:
    with pytest.raises(UnknownNameError, match="figure-unknown"):
        scored(scheme(), {"nn": 1})
    with pytest.raises(MisuseError, match="count-negative"):
        scored(scheme(), {"n": -1})
    with pytest.raises(MisuseError, match="count-not-whole"):
        scored(scheme(), {"n": F(1, 2)})
    with pytest.raises(MisuseError, match="figure-twice"):
        UnitFigures("U", [("n", 1), ("n", 2)])


# --- properties ---


@_slow
@given(score_sheets(PLAIN))
def test_no_points_above_their_maximum_nor_below_zero(sheet: ScoreSheet) -> None:
    for component in sheet.components:
        if isinstance(component.exact, Fraction):
            assert 0 <= component.exact <= sheet.scheme.criterion(component.key).maximum
    if isinstance(sheet.total, Fraction) and sheet.scheme.rounding.at is RoundingAt.TOTAL:
        assert 0 <= sheet.total <= round_half_up(sheet.maximum, sheet.scheme.rounding.places)


@_slow
@given(st.data())
def test_raising_a_numerator_never_lowers_a_score(data: st.DataObject) -> None:
    under = data.draw(PLAIN)
    figures = data.draw(unit_figures(under, complete=True))
    ratios = [c for c in under.criteria if isinstance(c, RatioCriterion)]
    assume(ratios)
    raised = dict(figures.figures)
    key = data.draw(st.sampled_from(ratios)).numerator.figures[0]
    raised[key] = Count(figures[key].value + data.draw(st.integers(1, 5)), figures[key].unit)  # type: ignore[union-attr]
    better = UnitFigures("U", raised)
    assume(not check_figures(under, better))
    before, after = score(under, figures).total, score(under, better).total
    assert isinstance(before, Unknown) is isinstance(after, Unknown)
    if isinstance(before, Fraction) and isinstance(after, Fraction):
        assert after >= before


@_slow
@given(st.data())
def test_a_naive_oracle_agrees(data: st.DataObject) -> None:
    """Written from the formula of section A.3, `min(max, max (n/d) / target)`, without any of
    the library's parts.
    """
    under = data.draw(
        schemes(
            kinds=(RatioCriterion,),
            rules=False,
            rounding=st.builds(Rounding, st.integers(0, 3), st.just(RoundingAt.COMPONENT)),
        )
    )
    figures = data.draw(unit_figures(under, complete=True))
    sheet = score(under, figures)
    for criterion in under.criteria:
        got = sheet[criterion.key]
        assert isinstance(criterion, RatioCriterion)
        # Those without what the formula does not speak of.
        if criterion.step or criterion.not_due or criterion.evidence:
            continue
        n_values = [figures[key].value for key in criterion.numerator.figures]  # type: ignore[union-attr]
        d_values = [figures[key].value for key in criterion.denominator.figures]  # type: ignore[union-attr]
        n = max(n_values) if criterion.numerator.combine.value == "largest" else sum(n_values)
        d = max(d_values) if criterion.denominator.combine.value == "largest" else sum(d_values)
        if d == 0:
            continue
        points = criterion.maximum * Fraction(n, d) / criterion.target
        points = min(points, criterion.maximum)
        scale = 10**under.rounding.places
        floor = (points * scale).__floor__()
        expected = Fraction(floor + (1 if points * scale - floor >= Fraction(1, 2) else 0), scale)
        assert got.points == expected


@_slow
@given(st.data())
def test_a_score_depends_on_the_units_own_figures_only(data: st.DataObject) -> None:
    under = data.draw(schemes())
    figures = data.draw(unit_figures(under))
    shuffled = UnitFigures(
        figures.unit,
        data.draw(st.permutations(figures.figures)),
        figures.name,
        figures.attributes,
        figures.published,
    )
    assert score(under, shuffled) == score(under, figures)


@_slow
@given(schemes(rules=False), st.data())
def test_one_group_alone_scores_as_it_does_in_the_whole(under: Scheme, data: st.DataObject) -> None:
    figures = data.draw(unit_figures(under))
    group = data.draw(st.sampled_from(under.groups))
    whole, alone = score(under, figures), score(under.only(group.key), figures)
    assert alone.groups[0] == whole.group(group.key)


def test_a_group_that_is_not_there_is_named() -> None:
    index = preset("qd766-dvcqg-2026")
    for reduce in (index.only, index.with_given):
        with pytest.raises(UnknownNameError, match="group-unknown"):
            reduce("nope")
    with pytest.raises(UnknownNameError, match="criterion-unknown"):
        preset("qd766-dvcqg-2026").criterion("9.9")
    with pytest.raises(UnknownNameError, match="preset-unknown"):
        preset("nope")


@pytest.mark.parametrize(
    ("group", "figures", "published"),
    [
        # Phú Thọ: no procedure was published in the period, 1.3 is 1.96 of 2, 1.4 is 6 of 6.
        (
            "publicity",
            {
                "procedures_made_public": 100,
                "procedures_complete": 98,
                "dossiers_synchronised": 7,
                "dossiers_in_national_report": 7,
            },
            "7.96",
        ),
        # H44.01: no dossier was received; certified copies do not apply to it and are full.
        ("digitisation", {"procedures_for_citizen_data": 12}, "2"),
    ],
)
def test_totals_over_nothing_are_those_that_the_portal_publishes(
    group: str, figures: dict[str, int], published: str
) -> None:
    index = preset("qd766-dvcqg-2026").only(group)
    given = dict.fromkeys(index.figure_specs, 0) | figures
    assert scored(index, given).total == Fraction(published)


def test_a_policy_of_ones_own_for_what_no_rule_is_known() -> None:
    index = preset("qd766-dvcqg-2026").only("online")
    nothing = dict.fromkeys(index.figure_specs, 0)
    assert scored(index, nothing).total == Unknown("not-assessable", "3.a")
    assert scored(index.with_zero_policy(ZeroPolicy.ZERO), nothing).total == 0
    partly = index.with_zero_policy(ZeroPolicy.FULL, "3.a")
    assert scored(partly, nothing).total == Unknown("not-assessable", "3.b")
    with pytest.raises(UnknownNameError):
        index.with_zero_policy(ZeroPolicy.FULL, "2.1")


def test_a_sheet_answers_by_key_and_names_what_it_has(dak_lak: ScoreSheet) -> None:
    with pytest.raises(UnknownNameError, match="criterion-unknown"):
        dak_lak["9.9"]
    with pytest.raises(UnknownNameError, match="group-unknown"):
        dak_lak.group("nope")


def test_figure_spec_keys_are_keys() -> None:
    with pytest.raises(MisuseError, match="key-malformed"):
        FigureSpec(key="số hồ sơ", title=text("x"))


def test_figures_come_as_any_frame_library_gives_them() -> None:
    from decimal import Decimal

    scheme = preset("qd766-dvcqg-2026").only("timeliness")

    def made(value: object) -> object:
        given: dict[str, object] = {"dossiers_on_time": value}
        return UnitFigures.for_scheme(scheme, "A", given)["dossiers_on_time"]  # type: ignore[arg-type]

    for whole in (9, 9.0, Decimal(9), Fraction(9)):
        assert made(whole) == Count(9, CountUnit.DOSSIERS)
    for missing in (None, float("nan"), Decimal("NaN")):
        assert made(missing) == Unknown("figure-blank", "dossiers_on_time")
    for wrong in (True, "9", "x", 9.5, float("inf"), [9], b"9"):
        with pytest.raises(MisuseError, match="figure-of-wrong-type"):
            made(wrong)
    with pytest.raises(MisuseError, match="count-not-whole"):
        made(Decimal("9.5"))
