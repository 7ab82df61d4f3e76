"""The packaged table of this room: names, articles, rules, words of another system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evnpubsvc._tables import packaged_table


def rows(group: str) -> Mapping[str, Any]:
    """Return the rows of a group by key."""
    found: Mapping[str, Any] = packaged_table("dossiers/rules.toml")[group]
    return found
