"""JSON Schemas of public types: their shape from the encodings of `serde`, their words from texts.

A type that has a name has one definition, which every other one refers to.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from enum import Enum
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, Final, cast, get_origin

import attrs

from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.serde.engine import FORMAT, Encoding, Schema, TypedValue, fields_of, shared_encodings
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.texts.parts import catalogue

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
DEFINITIONS: Final = "#/$defs/"
COMPONENTS: Final = "#/components/schemas/"

# The rooms whose types cross borders; `frames` where its extra is installed.
_ROOMS: Final = (
    "analysis",
    "campaigns",
    "catalogue",
    "codes",
    "conformance",
    "deadlines",
    "deadlines.results",
    "dossiers",
    "dossiers.results",
    "emulation",
    "emulation.counted",
    "emulation.results",
    "findings",
    "frames",
    "law",
    "outreach",
    "outreach.results",
    "periods",
    "quantities",
    "reports",
    "serde",
    "services",
    "statistics",
    "synthetic",
    "texts",
    "units",
    "units.results",
    "worktime",
)


def record_types() -> Mapping[str, type[Any]]:
    """Return every public type that has a schema, by name: records, codes and enums.

    `frames.TallyFrame` is among them where the extra `frames` is installed.

    >>> record_types()["Dossier"]
    <class 'evnpubsvc.dossiers.Dossier'>
    """
    return _record_types()


@cache
def _record_types() -> Mapping[str, type[Any]]:
    found: dict[str, type[Any]] = {}
    for room in _ROOMS:
        if room == "frames" and find_spec("polars") is None:
            continue
        module = importlib.import_module(f"evnpubsvc.{room}")
        for name in module.__all__:
            kind = getattr(module, name)
            if is_public(kind):
                found[kind.__name__] = kind
    return MappingProxyType(dict(sorted(found.items())))


# Values that are texts or numbers in documents, and have a definition all the same.
_VALUES: Final[Mapping[Any, str]] = {
    date: "Day",
    datetime: "Instant",
    time: "TimeOfDay",
    Fraction: "Number",
    TypedValue: "TypedValue",
}


def name_of(kind: Any) -> str | None:
    """Return the name of a type's definition, which others refer to; None where it has none."""
    if kind in _VALUES:
        return _VALUES[kind]
    if is_public(kind):
        return str(kind.__name__)
    return None


def is_public(kind: Any) -> bool:
    """Return whether a type is a public record, code or enum of this library."""
    if not isinstance(kind, type) or "._" in kind.__module__:
        return False
    is_record_or_enum = attrs.has(kind) or (issubclass(kind, Enum) and len(kind) > 0)
    return kind.__module__.startswith("evnpubsvc.") and is_record_or_enum


def json_schema(kind: type[Any] | str, *, envelope: bool = False) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a type: what `from_data` accepts, and `to_data` gives.

    It says what holds for single values, and of lists and objects which parts they have. What a
    record demands of several values together (a numerator above its denominator), what makes a code
    a code, and what the law says, is for the record to judge: `from_data` gives findings.

    Args:
        kind: a public type, or its name; a record of one's own with fields of these types too.
        envelope: of the document that `to_json` writes, with its format and type.

    Returns:
        A schema of its own, with all definitions that it refers to.

    Raises:
        UnknownNameError: `schema-unknown`, with the nearest name.
        MisuseError: `record-needed` for what is no type of records.

    >>> schema = json_schema("Count")
    >>> schema["$id"], schema["$ref"]
    ('urn:evnpubsvc:schema:1:Count', '#/$defs/Count')
    >>> schema["$defs"]["Count"]["required"]
    ['value', 'unit']
    """
    kind = _type_of(kind)
    definitions = definitions_of([kind], DEFINITIONS)
    name = _plain(kind).__name__
    value: Schema = {"$ref": DEFINITIONS + name}
    head: Schema = {"$schema": DIALECT, "$id": f"urn:evnpubsvc:schema:{FORMAT}:{name}"}
    if envelope:
        head["$id"] = f"urn:evnpubsvc:document:{FORMAT}:{name}"
        value = envelope_schema(name, value)
    return {**head, **value, "$defs": definitions}


def all_schemas() -> dict[str, Any]:
    """Return one document with the schema of every public type under `$defs`, by name.

    As a schema it describes what `to_json` writes, of whatever type.

    >>> sorted(all_schemas()["$defs"]["Text"]["properties"])
    ['en', 'vi']
    """
    types = record_types()
    documents = [envelope_schema(name, {"$ref": DEFINITIONS + name}) for name in types]
    return {
        "$schema": DIALECT,
        "$id": f"urn:evnpubsvc:schema:{FORMAT}",
        "oneOf": documents,
        "$defs": definitions_of(types.values(), DEFINITIONS),
    }


def openapi_components(*kinds: type[Any] | str) -> dict[str, Any]:
    """Return the definitions of types, and of all they refer to, as OpenAPI 3.1 places them.

    >>> sorted(openapi_components("Count"))
    ['Count', 'CountUnit']
    >>> openapi_components("Count")["Count"]["properties"]["unit"]["$ref"]
    '#/components/schemas/CountUnit'
    """
    return definitions_of(map(_type_of, kinds), COMPONENTS)


def envelope_schema(name: str, value: Schema) -> Schema:
    """Return the schema of a document that holds a value of a type."""
    return {
        "type": "object",
        "properties": {"format": {"const": FORMAT}, "type": {"const": name}, "value": value},
        "required": ["format", "type", "value"],
        "additionalProperties": False,
    }


def _type_of(kind: Any) -> Any:
    if not isinstance(kind, str):
        return kind
    types = record_types()
    if kind not in types:
        raise UnknownNameError("schema-unknown", kind, known=tuple(types))
    return types[kind]


def _plain(kind: Any) -> Any:
    return get_origin(kind) or kind


def definitions_of(kinds: Iterable[Any], prefix: str) -> dict[str, Schema]:
    """Return the definitions of types and of all they refer to, sorted by name."""
    found: dict[str, Schema] = {}
    waiting = [_plain(kind) for kind in kinds]
    while waiting:
        kind = waiting.pop()
        name = name_of(kind) or kind.__name__
        if name not in found:
            found[name], inner = definition_of(kind, prefix)
            waiting += inner
    return dict(sorted(found.items()))


def definition_of(kind: Any, prefix: str) -> tuple[Schema, list[Any]]:
    """Return the definition of a type, and the types that it refers to."""
    inner: list[Any] = []

    def describe(other: Any) -> Schema:
        plain = _plain(other)
        name = name_of(plain)
        if name is not None:
            inner.append(plain)
            return {"$ref": prefix + name}
        return _encoding_of(other).schema(other, describe)

    shape = _encoding_of(kind).schema(kind, describe)
    return _with_words(kind, shape), inner


def _encoding_of(kind: Any) -> Encoding:
    for each in reversed(shared_encodings()):
        if each.applies(kind):
            return each
    raise MisuseError("record-needed", kind, got=type(kind).__name__)


# --- words ----------------------------------------------------------------------------------------


def _titles(name: str) -> Schema:
    """Return what the values of a type are called, in both languages."""
    dashed = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
    entry = catalogue().get(f"type.{dashed}", {"en": name, "vi": name})
    return {"title": entry["en"], "x-title-vi": entry["vi"]}


def _with_words(kind: type[Any], shape: Schema) -> Schema:
    """Add titles, descriptions and default values to a definition; its shape stays as it is."""
    name = name_of(kind)
    words: Schema = {} if name is None else _titles(name)
    said = ""
    if is_public(kind):
        said = inspect.cleandoc(kind.__doc__ or "")
    if said:
        words["description"] = said.partition("\n\n")[0].replace("\n", " ")
    if issubclass(kind, Enum):
        words["x-labels"] = {
            str(member.value): {"en": member.text.en, "vi": member.text.vi}
            for member in cast("Iterable[LabelledEnum]", kind)
        }
    properties = shape.get("properties")
    if properties is not None and attrs.has(kind):
        about = _attributes(said)
        defaults = {each.name: each.default for each in fields_of(kind)}
        shape = shape | {
            "properties": {
                name: _with_field_words(field, about.get(name), defaults.get(name, attrs.NOTHING))
                for name, field in properties.items()
            }
        }
    return {**words, **shape}


def _with_field_words(field: Schema, about: str | None, default: object) -> Schema:
    words: Schema = {}
    if about:
        words["description"] = about
    # No default of null: documents of OpenAPI cannot say it, and what may be null says so itself.
    if type(default) in {bool, int, str} or default == ():
        words["default"] = [] if default == () else default
    return {**field, **words}


_ATTRIBUTE: Final = re.compile(r"    (\w+): (.*)")


def _attributes(docstring: str) -> dict[str, str]:
    """Return what a docstring says of each field, in its section `Attributes:`."""
    _, _, section = docstring.partition("\nAttributes:\n")
    found: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        begun = _ATTRIBUTE.fullmatch(line)
        if begun:
            name = begun[1]
            found[name] = begun[2]
        elif line.startswith("        ") and name:
            found[name] += " " + line.strip()
        else:
            break
    return found
