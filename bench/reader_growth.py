"""How the time of each reader grows with what it reads: `python -m bench.reader_growth [MOST]`.

Each is read in sizes that double up to `MOST` rows (20,000 unless said); the exponent is the slope
of the logarithms over the upper half. Linear is 1; what stands above 1.25 is printed with a mark.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date

from tests.cli.samples import DRIVE

from evnpubsvc.errors import DataError
from evnpubsvc.serde import (
    LogColumns,
    RegisterColumns,
    RegisterFormat,
    read_dossiers,
    read_event_log,
    read_figures,
    read_register,
    read_scheme,
    read_snapshot,
    tally_register,
)

_SCHEME = read_scheme(io.BytesIO(DRIVE.encode()))
_BY_X = RegisterColumns(dimensions={"x": "x"})
_LOG = LogColumns(case="ma", activity="viec", timestamp="luc", timezone="Asia/Ho_Chi_Minh")


def _all(rows: Iterable[object]) -> None:
    for _ in rows:
        pass


def _register(n: int) -> bytes:
    return b"received,x\n" + b"".join(b"2022-12-01,%d\n" % (i % 500) for i in range(n))


def _lines(n: int) -> bytes:
    return b"".join(b'{"received": "2022-12-01", "x": "%d"}\n' % i for i in range(n))


def _dossiers(n: int) -> bytes:
    return b"".join(b'{"code": "%d"}\n' % i for i in range(n))


def _log(n: int) -> bytes:
    """One dossier with very many events is the worst."""
    rows = b"".join(b"A,note,2022-12-%02d 08:00\n" % (1 + i % 28) for i in range(n))
    return b"ma,viec,luc\n" + rows


def _figures(n: int) -> bytes:
    return b"unit,n,d\n" + b"".join(b"U%d,1,2\n" % i for i in range(n))


def _names(n: int) -> bytes:
    return b"received," + b",".join(b"c%d" % (i // 2) for i in range(n)) + b"\n"


def _keys(n: int) -> bytes:
    return b"{" + b", ".join(b'"k%d": 1' % (i // 2) for i in range(n)) + b"}\n"


def _scheme(n: int) -> bytes:
    figures = "".join(
        f'[[figures]]\nkey = "f{i}"\nunit = "dossiers"\ntitle = {{ vi = "x", en = "x" }}\n'
        for i in range(n)
    )
    return (DRIVE + figures).encode()


def _snapshot(n: int) -> bytes:
    place = {"stratum": None, "rank": 1, "score": "1", "reason": None, "components": []}
    places = [{"unit": f"U{i}", **place, "groups": []} for i in range(n)]
    return json.dumps({"ties": "shared-rank", "standings": places}).encode()


def _tally(raw: bytes) -> None:
    tally_register(io.BytesIO(raw), _BY_X, by="x", as_of=date(2022, 12, 14), compare="date")


# name -> what makes n of it, what reads it, the share of MOST that is tried
CASES: dict[str, tuple[Callable[[int], bytes], Callable[[bytes], object], float]] = {
    "register, rows": (_register, lambda raw: _all(read_register(io.BytesIO(raw), _BY_X)), 1),
    "register, counted": (_register, _tally, 5),
    "register, lines of JSON": (
        _lines,
        lambda raw: _all(read_register(io.BytesIO(raw), _BY_X, file_format=RegisterFormat.JSONL)),
        1,
    ),
    "register, names that repeat": (
        _names,
        lambda raw: _all(read_register(io.BytesIO(raw), _BY_X)),
        1,
    ),
    "dossiers, lines of JSON": (_dossiers, lambda raw: _all(read_dossiers(io.BytesIO(raw))), 1),
    "dossiers, keys that repeat": (_keys, lambda raw: _all(read_dossiers(io.BytesIO(raw))), 2),
    "event log, events of a case": (
        _log,
        lambda raw: _all(read_event_log(io.BytesIO(raw), _LOG)),
        0.5,
    ),
    "figures, units": (_figures, lambda raw: read_figures(io.BytesIO(raw), _SCHEME), 0.5),
    "scheme, figures": (_scheme, lambda raw: read_scheme(io.BytesIO(raw)), 0.1),
    "snapshot, units": (_snapshot, lambda raw: read_snapshot(io.BytesIO(raw)), 0.5),
}


def _seconds(read: Callable[[bytes], object], raw: bytes) -> float:
    start = time.process_time()
    with contextlib.suppress(DataError):
        read(raw)
    return max(time.process_time() - start, 1e-4)


def exponent(make: Callable[[int], bytes], read: Callable[[bytes], object], most: int) -> float:
    """Return the slope of the logarithms of times between a quarter of a size and the size."""
    small, large = make(most // 4), make(most)
    read_small = min(_seconds(read, small) for _ in range(3))
    read_large = min(_seconds(read, large) for _ in range(2))
    return math.log(read_large / read_small) / math.log(4)


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    for name, (make, read, share) in CASES.items():
        found = exponent(make, read, int(most * share))
        print(f"{found:5.2f} {'(!)' if found > 1.25 else '   '} {name}", flush=True)


if __name__ == "__main__":
    main()
