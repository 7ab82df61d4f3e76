"""JSON Lines on columns: the object path says the same of whatever stands in the file.

Findings too, in the order of the lines, however the file is cut and however many threads read it.
"""

import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from evnpubsvc._files import bounds
from evnpubsvc.serde import RegisterColumns, RegisterFormat
from tests.deep import cases
from tests.frames.ways import CELLS, COLUMNS, QUESTIONS, by_kernel, truth

_slow = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)
_NESTED = RegisterColumns(
    received="moments.received", due="moments.due", finished="moments.finished",
    dimensions={"unit": "where.unit.name", "channel": "channel"},
)  # fmt: skip


def same(data: bytes, columns: RegisterColumns, question: dict[str, Any], piece: int) -> int:
    """Compare the ways; return how many rows the kernel read one by one."""
    kind = RegisterFormat.JSONL
    expected = truth(data, columns, question, kind)
    slow = 0
    for threads in (1, 3):
        *counted, kernel = by_kernel(data, columns, question, piece, threads=threads, kind=kind)
        assert tuple(counted) == expected
        slow = kernel.slow_rows
    return slow


_VALUES = st.one_of(
    st.none(), st.sampled_from(["", "a,b", 'say "x"', "back\\slash", "two\nlines", "null"]),
    st.sampled_from(["ngày", "{}", 'a":"b', ",", "\\", '\\"', "\x7f", "\ud83d\ude00"]),
    st.booleans(), st.integers(-3, 10**20), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([[], ["a", "b"], {}, {"unit": "U9"}, [{"a": "b"}]]),
)  # fmt: skip
_ROWS = st.lists(
    st.fixed_dictionaries(
        {name: st.one_of(st.none(), cells) for name, cells in CELLS.items()},
        optional={"extra": _VALUES, "field": _VALUES},
    ),
    max_size=8,
)


@_slow
@given(
    _ROWS,
    st.sampled_from(QUESTIONS),
    st.sampled_from([1, 150, 1 << 20]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([(",", ":"), (", ", ": ")]),
    st.booleans(),
    st.booleans(),
)
def test_hostile_values(
    rows: list[dict[str, Any]],
    question: dict[str, Any],
    piece: int,
    end: str,
    separators: tuple[str, str],
    ascii_only: bool,
    without_null: bool,
) -> None:
    if without_null:
        rows = [{k: v for k, v in row.items() if v is not None} for row in rows]
    lines = [json.dumps(row, ensure_ascii=ascii_only, separators=separators) for row in rows]
    data = "".join(line + end for line in lines).encode("utf-8", "surrogatepass")
    same(data, COLUMNS, question, piece)


_GOOD = b'{"code":"A-1","unit":"U1","channel":"desk","received":"2022-12-14","due":"2022-12-15"}'
_ODD_LINES = [
    _GOOD, _GOOD, _GOOD + b"\r", b"", b" ", b"\r", b"{}", b"[]", b"null", b"{", b'"x"', b"\xff",
    _GOOD[:-1], _GOOD + b"x", _GOOD.replace(b'"unit"', b'"channel"'),
    _GOOD.replace(b'"U1"', b'"U1'), _GOOD.replace(b'"U1"', b'U1"'), _GOOD.replace(b'"U1"', b"U1"),
    _GOOD.replace(b'"U1"', b'"U"1"'), _GOOD.replace(b'"U1"', b'"'), _GOOD.replace(b'"U1"', b'""'),
    _GOOD.replace(b'"U1"', b'"a,"'), _GOOD.replace(b'"U1"', b'"a,\\"b"'),
    _GOOD.replace(b'"U1"', b'"\\u0055\\u0031"'), _GOOD.replace(b'"U1"', b'"\\ud800"'),
    _GOOD.replace(b'"U1"', b'"\\u0000"'), _GOOD.replace(b'"U1"', b'"\\x"'),
    _GOOD.replace(b'"U1"', b'"U1\\\\"'), _GOOD.replace(b'"U1"', b'"\\\\\\""'),
    _GOOD.replace(b'"U1"', b'"U\x011"'), _GOOD.replace(b'"U1"', b'"U\\\x011"'),
    _GOOD.replace(b'"U1"', b'"U\x1f1"'), _GOOD.replace(b'"U1"', b'"U\x001"'),
    _GOOD.replace(b'"U1"', b'"\xc3"'), _GOOD.replace(b'"U1"', '"xã"'.encode()),
    _GOOD.replace(b'"U1"', b"NaN"), _GOOD.replace(b'"U1"', b"1e5"), _GOOD.replace(b'"U1"', b"12"),
    _GOOD.replace(b'"A-1"', b"01"), _GOOD.replace(b'"A-1"', b"-0"), _GOOD.replace(b'"A-1"', b"nul"),
    _GOOD.replace(b'"A-1"', b"9" * 5000), _GOOD.replace(b'"A-1"', b"null"),
    _GOOD.replace(b",", b" , "), _GOOD.replace(b":", b": "), b" " + _GOOD, b"\xef\xbb\xbf" + _GOOD,
    _GOOD.replace(b'"unit"', b'"uni\\u0074"'), _GOOD.replace(b'"unit"', b'" unit "'),
    _GOOD.replace(b'"unit":"U1"', b'"unit":{"a":"b"}'), _GOOD.replace(b'"A-1"', b'{"":"x"}'),
    _GOOD.replace(b'"A-1"', b'{"a":{"b":"x","c":null}}'), _GOOD.replace(b'"A-1"', b'["x","y"]'),
    b'{"a":' * 12 + b"1" + b"}" * 12, b'{"received.x":"1","received":{"x":"2"}}',
]  # fmt: skip
_LINES = st.sampled_from(_ODD_LINES)


@_slow
@given(
    st.lists(_LINES, max_size=10), st.sampled_from([1, 100, 300, 1 << 20]),
    st.sampled_from(QUESTIONS),
)  # fmt: skip
@example([_GOOD, _GOOD, _GOOD.replace(b'"U1"', b'"U"1"'), _GOOD], 1 << 20, QUESTIONS[0])
@example([_GOOD, _GOOD, _GOOD.replace(b'"A-1"', b"nul"), _GOOD], 1 << 20, QUESTIONS[0])
@example([_GOOD, _GOOD, _GOOD.replace(b'"U1"', b'"U\\\x011"'), _GOOD], 1 << 20, QUESTIONS[0])
def test_hostile_lines(lines: list[bytes], piece: int, question: dict[str, Any]) -> None:
    same(b"\n".join(lines), COLUMNS, question, piece)


def test_each_odd_line_among_lines_that_are_alike() -> None:
    # One after the other, since some would hide others.
    for line in _ODD_LINES:
        same(b"\n".join([_GOOD, _GOOD, line, _GOOD]), COLUMNS, QUESTIONS[0], 1 << 20)


_TOKENS = [b"nul", b"tru", b"truee", b"01", b"1.", b"+1", b".5", b"1e", b"-", b"1 2", b"x", b""]


@pytest.mark.parametrize("others", [b"null", b"-1.5e3"])
def test_what_is_no_value_in_a_column_that_nobody_asks_for(others: bytes) -> None:
    """One line of many that are alike is no JSON, where nothing is read."""
    for token in _TOKENS[:: cases(4, 1)]:
        line = _GOOD[:-1] + b',"note":%s}'
        lines = [line % others] * 40 + [line % token] + [line % others] * 40
        assert same(b"\n".join(lines), COLUMNS, QUESTIONS[0], 1 << 20) > 0


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"\xef\xbb\xbf" + _GOOD, b"PK\x03\x04" + _GOOD, b"\xff\xfe" + _GOOD,
        b"x" * (bounds.LINE + 5) + b"\n" + _GOOD,
        _GOOD + b"\n" + b"y" * (bounds.LINE + 5) + b"\n" + _GOOD,
        _GOOD + b"\n" + b"y" * (bounds.LINE + 5),
        _GOOD.replace(b"U1", b"U" * (bounds.CELL + 1)) + b"\n" + _GOOD,
    ],
)  # fmt: skip
def test_long_lines_and_files_that_are_no_text(data: bytes) -> None:
    same(data, COLUMNS, QUESTIONS[0], 1 << 20)


def _nested(i: int) -> dict[str, Any]:
    return {
        "id": i,
        "where": {"unit": {"code": f"{i % 3:02}", "name": ["Tam Xuân", 'the "new"', "a,b"][i % 3]}},
        "moments": {
            "received": "2022-12-14T08:00:00",
            "due": "2022-12-15",
            "finished": ["2022-12-15T09:00:00", None][i % 2],
        },
        "channel": "online",
        "done": True,
    }


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("separators", [(",", ":"), None])
def test_what_programs_write_takes_the_fast_lane(
    ascii_only: bool,
    separators: tuple[str, str] | None,
) -> None:
    # Otherwise all the tests above would compare the object path with itself.
    records = [_nested(i) for i in range(300)]
    lines = [json.dumps(each, ensure_ascii=ascii_only, separators=separators) for each in records]
    assert same("\n".join(lines).encode(), _NESTED, QUESTIONS[0], 1 << 20) == 0

    # Keys that are left out where they say nothing make another layout, not another lane.
    for each in records[::7]:
        del each["done"]
    lines = [json.dumps(each, ensure_ascii=ascii_only, separators=separators) for each in records]
    assert same("\n".join(lines).encode(), _NESTED, QUESTIONS[0], 1 << 20) == 0


_WIDE = RegisterColumns(
    received="received", due="due", finished="finished", status="status", code="code",
    dimensions={"unit": "unit", "channel": "channel"},
    missing=("-", "1900-01-01", "1900-01-01T00:00:00", "chưa có ngày"),
)  # fmt: skip


def _written(drawn: random.Random, place: int) -> dict[str, Any]:
    """A record as programs write it, whose values are now as wide in every line and now not."""
    late = place > 400  # what the first lines share does not hold for these
    tail = drawn.choice(
        ["T08:15:00", "T23:59:59", "T24:00:00", "T19:60:00", "T0a:00:00", "", "T08:00"]
    )
    moment = f"2022-12-{drawn.randint(1, 31):02}{tail if drawn.random() < 0.1 else 'T08:15:00'}"
    return {
        "id": place if late else 1,
        "code": f"A-{place:03}",
        "unit": drawn.choice(
            ["U1", "U2", "xã Tam Xuân", "y" * 40, "z" * 200] if late else ["U1", "U2"]
        ),
        "note": drawn.choice(["", "fine", 'say "x"', "back\\slash", "w" * 31, "w" * 32, "w" * 500]),
        "channel": drawn.choice(
            ["online", "desk", None, 'o"', "online\u2009"] if late else ["online"]
        ),
        "received": moment,
        "due": drawn.choice(["2022-12-20", "1900-01-01", None, "-", "chưa có ngày", "2022-12-2é"]),
        "finished": drawn.choice([None, moment, "2022-12-30", "1900-01-01", "1900-01-01T00:00:00"]),
        "status": drawn.choice(["", "result", "waiting"]),
        "share": drawn.choice([1.5, 2, True, None, 10**19]) if late else 1.5,
    }


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("seed", range(cases(2, 60)))
def test_lines_that_share_less_and_less(*, ascii_only: bool, seed: int) -> None:
    drawn = random.Random(seed)
    records = [_written(drawn, place) for place in range(700)]
    lines = [json.dumps(record, ensure_ascii=ascii_only) for record in records]
    lines[500] = lines[500].replace("A-500", 'A"500')
    data = "\n".join(lines).encode()
    piece = 30_000 if seed % 2 else 1 << 20
    same(data, _WIDE, QUESTIONS[seed % len(QUESTIONS)], piece)


@pytest.mark.parametrize("first", [0, 1])
def test_escapes_in_a_column_that_some_lines_do_not_have(first: int) -> None:
    lines = [_GOOD.replace(b'"unit"', b'"other"'), _GOOD.replace(b"U1", b"x\\u00e3")]
    data = b"\n".join([lines[first], lines[1 - first], *lines, _GOOD])
    assert same(data, COLUMNS, QUESTIONS[0], 1 << 20) == 0


def test_a_piece_that_is_shorter_than_the_lines_before() -> None:
    row = json.loads(_GOOD)
    rows = [*[row | {"note": "w" * 600, "unit": "U2"}] * 3, row]
    same(b"\n".join(json.dumps(each).encode() for each in rows), COLUMNS, QUESTIONS[0], 1)


def test_a_line_of_blanks_takes_no_time() -> None:
    same(_GOOD + b"\n" + b" " * 400_000 + b"{}\n" + _GOOD, COLUMNS, QUESTIONS[0], 1 << 20)
