"""Bands of a share: points by hand, contradictions and oddities one by one, every way of scoring
alike.
"""

import io
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.emulation import (
    BandsCriterion,
    Better,
    FigureSpec,
    ShareBand,
    UnitFigures,
    explain,
    lint,
    score,
)
from evnpubsvc.errors import DataError
from evnpubsvc.quantities import CountUnit, Unknown, ZeroPolicy
from evnpubsvc.serde import lint_scheme, read_scheme
from tests.emulation.test_mechanics import T, one, points

F = Fraction

# The rubric of a municipality's contract: on time 90 % and more 20 points, 80 to 90 % 16, 70 to 80
# % 12.
RUBRIC = (("0.9", 20), ("0.8", 16), ("0.7", 12), (0, 0))


def bands(rubric: Any = RUBRIC, **more: Any) -> BandsCriterion:
    given: dict[str, Any] = {"maximum": 20, "zero": ZeroPolicy.NOT_ASSESSABLE}
    return BandsCriterion(
        key="c",
        title=T,
        numerator="n",
        denominator="d",
        bands=tuple(
            ShareBand(
                at_least=F(each[0]), points=F(each[1]), below=F(each[2]) if len(each) > 2 else None
            )
            for each in rubric
        ),
        **(given | more),
    )


@pytest.mark.parametrize(
    ("n", "d", "earned"),
    [
        (100, 100, 20),
        (90, 100, 20),  # the bound belongs to the band above
        (899, 1000, 16),
        (80, 100, 16),
        (7, 10, 12),
        (2, 3, 0),
        (0, 5, 0),
    ],
)
def test_points_by_bands(n: int, d: int, earned: int) -> None:
    assert points(bands(), n=n, d=d) == earned


def test_over_nothing_the_named_policy_decides() -> None:
    assert points(bands(zero="full"), n=0, d=0) == 20
    assert points(bands(zero="zero"), n=0, d=0) == 0
    found = points(bands(), n=0, d=0)
    assert isinstance(found, Unknown)
    assert found.reason == "not-assessable"


def test_a_share_is_compared_exactly_unless_places_are_declared() -> None:
    # 89.996 % is published as 90.00 %: which of the two the sheet means has to be said.
    assert points(bands(), n=22_499, d=25_000) == 16
    assert points(bands(places=2), n=22_499, d=25_000) == 20
    assert points(bands(places=0), n=895, d=1000) == 20
    assert points(bands(places=0), n=894, d=1000) == 16


def test_a_low_share_may_be_the_good_one() -> None:
    late = bands([(0, 20), ("0.05", 10), ("0.1", 0)])
    assert [points(late, n=n, d=100) for n in (0, 4, 5, 10, 100)] == [20, 20, 10, 0, 0]
    assert late.direction == {"numerator": Better.LOWER}
    assert bands().direction == {"numerator": Better.HIGHER}


@pytest.mark.parametrize(
    ("rubric", "more", "reason", "path"),
    [
        ([("0.9", 20), ("0.8", 16)], {}, "share-bands-gap", ".bands[1]"),
        ([("0.9", 20), (0, 0, "0.8")], {}, "share-bands-gap", ".bands[1]"),
        ([("0.9", 20, "0.95"), (0, 0)], {}, "share-bands-end", ".bands[0]"),
        ([("0.9", 20), (0, 0, "0.95")], {}, "share-bands-overlap", ".bands[1]"),
        ([("0.9", 20), ("0.9", 16), (0, 0)], {}, "share-bands-overlap", ".bands[1]"),
        ([("1.1", 20), (0, 0)], {}, "share-band-unreachable", ".bands[0]"),
        ([("0.9", 16), (0, 0)], {}, "share-bands-off-maximum", ".maximum"),
        ([(0, 20)], {}, "share-bands-too-few", ".bands"),
        ([("0.9", 20), (0, -1)], {}, "share-band-negative", ".points"),
        ([("0.9", 20), (0, 0)], {"places": 13}, "places-out-of-range", ".places"),
    ],
)
def test_contradictions(rubric: Any, more: Any, reason: str, path: str) -> None:
    with pytest.raises(DataError) as caught:
        one(bands(rubric, **more))
    assert [(f.reason, f.path.endswith(path)) for f in caught.value.findings] == [(reason, True)]


def oddities(rubric: Any) -> list[str]:
    return [found.reason for found in lint(one(bands(rubric)))]


def test_lint_speaks_of_cliffs_dead_zones_and_steps_without_effect() -> None:
    # From 70 % down everything is lost at once, and below 70 % nothing is gained by doing better.
    assert oddities(RUBRIC) == ["share-bands-cliff", "share-bands-dead-zone"]
    even = [("0.8", 20), ("0.6", 15), ("0.4", 10), ("0.2", 5), (0, 0)]
    assert oddities(even) == []
    assert oddities([*even, ("0.9", 20)]) == ["share-bands-equal"]
    assert oddities([("0.8", 10), ("0.4", 20), (0, 10)]) == ["share-bands-up-and-down"]


def test_a_direction_that_a_figure_declares_is_held() -> None:
    late = FigureSpec(key="n", title=T, unit=CountUnit.DOSSIERS, better=Better.LOWER)
    scheme = one(bands())
    with pytest.raises(DataError) as caught:
        type(scheme)(
            key="s",
            title=T,
            maximum=20,
            rounding=scheme.rounding,
            groups=scheme.groups,
            figures=(late, scheme.figures[1]),
        )
    assert [f.reason for f in caught.value.findings] == ["direction-contradicts"]


def test_the_explanation_names_the_band() -> None:
    scheme = one(bands())
    sheet = score(scheme, UnitFigures.for_scheme(scheme, "U", {"n": 85, "d": 100}))
    assert "85 / 100 dossiers = 85.00 %; band from 80 % = 16.00 of 20" in str(explain(sheet))
    assert "mức từ 80%" in str(explain(sheet, "vi"))


DOCUMENT = """
key = "s"
title = { vi = "x", en = "x" }
maximum = 20
rounding = { places = 2, at = "component" }

[[groups]]
key = "g"
title = { vi = "x", en = "x" }
maximum = 20

[[groups.criteria]]
kind = "bands"
key = "c"
title = { vi = "x", en = "x" }
maximum = 20
numerator = "n"
denominator = "d"
zero = "zero"
bands = [
    { at_least = 0.9, points = 20 },
    { at_least = 0.8, points = 16 },
    { at_least = 0.5, points = 10 },
    { at_least = 0, points = 0 },
]

[[figures]]
key = "n"
unit = "dossiers"
title = { vi = "x", en = "x" }

[[figures]]
key = "d"
unit = "dossiers"
title = { vi = "x", en = "x" }
"""


def test_bands_in_a_document() -> None:
    scheme = read_scheme(io.BytesIO(DOCUMENT.encode()))
    sheet = score(scheme, UnitFigures.for_scheme(scheme, "U", {"n": 8, "d": 9}))
    assert sheet.total == 16
    broken = DOCUMENT.replace("{ at_least = 0, points = 0 },", "")
    [found] = lint_scheme(io.BytesIO(broken.encode()))
    assert (found.reason, found.path) == ("share-bands-gap", "$.groups[0].criteria[0].bands[2]")


@given(st.integers(0, 300), st.integers(1, 300), st.sampled_from([None, 0, 1, 2]))
def test_bands_against_a_search_from_below(n: int, d: int, places: int | None) -> None:
    if n > d:
        n, d = d, n
    share = F(n, d)
    if places is not None:  # half up, by hand
        unit = F(1, 10 ** (places + 2))
        share = (share / unit + F(1, 2)).__floor__() * unit
    earned = F(0)
    for bound, worth in sorted((F(bound), worth) for bound, worth in RUBRIC):
        if bound <= share:
            earned = F(worth)
    assert points(bands(places=places), n=n, d=d) == earned
