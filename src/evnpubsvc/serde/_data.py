"""Records as plain data and as JSON documents, and back, with every problem as a finding."""

from __future__ import annotations

import json
from typing import Any, Final, TypeVar, cast, get_origin

from cattrs.errors import StructureHandlerNotFoundError

from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.serde._converter import findings_of, shared_converter
from evnpubsvc.serde._encodings import json_text
from evnpubsvc.serde._parse import parse_json, wrong_texts

FORMAT: Final = 1  # version of documents; a change that old readers cannot read raises it
_T = TypeVar("_T")


def to_data(record: Any, *, envelope: bool = False) -> Any:
    """Return a record as plain data: dictionaries, lists, texts, integers, truth values, None.

    What a JSON column or a response of a web framework takes. Nothing in it is shared with the
    record.

    Args:
        record: a record, an enum or a code of this library.
        envelope: also say format and type, as `to_json` does: for data that are kept, which a later
            version will read.

    >>> from evnpubsvc.quantities import Count, CountUnit
    >>> to_data(Count(3, CountUnit.DOSSIERS))
    {'value': 3, 'unit': 'dossiers'}
    >>> to_data(Count(3, CountUnit.DOSSIERS), envelope=True)
    {'format': 1, 'type': 'Count', 'value': {'value': 3, 'unit': 'dossiers'}}
    """
    value = shared_converter().unstructure(record)
    if envelope:
        return {**make_head(type(record).__name__), "value": value}
    return value


def from_data(data: Any, kind: type[_T], *, envelope: bool = False) -> _T:
    """Read a record from plain data, as a request body or a JSON column gives them.

    Nothing is coerced: floats, and texts in the place of numbers, are refused.

    Args:
        data: what `to_data` gives, or anything else.
        kind: the type of the record.
        envelope: the data say format and type, as `to_json` writes them.

    Raises:
        DataError: every finding, with its path; `format-missing`, `format-unknown` and `type-other`
            only with `envelope`.
        MisuseError: `record-needed` for what is no type of records.

    >>> from evnpubsvc.quantities import Count
    >>> from_data({"value": 3, "unit": "dossiers"}, Count)
    Count(value=3, unit=CountUnit.DOSSIERS)
    >>> from_data([], Count)
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: $: an object is needed here, not [] [value-of-wrong-type]
    """
    if envelope:
        return _structure(_open(data, kind), kind, "$.value")
    return _structure(data, kind, "$")


def make_head(kind: str) -> dict[str, Any]:
    """Return what every JSON document of this library begins with: its format and its type."""
    return {"format": FORMAT, "type": kind}


def check_head(data: Any, kind: str) -> dict[str, Any]:
    """Return a document of the right format and type; any other is refused with the reason."""
    document = cast("dict[str, Any]", data if isinstance(data, dict) else {})
    if "format" not in document:
        raise DataError([finding("format-missing", "$", expected=FORMAT)])
    version = document["format"]
    if type(version) is not int or version != FORMAT:
        raise DataError([finding("format-unknown", "$.format", _shown(version), expected=FORMAT)])
    if document.get("type") != kind:
        named = _shown(document.get("type"))
        raise DataError([finding("type-other", "$.type", named, expected=kind)])
    return document


def _open(data: Any, kind: type[Any]) -> Any:
    """Return what is in an envelope of the right format and type."""
    envelope = check_head(data, _name(kind))
    unknown = sorted(str(key) for key in envelope if key not in {"format", "type", "value"})
    if unknown:
        raise DataError([finding("key-unknown", f"$.{key}", key) for key in unknown])
    if "value" not in envelope:
        raise DataError([finding("key-missing", "$.value")])
    return envelope["value"]


def _shown(value: Any) -> Any:
    """Return a value of the envelope as a finding can carry it."""
    return value if type(value) in {str, int} else json_text(value)


def _structure(data: Any, kind: type[_T], path: str) -> _T:
    try:
        return shared_converter().structure(data, kind)
    except RecursionError as error:
        raise DataError([finding("value-refused", path, error)]) from None
    except StructureHandlerNotFoundError:
        raise MisuseError("record-needed", kind, got=_name(kind)) from None
    except Exception as error:  # noqa: BLE001 - cattrs wraps whatever a record raises
        caught = error
    try:
        found = findings_of(caught, path)
    except RecursionError as deep:
        found = (finding("value-refused", path, deep),)
    except StructureHandlerNotFoundError:
        raise MisuseError("record-needed", kind, got=_name(kind)) from None
    raise DataError(_with_places(found, data, path))


def _with_places(found: tuple[Finding, ...], data: Any, path: str) -> tuple[Finding, ...]:
    """Say where the texts are that no file takes: a record knows that it has one, not which."""
    others = tuple(each for each in found if each.reason != "text-not-writable")
    if len(others) == len(found):
        return found
    try:
        places = tuple(wrong_texts(data, path))
    except DataError:  # too deep to look through
        return found
    return (*places, *others) if places else found


def _name(kind: Any) -> str:
    """Return the name of a type as documents have it: of `Reading[UnitCode]`, `Reading`."""
    kind = get_origin(kind) or kind
    return kind.__name__ if isinstance(kind, type) else type(kind).__name__


def to_json(record: Any, *, indent: int | None = None) -> str:
    """Write a record as a JSON document.

    The document is `{"format": 1, "type": "Tally", "value": {…}}`, so its reader knows what it is.
    Texts stay as they are (no ASCII escapes), keys keep the order of the fields, numbers are
    exact.

    Raises:
        MisuseError: `record-needed` for a value that is no record.

    >>> from evnpubsvc.quantities import Count, CountUnit
    >>> to_json(Count(3, CountUnit.DOSSIERS))
    '{"format": 1, "type": "Count", "value": {"value": 3, "unit": "dossiers"}}'
    """
    document = to_data(record, envelope=True)
    try:
        return json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False)
    except (TypeError, ValueError):
        raise MisuseError("record-needed", record, got=type(record).__name__) from None


def from_json(text: str | bytes, kind: type[_T]) -> _T:
    """Read a record from a JSON document that `to_json` wrote.

    Raises:
        DataError: what is wrong with any JSON document (`not-json`, `key-repeated`),
            `format-missing`, `format-unknown`, `type-other`, or every finding inside the document,
            with its path.

    >>> from evnpubsvc.quantities import Count, CountUnit
    >>> from_json(to_json(Count(3, CountUnit.DOSSIERS)), Count)
    Count(value=3, unit=CountUnit.DOSSIERS)
    >>> from_json('{"format": 1, "type": "Count", "value": {"value": 3.0}}', Count)
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: $.value.value: a whole number is needed here, not 3.0 ...
    $.value.unit: this key is missing [key-missing]
    """
    return from_data(parse_json(text), kind, envelope=True)
