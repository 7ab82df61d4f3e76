"""The version of the library, below every room: results carry it in their fingerprints."""

__version__ = "26.11.0"
