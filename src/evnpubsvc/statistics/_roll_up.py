"""From communes to districts and provinces, and from any value to a coarser one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attrs import evolve, frozen

from evnpubsvc._hooks import PublicType
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.statistics._dimensions import WORKING_DAYS, as_names
from evnpubsvc.statistics._period_state import LeftOut
from evnpubsvc.statistics._tally import Tally, TallyBuilder
from evnpubsvc.statistics._where import Where, as_wheres
from evnpubsvc.units import AdminUnit, Break, Tier, UnitRegister


def roll_up(counted: Tally, dimension: str, into: Mapping[str, str | None]) -> Tally:
    """Return a tally with values of a dimension replaced by coarser ones and their cells added.

    Args:
        counted: the tally.
        dimension: a dimension of it; its name stays.
        into: value -> coarser value; None stays None.

    Raises:
        UnknownNameError: `dimension-unknown`.
        DataError: `roll-up-unknown`, for all values that stand in no pair, at once.

    >>> from evnpubsvc.dossiers import Precision
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> rows = [RegisterRow(date(2022, 12, 1), dimensions={"channel": each}) for each in ("web",
    ...     "app", "desk")]
    >>> counted = tally(rows, by=["channel"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    >>> coarse = roll_up(counted, "channel", {"web": "online", "app": "online", "desk": "desk"})
    >>> [(cell.key, cell.received.value) for cell in coarse]
    [(('desk',), 1), (('online',), 2)]
    """
    place = _place(counted, dimension)
    values = _values(counted, place)
    missing = sorted(value for value in values if value is not None and value not in into)
    if missing:
        raise DataError(
            finding("roll-up-unknown", f"dimension {dimension}", value) for value in missing
        )
    return _replaced(
        counted, place, {value: None if value is None else into[value] for value in values}
    )


def sum_over(counted: Tally, dimension: str) -> Tally:
    """Return a tally without a dimension: cells that differ in nothing else are added up.

    Raises:
        UnknownNameError: `dimension-unknown`.

    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> row = RegisterRow(date(2022, 12, 1), dimensions={"unit": "a", "channel": "online"})
    >>> counted = tally([row], by=["unit", "channel"], as_of=date(2022, 12, 14), compare="date")
    >>> [cell.key for cell in sum_over(counted, "channel")]
    [('a',)]
    """
    place = _place(counted, dimension)
    left = (*counted.dimensions[:place], *counted.dimensions[place + 1 :])
    calendar = counted.calendar if WORKING_DAYS in left else None
    sums = TallyBuilder(evolve(counted, dimensions=left, calendar=calendar, cells=()))
    for key, number in counted.counts().items():
        rest = (*key[:place], *key[place + 1 :])
        sums.counts[rest] = sums.counts.get(rest, 0) + number
    return sums.tally()


def narrow(counted: Tally, where: Mapping[str, str | Iterable[str]] | Iterable[Where]) -> Tally:
    """Return a tally of the dossiers with some values only; the others stand in `outside`.

    Args:
        counted: the tally.
        where: dimension -> the value, or the values, that are asked for. A dossier whose register
            does not say the value is outside.

    Raises:
        UnknownNameError: `dimension-unknown`.
        MisuseError: `selection-malformed`: a dimension twice, also one that was asked for before.

    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> rows = [RegisterRow(date(2022, 12, 1), dimensions={"unit": "a", "channel": each})
    ...         for each in ("online", "online", "post")]
    >>> counted = tally(rows, by=["unit", "channel"], as_of=date(2022, 12, 14), compare="date")
    >>> online = sum_over(narrow(counted, {"channel": "online"}), "channel")
    >>> online["a"].received.value, online.outside
    (2, 1)
    """
    asked = as_wheres(where)
    places = [(_place(counted, each.dimension), set(each.values)) for each in asked]
    whole = as_wheres((*counted.where, *asked))
    sums = TallyBuilder(evolve(counted, where=whole, cells=()))
    for key, number in counted.counts().items():
        if all(key[place] in values for place, values in places):
            sums.counts[key] = number
        else:
            sums.left_out[LeftOut.OUTSIDE] += number
    return sums.tally()


def narrowed(counted: Tally, by: str | Sequence[str], where: Iterable[Where]) -> Tally:
    """Return what was asked of a tally that was counted by the dimensions of a filter too."""
    if not where:
        return counted
    answer, stay = narrow(counted, where), as_names(by)
    for name in counted.dimensions:
        if name not in stay:
            answer = sum_over(answer, name)
    return answer


def _place(counted: Tally, dimension: str) -> int:
    if dimension not in counted.dimensions:
        raise UnknownNameError("dimension-unknown", dimension, known=tuple(counted.dimensions))
    return counted.dimensions.index(dimension)


def _values(counted: Tally, place: int) -> set[str | None]:
    """Return the values of a dimension, without making the cells of the tally."""
    return {key[place] for key in counted.counts()}


def _replaced(counted: Tally, place: int, into: Mapping[str | None, str | None]) -> Tally:
    sums = TallyBuilder(evolve(counted, cells=()))
    for key, number in counted.counts().items():
        coarse = (*key[:place], into[key[place]], *key[place + 1 :])
        sums.counts[coarse] = sums.counts.get(coarse, 0) + number
    return sums.tally()


@frozen(repr=False)
class UnitRollUp(PublicType):
    """A tally by the units of one tier.

    Attributes:
        tally: the sums; what could not be placed is under None, so that the total stays the
            total.
        breaks: changes of territory, name or parent inside the period: figures before and after are
            of different units.
        findings: codes that could not be placed, with their dossiers: `roll-up-unit-unknown`,
            `roll-up-no-parent`.
    """

    tally: Tally
    breaks: tuple[Break, ...]
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        return f"<UnitRollUp {self.tally!r}, {len(self.breaks)} breaks>"


def roll_up_units(
    counted: Tally, register: UnitRegister, tier: Tier, *, dimension: str = "unit"
) -> UnitRollUp:
    """Return a tally by the units of a tier, with the breaks of territory that it crosses.

    A code means the unit that bore it on the last day of the period, else the last unit that bore
    it before. The unit above is the one of that day.

    Args:
        counted: a tally by unit codes; its period is asked for breaks.
        register: the units.
        tier: the tier wanted: a unit of it stays itself, one below goes to the unit above it.
        dimension: the dimension that holds unit codes.

    Raises:
        UnknownNameError: `dimension-unknown`.
        MisuseError: `roll-up-no-units`: the dimension holds no code that the register knows.

    >>> from evnpubsvc.dossiers import Precision
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> from evnpubsvc.units import nui_thanh
    >>> rows = [RegisterRow(date(2022, 12, 1), dimensions={"unit": code}) for code in ("20968",
    ...     "20971", "20971")]
    >>> counted = tally(rows, by=["unit"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    >>> rolled = roll_up_units(counted, nui_thanh(), Tier.DISTRICT)
    >>> [(cell.key, cell.received.value) for cell in rolled.tally]
    [(('517',), 3)]
    """
    place = _place(counted, dimension)
    first = date.min if counted.since is None else counted.since
    into: dict[str | None, str | None] = {}
    breaks: dict[Break, None] = {}
    found: list[Finding] = []
    # The dossiers of each code: received in the period, or carried into it.
    dossiers = Counter[str | None]()
    for key, number in counted.counts().items():
        dossiers[key[place]] += number

    for code in sorted(dossiers, key=lambda value: (value is not None, value or "")):
        # The unit that bore the code, the one above it, and what changed for it in the period.
        unit: AdminUnit | None = None
        above: str | None = None
        if code is not None:
            unit = _unit(register, code, counted.as_of)
        if unit is not None:
            above = _above(register, unit, tier, counted.as_of)
            breaks.update(dict.fromkeys(register.breaks(unit.key, first, counted.as_of)))
        into[code] = above
        if above is not None:
            continue

        # Nowhere to go: the dossiers are said, and stay under their code.
        reason = "roll-up-unit-unknown" if unit is None else "roll-up-no-parent"
        parts = {"tier": tier, "dossiers": dossiers[code]}
        found.append(notice(reason, f"dimension {dimension}", code, **parts))
    if into and all(register.versions(code) == () for code in into if code is not None):
        raise MisuseError("roll-up-no-units", dimension)
    return UnitRollUp(_replaced(counted, place, into), tuple(breaks), tuple(found))


def _unit(register: UnitRegister, code: str, on: date) -> AdminUnit | None:
    unit = register.get(code, on)
    if unit is not None:
        return unit
    before = [each for each in register.versions(code) if each.validity.first <= on]
    return before[-1] if before else None


def _above(register: UnitRegister, unit: AdminUnit, tier: Tier, on: date) -> str | None:
    if unit.tier is tier:
        return unit.code
    day = min(on, unit.validity.last)
    return next((each.code for each in register.ancestors(unit, day) if each.tier is tier), None)
