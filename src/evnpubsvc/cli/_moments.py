"""Days and instants as parameters of commands: one reader for every argument and option."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Any, Final

import click

from evnpubsvc.cli._language import bad_value
from evnpubsvc.errors import DataError
from evnpubsvc.worktime import VIETNAM_TIME, parse_moment


class MomentType(click.ParamType):  # type: ignore[type-arg] # generic since 8.2
    """A day or an instant, in any form that `parse_moment` reads."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read what was typed; anything else is a wrong call."""
        if isinstance(value, date):
            return value
        try:
            return parse_moment(value)
        except DataError as error:
            raise bad_value(error.findings[0], param, ctx) from None


def read_day(text: str) -> date:
    """Read a day; of an instant, its day in Viet Nam.

    Raises:
        DataError: as `parse_moment`.
    """
    moment = parse_moment(text)
    if not isinstance(moment, datetime):
        return moment
    return (moment if moment.tzinfo is None else moment.astimezone(VIETNAM_TIME)).date()


class DayType(MomentType):
    """A day; of an instant, its day in Viet Nam."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read what was typed and keep the day."""
        if isinstance(value, date):
            return value
        try:
            return read_day(value)
        except DataError as error:
            raise bad_value(error.findings[0], param, ctx) from None


def moment_in(moment: date, zone: tzinfo) -> date:
    """Return a day as it is, an instant in a zone; one without an offset is in that zone."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    return moment.astimezone(zone)


MOMENT: Final = MomentType()
DAY: Final = DayType()
