"""Figures of a unit: counts and numbers that a scheme asks for, each known or unknown with a reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

from attrs import field, frozen

from evnpubsvc._validate import instance_of, nonempty_text, pairs_of
from evnpubsvc.emulation._base import valid_key
from evnpubsvc.emulation._criteria import (
    ChoiceCriterion,
    Combine,
    Criterion,
    MinusPlusCriterion,
    PointsCriterion,
    RatioCriterion,
    Term,
    WeightedCriterion,
)
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Count, Unknown, decimal_text

__all__ = ["Chosen", "Figure", "Published", "UnitFigures", "check_figures", "term_value"]


@frozen
class Chosen:
    """The option that was chosen, as the value of a figure.

    Attributes:
        option: key of the option.

    >>> print(Chosen("on-the-day"))
    on-the-day
    """

    option: str = field(validator=valid_key)

    def __str__(self) -> str:
        return self.option


Figure: TypeAlias = Count | Fraction | Unknown | Chosen


def _nfc(text: str) -> str:
    # Whatever else is given, the validator of the field refuses.
    return unicodedata.normalize("NFC", text) if type(text) is str else text


def _figures(
    given: Mapping[str, Figure | int] | Iterable[tuple[str, Figure | int]],
) -> tuple[tuple[str, Figure], ...]:
    kept: dict[str, Figure] = {}
    for key, figure in pairs_of(given):
        exact = Fraction(figure) if type(figure) is int else figure
        if not isinstance(exact, (Count, Fraction, Unknown, Chosen)):
            raise MisuseError("figure-of-wrong-type", exact, key=key, got=type(exact).__name__)
        if key in kept:
            raise MisuseError("figure-twice", key)
        kept[key] = exact
    return tuple(kept.items())


def _attributes(
    given: Mapping[str, str] | Iterable[tuple[str, str]],
) -> tuple[tuple[str, str], ...]:
    return tuple((key, _nfc(value)) for key, value in pairs_of(given))


@frozen
class Published:
    """What a source has published as the result, kept beside the recomputed one and never overwritten by it.

    Attributes:
        score: published total; None if there is none.
        rank: published rank; None if there is none.
    """

    score: Fraction | None = field(default=None, validator=instance_of(Fraction, type(None)))
    rank: int | None = field(default=None, validator=instance_of(int, type(None)))


@frozen
class UnitFigures:
    """The figures of one unit for one period.

    Attributes:
        unit: identifier, unique among those ranked together; normalised to NFC.
        figures: by key: a `Count` of the declared unit, an exact number, or an `Unknown`. Given as a mapping, kept
            as pairs sorted by key. What is absent is unknown, never zero.
        name: name to show; the identifier if empty.
        attributes: texts by name, as the stratum (`level`) a unit is ranked in.
        published: an official result to compare with; may be None.

        flags: marks of the source, by key of the figure, that stay with the number into sheet and explanation (a
            temporary denominator, a figure typed by hand).

    Use `for_scheme` to let a scheme turn plain integers into counts of its declared units.
    """

    unit: str = field(converter=_nfc, validator=nonempty_text)
    figures: tuple[tuple[str, Figure], ...] = field(converter=_figures)
    name: str = field(default="", converter=_nfc, validator=instance_of(str))
    attributes: tuple[tuple[str, str], ...] = field(default=(), converter=_attributes)
    published: Published | None = field(default=None, validator=instance_of(Published, type(None)))
    flags: tuple[tuple[str, str], ...] = field(default=(), converter=_attributes)

    @cached_property
    def _by_key(self) -> Mapping[str, Figure]:
        return dict(self.figures)

    def __getitem__(self, key: str) -> Figure:
        figure = self._by_key.get(key)
        return Unknown("figure-absent", key) if figure is None else figure

    def attribute(self, name: str) -> str | None:
        """Return an attribute by name, or None."""
        return dict(self.attributes).get(name)

    @classmethod
    def for_scheme(
        cls,
        scheme: Scheme,
        unit: str,
        figures: Mapping[str, int | Fraction | Count | Unknown | Chosen | str],
        *,
        name: str = "",
        attributes: Mapping[str, str] | None = None,
        published: Published | None = None,
        flags: Mapping[str, str] | None = None,
    ) -> UnitFigures:
        """Make the figures of a unit: integers become counts of the units that the scheme declares, texts choices.

        Raises:
            UnknownNameError: `figure-unknown` for a key that the scheme does not declare.
            MisuseError: `count-negative`, `count-not-whole`, `unit-mismatch`.

        >>> from evnpubsvc import preset
        >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
        >>> units = UnitFigures.for_scheme(
        ...     scheme, "Đắk Lắk", {"dossiers_on_time": 393_087, "dossiers_received": 443_565})
        >>> print(units["dossiers_received"])
        443565 dossiers
        """
        typed: dict[str, Figure] = {}
        for key, figure in figures.items():
            spec = scheme.figure_specs.get(key)
            if spec is None:
                raise UnknownNameError("figure-unknown", key, near=", ".join(scheme.figure_specs))
            if isinstance(figure, (str, Chosen)):
                typed[key] = Chosen(figure) if isinstance(figure, str) else figure
            elif spec.unit is None or isinstance(figure, (Count, Unknown)):
                typed[key] = Fraction(figure) if isinstance(figure, int) else figure
            else:
                whole = isinstance(figure, int) or figure.denominator == 1
                typed[key] = Count(int(figure) if whole else figure, spec.unit)  # type: ignore[arg-type] # refused there
        return cls(unit, typed, name, attributes or {}, published, flags or {})


def term_value(term: Term, figures: UnitFigures) -> int | Unknown:
    """Return the value of a term over counts; the first unknown figure makes it unknown."""
    values: list[int] = []
    for key in term.figures:
        figure = figures[key]
        if isinstance(figure, Unknown):
            return figure if figure.about else Unknown(figure.reason, key)
        assert isinstance(figure, Count)  # `check_figures` has refused everything else
        values.append(figure.value)
    return sum(values) if term.combine is Combine.SUM else max(values)


def check_figures(scheme: Scheme, figures: UnitFigures) -> tuple[Finding, ...]:
    """Return everything that forbids scoring these figures under this scheme. Unknown figures are no findings.

    Findings: a count of another unit than declared, a number where a count is declared and the reverse, an option
    that does not exist, a part larger than its whole, points outside zero to the maximum, a value outside its scale.
    """
    return tuple(f.at(figures.unit) for f in _check(scheme, figures))


def _check(scheme: Scheme, figures: UnitFigures) -> Iterator[Finding]:
    sound: set[str] = set()
    for key, spec in scheme.figure_specs.items():
        figure = figures[key]
        if isinstance(figure, Unknown):
            continue
        wrong: Finding | None = None
        if isinstance(figure, Chosen) or spec.choice:
            if not (isinstance(figure, Chosen) and spec.choice):
                wrong = finding(
                    "figure-not-a-choice" if spec.choice else "figure-is-a-choice", key, str(figure)
                )
        elif isinstance(figure, Count):
            if spec.unit is None:
                wrong = finding("figure-is-a-count", key, str(figure), unit=figure.unit.value)
            elif spec.unit is not figure.unit:
                wrong = finding("unit-mismatch", key, left=figure.unit.value, right=spec.unit.value)
        elif spec.unit is not None:
            wrong = finding("figure-not-a-count", key, decimal_text(figure))
        if wrong is None:
            sound.add(key)
        else:
            yield wrong
    for criterion in scheme.criteria:
        yield from _check_criterion(criterion, figures, sound)


def _check_criterion(
    criterion: Criterion, figures: UnitFigures, sound: set[str]
) -> Iterator[Finding]:
    def value(term: Term | None) -> int | None:
        if term is None or not sound.issuperset(term.figures):
            return None
        counted = term_value(term, figures)
        return None if isinstance(counted, Unknown) else counted

    if isinstance(criterion, (RatioCriterion, MinusPlusCriterion)):
        n, d = value(criterion.numerator), value(criterion.denominator)
        if (
            isinstance(criterion, RatioCriterion)
            and criterion.not_due is not None
            and d is not None
        ):
            waiting = value(criterion.not_due)
            if waiting is not None and waiting > d:
                yield finding("not-due-above-denominator", criterion.key, waiting, denominator=d)
                return
            d = None if waiting is None else d - waiting
        above_one = isinstance(criterion, RatioCriterion) and criterion.above_one
        if n is not None and d is not None and n > d and not above_one:
            yield finding("numerator-above-denominator", criterion.key, numerator=n, denominator=d)
    elif isinstance(criterion, (PointsCriterion, WeightedCriterion)):
        given = figures[criterion.figure] if criterion.figure in sound else None
        top = criterion.maximum if isinstance(criterion, PointsCriterion) else criterion.full_scale
        if isinstance(given, Fraction) and not 0 <= given <= top:
            yield finding(
                "value-out-of-scale", criterion.key, decimal_text(given), maximum=decimal_text(top)
            )
    elif isinstance(criterion, ChoiceCriterion):
        for item in criterion.items:
            chosen = figures[item.figure]
            options = [option.key for option in item.options]
            if item.figure in sound and isinstance(chosen, Chosen) and chosen.option not in options:
                yield finding(
                    "option-unknown", item.figure, chosen.option, known=", ".join(options)
                )
