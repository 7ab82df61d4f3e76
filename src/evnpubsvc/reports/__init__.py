"""Reports (*báo cáo định kỳ*).

Statutory forms as data, filled from tallies, checked, never repaired.

`report_due` says by what day a report is sent. Flow: a `Form` (`serde.report_form_for`,
`serde.report_form`, `serde.read_form`) and a `Tally` of a period go into `fill`, which gives a
report; `check` and `check_carry_over` say where its columns contradict each other,
`check_published` says so of a table that others printed, `drill_down` goes from a cell back to its
dossiers, and `serde.write_report` writes it.
"""

import evnpubsvc.reports._table  # noqa: F401  # pyright: ignore[reportUnusedImport]
from evnpubsvc._hooks import publish
from evnpubsvc.reports._checks import check, check_carry_over, check_published
from evnpubsvc.reports._fill import drill_down, fill
from evnpubsvc.reports._form import CarryOver, Column, Form, Identity
from evnpubsvc.reports._per_population import per_population
from evnpubsvc.reports._report import Report
from evnpubsvc.reports._row import ReportRow
from evnpubsvc.reports._senders import ReportDue, ReportSender, report_due

__all__ = [
    "CarryOver",
    "Column",
    "Form",
    "Identity",
    "Report",
    "ReportDue",
    "ReportRow",
    "ReportSender",
    "check",
    "check_carry_over",
    "check_published",
    "drill_down",
    "fill",
    "per_population",
    "report_due",
]

publish(__name__, __all__)
