"""Files that are whole or absent."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from evnpubsvc.errors import DataError
from evnpubsvc.findings import finding

__all__ = ["replace_file"]


def replace_file(path: str | os.PathLike[str], write: Callable[[Path], object]) -> Path:
    """Let a file be written beside its place, and move it there when it is whole.

    Until then a file of that name stays as it is; whatever goes wrong, nothing is left beside it.

    Raises:
        DataError: `file-unwritable`.
    """
    target = Path(path)
    beside: Path | None = None
    try:
        with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as made:
            beside = Path(made.name)
        write(beside)
        with beside.open("rb") as whole:
            os.fsync(whole.fileno())  # a disk that is full may say so only now
        umask = os.umask(0o022)
        os.umask(umask)
        beside.chmod(0o666 & ~umask)
        beside.replace(target)
        beside = None
    except OSError as error:
        raise DataError([finding("file-unwritable", "", target.name, why=error.strerror or error)]) from None
    finally:
        if beside is not None:
            with suppress(OSError):
                beside.unlink()
    return target
