"""`evnpubsvc procedure`: what a procedure was on a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evnpubsvc.cli._catalogues import catalogue_option, read_procedures
from evnpubsvc.cli._io import aligned, lang_option, reported, show_findings
from evnpubsvc.cli._moments import DAY
from evnpubsvc.law import Citation
from evnpubsvc.services import Channel
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

if TYPE_CHECKING:
    from evnpubsvc.catalogue import Procedure

__all__ = ["procedure_command"]


@click.command("procedure")
@click.argument("code")
@click.option("--on", type=DAY, required=True, help="Day to look at.")
@catalogue_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@lang_option
def procedure_command(
    code: str, on: date, catalogue_file: Path | None, form: str, lang: Language
) -> None:
    """Show a procedure as it was on a day: time limits, fees, papers, legal basis, with sources."""
    from evnpubsvc.codes import ProcedureCode

    with reported(lang):
        wanted = ProcedureCode.parse(code)
        known = read_procedures(catalogue_file)
        found = known.at(wanted, on)
    if form == "json":
        from evnpubsvc.serde import to_json

        click.echo(json.dumps(json.loads(to_json(found)), ensure_ascii=False, indent=2))
    else:
        if lang == "en" and found.name_en:
            title = found.name_en
        else:
            title = found.name
        offered = (
            (
                _label("offering", lang),
                f"{each.unit}: {each.level.value}",
                _source(each.decision, lang),
            )
            for each in known.offered(wanted, on)
        )
        click.echo(aligned((str(found.code), title, ""), [*_rows(found, lang), *offered]))
    show_findings(found.doubts(), lang)


def _rows(found: Procedure, lang: Language) -> Iterator[tuple[str, str, str]]:
    if found.field_name:
        yield _label("field", lang), found.field_name, ""
    who = ", ".join(each.text.get(lang) for each in found.authorities)
    yield _label("authorities", lang), who, _source(found.source, lang)
    for limit in found.time_limits:
        yield (
            _label("limit", lang),
            _for(limit.text, limit.channel, limit.case, lang),
            _source(limit.source, lang),
        )
    for fee in found.fees:
        yield (
            _label("fee", lang),
            _for(fee.text, fee.channel, fee.case, lang),
            _source(fee.source, lang),
        )
    for paper in found.papers:
        yield (
            _label("paper", lang),
            _for(paper.text, None, paper.case, lang),
            _source(paper.source, lang),
        )
    for basis in found.legal_basis:
        yield _label("basis", lang), basis.citation.get(lang), basis.citation.certainty.get(lang)
    for result in found.results:
        text = " ".join(filter(None, (result.text, str(result.code or ""))))
        yield _label("result", lang), text, _source(result.source, lang)


def _for(text: str, channel: Channel | None, case: str, lang: Language) -> str:
    where = [] if channel is None else [channel.text.get(lang)]
    where += [case] if case else []
    if where:
        return f"{text} ({'; '.join(where)})"
    return text


def _source(source: Citation | None, lang: Language) -> str:
    if source is None:
        return ""
    return f"{source.get(lang)} [{source.certainty.get(lang)}]"


def _label(name: str, lang: Language) -> str:
    return render(f"procedure-part-{name}", lang, {})
