"""The desk over HTTP: JSON under /api for programs, pages for people, nothing without a token."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zipfile import BadZipFile, ZipFile

import sqlalchemy as sa
from attrs import evolve
from fastapi import Body, Cookie, Depends, FastAPI, Form, Header, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader

from evnpubsvc.codes import DossierCode
from evnpubsvc.dossiers import (
    Dossier,
    Event,
    Outcome,
    Refusal,
    RefusedEventError,
    apply,
    fingerprint,
    possible,
)
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.page import month_page
from evnpubsvc.serde import ReportFormat, from_data, report_bytes, to_data
from evnpubsvc.services import Channel, OnlineKind2022

from . import desk
from .store import Row, StaleError, Store, Unit

MOST_BYTES, MOST_UNPACKED = 2_000_000, 50_000_000
CSP = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff"}
HEADERS |= {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
FOLDER = FileSystemLoader(Path(__file__).with_name("templates"))
TEMPLATES = Environment(autoescape=True, loader=FOLDER)
TEMPLATES.filters |= {"vi": desk.written}


class AnswerError(Exception):
    """An answer that is no result: its status, what it says, and findings."""

    def __init__(self, status: int, text: str, findings: Sequence[Finding] = ()) -> None:
        self.status, self.text, self.findings = status, text, findings
        super().__init__(text)


def show(name: str, unit: Unit | None, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page in Vietnamese; what is wrong is an alert on it."""
    values |= {"unit": unit, "desk": desk, "now": desk.now().strftime("%Y-%m-%dT%H:%M")}
    return HTMLResponse(TEMPLATES.get_template(f"{name}.html").render(values), status)


def create_app(store: Store) -> FastAPI:  # noqa: PLR0915 - a list of addresses
    """Return the application over a store."""
    app = FastAPI(title="Một cửa", openapi_url=None)
    app.middleware("http")(guard)
    app.exception_handler(AnswerError)(answer)
    app.exception_handler(DataError)(answer)

    def unit_of(
        authorization: Annotated[str, Header()] = "", desk_token: Annotated[str, Cookie()] = ""
    ) -> Unit:
        unit = store.unit_of(authorization.removeprefix("Bearer ") or desk_token)
        if unit is None:
            raise AnswerError(401, "Cần mã truy cập của đơn vị.")
        return unit

    Mine = Annotated[Unit, Depends(unit_of)]  # noqa: N806 - a type
    Filled = Annotated[dict[str, Any], Depends(read_form)]  # noqa: N806

    def find(unit: Unit, code: DossierCode) -> Dossier:
        found = store.read(Row.unit == unit.code, Row.code == code)
        if not found:  # also where it is another unit's
            raise AnswerError(404, "Không có hồ sơ này.")
        return found[0]

    def receive(unit: Unit, given: Dossier) -> Dossier:
        checked = evolve(desk.complete(given, desk.now().date()), events=())
        for event in given.events:
            checked = apply(checked, stamp(event))
        code = store.open_dossier(unit.code, checked, desk.now().date())
        return find(unit, code)

    def append(unit: Unit, code: DossierCode, event: Event, seen: str, request: str) -> Dossier:
        try:
            after = store.append(unit.code, code, stamp(event), seen, request)
        except StaleError:
            raise AnswerError(412, "Hồ sơ đã có thay đổi; hãy xem lại.") from None
        if isinstance(after, Refusal):
            raise AnswerError(409, "Không được phép.", [after.finding])
        return after or find(unit, code)

    @app.post("/api/dossiers", status_code=201)
    def add_dossier(unit: Mine, dossier: Annotated[Dossier, Body()]) -> JSONResponse:
        """Keep a new dossier, which gets its code here; each of its events must be allowed."""
        return describe(receive(unit, dossier), 201)

    @app.get("/api/dossiers/{code}")
    def get_dossier(unit: Mine, code: DossierCode) -> JSONResponse:
        return describe(find(unit, code))

    @app.post("/api/dossiers/{code}/events")
    def add_event(
        unit: Mine,
        code: DossierCode,
        event: Annotated[Event, Body()],
        if_match: Annotated[str, Header()] = "",
        idempotency_key: Annotated[str, Header(max_length=100)] = "",
    ) -> JSONResponse:
        """Append an event: 409 with the article if the law forbids it, 412 if others were first."""
        return describe(append(unit, code, event, if_match.strip('"'), idempotency_key))

    @app.get("/api/board")
    def get_board(unit: Mine) -> dict[str, Any]:
        lists, more = desk.board(store, unit.code, desk.now().date())
        return {
            "more": more,
            **{key: [each.code for each in found] for key, found in lists.items()},
        }

    @app.get("/login")
    def ask_token() -> Response:
        return show("login", None)

    @app.post("/login")
    def log_in(request: Request, token: Annotated[str, Form(max_length=200)]) -> Response:
        if store.unit_of(token) is None:
            return show("login", None, 401, wrong=True)
        done = RedirectResponse("/", 303)
        secure = request.url.scheme == "https"
        done.set_cookie("desk_token", token, httponly=True, samesite="strict", secure=secure)
        return done

    @app.post("/logout")
    def log_out() -> Response:
        done = RedirectResponse("/login", 303)
        done.delete_cookie("desk_token")
        return done

    @app.get("/")
    def show_board(unit: Mine) -> Response:
        lists, more = desk.board(store, unit.code, desk.now().date())
        return show("board", unit, lists=lists, more=more)

    @app.get("/receive")
    def ask_dossier(unit: Mine) -> Response:
        return show("receive", unit, channels=Channel, levels=OnlineKind2022)

    @app.post("/receive")
    def take_dossier(unit: Mine, form: Filled) -> Response:
        steps = [{"kind": kind, "at": form.get("at")} for kind in ("submitted", "received")]
        said = {"code": "-", "procedure": form.get("procedure"), "channel": form.get("channel")}
        evidence = {"level": form["level"]} if "level" in form else None
        kept = receive(unit, from_data({**said, "evidence": evidence, "events": steps}, Dossier))
        return RedirectResponse(f"/dossiers/{kept.code}", 303)

    @app.get("/dossiers/{code}")
    def show_dossier(unit: Mine, code: DossierCode) -> Response:
        dossier = find(unit, code)
        seen, request = fingerprint(dossier.events), secrets.token_hex(16)
        kinds = possible(dossier, desk.now())
        keys = {"seen": seen, "request": request}
        due = desk.due(dossier)
        return show(
            "dossier", unit, dossier=dossier, kinds=kinds, outcomes=Outcome, due=due, keys=keys
        )

    @app.post("/dossiers/{code}/events")
    def take_event(unit: Mine, code: DossierCode, form: Filled) -> Response:
        seen, key = form.pop("seen", ""), form.pop("request", "")
        final = {"final": form.pop("final") == "yes"} if "final" in form else {}
        append(unit, code, from_data({**form, **final}, Event), seen, key)
        return RedirectResponse(f"/dossiers/{code}", 303)

    @app.get("/report")
    @app.get("/report.xlsx")
    def show_report(unit: Mine, request: Request, period: str = "") -> Response:
        made, rows = desk.report(store, unit, period, desk.now().date())
        if not request.url.path.endswith(".xlsx"):
            return HTMLResponse(month_page(made, rows=rows, calendar=desk.CALENDAR))
        named = {"Content-Disposition": 'attachment; filename="bao-cao.xlsx"'}
        return Response(report_bytes(made, file_format=ReportFormat.XLSX), headers=named)

    @app.get("/upload")
    def ask_register(unit: Mine) -> Response:
        return show("upload", unit)

    @app.post("/upload")
    def take_register(
        unit: Mine, book: UploadFile, period: Annotated[str, Form()] = ""
    ) -> Response:
        check_unpacked(book)
        rows = desk.read_upload(book.file.read(MOST_BYTES))
        made, rows = desk.report(store, unit, period, desk.now().date(), rows)
        return HTMLResponse(month_page(made, rows=rows, calendar=desk.CALENDAR))

    @app.get("/standings")
    def show_standings(unit: Mine, period: str = "") -> Response:  # noqa: ARG001 - any unit
        with store.sessions() as session:
            units = session.scalars(sa.select(Unit)).all()
        return HTMLResponse(desk.standings(store, units, period, desk.now().date()))

    return app


def stamp(event: Event) -> Event:
    """Return an event with the instant at which the desk learnt of it; none comes from tomorrow."""
    now = desk.now()
    if event.at > (now if isinstance(event.at, datetime) else now.date()):
        raise AnswerError(422, "Sự kiện không thể ở tương lai.")
    return evolve(event, recorded=now)


def describe(dossier: Dossier, status: int = 200) -> JSONResponse:
    """Return a dossier, its due date with reasons, and the fingerprint for the next write."""
    due, seen = desk.due(dossier), fingerprint(dossier.events)
    body = {"dossier": to_data(dossier), "status": dossier.status, "reasons": desk.reasons(due)}
    body |= {"due": due.due and due.due.isoformat(), "fingerprint": seen}
    headers = {"ETag": f'"{seen}"', "Location": f"/api/dossiers/{dossier.code}"}
    return JSONResponse(body, status, headers)


async def read_form(request: Request) -> dict[str, Any]:
    """Return the fields that somebody filled in; the moment of a form is one of Viet Nam."""
    form = {name: value for name, value in (await request.form()).items() if value != ""}
    return form | {"at": f"{form.get('at')}:00+07:00"}


def check_unpacked(book: UploadFile) -> None:
    """Refuse a workbook that unpacks to more than a register holds; CSV is no archive."""
    try:
        size = sum(each.file_size for each in ZipFile(book.file).infolist())
    except BadZipFile:
        size = 0
    if size > MOST_UNPACKED:
        raise AnswerError(413, "Tệp quá lớn khi giải nén.")
    book.file.seek(0)


async def guard(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    """Bound what comes in, refuse forms of other sites, and say what browsers may do."""
    length = request.headers.get("content-length", "0")
    if "transfer-encoding" in request.headers or not length.isdecimal():
        return JSONResponse({"message": "Cần Content-Length."}, 411, HEADERS)
    if int(length) > MOST_BYTES:
        return JSONResponse({"message": "Nội dung quá dài."}, 413, HEADERS)
    if request.method != "GET" and request.headers.get("sec-fetch-site") == "cross-site":
        return JSONResponse({"message": "Yêu cầu từ trang khác."}, 403, HEADERS)
    given = await handle(request)
    given.headers.update(HEADERS)
    return given


def answer(request: Request, error: AnswerError | DataError) -> Response:
    """Say what is wrong, in JSON to programs and on a page to people."""
    status, text = 409 if isinstance(error, RefusedEventError) else 422, "Không thực hiện được."
    if isinstance(error, AnswerError):
        status, text = error.status, error.text
    if request.url.path.startswith("/api"):
        told = [{**to_data(each), "message": each.message("vi")} for each in error.findings]
        return JSONResponse({"message": text, "findings": told}, status)
    if status == 401:
        return RedirectResponse("/login", 303)
    return show("message", None, status, text=text, findings=error.findings)
