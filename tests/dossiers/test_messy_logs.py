"""Event logs as other systems and clerks write them, and the commands over them."""

import csv
import io
import random
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evnpubsvc.catalogue import Procedure, RawTimeLimit
from evnpubsvc.cli import evnpubsvc
from evnpubsvc.deadlines import CountingRules, TimeLimit
from evnpubsvc.dossiers import Dossier, EventKind, Precision, Timeliness, timeliness
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.findings import Finding, Severity
from evnpubsvc.periods import Period
from evnpubsvc.reports import fill
from evnpubsvc.serde import (
    LogColumns,
    ReportFormat,
    read_event_log,
    read_log_columns,
    read_xes_log,
    report_bytes,
    report_form,
)
from evnpubsvc.statistics import RegisterRow, Tally, register_row, tally
from evnpubsvc.worktime import vietnam_calendar
from tests.dossiers.samples import dossier
from tests.dossiers.test_real_logs import AMSTERDAM, WABO
from tests.realdata import real

MAP = """
[activities]
"nộp" = "submitted"
"tiếp nhận" = "received"
"yêu cầu bổ sung" = "supplement-requested"
"bổ sung" = "supplement-received"
"chuyển" = "transferred"
"yêu cầu nộp tiền" = "payment-requested"
"đã nộp tiền" = "payment-met"
"xong" = "resolved"
"""


def read(rows: str, mapping: str = MAP) -> tuple[list[Dossier], list[Finding]]:
    layout = read_log_columns(io.BytesIO(mapping.encode()))
    found = list(read_event_log(io.BytesIO(("case,activity,timestamp\n" + rows).encode()), layout))
    return (
        [each for each in found if isinstance(each, Dossier)],
        [each for each in found if isinstance(each, Finding)],
    )


# -- words (26) ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["tiếp nhận", "tiếp\u00a0nhận", "tiếp  nhận", "tiếp\u200b nhận", "Tiếp Nhận",
        "tiê\u0301p nhâ\u0323n"]
)  # fmt: skip
def test_activities_match_whatever_their_blanks_and_letters(word: str) -> None:
    [one], found = read(f"A,{word},2022-03-01 09:00\n")
    assert one.events[0].kind is EventKind.RECEIVED
    assert one.events[0].activity.casefold().startswith("ti")  # as it was written
    assert found == []


def test_an_activity_without_a_mapping_is_reported_once_with_its_rows() -> None:
    [one], [said] = read(
        "A,nhận nhầm,2022-03-01 09:00\nA,nhận nhầm,2022-03-02 09:00\nA,nộp,2022-03-03 09:00\n"
    )
    assert (said.reason, said.value.content, dict(said.parts)["count"]) == (
        "log-activity-not-mapped",
        "nhận nhầm",
        2,
    )
    assert said.severity is Severity.NOTICE
    assert said.path.startswith("line 2, column ")  # a clerk finds the word there
    assert "nhận nhầm" not in said.message("vi")
    assert "nhận nhầm" in said.with_content().message("vi")
    assert [event.kind for event in one.events] == [
        EventKind.NOTE,
        EventKind.NOTE,
        EventKind.SUBMITTED,
    ]


@pytest.mark.parametrize("file_format", [ReportFormat.TEXT, ReportFormat.JSON, ReportFormat.CSV])
def test_e3_the_report_of_last_december_has_the_same_bytes_a_month_later(
    file_format: ReportFormat,
) -> None:
    begun = ("submitted 2022-12-05 09:00", "received 2022-12-05 09:00")
    still = ("submitted 2022-12-20 09:00", "received 2022-12-20 09:00")
    done = dossier(*begun, "resolved 2022-12-07 09:00", limit="5 ngày", field="f", code="a")
    open_ = dossier(*still, limit="90 năm", field="f", code="b")
    closed = dossier(*still, "resolved 2023-01-07 09:00", limit="90 năm", field="f", code="b")
    new = ("submitted 2023-01-05 09:00", "received 2023-01-05 09:00")
    later = dossier(*new, limit="5 ngày", field="f", code="c")
    assert _print((done, open_), file_format) == _print((done, closed, later), file_format)
    assert _print((done, later), file_format) != _print((done, open_), file_format)


def _print(some: tuple[Dossier, ...], file_format: ReportFormat) -> bytes:
    december = Period.parse("calendar-2022-12")
    counting = CountingRules(vietnam_calendar())
    rows = [register_row(one, as_of=december.last, counting=counting) for one in some]
    counted = tally(rows, by=["field", "channel"], period=december, compare="date")
    return report_bytes(fill(report_form("ii-06a"), counted), file_format=file_format)


def test_words_that_are_alike_and_mean_different_things_match_exactly_or_not() -> None:
    mapping = '[activities]\n"xong" = "resolved"\n"Xong" = "received"\n'
    rows = "A,xong,2022-03-01\nA,Xong,2022-03-02\nA,XONG,2022-03-03\n"
    [one], [said] = read(rows, mapping)
    kinds = [event.kind.value for event in one.events]
    assert kinds == ["resolved", "received", "note"]
    assert said.reason == "log-activity-not-mapped"


@pytest.mark.parametrize("code", ["HS-01\u200b", "HS\u201101", " HS-01\u00a0"])
def test_a_case_is_one_whatever_the_blanks_of_its_code(code: str) -> None:
    [one], found = read(f"HS-01,nộp,2022-03-01 09:00\n{code},xong,2022-03-02 09:00\n")
    assert (one.code, len(one.events), found) == ("HS-01", 2, [])


@pytest.mark.parametrize(
    ("first", "other", "severity"),
    [
        ("5 ngày", "05 Ngày", None),
        ("5 ngày", "năm (5) ngày", None),
        ("", "5 ngày", None),
        ("5 ngày", "", None),
        ("5 ngày", "7 ngày", Severity.VIOLATION),
        ("5 ngày", "5 ngày làm việc", Severity.VIOLATION),
    ],
)
def test_a_limit_that_varies_is_a_violation_and_one_in_other_letters_is_the_same(
    first: str, other: str, severity: Severity | None
) -> None:
    rows = f"case,activity,timestamp,limit\nA,nộp,2022-03-01,{first}\nA,xong,2022-03-02,{other}\n"
    layout = read_log_columns(io.BytesIO(('limit = "limit"\n' + MAP).encode()))
    *said, one = read_event_log(io.BytesIO(rows.encode()), layout)
    assert isinstance(one, Dossier)
    assert one.limit == TimeLimit.parse("5 ngày")
    assert [f.severity for f in said if isinstance(f, Finding)] == [severity] * (
        severity is not None
    )


def test_columns_match_whatever_their_blanks() -> None:
    layout = LogColumns(
        case="Mã hồ sơ", activity="Việc", timestamp="Lúc", activities={"nộp": EventKind.SUBMITTED}
    )
    log = "Mã\u00a0hồ sơ, việc ,LÚC\nA,nộp,2022-03-01\n".encode()
    [one] = read_event_log(io.BytesIO(log), layout)
    assert isinstance(one, Dossier)
    assert one.events[0].at == date(2022, 3, 1)
    assert not isinstance(one.events[0].at, datetime)


# -- keys of several columns (D17), XES of others (D19) --------------------------------------------


def test_a_case_of_several_columns() -> None:
    layout = LogColumns(case_with=("year", "unit"), activities={"in": EventKind.RECEIVED})
    log = (
        b"case,year,unit,activity,timestamp\n1,2021,x,in,2021-03-01\n"
        b"1,2022,x,in,2022-03-01\n1,2021,y,in,2021-03-02\n1,2021,x,in,2021-03-03\n"
    )
    made = [each for each in read_event_log(io.BytesIO(log), layout) if isinstance(each, Dossier)]
    assert [(each.code, len(each.events)) for each in made] == [
        ("1/2021/x", 2),
        ("1/2022/x", 1),
        ("1/2021/y", 1),
    ]


def test_xes_of_another_system_reads_as_its_table_does() -> None:
    log = """<log xmlns="http://www.xes-standard.org/"><trace>
    <string key="concept:name" value="A"/><string key="deadline" value="2022-03-08"/>
    <event><string key="concept:name" value="Tiếp nhận"/>
    <date key="time:timestamp" value="2022-03-01T09:00:00+07:00"/></event>
    <event><string key="concept:name" value="xong"/>
    <date key="time:timestamp" value="2022-03-07T09:00:00.000+07:00"/>
    <string key="org:resource" value="r1"/></event></trace></log>"""
    layout = read_log_columns(io.BytesIO((
        'case = "case:concept:name"\nactivity = "concept:name"\n'
        'timestamp = "time:timestamp"\ndue = "case:deadline"\n'
        'event_attributes = ["org:resource"]\n' + MAP
    ).encode()))  # fmt: skip
    [one] = read_xes_log(io.BytesIO(log.encode()), layout)
    assert isinstance(one, Dossier)
    assert (one.code, one.stated_due) == ("A", date(2022, 3, 8))
    assert [event.kind for event in one.events] == [EventKind.RECEIVED, EventKind.RESOLVED]
    assert one.events[1].attributes == (("org:resource", "r1"),)


@pytest.mark.parametrize("raw", [b"<log>", b"<x/>", b"", b"<!DOCTYPE x><log/>", b"\xff\xfe<log>"])
def test_hostile_xes_is_a_finding(raw: bytes) -> None:
    found = list(read_xes_log(io.BytesIO(raw), LogColumns()))
    assert [each.reason for each in found if isinstance(each, Finding)] == ["log-not-xes"]


# -- commands (29, 35, D7) -------------------------------------------------------------------------


def run(*args: object) -> Result:
    return CliRunner().invoke(evnpubsvc, [str(each) for each in args])


def log_of(folder: Path, rows: str, mapping: str = MAP) -> tuple[Path, Path]:
    log, columns = folder / "log.csv", folder / "map.toml"
    log.write_text(rows, encoding="utf-8")
    columns.write_text(mapping, encoding="utf-8")
    return log, columns


def test_29_dossier_says_what_it_could_not_read(tmp_path: Path) -> None:
    log, columns = log_of(
        tmp_path,
        "case,activity,timestamp\nA,nộp,2022-03-01 09:00\nA,tiếp nhận,2022-03-01 09:00\n"
        "A,xong,07/03/2022 17:00\n",
    )
    done = run("dossier", log, "--columns", columns, "--as-of", "30/04/2022")
    assert done.exit_code == 1
    assert "not-a-date" in done.stderr
    assert "01/03/2022 09:00" in done.stdout


def test_35_a_reading_can_be_chosen_and_the_history_is_always_shown(tmp_path: Path) -> None:
    rows = (
        "case,activity,timestamp,limit\nA,nộp,2022-03-01 09:00,24 giờ\n"
        "A,tiếp nhận,2022-03-01 09:00,24 giờ\n"
        "A,yêu cầu nộp tiền,2022-03-02 08:00,24 giờ\nA,đã nộp tiền,2022-03-03 09:00,24 giờ\n"
    )
    log, columns = log_of(tmp_path, rows, 'limit = "limit"\n' + MAP)
    asked = run("dossier", log, "--columns", columns)
    assert asked.exit_code == 1
    assert "clock-policy-needed" in asked.stderr
    assert "02/03/2022 08:00" in asked.stdout
    chosen = ("--hours", "clock", "--clock", "financial-obligation=exclude")
    done = run("dossier", log, "--columns", columns, *chosen)
    assert done.exit_code == 0, done.output
    # 23 hours had passed when the clock was stopped: the last one ends at 10:00.
    assert "due: 2022-03-03 10:00" in done.stdout
    assert run("check", log, "--columns", columns, "--as-of", "2022-04-30", *chosen).exit_code in {
        0,
        1,
    }
    assert (
        "due Thu 03/03/2022"
        in run(
            "due",
            "2022-03-01T09:00",
            "24 giờ",
            "--stop",
            "financial-obligation:2022-03-02T08:00/2022-03-03T09:00",
            *chosen,
        ).stdout
    )
    assert run("dossier", log, "--columns", columns, "--clock", "soon").exit_code == 2


def test_v4_ended_is_not_stopped() -> None:
    gone = dossier(
        "submitted 2022-03-01 09:00",
        "received 2022-03-01 09:00",
        "withdrawal-asked 2022-03-02 09:00",
        "withdrawal-accepted 2022-03-03 09:00",
        limit="5 ngày",
    )
    assert gone.state.has_ended


def test_d7_check_judges_in_the_zone_of_the_mapping(tmp_path: Path) -> None:
    # Finished on 8 March in New York, which is 9 March in Viet Nam; due on 8 March.
    rows = (
        "case,activity,timestamp,due\nA,nộp,2022-03-01 09:00,2022-03-08\n"
        "A,tiếp nhận,2022-03-01 09:00,2022-03-08\nA,xong,2022-03-08 20:00,2022-03-08\n"
    )
    late: list[bool] = []
    for zone in ("America/New_York", "Asia/Ho_Chi_Minh"):
        stamped = (
            rows
            if zone == "America/New_York"
            else rows.replace("2022-03-08 20:00", "2022-03-09 08:00")
        )
        log, columns = log_of(tmp_path, stamped, f'due = "due"\ntimezone = "{zone}"\n' + MAP)
        done = run("check", log, "--columns", columns, "--as-of", "2022-04-30", "--rules", "R12")
        late.append("dossier-late" in done.stdout)
    assert late == [False, True]


# -- batches ---------------------------------------------------------------------------------------


def test_e1_e3_a_month_is_reported_whatever_one_dossier_holds() -> None:
    far = dossier(
        "submitted 2022-12-01 09:00", "received 2022-12-01 09:00", limit="90 năm", code="far"
    )
    later = dossier(
        "submitted 2023-01-10 09:00", "received 2023-01-10 09:00", limit="5 ngày", code="later"
    )
    known = dossier(
        "submitted 2022-12-05 09:00", "received 2022-12-05 09:00", limit="5 ngày", code="known"
    )
    counting = CountingRules(vietnam_calendar())

    def report(*some: Dossier) -> Tally:
        rows = [register_row(one, as_of=date(2022, 12, 31), counting=counting) for one in some]
        assert all(isinstance(row, RegisterRow) for row in rows)
        return tally(rows, by=(), as_of=date(2022, 12, 31), compare=Precision.DATE)

    december = report(far, known)
    assert december.total.received.value == 2
    january = report(far, known, later)
    assert (january.total, january.later) == (december.total, december.later + 1)


# -- a real log, shuffled, doubled, newest first ---------------------------------------------------


def _figures(raw: list[list[str]], header: list[str]) -> Counter[Timeliness]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(raw)
    layout = read_log_columns(io.BytesIO(WABO.encode()))
    read_back = read_event_log(io.BytesIO(text.getvalue().encode()), layout)
    return Counter(
        timeliness(one, as_of=date(2012, 12, 31), policy="timestamp", zone=AMSTERDAM).timeliness
        for one in read_back
        if isinstance(one, Dossier)
    )


def test_receipt_wabo_in_any_order_gives_the_same_figures() -> None:
    with Path(real("receipt_wabo/events.csv")).open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    figures = _figures(rows, header)
    assert figures[Timeliness.EARLY] + figures[Timeliness.ON_TIME] == 952
    shuffled = rows.copy()
    random.Random(4).shuffle(shuffled)
    assert _figures(shuffled, header) == figures
    assert _figures([*rows, *rows], header) == figures
    assert _figures(rows[::-1], header) == figures


# -- commands and rows over other examples of these kinds ------------------------------------------


def test_v3_only_the_article_of_that_kind_of_stop_is_cited(tmp_path: Path) -> None:
    rows = "case,activity,timestamp,limit\n" + "".join(
        f"A,{word},2022-03-0{day} 09:00,5 ngày\n"
        for day, word in enumerate(("nộp", "tiếp nhận", "dừng", "chuyển"), 1)
    )
    log, columns = log_of(tmp_path, rows, 'limit = "limit"\n' + MAP + '[stops]\n"dừng" = false\n')
    done = run("dossier", log, "--columns", columns, "--clock", "exclude")
    assert "03/03/2022 09:00 to 04/03/2022 09:00" in done.stdout
    assert "123/2015" not in done.output
    assert "history-stop-ended-by" in done.stderr


def test_v4_a_withdrawn_dossier_is_shown_as_ended(tmp_path: Path) -> None:
    rows = (
        "case,activity,timestamp,due\nA,nộp,2022-03-01 09:00,2022-03-08\n"
        "A,tiếp nhận,2022-03-01 09:00,2022-03-08\n"
    )
    log, columns = log_of(
        tmp_path,
        rows + "A,rút,2022-03-04 09:00,2022-03-08\n",
        'due = "due"\n' + MAP + '"rút" = "withdrawal-accepted"\n',
    )
    for lang, ended, paused in (
        ("en", "ended: 2022-03-04", "paused"),
        ("vi", "kết thúc: 09:00 ngày 04/3/2022", "tạm dừng"),
    ):
        done = run("dossier", log, "--columns", columns, "--as-of", "30/04/2022", "--lang", lang)
        assert done.exit_code == 0, done.output
        assert ended in done.stdout
        due = next(
            line for line in done.stdout.splitlines() if "2022-03-08" in line or "08/3" in line
        )
        assert paused not in due


@pytest.mark.parametrize("policy", ["opening", "closing"])
def test_11_a_day_without_an_hour_is_asked_for_or_taken_as_declared(
    tmp_path: Path, policy: str
) -> None:
    rows = "case,activity,timestamp,limit\n" + "".join(
        f"A,{word},2022-03-0{day},8 giờ làm việc\n"
        for word, day in (("nộp", 1), ("tiếp nhận", 1), ("xong", 2))
    )
    log, columns = log_of(tmp_path, rows, 'limit = "limit"\n' + MAP)
    asked = run("dossier", log, "--columns", columns, "--as-of", "2022-04-30", "--lang", "en")
    assert asked.exit_code == 1
    assert "time-of-receipt-needed" in asked.stderr
    assert "not settled" in asked.stdout
    taken = run("dossier", log, "--columns", columns, "--unknown-hour", policy, "--lang", "en")
    assert taken.exit_code == 0
    assert "hour-assumed" in taken.stderr
    assert f"\ndue: 2022-03-0{1 if policy == 'opening' else 2} 17:00" in taken.stdout


def test_a_dossier_without_a_receipt_is_counted_for_what_is_certain() -> None:
    worked = dossier("submitted 2022-12-01 09:00", "transferred 2022-12-02 09:00", limit="5 ngày")
    done = dossier(
        "transferred 2022-12-02 09:00", "resolved 2022-12-07 09:00", limit="5 ngày", code="b"
    )
    waiting = dossier("submitted 2022-12-01 09:00", limit="5 ngày", code="c")
    counting = CountingRules(vietnam_calendar())
    rows = [
        register_row(one, as_of=date(2022, 12, 31), counting=counting)
        for one in (worked, done, waiting)
    ]
    marks = [dict(row.dimensions)["due_mark"] for row in rows if isinstance(row, RegisterRow)]
    assert marks == ["unsettled", "unsettled", None]
    counted = tally(rows, by=["due_mark"], as_of=date(2022, 12, 31), compare=Precision.DATE)
    assert (counted.total.received.value, counted.total.handled.value) == (2, 1)
    assert counted["unsettled"].pending.value == 1


def test_d18_equal_limits_do_not_differ() -> None:
    texts = (
        "05 Ngày làm việc",
        "5 ngày làm việc",
        "năm (05) ngày làm việc",
        "5 ngày\u00a0làm việc",
    )
    same = [RawTimeLimit(text) for text in texts]
    assert "limits-differ" not in _doubts(*same)
    assert "limits-differ" in _doubts(*same, RawTimeLimit("5 ngày"))
    # What cannot be read is not taken for equal.
    assert "limits-differ" in _doubts(RawTimeLimit("5 ngày"), RawTimeLimit("5 ngày tròn"))


def _doubts(*limits: RawTimeLimit) -> list[str]:
    return [f.reason for f in Procedure("1.001699", "x", time_limits=limits).doubts()]


# -- D8: an ending without a day names its line and its dossier, on every engine -------------------

_ENDINGS = (
    b"code,received,finished,status\n"
    b"HS-1,2022-12-01,2022-12-05,result\n"
    b"HS-2,2022-12-01,,withdrawn\n"
)


@pytest.mark.parametrize("engine", ["python", "polars", "duckdb"])
def test_d8_an_ending_without_a_day_names_line_and_dossier(tmp_path: Path, engine: str) -> None:
    (tmp_path / "r.csv").write_bytes(_ENDINGS)
    (tmp_path / "m.toml").write_text('code = "code"\nfinished = "finished"\nstatus = "status"\n')
    call = ["tally", str(tmp_path / "r.csv"), "--columns", str(tmp_path / "m.toml")]
    call += ["--as-of", "2022-12-31", "--engine", engine, "--allow-rejects"]
    for lang, words in (("en", "dossier HS-2 ended"), ("vi", "hồ sơ HS-2 đã kết thúc")):
        done = CliRunner().invoke(evnpubsvc, [*call, "--lang", lang])
        assert done.exit_code == 0, done.stderr
        assert "line 3, column status" in done.stderr or "dòng 3, cột status" in done.stderr
        assert words in done.stderr


def test_45_an_unknown_policy_is_refused_with_its_value() -> None:
    wrong: Any = None
    with pytest.raises(UnknownNameError) as caught:
        CountingRules(vietnam_calendar(), roll=wrong)
    said = caught.value.finding
    assert said.message("en") == "'None' is no 'Roll'; there are: 'forward', 'none'"
    assert said.message("vi") == "không có '(trống)' trong 'Roll'; hiện có: 'forward', 'none'"


def test_a_dossier_that_ended_without_a_decision_needs_no_due_date(tmp_path: Path) -> None:
    """The obligation to pay stopped a clock whose rule is not settled; then it was withdrawn."""
    rows = (
        "case,activity,timestamp,limit\n"
        "A,submitted,2026-03-02 09:00,5 ngày\n"
        "A,received,2026-03-02 09:00,5 ngày\n"
        "A,payment-requested,2026-03-03 09:00,5 ngày\n"
        "A,payment-met,2026-03-04 09:00,5 ngày\n"
        "A,{last},2026-03-05 10:00,5 ngày\n"
    )
    kinds = "\n".join(f'"{kind.value}" = "{kind.value}"' for kind in EventKind)
    (tmp_path / "m.toml").write_text(f'limit = "limit"\n[activities]\n{kinds}\n')
    for last, code in (("withdrawal-accepted", 0), ("transferred", 1)):
        (tmp_path / "log.csv").write_text(rows.format(last=last), encoding="utf-8")
        call = ["dossier", str(tmp_path / "log.csv"), "--columns", str(tmp_path / "m.toml")]
        done = CliRunner().invoke(evnpubsvc, [*call, "--as-of", "2026-04-01"])
        assert done.exit_code == code, done.stderr
        assert "clock-policy-needed" in done.stderr
