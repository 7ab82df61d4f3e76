"""Drawn event logs, and the same dossiers as the library keeps them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from evnpubsvc.dossiers import Dossier, Event, EventKind, Outcome, Precision
from evnpubsvc.findings import Finding
from evnpubsvc.periods import Period
from evnpubsvc.reports import Form, Report, fill
from evnpubsvc.services import Channel
from evnpubsvc.statistics import RegisterRow, Tally, register_row, tally
from evnpubsvc.worktime import VIETNAM_TIME
from tests.reports.oracle import Log

START = date(2022, 1, 1)
_K = EventKind
_KINDS = {
    "handed-in": [_K.SUBMITTED],
    "received": [_K.RECEIVED],
    "refused": [_K.REFUSED],
    "asked": [_K.SUPPLEMENT_REQUESTED],
    "supplied": [_K.SUPPLEMENT_RECEIVED],
    "resolved": [_K.RESOLVED],
    "withdrawn": [_K.WITHDRAWAL_ASKED, _K.WITHDRAWAL_ACCEPTED],
    "stopped": [_K.STOPPED],
}


@st.composite
def logs(draw: st.DrawFn) -> list[Log]:
    """Draw the dossiers of a year or so."""
    made: list[Log] = []
    for number in range(draw(st.integers(0, 14))):
        day = START + timedelta(days=draw(st.integers(0, 120)))
        events = [(day, "handed-in")]

        def later(name: str, day_of: list[tuple[date, str]] = events) -> None:
            day_of.append((day_of[-1][0] + timedelta(days=draw(st.integers(0, 40))), name))

        how = draw(
            st.sampled_from(
                ["waits", "refused", "open", "open", "resolved", "resolved", "withdrawn", "stopped"]
            )
        )
        if how == "refused":
            later("refused")
        elif how != "waits":
            later("received")
            for _ in range(draw(st.integers(0, 2))):
                later("asked")
                later("supplied")
            if how == "open" and draw(st.booleans()):
                later("asked")
            elif how != "open":
                later(how)
        received = next((when for when, what in events if what == "received"), day)
        made.append(
            Log(
                code=f"case-{number}",
                field=draw(st.sampled_from(["Hộ tịch", "Đất đai", None])),
                channel=draw(st.sampled_from(["online", "online", "in-person", "post", None])),
                due=draw(st.none() | st.integers(0, 90).map(timedelta).map(received.__add__)),
                events=events,
            )
        )
    return made


def dossier_of(log: Log) -> Dossier:
    """Return the dossier of a log."""
    events: list[Event] = []
    for place, (day, what) in enumerate(log.events):
        for step, kind in enumerate(_KINDS[what]):
            at = datetime(day.year, day.month, day.day, 8 + place, step, tzinfo=VIETNAM_TIME)
            events.append(
                Event(
                    kind,
                    at,
                    final=True if kind is _K.STOPPED else None,
                    outcome=Outcome.GRANTED if kind is _K.RESOLVED else None,
                )
            )
    return Dossier(
        log.code,
        field=log.field,
        channel=None if log.channel is None else Channel(log.channel),
        stated_due=log.due,
        events=tuple(events),
    )


def register_of(made: Sequence[Log], as_of: date) -> list[RegisterRow | Finding]:
    """Return the register of some logs as it stood at the end of a day."""
    return [register_row(dossier_of(log), as_of=as_of, counting=None) for log in made]


def counted_of(made: Sequence[Log], period: Period, form: Form) -> Tally:
    """Return the tally of some logs for a period."""
    return tally(
        register_of(made, period.last), by=form.dimensions(), period=period, compare=Precision.DATE
    )


def report_of(made: Sequence[Log], period: Period, form: Form) -> Report:
    """Return the report of some logs for a period, all the way from their events."""
    return fill(form, counted_of(made, period, form), period=period)
