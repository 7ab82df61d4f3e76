"""`evnpubsvc code`: what is this text?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import click

from evnpubsvc.cli._io import aligned, lang_option, reported, show_findings
from evnpubsvc.cli._moments import DAY
from evnpubsvc.cli._output import print_document
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, violations
from evnpubsvc.texts import Language, write
from evnpubsvc.texts.parts import render

if TYPE_CHECKING:
    from evnpubsvc.codes import Code, Reading

__all__ = ["code_command"]


@click.command("code")
@click.argument("text")
@click.option(
    "--on",
    type=DAY,
    help="Day to check against: of receipt for a dossier, else of use. "
    "Default for a dossier: the day inside the code.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@lang_option
def code_command(text: str, on: date | None, form: str, lang: Language) -> None:
    """Say what a code is and take it apart: dossiers, procedures, services, units, results, fields.

    All readings are shown, with what is doubtful about each.
    """
    from evnpubsvc.codes import identify

    with reported(lang):
        readings = identify(text)
        sound = [reading for reading in readings if not violations(reading.findings)]
        if not sound:
            raise DataError(f for reading in readings for f in reading.findings)
        described = [_described(reading, on, lang) for reading in sound]
    if form == "json":
        print_document("code", {"readings": [_for_machines(facts) for facts, _ in described]})
        return
    for facts, found in described:
        rows = [
            (render(f"code-part-{name}", lang, {}), write(value, lang))
            for name, value in facts["parts"].items()
        ]
        click.echo(aligned((facts["title"], facts["code"]), rows))
        show_findings(found, lang)


def _for_machines(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with their parts as texts and numbers that no language changes."""

    def plain(value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, tuple):
            return ", ".join(cast("tuple[str, ...]", value))
        return value

    return {**facts, "parts": {name: plain(value) for name, value in facts["parts"].items()}}


def _described(
    reading: Reading[Code], on: date | None, lang: Language
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    from evnpubsvc.codes import DossierCode, check

    found = reading.code
    assert found is not None  # it would have a violation
    day = on
    if day is None and isinstance(found, DossierCode):
        day = found.received_on
    # check repeats the doubts that the reading already has.
    findings = dict.fromkeys((*reading.findings, *(() if day is None else check(found, on=day))))
    facts = {
        "kind": found.kind,
        "title": found.title.get(lang),
        "code": str(found),
        "parts": {
            name: value for name, value in _parts(found, day, lang) if value not in (None, "")
        },
        "findings": [
            {
                "reason": f.reason,
                "severity": f.severity.value,
                "message": f.message(lang),
                "hint": f.hint(lang),
            }
            for f in findings
        ],
    }
    return facts, tuple(findings)


def _parts(found: Code, day: date | None, lang: Language) -> Iterable[tuple[str, Any]]:
    from evnpubsvc.codes import (
        DossierCode,
        FieldCode,
        ProcedureCode,
        ResultCode,
        ServiceCode,
        UnitCode,
    )

    match found:
        case DossierCode():
            yield "unit", str(found.unit)
            yield from _issuer(found.unit.top, day, lang)
            yield "received-on", found.received_on
            yield "sequence", found.sequence
            yield "forms", tuple(found.forms)
        case UnitCode():
            yield from _issuer(found.top, day, lang)
            yield "level", found.level
            yield "groups", " > ".join(found.groups)
            yield "layout", found.layout
            yield "parent", None if found.parent is None else str(found.parent)
        case ProcedureCode():
            yield "national", found.national
            yield from _issuer(found.issuer, day, lang)
            yield "form", found.form
        case ServiceCode():
            yield "procedure", str(found.procedure)
            yield "national", found.national
            yield from _issuer(found.issuer, day, lang)
            yield "case", found.case
        case ResultCode():
            yield from _issuer(found.issuer, day, lang)
            yield "number", found.number
            yield "suffix", found.suffix
        case FieldCode():
            yield from _issuer(found.issuer, day, lang)
            yield "field", found.name
        case _:  # pragma: no cover - a new kind of code takes its place above
            raise AssertionError(found)


def _issuer(top: str | None, day: date | None, lang: Language) -> Iterable[tuple[str, Any]]:
    from evnpubsvc.codes import issuer

    if top is None:
        return
    yield "top", top
    body = None if day is None else issuer(top, on=day)
    yield "issuer", None if body is None else body.name.get(lang)
