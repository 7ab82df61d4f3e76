"""Findings in JSON: their values keep their types.

A text, a whole number, a truth value and a list are written as themselves; any other value as
`{"type": "date", "value": "2025-07-01"}`. Records and enums of this library are named with their
room: `{"type": "law.Citation", "value": {…}}`. A value of another application is written as its
text in both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from fractions import Fraction
from importlib import import_module
from typing import Any, Final, TypeVar, cast, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    ClassValidationError,
    IterableValidationNote,
)

from evnpubsvc.findings import Cell, Finding, Severity
from evnpubsvc.serde._encodings import (
    Describe,
    Encoding,
    NotThisTypeError,
    Schema,
    describe_record,
    is_record,
    object_schema,
)
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
_DECIMAL: Final = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?$"
_DEEPEST: Final = 32  # findings inside findings and lists inside lists


class TypedValue:
    """A value together with its type, where only the value says which type it has."""


def encodings(converter: Converter) -> tuple[Encoding, ...]:
    """Return how findings are encoded, and records of a type that only their user knows."""

    def write_finding(found: Finding) -> dict[str, Any]:
        return {
            "reason": found.reason,
            "path": found.path,
            "value": write_open(found.value),
            "parts": {name: _write_part(part, converter) for name, part in found.parts},
            "severity": found.severity.value,
        }

    def write_open(value: Any) -> Any:
        return None if value is None else _write_part(value, converter)

    def read_open(given: Any, _: Any) -> Any:
        return None if given is None else _read_part(given, converter, 1)

    def read_generic(given: Any, kind: Any) -> Any:
        if not isinstance(given, Mapping):
            raise NotThisTypeError(given, "object")
        typed = _typed(kind)
        return converter.gen_structure_attrs_fromdict(typed)(cast("Any", given), typed)

    def write_generic(record: Any) -> Any:
        return converter.gen_unstructure_attrs_fromdict(_typed(type(record)))(record)

    return (
        Encoding(TypedValue, _describe_part, read_open, write_open),
        Encoding(
            _is_variable,
            lambda _, describe: {"anyOf": [describe(TypedValue), {"type": "null"}]},
        ),
        Encoding(_is_generic, describe_record, read_generic, write_generic),
        # What a cell holds may be somebody's name: it never leaves.
        Encoding(
            Cell,
            describe_record,
            None,
            lambda cell: {"shown": cell.shown, "length": cell.length, "kinds": list(cell.kinds)},
        ),
        Encoding(
            Finding,
            _describe_finding,
            lambda given, _: _read_finding(given, converter, 0),
            write_finding,
        ),
    )


def _is_variable(kind: Any) -> bool:
    return isinstance(kind, TypeVar)


def _is_generic(kind: Any) -> bool:
    plain = get_origin(kind) or kind
    return is_record(plain) and bool(getattr(plain, "__parameters__", ()))


def _typed(kind: Any) -> Any:
    """Return a generic record with values that say their type in the place of its parameters."""
    plain = get_origin(kind) or kind
    return plain[(TypedValue,) * len(plain.__parameters__)]


def _describe_finding(_: Any, describe: Describe) -> Schema:
    part = describe(TypedValue)
    return object_schema(
        {
            "reason": {"type": "string"},
            "path": {"type": "string", "default": ""},
            "value": {"anyOf": [part, {"type": "null"}]},
            "parts": {"type": "object", "additionalProperties": part},
            "severity": describe(Severity),
        },
        required=["reason"],
    )


def _describe_part(_: Any, describe: Describe) -> Schema:
    """Describe a value with its type, which is one of the public types.

    What a record, a finding or a list in it holds is for the reader to judge: it would draw every
    type of the library into the description of each service, and a type that refers to itself is
    more than most tools of OpenAPI can do.
    """
    scalars = [(name, describe(kind)) for name, kind in _SCALARS.items() if kind is not Decimal]
    scalars.append(("decimal", {"type": "string", "maxLength": 128, "pattern": _DECIMAL}))
    typed = [object_schema({"type": {"const": name}, "value": value}) for name, value in scalars]
    record: dict[str, Schema] = {"type": {"enum": list(_public_types())}, "value": {}}
    return {
        "anyOf": [
            {"type": ["string", "integer", "boolean"]},
            {"type": "array"},
            *typed,
            object_schema(record),
        ]
    }


def _write_part(part: object, converter: Converter) -> Any:
    """Write a value: as itself where JSON has its type, else with the name of its type."""
    if type(part) in {str, int, bool}:
        return part
    if isinstance(part, tuple):
        return [_write_part(each, converter) for each in cast("tuple[object, ...]", part)]

    # What no room of this library knows is written as it is printed.
    kind = type(part)
    name = _NAMES.get(kind) or _public_name(kind)
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
    value = fields.get("value")
    read = _read_places(
        {
            "reason": lambda: converter.structure(fields.get("reason"), str),
            "path": lambda: converter.structure(fields.get("path", ""), str),
            "value": lambda: None if value is None else _read_part(value, converter, depth + 1),
            "parts": lambda: _read_parts(fields.get("parts", {}), converter, depth + 1),
            "severity": lambda: converter.structure(fields.get("severity", "violation"), Severity),
        }
    )
    return Finding(**read)


def _read_parts(given: Any, converter: Converter, depth: int) -> tuple[tuple[str, Any], ...]:
    """Read the named parts of a finding."""
    if not isinstance(given, dict):
        raise NotThisTypeError(given, "object")
    parts = cast("dict[str, Any]", given)

    def reader(part: Any) -> Callable[[], Any]:
        return lambda: _read_part(part, converter, depth)

    read = _read_places({name: reader(parts[name]) for name in sorted(parts)})
    return tuple(read.items())


def _read_places(readers: Mapping[str | int, Callable[[], Any]]) -> dict[Any, Any]:
    """Read each place of a value; raise all that is wrong at once, each under its own place."""
    read: dict[Any, Any] = {}
    errors: list[Exception] = []
    for place, reader in readers.items():
        try:
            read[place] = reader()
        except Exception as error:  # noqa: BLE001 - gathered, as cattrs does
            if isinstance(place, int):
                note: Any = IterableValidationNote("", place, Any)
            else:
                note = AttributeValidationNote("", place, Any)
            error.__notes__ = [*getattr(error, "__notes__", []), note]
            errors.append(error)
    if errors:
        raise ClassValidationError("", errors, Finding)  # pyright: ignore[reportCallIssue] # its own __new__
    return read


def _read_part(given: Any, converter: Converter, depth: int) -> Any:
    """Read what `_write_part` wrote; what is wrong is raised with its place."""
    if depth > _DEEPEST:
        raise NotThisTypeError(given, "nested", _DEEPEST)
    if type(given) in {str, int, bool}:
        return given
    if isinstance(given, list):
        return _read_members(cast("list[object]", given), converter, depth + 1)

    # A value with its type: the type decides how the value is read.
    fields = _object(given, {"type", "value"})
    kind = _read_places({"type": lambda: _type_named(fields.get("type"))})["type"]
    return _read_places({"value": lambda: _read_as(kind, fields.get("value"), converter, depth)})[
        "value"
    ]


def _read_members(given: list[object], converter: Converter, depth: int) -> tuple[Any, ...]:
    def reader(member: object) -> Callable[[], Any]:
        return lambda: _read_part(member, converter, depth)

    read = _read_places({place: reader(member) for place, member in enumerate(given)})
    return tuple(read.values())


def _type_named(name: Any) -> type[Any]:
    """Return the type of a name: a scalar, or a public type of this library."""
    kind = _SCALARS.get(name) if isinstance(name, str) else None
    if kind is None:
        kind = _public_type(name)
    return kind


def _read_as(kind: type[Any], value: Any, converter: Converter, depth: int) -> Any:
    """Read a value whose type is known."""
    if kind is Finding:
        return _read_finding(value, converter, depth)
    if kind is Decimal:
        return _decimal(value)
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
    """Return the public type of a name; its room is imported when it is asked for."""
    room, _, rest = name.partition(".") if isinstance(name, str) else ("", "", "")
    if room in _ROOMS:
        module = import_module(f"evnpubsvc.{room}")
        kind = getattr(module, rest, None) if rest in module.__all__ else None
        if _is_carried(kind):
            return cast("type[Any]", kind)
    raise NotThisTypeError(name, "type")


def _is_carried(kind: object) -> bool:
    """Return whether findings carry values of a type: a record, or an enum."""
    if not isinstance(kind, type):
        return False
    public = cast("type[object]", kind)
    return issubclass(public, Enum) or attrs.has(public)


def _public_types() -> Iterator[str]:
    """Yield the name of each type that findings carry, for the schema."""
    for room in sorted(_ROOMS):
        module = import_module(f"evnpubsvc.{room}")
        for name in sorted(module.__all__):
            if _is_carried(getattr(module, name)):
                yield f"{room}.{name}"
