"""What rooms with tables of law may use of this one: `cited` reads the source of a row."""

from evnpubsvc.law._citation import cited

__all__ = ["cited"]
