"""What other rooms may use of this one: how the library writes what it says.

`render` fills a text of the catalogue, `printable` makes foreign text harmless in a line,
`guard_cell` in a cell of a spreadsheet.
"""

from evnpubsvc.texts._catalogue import catalogue, listed_values
from evnpubsvc.texts._cells import guard_cell
from evnpubsvc.texts._render import named, render
from evnpubsvc.texts._write import (
    exact_decimal,
    is_written,
    localise,
    percent,
    printable,
    printable_lines,
    vietnamese_order,
    written_day,
)

__all__ = [
    "catalogue",
    "exact_decimal",
    "guard_cell",
    "is_written",
    "listed_values",
    "localise",
    "named",
    "percent",
    "printable",
    "printable_lines",
    "render",
    "vietnamese_order",
    "written_day",
]
