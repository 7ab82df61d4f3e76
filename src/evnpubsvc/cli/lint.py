"""`evnpubsvc lint`: what is wrong or odd in a scheme, before anybody is scored by it."""

from __future__ import annotations

import click

from evnpubsvc.cli._io import finding_line, lang_option, open_source, reported
from evnpubsvc.emulation import lint
from evnpubsvc.findings import Finding, Severity, violations
from evnpubsvc.serde import lint_scheme, preset
from evnpubsvc.texts import Language, render

__all__ = ["lint_command"]


@click.command("lint")
@click.argument("scheme")
@lang_option
def lint_command(scheme: str, lang: Language) -> None:
    """Say what is wrong or odd in SCHEME: a preset, a TOML file, or - for standard input.

    Contradictions are violations and give exit code 1; what is only odd is a notice.
    """
    with reported(lang):
        found = _findings(scheme)
        for each in sorted(found, key=lambda f: f.severity is Severity.NOTICE):
            click.echo(finding_line(each, lang))
        broken = len(violations(found))
        click.echo(
            render("lint-summary", lang, {"violations": broken, "notices": len(found) - broken})
        )
    if broken:
        raise click.exceptions.Exit(1)


def _findings(scheme: str) -> tuple[Finding, ...]:
    if scheme == "-" or scheme.endswith(".toml"):
        with open_source(scheme) as source:
            return lint_scheme(source)
    return lint(preset(scheme))
