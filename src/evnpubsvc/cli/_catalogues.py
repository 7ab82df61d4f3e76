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


def limits_for(dossier: Dossier, catalogue: Catalogue, path: Path | None) -> Catalogue | None:
    """Return the catalogue that gives the limit of a dossier.

    The packaged one covers only its five procedures; for any other the result is None, so that a
    register of other procedures is not blamed for it.
    """
    if path is None and dossier.procedure not in catalogue.codes:
        return None
    return catalogue
