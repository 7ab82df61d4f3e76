"""What the command line may use of this room, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from evnpubsvc.frames._coded import coded_files, coded_limits
from evnpubsvc.frames._sources import files_of

__all__ = ["stated_limits"]


def stated_limits(path: str) -> Mapping[str, Mapping[str, str]]:
    """Return the limits that a packed register states; none for another register."""
    coded = coded_files(files_of(path), None)
    return {} if coded is None else coded_limits(coded[1])
