"""Points for chosen levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import ClassVar

from attrs import evolve, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import as_text, instance_of, tuple_of, valid_key
from evnpubsvc.emulation._base import exact, key_twice, positive, raise_all
from evnpubsvc.emulation._criteria._base import CriterionBase
from evnpubsvc.emulation._criteria._component import VOIDED, Component, before_rounding
from evnpubsvc.emulation._criteria._terms import Reads, Slot, Term
from evnpubsvc.emulation._figures import Chosen, FigureSpec, UnitFigures
from evnpubsvc.emulation._wording import number_text
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.quantities import Unknown
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.texts import Language, Text


@frozen(kw_only=True)
class Option(PublicType):
    """One level that can be chosen.

    Attributes:
        key: what is written in the figures.
        title: name in both languages.
        points: what it earns; may be negative ("0, and 0.25 less").
        voids: choosing it leaves the whole criterion without points (điểm liệt).
    """

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    points: Fraction = field(converter=exact, validator=instance_of(Fraction))
    voids: bool = field(default=False, validator=instance_of(bool))


@frozen(kw_only=True)
class ChoiceItem(PublicType):
    """One question of a choice criterion.

    Attributes:
        figure: the figure that holds the key of the chosen option.
        options: the options, at least two.
    """

    figure: str = field(validator=valid_key)
    options: tuple[Option, ...] = field(validator=tuple_of(Option))

    def __attrs_post_init__(self) -> None:
        if len(self.options) < 2:
            raise DataError([finding("options-too-few", ".options", self.figure)])


@frozen(kw_only=True)
class ChoiceCriterion(CriterionBase):
    """Points for chosen levels: the sum over its items.

    As soon as an option that voids is chosen anywhere in it, the criterion earns nothing.

    Attributes:
        items: at least one; their best options add up to the maximum.
    """

    kind: ClassVar[str] = "choice"

    items: tuple[ChoiceItem, ...] = field(validator=tuple_of(ChoiceItem))

    def __attrs_post_init__(self) -> None:
        raise_all(positive(self, maximum=self.maximum))
        if not self.items:
            raise DataError([finding("choice-without-items", ".items", self.key)])

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What it reads."""
        figures = (
            (f"items[{i}].figure", Term((item.figure,)), Reads.CHOICE)
            for i, item in enumerate(self.items)
        )
        return (*figures, *super().slots)

    @property
    def reach(self) -> tuple[Fraction, Fraction]:
        """The least and the most points it can give."""
        points = [[option.points for option in item.options] for item in self.items]
        worst, best = sum(map(min, points), Fraction(0)), sum(map(max, points), Fraction(0))
        return min(worst, Fraction(0)), best

    def scaled(self, factor: Fraction) -> ChoiceCriterion:
        """Return the criterion with another weight: each of its points times a factor."""
        items = tuple(
            evolve(
                item,
                options=tuple(evolve(each, points=each.points * factor) for each in item.options),
            )
            for item in self.items
        )
        return evolve(self, stated=(), maximum=self.maximum * factor, items=items)

    # Points.

    def component(self, figures: UnitFigures) -> Component:
        """Return the points of a unit by the formula, before evidence and rounding."""
        unknown: Unknown | None = None
        chosen: list[Option] = []
        for item in self.items:
            figure = figures[item.figure]
            if isinstance(figure, Chosen):
                chosen.append(next(o for o in item.options if o.key == figure.option))
            elif isinstance(figure, Unknown) and unknown is None:
                unknown = figure
        keys = tuple(option.key for option in chosen)
        total = sum((option.points for option in chosen), Fraction(0))
        # A voiding option decides whatever else was chosen, so what is blank beside it does not
        # matter.
        if any(option.voids for option in chosen):
            return before_rounding(self.key, Fraction(0), value=total, chosen=keys, flags=(VOIDED,))
        if unknown is not None:
            return before_rounding(self.key, unknown, chosen=keys)
        return before_rounding(self.key, total, value=total, chosen=keys)

    # Checks.

    def check_figures(
        self, figures: UnitFigures, counted: Callable[[Term], int | None]
    ) -> Iterator[Finding]:
        """Yield options that do not exist."""
        del counted
        for item in self.items:
            chosen = figures[item.figure]
            options = [option.key for option in item.options]
            if isinstance(chosen, Chosen) and chosen.option not in options:
                known = tuple(options)
                yield finding("option-unknown", item.figure, chosen.option, known=known)

    def contradictions(self, path: str, grid: Fraction | None) -> Iterator[Finding]:
        """Yield best options that are not worth the maximum, and options that contradict others."""
        yield from super().contradictions(path, grid)
        best = self.reach[1]
        if best != self.maximum:
            shown = {"total": decimal_text(best), "declared": decimal_text(self.maximum)}
            yield finding("options-do-not-add-up", f"{path}.maximum", self.key, **shown)
        for i, item in enumerate(self.items):
            place = f"{path}.items[{i}]"
            yield from key_twice(
                (option.key, f"{place}.options[{j}]") for j, option in enumerate(item.options)
            )
            if len({(option.points, option.voids) for option in item.options}) == 1:
                yield finding("options-all-equal", f"{place}.options", item.figure)
            for j, option in enumerate(item.options):
                if option.voids and option.points != 0:
                    shown_points = decimal_text(option.points)
                    yield finding(
                        "voiding-with-points", f"{place}.options[{j}].points", shown_points
                    )

    def oddities(self, path: str) -> Iterator[Finding]:
        """Yield options that void a criterion of one item, where another earns nothing as well."""
        if len(self.items) > 1:
            return
        for i, item in enumerate(self.items):
            if not any(option.points == 0 and not option.voids for option in item.options):
                continue
            for j, option in enumerate(item.options):
                if option.voids:
                    place = f"{path}.items[{i}].options[{j}].voids"
                    yield notice("voiding-without-effect", place, option.key)

    # Explanation.

    def formula(self, component: Component, specs: Mapping[str, FigureSpec], lang: Language) -> str:
        """Write the chosen options with their points."""
        del specs
        options = {option.key: option for item in self.items for option in item.options}
        return " + ".join(
            f"{options[key].title.get(lang)} ({number_text(options[key].points, lang)})"
            for key in component.chosen
        )
