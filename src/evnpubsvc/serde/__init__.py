"""In and out: JSON, TOML, CSV, JSON Lines. The only room that knows cattrs, and the only one that opens files."""

from evnpubsvc.serde._converter import configure_converter, findings_of, from_json, make_converter, to_json
from evnpubsvc.serde._dossiers import (
    read_dossiers,
    read_ocel,
    read_xes,
    write_dossiers,
    write_ocel,
    write_xes,
)
from evnpubsvc.serde._event_logs import LogColumns, read_event_log, read_log_columns
from evnpubsvc.serde._figures import FigureColumns, FigureTable, read_figure_columns, read_figures
from evnpubsvc.serde._registers import (
    DateStyle,
    RegisterColumns,
    RegisterFormat,
    read_register,
    read_register_columns,
)
from evnpubsvc.serde._schemes import preset, preset_names, read_scheme
from evnpubsvc.serde._tables import opened

__all__ = [
    "DateStyle",
    "FigureColumns",
    "FigureTable",
    "LogColumns",
    "RegisterColumns",
    "RegisterFormat",
    "configure_converter",
    "findings_of",
    "from_json",
    "make_converter",
    "opened",
    "preset",
    "preset_names",
    "read_dossiers",
    "read_event_log",
    "read_figure_columns",
    "read_figures",
    "read_log_columns",
    "read_ocel",
    "read_register",
    "read_register_columns",
    "read_scheme",
    "read_xes",
    "to_json",
    "write_dossiers",
    "write_ocel",
    "write_xes",
]
