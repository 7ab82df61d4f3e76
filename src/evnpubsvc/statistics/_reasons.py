"""Why rows could not be counted, or were counted but look odd: numbers of rows by reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from evnpubsvc.findings import Finding, Severity

HOUR_NOTICE: Final = "finished-earlier-that-day"
"""The notice of a row that ends on the day of its receipt, but at an earlier hour."""

_ABOUT_HOURS: Final = frozenset({HOUR_NOTICE, "register-column-of-days"})

ABOUT_THE_TABLE: Final = frozenset(
    {
        "cells-merged",
        "cells-not-seen",
        "cells-percent",
        "cells-with-errors",
        "columns-hidden",
        "dates-fit-swapped",
        "delimiter-found",
        "formulas-without-value",
        "file-is-text",
        "file-is-workbook",
        "header-found",
        "header-rows-found",
        "register-column-of-days",
        "rows-hidden",
        "sheet-taken",
        "sheets-hidden",
        "spellings-joined",
        "table-ended",
        "totals-left-out",
        "workbook-has-links",
        "workbook-has-macros",
    }
)
"""Notices of what was recognised about a table, which are said and not counted: no row is odd."""


class Reasons:
    """Counts rows by reason.

    Each rejected row counts once, under the first thing that is wrong with it.

    Args:
        rejected: reason -> rows that could not be read or judged; counted up here.
        noticed: reason -> notices; counted up here.
        hours: whether anything depends on hours; notices about them are left out otherwise.
        on_finding: called with each finding, also with those of a row that is already counted.
    """

    def __init__(
        self,
        rejected: dict[str, int],
        noticed: dict[str, int],
        *,
        hours: bool,
        on_finding: Callable[[Finding], None] | None,
    ) -> None:
        self._rejected = rejected
        self._noticed = noticed
        self._hours = hours
        self._on_finding = on_finding
        self._bad_row = ""

    def begin(self) -> None:
        """Say that a row was good, or that another source begins.

        What comes next is of another row.
        """
        self._bad_row = ""

    def found(self, finding: Finding) -> None:
        """Count what a finding says of its row.

        Findings of one row come one after another, with its line.
        """
        if finding.reason in _ABOUT_HOURS and not self._hours:
            return
        if self._on_finding is not None:
            self._on_finding(finding)
        if finding.reason in ABOUT_THE_TABLE:
            return
        if finding.severity is Severity.NOTICE:
            self._noticed[finding.reason] = self._noticed.get(finding.reason, 0) + 1
            return
        row = finding.path.partition(",")[0]
        if not row or row != self._bad_row:
            self._rejected[finding.reason] = self._rejected.get(finding.reason, 0) + 1
        self._bad_row = row
