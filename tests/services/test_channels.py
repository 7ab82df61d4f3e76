"""One word for each channel, wherever it occurs."""

import tomllib
from pathlib import Path

import pytest
from click import Choice

import evnpubsvc
from evnpubsvc.cli.due import due_command
from evnpubsvc.deadlines import clock_start
from evnpubsvc.services import Channel

_SOURCE = Path(evnpubsvc.__file__).parent


@pytest.mark.parametrize("channel", Channel)
def test_a_channel_starts_a_clock(channel: Channel) -> None:
    assert clock_start(channel).key == channel.value


def test_the_command_line_takes_every_channel_and_no_other() -> None:
    [option] = [each for each in due_command.params if each.name == "channel"]
    assert isinstance(option.type, Choice)
    assert set(option.type.choices) == {each.value for each in Channel}


def test_rules_of_the_clock_name_every_channel_and_no_other() -> None:
    rules = tomllib.loads((_SOURCE / "deadlines/rules.toml").read_text(encoding="utf-8"))
    assert set(rules["channel"]) == {each.value for each in Channel}
