"""The calendar of a command.

Decided days, a file of one's own, and what follows when the decided days end.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from evnpubsvc.worktime import Calendar

_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])
_YEARS_ON: Final = (
    3  # the first provisional years to be tried: enough for most limits, and quickly made
)
_LAST_YEAR: Final = 2100

calendar_file_option = click.option(
    "--calendar", "calendar_file", metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file with office hours, days off and years decided since, on top of the "
    "packaged calendar.",
)  # fmt: skip
decided_only_option = click.option(
    "--decided-only",
    is_flag=True,
    help="Refuse what rests on days off that are not decided, instead of marking it as "
    "provisional.",
)


def calendar_options(command: _F) -> _F:
    """Add the options of the calendar to a command: `calendar_file` and `decided_only`."""
    return calendar_file_option(decided_only_option(command))


def decided_calendar(file: Path | None) -> Calendar:
    """Return the decided days, with those of a file."""
    from evnpubsvc.worktime import vietnam_calendar

    if file is None:
        return vietnam_calendar()
    return _read(file, None)


def provisional_calendar(file: Path | None, year: int) -> Calendar:
    """Return the calendar up to the end of a year, provisional where it is not decided."""
    from evnpubsvc.worktime import vietnam_calendar

    if year <= decided_calendar(file).last.year:
        return decided_calendar(file)
    until = min(year, _LAST_YEAR)
    if file is None:
        return vietnam_calendar(provisional_until=until)
    return _read(file, until)


def answer_by_calendar(
    answer: Callable[[Calendar], _T], file: Path | None, *, decided_only: bool
) -> _T:
    """Return an answer by the decided days; where it leads out of them, by provisional ones.

    Raises:
        OutsideCoverageError: it leads out of the decided days and only those are wanted, or out of
            all.
    """
    from evnpubsvc.worktime import OutsideCoverageError

    decided = decided_calendar(file)
    try:
        return answer(decided)
    except OutsideCoverageError:
        if decided_only:
            raise
    try:
        return answer(provisional_calendar(file, decided.last.year + _YEARS_ON))
    except OutsideCoverageError:
        return answer(provisional_calendar(file, _LAST_YEAR))


def _read(file: Path, until: int | None) -> Calendar:
    from evnpubsvc.serde import read_calendar

    return read_calendar(file, provisional_until=until)
