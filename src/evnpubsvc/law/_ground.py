"""Grounds: which text a rule rests on, and from which day to which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of
from evnpubsvc.law._citation import Citation, cited
from evnpubsvc.law._validity import Validity


@frozen(order=False)
class Ground(PublicType):
    """The text that a rule rests on in a period (*căn cứ pháp lý*).

    A rule may rest on several texts at once, each for a case of its own; their grounds then have
    different keys.

    Attributes:
        validity: its first and last day, inclusive.
        citation: instrument, article, confidence.
        key: the case that this text is about; empty where a rule has one case.

    >>> from datetime import date
    >>> print(Ground(Validity(date(2025, 7, 1)), Citation("NĐ 118/2025/NĐ-CP", "19(5)")).citation)
    Decree 118/2025/NĐ-CP, art. 19(5)
    """

    validity: Validity = field(validator=instance_of(Validity))
    citation: Citation = field(validator=instance_of(Citation))
    key: str = field(default="", validator=instance_of(str))


def ground_of(row: Mapping[str, Any]) -> Ground:
    """Return the ground that a row of law data names: its days, its citation, its key."""
    return Ground(Validity(row.get("since"), row.get("until")), cited(row), row.get("key", ""))


def ground_on(grounds: Iterable[Ground], day: date, key: str = "") -> Ground | None:
    """Return the first ground that holds on a day, with the key if one is given.

    None where none does.
    """
    for ground in grounds:
        if (not key or key == ground.key) and ground.validity.contains(day):
            return ground
    return None
