"""Registers with all that the object path knows, and questions to ask of them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from hypothesis import strategies as st

from evnpubsvc.dossiers import Precision
from evnpubsvc.findings import Finding
from evnpubsvc.frames._csv import take_csv
from evnpubsvc.frames._json import take_json
from evnpubsvc.frames._kernel import Kernel
from evnpubsvc.periods import Period
from evnpubsvc.serde import DateStyle, RegisterColumns, RegisterFormat, read_register, to_json
from evnpubsvc.statistics import LimitTerms, tally
from evnpubsvc.statistics.engine import as_wheres, question_of
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar

NAMES: Final = (
    "code",
    "part_of",
    "unit",
    "channel",
    "received",
    "due",
    "finished",
    "status",
    "recorded",
    "superseded",
)
COLUMNS: Final = RegisterColumns(
    received="received",
    due="due",
    finished="finished",
    status="status",
    code="code",
    part_of="part_of",
    recorded="recorded",
    superseded="superseded",
    dimensions={"unit": "unit", "channel": "channel"},
    values={"channel": {"online": "online", "desk": "in-person", "quầy": "in-person"}},
    missing=("-", "n/a"),
)
CALENDAR: Final = vietnam_calendar()
NOON: Final = datetime(2022, 12, 15, 12, tzinfo=VIETNAM_TIME)
TERMS: Final = LimitTerms(
    CALENDAR,
    "unit",
    {
        "U1": "3 ngày làm việc",
        "U2": "1 tháng",
        "xã Tam Xuân": "10 ngày",
        "far": "9999 ngày làm việc",
        "x" * 300: "90 năm",
    },
)

_DAYS = st.sampled_from(
    ["2022-12-14", "2022-12-15", "2022-12-16", "2023-01-03", "2022-11-30", "2024-02-29"]
)
_TIMES = st.sampled_from(
    ["T08:00:00", "T17:30:59", "T08:00", " 08:00:00", "T08:00:00.123", "T23:59:59.999999"]
)
_ZONES = st.sampled_from(["", "", "+07:00", "Z", "-05:30", "+00:00"])
_ODD_MOMENTS = st.sampled_from([
    "", " ", "-", "n/a", "2022-02-30", "1899-12-31", "2200-01-01", "0001-01-01", "9999-12-31",
    "15/12/2022",
    "2022-12-15T25:00:00", "2022-12-15T08:00:60", "2022-12-15T", "+022-12-150", "2022-1-1",
    "２０２２-12-15", " 2022-12-15",
    "2022-12-15 ", "2022-12-15T08:00:00 ", "now", "20221215", "2022-12-15T24:00:00", "2022-W50-4",
    "2022-12-15\u2009",
])  # fmt: skip
MOMENTS: Final = st.one_of(_DAYS, st.tuples(_DAYS, _TIMES, _ZONES).map("".join), _ODD_MOMENTS)
CELLS: Final[Mapping[str, st.SearchStrategy[str]]] = {
    "code": st.sampled_from(["", "A-1", "A-2", " "]),
    "part_of": st.sampled_from(["", "", "", "A-1", "-", " ", "\u00a0"]),
    "unit": st.sampled_from([
        "U1", "U2", " U1 ", "", "-", "xã Tam Xuân", "xã Tam Xua\u0302n", "far", "a,b", 'say "x"',
        "two\nlines", "\u00a0U1",
        "=1+1", "\x1c", "x" * 300,
    ]),
    "channel": st.sampled_from(["online", "desk", "quầy", "qua\u0302\u0300y", "", "unheard-of",
        " desk"]),
    "status": st.sampled_from([
        "", "", "result", "declined", "withdrawn", "stopped", "refused", "waiting", "running",
        "paused", "RESULT", "?",
    ]),
    "received": MOMENTS,
    "due": MOMENTS,
    "finished": MOMENTS,
    "recorded": st.one_of(st.just(""), MOMENTS),
    "superseded": st.one_of(st.just(""), st.just(""), MOMENTS),
}  # fmt: skip
ROWS: Final = st.lists(st.fixed_dictionaries(dict(CELLS)), max_size=12)

QUESTIONS: Final[tuple[dict[str, Any], ...]] = (
    {"by": ["unit", "channel"], "as_of": date(2022, 12, 15)},
    {"by": [], "as_of": date(2023, 12, 31), "compare": Precision.TIMESTAMP},
    {"by": ["received_report_month", "outcome"], "period": Period(date(2022, 12, 15),
        date(2022, 12, 31))},
    {"by": ["channel", "received_quarter"], "as_of": date(2023, 1, 3),
        "known_at": date(2022, 12, 15)},
    {"by": ["unit"], "as_of": date(2023, 1, 3), "known_at": datetime(2022, 12, 15, 1, tzinfo=UTC),
        "terms": TERMS},
    {"by": ["outcome", "unit"], "period": Period(date(2022, 12, 1), date(2022, 12, 15)),
        "terms": TERMS},
    {"by": ["working_days", "unit"], "as_of": date(2023, 1, 3), "calendar": CALENDAR},
    {
        "by": ["received_month", "working_days", "outcome"],
        "period": Period(date(2022, 12, 1), date(2022, 12, 31)),
        "terms": TERMS, "calendar": CALENDAR, "where": {"unit": ["U1", "U2"]},
    },
    {"by": ["unit"], "as_of": date(2022, 12, 31), "where": {"channel": "online",
        "outcome": ["result", "pending"]}},
    {"by": ["unit"], "as_of": NOON, "compare": Precision.TIMESTAMP},
    {"by": ["working_days"], "as_of": NOON, "where": {"channel": "in-person"},
        "calendar": CALENDAR},
)  # fmt: skip
LAYOUTS: Final = st.sampled_from([
    COLUMNS,
    RegisterColumns(received="received", dimensions={"unit": "unit", "channel": "channel"}),
    RegisterColumns(
        received="received", due="due", finished="finished", dates=DateStyle.DMY,
        dimensions={"unit": "unit", "channel": "channel"},
    ),
    RegisterColumns(
        received="received", due="due", finished="finished", timezone="UTC", delimiter=";",
        dimensions={"unit": "unit", "channel": "channel"},
    ),
])  # fmt: skip


def asked(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a question."""
    return {"compare": Precision.DATE, **question}


def truth(
    data: bytes,
    columns: RegisterColumns,
    question: Mapping[str, Any],
    kind: RegisterFormat = RegisterFormat.CSV,
) -> tuple[str, list[Finding]]:
    """Return what the object path says: the tally as JSON, and the findings in order."""
    found: list[Finding] = []
    rows = read_register(io.BytesIO(data), columns, file_format=kind)
    return to_json(tally(rows, on_finding=found.append, **asked(question))), found


def by_kernel(
    data: bytes,
    columns: RegisterColumns,
    question: Mapping[str, Any],
    piece: int = 1 << 20,
    *,
    threads: int = 1,
    kind: RegisterFormat = RegisterFormat.CSV,
) -> tuple[str, list[Finding], Kernel]:
    """Return what the kernel says of a register that it gets in pieces of so many bytes."""
    found: list[Finding] = []
    given = {"as_of": None, "period": None, "known_at": None, "terms": None, **asked(question)}
    by, where = given.pop("by"), as_wheres(given.pop("where", {}))
    kernel = Kernel(
        question_of(by, where=where, **given),
        columns,
        terms=given["terms"],
        on_finding=found.append,
        calendar=given.get("calendar"),
    )
    take = take_csv if kind is RegisterFormat.CSV else take_json
    take(io.BytesIO(data), kernel, piece=piece, threads=threads)
    return to_json(kernel.frame().narrowed(by, where).to_tally()), found, kernel


def in_order(found: list[Finding]) -> list[str]:
    """Return findings as texts, in an order that does not depend on the lanes.

    Where a row is broken, the object path names the line after the last good row, the kernel the
    first line of the row.
    """
    return sorted("csv-broken" if each.reason == "csv-broken" else str(each) for each in found)
