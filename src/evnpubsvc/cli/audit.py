"""`evnpubsvc audit`: can a scheme be gamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._output import SHAPES, Answer, format_option, output_option, write_answer
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

if TYPE_CHECKING:
    from evnpubsvc.analysis import Audit, AuditLine, SharedEffect
    from evnpubsvc.serde.engine import Sheet, SheetCell

__all__ = ["audit_command"]


@click.command("audit")
@click.argument("scheme")
@lang_option
@format_option(*SHAPES)
@output_option
def audit_command(scheme: str, lang: Language, shape: str | None, output: str | None) -> None:
    """Say how SCHEME can be gamed: refuse, delay, split, pad and more, criterion by criterion.

    SCHEME is a preset or a TOML file. Each attack has its smallest example, or a proof that it
    cannot work. `lint` says what is odd in the sheet; this says what it does to people.
    """
    from evnpubsvc.analysis import audit
    from evnpubsvc.serde import preset, read_scheme

    with reported(lang):
        if scheme.endswith(".toml"):
            found = audit(read_scheme(scheme))
        else:
            found = audit(preset(scheme))
        answer = Answer(
            kind="audit",
            text=lambda: found.text(lang),
            document=lambda: _document(found),
            sheets=lambda: [_sheet(found, lang)],
            title=found.scheme,
        )
        write_answer(answer, shape, output, lang)


def _document(found: Audit) -> dict[str, Any]:
    """Return the audit for machines."""
    return {"scheme": found.scheme, "lines": [_line(each) for each in found.lines]}


def _line(line: AuditLine) -> dict[str, Any]:
    """Return an attack on a criterion for machines: what it is, its example, its proof."""
    entry: dict[str, Any] = {"key": line.key, "attack": line.attack, "verdict": line.verdict}

    # The smallest example, with the points before and after.
    if line.points_before is not None and line.points_after is not None:
        entry |= {
            "before": dict(line.before),
            "points_before": decimal_text(line.points_before),
            "after": dict(line.after),
            "points_after": decimal_text(line.points_after),
        }
    if line.others:
        entry["others"] = [_effect(each) for each in line.others]
    if line.total is not None:
        entry["total"] = decimal_text(line.total)

    # The proof that there is none.
    if line.certificate is not None:
        corners = [list(map(decimal_text, corner)) for corner in line.certificate.corners]
        entry["certificate"] = {
            "claim": line.certificate.claim,
            "corners": corners,
            "up_to": line.certificate.up_to,
        }
    return entry


def _effect(effect: SharedEffect) -> dict[str, Any]:
    """Return what happens to another criterion that reads the same figures."""
    return {
        "key": effect.key,
        "before": dict(effect.before),
        "points_before": decimal_text(effect.points_before),
        "after": dict(effect.after),
        "points_after": decimal_text(effect.points_after),
    }


def _sheet(found: Audit, lang: Language) -> Sheet:
    """A row for each attack on each criterion."""
    from evnpubsvc.serde.engine import Sheet, SheetColumn

    keys = ("key", "attack", "verdict", "example", "proof")
    columns = [SheetColumn(key, render(f"column-{key}", lang, {}), optional=True) for key in keys]
    rows = [_cells(each, lang) for each in found.lines]
    below = [render("audit-alone", lang, {})]
    return Sheet(render("sheet-audit", lang, {}), columns, rows, [found.scheme], below)


def _cells(line: AuditLine, lang: Language) -> list[SheetCell]:
    """Return the cells of an attack; it has an example or a proof, never both."""
    from evnpubsvc.analysis import AuditVerdict
    from evnpubsvc.analysis.parts import example_text

    example, proof = "", ""
    if line.verdict is AuditVerdict.FOUND:
        example = example_text(line, lang)
    if line.certificate is not None:
        proof = line.certificate.claim.text.get(lang)
    attack, verdict = line.attack.text.get(lang), line.verdict.text.get(lang)
    return [line.key, attack, verdict, example, proof]
