"""How each type is encoded: what is written, what is read, and its JSON Schema, side by side.

One `Encoding` says all three, so that none changes alone: a converter takes the hooks from it, the
room `schema` the description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Final, TypeAlias, Union, cast, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.errors import IterableValidationError, IterableValidationNote

from evnpubsvc._records import constraints_of, frozen
from evnpubsvc.quantities import Count, CountRange, CountUnit, Unknown
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.serde._moment_texts import DAY, INSTANT, TIME, day, instant, time_of_day
from evnpubsvc.texts import LabelledEnum, LabelledIntEnum, Text
from evnpubsvc.texts.parts import render

Schema: TypeAlias = dict[str, Any]
Describe: TypeAlias = Callable[[Any], Schema]
"""Gives the schema of a type inside another one: a reference, or the schema itself."""


@frozen
class Encoding:
    """How the values of a type, or of a family of types, cross the border.

    Attributes:
        kind: the type, or a predicate of types.
        schema: describes, in JSON Schema 2020-12, what `read` accepts.
        read: reads a value of a document; None leaves it to cattrs.
        write: writes a value; None leaves it to cattrs.
    """

    kind: type[Any] | Callable[[Any], bool]
    schema: Callable[[Any, Describe], Schema]
    read: Callable[[Any, Any], Any] | None = None
    write: Callable[[Any], Any] | None = None

    def applies(self, kind: Any) -> bool:
        """Return whether this is how a type is encoded."""
        if isinstance(self.kind, type):
            return kind is self.kind
        return self.kind(kind)

    def teach(self, converter: Converter) -> None:
        """Register the hooks with a converter."""
        if isinstance(self.kind, type):
            if self.read is not None:
                converter.register_structure_hook(self.kind, self.read)
            if self.write is not None:
                converter.register_unstructure_hook(self.kind, self.write)
            return
        if self.read is not None:
            converter.register_structure_hook_func(self.kind, self.read)
        if self.write is not None:
            converter.register_unstructure_hook_func(self.kind, self.write)


class NotThisTypeError(ValueError):
    """A value of the wrong type, with what was wanted.

    What was wanted is an entry of the texts `expected-…`, or the accepted words.
    """

    def __init__(self, value: object, expected: str | tuple[str, ...], count: int = 0) -> None:
        super().__init__(value, expected)
        self.value = value
        self.expected = expected_text(expected, count) if isinstance(expected, str) else expected


@lru_cache(maxsize=100)
def expected_text(key: str, count: int = 0) -> Text:
    """Return what a reader wants at a place, in both languages; asked for every cell of a day."""
    parts = {"count": count}
    return Text(
        vi=render(f"expected-{key}", "vi", parts), en=render(f"expected-{key}", "en", parts)
    )


def json_text(value: object) -> str:
    """Return a value of a document as it is written there, whatever it is."""
    try:
        return json.dumps(value, ensure_ascii=False, default=lambda other: type(other).__name__)
    except (TypeError, ValueError, RecursionError):  # keys that are no texts, circles, endless ones
        return type(value).__name__


# --- texts, whole numbers, truth values -----------------------------------------------------------

_PLAIN_TYPES: Final[Mapping[type, tuple[str, str]]] = {
    str: ("text", "string"),
    int: ("whole-number", "integer"),
    bool: ("truth", "boolean"),
}


def _strict(kind: type) -> Encoding:
    expected, name = _PLAIN_TYPES[kind]

    def read(value: Any, target: Any) -> Any:
        # cattrs finds this hook for a StrEnum too.
        if isinstance(target, type) and issubclass(target, Enum):
            return _read_enum(value, target)
        if type(value) is not kind:
            raise NotThisTypeError(value, expected)
        return value

    return Encoding(kind, lambda _, __: {"type": name}, read)


# --- exact numbers --------------------------------------------------------------------------------

_LONGEST_NUMBER: Final = 128  # characters of a number as text
_NUMBER: Final = r"[+-]?[0-9]+(?:\.[0-9]+|/0*[1-9][0-9]*)?"
_is_number: Final = re.compile(_NUMBER).fullmatch


def read_fraction(value: Any, _: Any = Fraction) -> Fraction:
    """Read an exact number: an integer, or a text as `0.8` or `1/3`; never a float."""
    if type(value) is int or type(value) is Fraction:  # TOML's decimals arrive as exact numbers
        return Fraction(value)
    if type(value) is str and len(value) <= _LONGEST_NUMBER and _is_number(value):
        return Fraction(value)
    raise NotThisTypeError(value, "number")


def _describe_fraction(_: Any, __: Describe) -> Schema:
    text = {"type": "string", "pattern": f"^{_NUMBER}$", "maxLength": _LONGEST_NUMBER}
    return {"anyOf": [{"type": "integer"}, text]}


# --- days, instants, times ------------------------------------------------------------------------

_MOMENTS: Final[Mapping[type, tuple[Callable[[str], Any], Schema]]] = {
    date: (day, {"type": "string", "format": "date", "pattern": f"^{DAY}$"}),
    datetime: (instant, {"type": "string", "pattern": f"^{INSTANT}$"}),
    time: (time_of_day, {"type": "string", "pattern": f"^{TIME}$"}),
}


def _moment(kind: type[date | time]) -> Encoding:
    read_text, schema = _MOMENTS[kind]

    def read(value: Any, _: Any) -> Any:
        # TOML has dates of its own, JSON has texts.
        if type(value) is kind:
            return value
        if type(value) is str:
            try:
                return read_text(value)
            except (ValueError, OverflowError):
                pass
        raise NotThisTypeError(value, kind.__name__)

    return Encoding(kind, lambda _, __: dict(schema), read, kind.isoformat)


def _is_day_or_instant(kind: Any) -> bool:
    members = set(get_args(kind))
    return {date, datetime} <= members <= {date, datetime, NoneType}


def _read_day_or_instant(value: Any, kind: Any) -> Any:
    if value is None and NoneType in get_args(kind):
        return None
    if type(value) in (date, datetime):
        return value
    if type(value) is str:
        for read in (day, instant):
            try:
                return read(value)
            except (ValueError, OverflowError):
                pass
    raise NotThisTypeError(value, "day-or-instant")


_DAY_OR_INSTANT: Final = Encoding(
    _is_day_or_instant,
    lambda kind, describe: _or_null(kind, [describe(date), describe(datetime)]),
    _read_day_or_instant,
    lambda value: None if value is None else value.isoformat(),
)


# --- enums, codes ---------------------------------------------------------------------------------


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _read_enum(value: Any, kind: type[Enum]) -> Enum:
    # True is equal to 1, and no number of a list.
    if type(value) in {str, int}:
        try:
            return kind(value)
        except ValueError:
            pass
    if isinstance(value, kind):
        return value
    raise NotThisTypeError(value, tuple(str(member.value) for member in kind))


def _describe_enum(kind: Any, _: Describe) -> Schema:
    return {"enum": [member.value for member in kind]}


def _write_enum(member: Any) -> Any:
    return member.value


# cattrs takes a StrEnum for a text unless its base has a hook.
_ENUMS: Final = (
    Encoding(_is_enum, _describe_enum, _read_enum, _write_enum),
    Encoding(LabelledEnum, _describe_enum, None, _write_enum),
    Encoding(LabelledIntEnum, _describe_enum, None, _write_enum),
)


def _is_written_as_text(kind: Any) -> bool:
    # The types say it themselves, so that rooms which are not used are not imported.
    return isinstance(kind, type) and getattr(kind, "written_as_text", False) is True


def _read_written_text(value: Any, kind: Any) -> Any:
    if type(value) is not str:
        raise NotThisTypeError(value, "code")
    return kind.parse(value)


def _describe_written_text(kind: Any, _: Describe) -> Schema:
    """Describe a text; most say what they accept only by reading it."""
    pattern = getattr(kind, "text_pattern", None)
    return {"type": "string"} if pattern is None else {"type": "string", "pattern": pattern}


_WRITTEN_AS_TEXT: Final = Encoding(
    _is_written_as_text, _describe_written_text, _read_written_text, str
)


def _is_enum_union(kind: Any) -> bool:
    members = union_of(kind)
    return len(members) > 1 and all(_is_enum(member) for member in members)


def _read_enum_union(value: Any, kind: Any) -> Enum | None:
    """Structure one of several enums whose values are all different: the value says which."""
    if value is None and NoneType in get_args(kind):
        return None
    members = [member for each in union_of(kind) for member in cast("type[Enum]", each)]
    for member in members:
        if type(value) is str and member.value == value:
            return member
    raise NotThisTypeError(value, tuple(str(member.value) for member in members))


_ENUM_UNION: Final = Encoding(
    _is_enum_union,
    lambda kind, describe: _or_null(kind, [describe(each) for each in union_of(kind)]),
    _read_enum_union,
    lambda member: None if member is None else cast("Enum", member).value,
)


# --- numbers that may be unknown ------------------------------------------------------------------


def _is_choice(kind: Any) -> bool:
    # The type says it itself, so that a program which scores nothing does not import `emulation`.
    return getattr(kind, "written_as_choice", False) is True


def _choice_of(kind: Any) -> Any:
    """Return the type of an option that was chosen, among the members of a union, or None."""
    return next(filter(_is_choice, get_args(kind)), None)


def _is_number_or_unknown(kind: Any) -> bool:
    members = set(get_args(kind))
    others = members - {Fraction, Unknown, Count, CountRange, NoneType}
    return {Unknown, Fraction} <= members and all(map(_is_choice, others))


def _number_or_unknown(converter: Converter) -> Encoding:
    def write(value: Any) -> Any:
        if isinstance(value, Unknown):
            return {"unknown": value.reason, "about": value.about}
        if isinstance(value, Count):
            return {"count": value.value, "unit": value.unit.value}
        if isinstance(value, CountRange):
            return converter.unstructure(value, CountRange)
        if _is_choice(type(value)):
            return {"chosen": value.option}
        if value is None:
            return None
        return decimal_text(value)

    def read(value: Any, kind: Any) -> Any:
        if value is None and NoneType in get_args(kind):
            return None
        if isinstance(value, dict):
            fields = cast("dict[str, Any]", value)
            if set(fields) - {"about"} == {"unknown"}:
                return Unknown(converter.structure(fields["unknown"], str), fields.get("about", ""))
            if set(fields) == {"count", "unit"} and Count in get_args(kind):
                return Count(fields["count"], converter.structure(fields["unit"], CountUnit))
            if {"least", "most"} <= set(fields) and CountRange in get_args(kind):
                return converter.structure(fields, CountRange)
            choice = _choice_of(kind)
            if set(fields) == {"chosen"} and choice is not None:
                return choice(fields["chosen"])
        return read_fraction(value)

    return Encoding(_is_number_or_unknown, _describe_number_or_unknown, read, write)


def _describe_number_or_unknown(kind: Any, describe: Describe) -> Schema:
    # The fields have other names than those of the records, but the same rules.
    unknown, count = (
        {each.name: each for each in fields_of(member)} for member in (Unknown, Count)
    )
    forms: dict[Any, Schema] = {
        Fraction: describe(Fraction),
        Unknown: object_schema(
            {
                "unknown": field_schema(unknown["reason"], describe),
                "about": field_schema(unknown["about"], describe),
            },
            required=["unknown"],
        ),
        Count: object_schema(
            {
                "count": field_schema(count["value"], describe),
                "unit": field_schema(count["unit"], describe),
            }
        ),
        CountRange: describe(CountRange),
    }
    choice = _choice_of(kind)
    if choice is not None:
        (option,) = fields_of(choice)
        forms[choice] = object_schema({"chosen": field_schema(option, describe)})
    return _or_null(kind, [forms[member] for member in union_of(kind)])


def _count_or_range(converter: Converter) -> Encoding:
    """A count within bounds has bounds; what has none is held to what a count is."""

    def applies(kind: Any) -> bool:
        return set(get_args(kind)) - {NoneType} == {Count, CountRange}

    def read(value: Any, kind: Any) -> Any:
        if value is None and NoneType in get_args(kind):
            return None
        fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
        if not set(fields) & {"least", "most"}:
            return converter.structure(value, Count)
        # TOML has no word for "nothing": no upper bound is left out.
        return converter.structure({"most": None, **fields}, CountRange)

    return Encoding(
        applies,
        _describe_count_or_range,
        read,
        lambda value: converter.unstructure(value, type(value)),
    )


def _describe_count_or_range(kind: Any, describe: Describe) -> Schema:
    bounds = {each.name: field_schema(each, describe) for each in fields_of(CountRange)}
    within = object_schema(bounds, required=["least", "unit"])
    return _or_null(kind, [describe(Count), within])


# --- lists, mappings, records ---------------------------------------------------------------------


def _tuple(converter: Converter) -> Encoding:
    # A text is a sequence too: without this, "abc" would be read as the tuple ("a", "b", "c").
    def read(value: Any, kind: Any) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)):
            raise NotThisTypeError(value, "list")
        given = cast("list[Any]", value)
        members = get_args(kind)
        if len(members) == 2 and members[1] is Ellipsis:
            return tuple(converter.structure(given, cast("Any", list)[members[0]]))
        if len(given) != len(members):
            raise NotThisTypeError(given, "list-of", len(members))
        built: list[Any] = []
        errors: list[Exception] = []
        for index, (each, member) in enumerate(zip(given, members, strict=True)):
            try:
                built.append(converter.structure(each, member))
            except Exception as error:  # noqa: BLE001 - gathered, as cattrs does
                error.__notes__ = [
                    *getattr(error, "__notes__", []),
                    IterableValidationNote("", index, member),
                ]
                errors.append(error)
        if errors:
            raise IterableValidationError("", errors, kind)  # pyright: ignore[reportCallIssue] # its own __new__
        return tuple(built)

    return Encoding(_is_tuple, _describe_tuple, read)


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _describe_tuple(kind: Any, describe: Describe) -> Schema:
    members = get_args(kind)
    if len(members) == 2 and members[1] is Ellipsis:
        return {"type": "array", "items": describe(members[0])}
    return {
        "type": "array",
        "prefixItems": [describe(member) for member in members],
        "minItems": len(members),
        "maxItems": len(members),
    }


def _is_mapping(kind: Any) -> bool:
    # A dict is left to cattrs, which the hook of mappings asks for one.
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping) and origin is not dict


def _mapping(converter: Converter) -> Encoding:
    def read(value: Any, kind: Any) -> dict[Any, Any]:
        if not isinstance(value, Mapping):
            raise NotThisTypeError(value, "object")
        key, member = get_args(kind)
        return converter.structure(value, cast("Any", dict)[key, member])

    return Encoding(
        _is_mapping,
        lambda kind, describe: {
            "type": "object",
            "additionalProperties": describe(get_args(kind)[1]),
        },
        read,
    )


def is_record(kind: Any) -> bool:
    """Return whether a type is written as an object of its fields; for `Timeline[Regime]` too."""
    plain = get_origin(kind) or kind
    return isinstance(plain, type) and attrs.has(plain)


def fields_of(kind: Any) -> tuple[attrs.Attribute[Any], ...]:
    """Return the fields of a record with their types, not the texts of annotations."""
    plain = attrs.resolve_types(get_origin(kind) or kind)
    return cast("tuple[attrs.Attribute[Any], ...]", attrs.fields(plain))


def _record(converter: Converter) -> Encoding:
    built: dict[Any, Callable[[Any, Any], Any]] = {}

    def read(value: Any, kind: Any) -> Any:
        if not isinstance(value, Mapping):
            raise NotThisTypeError(value, "object")
        plain = get_origin(kind) or kind
        build = built.get(plain)
        if build is None:
            build = built[plain] = converter.gen_structure_attrs_fromdict(plain)
        return build(cast("Any", value), plain)

    return Encoding(is_record, describe_record, read)


def describe_record(kind: Any, describe: Describe) -> Schema:
    fields = fields_of(kind)
    return object_schema(
        {each.name: field_schema(each, describe) for each in fields},
        required=[each.name for each in fields if each.default is attrs.NOTHING],
    )


def field_schema(field: attrs.Attribute[Any], describe: Describe) -> Schema:
    """Return the schema of a field: of its type, with what its validators say about one value."""
    return describe(field.type) | constraints_of(field.validator)


def object_schema(properties: Mapping[str, Schema], required: list[str] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
    }


def _written_as(converter: Converter) -> Encoding:
    """Say how tables that hold columns are encoded: as the record that says the same.

    They name it themselves, so that rooms above this one need no hook here.
    """

    def read(value: Any, kind: Any) -> Any:
        return kind.from_written(converter.structure(value, kind.written_as))

    def applies(kind: Any) -> bool:
        return isinstance(kind, type) and hasattr(kind, "written_as")

    return Encoding(
        applies,
        lambda kind, describe: describe(kind.written_as),
        read,
        lambda table: converter.unstructure(table.to_written()),
    )


# --- one of several -------------------------------------------------------------------------------


def union_of(kind: Any) -> list[Any]:
    """Return the types of a union, without None; of anything else, none."""
    if not _is_union(kind):
        return []
    return [member for member in get_args(kind) if member is not NoneType]


def _or_null(kind: Any, forms: list[Schema]) -> Schema:
    """Return the schema of one of several forms, or null where the type has None."""
    null: list[Schema] = [{"type": "null"}] if NoneType in get_args(kind) else []
    every = [*forms, *null]
    return every[0] if len(every) == 1 else {"anyOf": every}


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in {Union, UnionType}


# What cattrs reads by itself: None or a type, and one of several records without a common field.
_UNION: Final = Encoding(
    _is_union,
    lambda kind, describe: _or_null(kind, [describe(each) for each in union_of(kind)]),
)


def basic_encodings(converter: Converter) -> tuple[Encoding, ...]:
    """Return the encodings that know no record by name; of two that apply, the last one counts."""
    return (
        *map(_strict, (str, int, bool)),
        *map(_moment, (date, datetime, time)),
        Encoding(Fraction, _describe_fraction, read_fraction, decimal_text),
        _UNION,
        _record(converter),
        _written_as(converter),
        *_ENUMS,
        _WRITTEN_AS_TEXT,
        _ENUM_UNION,
        _tuple(converter),
        _mapping(converter),
        _DAY_OR_INSTANT,
        _number_or_unknown(converter),
        _count_or_range(converter),
    )
