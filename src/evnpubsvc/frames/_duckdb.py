"""DuckDB as the second engine: keys are counted on disk where they exceed the memory limit."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from evnpubsvc.errors import MisuseError
from evnpubsvc.frames._store import Cells, Store, unpacked

try:
    import duckdb
except ModuleNotFoundError:  # pragma: no cover - tested in an environment without the extra
    raise MisuseError("extra-missing", "duckdb", extra="frames") from None

_LEAST: Final = 64 << 20  # bytes; with less DuckDB refuses to start a query
# No extension is fetched from the network or looked for on the disk: what is needed is built in.
_ALONE: Final = MappingProxyType(
    {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
)


def connect_alone(**config: Any) -> Any:
    """Return a connection to an empty database in memory that fetches nothing."""
    return duckdb.connect(config={**_ALONE, **config})


class DuckStore(Store):
    """Keys that wait in a table of DuckDB, which goes to disk when it must."""

    def __init__(self, pending: int, limit: int | None) -> None:
        super().__init__(pending)
        folder = tempfile.mkdtemp(prefix="evnpubsvc-")
        self._connection: Any = connect_alone()
        weakref.finalize(self, _discard, self._connection, folder)
        self._connection.execute("SET preserve_insertion_order = false")
        self._connection.execute("SET temp_directory = $folder", {"folder": folder})
        if limit is not None:
            self._connection.execute(f"SET memory_limit = '{max(limit // 2, _LEAST)}B'")
        self._tables: list[tuple[str, tuple[int, ...]]] = []

    def _count(self, waiting: list[npt.NDArray[Any]]) -> None:
        keys = waiting.pop()
        if not self._tables or self._tables[-1][1] != self._sizes:
            name = f"keys_{len(self._tables)}"
            kind = "UINTEGER" if keys.dtype == np.uint32 else "UBIGINT"
            self._connection.execute(f"CREATE TEMP TABLE {name} (k {kind}, n BIGINT)")
            self._tables.append((name, self._sizes))
        name = self._tables[-1][0]
        batch = {"k": keys}  # DuckDB finds the arrays by the name of the variable
        self._connection.execute(f"INSERT INTO {name} SELECT k, count(*) FROM batch GROUP BY k")  # noqa: S608
        del batch

    def cells_so_far(self, width: int) -> Cells:
        """Return what was counted."""
        for name, sizes in self._tables:
            query = f"SELECT k, sum(n)::BIGINT AS n FROM {name} GROUP BY k ORDER BY k"  # noqa: S608 - a name of ours
            found = self._connection.execute(query).fetchnumpy()
            keys: npt.NDArray[Any] = np.asarray(found["k"])
            self._cells.append((unpacked(keys, sizes), np.asarray(found["n"]).astype(np.int64)))
        self._tables = []
        return super().cells_so_far(width)


def _discard(connection: Any, folder: str) -> None:
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)
