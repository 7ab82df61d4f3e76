"""Options of every command that counts due dates: what the law leaves open, and `--law FILE`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import click

from evnpubsvc.cli._language import WrongCall
from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    DeadlineRules,
    HoursReading,
    StopKind,
    UnknownHour,
)
from evnpubsvc.worktime import Calendar

_CLOCKS: Final = tuple(policy.value.replace("-", "_") for policy in ClockPolicy)


def counting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what the law leaves open."""
    clock = click.option(
        "--clock",
        "clocks",
        multiple=True,
        metavar="[KIND=]POLICY",
        help=f"What stops do to the clock: {', '.join(_CLOCKS)}; of one kind of stop with KIND=.",
    )
    hours = click.option(
        "--hours",
    type=click.Choice([each.value for each in HoursReading]),
    help='What "24 giờ" means.'
    )  # fmt: skip
    unknown = click.option(
        "--unknown-hour", type=click.Choice([each.value for each in UnknownHour]),
        help="What a day without an hour is taken for, where the hour matters.",
    )  # fmt: skip
    law = click.option(
        "--law", "law_file", metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A TOML file with one-stop rules and special clocks besides the packaged ones.",
    )  # fmt: skip
    return clock(hours(unknown(law(command))))


def counting_of(
    calendar: Calendar,
    clocks: Iterable[str],
    hours: str | None,
    law_file: Path | None,
    special: str | None = None,
    **more: Any,
) -> CountingRules:
    """Return the counting rules that the options ask for."""
    rules = DeadlineRules()
    if law_file is not None:
        from evnpubsvc.serde import read_deadline_rules

        rules = read_deadline_rules(law_file)
    return CountingRules(
        calendar,
        clock=_clock_of(clocks),
        hours=hours,
        special=None if special is None else rules.special_clock(special),
        rule_sets=rules.rule_sets,
        **{name: value for name, value in more.items() if value is not None},
    )


def _clock_of(clocks: Iterable[str]) -> dict[StopKind, ClockPolicy]:
    """Read `restart` for every kind of stop and `supplement=restart` for one; the narrower wins."""
    general: ClockPolicy | None = None
    by_kind: dict[StopKind, ClockPolicy] = {}
    for text in clocks:
        kind, equals, name = text.rpartition("=")
        try:
            policy = ClockPolicy(name.strip().replace("-", "_"))
            if equals:
                by_kind[StopKind(kind.strip())] = policy
            else:
                general = policy
        except ValueError:
            known = tuple(each.value for each in StopKind)
            raise WrongCall("call-clock", text, kinds=known, policies=_CLOCKS) from None
    rest = {} if general is None else dict.fromkeys(StopKind, general)
    return {**rest, **by_kind}
