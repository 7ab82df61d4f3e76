"""Integrity: the fingerprint of a history, and a chain of hashes that finds a changed past."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Final

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import tuple_of
from evnpubsvc.dossiers._events import Event
from evnpubsvc.findings import Finding, finding

_FIRST: Final = sha256(b"evnpubsvc history 1").hexdigest()


def _instant(moment: date) -> str:
    """An instant in UTC to the microsecond.

    Near the ends of time as it is written, with its offset.
    """
    if not isinstance(moment, datetime):
        return moment.isoformat()
    try:
        return moment.astimezone(UTC).isoformat(timespec="microseconds")
    except OverflowError:
        return moment.isoformat(timespec="microseconds")


def _line(event: Event) -> bytes:
    due = event.due
    parts: list[object] = [
        _instant(event.at),
        event.kind.value,
        event.final,
        None if due is None else _instant(due),
        event.outcome,
        event.activity,
        event.attributes,
    ]
    if event.recorded is not None:  # where there is none, the line is that of histories without it
        parts.append(_instant(event.recorded))
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def fingerprint(events: Iterable[Event]) -> str:
    """Return the SHA-256 of a history: 64 hexadecimal digits.

    It depends neither on the order of the events, even of those at one instant, nor on the
    platform, nor on the offset in which an instant is written. An event that occurs twice counts
    twice.

    >>> fingerprint([])[:16]
    'e3b0c44298fc1c14'
    """
    digest = sha256()
    for line in sorted(map(_line, events)):
        digest.update(line + b"\n")
    return digest.hexdigest()


@frozen
class Seal(PublicType):
    """A chain of hashes over a history: each link covers its event and all before it.

    Keep the last link where the writer of the history cannot change it.

    Attributes:
        links: one SHA-256 per event, in the order of the history.

    >>> from evnpubsvc.worktime import VIETNAM_TIME
    >>> from evnpubsvc.dossiers import EventKind
    >>> event = Event(EventKind.SUBMITTED, datetime(2026, 3, 2, 9, tzinfo=VIETNAM_TIME))
    >>> seal([event]).check([event])
    ()
    """

    links: tuple[str, ...] = field(default=(), validator=tuple_of(str))

    @answer_wrong_arguments
    def add(self, event: Event) -> Seal:
        """Return the chain with one more event."""
        return Seal((*self.links, _link(self.links[-1] if self.links else _FIRST, event)))

    @answer_wrong_arguments
    def check(self, events: Iterable[Event]) -> tuple[Finding, ...]:
        """Return what does not fit: the first event that was changed, or that some were cut off.

        Events after the sealed part are `seal-unsealed`, since nothing vouches for them.
        """
        last, count = _FIRST, 0
        for index, event in enumerate(events):
            count += 1
            if index >= len(self.links):
                return (finding("seal-unsealed", f"$.events[{index}]", event.kind),)
            last = _link(last, event)
            if last != self.links[index]:
                return (finding("seal-broken", f"$.events[{index}]", event.kind),)
        if count < len(self.links):
            return (finding("seal-cut", f"$.events[{count}]", missing=len(self.links) - count),)
        return ()


def _link(before: str, event: Event) -> str:
    return sha256(before.encode("ascii") + b"\n" + _line(event)).hexdigest()


def seal(events: Iterable[Event]) -> Seal:
    """Return the chain over a history."""
    links: list[str] = []
    last = _FIRST
    for event in events:
        last = _link(last, event)
        links.append(last)
    return Seal(tuple(links))
