"""Codes that stand in a register more than once are said, and the same is said on every engine."""

import io
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.findings import Finding
from evnpubsvc.frames import TallyFrame, tally_frame, write_coded
from evnpubsvc.serde import RegisterColumns, read_register, tally_register
from evnpubsvc.statistics import Tally, tally
from evnpubsvc.statistics.engine import Repeats

COLUMNS = RegisterColumns(
    code="code", code_with=("year",), received="received", due="due", finished="finished",
    part_of="part_of", dimensions={"unit": "unit"}, missing=("-",),
)  # fmt: skip
HEADER = "code,year,received,due,finished,part_of,unit"
ASKED: dict[str, Any] = {"by": [], "as_of": date(2022, 12, 31), "compare": "date"}
Say: TypeAlias = Callable[[Finding], None]
Way: TypeAlias = Callable[[bytes, Say, Path], Tally]


def _frame_of(data: bytes) -> pl.DataFrame:
    return pl.read_csv(io.BytesIO(data), infer_schema=False).with_columns(pl.all().fill_null(""))


def _pack(data: bytes, say: Say, folder: Path) -> Tally:
    path = folder / "packed.parquet"
    write_coded(io.BytesIO(data), path, COLUMNS, file_format="csv", on_finding=say)
    return tally_frame(path, **ASKED).to_tally()


WAYS: dict[str, Way] = {
    "rows": lambda data, say, _: tally(
        read_register(io.BytesIO(data), COLUMNS), on_finding=say, **ASKED
    ),
    "file": lambda data, say, _: tally_register(io.BytesIO(data), COLUMNS, on_finding=say, **ASKED),
    "columns": lambda data, say, _: tally_frame(
        io.BytesIO(data), COLUMNS, file_format="csv", on_finding=say, **ASKED
    ).to_tally(),
    "duckdb": lambda data, say, _: tally_frame(
        io.BytesIO(data), COLUMNS, file_format="csv", engine="duckdb", on_finding=say, **ASKED
    ).to_tally(),
    "table": lambda data, say, _: tally_frame(
        _frame_of(data), COLUMNS, on_finding=say, **ASKED
    ).to_tally(),
    "packed": _pack,
}


def _register(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows, ""]).encode()


# A row twice; a code that differs in a dash and a blank; a second finish; another unit; the same
# code in another year, a linked step, a row without a code and one that cannot be read are none.
MESSY = _register(
    "H-1,2022,2022-12-01,2022-12-05,2022-12-05,,A",
    "H-1,2022,2022-12-01,2022-12-05,2022-12-05,,A",
    "H-2,2022,2022-12-01,2022-12-05,2022-12-05,,A",
    "H–2 ,2022,2022-12-01 08:00,2022-12-05,2022-12-05T09:00+07:00,,A",
    "H-3,2022,2022-12-01,2022-12-05,2022-12-05,,A",
    "H-3,2022,2022-12-01,2022-12-05,2022-12-06,,A",
    "H-3,2022,2022-12-01,2022-12-05,2022-12-05,,A",
    "H-4,2022,2022-12-01,2022-12-05,2022-12-05,,A",
    "H-4,2022,2022-12-01,2022-12-05,2022-12-05,,B",
    "H-1,2021,2022-12-01,2022-12-05,2022-12-05,,A",
    "H-5,2022,2022-12-01,2022-12-05,2022-12-05,,A",
    "H-5,2022,2022-12-01,2022-12-05,2022-12-05,H-4,A",
    "H-5,2022,31/12/2022,2022-12-05,2022-12-05,,A",
    "-,2022,2022-12-01,2022-12-05,2022-12-05,,A",
    "-,2022,2022-12-01,2022-12-05,2022-12-05,,A",
)
SAID = [
    ("code-repeated", "H-1/2022", 2),
    ("code-repeated", "H-2/2022", 2),
    ("code-rows-differ", "H-3/2022", 3),
    ("code-rows-differ", "H-4/2022", 2),
]


@pytest.mark.parametrize("way", WAYS)
def test_doubled_rows_are_said_with_code_and_count(way: str, tmp_path: Path) -> None:
    found: list[Finding] = []
    counted = WAYS[way](MESSY, found.append, tmp_path)
    said = [each for each in found if each.reason.startswith("code")]
    assert [(each.reason, each.value, dict(each.parts)["rows"]) for each in said] == SAID
    assert counted.noticed == (("code-repeated", 2), ("code-rows-differ", 2))
    assert counted.total.received.value == 14 - 1  # every row counts, but for the linked step
    assert "H-3/2022" in said[2].message("vi")
    assert "3 rows" in said[2].message("en")


def test_without_a_column_of_codes_nothing_is_said() -> None:
    plain = RegisterColumns(due="due", finished="finished", dimensions={"unit": "unit"})
    counted = tally(read_register(io.BytesIO(MESSY), plain), **ASKED)
    assert dict(counted.noticed) == {}
    assert tally_register(io.BytesIO(MESSY), plain, **ASKED) == counted
    assert tally_frame(_frame_of(MESSY), plain, **ASKED).to_tally() == counted


def test_corrected_versions_are_no_doubles() -> None:
    columns = RegisterColumns(code="code", recorded="recorded", superseded="superseded")
    data = (
        b"code,received,recorded,superseded\n"
        b"H-1,2022-12-01,2022-12-01,2022-12-09\n"
        b"H-1,2022-12-02,2022-12-09,\n"
    )
    for known_at in (None, date(2022, 12, 3), date(2022, 12, 20)):
        asked: dict[str, Any] = {**ASKED, "known_at": known_at}
        assert tally_register(io.BytesIO(data), columns, **asked).noticed == ()
        assert tally_frame(_frame_of(data), columns, **asked).head.noticed == ()


_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["H-1", "H-2", "H\u20111", "h-1", "H-3 "]),
        st.sampled_from(["2022-12-01", "2022-12-02", "2022-12-02 08:00", "1/12/2022"]),
        st.sampled_from(["", "2022-12-05", "2022-12-05T10:00+07:00"]),
        st.sampled_from(["A", "a", "Xã B", "Xa\u0303 B", " A"]),
    ),
    max_size=12,
)


@given(_ROWS)
def test_every_way_says_what_comparing_each_row_with_each_says(
    rows: list[tuple[str, str, str, str]],
) -> None:
    # By hand: days without hours, composed letters, one kind of dash, no blanks at the ends.
    said: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for code, received, finished, unit in rows:
        if "/" in received:
            continue
        key = code.strip().replace("\u2011", "-")
        value = unit.strip().replace("a\u0303", "ã")
        said[f"{key}/2022"].append((received[:10], finished[:10], value))
    wanted = sorted(
        (code, len(each), "code-rows-differ" if len(set(each)) > 1 else "code-repeated")
        for code, each in said.items()
        if len(each) > 1
    )
    data = _register(
        *(f"{code},2022,{received},,{finished},,{unit}" for code, received, finished, unit in rows)
    )
    for name in ("rows", "file", "columns"):
        found: list[Finding] = []
        WAYS[name](data, found.append, Path())
        got = [
            (each.value, dict(each.parts)["rows"], each.reason)
            for each in found
            if each.reason.startswith("code")
        ]
        assert got == wanted, name


def test_parts_that_keep_codes_together_say_what_the_whole_says() -> None:
    whole = tally_frame(_frame_of(MESSY), COLUMNS, **ASKED)
    parts = _frame_of(MESSY).with_columns(part=pl.col("code").str.slice(2, 1))
    frames = [
        tally_frame(part.drop("part"), COLUMNS, **ASKED) for part in parts.partition_by("part")
    ]
    assert TallyFrame.from_arrow(pl.concat([each.table() for each in frames])) == whole


def test_memory_is_bounded_and_what_was_not_compared_is_said() -> None:
    repeats = Repeats(most=2)
    for code in ("a", "b", "a", "c"):
        repeats.take(code, 1)
    assert [(each.reason, each.value) for each in repeats.findings()] == [("codes-not-compared", 2)]
