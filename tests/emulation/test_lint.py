"""The linter: every seeded mutant of a sound scheme is caught, the sound one is clean, nothing
makes it raise.
"""

import copy
import io
import re
import tomllib
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc._tables import packaged_text
from evnpubsvc.emulation import Condition, RatioCriterion, Scheme, Stated, Term, lint
from evnpubsvc.errors import DataError
from evnpubsvc.findings import violations
from evnpubsvc.quantities import ZeroPolicy
from evnpubsvc.serde import lint_scheme, preset, preset_names, read_scheme
from evnpubsvc.serde._schemes import _built_or_findings
from evnpubsvc.strategies import schemes
from evnpubsvc.texts import Text
from tests.deep import cases

SOUND = tomllib.loads(
    packaged_text("emulation/presets/people-councils-illustrative.toml"), parse_float=Fraction
)
GROWTH = tomllib.loads(
    packaged_text("emulation/presets/dvctt-illustrative.toml"), parse_float=Fraction
)
Document = dict[str, Any]


def criterion(document: Document, key: str) -> Document:
    return next(c for g in document["groups"] for c in g["criteria"] if c["key"] == key)


def group(document: Document, key: str) -> Document:
    return next(g for g in document["groups"] if g["key"] == key)


def figure(document: Document, key: str) -> Document:
    return next(f for f in document["figures"] if f["key"] == key)


def put(where: Callable[[Document], Document], /, **changes: Any) -> Callable[[Document], object]:
    def mutate(document: Document) -> None:
        where(document).update(changes)

    return mutate


def crit(of: str, /, **changes: Any) -> Callable[[Document], object]:
    return put(lambda d: criterion(d, of), **changes)


def drop(where: Callable[[Document], Any], name: Any) -> Callable[[Document], object]:
    def mutate(document: Document) -> None:
        del where(document)[name]

    return mutate


def whole(d: Document) -> Document:
    return d


# what was done to the sound scheme, how, and the reason code that must come out of it
MUTANTS: list[tuple[str, Callable[[Document], object], str]] = [
    ("a criterion grew", crit("G1", maximum=25), "group-parts-do-not-add-up"),
    ("a group grew", put(lambda d: group(d, "sessions"), maximum=31), "groups-do-not-add-up"),
    ("the scheme shrank", put(whole, maximum=99), "groups-do-not-add-up"),
    (
        "13 bonus points under a cap of 10",
        drop(lambda d: group(d, "bonus"), "cut"),
        "group-parts-do-not-add-up",
    ),
    (
        "a cut that cuts nothing",
        put(lambda d: group(d, "innovation"), cut=True),
        "cut-without-effect",
    ),
    (
        "capped at 3, elsewhere 6",
        crit("D1", stated=[{"where": "note", "maximum": 6}]),
        "maximum-stated-differently",
    ),
    (
        "column -5 beside 'at most -10'",
        crit("D2", note={"vi": "trừ tối đa −10 điểm", "en": "at most −10 points"}),
        "text-states-other-maximum",
    ),
    (
        "condition without threshold",
        drop(lambda d: d["bands"][0]["conditions"][0], "at_least"),
        "condition-without-threshold",
    ),
    (
        "gate without threshold",
        drop(lambda d: d["exclusions"][0], "at_most"),
        "condition-without-threshold",
    ),
    (
        "condition without subject",
        drop(lambda d: d["bands"][0]["conditions"][1], "figure"),
        "condition-without-subject",
    ),
    (
        "condition that nothing meets",
        put(lambda d: d["bands"][0]["conditions"][0], below=Fraction(1, 10)),
        "condition-impossible",
    ),
    (
        "share above the whole",
        put(lambda d: d["bands"][0]["conditions"][0], at_least=60),
        "condition-unreachable",
    ),
    (
        "condition that all meet",
        put(lambda d: d["bands"][0]["conditions"][0], at_least=0),
        "condition-always-met",
    ),
    (
        "condition on an unknown group",
        put(lambda d: d["bands"][0]["conditions"][0], points="inovation"),
        "criterion-unknown",
    ),
    (
        "declared item never scored",
        lambda d: d["figures"].append(
            {"key": "spare", "title": {"vi": "x", "en": "x"}, "unit": "events"}
        ),
        "figure-unused",
    ),
    (
        "item with points taken out",
        lambda d: group(d, "supervision")["criteria"].pop(),
        "group-parts-do-not-add-up",
    ),
    ("figure misspelt", crit("G1", figure="late_report"), "figure-unknown"),
    (
        "figure not declared",
        lambda d: d["figures"].remove(figure(d, "press_items")),
        "figure-unknown",
    ),
    (
        "units mixed in a ratio",
        put(lambda d: figure(d, "petitions_handled"), unit="documents"),
        "unit-mismatch",
    ),
    ("count without unit", drop(lambda d: figure(d, "late_reports"), "unit"), "figure-not-a-count"),
    (
        "choice declared a count",
        put(lambda d: figure(d, "sessions_held"), unit="events", choice=False),
        "figure-not-a-choice",
    ),
    (
        "choice with a unit",
        put(lambda d: figure(d, "sessions_held"), unit="events"),
        "choice-with-unit",
    ),
    ("bands overlap", put(lambda d: d["bands"][1], below=95), "bands-overlap"),
    ("bands leave a gap", put(lambda d: d["bands"][1], below=89), "bands-gap"),
    ("lowest band starts late", put(lambda d: d["bands"][4], at_least=10), "bands-gap"),
    ("grade out of reach", put(lambda d: d["bands"][0], at_least=111), "band-unreachable"),
    ("two bands of one key", put(lambda d: d["bands"][1], key="kha"), "key-twice"),
    (
        "condition on the lowest band",
        lambda d: d["bands"][4].update(conditions=d["bands"][0]["conditions"]),
        "lowest-band-with-condition",
    ),
    ("two criteria of one key", crit("G1", key="S1"), "key-twice"),
    (
        "two figures of one key",
        put(lambda d: figure(d, "press_items"), key="petitions"),
        "key-twice",
    ),
    ("weight zero", crit("G1", maximum=0), "number-not-positive"),
    ("nothing per event", crit("B2", per=0), "number-not-positive"),
    ("one event takes more than all", crit("D1", per=4), "per-above-maximum"),
    (
        "options do not reach the maximum",
        lambda d: criterion(d, "S1")["items"].pop(),
        "options-do-not-add-up",
    ),
    (
        "options all equal",
        lambda d: [
            o.update(points=4, voids=False) for o in criterion(d, "S1")["items"][1]["options"]
        ],
        "options-all-equal",
    ),
    (
        "voiding option with points",
        lambda d: criterion(d, "S1")["items"][1]["options"][1].update(points=1),
        "voiding-with-points",
    ),
    ("one option", lambda d: criterion(d, "S1")["items"][1]["options"].pop(), "options-too-few"),
    (
        "two options of one key",
        lambda d: criterion(d, "S1")["items"][0]["options"][1].update(key="all"),
        "key-twice",
    ),
    ("step finer than the rounding", crit("S2", step=Fraction(1, 400)), "step-lost-in-rounding"),
    ("maximum off the step", crit("S2", step=Fraction(3, 10)), "maximum-off-step"),
    ("ratio of a figure to itself", crit("S2", numerator="petitions"), "ratio-of-itself"),
    ("a part must exceed its whole", crit("S2", target=Fraction(3, 2)), "target-unreachable"),
    ("quality points above the maximum", crit("G2", plus=30), "plus-above-maximum"),
    ("no floor under deductions", drop(whole, "floor"), "total-without-floor"),
    ("no ceiling over a bonus", drop(whole, "ceiling"), "total-without-ceiling"),
    ("ceiling below the maximum", put(whole, ceiling=95), "ceiling-below-maximum"),
    ("ceiling that nobody reaches", put(whole, ceiling=120), "ceiling-without-effect"),
    ("floor that nobody reaches", put(whole, floor=-50), "floor-without-effect"),
    ("floor above ceiling", put(whole, floor=111), "limits-reversed"),
    (
        "deduction among the points",
        lambda d: group(d, "sessions")["criteria"].append(group(d, "deductions")["criteria"].pop()),
        "criterion-in-wrong-group",
    ),
    ("sanction to an unknown grade", put(lambda d: d["sanctions"][1], band="gioi"), "band-unknown"),
    (
        "sanction that forbids nothing",
        put(lambda d: d["sanctions"][1], band="xuat-sac"),
        "sanction-without-effect",
    ),
    (
        "sanction with a needless grade",
        put(lambda d: d["sanctions"][0], band="kha"),
        "sanction-band",
    ),
    ("quota on the lowest grade", put(lambda d: d["quota"], band="yeu"), "quota-on-lowest-band"),
    ("quota of everybody", put(lambda d: d["quota"], share=1), "quota-share-out-of-range"),
    ("quota of an unknown grade", put(lambda d: d["quota"], band="gioi"), "band-unknown"),
    ("quota without rounding", drop(lambda d: d["quota"], "rounding"), "key-missing"),
    ("prize out of reach", put(lambda d: d["prizes"][0], minimum=111), "prize-unreachable"),
    (
        "second prize dearer than the first",
        put(lambda d: d["prizes"][1], minimum=95),
        "prizes-out-of-order",
    ),
    ("prize without places", put(lambda d: d["prizes"][0], places=0), "number-not-positive"),
    ("two prizes of one key", put(lambda d: d["prizes"][1], key="nhat"), "key-twice"),
    (
        "tie chain by an unknown group",
        put(whole, tie_break=["bonus", "inovation"]),
        "criterion-unknown",
    ),
    ("tie chain in a circle", put(whole, tie_break=["bonus", "bonus"]), "tie-break-twice"),
    (
        "a bad thing declared good",
        put(lambda d: figure(d, "late_reports"), better="higher"),
        "direction-contradicts",
    ),
    ("kind unknown", crit("G1", kind="minuss"), "criterion-kind-unknown"),
    ("field unknown", crit("G1", maximun=20), "key-unknown"),
    ("group emptied", put(lambda d: group(d, "innovation"), criteria=[]), "group-without-criteria"),
    ("maximum a float text", crit("G1", maximum="twenty"), "value-of-wrong-type"),
    (
        "validity reversed",
        put(whole, validity={"since": "2026-02-01", "until": "2026-01-01"}),
        "last-before-first",
    ),
    (
        "inapplicable without a decision",
        put(
            whole,
            inapplicable=[
                {
                    "attribute": "level",
                    "values": ["x"],
                    "criteria": ["G1"],
                    "award": "not-assessable",
                }
            ],
        ),
        "award-not-decided",
    ),
    (
        "points that rounding swallows",
        crit("B1", maximum=Fraction(1, 1000), per=Fraction(1, 1000)),
        "points-lost-in-rounding",
    ),
    ("no groups at all", put(whole, groups=[]), "scheme-without-groups"),
    (
        "an alias that is another figure",
        put(lambda d: figure(d, "petitions"), aliases=["press_items"]),
        "key-twice",
    ),
    (
        "condition on an unknown figure",
        put(lambda d: d["exclusions"][0], figure="registration"),
        "figure-unknown",
    ),
    (
        "condition on a choice",
        put(lambda d: d["exclusions"][0], figure="sessions_held"),
        "figure-is-a-choice",
    ),
    (
        "two exclusions of one key",
        lambda d: d["exclusions"].append(d["exclusions"][0]),
        "key-twice",
    ),
    (
        "sanctions without grades",
        lambda d: (d.update(bands=[]), d.pop("quota")),
        "sanction-without-bands",
    ),
    (
        "inapplicable to an unknown criterion",
        put(
            whole,
            inapplicable=[
                {"attribute": "level", "values": ["x"], "criteria": ["G9"], "award": "full"}
            ],
        ),
        "criterion-unknown",
    ),
    (
        "inapplicable twice",
        put(
            whole,
            inapplicable=[
                {"attribute": "level", "values": ["x"], "criteria": ["G1"], "award": a}
                for a in ("full", "zero")
            ],
        ),
        "inapplicable-twice",
    ),
    (
        "a share of the deductions",
        put(lambda d: d["bands"][0]["conditions"][0], points="gone"),
        "criterion-unknown",
    ),
    (
        "group and criterion of one key",
        put(lambda d: group(d, "innovation"), key="I1"),
        "key-of-group-too",
    ),
    (
        "voiding beside a plain zero",
        lambda d: criterion(d, "S1")["items"].pop(1) and criterion(d, "S1").update(maximum=6),
        "group-parts-do-not-add-up",
    ),
    (
        "a plain number in a gate's ratio",
        put(
            whole,
            gates=[
                {
                    "key": "g",
                    "title": {"vi": "x", "en": "x"},
                    "numerator": "sessions_held",
                    "denominator": "petitions",
                    "zero": "zero",
                    "at_least": 1,
                }
            ],
        ),
        "figure-is-a-choice",
    ),
]
GROWTH_MUTANTS: list[tuple[str, Callable[[Document], object], str]] = [
    ("growth without cap", crit("growth", capped=False), "growth-uncapped"),
    (
        "growth without minimum base",
        drop(lambda d: criterion(d, "growth"), "small_base"),
        "key-missing",
    ),
    (
        "minimum base of one",
        crit("growth", small_base={"below": 1, "full_from": 100, "otherwise": "zero"}),
        "small-base-missing",
    ),
    (
        "minimum base of zero",
        crit("growth", small_base={"below": 0, "full_from": 100, "otherwise": "zero"}),
        "number-not-positive",
    ),
    (
        "small base always full",
        crit("growth", small_base={"below": 100, "full_from": 100, "otherwise": "full"}),
        "small-base-always-full",
    ),
    (
        "growth of a figure over itself",
        crit("growth", earlier="dossiers_online"),
        "ratio-of-itself",
    ),
    (
        "gate of 60 instead of 0.60",
        put(
            whole,
            gates=[
                {
                    "key": "g",
                    "title": {"vi": "x", "en": "x"},
                    "numerator": "dossiers_online",
                    "denominator": "dossiers_all_channels",
                    "zero": "zero",
                    "at_least": 60,
                }
            ],
        ),
        "condition-beyond-ratio",
    ),
]


def said(document: Document) -> list[str]:
    return [f.reason for f in _built_or_findings(document)[1]]


@pytest.mark.parametrize("document", [SOUND, GROWTH], ids=["councils", "growth"])
def test_the_sound_scheme_is_clean(document: Document) -> None:
    assert said(copy.deepcopy(document)) == []


@pytest.mark.parametrize(("base", "what", "mutate", "reason"), [
    *((SOUND, *mutant) for mutant in MUTANTS),
    *((GROWTH, *mutant) for mutant in GROWTH_MUTANTS),
], ids=[mutant[0] for mutant in (*MUTANTS, *GROWTH_MUTANTS)])  # fmt: skip
def test_every_mutant_is_caught(
    base: Document, what: str, mutate: Callable[[Document], object], reason: str
) -> None:
    document = copy.deepcopy(base)
    mutate(document)
    assert document != base, what
    assert reason in said(document)


def test_there_are_enough_mutants() -> None:
    assert len(MUTANTS) + len(GROWTH_MUTANTS) >= 30


@pytest.mark.parametrize("name", preset_names())
def test_presets_are_clean(name: str) -> None:
    assert lint(preset(name)) == ()


@given(schemes())
def test_a_scheme_that_exists_contradicts_itself_nowhere(scheme: Scheme) -> None:
    assert violations(lint(scheme)) == ()


_SCRAPS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["ratio", "G1", "points", "full"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*sorted(SOUND), "kind", "key"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.data())
def test_it_never_raises(data: st.DataObject) -> None:
    """Put rubbish anywhere in a sound document.

    There is a list of findings, and texts for all of them.
    """
    document = copy.deepcopy(SOUND)
    where: Any = document
    for _ in range(data.draw(st.integers(1, 5))):
        if isinstance(where, dict) and where:
            key: Any = data.draw(st.sampled_from(sorted(where)))
        elif isinstance(where, list) and where:
            key = data.draw(st.integers(0, len(where) - 1))
        else:
            break
        if data.draw(st.booleans()) or not isinstance(where[key], (dict, list)):
            where[key] = data.draw(_SCRAPS)
            break
        where = where[key]
    scheme, found = _built_or_findings(document)
    assert scheme is not None or violations(found)
    for each in found:
        for lang in ("en", "vi"):
            assert each.line(lang)
            assert not re.search(r"\{\w+(:\w+)?\}", each.message(lang))  # no part is left unfilled


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff\xfe", b"a = [", b"groups = 3", b"[groups]\nx=1", b"groups = [[[]]]", b"\x00",
        b"bands=[1]\nfigures=[{key=1}]", b"a = " + b"[" * 5_000,
    ],
)  # fmt: skip
def test_it_never_raises_on_bytes(raw: bytes) -> None:
    assert violations(lint_scheme(io.BytesIO(raw)))


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_it_never_raises_on_any_bytes(raw: bytes) -> None:
    assert lint_scheme(io.BytesIO(raw))


def test_a_missing_file_is_a_finding() -> None:
    assert lint_scheme("/nowhere/at/all.toml")


def test_thousands_of_criteria() -> None:
    """A scheme of absurd size is linted and read.

    Unknown figures are named without a search for each.
    """
    count = cases(2_000, 10_000)
    lines = [
        'key = "big"',
        'title = {vi = "x", en = "x"}',
        f"maximum = {count}",
        'rounding = {places = 2, at = "total"}',
    ]
    lines += ["[[groups]]", 'key = "g"', 'title = {vi = "x", en = "x"}', f"maximum = {count}"]
    for i in range(count):
        lines += [
            "[[groups.criteria]]",
            'kind = "ratio"',
            f'key = "c{i}"',
            'title = {vi = "x", en = "x"}',
        ]
        lines += ["maximum = 1", f'numerator = "n{i}"', 'denominator = "d"', 'zero = "zero"']
    lines += ["[[figures]]", 'key = "d"', 'unit = "dossiers"', 'title = {vi = "x", en = "x"}']
    found = lint_scheme(io.BytesIO("\n".join(lines).encode()))
    assert len(violations(found)) == count
    with pytest.raises(DataError):
        read_scheme(io.BytesIO("\n".join(lines).encode()))


def test_names_that_differ_in_composition_only_are_refused() -> None:
    """Keys are ASCII, so two compositions of one Vietnamese name cannot pass for two keys."""
    for key in ("đúng-hạn", "du\u0301ng"):
        document = copy.deepcopy(SOUND)
        criterion(document, "G1")["key"] = key
        assert "key-malformed" in said(document)


def test_python_records_refuse_too() -> None:
    text = Text(vi="x", en="x")
    with pytest.raises(DataError, match="condition-without-threshold"):
        Condition(key="c", title=text, figure="f")
    with pytest.raises(DataError, match="condition-ratio-incomplete"):
        Condition(key="c", title=text, numerator=Term(("a",)), at_least=Fraction(1))
    stated = Stated(where="column 5", maximum=Fraction(5))
    ten = RatioCriterion(
        key="c",
        title=text,
        maximum=Fraction(10),
        numerator=Term(("a",)),
        denominator=Term(("b",)),
        zero=ZeroPolicy.ZERO,
        stated=(stated,),
    )
    assert ten.stated == (stated,)  # the contradiction is one of the scheme, and told there


@pytest.mark.parametrize(("below", "always"), [(Fraction(11, 10), True), (Fraction(1), False)])
def test_a_bound_that_some_value_reaches_is_not_always_met(below: Fraction, always: bool) -> None:
    """A share of points goes up to 1, and 1 is not below 1."""
    document = copy.deepcopy(SOUND)
    put(lambda d: d["bands"][0]["conditions"][0], at_least=0, below=below)(document)
    assert ("condition-always-met" in said(document)) is always
