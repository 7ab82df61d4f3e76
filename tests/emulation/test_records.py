"""Records around schemes: drawn by type, and written to JSON and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.campaigns import AwardRecord, CampaignDeadline, Launch, Participant
from evnpubsvc.emulation import (
    Chosen,
    Condition,
    Prize,
    Quota,
    Sanction,
    Stated,
    Substitute,
)
from evnpubsvc.errors import DataError
from evnpubsvc.serde import from_json, preset, preset_names, to_json

TYPES = [
    AwardRecord, Chosen, Condition, CampaignDeadline, Launch, Participant, Prize, Quota, Sanction,
    Stated, Substitute,
]  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
@given(st.data())
def test_round_trip(kind: type, data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    assert from_json(to_json(value), kind) == value


@pytest.mark.parametrize("name", preset_names())
def test_presets_round_trip(name: str) -> None:
    scheme = preset(name)
    assert scheme.key == name
    assert from_json(to_json(scheme), type(scheme)) == scheme


def test_an_option_needs_a_key() -> None:
    with pytest.raises(ValueError, match="key-malformed"):
        Chosen("đúng hạn")
    with pytest.raises(DataError, match="key-malformed"):
        from_json('{"format": 1, "type": "Chosen", "value": {"option": " "}}', Chosen)


@pytest.mark.parametrize("key", ["a b", "a\n", "a" * 65, "a=1"])
def test_a_key_is_held_against_its_form_as_a_whole(key: str) -> None:
    with pytest.raises(ValueError, match="key-malformed"):
        Chosen(key)
