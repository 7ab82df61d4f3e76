"""Codes that come more than once, on columns.

What `statistics` finds row by row (`Repeats`), with the codes of whole batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from evnpubsvc._moments import own_day
from evnpubsvc.findings import Finding
from evnpubsvc.frames._days import MISSING, Days, day_number
from evnpubsvc.frames._words import Values
from evnpubsvc.serde import RegisterColumns
from evnpubsvc.serde.engine import joined_code
from evnpubsvc.statistics import RegisterRow
from evnpubsvc.statistics.engine import STATUSES, as_compared, repeats_found

Numbers: TypeAlias = "npt.NDArray[np.int32]"
CodeNote: TypeAlias = "tuple[pl.Series, pl.Series]"
"""Codes of rows, and a number for what each row says."""
_DAYS: Final = ("received", "due", "finished")
_ODD: Final = "[^!-~]"  # codes without such a letter are compared as they are written


class ColumnRepeats:
    """The codes that came so far, with a number for what each row says.

    Args:
        columns: how the register is laid out.
        values: the values of its dimensions, as they are numbered.
        most: how many rows are compared.

    Attributes:
        parts: the columns that make the code; none where there is no code.
    """

    def __init__(self, columns: RegisterColumns, values: Mapping[str, Values], most: int) -> None:
        self.parts = [] if columns.code is None else [columns.code, *columns.code_with]
        self._missing = list(columns.missing)
        self._values = {name: values[name] for name in columns.dimensions if name in values}
        self._names = [*_DAYS, "status", *(f"value {name}" for name in self._values)]
        self._left = most
        self._not_compared = 0
        self._codes: list[pl.Series] = []
        self._said: list[pl.Series] = []
        self._slow_codes: list[str] = []
        self._slow: list[tuple[int, ...]] = []

    def note(
        self,
        batch: pl.DataFrame,
        days: Mapping[str, Days],
        status: Numbers | None,
        values: Mapping[str, Numbers],
        rows: npt.NDArray[np.bool_],
    ) -> CodeNote:
        """Return the codes of some rows of a batch, and what their days, status and values say."""
        said: dict[str, Any] = {name: days.get(name, MISSING) for name in _DAYS}
        said["status"] = 0 if status is None else status
        said |= {f"value {name}": values[name] for name in self._values}
        codes = self._codes_of(batch)
        numbers = pl.DataFrame(said, dict.fromkeys(said, pl.Int32))
        there = codes.is_not_null() & pl.Series(rows)
        if not there.all():
            codes, numbers = codes.filter(there), numbers.filter(there)
        return codes, numbers.hash_rows()

    def take_row(self, row: RegisterRow) -> None:
        """Note the code of a row that was read by itself, if it has one."""
        if row.code is None or not self.parts:
            return
        values = dict(row.dimensions)
        self._slow_codes.append(row.code)
        self._slow.append(
            (
                *(_number_of(day) for day in (row.received, row.due, row.finished)),
                STATUSES.index(row.status),
                *(known.place(values[name]) for name, known in self._values.items()),
            )
        )

    def findings(self) -> Iterator[Finding]:
        """Say which codes came more than once, in the order of the codes."""
        if not self.parts:
            return
        numbers = pl.DataFrame(self._slow, dict.fromkeys(self._names, pl.Int32), orient="row")
        codes = pl.Series("code", self._slow_codes, dtype=pl.String)
        self.take((codes, numbers.hash_rows()))
        every = pl.DataFrame({"code": pl.concat(self._codes), "said": pl.concat(self._said)})
        # Hashes of the codes, sorted, say quickly that there is nothing to say.
        hashes = every["code"].hash()
        ordered = np.sort(hashes.to_numpy())
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        some = every.filter(hashes.is_in(pl.Series(twice, dtype=pl.UInt64)))
        found = (
            some.group_by("code")
            .agg(rows=pl.len(), differ=pl.col("said").n_unique() > 1)
            .filter(pl.col("rows") > 1)
        )
        yield from repeats_found(
            dict(zip(found["code"].to_list(), found["rows"].to_list(), strict=True)),
            set(found.filter("differ")["code"].to_list()),
            self._not_compared,
        )

    def _codes_of(self, batch: pl.DataFrame) -> pl.Series:
        """The codes of a batch, as they are compared; null where there is none."""
        plain = not any(batch[column].str.contains(_ODD).any() for column in self.parts)
        parts = [pl.col(column) for column in self.parts]
        if not plain:
            parts = [part.str.strip_chars() for part in parts]
        parts = [part.fill_null("") for part in parts]
        if self._missing:
            parts = [
                pl.when(part.is_in(self._missing)).then(pl.lit("")).otherwise(part)
                for part in parts
            ]
        whole = pl.concat_str(parts, separator="/") if len(parts) > 1 else parts[0]
        codes = batch.select(pl.when(parts[0] != "").then(whole).alias("code"))["code"]
        if plain:
            return codes
        # Few are written in a way that makes them unlike what a reader sees.
        odd = codes.str.contains(_ODD).fill_null(value=False)
        if not odd.any():
            return codes
        places = pl.Series(np.flatnonzero(odd.to_numpy()))
        texts = codes.gather(places).to_list()
        known = {text: as_compared(joined_code([text]) or "") for text in set(texts)}
        return codes.scatter(places, [known[text] for text in texts])

    def take(self, note: CodeNote) -> None:
        """Keep the codes of a batch; batches come in their order."""
        codes, said = note
        kept = min(len(codes), self._left)
        self._left -= kept
        self._not_compared += len(codes) - kept
        self._codes.append(codes.head(kept))
        self._said.append(said.head(kept))


def _number_of(day: date | None) -> int:
    return MISSING if day is None else day_number(own_day(day))
