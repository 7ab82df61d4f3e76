"""A target for each reader: bytes in, records or findings out, anything else is a crash.

`python -m tests.fuzz SECONDS [NAME…]` spoils bytes for so long a reader; with atheris installed
(`make fuzz` installs it in an environment of its own) by what reaches new lines of the library. A
crash is written to `tests/corpus/`, from where every run of the tests tries it again.
"""

from __future__ import annotations

import io
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from evnpubsvc import from_json
from evnpubsvc.campaigns import lint_plans
from evnpubsvc.errors import DataError
from evnpubsvc.serde import (
    FigureColumns,
    LogColumns,
    RegisterColumns,
    RegisterFormat,
    read_calendar,
    read_campaign,
    read_deadline_rules,
    read_dossiers,
    read_event_log,
    read_figure_columns,
    read_figures,
    read_form,
    read_log_columns,
    read_ocel,
    read_plans,
    read_population,
    read_portal_figures,
    read_programme,
    read_published_columns,
    read_rates,
    read_register,
    read_register_columns,
    read_scheme,
    read_snapshot,
    read_unit_register,
    read_xes,
    read_xes_log,
    tally_register,
)
from evnpubsvc.serde._shapes import TableShape
from evnpubsvc.serde._workbooks import open_table
from evnpubsvc.statistics import Tally
from tests.cli.hostile_calls import spoil_bytes
from tests.cli.samples import DRIVE
from tests.cli.vietnamese_calls import lay_files

CORPUS: Final = Path(__file__).parent / "corpus"
_BY_FIELD: Final = RegisterColumns(received="nhan", due="hen", dimensions={"field": "lv"})
_LOG: Final = LogColumns(case="ma", activity="viec", timestamp="luc", timezone="Asia/Ho_Chi_Minh")
_ASKED: Final[dict[str, Any]] = {"as_of": date(2022, 12, 14), "compare": "date", "by": "field"}
Target = Callable[[bytes], object]


def _all(rows: Iterable[object]) -> int:
    return sum(1 for _ in rows)


def _sheet(raw: bytes) -> int:
    with open_table(io.BytesIO(raw), TableShape()) as table:
        return _all(table.rows)


def _counted(raw: bytes) -> bool:
    """Count on columns and row by row: the same, or the same findings."""
    from evnpubsvc.frames import tally_frame

    ends: list[object] = []
    for count in (tally_register, tally_frame):
        try:
            counted: Any = count(io.BytesIO(raw), _BY_FIELD, **_ASKED)
            ends.append(counted if isinstance(counted, Tally) else counted.to_tally())
        except DataError as error:
            ends.append([found.reason for found in error.findings])
    if ends[0] != ends[1]:
        raise AssertionError(ends)
    return True


_SCHEME: Final = read_scheme(io.BytesIO(DRIVE.encode()))
TARGETS: Final[dict[str, Target]] = {
    "calendar": lambda raw: read_calendar(io.BytesIO(raw)),
    "campaign": lambda raw: read_campaign(io.BytesIO(raw)),
    "counted": _counted,
    "deadline-rules": lambda raw: read_deadline_rules(io.BytesIO(raw)),
    "dossiers": lambda raw: _all(read_dossiers(io.BytesIO(raw))),
    "event-log": lambda raw: _all(read_event_log(io.BytesIO(raw), _LOG)),
    "figure-columns": lambda raw: read_figure_columns(io.BytesIO(raw)),
    "figures": lambda raw: read_figures(
        io.BytesIO(raw), _SCHEME, FigureColumns(within_bounds=True)
    ),
    "form": lambda raw: read_form(io.BytesIO(raw)),
    "json": lambda raw: from_json(raw, Tally),
    "log-columns": lambda raw: read_log_columns(io.BytesIO(raw)),
    "ocel": lambda raw: _all(read_ocel(io.BytesIO(raw))),
    "portal": lambda raw: read_portal_figures(io.BytesIO(raw), _SCHEME),
    "plans": lambda raw: lint_plans(read_plans(io.BytesIO(raw))),
    "population": lambda raw: read_population(io.BytesIO(raw)),
    "programme": lambda raw: read_programme(io.BytesIO(raw)),
    "published-columns": lambda raw: read_published_columns(io.BytesIO(raw)),
    "rates": lambda raw: read_rates(io.BytesIO(raw)),
    "register": lambda raw: _all(read_register(io.BytesIO(raw), _BY_FIELD)),
    "register-columns": lambda raw: read_register_columns(io.BytesIO(raw)),
    "register-lines": lambda raw: _all(
        read_register(io.BytesIO(raw), _BY_FIELD, file_format=RegisterFormat.JSONL)
    ),
    "scheme": lambda raw: read_scheme(io.BytesIO(raw)),
    "sheet": _sheet,
    "snapshot": lambda raw: read_snapshot(io.BytesIO(raw)),
    "units": lambda raw: read_unit_register(io.BytesIO(raw)),
    "xes": lambda raw: _all(read_xes(io.BytesIO(raw))),
    "xes-log": lambda raw: _all(read_xes_log(io.BytesIO(raw), _LOG)),
}


def seeds() -> dict[str, list[bytes]]:
    """Bytes that each reader understands, to be spoilt; any of them serves where there is none."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        lay_files(folder)
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
    register = b"nhan,hen,lv\n2022-12-01,2022-12-30,a\n02/12/2022,,b\n"
    place_of_a: dict[str, Any] = {
        "unit": "A",
        "stratum": None,
        "rank": 1,
        "score": "1",
        "reason": None,
    }
    place_of_a |= {"components": [{"key": "on", "points": "1", "reason": None}], "groups": []}
    own: dict[str, list[bytes]] = {
        "register": [register],
        "counted": [register],
        "register-lines": [b'{"nhan": "2022-12-01", "hen": null, "lv": {"a": 1.5}}\n'],
        "event-log": [b"ma,viec,luc\nA,received,2022-12-01 08:00\nA,note,2022-12-02\n"],
        "figures": [b"unit,n,d\nA,1,2\nB,,3\n", files["so-lieu.csv"]],
        "dossiers": [files["ho-so.jsonl"]],
        "scheme": [DRIVE.encode(), files["bang.toml"]],
        "campaign": [files["dot-thi-dua.toml"]],
        "plans": [files["ke-hoach.toml"]],
        "population": [
            b"""[[figures]]
            unit = { code = "20971" }
            kind = "people"
            day = 2022-12-31
            count = { least = 1, unit = "people" }
            source = { instrument = "x" }
            """
        ],
        "programme": [files["to.toml"]],
        "register-columns": [files["cot.toml"]],
        "log-columns": [files["nhat-ky.toml"]],
        "snapshot": [json.dumps({"ties": "shared-rank", "standings": [place_of_a]}).encode()],
        "json": [b'{"format": 1, "type": "Tally", "value": {"cells": [], "dimensions": ["a"]}}'],
        "ocel": [b'{"objects": [{"id": "dossier:A", "type": "dossier"}], "events": []}'],
        "portal": [b'{"data": {"children": [{"departmentCode": "A", "n": 1, "d": 2}]}}'],
        "units": [b"code,name,kind,tier,since\n1,Tam,commune,commune,2025-07-01\n"],
        "xes": [b'<log><trace><string key="concept:name" value="A"/></trace></log>'],
        "calendar": [b'last = 2030-12-31\n[[days]]\nday = 2028-01-01\nkind = "holiday"\n'],
    }
    own["xes-log"] = own["xes"]
    return {name: own.get(name, [DRIVE.encode(), register]) for name in TARGETS}


def kept(name: str) -> list[bytes]:
    """Bytes that broke a reader once."""
    return [path.read_bytes() for path in sorted(CORPUS.glob(f"{name}--*"))]


def spoilt(name: str, seed: int) -> Iterator[bytes]:
    """Yield bytes to try on a reader, for ever."""
    draw = random.Random(f"{name} {seed}")
    start = seeds()[name]
    while True:
        raw = draw.choice(start)
        for _ in range(draw.choice((1, 2, 4))):
            raw = spoil_bytes(raw, draw)
        yield raw


def crash(name: str, raw: bytes) -> BaseException | None:
    """Return what a reader raises besides findings."""
    try:
        TARGETS[name](raw)
    except DataError:
        return None
    except Exception as error:  # noqa: BLE001 - that is the question
        return error
    return None


def _fuzz(name: str, seconds: float) -> None:
    end, tried, slowest = time.monotonic() + seconds, 0, 0.0
    for raw in spoilt(name, int(time.time())):
        before = time.process_time()
        error = crash(name, raw)
        slowest = max(slowest, time.process_time() - before)
        tried += 1
        if error is not None:
            CORPUS.mkdir(exist_ok=True)
            (CORPUS / f"{name}--{abs(hash(raw)) % 10**8:08}").write_bytes(raw)
            sys.stdout.write(f"{name}: {type(error).__name__}: {str(error)[:200]}\n")
        if time.monotonic() > end:
            break
    sys.stdout.write(f"{name}: {tried} tried, slowest {slowest:.2f} s\n")


def _fuzz_by_coverage(name: str, seconds: float) -> None:
    """Let atheris find bytes that reach new lines; a crash ends the process and is written."""
    atheris: Any = import_module("atheris")
    atheris.instrument_all()

    def one(raw: bytes) -> None:
        error = crash(name, raw)
        if error is not None:
            raise error

    with TemporaryDirectory() as place:
        for number, raw in enumerate((*seeds()[name], *kept(name))):
            Path(place, str(number)).write_bytes(raw)
        options = [f"-max_total_time={int(seconds)}", f"-artifact_prefix={CORPUS}/{name}--"]
        atheris.Setup([sys.argv[0], place, *options, "-timeout=10", "-rss_limit_mb=2048"], one)
        atheris.Fuzz()


if __name__ == "__main__":
    chosen = sys.argv[2:] or list(TARGETS)
    if find_spec("atheris") is not None:
        CORPUS.mkdir(exist_ok=True)
        [only] = chosen  # atheris takes the whole process
        _fuzz_by_coverage(only, float(sys.argv[1]))
    else:
        for each in chosen:
            _fuzz(each, float(sys.argv[1]))
