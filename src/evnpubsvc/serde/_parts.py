"""Findings in JSON: their values keep their types.

A text, a whole number, a truth value and a list are written as themselves; any other value as
`{"type": "date", "value": "2025-07-01"}`. Records and enums of this library are named with their
room: `{"type": "law.Citation", "value": {…}}`. A value of another application is written as its
text in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from fractions import Fraction
from importlib import import_module
from typing import Any, Final, cast

import attrs
from cattrs import Converter

from evnpubsvc.findings import Cell, Finding, Severity
from evnpubsvc.serde._converter import NotThisTypeError
from evnpubsvc.texts import Text, write

_SCALARS: Final[Mapping[str, type[Any]]] = {
    "date": date,
    "datetime": datetime,
    "time": time,
    "number": Fraction,
    "decimal": Decimal,
}
_NAMES: Final[Mapping[type[object], str]] = {kind: name for name, kind in _SCALARS.items()}
# The rooms whose records and enums findings carry; nothing else is imported for a document.
_ROOMS: Final = frozenset(
    {
        "campaigns",
        "catalogue",
        "codes",
        "deadlines",
        "dossiers",
        "emulation",
        "findings",
        "law",
        "outreach",
        "periods",
        "quantities",
        "reports",
        "services",
        "statistics",
        "texts",
        "units",
        "worktime",
    }
)
_DEEPEST: Final = 32  # findings inside findings and lists inside lists


def configure(converter: Converter) -> None:
    """Teach a converter findings."""

    def unstructure(found: Finding) -> dict[str, Any]:
        if found.value is None:
            value = None
        else:
            value = _write_part(found.value, converter)
        return {
            "reason": found.reason,
            "path": found.path,
            "value": value,
            "parts": {name: _write_part(part, converter) for name, part in found.parts},
            "severity": found.severity.value,
        }

    def structure(given: Any, _: Any) -> Finding:
        return _read_finding(given, converter, 0)

    # What a cell holds may be somebody's name: it never leaves.
    converter.register_unstructure_hook(
        Cell, lambda cell: {"shown": cell.shown, "length": cell.length, "kinds": list(cell.kinds)}
    )
    converter.register_unstructure_hook(Finding, unstructure)
    converter.register_structure_hook(Finding, structure)


def _write_part(part: object, converter: Converter) -> Any:
    if type(part) in {str, int, bool}:
        return part
    if isinstance(part, tuple):
        return [_write_part(each, converter) for each in cast("tuple[object, ...]", part)]
    kind = type(part)
    name = _NAMES.get(kind)
    if name is None:
        name = _public_name(kind)
    if name is None:
        part, name = Text(vi=write(part, "vi") or "…", en=write(part, "en") or "…"), "texts.Text"
    if isinstance(part, Decimal):
        return {"type": name, "value": str(part)}
    return {"type": name, "value": converter.unstructure(part)}


def _public_name(kind: type[Any]) -> str | None:
    """Return `room.Name` of a public type of this library; None for any other."""
    package, _, rest = kind.__module__.partition(".")
    room = rest.partition(".")[0]
    if package != "evnpubsvc" or room not in _ROOMS:
        return None
    public = getattr(import_module(f"evnpubsvc.{room}"), kind.__name__, None)
    if public is kind:
        return f"{room}.{kind.__name__}"
    return None


def _read_finding(given: Any, converter: Converter, depth: int) -> Finding:
    fields = _object(given, {"reason", "path", "value", "parts", "severity"})
    parts = fields.get("parts", {})
    if not isinstance(parts, dict):
        raise NotThisTypeError(parts, "object")
    value = fields.get("value")
    return Finding(
        reason=converter.structure(fields.get("reason"), str),
        path=converter.structure(fields.get("path", ""), str),
        value=None if value is None else _read_part(value, converter, depth + 1),
        parts=tuple(
            (name, _read_part(part, converter, depth + 1))
            for name, part in sorted(cast("dict[str, Any]", parts).items())
        ),
        severity=converter.structure(fields.get("severity", "violation"), Severity),
    )


def _read_part(given: Any, converter: Converter, depth: int) -> Any:
    if depth > _DEEPEST:
        raise NotThisTypeError(given, "nested", _DEEPEST)
    if type(given) in {str, int, bool}:
        return given
    if isinstance(given, list):
        parts = cast("list[object]", given)
        return tuple(_read_part(each, converter, depth + 1) for each in parts)
    fields = _object(given, {"type", "value"})
    name, value = fields.get("type"), fields.get("value")
    if name == "findings.Finding":
        return _read_finding(value, converter, depth)
    if name == "decimal":
        return _decimal(value)
    kind = _SCALARS.get(name) if isinstance(name, str) else None
    if kind is None:
        kind = _public_type(name)
    return converter.structure(value, kind)


def _object(given: Any, keys: set[str]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise NotThisTypeError(given, "object")
    fields = cast("dict[str, Any]", given)
    if set(fields) - keys:
        raise NotThisTypeError(fields, "object")
    return fields


def _decimal(value: Any) -> Decimal:
    try:
        if type(value) is str and len(value) <= 128:
            number = Decimal(value)
            if number.is_finite():
                return number
    except InvalidOperation:
        pass
    raise NotThisTypeError(value, "decimal")


def _public_type(name: Any) -> type[Any]:
    if isinstance(name, str):
        room, _, rest = name.partition(".")
        kind = None
        if room in _ROOMS:
            kind = getattr(import_module(f"evnpubsvc.{room}"), rest, None)
        if isinstance(kind, type):
            public = cast("type[object]", kind)
            if issubclass(public, Enum) or attrs.has(public):
                return public
    raise NotThisTypeError(name, "type")
