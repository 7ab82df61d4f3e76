"""`evnpubsvc lint`: what is wrong or odd in a scheme, before anybody is scored by it."""

from __future__ import annotations

import click

from evnpubsvc.cli._io import finding_line, lang_option, open_source, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._rates import rates_option, read_own_rates
from evnpubsvc.emulation import lint
from evnpubsvc.findings import Finding, Severity, violations
from evnpubsvc.serde import lint_scheme, preset
from evnpubsvc.texts import Language, render

__all__ = ["lint_command"]


@click.command("lint")
@click.argument("scheme")
@rates_option
@lang_option
def lint_command(scheme: str, rates_file: str | None, lang: Language) -> None:
    """Say what is wrong or odd in SCHEME: a preset, a TOML file, or - for standard input.

    Contradictions are violations and give exit code 1; what is only odd is a notice.
    """
    with reported(lang):
        found = _findings(scheme, rates_file)
        for each in sorted(found, key=lambda f: f.severity is Severity.NOTICE):
            click.echo(finding_line(each, lang))
        broken = len(violations(found))
        click.echo(
            render("lint-summary", lang, {"violations": broken, "notices": len(found) - broken})
        )
    if broken:
        raise click.exceptions.Exit(1)


def _findings(scheme: str, rates_file: str | None) -> tuple[Finding, ...]:
    if scheme == "-" or scheme.endswith(".toml"):
        rates = read_own_rates(rates_file)
        with open_source(scheme) as source:
            return lint_scheme(source, rates=rates)
    if rates_file is not None:
        raise WrongCall("call-rates-of-preset", scheme)
    return lint(preset(scheme))
