"""A scheme that exists is sound.

Whatever contradicts itself is named when it is made or read, all at once.
"""

import io
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc.emulation import (
    Band,
    FigureSpec,
    Group,
    PointsCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    Term,
)
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.quantities import CountUnit
from evnpubsvc.serde import from_json, read_scheme, to_json
from evnpubsvc.strategies import schemes
from tests.deep import cases
from tests.emulation.samples import SCHEMES, ratio, scheme, spec, text

F = Fraction


def _bands(*cuts: tuple[str, str | None]) -> tuple[Band, ...]:
    return tuple(
        Band(key=f"b{i}", title=text("b"), at_least=F(low), below=None if high is None else F(high))
        for i, (low, high) in enumerate(cuts)
    )


_MIXED = (spec("n"), spec("m", CountUnit.SHEETS), spec("d"))


def _group(**parts: Any) -> Group:
    return Group(
        **{"key": "g", "title": text("g"), "maximum": F(10), "criteria": (ratio(),), **parts}
    )


@pytest.mark.parametrize(
    ("make", "reasons"),
    [
        (lambda: scheme(maximum=F(11)), ["groups-do-not-add-up"]),
        (lambda: scheme(groups=(_group(maximum=F(11)),), maximum=F(11)),
            ["group-parts-do-not-add-up"]),
        (lambda: scheme(groups=()), ["scheme-without-groups"]),
        (lambda: scheme(groups=(_group(criteria=()),)), ["group-without-criteria"]),
        (lambda: scheme(groups=(_group(), _group()), maximum=F(20)), ["key-twice", "key-twice"]),
        (lambda: scheme(figures=(spec("n"), spec("d"), spec("n"))), ["key-twice"]),
        (lambda: scheme(figures=(spec("n"), evolve(spec("d"), aliases=("n",)))), ["key-twice"]),
        (lambda: scheme(figures=(spec("n"),)), ["figure-unknown"]),
        (lambda: scheme(figures=(spec("n"), spec("d", CountUnit.PROCEDURES))), ["unit-mismatch"]),
        (lambda: scheme(ratio(numerator=Term(("n", "m"))), figures=_MIXED), ["unit-mismatch"]),
        (lambda: scheme(figures=(spec("n"), spec("d", None))), ["figure-not-a-count"]),
        (lambda: scheme(PointsCriterion(key="p", title=text("p"), maximum=F(5), figure="n")),
            ["figure-is-a-count"]),
        (lambda: scheme(bands=_bands(("1", None))), ["bands-gap"]),
        (lambda: scheme(bands=_bands(("-1", None))), ["band-below-zero"]),
        (lambda: scheme(bands=_bands(("0", None), ("11", None))), ["band-unreachable"]),
        (lambda: scheme(bands=_bands(("0", "4"), ("5", None))), ["bands-gap"]),
        (lambda: scheme(bands=_bands(("0", "6"), ("5", None))), ["bands-overlap"]),
        (lambda: scheme(bands=_bands(("0", None), ("0", None))), ["bands-overlap"]),
        (lambda: scheme(bands=_bands(("0", "5"), ("5", "9"))), ["bands-gap"]),
        (lambda: scheme(maximum=F(0)), ["number-not-positive", "groups-do-not-add-up"]),
        (lambda: ratio(maximum=F(0), target=F(-1)), ["number-not-positive", "number-not-positive"]),
        (lambda: ratio(maximum=0.5), ["not-exact"]),
        (lambda: Term(()), ["term-empty"]),
        (lambda: Rounding(13, RoundingAt.TOTAL), ["places-out-of-range"]),
    ],
)  # fmt: skip
def test_contradictions_are_named(make: Any, reasons: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        make()
    assert [f.reason for f in caught.value.findings] == reasons
    assert all(f.message("vi") and f.message("en") for f in caught.value.findings)


def test_bands_that_touch_are_sound_and_half_open() -> None:
    # H.9: a dashboard tests "> 15", so that exactly 15 falls through to the lowest grade.
    under = scheme(
        ratio(maximum=F(18)),
        bands=_bands(("0", "6"), ("6", "9"), ("9", "12"), ("12", "15"), ("15", None)),
    )
    bands = [under.band(F(total)) for total in ("0", "5.99", "6", "14.999", "15", "18")]
    assert [band and band.key for band in bands] == ["b0", "b0", "b1", "b3", "b4", "b4"]
    assert scheme().band(F(3)) is None


def test_wrong_types_are_misuse() -> None:
    for make in (
        lambda: ratio(key="a b"),
        lambda: ratio(title=4),
        lambda: spec("n", "dossier-things"),  # type: ignore[arg-type]
        lambda: ratio(above_one=1),
    ):
        with pytest.raises(MisuseError):
            make()


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=cases(15, 400),
)
@given(schemes(), st.data())
def test_a_sound_scheme_with_one_maximum_changed_is_not_sound(
    under: Scheme, data: st.DataObject
) -> None:
    i = data.draw(st.integers(0, len(under.groups) - 1))
    group = under.groups[i]
    worse = evolve(group, maximum=group.maximum + 1)
    with pytest.raises(DataError, match="do-not-add-up"):
        evolve(under, groups=(*under.groups[:i], worse, *under.groups[i + 1 :]))
    assert from_json(to_json(under), Scheme) == under


# --- TOML ---


def _read(document: str) -> list[str]:
    with pytest.raises(DataError) as caught:
        read_scheme(io.BytesIO(document.encode()))
    return [f"{f.path} {f.reason}" for f in caught.value.findings]


EVERY_MISTAKE = """
key = "bad key"
titel = { vi = "a", en = "b" }
title = { vi = "", en = "b" }
maximum = 99
rounding = { places = "two", at = "somewhere" }

[[groups]]
key = "g"
title = { vi = "a", en = "b" }
maximum = 30

[[groups.criteria]]
kind = "ratio"
key = "c"
title = { vi = "a", en = "b" }
maximum = 10
numerator = "on_tiem"
denominator = "received"
zero = "zero"

[[groups.criteria]]
kind = "ratio"
key = "c"
title = { vi = "a", en = "b" }
maximum = 10
numerator = "on_time"
denominator = "procedures"
zero = "maybe"
target = nan

[[groups.criteria]]
kind = "guess"
key = "e"

[[groups.criteria]]
kind = "points"
key = "f"
title = { vi = "a", en = "b" }
maximum = -3
figure = "received"

[[figures]]
key = "on_time"
unit = "dossiers"
title = { vi = "a", en = "b" }

[[figures]]
key = "received"
unit = "dosiers"
title = { vi = "a", en = "b" }

[[figures]]
key = "procedures"
unit = "procedures"
title = { vi = "a", en = "b" }

[[bands]]
key = "low"
title = { vi = "a", en = "b" }
at_least = 0
below = 40

[[bands]]
key = "high"
title = { vi = "a", en = "b" }
at_least = 50
"""


def test_every_mistake_of_a_document_is_reported_at_once() -> None:
    assert sorted(_read(EVERY_MISTAKE)) == sorted(
        [
            "$.key key-malformed",
            "$.titel key-unknown",
            "$.title title-empty",
            "$.rounding.places value-of-wrong-type",
            "$.rounding.at value-of-wrong-type",
            "$.groups[0].criteria[1].zero value-of-wrong-type",
            "$.groups[0].criteria[1].target value-of-wrong-type",
            "$.groups[0].criteria[2].kind criterion-kind-unknown",
            "$.groups[0].criteria[3].maximum number-not-positive",
            "$.figures[1].unit value-of-wrong-type",
            "$.groups[0].criteria[1].key key-twice",
            "$.maximum groups-do-not-add-up",
            "$.groups[0].criteria[0].numerator figure-unknown",
            "$.bands[0].below bands-gap",
        ]
    )


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("key = ", "$ not-toml"),
        ("key = 'a'\nkey = 'b'", "$ not-toml"),
        ("maximum = 1" + "0" * 5000, "$ number-too-long"),
        ("a = " + "[" * 2000, "$ document-too-deep"),
    ],
)
def test_what_is_no_toml_is_one_finding(document: str, expected: str) -> None:
    assert _read(document) == [expected]


def test_a_document_in_another_encoding_is_one_finding() -> None:
    with pytest.raises(DataError) as caught:
        read_scheme(io.BytesIO("key = 'x'\ntitle = 'Hồ sơ'".encode("cp1258", "replace")))
    assert [(f.reason, f.path) for f in caught.value.findings] == [("not-utf8", "line 2")]


def test_a_file_that_is_not_there_is_a_finding_without_its_folder() -> None:
    with pytest.raises(DataError) as caught:
        read_scheme("/nowhere/at/all/scheme.toml")
    assert [(f.reason, f.value) for f in caught.value.findings] == [
        ("file-unreadable", "scheme.toml")
    ]


@pytest.mark.parametrize("number", ["1e999999999", "inf", "-inf", "nan", "0x10"])
def test_numbers_that_are_no_plain_decimals_are_refused(number: str) -> None:
    document = (
        (SCHEMES / "egdi.toml")
        .read_text(encoding="utf-8")
        .replace("maximum = 1\n", f"maximum = {number}\n", 1)
    )
    assert any(path.startswith("$") for path in _read(document))


def test_decimals_are_read_exactly() -> None:
    document = (
        (SCHEMES / "egdi-2010.toml")
        .read_text(encoding="utf-8")
        .replace('"0.34"', "0.34")
        .replace('"0.33"', "0.33")
    )
    assert read_scheme(io.BytesIO(document.encode())).criterion("osi").maximum == F("0.34")


@settings(max_examples=cases(80, 3_000))
@given(st.binary(max_size=200))
def test_any_bytes_give_findings(raw: bytes) -> None:
    with pytest.raises(DataError) as caught:
        read_scheme(io.BytesIO(raw))
    assert caught.value.findings


_NAMES = ["key", "kind", "title", "maximum", "groups", "criteria", "figures", "bands", "numerator"]
_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner,
        max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=cases(80, 3_000))
@given(
    st.dictionaries(
        st.sampled_from(["key", "title", "maximum", "groups", "figures", "bands", "rounding"]),
        _JUNK,
    )
)
def test_any_document_gives_findings(document: dict[str, Any]) -> None:
    from evnpubsvc.serde._schemes import _scheme

    with pytest.raises(DataError) as caught:
        _scheme(document)
    assert all(f.line("vi") and f.line("en") for f in caught.value.findings)


def test_a_note_and_aliases_are_kept() -> None:
    kept = FigureSpec(
        key="n",
        title=text("n"),
        unit=CountUnit.DOSSIERS,
        aliases=("totalReceived",),
        note=text("why"),
    )
    assert from_json(to_json(kept), FigureSpec) == kept
