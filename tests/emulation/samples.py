"""Small schemes and figures that the tests of emulation share."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from evnpubsvc.emulation import (
    Criterion,
    FigureSpec,
    Group,
    RatioCriterion,
    Rounding,
    RoundingAt,
    Scheme,
    ScoreSheet,
    Term,
    UnitFigures,
    score,
)
from evnpubsvc.quantities import CountUnit, ZeroPolicy
from evnpubsvc.texts import Text

SCHEMES = Path(__file__).parent / "schemes"


def text(word: str) -> Text:
    return Text(vi=word, en=word)


def ratio(key: str = "c", **parts: Any) -> RatioCriterion:
    """A ratio `n`/`d` worth 10 points; not assessable over nothing."""
    given: dict[str, Any] = {
        "key": key,
        "title": text(key),
        "maximum": Fraction(10),
        "numerator": Term(("n",)),
        "denominator": Term(("d",)),
        "zero": ZeroPolicy.NOT_ASSESSABLE,
    }
    return RatioCriterion(**{**given, **parts})


def spec(key: str, unit: CountUnit | None = CountUnit.DOSSIERS) -> FigureSpec:
    return FigureSpec(key=key, title=text(key), unit=unit)


def scheme(*criteria: Criterion, **parts: Any) -> Scheme:
    """A scheme of one group, rounding components to two places, over the figures `n` and `d`."""
    members = criteria or (ratio(),)
    total = sum((criterion.maximum for criterion in members), Fraction(0))
    given: dict[str, Any] = {
        "key": "s",
        "title": text("s"),
        "maximum": total,
        "rounding": Rounding(2, RoundingAt.COMPONENT),
        "groups": (Group(key="g", title=text("g"), maximum=total, criteria=members),),
        "figures": (spec("n"), spec("d")),
    }
    return Scheme(**{**given, **parts})


def scored(under: Scheme, figures: Mapping[str, Any], unit: str = "U", **parts: Any) -> ScoreSheet:
    return score(under, UnitFigures.for_scheme(under, unit, figures, **parts))
