"""Options of every command that counts due dates: what the law leaves open, and `--law FILE`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from evnpubsvc.cli._io import choice_of
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.texts.parts import listed_values
from evnpubsvc.worktime import Calendar

if TYPE_CHECKING:
    from evnpubsvc.deadlines import ClockPolicy, CountingRules, StopKind

_CLOCKS: Final = tuple(value.replace("-", "_") for value in listed_values("clock-policy"))


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
    type=choice_of("hours-reading"),
    help='What "24 giờ" means.'
    )  # fmt: skip
    unknown = click.option(
        "--unknown-hour", type=choice_of("unknown-hour"),
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
    from evnpubsvc.deadlines import CountingRules, DeadlineRules

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
    from evnpubsvc.deadlines import ClockPolicy, StopKind

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
