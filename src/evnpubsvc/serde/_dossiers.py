"""Dossiers in and out: JSON Lines, and the process-mining formats XES and OCEL 2.0."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib.util import find_spec
from itertools import chain
from typing import Any, BinaryIO, Final, Literal, TypeAlias, cast
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from evnpubsvc._files import Source, bounds, opened, read_bytes, read_line
from evnpubsvc._letters import is_writable
from evnpubsvc.dossiers import Dossier, Event
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.serde._converter import findings_of, shared_converter
from evnpubsvc.serde._parse import parse_json
from evnpubsvc.serde._quick import (
    Quick,
    QuickFields,
    dumper_by_json,
    dumper_by_msgspec,
    quick_by_dict,
    quick_by_json,
    quick_by_msgspec,
)
from evnpubsvc.serde._tables import Row, checked_line, json_object
from evnpubsvc.worktime import VIETNAM_TIME

_OURS: Final = "evn:"
_KEPT: Final = "evn:attribute:"  # an attribute whose name means something else in the format
_AS_JSON: Final = ("limit", "linked", "evidence", "attributes")
_RESERVED: Final = ("concept:name", "time:timestamp")


# -- JSON Lines ------------------------------------------------------------------------------------


Engine: TypeAlias = Literal["cattrs", "msgspec"]
"""What reads and writes lines: the bare install, or the extra `fast`. The result is the same."""


def _engine(engine: Engine | None) -> Engine:
    """Return the engine to use; None chooses msgspec where it is installed."""
    if engine not in (None, "cattrs", "msgspec"):
        raise UnknownNameError("engine-unknown", engine, known="cattrs, msgspec")
    if engine != "cattrs" and find_spec("msgspec") is None:
        if engine is not None:
            raise MisuseError("extra-missing", engine, extra="fast")
        return "cattrs"
    return engine or "msgspec"


def write_dossiers(
    dossiers: Iterable[Dossier], stream: BinaryIO, *, engine: Engine | None = None
) -> int:
    r"""Write dossiers as JSON Lines, one object a line with every key, UTF-8, and return how many.

    Args:
        dossiers: taken one at a time.
        stream: binary.
        engine: `"cattrs"`, or `"msgspec"` of the extra `fast`, which takes less time; None for the
            faster one that is installed. The bytes are the same.

    Raises:
        MisuseError: `extra-missing`.
        UnknownNameError: `engine-unknown`.

    >>> import io
    >>> stream = io.BytesIO()
    >>> write_dossiers([Dossier("case-1")], stream)
    1
    """
    if _engine(engine) == "msgspec":
        dump = dumper_by_msgspec()
    else:
        dump = dumper_by_json()
    count = 0
    for dossier in dossiers:
        stream.write(dump(dossier))
        count += 1
    return count


def read_dossiers(
    source: Source, *, engine: Engine | None = None, share: bool = False
) -> Iterator[Dossier | Finding]:
    r"""Stream the dossiers of a JSON Lines file.

    Dossiers, and every finding where one cannot be read.

    Keys may be left out where nothing is known. To keep very many dossiers at once, share what they
    have in common and read inside `gc_paused()`; a fold over the stream needs neither.

    Args:
        source: a path, or a binary stream.
        engine: `"cattrs"`, or `"msgspec"` of the extra `fast`, which takes a quarter of the time;
            None for the faster one that is installed. The dossiers and findings are the same.
        share: whether equal codes, words, attributes and due days of different dossiers become one
            object. It takes a little time and saves about half of the memory.

    Raises:
        DataError: `file-unreadable`.
        MisuseError: `extra-missing`.
        UnknownNameError: `engine-unknown`.

    >>> import io
    >>> [found.reason for found in read_dossiers(io.BytesIO(b'{"code": 1}\n'))][0]
    'value-of-wrong-type'
    """
    if _engine(engine) == "msgspec":
        quick = quick_by_msgspec(share=share)
    else:
        quick = quick_by_json(share=share)
    return _read(source, quick)


def _read(source: Source, quick: Quick) -> Iterator[Dossier | Finding]:
    with opened(source) as stream:
        number = 0
        while True:
            raw, size = read_line(stream)
            if not raw:
                return
            number += 1
            # What no file takes is written by these escapes alone; the converter refuses it.
            made = None
            if size <= bounds.LINE and _UNWRITABLE.search(raw) is None:
                made = quick(raw)
            if made is not None:
                yield made
                continue
            line, goes_on = checked_line(raw, number, size)
            value = line if isinstance(line, Finding) else json_object(line, number)
            if isinstance(value, Finding):
                yield value
            elif value is not None:
                yield from _load(value, f"line {number}, $")
            if not goes_on:
                return


_UNWRITABLE: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


@contextmanager
def gc_paused() -> Generator[None]:
    """Pause the cyclic garbage collector of Python while very many records are made and kept.

    Records hold no cycles, so the collector walks over all of them, again and again, for nothing:
    with a million kept that takes longer than reading them. This library never pauses it by itself,
    since that is a matter of the whole process: cycles that other code leaves behind meanwhile stay
    until the collector runs again. It nests, and leaves the collector as it found it, also after an
    error.

    >>> import gc
    >>> with gc_paused():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _load(given: dict[str, Any], path: str) -> Iterator[Dossier | Finding]:
    """The dossier of an object, or every finding in it."""
    try:
        yield shared_converter().structure(given, Dossier)
    except Exception as error:  # noqa: BLE001 - cattrs wraps whatever a record raises
        yield from findings_of(error, path)


def _read_fields(
    quick: QuickFields, fields: dict[str, Any], path: str
) -> Iterator[Dossier | Finding]:
    """The dossier of an object of another format: quickly, where nothing is odd about it."""
    made = quick(fields)
    # Texts of such a format are writable, but for what stands in one as JSON.
    if made is not None and all(map(is_writable, chain(made.linked, *made.attributes))):
        yield made
    else:
        yield from _load(fields, path)


# -- attributes of both formats --------------------------------------------------------------------


def _dossier_pairs(
    dossier: Dossier, dump: Callable[[Any], dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    """The fields of a dossier besides code and events, as texts; None is left out."""
    for name, value in dump(dossier).items():
        if name in ("code", "events") or value is None or value == []:
            continue
        yield (
            _OURS + name,
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
        )


def _event_pairs(event: Event) -> Iterator[tuple[str, str]]:
    yield "evn:kind", event.kind.value
    if not isinstance(event.at, datetime):  # the formats know instants only; the day is kept as one
        yield "evn:at", event.at.isoformat()
    if event.activity:
        yield "evn:activity", event.activity
    if event.final is not None:
        yield "evn:final", str(event.final).lower()
    if event.due is not None:
        yield "evn:due", event.due.isoformat()
    if event.outcome is not None:
        yield "evn:outcome", event.outcome.value
    if event.recorded is not None:
        yield "evn:recorded", event.recorded.isoformat()
    for name, value in event.attributes:
        yield (
            (_KEPT if not name or name.startswith(_OURS) or name in _RESERVED else "") + name,
            value,
        )


def _dossier_fields(code: str, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    fields: dict[str, Any] = {"code": code}
    for name, value in pairs:
        if name.startswith(_OURS):
            own = name.removeprefix(_OURS)
            fields[own] = json.loads(value) if own in _AS_JSON else value
    return fields


def _event_fields(at: str, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    fields: dict[str, Any] = {"at": at}
    attributes: list[list[str]] = []
    for name, value in pairs:
        if name.startswith(_KEPT):
            attributes.append([name.removeprefix(_KEPT), value])
        elif name.startswith(_OURS):
            own = name.removeprefix(_OURS)
            if own == "final":
                fields[own] = {"true": True, "false": False}.get(value, value)
            else:
                fields[own] = value
        elif name not in _RESERVED:
            attributes.append([name, value])
    fields["attributes"] = attributes
    return fields


# -- XES -------------------------------------------------------------------------------------------

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
\t<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
\t<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
\t<global scope="trace"><string key="concept:name" value=""/></global>
\t<global scope="event"><string key="concept:name" value=""/>\
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/></global>
\t<classifier name="Activity" keys="concept:name"/>
"""
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xes(dossiers: Iterable[Dossier], stream: BinaryIO) -> int:
    r"""Write dossiers as an event log in XES (IEEE 1849), and return how many events.

    A trace is a dossier, `concept:name` of an event its activity or else its kind, `time:timestamp`
    the instant with its offset. Everything else is in attributes, those of this library with
    the prefix `evn:`; `read_xes` reads all of it back. The log is written as a stream.

    Raises:
        DataError: `log-letter`: a control character, which XML cannot hold.

    >>> import io
    >>> write_xes([Dossier("case-1")], io.BytesIO())
    0
    """
    dump = shared_converter().get_unstructure_hook(Dossier)
    stream.write(_HEAD.encode())
    count = 0
    for index, dossier in enumerate(dossiers):
        lines = ["\t<trace>\n", _xes_text("\t\t", "concept:name", dossier.code, index)]
        lines += (
            _xes_text("\t\t", name, value, index) for name, value in _dossier_pairs(dossier, dump)
        )
        for event in dossier.events:
            lines.append("\t\t<event>\n")
            lines.append(
                _xes_text("\t\t\t", "concept:name", event.activity or event.kind.value, index)
            )
            lines.append(f'\t\t\t<date key="time:timestamp" value="{_time(event.at)}"/>\n')
            lines += (
                _xes_text("\t\t\t", name, value, index) for name, value in _event_pairs(event)
            )
            lines.append("\t\t</event>\n")
            count += 1
        lines.append("\t</trace>\n")
        stream.write("".join(lines).encode())
    stream.write(b"</log>\n")
    return count


def _xes_text(indent: str, name: str, value: str, index: int) -> str:
    bad = _NOT_XML.search(name) or _NOT_XML.search(value)
    if bad:
        raise DataError([finding("log-letter", f"$[{index}]", bad.group())])
    return f"{indent}<string key={quoteattr(name)} value={quoteattr(value)}/>\n"


class _XesParser:
    """Takes the elements of a log; keeps one trace at a time."""

    def __init__(self, finish: Callable[[_Pairs, list[tuple[int, _Pairs]]], None]) -> None:
        self.finish = finish
        self.depth: list[str] = []
        self.trace: _Pairs = []
        self.event: _Pairs = []
        self.events: list[tuple[int, _Pairs]] = []  # with the line on which each ends
        self.ended = 0  # the place in the file where the last trace ended
        self.expat = expat.ParserCreate()
        self.expat.StartElementHandler = self.start
        self.expat.EndElementHandler = self.end
        # No document type: entities are how small files become large ones.
        self.expat.StartDoctypeDeclHandler = self.refuse

    def refuse(self, *_: object) -> None:
        raise ValueError("DOCTYPE")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        where = self.depth[-1] if self.depth else ""
        self.depth.append(name)
        if len(self.depth) > 8 or (not where and name != "log"):
            raise ValueError(f"<{name}>")
        if name == "trace":
            self.trace, self.events = [], []
        elif name == "event":
            self.event = []
        elif where in ("trace", "event"):
            pair = attributes.get("key", ""), attributes.get("value", "")
            (self.event if where == "event" else self.trace).append(pair)

    def end(self, name: str) -> None:
        self.depth.pop()
        if name == "event":
            self.events.append((self.expat.CurrentLineNumber, self.event))
        elif name == "trace":
            self.finish(self.trace, self.events)
            self.trace, self.events = [], []
            self.ended = self.expat.CurrentByteIndex

    def read(self, source: Source) -> Iterator[Finding | None]:
        """Read a log in pieces: None after each piece, a finding where it is no such log."""
        taken = 0
        with opened(source) as stream:
            chunk = b" "
            while chunk:
                chunk = stream.read(1 << 16)
                taken += len(chunk)
                try:
                    self.expat.Parse(chunk, not chunk)
                    # What is between two ends of traces is kept, so it must have an end.
                    if taken - self.ended > bounds.DOCUMENT:
                        raise ValueError(f"<trace> > {bounds.DOCUMENT}")  # noqa: TRY301
                except (expat.ExpatError, ValueError, RecursionError) as error:
                    yield finding("log-not-xes", f"line {self.expat.CurrentLineNumber}", error)
                    return
                yield None


_Pairs: TypeAlias = list[tuple[str, str]]


def read_xes(source: Source) -> Iterator[Dossier | Finding]:
    r"""Read the dossiers of a log that `write_xes` wrote, as a stream.

    Logs of other systems say nothing about kinds of events: read them with `read_xes_log` and a
    mapping.

    Yields:
        Dossiers, and every finding where one cannot be read; `log-not-xes` ends the reading.

    >>> import io
    >>> [found.reason for found in read_xes(io.BytesIO(b"<!DOCTYPE x><log/>"))]
    ['log-not-xes']
    """
    done: list[dict[str, Any] | Finding] = []

    def finish(trace: _Pairs, events: list[tuple[int, _Pairs]]) -> None:
        if len(events) > bounds.EVENTS:
            place = f"line {events[0][0]}"
            done.append(finding("too-many-events", place, len(events), limit=bounds.EVENTS))
            return
        fields = _dossier_fields(dict(trace).get("concept:name", ""), trace)
        fields["events"] = [
            _event_fields(dict(pairs).get("time:timestamp", ""), pairs) for _, pairs in events
        ]
        done.append(fields)

    number, quick = 0, quick_by_dict()
    for trouble in _XesParser(finish).read(source):
        for fields in done:
            if isinstance(fields, Finding):
                yield fields
            else:
                yield from _read_fields(quick, fields, f"$[{number}]")
            number += 1
        done.clear()
        if trouble is not None:
            yield trouble


def xes_rows(source: Source) -> Iterator[Row | Finding]:
    """Return the events of any XES log as rows.

    A row has the keys of its event, and those of its trace after `case:`.
    """
    done: list[Row] = []

    def finish(trace: _Pairs, events: list[tuple[int, _Pairs]]) -> None:
        of_case = {f"case:{name}": value for name, value in trace}
        done.extend(Row(line, {**of_case, **dict(pairs)}) for line, pairs in events)

    for trouble in _XesParser(finish).read(source):
        yield from done
        done.clear()
        if trouble is not None:
            yield trouble


# -- OCEL 2.0 --------------------------------------------------------------------------------------

_DOSSIER: Final = "dossier"


def write_ocel(dossiers: Iterable[Dossier], stream: BinaryIO) -> int:
    """Write dossiers as an object-centric event log (OCEL 2.0, JSON), and return how many events.

    Each dossier is an object, with relationships to the dossiers that it waits for and to its unit
    and procedure, which are objects too. The type of an event is the activity or else the kind;
    each event belongs to its dossier, unit and procedure. Values are texts, as the published schema
    asks for. `read_ocel` reads all of it back.

    Raises:
        DataError: `code-twice`: objects are told apart by their codes.
    """
    dump = shared_converter().get_unstructure_hook(Dossier)
    known = _by_code(dossiers)
    objects: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    others: dict[str, str] = {}
    event_types: dict[str, dict[str, None]] = {}
    object_names: dict[str, None] = {}

    # A dossier is an object, its events point to it, to its unit and to its procedure.
    for dossier in known.values():
        named = {kind: getattr(dossier, kind) for kind in ("unit", "procedure")}
        beside = {f"{kind}:{code}": kind for kind, code in named.items() if code is not None}
        others |= beside
        around = [_relation(id_, kind) for id_, kind in beside.items()]
        linked = [
            _relation(_object_id(other), "linked") for other in dossier.linked if other in known
        ]
        pairs = list(_dossier_pairs(dossier, dump))
        object_names.update(dict.fromkeys(name for name, _ in pairs))
        objects.append(_dossier_object(dossier, pairs, [*linked, *around]))

        own = [_relation(_object_id(dossier.code), _DOSSIER), *around]
        for event in dossier.events:
            pairs = list(_event_pairs(event))
            type_ = event.activity or event.kind.value
            event_types.setdefault(type_, {}).update(dict.fromkeys(name for name, _ in pairs))
            events.append(
                {
                    "id": f"e{len(events) + 1}",
                    "type": type_,
                    "time": _time(event.at),
                    "attributes": [{"name": name, "value": value} for name, value in pairs],
                    "relationships": own,
                }
            )

    # Units and procedures are objects too. Each type lists the attributes that occur.
    objects += (
        {"id": id_, "type": kind, "attributes": [], "relationships": []}
        for id_, kind in others.items()
    )
    types = {_DOSSIER: list(object_names), **{kind: [] for kind in sorted(set(others.values()))}}
    document = {
        "objectTypes": [_type(name, names) for name, names in types.items()],
        "eventTypes": [_type(name, names) for name, names in event_types.items()],
        "objects": objects,
        "events": events,
    }
    stream.write(json.dumps(document, ensure_ascii=True).encode("ascii"))
    return len(events)


def _time(moment: date) -> str:
    return _instant(moment).isoformat(timespec="microseconds")


def _instant(moment: date) -> datetime:
    """An instant, or the beginning of a day in Viet Nam."""
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, datetime.min.time(), VIETNAM_TIME)


def _object_id(code: str) -> str:
    return f"{_DOSSIER}:{code}"


def _by_code(dossiers: Iterable[Dossier]) -> dict[str, Dossier]:
    """Return dossiers by code; objects are told apart by it, so each comes once."""
    known: dict[str, Dossier] = {}
    found: list[Finding] = []
    for index, dossier in enumerate(dossiers):
        if dossier.code in known:
            first = list(known).index(dossier.code)
            found.append(finding("code-twice", f"$[{index}].code", dossier.code, first=first))
        known[dossier.code] = dossier
    if found:
        raise DataError(found)
    return known


def _dossier_object(
    dossier: Dossier, pairs: Iterable[tuple[str, str]], relationships: list[dict[str, str]]
) -> dict[str, Any]:
    """Return the object of a dossier; its attributes hold from its first event on."""
    begun = min((_instant(event.at) for event in dossier.events), default=None)
    time = "1970-01-01T00:00:00+00:00" if begun is None else _time(begun)
    return {
        "id": _object_id(dossier.code),
        "type": _DOSSIER,
        "attributes": [{"name": name, "time": time, "value": value} for name, value in pairs],
        "relationships": relationships,
    }


def _relation(id_: str, qualifier: str) -> dict[str, str]:
    return {"objectId": id_, "qualifier": qualifier}


def _type(name: str, attributes: Iterable[str]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": each, "type": "string"} for each in attributes]}


def read_ocel(source: Source) -> Iterator[Dossier | Finding]:
    r"""Read the dossiers of a log that `write_ocel` wrote.

    Yields:
        Dossiers, and every finding where one cannot be read; `log-not-ocel` ends the reading.

    >>> import io
    >>> [found.reason for found in read_ocel(io.BytesIO(b"[]"))]
    ['log-not-ocel']
    """
    try:
        document = parse_json(read_bytes(source))
    except DataError as error:
        yield from (
            finding("log-not-ocel", "$", found) if found.reason == "not-json" else found
            for found in error.findings
        )
        return
    try:
        cases = _cases(document)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        yield finding("log-not-ocel", "$", error)
        return
    quick = quick_by_dict()
    for index, fields in enumerate(cases):
        yield from _read_fields(quick, fields, f"$.objects[{index}]")


def _cases(document: Any) -> Iterable[dict[str, Any]]:
    cases: dict[str, dict[str, Any]] = {}
    for each in document["objects"]:
        if each["type"] == _DOSSIER:
            code = str(each["id"]).removeprefix(f"{_DOSSIER}:")
            cases[each["id"]] = {**_dossier_fields(code, _pairs(each)), "events": []}
    for each in document["events"]:
        [owner] = [r["objectId"] for r in each["relationships"] if r["qualifier"] == _DOSSIER]
        cases[owner]["events"].append(_event_fields(each["time"], _pairs(each)))
    return cases.values()


def _pairs(given: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(each["name"]), cast("str", each["value"])) for each in given.get("attributes", [])]
