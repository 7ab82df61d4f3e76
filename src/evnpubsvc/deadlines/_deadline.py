"""The result: a due date with its reasons."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen, open_class
from evnpubsvc._validate import instance_of, tuple_of, writable_texts
from evnpubsvc.deadlines._limits import TimeLimit
from evnpubsvc.deadlines._moments import written
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.law import Citation
from evnpubsvc.texts import LabelledEnum, Language, Text
from evnpubsvc.texts.parts import render, written_day
from evnpubsvc.worktime import DayReason


class DeadlineState(LabelledEnum):
    """Whether there is a due date."""

    SET = "set"
    """There is one."""
    PREVIEW = "preview"
    """There is one on the assumption that open stops end on a given day."""
    STOPPED = "stopped"
    """The clock is stopped: there is none yet."""


def day_text(day: dt.date, lang: Language) -> str:
    """Write a day with its weekday, in a language."""
    return f"{render(f'weekday-{day.isoweekday()}', lang, {})} {written_day(day, lang)}"


def hour_text(instant: dt.datetime, day: dt.date | None) -> str:
    """Write the hour of an instant; the midnight that ends a day is 24:00.

    Seconds appear where there are some.
    """
    if day is not None and instant.date() > day:
        return "24:00"
    return instant.strftime("%H:%M:%S" if instant.second or instant.microsecond else "%H:%M")


@frozen
class Step(PublicType):
    """One step of a computation.

    Attributes:
        key: what was done, a key of the catalogue of texts (`step-received`, `step-count`,
            `step-rolled` …).
        day: the day that the step led to or started from.
        until: the last day of an interval.
        at: the instant, where the hour matters.
        limit: the limit that was counted.
        parts: further named parts of the text; moments (`start`, `end`) in ISO form.
        skipped: the days off that were passed over and not counted, each with its reason.
        worked: the make-up days that were counted though the week rests on them.
        citation: the article behind the step.
    """

    key: str = field(validator=instance_of(str))
    day: dt.date | None = None
    until: dt.date | None = None
    at: dt.datetime | None = None
    limit: TimeLimit | None = None
    parts: tuple[tuple[str, str], ...] = field(default=(), validator=writable_texts)
    skipped: tuple[DayReason, ...] = ()
    worked: tuple[DayReason, ...] = ()
    citation: Citation | None = None

    def text(self, lang: Language = "en") -> str:
        """Return the step as one line, in a language."""
        parts: dict[str, object] = dict(self.parts)
        if self.day is not None:
            parts["day"] = day_text(self.day, lang)
        if self.until is not None:
            parts["until"] = day_text(self.until, lang)
        if self.at is not None:
            parts["at"] = hour_text(self.at, self.day)
        if self.limit is not None:
            parts["limit"] = self.limit
        for name in _TRANSLATED & parts.keys():
            parts[name] = render(str(parts[name]), lang, {})
        for name in _MOMENTS & parts.keys():
            parts[name] = written(str(parts[name]), lang)
        line = render(self.key, lang, parts)
        if self.skipped and self.key in _COUNTS:
            line = render("step-skipped", lang, {"line": line, "skipped": len(self.skipped)})
        return line + (f" [{self.citation.get(lang)}]" if self.citation is not None else "")

    def lines(self, lang: Language = "en") -> tuple[str, ...]:
        """Return the step and, below it, each day that was skipped or worked against the week."""
        days = sorted((*self.skipped, *self.worked), key=lambda reason: reason.day)
        return (
            self.text(lang),
            *(f"  {'+' if reason.works else '-'} {reason.text(lang)}" for reason in days),
        )

    def __str__(self) -> str:
        return self.text()


_COUNTS: Final = frozenset(
    ("step-count-working-days", "step-count-hours")
)  # steps that pass days over
_MOMENTS: Final = frozenset(("start", "end"))
_TRANSLATED: Final = frozenset(("kind", "clock"))  # parts whose values are keys of the catalogue


@frozen
class DueBounds(PublicType):
    """Between which days a provisional due date lies.

    Whichever of the considered decisions is taken.

    The law closes no set of decisions, and exchanges of days are not considered: see
    `worktime.OpenDecision`.

    Attributes:
        earliest: the earliest due date under the considered decisions, inclusive.
        latest: the latest, inclusive.
        decisions: the decisions that have not been taken and that the due date may depend on, by
            name; empty where it touches none, so that only an exchange of days could still move it.

    Raises:
        MisuseError: `bounds-inverted`.
    """

    earliest: dt.date = field(validator=instance_of(dt.date))
    latest: dt.date = field(validator=instance_of(dt.date))
    decisions: tuple[Text, ...] = field(default=(), validator=tuple_of(Text))

    def __attrs_post_init__(self) -> None:
        if self.latest < self.earliest:
            raise MisuseError("bounds-inverted", self.latest, earliest=self.earliest)


@frozen(repr=False)
class Deadline(PublicType):
    """A due date (ngày hẹn trả kết quả) with everything that led to it.

    It is derived, and never stored in a dossier.

    Attributes:
        received: the day of receipt.
        received_at: the instant of receipt, local time of Viet Nam; None when only the day is
            known.
        limit: the time limit.
        date: the last day, inclusive; None while the clock is stopped.
        instant: the last instant, local time, for limits that run in hours or end within a day;
            None where the limit ends with the end of the day (24:00, Civil Code art. 148(6)).
        counted_from: the day of receipt after cut-offs and restarts.
        state: whether there is a date, and whether it rests on an assumption.
        provisional: the date rests on days off that are not decided: see `bounds`.
        calendar: fingerprint of the calendar.
        citations: the articles, each once.
        notices: what somebody should know: rival readings with their dates, doubtful hours,
            undecided years.
        trace: the steps; empty when none were asked for.
        bounds: of a provisional date, the earliest and the latest day that it may turn out to be;
            None where the date is decided, or there is none.
    """

    received: dt.date
    received_at: dt.datetime | None
    limit: TimeLimit
    date: dt.date | None
    instant: dt.datetime | None
    counted_from: dt.date
    state: DeadlineState
    provisional: bool
    calendar: str = field(validator=instance_of(str))
    citations: tuple[Citation, ...] = ()
    notices: tuple[Finding, ...] = ()
    trace: tuple[Step, ...] = field(default=(), repr=False)
    bounds: DueBounds | None = None

    def __repr__(self) -> str:
        return f"<Deadline {self.summary()}>"

    def explain(self, lang: Language = "en") -> str:
        """Return the whole computation as text.

        The text has the steps with each skipped day, the notices, the articles and the fingerprint.
        """
        lines = [line for step in self.trace for line in step.lines(lang)] or [self.summary(lang)]
        lines += (
            render("deadline-notice", lang, {"notice": found.line(lang)}) for found in self.notices
        )
        lines.append(render("deadline-calendar", lang, {"calendar": self.calendar[:16]}))
        return "\n".join(lines)

    def summary(self, lang: Language = "en") -> str:
        """Return the result as one line; of a provisional date, with its bounds."""
        line = self._line(lang)
        if self.bounds is None:
            return line
        days = {"earliest": self.bounds.earliest, "latest": self.bounds.latest}
        shown = {name: day_text(day, lang) for name, day in days.items()}
        return render("deadline-provisional", lang, {"line": line, **shown})

    def _line(self, lang: Language = "en") -> str:
        parts = {"limit": self.limit, "received": day_text(self.received, lang)}
        if self.date is None:
            return render("deadline-stopped", lang, parts)
        parts["day"] = day_text(self.date, lang)
        if self.instant is not None:
            return render(
                "deadline-instant", lang, {**parts, "at": hour_text(self.instant, self.date)}
            )
        return render("deadline-date", lang, parts)

    def __str__(self) -> str:
        return self.summary()


# Both records are made for every due date, from what the engine has computed.
_OpenStep: Final = open_class(Step)
OpenDeadline: Final = open_class(Deadline)


def make_step(
    key: str,
    day: dt.date | None,
    until: dt.date | None,
    at: dt.datetime | None,
    limit: TimeLimit | None,
    parts: tuple[tuple[str, str], ...],
    skipped: tuple[DayReason, ...],
    worked: tuple[DayReason, ...],
    citation: Citation | None,
) -> Step:
    """Return a step, made quickly."""
    made: Any = _OpenStep()
    made.key = key
    made.day = day
    made.until = until
    made.at = at
    made.limit = limit
    made.parts = parts
    made.skipped = skipped
    made.worked = worked
    made.citation = citation
    made.__class__ = Step
    whole: Step = made
    return whole


def make_deadline(
    received: dt.date,
    received_at: dt.datetime | None,
    limit: TimeLimit,
    end: dt.date | None,
    instant: dt.datetime | None,
    counted_from: dt.date,
    state: DeadlineState,
    provisional: bool,
    calendar: str,
    citations: tuple[Citation, ...],
    notices: tuple[Finding, ...],
    trace: tuple[Step, ...],
    bounds: DueBounds | None = None,
) -> Deadline:
    """Return a deadline, made quickly."""
    made: Any = OpenDeadline()
    made.received = received
    made.received_at = received_at
    made.limit = limit
    made.date = end
    made.instant = instant
    made.counted_from = counted_from
    made.state = state
    made.provisional = provisional
    made.calendar = calendar
    made.citations = citations
    made.notices = notices
    made.trace = trace
    made.bounds = bounds
    made.__class__ = Deadline
    whole: Deadline = made
    return whole
