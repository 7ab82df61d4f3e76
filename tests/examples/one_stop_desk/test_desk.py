"""The one-stop desk on SQLite: what clerks do, what programs send, what attackers try.

PostgreSQL, a server that is killed and the conformance kit are in `on_postgresql.py` beside this.
"""

import io
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from evnpubsvc.codes import DossierCode, UnitCode
from evnpubsvc.dossiers import Dossier, Event, EventKind, RefusedEventError
from evnpubsvc.page import month_page
from evnpubsvc.periods import Period, PeriodCalendar
from evnpubsvc.reports import fill
from evnpubsvc.serde import report_form_for
from evnpubsvc.statistics import tally
from evnpubsvc.strategies import dossiers
from evnpubsvc.worktime import VIETNAM_TIME, local_day
from tests.deep import cases

pytest.importorskip("sqlalchemy", reason="the extra sqlalchemy is not installed")
pytest.importorskip("htpy", reason="the extra page is not installed")
openpyxl = pytest.importorskip("openpyxl")
testclient = pytest.importorskip("fastapi.testclient")
pytest.importorskip("jinja2")

from examples.one_stop_desk import desk, web  # noqa: E402
from examples.one_stop_desk.store import EventRow, Row, StaleError, Store, Unit  # noqa: E402

UNIT, OTHER = "H48.20.01", "H48.20.02"
NOW = datetime(2026, 11, 27, 10, tzinfo=VIETNAM_TIME)  # a Friday


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(desk, "now", lambda: NOW)
    return Store(f"sqlite:///{tmp_path}/desk.sqlite3", desk.register)


@pytest.fixture
def client(store: Store) -> Any:
    return client_of(store, UNIT)


def client_of(store: Store, unit: str) -> Any:
    token = store.add_unit(unit, f"UBND xã {unit} <script>alert(1)</script>")
    client = testclient.TestClient(web.create_app(store), follow_redirects=False)
    client.auth = (unit, token)
    client.token = token
    return client


def receive(client: Any, procedure: str, at: datetime, *kinds: str, **more: str) -> Any:
    events = [
        {"kind": kind, "at": (at + timedelta(hours=n)).isoformat()}
        | ({"final": False} if kind == "stopped" else {})
        for n, kind in enumerate(kinds)
    ]
    body = {"code": "-", "procedure": procedure, "channel": "in-person", "events": events, **more}
    return client.post("/api/dossiers", json=body)


def test_a_dossier_from_receipt_to_result(client: Any, store: Store) -> None:
    answer = receive(client, "1.001699", NOW - timedelta(days=20), "submitted", "received")
    assert answer.status_code == 201
    body = answer.json()
    assert body["dossier"]["code"] == f"{UNIT}-261127-0001"
    # 25 working days after 7 November, a Saturday, without 24 November: counted on a calendar.
    assert body["due"] == "2026-12-14"
    assert "không tính ngày tiếp nhận" in body["reasons"][2]
    # What the law does not allow, with its article and what may be done instead.
    path, tag = answer.headers["location"], answer.headers["etag"]
    again = {"kind": "received", "at": NOW.isoformat()}
    refused = client.post(f"{path}/events", json=again)
    assert refused.status_code == 409
    (found,) = refused.json()["findings"]
    assert found["reason"] == "refused-transition"
    assert "danh mục trạng thái hồ sơ" in found["message"]["vi"]
    assert "hiện có thể: yêu cầu bổ sung" in found["message"]["vi"]
    assert "possible now: supplement requested" in found["message"]["en"]
    # The result, and nothing after it.
    done = {"kind": "resolved", "at": NOW.isoformat()}
    answer = client.post(f"{path}/events", json=done, headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["status"]) == (200, 9)
    assert client.post(f"{path}/events", json=again).status_code == 409
    assert client.get(path).headers["etag"] == answer.headers["etag"] != tag
    assert store.differences() == []


def test_who_saw_an_older_history_is_told_and_a_repeated_call_adds_nothing(client: Any) -> None:
    answer = receive(client, "1.001699", NOW - timedelta(days=2), "submitted", "received")
    path, tag = answer.headers["location"], answer.headers["etag"]
    note = {"kind": "note", "at": NOW.isoformat()}
    for _ in range(3):
        seen = {"If-Match": tag, "Idempotency-Key": "call-1"}
        assert client.post(f"{path}/events", json=note, headers=seen).status_code == 200
    assert len(client.get(path).json()["dossier"]["events"]) == 3
    stale = client.post(f"{path}/events", json=note, headers={"If-Match": tag})
    assert stale.status_code == 412
    later = {"kind": "note", "at": (NOW + timedelta(days=1)).isoformat()}
    assert client.post(f"{path}/events", json=later).status_code == 422


def test_the_board_says_what_needs_somebody_today(client: Any) -> None:
    long_ago = NOW - timedelta(days=60)
    receive(client, "1.001699", long_ago, "submitted", "received")
    receive(
        client, "1.004873", datetime(2026, 11, 24, 8, tzinfo=VIETNAM_TIME), "submitted", "received"
    )
    receive(client, "1.001699", long_ago, "submitted", "received", "supplement-requested")
    receive(client, "1.001699", long_ago, "submitted", "received", "resolved")
    receive(client, "1.001699", NOW - timedelta(days=2), "submitted", "received")
    receive(client, "9.999999", NOW - timedelta(days=2), "submitted", "received")
    receive(client, "1.001699", NOW - timedelta(days=2), "submitted")
    page = client.get("/").text
    assert listed(page) == {
        "Quá hạn": ["1"],
        "Đến hạn hôm nay": ["2"],
        "Đang tạm dừng": ["3"],
        "Chờ tiếp nhận": ["7"],
        "Chưa tính được ngày hẹn trả": ["6"],
    }
    assert "<script" not in page
    assert "&lt;script" in page


def listed(page: str) -> dict[str, list[str]]:
    """What a board lists, by its headings: the last digit of each code."""
    parts = (part.partition(":") for part in page.split("<h2>")[1:])
    found = {name: re.findall(r"/dossiers/[^\"]*(\d)\"", rest) for name, _, rest in parts}
    return {name: codes for name, codes in found.items() if codes}


def test_the_month_as_a_page_and_as_a_workbook(client: Any) -> None:
    start = datetime(2026, 11, 16, 9, tzinfo=VIETNAM_TIME)
    evidence: Any = {"level": "full"}
    receive(
        client,
        "1.001193",
        start,
        "submitted",
        "received",
        "resolved",
        channel="online",
        evidence=evidence,
    )
    receive(client, "1.001193", start, "submitted", "received")
    receive(
        client,
        "1.001193",
        datetime(2026, 10, 20, 9, tzinfo=VIETNAM_TIME),
        "submitted",
        "received",
        "resolved",
    )
    page = client.get("/report").text
    assert "07a/BTP/KSTT" in page
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/report.xlsx").content)).active
    cells = [
        [cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)
    ]
    line = next(row for row in cells if "Hộ tịch" in row)
    # Two in the month: one online end to end, one in person; one handled, one overdue.
    assert line[2:9] == [2, 1, 0, 0, 1, 0, 1]
    october = client.get("/report", params={"period": "statutory-2026-11"})
    assert october.status_code == 200


def test_a_past_month_does_not_know_what_came_later(client: Any) -> None:
    start = datetime(2026, 11, 12, 9, tzinfo=VIETNAM_TIME)  # in the month that ends on the 14th
    path = receive(client, "1.001193", start, "submitted", "received").headers["location"]
    past = {"period": "statutory-2026-11"}
    before, running = client.get("/report", params=past).text, client.get("/report").text
    result = {"kind": "resolved", "at": (start + timedelta(days=4)).isoformat()}
    assert client.post(f"{path}/events", json=result).status_code == 200
    assert client.get("/report", params=past).text == before
    assert client.get("/report").text != running


def test_units_are_ranked_by_what_they_handled_in_time(client: Any, store: Store) -> None:
    other = client_of(store, OTHER)
    start = datetime(2026, 11, 3, 9, tzinfo=VIETNAM_TIME)
    receive(client, "1.001193", start, "submitted", "received", "resolved")
    receive(other, "1.001193", start, "submitted", "received")
    page = client.get("/standings").text
    assert page.index(UNIT) < page.index(OTHER)
    assert "Hạng 1" in page


def test_clerks_work_with_forms_alone(client: Any) -> None:
    form = {"procedure": "1.001699", "channel": "online", "level": "full", "at": "2026-11-27T09:00"}
    answer = client.post("/receive", data=form)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    hidden = dict(re.findall(r'name="(seen|request)" value="([^"]+)"', page))
    for kind, more in (("stopped", {"final": "no"}), ("received", {})):
        form = {**hidden, "kind": kind, "at": "2026-11-27T09:30", "due": "", "outcome": "", **more}
        answer = client.post(f"{answer.headers.get('location', path_of(page))}/events", data=form)
        hidden["request"] += "x"
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "không thể" in answer.text


def path_of(page: str) -> str:
    found = re.search(r'action="(/dossiers/[^"]+)/events"', page)
    assert found
    return found[1]


# -- what attackers try ----------------------------------------------------------------------------


def test_nothing_is_public(store: Store) -> None:
    app = web.create_app(store)
    stranger = testclient.TestClient(app, follow_redirects=False)
    asked = 0
    for route in app.routes:
        for method in getattr(route, "methods", None) or ():
            path = route.path.replace("{code}", f"{UNIT}-261127-0001")  # type: ignore[attr-defined]
            answer = stranger.request(method, path)
            if answer.status_code == 404:  # the pages of FastAPI about itself are not served
                assert path.startswith("/docs")
                continue
            assert (answer.status_code, answer.headers["www-authenticate"][:5]) == (401, "Basic")
            asked += 1
    assert asked == 13
    assert stranger.get("/docs").status_code == stranger.get("/openapi.json").status_code == 404


@pytest.mark.parametrize(
    ("unit", "token"),
    [("", ""), (UNIT, ""), (UNIT, "wrong"), ("H48.20.99", "x"), ("' OR 1=1 --", "x"), ("\x00", "")],
)
def test_a_wrong_token_opens_nothing(client: Any, unit: str, token: str) -> None:
    for password in (token, client.token if unit != UNIT else f"{client.token}x"):
        assert client.get("/", auth=(unit, password)).status_code == 401


@pytest.mark.parametrize("value", ["", "Basic", "Basic é", "Basic !!!", "Bearer x", "Basic QUFB"])
def test_a_broken_header_opens_nothing(client: Any, value: str) -> None:
    client.auth = None
    assert client.get("/", headers={"Authorization": value.encode()}).status_code == 401


def test_tokens_are_kept_as_hashes(client: Any, store: Store) -> None:
    path = store.engine.url.database
    assert path
    assert client.token.encode() not in Path(path).read_bytes()
    assert client.get("/").status_code == 200
    store.add_unit(UNIT, "again")  # a new token ends the old one
    assert client.get("/").status_code == 401


def test_another_unit_sees_and_changes_nothing(client: Any, store: Store) -> None:
    path = receive(client, "1.001699", NOW - timedelta(hours=3), "submitted", "received").headers[
        "location"
    ]
    other = client_of(store, OTHER)
    note = {"kind": "note", "at": NOW.isoformat()}
    assert other.get(path).status_code == 404
    assert other.get(path.removeprefix("/api")).status_code == 404
    assert other.post(f"{path}/events", json=note).status_code == 404
    assert UNIT not in other.get("/").text
    assert UNIT not in other.get("/report").text
    assert other.get("/report").text != client.get("/report").text


_INJECTED = [
    "' OR 1=1; DROP TABLE events; -- {{ 7*7 }} <script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
]


@pytest.mark.parametrize("text", _INJECTED)
def test_what_is_sent_is_text_and_nothing_else(client: Any, store: Store, text: str) -> None:
    at, said = NOW - timedelta(hours=3), {"unit": OTHER, "applicant": text, "field": text}
    assert receive(client, text, at, "submitted").status_code == 422
    answer = receive(client, "1.001699", at, "submitted", "received", **said)
    assert answer.status_code == 201
    path = answer.headers["location"].removeprefix("/api")
    assert answer.json()["dossier"]["unit"] == UNIT  # whatever the body says
    for page in (client.get(each).text for each in ("/", path, "/report")):
        assert "<script>alert" not in page
        assert "49" not in re.sub(r"[0-9a-f]{32,}", "", page.split("<main>")[1])
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/report.xlsx").content)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    code = client.get("/api/dossiers/" + text.replace("/", "%2F"))
    assert code.status_code in {404, 422}
    assert store.differences() == []


# An instant that no clock of another zone can show.
LONG_AGO = b'{"code": "-", "events": [{"kind": "submitted", "at": "0001-01-01T00:00:00+07:00"}]}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422),
        (b"[]", 422),
        (b'{"code": "\\u0000"}', 422),
        (b"\xff", 422),
        (b"[" * 5000, 422),
        (b"1" * 20_001, 413),
        (LONG_AGO, 201),
    ],
    ids=["torn", "list", "nul", "no-utf8", "deep", "long", "year-1"],
)
def test_bad_bodies_are_refused(client: Any, body: bytes, status: int) -> None:
    answer = client.post(
        "/api/dossiers", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code in {status, 400}


def test_forms_of_other_sites_are_refused(client: Any) -> None:
    form = {"procedure": "1.001699", "channel": "in-person", "at": "2026-11-27T09:00"}
    for origin, status in (
        ("https://elsewhere.vn", 403),
        ("null", 403),
        ("http://testserver", 303),
    ):
        answer = client.post("/receive", data=form, headers={"origin": origin})
        assert answer.status_code == status


def workbook(*rows: tuple[object, ...]) -> bytes:
    made = openpyxl.Workbook()
    made.active.append(
        [
            "Ngày tiếp nhận",
            "Ngày hẹn trả",
            "Ngày có kết quả",
            "Mã hồ sơ",
            "Lĩnh vực",
            "Hình thức",
            "Mức độ",
        ]
    )
    for row in rows:
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (desk.MOST_UNPACKED + 1))
    return stream.getvalue()


def upload(client: Any, content: bytes, name: str = "so.xlsx") -> Any:
    return client.post(
        "/upload", files={"book": (name, content)}, data={"period": "statutory-2026-11"}
    )


def test_a_paper_book_is_counted_with_the_dossiers_of_the_desk(client: Any) -> None:
    rows = [
        (date(2026, 10, 20), date(2026, 11, 3), None, f"so-{n}", "Hộ tịch", "in-person", None)
        for n in range(3)
    ]
    answer = upload(client, workbook(*rows))
    assert answer.status_code == 200
    assert "so-2" in answer.text  # late, so listed
    assert "Hộ tịch" in answer.text


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"PK\x03\x04 torn", 422),
        (workbook(("hôm qua", None, None, "x", "=HYPERLINK(1)", "in-person", None)), 422),
        (bomb(), 422),
        (b"0" * (web.MOST_UPLOADED + 1), 413),
        ("Ngày tiếp nhận\n".encode() + b"03/11/2026\n", 422),
    ],
    ids=["empty", "torn", "words", "bomb", "long", "columns"],
)
def test_hostile_files_are_refused_with_reasons(client: Any, content: bytes, status: int) -> None:
    answer = upload(client, content)
    assert answer.status_code == status, answer.text
    assert "Traceback" not in answer.text


# -- the store -------------------------------------------------------------------------------------


def test_a_number_that_somebody_took_is_passed_over(store: Store) -> None:
    client_of(store, UNIT)
    unit = UnitCode.parse(UNIT)
    codes = {store.open_dossier(unit, Dossier("-"), NOW.date()).code for _ in range(3)}
    assert codes == {f"{UNIT}-261127-000{n}" for n in (1, 2, 3)}


def test_the_row_is_compared_and_set_in_one_statement(store: Store) -> None:
    """Between reading and writing another writer adds an event: the slower one judges again."""
    client_of(store, UNIT)
    unit = UnitCode.parse(UNIT)
    code = DossierCode.parse(store.open_dossier(unit, Dossier("-"), NOW.date()).code)
    with store.sessions() as session:
        row = session.get(Row, code)
    assert row
    at = NOW - timedelta(hours=5)
    submitted = store.append(unit, code, Event(EventKind.SUBMITTED, at))
    with store.sessions.begin() as session:  # as one who read the row before that
        assert not store._replace(session, row, submitted)
    with pytest.raises(RefusedEventError):
        store.append(unit, code, Event(EventKind.SUBMITTED, NOW))
    with pytest.raises(StaleError):
        store.append(unit, code, Event(EventKind.NOTE, NOW), seen=row.fingerprint)


_KINDS = st.sampled_from(EventKind)


@settings(max_examples=cases(5, 300), deadline=None)
@given(kinds=st.lists(_KINDS, max_size=12))
def test_events_always_give_the_state_that_is_stored(kinds: list[EventKind]) -> None:
    store = Store("sqlite://", desk.register)
    client_of(store, UNIT)
    unit, taken = UnitCode.parse(UNIT), 0
    given = Dossier("-", procedure="1.001699")
    code = DossierCode.parse(store.open_dossier(unit, given, NOW.date()).code)
    for hour, kind in enumerate(kinds):
        at = NOW - timedelta(days=40) + timedelta(hours=hour)
        more: Any = {"final": False} if kind is EventKind.STOPPED else {}
        more |= {"due": date(2027, 2, 1)} if kind is EventKind.APOLOGY else {}
        with suppress(RefusedEventError):
            store.append(unit, code, Event(kind, at, **more))
            taken += 1
        assert store.differences() == []
    with store.sessions() as session:
        assert session.query(EventRow).count() == taken


def test_a_row_that_was_changed_by_hand_is_found(client: Any, store: Store) -> None:
    answer = receive(client, "1.001699", NOW - timedelta(days=9), "submitted", "received")
    code = DossierCode.parse(answer.json()["dossier"]["code"])
    with store.sessions.begin() as session:
        row = session.get(Row, code)
        assert row
        row.due = date(2027, 1, 1)
    assert store.differences() == [str(code)]


_PERIODS = st.sampled_from(
    [Period.month(2026, m, calendar=PeriodCalendar.STATUTORY) for m in (9, 10, 11)]
)


@settings(max_examples=cases(8, 200), deadline=None)
@given(given=st.lists(dossiers(), min_size=1, max_size=6), period=_PERIODS, move=st.data())
def test_a_report_counts_what_all_histories_give(
    given: list[Dossier], period: Period, move: st.DataObject
) -> None:
    """Only what touches the period is read, most of it from the rows: the form is the same."""
    store = Store("sqlite://", desk.register)
    client_of(store, UNIT)
    unit, kept = UnitCode.parse(UNIT), list[Dossier]()
    for each in given:
        first = min((local_day(event.at) for event in each.events), default=NOW.date())
        days = timedelta(move.draw(st.integers(-60, 60)) + (date(2026, 10, 20) - first).days)
        with suppress(RefusedEventError):
            kept.append(store.open_dossier(unit, shift(each, days), NOW.date()))
    assert store.differences() == []
    whole = [row for each in kept if (row := desk.register(each, period.last)) is not None]
    with store.sessions() as session:
        owner = session.get(Unit, unit)
    assert owner
    made, rows = desk.report(store, owner, str(period), date(2026, 12, 31))
    form = report_form_for(period, "commune")
    counted = tally(whole, by=form.dimensions(), period=period, compare="date")
    assert made == fill(form, counted, period=period, filed_by=owner.name)
    assert month_page(made, rows=rows) == month_page(made, rows=whole)


def shift(dossier: Dossier, days: timedelta) -> Dossier:
    """The same dossier at another time, with what the desk takes: no dates from elsewhere."""
    events = [
        evolve(event, at=event.at + days, recorded=None, due=event.due and event.due + days)
        for event in dossier.events
    ]
    return Dossier("-", procedure="1.001699", field=dossier.field, events=tuple(events))
