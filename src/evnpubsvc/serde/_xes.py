"""Dossiers in and out as an event log in XES (IEEE 1849), and logs of other systems as rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Final, NamedTuple, TypeAlias
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from evnpubsvc._files import Source, bounds, opened
from evnpubsvc.dossiers import Dossier, Event
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.serde._log_fields import (
    Pairs,
    dossier_fields,
    dossier_pairs,
    event_fields,
    event_pairs,
    load_dossier,
    read_quickly,
    write_time,
)
from evnpubsvc.serde._quick import QuickEvents, quick_by_dict

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
\t<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
\t<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
\t<global scope="trace"><string key="concept:name" value=""/></global>
\t<global scope="event"><string key="concept:name" value=""/>\
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/></global>
\t<classifier name="Activity" keys="concept:name"/>
"""
_MOST_KEPT: Final = 1 << 16  # lines that are kept
_NEEDS_NO_CARE: Final = re.compile("[ !#-%'-;=?-\ud7ff]*+")
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
    of_trace, of_event = _Lines("\t\t"), _Lines("\t\t\t")
    stream.write(_HEAD.encode())
    count = 0
    for index, dossier in enumerate(dossiers):
        lines = ["\t<trace>\n"]
        pairs = [("concept:name", dossier.code), *dossier_pairs(dossier)]
        lines += [of_trace.line(pair, index) for pair in pairs]
        for event in dossier.events:
            lines.append("\t\t<event>\n")
            lines.append(of_event.line(("concept:name", event.activity or event.kind.value), index))
            lines.append(f'\t\t\t<date key="time:timestamp" value="{write_time(event.at)}"/>\n')
            lines += [of_event.line(pair, index) for pair in event_pairs(event)]
            lines.append("\t\t</event>\n")
        count += len(dossier.events)
        lines.append("\t</trace>\n")
        stream.write("".join(lines).encode())
    stream.write(b"</log>\n")
    return count


class _Lines:
    """The lines of attributes, kept as they are written: most come again and again."""

    def __init__(self, indent: str) -> None:
        self._indent = indent
        self._lines: dict[tuple[str, str], str] = {}

    def line(self, pair: tuple[str, str], index: int) -> str:
        """Return the line of an attribute of the dossier with this number."""
        line = self._lines.get(pair)
        if line is None:
            if len(self._lines) >= _MOST_KEPT:
                self._lines.clear()
            name, value = (_quote(text, index) for text in pair)
            line = self._lines[pair] = f"{self._indent}<string key={name} value={value}/>\n"
        return line


def _quote(text: str, index: int) -> str:
    if _NEEDS_NO_CARE.fullmatch(text):
        return f'"{text}"'
    bad = _NOT_XML.search(text)
    if bad:
        raise DataError([finding("log-letter", f"$[{index}]", bad.group())])
    return quoteattr(text)


Events: TypeAlias = list[tuple[int, Pairs]]
"""Events of a trace, each with the line on which it ends."""

# Traces as nearly all systems write them, by a pattern that takes nothing else: attributes without
# others inside, no entities, no comments. Such a trace means here what it means to the parser.
_SPACE: Final = r"(?:[ \t\n]|\r\n)*+"
_PAIR: Final = r'key="([^"<&\x00-\x1f]*+)" value="([^"<&\x00-\x1f]*+)" ?/>'
_ATTRIBUTE: Final = f"<(?:string|date|int|float|boolean|id) {_PAIR}{_SPACE}"
_ATTRIBUTES: Final = f"(?:{_ATTRIBUTE.replace('([', '(?:[')})*+"
_TRACE: Final = re.compile(
    (
        f"{_SPACE}<trace>{_SPACE}{_ATTRIBUTES}"
        f"(?:<event>{_SPACE}{_ATTRIBUTES}</event>{_SPACE})*+</trace>"
    ).encode("ascii")
)
_find_pairs: Final = re.compile(_PAIR).findall
_TRACE_ENDS: Final = b"</trace>"
_NO_LETTERS: Final = re.compile("[\ufffe\uffff]")


class _XesParser:
    """Takes the elements of a log; keeps one trace at a time."""

    def __init__(self, finish: Callable[[Pairs, Events], object]) -> None:
        self.finish = finish
        self.depth: list[str] = []
        self.trace: Pairs = []
        self.event: Pairs = []
        self.events: Events = []
        self.expat = expat.ParserCreate()
        self.expat.StartElementHandler = self.start
        self.expat.EndElementHandler = self.end
        self.expat.XmlDeclHandler = self.declare
        # No document type: entities are how small files become large ones.
        self.expat.StartDoctypeDeclHandler = self.refuse

        # Places in the file: where the last trace ended, what the parser was given, and how many
        # bytes of the file were taken by patterns without the parser.
        self.ended = 0
        self.given = 0
        self.passed = 0
        # What was taken so, as blanks that the parser has yet to see: it counts lines and columns.
        self.lines = 0
        self.columns = 0
        self.line = 1
        # Whether the last thing that was read is the end of a trace of the log.
        self.is_between = False
        self.is_utf8 = True

    def refuse(self, *_: object) -> None:
        raise ValueError("DOCTYPE")

    def declare(self, _: str, encoding: str | None, __: int) -> None:
        self.is_utf8 = encoding is None or encoding.upper() == "UTF-8"

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
            self.ended = self.expat.CurrentByteIndex + self.passed
            self.line = self.expat.CurrentLineNumber

    def read(self, source: Source) -> Iterator[Finding | None]:
        """Read a log in pieces: None after each piece, a finding where it is no such log."""
        taken = 0
        waiting = b""
        with opened(source) as stream:
            chunk = b" "
            while chunk:
                chunk = stream.read(1 << 16)
                taken += len(chunk)
                try:
                    waiting = self.take_traces(waiting + chunk, is_end=not chunk)
                    # What is between two ends of traces is kept, so it must have an end.
                    if taken - self.ended > bounds.DOCUMENT:
                        raise ValueError(f"<trace> > {bounds.DOCUMENT}")  # noqa: TRY301
                except (expat.ExpatError, ValueError, RecursionError) as error:
                    yield finding("log-not-xes", f"line {self.expat.CurrentLineNumber}", error)
                    return
                yield None

    def take_traces(self, raw: bytes, *, is_end: bool) -> bytes:
        """Take what is there of a log; return the beginning of a trace that goes on."""
        place = 0
        while (end := raw.find(_TRACE_ENDS, place)) >= 0:
            end += len(_TRACE_ENDS)
            if not self.is_between or not self.take_by_pattern(raw, place, end):
                self.parse(raw[place:end])
            place = end
        rest = raw[place:]
        if self.is_between and not is_end and len(rest) <= bounds.LINE:
            return rest
        self.parse(rest, is_end=is_end)
        return b""

    def parse(self, raw: bytes, *, is_end: bool = False) -> None:
        """Give bytes to the parser, after blanks for what was taken without it."""
        if self.lines or self.columns:
            blanks = b"\n" * self.lines + b" " * self.columns
            self.lines = self.columns = 0
            self.given += len(blanks)
            self.passed -= len(blanks)
            self.expat.Parse(blanks, False)
        self.given += len(raw)
        self.expat.Parse(raw, is_end)
        at_end = self.given + self.passed - len(_TRACE_ENDS) == self.ended
        self.is_between = at_end and self.is_utf8 and self.depth == ["log"]

    def take_by_pattern(self, raw: bytes, start: int, end: int) -> bool:
        """Take a trace of the usual form; whether it is one."""
        if _TRACE.fullmatch(raw, start, end) is None:
            return False
        try:
            text = raw[start:end].decode("utf-8")
        except UnicodeDecodeError:
            return False
        if not text.isascii() and _NO_LETTERS.search(text):
            return False

        # Its parts, with the lines on which its events end.
        head, *parts = text.split("<event>")
        line = self.line + head.count("\n")
        events: Events = []
        for part in parts:
            own, _, behind = part.partition("</event>")
            line += own.count("\n")
            events.append((line, _find_pairs(own)))
            line += behind.count("\n")
        self.finish(_find_pairs(head), events)

        # What the parser has yet to see: as many lines, and as many letters on the last.
        lines = line - self.line
        last = len(text) - text.rfind("\n") - 1
        self.columns = last if lines else self.columns + last
        self.lines += lines
        self.line = line
        self.passed += end - start
        self.ended = self.given + self.passed - len(_TRACE_ENDS)
        return True


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
    done: list[Dossier | Finding] = []
    builder = _DossierBuilder()

    def finish(trace: Pairs, events: Events) -> None:
        done.extend(builder.build(trace, events))

    for trouble in _XesParser(finish).read(source):
        yield from done
        done.clear()
        if trouble is not None:
            yield trouble


class _DossierBuilder:
    """Makes dossiers of traces, one after the other."""

    def __init__(self) -> None:
        self._quick = quick_by_dict()
        self._events = QuickEvents(self._event_fields)
        self._number = 0

    def build(self, trace: Pairs, events: Events) -> Iterator[Dossier | Finding]:
        """Yield the dossier of a trace, or what is wrong with it."""
        path = f"$[{self._number}]"
        self._number += 1
        if len(events) > bounds.EVENTS:
            place = f"line {events[0][0]}"
            yield finding("too-many-events", place, len(events), limit=bounds.EVENTS)
            return
        given = dossier_fields(dict(trace).get("concept:name", ""), trace)
        made = self._build_quickly(given, events)
        if made is not None:
            yield made
            return
        given["events"] = [
            event_fields(dict(pairs).get("time:timestamp", ""), pairs) for _, pairs in events
        ]
        yield from load_dossier(given, path)

    def _build_quickly(self, given: dict[str, Any], events: Events) -> Dossier | None:
        """Return the dossier of a trace in which nothing is odd."""
        made = None if "events" in given else read_quickly(self._quick, given)
        if made is None:
            return None
        history: list[Event] = []
        for _, pairs in events:
            names, texts = zip(*pairs, strict=True) if pairs else ((), ())
            event = self._events.read(names, texts)
            if event is None:
                return None
            history.append(event)
        # Nobody has seen the dossier yet.
        object.__setattr__(made, "events", tuple(history))
        return made

    @staticmethod
    def _event_fields(names: tuple[str, ...]) -> dict[str, Any]:
        numbered = [(name, place) for place, name in enumerate(names)]
        return event_fields(dict(numbered).get("time:timestamp", ""), numbered)


class LogEvent(NamedTuple):
    """An event of any XES log: the keys of its trace, after `case:`, and its own, with their texts.

    `line` is the one on which it ends.
    """

    line: int
    names: tuple[str, ...]
    texts: tuple[str, ...]

    def cells(self) -> dict[str, str]:
        """Return the texts by their keys; of a key that comes twice the last one counts."""
        return dict(zip(self.names, self.texts, strict=True))


def xes_events(source: Source) -> Iterator[LogEvent | Finding]:
    """Return the events of any XES log, in order."""
    done: list[LogEvent] = []

    def finish(trace: Pairs, events: Events) -> None:
        above = tuple(f"case:{name}" for name, _ in trace)
        texts = tuple(text for _, text in trace)
        for line, pairs in events:
            own: Any = tuple(zip(*pairs, strict=True)) or ((), ())
            done.append(LogEvent(line, above + own[0], texts + own[1]))

    for trouble in _XesParser(finish).read(source):
        yield from done
        done.clear()
        if trouble is not None:
            yield trouble
