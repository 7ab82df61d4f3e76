"""How a foreign event log is laid out: the mapping of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs
from attrs import field

from evnpubsvc._files import Source
from evnpubsvc._records import frozen
from evnpubsvc._validate import check_texts
from evnpubsvc.dossiers import EventKind
from evnpubsvc.errors import DataError
from evnpubsvc.serde._documents import read_document
from evnpubsvc.serde._registers import (
    DateStyle,
    find_lone_times,
    known_names,
    read_style,
)
from evnpubsvc.serde._shapes import TableLayout
from evnpubsvc.services import (
    Channel,
    Level,
)

MOMENTS: Final = ("received", "due", "finished")
_WITH_MOMENTS: Final = ("timestamp", "recorded", "apology_due", *MOMENTS)


@frozen(kw_only=True)
class LogColumns(TableLayout):
    """How a foreign event log is laid out. Written as TOML, read by `read_log_columns`.

    Attributes:
        case: column of the case; it becomes the code of the dossier, as the first row writes it.
            Codes that differ in blanks, dashes and invisible letters alone are one case.
        case_with: further columns that make the case together with `case`, such as the year or the
            unit. The code then holds all of them, joined by `/`.
        activity: column of what happened; it is kept as `Event.activity`.
        timestamp: column of when it happened. The offset survives as the local time of
            `timezone`; a day without an hour stays a day. Where all hours of a column are
            00:00:00, it holds days (a notice says so).
        activities: activity -> kind of event. What is in neither table becomes a note, and is
            reported once with its number. Activities, channels and columns match whatever their
            blanks, invisible letters, composed forms and capitals.
        stops: activity -> whether it stops the dossier for good.
        recorded: column of when the event was entered (`Event.recorded`); where only a day is
            given, at its end.
        apology_due: column of the new date of an apology; without it apologies become notes, with a
            finding.
        received: column of when the case was received; None if the log has none, and so below.
        due: column of the due date.
        finished: column of when the result was ready.
        limit: column of the time limit, as printed.
        channel: column of the channel.
        channels: value of it -> channel; other values are kept as attributes of the case.
        level: column of the declared level of the service, of 2011 or of 2022.
        proactive: column of the declared level of proactive service.
        levels: value of either column -> level; other values are kept as attributes of the case.
        procedure: column of the procedure code.
        service: column of the service code.
        unit: column of the receiving unit.
        unit_with: further columns that make the unit together with `unit`, such as its district.
            The unit then holds all of them, joined by `/`.
        field: column of the field of administration.
        procedure_case: column of the case of the procedure, as the catalogue names it.
        authority: column of the identifier of the body competent to resolve.
        case_attributes: columns that are kept as attributes of the case.
        event_attributes: columns that are kept as attributes of each event. A column that the
            mapping does not name is not kept: logs hold names and telephone numbers.
        dates: how dates are written.
        times: `timestamp`, `recorded`, `apology_due`, `received`, `due` or `finished` -> column of
            the time of day, where day and time are in two columns.
        timezone: IANA name of the local zone; times without offset are in it.
        missing: texts that stand for an unknown, besides the empty cell.

    How the table lies in its file, `delimiter` to `sheet`: see `TableLayout`.
    """

    case: str = "case"
    case_with: tuple[str, ...] = ()
    activity: str = "activity"
    timestamp: str = "timestamp"
    activities: Mapping[str, EventKind] = field(factory=dict[str, EventKind], hash=False)
    stops: Mapping[str, bool] = field(factory=dict[str, bool], hash=False)
    recorded: str | None = None
    apology_due: str | None = None
    received: str | None = None
    due: str | None = None
    finished: str | None = None
    limit: str | None = None
    channel: str | None = None
    channels: Mapping[str, Channel] = field(factory=dict[str, Channel], hash=False)
    level: str | None = None
    proactive: str | None = None
    levels: Mapping[str, Level] = field(factory=dict[str, Level], hash=False)
    times: Mapping[str, str] = field(
        factory=dict[str, str], validator=known_names(*_WITH_MOMENTS), hash=False
    )
    procedure: str | None = None
    service: str | None = None
    unit: str | None = None
    unit_with: tuple[str, ...] = ()
    field: str | None = None
    procedure_case: str | None = None
    authority: str | None = None
    case_attributes: tuple[str, ...] = ()
    event_attributes: tuple[str, ...] = ()
    dates: DateStyle = attrs.field(default=DateStyle.ISO, converter=read_style)
    timezone: str = "Asia/Ho_Chi_Minh"
    missing: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        check_texts(self)
        found = list(find_lone_times(self.times, self.moments()))
        if found:
            raise DataError(found)

    def moments(self) -> dict[str, str]:
        """Return the columns that are read as days or instants, by what they are for."""
        named = {name: getattr(self, name) for name in _WITH_MOMENTS}
        return {name: column for name, column in named.items() if column is not None}


def read_log_columns(source: Source) -> LogColumns:
    """Read a column mapping from a TOML file or binary stream.

    Every mistake is a finding of one `DataError`.
    """
    return read_document(source, LogColumns)
