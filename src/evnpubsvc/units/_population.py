"""Population and means of units: people, households, devices, accounts, by day and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, plain_day, tuple_of
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation
from evnpubsvc.quantities import AnyCount, Count, CountRange, CountUnit, Ratio, Unknown
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.units._lineage import Break
from evnpubsvc.units._register import UnitRegister
from evnpubsvc.units._unit import UnitKey

_ONE_DAY: Final = timedelta(days=1)


class PopulationKind(LabelledEnum):
    """What is counted of the people of a unit."""

    PEOPLE = "people"
    """Population (*dân số*)."""
    ADULTS = "adults"
    """People of full age (*người từ đủ 18 tuổi*)."""
    HOUSEHOLDS = "households"
    """Households (*hộ*)."""
    HOUSEHOLDS_WITH_DEVICE = "households-with-device"
    """Households with a computer, tablet or smartphone (*hộ có thiết bị*)."""
    ACCOUNTS = "accounts"
    """Accounts registered for online services (*tài khoản đã đăng ký*)."""
    ACTIVE_ACCOUNTS = "active-accounts"
    """Accounts that were used in the period that the source names (*tài khoản có sử dụng*)."""

    @property
    def unit(self) -> CountUnit:
        """What its figures count: people, households or accounts."""
        if self in {PopulationKind.PEOPLE, PopulationKind.ADULTS}:
            return CountUnit.PEOPLE
        if self in {PopulationKind.ACCOUNTS, PopulationKind.ACTIVE_ACCOUNTS}:
            return CountUnit.ACCOUNTS
        return CountUnit.HOUSEHOLDS


@frozen
class PopulationFigure(PublicType):
    """One figure of a unit, as a source gives it.

    Attributes:
        unit: the unit, by its key: the same code means another territory after a merger.
        kind: what is counted.
        day: the day that it is counted for.
        count: the number, or a `CountRange` as published; in the unit of the kind.
        source: the document that gives it.

    Raises:
        MisuseError: `unit-mismatch` for a count of something else.
    """

    unit: UnitKey = field(validator=instance_of(UnitKey))
    kind: PopulationKind = field(validator=instance_of(PopulationKind))
    day: date = field(validator=plain_day)
    count: AnyCount = field(validator=instance_of(Count, CountRange))
    source: Citation = field(validator=instance_of(Citation))

    def __attrs_post_init__(self) -> None:
        if self.count.unit is not self.kind.unit:
            raise MisuseError("unit-mismatch", left=self.count.unit, right=self.kind.unit)


@frozen
class Population(PublicType):
    """What is known of a unit on a day, and from which figures.

    Attributes:
        count: the number; the sum of its older parts where the unit has no figure of its own.
        figures: the figures that it was taken from, each with its day and source.
        breaks: the changes of territory, name or parent between them and the day that was asked
            for; empty where nothing changed.
    """

    count: AnyCount = field(validator=instance_of(Count, CountRange))
    figures: tuple[PopulationFigure, ...] = field(validator=tuple_of(PopulationFigure))
    breaks: tuple[Break, ...] = field(default=(), validator=tuple_of(Break))

    def per(self, count: AnyCount) -> Ratio:
        """Return a count per head, household or account: a ratio that names both units.

        >>> from evnpubsvc.quantities import Count
        >>> whole = Population(Count(8_000, "people"), ())
        >>> print(whole.per(Count(7_049, "dossiers")))
        7,049 dossiers/8,000 people
        """
        return Ratio(count, self.count, above_one=True, mixed_units=True)


@frozen
class PopulationTable(PublicType):
    """Figures of the people of units (*dân số, hộ, thiết bị, tài khoản*), by day and source.

    Attributes:
        figures: each kind of a unit once a day.

    Raises:
        DataError: `population-twice`, for each of them.

    >>> from evnpubsvc.units import nui_thanh
    >>> source = Citation("made up for this example")
    >>> table = PopulationTable(tuple(
    ...     PopulationFigure(UnitKey(code), PopulationKind.PEOPLE, date(2022, 12, 31),
    ...                      Count(n, "people"), source)
    ...     for code, n in (("20968", 6_000), ("20971", 8_000), ("20974", 5_000))))
    >>> people, register = PopulationKind.PEOPLE, nui_thanh()
    >>> print(table.of("20971", people, on=date(2023, 6, 1), register=register).count)
    8,000 people
    >>> merged = table.of("20971", people, on=date(2026, 1, 1), register=register)
    >>> print(merged.count, merged.breaks[0].kind.value)
    19,000 people merged
    """

    figures: tuple[PopulationFigure, ...] = field(default=(), validator=tuple_of(PopulationFigure))

    def __attrs_post_init__(self) -> None:
        seen: set[tuple[UnitKey, PopulationKind, date]] = set()
        found: list[Finding] = []
        for i, each in enumerate(self.figures):
            place = (each.unit, each.kind, each.day)
            if place in seen:
                found.append(
                    finding("population-twice", f"$.figures[{i}]", each.unit, kind=each.kind)
                )
            seen.add(place)
        if found:
            raise DataError(found)

    @cached_property
    def _latest_first(self) -> Mapping[tuple[UnitKey, PopulationKind], list[PopulationFigure]]:
        by_key: dict[tuple[UnitKey, PopulationKind], list[PopulationFigure]] = {}
        for each in sorted(self.figures, key=lambda each: each.day, reverse=True):
            by_key.setdefault((each.unit, each.kind), []).append(each)
        return by_key

    @answer_wrong_arguments
    def of(
        self, code: str, kind: PopulationKind, *, on: date, register: UnitRegister
    ) -> Population | Unknown:
        """Return the latest figure of a unit on a day, with the changes since it was counted.

        Args:
            code: code of the unit; which territory it means is what the register says for the day.
            kind: what is asked for.
            on: the day; figures of later days are not looked at.
            register: the units and what became of them.

        Returns:
            The figure of the unit itself, or, where it has none, the sum of all the units whose
            territory it took over. An `Unknown`: `population-missing` where one has no figure,
            `population-of-other-territory` where no figures cover just its territory.

        Raises:
            UnknownNameError: the register has no such unit on that day.
        """
        unit = register.at(code, on)
        own = self._latest(unit.key, kind, on)
        if own is not None:
            return Population(own.count, (own,), register.breaks(unit.key, own.day, on))

        # The units that it was made of, if all of their territory went into it alone.
        since = unit.validity.since
        if since is None:
            return Unknown("population-missing", str(unit.key))
        lineage = register.lineage(since - _ONE_DAY, since, tier=unit.tier)
        group = lineage.group_of(unit.key)
        same = group.kind is not None and group.kind.same_territory
        if not same or group.newer != (unit.key,):
            return Unknown("population-of-other-territory", str(unit.key))
        parts: list[PopulationFigure] = []
        for older in group.older:
            figure = self._latest(older, kind, since - _ONE_DAY)
            if figure is None:
                return Unknown("population-missing", str(older))
            parts.append(figure)
        total = parts[0].count
        for part in parts[1:]:
            total = total + part.count
        first = min(part.day for part in parts)
        return Population(total, tuple(parts), register.breaks(unit.key, first, on))

    @answer_wrong_arguments
    def rates(
        self,
        counts: Mapping[str, AnyCount],
        kind: PopulationKind,
        *,
        on: date,
        register: UnitRegister,
    ) -> dict[str, Ratio | Unknown]:
        """Return counts per head, household or account by unit: of a tally, of rows of a report.

        Args:
            counts: counts by code of the unit.
            kind: what they are divided by.
            on: the day whose territory and figures count.
            register: the units and what became of them.

        Returns:
            A ratio for each unit, with both units in its text; why there is none otherwise.
        """
        found: dict[str, Ratio | Unknown] = {}
        for code, count in counts.items():
            population = self.of(code, kind, on=on, register=register)
            if isinstance(population, Population):
                found[code] = population.per(count)
            else:
                found[code] = population
        return found

    def _latest(self, key: UnitKey, kind: PopulationKind, on: date) -> PopulationFigure | None:
        given: Iterable[PopulationFigure] = self._latest_first.get((key, kind), ())
        return next((each for each in given if each.day <= on), None)
