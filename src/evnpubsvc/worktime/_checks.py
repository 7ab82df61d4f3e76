"""Validators for dates of records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, SupportsIndex

from attrs import Attribute

from evnpubsvc._validate import instance_of
from evnpubsvc.errors import MisuseError


def plain_date(record: object, attribute: Attribute[Any], value: object) -> None:
    """Accept a `date` that is not a `datetime`."""
    instance_of(date)(record, attribute, value)
    if isinstance(value, datetime):
        raise MisuseError("date-with-time", value)


def optional_plain_date(record: object, attribute: Attribute[Any], value: object) -> None:
    """Accept what `plain_date` accepts, and None."""
    if value is not None:
        plain_date(record, attribute, value)


def is_whole(value: object) -> bool:
    """Return whether a value counts: an `int` or what Python takes for one as an index."""
    return isinstance(value, SupportsIndex)
