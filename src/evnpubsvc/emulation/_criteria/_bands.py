"""Points by bands of a share: from 90 % so many, from 80 % so many, below that nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

from attrs import evolve, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.emulation._base import exact, exact_or_none, positive, raise_all
from evnpubsvc.emulation._criteria._base import CriterionBase, write_over_nothing
from evnpubsvc.emulation._criteria._component import Component, before_rounding, over_nothing
from evnpubsvc.emulation._criteria._terms import Reads, Slot, Term, as_term, as_zero_policy
from evnpubsvc.emulation._figures import Better, FigureSpec, UnitFigures
from evnpubsvc.emulation._wording import number_text, sentence
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.quantities import Unknown, ZeroPolicy, round_half_up
from evnpubsvc.quantities.parts import has_places, localised
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import percent

_WIDE = Fraction(1, 2)  # of the scale, or of the maximum: from here on lint speaks up


@frozen(kw_only=True)
class ShareBand(PublicType):
    """What a share earns from a bound on: `at_least <= n / d < below`.

    Attributes:
        at_least: lowest share, inclusive, zero or more; 0.9 for 90 %.
        points: what it earns, zero or more.
        below: first share that is too high; None for "up to the next band", and for the top band.
    """

    at_least: Fraction = field(converter=exact, validator=instance_of(Fraction))
    points: Fraction = field(converter=exact, validator=instance_of(Fraction))
    below: Fraction | None = field(
        default=None, converter=exact_or_none, validator=instance_of(Fraction, type(None))
    )

    def __attrs_post_init__(self) -> None:
        numbers = {".at_least": self.at_least, ".points": self.points}
        raise_all(
            [
                finding("share-band-negative", path, number)
                for path, number in numbers.items()
                if number < 0
            ]
        )


@frozen(kw_only=True)
class BandsCriterion(CriterionBase):
    """Points by the band in which a ratio lies.

    Attributes:
        numerator: n, a count.
        denominator: d, a count.
        bands: at least two, in any order. Together they cover every share from zero on, without
            gap or overlap; the best of them earns the maximum.
        zero: points when d is zero (`full`, `zero`, `excluded`, `not-assessable`). No default.
        places: decimal places of the percentage to which the ratio is rounded, half up, before it
            is compared: with 2, 89.996 % counts as 90.00 %. None: the exact ratio is compared.
        above_one: n may exceed d; otherwise such figures are findings.

    >>> from evnpubsvc.texts import Text
    >>> from evnpubsvc.emulation import BandsCriterion, ShareBand
    >>> rubric = BandsCriterion(
    ...     key="on-time", title=Text(vi="Đúng hạn", en="On time"), maximum=20,
    ...     numerator="on_time", denominator="handled", zero="not-assessable",
    ...     bands=(ShareBand(at_least=Fraction(9, 10), points=20), ShareBand(at_least=Fraction(4,
    ...     5), points=16),
    ...            ShareBand(at_least=0, points=0)))
    >>> rubric.band(Fraction(89, 100)).points
    Fraction(16, 1)
    """

    kind: ClassVar[str] = "bands"

    numerator: Term = field(converter=as_term, validator=instance_of(Term))
    denominator: Term = field(converter=as_term, validator=instance_of(Term))
    bands: tuple[ShareBand, ...] = field(validator=tuple_of(ShareBand))
    zero: ZeroPolicy = field(converter=as_zero_policy)
    places: int | None = field(default=None, validator=instance_of(int, type(None)))
    above_one: bool = field(default=False, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum))
        if len(self.bands) < 2:
            raise DataError([finding("share-bands-too-few", ".bands", self.key)])
        if self.places is not None and not 0 <= self.places <= 12:
            raise DataError([finding("places-out-of-range", ".places", self.places)])

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What it reads."""
        return (
            ("numerator", self.numerator, Reads.COUNT),
            ("denominator", self.denominator, Reads.COUNT),
            *super().slots,
        )

    @property
    def same_unit(self) -> tuple[str, ...]:
        """Names of the fields that must count the same thing."""
        return ("numerator", "denominator")

    @property
    def direction(self) -> Mapping[str, Better]:
        """Whether a higher or a lower share earns more; neither where points go up and down."""
        points = [band.points for band in self.ladder]
        if points == sorted(points, reverse=True):
            return {"numerator": Better.HIGHER}
        return {"numerator": Better.LOWER} if points == sorted(points) else {}

    @property
    def reach(self) -> tuple[Fraction, Fraction]:
        """The least and the most points it can give."""
        points = [band.points for band in self.bands]
        return min(points), max(points)

    def turns(self, ends: Sequence[int]) -> Iterable[int]:
        """Yield zero and one: over nothing, the policy decides."""
        del ends
        return 0, 1

    def scaled(self, factor: Fraction) -> BandsCriterion:
        """Return the criterion with another weight: each of its points times a factor."""
        bands = tuple(evolve(band, points=band.points * factor) for band in self.bands)
        return evolve(self, stated=(), maximum=self.maximum * factor, bands=bands)

    # Points.

    @property
    def ladder(self) -> tuple[ShareBand, ...]:
        """The bands, highest share first."""
        return tuple(sorted(self.bands, key=lambda band: band.at_least, reverse=True))

    def compared(self, n: int, d: int) -> Fraction:
        """Return the share as it is compared with the bands; d is above zero."""
        share = Fraction(n, d)
        return share if self.places is None else round_half_up(share, self.places + 2)

    def band(self, share: Fraction) -> ShareBand:
        """Return the band of a share of zero or more, as it is compared."""
        return next(band for band in self.ladder if share >= band.at_least)

    def component(self, figures: UnitFigures) -> Component:
        """Return the points of a unit by the formula, before evidence and rounding."""
        n, d = self.numerator.value(figures), self.denominator.value(figures)
        for side in (n, d):
            if isinstance(side, Unknown):
                return before_rounding(self.key, side)
        assert isinstance(n, int)
        assert isinstance(d, int)
        if d == 0:
            share = over_nothing(self.key, self.zero)
            points = share if isinstance(share, Unknown) else self.maximum * share
            return before_rounding(self.key, points, numerator=n, denominator=0, zero=self.zero)
        points = self.band(self.compared(n, d)).points
        return before_rounding(self.key, points, numerator=n, denominator=d)

    # Checks.

    def check_figures(
        self, figures: UnitFigures, counted: Callable[[Term], int | None]
    ) -> Iterator[Finding]:
        """Yield a part that is larger than its whole."""
        del figures
        n, d = counted(self.numerator), counted(self.denominator)
        if n is not None and d is not None and n > d and not self.above_one:
            yield finding("numerator-above-denominator", self.key, numerator=n, denominator=d)

    def contradictions(self, path: str, grid: Fraction | None) -> Iterator[Finding]:
        """Yield gaps, overlaps, bands out of reach, and a best band that is not the maximum."""
        yield from super().contradictions(path, grid)
        place = {band: f"{path}.bands[{i}]" for i, band in enumerate(self.bands)}
        rising = self.ladder[::-1]

        # From zero on, each band ends where the next begins.
        lowest, highest = rising[0], rising[-1]
        if lowest.at_least > 0:
            bounds = {"start": _percent(Fraction(0)), "end": _percent(lowest.at_least)}
            yield finding("share-bands-gap", place[lowest], **bounds)
        for band, following in pairwise(rising):
            start = following.at_least
            if start == band.at_least or (band.below is not None and band.below > start):
                yield finding("share-bands-overlap", place[band], start=_percent(start))
            elif band.below is not None and band.below < start:
                bounds = {"start": _percent(band.below), "end": _percent(start)}
                yield finding("share-bands-gap", place[band], **bounds)
        top = None if self.above_one else Fraction(1)
        if highest.below is not None and (top is None or highest.below <= top):
            yield finding("share-bands-end", place[highest], start=_percent(highest.below))

        # What can be reached, and what it earns.
        for band in self.bands:
            if top is not None and band.at_least > top:
                yield finding("share-band-unreachable", place[band], _percent(band.at_least))
        best = self.reach[1]
        if best != self.maximum:
            shown = {"best": best, "maximum": self.maximum}
            yield finding("share-bands-off-maximum", f"{path}.maximum", self.key, **shown)

    def oddities(self, path: str) -> Iterator[Finding]:
        """Yield cliffs, dead zones, bands that change nothing, and points that go up and down."""
        if self.numerator == self.denominator:
            yield notice("ratio-of-itself", f"{path}.numerator", str(self.numerator))
        place = {band: f"{path}.bands[{i}]" for i, band in enumerate(self.bands)}
        for band, following in pairwise(self.ladder[::-1]):
            start, step = following.at_least, abs(following.points - band.points)
            shown = {"start": _percent(start), "points": step}
            if not step:
                yield notice("share-bands-equal", place[following], **shown)
            # One dossier more or less decides over more than half of the points.
            elif step > self.maximum * _WIDE:
                yield notice("share-bands-cliff", place[following], **shown)
            # Over more than half of the scale nothing is gained by doing better.
            if start - band.at_least > _WIDE and band.points < self.maximum:
                zone = {"start": _percent(band.at_least), "end": _percent(start)}
                points = band.points
                yield notice("share-bands-dead-zone", place[band], points=points, **zone)
        if not self.direction:
            yield notice("share-bands-up-and-down", f"{path}.bands", self.key)

    # Explanation.

    def derivation(
        self,
        component: Component,
        result: str,
        specs: Mapping[str, FigureSpec],
        lang: Language,
    ) -> str:
        """Write how the points came about; over nothing, by which policy."""
        if component.denominator != 0:
            return super().derivation(component, result, specs, lang)
        return write_over_nothing(component, self.zero, result, lang)

    def formula(self, component: Component, specs: Mapping[str, FigureSpec], lang: Language) -> str:
        """Write both counts, the percentage, and the band that it lies in."""
        n, d = component.numerator, component.denominator
        if not d or n is None:
            return sentence("explain-given", lang)
        text = f"{localised(n, lang)} / {localised(d, lang)}"
        unit = specs[self.denominator.figures[0]].unit
        if unit is not None:
            text += f" {unit.text.get(lang)}"
        share = self.compared(n, d)
        exact_percent = Fraction(n, d) * 100
        places = 2 if self.places is None else self.places
        sign = "=" if has_places(exact_percent, places) else "≈"
        start = number_text(self.band(share).at_least * 100, lang)
        band = sentence("explain-share-band", lang, start=start)
        return f"{text} {sign} {percent(localised(exact_percent, lang, places), lang)}; {band}"


def _percent(share: Fraction) -> Fraction:
    return share * 100
