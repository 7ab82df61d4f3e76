"""Exceptions carry reasons as data, are what callers already catch, and survive pickling."""

import pickle

import pytest

from evnpubsvc.errors import DataError, EvnpubsvcError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, Severity, by_reason, finding, notice, violations


@pytest.mark.parametrize(
    "error",
    [
        MisuseError("count-negative", -3),
        UnknownNameError("group-unknown", "x", known="a, b"),
        DataError([finding("unit-twice", "line 3", "A"), notice("column-unused", "line 1", "c")]),
    ],
)
def test_errors_are_value_errors_and_pickle(error: EvnpubsvcError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(error, ValueError)
    assert type(again) is type(error)
    assert str(again) == str(error)


def test_an_unknown_name_is_a_key_error_whose_message_lists_what_there_is() -> None:
    error = UnknownNameError("group-unknown", "x", known="a, b")
    assert isinstance(error, KeyError)
    assert str(error) == "there is no group 'x' [group-unknown] - there are: a, b"
    assert error.reason == "group-unknown"


def test_all_findings_are_in_the_message_each_on_its_line() -> None:
    error = DataError(
        [finding("unit-twice", "line 3", "A"), finding("count-negative", "line 4", -1)]
    )
    assert [line.split(":")[0] for line in str(error).splitlines()] == ["line 3", "line 4"]


def test_long_and_unprintable_values_are_shortened_and_escaped() -> None:
    shown = finding("not-a-number", "", "\x1b[31m\n" + "x" * 500).message()
    assert len(shown) < 150
    assert shown.isprintable()
    assert "\\u001b" in shown


def test_paths_join_by_kind() -> None:
    assert Finding("a", ".b").at("$").path == "$.b"
    assert Finding("a", "[2]").at("$.b").path == "$.b[2]"
    assert Finding("a", "column c").at("line 3").path == "line 3, column c"
    assert Finding("a").at("line 3").path == "line 3"


def test_notices_are_told_from_violations() -> None:
    found = [notice("column-unused"), finding("unit-twice"), finding("unit-twice")]
    assert [f.reason for f in violations(found)] == ["unit-twice", "unit-twice"]
    assert by_reason(found) == {"unit-twice": 2, "column-unused": 1}
    assert found[0].severity is Severity.NOTICE
