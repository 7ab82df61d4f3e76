"""What other rooms may use of this one.

Those that read registers (`frames`), write tables (`cli`) or describe documents (`schema`).
"""

from evnpubsvc._hooks import publish_loaded
from evnpubsvc.serde import _HOMES
from evnpubsvc.serde._converter import shared_encodings
from evnpubsvc.serde._data import FORMAT, make_head
from evnpubsvc.serde._encodings import Encoding, Schema, fields_of
from evnpubsvc.serde._guess import guess_figures, guess_log, guess_register
from evnpubsvc.serde._old_fonts import is_in_old_font
from evnpubsvc.serde._parts import TypedValue
from evnpubsvc.serde._registers import (
    EMPTY_HOUR,
    LOOKED_AT,
    RowReader,
    absent_columns,
    joined_code,
    moment_parser,
    open_register,
    settle_days,
    terms_of,
    words_of_statuses,
    words_of_values,
)
from evnpubsvc.serde._shapes import Table, csv_rows, named_rows, numbers_columns
from evnpubsvc.serde._sheets import (
    CSV_MARK,
    Sheet,
    SheetCell,
    SheetColumn,
    sheet_csv,
    workbook_bytes,
)
from evnpubsvc.serde._tables import (
    Again,
    Row,
    checked_line,
    json_cells,
    json_object,
    json_row,
    json_rows,
)
from evnpubsvc.serde._words import Words as MappedWords
from evnpubsvc.serde._workbooks import is_workbook, look_into

__all__ = [
    "CSV_MARK",
    "EMPTY_HOUR",
    "FORMAT",
    "LOOKED_AT",
    "Again",
    "Encoding",
    "MappedWords",
    "Row",
    "RowReader",
    "Schema",
    "Sheet",
    "SheetCell",
    "SheetColumn",
    "Table",
    "TypedValue",
    "absent_columns",
    "checked_line",
    "csv_rows",
    "fields_of",
    "guess_figures",
    "guess_log",
    "guess_register",
    "is_in_old_font",
    "is_workbook",
    "joined_code",
    "json_cells",
    "json_object",
    "json_row",
    "json_rows",
    "look_into",
    "make_head",
    "moment_parser",
    "named_rows",
    "numbers_columns",
    "open_register",
    "settle_days",
    "shared_encodings",
    "sheet_csv",
    "terms_of",
    "words_of_statuses",
    "words_of_values",
    "workbook_bytes",
]

# What was imported for these is public now, under its own name.
publish_loaded("evnpubsvc.serde", _HOMES)
