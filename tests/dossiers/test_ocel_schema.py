"""What we write validates against the published JSON schema of OCEL 2.0.

The schema is transcribed from section 8.2 of the OCEL 2.0 specification (2023). On 25/11/2026 it
was compared with the published file, `ocel20-schema-json.json` of ocel-standard.org, as a public
test suite reproduces it word for word: the two are equal as JSON but for the order of keys. The
file states no licence, so it is not copied. Validation is done by `jsonschema`, and by a reader of
the few keywords that it uses, which knows what a time with an offset is.
"""

import io
import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from evnpubsvc.dossiers import Dossier
from evnpubsvc.errors import DataError
from evnpubsvc.serde import write_ocel
from evnpubsvc.strategies import dossiers
from tests.deep import cases
from tests.dossiers.samples import dossier


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_TEXT = {"type": "string"}
_TIME = {"type": "string", "format": "date-time"}
_TYPES = _list(
    _object(
        "name attributes",
        name=_TEXT,
        attributes=_list(_object("name type", name=_TEXT, type=_TEXT)),
    )
)
_RELATIONS = _list(_object("objectId qualifier", objectId=_TEXT, qualifier=_TEXT))
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **_object(
        "eventTypes objectTypes events objects",
        eventTypes=_TYPES,
        objectTypes=_TYPES,
        events=_list(
            _object(
                "id type time",
                id=_TEXT,
                type=_TEXT,
                time=_TIME,
                attributes=_list(_object("name value", name=_TEXT, value=_TEXT)),
                relationships=_RELATIONS,
            )
        ),
        objects=_list(
            _object(
                "id type",
                id=_TEXT,
                type=_TEXT,
                relationships=_RELATIONS,
                attributes=_list(_object("name value time", name=_TEXT, value=_TEXT, time=_TIME)),
            )
        ),
    ),
}


VALIDATOR = Draft7Validator(SCHEMA)


def violations(value: Any, schema: dict[str, Any], path: str = "$") -> list[str]:
    kind = {"object": dict, "array": list, "string": str}[schema["type"]]
    if not isinstance(value, kind):
        return [path]
    found: list[str] = []
    if schema.get("format") == "date-time" and datetime.fromisoformat(value).utcoffset() is None:
        found.append(path)
    if isinstance(value, dict):
        found += [f"{path}.{name}" for name in schema["required"] if name not in value]
        for name, each in schema["properties"].items():
            if name in value:
                found += violations(value[name], each, f"{path}.{name}")
    if isinstance(value, list):
        for index, each in enumerate(value):
            found += violations(each, schema["items"], f"{path}[{index}]")
    return found


def written(some: list[Dossier]) -> Any:
    stream = io.BytesIO()
    write_ocel(some, stream)
    return json.loads(stream.getvalue())


@settings(
    deadline=None,
    max_examples=cases(15, 400),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(dossiers(lawful=False), max_size=3, unique_by=lambda each: each.code))
def test_every_log_validates_and_refers_to_what_it_declares(some: list[Dossier]) -> None:
    document = written(some)
    assert violations(document, SCHEMA) == []
    assert list(VALIDATOR.iter_errors(document)) == []
    ids = [each["id"] for each in document["objects"]]
    assert len(ids) == len(set(ids))
    for part, types in (("events", "eventTypes"), ("objects", "objectTypes")):
        declared = {t["name"]: {a["name"] for a in t["attributes"]} for t in document[types]}
        for each in document[part]:
            assert {a["name"] for a in each["attributes"]} <= declared[each["type"]]
            assert {r["objectId"] for r in each["relationships"]} <= set(ids)


def test_a_broken_log_does_not_validate() -> None:
    document = written([dossier("submitted 2022-03-01 09:00")])
    del document["events"][0]["time"]
    document["objects"][0]["attributes"] = {}
    assert violations(document, SCHEMA) == ["$.events[0].time", "$.objects[0].attributes"]


def test_the_transcription_is_itself_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)
    document = written([dossier("submitted 2022-03-01 09:00")])
    del document["objects"][0]["id"]
    document["eventTypes"] = {}
    assert sorted(error.json_path for error in VALIDATOR.iter_errors(document)) == [
        "$.eventTypes",
        "$.objects[0]",
    ]


def test_a_code_that_comes_twice_names_its_first_place() -> None:
    with pytest.raises(DataError) as refused:
        write_ocel([Dossier("a"), Dossier("b"), Dossier("b")], io.BytesIO())
    (found,) = refused.value.findings
    assert (found.path, dict(found.parts)["first"]) == ("$[2].code", 1)


def test_only_dossiers_of_the_log_are_linked() -> None:
    stream = io.BytesIO()
    write_ocel([Dossier("a", linked=("b", "elsewhere")), Dossier("b")], stream)
    first = json.loads(stream.getvalue())["objects"][0]
    assert first["relationships"] == [{"objectId": "dossier:b", "qualifier": "linked"}]
