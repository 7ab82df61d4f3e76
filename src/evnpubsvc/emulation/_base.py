"""What the records of this room share: exact numbers, findings raised together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import cast

from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities.parts import decimal_text


def exact(value: Fraction | int) -> Fraction:
    """Let whole numbers be written as such; the checks of the record judge everything else."""
    if type(value) is int:
        return Fraction(value)
    return cast("Fraction", value)


def exact_or_none(value: Fraction | int | None) -> Fraction | None:
    """As `exact`, and None stays None."""
    return None if value is None else exact(value)


def near_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return at most three names that are like a name; the nearest where none is."""
    from difflib import get_close_matches  # noqa: PLC0415 - only messages need it

    names = list(known)
    return tuple(get_close_matches(name, names, 3) or get_close_matches(name, names, 1, 0))


def _inexact(name: str, number: object) -> list[Finding]:
    if not isinstance(number, (int, Fraction)) or isinstance(number, bool):
        return [finding("not-exact", f".{name}", number, type=type(number).__name__)]
    return []


def positive(record: object, **numbers: object) -> list[Finding]:
    """Return a finding for every number that is not exact or not above zero."""
    found: list[Finding] = []
    for name, number in numbers.items():
        wrong = _inexact(name, number)
        found += wrong
        if not wrong and cast("Fraction", number) <= 0:
            shown = decimal_text(cast("Fraction", number))
            found.append(
                finding("number-not-positive", f".{name}", shown, record=type(record).__name__)
            )
    return found


def not_negative(record: object, **numbers: object) -> list[Finding]:
    """Return a finding for every number that is not exact or below zero."""
    found: list[Finding] = []
    for name, number in numbers.items():
        wrong = _inexact(name, number)
        found += wrong
        if not wrong and cast("Fraction", number) < 0:
            shown = decimal_text(cast("Fraction", number))
            found.append(
                finding("number-negative", f".{name}", shown, record=type(record).__name__)
            )
    return found


def raise_all(found: list[Finding]) -> None:
    """Raise `DataError` with the findings, if there are any."""
    if found:
        raise DataError(found)


def key_twice(keys: Iterable[tuple[str | None, str]]) -> Iterator[Finding]:
    """Yield a finding for every key that occurs again, with the place of the first."""
    first: dict[str, str] = {}
    for key, path in keys:
        if key is None:
            continue
        if key in first:
            yield finding("key-twice", f"{path}.key", key, first=first[key])
        else:
            first[key] = path
