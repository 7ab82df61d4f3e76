"""Packaged tables: TOML files inside the package, read on first use and kept.

The one place of the domain that touches files, and only files of the package itself.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def packaged_text(name: str) -> str:
    """Return the text of a file inside the package.

    By its path below it (`"texts/findings.toml"`).
    """
    import pkgutil  # noqa: PLC0415 - `importlib.resources` takes 12 ms more

    content = pkgutil.get_data("evnpubsvc", name)
    if content is None:
        raise FileNotFoundError(name)
    return content.decode("utf-8")


@cache
def packaged_table(name: str) -> dict[str, Any]:
    """Return a packaged TOML file as a dictionary. Treat it as read-only: it is shared."""
    import tomllib  # noqa: PLC0415 - 10 ms that only readers of tables should pay

    return tomllib.loads(packaged_text(name))


def packaged_names(folder: str, suffix: str = ".toml") -> tuple[str, ...]:
    """Return the sorted names, without suffix, of the files in a folder inside the package."""
    from importlib.resources import files  # noqa: PLC0415 - 12 ms, for few calls

    names = (entry.name for entry in files("evnpubsvc").joinpath(folder).iterdir())
    return tuple(sorted(name.removesuffix(suffix) for name in names if name.endswith(suffix)))
