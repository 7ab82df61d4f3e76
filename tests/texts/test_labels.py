"""Every value of every public enum has a name in both languages, and its repr is code."""

import importlib
import inspect
from enum import Enum
from types import ModuleType

import pytest
from bench.face import public_names

from evnpubsvc.deadlines import (
    ClockPolicy,
    CutOff,
    DayCount,
    HoursReading,
    UnknownHour,
)
from evnpubsvc.dossiers import Precision, TransitionalRule
from evnpubsvc.serde import ReportFormat
from evnpubsvc.services import Channel
from evnpubsvc.synthetic import SyntheticFormat
from evnpubsvc.texts import LabelledEnum, LabelledIntEnum, Text
from evnpubsvc.texts.parts import catalogue, listed_values


def _public_rooms() -> list[ModuleType]:
    rooms = [room for room in public_names() if room != "evnpubsvc"]
    return [importlib.import_module(f"evnpubsvc.{room}") for room in rooms]


def _public_enums() -> list[type[Enum]]:
    found = {
        value
        for room in _public_rooms()
        for name in getattr(room, "__all__", ())
        if inspect.isclass(value := getattr(room, name)) and issubclass(value, Enum) and len(value)
    }
    return sorted(found, key=lambda kind: (kind.__module__, kind.__name__))


ENUMS = _public_enums()
# Those whose values commands take.
CHOICES = {
    *(Channel, ClockPolicy, CutOff, DayCount, HoursReading, Precision, ReportFormat),
    *(SyntheticFormat, TransitionalRule, UnknownHour),
}


def test_there_are_many_and_no_two_of_one_name() -> None:
    names = [kind.__name__ for kind in ENUMS]
    assert len(names) > 60
    # Two classes of one name read the same table of texts, so their values must not mean two
    # things.
    assert {name for name in names if names.count(name) > 1} <= {"PartialReason"}


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_a_value_has_a_text_and_its_repr_is_code(kind: type[Enum]) -> None:
    assert issubclass(kind, (LabelledEnum, LabelledIntEnum))
    scope = {kind.__name__: kind}
    for member in kind:
        assert isinstance(member.text, Text)
        assert eval(repr(member), scope) is member


def test_no_text_of_an_enum_is_left_over() -> None:
    # `type` names the types themselves, which the tests of schemas hold.
    values = {key for key in catalogue() if "." in key and not key.startswith("type.")}
    tables = {key.partition(".")[0] for key in values}
    named = {f"{_table(kind)}.{member.value}" for kind in ENUMS for member in kind}
    assert tables == {_table(kind) for kind in ENUMS}
    assert values == named


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_the_table_of_an_enum_lists_its_values_without_its_room(kind: type[Enum]) -> None:
    listed = listed_values(_table(kind))
    assert sorted(listed) == sorted(str(member.value) for member in kind)
    # What help shows as choices is in the order of the enum.
    if kind in CHOICES:
        assert listed == tuple(member.value for member in kind)


def _table(kind: type[Enum]) -> str:
    letters = [f"-{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__]
    return "".join(letters).removeprefix("-")


def test_the_texts_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        catalogue()["count-negative"] = {}  # type: ignore[index]
    with pytest.raises(TypeError):
        catalogue()["count-negative"]["en"] = "x"  # type: ignore[index]
