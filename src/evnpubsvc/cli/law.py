"""`evnpubsvc law`: what is in force on a day, what changed, what changes next, how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import click

from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._moments import DAY
from evnpubsvc.cli._output import print_document
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.law import Citation, Confidence, Validity, regimes
from evnpubsvc.law.engine import topics
from evnpubsvc.texts import Language, Text, write
from evnpubsvc.texts.parts import named, render

__all__ = ["law_command"]

_AWARDS: Final = "awards"
_CLOCKS: Final = "special-clocks"
_FORMS: Final = "reporting-forms"
_DAY: Final = timedelta(days=1)


@frozen
class _Entry:
    """Something that holds for some time, as every topic lists it."""

    key: str
    title: Text
    validity: Validity
    basis: tuple[Citation, ...]
    since_known: Confidence | None = None
    until_known: Confidence | None = None


def _of_topic(topic: str) -> tuple[_Entry, ...]:
    """Return what a topic holds, in order of time as far as the entries follow one another."""
    from evnpubsvc.campaigns import legal_regimes
    from evnpubsvc.deadlines import special_clocks
    from evnpubsvc.serde import report_form, report_form_names

    if topic == _AWARDS:
        return tuple(
            _Entry(
                each.key,
                each.law.text,
                each.validity,
                tuple(source for source in (each.law, each.decree, each.circular) if source),
            )
            for each in legal_regimes()
        )
    if topic == _CLOCKS:
        return tuple(
            _Entry(each.key, each.title, each.validity, (each.citation,))
            for each in special_clocks()
        )
    if topic == _FORMS:
        forms = map(report_form, report_form_names())
        return tuple(_Entry(each.key, each.title, each.validity, each.sources) for each in forms)
    return tuple(
        _Entry(
            entry.value.key,
            entry.value.title,
            entry.validity,
            entry.value.basis,
            entry.value.since_confidence,
            entry.value.until_confidence,
        )
        for entry in regimes(topic)
    )


def _topics() -> tuple[str, ...]:
    return tuple(sorted((*topics(), _AWARDS, _CLOCKS, _FORMS)))


@click.command("law")
@click.argument("topic", required=False)
@click.option(
    "--on", type=DAY, help="The day; without it, everything that is known, in order of time."
)
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Lines for people, or JSON for machines."
)  # fmt: skip
@lang_option
def law_command(topic: str | None, on: date | None, shape: str, lang: Language) -> None:
    """Say what is in force on a day, what changed last and what changes next, and how sure that is.

    TOPIC is one of the topics that the command lists; without it, all of them. Without --on the
    whole timeline is printed: there is no clock in here.
    """
    with reported(lang):
        if topic is not None and topic not in _topics():
            raise UnknownNameError("topic-unknown", topic, known=_topics())
        asked = _topics() if topic is None else (topic,)
        found = {name: _of_topic(name) for name in asked}
    if shape == "json":
        document = {name: _plain(entries, on) for name, entries in found.items()}
        print_document("law", {"topics": document})
        return
    for name, entries in found.items():
        click.echo(named("law-topic", name).get(lang))
        lines = _timeline(entries, lang) if on is None else _day(entries, on, lang)
        for line in lines:
            click.echo(f"  {line}")


def _timeline(entries: tuple[_Entry, ...], lang: Language) -> Iterator[str]:
    for entry in entries:
        yield from _lines(entry, lang)


def _day(entries: tuple[_Entry, ...], on: date, lang: Language) -> Iterator[str]:
    """What holds on a day, what changed last before it or on it, and what changes next after it."""
    held = [entry for entry in entries if on in entry.validity]
    for entry in held:
        yield from _lines(entry, lang)
    if not held:
        yield render("law-nothing", lang, {"day": on})
    for key, change in (
        ("law-last", _last_change(entries, on)),
        ("law-next", _next_change(entries, on)),
    ):
        if change is None:
            yield render(f"{key}-none", lang, {})
        else:
            begins, ends = _changes(entries, change, lang)
            parts = {"day": change, "begins": begins, "ends": ends}
            yield render(key, lang, parts)


def _lines(entry: _Entry, lang: Language) -> Iterator[str]:
    since = _bound(entry.validity.since, entry.since_known, lang)
    until = _bound(entry.validity.until, entry.until_known, lang)
    parts = {"title": entry.title.get(lang), "key": entry.key, "since": since, "until": until}
    yield render("law-entry", lang, parts)
    for source in entry.basis:
        said = _note(source, lang)
        note = f" - {said}" if said else ""
        yield f"  {source.get(lang)} [{source.certainty.get(lang)}]{note}"


def _note(source: Citation, lang: Language) -> str:
    """What a reader must know of a source; in Vietnamese as far as it is translated."""
    if lang == "en" or not source.note:
        return source.note
    known = {row["en"]: row["vi"] for row in packaged_table("law/notes.toml")["notes"]}
    return str(known.get(source.note, ""))


def _bound(day: date | None, known: Confidence | None, lang: Language) -> str:
    if day is None:
        return "…" if lang == "en" else ""
    shown = write(day, lang)
    return shown if known is None else f"{shown} ({known.text.get(lang)})"


def _change_days(entries: tuple[_Entry, ...]) -> set[date]:
    """The days on which something begins, or is the first day without it."""
    begins = {entry.validity.since for entry in entries if entry.validity.since}
    ends = {entry.validity.until + _DAY for entry in entries if entry.validity.until}
    return begins | ends


def _last_change(entries: tuple[_Entry, ...], on: date) -> date | None:
    return max((day for day in _change_days(entries) if day <= on), default=None)


def _next_change(entries: tuple[_Entry, ...], on: date) -> date | None:
    return min((day for day in _change_days(entries) if day > on), default=None)


def _changes(entries: tuple[_Entry, ...], day: date, lang: Language) -> tuple[str, str]:
    """What begins on a day, and what ended the day before: by key, in Vietnamese by title."""

    def called(entry: _Entry) -> str:
        return entry.key if lang == "en" else entry.title.vi

    mark = ", " if lang == "en" else "; "  # titles have commas of their own
    begins = (called(entry) for entry in entries if entry.validity.since == day)
    last_days = ((entry, entry.validity.until) for entry in entries)
    ends = (called(entry) for entry, until in last_days if until and until + _DAY == day)
    return mark.join(begins), mark.join(ends)


def _plain(entries: tuple[_Entry, ...], on: date | None) -> dict[str, Any]:
    """A topic as JSON: the entries of the day, or all of them, and the days of change."""
    held = [entry for entry in entries if on is None or on in entry.validity]
    document: dict[str, Any] = {"entries": [_record(entry) for entry in held]}
    if on is not None:
        last, coming = _last_change(entries, on), _next_change(entries, on)
        document["last_change"] = None if last is None else last.isoformat()
        document["next_change"] = None if coming is None else coming.isoformat()
    return document


def _record(entry: _Entry) -> dict[str, Any]:
    since, until = entry.validity.since, entry.validity.until
    return {
        "key": entry.key,
        "vi": entry.title.vi,
        "en": entry.title.en,
        "since": None if since is None else since.isoformat(),
        "since_confidence": entry.since_known,
        "until": None if until is None else until.isoformat(),
        "until_confidence": entry.until_known,
        "basis": [
            {
                "vi": source.text.vi,
                "en": source.text.en,
                "confidence": source.confidence,
                "disputed": source.disputed,
                "note": source.note,
                "note_vi": _note(source, "vi"),
            }
            for source in entry.basis
        ],
    }
