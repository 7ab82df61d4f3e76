"""Column types: what goes into the database, and what comes out again.

Each is cacheable (`cache_ok`): two columns of one type and one kind are the same to SQLAlchemy's
cache of compiled statements, since a kind is a class or a member of an enum.
"""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar, cast

import attrs
from sqlalchemy import JSON, BigInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

from evnpubsvc._hooks import PublicType
from evnpubsvc._validate import read_member
from evnpubsvc.errors import MisuseError
from evnpubsvc.quantities import Count, CountUnit
from evnpubsvc.serde import from_data, to_data
from evnpubsvc.texts import LabelledEnum

_T = TypeVar("_T", bound=PublicType)

# What compares a value with a value of its kind; others, as LIKE, take texts.
_OF_VALUES: Final = frozenset(
    {
        operators.eq,
        operators.ne,
        operators.lt,
        operators.le,
        operators.gt,
        operators.ge,
        operators.is_,
        operators.is_not,
        operators.in_op,
        operators.not_in_op,
        operators.between_op,
        operators.not_between_op,
    }
)
_MOST_DIGITS: Final = 18  # the most that always fit in a whole number of 64 bits


class TextType(TypeDecorator[_T], Generic[_T]):
    """A column of codes, periods or enums, kept as their canonical text.

    A text is taken where a value is expected, and read first: a query finds a code however it was
    written. The database sorts by text, so H44.129 comes before H44.13; sort codes in Python.

    Args:
        kind: the type: a code (`codes`), `Period`, or an enum of this library.
        length: the longest text, for databases that need one; None for no limit.

    Raises:
        MisuseError: `wrong-type` for a type that is not written as text, or a value of another
            type. SQLAlchemy wraps what values raise, also the `DataError` of a text that cannot be
            read, in its `StatementError`; the original is its `orig`.

    >>> from evnpubsvc.codes import UnitCode
    >>> column = TextType(UnitCode)
    >>> column
    TextType(evnpubsvc.codes.UnitCode)
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = String
    cache_ok: bool | None = True

    def __init__(self, kind: type[_T], length: int | None = None) -> None:
        if not _is_written_as_text(kind):
            _refuse(kind, "TextType", "kind", "a code, Period, an enum of texts")
        super().__init__(length)
        self.kind: type[_T] = kind
        self.length: int | None = length

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the canonical text of a value, or of a text that means one."""
        if value is None:
            return None
        if not isinstance(value, self.kind):
            value = from_data(value, self.kind)
        return str(to_data(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> _T | None:  # noqa: ARG002
        """Return what a text of the column means."""
        if value is None:
            return None
        return from_data(value, self.kind)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:  # noqa: ARG002
        """Return the type of the other side: a pattern of LIKE is no code."""
        if op in _OF_VALUES:
            return self
        return String()

    def __repr__(self) -> str:
        return f"TextType({_path(self.kind)})"


class CountType(TypeDecorator[Count]):
    """A column of counts of one unit, kept as whole numbers.

    The unit belongs to the column, so the database adds up what may be added up:
    `func.sum(Table.received)` of a column of dossiers is a `Count` of dossiers.

    Args:
        unit: what is counted, as `CountUnit.DOSSIERS` or `"dossiers"`.

    Raises:
        MisuseError: `unit-mismatch` for a count of another unit; `number-too-long` for one of more
            than 18 digits; `wrong-type` for anything else. They come wrapped in SQLAlchemy's
            `StatementError`.

    >>> CountType("dossiers")
    CountType('dossiers')
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = BigInteger
    cache_ok: bool | None = True

    def __init__(self, unit: CountUnit | str) -> None:
        super().__init__()
        self.unit: CountUnit = read_member(CountUnit, unit)

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return the number of a count of the unit of the column."""
        if value is None:
            return None
        if not isinstance(value, Count):
            _refuse(value, "CountType", "value", "Count")
        if value.unit is not self.unit:
            raise MisuseError("unit-mismatch", left=value.unit, right=self.unit)
        if value.value >= 10**_MOST_DIGITS:
            raise MisuseError("number-too-long", value.value, limit=_MOST_DIGITS)
        return int(value.value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Count | None:  # noqa: ARG002
        """Return a number of the column as a count: the sum of a column too."""
        if value is None:
            return None
        return Count(int(value), self.unit)

    def __repr__(self) -> str:
        return f"CountType({self.unit.value!r})"


class RecordType(TypeDecorator[_T], Generic[_T]):
    """A column of whole records as JSON: JSONB on PostgreSQL, JSON elsewhere.

    A document says its format and its type, so that a later version of this library can read it.
    Keys inside may be asked for as in any JSON column: `Table.dossier["value"]["unit"].astext`.

    Args:
        kind: the type of the records, as `Dossier`.

    Raises:
        MisuseError: `wrong-type` for what is no public record, or a value of another type.
        DataError: a document in the column that cannot be read, with every finding.

    >>> from evnpubsvc.dossiers import Event
    >>> RecordType(Event)
    RecordType(evnpubsvc.dossiers.Event)
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = JSON
    cache_ok: bool | None = True

    def __init__(self, kind: type[_T]) -> None:
        if not _is_record(kind):
            _refuse(kind, "RecordType", "kind", "a public record")
        super().__init__(none_as_null=True)
        self.kind: type[_T] = kind

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Return JSONB for PostgreSQL, which can be indexed; JSON for the others."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Return the document of a record."""
        if value is None:
            return None
        if not isinstance(value, self.kind):
            _refuse(value, "RecordType", "value", self.kind.__name__)
        return to_data(value, envelope=True)

    def process_result_value(self, value: Any, dialect: Dialect) -> _T | None:  # noqa: ARG002
        """Return the record of a document."""
        if value is None:
            return None
        return _read(value, self.kind)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Return the type of the other side: a record is of this column, a key is a key of JSON."""
        if isinstance(value, self.kind):
            return self
        return self.impl_instance.coerce_compared_value(op, value)

    def __repr__(self) -> str:
        return f"RecordType({_path(self.kind)})"


def _is_written_as_text(kind: Any) -> bool:
    is_enum = isinstance(kind, type) and issubclass(kind, LabelledEnum)
    return is_enum or bool(getattr(cast("Any", kind), "written_as_text", False))


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, PublicType) and attrs.has(kind)


def _read(document: Any, kind: type[_T]) -> _T:
    return from_data(document, kind, envelope=True)


def _refuse(value: object, record: str, field: str, expected: str) -> None:
    got = value.__name__ if isinstance(value, type) else type(value).__name__
    raise MisuseError("wrong-type", value, record=record, field=field, got=got, expected=expected)


def _path(kind: type[Any]) -> str:
    """Return where a type is imported from: what a migration of Alembic writes is code."""
    return f"{kind.__module__}.{kind.__qualname__}"
