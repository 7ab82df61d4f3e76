"""The most that is read of anything: beyond it comes a finding, before memory or time is spent.

Each is far above what offices have. `docs/reference/bounds.md` shows them with their findings.
"""

from typing import Final

from evnpubsvc._validate import MOST_COLUMNS_OF_A_FORM, MOST_DIGITS

LINE: Final = 1 << 20
"""Bytes of a line of CSV or JSON Lines; a register's row has a few hundred."""

SKIPPED: Final = 64 << 20
"""Bytes of a line too long that are passed over in search of its end; a device has none."""

CELL: Final = 1 << 17
"""Letters of a cell of a table."""

COLUMNS: Final = 20_000
"""Columns of a table; a spreadsheet has 16,384."""

DOCUMENT: Final = 64_000_000
"""Bytes of a JSON document or of a table that is read whole."""

TOML: Final = 4_000_000
"""Bytes of a TOML document; the register of units of a whole country has less than 2 MB."""

DEPTH: Final = 64
"""Tables and lists inside each other, and parts of a dotted key, in TOML and JSON documents."""

DIGITS: Final = MOST_DIGITS
"""Digits of a whole number."""

CRITERIA: Final = 10_000
"""Criteria of a scheme."""

FORM: Final = MOST_COLUMNS_OF_A_FORM
"""Columns of a form, and sums of it."""

EVENTS: Final = 100_000
"""Events of one dossier."""

WORKBOOK: Final = 200 << 20
"""Bytes of a workbook."""

UNPACKED: Final = 1 << 30
"""Bytes that all parts of a workbook unpack to, and that a slice of Parquet does."""

SHEET_COLUMNS: Final = 1_000
"""Columns of a sheet of a workbook, of which every cell is read."""
