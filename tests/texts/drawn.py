"""Messages with drawn values.

Every text of the catalogue with values of every type that messages carry.
"""

import random
import string
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from typing import Any

from attrs import evolve

from evnpubsvc.findings import finding
from evnpubsvc.law import regimes
from evnpubsvc.law.engine import topics
from evnpubsvc.texts.parts import catalogue

_ROOMS = (
    "analysis", "catalogue", "codes", "deadlines", "dossiers", "emulation", "findings", "law",
    "outreach", "periods", "quantities",
    "reports", "services", "statistics", "units", "worktime",
)  # fmt: skip
# What a user writes: messages hand it back as it is.
USERS_WORDS = ("Nguyễn Thị Ánh", "Trực tiếp", "hồ sơ 12", "cột ngày nhận")


def enums() -> list[Any]:
    """Return every member of every public enum."""
    from enum import Enum

    found = {}
    for room in _ROOMS:
        try:
            module = import_module(f"evnpubsvc.{room}")
        except ModuleNotFoundError:  # a room of a later day
            continue
        for name in module.__all__:
            kind = getattr(module, name)
            if isinstance(kind, type) and issubclass(kind, Enum):
                found[kind] = list(kind)
    return [member for kind in sorted(found, key=lambda k: k.__name__) for member in found[kind]]


def records() -> list[Any]:
    """Return public records that messages carry, one or more of each."""
    from evnpubsvc.deadlines import TimeLimit
    from evnpubsvc.law import Validity
    from evnpubsvc.periods import Period
    from evnpubsvc.quantities import Count, CountUnit, Unknown
    from evnpubsvc.units import UnitKey

    citations: list[Any] = [
        source
        for topic in topics()
        for entry in regimes(topic).entries
        for source in entry.value.basis
    ]
    limits = [
        TimeLimit.parse(t)
        for t in ("03 ngày làm việc", "1,5 ngày làm việc", "24 giờ", "02 tháng", "15 ngày")
    ]
    periods = [
        Period.parse(t)
        for t in (
            "statutory-2022-12",
            "calendar-2022-Q4",
            "statutory-2022",
            "2022-01-01..2022-12-15",
            "statutory-2022-6M",
        )
    ]
    days = (date(2022, 8, 15), date(2025, 6, 30))
    return [
        *citations, *limits, *periods,
        Validity(*days), Validity(days[0], None), Validity(None, days[1]), Validity(None, None),
        Count(7049, CountUnit.DOSSIERS), Unknown("figure-blank", ""), UnitKey("20968", None),
        UnitKey("20968", date(2025, 7, 1)),
    ]  # fmt: skip


class Drawer:
    """Draws values and messages, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._enums = enums()
        self._records = records()
        self._entries = sorted(
            (key, field)
            for key, entry in catalogue().items()
            for field in ("message", "hint")
            if field == "message" or "hint_vi" in entry
        )

        self._plain = [
            key
            for key, entry in catalogue().items()
            if not any(mark in text for text in entry.values() for mark in "'\"")
        ]

    def value(self, depth: int = 0) -> Any:
        """Draw a value of any type."""
        pick = self.random.choice
        day = date(2000, 1, 1) + timedelta(self.random.randrange(10_000))
        at = datetime(
            day.year,
            day.month,
            day.day,
            8,
            self.random.randrange(60),
            tzinfo=timezone(timedelta(hours=pick([0, 7]))),
        )
        simple = [
            day, at, at.time(), self.random.randrange(100), 7049, -3, Fraction(8862, 100),
            Fraction(1, 3), Decimal("1.50"),
            0.5, True, False, None, pick(USERS_WORDS), " ".join([pick(USERS_WORDS)] * 12),
            pick(self._enums), pick(self._enums),
            pick(self._records), pick(self._records),
        ]  # fmt: skip
        if depth < 2:
            simple += [
                tuple(self.value(depth + 1) for _ in range(pick([0, 1, 3]))),
                self.found(depth + 1),
            ]
        return pick(simple)

    def found(self, depth: int = 0) -> Any:
        """Draw a finding with a reason of the catalogue and values for all its placeholders."""
        # Quotes inside quotes are told apart by people only.
        key = self.random.choice(self._plain)
        return self._finding(key, depth)

    def _finding(self, key: str, depth: int) -> Any:
        names = {
            name
            for text in catalogue()[key].values()
            for _, name, _, _ in string.Formatter().parse(text)
            if name is not None
        }
        # A list may quote its members, so a text that quotes its parts gets none.
        if key not in self._plain:
            depth = 2
        # Parts may be called as the arguments of `finding` are, so they are renamed on the way.
        drawn = {f"part_{name}": self.value(depth) for name in sorted(names - {"value"})}
        # `{record}.{field}` are names of code, never numbers that a dot would join.
        drawn |= {f"part_{name}": "Ánh" for name in names & {"record", "field"}}
        path = self.random.choice(["", "line 10, column ngày nhận", "row 3", "total"])
        value = {"value": self.value(depth)} if "value" in names else {}
        found = finding(key, path, **value, **drawn)
        parts = tuple((name.removeprefix("part_"), part) for name, part in found.parts)
        return evolve(found, parts=parts)

    def messages(self, count: int, lang: Any) -> Iterator[tuple[str, str]]:
        """Draw messages, going through the whole catalogue again and again: (what it is, text)."""
        for number in range(count):
            key, field = self._entries[number % len(self._entries)]
            found = self._finding(key, 0)
            text = found.message(lang) if field == "message" else found.hint(lang)
            yield f"{key} ({field})", text
