"""What process-mining formats hold of a dossier: its fields as pairs of texts, and back.

XES and OCEL know names and texts; what they have no name for begins with `evn:`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain
from typing import Any, Final

from attrs import fields

from evnpubsvc._letters import is_writable
from evnpubsvc.dossiers import Dossier, Event
from evnpubsvc.findings import Finding
from evnpubsvc.serde._converter import findings_of, shared_converter
from evnpubsvc.serde._quick import QuickFields
from evnpubsvc.worktime import VIETNAM_TIME

_OURS: Final = "evn:"
_KEPT: Final = "evn:attribute:"  # an attribute whose name means something else in the format
_AS_JSON: Final = ("limit", "linked", "evidence", "attributes")
_RESERVED: Final = ("concept:name", "time:timestamp")
_WRITTEN: Final = tuple(
    each.name for each in fields(Dossier) if each.init and each.name not in ("code", "events")
)
Pairs = list[tuple[str, str]]


# -- written ---------------------------------------------------------------------------------------


def known_names(dossier: Dossier) -> list[str]:
    """Return the names of the pairs that `dossier_pairs` gives."""
    return [_OURS + name for name in _WRITTEN if getattr(dossier, name) not in (None, ())]


def dossier_pairs(dossier: Dossier) -> Pairs:
    """Return what is known of a dossier besides its code and events, as texts."""
    write = shared_converter().unstructure
    pairs: Pairs = []
    for name in known_names(dossier):
        value = getattr(dossier, name.removeprefix(_OURS))
        if type(value) is not str:
            value = write(value)
        if not isinstance(value, str):
            value = json.dumps(value, ensure_ascii=False)
        pairs.append((name, value))
    return pairs


def event_pairs(event: Event) -> Pairs:
    """Return what an event says besides its time."""
    pairs = [("evn:kind", event.kind.value)]
    if not isinstance(event.at, datetime):  # the formats know instants only; the day is kept as one
        pairs.append(("evn:at", event.at.isoformat()))
    if event.activity:
        pairs.append(("evn:activity", event.activity))
    if event.final is not None:
        pairs.append(("evn:final", str(event.final).lower()))
    if event.due is not None:
        pairs.append(("evn:due", event.due.isoformat()))
    if event.outcome is not None:
        pairs.append(("evn:outcome", event.outcome.value))
    if event.recorded is not None:
        pairs.append(("evn:recorded", event.recorded.isoformat()))
    for pair in event.attributes:
        name, value = pair
        if not name or name.startswith(_OURS) or name in _RESERVED:
            pairs.append((_KEPT + name, value))
        else:
            pairs.append(pair)
    return pairs


def write_time(moment: date) -> str:
    """Write an instant, or the beginning of a day in Viet Nam."""
    return as_instant(moment).isoformat(timespec="microseconds")


def as_instant(moment: date) -> datetime:
    """Return an instant, or the beginning of a day in Viet Nam."""
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, datetime.min.time(), VIETNAM_TIME)


# -- read ------------------------------------------------------------------------------------------


def dossier_fields(code: str, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the fields of a dossier, without its events."""
    given: dict[str, Any] = {"code": code}
    for name, value in pairs:
        if name.startswith(_OURS):
            own = name.removeprefix(_OURS)
            given[own] = json.loads(value) if own in _AS_JSON else value
    return given


def event_fields(at: Any, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the fields of an event.

    Args:
        at: its time, unless a pair says that it is a day.
        pairs: names and texts; or names and the places of their texts, to learn which field each
            place belongs to.
    """
    given: dict[str, Any] = {"at": at}
    attributes: list[list[Any]] = []
    for name, value in pairs:
        if name.startswith(_KEPT):
            attributes.append([name.removeprefix(_KEPT), value])
        elif name.startswith(_OURS):
            own = name.removeprefix(_OURS)
            if own == "final":
                given[own] = {"true": True, "false": False}.get(value, value)
            else:
                given[own] = value
        elif name not in _RESERVED:
            attributes.append([name, value])
    given["attributes"] = attributes
    return given


def read_fields(
    quick: QuickFields, given: dict[str, Any], path: str
) -> Iterator[Dossier | Finding]:
    """Yield the dossier of an object: quickly, where nothing is odd about it; else findings."""
    made = read_quickly(quick, given)
    if made is not None:
        yield made
    else:
        yield from load_dossier(given, path)


def read_quickly(quick: QuickFields, given: dict[str, Any]) -> Dossier | None:
    """Return the dossier of an object in which nothing is odd; else None."""
    made = quick(given)
    # Texts of such a format are writable, but for what stands in one as JSON.
    if made is not None and all(map(is_writable, chain(made.linked, *made.attributes))):
        return made
    return None


def load_dossier(given: dict[str, Any], path: str) -> Iterator[Dossier | Finding]:
    """Yield the dossier of an object, or every finding in it."""
    try:
        yield shared_converter().structure(given, Dossier)
    except Exception as error:  # noqa: BLE001 - cattrs wraps whatever a record raises
        yield from findings_of(error, path)
