"""Days that differ from the ordinary week, and the reason why a day is worked or not."""

from __future__ import annotations

from datetime import date
from typing import Final

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, optional_day, plain_day, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation
from evnpubsvc.texts import LabelledEnum, Language, Text
from evnpubsvc.texts.parts import render, written_day
from evnpubsvc.worktime._hours import Session


class DayKind(LabelledEnum):
    """What makes a day a working day or a day off."""

    ORDINARY = "ordinary"
    """A working day of the week. Never a row of a table."""
    WEEKLY_REST = "weekly-rest"
    """A day without office hours in its week, as Saturday and Sunday. Never a row of a table."""
    HOLIDAY = "holiday"
    """A public holiday (*ngày lễ, tết*)."""
    SUBSTITUTE = "substitute"
    """A day off because a holiday fell on the weekly rest (*nghỉ bù*)."""
    SWAPPED = "swapped"
    """A day off in exchange for a make-up day (*nghỉ hoán đổi*)."""
    CLOSURE = "closure"
    """A day on which this office is closed for a reason of its own (storm, removal)."""
    MAKE_UP = "make-up"
    """A day of weekly rest that is worked in exchange for a swapped one (*ngày làm bù*)."""
    SPECIAL_HOURS = "special-hours"
    """A working day with hours of its own, as a half-day."""

    @property
    def works(self) -> bool:
        """Whether such a day is a working day."""
        return self in _WORKED

    @answer_wrong_arguments
    def label(self, lang: Language = "en", counterpart: date | None = None) -> str:
        """Return what the kind is called in a language.

        It names the other day where one belongs to it.
        """
        if counterpart is None:
            other = render("day-another", lang, {})
        else:
            other = written_day(counterpart, lang)
        return render(f"day-{self.value}", lang, {"counterpart": other})


_WORKED: Final = frozenset({DayKind.ORDINARY, DayKind.MAKE_UP, DayKind.SPECIAL_HOURS})


@frozen
class CalendarDay(PublicType):
    """A row of a calendar: one day that differs from the ordinary week.

    Attributes:
        day: which day.
        kind: how it differs; `ORDINARY` and `WEEKLY_REST` are what the week says, so no row has
            them.
        name: name of the holiday or reason, in both languages.
        source: the decision or article that makes it so.
        counterpart: the other day of a swap; for a substitute, the holiday it stands for. A make-up
            day keeps the hours of the weekday of its counterpart.
        sessions: the hours of a make-up day or half-day where they differ; empty to derive them
            from the week.
        provisional: follows from the statute, but the yearly decision has not been taken.

    Raises:
        MisuseError: `day-kind-computed`, `day-off-with-hours`, `special-hours-missing`,
            `day-wrong-type`.
    """

    day: date = field(validator=plain_day)
    kind: DayKind = field(validator=instance_of(DayKind))
    name: Text = field(validator=instance_of(Text))
    source: Citation = field(validator=instance_of(Citation))
    counterpart: date | None = field(default=None, validator=optional_day, kw_only=True)
    sessions: tuple[Session, ...] = field(default=(), validator=tuple_of(Session), kw_only=True)
    provisional: bool = field(default=False, validator=instance_of(bool), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.kind in (DayKind.ORDINARY, DayKind.WEEKLY_REST):
            raise MisuseError("day-kind-computed", self.kind)
        if self.sessions and not self.kind.works:
            raise MisuseError("day-off-with-hours", self.kind)
        if self.kind is DayKind.SPECIAL_HOURS and not self.sessions:
            raise MisuseError("special-hours-missing", self.day)


@frozen
class DayReason(PublicType):
    """Why a day is a working day or a day off.

    Attributes:
        day: the day.
        kind: what makes it so.
        name: the name of the holiday or of the reason, in both languages.
        source: the decision or article; None for what the ordinary week says.
        counterpart: the other day of a swap, or the holiday a substitute stands for.
        provisional: the decision that would settle this day has not been taken.
    """

    day: date
    kind: DayKind
    name: Text
    source: Citation | None = None
    counterpart: date | None = None
    provisional: bool = False

    @property
    def works(self) -> bool:
        """Whether the day is a working day."""
        return self.kind.works

    def text(self, lang: Language = "en") -> str:
        """Return the reason as one line, in a language."""
        label = self.kind.label(lang, self.counterpart)
        line = f"{written_day(self.day, lang)}: {self.name.get(lang)}"
        if label != self.name.get(lang):
            line += f", {label}"
        if self.source is not None:
            line += f" [{self.source.get(lang)}]"
        return line + (" " + render("day-provisional", lang, {}) if self.provisional else "")

    def __str__(self) -> str:
        return self.text()
