"""The interface for writers of files: the rows of a report in order, and the words around them."""

from evnpubsvc.reports._table import (
    frame_lines,
    printed_number,
    rate_lines,
    remark_lines,
    row_lines,
    row_names,
    row_times,
    row_titles,
    time_heading,
    word,
)

__all__ = [
    "frame_lines",
    "printed_number",
    "rate_lines",
    "remark_lines",
    "row_lines",
    "row_names",
    "row_times",
    "row_titles",
    "time_heading",
    "word",
]
