"""Each bound of `docs/reference/bounds.md`: just inside is read, just outside is its finding."""

import io
import json
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from evnpubsvc import from_json, preset, serde
from evnpubsvc._files import bounds, read_bytes
from evnpubsvc._validate import MOST_BITS
from evnpubsvc.dossiers import EventKind
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.quantities import Count
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.serde import (
    LogColumns,
    RegisterColumns,
    RegisterFormat,
    read_dossiers,
    read_event_log,
    read_figures,
    read_form,
    read_register,
    read_scheme,
    read_snapshot,
)
from evnpubsvc.serde._parse import parse_json
from tests.cli.samples import DRIVE

ROOT = Path(__file__).parents[2]
COLUMNS = RegisterColumns(dimensions={"x": "x"})
BY_LINE = RegisterFormat.JSONL


def _csv(x: str) -> list[str]:
    raw = f"received,x\n2022-12-01,{x}\n2022-12-02,a\n".encode()
    return _reasons(read_register(io.BytesIO(raw), COLUMNS))


def _jsonl(x: str) -> list[str]:
    raw = (json.dumps({"received": "2022-12-01", "x": x}) + "\n").encode()
    return _reasons(read_register(io.BytesIO(raw), COLUMNS, file_format=BY_LINE))


def _reasons(rows: object) -> list[str]:
    return [row.reason for row in rows if isinstance(row, Finding)]  # type: ignore[attr-defined]


def _raised(call: Callable[[], object]) -> list[str]:
    try:
        call()
    except DataError as error:
        return [found.reason for found in error.findings]
    return []


def test_the_page_shows_the_numbers_and_the_findings_that_there_are() -> None:
    page = (ROOT / "docs" / "reference" / "bounds.md").read_text("utf-8")
    shown = {int(number.replace(",", "")) for number in re.findall(r"\b\d[\d,]*\b", page)}
    numbers = {
        value for name, value in vars(bounds).items() if name.isupper() and isinstance(value, int)
    }
    assert numbers - shown == set()
    texts = "".join(
        path.read_text("utf-8") for path in (ROOT / "src/evnpubsvc/texts").glob("*.toml")
    )
    reasons = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", page))
    assert len(reasons) >= 10
    assert {reason for reason in reasons if f"[{reason}]" not in texts} == set()


def test_a_line() -> None:
    row = b'{"received": "2022-12-01", "x": "a"'
    for size, reasons in ((bounds.LINE, []), (bounds.LINE + 1, ["line-too-long"])):
        raw = row + b" " * (size - len(row) - 2) + b"}\n"
        assert _reasons(read_register(io.BytesIO(raw), COLUMNS, file_format=BY_LINE)) == reasons


@pytest.mark.parametrize("read", [_csv, _jsonl])
def test_a_cell(read: Callable[[str], list[str]]) -> None:
    assert read("x" * bounds.CELL) == []
    assert read("x" * (bounds.CELL + 1)) == ["cell-too-large"]


def test_a_cell_on_columns(tmp_path: Path) -> None:
    pl = pytest.importorskip("polars")
    from evnpubsvc.frames import tally_frame

    for size, refused in ((bounds.CELL, 0), (bounds.CELL + 1, 1)):
        cells = {"received": ["2022-12-01"] * 3, "x": ["a", "x" * size, "b"]}
        pl.DataFrame(cells).write_parquet(tmp_path / "register.parquet")
        pl.DataFrame(cells).write_csv(tmp_path / "register.csv")
        for name in ("register.parquet", "register.csv"):
            counted = tally_frame(
                tmp_path / name, COLUMNS, by="x", as_of=date(2022, 12, 14), compare="date"
            )
            assert counted.to_tally().rejected == ((("cell-too-large", 1),) if refused else ())


def test_a_group_of_rows_of_parquet(tmp_path: Path) -> None:
    pl = pytest.importorskip("polars")
    from evnpubsvc.frames import tally_frame

    path = tmp_path / "bomb[1].parquet"  # letters of patterns are letters here
    pl.DataFrame({"received": ["2022-12-01"], "x": ["x" * 70_000_000]}).write_parquet(path)
    assert path.stat().st_size < 100_000
    question: dict[str, Any] = {"by": "x", "as_of": date(2022, 12, 14), "compare": "date"}
    with pytest.raises(DataError, match="parquet-too-large"):
        tally_frame(path, COLUMNS, memory_limit="64MB", **question)
    with pytest.raises(DataError, match="parquet-too-large"), path.open("rb") as stream:
        tally_frame(stream, COLUMNS, file_format="parquet", memory_limit="64MB", **question)
    counted = tally_frame(path, COLUMNS, memory_limit="256MB", **question).to_tally()
    assert counted.rejected == (("cell-too-large", 1),)


def test_a_column_of_parquet_whose_name_has_commas(tmp_path: Path) -> None:
    pl = pytest.importorskip("polars")
    from evnpubsvc.frames import tally_frame

    path = tmp_path / "bomb.parquet"
    cells = {"received": ["2022-12-01"], "a, b": ["x" * 70_000_000]}
    pl.DataFrame(cells).write_parquet(path)
    columns = RegisterColumns(dimensions={"x": "a, b"})
    question: dict[str, Any] = {"by": "x", "as_of": date(2022, 12, 14), "compare": "date"}
    with pytest.raises(DataError, match="parquet-too-large"):
        tally_frame(path, columns, memory_limit="64MB", **question)


def _book(columns: int) -> bytes:
    """A workbook with one row below its header."""
    xlsxwriter: Any = pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine", reason="the extra excel reads workbooks")
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["received", "x", *(f"c{n}" for n in range(columns - 2))])
        sheet.write_row(1, 0, ["2022-12-01", "a"])
    return packed.getvalue()


def _sheet(raw: bytes) -> list[str]:
    return _raised(lambda: list(read_register(io.BytesIO(raw), COLUMNS)))


@pytest.mark.parametrize("extra", [0, 1])
def test_columns_of_a_sheet(extra: int) -> None:
    assert _sheet(_book(bounds.SHEET_COLUMNS + extra)) == ["workbook-too-large"] * extra


@pytest.mark.parametrize("less", [0, 1])
def test_bytes_of_a_workbook(less: int, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = _book(2)
    monkeypatch.setattr(bounds, "WORKBOOK", len(raw) - less)
    assert _sheet(raw) == ["workbook-too-large"] * less


@pytest.mark.parametrize("less", [0, 1])
def test_unpacked_bytes_of_a_workbook(less: int, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = _book(2)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    monkeypatch.setattr(bounds, "UNPACKED", unpacked - less)
    assert _sheet(raw) == ["workbook-too-large"] * less


@pytest.mark.parametrize("extra", [0, 1])
def test_columns(extra: int) -> None:
    names = ",".join(f"c{n}" for n in range(bounds.COLUMNS - 1 + extra))
    raw = f"received,{names}\n".encode()
    found = _raised(lambda: list(read_register(io.BytesIO(raw), RegisterColumns())))
    assert found == ["too-many-columns"] * extra


def _scheme(raw: bytes) -> list[str]:
    return _raised(lambda: read_scheme(io.BytesIO(raw)))


@pytest.mark.parametrize("read", ["csv", "jsonl", "log", "figures"])
def test_the_most_that_a_caller_takes(read: str) -> None:
    """A bound of the caller's: just inside is read, a byte more is not."""
    raw = {
        "csv": b"received\n" + b"2022-12-01\n" * 900,
        "jsonl": b'{"received": "2022-12-01"}\n' * 900,
        "log": b"case,activity,timestamp\n" + b"A,register,2022-03-01 09:00\n" * 900,
        "figures": b"unit,dossiers_received,dossiers_on_time\n"
        + b"".join(b"u%d,10,9\n" % n for n in range(900)),
    }[read]
    timely = preset("qd766-dvcqg-2026").only("timeliness")

    def call(most: int | None) -> list[Any]:
        source: Any = io.BytesIO(raw)
        if read == "log":
            columns = LogColumns(activities={"register": EventKind.RECEIVED})
            return list(read_event_log(source, columns, max_bytes=most))
        if read == "figures":
            return list(read_figures(source, timely, max_bytes=most))
        kind = BY_LINE if read == "jsonl" else RegisterFormat.CSV
        rows = read_register(source, RegisterColumns(), file_format=kind, max_bytes=most)
        return list(rows)

    assert call(len(raw)) == call(None)
    for most in (len(raw) - 1, 1):
        assert _raised(lambda most=most: call(most)) == ["file-too-large"]  # type: ignore[misc]
    with pytest.raises(MisuseError, match="max_bytes"):
        call(0)


def test_the_most_of_a_workbook_is_counted_unpacked() -> None:
    raw = _book(2)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())

    def call(most: int) -> list[str]:
        return _raised(lambda: list(read_register(io.BytesIO(raw), COLUMNS, max_bytes=most)))

    assert call(unpacked) == []
    assert call(unpacked - 1) == ["workbook-too-large"]
    assert call(len(raw) - 1) == ["file-too-large"]


def test_documents() -> None:
    drive = DRIVE.encode()
    assert _scheme(drive + b"#" * (bounds.TOML - len(drive))) == []
    assert _scheme(drive + b"#" * (bounds.TOML + 1 - len(drive))) == ["file-too-large"]
    whole = b"x" * bounds.DOCUMENT
    assert _raised(lambda: read_snapshot(io.BytesIO(whole))) == ["not-json"]
    assert _raised(lambda: read_snapshot(io.BytesIO(whole + b"x"))) == ["file-too-large"]


@pytest.mark.parametrize(("deep", "outside"), [(bounds.DEPTH, False), (bounds.DEPTH + 1, True)])
def test_depth(deep: int, outside: bool) -> None:
    dotted = ".".join("a" * deep)
    for raw in (f"{dotted} = 1", f"[{dotted}]", f'x = {{ "a".{dotted[4:]} = 1 }}'):
        assert ("document-too-deep" in _scheme(raw.encode())) == outside
    nested = "[" * deep + "1" + "]" * deep
    assert ("document-too-deep" in _raised(lambda: from_json(nested, Count))) == outside


def test_keys_of_thousands_of_parts_take_no_memory() -> None:
    raw = ".".join("a" * 16_000).encode() + b" = 1"
    tracemalloc.start()
    assert _scheme(raw) == ["document-too-deep"]
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()
    # Dots that are no keys say nothing.
    text = DRIVE.replace('"Drive"', '"' + "a." * 500 + '"') + "# " + "a." * 500
    assert read_scheme(io.BytesIO(text.encode())).key == "drive"


def test_digits() -> None:
    inside, outside = "9" * bounds.DIGITS, "9" * (bounds.DIGITS + 1)
    document = '{"format": 1, "type": "Count", "value": {"value": %s, "unit": "dossiers"}}'
    assert from_json(document % inside, Count) == Count(int(inside), "dossiers")
    assert _raised(lambda: from_json(document % outside, Count)) == ["number-too-long"]
    assert _scheme(f"x = 0x{'f' * 5_000}".encode()) == ["number-too-long"]
    for bits, reasons in ((MOST_BITS, []), (MOST_BITS + 1, ["number-too-long"])):
        found = _scheme(f"x = {hex(2**bits - 1)}".encode())
        assert [each for each in found if each == "number-too-long"] == reasons
    line = b'{"code": "a", "limit": {"amount": %s, "unit": "days"}}\n' % outside.encode()
    assert _reasons(read_dossiers(io.BytesIO(line))) == ["number-too-long"]
    with pytest.raises(ValueError, match="number-too-long"):
        Count(10**5_000, "dossiers")
    assert decimal_text(10**5_000) == "1" + "0" * 5_000


def test_criteria_and_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "CRITERIA", 1)
    assert _scheme(DRIVE.encode()) == []
    monkeypatch.setattr(bounds, "CRITERIA", 0)
    assert _scheme(DRIVE.encode()) == ["too-many-criteria"]
    log = b"case,activity,at\nA,received,2022-12-01 08:00\nA,note,2022-12-02 08:00\n"
    columns = LogColumns(
        case="case", activity="activity", timestamp="at", timezone="Asia/Ho_Chi_Minh"
    )
    for most, reasons in ((2, []), (1, ["too-many-events"])):
        monkeypatch.setattr(bounds, "EVENTS", most)
        assert _reasons(read_event_log(io.BytesIO(log), columns)) == reasons


@pytest.mark.parametrize("extra", [0, 1])
def test_columns_and_sums_of_a_form(extra: int) -> None:
    title = 'title = { vi = "x", en = "x" }'
    columns = "".join(f'[[columns]]\nkey = "c{n}"\n{title}\n' for n in range(bounds.FORM + extra))
    form = f'key = "f"\n{title}\n{columns}'
    assert _raised(lambda: read_form(io.BytesIO(form.encode()))) == ["form-too-large"] * extra
    sums = '[[identities]]\ntotal = "c0"\nparts = ["c1", "c2"]\n' * (bounds.FORM + extra)
    two = f'key = "f"\n{title}\n' + columns.partition('[[columns]]\nkey = "c3"')[0] + sums
    assert _raised(lambda: read_form(io.BytesIO(two.encode()))) == ["form-too-large"] * extra


def test_repeated_names_are_found_in_linear_time() -> None:
    """Sixteen thousand took seconds, and eight thousand keys of JSON too."""
    names = ",".join(["received", *(["x"] * 16_000)]).encode() + b"\n"
    found = _raised(lambda: list(read_register(io.BytesIO(names), RegisterColumns())))
    assert found == ["column-twice"]
    line = b'{"received": "2022-12-01"' + b', "x": 1' * 100_000 + b"}\n"
    assert _reasons(read_register(io.BytesIO(line), COLUMNS, file_format=BY_LINE)) == [
        "key-repeated"
    ]
    place: dict[str, Any] = {"unit": "A", "stratum": None, "rank": 1, "score": "1", "reason": None}
    place |= {"components": [], "groups": []}
    standings = {"format": 1, "type": "standings", "ties": "shared-rank"}
    document = json.dumps(standings | {"standings": [place] * 20_000}).encode()
    assert set(_raised(lambda: read_snapshot(io.BytesIO(document)))) <= {
        "unit-twice",
        "value-of-wrong-type",
    }


def _findings(call: Callable[[], object]) -> tuple[Finding, ...]:
    with pytest.raises(DataError) as raised:
        call()
    return raised.value.findings


def test_a_key_as_long_as_may_be_beside_dots_that_are_no_key() -> None:
    """The line has more dots than a key may have parts; its key has not."""
    longest = ".".join("a" * bounds.DEPTH)
    value = '"' + "." * bounds.DEPTH + '"'
    assert "document-too-deep" not in _scheme(f"{longest} = {value}".encode())
    assert "document-too-deep" not in _scheme(f"a = {value} # {'b.' * bounds.DEPTH}c".encode())
    blanks = " . ".join("a" * (bounds.DEPTH + 1))
    [found] = _findings(lambda: read_scheme(io.BytesIO(f"x = 1\n{blanks} = 1".encode())))
    assert (found.reason, found.path) == ("document-too-deep", "line 2")


def test_what_is_wrong_is_said_with_its_place() -> None:
    [key] = _findings(lambda: from_json('{"a": 1, "b": 2, "b": 3}', Count))
    assert (key.reason, key.path, key.value) == ("key-repeated", "$", "b")
    [number] = _findings(lambda: from_json("9" * (bounds.DIGITS + 1), Count))
    assert (number.path, number.value) == ("$", "9" * 20 + "…")
    [text] = _findings(lambda: from_json('{"a": ["\\u0000", "\\ud800"], "b\\u0000": 1}', Count))[:1]
    assert text.reason == "text-not-writable"
    paths = {each.path for each in _findings(lambda: from_json('{"a": ["x", "\\u0000"]}', Count))}
    assert paths == {"$.a[1]"}
    keys = {each.path for each in _findings(lambda: from_json('{"b": {"c\\u0000": 1}}', Count))}
    assert keys == {"$.b"}
    [line] = _findings(lambda: read_scheme(io.BytesIO(b"x = 1\ny = '\xff'\nz = 2")))
    assert (line.reason, line.path, line.value) == ("not-utf8", "line 2", "ff 27 0a 7a")
    assert _findings(lambda: read_scheme(io.BytesIO(b"\n\xff")))[0].path == "line 2"
    assert _scheme(b"x = " + b"9" * 5_000) == ["number-too-long"]


def test_decimals_of_json_are_exact_where_that_is_asked_for() -> None:
    assert parse_json("[0.1, 1e2]", exact=True) == [Fraction(1, 10), "1e2"]
    assert parse_json("[0.5]") == [0.5]
    longest = "0." + "1" * 62  # a number of 64 letters; one more is no number that is read
    assert parse_json(f"[{longest}, {longest}1]", exact=True) == [Fraction(longest), f"{longest}1"]
    assert parse_json(b"\xef\xbb\xbf[1]") == [1]


# -- reader by reader ------------------------------------------------------------------------------

_LOG = LogColumns(case="c", activity="a", timestamp="t", timezone="Asia/Ho_Chi_Minh")
# What each reader needs besides its source.
_MORE: dict[str, Callable[[], tuple[object, ...]]] = {
    "read_event_log": lambda: (_LOG,),
    "read_figures": lambda: (read_scheme(io.BytesIO(DRIVE.encode())),),
    "read_portal_figures": lambda: (read_scheme(io.BytesIO(DRIVE.encode())),),
    "read_published": lambda: (
        serde.report_form("ii-06a"),
        serde.PublishedColumns(label="x", columns={"handled": "y"}),
    ),
    "read_register": lambda: (COLUMNS,),
    "read_xes_log": lambda: (_LOG,),
}
_BY_ROWS = {"read_dossiers", "read_event_log", "read_figures", "read_published", "read_register"}
_XES = {"read_xes", "read_xes_log"}
READERS = sorted(name for name in dir(serde) if name.startswith("read_"))


def _read(name: str, raw: bytes, folder: Path) -> list[str]:
    """Read bytes by a reader of a name, and return the reasons of its findings."""
    more = _MORE[name]() if name in _MORE else ()
    source: object = io.BytesIO(raw)
    if name == "read_catalogue":  # which takes paths alone
        source = folder / "x.csv"
        (folder / "x.csv").write_bytes(raw)
    found = list[str]()

    def read() -> None:
        given: Any = getattr(serde, name)(source, *more)
        if isinstance(given, Iterator):
            found.extend(_reasons(given))

    return [*_raised(read), *found]


@pytest.mark.parametrize("name", READERS)
def test_every_reader_has_an_end(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read whole is bounded as a file, what is read by rows as a line."""
    most = 1_000
    monkeypatch.setattr(bounds, "TOML", most)
    monkeypatch.setattr(bounds, "LINE", most)
    monkeypatch.setattr(bounds, "DOCUMENT", most)
    monkeypatch.setattr(read_bytes, "__defaults__", (most,))
    reason = "line-too-long" if name in _BY_ROWS else "file-too-large"
    inside, outside = (b"#" * size for size in (most, most + 1))
    if name in _XES:
        head, reason = b"<log><!-- ", "log-not-xes"
        inside, outside = (head + b"#" * (size - len(head) - 10) for size in (most, most + 1))
        inside, outside = (raw + b" --></log>" for raw in (inside, outside))
    assert reason not in _read(name, inside, tmp_path)
    assert reason in _read(name, outside, tmp_path)


def test_a_trace_of_xes(monkeypatch: pytest.MonkeyPatch) -> None:
    event = b'<event><date key="time:timestamp" value="2022-12-01T08:00:00+07:00"/></event>'
    for most, reasons in ((2, []), (1, ["too-many-events"])):
        monkeypatch.setattr(bounds, "EVENTS", most)
        log = b'<log><trace><string key="concept:name" value="A"/>%s</trace></log>' % (event * 2)
        read = serde.read_xes(io.BytesIO(log))
        assert [each for each in _reasons(read) if each == "too-many-events"] == reasons
    # Many traces may be longer together than one.
    monkeypatch.setattr(bounds, "DOCUMENT", 1 << 17)
    long = b"<log>" + b'<trace><string key="concept:name" value="A"/></trace>' * 5_000 + b"</log>"
    assert "log-not-xes" not in _reasons(serde.read_xes(io.BytesIO(long)))
    endless = b'<log><trace><string key="' + b"x" * (1 << 18)
    assert _reasons(serde.read_xes(io.BytesIO(endless))) == ["log-not-xes"]


@pytest.mark.parametrize("kind", ["scheme", "form", "calendar"])
def test_files_that_are_built_one_on_another(kind: str, tmp_path: Path) -> None:
    """A thousand of them ended in a traceback."""
    read: Callable[[Path], object] = getattr(serde, f"read_{kind}")
    key = "" if kind == "calendar" else 'key = "k"'
    for number in range(bounds.DEPTH + 1):
        base = f'base = "{number + 1}.toml"\n' if number < bounds.DEPTH else ""
        (tmp_path / f"{number}.toml").write_text(base + key, "utf-8")
    assert _raised(lambda: read(tmp_path / "0.toml")) == ["document-too-deep"]
    assert "document-too-deep" not in _raised(lambda: read(tmp_path / "1.toml"))
