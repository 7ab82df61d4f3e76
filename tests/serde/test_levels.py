"""Levels of every regime come through each format of dossiers."""

import io
from datetime import datetime

import pytest

from evnpubsvc.dossiers import Dossier, Event, EventKind, Evidence
from evnpubsvc.serde import (
    LogColumns,
    from_json,
    read_dossiers,
    read_event_log,
    read_log_columns,
    read_ocel,
    read_xes,
    to_json,
    write_dossiers,
    write_ocel,
    write_xes,
)
from evnpubsvc.services import OnlineKind2022, OnlineLevel2011, PartialReason, ProactiveLevel2026
from evnpubsvc.worktime import VIETNAM_TIME

EVENTS = (Event(EventKind.SUBMITTED, datetime(2026, 7, 1, 9, tzinfo=VIETNAM_TIME)),)
DOSSIERS = [
    Dossier(f"case-{place}", evidence=evidence, events=EVENTS)
    for place, evidence in enumerate(
        [
            *(Evidence(level=level) for level in (*OnlineLevel2011, *OnlineKind2022)),
            *(Evidence(proactive=level) for level in ProactiveLevel2026),
            Evidence(
                level=OnlineKind2022.PARTIAL,
                proactive=ProactiveLevel2026.PREPARE,
                partial_reason=PartialReason.PRESENCE,
            ),
        ]
    )
]


@pytest.mark.parametrize("engine", ["cattrs", "msgspec"])
def test_json_lines(engine: str) -> None:
    pytest.importorskip("msgspec")
    stream = io.BytesIO()
    write_dossiers(DOSSIERS, stream, engine=engine)  # type: ignore[arg-type]
    stream.seek(0)
    assert list(read_dossiers(stream, engine=engine)) == DOSSIERS  # type: ignore[arg-type]


def test_json_documents() -> None:
    for one in DOSSIERS:
        assert from_json(to_json(one), Dossier) == one


def test_xes_and_ocel() -> None:
    for write, read in ((write_xes, read_xes), (write_ocel, read_ocel)):
        stream = io.BytesIO()
        write(DOSSIERS, stream)
        stream.seek(0)
        assert list(read(stream)) == DOSSIERS


def test_an_event_log_with_columns_of_levels() -> None:
    mapping = b"""level = "muc do"
proactive = "chu dong"
[levels]
"M\xe1\xbb\xa9c 4" = "online-4"
"To\xc3\xa0n tr\xc3\xacnh" = "full"
"2" = "proactive-2"
"""
    log = """case,activity,timestamp,muc do,chu dong
a,x,2026-07-01,Toàn trình,2
b,x,2022-04-01,Mức 4,
c,x,2022-04-01,2,Mức 4
""".encode()
    columns = read_log_columns(io.BytesIO(mapping))
    assert isinstance(columns, LogColumns)
    found = {
        one.code: one
        for one in read_event_log(io.BytesIO(log), columns)
        if isinstance(one, Dossier)
    }
    assert found["a"].evidence == Evidence(
        level=OnlineKind2022.FULL, proactive=ProactiveLevel2026.PREPARE
    )
    assert found["b"].evidence == Evidence(level=OnlineLevel2011.LEVEL_4)
    # A level of another regime than the column is for stays a text of the case.
    assert found["c"].evidence is None
    assert dict(found["c"].attributes) == {"muc do": "2", "chu dong": "Mức 4"}
