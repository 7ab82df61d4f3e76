"""Hostile tables.

Every mistake is a finding with its line, nothing is repaired, nothing grows without bound.
"""

import io
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evnpubsvc._files import bounds
from evnpubsvc.emulation import Published
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.quantities import Count, CountUnit, Unknown
from evnpubsvc.serde import (
    DateStyle,
    FigureColumns,
    RegisterColumns,
    RegisterFormat,
    preset,
    read_figure_columns,
    read_figures,
    read_register,
    read_register_columns,
)
from evnpubsvc.serde._tables import Again, first_findings, json_object, look_ahead
from evnpubsvc.statistics import RegisterRow
from tests.emulation.samples import scheme

INDEX = preset("qd766-dvcqg-2026").only("timeliness")


def _found(raw: bytes | str, columns: FigureColumns | None = None) -> list[tuple[str, str]]:
    data = raw.encode() if isinstance(raw, str) else raw
    with pytest.raises(DataError) as caught:
        read_figures(io.BytesIO(data), scheme(), columns)
    for f in caught.value.findings:
        assert f.line("en")
        assert f.line("vi")
    return [(f.path, f.reason) for f in caught.value.findings]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", [("", "header-missing")]),
        ("\n\n\n", [("", "header-missing")]),
        ("unit,n,d\n", [("", "no-rows")]),
        ("n,d\n1,2\n", [("line 1", "column-missing")]),
        ("unit,d\nA,2\n", [("line 1", "column-missing")]),
        ("unit,n,n,d\nA,1,1,2\n", [("line 1", "column-twice")]),
        ("unit,n,d\nA,1\nB,1,2,3\nC,1,2\n", [("line 2", "cells-differ-from-header"),
            ("line 3", "cells-differ-from-header")]),
        ("unit,n,d\nA,x,NaN\n", [("line 2, column n", "not-a-number"),
            ("line 2, column d", "not-a-number")]),
        ("unit,n,d\nA,Infinity,1e9\n", [("line 2, column n", "not-a-number"),
            ("line 2, column d", "not-a-number")]),
        ("unit,n,d\nA,-1,2\nB,1.5,2\n", [("line 2, column n", "count-negative"),
            ("line 3, column n", "count-not-whole")]),
        ('unit,n,d\nA,1.234,"1,235"\n', [(f"line 2, column {c}",
            "number-ambiguous") for c in "nd"]),
        ('unit,n,d\nA,1,"1.234.567"\nB,1,"1,234,567"\n', [("line 3, column d", "numbers-mixed")]),
        ("unit,n,d\nA,3,2\n", [("line 2, A, c", "numerator-above-denominator")]),
        ("unit,n,d\nA,1,2\nB,1,2\nA,1,2\n", [("line 4", "unit-twice")]),
        ("unit,n,d\n ,1,2\n", [("line 2, column unit", "unit-blank")]),
        ('unit,n,d\n"A,1,2\n', [("line 2", "csv-broken")]),
        ('unit,n,d\nA"x",1,2\n"B"x,1,2\nC,1,2\n', [("line 3", "csv-broken")]),
        (b"\xff\xfeu\x00n\x00", [("line 1", "not-utf8")]),
        (b"unit,n,d\nH\xe0,1,2\nB,1,2\n", [("line 2, byte 2", "not-utf8")]),
    ],
)  # fmt: skip
def test_every_mistake_is_named_with_its_place(
    raw: bytes | str, expected: list[tuple[str, str]]
) -> None:
    assert _found(raw) == expected


def test_all_mistakes_of_a_table_come_in_one_report() -> None:
    reasons = [reason for _, reason in _found("unit,n,d\nA,x,2\nB,-1,2\nB,5,2\n,1,2\nC,1\n")]
    assert reasons == [
        "not-a-number", "count-negative", "unit-twice", "numerator-above-denominator", "unit-blank",
        "cells-differ-from-header",
    ]  # fmt: skip


def test_a_line_of_a_hundred_megabytes_is_one_finding_in_bounded_memory() -> None:
    class Endless(io.RawIOBase):
        """100 MB without a line break, made as it is read."""

        left = 100 * 2**20
        head = b"unit,n,d\n"

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            data = self.head or b"x" * min(len(buffer), self.left)
            data, self.head = data[: len(buffer)], b""
            buffer[: len(data)] = data
            self.left -= len(data) if not data.startswith(b"u") else 0
            return len(data)

    import tracemalloc

    tracemalloc.start()
    with pytest.raises(DataError) as caught:
        read_figures(io.BufferedReader(Endless(), 1 << 16), scheme())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [f.reason for f in caught.value.findings] == ["line-too-long"]
    assert peak < 8 * bounds.LINE


def test_findings_are_listed_up_to_a_limit_and_counted_beyond() -> None:
    found = first_findings((Finding("unit-twice", f"line {i}") for i in range(1_500)), most=1_000)
    assert len(found) == 1_001
    assert (found[-1].reason, found[-1].value) == ("more-findings", 500)


def test_utf8_with_byte_order_mark_crlf_and_quoted_line_breaks_are_plain_tables() -> None:
    raw = b'\xef\xbb\xbfunit,n,d,name\r\n"A\r\nB",1,2,x\r\n'
    table = read_figures(io.BytesIO(raw), scheme())
    assert [(u.unit, u.name, u["n"]) for u in table] == [
        ("A\r\nB", "x", Count(1, CountUnit.DOSSIERS))
    ]
    assert table.notices == ()


def test_blank_cells_are_unknown_and_declared_signs_too() -> None:
    columns = FigureColumns(missing=("-", "n/a"))
    table = read_figures(io.BytesIO(b"unit,n,d\nA,,2\nB,-,n/a\n"), scheme(), columns)
    assert [u["n"] for u in table] == [Unknown("figure-blank", "n")] * 2
    assert len(table) == 2


def test_headers_and_units_are_compared_composed() -> None:
    raw = "unit,số,d\nHòa,1,2\n".encode()  # decomposed
    table = read_figures(io.BytesIO(raw), scheme(), FigureColumns(figures={"n": "số"}))
    assert table.units[0].unit == "Hòa"


def test_columns_that_nothing_uses_are_noticed_without_a_mapping_only() -> None:
    raw = b"unit,n,d,extra,more\nA,1,2,x,y\n"
    assert [(f.reason, f.value) for f in read_figures(io.BytesIO(raw), scheme()).notices] == [
        ("column-unused", "extra"), ("column-unused", "more"),
    ]  # fmt: skip
    assert read_figures(io.BytesIO(raw), scheme(), FigureColumns()).notices == ()
    assert [f.value for f in read_figures(io.BytesIO(raw), scheme(), keep=["extra"]).notices] == [
        "more"
    ]


def test_a_mapping_is_checked_against_the_table_and_the_scheme() -> None:
    columns = FigureColumns(
        unit="id", name="who", figures={"n": "x", "typo": "y"}, keep=("level",), published_score="s"
    )
    assert _found("unit,n,d\nA,1,2\n", columns) == [("line 1", "column-missing")] * 5
    columns = FigureColumns(figures={"typo": "d"}, absent=("n",))
    table = read_figures(io.BytesIO(b"unit,d\nA,2\n"), scheme(), columns)
    assert [f.reason for f in table.notices] == ["figure-not-asked"]
    assert table.units[0]["n"] == Unknown("figure-absent", "n")


def test_aliases_of_the_preset_find_the_portals_own_columns() -> None:
    table = read_figures(io.BytesIO(b"unit,totalReceived,totalOnTime\nA,588,486\n"), INDEX)
    assert table.units[0]["dossiers_on_time"] == Count(486, CountUnit.DOSSIERS)


def test_published_results_are_kept_beside() -> None:
    columns = FigureColumns(published_score="s", published_rank="r", decimal=".")
    table = read_figures(io.BytesIO(b"unit,n,d,s,r\nA,1,2,5.5,136.0\nB,1,2,,\n"), scheme(), columns)
    assert [u.published for u in table] == [Published(Fraction("5.5"), 136), None]
    assert _found("unit,n,d,s,r\nA,1,2,x,1.5\n", columns) == [
        ("line 2, column s", "not-a-number"), ("line 2, column r", "count-not-whole"),
    ]  # fmt: skip


def test_other_delimiters_are_declared() -> None:
    columns = read_figure_columns(io.BytesIO(b'delimiter = ";"\ndecimal = ","'))
    table = read_figures(io.BytesIO(b"unit;n;d\nA;1.234;2.000\n"), scheme(), columns)
    assert table.units[0]["n"] == Count(1234, CountUnit.DOSSIERS)
    for wrong in (
        'delimiter = ";;"',
        'delimiter = ""',
        'decimal = "fr"',
        "unit = 3",
        "nope = 1",
        'keep = "level"',
    ):
        with pytest.raises(DataError):
            read_figure_columns(io.BytesIO(wrong.encode()))


@settings(max_examples=300)
@given(st.binary(max_size=300))
@example(b'unit,n,d\n"\x00",1,2')
@example(b"unit,n,d\n\r\r\r")
def test_any_bytes_give_units_or_findings(raw: bytes) -> None:
    for data in (raw, b"unit,n,d\n" + raw):
        try:
            table = read_figures(io.BytesIO(data), scheme())
        except DataError as error:
            assert error.findings  # noqa: PT017
        else:
            assert len(table) > 0


# --- registers ---


def _register(
    raw: bytes | str, file_format: RegisterFormat = RegisterFormat.CSV, **columns: Any
) -> list[Any]:
    data = raw.encode() if isinstance(raw, str) else raw
    layout = RegisterColumns(**{"received": "r", "due": "d", "finished": "f", **columns})
    return [
        (item.path, item.reason) if isinstance(item, Finding) else item
        for item in read_register(io.BytesIO(data), layout, file_format=file_format)
    ]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("15/12/2022", "not-a-date"), ("2022-02-30", "not-a-date"),
        ("2022-12-15T25:00", "not-a-date"),
        ("yesterday", "not-a-date"), ("0001-01-01", "date-absurd"), ("9999-12-31", "date-absurd"),
        ("2022-12-15T10:00:00+99:00", "not-a-date"), ("0001-01-01T00:00:00+14:00", "not-a-date"),
        ("", "received-blank"),
        ("2022W50", "not-a-date"), ("20221215", "not-a-date"),
    ],
)  # fmt: skip
def test_dates_that_are_none_are_findings(cell: str, reason: str) -> None:
    assert _register(f"r,d,f\n{cell},2022-12-15,\n") == [("line 2, column r", reason)]


@pytest.mark.parametrize(
    ("style", "cell", "expected"),
    [
        (DateStyle.ISO, "2022-12-15", "2022-12-15"),
        (DateStyle.ISO, "2022-12-15 14:30", "2022-12-15T14:30:00+07:00"),
        (DateStyle.ISO, "2022-12-15T20:30:00+00:00", "2022-12-16T03:30:00+07:00"),
        (DateStyle.DMY, "15/12/2022", "2022-12-15"),
        (DateStyle.DMY, "5-1-2022 7:05", "2022-01-05T07:05:00+07:00"),
        (DateStyle.COMPACT, "20221215", "2022-12-15"),
        (DateStyle.COMPACT, "20221215143000", "2022-12-15T14:30:00+07:00"),
    ],
)
def test_date_styles(style: DateStyle, cell: str, expected: str) -> None:
    (row,) = _register(f"r,d,f\n{cell},,\n", dates=style)
    assert isinstance(row, RegisterRow)
    assert row.received.isoformat() == expected


@pytest.mark.parametrize("style", [DateStyle.DMY, DateStyle.COMPACT])
@pytest.mark.parametrize(
    "cell", ["2022-12-15", "31/02/2022", "20220230", "32/1/2022", "20221215256000"]
)
def test_other_styles_refuse_what_is_not_theirs(style: DateStyle, cell: str) -> None:
    assert _register(f"r,d,f\n{cell},,\n", dates=style) == [("line 2, column r", "not-a-date")]


def test_all_dates_of_a_row_are_judged_and_an_odd_row_is_noticed() -> None:
    assert _register("r,d,f\nx,y,z\n") == [(f"line 2, column {c}", "not-a-date") for c in "rdf"]
    assert _register("r,d,f\n2022-12-15,,2022-12-14\n")[0] == ("line 2", "finished-before-received")


def test_values_are_mapped_and_unknown_ones_reported() -> None:
    columns: dict[str, Any] = {
        "dimensions": {"channel": "c"},
        "values": {"channel": {"Internet": "online"}},
    }
    rows = _register(
        "r,d,f,c\n2022-12-15,,,Internet\n2022-12-15,,,Intern\n2022-12-15,,,\n", **columns
    )
    assert rows[1] == ("line 3, column c", "value-not-mapped")
    assert [dict(row.dimensions) for row in (rows[0], rows[2])] == [
        {"channel": "online"},
        {"channel": None},
    ]


def test_a_missing_column_ends_a_table_at_once() -> None:
    with pytest.raises(DataError) as error:
        _register("r\n2022-12-15\n2022-12-16\n")
    assert [(each.path, each.reason) for each in error.value.findings] == [
        ("line 1", "column-missing")
    ] * 2


def test_json_lines() -> None:
    raw = '{"r": "2022-12-15", "c": 3}\n\n{"r": NaN}\n{"r": 1, "r": 2}\n[1]\n{"r": {"x": 1}}\n'
    raw += '{"r": null}\nx\n{"r": 1.5}\n'
    got = _register(raw, RegisterFormat.JSONL, dimensions={"channel": "c"})
    assert dict(got[0].dimensions) == {"channel": "3"}
    assert [reason for _, reason in got[1:]] == [
        "not-json", "key-repeated", "not-an-object", "cell-of-wrong-type", "received-blank",
        "not-json", "not-a-date",
    ]  # fmt: skip
    assert _register("[" * 100_000, RegisterFormat.JSONL) == [("line 1", "not-json")]


def test_unknown_zones_are_misuse_and_known_ones_decide_the_local_date() -> None:
    with pytest.raises(MisuseError, match="timezone-unknown"):
        _register("r,d,f\n", timezone="Mars/Olympus")
    with pytest.raises(MisuseError, match="timezone-unknown"):
        _register("r,d,f\n", timezone="../../etc/passwd")
    (row,) = _register("r,d,f\n2022-12-15T23:30:00+00:00,,\n", timezone="UTC")
    assert row.received.date().isoformat() == "2022-12-15"


def test_progress_is_told() -> None:
    told: list[int] = []
    list(
        read_register(
            io.BytesIO(b"received\n2022-12-15\n"), RegisterColumns(), progress=told.append
        )
    )
    assert told == [0]


@settings(max_examples=200)
@given(st.binary(max_size=200), st.sampled_from(RegisterFormat), st.sampled_from(DateStyle))
def test_any_bytes_give_rows_or_findings(
    raw: bytes, file_format: RegisterFormat, style: DateStyle
) -> None:
    for item in _register(b"r,d,f\n" + raw, file_format, dates=style):
        assert isinstance(item, (RegisterRow, tuple))


def test_a_mapping_with_mistakes_is_reported_whole() -> None:
    with pytest.raises(DataError) as caught:
        read_register_columns(io.BytesIO(b'received = 1\ndates = "x"\nnope = 2\n'))
    assert sorted(f.reason for f in caught.value.findings) == [
        "key-unknown",
        "value-of-wrong-type",
        "value-of-wrong-type",
    ]


def test_bytes_that_were_looked_at_come_again() -> None:
    def again() -> Again:
        return Again(io.BytesIO(b"b\nc"), b"a")

    assert again().read() == b"ab\nc"
    assert again().read(2) == b"ab"
    assert again().read(1) == b"a"
    assert again().readline() == b"ab\n"
    assert again().readline(2) == b"ab"


def test_no_more_is_looked_at_than_how_a_file_begins() -> None:
    """A pipe may have no more to give yet."""
    head, whole = look_ahead(io.BytesIO(b"\n\r\na,b\n1,2\n"), 100)
    assert head == b"\n\r\na,b\n"
    assert whole.read() == b"\n\r\na,b\n1,2\n"
    assert look_ahead(io.BytesIO(b"\n" * 9), 4)[0] == b"\n" * 4


@pytest.mark.parametrize(
    "line", ['{"x": "\\u0000"}', '{"x": {"y": ["\\ud800"]}}', '{"\\u0000": 1}']
)
def test_a_line_of_json_with_what_no_database_takes_is_a_finding(line: str) -> None:
    read = json_object(line.encode(), 7)
    assert isinstance(read, Finding)
    assert (read.reason, read.path.partition(",")[0]) == ("text-not-writable", "line 7")


def test_blank_lines_before_a_long_one_are_no_reason_to_look_further() -> None:
    raw = b"\n" * 50 + b"x" * 500
    head, again = look_ahead(io.BytesIO(raw), 100)
    assert (head, again.read()) == (raw[:100], raw)


def test_a_name_that_an_object_inside_says_again_is_a_finding() -> None:
    line = b'{"received": "2022-12-01", "a.b": 1, "a": {"b": 2}}\n'
    columns = RegisterColumns(dimensions={"x": "a.b"})
    [found] = read_register(io.BytesIO(line), columns, file_format=RegisterFormat.JSONL)
    assert isinstance(found, Finding)
    assert (found.reason, found.value) == ("column-twice", "a.b")
