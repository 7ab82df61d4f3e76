"""CSV in pieces.

Whatever stands in the file, the object path says the same, findings and lines included.
"""

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from evnpubsvc._files import bounds
from evnpubsvc.errors import DataError
from evnpubsvc.frames import tally_frame
from evnpubsvc.serde import RegisterColumns, tally_register
from tests.frames.ways import COLUMNS, LAYOUTS, NAMES, QUESTIONS, ROWS, by_kernel, in_order, truth

_slow = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)


def written(
    rows: list[dict[str, str]],
    delimiter: str = ",",
    end: str = "\n",
    quoting: int = csv.QUOTE_MINIMAL,
) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(NAMES)
    writer.writerows([row[name] for name in NAMES] for row in rows)
    return stream.getvalue().encode("utf-8", "surrogatepass")


def same(data: bytes, columns: RegisterColumns, question: dict[str, Any], piece: int) -> None:
    try:
        expected, findings = truth(data, columns, question)
    except DataError as error:
        refused = error.findings
    else:
        counted, found, _ = by_kernel(data, columns, question, piece)
        assert counted == expected
        assert in_order(found) == in_order(findings)
        # By several threads it is the same, to the order of the findings.
        assert by_kernel(data, columns, question, piece, threads=3)[:2] == (counted, found)
        return
    with pytest.raises(DataError) as caught:
        by_kernel(data, columns, question, piece)
    assert caught.value.findings == refused


@_slow
@given(
    rows=ROWS,
    columns=LAYOUTS,
    question=st.sampled_from(QUESTIONS),
    piece=st.sampled_from([1, 150, 1 << 20]),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_hostile_cells(
    rows: list[dict[str, str]],
    columns: RegisterColumns,
    question: dict[str, Any],
    piece: int,
    end: str,
    quoting: int,
) -> None:
    same(written(rows, columns.delimiter or ",", end, quoting), columns, question, piece)


_PIECES = st.sampled_from([
    b"A,,U1,desk,2022-12-14,2022-12-15,2022-12-15,result,,\n",
    b"A,,U2,online,2022-12-14T08:00:00,2022-12-15,,,,\r\n",
    b"A,,U2,online,2022-12-14\n", b"A,,U2,online,2022-12-14,2022-12-15,2022-12-15,result,,,\n",
    b"\n", b"\r\n", b"\r",
    b'"', b'""', b'"A",,"U,1",desk,2022-12-14,,,,,\n', b'A,,"two\nlines",desk,2022-12-14,,,,,\n',
    b"\xff", b"\xc3", b"\x00",
    b'A,,U"1,desk,2022-12-14,,,,,\n', b'A,,"U1"x,desk,2022-12-14,,,,,\n',
    b"A,,\xd0,desk,2022-12-14,,,,,\n", b",", b" ",
    b'A,,"say ""x""",desk,2022-12-14,,,,,\n',
    b"A,,U1,desk,2022-12-14,2022-12-15,2022-12-15,result,,", b'A,,"open\n',
    b'A,,"\xff\n",desk,2022-12-14,,,,,\n', b"A,,U1,desk,2022-12-14,,,,,\r\r\n", b"\xef\xbb\xbf",
])  # fmt: skip
_HEAD = ",".join(NAMES).encode() + b"\n"


@_slow
@given(
    st.lists(_PIECES, max_size=10),
    st.sampled_from([1, 60, 200, 1 << 20]),
    st.sampled_from(QUESTIONS),
)
@example([b'A,,"open\n', b"A,,U1,desk,2022-12-14,,,,,\n"], 1, QUESTIONS[0])
@example([b'"', b"\r\n", b"A,,U1,desk,2022-12-14,,,,,\n", b'"'], 1, QUESTIONS[0])
def test_hostile_bytes(pieces: list[bytes], piece: int, question: dict[str, Any]) -> None:
    same(_HEAD + b"".join(pieces), COLUMNS, question, piece)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"\xef\xbb\xbf" + _HEAD, _HEAD.upper(), b"\xff\xfe" + _HEAD,
        _HEAD.replace(b"code", b"unit"),
        b"\n" + _HEAD + b"A,,U1,desk,2022-12-14,,,,,\n", b"received\n2022-12-14\n",
        _HEAD.replace(b"unit", b'"un\nit"') + b"A,,U1,desk,2022-12-14,,,,,\n",
        _HEAD.replace(b"unit", b" unit ") + b"A,,U1,desk,2022-12-14,,,,,\n", _HEAD.rstrip(),
        _HEAD + b"x" * (1 << 21),
        _HEAD + b"A,,U1,desk,2022-12-14,,,,,\n" + b"y" * (1 << 21)
        + b"\nA,,U1,desk,2022-12-14,,,,,",
        _HEAD.replace(b"code", b"c\xf4de"),
    ],
)  # fmt: skip
def test_headers_and_long_lines(data: bytes) -> None:
    same(data, COLUMNS, QUESTIONS[0], 1 << 20)


def test_a_table_of_one_column() -> None:
    same(
        b"received\n2022-12-14\n\n2022-12-15\n x\n",
        RegisterColumns(),
        {"by": [], "as_of": QUESTIONS[0]["as_of"]},
        20,
    )


@pytest.mark.parametrize("blank", [b"", b"\r", b" ", b"\t", b'""', b" \t "])
def test_a_line_that_says_nothing_is_no_row(blank: bytes) -> None:
    """Between rows and at the end, in a table of one column and in a wide one."""
    day = b"2022-12-14\n"
    one, question = RegisterColumns(), {"by": [], "as_of": QUESTIONS[0]["as_of"]}
    same(b"received\n" + day + blank + b"\n" + day + blank, one, question, 1 << 20)
    commas = b"," * (len(NAMES) - 1)
    row = b"A,,U1,desk,2022-12-14,,,,,\n"
    for line in (blank + commas, blank, commas + blank):
        same(_HEAD + row + line + b"\n" + row + line, COLUMNS, QUESTIONS[0], 1 << 20)


def test_plain_rows_take_the_fast_lane() -> None:
    # Otherwise all the tests above would compare the object path with itself.
    row = b"A,,U1,desk,2022-12-14T08:00:00,2022-12-15,2022-12-15T09:00:00,result,,2022-12-01\n"
    data = (
        _HEAD
        + row * 50
        + b'B,,"quoted, unit",desk,2022-12-14T08:00:00,2022-12-15,,,,\n'
        + b"short\n"
        + row * 50
    )
    _, _, kernel = by_kernel(data, COLUMNS, QUESTIONS[0])
    assert (kernel.rows, kernel.slow_rows) == (102, 1)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("\0", "text-not-writable"),
        (",".join(f"c{n}" for n in range(bounds.COLUMNS)), "too-many-columns"),
    ],
    ids=["NUL", "columns"],
)
def test_a_header_that_is_refused_row_by_row_is_refused_here(more: str, reason: str) -> None:
    raw = f"received,{more}\n2022-12-01,x\n".encode()
    ways: list[Any] = [tally_register, tally_frame]
    asked: dict[str, Any] = {"by": [], "as_of": date(2022, 12, 14), "compare": "date"}
    for count in ways:
        with pytest.raises(DataError) as caught:
            count(io.BytesIO(raw), RegisterColumns(), **asked)
        assert [found.reason for found in caught.value.findings] == [reason]
