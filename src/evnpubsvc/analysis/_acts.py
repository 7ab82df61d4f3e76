"""Acts: what a unit can do, each moving several figures at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from attrs import evolve, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import as_text, instance_of, pairs_of, valid_key
from evnpubsvc.emulation import (
    ChoiceCriterion,
    Chosen,
    Scheme,
    Standings,
    UnitFigures,
    rank,
    score,
)
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Count
from evnpubsvc.texts import Text


def _as_changes(
    given: Mapping[str, int] | Iterable[tuple[str, int]],
) -> tuple[tuple[str, int], ...]:
    return tuple(pairs_of(given))


def _as_options(
    given: Mapping[str, str] | Iterable[tuple[str, str]],
) -> tuple[tuple[str, str], ...]:
    return tuple(pairs_of(given))


def _as_cost(given: Fraction | int) -> Fraction:
    if type(given) is int:
        return Fraction(given)
    if not isinstance(given, Fraction):
        raise MisuseError("not-exact", given, type=type(given).__name__)
    return given


@frozen(kw_only=True)
class Act(PublicType):
    """Something that a unit can do once or several times (việc có thể làm).

    Attributes:
        key: stable key.
        title: what is done, in both languages: "one more dossier filed online".
        changes: by how much it moves each figure; given as a mapping, kept as pairs sorted by key.
        options: which option it chooses, by figure; such an act is done once at most.
        at_most: how often it can be done; None: as often as the figures allow.
        cost: what doing it once costs, in a unit of the caller's; above zero.
        ours: whether it is for the unit to decide; what is not is never planned.

    >>> online = Act(key="online", title=Text(vi="thêm hồ sơ trực tuyến", en="one more online"),
    ...              changes={"dossiers_online": 1, "dossiers_all_channels": 1})
    >>> online.cost
    Fraction(1, 1)
    """

    key: str = field(validator=valid_key)
    title: Text = field(converter=as_text, validator=instance_of(Text))
    changes: tuple[tuple[str, int], ...] = field(default=(), converter=_as_changes)
    options: tuple[tuple[str, str], ...] = field(default=(), converter=_as_options)
    at_most: int | None = field(default=None, validator=instance_of(int, type(None)))
    cost: Fraction = field(default=Fraction(1), converter=_as_cost)
    ours: bool = field(default=True, validator=instance_of(bool))

    def __attrs_post_init__(self) -> None:
        found: list[Finding] = []
        if not self.changes and not self.options:
            found.append(finding("act-without-change", ".changes", self.key))
        if self.cost <= 0:
            found.append(finding("number-not-positive", ".cost", self.cost, record="Act"))
        if self.at_most is not None and self.at_most < 0:
            found.append(finding("number-negative", ".at_most", self.at_most, record="Act"))
        if found:
            raise DataError(found)


def do_acts(figures: UnitFigures, acts: Iterable[tuple[Act, int]]) -> UnitFigures:
    """Return the figures of a unit after some acts.

    Args:
        figures: the figures before.
        acts: each act with how often it is done, zero or more.

    Raises:
        DataError: `act-on-unknown` for a figure that is not known as one number, `count-negative`
            for a count that would fall below zero, `act-too-often`: all at once.

    >>> act = Act(key="in-time", title=Text(vi="trả đúng hạn", en="returned in time"),
    ...           changes={"dossiers_on_time": 1})
    >>> from evnpubsvc.quantities import CountUnit
    >>> before = UnitFigures("X", {"dossiers_on_time": Count(8, CountUnit.DOSSIERS)})
    >>> print(do_acts(before, [(act, 2)])["dossiers_on_time"])
    10 dossiers
    """
    values: dict[str, Any] = dict(figures.figures)
    found: list[Finding] = []
    for act, times in acts:
        most = 1 if act.options and act.at_most is None else act.at_most
        if times < 0 or (most is not None and times > most):
            found.append(finding("act-too-often", act.key, times, most=most))
        if not times:
            continue
        for key, option in act.options:
            values[key] = Chosen(option)
        for key, change in act.changes:
            figure = values.get(key)
            if isinstance(figure, Count):
                number = figure.value + change * times
                if number < 0:
                    found.append(finding("count-negative", key, number))
                else:
                    values[key] = Count(number, figure.unit)
            elif isinstance(figure, Fraction):
                values[key] = figure + change * times
            else:
                found.append(finding("act-on-unknown", key, act.key))
    if found:
        raise DataError(found)
    return evolve(figures, figures=values)


def what_if(
    standings: Standings,
    figures: UnitFigures,
    acts: Iterable[tuple[Act, int]] = (),
    *,
    without: Iterable[str] = (),
) -> Standings:
    """Return the standings as they would be, replayed through `score` and `rank`.

    Args:
        standings: the standings as they are.
        figures: the figures of the unit that acts, which must be among them.
        acts: what it does, each act with how often; nothing by default.
        without: units that are left out, as if they had never been ranked.

    Raises:
        MisuseError: `standings-without-scheme`.
        UnknownNameError: `unit-unknown`.
        DataError: as `do_acts` and `score`.
    """
    if standings.scheme is None:
        raise MisuseError("standings-without-scheme")
    unit = standings[figures.unit].sheet.unit
    left = {standings[name].sheet.unit for name in without}
    changed = score(standings.scheme, do_acts(figures, acts))
    sheets = (
        changed if place.sheet.unit == unit else place.sheet
        for place in standings
        if place.sheet.unit not in left
    )
    return rank(sheets, within=standings.within, ties=standings.ties, tie_break=standings.tie_break)


@cache
def _packaged() -> tuple[tuple[str, Act], ...]:
    """Return the packaged acts, each with the beginning of the keys of its schemes."""
    return tuple(
        (
            scheme,
            Act(
                key=row["key"],
                title=Text(**row["title"]),
                changes=row["changes"],
                at_most=row.get("at_most"),
                ours=row.get("ours", True),
            ),
        )
        for scheme, rows in packaged_table("analysis/acts.toml").items()
        for row in rows
    )


def acts_of(scheme: Scheme) -> tuple[Act, ...]:
    """Return the acts that are packaged for a scheme, and one for each option of its choices.

    Each costs 1: give costs of your own with `attrs.evolve`. What an act does to a figure that the
    scheme does not read is left out.

    Raises:
        UnknownNameError: `acts-unknown` for a scheme that no act is packaged for; declare acts of
            your own.

    >>> from evnpubsvc import preset
    >>> [act.key for act in acts_of(preset("chau-thanh-2021"))]
    ['level-4-instead', 'level-4-more', 'service-used']
    """
    known = scheme.figure_specs
    found: list[Act] = []
    for beginning, act in _packaged():
        changes = {key: change for key, change in act.changes if key in known}
        if scheme.key.startswith(beginning) and changes:
            found.append(evolve(act, changes=changes))
    for criterion in scheme.criteria:
        if not isinstance(criterion, ChoiceCriterion):
            continue
        found += [
            Act(
                key=f"{item.figure}.{option.key}",
                title=Text(
                    vi=f"{criterion.title.vi}: {option.title.vi}",
                    en=f"{criterion.title.en}: {option.title.en}",
                ),
                options={item.figure: option.key},
            )
            for item in criterion.items
            for option in item.options
            if option.points > 0
        ]
    if not found:
        raise UnknownNameError("acts-unknown", scheme.key, known=_schemes())
    return tuple(found)


def _schemes() -> tuple[str, ...]:
    return tuple(packaged_table("analysis/acts.toml"))
