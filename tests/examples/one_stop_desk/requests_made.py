"""Requests that Schemathesis makes from the description of the desk: no answer is a 5xx.

`make web` makes a few, `make desk` many. A half of them ask about a dossier that there is.
"""

import tempfile
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from examples.one_stop_desk import desk, web
from examples.one_stop_desk.store import Store
from hypothesis import HealthCheck, settings

from evnpubsvc.codes import UnitCode
from evnpubsvc.dossiers import Dossier, Event, EventKind
from evnpubsvc.worktime import VIETNAM_TIME
from tests.deep import cases

_openapi: Any = import_module("schemathesis").openapi
_UNIT = UnitCode.parse("H48.20.01")
_store = Store(f"sqlite:///{tempfile.mkdtemp()}/desk.sqlite3", desk.register)
_LOGIN = (str(_UNIT), _store.add_unit(str(_UNIT), "UBND xã"))
_at = datetime(2026, 11, 2, 8, tzinfo=VIETNAM_TIME)
_dossier = Dossier(
    "-",
    procedure="1.001699",
    events=(Event(EventKind.SUBMITTED, _at), Event(EventKind.RECEIVED, _at)),
)
_CODE = _store.open_dossier(_UNIT, _dossier, _at.date()).code
_app = web.create_app(_store)
_app.get("/openapi.json", include_in_schema=False)(_app.openapi)
_schema = _openapi.from_asgi("/openapi.json", _app)
_no_server_error = import_module("schemathesis.checks").not_a_server_error


@_schema.parametrize()  # type: ignore[untyped-decorator]
@settings(
    max_examples=cases(1, 200),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_desk(case: Any) -> None:
    parameters = case.path_parameters or {}
    if "code" in parameters and len(str(case.body)) % 2:
        case.path_parameters = parameters | {"code": _CODE}
    answer = case.call(auth=_LOGIN, timeout=120)
    assert answer.status_code != 401
    case.validate_response(answer, checks=[_no_server_error])


def test_the_rows_still_say_what_the_events_give() -> None:
    assert _store.differences() == []
    Path(str(_store.engine.url.database)).unlink()
