"""Registers of units from tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

from evnpubsvc._files import Source
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.law import Validity
from evnpubsvc.serde._rows import Cells, table_rows
from evnpubsvc.units import AdminUnit, Succession, Tier, UnitKey, UnitKind, UnitRegister
from evnpubsvc.units.parts import fold_name

_YES: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_TIERS: Final = tuple(each.value for each in Tier)


@cache
def _kinds() -> dict[str, UnitKind]:
    """Return the kinds by their words in either language."""
    return {
        **{fold_name(kind.text.vi): kind for kind in UnitKind},
        **{fold_name(kind.value): kind for kind in UnitKind},
        **{kind.value: kind for kind in UnitKind},
    }


def unit_register_from_rows(
    rows: Iterable[Mapping[str, str]],
    successions: Iterable[Mapping[str, str]] = (),
    *,
    columns: Mapping[str, str] | None = None,
) -> UnitRegister:
    """Build a register of units from rows of text.

    Units have the columns `code`; `name` (with or without the word for the kind); `kind` (in
    English or Vietnamese; may be empty where the name begins with it); `tier` (may be empty where
    the kind implies it); `parent`, `since`, `until` (ISO 8601, inclusive) and `name_en`, which may
    be empty or absent. Successions have the columns `older`, `older_since`, `newer`, `newer_since`,
    `whole` and `default` (1 or 0, empty is 1).

    Args:
        rows: units.
        successions: what became of them.
        columns: own names of columns, by the names above.

    Raises:
        DataError: everything that is wrong in the rows, with row and column; else in the register
            as a whole.

    >>> register = unit_register_from_rows([{"code": "20965", "name": "Xã Núi Thành",
    ...     "since": "2025-07-01"}])
    >>> print(register.units[0], register.units[0].validity)
    xã Núi Thành (20965) 2025-07-01..
    """
    names = columns or {}
    found: list[Finding] = []
    validities: dict[Validity, Validity] = {}  # registers repeat few
    units: list[AdminUnit] = []
    for number, row in enumerate(rows, start=2):
        unit = _unit(Cells(row, f"row {number}", found, names), validities)
        if unit is not None:
            units.append(unit)
    steps: list[Succession] = []
    for number, row in enumerate(successions, start=2):
        step = _step(Cells(row, f"succession row {number}", found, names))
        if step is not None:
            steps.append(step)
    if found:
        raise DataError(found)
    return UnitRegister.of(units, steps)


def read_unit_register(
    units: Source,
    successions: Source | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    on_finding: Callable[[Finding], None] | None = None,
) -> UnitRegister:
    """Read a register of units from CSV files or workbooks.

    The columns are those of `unit_register_from_rows`.

    Args:
        units: a path, or a binary stream of CSV.
        successions: what became of them.
        columns: own names of columns.
        on_finding: called with a notice for what was recognised about a table without being said:
            titles above it, its delimiter, cells of a workbook that do not come through.

    Raises:
        DataError: `file-unreadable`, `file-too-large`, `column-missing`, and everything wrong with
            the rows.
    """
    names = columns or {}
    days = [names.get(n, n) for n in ("since", "until", "older_since", "newer_since")]
    wanted = [names.get(name, name) for name in ("code", "name")]
    rows = table_rows(units, wanted, on_finding, days=days)
    steps: list[dict[str, str]] = []
    if successions is not None:
        wanted = [names.get(name, name) for name in ("older", "newer")]
        steps = table_rows(successions, wanted, on_finding, days=days)
    return unit_register_from_rows(rows, steps, columns=columns)


def _unit(cells: Cells, validities: dict[Validity, Validity]) -> AdminUnit | None:
    """Read a unit; None where something is wrong with it, which is in `cells.found`."""
    before = len(cells.found)
    kind, name = _kind_and_name(cells)
    tier = _tier(cells, kind, name)
    validity = cells.validity()
    if kind is None or tier is None or len(cells.found) > before:
        return None
    try:
        return AdminUnit(
            code=cells.text("code"),
            name=name,
            kind=kind,
            tier=tier,
            parent=cells.text("parent") or None,
            validity=validities.setdefault(validity, validity),
            name_en=cells.text("name_en"),
        )
    except MisuseError as error:
        cells.found.append(error.finding.at(cells.path))
        return None


def _kind_and_name(cells: Cells) -> tuple[UnitKind | None, str]:
    """Read the kind of a unit: in a cell of its own, before the name, or in both alike."""
    before = len(cells.found)
    name = cells.text("name")
    stated = cells.read("kind", _kind, None, "unit-kind-unknown")
    words = name.split()
    for size in (2, 1):
        if len(words) <= size:
            continue
        written = _kinds().get(fold_name(" ".join(words[:size])))
        if written is not None and stated in {None, written}:
            return written, " ".join(words[size:])
    if stated is None and len(cells.found) == before:
        cells.bad("kind", "unit-kind-unknown", cells.text("kind") or name)
    return stated, name


def _tier(cells: Cells, kind: UnitKind | None, name: str) -> Tier | None:
    """Read the tier of a unit; where the cell is blank, that of its kind, if there is but one."""
    tier = cells.read("tier", Tier, None, "unit-tier-unknown", known=_TIERS)
    if tier is not None or kind is None or cells.text("tier"):
        return tier
    if len(kind.tiers) == 1:
        return kind.tiers[0]
    known = tuple(each.value for each in kind.tiers)
    cells.bad("tier", "unit-tier-unknown", name, known=known)
    return None


def _kind(text: str) -> UnitKind:
    kind = _kinds().get(fold_name(text))
    if kind is None:
        raise ValueError(text)
    return kind


def _yes(text: str) -> bool:
    answer = _YES.get(text.casefold())
    if answer is None:
        raise ValueError(text)
    return answer


def _step(cells: Cells) -> Succession | None:
    before = len(cells.found)
    days = [cells.day(name) for name in ("older_since", "newer_since")]
    whole = cells.read("whole", _yes, True, "value-of-wrong-type", expected=("1", "0"))
    default = cells.read("default", _yes, True, "value-of-wrong-type", expected=("1", "0"))
    try:
        step = Succession(
            UnitKey(cells.text("older"), days[0]),
            UnitKey(cells.text("newer"), days[1]),
            whole=whole,
            default=default,
        )
    except MisuseError as error:
        cells.found.append(error.finding.at(cells.path))
        return None
    return step if len(cells.found) == before else None
