"""The catalogue of procedures that a command is given, or the packaged one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from evnpubsvc.catalogue import Catalogue
    from evnpubsvc.dossiers import Dossier

catalogue_option = click.option(
    "--catalogue",
    "catalogue_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Catalogue as JSON or CSV. Default: the five packaged procedures.",
)
solvable_option = click.option(
    "--solvable/--not-solvable",
    default=None,
    help="For soft15: whether the same day is possible.",
)


def read_procedures(path: Path | None) -> Catalogue:
    """Read a catalogue from a file; without one, return the five packaged procedures."""
    if path is None:
        from evnpubsvc.catalogue import seed_catalogue

        return seed_catalogue()
    from evnpubsvc.serde import read_catalogue

    return read_catalogue(path).catalogue


class Limits:
    """What gives the limits of dossiers.

    The packaged catalogue covers only its five procedures, so that a register of other procedures
    is not blamed for it.

    Attributes:
        catalogue: the one of a file, or the packaged one.
    """

    def __init__(self, path: Path | None) -> None:
        self.catalogue = read_procedures(path)
        self._covered = frozenset(self.catalogue.codes) if path is None else None

    def catalogue_for(self, dossier: Dossier) -> Catalogue | None:
        """Return the catalogue that gives the limit of a dossier; None where none does."""
        if self._covered is not None and dossier.procedure not in self._covered:
            return None
        return self.catalogue
