"""Files: the one way in and the one way out of every reader and writer.

Opening, reading up to a bound, naming a file beside another, replacing a file at once, and what is
the most of everything that is read.
"""

from evnpubsvc._files import bounds
from evnpubsvc._files._reading import (
    Source,
    find_beside,
    opened,
    opened_within,
    path_of,
    read_bytes,
    read_line,
    skip_rest,
)
from evnpubsvc._files._writing import Target, replace_file, system_error, write_whole

__all__ = [
    "Source",
    "Target",
    "bounds",
    "find_beside",
    "opened",
    "opened_within",
    "path_of",
    "read_bytes",
    "read_line",
    "replace_file",
    "skip_rest",
    "system_error",
    "write_whole",
]
