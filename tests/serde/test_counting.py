"""Counting straight from a file gives what the plain way gives, findings and all."""

import csv
import io
import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import DataError, UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.frames import tally_frame
from evnpubsvc.periods import Period
from evnpubsvc.serde import (
    DateStyle,
    RegisterColumns,
    RegisterFormat,
    read_register,
    tally_register,
)
from evnpubsvc.statistics import LimitTerms, RegisterStatus, Tally, tally
from evnpubsvc.worktime import vietnam_calendar
from tests.deep import cases
from tests.realdata import real

_DAYS = ["2022-12-12", "2022-12-13", "2022-12-14", "2022-12-15", "2023-01-02"]
_TIMES = [
    "",
    "",
    "T08:30",
    " 08:30:15",
    "T23:59:59",
    "T24:00",
    "T08:30:00+07:00",
    "T08:30:00Z",
    "T08:30:00.5",
    "T8:30",
]
_ODD = [
    "",
    "",
    " ",
    "-",
    "NULL",
    "2022-13-01",
    "0001-01-01",
    "2022-W50-3",
    "20221214",
    "15/12/2022",
    " 2022-12-14 ",
    "２０２２-12-14",
]
_moments = st.builds(
    str.__add__, st.sampled_from(_DAYS), st.sampled_from(_TIMES)
) | st.sampled_from(_ODD)
_values = st.sampled_from(["a", "b", "A", "", " a", "Hòa", "Hòa", "=x", "z\n", "-", "2022-12"])
_statuses = st.sampled_from(["", "", "", "xong", "rút", "chờ", "dừng", "đang", "?", "từ chối"])
_COLUMNS = RegisterColumns(
    received="r", due="d", finished="f", status="s", part_of="p", recorded="k", superseded="l",
    statuses={
        "xong": RegisterStatus.RESULT, "rút": RegisterStatus.WITHDRAWN,
        "chờ": RegisterStatus.WAITING,
        "dừng": RegisterStatus.PAUSED, "đang": RegisterStatus.RUNNING,
        "từ chối": RegisterStatus.REFUSED,
    },
    dimensions={"channel": "c", "unit": "u", "other": "o"},
    values={"unit": {"a": "b", "b": "c", "A": "A"}},
    missing=("-",),
)  # fmt: skip
_rows = st.lists(
    st.tuples(
        _moments, _moments, _moments, _statuses, st.sampled_from(["", "", "", "x"]),
        st.sampled_from(["", "", "2022-12-13", "?"]), st.sampled_from(["", "", "", "2022-12-14"]),
        _values,
        st.sampled_from(["a", "b", "A", ""]), _values,
    ),
    max_size=25,
)  # fmt: skip
_BY = [
    [],
    ["channel"],
    ["unit", "received_month"],
    ["received_report_quarter", "channel", "unit"],
    ["outcome"],
    ["received_year", "received_quarter"],
]


def _file(rows: list[tuple[str, ...]]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([tuple("rdfspklcuo"), *rows])
    return stream.getvalue().encode()


def _both(data: bytes, columns: RegisterColumns, **asked: Any) -> tuple[Tally, list[Finding]]:
    fast: list[Finding] = []
    plain: list[Finding] = []
    counted = tally_register(io.BytesIO(data), columns, on_finding=fast.append, **asked)
    assert counted == tally(
        read_register(io.BytesIO(data), columns), on_finding=plain.append, **asked
    )
    assert fast == plain
    return counted, fast


@settings(max_examples=cases(60, 2_000), suppress_health_check=[HealthCheck.too_slow])
@given(
    _rows, st.sampled_from(_BY), st.sampled_from(Precision),
    st.none() | st.just(date(2022, 12, 13)),
    st.none() | st.just(date(2022, 12, 13)), st.booleans(),
)  # fmt: skip
def test_the_short_way_counts_as_the_plain_way(
    rows: list[tuple[str, ...]],
    by: list[str],
    compare: Precision,
    since: date | None,
    known_at: date | None,
    terms: bool,
) -> None:
    last = date(2022, 12, 14)
    asked: dict[str, Any] = {"as_of": last} if since is None else {"period": Period(since, last)}
    if terms:
        asked["terms"] = LimitTerms(vietnam_calendar(), "channel", {"a": "1 ngày"})
    _both(_file(rows), _COLUMNS, by=by, compare=compare, known_at=known_at, **asked)


@pytest.mark.parametrize("compare", Precision)
@pytest.mark.parametrize("since", [None, date(2022, 12, 13)])
@pytest.mark.parametrize("by", [["channel", "unit", "received_month"], ["received_year"]])
@pytest.mark.parametrize(
    "terms", [None, LimitTerms(vietnam_calendar(), "channel", {"a": "1 ngày"})], ids=["", "terms"]
)
def test_every_constellation_of_a_tidy_register(
    compare: Precision, since: date | None, by: list[str], terms: LimitTerms | None
) -> None:
    rows = itertools.product(
        ["2022-12-12", "2022-12-13", "2022-12-13T24:00", "2022-12-14", "2022-12-14 09:00:30"],
        ["", "2022-12-12", "2022-12-14", "2022-12-14T08:30", "2022-12-14T24:30", "2022-12-15"],
        [
            "", "2022-12-12", "2022-12-13", "2022-12-14", "2022-12-14 08:30",
            "2022-12-14T10:00:30", "2022-12-14T25:00", "2022-12-15",
        ],
        ["", "xong", "rút", "chờ", "đang", "từ chối"],
        ["", "x"], [""], [""],
        # The deep run meets every channel with every unit.
        cases([("a", "a"), ("A", "?")], list(itertools.product("aA", "aA?"))),
        [""],
    )  # fmt: skip
    tidy = [(*head, *pair, tail) for *head, pair, tail in rows]
    last = date(2022, 12, 14)
    asked: dict[str, Any] = {"as_of": last} if since is None else {"period": Period(since, last)}
    _both(_file(tidy), _COLUMNS, by=by, compare=compare, terms=terms, **asked)


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (DateStyle.DMY, "15/12/2022"), (DateStyle.DMY, "5/1/2022"),
        (DateStyle.DMY, "15-12-2022 08:30"),
        (DateStyle.COMPACT, "20221215"), (DateStyle.COMPACT, "20221215083000"),
        (DateStyle.COMPACT, "2022121508"),
        (DateStyle.ISO, "2022-12-15"), (DateStyle.DMY, "2022-12-15"), (DateStyle.ISO, "20221215"),
    ],
)  # fmt: skip
def test_every_style_of_dates(style: DateStyle, text: str) -> None:
    _both(
        f"received\n{text}\n".encode(),
        RegisterColumns(dates=style),
        by=["received_month"],
        as_of=date(2022, 12, 31),
        compare=Precision.DATE,
    )


@pytest.mark.parametrize(
    "data",
    [
        b"received", b"received\n2022-12-15,x\n", b"received\n\xff\n2022-12-15\n",
        b'received\n"2022-12-15\n', b"\xef\xbb\xbfreceived\r\n2022-12-15\r\n\r\n",
        b"received\n" + b"9" * (1 << 21) + b"\n2022-12-15\n",
    ],
)  # fmt: skip
def test_broken_files_give_the_same_findings(data: bytes) -> None:
    _both(data, RegisterColumns(), by=[], as_of=date(2022, 12, 31), compare=Precision.DATE)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"x\n1", b"received,received\n", b"\xff\xfe", b"\xef\xbb\xbf"]
)
def test_a_file_that_is_no_register_is_refused_alike(data: bytes) -> None:
    asked: dict[str, Any] = {"by": [], "as_of": date(2022, 12, 31), "compare": Precision.DATE}
    with pytest.raises(DataError) as plain:
        tally(read_register(io.BytesIO(data), RegisterColumns()), **asked)
    with pytest.raises(DataError) as short:
        tally_register(io.BytesIO(data), RegisterColumns(), **asked)
    assert short.value.findings == plain.value.findings


def test_a_foreign_zone_and_json_lines() -> None:
    columns = RegisterColumns(timezone="Europe/Amsterdam", dimensions={"channel": "channel"})
    csv_ = (
        b"received,channel\n2010-12-31T23:30:00+01:00,a\n2010-12-31T23:30:00Z,a\n"
        b"2010-12-31 23:30,b\n"
    )
    counted, _ = _both(
        csv_,
        columns,
        by=["received_year", "channel"],
        as_of=date(2012, 1, 1),
        compare=Precision.DATE,
    )
    assert [cell.key for cell in counted] == [("2010", "a"), ("2010", "b"), ("2011", "a")]
    lines = b'{"received": "2010-12-31"}\n{"received": 1}\n'
    asked: dict[str, Any] = {"by": [], "as_of": date(2012, 1, 1), "compare": Precision.DATE}
    json_lines = tally_register(
        io.BytesIO(lines), RegisterColumns(), file_format=RegisterFormat.JSONL, **asked
    )
    assert (json_lines.total.received.value, json_lines.rejected) == (1, (("not-a-date", 1),))


def test_an_unknown_dimension_is_misuse() -> None:
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        tally_register(
            io.BytesIO(b"received\n2022-12-15\n"),
            RegisterColumns(),
            by=["unit"],
            as_of=date(2022, 12, 31),
            compare=Precision.DATE,
        )


def test_progress_is_told() -> None:
    seen: list[int] = []
    data = b"received\n" + b"2022-12-15\n" * 10_001
    counted = tally_register(
        io.BytesIO(data),
        RegisterColumns(),
        by=[],
        as_of=date(2022, 12, 31),
        compare=Precision.DATE,
        progress=seen.append,
    )
    assert (counted.total.received.value, seen) == (10_001, [0, 10_000])


def test_a_real_register_is_counted_the_same() -> None:
    columns = RegisterColumns(
        received="startdate", due="deadline", finished="enddate", timezone="Europe/Amsterdam",
        dimensions={"channel": "channel", "department": "department"},
    )  # fmt: skip
    data = real("receipt_wabo/cases.csv").read_bytes()
    for compare in Precision:
        counted, _ = _both(
            data, columns, by=["department", "channel"], as_of=date(2012, 12, 31), compare=compare
        )
        assert counted.total.on_time.value == (1020 if compare is Precision.DATE else 952)


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n"])
def test_a_delimiter_is_one_character(delimiter: str) -> None:
    with pytest.raises(DataError, match="value-of-wrong-type"):
        RegisterColumns(delimiter=delimiter)


def test_a_dot_leads_into_an_object_of_json_lines() -> None:
    columns = RegisterColumns(
        received="times.received",
        due="times.due",
        finished="times.finished",
        dimensions={"unit": "unit.code"},
    )
    lines = (
        b'{"times": {"received": "2022-12-01", "due": "2022-12-05", "finished": '
        b'"2022-12-05"}, "unit": {"code": "A"}}\n'
        b'{"times": {"received": "2022-12-01", "due": "2022-12-05"}, "unit": {"code": "A", '
        b'"name": {"vi": "x"}}}\n'
        b'{"times.received": "2022-12-02", "unit": null}\n'
        b'{"times": {"received": "2022-12-01"}, "times.received": "2022-12-02"}\n'
        b'{"times": {"received": "2022-12-01"}, "unit": {"code": {"x": 1}}}\n'
    )
    asked: dict[str, Any] = {"by": ["unit"], "as_of": date(2022, 12, 14), "compare": Precision.DATE}
    counted = tally_register(io.BytesIO(lines), columns, file_format=RegisterFormat.JSONL, **asked)
    assert [(cell.key[0], cell.received.value, cell.on_time.value) for cell in counted] == [
        (None, 1, 0),
        ("A", 2, 1),
    ]
    assert counted.rejected == (("cell-of-wrong-type", 1), ("column-twice", 1))
    for engine in ("polars", "duckdb"):
        frame = tally_frame(io.BytesIO(lines), columns, file_format="jsonl", engine=engine, **asked)
        assert frame.to_tally() == counted


def test_objects_inside_each_other_come_to_an_end() -> None:
    deep = b'{"a":' * 400 + b"1" + b"}" * 400 + b"\n" + b'{"received": "2022-12-01"}\n'
    asked: dict[str, Any] = {"by": [], "as_of": date(2022, 12, 14), "compare": Precision.DATE}
    counted = tally_register(
        io.BytesIO(deep), RegisterColumns(), file_format=RegisterFormat.JSONL, **asked
    )
    assert (counted.total.received.value, counted.rejected) == (1, (("received-blank", 1),))
