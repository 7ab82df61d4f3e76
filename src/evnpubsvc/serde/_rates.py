"""Rates of one's own from TOML, written as the packaged ones are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from evnpubsvc._files import Source
from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding
from evnpubsvc.serde._converter import findings_of, shared_converter
from evnpubsvc.serde._parse import read_toml

if TYPE_CHECKING:
    from evnpubsvc.statistics import RateTable

RATE_KEYS: Final[tuple[str, ...]] = ("measures", "rates")
_SELECTION: Final = ("entries", "states", "where")


def read_rates(source: Source) -> RateTable:
    """Read measures and rates of one's own from a TOML file or binary stream.

    Tables `[measures.NAME]` with `vi`, `en`, `unit` and what they count (`entries`, `states`,
    `where`, `distinct`, `parts`), and `[rates.NAME]` with `vi`, `en`, `numerator`, `denominator`,
    `others`, `source` and `note`, as in the packaged table.

    Raises:
        DataError: `not-utf8`, `not-toml`, and all that `RateTable` finds, with its path.

    >>> import io
    >>> own = read_rates(io.BytesIO(b'''
    ... [rates.late-of-fallen-due]
    ... vi = "ty le qua han"
    ... en = "late of what has fallen due"
    ... numerator = ["finished-late", "pending-overdue"]
    ... denominator = ["fallen-due"]
    ... others = ["overdue-burden"]
    ... source = { instrument = "plan of the commune", confidence = "read-copy" }
    ... note = { vi = "x", en = "x" }
    ... '''))
    >>> own.rates[0].name
    'late-of-fallen-due'
    """
    document = read_toml(source)
    unknown = [name for name in document if name not in RATE_KEYS]
    if unknown:
        raise DataError(finding("key-unknown", f"$.{name}", name) for name in unknown)
    return rate_table_of(document)


def rate_table_of(document: dict[str, Any], more: RateTable | None = None) -> RateTable:
    """Return the measures and rates of a document, and of a table beside it, as one table.

    Raises:
        DataError: as `read_rates`.
    """
    # Most score sheets bring no rates, and are read without the room that counts.
    from evnpubsvc.statistics import RateTable  # noqa: PLC0415

    listed: dict[str, list[Any]] = {
        "measures": [_measure(*each) for each in _tables(document, "measures")],
        "rates": [_named(*each) for each in _tables(document, "rates")],
    }
    converter = shared_converter()
    if more is not None:
        beside: dict[str, list[Any]] = converter.unstructure(more)
        listed = {name: [*beside[name], *own] for name, own in listed.items()}
    try:
        return converter.structure(listed, RateTable)
    except Exception as error:  # noqa: BLE001 - whatever a record raises, cattrs gathers
        raise DataError(findings_of(error)) from None


def _tables(document: dict[str, Any], name: str) -> list[tuple[str, Any]]:
    given = document.get(name, {})
    if not isinstance(given, dict):
        raise DataError([finding("key-unknown", f"$.{name}", name)])
    return list(cast("dict[str, Any]", given).items())


def _named(name: str, entry: Any) -> Any:
    """Return an entry with its name, and its two texts as one."""
    if not isinstance(entry, dict):
        return entry
    entry = cast("dict[str, Any]", entry)
    rest = {key: value for key, value in entry.items() if key not in {"vi", "en"}}
    text = {key: entry[key] for key in ("vi", "en") if key in entry}
    return {"name": name, "text": text, **rest}


def _measure(name: str, entry: Any) -> Any:
    """Return a measure with what it selects as one record."""
    made = _named(name, entry)
    if not isinstance(made, dict):
        return made
    made = cast("dict[str, Any]", made)
    if not set(_SELECTION) & set(made):
        return made
    selection = {key: made.pop(key) for key in _SELECTION if key in made}
    where = selection.get("where")
    if isinstance(where, dict):
        filters = cast("dict[str, Any]", where).items()
        selection["where"] = [{"dimension": key, "values": value} for key, value in filters]
    return {**made, "selection": selection}
