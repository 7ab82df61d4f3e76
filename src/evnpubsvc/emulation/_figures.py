"""Figures of a unit: what a scheme asks for, each known or unknown with a reason."""

from __future__ import annotations

import math
import numbers
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, Final, Protocol, TypeAlias

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import (
    as_text,
    instance_of,
    key_or_none,
    nonempty_text,
    pairs_of,
    read_member,
    tuple_of,
    valid_key,
)
from evnpubsvc.emulation._base import exact, near_names, raise_all
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Count, CountRange, CountUnit, Unknown
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.texts import LabelledEnum, Text


@frozen
class Chosen(PublicType):
    """The option that was chosen, as the value of a figure.

    Attributes:
        option: key of the option.

    >>> print(Chosen("on-the-day"))
    on-the-day
    """

    written_as_choice: ClassVar[bool] = True

    option: str = field(validator=valid_key)

    def __str__(self) -> str:
        return self.option


Figure: TypeAlias = Count | CountRange | Fraction | Unknown | Chosen


class Better(LabelledEnum):
    """Which direction of a figure is the good one."""

    HIGHER = "higher"
    LOWER = "lower"


def _count_unit(given: CountUnit | str | None) -> CountUnit | None:
    if given is None:
        return None
    return read_member(CountUnit, given)


@frozen
class FigureSpec(PublicType):
    """A figure that a scheme asks for.

    Attributes:
        key: stable key, as `dossiers_received`.
        title: its name in both languages.
        unit: what is counted; None for an exact number that is no count (given points, an index
            value).
        aliases: names under which well-known sources publish it; they are tried, after the key, as
            column names.
        note: what a reader must know; may be None.
        choice: it holds the key of a chosen option, neither a count nor a number.
        better: the direction that may never lower a score, where the scheme declares one; None: it
            does not.
        measure: the measure of a tally that it is (`"received-online"`), one of
            `statistics.measures()` or of the scheme's own (`Scheme.rate_table`); None: it is given.
            See `counted.count_figures`.
        earlier: the measure is counted over the earlier period, not over this one.
        handling: how many working days the dossiers of the measure took, in place of their number:
            `mean`, `median`, or a percentile as `p90`. Such a figure is a number (`unit` None); a
            measure of dossiers that are not handled has none.
    """

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    unit: CountUnit | None = field(default=None, converter=_count_unit)
    aliases: tuple[str, ...] = field(default=(), validator=tuple_of(str))
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)))
    choice: bool = field(default=False, validator=instance_of(bool))
    better: Better | None = field(default=None, validator=instance_of(Better, type(None)))
    measure: str | None = field(default=None, validator=key_or_none)
    earlier: bool = field(default=False, validator=instance_of(bool))
    handling: str | None = field(default=None, validator=key_or_none)

    def __attrs_post_init__(self) -> None:
        found = list(self._measure_findings())
        if self.choice and self.unit is not None:
            found.append(finding("choice-with-unit", ".unit", self.unit))
        raise_all(found)

    def _measure_findings(self) -> Iterator[Finding]:
        if self.measure is None:
            if self.earlier:
                yield finding("earlier-without-measure", ".earlier", self.key)
            if self.handling is not None:
                yield finding("handling-without-measure", ".handling", self.key)

    @answer_wrong_arguments
    def check(self, figure: Figure) -> Finding | None:
        """Return why a figure is not what is declared; None if it is. An unknown always is."""
        if isinstance(figure, Unknown):
            return None
        if isinstance(figure, Chosen):
            if self.choice:
                return None
            return finding("figure-is-a-choice", self.key, str(figure))
        if self.choice:
            return finding("figure-not-a-choice", self.key, str(figure))
        if isinstance(figure, Fraction):
            if self.unit is None:
                return None
            return finding("figure-not-a-count", self.key, figure)
        if self.unit is None:
            return finding("figure-is-a-count", self.key, str(figure), unit=figure.unit)
        if self.unit is not figure.unit:
            sides = {"left": figure.unit.value, "right": self.unit.value}
            return finding("unit-mismatch", self.key, **sides)
        return None


class DeclaresFigures(Protocol):
    """What declares figures: a scheme."""

    @property
    def figure_specs(self) -> Mapping[str, FigureSpec]:
        """The declared figures by key."""
        ...


FigureValue: TypeAlias = Figure | int | float | Decimal | str | None
"""A plain value that `UnitFigures.for_scheme` reads."""


def _typed(key: str, value: object, spec: FigureSpec) -> Figure:
    """Return a plain value as the figure that a scheme declares."""
    if isinstance(value, (Count, CountRange, Unknown, Chosen)):
        return value
    if isinstance(value, str) and spec.choice:
        return Chosen(value)
    number = _exact(value)
    if number is None:
        return Unknown("figure-blank", key)
    if isinstance(value, (str, bool)) or not isinstance(number, Fraction):
        raise MisuseError("figure-of-wrong-type", value, key=key, got=type(value).__name__)
    if spec.unit is None:
        return number
    if number.denominator != 1:
        raise MisuseError("count-not-whole", number)
    return Count(int(number), spec.unit)


def _plain(figure: Figure) -> int | Decimal | str | None:
    """Return a figure as a value that other libraries know."""
    if isinstance(figure, Unknown):
        return None
    if isinstance(figure, Count):
        return figure.value
    if isinstance(figure, Fraction):
        exact = decimal_text(figure)
        return Decimal(decimal_text(figure, 12) if "/" in exact else exact)
    return figure.option if isinstance(figure, Chosen) else str(figure)


def _exact(value: object) -> Fraction | object | None:
    """Return a value as an exact number, None for what is missing; as it is where it is neither."""
    if value is None or type(value).__name__ in MISSING:
        return None
    if isinstance(value, Decimal):
        if value.is_nan():
            return None
        return Fraction(value) if value.is_finite() else value
    if isinstance(value, (Fraction, bool)):
        return value
    if isinstance(value, numbers.Integral):
        return Fraction(int(value))
    if isinstance(value, numbers.Real):
        number = float(value)
        if math.isnan(number):
            return None
        # A float that is not whole is not what it prints: `Decimal` and `Fraction` are.
        return Fraction(int(number)) if number.is_integer() else value
    return value


MISSING: Final = frozenset({"NAType", "NaTType"})  # what pandas puts where a value is missing


def _nfc(text: str) -> str:
    # Whatever else is given, the validator of the field refuses.
    if type(text) is str:
        return unicodedata.normalize("NFC", text)
    return text


def _figures(
    given: Mapping[str, Figure | int] | Iterable[tuple[str, Figure | int]],
) -> tuple[tuple[str, Figure], ...]:
    kept: dict[str, Figure] = {}
    for key, figure in pairs_of(given):
        kept_as = Fraction(figure) if type(figure) is int else figure
        if not isinstance(kept_as, (Count, CountRange, Fraction, Unknown, Chosen)):
            raise MisuseError("figure-of-wrong-type", kept_as, key=key, got=type(kept_as).__name__)
        if key in kept:
            raise MisuseError("figure-twice", key)
        kept[key] = kept_as
    return tuple(kept.items())


def _attributes(
    given: Mapping[str, str] | Iterable[tuple[str, str]],
) -> tuple[tuple[str, str], ...]:
    return tuple((key, _nfc(value)) for key, value in pairs_of(given))


def _points(
    given: Mapping[str, Fraction | int] | Iterable[tuple[str, Fraction | int]],
) -> tuple[tuple[str, Fraction], ...]:
    return tuple((key, exact(points)) for key, points in pairs_of(given))


@frozen
class Published(PublicType):
    """What a source has published as the result; the recomputed one never overwrites it.

    Attributes:
        score: published total; None if there is none.
        rank: published rank; None if there is none.
    """

    score: Fraction | None = field(default=None, validator=instance_of(Fraction, type(None)))
    rank: int | None = field(default=None, validator=instance_of(int, type(None)))


@frozen
class UnitFigures(PublicType):
    """The figures of one unit for one period.

    Attributes:
        unit: identifier, unique among those ranked together; normalised to NFC.
        figures: by key: a `Count` of the declared unit, a `CountRange` where it is published within
            bounds only, an exact number, or an `Unknown`. Given as a mapping, kept as pairs sorted
            by key. What is absent is unknown, never zero.
        name: name to show; the identifier if empty.
        attributes: texts by name, as the stratum (`level`) a unit is ranked in.
        published: an official result to compare with; may be None.

        flags: marks of the source, by key of the figure, that stay with the number into sheet and
            explanation (a temporary denominator, a figure typed by hand).
        points: points by key of the criterion, where a source publishes them without the counts.
            They are taken as they are, with a mark, instead of the formula.

    Use `for_scheme` to let a scheme turn plain integers into counts of its declared units.
    """

    unit: str = field(converter=_nfc, validator=nonempty_text)
    figures: tuple[tuple[str, Figure], ...] = field(converter=_figures)
    name: str = field(default="", converter=_nfc, validator=instance_of(str))
    attributes: tuple[tuple[str, str], ...] = field(default=(), converter=_attributes)
    published: Published | None = field(default=None, validator=instance_of(Published, type(None)))
    flags: tuple[tuple[str, str], ...] = field(default=(), converter=_attributes)
    points: tuple[tuple[str, Fraction], ...] = field(default=(), converter=_points)

    @cached_property
    def _by_key(self) -> Mapping[str, Figure]:
        return dict(self.figures)

    @cached_property
    def within_bounds(self) -> frozenset[str]:
        """Keys of the figures that are known within bounds only."""
        return frozenset(key for key, figure in self.figures if isinstance(figure, CountRange))

    def __getitem__(self, key: str) -> Figure:
        figure = self._by_key.get(key)
        if figure is None:
            return Unknown("figure-absent", key)
        return figure

    @answer_wrong_arguments
    def attribute(self, name: str) -> str | None:
        """Return an attribute by name, or None."""
        return dict(self.attributes).get(name)

    @classmethod
    @answer_wrong_arguments
    def for_scheme(
        cls,
        scheme: DeclaresFigures,
        unit: str,
        figures: Mapping[str, FigureValue],
        *,
        name: str = "",
        attributes: Mapping[str, str] | None = None,
        published: Published | None = None,
        flags: Mapping[str, str] | None = None,
        points: Mapping[str, Fraction] | None = None,
    ) -> UnitFigures:
        """Make the figures of a unit from plain values, as any frame library gives them.

        Args:
            scheme: the scheme, which says what each figure is.
            unit: identifier.
            figures: integers and floats that are whole become counts of the declared units, a
                `Decimal` is exact, texts are choices. None, NaN and other marks of a missing value
                are unknown.
            name: name of the unit.
            attributes: further columns, such as strata.
            published: an official result.
            flags: what is said about the figures.
            points: points that are published without counts, by criterion.

        Raises:
            UnknownNameError: `figure-unknown` for a key that the scheme does not declare.
            MisuseError: `count-negative`, `count-not-whole`, `unit-mismatch`;
                `figure-of-wrong-type` for a truth value, a text that is no choice, a float that
                is not whole.

        >>> from evnpubsvc import preset
        >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
        >>> units = UnitFigures.for_scheme(
        ...     scheme, "Đắk Lắk", {"dossiers_on_time": 393_087, "dossiers_received": 443_565})
        >>> print(units["dossiers_received"])
        443,565 dossiers
        """
        typed: dict[str, Figure] = {}
        for key, figure in figures.items():
            spec = scheme.figure_specs.get(key)
            if spec is None:
                near = near_names(key, scheme.figure_specs)
                raise UnknownNameError("figure-unknown", key, near=near)
            typed[key] = _typed(key, figure, spec)
        return cls(unit, typed, name, attributes or {}, published, flags or {}, points or {})

    @classmethod
    @answer_wrong_arguments
    def from_rows(
        cls,
        scheme: DeclaresFigures,
        rows: Iterable[Mapping[str, Any]],
        *,
        unit: str = "unit",
        name: str = "name",
        keep: Iterable[str] = (),
    ) -> tuple[UnitFigures, ...]:
        """Make the figures of units from plain dictionaries, as any frame library gives them.

        Args:
            scheme: the scheme, which says what each figure is; keys that it does not declare are
                passed over, declared ones that are missing are unknown.
            rows: a dictionary for each unit, as `row` gives it.
            unit: key of the identifier.
            name: key of the name, which may be missing.
            keep: keys that are kept as attributes, such as strata.

        Raises:
            MisuseError: `figures-row-without-unit`; as `for_scheme`.

        >>> from evnpubsvc import preset
        >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
        >>> rows = [{"unit": "A", "dossiers_on_time": 9.0, "dossiers_received": 10}]
        >>> [figures] = UnitFigures.from_rows(scheme, rows)
        >>> print(figures["dossiers_on_time"], figures.row()["dossiers_received"])
        9 dossiers 10
        """
        made: list[UnitFigures] = []
        for row in rows:
            if not isinstance(row.get(unit), str) or not row[unit]:
                raise MisuseError("figures-row-without-unit", row.get(unit), key=unit)
            figures = {key: row[key] for key in scheme.figure_specs if key in row}
            title, kept = row.get(name), {key: str(row[key]) for key in keep}
            made.append(
                cls.for_scheme(
                    scheme,
                    row[unit],
                    figures,
                    name=title if isinstance(title, str) else "",
                    attributes=kept,
                )
            )
        return tuple(made)

    def row(self) -> dict[str, Any]:
        """Return a plain dictionary, which every frame library takes: `from_rows` is the way back.

        The keys are `unit`, `name`, the attributes, and the figures. Counts are integers, other
        numbers `Decimal` (to twelve places where they have more), choices texts; counts known
        within bounds are as they are written, and None is what is not known.
        """
        plain = {key: _plain(figure) for key, figure in self.figures}
        return {"unit": self.unit, "name": self.name, **dict(self.attributes), **plain}

    @answer_wrong_arguments
    def number(self, key: str) -> Fraction | Unknown:
        """Return the value of a count or number as an exact number; of others, why there is none.

        Unlike `figures[key]`, which keeps the unit of a count.
        """
        figure = self[key]
        if isinstance(figure, Count):
            return Fraction(figure.value)
        if isinstance(figure, CountRange):
            return Unknown("known-within-bounds", key)
        if isinstance(figure, Chosen):
            return Unknown("figure-is-a-choice", key)
        return figure
