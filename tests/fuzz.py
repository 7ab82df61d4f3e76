"""A target for each reader: bytes in, records or findings out, anything else is a crash.

`python -m tests.fuzz SECONDS [NAME…]` spoils bytes for so long a reader; with atheris installed
(`make fuzz` installs it in an environment of its own) by what reaches new lines of the library. A
crash is written to `tests/corpus/`, from where every run of the tests tries it again; it ends the
fuzzing, with 1.
"""

from __future__ import annotations

import gc
import hashlib
import io
import json
import os
import random
import re
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FunctionType
from typing import Any, Final

import evnpubsvc
from evnpubsvc import from_json
from evnpubsvc.campaigns import lint_plans
from evnpubsvc.catalogue import seed_catalogue
from evnpubsvc.codes import identify
from evnpubsvc.conformance import ConformanceReport, check_vectors, judge_log
from evnpubsvc.conformance._vectors import _read_answer
from evnpubsvc.deadlines import CountingRules, due, read_limits
from evnpubsvc.dossiers import Dossier
from evnpubsvc.dossiers.engine import statuses_after
from evnpubsvc.emulation import rank, score
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.page import standings_page
from evnpubsvc.quantities import parse_count, parse_number
from evnpubsvc.schema import record_types
from evnpubsvc.serde import (
    FigureColumns,
    LogColumns,
    PublishedColumns,
    RegisterColumns,
    RegisterFormat,
    TableLayout,
    from_data,
    read_calendar,
    read_campaign,
    read_catalogue,
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
    read_published,
    read_published_columns,
    read_rates,
    read_register,
    read_register_columns,
    read_scheme,
    read_snapshot,
    read_unit_register,
    read_xes,
    read_xes_log,
    report_form,
    tally_register,
    to_json,
)
from evnpubsvc.serde._shapes import TableShape
from evnpubsvc.serde._workbooks import open_table
from evnpubsvc.serde.engine import guess_figures, guess_log, guess_register
from evnpubsvc.services import read_channel, read_level
from evnpubsvc.statistics import Tally, register_row
from evnpubsvc.worktime import parse_moment, vietnam_calendar
from tests.cli.hostile_calls import spoil_bytes
from tests.cli.samples import DRIVE
from tests.cli.vietnamese_calls import lay_files

SOURCE: Final = str(Path(evnpubsvc.__file__).parent)
CORPUS: Final = Path(__file__).parent / "corpus"
FOUND: Final = Path(".envs/found")  # what reached new lines, for the next run; not committed
_BY_FIELD: Final = RegisterColumns(received="nhan", due="hen", dimensions={"field": "lv"})
_LOG: Final = LogColumns(case="ma", activity="viec", timestamp="luc", timezone="Asia/Ho_Chi_Minh")
_ASKED: Final[dict[str, Any]] = {"as_of": date(2022, 12, 14), "compare": "date", "by": "field"}
Target = Callable[[bytes], object]


def _all(rows: Iterable[object]) -> int:
    return sum(1 for _ in rows)


def _sheet(raw: bytes) -> int:
    with open_table(io.BytesIO(raw), TableShape()) as table:
        return _all(table.rows)


def _counted(raw: bytes, file_format: RegisterFormat = RegisterFormat.CSV) -> bool:
    """Count on columns and row by row: the same, or the same findings."""
    from evnpubsvc.frames import tally_frame

    ends: list[object] = []
    for count in (tally_register, tally_frame):
        found: list[Finding] = []
        asked: dict[str, Any] = {**_ASKED, "file_format": file_format, "on_finding": found.append}
        answer: object = None
        try:
            counted: Any = count(io.BytesIO(raw), _BY_FIELD, **asked)
            answer = counted if isinstance(counted, Tally) else counted.to_tally()
        except DataError as error:
            found += error.findings
        ends.append((answer, found))
    if ends[0] != ends[1]:
        raise AssertionError(ends)
    return True


def _columns_only(raw: bytes) -> object:
    """Count Parquet, which only columns read."""
    from evnpubsvc.frames import tally_frame

    return tally_frame(io.BytesIO(raw), _BY_FIELD, file_format="parquet", **_ASKED).to_tally()


def _workbook(raw: bytes) -> bytes:
    """Pack the XML of a sheet as a workbook; checksums and directory are sound."""
    xlsxwriter: Any = import_module("xlsxwriter")
    given, packed = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(given) as book:
        book.add_worksheet()
    with zipfile.ZipFile(given) as parts, zipfile.ZipFile(packed, "w") as archive:
        for name in parts.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            archive.writestr(name, raw if is_sheet else parts.read(name))
    return packed.getvalue()


def _parquet(raw: bytes) -> bytes:
    """Return the same table as Parquet."""
    import polars as pl

    packed = io.BytesIO()
    pl.read_csv(raw).write_parquet(packed)
    return packed.getvalue()


def _catalogue(raw: bytes) -> object:
    """Read a catalogue, which is named by its path: a document or a table."""
    with TemporaryDirectory() as place:
        path = Path(place, "x.json" if raw.lstrip()[:1] == b"{" else "x.csv")
        path.write_bytes(raw)
        return read_catalogue(path)


def _answers(raw: bytes) -> bool:
    """Judge answers of a program under test, one for each vector of a family."""
    lines = iter(raw.split(b"\n"))

    def answer(_: str, question: object) -> Any:
        del question
        found = _read_answer(b'{"id": "x", ' + next(lines, b"").removeprefix(b"{"))
        return None if found is None else found[1]

    report = check_vectors(answer, families=["ranks"])
    return from_json(to_json(report), ConformanceReport) == report


def _judged(raw: bytes) -> str:
    """Judge a log as that of another platform, each dossier by itself as well."""
    counting = CountingRules(vietnam_calendar(), clock="exclude")
    read = [each for each in read_event_log(io.BytesIO(raw), _LOG) if isinstance(each, Dossier)]
    for each in read:
        list(statuses_after(each.history))
        register_row(each, as_of=date(2022, 12, 14), counting=counting)
    return to_json(judge_log(read, as_of=date(2022, 12, 14), counting=counting))


def _guessed(raw: bytes) -> object:
    """Guess the columns of a register, a log and figures, as `evnpubsvc columns` does."""
    with suppress(DataError):
        guess_register(io.BytesIO(raw), TableLayout())
    with suppress(DataError):
        guess_log(io.BytesIO(raw), TableLayout())
    return guess_figures(io.BytesIO(raw), TableLayout(), {"n": ["n"], "d": ["d", "tổng"]})


def _page(raw: bytes) -> str:
    """Make a page of standings that came from a file of figures."""
    table = read_figures(io.BytesIO(raw), _SCHEME, FigureColumns(within_bounds=True))
    return standings_page(rank([score(_SCHEME, each) for each in table.units]))


def _any_type(raw: bytes) -> object:
    """Read a document as the type it says it is, and its value without the envelope."""
    kind = next((kind for name, kind in _TYPES.items() if name.encode() in raw[:80]), Tally)
    try:
        data = json.loads(raw)["value"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return from_json(raw, kind)
    with suppress(DataError):
        from_data(data, kind)
    return from_json(raw, kind)


def _texts(raw: bytes) -> None:
    """Read a text by all that reads what people write in a cell."""
    text = raw.decode("utf-8", "surrogateescape" if raw[:1] == b"s" else "replace")
    identify(text)
    read_limits(text)
    read_channel(text)
    read_level(text, date(2022, 12, 14))
    with suppress(DataError):
        parse_count(text, "dossiers")
    with suppress(DataError):
        parse_moment(text)
    parse_number(text)


_TYPES: Final = record_types()
_PUBLISHED: Final = PublishedColumns(label="nhan", columns={"handled": "hen", "late": "lv"})
_SCHEME: Final = read_scheme(io.BytesIO(DRIVE.encode()))
TARGETS: Final[dict[str, Target]] = {
    "answers": _answers,
    "any-type": _any_type,
    "calendar": lambda raw: read_calendar(io.BytesIO(raw)),
    "campaign": lambda raw: read_campaign(io.BytesIO(raw)),
    "catalogue": _catalogue,
    "counted": _counted,
    "counted-lines": lambda raw: _counted(raw, RegisterFormat.JSONL),
    "deadline-rules": lambda raw: read_deadline_rules(io.BytesIO(raw)),
    "dossiers": lambda raw: _all(read_dossiers(io.BytesIO(raw))),
    "event-log": lambda raw: _all(read_event_log(io.BytesIO(raw), _LOG)),
    "figure-columns": lambda raw: read_figure_columns(io.BytesIO(raw)),
    "figures": lambda raw: read_figures(
        io.BytesIO(raw), _SCHEME, FigureColumns(within_bounds=True)
    ),
    "form": lambda raw: read_form(io.BytesIO(raw)),
    "guessed": _guessed,
    "json": lambda raw: from_json(raw, Tally),
    "judged-log": _judged,
    "log-columns": lambda raw: read_log_columns(io.BytesIO(raw)),
    "ocel": lambda raw: _all(read_ocel(io.BytesIO(raw))),
    "page": _page,
    "parquet": _columns_only,
    "portal": lambda raw: read_portal_figures(io.BytesIO(raw), _SCHEME),
    "plans": lambda raw: lint_plans(read_plans(io.BytesIO(raw))),
    "population": lambda raw: read_population(io.BytesIO(raw)),
    "programme": lambda raw: read_programme(io.BytesIO(raw)),
    "published": lambda raw: read_published(io.BytesIO(raw), report_form("ii-06a"), _PUBLISHED),
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
    "texts": _texts,
    "units": lambda raw: read_unit_register(io.BytesIO(raw)),
    "workbook": lambda raw: _all(read_register(io.BytesIO(_workbook(raw)), _BY_FIELD)),
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
        "counted-lines": [
            b'{"nhan": "2022-12-01", "hen": "2022-12-30", "lv": "a"}\n' * 3,
            b'{"nhan": "2022-12-01", "lv": "\xc3\xa1", "hen": null, "x": [1, {"y": "z"}]}\n' * 2,
        ],
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
    own["guessed"] = [register, own["event-log"][0]]
    own["judged-log"] = own["event-log"]
    own["page"] = own["figures"][:1]
    own["answers"] = [
        b'{"output": {"places": [[1, "A"]]}}\n{"refused": "x"}\n{"unsupported": true}'
    ]
    own["published"] = [register]
    own["catalogue"] = [
        b"code,name,field,authorities\n1.001193,x,y,z\n",
        to_json(seed_catalogue()).encode(),
    ]
    sheet = b"<worksheet><sheetData>"
    for cells in ((b"nhan", b"lv", b"hen"), (b"2022-12-01", b"a", b"")):
        inside = [b'<c t="str"><v>%s</v></c>' % cell for cell in cells if cell]
        inside += [b'<c s="1"><v>44896.5</v></c>'] * (3 - len(inside))
        sheet += b"<row>" + b"".join(inside) + b"</row>"
    own["workbook"] = [sheet + b"</sheetData></worksheet>"]
    for name in ("counted", "event-log", "figures", "published", "register", "sheet", "units"):
        own.setdefault(name, [register]).append(_workbook(own["workbook"][0]))
    own["parquet"] = [_parquet(register)]
    deadline = due(date(2022, 12, 1), "5 ngày làm việc", calendar=vietnam_calendar())
    records = (*seed_catalogue().procedures[:2], _SCHEME, deadline)
    own["any-type"] = [to_json(record).encode() for record in records]
    own["texts"] = [
        text.encode()
        for text in (
            "15-20 ngày; trường hợp phức tạp: 30 ngày làm việc",
            "hơn 7.000 hồ sơ",
            "17h00 ngày 15/12/2022",
            "H44.01-221215-0001",
            "Dịch vụ công trực tuyến toàn trình",
            "1.234,5",
        )
    ]
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
    except (DataError, KeyboardInterrupt):
        return None
    except BaseException as error:  # noqa: BLE001 - panics of Rust are no Exception
        return error
    return None


def _keep(name: str, raw: bytes, error: BaseException) -> None:
    CORPUS.mkdir(exist_ok=True)
    (CORPUS / f"{name}--{hashlib.sha1(raw).hexdigest()}").write_bytes(raw)
    sys.stdout.write(f"{name}: {type(error).__name__}: {str(error)[:200]}\n")
    sys.stdout.flush()


def _fuzz(name: str, seconds: float) -> bool:
    """Spoil bytes for a reader; return whether it bore them all."""
    end, tried, slowest = time.monotonic() + seconds, 0, 0.0
    for raw in spoilt(name, int(time.time())):
        before = time.process_time()
        error = crash(name, raw)
        slowest = max(slowest, time.process_time() - before)
        tried += 1
        if error is not None:
            _keep(name, raw, error)
            return False
        if time.monotonic() > end:
            break
    sys.stdout.write(f"{name}: {tried} tried, slowest {slowest:.2f} s\n")
    return True


def _instrument(atheris: Any) -> None:
    """Let atheris see the lines of the library; those of others are not in question."""
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(SOURCE):
            atheris.instrument_func(each)


def _fuzz_by_coverage(atheris: Any, name: str, seconds: float) -> None:
    """Let atheris find bytes that reach new lines; what it found before is where it begins."""

    def one(raw: bytes) -> None:
        error = crash(name, raw)
        if error is not None:
            _keep(name, raw, error)
            os._exit(1)

    place = FOUND / name
    place.mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate((*seeds()[name], *kept(name))):
        (place / f"seed-{number}").write_bytes(raw)
    options: tuple[str, ...] = (
        f"-max_total_time={int(seconds)}",
        f"-artifact_prefix={CORPUS}/{name}--",
    )
    options += ("-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1")
    atheris.Setup([sys.argv[0], str(place), *options], one)
    atheris.Fuzz()


def _start(atheris: Any, name: str, seconds: float) -> int:
    """Start a process for a reader, since atheris takes a whole one; return its number."""
    child = os.fork()
    if child:
        return child
    # What libFuzzer says is long: into a file, the crashes alone on the screen.
    log = os.open(FOUND / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 2)
    _fuzz_by_coverage(atheris, name, seconds)
    os._exit(0)


def _fuzz_all_by_coverage(names: list[str], seconds: float) -> bool:
    """Fuzz readers, two at a time, until one crashes; return whether none did."""
    atheris: Any = import_module("atheris")
    FOUND.mkdir(parents=True, exist_ok=True)
    CORPUS.mkdir(exist_ok=True)
    _instrument(atheris)
    waiting, running, whole = names[::-1], dict[int, str](), True
    while waiting or running:
        while waiting and len(running) < 2:
            name = waiting.pop()
            running[_start(atheris, name, seconds)] = name
        child, status, used = os.wait4(-1, 0)
        name = running.pop(child)
        log = (FOUND / f"{name}.log").read_text("utf-8", errors="replace")
        tried = re.findall(r"number_of_executed_units: *(\d+)", log)
        code = os.waitstatus_to_exitcode(status)
        sys.stdout.write(
            f"{name}: {(tried or ['?'])[-1]} tried, {used.ru_utime + used.ru_stime:.0f} s of a"
            f" processor, ends with {code}\n"
        )
        sys.stdout.flush()
        if code:  # also what takes too long or too much memory, which libFuzzer keeps itself
            waiting, whole = [], False
    return whole


if __name__ == "__main__":
    chosen = sys.argv[2:] or list(TARGETS)
    if find_spec("atheris") is not None:
        sys.exit(0 if _fuzz_all_by_coverage(chosen, float(sys.argv[1])) else 1)
    sys.exit(0 if all(_fuzz(each, float(sys.argv[1])) for each in chosen) else 1)
