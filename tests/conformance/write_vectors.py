"""Writes the packaged vectors from the rules: `python -m tests.conformance.write_vectors`.

A test holds that the packaged files are what this writes, and others hold the answers against
oracles. Nothing is drawn at random: the cases are those that tell implementations apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import evolve

from evnpubsvc.codes import (
    Code,
    DossierCode,
    FieldCode,
    ProcedureCode,
    ResultCode,
    ServiceCode,
    UnitCode,
)
from evnpubsvc.conformance._life_cycle import TransitionCase, transition_cases
from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    LimitUnit,
    Stop,
    StopKind,
    TimeLimit,
    due,
    read_limits,
)
from evnpubsvc.dossiers import Event, Precision
from evnpubsvc.emulation import TieRule, UnitFigures, score
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Severity
from evnpubsvc.quantities import Unknown
from evnpubsvc.serde import preset
from evnpubsvc.statistics import RegisterRow, RegisterStatus, classify
from evnpubsvc.worktime import VIETNAM_TIME, DayKind, vietnam_calendar

FOLDER = Path(__file__).parents[2] / "src/evnpubsvc/conformance/vectors"
CALENDAR = vietnam_calendar()
DAY = timedelta(days=1)
Vector = dict[str, Any]

KINDS: dict[str, type[Code]] = {
    "dossier": DossierCode,
    "field": FieldCode,
    "procedure": ProcedureCode,
    "result": ResultCode,
    "service": ServiceCode,
    "unit": UnitCode,
}
SOUND = {
    "dossier": [
        "000.00.53.H48-220921-0099", "H48.53-220921-0099", "000.00.00.G01-250115-123456",
        "G01.899.002-240229-00001",
    ],
    "field": ["G01-A", "G01-CSHT02"],
    "procedure": ["1.001234", "2.000815", "1.000001.000.00.00.H48"],
    "result": ["KQ.G01.00000", "KQ.G14.000001"],
    "service": ["1.001234.01", "2.000815.000.00.00.H48.02"],
    "unit": ["000.00.53.H48", "G01", "H48.53", "000.00.00.G01", "G01.899.002"],
}  # fmt: skip
SLIPS = (
    lambda text: text + "-",
    lambda text: "." + text,
    lambda text: text.replace(".", ",", 1),
    lambda text: text.replace("-", "/", 1),
    lambda text: text.replace("0", "O", 1),
    lambda text: text[:-1] + "\u0661",
    lambda text: text + " " + text,
    lambda text: text[1:],
    lambda text: text.replace("220921", "220931").replace("240229", "230229"),
    lambda text: text.lower(),
    lambda text: text.replace("-", "–"),
    lambda text: f" {text}\u00a0",
    lambda text: text.replace("H", "\u041d"),
)


def codes() -> Iterator[Vector]:
    """Codes as printed; with one slip; written otherwise, which a reader may mend or refuse."""
    texts = [text for some in SOUND.values() for text in some]
    wrong = [slip(text) for text in texts for slip in SLIPS]
    for kind, reader in KINDS.items():
        for text in dict.fromkeys([*texts, *wrong, "", "0", "Không có"]):
            made = reader.read(text)
            question = {"kind": kind, "text": text}
            reasons = [said.reason for said in made.findings if said.severity is Severity.VIOLATION]
            if made.code is not None and not reasons:
                canonical = str(made.code)
                sound = canonical == text
                yield {
                    "requirement": "code.accepts" if sound else "code.one-code",
                    "input": question,
                    "verdict": "valid" if sound else "either",
                    "output": canonical,
                }
            elif text in wrong or kind == "unit":
                law = "code.refuses-others" if text in texts else "code.refuses-slips"
                yield {
                    "requirement": law,
                    "input": question,
                    "verdict": "invalid",
                    "reasons": reasons,
                }


LIMITS = (
    "25 ngày làm việc", "03 ngày", "Không quá 07 ngày làm việc", "Mười (10) ngày làm việc",
    "trong ngày", "1 tháng", "02 tuần", "8 giờ làm việc", "1 năm", "1,5 ngày làm việc",
    "nửa ngày làm việc", "15 ngày kể từ ngày nhận đủ hồ sơ hợp lệ", "05 Ngày làm việc",
    "Trong thời hạn 05 ngày làm việc kể từ ngày nhận đủ hồ sơ", "02 (hai) ngày làm việc",
    "ba mươi (30) ngày", "Tối đa 12 tháng", "0,5 ngày", "60 ngày", "4 giờ làm việc",
    "Hai mươi (20) ngày làm việc", "trong vòng 3 tuần", "  10   ngày\tlàm việc ",
    "30 (hai mươi) ngày", "5-7 ngày", "5 ngày hoặc 7 ngày", "ba ngày và năm giờ", "0 ngày làm việc",
    "sau 5 ngày", "1,5,0 ngày", "5 ngày làm việc/hồ sơ khác", "hàng năm", "ngày 15 tháng 3",
    "", "Không có thông tin", "25", "ngày làm việc", "từ 3 đến 5 ngày làm việc",
    "Cấp xã: 07 ngày làm việc; cấp tỉnh: 10 ngày làm việc", "30 ngày, gia hạn thêm 30 ngày",
    "Chậm nhất 03 giờ trước khi tàu đến", "theo quy định", "khoảng 5 ngày", "-3 ngày",
)  # fmt: skip


def limits() -> Iterator[Vector]:
    """Texts of catalogues: one limit with amount and unit, or refused."""
    for text in LIMITS:
        try:
            made = TimeLimit.parse(text)
        except (DataError, MisuseError):
            reasons = [said.reason for said in read_limits(text).findings]
            yield {
                "requirement": "limit.open",
                "input": {"text": text},
                "verdict": "invalid",
                "reasons": reasons,
            }
        else:
            yield {
                "requirement": "limit.read",
                "input": {"text": text},
                "verdict": "valid",
                "output": limit_data(made),
            }


def limit_data(limit: TimeLimit) -> dict[str, str]:
    return {"amount": str(limit.amount), "unit": limit.unit.value}


RULES = CountingRules(CALENDAR)


def due_dates() -> Iterator[Vector]:
    """Receipts close to what decisions name, every unit, stops of every kind of effect."""
    named = [row.day for row in CALENDAR.days if row.day.year >= 2022]
    starts = [day - back * DAY for day in named for back in (1, 3)]
    starts = [day for day in dict.fromkeys(starts) if CALENDAR.is_working_day(day)]
    working, days = LimitUnit.WORKING_DAYS, LimitUnit.DAYS
    for start in starts[::2]:
        yield _due("deadline.first-day", at(start), 1, working)
        yield _due("deadline.working-days", at(start), 5, working)
        yield _due("deadline.end-on-day-off", at(start), 3, days)
    for start in starts[::7]:
        yield _due("deadline.working-days", at(start), 25, working)
        yield _due("deadline.weeks", at(start), 2, LimitUnit.WEEKS)
        yield _due("deadline.closed-office", at(start, 16 * 60 + 10), 4, LimitUnit.WORKING_HOURS)
        yield _due("deadline.closed-office", at(start, 19 * 60), 4, LimitUnit.WORKING_HOURS)
        yield _due("deadline.working-hours", at(start, 9 * 60 + 7), 8, LimitUnit.WORKING_HOURS)
    for start in (date(2024, 1, 31), date(2024, 8, 30), date(2025, 12, 31), date(2026, 3, 2)):
        for months in (1, 2, 6):
            yield _due("deadline.months", at(start), months, LimitUnit.MONTHS)
        yield _due("deadline.same-day", at(start), 0, LimitUnit.SAME_DAY)
    yield _due("deadline.long-limit", at(date(2025, 1, 2)), 300, working)
    for zone in (UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=1))):
        for minute in (30, 300):
            received = at(date(2026, 3, 3), minute).astimezone(zone)
            yield _due("deadline.local-day", received, 3, working)
    yield from _over_stops()
    late = at(CALENDAR.last - 3 * DAY)
    yield {
        "requirement": "deadline.beyond",
        "input": due_input(late, TimeLimit(30, working), ()),
        "verdict": "invalid",
        "reasons": ["outside-coverage"],
    }


def _over_stops() -> Iterator[Vector]:
    start, unit = date(2026, 3, 2), LimitUnit.WORKING_DAYS
    for begins, ends in ((1, 4), (2, 9), (4, 30)):
        spans = (at(start + begins * DAY, 20 * 60), at(start + ends * DAY, 6 * 60))
        skips = Stop(StopKind.OTHER, *spans, ClockPolicy.EXCLUDE)
        yield _due("deadline.stop-excluded", at(start), 5, unit, skips)
        back = CALENDAR.next_working_day(start + ends * DAY, or_same=True)
        restarts = Stop(StopKind.SUPPLEMENT, spans[0], at(back), ClockPolicy.RESTART)
        yield _due("deadline.stop-restarts", at(start), 5, unit, restarts)
        open_ = Stop(StopKind.OTHER, spans[0], None, ClockPolicy.EXCLUDE)
        yield _due("deadline.stop-open", at(start), 5, unit, open_)
        later = _moved(skips, 60)
        yield _due("deadline.stop-over", at(start), 5, unit, later)
        other = _moved(skips, 1)
        yield _due("deadline.stops-overlap", at(start), 5, unit, skips, other)


def _moved(stop: Stop, days: int) -> Stop:
    assert stop.end is not None
    return evolve(stop, start=stop.start + days * DAY, end=stop.end + days * DAY)


def at(day: date, minute: int = 540) -> datetime:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=VIETNAM_TIME)


def due_input(received: datetime, limit: TimeLimit, stops: tuple[Stop, ...]) -> dict[str, Any]:
    return {
        "received": received.isoformat(),
        "limit": limit_data(limit),
        "stops": [
            {
                "start": stop.start.isoformat(),
                "end": None if stop.end is None else stop.end.isoformat(),
                "clock": stop.clock.value if stop.clock else None,
            }
            for stop in stops
        ],
    }


def _due(law: str, received: datetime, amount: int, unit: LimitUnit, *stops: Stop) -> Vector:
    limit = TimeLimit(Fraction(amount), unit)
    made = due(received, limit, counting=RULES, stops=stops)
    if made.instant is not None:
        output: str | None = made.instant.replace(tzinfo=VIETNAM_TIME).isoformat()
    else:
        output = None if made.date is None else made.date.isoformat()
    trace = [
        {"step": step.key, "day": None if step.day is None else step.day.isoformat()}
        for step in made.trace
    ]
    return {
        "requirement": law,
        "input": due_input(received, limit, stops),
        "verdict": "valid",
        "output": output,
        "trace": trace,
    }


def calendar_data() -> dict[str, Any]:
    """The days that differ from Monday to Friday, and the hours of an ordinary day."""
    rows = CALENDAR.days
    special = {row.day: CALENDAR.sessions(row.day) for row in rows if row.kind.works}
    ordinary = CALENDAR.sessions(date(2026, 3, 2))
    assert all(hours == ordinary for hours in special.values())
    assert DayKind.SPECIAL_HOURS not in {row.kind for row in rows}
    return {
        "first": CALENDAR.first.isoformat(),
        "last": CALENDAR.last.isoformat(),
        "zone": "Asia/Ho_Chi_Minh",
        "hours": [[f"{s.start:%H:%M}", f"{s.end:%H:%M}"] for s in ordinary],
        "days_off": [row.day.isoformat() for row in rows if not row.kind.works],
        "make_up_days": [row.day.isoformat() for row in rows if row.kind.works],
    }


def event_data(event: Event) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": event.kind.value, "at": event.at.isoformat()}
    if event.final is not None:
        made["final"] = event.final
    if event.due is not None:
        made["due"] = event.due.isoformat()
    return made


def transitions() -> Iterator[Vector]:
    """Each status, event, guard and following status, by the shortest history that shows it."""
    seen: set[tuple[Any, ...]] = set()
    for case in transition_cases():
        key = (case.before, case.event.kind, case.event.final, case.guard, case.after)
        if key not in seen:
            seen.add(key)
            yield _transition(case)


def _transition(case: TransitionCase) -> Vector:
    question = {
        "history": [event_data(event) for event in case.history],
        "event": event_data(case.event),
    }
    if case.guard is not None:
        return {
            "requirement": f"guard.{case.guard}",
            "input": question,
            "verdict": "invalid",
            "reasons": [case.guard],
        }
    return {
        "requirement": "life-cycle.status",
        "input": question,
        "verdict": "valid",
        "output": {"status": None if case.after is None else int(case.after)},
    }


AS_OF = date(2022, 12, 14)


def _rows() -> list[RegisterRow]:
    """A row of every kind about the day: due and finished before, on, after, or not at all."""
    received = AS_OF - 10 * DAY
    moments = (None, AS_OF - DAY, AS_OF, AS_OF + DAY)
    made = [
        RegisterRow(received, due_day, finished, status=status)
        for due_day in moments
        for finished in moments
        for status in (None, *RegisterStatus)
        if status is None or status.fits(finished=finished is not None)
    ]
    return [*made, RegisterRow(AS_OF), RegisterRow(AS_OF + DAY), RegisterRow(AS_OF, AS_OF, AS_OF)]


def row_data(row: RegisterRow) -> dict[str, Any]:
    days = {"received": row.received, "due": row.due, "finished": row.finished}
    made: dict[str, Any] = {name: day and day.isoformat() for name, day in days.items()}
    return made | {"status": row.status and row.status.value}


def classes() -> Iterator[Vector]:
    """The class of one row at the end of a day; null for one that was received later."""
    for row in _rows():
        state = classify(row, as_of=AS_OF, compare=Precision.DATE)
        law = "tally.last-day" if AS_OF in (row.due, row.finished) else "tally.classes"
        yield {
            "requirement": law,
            "input": {**row_data(row), "as_of": AS_OF.isoformat()},
            "verdict": "valid",
            "output": None if state is None else state.value,
        }


def tallies() -> Iterator[Vector]:
    """Counts of a few rows by class; classes of none are left out."""
    rows = _rows()
    for step, law in ((1, "tally.each-once"), (3, "tally.classes"), (7, "tally.classes")):
        for some in (rows[::step], rows[::-step], [*rows[::step], *rows[::step]]):
            counted: dict[str, int] = {}
            for row in some:
                state = classify(row, as_of=AS_OF, compare=Precision.DATE)
                if state is not None:
                    counted[state.value] = counted.get(state.value, 0) + 1
            yield {
                "requirement": law,
                "input": {"rows": [row_data(row) for row in some], "as_of": AS_OF.isoformat()},
                "verdict": "valid",
                "output": dict(sorted(counted.items())),
            }
    yield {
        "requirement": "tally.empty",
        "input": {"rows": [], "as_of": AS_OF.isoformat()},
        "verdict": "valid",
        "output": {},
    }


SCHEME = preset("qd766-dvcqg-2026").only("timeliness")


def scheme_data() -> dict[str, Any]:
    """What has to be known of the scheme: the points of its one share, and how they are rounded."""
    return {
        "scheme": SCHEME.key,
        "maximum": str(SCHEME.maximum),
        "share": ["dossiers_on_time", "dossiers_received"],
        "decimals": 2,
        "rounding": "half-up",
        "of_nothing": "0",
    }


def scores() -> Iterator[Vector]:
    """Totals as fractions in lowest terms; null where a figure is missing; impossible figures."""
    pairs = ((393_087, 443_565), (0, 1), (1, 1), (1, 3), (2, 3), (0, 0), (999_999, 1_000_000))
    for on_time, received in pairs:
        given = {"dossiers_on_time": on_time, "dossiers_received": received}
        total = score(SCHEME, UnitFigures.for_scheme(SCHEME, "A", given)).total
        known = None if isinstance(total, Unknown) else str(total)
        law = "scheme.missing" if known is None else "scheme.exact"
        yield {"requirement": law, "input": given, "verdict": "valid", "output": known}
    for missing in ("dossiers_on_time", "dossiers_received"):
        given = {"dossiers_on_time": 1, "dossiers_received": 2}
        question = {key: None if key == missing else value for key, value in given.items()}
        yield {
            "requirement": "scheme.missing",
            "input": question,
            "verdict": "valid",
            "output": None,
        }
    yield {
        "requirement": "scheme.bounds",
        "input": {"dossiers_on_time": 2, "dossiers_received": 1},
        "verdict": "invalid",
        "reasons": ["numerator-above-denominator"],
    }


def ranks() -> Iterator[Vector]:
    """Ranks of totals by each rule of ties; a unit without a total has none."""
    tables: tuple[tuple[str, dict[str, str | None]], ...] = (
        ("rank.rule", {"A": "3", "B": "3", "C": "1", "D": "0"}),
        ("rank.equal", {"A": "1/3", "B": "2/6", "C": "33/100"}),
        ("rank.close", {"A": "1", "B": "1000000000001/1000000000000"}),
        ("rank.unknown", {"A": None, "B": "2", "C": None, "D": "5"}),
        ("rank.best-first", {"A": "10", "B": "9", "C": "100"}),
        ("rank.order", {"D": "0", "C": "1", "B": "3", "A": "3"}),
        ("rank.unknown", {}),
    )
    for law, table in tables:
        totals = {name: None if text is None else Fraction(text) for name, text in table.items()}
        known = [total for total in totals.values() if total is not None]
        for ties in TieRule:
            output = {
                name: None
                if total is None
                else ties.rank(
                    sum(other > total for other in known),
                    known.count(total),
                    len({other for other in known if other > total}) + 1,
                )
                for name, total in totals.items()
            }
            question = {"totals": table, "ties": ties.value}
            yield {"requirement": law, "input": question, "verdict": "valid", "output": output}


FAMILIES: dict[str, tuple[Any, Any]] = {
    "classes": (classes, None),
    "codes": (codes, None),
    "due-dates": (due_dates, lambda: {"calendar": calendar_data()}),
    "limits": (limits, None),
    "ranks": (ranks, None),
    "scores": (scores, scheme_data),
    "tallies": (tallies, None),
    "transitions": (transitions, None),
}

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Vectors of evnpubsvc: questions with their answers",
    "type": "object",
    "required": ["format", "type", "family", "vectors"],
    "additionalProperties": False,
    "properties": {
        "format": {"const": 1},
        "type": {"const": "ConformanceVectors"},
        "family": {"enum": sorted(FAMILIES)},
        "data": {"type": "object", "description": "what all vectors share, as the calendar"},
        "vectors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "requirement", "input", "verdict"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string", "pattern": "^[a-z-]+-[0-9]{4}$"},
                    "requirement": {"type": "string", "pattern": "^[a-z-]+\\.[a-z-]+$"},
                    "input": {"type": "object"},
                    "verdict": {"enum": ["valid", "invalid", "either"]},
                    "output": {"description": "the answer; of `either`, where it is not refused"},
                    "reasons": {"type": "array", "items": {"type": "string"}},
                    "trace": {"type": "array", "items": {"type": "object"}},
                },
                "if": {"properties": {"verdict": {"const": "invalid"}}},
                "then": {"required": ["reasons"]},
                "else": {"required": ["output"]},
            },
        },
    },
}


def document(family: str) -> str:
    """The file of a family: one vector a line."""
    write, data = FAMILIES[family]
    lines = [
        json.dumps({"id": f"{family}-{number:04}", **vector}, ensure_ascii=False)
        for number, vector in enumerate(write(), 1)
    ]
    head = {"format": 1, "type": "ConformanceVectors", "family": family}
    if data is not None:
        head["data"] = data()
    begin = json.dumps(head, ensure_ascii=False)[:-1]
    return begin + ', "vectors": [\n' + ",\n".join(lines) + "\n]}\n"


def files() -> dict[str, str]:
    """Every file by its name."""
    made = {f"{family}.json": document(family) for family in FAMILIES}
    schema = json.dumps(SCHEMA, ensure_ascii=False, indent=1) + "\n"
    return made | {"schema.json": schema}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
