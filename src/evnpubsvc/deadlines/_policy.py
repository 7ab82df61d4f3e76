"""A policy as the table states it: what it does, its article, since when; and the articles behind single steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from attrs import field, frozen

from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, nonempty_text
from evnpubsvc.law import Citation, cited
from evnpubsvc.texts import Text


@frozen
class Policy:
    """What a policy does, on which text it rests, and when that text holds.

    Attributes:
        key: the stable name.
        title: what it does, in both languages.
        citation: instrument, article and confidence.
        valid_from: first day, inclusive; None when the source does not say.
        valid_until: last day, inclusive; None for no end.
    """

    key: str = field(validator=nonempty_text)
    title: Text = field(validator=instance_of(Text))
    citation: Citation = field(validator=instance_of(Citation))
    valid_from: date | None = field(default=None, validator=instance_of(date, type(None)))
    valid_until: date | None = field(default=None, validator=instance_of(date, type(None)))

    def holds_on(self, day: date) -> bool:
        """Return whether the text holds on a day, as far as its validity is known."""
        return holds(self.valid_from, self.valid_until, day)


def holds(first: date | None, last: date | None, day: date) -> bool:
    """Return whether a day lies between two days, both inclusive; None for no bound."""
    return (first is None or first <= day) and (last is None or day <= last)


def title_of(row: Mapping[str, Any]) -> Text:
    """Return the title of a row in both languages."""
    return Text(vi=row["vi"], en=row["en"])


@cache
def policy_of(group: str, key: str) -> Policy:
    """Return a policy of a group of the table (`cutoff`, `clock`, `channel`)."""
    row = packaged_table("deadlines/rules.toml")[group][key]
    return Policy(key, title_of(row), cited(row), row.get("valid_from"), row.get("valid_until"))


@cache
def article(key: str) -> Citation:
    """Return the article behind a step of counting."""
    return cited(packaged_table("deadlines/rules.toml")["counting"][key])
