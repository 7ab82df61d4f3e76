"""From communes to districts and provinces: a tally by the units of one tier."""

from __future__ import annotations

from collections import Counter
from datetime import date

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, notice
from evnpubsvc.statistics._roll_up import place_of, replace_values
from evnpubsvc.statistics._tally import Tally
from evnpubsvc.units import AdminUnit, Break, Tier, UnitRegister


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
    place = place_of(counted, dimension)
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
    return UnitRollUp(replace_values(counted, place, into), tuple(breaks), tuple(found))


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
