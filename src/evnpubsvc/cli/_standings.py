"""What standings are made from, for every command that shows or explains them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from evnpubsvc._validate import read_member
from evnpubsvc.cli._io import open_source, show_findings
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.emulation import Scheme, Standings, rank, score
from evnpubsvc.quantities import ZeroPolicy
from evnpubsvc.serde import preset, read_figure_columns, read_figures, read_scheme
from evnpubsvc.serde.engine import is_workbook
from evnpubsvc.texts import Language

_OPTIONS = (
    click.option(
        "--group",
        "groups",
        multiple=True,
        metavar="KEY",
        help="Score only this group; may be repeated.",
    ),
    click.option("--columns", metavar="MAP.toml", help="How a foreign table is laid out."),
    click.option(
        "--within",
        metavar="COLUMN",
        help="Rank only inside units that share a value of this column.",
    ),
    click.option(
        "--zero",
        "zeros",
        multiple=True,
        metavar="KEY=POLICY",
        help="What a ratio over nothing earns here: full, zero, excluded; may be repeated.",
    ),
)


def standings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is scored and ranked."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def load_standings(
    name: str,
    figures: str,
    lang: Language,
    *,
    groups: tuple[str, ...],
    columns: str | None,
    within: str | None,
    zeros: tuple[str, ...],
) -> Standings:
    """Read a scheme and a table of figures, score it and rank it."""
    scheme = read_scheme(name) if name.endswith(".toml") else preset(name)
    for zero in zeros:
        scheme = _with_zero(scheme, zero)
    if groups:
        scheme = scheme.only(*groups)
    layout = None if columns is None else read_figure_columns(columns)

    # Columns that strata and rules ask for are kept.
    asked = within or scheme.within
    attributes = {rule.attribute for rule in scheme.inapplicable}
    keep = sorted(attributes | ({asked} if asked else set()))
    if is_workbook(figures):
        table = read_figures(figures, scheme, layout, keep=keep)
    else:
        with open_source(figures) as source:
            table = read_figures(source, scheme, layout, keep=keep)
    show_findings(table.notices, lang)
    return rank((score(scheme, unit) for unit in table), within=within)


def _with_zero(scheme: Scheme, text: str) -> Scheme:
    """Return a scheme with the policy of one `KEY=POLICY`."""
    key, sign, policy = text.rpartition("=")
    if not sign:
        raise WrongCall("call-zero", text)
    return scheme.with_zero_policy(read_member(ZeroPolicy, policy), key)
