"""Real foreign logs.

Receipt_wabo (1,434 cases, 8,577 events) and Boston 311, as their READMEs count them.
"""

import io
import json
import os
import subprocess
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from evnpubsvc.dossiers import (
    Dossier,
    EventKind,
    Precision,
    Timeliness,
    TimelinessPolicy,
    timeliness,
)
from evnpubsvc.findings import Finding
from evnpubsvc.serde import (
    read_event_log,
    read_log_columns,
    read_ocel,
    read_xes,
    write_ocel,
    write_xes,
)
from tests.dossiers.samples import instant
from tests.realdata import real, real_rows

WABO = """
case = "case:concept:name"
activity = "concept:name"
timestamp = "time:timestamp"
received = "case:startdate"
due = "case:deadline"
finished = "case:enddate"
channel = "case:channel"
unit = "case:department"
case_attributes = ["case:group", "case:responsible", "case:enddate_planned"]
event_attributes = ["concept:instance", "lifecycle:transition", "org:group", "org:resource"]
timezone = "Europe/Amsterdam"

[activities]
"Confirmation of receipt" = "received"

[channels]
Internet = "online"
Desk = "in-person"
Post = "post"
"""
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(scope="module")
def wabo() -> list[Dossier]:
    read = list(
        read_event_log(real("receipt_wabo/events.csv"), read_log_columns(io.BytesIO(WABO.encode())))
    )
    # One activity of 27 is mapped; each other one is named once, with its rows.
    notes = [each for each in read if isinstance(each, Finding)]
    assert {each.reason for each in notes} == {"log-activity-not-mapped"}
    assert (len(notes), sum(int(dict(each.parts)["count"]) for each in notes)) == (26, 8577 - 1434)
    return [each for each in read if isinstance(each, Dossier)]


def test_all_cases_and_events_become_dossiers_and_nothing_is_lost(wabo: list[Dossier]) -> None:
    assert (len(wabo), sum(len(each.events) for each in wabo)) == (1434, 8577)
    rows = real_rows("receipt_wabo/events.csv")
    told: Counter[tuple[str, str, datetime]] = Counter(
        (
            row["case:concept:name"],
            row["concept:name"],
            datetime.fromisoformat(row["time:timestamp"]),
        )
        for row in rows
    )
    assert told == Counter(
        (each.code, event.activity, event.at) for each in wabo for event in each.events
    )
    cells = Counter(
        (row["case:concept:name"], name, row[name].strip())
        for row in rows
        for name in ("concept:instance", "lifecycle:transition", "org:group", "org:resource")
        if row[name].strip()
    )
    assert cells == Counter(
        (d.code, name, value) for d in wabo for e in d.events for name, value in e.attributes
    )
    local = {(row["case:concept:name"], row["time:timestamp"][-6:]) for row in rows}
    assert {
        (d.code, e.at.isoformat()[-6:]) for d in wabo for e in d.events
    } == local  # offsets survive


@pytest.mark.parametrize(
    ("compare", "on_time"), [(Precision.DATE, 1020), (Precision.TIMESTAMP, 952)]
)
def test_on_time_figures_of_the_readme(
    wabo: list[Dossier], compare: Precision, on_time: int
) -> None:
    counted = Counter(
        timeliness(
            each, as_of=date(2012, 12, 31), policy=TimelinessPolicy(compare), zone=AMSTERDAM
        ).timeliness
        for each in wabo
    )
    assert counted[Timeliness.EARLY] + counted[Timeliness.ON_TIME] == on_time
    assert (
        counted[Timeliness.EARLY] + counted[Timeliness.ON_TIME] + counted[Timeliness.LATE] == 1329
    )
    assert counted[Timeliness.PENDING_IN_TIME] + counted[Timeliness.PENDING_OVERDUE] == 105


def test_xes_and_ocel_come_back_whole(wabo: list[Dossier]) -> None:
    for write, read in ((write_xes, read_xes), (write_ocel, read_ocel)):
        stream = io.BytesIO()
        assert write(wabo, stream) == 8577
        stream.seek(0)
        assert list(read(stream)) == wabo


def _miner() -> Path:
    """The interpreter of an environment that has pm4py, which is AGPL and no dependency of ours."""
    path = Path(
        os.environ.get("EVNPUBSVC_PM4PY")
        or Path(__file__).parents[2] / ".envs" / "pm" / "bin" / "python"
    )
    if not path.exists():
        pytest.skip("no environment with pm4py (set EVNPUBSVC_PM4PY to its interpreter)")
    return path


def test_pm4py_reads_the_same_cases_events_and_instants(
    wabo: list[Dossier], tmp_path: Path
) -> None:
    miner = _miner()
    with (tmp_path / "log.xes").open("wb") as stream:
        write_xes(wabo, stream)
    with (tmp_path / "log.json").open("wb") as stream:
        write_ocel(wabo, stream)
    program = """
import sys, json, pm4py
log = pm4py.read_xes(sys.argv[1])
rows = sorted([c, a, t.tz_convert("UTC").isoformat(timespec="microseconds")] for c, a, t in
              zip(log["case:concept:name"], log["concept:name"], log["time:timestamp"]))
ocel = pm4py.read_ocel2_json(sys.argv[2])
types = ocel.objects["ocel:type"]
print(json.dumps({"rows": rows, "events": len(ocel.events), "types": sorted(types.unique()),
                  "dossiers": int((types == "dossier").sum())}), file=open(sys.argv[3], "w"))
"""
    subprocess.run(
        [miner, "-W", "ignore", "-c", program, tmp_path / "log.xes", tmp_path / "log.json",
            tmp_path / "out"],
        check=True, capture_output=True,
    )  # fmt: skip
    got = json.loads((tmp_path / "out").read_text())
    assert got["rows"] == sorted(
        [
            each.code,
            event.activity,
            instant(event).astimezone(UTC).isoformat(timespec="microseconds"),
        ]
        for each in wabo
        for event in each.events
    )
    assert (got["events"], got["dossiers"], got["types"]) == (8577, 1434, ["dossier", "unit"])


# -- Boston 311 ------------------------------------------------------------------------------------


def test_the_flag_of_the_city_is_reproduced_with_its_exceptions() -> None:
    rows = real_rows("boston311_mau_100/boston311_2022_mau.csv")
    zone = ZoneInfo("America/New_York")

    def moment(text: str) -> datetime | None:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone) if text.strip() else None

    cases = [
        Dossier(
            row["case_enquiry_id"],
            stated_received=moment(row["open_dt"]),
            stated_due=moment(row["target_dt"]),
            stated_finished=moment(row["closed_dt"]),
        )
        for row in rows
    ]
    # The city's own rule: what has no target is on time; what is past its target is overdue,
    # finished or not.
    late = {Timeliness.LATE, Timeliness.PENDING_OVERDUE}
    policy = TimelinessPolicy(Precision.TIMESTAMP)
    ours = {
        case.code: timeliness(case, as_of=date(2022, 12, 31), policy=policy, zone=zone).timeliness
        for case in cases
    }
    flags = {row["case_enquiry_id"]: row["ontime"] for row in rows}
    assert Counter(flags.values()) == {"ONTIME": 83, "OVERDUE": 17}
    exceptions = {
        code for code, flag in flags.items() if (ours[code] in late) is not (flag == "OVERDUE")
    }
    assert exceptions == EXCEPTIONS
    assert sum(found is Timeliness.NO_DUE_DATE for found in ours.values()) == 11


EXCEPTIONS: set[str] = set()


def test_what_a_log_cannot_say_is_kept_as_a_note() -> None:
    mapping = b"""
apology_due = "new"
limit = "limit"
channel = "via"
received = "got"
[activities]
sorry = "apology"
halt = "stopped"
[stops]
over = true
[channels]
web = "online"
"""
    log = (
        "case,activity,timestamp,new,limit,via,got,x\n"
        "A,sorry,2022-03-01 09:00,2022-03-09,3 ngày làm việc,web,2022-03-01,1\n"
        "A,sorry,2022-03-02 09:00,,3 ngày làm việc,web,2022-03-01,\n"
        "A,halt,2022-03-03,,3 ngày làm việc,web,2022-03-02,\n"
        "A,over,2022-03-04 09:00+00:00,,3 ngày làm việc,web,2022-03-01,\n"
        "B,what,2022-03-04 09:00,,soon,carrier pigeon,yesterday,\n"
        ",what,2022-03-04 09:00,,soon,,,\n"
        "C,what,,,soon,,,\n"
        "C,what,31/02/2022,,soon,,,\n"
    )
    read = list(read_event_log(io.BytesIO(log.encode()), read_log_columns(io.BytesIO(mapping))))
    assert [(f.reason, f.path) for f in read if isinstance(f, Finding)] == [
        ("log-event-incomplete", "line 3, column activity"),
        ("log-attribute-varies", "line 4, column got"),
        ("log-event-incomplete", "line 4, column activity"),
        ("log-case-blank", "line 7, column case"),
        ("log-time-blank", "line 8, column timestamp"),
        ("not-a-date", "line 9, column timestamp"),
        ("log-activity-not-mapped", "line 6, column activity"),
        ("not-a-date", "line 6, column got"),
        ("limit-not-read", "line 6, column limit"),
    ]
    one, other = (d for d in read if isinstance(d, Dossier))
    assert [event.kind for event in one.events] == [
        EventKind.APOLOGY, EventKind.NOTE, EventKind.NOTE, EventKind.STOPPED,
    ]  # fmt: skip
    assert one.events[3].final
    assert one.events[2].attributes == (("got", "2022-03-02"),)
    assert other.attributes == (("got", "yesterday"), ("limit", "soon"), ("via", "carrier pigeon"))


def test_the_day_of_recording_of_a_log() -> None:
    mapping = (
        b'recorded = "entered"\nmissing = ["NA"]\ndates = "dmy"\n[activities]\nin = "received"\n'
    )
    log = (
        b"case,activity,timestamp,entered\n"
        b"A,in,01/03/2022 09:00,02/03/2022 08:00\n"
        b"A,x,01/03/2022 09:00,02/03/2022\n"
        b"A,y,01/03/2022 09:00,\n"
        b"A,z,01/03/2022 09:00,NA\n"
        b"A,w,01/03/2022 09:00,soon\n"
    )
    read = list(read_event_log(io.BytesIO(log), read_log_columns(io.BytesIO(mapping))))
    assert [(f.reason, f.path) for f in read if isinstance(f, Finding)] == [
        ("not-a-date", "line 6, column entered"),
        *[("log-activity-not-mapped", f"line {line}, column activity") for line in (3, 4, 5, 6)],
    ]
    [one] = [each for each in read if isinstance(each, Dossier)]
    assert [None if e.recorded is None else e.recorded.isoformat() for e in one.events] == [
        "2022-03-02T08:00:00+07:00", "2022-03-02T23:59:59.999999+07:00", None, None, None,
    ]  # fmt: skip
    assert [event.attributes for event in one.events] == [
        (),
        (),
        (),
        (("entered", "NA"),),
        (("entered", "soon"),),
    ]


def test_a_table_without_its_columns_is_refused() -> None:
    found = list(
        read_event_log(
            io.BytesIO(b"a,b\n1,2\n"), read_log_columns(io.BytesIO(b'apology_due = "n"'))
        )
    )
    assert [each.reason for each in found if isinstance(each, Finding)] == [
        "log-column-missing"
    ] * 4
