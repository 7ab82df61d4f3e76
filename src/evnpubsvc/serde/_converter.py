"""The converter, and how every error of a document becomes a finding with a path."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from typing import Any, Final, get_args

from cattrs import Converter
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
    StructureHandlerNotFoundError,
)

from evnpubsvc._records import RateBook
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.serde._encodings import Encoding, NotThisTypeError, basic_encodings, json_text

# Modules of this package whose `encodings` say how their types are encoded: of types that any
# document may hold, and of those of a room.
_OF_ALL: Final = "_parts"
_OF_ROOMS: Final = {"evnpubsvc.statistics": "_counting", "evnpubsvc.emulation": "_schemes"}


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
    * values of a type that only the record's user knows (`Timeline`, `Reading`): with their type,
      as in findings: `{"type": "law.Regime", "value": {…}}`.

    It touches no global converter.
    """
    for each in encodings(converter):
        each.teach(converter)
    return converter


def encodings(converter: Converter) -> tuple[Encoding, ...]:
    """Return how each type is encoded by a converter; of two that apply, the last one counts."""
    found = [*basic_encodings(converter), *_encodings_in(_OF_ALL, converter)]
    for name in _OF_ROOMS.values():
        found += _encodings_in(name, converter)
    return tuple(found)


def _encodings_in(name: str, converter: Converter) -> Iterable[Encoding]:
    encodings_of: Callable[[Converter], Iterable[Encoding]] = import_module(
        f"evnpubsvc.serde.{name}"
    ).encodings
    return encodings_of(converter)


def _room_of(kind: Any) -> str:
    """Return the room of a type; what a scheme counts by is encoded with schemes."""
    if kind is RateBook:
        return "evnpubsvc.emulation"
    return ".".join(getattr(kind, "__module__", "").split(".")[:2])


def _teach_when_met(room: str, converter: Converter) -> None:
    """Let a converter learn the types of a room when it meets one of them.

    So a program that scores nothing does not import `emulation`, the largest room, to read a file.
    """
    taught = False

    def is_met(kind: Any) -> bool:
        return not taught and room in map(_room_of, (kind, *get_args(kind)))

    def teach() -> None:
        nonlocal taught
        for each in _encodings_in(_OF_ROOMS[room], converter):
            each.teach(converter)
        taught = True

    def hook_for_reading(kind: Any) -> Any:
        teach()
        return converter.get_structure_hook(kind)

    def hook_for_writing(kind: Any) -> Any:
        teach()
        return converter.get_unstructure_hook(kind)

    converter.register_structure_hook_factory(is_met, hook_for_reading)
    converter.register_unstructure_hook_factory(is_met, hook_for_writing)


def make_converter() -> Converter:
    """Return a fresh converter for JSON and TOML: it knows our types and forbids unknown keys."""
    return configure_converter(_bare_converter())


def _bare_converter() -> Converter:
    return Converter(
        forbid_extra_keys=True,
        detailed_validation=True,
        unstruct_collection_overrides={tuple: list},  # what JSON knows, for plain data too
    )


@cache
def shared_converter() -> Converter:
    """The converter of this package: never handed out, so nobody can change it."""
    converter = _bare_converter()
    for each in (*basic_encodings(converter), *_encodings_in(_OF_ALL, converter)):
        each.teach(converter)
    for room in _OF_ROOMS:
        _teach_when_met(room, converter)
    return converter


@cache
def shared_encodings() -> tuple[Encoding, ...]:
    """How each type is encoded by the converter of this package."""
    return encodings(shared_converter())


def findings_of(error: BaseException, path: str = "$") -> tuple[Finding, ...]:
    """Return every finding inside an exception of structuring, with its path in the document."""
    if isinstance(error, BaseValidationError):
        found: list[Finding] = []
        for inner in error.exceptions:
            found += findings_of(inner, path + _step(inner))
        return tuple(found)
    if isinstance(error, ForbiddenExtraKeysError):
        names = sorted(map(str, error.extra_fields))
        return tuple(finding("key-unknown", f"{path}.{key}", key) for key in names)
    if isinstance(error, MisuseError):
        return (error.finding.at(path),)
    if isinstance(error, DataError):
        return tuple(f.at(path) for f in error.findings)
    if isinstance(error, NotThisTypeError):
        return (
            finding("value-of-wrong-type", path, json_text(error.value), expected=error.expected),
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
