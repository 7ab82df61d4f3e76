"""The desk over HTTP: JSON under /api for programs, pages for people, nothing without a token."""

import re
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Body, Depends, FastAPI, Form, Header, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from jinja2 import Environment, FileSystemLoader

from evnpubsvc import DataError, Dossier, Event
from evnpubsvc.codes import DossierCode
from evnpubsvc.dossiers import Outcome, RefusedEventError, fingerprint, possible
from evnpubsvc.findings import describe_findings
from evnpubsvc.page import month_page
from evnpubsvc.serde import ReportFormat, from_data, report_bytes, to_data
from evnpubsvc.services import Channel, OnlineKind2022
from evnpubsvc.texts import write

from . import desk
from .store import MissingError, StaleError, Store, Unit

MOST_BYTES, MOST_UPLOADED = 20_000, 500_000
CSP = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff"}
HEADERS |= {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
FOLDER = FileSystemLoader(Path(__file__).with_name("templates"))
TEMPLATES = Environment(autoescape=True, loader=FOLDER)
TEMPLATES.filters["vi"] = lambda value: write(value, "vi")
TEMPLATES.globals |= {"desk": desk, "channels": Channel, "levels": OnlineKind2022}
LOGIN = HTTPBasic(realm="one-stop desk")  # the code of a unit, and its token as the password
ANSWERS = {  # the first that fits
    RefusedEventError: (409, "Không được phép."),
    StaleError: (412, "Hồ sơ đã có thay đổi; hãy xem lại."),
    MissingError: (404, "Không có hồ sơ này."),
    desk.FutureError: (422, "Sự kiện không thể ở tương lai."),
    DataError: (422, "Không thực hiện được."),
}


def create_app(store: Store) -> FastAPI:
    """Return the application over a store."""
    app = FastAPI(title="Một cửa", openapi_url=None)
    app.state.store = store
    add_api(app, store)
    add_pages(app, store)
    app.middleware("http")(guard)
    for kind in ANSWERS:
        app.exception_handler(kind)(answer)
    return app


def unit_of(request: Request, given: Annotated[HTTPBasicCredentials, Depends(LOGIN)]) -> Unit:
    """Return who asks: the unit whose code and token were sent."""
    unit: Unit | None = request.app.state.store.unit_of(given.username, given.password)
    if unit is None:
        raise LOGIN.make_not_authenticated_error()
    return unit


async def read_form(request: Request) -> dict[str, Any]:
    """Return the fields that somebody filled in; the moment of a form is one of Viet Nam."""
    form = {name: value for name, value in (await request.form()).items() if value != ""}
    return form | {"at": f"{form.get('at')}:00+07:00"}


Mine = Annotated[Unit, Depends(unit_of)]
Filled = Annotated[dict[str, Any], Depends(read_form)]
Field = Annotated[str, Form()]


def add_api(app: FastAPI, store: Store) -> None:
    """Add the addresses for programs, which speak JSON."""

    @app.post("/api/dossiers", status_code=201)
    def add_dossier(unit: Mine, dossier: Annotated[Dossier, Body()]) -> JSONResponse:
        """Keep a new dossier, which gets its code here."""
        return describe(receive(store, unit, dossier), 201)

    @app.get("/api/dossiers/{code}")
    def get_dossier(unit: Mine, code: DossierCode) -> JSONResponse:
        return describe(store.find(unit.code, code))

    @app.post("/api/dossiers/{code}/events")
    def add_event(
        unit: Mine,
        code: DossierCode,
        event: Annotated[Event, Body()],
        if_match: Annotated[str, Header()] = "",
        idempotency_key: Annotated[str, Header(max_length=100)] = "",
    ) -> JSONResponse:
        """Append an event: 409 with the article if the law forbids it, 412 if others were first."""
        seen = if_match.strip('"')
        return describe(store.append(unit.code, code, desk.stamp(event), seen, idempotency_key))


def add_pages(app: FastAPI, store: Store) -> None:
    """Add the pages for people, whose forms send what JSON does."""

    @app.get("/")
    def show_board(unit: Mine) -> Response:
        lists, more = desk.board(store, unit.code, desk.now().date())
        return show("board", unit, lists=lists, more=more)

    @app.get("/receive")
    @app.get("/upload")
    def show_form(unit: Mine, request: Request) -> Response:
        return show(request.url.path.strip("/"), unit)

    @app.post("/receive")
    def take_dossier(unit: Mine, form: Filled) -> Response:
        steps = [{"kind": kind, "at": form["at"]} for kind in ("submitted", "received")]
        said = {"code": "-", "procedure": form.get("procedure"), "channel": form.get("channel")}
        evidence = {"level": form["level"]} if "level" in form else None
        given = from_data({**said, "evidence": evidence, "events": steps}, Dossier)
        return RedirectResponse(f"/dossiers/{receive(store, unit, given).code}", 303)

    @app.get("/dossiers/{code}")
    def show_dossier(unit: Mine, code: DossierCode) -> Response:
        dossier = store.find(unit.code, code)
        keys = {"seen": fingerprint(dossier.events), "request": secrets.token_hex(16)}
        kinds = possible(dossier, desk.now())
        return show("dossier", unit, dossier=dossier, kinds=kinds, outcomes=Outcome, keys=keys)

    @app.post("/dossiers/{code}/events")
    def take_event(unit: Mine, code: DossierCode, form: Filled) -> Response:
        """Append the event of a form, which carries what the clerk had seen."""
        seen, key = form.pop("seen", ""), form.pop("request", "")
        final = {"final": form.pop("final") == "yes"} if "final" in form else {}
        store.append(unit.code, code, desk.stamp(from_data({**form, **final}, Event)), seen, key)
        return RedirectResponse(f"/dossiers/{code}", 303)

    @app.get("/report")
    @app.get("/report.xlsx")
    def show_report(unit: Mine, request: Request, period: str = "") -> Response:
        made, rows = desk.report(store, unit, period, desk.now().date())
        if not request.url.path.endswith(".xlsx"):
            return HTMLResponse(month_page(made, rows=rows, calendar=desk.CALENDAR))
        named = {"Content-Disposition": 'attachment; filename="bao-cao.xlsx"'}
        return Response(report_bytes(made, file_format=ReportFormat.XLSX), headers=named)

    @app.post("/upload")
    def take_register(unit: Mine, book: UploadFile, period: Field = "") -> Response:
        """Count a register on file with the dossiers of the desk; nothing of it is kept."""
        more = desk.read_upload(book.file)
        made, rows = desk.report(store, unit, period, desk.now().date(), more)
        return HTMLResponse(month_page(made, rows=rows, calendar=desk.CALENDAR))

    @app.get("/standings", dependencies=[Depends(unit_of)])
    def show_standings(period: str = "") -> Response:
        return HTMLResponse(desk.standings(store, period, desk.now().date()))


def receive(store: Store, unit: Unit, given: Dossier) -> Dossier:
    """Keep a new dossier, all of whose events the desk learns of now."""
    day = desk.now().date()
    return store.open_dossier(unit.code, desk.complete(given, day), day)


def describe(dossier: Dossier, status: int = 200) -> JSONResponse:
    """Return a dossier, its due date with reasons, and the fingerprint for the next write."""
    due, seen = desk.due(dossier), fingerprint(dossier.events)
    body = {"dossier": to_data(dossier), "status": dossier.status, "fingerprint": seen}
    body |= {"due": due.due and due.due.isoformat(), "reasons": due.explain("vi").splitlines()}
    headers = {"ETag": f'"{seen}"', "Location": f"/api/dossiers/{dossier.code}"}
    return JSONResponse(body, status, headers)


def show(name: str, unit: Unit | None, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page in Vietnamese."""
    values |= {"unit": unit, "now": desk.now().strftime("%Y-%m-%dT%H:%M")}
    return HTMLResponse(TEMPLATES.get_template(f"{name}.html").render(values), status)


async def guard(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    """Bound what comes in, refuse forms of other sites, and say what browsers may do."""
    length = request.headers.get("content-length", "0")
    origin = request.headers.get("origin", "")
    if "transfer-encoding" in request.headers or not re.fullmatch("[0-9]{1,9}", length):
        given: Response = JSONResponse({"message": "Cần Content-Length."}, 411)
    elif int(length) > (MOST_UPLOADED if request.url.path == "/upload" else MOST_BYTES):
        given = JSONResponse({"message": "Nội dung quá dài."}, 413)
    elif origin and urlsplit(origin).netloc != request.headers.get("host"):
        given = JSONResponse({"message": "Yêu cầu từ trang khác."}, 403)
    else:
        given = await handle(request)
    given.headers.update(HEADERS)
    return given


def answer(request: Request, error: Exception) -> Response:
    """Say what is wrong, in JSON to programs and on a page to people."""
    status, text = next(said for kind, said in ANSWERS.items() if isinstance(error, kind))
    found = error.findings if isinstance(error, DataError) else ()
    if request.url.path.startswith("/api"):
        return JSONResponse({"message": text, "findings": describe_findings(found)}, status)
    return show("message", None, status, text=text, findings=found)
