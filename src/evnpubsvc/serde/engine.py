"""What rooms that read registers elsewhere (`frames`, on columns) may use of this one besides its face."""

from evnpubsvc.serde._files import replace_file
from evnpubsvc.serde._registers import (
    absent_columns,
    local_zone,
    moment_parser,
    row_reader,
)
from evnpubsvc.serde._tables import LONGEST_LINE, Row, csv_rows, json_rows

__all__ = [
    "LONGEST_LINE",
    "Row",
    "absent_columns",
    "csv_rows",
    "json_rows",
    "local_zone",
    "moment_parser",
    "replace_file",
    "row_reader",
]
