"""Rows of forms: numbers by name of column."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._keyed import Keyed
from evnpubsvc._records import frozen
from evnpubsvc._validate import pairs_of, tuple_of
from evnpubsvc.errors import MisuseError, UnknownNameError


def _values(
    given: Mapping[str, int | None] | tuple[tuple[str, int | None], ...],
) -> tuple[tuple[str, int | None], ...]:
    return pairs_of(given)


def _whole(_: object, __: Attribute[Any], values: tuple[tuple[str, int | None], ...]) -> None:
    for name, value in values:
        checked: object = name
        if not isinstance(checked, str) or (
            value is not None and (type(value) is not int or value < 0)
        ):
            raise MisuseError("report-value-malformed", value, column=name)
    if len({name for name, _ in values}) < len(values):
        raise MisuseError("report-value-malformed", tuple(name for name, _ in values), column="?")


def row_order(key: tuple[str | None, ...]) -> tuple[tuple[bool, str], ...]:
    """Order keys of rows: what the register does not say first, texts by code point."""
    return tuple((value is not None, value or "") for value in key)


@frozen
class ReportRow(PublicType, Keyed):
    """A row of a form.

    Attributes:
        key: the values of the dimensions of the rows; None where the register does not say; empty
            for the total.
        values: key of a column -> whole number of zero or more, sorted by key; None where it is not
            known, which is not zero.

    Raises:
        MisuseError: `report-value-malformed`.

    >>> row = ReportRow(("Tư pháp",), {"received": 450, "paid": None})
    >>> print(row["received"], row["paid"])
    450 None
    """

    key: tuple[str | None, ...] = field(validator=tuple_of(str, type(None)))
    values: tuple[tuple[str, int | None], ...] = field(converter=_values, validator=_whole)

    @cached_property
    def _by_name(self) -> Mapping[str, int | None]:
        return dict(self.values)

    __iter__ = None

    def __getitem__(self, column: str) -> int | None:
        """Return the value of a column.

        Raises:
            UnknownNameError: `form-column-unknown`.
        """
        if column not in self._by_name:
            raise UnknownNameError("form-column-unknown", column, known=tuple(self._by_name))
        return self._by_name[column]

    @answer_wrong_arguments
    def adds_up(self, total: str, parts: tuple[str, ...]) -> bool | None:
        """Return whether a column is the sum of others; None where one of them is not known."""
        stated, addends = self[total], [self[part] for part in parts]
        known = [value for value in addends if value is not None]
        if stated is None or len(known) < len(addends):
            return None
        return sum(known) == stated
