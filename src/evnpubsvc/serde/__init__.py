"""In and out: JSON, TOML, CSV, JSON Lines. The only room that knows cattrs, and the only one that opens files."""

from evnpubsvc.serde._calendar import read_calendar
from evnpubsvc.serde._converter import configure_converter, findings_of, from_json, make_converter, to_json

__all__ = ["configure_converter", "findings_of", "from_json", "make_converter", "read_calendar", "to_json"]
