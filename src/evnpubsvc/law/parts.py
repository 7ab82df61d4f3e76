"""What rooms with tables of law may use of this one: `cited` reads the source of a row."""

from evnpubsvc._hooks import publish_loaded
from evnpubsvc.law import _HOMES
from evnpubsvc.law._citation import cited

__all__ = ["cited"]

# What was imported for these is public now, under its own name.
publish_loaded("evnpubsvc.law", _HOMES)
