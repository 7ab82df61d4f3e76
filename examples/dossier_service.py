"""A small service around the life cycle of a dossier, as an application would build it on FastAPI.

`uvicorn examples.dossier_service:app` starts it. It keeps nothing: a dossier comes in whole, and
goes out whole. The tests let a program try it with requests made from its own description.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, FastAPI, Request
from fastapi.responses import JSONResponse

from evnpubsvc.codes import DossierCode
from evnpubsvc.dossiers import Dossier, Event, RefusedEventError, apply
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.quantities import Ratio
from evnpubsvc.serde import to_data

app = FastAPI(title="Dossiers", version="1")


@app.exception_handler(DataError)
def answer_bad_data(_: Request, error: DataError) -> JSONResponse:
    """Answer with every finding; 409 where an event is not allowed."""
    if isinstance(error, RefusedEventError):
        status = 409
    else:
        status = 422
    return JSONResponse({"findings": [to_data(each) for each in error.findings]}, status)


_FINDINGS: dict[str, Any] = {
    "description": "What is wrong.",
    "content": {"application/json": {"schema": {"type": "object"}}},
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: _FINDINGS,  # a body that is no JSON
    409: _FINDINGS,
    422: _FINDINGS,
}


@app.post("/events", responses=_REFUSED)
def add_event(dossier: Annotated[Dossier, Body()], event: Annotated[Event, Body()]) -> Dossier:
    """Return the dossier with one event more."""
    return apply(dossier, event)


@app.get("/codes/{code}", responses=_REFUSED)
def read_code(code: DossierCode) -> DossierCode:
    """Return a code in its canonical form."""
    return code


@app.post("/ratios", responses=_REFUSED)
def check_ratio(ratio: Annotated[Ratio, Body()]) -> Ratio:
    """Return a ratio that holds."""
    return ratio


@app.post("/findings", responses=_REFUSED)
def keep_finding(finding: Annotated[Finding, Body()]) -> Finding:
    """Return a finding."""
    return finding
