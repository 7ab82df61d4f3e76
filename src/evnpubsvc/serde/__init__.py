"""In and out: JSON, TOML, CSV, JSON Lines. The only room that knows cattrs, and the only one that opens files.

As in the root, a name is imported from its module on first access.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from evnpubsvc.serde._calendar import read_calendar as read_calendar
    from evnpubsvc.serde._converter import configure_converter as configure_converter
    from evnpubsvc.serde._converter import findings_of as findings_of
    from evnpubsvc.serde._converter import from_json as from_json
    from evnpubsvc.serde._converter import make_converter as make_converter
    from evnpubsvc.serde._converter import to_json as to_json
    from evnpubsvc.serde._figures import FigureColumns as FigureColumns
    from evnpubsvc.serde._figures import FigureTable as FigureTable
    from evnpubsvc.serde._figures import read_figure_columns as read_figure_columns
    from evnpubsvc.serde._figures import read_figures as read_figures
    from evnpubsvc.serde._registers import DateStyle as DateStyle
    from evnpubsvc.serde._registers import RegisterColumns as RegisterColumns
    from evnpubsvc.serde._registers import RegisterFormat as RegisterFormat
    from evnpubsvc.serde._registers import read_register as read_register
    from evnpubsvc.serde._registers import read_register_columns as read_register_columns
    from evnpubsvc.serde._schemes import preset as preset
    from evnpubsvc.serde._schemes import preset_names as preset_names
    from evnpubsvc.serde._schemes import read_scheme as read_scheme
    from evnpubsvc.serde._tables import opened as opened

_MODULES = {
    "DateStyle": "_registers",
    "FigureColumns": "_figures",
    "FigureTable": "_figures",
    "RegisterColumns": "_registers",
    "RegisterFormat": "_registers",
    "configure_converter": "_converter",
    "findings_of": "_converter",
    "from_json": "_converter",
    "make_converter": "_converter",
    "opened": "_tables",
    "preset": "_schemes",
    "preset_names": "_schemes",
    "read_calendar": "_calendar",
    "read_figure_columns": "_figures",
    "read_figures": "_figures",
    "read_register": "_registers",
    "read_register_columns": "_registers",
    "read_scheme": "_schemes",
    "to_json": "_converter",
}

__all__ = [
    "DateStyle",
    "FigureColumns",
    "FigureTable",
    "RegisterColumns",
    "RegisterFormat",
    "configure_converter",
    "findings_of",
    "from_json",
    "make_converter",
    "opened",
    "preset",
    "preset_names",
    "read_calendar",
    "read_figure_columns",
    "read_figures",
    "read_register",
    "read_register_columns",
    "read_scheme",
    "to_json",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module 'evnpubsvc.serde' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - kept out of the bare import

    value: object = getattr(import_module(f"evnpubsvc.serde.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
