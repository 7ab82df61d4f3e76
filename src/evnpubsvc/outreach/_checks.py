"""Validators of this room: dates, opaque references, whole numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final, TypeAlias, cast

from attrs import Attribute

from evnpubsvc._records import constraints_of, frozen, says
from evnpubsvc._validate import instance_of
from evnpubsvc.errors import MisuseError

_OPAQUE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,62}[A-Za-z0-9])?", re.ASCII)
# Identity card, citizen number, phone: nine to twelve digits, however they are grouped.
_PERSONAL: Final = re.compile(r"(?:84|0)?(?:[._:-]?\d){9,12}", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)

_Validator: TypeAlias = "Callable[[object, Attribute[Any], object], None]"


@says(pattern=f"^{_OPAQUE.pattern}$")
def opaque(record: object, attribute: Attribute[Any], value: object) -> None:
    """Accept an opaque reference: ASCII letters, digits, and `. _ : -` inside.

    It refuses anything that looks like personal data.
    """
    instance_of(str)(record, attribute, value)
    check_opaque(cast("str", value))


def check_opaque(text: str) -> None:
    """Raise `reference-not-opaque` or `reference-looks-personal`.

    The message of `reference-looks-personal` never repeats the whole value.
    """
    if _OPAQUE.fullmatch(text) is None:
        raise MisuseError("reference-not-opaque", text)
    if _PERSONAL.fullmatch(text):
        raise MisuseError("reference-looks-personal", f"{text[:2]}…")


def opaque_tuple(record: object, attribute: Attribute[Any], value: object) -> None:
    """Accept a tuple of opaque references."""
    instance_of(tuple)(record, attribute, value)
    for each in cast("tuple[object, ...]", value):
        opaque(record, attribute, each)


def optional(validator: _Validator) -> _Validator:
    """Accept None, and what a validator accepts."""

    @says(**constraints_of(validator))
    def validate(record: object, attribute: Attribute[Any], value: object) -> None:
        if value is not None:
            validator(record, attribute, value)

    return validate


def whole(least: int) -> _Validator:
    """Accept an `int` from a bound on, inclusive."""

    @says(minimum=least)
    def validate(record: object, attribute: Attribute[Any], value: object) -> None:
        instance_of(int)(record, attribute, value)
        if cast("int", value) < least:
            raise MisuseError("number-too-small", value, field=attribute.name, least=least)

    return validate


def exact(least: int, *, above: bool = False) -> _Validator:
    """Accept an exact number from a bound on, inclusive unless `above`."""

    def validate(_: object, attribute: Attribute[Any], value: object) -> None:
        check_exact(attribute.name, value, least, above=above)

    return validate


def check_exact(name: str, value: object, least: int, *, above: bool = False) -> None:
    """Raise `not-exact` or `number-too-small`."""
    from fractions import Fraction  # noqa: PLC0415 - only capacity needs it

    if not isinstance(value, (int, Fraction)) or isinstance(value, bool):
        raise MisuseError("not-exact", value, type=type(value).__name__)
    if value < least or (above and value == least):
        raise MisuseError(
            "number-too-small", value, field=name, least=f"> {least}" if above else least
        )


def month_of(month: object) -> tuple[date, date]:
    """Return the first and the last day of a month given as `"2022-04"` or as any of its days."""
    if isinstance(month, date) and not isinstance(month, datetime):
        year, number = month.year, month.month
    else:
        match = None
        if isinstance(month, str):
            match = _MONTH.fullmatch(month)
        if match is None or not 1 <= int(match[2]) <= 12 or not 1 <= int(match[1]) <= 9998:
            raise MisuseError("month-not-read", month)
        year, number = int(match[1]), int(match[2])
    from dateutil.relativedelta import relativedelta  # noqa: PLC0415 - 7 ms, for few calls

    first = date(year, number, 1)
    return first, first + relativedelta(day=31)  # the last day, in months without a 31st too


@frozen
class _Named:
    name: str


def named(name: str) -> Any:
    """Return what stands for the field of a record where a validator checks an argument."""
    return _Named(name)
