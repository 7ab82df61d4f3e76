"""What rooms that read registers (`frames`) or write tables (`cli`) may use of this one."""

from evnpubsvc.serde._guess import guess_figures, guess_register
from evnpubsvc.serde._registers import (
    absent_columns,
    joined_code,
    local_zone,
    moment_parser,
    open_register,
    row_reader,
    terms_of,
    words_of_statuses,
    words_of_values,
)
from evnpubsvc.serde._shapes import Table, TableShape, csv_rows, named_rows
from evnpubsvc.serde._sheets import (
    CSV_MARK,
    Sheet,
    SheetCell,
    SheetColumn,
    sheet_csv,
    workbook_bytes,
)
from evnpubsvc.serde._tables import Again, Row, json_rows
from evnpubsvc.serde._words import Words as MappedWords
from evnpubsvc.serde._workbooks import is_workbook, open_table

__all__ = [
    "CSV_MARK",
    "Again",
    "MappedWords",
    "Row",
    "Sheet",
    "SheetCell",
    "SheetColumn",
    "Table",
    "TableShape",
    "absent_columns",
    "csv_rows",
    "guess_figures",
    "guess_register",
    "is_workbook",
    "joined_code",
    "json_rows",
    "local_zone",
    "moment_parser",
    "named_rows",
    "open_register",
    "open_table",
    "row_reader",
    "sheet_csv",
    "terms_of",
    "words_of_statuses",
    "words_of_values",
    "workbook_bytes",
]
