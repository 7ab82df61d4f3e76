"""The converter.

How each type is encoded, and how every error of a document becomes a finding with a path.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from fractions import Fraction
from functools import cache
from importlib import import_module
from types import UnionType
from typing import Any, Final, TypeVar, Union, cast, get_args, get_origin

from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
    StructureHandlerNotFoundError,
)

from evnpubsvc.emulation import Chosen
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Count, CountRange, CountUnit, Unknown, decimal_text
from evnpubsvc.serde._parse import parse_json
from evnpubsvc.texts import Text, render

_HOOK_MODULES: Final = (
    "_counting",
    "_outreach",
    "_parts",
    "_schemes",
)  # modules of this package whose `configure` teaches a converter their types

FORMAT = 1  # version of the envelope; a change that old readers cannot read raises it
_T = TypeVar("_T")


class NotThisTypeError(ValueError):
    """A value of the wrong type, with what was wanted.

    An entry of the texts `expected-…`, or accepted words.
    """

    def __init__(self, value: object, expected: str | tuple[str, ...], count: int = 0) -> None:
        super().__init__(value, expected)
        self.value = value
        self.expected = expected_text(expected, count) if isinstance(expected, str) else expected


def expected_text(key: str, count: int = 0) -> Text:
    """Return what a reader wants at a place, in both languages."""
    parts = {"count": count}
    return Text(
        vi=render(f"expected-{key}", "vi", parts), en=render(f"expected-{key}", "en", parts)
    )


_PLAIN_TYPES: Final[Mapping[type, str]] = {str: "text", int: "whole-number", bool: "truth"}


def _strict(kind: type) -> Any:
    def structure(value: Any, target: Any) -> Any:
        if isinstance(target, type) and issubclass(
            target, Enum
        ):  # cattrs finds this hook for a StrEnum too
            return _structure_enum(value, target)
        if type(value) is not kind:
            raise NotThisTypeError(value, _PLAIN_TYPES[kind])
        return value

    return structure


def _structure_fraction(value: Any, _: Any) -> Fraction:
    if type(value) is int or type(value) is Fraction:  # TOML's decimals arrive as exact numbers
        return Fraction(value)
    if (
        type(value) is str
        and len(value) <= 128
        and value.isascii()
        and "_" not in value
        and "e" not in value.lower()
    ):
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            pass
    raise NotThisTypeError(value, "number")


def _structure_iso(kind: type[date | datetime | time]) -> Any:
    def structure(value: Any, _: Any) -> date | datetime | time:
        # TOML has dates of its own, JSON has texts.
        if type(value) is kind:
            return value
        if type(value) is str:
            try:
                if kind is datetime:
                    return instant(value)
                return kind.fromisoformat(value)
            except (ValueError, OverflowError):
                pass
        raise NotThisTypeError(value, kind.__name__)

    return structure


_FINER: Final = re.compile(
    r".{15,19}[.,]\d{6}(\d)"
)  # date, hour, minute, second, and more than microseconds


def instant(text: str) -> datetime:
    """Read an instant as ISO 8601 or RFC 3339 write it, to the microsecond, rounded half up.

    RFC 3339 allows a small `z`. Raises ValueError, and OverflowError at the end of time.
    """
    if len(text) < 27 and not text.endswith("z"):
        return datetime.fromisoformat(text)
    finer = _FINER.match(text)
    found = datetime.fromisoformat(text[:-1] + "Z" if text.endswith("z") else text)
    if finer is not None and finer[1] >= "5":
        return found + timedelta(microseconds=1)
    return found


def _structure_enum(value: Any, kind: type[Enum]) -> Enum:
    try:
        return kind(value)
    except ValueError:
        raise NotThisTypeError(value, tuple(str(member.value) for member in kind)) from None


def _structure_text(value: Any, kind: Any) -> Any:
    if type(value) is not str:
        raise NotThisTypeError(value, "code")
    return kind.parse(value)


def _is_written_as_text(kind: Any) -> bool:
    # The types say it themselves, so that rooms which are not used are not imported.
    return isinstance(kind, type) and getattr(kind, "written_as_text", False) is True


def _is_enum_union(kind: Any) -> bool:
    if get_origin(kind) not in {Union, UnionType}:
        return False
    members = [member for member in get_args(kind) if member is not type(None)]
    return len(members) > 1 and all(
        isinstance(member, type) and issubclass(member, Enum) for member in members
    )


def _structure_enum_union(value: Any, kind: Any) -> Enum | None:
    """Structure one of several enums whose values are all different: the value says which."""
    kinds = get_args(kind)
    if value is None and type(None) in kinds:
        return None
    members = [
        member for each in kinds if each is not type(None) for member in cast("type[Enum]", each)
    ]
    for member in members:
        if type(value) is str and member.value == value:
            return member
    raise NotThisTypeError(value, tuple(str(member.value) for member in members))


def configure_converter(converter: Converter) -> Converter:
    """Teach a cattrs converter the types of this library, and return it.

    * `Fraction`: decimal text where the number has finite decimals (`"15.49"`), else `"n/d"`; read
      from both and from integers, never from floats.
    * `date`, `datetime`, `time`: ISO 8601 text; offsets survive; instants to the microsecond,
      rounded half up.
    * `date | datetime`: whichever of the two the text is; a text with an hour is an instant.
    * enums: their values.
    * codes and numbers of instruments: their canonical text.
    * `str`, `int`, `bool`: only themselves; nothing is coerced.
    * tuples: lists.
    * `Count | CountRange | Fraction | Unknown | Chosen`: `{"count": 3, "unit": "dossiers"}`,
      `{"least": 3, "most": null, "unit": "dossiers", "wording": "…"}`, the number,
      `{"unknown": reason}` with the name of what is unknown under `"about"`, or
      `{"chosen": option}`.
    * records: objects with every field; keys that a record does not have are errors if the
      converter forbids them.

    It touches no global converter.
    """
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, _strict(kind))
    for moment in (date, datetime, time):
        converter.register_structure_hook(moment, _structure_iso(moment))
    converter.register_structure_hook(Fraction, _structure_fraction)
    converter.register_unstructure_hook(Fraction, decimal_text)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_unstructure_hook(time, time.isoformat)
    converter.register_structure_hook_func(
        lambda kind: isinstance(kind, type) and issubclass(kind, Enum), _structure_enum
    )
    converter.register_structure_hook_func(_is_written_as_text, _structure_text)
    converter.register_unstructure_hook_func(_is_written_as_text, str)
    converter.register_structure_hook_func(_is_enum_union, _structure_enum_union)
    converter.register_unstructure_hook_func(
        _is_enum_union, lambda member: None if member is None else cast("Enum", member).value
    )
    _tuples(converter)
    _day_or_instant(converter)
    _number_or_unknown(converter)
    _count_or_range(converter)
    for name in _HOOK_MODULES:
        import_module(f"evnpubsvc.serde.{name}").configure(converter)
    return converter


def _tuples(converter: Converter) -> None:
    # A text is a sequence too: without this, "abc" would be read as the tuple ("a", "b", "c").
    def structure(value: Any, kind: Any) -> tuple[Any, ...]:
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

    def applies(kind: Any) -> bool:
        return get_origin(kind) is tuple

    converter.register_structure_hook_func(applies, structure)


def _number_or_unknown(converter: Converter) -> None:
    def applies(kind: Any) -> bool:
        members = get_args(kind)
        return (
            Unknown in members
            and Fraction in members
            and set(members) <= {Fraction, Unknown, Count, CountRange, Chosen, type(None)}
        )

    def unstructure(value: Any) -> Any:
        if isinstance(value, Unknown):
            return {"unknown": value.reason, "about": value.about}
        if isinstance(value, Count):
            return {"count": value.value, "unit": value.unit.value}
        if isinstance(value, CountRange):
            return converter.unstructure(value, CountRange)
        if isinstance(value, Chosen):
            return {"chosen": value.option}
        if value is None:
            return None
        return decimal_text(value)

    def structure(value: Any, kind: Any) -> Any:
        if value is None and type(None) in get_args(kind):
            return None
        if isinstance(value, dict):
            fields = cast("dict[str, Any]", value)
            if set(fields) - {"about"} == {"unknown"}:
                return Unknown(converter.structure(fields["unknown"], str), fields.get("about", ""))
            if set(fields) == {"count", "unit"} and Count in get_args(kind):
                return Count(fields["count"], converter.structure(fields["unit"], CountUnit))
            if {"least", "most"} <= set(fields) and CountRange in get_args(kind):
                return converter.structure(fields, CountRange)
            if set(fields) == {"chosen"} and Chosen in get_args(kind):
                return Chosen(fields["chosen"])
        return _structure_fraction(value, Fraction)

    converter.register_structure_hook_func(applies, structure)
    converter.register_unstructure_hook_func(applies, unstructure)


def _count_or_range(converter: Converter) -> None:
    """A count within bounds has bounds; what has none is held to what a count is."""

    def structure(value: Any, _: Any) -> Any:
        within = isinstance(value, dict) and not {"least", "most"}.isdisjoint(value)
        return converter.structure(value, CountRange if within else Count)

    def applies(kind: Any) -> bool:
        return set(get_args(kind)) == {Count, CountRange}

    converter.register_structure_hook_func(applies, structure)
    converter.register_unstructure_hook_func(
        applies, lambda value: converter.unstructure(value, type(value))
    )


def _day_or_instant(converter: Converter) -> None:
    def applies(kind: Any) -> bool:
        members = set(get_args(kind))
        return {date, datetime} <= members <= {date, datetime, type(None)}

    def structure(value: Any, kind: Any) -> Any:
        if value is None and type(None) in get_args(kind):
            return None
        if type(value) in (date, datetime):
            return value
        if type(value) is str:
            for read in (date.fromisoformat, instant):
                try:
                    return read(value)
                except (ValueError, OverflowError):
                    pass
        raise NotThisTypeError(value, "day-or-instant")

    converter.register_structure_hook_func(applies, structure)
    converter.register_unstructure_hook_func(
        applies, lambda value: None if value is None else value.isoformat()
    )


def make_converter() -> Converter:
    """Return a fresh converter for JSON and TOML: it knows our types and forbids unknown keys."""
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    return configure_converter(converter)


@cache
def shared_converter() -> Converter:
    """The converter of this package: never handed out, so nobody can change it."""
    return make_converter()


def findings_of(error: BaseException, path: str = "$") -> tuple[Finding, ...]:
    """Return every finding inside an exception of structuring.

    Each with the path of its place in the document.
    """
    if isinstance(error, BaseValidationError):
        found: list[Finding] = []
        for inner in error.exceptions:
            found += findings_of(inner, path + _step(inner))
        return tuple(found)
    if isinstance(error, ForbiddenExtraKeysError):
        return tuple(
            finding("key-unknown", f"{path}.{key}", key) for key in sorted(error.extra_fields)
        )
    if isinstance(error, MisuseError):
        return (error.finding.at(path),)
    if isinstance(error, DataError):
        return tuple(f.at(path) for f in error.findings)
    if isinstance(error, NotThisTypeError):
        return (
            finding("value-of-wrong-type", path, _json_text(error.value), expected=error.expected),
        )
    if isinstance(error, KeyError):
        return (finding("key-missing", path),)
    if isinstance(error, StructureHandlerNotFoundError):
        raise error  # a defect of ours, not of the document
    return (finding("value-refused", path, error),)


def _step(error: BaseException) -> str:
    step = ""
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, IterableValidationNote):
            step = f"[{note.index}]"
        elif isinstance(note, AttributeValidationNote):
            step = f".{note.name}"
    return step


def _json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Write a record as a JSON document.

    The document is `{"format": 1, "type": "Tally", "value": {…}}`: whoever reads it knows what it
    is. Texts stay as they are (no ASCII escapes), keys keep the order of the fields, numbers are
    exact.

    >>> from evnpubsvc.quantities import Count, CountUnit
    >>> to_json(Count(3, CountUnit.DOSSIERS))
    '{"format": 1, "type": "Count", "value": {"value": 3, "unit": "dossiers"}}'
    """
    document = {
        "format": FORMAT,
        "type": type(value).__name__,
        "value": shared_converter().unstructure(value),
    }
    try:
        return json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False)
    except (TypeError, ValueError):
        raise MisuseError("record-needed", value, got=type(value).__name__) from None


def from_json(text: str | bytes, kind: type[_T]) -> _T:
    """Read a record from a JSON document that `to_json` wrote.

    Raises:
        DataError: what is wrong with any JSON document (`not-json`, `key-repeated`),
            `format-unknown`, `type-other`, or every finding inside the document, with its path.

    >>> from evnpubsvc.quantities import Count, CountUnit
    >>> from_json(to_json(Count(3, CountUnit.DOSSIERS)), Count)
    Count(value=3, unit=CountUnit.DOSSIERS)
    >>> from_json('{"format": 1, "type": "Count", "value": {"value": 3.0}}', Count)
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: $.value.value: a whole number is needed here, not 3.0 ...
    $.value.unit: this key is missing [key-missing]
    """
    document = parse_json(text)
    envelope = cast("dict[str, Any]", document if isinstance(document, dict) else {})
    if envelope.get("format") != FORMAT:
        raise DataError([finding("format-unknown", "$.format", expected=FORMAT)])
    if envelope.get("type") != kind.__name__:
        raise DataError(
            [finding("type-other", "$.type", envelope.get("type"), expected=kind.__name__)]
        )
    try:
        return shared_converter().structure(envelope.get("value"), kind)
    except RecursionError:
        raise DataError([finding("not-json", "$.value", RecursionError())]) from None
    except Exception as error:  # noqa: BLE001 - cattrs wraps whatever a record raises
        raise DataError(findings_of(error, "$.value")) from None
