"""Lines of JSON to dossiers, quickly.

A line that is plainly in order is built at once, any other goes to cattrs.

Both ways here take less than the converter takes, and give what it gives: whatever they are not
sure of they leave. What they must not miss is a key that stands twice, since neither `json` nor
msgspec tells: `_whole`.
"""

# What a reader of JSON gives is of unknown type until it is looked at.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from typing import Annotated, Any, Final, cast

from attrs import fields

from evnpubsvc.deadlines import TimeLimit
from evnpubsvc.dossiers import Dossier, Event, EventKind, Evidence, Outcome
from evnpubsvc.serde._moment_texts import day, instant
from evnpubsvc.services import Assistance, Channel

Quick = Callable[[bytes], "Dossier | None"]
"""Takes one line; None where it is not plainly in order."""

QuickFields = Callable[[dict[str, Any]], "Dossier | None"]
"""Takes the fields of one dossier; None where they are not plainly in order."""

# What a line out of order may raise here: errors of this library are ValueErrors.
_REFUSED: Final = (
    LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
_MOST_SHARED: Final = 1 << 16  # so that a register without repetition costs no more than this
_TRIES: Final = (
    1000  # lines in a row that are not of the shape, after which it is looked for no more
)

_KEYS: Final = frozenset(each.name for each in fields(Dossier) if each.init)
_EVENT_KEYS: Final = frozenset(each.name for each in fields(Event))
_KINDS: Final = {each.value: each for each in EventKind}
_OUTCOMES: Final[dict[str | None, Outcome | None]] = {
    None: None,
    **{each.value: each for each in Outcome},
}
_CHANNELS: Final[dict[str | None, Channel | None]] = {
    None: None,
    **{each.value: each for each in Channel},
}
_ASSISTANCE: Final[dict[str | None, Assistance | None]] = {
    None: None,
    **{each.value: each for each in Assistance},
}
_STOPPED: Final = EventKind.STOPPED
_APOLOGY: Final = EventKind.APOLOGY
_RESOLVED: Final = EventKind.RESOLVED
_name: Final = itemgetter(0)


def _open(record: type) -> Any:
    """Return a class of objects that look like a record in memory and let their fields be set.

    Records are frozen and checked when made. What is built here was checked already: it is built
    open, field by field, and becomes a record at the end by its class.
    """
    of_object = {name: getattr(object, name) for name in ("__init__", "__setattr__", "__delattr__")}
    return type(f"_Open{record.__name__}", (record,), {"__slots__": (), **of_object})


_OpenEvent: Final = _open(Event)
_OpenDossier: Final = _open(Dossier)


class _NotPlainError(ValueError):
    """Something that is for the converter to judge."""


def _whole(raw: bytes, commas: int, keys: int) -> bool:
    """Whether a line has no more members than were taken from it, so that no key stands twice.

    Members follow each other by commas, so a key too many is a comma too many. Where texts hold
    commas, the keys themselves are counted: each ends with a quote and a colon, unless there are
    blanks between the two.
    """
    if raw.count(b",") == commas:
        return True
    return b" :" not in raw and b"\t" not in raw and b"\r:" not in raw and raw.count(b'":') == keys


def _moment(text: Any) -> date:
    """A day, or an aware instant."""
    if type(text) is str and len(text) == 10:
        return day(text)
    return _aware(text)


def _aware(text: Any) -> datetime:
    if type(text) is not str:
        raise _NotPlainError
    found = instant(text)
    if found.tzinfo is None:
        raise _NotPlainError
    return found


def _pairs(given: Any) -> tuple[tuple[str, str], ...]:
    if type(given) is not list:
        raise _NotPlainError
    pairs: list[tuple[str, str]] = []
    for pair in given:
        name, value = pair
        if type(pair) is not list or type(name) is not str or type(value) is not str:
            raise _NotPlainError
        pairs.append((name, value))
    pairs.sort(key=_name)
    return tuple(pairs)


@cache
def _plain_hook(record: type) -> Any:
    """Return how the converter reads a record, loaded for the first line that has one."""
    from cattrs.errors import BaseValidationError  # noqa: PLC0415

    from evnpubsvc.serde._converter import shared_converter  # noqa: PLC0415

    hook: Any = shared_converter().get_structure_hook(record)

    def read(given: Any, kind: type) -> Any:
        try:
            return hook(given, kind)
        except BaseValidationError as error:
            raise _NotPlainError from error

    return read


class _Parts:
    """What both ways take from the converter, and what many dossiers share."""

    def __init__(self) -> None:
        self._limits: dict[tuple[str, str], TimeLimit] = {}
        self._pool: dict[Any, Any] = {}

    def evidence(self, given: Any) -> Evidence:
        made: Evidence = _plain_hook(Evidence)(given, Evidence)
        return made

    def limit(self, given: Any) -> TimeLimit:
        amount, unit = given["amount"], given["unit"]
        if len(given) != 2 or type(amount) is not str or type(unit) is not str:
            raise _NotPlainError
        found = self._limits.get((amount, unit))
        if found is None:
            found = cast("TimeLimit", _plain_hook(TimeLimit)(given, TimeLimit))
            if len(self._limits) < _MOST_SHARED:
                self._limits[amount, unit] = found
        return found

    def settle(self, made: Any, commas: int, keys: int) -> tuple[int, int]:
        """Make what msgspec left as it was written; return the commas and keys of the line."""
        for name in _MOMENTS:
            text = getattr(made, name)
            if type(text) is str:
                setattr(made, name, _moment(text))
        if made.limit is not None:
            made.limit = self.limit(made.limit)
            keys += 2
            commas += 1
        if made.evidence is not None:
            keys += len(made.evidence)
            commas += max(len(made.evidence) - 1, 0)
            made.evidence = self.evidence(made.evidence)
        return commas, keys

    def zoned(self, moment: Any) -> Any:
        """The same moment with the first of all equal time zones.

        `fromisoformat` makes one for each instant.
        """
        if not isinstance(moment, datetime):
            return moment
        zone = moment.tzinfo
        return moment.replace(tzinfo=self._pool.setdefault(zone, zone))

    def share(self, made: Any) -> None:
        """Let equal codes, words, pairs and days of many dossiers be one object.

        `made` is open still.
        """
        pool = self._pool
        if len(pool) > _MOST_SHARED:
            pool.clear()
        one = pool.setdefault
        for name in _SHARED:
            value = getattr(made, name)
            if value is not None:
                setattr(made, name, one(value, value))
        for event in made.events:
            if event.activity:
                _set_activity(event, one(event.activity, event.activity))
            if event.attributes:
                _set_attributes(event, one(event.attributes, event.attributes))


_set_activity: Final[Any] = vars(Event)["activity"].__set__
_set_attributes: Final[Any] = vars(Event)["attributes"].__set__
_SHARED: Final = ("procedure", "service", "unit", "field", "stated_due")
_MOMENTS: Final = ("stated_received", "stated_due", "stated_finished")


def quick_by_json(*, share: bool = False) -> Quick:
    """Return a quick way that needs the standard library alone."""
    build, read = _from_dicts(_Parts(), share=share), json.JSONDecoder().raw_decode

    def quick(raw: bytes) -> Dossier | None:
        try:
            text = raw.decode("utf-8")
            given, end = read(text)
            if text[end:].strip(" \t\r\n"):
                return None
            return build(given, raw)
        except _REFUSED:
            return None

    return quick


def quick_by_dict() -> QuickFields:
    """Return a quick way for fields that stand in a dictionary already, as other formats give."""
    build = _from_dicts(_Parts(), share=False)

    def quick(given: dict[str, Any]) -> Dossier | None:
        try:
            return build(given, None)
        except _REFUSED:
            return None

    return quick


def build_event(
    kind: EventKind,
    at: date,
    final: bool | None,
    activity: str,
    attributes: tuple[tuple[str, str], ...],
    recorded: datetime | None,
) -> Event:
    """Build an event that is no apology and has no outcome, of what was checked already."""
    made = _OpenEvent()
    made.kind = kind
    made.at = at
    made.final = final
    made.due = made.outcome = None
    made.activity = activity
    made.attributes = attributes
    made.recorded = recorded
    made.__class__ = Event
    return made  # type: ignore[no-any-return]


def build_dossier(**known: Any) -> Dossier:
    """Build a dossier of what was checked already; attributes are pairs, sorted by name."""
    made = _OpenDossier()
    for name, value in (_NOTHING_KNOWN | known).items():
        setattr(made, name, value)
    made.__class__ = Dossier
    return made  # type: ignore[no-any-return]


_NOTHING_KNOWN: Final[dict[str, Any]] = {
    **dict.fromkeys(each.name for each in fields(Dossier)),
    **dict.fromkeys(("linked", "attributes", "events"), ()),
    "_state": None,  # as the record itself does
}


class QuickEvents:
    """Builds events from names and texts, as process-mining formats hold them.

    The events of a log have few sets of names. Where the text of each goes is asked once a set of
    the plain way, which is given the places of the texts instead of the texts.
    """

    def __init__(self, plain_fields: Callable[[tuple[str, ...]], dict[str, Any]]) -> None:
        """Take what returns the fields of an event, each with the place of its text."""
        self._plain_fields = plain_fields
        self._layouts: dict[tuple[str, ...], tuple[Any, ...] | None] = {}
        self._pairs: dict[tuple[str, str], tuple[str, str]] = {}
        self._activities: dict[str, str] = {}

    def read(self, names: tuple[str, ...], texts: Sequence[str]) -> Event | None:
        """Return the event, whose texts are writable; None where one is not plainly in order."""
        layout = self._layouts.get(names)
        if layout is None:
            layout = self._lay_out(names)
        try:
            return self._build(layout, texts)
        except _REFUSED:
            return None

    def _lay_out(self, names: tuple[str, ...]) -> tuple[Any, ...]:
        places: dict[str, Any] = self._plain_fields(names)
        if len(self._layouts) >= _MOST_LAYOUTS:
            self._layouts.clear()
        # A field that events do not have is for the converter to refuse: no text has its place.
        if not places.keys() <= _EVENT_KEYS or type(places["at"]) is not int:
            places = {"kind": len(names) + 1, "at": 0}
        kept = sorted(places.get("attributes", ()), key=_name)
        own = (places.get(name) for name in _EVENT_FIELDS)
        layout = self._layouts[names] = (*own, tuple((name, place) for name, place in kept))
        return layout

    def _build(self, layout: tuple[Any, ...], texts: Any) -> Event:
        kind_at, at, final, due, outcome, activity, recorded, kept = layout
        made = _OpenEvent()
        made.kind = kind = _KINDS[texts[kind_at]]
        made.at = _moment(texts[at])
        made.final = made.due = made.outcome = made.recorded = None
        made.activity = ""
        if activity is not None:
            text = texts[activity]
            made.activity = self._activities.setdefault(text, text)

        # Fields that few events have, and that belong to some kinds alone.
        if final is not None:
            made.final = _TRUTHS[texts[final]]
        if due is not None:
            made.due = _moment(texts[due])
        if outcome is not None:
            made.outcome = _OUTCOMES[texts[outcome]]
        if recorded is not None:
            made.recorded = _aware(texts[recorded])
        if (
            (final is None) is (kind is _STOPPED)
            or (due is None) is (kind is _APOLOGY)
            or (outcome is not None and kind is not _RESOLVED)
        ):
            raise _NotPlainError

        # Logs repeat most attributes: equal pairs are one object.
        known = self._pairs
        if len(known) > _MOST_SHARED:
            known.clear()
            self._activities.clear()
        pairs: list[tuple[str, str]] = []
        for name, place in kept:
            pair = name, texts[place]
            pairs.append(known.setdefault(pair, pair))
        made.attributes = tuple(pairs)
        made.__class__ = Event
        return made  # type: ignore[no-any-return]


_EVENT_FIELDS: Final = ("kind", "at", "final", "due", "outcome", "activity", "recorded")
_TRUTHS: Final = {"true": True, "false": False}
_MOST_LAYOUTS: Final = 1_000  # sets of names; of a log that gives each event its own, few are kept


def _from_dicts(parts: _Parts, *, share: bool) -> Callable[[Any, bytes | None], Dossier]:  # noqa: PLR0915 - calls cost time
    """Return the builder of dossiers from what a JSON reader gives: dictionaries, lists, texts."""

    def event_of(given: Any) -> Event:
        if type(given) is not dict or not given.keys() <= _EVENT_KEYS:
            raise _NotPlainError
        get: Any = given.get
        kind, final, due, recorded = (
            _KINDS[given["kind"]],
            get("final"),
            get("due"),
            get("recorded"),
        )
        if (final is None) is (kind is _STOPPED) or (due is None) is (kind is _APOLOGY):
            raise _NotPlainError
        if final is not None and type(final) is not bool:
            raise _NotPlainError

        # A field that does not belong to the kind is refused, as the record does.
        outcome, activity = _OUTCOMES[get("outcome")], get("activity", "")
        if (outcome is not None and kind is not _RESOLVED) or type(activity) is not str:
            raise _NotPlainError
        made = _OpenEvent()
        made.kind = kind
        at = _moment(given["at"])
        made.at = parts.zoned(at) if share else at
        made.final = final
        made.due = None if due is None else _moment(due)
        made.outcome = outcome
        made.activity = activity
        if "attributes" in given:
            made.attributes = _pairs(given["attributes"])
        else:
            made.attributes = ()
        made.recorded = None if recorded is None else _aware(recorded)
        made.__class__ = Event
        return made  # type: ignore[no-any-return]

    def build(given: Any, raw: bytes | None) -> Dossier:  # noqa: PLR0915 - calls cost time
        if type(given) is not dict or not given.keys() <= _KEYS:
            raise _NotPlainError
        get: Any = given.get
        code, procedure, service, unit, field = (
            given["code"],
            get("procedure"),
            get("service"),
            get("unit"),
            get("field"),
        )
        case, authority = get("case"), get("authority")
        applicant, limit, evidence = get("applicant"), get("limit"), get("evidence")
        received, due, finished = get("stated_received"), get("stated_due"), get("stated_finished")
        for text in (procedure, service, unit, field, case, authority, applicant):
            if text is not None and type(text) is not str:
                raise _NotPlainError
        if type(code) is not str or not code.strip():
            raise _NotPlainError

        # Commas and keys are counted along: they must come to those of the line.
        keys = len(given)
        commas = keys - 1
        made = _OpenDossier()
        made.code = code
        made.procedure = procedure
        made.service = service
        made.unit = unit
        made.field = field
        made.case = case
        made.authority = authority
        made.channel = _CHANNELS[get("channel")]
        made.assistance = _ASSISTANCE[get("assistance")]
        made.applicant = applicant
        if received is None:
            made.stated_received = received = None
        else:
            made.stated_received = received = _moment(received)
        made.stated_due = None if due is None else _moment(due)
        if finished is None:
            made.stated_finished = finished = None
        else:
            made.stated_finished = finished = _moment(finished)
        if share:
            made.stated_received, made.stated_finished = (
                parts.zoned(received),
                parts.zoned(finished),
            )
        if limit is not None:
            limit = parts.limit(limit)
            keys += 2
            commas += 1
        made.limit = limit
        if evidence is not None:
            keys += len(evidence)
            commas += max(len(evidence) - 1, 0)
            evidence = parts.evidence(evidence)
        made.evidence = evidence

        # Lists: linked codes, attributes, events.
        linked: Any = get("linked", [])
        pairs: Any = _pairs(get("attributes", []))
        listed: Any = get("events", [])
        if type(linked) is not list or type(listed) is not list:
            raise _NotPlainError
        for each in linked:
            if type(each) is not str:
                raise _NotPlainError
        if linked:
            commas += len(linked) - 1
        if pairs:
            commas += 2 * len(pairs) - 1
        made.linked, made.attributes = tuple(linked), pairs
        made.events = events = tuple([event_of(each) for each in listed])
        if events:
            commas -= 1
            for each, event in zip(listed, events, strict=True):
                keys += len(each)
                commas += len(each)
                if event.attributes:
                    commas += 2 * len(event.attributes) - 1
        made._state = None  # noqa: SLF001 - as the record itself does
        if raw is not None and not _whole(raw, commas, keys):
            raise _NotPlainError
        if share:
            parts.share(made)
        made.__class__ = Dossier
        return made  # type: ignore[no-any-return]

    return build


@cache
def _readers() -> tuple[Any, ...]:
    """Readers by msgspec into records of its own, which refuse unknown keys.

    One for lines with every key, as `write_dossiers` writes them, where registers state instants of
    receipt and end and a day that is due; one for lines that leave out what is not known; and both
    with these moments left as texts.
    """
    import msgspec  # noqa: PLC0415 - the extra `fast`

    aware: Any = Annotated[datetime, msgspec.Meta(tz=True)]
    pairs = tuple[tuple[str, str], ...]
    text = str | None
    usual: dict[str, Any] = {
        "stated_received": aware | None,
        "stated_due": date | None,
        "stated_finished": aware | None,
    }
    made: list[Any] = []

    # Instants as moments first, since that is what registers hold; then as texts.
    for moments in (usual, dict.fromkeys(usual, text)):
        for full in (True, False):
            event = _struct(
                msgspec,
                full,
                kind=EventKind,
                at=aware,
                final=bool | None,
                due=text,
                outcome=Outcome | None,
                activity=str,
                attributes=pairs,
                recorded=aware | None,
            )
            dossier = _struct(
                msgspec,
                full,
                code=str,
                **dict.fromkeys(
                    ("procedure", "service", "unit", "field", "case", "authority"), text
                ),
                channel=Channel | None,
                assistance=Assistance | None,
                applicant=text,
                limit=dict[str, str] | None,
                **moments,
                linked=tuple[str, ...],
                evidence=dict[str, str | bool | None] | None,
                attributes=pairs,
                events=cast("Any", tuple)[event, ...],
            )
            made.append((msgspec.json.Decoder(dossier).decode, full, moments is usual))
    return tuple(made)


_EMPTY: Final = {"activity": "", "linked": (), "attributes": (), "events": ()}


def _struct(msgspec: Any, full: bool, /, **hints: Any) -> Any:
    """Return a record of msgspec: with every key required, or only those that say what it is."""
    required = set(hints) if full else {"kind", "at", "code"}
    fields: list[tuple[Any, ...]] = []
    for name, hint in hints.items():
        if name in required:
            fields.append((name, hint))
        else:
            fields.append((name, hint, _EMPTY.get(name)))
    return msgspec.defstruct("Line", fields, forbid_unknown_fields=True, gc=False)


def quick_by_msgspec(*, share: bool = False) -> Quick:  # noqa: PLR0915 - calls cost time
    """Return a quick way by msgspec. Raises ModuleNotFoundError where it is not installed."""
    import msgspec  # noqa: PLC0415 - the extra `fast`

    parts = _Parts()
    build, read = _from_dicts(parts, share=share), msgspec.json.Decoder().decode
    errors = (msgspec.DecodeError, *_REFUSED)
    readers = list(_readers())
    reader, full, days = readers[0]
    missed = 0

    def other_way(raw: bytes) -> Dossier | None:
        try:
            return build(read(raw), raw)
        except errors:
            return None

    def other_reader(raw: bytes) -> Any:
        nonlocal reader, full, days, missed
        for each in readers:
            try:
                line = each[0](raw)
            except errors:
                continue
            readers.remove(each)
            readers.insert(0, each)
            reader, full, days = each
            missed = 0
            return line
        missed += 1
        if missed > _TRIES:
            reader = _no_reader
        return None

    def quick(raw: bytes) -> Dossier | None:  # noqa: PLR0915 - calls cost time
        try:
            line = reader(raw)
        except errors:
            line = other_reader(raw)
        if line is None:
            return other_way(raw)
        made = _OpenDossier()
        # One field at a time: the interpreter has short ways for slots.
        made.code = code = line.code
        made.procedure = line.procedure
        made.service = line.service
        made.unit = line.unit
        made.field = line.field
        made.case = line.case
        made.authority = line.authority
        made.channel = line.channel
        made.assistance = line.assistance
        made.applicant = line.applicant
        made.limit = line.limit
        made.stated_received = line.stated_received
        made.stated_due = line.stated_due
        made.stated_finished = line.stated_finished
        made.linked = linked = line.linked
        made.evidence = line.evidence
        made.attributes = pairs = line.attributes
        made._state = None  # noqa: SLF001 - as the record itself does
        made.events = events = line.events

        # A record of 17 commas and 18 keys, and what each part adds: compared with the line below.
        commas, keys = 17, 18
        if events:
            commas += 8 * len(events) - 1
            history: list[Any] = []
            for each in events:
                event = _OpenEvent()
                event.kind = kind = each.kind
                event.at = each.at
                event.final = final = each.final
                event.due = due = each.due
                event.outcome = outcome = each.outcome
                event.activity = each.activity
                event.attributes = own = each.attributes
                event.recorded = each.recorded
                if own:
                    if len(own) == 1:
                        commas += 1
                    else:
                        commas += 2 * len(own) - 1
                        event.attributes = tuple(sorted(own, key=_name))
                if (
                    final is not None
                    or due is not None
                    or outcome is not None
                    or kind is _STOPPED
                    or kind is _APOLOGY
                ):
                    if (
                        (final is None) is (kind is _STOPPED)
                        or (due is None) is (kind is _APOLOGY)
                        or (outcome is not None and kind is not _RESOLVED)
                    ):
                        return None
                    if due is not None:
                        try:
                            event.due = _moment(due)
                        except _REFUSED:
                            return None
                event.__class__ = Event
                history.append(event)
            made.events = tuple(history)

        # What the validators of the record would refuse.
        if not code or code.isspace():
            return None
        if linked:
            commas += len(linked) - 1
        if pairs:
            commas += 2 * len(pairs) - 1
            made.attributes = tuple(sorted(pairs, key=_name))

        # Parts that msgspec reads as texts, and keys that the line left out.
        if not days or made.limit is not None or made.evidence is not None:
            try:
                commas, keys = parts.settle(made, commas, keys)
            except _REFUSED:
                return None
        if not full:
            left_out = _left_out(line)
            commas, keys = commas - left_out, keys - left_out

        # A line that holds more than was read goes the other way.
        if raw.count(b",") != commas and not _whole(raw, commas, keys + 8 * len(events)):
            return other_way(raw)
        if share:
            parts.share(made)
        made.__class__ = Dossier
        return made  # type: ignore[no-any-return]

    return quick


def _no_reader(_: bytes) -> None:
    """Stand in for a reader where none fits the register."""


def _left_out(line: Any) -> int:
    """How many keys a line has not, if it writes down nothing that is not known."""
    count = (
        (line.procedure is None) + (line.service is None) + (line.unit is None)
        + (line.field is None) + (line.case is None) + (line.authority is None)
        + (line.channel is None) + (line.assistance is None) + (line.applicant is None)
        + (line.limit is None) + (line.stated_received is None) + (line.stated_due is None)
        + (line.stated_finished is None)
        + (not line.linked) + (line.evidence is None) + (not line.attributes) + (not line.events)
    )  # fmt: skip
    for each in line.events:
        count += (
            (each.final is None) + (each.due is None) + (each.outcome is None) + (not each.activity)
            + (not each.attributes) + (each.recorded is None)
        )  # fmt: skip
    return count


def _dicts() -> Callable[[Dossier], dict[str, Any]]:
    """Return what a converter makes of a dossier, but with the enums and tuples of the record."""
    from evnpubsvc.serde._converter import shared_converter  # noqa: PLC0415 - readers need none

    converter = shared_converter()
    limit_of = converter.get_unstructure_hook(TimeLimit)
    evidence_of = converter.get_unstructure_hook(Evidence)

    def written(day: date | None) -> str | None:
        return None if day is None else day.isoformat()

    def event_of(event: Event) -> dict[str, Any]:
        return {
            "kind": event.kind,
            "at": event.at.isoformat(),
            "final": event.final,
            "due": written(event.due),
            "outcome": event.outcome,
            "activity": event.activity,
            "attributes": event.attributes,
            "recorded": written(event.recorded),
        }

    def dict_of(dossier: Dossier) -> dict[str, Any]:
        return {
            "code": dossier.code,
            "procedure": dossier.procedure,
            "service": dossier.service,
            "unit": dossier.unit,
            "field": dossier.field,
            "case": dossier.case,
            "authority": dossier.authority,
            "channel": dossier.channel,
            "assistance": dossier.assistance,
            "applicant": dossier.applicant,
            "limit": None if dossier.limit is None else limit_of(dossier.limit),
            "stated_received": written(dossier.stated_received),
            "stated_due": written(dossier.stated_due),
            "stated_finished": written(dossier.stated_finished),
            "linked": dossier.linked,
            "evidence": None if dossier.evidence is None else evidence_of(dossier.evidence),
            "attributes": dossier.attributes,
            "events": [event_of(event) for event in dossier.events],
        }

    return dict_of


def dumper_by_json() -> Callable[[Dossier], bytes]:
    """Return a writer of lines that needs the standard library alone."""
    dict_of = _dicts()
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
    escaped = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode

    def dump(dossier: Dossier) -> bytes:
        given = dict_of(dossier)
        try:
            return encode(given).encode() + b"\n"
        except UnicodeEncodeError:  # half a letter, which UTF-8 cannot hold but JSON can
            return escaped(given).encode() + b"\n"

    return dump


def dumper_by_msgspec() -> Callable[[Dossier], bytes]:
    """Return a writer of lines by msgspec."""
    import msgspec  # noqa: PLC0415 - the extra `fast`

    dict_of, other = _dicts(), dumper_by_json()
    encode = msgspec.json.Encoder().encode

    def dump(dossier: Dossier) -> bytes:
        try:
            return encode(dict_of(dossier)) + b"\n"
        except UnicodeEncodeError:
            return other(dossier)

    return dump
