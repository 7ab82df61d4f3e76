"""What rooms that read registers elsewhere (`frames`, on columns) may use of this one besides its face."""

from evnpubsvc.serde._files import replace_file
from evnpubsvc.serde._registers import (
    absent_columns,
    local_zone,
    moment_parser,
    open_register,
    row_reader,
)
from evnpubsvc.serde._shapes import csv_rows, named_rows
from evnpubsvc.serde._tables import LONGEST_LINE, Row, json_rows
from evnpubsvc.serde._workbooks import csv_source, is_workbook

__all__ = [
    "LONGEST_LINE",
    "Row",
    "absent_columns",
    "csv_rows",
    "csv_source",
    "is_workbook",
    "json_rows",
    "local_zone",
    "moment_parser",
    "named_rows",
    "open_register",
    "replace_file",
    "row_reader",
]
