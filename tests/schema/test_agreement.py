"""Schema and converter judge every document alike, but for what only a record can judge."""

import json
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bench.face import public_names, public_objects, records
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from evnpubsvc._letters import NOT_BLANK
from evnpubsvc.errors import DataError
from evnpubsvc.quantities import Count, Ratio
from evnpubsvc.schema import all_schemas, json_schema, openapi_components, record_types
from evnpubsvc.serde import from_data, to_data, to_json
from evnpubsvc.texts.parts import catalogue
from tests.deep import cases
from tests.schema.mutations import drawn, mutated

_PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "schema.md").read_text("utf-8")
# What schemas say: a document that the converter refuses for one of these alone, the schema refuses
# too. Every other reason is a rule of a record over several values, or what makes a text a code.
_SAID = frozenset(
    {
        "count-negative",
        "count-not-whole",
        "key-malformed",
        "key-missing",
        "key-unknown",
        "text-empty",
        "value-of-wrong-type",
        "value-refused",
        "wrong-type",
    }
)


@cache
def definitions() -> dict[str, Any]:
    """Return the definition of every type."""
    found: dict[str, Any] = all_schemas()["$defs"]
    return found


@cache
def validator_of(name: str) -> Draft202012Validator:
    """Return a validator of the plain data of a type."""
    document = {"$ref": f"#/$defs/{name}", "$defs": definitions()}
    return Draft202012Validator(document)


def findings_in(document: Any, kind: type[Any]) -> list[Any]:
    """Return what the converter says against a document."""
    try:
        from_data(document, kind)
    except DataError as error:
        return list(error.findings)
    return []


def test_every_public_record_has_a_schema() -> None:
    named = {kind.__name__ for kind in records(public_objects(public_names())).values()}
    assert named - set(record_types()) == set()
    assert len(record_types()) > 280
    Draft202012Validator.check_schema(all_schemas())


@pytest.mark.parametrize("name", record_types())
@settings(
    max_examples=cases(1, 200),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_schema_and_converter_agree(name: str, data: st.DataObject) -> None:
    kind = record_types()[name]
    validator = validator_of(name)
    document = json.loads(json.dumps(to_data(drawn(data, kind))))

    # What we write, both accept.
    assert list(validator.iter_errors(document)) == []
    assert findings_in(document, kind) == []

    # What is nearly right, both refuse, or the record has a rule of its own.
    for _ in range(cases(1, 3)):
        changed = data.draw(mutated(document))
        found = findings_in(changed, kind)
        if not found:
            assert list(validator.iter_errors(changed)) == []
        elif validator.is_valid(changed):
            told = [each for each in found if each.reason in _SAID]
            assert len(told) < len(found) or all(map(_says_less, told)), (changed, found)


def _exceptions() -> list[tuple[str, str, str]]:
    """Return the rows of the table in the docs: type, document, reason."""
    return re.findall(
        r"^\| [^|]+ \| `(\w+)` `(.+?)` \| `([\w-]+)` \| [^|]+ \|$", _PAGE, re.MULTILINE
    )


@pytest.mark.parametrize(("name", "written", "reason"), _exceptions())
def test_each_exception_is_one(name: str, written: str, reason: str) -> None:
    document = json.loads(written)
    assert validator_of(name).is_valid(document)
    assert {each.reason for each in findings_in(document, record_types()[name])} == {reason}


def test_the_page_has_every_exception_and_every_reason_of_schemas() -> None:
    rows = [line for line in _PAGE.splitlines() if line.startswith("| ")]
    assert len(_exceptions()) == len(rows) - 1
    (said,) = [line for line in _PAGE.splitlines() if "one of these reasons alone" in line]
    assert set(re.findall("`([a-z]+(?:-[a-z]+)+)`", said)) == _SAID


@pytest.mark.parametrize("name", ["Band", "Prize", "PointsCriterion", "Scheme"])
def test_a_key_is_a_pattern(name: str) -> None:
    assert definitions()[name]["properties"]["key"]["pattern"].startswith("^")


@pytest.mark.parametrize(
    ("count", "accepted"),
    [
        ({"least": 3, "unit": "people"}, True),  # TOML has no word for "no upper bound"
        ({"least": 3, "most": None, "unit": "people"}, True),
        ({"most": 3, "unit": "people"}, False),
        ({"least": 3, "unit": "people", "more": 4}, False),
        ({"unit": "people"}, False),
    ],
)
def test_a_count_within_bounds_may_leave_out_its_upper_one(
    count: dict[str, Any], accepted: bool
) -> None:
    document = {"numerator": count, "denominator": {"value": 9, "unit": "people"}}
    assert validator_of("Ratio").is_valid(document) is accepted
    assert (not findings_in(document, Ratio)) is accepted


# Inside a value that names its type, and inside a list of such values, a schema says nothing.
_inside_a_value = re.compile(r"\.(value|code|parts\..*?)(\[|\.value)").search


def _says_less(found: Any) -> bool:
    return _inside_a_value(found.path) is not None


@given(st.integers(0, 3_652_058), st.integers(0, 59))
@settings(max_examples=cases(50, 20_000))
def test_the_pattern_of_days_knows_every_day_and_no_other(number: int, last: int) -> None:
    day = (date(1, 1, 1) + timedelta(number)).isoformat()
    assert validator_of("CalendarDay").schema
    days = Draft202012Validator(definitions()["Day"])
    assert days.is_valid(day)
    other = f"{day[:8]}{last:02}"
    try:
        date.fromisoformat(other)
    except ValueError:
        assert not days.is_valid(other)
    else:
        assert days.is_valid(other)


def test_patterns_mean_the_same_in_every_language() -> None:
    # Python and JavaScript disagree on \\s, \\d and \\w beyond ASCII.
    written = json.dumps(definitions())
    assert re.findall(r'"pattern": "[^"]*\\\\[sSdDwWbB]', written) == []
    blank = [chr(each) for each in range(0x1_1000) if not re.search(NOT_BLANK, chr(each))]
    assert blank == [chr(each) for each in range(0x1_1000) if chr(each).isspace()]


def test_a_schema_of_one_type_is_whole() -> None:
    for name in ("Dossier", "Scheme", "Timeline"):
        schema = json_schema(name)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"] == f"urn:evnpubsvc:schema:1:{name}"
        referred = set(json.dumps(schema).split('"#/$defs/'))
        assert {each.partition('"')[0] for each in list(referred)} >= {name}
        Draft202012Validator(schema).is_valid({})


def test_documents_have_schemas_too() -> None:
    document = json.loads(to_json(Ratio(Count(1, "sheets"), Count(2, "sheets"))))
    assert Draft202012Validator(json_schema(Ratio, envelope=True)).is_valid(document)
    assert Draft202012Validator(all_schemas()).is_valid(document)
    document["format"] = 2
    assert not Draft202012Validator(json_schema(Ratio, envelope=True)).is_valid(document)


def test_components_refer_to_each_other() -> None:
    components = openapi_components("Dossier", "Finding")
    assert {"Dossier", "Event", "EventKind", "Finding", "TypedValue"} <= set(components)
    referred = json.dumps(components).split('"#/components/schemas/')[1:]
    assert {each.partition('"')[0] for each in referred} <= set(components)


def test_every_type_and_field_says_what_it_is() -> None:
    for name, definition in definitions().items():
        assert definition["title"], name
        assert definition["x-title-vi"], name
        if name in record_types():
            assert definition["description"], name


def test_no_title_is_left_over() -> None:
    titles = {definition["title"] for definition in definitions().values()}
    named = [entry["en"] for key, entry in catalogue().items() if key.startswith("type.")]
    assert set(named) == titles
    assert len(named) == len(definitions())
