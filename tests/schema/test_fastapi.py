"""Public types in Pydantic models and as bodies of FastAPI: read, refused, written, described."""

import json
import subprocess
import sys
from functools import cache
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc.dossiers import Dossier
from evnpubsvc.quantities import Count
from evnpubsvc.schema import openapi_components, record_types
from evnpubsvc.serde import from_data, to_data
from tests.deep import cases
from tests.schema.mutations import drawn

pydantic = pytest.importorskip("pydantic")
fastapi = pytest.importorskip("fastapi")
testclient = pytest.importorskip("fastapi.testclient")


@cache
def _app() -> Any:
    """Return an application that takes every public type and gives it back."""
    app = fastapi.FastAPI()

    def add(name: str, kind: Any) -> None:
        def echo(record: Any) -> Any:
            return record

        echo.__name__ = f"echo_{name}"
        echo.__annotations__ = {"record": Annotated[kind, fastapi.Body()], "return": kind}
        app.post(f"/{name}")(echo)

    for name, kind in record_types().items():
        add(name, kind)
    return app


@cache
def _client() -> Any:
    return testclient.TestClient(_app())


@pytest.mark.parametrize("name", record_types())
@settings(
    max_examples=cases(1, 40),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_every_public_type_goes_through_an_application_and_back(
    name: str, data: st.DataObject
) -> None:
    kind = record_types()[name]
    document = to_data(drawn(data, kind))
    answer = _client().post(f"/{name}", json=document)
    assert answer.status_code == 200, answer.text
    assert from_data(answer.json(), kind) == from_data(document, kind) or answer.json() == document


def test_the_document_of_the_application_has_the_published_schemas() -> None:
    components = _client().get("/openapi.json").json()["components"]["schemas"]
    for theirs in ("HTTPValidationError", "ValidationError"):
        del components[theirs]
    published = openapi_components(*record_types())
    assert components == json.loads(json.dumps(published))


def test_a_bad_body_is_refused_with_path_reason_and_text() -> None:
    body = {"code": "x", "events": [{"kind": "recieved", "at": "2025-07-01"}], "applicant": 3}
    answer = _client().post("/Dossier", json=body)
    assert answer.status_code == 422
    told = {tuple(each["loc"]): each for each in answer.json()["detail"]}
    assert set(told) == {("body", "events", 0, "kind"), ("body", "applicant")}
    wrong = told["body", "applicant"]
    assert wrong["type"] == "value-of-wrong-type"
    assert wrong["msg"] == "a text is needed here, not 3"
    assert wrong["ctx"]["message_vi"] == "cần chuỗi ký tự, nhưng ở đây là 3"
    assert wrong["ctx"]["path"] == "$.applicant"


@pytest.mark.parametrize("body", ["[]", '"x"', "3", "null", "[" * 500 + "]" * 500, '{"code": {}}'])
def test_what_is_no_record_at_all_is_refused(body: str) -> None:
    answer = _client().post("/Dossier", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_record_in_a_model() -> None:
    class Case(pydantic.BaseModel):  # type: ignore[misc, name-defined]
        number: Count
        dossier: Dossier | None = None

    case = Case(number=Count(3, "sheets"))
    assert case.number == Count(3, "sheets")
    assert case.model_dump(mode="json") == {
        "number": {"value": 3, "unit": "sheets"},
        "dossier": None,
    }
    assert Case.model_validate_json(case.model_dump_json()) == case
    assert "Count" in Case.model_json_schema()["$defs"]
    with pytest.raises(pydantic.ValidationError) as caught:
        Case.model_validate({"number": {"value": -1, "unit": "{message_vi} sheets"}})
    # Braces in what was given stay as they are.
    assert "{message_vi} sheets" in str(caught.value)


def test_neither_library_is_imported_for_the_other() -> None:
    code = (
        "import sys; from evnpubsvc.dossiers import Dossier; import evnpubsvc.schema\n"
        "print('pydantic' in sys.modules)\n"
        "from pydantic import TypeAdapter\n"
        "print(TypeAdapter(Dossier).validate_python({'code': 'x'}).code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\nx\n"
