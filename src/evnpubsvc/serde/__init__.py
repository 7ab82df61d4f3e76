"""In and out: JSON, TOML, CSV, JSON Lines.

The only room that knows cattrs.

As in the root, a name is imported from its module on first access.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from evnpubsvc.serde._calendar import read_calendar as read_calendar
    from evnpubsvc.serde._campaigns import CampaignFile as CampaignFile
    from evnpubsvc.serde._campaigns import read_campaign as read_campaign
    from evnpubsvc.serde._campaigns import read_snapshot as read_snapshot
    from evnpubsvc.serde._catalogue import PORTAL_COLUMNS as PORTAL_COLUMNS
    from evnpubsvc.serde._catalogue import CatalogueReading as CatalogueReading
    from evnpubsvc.serde._catalogue import catalogue_from_rows as catalogue_from_rows
    from evnpubsvc.serde._catalogue import read_catalogue as read_catalogue
    from evnpubsvc.serde._converter import configure_converter as configure_converter
    from evnpubsvc.serde._converter import findings_of as findings_of
    from evnpubsvc.serde._converter import make_converter as make_converter
    from evnpubsvc.serde._counting import tally_register as tally_register
    from evnpubsvc.serde._data import from_data as from_data
    from evnpubsvc.serde._data import from_json as from_json
    from evnpubsvc.serde._data import to_data as to_data
    from evnpubsvc.serde._data import to_json as to_json
    from evnpubsvc.serde._deadline_rules import read_deadline_rules as read_deadline_rules
    from evnpubsvc.serde._dossiers import gc_paused as gc_paused
    from evnpubsvc.serde._dossiers import read_dossiers as read_dossiers
    from evnpubsvc.serde._dossiers import write_dossiers as write_dossiers
    from evnpubsvc.serde._event_logs import read_event_log as read_event_log
    from evnpubsvc.serde._event_logs import read_xes_log as read_xes_log
    from evnpubsvc.serde._figures import FigureColumns as FigureColumns
    from evnpubsvc.serde._figures import FigureTable as FigureTable
    from evnpubsvc.serde._figures import read_figure_columns as read_figure_columns
    from evnpubsvc.serde._figures import read_figures as read_figures
    from evnpubsvc.serde._log_columns import LogColumns as LogColumns
    from evnpubsvc.serde._log_columns import read_log_columns as read_log_columns
    from evnpubsvc.serde._national import RegisterReading as RegisterReading
    from evnpubsvc.serde._national import national_register as national_register
    from evnpubsvc.serde._ocel import read_ocel as read_ocel
    from evnpubsvc.serde._ocel import write_ocel as write_ocel
    from evnpubsvc.serde._outreach import outreach_example as outreach_example
    from evnpubsvc.serde._outreach import read_programme as read_programme
    from evnpubsvc.serde._outreach import roster_feed as roster_feed
    from evnpubsvc.serde._plans import read_plans as read_plans
    from evnpubsvc.serde._population import read_population as read_population
    from evnpubsvc.serde._portal import read_portal_figures as read_portal_figures
    from evnpubsvc.serde._rates import read_rates as read_rates
    from evnpubsvc.serde._registers import DateStyle as DateStyle
    from evnpubsvc.serde._registers import RegisterColumns as RegisterColumns
    from evnpubsvc.serde._registers import RegisterFormat as RegisterFormat
    from evnpubsvc.serde._registers import read_register as read_register
    from evnpubsvc.serde._registers import read_register_columns as read_register_columns
    from evnpubsvc.serde._reports import PublishedColumns as PublishedColumns
    from evnpubsvc.serde._reports import PublishedTable as PublishedTable
    from evnpubsvc.serde._reports import ReportFormat as ReportFormat
    from evnpubsvc.serde._reports import read_form as read_form
    from evnpubsvc.serde._reports import read_published as read_published
    from evnpubsvc.serde._reports import read_published_columns as read_published_columns
    from evnpubsvc.serde._reports import report_bytes as report_bytes
    from evnpubsvc.serde._reports import report_form as report_form
    from evnpubsvc.serde._reports import report_form_for as report_form_for
    from evnpubsvc.serde._reports import report_form_names as report_form_names
    from evnpubsvc.serde._reports import write_report as write_report
    from evnpubsvc.serde._schemes import lint_scheme as lint_scheme
    from evnpubsvc.serde._schemes import preset as preset
    from evnpubsvc.serde._schemes import preset_names as preset_names
    from evnpubsvc.serde._schemes import read_scheme as read_scheme
    from evnpubsvc.serde._shapes import TableLayout as TableLayout
    from evnpubsvc.serde._units import read_unit_register as read_unit_register
    from evnpubsvc.serde._units import unit_register_from_rows as unit_register_from_rows
    from evnpubsvc.serde._xes import read_xes as read_xes
    from evnpubsvc.serde._xes import write_xes as write_xes

# public name -> its module, for the first access; type checkers read the imports above
_HOMES = {
    "CampaignFile": "_campaigns",
    "CatalogueReading": "_catalogue",
    "DateStyle": "_registers",
    "FigureColumns": "_figures",
    "FigureTable": "_figures",
    "LogColumns": "_log_columns",
    "PORTAL_COLUMNS": "_catalogue",
    "PublishedColumns": "_reports",
    "PublishedTable": "_reports",
    "RegisterColumns": "_registers",
    "RegisterFormat": "_registers",
    "RegisterReading": "_national",
    "ReportFormat": "_reports",
    "TableLayout": "_shapes",
    "catalogue_from_rows": "_catalogue",
    "configure_converter": "_converter",
    "findings_of": "_converter",
    "from_data": "_data",
    "from_json": "_data",
    "gc_paused": "_dossiers",
    "lint_scheme": "_schemes",
    "make_converter": "_converter",
    "national_register": "_national",
    "outreach_example": "_outreach",
    "preset": "_schemes",
    "preset_names": "_schemes",
    "read_calendar": "_calendar",
    "read_campaign": "_campaigns",
    "read_catalogue": "_catalogue",
    "read_deadline_rules": "_deadline_rules",
    "read_dossiers": "_dossiers",
    "read_event_log": "_event_logs",
    "read_figure_columns": "_figures",
    "read_figures": "_figures",
    "read_form": "_reports",
    "read_log_columns": "_log_columns",
    "read_ocel": "_ocel",
    "read_plans": "_plans",
    "read_population": "_population",
    "read_portal_figures": "_portal",
    "read_programme": "_outreach",
    "read_published": "_reports",
    "read_published_columns": "_reports",
    "read_rates": "_rates",
    "read_register": "_registers",
    "read_register_columns": "_registers",
    "read_scheme": "_schemes",
    "read_snapshot": "_campaigns",
    "read_unit_register": "_units",
    "read_xes": "_xes",
    "read_xes_log": "_event_logs",
    "report_bytes": "_reports",
    "report_form": "_reports",
    "report_form_for": "_reports",
    "report_form_names": "_reports",
    "roster_feed": "_outreach",
    "tally_register": "_counting",
    "to_data": "_data",
    "to_json": "_data",
    "unit_register_from_rows": "_units",
    "write_dossiers": "_dossiers",
    "write_ocel": "_ocel",
    "write_report": "_reports",
    "write_xes": "_xes",
}

if not TYPE_CHECKING:
    __all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    from evnpubsvc._hooks import load  # noqa: PLC0415 - kept out of the bare import

    return load(__name__, _HOMES, name)


def __dir__() -> list[str]:
    return [*_HOMES]
