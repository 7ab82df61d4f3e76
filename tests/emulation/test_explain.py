"""Explanations add up exactly, in both languages, and name everything a score was made from."""

import copy
import pickle
import re
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc.emulation import (
    CountCriterion,
    DeductionCriterion,
    ExcludedRule,
    Group,
    GroupRole,
    Rounding,
    RoundingAt,
    ScoreSheet,
    Term,
    explain,
)
from evnpubsvc.emulation.results import ExplanationLine
from evnpubsvc.quantities import Unknown, ZeroPolicy
from evnpubsvc.serde import preset
from evnpubsvc.strategies import score_sheets
from evnpubsvc.texts import LANGUAGES, Language
from tests.deep import cases
from tests.emulation.samples import ratio, scheme, scored, spec, text
from tests.emulation.test_score import DAK_LAK

F = Fraction


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=cases(30, 500),
)
@given(score_sheets(), st.sampled_from(LANGUAGES))
def test_the_lines_add_up_to_the_total_exactly(sheet: ScoreSheet, lang: Language) -> None:
    explanation = explain(sheet, lang)
    assert explanation.total == sheet.total
    if isinstance(sheet.total, Fraction):
        assert (
            sum(
                (line.points for line in explanation.lines if isinstance(line.points, Fraction)),
                F(0),
            )
            == sheet.total
        )
    assert [line.key for line in explanation.lines if line.key] == [c.key for c in sheet.components]
    assert not re.search(r"\{\w+(:\w+)?\}", str(explanation))  # no part is left unfilled


def test_lines_are_the_same_before_and_after_they_are_read() -> None:
    sheet = scored(preset("qd766-dvcqg-2026").with_given("online"), DAK_LAK, "H15")
    read = explain(sheet, "vi")
    texts = [(line.text, line.basis) for line in read.lines]
    assert all(text for text, _ in texts)
    # Each way to a line comes first once, when nobody has read it yet.
    for take in (copy.copy, copy.deepcopy, evolve, _pickle):
        taken = [take(line) for line in explain(sheet, "vi").lines]
        assert [(line.text, line.basis) for line in taken] == texts
    assert explain(sheet, "vi") == read
    assert hash(explain(sheet, "vi")) == hash(read)
    assert explain(sheet, "en") != read
    with pytest.raises(AttributeError, match="ExplanationLine"):
        _ = getattr(read.lines[0], "words")  # noqa: B009 - no such field


def _pickle(line: ExplanationLine) -> ExplanationLine:
    taken: ExplanationLine = pickle.loads(pickle.dumps(line))
    return taken


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_component_of_dak_lak_is_explained(lang: Language) -> None:
    sheet = scored(preset("qd766-dvcqg-2026").with_given("online"), DAK_LAK, "H15", name="Đắk Lắk")
    explanation = explain(sheet, lang)
    assert sum(
        (line.points for line in explanation.lines if isinstance(line.points, Fraction)), F(0)
    ) == F("65.49")
    lines = {line.key: line for line in explanation.lines}
    timeliness = lines["2.1"].text
    for part in ("393", "443", "88", "17", "20"):
        assert part in timeliness
    assert {"vi": "80%", "en": "80 %"}[lang] in lines["P.b"].text  # the target
    assert all(line.basis for key, line in lines.items() if key != "online.given")  # the source
    assert ("443.565" in timeliness) is (lang == "vi")


def test_a_cut_a_rounding_and_an_empty_whole_are_said() -> None:
    under = scheme(
        ratio("a", target=F(1, 2)),
        ratio("b", numerator=Term(("x",)), denominator=Term(("y",)), zero=ZeroPolicy.FULL),
        figures=(spec("n"), spec("d"), spec("x"), spec("y")),
    )
    text = str(explain(scored(under, {"n": 2, "d": 3, "x": 0, "y": 0})))
    assert "cut at the maximum" in text
    assert "nothing arose, full points" in text
    assert "≈ 66.67 %" in text


def test_deductions_are_cut_at_the_most_that_their_group_takes() -> None:
    counted = CountCriterion(key="a", title=text("a"), maximum=F(9), per=F(1), figure="n")
    less = tuple(
        DeductionCriterion(key=key, title=text(key), maximum=F(2), per=F(1), figure=key)
        for key in ("x", "y")
    )
    groups = (
        Group(key="g", title=text("g"), maximum=F(9), criteria=(counted,)),
        Group(
            key="less",
            title=text("less"),
            maximum=F(3),
            criteria=less,
            role=GroupRole.DEDUCTION,
            cut=True,
        ),
    )
    figures = (spec("n"), spec("x"), spec("y"))
    under = scheme(counted, groups=groups, figures=figures, floor=F(0))
    # Two and two are taken, of which the group takes three: one comes back, by the cut.
    explanation = explain(scored(under, {"n": 9, "x": 2, "y": 2}))
    assert explanation.total == 6
    [cut] = [line for line in explanation.lines if line.group == "less" and not line.key]
    assert cut.points == 1
    assert "cut at the group's limit 3" in cut.text


def test_nothing_of_nothing_has_no_points_to_be_equal_to() -> None:
    sheet = scored(scheme(ratio("a", zero=ZeroPolicy.NOT_ASSESSABLE)), {"n": 0, "d": 0})
    [line] = [line for line in explain(sheet, "en").lines if line.key == "a"]
    assert isinstance(line.points, Unknown)
    assert line.text.count("/ 0: ") == 1
    assert " = " not in line.text


@pytest.mark.parametrize(
    ("at", "lines"), [(RoundingAt.COMPONENT, 2), (RoundingAt.GROUP, 3), (RoundingAt.TOTAL, 3)]
)
def test_rounding_elsewhere_is_a_line_of_its_own(at: RoundingAt, lines: int) -> None:
    under = scheme(ratio("a", maximum=F(1)), ratio("b", maximum=F(1)), rounding=Rounding(2, at))
    explanation = explain(scored(under, {"n": 1, "d": 3}))
    assert len(explanation.lines) == lines
    if lines == 3:
        assert explanation.lines[-1].points == F("0.67") - F(2, 3)
        assert explanation.lines[-1].text.startswith("rounding to 2 places: +")


def test_redistribution_is_a_line_of_its_own() -> None:
    under = scheme(
        ratio(
            "a",
            zero=ZeroPolicy.EXCLUDED,
            maximum=F(20),
            numerator=Term(("x",)),
            denominator=Term(("y",)),
        ),
        ratio("b"),
        figures=(spec("n"), spec("d"), spec("x"), spec("y")),
        excluded=ExcludedRule.REDISTRIBUTE,
    )
    explanation = explain(scored(under, {"x": 0, "y": 0, "n": 7, "d": 10}))
    assert explanation.lines[-1].points == 14
    assert "shared among the others: +14" in explanation.lines[-1].text


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "the figure was not given (n)"), ("vi", "không có số liệu (n)")]
)
def test_an_unknown_says_why(lang: Language, words: str) -> None:
    explanation = explain(scored(scheme(), {"d": 3}), lang)
    assert words in str(explanation)
    assert isinstance(explanation.total, Unknown)
