"""In and out: JSON, TOML, CSV, JSON Lines. The only room that knows cattrs, and the only one that opens files."""

from evnpubsvc.serde._campaigns import CampaignFile, read_campaign, read_snapshot
from evnpubsvc.serde._converter import configure_converter, findings_of, from_json, make_converter, to_json
from evnpubsvc.serde._figures import FigureColumns, FigureTable, read_figure_columns, read_figures
from evnpubsvc.serde._registers import (
    DateStyle,
    RegisterColumns,
    RegisterFormat,
    read_register,
    read_register_columns,
)
from evnpubsvc.serde._schemes import lint_scheme, preset, preset_names, read_scheme
from evnpubsvc.serde._tables import opened

__all__ = [
    "CampaignFile",
    "DateStyle",
    "FigureColumns",
    "FigureTable",
    "RegisterColumns",
    "RegisterFormat",
    "configure_converter",
    "findings_of",
    "from_json",
    "lint_scheme",
    "make_converter",
    "opened",
    "preset",
    "preset_names",
    "read_campaign",
    "read_figure_columns",
    "read_figures",
    "read_register",
    "read_register_columns",
    "read_scheme",
    "read_snapshot",
    "to_json",
]
