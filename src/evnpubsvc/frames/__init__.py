"""The functions of `statistics` on columns, for registers of millions (extra `frames`).

One kernel counts, and it gives the same integers.

`due_many` counts due dates. `tally_frame` counts files larger than memory and whatever speaks the
Arrow stream protocol; `TallyFrame` is a `Tally` in long form that merges, and travels as Arrow.
`write_coded` writes a register in six bytes a dossier, to be counted again and again. `score_frame`
scores many units; `weight_ranges_frame`, `dominance_frame` and `sample_ranks_frame` ask how much of
their order the weights decide.
Depends on Polars and numpy; DuckDB is the second engine.
"""

try:
    import duckdb
    import numpy as np
    import polars as pl
except (
    ModuleNotFoundError
) as _error:  # pragma: no cover - tested in an environment without the extra
    raise ModuleNotFoundError(
        f'evnpubsvc.frames needs {_error.name}: pip install "evnpubsvc[frames]"', name=_error.name
    ) from None

from evnpubsvc._hooks import publish
from evnpubsvc.frames._coded import write_coded
from evnpubsvc.frames._count import Engine, tally_frame
from evnpubsvc.frames._days import add_working_days
from evnpubsvc.frames._due import due_many
from evnpubsvc.frames._intervals import weight_ranges_frame
from evnpubsvc.frames._rows import read_rows
from evnpubsvc.frames._score import score_frame
from evnpubsvc.frames._sources import FrameFormat
from evnpubsvc.frames._tally import TallyFrame
from evnpubsvc.frames._weights import dominance_frame, sample_ranks_frame

__all__ = [
    "Engine",
    "FrameFormat",
    "TallyFrame",
    "add_working_days",
    "dominance_frame",
    "due_many",
    "read_rows",
    "sample_ranks_frame",
    "score_frame",
    "tally_frame",
    "weight_ranges_frame",
    "write_coded",
]

del duckdb, np, pl

publish(__name__, __all__)
