"""Logs as this library writes them are read by patterns: as the plain way reads them, or not."""

import io
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from evnpubsvc.deadlines import TimeLimit
from evnpubsvc.dossiers import Dossier, Event, EventKind, Outcome
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import (
    LogColumns,
    read_event_log,
    read_ocel,
    read_xes,
    read_xes_log,
    write_ocel,
    write_xes,
)
from evnpubsvc.serde import _ocel as ocel
from evnpubsvc.serde import _quick_rows as rows
from evnpubsvc.serde import _xes as xes
from tests.cli.hostile_calls import spoil_bytes
from tests.deep import cases

VIETNAM = timezone(timedelta(hours=7))
COLUMNS = LogColumns(
    case="case:concept:name",
    activity="concept:name",
    timestamp="time:timestamp",
    unit="case:evn:unit",
    event_attributes=("actor",),
)


def at(hours: int) -> datetime:
    return datetime(2022, 3, 1, tzinfo=VIETNAM) + timedelta(hours=hours)


LOG = [
    Dossier(
        "A-1",
        procedure="1.001699",
        unit="000.00.19.H47",
        limit=TimeLimit.parse("5 ngày làm việc"),
        stated_due=date(2022, 3, 9),
        attributes={"ghi chú": 'Nộp "bù" <&> 😀', "b": "2"},
        linked=("B-2", "Z"),
        events=(
            Event(EventKind.SUBMITTED, at(0), activity="Nộp", attributes={"actor": "u1"}),
            Event(EventKind.RECEIVED, at(5), recorded=at(6), attributes={"evn:x": "y"}),
            Event(EventKind.STOPPED, date(2022, 3, 3), final=True),
            Event(EventKind.APOLOGY, at(50), due=date(2022, 4, 1)),
            Event(EventKind.RESOLVED, at(80), outcome=Outcome.GRANTED),
        ),
    ),
    Dossier("B-2", stated_received=at(1), events=(Event(EventKind.RECEIVED, at(2)),)),
    Dossier("C-3"),
    *[
        Dossier(
            f"D-{number}",
            events=tuple(
                Event(EventKind.NOTE, at(hour), activity="note", attributes={"concept:name": "q"})
                for hour in range(3)
            ),
        )
        for number in range(6)
    ],
]
# What changes the meaning of a log where it is put in.
OF_XES = (
    b"<!-- x -->", b"<!-- <trace></trace>", b"-->", b"<trace>", b"</trace>", b"<event>",
    b"</event>", b"</log>", b"<![CDATA[", b"]]>", b"&amp;", b"&#0;", b"\r\n", b"\r", b" ",
    b'<list key="a">', b"</list>", b'<float key="cost" value="1.5"/>', b"\xef\xbf\xbf", b"\xe1\xba",
    b'<string key="evn:kind" value="note"/>', b'<string key="evn:events" value="x"/>', b"\x85",
    b'<date key="time:timestamp" value="2022-01-01"/>', b"\n\t\t</event>\n\t</trace>\n\t<trace>\n",
)  # fmt: skip
OF_OCEL = (
    b"{", b"}", b"[", b"]", b", ", b",", b'"', b"null", b"1", b" ", b"\n", b"\\u0000", b"\\ud800",
    b"\\ud83d\\ude00", b"\\\\ud83d\\ude00", b"\\x", b'"qualifier": "dossier"', b'"evn:limit"',
    b'{"objectId": "dossier:A-1", "qualifier": "dossier"}', b'"id": "dossier:A-1"', b"\xc3\xa9",
    b'{"name": "evn:kind", "value": "note"}', b'"evn:events"', b'"evn:final"', b'], "events": [',
)  # fmt: skip
TABLE = """ma,viec,luc,kenh,nhan,hen,ghi,nhap,moi
A,nộp,2022-03-01 09:00:00+07:00,web,2022-03-01,2022-03-09,"x, y",2022-03-01 10:00,
B,nhận,2022-03-01 10:00,tại chỗ,2022-03-01,soon,,,
A,nhận,2022-03-02 09:00,web,2022-03-01,2022-03-09,x,,
a-1,dừng,2022-03-03,web,,2022-03-09,,2022-03-04,
A,xin lỗi,2022-03-04T09:00:00.123456Z,web,2022-03-02,,y,,2022-04-01
A,lạ,2022-03-05 00:00:00,Web,2022-03-01,2022-03-09,x,NA,
B,nộp,05/03/2022 09:00,tại chỗ,,,é,,
B,nhận,2022-03-06 24:00,tại chỗ,2022-03-01,soon,,2022-03-07,
B,nhận,2022-03-06 00:00:00,tại chỗ,2022-03-01,soon,,02/03/2022,
A,nộp,2022-03-01 09:00:00+07:00,web,2022-03-01,2022-03-09,"x, y",2022-03-01 10:00,
B,lạ,2022-03-07 08:00,tại chỗ,2022-03-01,soon,x,,
""".encode()
_KINDS = {"nộp": EventKind.SUBMITTED, "nhận": EventKind.RECEIVED, "xin lỗi": EventKind.APOLOGY}
_TABLE = LogColumns(case="ma", activity="viec", timestamp="luc", activities=_KINDS)
MAPPINGS = {
    "all": evolve(
        _TABLE, stops={"dừng": True}, channel="kenh", received="nhan", due="hen", recorded="nhap",
        event_attributes=("ghi",), apology_due="moi", missing=("NA",),
    ),
    "few": evolve(_TABLE, event_attributes=("ghi", "kenh"), case_attributes=("nhan",)),
    "two": evolve(_TABLE, case_with=("kenh",), activities={}, recorded="nhap"),
}  # fmt: skip
OF_TABLE = (
    b",", b'"', b"\n", b"\r\n", b"A,", b"A ", b" A", b"\xc2\xa0", b"web", b"2022-03-01 09:00",
    b"00:00:00", b"NA", b";", b"\xe2\x80\x8b", b"n\xe1\xbb\x99p", b"no\xcc\xa3\xcc\x82p", b"\x00",
    b"'", b"2022-02-30", b"9999-12-31 23:59", b"0001-01-01", b"ma", b"d\xe1\xbb\xabng", b"Viec",
)  # fmt: skip
LINES = (b"", b"\r\n", b"\r", b"\n\n", b" ")


def written(write: Callable[..., int], dossiers: Any = LOG) -> bytes:
    stream = io.BytesIO()
    write(dossiers, stream)
    return stream.getvalue()


XES, OCEL = written(write_xes), written(write_ocel)
READERS: dict[str, tuple[Callable[[Any], Iterator[object]], bytes, tuple[bytes, ...]]] = {
    "read_xes": (read_xes, XES, OF_XES),
    "read_xes_log": (lambda source: read_xes_log(source, COLUMNS), XES, OF_XES),
    "read_ocel": (read_ocel, OCEL, OF_OCEL),
    **{
        name: (partial(read_event_log, columns=columns), TABLE, OF_TABLE)
        for name, columns in MAPPINGS.items()
    },
}


@contextmanager
def plainly() -> Iterator[None]:
    """Read without patterns."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xes._XesParser, "take_by_pattern", lambda *_: False)
        patch.setattr(xes._DossierBuilder, "_build_quickly", lambda *_: None)
        patch.setattr(ocel, "_read_by_patterns", lambda _: None)
        patch.setattr(rows.QuickRows, "take", lambda *_: False)
        yield


def end_of(read: Callable[[Any], Iterator[object]], raw: bytes) -> list[object]:
    """Return what a reader makes of a log; where it refuses it, why."""
    try:
        return list(read(io.BytesIO(raw)))
    except DataError as error:
        return list(error.findings)


def spoil(raw: bytes, parts: tuple[bytes, ...], draw: random.Random) -> bytes:
    """Spoil a log anywhere, or put in what means something where something begins or ends."""
    if draw.random() < 0.3:
        return spoil_bytes(raw, draw)
    if draw.random() < 0.2:
        raw = raw.replace(b"\n", draw.choice(LINES))
    for _ in range(draw.choice((1, 1, 3))):
        mark = draw.choice((b"<", b">", b'"', b"{", b"}", b",", b"evn"))
        place = raw.find(mark, draw.randrange(len(raw) + 1))
        place = max(place, 0) + draw.choice((0, len(mark)))
        raw = raw[:place] + draw.choice(parts) + raw[place + draw.choice((0, 0, 1, 4)) :]
    return raw


@pytest.mark.parametrize("name", READERS)
def test_spoilt_logs_are_read_as_the_plain_way_reads_them(name: str) -> None:
    read, log, parts = READERS[name]
    draw, whole = random.Random(name), 0
    for _ in range(cases(60, 20_000)):
        raw = spoil(log, parts, draw)
        quick = end_of(read, raw)
        with plainly():
            assert quick == end_of(read, raw), raw
        whole += any(isinstance(each, Dossier) for each in quick)
    assert whole  # some logs have dossiers still


@settings(max_examples=cases(20, 5_000))
@given(st.lists(st.from_type(Dossier), max_size=4, unique_by=lambda each: each.code))
def test_any_dossiers_come_back_from_ocel_by_patterns(dossiers: list[Dossier]) -> None:
    found = ocel._read_by_patterns(io.BytesIO(written(write_ocel, dossiers)))
    assert found is not None
    assert list(found) == dossiers


def test_traces_of_a_log_are_taken_by_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bool] = []
    take = xes._XesParser.take_by_pattern

    def count(*given: Any) -> bool:
        taken.append(take(*given))
        return taken[-1]

    monkeypatch.setattr(xes._XesParser, "take_by_pattern", count)
    assert list(read_xes(io.BytesIO(XES))) == LOG
    assert taken == [True] * (len(LOG) - 1)  # the parser has to see the first


def test_rows_of_a_log_are_taken_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bool] = []
    take = rows.QuickRows.take

    def count(*given: Any) -> bool:
        taken.append(take(*given))
        return taken[-1]

    monkeypatch.setattr(rows.QuickRows, "take", count)
    log = b"case,activity,timestamp\n" + b"".join(
        b"%d,a%d,2022-03-01 09:%02d\n" % (n % 3, n % 2, n) for n in range(60)
    )
    found = list(read_event_log(io.BytesIO(log), LogColumns(activities={"a0": EventKind.NOTE})))
    assert taken.count(False) == 3  # the first row of each case
    assert [dict(each.parts)["count"] for each in found if isinstance(each, Finding)] == [30]


class Pieces(io.BytesIO):
    """A raw stream of which little comes at a time."""

    def __init__(self, raw: bytes, most: int) -> None:
        super().__init__(raw)
        self._most = most

    def readinto(self, buffer: Any) -> int:
        return super().readinto(memoryview(buffer)[: self._most])

    def readable(self) -> bool:
        return True


@pytest.mark.parametrize("most", [1, 7, 100])
def test_logs_may_come_in_small_pieces(most: int) -> None:
    assert list(read_xes(io.BufferedReader(Pieces(XES, most)))) == LOG
    found = ocel._read_by_patterns(io.BufferedReader(Pieces(OCEL, most)))
    assert found is not None
    assert list(found) == LOG


def test_a_log_of_ocel_may_come_from_a_stream_that_cannot_go_back(tmp_path: Any) -> None:
    class Forward(io.BytesIO):
        def seekable(self) -> bool:
            return False

    stream: Any = io.BufferedReader(Forward(OCEL))
    assert list(read_ocel(stream)) == LOG
    # Blanks of another writer: the plain way, from where the stream was.
    stream = io.BytesIO(b"head" + OCEL.replace(b'": ', b'" : '))
    stream.read(4)
    assert list(read_ocel(stream)) == LOG
    path = tmp_path / "log.json"
    path.write_bytes(OCEL + b"\n")
    assert list(read_ocel(path)) == LOG


ODD = (
    ("read_xes", b'value="note"', b'value="no&#116;e"'),
    ("read_xes", b'key="concept:name" value="D-3"', b'key="concept:name" value="D&amp;3"'),
    ("read_ocel", b'"value": "u1"', b'"value": "\\ud800"'),
    ("read_ocel", b'"objectId": "unit:', b'"qualifier": "dossier", "objectId": "unit:'),
    ("read_ocel", b'"qualifier": "unit"', b'"qualifier": "dossier"'),
    ("read_ocel", b'{"name": "evn:due", "value": "2022-04-01"}', b'{"name": "x", "value": "y"}'),
)


@pytest.mark.parametrize(("name", "part", "other"), ODD)
def test_what_patterns_must_not_take(name: str, part: bytes, other: bytes) -> None:
    read, log, _ = READERS[name]
    assert part in log
    raw = log.replace(part, other)
    quick = end_of(read, raw)
    with plainly():
        assert quick == end_of(read, raw)
