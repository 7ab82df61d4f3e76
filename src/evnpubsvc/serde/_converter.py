"""The converter: how each type is encoded, and how every error of a document becomes a finding with a path."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from enum import Enum
from fractions import Fraction
from typing import Any, TypeVar, cast, get_args

from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
    StructureHandlerNotFoundError,
)

from evnpubsvc.codes import Code
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import InstrumentNumber
from evnpubsvc.quantities import Count, CountUnit, Unknown, decimal_text

__all__ = [
    "FORMAT",
    "configure_converter",
    "findings_of",
    "from_json",
    "make_converter",
    "register_hooks",
    "to_json",
]

_HOOKS: list[Callable[[Converter], None]] = []  # filled by the modules of this package when they are imported

FORMAT = 1  # version of the envelope; a change that old readers cannot read raises it
_T = TypeVar("_T")


class _NotThisTypeError(ValueError):
    """A value of the wrong type, with the type that was wanted."""

    def __init__(self, value: object, expected: str) -> None:
        super().__init__(value, expected)
        self.value = value
        self.expected = expected


def _strict(kind: type) -> Any:
    def structure(value: Any, target: Any) -> Any:
        if isinstance(target, type) and issubclass(target, Enum):  # cattrs finds this hook for a StrEnum too
            return _structure_enum(value, target)
        if type(value) is not kind:
            raise _NotThisTypeError(value, kind.__name__)
        return value

    return structure


def _structure_fraction(value: Any, _: Any) -> Fraction:
    if type(value) is int or type(value) is Fraction:  # TOML's decimals arrive as exact numbers
        return Fraction(value)
    if type(value) is str and len(value) <= 128 and value.isascii() and "_" not in value and "e" not in value.lower():
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError):
            pass
    raise _NotThisTypeError(value, 'an integer or a text as "0.8" or "1/3"')


def _structure_iso(kind: type[date | datetime | time]) -> Any:
    def structure(value: Any, _: Any) -> date | datetime | time:
        # TOML has dates of its own, JSON has texts.
        if type(value) is kind:
            return value
        if type(value) is str:
            try:
                return kind.fromisoformat(value)
            except ValueError:
                pass
        raise _NotThisTypeError(value, f"an ISO 8601 {kind.__name__}")

    return structure


def _structure_enum(value: Any, kind: type[Enum]) -> Enum:
    try:
        return kind(value)
    except ValueError:
        raise _NotThisTypeError(value, " | ".join(str(member.value) for member in kind)) from None


def _structure_code(value: Any, kind: type[Code | InstrumentNumber]) -> Code | InstrumentNumber:
    if type(value) is not str:
        raise _NotThisTypeError(value, f"the text of a {kind.__name__}")
    return kind.parse(value)


def _is_code(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, (Code, InstrumentNumber))


def configure_converter(converter: Converter) -> Converter:
    """Teach a cattrs converter the types of this library, and return it.

    * `Fraction`: decimal text where the number has finite decimals (`"15.49"`), else `"n/d"`; read from both and
      from integers, never from floats.
    * `date`, `datetime`, `time`: ISO 8601 text; offsets survive.
    * `date | datetime`: told apart by the time of day in the text.
    * enums: their values.
    * codes and numbers of instruments: their canonical text.
    * `str`, `int`, `bool`: only themselves; nothing is coerced.
    * tuples: lists.
    * `Count | Fraction | Unknown`: `{"count": 3, "unit": "dossiers"}`, the number, or `{"unknown": reason}` with the
      name of what is unknown under `"about"`.
    * records: objects with every field; keys that a record does not have are errors if the converter forbids them.

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
    _date_or_datetime(converter)
    converter.register_structure_hook_func(_is_code, _structure_code)
    converter.register_unstructure_hook_func(_is_code, str)
    _number_or_unknown(converter)
    for hook in _HOOKS:
        hook(converter)
    return converter


def register_hooks(configure: Callable[[Converter], None]) -> None:
    """Add the encoding decisions of a room to `configure_converter`. For the modules of this package."""
    _HOOKS.append(configure)


def _date_or_datetime(converter: Converter) -> None:
    def applies(kind: Any) -> bool:
        members = set(get_args(kind))
        return {date, datetime} <= members <= {date, datetime, type(None)}

    def unstructure(value: Any) -> Any:
        return None if value is None else value.isoformat()

    def structure(value: Any, kind: Any) -> Any:
        if value is None and type(None) in get_args(kind):
            return None
        timed = isinstance(value, datetime) or (isinstance(value, str) and len(value) > len("2022-12-15"))
        return converter.structure(value, datetime if timed else date)

    converter.register_structure_hook_func(applies, structure)
    converter.register_unstructure_hook_func(applies, unstructure)


def _number_or_unknown(converter: Converter) -> None:
    def applies(kind: Any) -> bool:
        members = get_args(kind)
        return Unknown in members and Fraction in members and set(members) <= {Fraction, Unknown, Count, type(None)}

    def unstructure(value: Any) -> Any:
        if isinstance(value, Unknown):
            return {"unknown": value.reason, "about": value.about}
        if isinstance(value, Count):
            return {"count": value.value, "unit": value.unit.value}
        return None if value is None else decimal_text(value)

    def structure(value: Any, kind: Any) -> Any:
        if value is None and type(None) in get_args(kind):
            return None
        if isinstance(value, dict):
            fields = cast("dict[str, Any]", value)
            if set(fields) - {"about"} == {"unknown"}:
                return Unknown(converter.structure(fields["unknown"], str), fields.get("about", ""))
            if set(fields) == {"count", "unit"} and Count in get_args(kind):
                return Count(fields["count"], converter.structure(fields["unit"], CountUnit))
        return _structure_fraction(value, Fraction)

    converter.register_structure_hook_func(applies, structure)
    converter.register_unstructure_hook_func(applies, unstructure)


def make_converter() -> Converter:
    """Return a fresh converter for JSON and TOML that knows the types of this library and forbids unknown keys."""
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    return configure_converter(converter)


def findings_of(error: BaseException, path: str = "$") -> tuple[Finding, ...]:
    """Return every finding inside an exception of structuring, each with the path of its place in the document."""
    if isinstance(error, BaseValidationError):
        found: list[Finding] = []
        for inner in error.exceptions:
            found += findings_of(inner, path + _step(inner))
        return tuple(found)
    if isinstance(error, ForbiddenExtraKeysError):
        return tuple(finding("key-unknown", f"{path}.{key}", key) for key in sorted(error.extra_fields))
    if isinstance(error, MisuseError):
        return (error.finding.at(path),)
    if isinstance(error, DataError):
        return tuple(f.at(path) for f in error.findings)
    if isinstance(error, _NotThisTypeError):
        return (finding("value-of-wrong-type", path, _json_text(error.value), expected=error.expected),)
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
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError):
        return str(value)


def to_json(value: Any, *, indent: int | None = None) -> str:
    """Write a record as a JSON document.

    The document is `{"format": 1, "type": "Tally", "value": {…}}`: whoever reads it knows what it is.
    Texts stay as they are (no ASCII escapes), keys keep the order of the fields, numbers are exact.

    >>> from evnpubsvc.quantities import Count, CountUnit
    >>> to_json(Count(3, CountUnit.DOSSIERS))
    '{"format": 1, "type": "Count", "value": {"value": 3, "unit": "dossiers"}}'
    """
    document = {"format": FORMAT, "type": type(value).__name__, "value": make_converter().unstructure(value)}
    return json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False)


def from_json(text: str | bytes, kind: type[_T]) -> _T:
    """Read a record from a JSON document that `to_json` wrote.

    Raises:
        DataError: `not-json`, `format-unknown`, `type-other`, or every finding inside the document, with its path.

    >>> from evnpubsvc.quantities import Count, CountUnit
    >>> from_json(to_json(Count(3, CountUnit.DOSSIERS)), Count)
    Count(value=3, unit=<CountUnit.DOSSIERS: 'dossiers'>)
    >>> from_json('{"format": 1, "type": "Count", "value": {"value": 3.0}}', Count)
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: $.value.value: 3.0 stands where int is expected [value-of-wrong-type]
    $.value.unit: this key is missing [key-missing]
    """
    try:
        document: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError([finding("not-json", "$", str(error) or type(error).__name__)]) from None
    envelope = cast("dict[str, Any]", document if isinstance(document, dict) else {})
    if envelope.get("format") != FORMAT:
        raise DataError([finding("format-unknown", "$.format", expected=FORMAT)])
    if envelope.get("type") != kind.__name__:
        raise DataError([finding("type-other", "$.type", envelope.get("type"), expected=kind.__name__)])
    try:
        return make_converter().structure(envelope.get("value"), kind)
    except RecursionError:
        raise DataError([finding("not-json", "$.value", "RecursionError")]) from None
    except Exception as error:  # noqa: BLE001 - cattrs wraps whatever a record raises
        raise DataError(findings_of(error, "$.value")) from None
