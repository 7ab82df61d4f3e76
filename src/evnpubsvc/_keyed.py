"""Records that answer by key: `in` asks what `[]` asks, and what a loop gives is in."""

from __future__ import annotations

from typing import Any


class Keyed:
    """A record with `record[key]`: `key in record` says whether that gives something.

    A class whose loop gives its parts adds to `in` that each of them is in. Any other says
    `__iter__ = None`, so that a loop over it is refused instead of asking for the keys 0, 1, 2.
    """

    __slots__ = ()

    def __getitem__(self, key: Any, /) -> Any:
        """Return what a key stands for.

        Raises `KeyError`, as `UnknownNameError` is, where it stands for nothing.
        """
        raise NotImplementedError

    def __contains__(self, key: object) -> bool:
        try:
            self[key]
        except (KeyError, TypeError):
            return False
        return True
