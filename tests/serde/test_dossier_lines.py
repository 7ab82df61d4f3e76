"""JSON Lines of dossiers.

Both engines and the bare converter say the same of every line, good, doubtful or hostile.
"""

import gc
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from evnpubsvc.dossiers import Dossier, Event, EventKind, Evidence
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import (
    findings_of,
    gc_paused,
    make_converter,
    read_dossiers,
    read_ocel,
    read_xes,
    write_dossiers,
    write_ocel,
    write_xes,
)
from evnpubsvc.serde._quick import quick_by_dict
from evnpubsvc.serde._tables import json_object
from evnpubsvc.services import OnlineLevel2011
from evnpubsvc.strategies import dossiers
from evnpubsvc.worktime import VIETNAM_TIME
from tests.deep import cases

SLOW = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)
ENGINES = ("cattrs", "msgspec")
HOOK = make_converter().get_structure_hook(Dossier)


@pytest.fixture(autouse=True, scope="module")
def _msgspec() -> None:
    pytest.importorskip("msgspec", reason="the extra `fast` is not installed")


def by_the_converter(raw: bytes) -> Iterator[Dossier | Finding]:
    """The way that takes the longest and decides what is right.

    The converter alone, line by line.
    """
    for number, line in enumerate(io.BytesIO(raw), 1):
        value = json_object(line, number)
        if isinstance(value, Finding):
            yield value
        elif value is not None:
            try:
                yield HOOK(value, Dossier)
            except Exception as error:  # noqa: BLE001
                yield from findings_of(error, f"line {number}, $")


def agree(raw: bytes) -> list[Dossier | Finding]:
    expected = list(by_the_converter(raw))
    for engine in ENGINES:
        for share in (False, True):
            got = list(read_dossiers(io.BytesIO(raw), engine=engine, share=share))  # type: ignore[arg-type]
            assert got == expected, engine
            assert list(map(repr, got)) == list(map(repr, expected)), (
                engine
            )  # offsets and types too
            for one in got:
                assert type(one) in (Dossier, Finding)
                if isinstance(one, Dossier):
                    assert all(type(event) is Event for event in one.events)
                    assert one.state.count == len(one.events)
                    with pytest.raises(AttributeError):
                        one.code = "x"  # type: ignore[misc]
    return expected


# -- lines as people and programs write them -------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([
        10**30, 1.5, float("nan"), "", " ", "x", "é", "e\u0301", "a,b", 'a":b', '":null', "\\",
        "\ud800", "2022-03-01",
        "2022-03-01T09:00:00+07:00", "2022-03-01T09:00:00", "2022-03-01t09:00:00z",
        "2022-03-01T09:00:00Z",
        "2022-03-01T09:00:00.9999996+07:00", "2022-03-01 09:00:00.123456789Z",
        "9999-12-31T23:59:59.9999999Z",
        "2022-03-01T24:00:00+07:00", "2022-03-01T23:59:60Z", "20220301T0900+0700", "2022-W09-2",
        "0000-01-01",
        "2022-03-01T09:00:00+24:00", "2022-03-01T09:00:00-00:00", "online", "stopped", "apology",
        "granted", "25",
        "working-days", "code", "2022-03-01T09:00:00.1234565+07:00",
    ]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
        st.sampled_from(["code", "kind", "at", "amount", "unit", "level", "x"]), inner, max_size=2
    ),
    max_leaves=4,
)  # fmt: skip
DUMP = make_converter().get_unstructure_hook(Dossier)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = (
        enumerate(value)
        if isinstance(value, list)
        else value.items()
        if isinstance(value, dict)
        else ()
    )
    for key, each in inner:
        yield from places(each, (*path, key))


def spelled(
    value: Any, draw: Any, twice: tuple[Any, ...] | None, path: tuple[Any, ...] = ()
) -> str:
    """JSON with blanks where they may stand, and with one key twice."""
    blank = (
        draw(st.sampled_from(["", "", "", " ", "\t", "\r", "  "]))
        if draw(st.integers(0, 9)) == 0
        else ""
    )
    if isinstance(value, dict):
        members = [
            f"{json.dumps(key)}{blank}:{blank}{spelled(each, draw, twice, (*path, key))}"
            for key, each in value.items()
        ]
        if twice is not None and twice[:-1] == path and twice[-1] in value:
            members.append(f"{json.dumps(twice[-1])}:{json.dumps(draw(JSON))}")
        return "{" + f"{blank},{blank}".join(members) + "}"
    if isinstance(value, (list, tuple)):
        return (
            "["
            + f",{blank}".join(
                spelled(each, draw, twice, (*path, i)) for i, each in enumerate(value)
            )
            + "]"
        )
    return json.dumps(value, ensure_ascii=draw(st.booleans()) or "\ud800" in str(value))


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A line: a dossier with keys left out, in another order, twice, unknown, or with a value
    that belongs elsewhere.
    """
    document: Any = json.loads(json.dumps(DUMP(draw(dossiers(lawful=draw(st.booleans()))))))
    for each in (document, *document["events"]):
        keys = draw(st.sampled_from(["all", "known", "some", "shuffled"]))
        if keys == "known":
            for key in [key for key, value in each.items() if value in (None, [], "")]:
                del each[key]
        elif keys == "some":
            for key in draw(st.sets(st.sampled_from(sorted(set(each) - {"code"})), max_size=4)):
                del each[key]
        elif keys == "shuffled":
            for key in draw(st.permutations(sorted(each))):
                each[key] = each.pop(key)
    if draw(st.booleans()):
        for _ in range(draw(st.integers(1, 2))):
            path = draw(st.sampled_from(list(places(document))))
            at = document
            for step in path[:-1]:
                at = at[step]
            if path and draw(st.integers(0, 4)):
                at[path[-1]] = draw(JSON)
            elif isinstance(at, dict):
                at[draw(st.sampled_from(["x", " code ", "_state", "", "é"]))] = draw(JSON)
    inside = [path for path in places(document) if path]
    again = draw(st.booleans())
    twice = draw(st.sampled_from(inside)) if inside and again else None
    raw = spelled(document, draw, twice if draw(st.integers(0, 3)) == 0 else None).encode(
        "utf-8", "surrogatepass"
    )
    if draw(st.integers(0, 5)) == 0:
        cut = draw(st.integers(0, len(raw)))
        raw = (
            raw[:cut]
            + draw(st.binary(max_size=2)).replace(b"\n", b"")
            + raw[cut + draw(st.integers(0, 2)) :]
        )
    return raw + draw(st.sampled_from([b"", b" ", b"\r", b"\x00"]))


@settings(SLOW, max_examples=cases(30, 500))
@given(st.lists(lines(), min_size=1, max_size=2).map(b"\n".join))
def test_both_engines_and_the_converter_agree_on_any_line(raw: bytes) -> None:
    agree(raw)


BASE = (
    b'{"code":"a","procedure":null,"service":null,"unit":null,"field":null,"channel":null,'
    b'"assistance":null,'
    b'"applicant":null,"limit":null,"stated_received":null,"stated_due":null,'
    b'"stated_finished":null,"linked":[],'
    b'"evidence":null,"attributes":[],"events":[]}'
)
EVENT = b'{"code":"a","events":[{"kind":"note","at":"%s"}]}'
# Every key there is, and pairs that are not in order.
FULL = BASE.replace(
    b'"events":[]',
    b'"events":[{"kind":"resolved","at":"2022-03-01T09:00:00+07:00","final":null,"due":null,'
    b'"outcome":"granted",'
    b'"activity":"ky, ban hanh","attributes":[["b","1"],["a","2"],["b","0"]],"recorded":null}]',
)


@pytest.mark.parametrize(
    ("raw", "reasons"),
    [
        (BASE, []),
        (b"\xef\xbb\xbf" + BASE, []),
        (FULL, []),
        (FULL.replace(b", ban", b" ban"), []),
        (FULL.replace(b", ban", b" ban").replace(b'"final":null', b'"final":null,"final":null'),
            ["key-repeated"]),
        (FULL.replace(b", ban", b" ban").replace(b'"unit":null', b'"unit":null,"unit":null'),
            ["key-repeated"]),
        (FULL.replace(b", ban", b" ban").replace(b'"final":null,', b""), []),
        (FULL.replace(b'"linked":[],"evidence":null,"attributes":[]',
            b'"attributes":[["z",""],["y",""]]'), []),
        (BASE.replace(b'"attributes":[]', b'"attributes":[["z",""],["y",""]]'), []),
        # A key twice in place of one that is missing: as many keys as there should be.
        (BASE.replace(b'"service"', b'"procedure"'), ["key-repeated"]),
        (BASE.replace(b'"service"', b'"procedure" '), ["key-repeated"]),
        (BASE.replace(b'"service":null', b'"code":"b"'), ["key-repeated"]),
        (b'{"code":"a","code":"b"}', ["key-repeated"]),
        (b'{"code":"a","code" :"b"}', ["key-repeated"]),
        (b'{"code":"a","linked":[",",","],"code":"b"}', ["key-repeated"]),
        (b'{"code":"a","linked":[",","\\":"]}', []),
        (b'{"code":"a","evidence":{"level":null,"level":null}}', ["key-repeated"]),
        (b'{"code":"a","events":[{"kind":"note","at":"2022-03-01T09:00:00Z"}],"events":[]}',
            ["key-repeated"]),
        (b'{"code":"a","x":1}', ["key-unknown"]),
        (b'{" code ":"a"}', ["key-unknown", "key-missing"]),
        (EVENT % b"2022-03-01T09:00:00", ["datetime-naive"]),
        (EVENT % b"2022-03-01t09:00:00z", []),
        (EVENT % b"2022-03-01", []),
        (EVENT % b"9999-12-31T23:59:59.9999999Z", ["value-of-wrong-type"]),
        (b'{"code":" "}', ["text-empty"]),
        (b'{"code":NaN}', ["not-json"]),
        (b'{"code":"a","attributes":["ab"]}', ["value-of-wrong-type"]),
        (b'{"code":"a","attributes":{"a":"b"}}', ["value-of-wrong-type"]),
        (b'{"code":"a","linked":"ab"}', ["value-of-wrong-type"]),
        (b'{"code":"a","limit":{"amount":true,"unit":"days"}}', ["value-of-wrong-type"]),
        (b'{"code":"a","limit":{"amount":25,"unit":"days"}}', []),
        (b'{"code":"a","limit":{"amount":"25","unit":"days","unit":"days"}}', ["key-repeated"]),
        (b'{"code":"a","events":[{"kind":"stopped","at":"2022-03-01T09:00:00Z"}]}',
            ["event-final-needed"]),
        (b'{"code":"a","events":[{"kind":"note","at":"2022-03-01T09:00:00Z","outcome":"granted"}]}',
         ["event-field-elsewhere"]),
        # every error of a line
        (b'{"code":1,"unit":2}', ["value-of-wrong-type", "value-of-wrong-type"]),
        (b'{"code":"' + b"[" * 5000, ["not-json"]),
        (b'{"code":' + b"[" * 100_000, ["not-json"]),
        (BASE.decode().encode("utf-16-be"), None),
        (b"[]", ["not-an-object"]),
        (b" \t ", []),
    ],
)  # fmt: skip
def test_what_is_found_in_a_line(raw: bytes, reasons: list[str] | None) -> None:
    found = agree(raw if not raw.startswith(b"\xef\xbb\xbf") else raw[3:])
    got = [each.reason for each in found if isinstance(each, Finding)]
    assert reasons is None or sorted(got) == sorted(reasons)
    for engine in ENGINES:
        again = list(read_dossiers(io.BytesIO(raw), engine=engine))  # type: ignore[arg-type]
        assert [type(each) for each in again] == [type(each) for each in found]


@given(
    st.datetimes(),
    st.integers(0, 10**9 - 1),
    st.sampled_from(["Z", "z", "+07:00", "-00:00", "+00:00", "-11:30", "+0700"]),
    st.sampled_from("Tt "),
    st.integers(0, 9),
)
@example(datetime(2022, 12, 31, 23, 59, 59), 999_999_500, "Z", "T", 9)
def test_instants_are_read_alike_to_the_microsecond(
    at: datetime, nanoseconds: int, offset: str, letter: str, digits: int
) -> None:
    fraction = f".{nanoseconds:09d}"[: digits + 1] if digits else ""
    text = at.replace(microsecond=0).isoformat(sep=letter) + fraction + offset
    [one] = agree(EVENT % text.encode())
    if isinstance(one, Dossier):
        # An oracle in whole numbers: nearest microsecond, halves up.
        exact = int(f"{nanoseconds:09d}"[:digits].ljust(9, "0"))
        micros = (exact + 500) // 1000
        sign = -1 if offset[0] == "-" else 1
        hours = 0 if offset in "Zz" else int(offset[1:3]) * 60 + int(offset[-2:])
        zone = timezone(sign * timedelta(minutes=hours))
        assert one.events[0].at == at.replace(microsecond=0, tzinfo=zone) + timedelta(
            microseconds=micros
        )


def test_registers_of_any_shape_are_read_alike() -> None:
    """The way that looks for a shape gives up on a register that has none, and finds another
    when it changes.
    """
    day = b'{"code":"a","stated_received":"2022-03-01","stated_due":"2022-03-09T11:30:00+07:00"}'
    some = [EVENT % b"2022-03-01T09:00+07:00"] * 1_002 + [BASE, day] * 3 + [BASE] * 3 + [day] * 3
    agree(b"\n".join(some))
    agree(b"\n".join([BASE, day] * 3))


# -- writing ---------------------------------------------------------------------------------------


@settings(SLOW, max_examples=40)
@given(st.lists(dossiers(lawful=False), max_size=3))
def test_both_engines_write_the_same_bytes_with_every_key(some: list[Dossier]) -> None:
    written = []
    for engine in ENGINES:
        stream = io.BytesIO()
        assert write_dossiers(some, stream, engine=engine) == len(some)  # type: ignore[arg-type]
        written.append(stream.getvalue())
    assert written[0] == written[1]
    assert [json.loads(line) for line in written[0].splitlines()] == json.loads(
        json.dumps([DUMP(one) for one in some])
    )
    assert agree(written[0]) == some


def test_control_characters_come_back() -> None:
    odd = "".join(map(chr, range(1, 0x80))) + "\u2028\ufeff"
    some = [
        Dossier("a" + odd),
        Dossier("b", evidence=Evidence(OnlineLevel2011.LEVEL_4)),
    ]
    for engine in ENGINES:
        stream = io.BytesIO()
        write_dossiers(some, stream, engine=engine)  # type: ignore[arg-type]
        assert agree(stream.getvalue().rstrip(b"\n")) == some


# -- engines, sharing, the collector ---------------------------------------------------------------


def test_engines_are_named_or_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError):
        read_dossiers(io.BytesIO(), engine="json")  # type: ignore[arg-type]
    monkeypatch.setattr("evnpubsvc.serde._dossiers.find_spec", lambda _: None)
    assert list(read_dossiers(io.BytesIO(BASE))) == [Dossier("a")]
    with pytest.raises(MisuseError) as raised:
        write_dossiers([], io.BytesIO(), engine="msgspec")
    assert raised.value.reason == "extra-missing"


@pytest.mark.parametrize("engine", ENGINES)
def test_shared_codes_are_one_object(engine: Any) -> None:
    at = datetime(2022, 3, 1, 9, tzinfo=VIETNAM_TIME)
    event = Event(EventKind.NOTE, at, activity="tiếp nhận tại quầy", attributes={"quầy": "số 3"})
    one = Dossier(
        "a", procedure="1.001234", unit="000.00.19.H47", stated_due=at.date(), events=(event,)
    )
    stream = io.BytesIO()
    write_dossiers([one, evolve(one, code="b")], stream)
    for share in (True, False):
        stream.seek(0)
        first, second = read_dossiers(stream, engine=engine, share=share)
        assert isinstance(first, Dossier)
        assert isinstance(second, Dossier)
        for name in ("procedure", "unit", "stated_due"):
            assert (getattr(first, name) is getattr(second, name)) is share, name
        assert (first.events[0].activity is second.events[0].activity) is share
        assert (first.events[0].attributes is second.events[0].attributes) is share


def test_the_collector_is_left_as_it_was_found() -> None:
    assert gc.isenabled()
    with gc_paused():
        assert not gc.isenabled()
        with gc_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), gc_paused():
        raise KeyError
    assert gc.isenabled()
    gc.disable()
    try:
        with gc_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "line",
    [
        rb'{"code": "a\u0000"}',
        rb'{"code": "a", "attributes": [["x", "\u0000"]]}',
        rb'{"code": "a", "events": [{"kind": "note", "at": "2022-01-01", "activity": "\uD800"}]}',
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_what_no_file_takes_is_no_text_of_a_dossier(engine: Any, line: bytes) -> None:
    [found] = read_dossiers(io.BytesIO(line), engine=engine)
    assert isinstance(found, Finding)
    assert found.reason == "text-not-writable"
    # A pair of UTF-16 is a letter like any other.
    [letter] = read_dossiers(io.BytesIO(rb'{"code": "\ud83d\ude00"}'), engine=engine)
    assert isinstance(letter, Dossier)
    assert letter.code == "\U0001f600"


@settings(SLOW, max_examples=cases(20, 3_000))
@given(dossiers(), st.sampled_from(("code", "limit", "events", "attributes", "channel", "more")))
def test_fields_are_read_quickly_or_left_for_the_converter(one: Dossier, spoiled: str) -> None:
    fields = json.loads(json.dumps(make_converter().unstructure(one)))
    assert quick_by_dict()(fields) == one
    fields[spoiled] = [["x"]]
    assert quick_by_dict()(fields) is None


def test_json_inside_a_log_holds_what_every_file_takes() -> None:
    one = Dossier("a", linked=("b",), attributes={"x": "y"})
    for write, read in ((write_xes, read_xes), (write_ocel, read_ocel)):
        stream = io.BytesIO()
        write([one], stream)
        raw = stream.getvalue()
        assert list(read(io.BytesIO(raw))) == [one]
        # The names inside are JSON in a text of XML, or of JSON once more.
        slash = b"\\" if write is write_xes else b"\\\\"
        for name in (b"b", b"y"):
            quote = b"&quot;" if b"&quot;" in raw else b'"' if write is write_xes else b'\\"'
            spoiled = raw.replace(quote + name + quote, quote + slash + b"u0000" + quote)
            assert spoiled != raw
            [found] = read(io.BytesIO(spoiled))
            assert isinstance(found, Finding)
            assert found.reason == "text-not-writable"
