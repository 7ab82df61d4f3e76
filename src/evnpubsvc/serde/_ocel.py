"""Dossiers in and out as an object-centric event log: OCEL 2.0 in JSON.

The plain way reads a whole document. What `write_ocel` writes is read piece by piece, by patterns
that take nothing else; where one does not fit, the plain way begins anew.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from json.encoder import encode_basestring_ascii
from typing import Any, BinaryIO, Final, cast

from evnpubsvc._files import Source, bounds, opened, path_of, read_bytes
from evnpubsvc.dossiers import Dossier, Event
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.serde._log_fields import (
    Pairs,
    as_instant,
    dossier_fields,
    dossier_pairs,
    event_fields,
    event_pairs,
    known_names,
    read_fields,
    read_quickly,
    write_time,
)
from evnpubsvc.serde._parse import parse_json, wrong_texts
from evnpubsvc.serde._quick import QuickEvents, quick_by_dict

_DOSSIER: Final = "dossier"
_MOST_KEPT: Final = 1 << 16  # texts that are kept as they are written


# -- writing ---------------------------------------------------------------------------------------


def write_ocel(dossiers: Iterable[Dossier], stream: BinaryIO) -> int:
    """Write dossiers as an object-centric event log (OCEL 2.0, JSON), and return how many events.

    Each dossier is an object, with relationships to the dossiers that it waits for and to its unit
    and procedure, which are objects too. The type of an event is the activity or else the kind;
    each event belongs to its dossier, unit and procedure. Values are texts, as the published schema
    asks for. `read_ocel` reads all of it back.

    The format begins with all types of objects and events, so the dossiers are held until they are
    written; objects and events are written as a stream.

    Raises:
        DataError: `code-twice`: objects are told apart by their codes.
    """
    known = _by_code(dossiers)

    # Each type lists the attributes that occur; units and procedures are objects too.
    names: dict[str, None] = {}
    event_names: dict[str, dict[str, None]] = {}
    others: dict[str, str] = {}
    for dossier in known.values():
        names.update(dict.fromkeys(known_names(dossier)))
        others.update(_beside(dossier))
        for event in dossier.events:
            of_type = event_names.setdefault(_type_of(event), {})
            of_type.update(dict.fromkeys(name for name, _ in event_pairs(event)))
    types = {_DOSSIER: list(names), **{kind: [] for kind in sorted(set(others.values()))}}

    # A dossier is an object, its events point to it, to its unit and to its procedure.
    objects = (_object_text(dossier, known) for dossier in known.values())
    plain = (
        f'{{"id": {_quote(id_)}, "type": "{kind}", "attributes": [], "relationships": []}}'
        for id_, kind in others.items()
    )
    counter = _Counter()
    sections: dict[str, Iterable[str]] = {
        "objectTypes": (_type_text(name, given) for name, given in types.items()),
        "eventTypes": (_type_text(name, given) for name, given in event_names.items()),
        "objects": (text for each in (objects, plain) for text in each),
        "events": counter.event_texts(known.values()),
    }
    head = "{"
    for name, texts in sections.items():
        stream.write(f'{head}"{name}": ['.encode("ascii"))
        separator = ""
        for text in texts:
            stream.write(f"{separator}{text}".encode("ascii"))
            separator = ", "
        stream.write(b"]")
        head = ", "
    stream.write(b"}")
    return counter.count


class _Counter:
    """Writes events one after the other, and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self._attributes: dict[tuple[str, str], str] = {}

    def event_texts(self, dossiers: Iterable[Dossier]) -> Iterator[str]:
        """Write the events of dossiers."""
        for dossier in dossiers:
            around = [_relation(id_, kind) for id_, kind in _beside(dossier).items()]
            own = ", ".join([_relation(_object_id(dossier.code), _DOSSIER), *around])
            for event in dossier.events:
                self.count += 1
                attributes = ", ".join(map(self._attribute, event_pairs(event)))
                yield (
                    f'{{"id": "e{self.count}", "type": {_quote(_type_of(event))},'
                    f' "time": "{write_time(event.at)}", "attributes": [{attributes}],'
                    f' "relationships": [{own}]}}'
                )

    def _attribute(self, pair: tuple[str, str]) -> str:
        """Write an attribute; most come again and again."""
        text = self._attributes.get(pair)
        if text is None:
            if len(self._attributes) >= _MOST_KEPT:
                self._attributes.clear()
            name, value = pair
            text = f'{{"name": {_quote(name)}, "value": {_quote(value)}}}'
            self._attributes[pair] = text
        return text


_quote: Final = encode_basestring_ascii


def _type_of(event: Event) -> str:
    return event.activity or event.kind.value


def _beside(dossier: Dossier) -> dict[str, str]:
    """Return the identifiers of the unit and procedure of a dossier, with their kinds."""
    named = {kind: getattr(dossier, kind) for kind in ("unit", "procedure")}
    return {f"{kind}:{code}": kind for kind, code in named.items() if code is not None}


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


def _object_text(dossier: Dossier, known: dict[str, Dossier]) -> str:
    """Write the object of a dossier; its attributes hold from its first event on."""
    begun = min((as_instant(event.at) for event in dossier.events), default=None)
    time = "1970-01-01T00:00:00+00:00" if begun is None else write_time(begun)
    attributes = ", ".join(
        f'{{"name": {_quote(name)}, "time": "{time}", "value": {_quote(value)}}}'
        for name, value in dossier_pairs(dossier)
    )
    linked = [_relation(_object_id(each), "linked") for each in dossier.linked if each in known]
    around = [_relation(id_, kind) for id_, kind in _beside(dossier).items()]
    return (
        f'{{"id": {_quote(_object_id(dossier.code))}, "type": "{_DOSSIER}",'
        f' "attributes": [{attributes}], "relationships": [{", ".join([*linked, *around])}]}}'
    )


def _relation(id_: str, qualifier: str) -> str:
    return f'{{"objectId": {_quote(id_)}, "qualifier": "{qualifier}"}}'


def _type_text(name: str, attributes: Iterable[str]) -> str:
    listed = ", ".join(f'{{"name": {_quote(each)}, "type": "string"}}' for each in attributes)
    return f'{{"name": {_quote(name)}, "attributes": [{listed}]}}'


# -- reading ---------------------------------------------------------------------------------------


def read_ocel(source: Source) -> Iterator[Dossier | Finding]:
    r"""Read the dossiers of a log that `write_ocel` wrote.

    Events may come in any order, so the dossiers are held until the end of the log is read. A log
    above 64,000,000 bytes is read if it is written exactly as `write_ocel` writes.

    Yields:
        Dossiers, and every finding where one cannot be read; `log-not-ocel` ends the reading.

    >>> import io
    >>> [found.reason for found in read_ocel(io.BytesIO(b"[]"))]
    ['log-not-ocel']
    """
    try:
        source = _readable_twice(source)
        made = _read_by_patterns(source)
        document = parse_json(read_bytes(source)) if made is None else None
    except DataError as error:
        yield from (
            finding("log-not-ocel", "$", found) if found.reason == "not-json" else found
            for found in error.findings
        )
        return
    if made is not None:
        yield from made
        return
    try:
        cases = _cases(document)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        yield finding("log-not-ocel", "$", error)
        return
    quick = quick_by_dict()
    for index, fields in enumerate(cases):
        yield from read_fields(quick, fields, f"$.objects[{index}]")


def _cases(document: Any) -> Iterable[dict[str, Any]]:
    cases: dict[str, dict[str, Any]] = {}
    for each in document["objects"]:
        if each["type"] == _DOSSIER:
            code = str(each["id"]).removeprefix(f"{_DOSSIER}:")
            cases[each["id"]] = {**dossier_fields(code, _pairs(each)), "events": []}
    for each in document["events"]:
        [owner] = [r["objectId"] for r in each["relationships"] if r["qualifier"] == _DOSSIER]
        cases[owner]["events"].append(event_fields(each["time"], _pairs(each)))
    return cases.values()


def _pairs(given: dict[str, Any]) -> Pairs:
    return [(str(each["name"]), cast("str", each["value"])) for each in given.get("attributes", [])]


# -- reading what `write_ocel` wrote ---------------------------------------------------------------

_TEXT: Final = r'[ !#-\[\]-~]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-\[\]-~]*+)*+'


def _list_of(item: str) -> str:
    return rf"\[(?:{item}(?:, {item})*+)?+\]"


_ATTRIBUTE: Final = rf'\{{"name": "{_TEXT}", "value": "{_TEXT}"\}}'
_TIMED: Final = rf'\{{"name": "{_TEXT}", "time": "{_TEXT}", "value": "{_TEXT}"\}}'
_DECLARED: Final = rf'\{{"name": "{_TEXT}", "type": "string"\}}'
_RELATED: Final = rf'\{{"objectId": "{_TEXT}", "qualifier": "{_TEXT}"\}}'
_TYPE: Final = rf'\{{"name": "{_TEXT}", "attributes": {_list_of(_DECLARED)}\}}'
_OBJECT: Final = (
    rf'\{{"id": "({_TEXT})", "type": "({_TEXT})", "attributes": ({_list_of(_TIMED)}), '
    rf'"relationships": {_list_of(_RELATED)}\}}'
)
_EVENT: Final = (
    rf'\{{"id": "{_TEXT}", "type": "{_TEXT}", "time": "({_TEXT})", '
    rf'"attributes": ({_list_of(_ATTRIBUTE)}), "relationships": ({_list_of(_RELATED)})\}}'
)
# The sections of a log in their order, each with its items; what stands before each, and the end.
_SECTIONS: Final = tuple(
    (head, re.compile(item))
    for head, item in (
        ('{"objectTypes": [', _TYPE),
        ('], "eventTypes": [', _TYPE),
        ('], "objects": [', _OBJECT),
        ('], "events": [', _EVENT),
    )
)
_END: Final = "]}"
_find_pairs: Final = re.compile(rf'"name": "({_TEXT})", "value": "({_TEXT})"').findall
_find_timed: Final = re.compile(
    rf'"name": "({_TEXT})", "time": "{_TEXT}", "value": "({_TEXT})"'
).findall
_find_related: Final = re.compile(rf'"objectId": "({_TEXT})", "qualifier": "({_TEXT})"').findall
_PIECE: Final = 1 << 18


class _NotWrittenHereError(Exception):
    """The log is not what `write_ocel` writes."""


def _readable_twice(source: Source) -> Source:
    """Return a source that can be read from where it is now, and again."""
    path = path_of(source)
    if path is not None:
        return source if path.is_file() else io.BytesIO(read_bytes(source))
    stream: Any = source
    if isinstance(source, io.BytesIO):
        return source
    if hasattr(stream, "seekable") and stream.seekable() and hasattr(stream, "tell"):
        return source
    return io.BytesIO(read_bytes(source))


def _read_by_patterns(source: Source) -> Iterator[Dossier] | None:
    """Return the dossiers of a log as `write_ocel` writes it; None of any other log."""
    with opened(source) as stream:
        start = stream.tell()
        held = _Held()
        takes: tuple[Callable[[re.Match[str]], object] | None, ...] = (
            None, None, held.take_object, held.take_event,
        )  # fmt: skip
        try:
            text = _Text(stream)
            for (head, item), take in zip(_SECTIONS, takes, strict=True):
                text.pass_over(head)
                text.take_items(item, take)
            text.pass_over(_END)
            if text.goes_on():
                raise _NotWrittenHereError  # noqa: TRY301 - one answer to all that does not fit
        except _NotWrittenHereError:
            stream.seek(start)
            return None
    return held.finish()


class _Text:
    """The text of a log, of which a piece is held at a time."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._text = ""
        self._place = 0
        self._ended = False

    def goes_on(self) -> bool:
        """Read on; whether there is anything behind what was taken."""
        self._read_on()
        return self._place < len(self._text)

    def pass_over(self, expected: str) -> None:
        """Pass over a text."""
        while len(self._text) - self._place < len(expected) and not self._ended:
            self._read_on()
        if not self._text.startswith(expected, self._place):
            raise _NotWrittenHereError
        self._place += len(expected)

    def take_items(
        self, item: re.Pattern[str], take: Callable[[re.Match[str]], object] | None
    ) -> None:
        """Take items until one is followed by no comma; there may be none."""
        found = self._match(item)
        while found is not None:
            if _UNWRITABLE.search(found[0]) and any(wrong_texts(json.loads(found[0]), "$")):
                raise _NotWrittenHereError
            if take is not None:
                take(found)
            self._place = found.end()
            if self._text[self._place : self._place + 2] == ", ":
                self._place += 2
                found = self._match(item)
                if found is None:
                    raise _NotWrittenHereError
            else:
                found = None

    def _match(self, item: re.Pattern[str]) -> re.Match[str] | None:
        """Return the next item, with two letters behind it; None where there is none."""
        found = item.match(self._text, self._place)
        while found is None or found.end() + 2 > len(self._text):
            if self._ended or self._text.startswith("]", self._place):
                break
            if found is None and len(self._text) - self._place > bounds.LINE:
                raise _NotWrittenHereError
            self._read_on()
            found = item.match(self._text, self._place)
        return found

    def _read_on(self) -> None:
        piece = self._stream.read(_PIECE)
        if not piece:
            self._ended = True
            return
        try:
            self._text = self._text[self._place :] + piece.decode("ascii")
        except UnicodeDecodeError:
            raise _NotWrittenHereError from None
        self._place = 0


# Only escapes say NUL and halves of pairs of UTF-16; a whole pair has them too.
_UNWRITABLE: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def _read_text(written: str) -> str:
    """Read what stands between the quotes of a text."""
    if "\\" not in written:
        return written
    text: str = json.loads(f'"{written}"')
    return text


class _Held:
    """Dossiers and their events, until the log is at its end."""

    def __init__(self) -> None:
        self._quick = quick_by_dict()
        self._events = QuickEvents(
            # The time of an event stands behind its attributes.
            lambda names: event_fields(len(names), zip(names, range(len(names)), strict=True))
        )
        self._cases: dict[str, tuple[Dossier, list[Event]]] = {}
        self._related = ""
        self._of_owner: list[Event] = []

    def take_object(self, found: re.Match[str]) -> None:
        """Take an object; of those that are no dossier nothing is kept."""
        id_, kind, attributes = found.groups()
        if _read_text(kind) != _DOSSIER:
            return
        id_ = _read_text(id_)
        pairs = _read_pairs(attributes, _find_timed, "name", "value")
        try:
            given = dossier_fields(id_.removeprefix(f"{_DOSSIER}:"), pairs)
        except (ValueError, RecursionError):
            raise _NotWrittenHereError from None
        made = read_quickly(self._quick, given)
        if made is None or id_ in self._cases or "events" in given:
            raise _NotWrittenHereError
        self._cases[id_] = made, []

    def take_event(self, found: re.Match[str]) -> None:
        """Take an event of a dossier."""
        time, attributes, related = found.groups()
        # The events of a dossier mostly follow each other.
        if related != self._related:
            self._of_owner = self._find_owner(related)
            self._related = related
        pairs = _read_pairs(attributes, _find_pairs, "name", "value")
        names, values = zip(*pairs, strict=True) if pairs else ((), ())
        event = self._events.read(names, (*values, _read_text(time)))
        if event is None:
            raise _NotWrittenHereError
        self._of_owner.append(event)

    def _find_owner(self, related: str) -> list[Event]:
        pairs = _read_pairs(related, _find_related, "objectId", "qualifier")
        owners = [id_ for id_, kind in pairs if kind == _DOSSIER]
        if len(owners) != 1 or owners[0] not in self._cases:
            raise _NotWrittenHereError
        return self._cases[owners[0]][1]

    def finish(self) -> Iterator[Dossier]:
        """Yield the dossiers with their events; what is yielded is held no more."""
        cases, self._cases = self._cases, {}
        for id_ in list(cases):
            dossier, events = cases.pop(id_)
            # Nobody has seen the dossier yet.
            object.__setattr__(dossier, "events", tuple(events))
            yield dossier


def _read_pairs(text: str, find: Callable[[str], list[tuple[str, str]]], *keys: str) -> Pairs:
    """Return the pairs that a list holds under two keys."""
    if "\\" in text:
        first, second = keys
        return [(each[first], each[second]) for each in json.loads(text)]
    return find(text)
