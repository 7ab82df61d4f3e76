"""Columns of SQLAlchemy that hold what this library knows (extra `sqlalchemy`).

`TextType` for codes, periods and enums, `CountType` for counts, `RecordType` for whole records as
JSON (JSONB on PostgreSQL). A column gives back what was put in, typed; what no database takes (NUL)
no record holds. The library keeps nothing itself: tables, sessions and transactions are yours.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.errors import MisuseError

try:
    import sqlalchemy as _sqlalchemy
except ModuleNotFoundError:
    raise MisuseError("extra-missing", "sqlalchemy", extra="sqlalchemy") from None

from evnpubsvc.sql._columns import CountType, RecordType, TextType

__all__ = ["CountType", "RecordType", "TextType"]

del _sqlalchemy
publish(__name__, __all__)
