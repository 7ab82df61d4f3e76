"""Decisions on days off that have not been taken.

What a calendar assumes, and what it might turn out to be.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.texts import Text
from evnpubsvc.worktime._days import CalendarDay


def _choices(record: object, attribute: Attribute[Any], value: object) -> None:
    tuple_of(tuple)(record, attribute, value)
    choices = cast("tuple[tuple[object, ...], ...]", value)
    for choice in choices:
        tuple_of(CalendarDay)(record, attribute, choice)
    if not choices or not all(choices):
        raise MisuseError("open-decision-empty")


@frozen
class OpenDecision(PublicType):
    """A decision on days off that the competent authority has not taken, with choices it may make.

    The law does not limit the choices: the Prime Minister chooses freely (Labour Code 45/2019/QH14
    art. 112(3)), and may exchange days. So bounds that rest on the decision hold under the choices
    that are named, and say so.

    Attributes:
        name: which decision, in both languages: *Tết 2028*.
        choices: the days off under each decision that is considered, at least one; the first is the
            one that the calendar counts with, by the pattern of past decisions.

    Raises:
        MisuseError: `open-decision-empty`.
    """

    name: Text = field(validator=instance_of(Text))
    choices: tuple[tuple[CalendarDay, ...], ...] = field(validator=_choices)

    @property
    def first(self) -> date:
        """The first day that is off under any of the choices."""
        return min(row.day for choice in self.choices for row in choice)

    @property
    def last(self) -> date:
        """The last day that is off under any of the choices."""
        return max(row.day for choice in self.choices for row in choice)
