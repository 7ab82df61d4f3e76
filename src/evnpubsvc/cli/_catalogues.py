"""The catalogue of procedures that a command is given, or the packaged one."""

from __future__ import annotations

from pathlib import Path

from evnpubsvc.catalogue import Catalogue, seed_catalogue


def read_procedures(path: Path | None) -> Catalogue:
    """Read a catalogue from a file; without one, return the five packaged procedures."""
    if path is None:
        return seed_catalogue()
    from evnpubsvc.serde import read_catalogue

    return read_catalogue(path).catalogue
