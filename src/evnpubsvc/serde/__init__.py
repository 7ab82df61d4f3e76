"""In and out: JSON, TOML, CSV, JSON Lines. The only room that knows cattrs, and the only one that opens files."""

from typing import TYPE_CHECKING

from evnpubsvc.serde._converter import configure_converter, findings_of, from_json, make_converter, to_json

if TYPE_CHECKING:
    from evnpubsvc.serde._catalogue import PORTAL_COLUMNS as PORTAL_COLUMNS
    from evnpubsvc.serde._catalogue import CatalogueReading as CatalogueReading
    from evnpubsvc.serde._catalogue import catalogue_from_rows as catalogue_from_rows
    from evnpubsvc.serde._catalogue import read_catalogue as read_catalogue
    from evnpubsvc.serde._national import RegisterReading as RegisterReading
    from evnpubsvc.serde._national import national_register as national_register
    from evnpubsvc.serde._units import read_unit_register as read_unit_register
    from evnpubsvc.serde._units import unit_register_from_rows as unit_register_from_rows

__all__ = [
    "PORTAL_COLUMNS",
    "CatalogueReading",
    "RegisterReading",
    "catalogue_from_rows",
    "configure_converter",
    "findings_of",
    "from_json",
    "make_converter",
    "national_register",
    "read_catalogue",
    "read_unit_register",
    "to_json",
    "unit_register_from_rows",
]

# Readers of rooms that most callers do not use are imported on first access.
_READERS = {
    "PORTAL_COLUMNS": "_catalogue",
    "CatalogueReading": "_catalogue",
    "RegisterReading": "_national",
    "catalogue_from_rows": "_catalogue",
    "national_register": "_national",
    "read_catalogue": "_catalogue",
    "read_unit_register": "_units",
    "unit_register_from_rows": "_units",
}


def __getattr__(name: str) -> object:
    module = _READERS.get(name)
    if module is None:
        raise AttributeError(f"module 'evnpubsvc.serde' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only where a reader is used

    value: object = getattr(import_module(f"evnpubsvc.serde.{module}"), name)
    globals()[name] = value
    return value
