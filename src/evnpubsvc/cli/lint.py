"""`evnpubsvc lint`: what is wrong or odd in a scheme or in plans, before it judges anybody."""

from __future__ import annotations

import click

from evnpubsvc.cli._io import finding_line, lang_option, open_source, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._rates import rates_option, read_own_rates
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, Severity, violations
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

__all__ = ["lint_command"]


@click.command("lint")
@click.argument("scheme")
@click.option(
    "--plans", "is_plans", is_flag=True, help="SCHEME is a TOML file of plans, for `plan`."
)
@rates_option
@lang_option
def lint_command(scheme: str, rates_file: str | None, lang: Language, *, is_plans: bool) -> None:
    """Say what is wrong or odd in SCHEME: a preset, a TOML file, or - for standard input.

    Contradictions are violations and give exit code 1; what is only odd is a notice.
    """
    with reported(lang):
        find = _plan_findings if is_plans else _findings
        found = find(scheme, rates_file)
        for each in sorted(found, key=lambda f: f.severity is Severity.NOTICE):
            click.echo(finding_line(each, lang))
        broken = len(violations(found))
        click.echo(
            render("lint-summary", lang, {"violations": broken, "notices": len(found) - broken})
        )
    if broken:
        raise click.exceptions.Exit(1)


def _findings(scheme: str, rates_file: str | None) -> tuple[Finding, ...]:
    from evnpubsvc.emulation import lint
    from evnpubsvc.serde import lint_scheme, preset

    rates = read_own_rates(rates_file)
    if scheme == "-":
        with open_source(scheme) as source:
            return lint_scheme(source, rates=rates)
    if scheme.endswith(".toml"):
        return lint_scheme(scheme, rates=rates)  # by its path: a base may stand beside it
    if rates_file is not None:
        raise WrongCall("call-rates-of-preset", scheme)
    return lint(preset(scheme))


def _plan_findings(plans: str, rates_file: str | None) -> tuple[Finding, ...]:
    from evnpubsvc.campaigns import lint_plans
    from evnpubsvc.serde import read_plans

    rates = read_own_rates(rates_file)
    with open_source(plans) as source:
        try:
            return lint_plans(read_plans(source), table=rates)
        except DataError as error:
            return error.findings
