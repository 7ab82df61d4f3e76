"""Every public record is a value: pickled, copied, hashed and changed, it stays itself."""

import copy
import pickle
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc._records import frozen
from evnpubsvc.errors import EvnpubsvcError
from evnpubsvc.schema import record_types
from evnpubsvc.serde import to_data
from tests.deep import cases
from tests.schema.mutations import drawn

# Tables of columns, which hold what their owner may go on changing.
_TABLES = {"FigureGrid", "ScoreTable", "TallyFrame"}
_RECORDS = {
    name: kind for name, kind in record_types().items() if attrs.has(kind) and name not in _TABLES
}


def _read_everything(record: Any) -> None:
    """Read all that follows from the fields of a record."""
    for name in dir(type(record)):
        if not name.startswith("_"):
            try:
                getattr(record, name)
            except (EvnpubsvcError, AttributeError):
                continue
    str(record)
    repr(record)


@pytest.mark.parametrize("name", _RECORDS)
@settings(
    max_examples=cases(1, 40),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_a_record_is_a_value(name: str, data: st.DataObject) -> None:
    record: Any = drawn(data, _RECORDS[name])
    before = len(pickle.dumps(record)), to_data(record), hash(record)

    # What is derived stays at home.
    _read_everything(record)
    assert (len(pickle.dumps(record)), to_data(record), hash(record)) == before

    # Copies are equal, and so are their hashes.
    copies = pickle.loads(pickle.dumps(record)), copy.copy(record), copy.deepcopy(record)
    for each in (*copies, attrs.evolve(record)):
        assert each == record
        assert hash(each) == hash(record)
        assert type(each) is type(record)

    # No field can be set.
    for field in attrs.fields(type(record)):
        with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
            setattr(record, field.name, None)


def test_records_are_shown_as_attrs_shows_them() -> None:
    """The one way of showing records says what attrs would compile for each."""
    written: dict[str, Any] = {
        "plain": attrs.field(),
        "hidden": attrs.field(repr=False),
        "short": attrs.field(repr=lambda _: "..."),
        "given": attrs.field(default=None),
    }

    def nested(make: Any) -> Any:
        class Shown:
            pass

        return make(Shown, these=dict(written))

    theirs, ours = nested(attrs.frozen), nested(frozen)
    assert repr(ours("a", 1, 2)) == repr(theirs("a", 1, 2))
    assert repr(ours(ours(1, 2, 3), 1, 2)) == repr(theirs(theirs(1, 2, 3), 1, 2))
    assert ours("a", 1, 2) == ours("a", 1, 2)


def test_a_record_may_be_shown_in_its_own_way_or_not() -> None:
    """A `__repr__` that is written wins; where none is asked for, that of the base holds."""

    class Own:
        def __repr__(self) -> str:
            return "own"

    class Bare:
        pass

    assert repr(frozen(type("Below", (Own,), {}), these={}, repr=False)()) == "own"
    assert repr(frozen(Own, these={})()) == "own"
    assert repr(frozen(type("Below", (Own,), {}), these={})()) == "Below()"
    assert repr(frozen(Bare, these={}, repr=False)()).startswith("<")
