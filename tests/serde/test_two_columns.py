"""Day and time of day in two columns; one value in several spellings; on every engine alike."""

import io
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from evnpubsvc.dossiers import EventKind
from evnpubsvc.errors import DataError, UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import (
    DateStyle,
    LogColumns,
    RegisterColumns,
    RegisterFormat,
    read_event_log,
    read_register,
    tally_register,
    to_json,
)
from evnpubsvc.serde._registers import add_time
from evnpubsvc.statistics import RegisterRow, Tally, narrow, tally
from evnpubsvc.statistics.engine import join_spellings
from evnpubsvc.worktime import VIETNAM_TIME

_Counted = tuple[Tally, list[str]]


def _ways(text: str, columns: RegisterColumns, folder: Path, **asked: Any) -> list[_Counted]:
    """Count a CSV register in every way there is; with the reasons of what was said."""
    ways: list[_Counted] = []

    def add(count: Callable[[Callable[[Finding], None]], Tally]) -> None:
        said: list[str] = []
        ways.append((count(lambda found: said.append(found.reason)), sorted(said)))

    path = folder / "r.csv"
    path.write_text(text, encoding="utf-8")
    add(lambda on: tally_register(path, columns, on_finding=on, **asked))
    header, *rows = (line.split(",") for line in text.splitlines())
    lines = "\n".join(json.dumps(dict(zip(header, row, strict=True))) for row in rows)
    jsonl = io.BytesIO(lines.encode())
    kind = RegisterFormat.JSONL
    add(lambda on: tally_register(jsonl, columns, file_format=kind, on_finding=on, **asked))
    try:
        frames: Any = import_module("evnpubsvc.frames")
        pl: Any = import_module("polars")
    except ModuleNotFoundError:
        return ways
    add(lambda on: frames.tally_frame(path, columns, on_finding=on, **asked).to_tally())
    table = pl.DataFrame(dict(zip(header, zip(*rows, strict=True), strict=True)))
    add(lambda on: frames.tally_frame(table, columns, on_finding=on, **asked).to_tally())
    if asked["compare"] == "date":
        frames.write_coded(path, folder / "coded.parquet", columns)
        coded = folder / "coded.parquet"
        add(lambda on: frames.tally_frame(coded, on_finding=on, **asked).to_tally())
    return ways


# ---- day and time in two columns

_TIMED = RegisterColumns(
    received="Ngày nhận", due="Hạn", finished="Ngày trả", dates=DateStyle.DMY,
    times={"received": "Giờ nhận", "finished": "Giờ trả", "due": "Giờ hạn"},
    dimensions={"unit": "Đơn vị"},
)  # fmt: skip
_HEADER = "Ngày nhận,Giờ nhận,Hạn,Giờ hạn,Ngày trả,Giờ trả,Đơn vị"
_TIMES = f"""{_HEADER}
13/12/2022,08:30,15/12/2022,16:30,15/12/2022,16:00,Xã A
13/12/2022,08:30,15/12/2022,16:30,15/12/2022,17:00,Xã A
13/12/2022 00:00:00,8h30,15/12/2022,4:30 CH,15/12/2022,0.6666667,Xã A
13/12/2022,,15/12/2022,,15/12/2022,,Xã A
"""


def test_a_time_in_its_own_column_decides(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"by": ["unit"], "as_of": date(2022, 12, 31)}
    for counted, said in _ways(_TIMES, _TIMED, tmp_path, compare="timestamp", **asked):
        assert (counted.total.on_time.value, counted.total.received.value, said) == (3, 4, [])
    for counted, said in _ways(_TIMES, _TIMED, tmp_path, compare="date", **asked):
        assert (counted.total.on_time.value, said) == (4, [])


def test_a_time_that_is_none_is_a_finding_on_every_engine(tmp_path: Path) -> None:
    text = f"""{_HEADER}
01/12/2022,sáng,05/12/2022,,,,Xã A
01/12/2022 09:00,08:30,05/12/2022,,,,Xã A
01/12/2022,08:30,,16:30,,,Xã A
01/12/2022,25:00,05/12/2022,,,,Xã A
01/12/2022,08:30,05/12/2022,,,,Xã A
"""
    asked: dict[str, Any] = {"by": ["unit"], "as_of": date(2022, 12, 31), "compare": "date"}
    *ways, coded = _ways(text, _TIMED, tmp_path, **asked)
    for counted, said in ways:
        assert said == ["not-a-time"] * 3 + ["time-without-day"]
        assert to_json(counted) == to_json(ways[0][0])
    assert coded[0].rejected == ways[0][0].rejected


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("08:30", 510), ("8h30", 510), ("8:30 SA", 510), ("8:30 CH", 1230), ("12:30 AM", 30),
     ("08:30:00.000", 510), ("0.5", 720), ("0,25", 360), (".75", 1080), ("0", 0),
     ("8", None), ("1.5", None), ("-1", None), ("mai", None), ("08:30 01/12/2022", None)],
)  # fmt: skip
def test_times_of_day_as_people_and_spreadsheets_write_them(text: str, minutes: int | None) -> None:
    day = date(2022, 12, 1)
    midnight = datetime(2022, 12, 1, tzinfo=VIETNAM_TIME)
    expected = None if minutes is None else midnight + timedelta(minutes=minutes)
    assert add_time(day, text, VIETNAM_TIME) == expected
    assert add_time(midnight, text, VIETNAM_TIME) is None  # it has a time already


def test_a_day_is_over_at_24_00_and_stays_that_day() -> None:
    assert add_time(date(2022, 12, 1), "24:00", VIETNAM_TIME) == date(2022, 12, 1)


def test_days_and_times_of_a_workbook_and_of_typed_columns(tmp_path: Path) -> None:
    xlsxwriter: Any = pytest.importorskip("xlsxwriter")
    frames: Any = pytest.importorskip("evnpubsvc.frames")
    pl: Any = pytest.importorskip("polars")
    path = tmp_path / "r.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, _HEADER.split(","))
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    clock = book.add_format({"num_format": "hh:mm"})
    for column, cell in enumerate((date(2022, 12, 1), 0.354166667, date(2022, 12, 5), 0.6875)):
        if isinstance(cell, date):
            sheet.write_datetime(1, column, datetime.combine(cell, time.min), day)
        else:
            sheet.write_number(1, column, cell, clock)
    sheet.write_datetime(1, 4, datetime(2022, 12, 5), day)
    sheet.write_number(1, 5, 0.6666667, clock)
    sheet.write_string(1, 6, "Xã A")
    book.close()
    [row] = read_register(path, _TIMED)
    assert isinstance(row, RegisterRow)
    moments = [str(each)[:16] for each in (row.received, row.due, row.finished)]
    assert moments == ["2022-12-01 08:30", "2022-12-05 16:30", "2022-12-05 16:00"]

    # The same in typed columns: days, and times of Arrow's own type.
    cells = [date(2022, 12, 1), time(8, 30), date(2022, 12, 5), time(16, 30)]
    cells += [date(2022, 12, 5), time(16, 0)]
    table = pl.DataFrame({n: [c] for n, c in zip(_HEADER.split(","), cells, strict=False)})
    table = table.with_columns(pl.lit("Xã A").alias("Đơn vị"))
    asked: dict[str, Any] = {
        "by": ["unit"], "as_of": date(2022, 12, 31), "compare": "timestamp",
    }  # fmt: skip
    expected = to_json(tally_register(path, _TIMED, **asked))
    assert to_json(frames.tally_frame(table, _TIMED, **asked).to_tally()) == expected


def test_a_serial_with_a_decimal_comma(tmp_path: Path) -> None:
    text = 'nhận,trả,xã\n"44896,354166667",44897,A\n'
    layout: dict[str, Any] = {"received": "nhận", "finished": "trả", "dates": DateStyle.SERIAL}
    columns = RegisterColumns(**layout, decimal=",", dimensions={"unit": "xã"})
    [row] = read_register(io.BytesIO(text.encode()), columns)
    assert isinstance(row, RegisterRow)
    assert str(row.received)[:16] == "2022-12-01 08:30"
    for counted, _ in _ways(
        text.replace('"44896,354166667"', "44896"), columns, tmp_path, **_ASKED
    ):
        assert counted.total.received.value == 1
    path = tmp_path / "s.csv"
    path.write_text(text, encoding="utf-8")
    assert tally_register(path, columns, **_ASKED).total.received.value == 1
    frames: Any = pytest.importorskip("evnpubsvc.frames")
    assert frames.tally_frame(path, columns, **_ASKED).to_tally().total.received.value == 1
    [found] = read_register(path, RegisterColumns(**layout))
    assert isinstance(found, Finding)  # undeclared, it may be 44,896 thousand


def test_a_mapping_of_times_names_moments() -> None:
    with pytest.raises(UnknownNameError, match="column-of-days-unknown"):
        RegisterColumns(times={"status": "Giờ"})


# ---- one value in several spellings

# VnCoreNLP #39, monkeytype #4972, Tatoeba #643: place of the tone, case, doubled blanks, a full
# stop, an invisible letter, a Cyrillic letter.
_SPELLINGS = (
    "Xã Hòa Bình", "Xã Hoà Bình", "xã hòa bình", "Xã  Hòa Bình", "Xã Hòa Bình.",
    "Xã Hòa\u200b Bình", "\u0425ã Hòa Bình", "XÃ HÒA BÌNH", "Xã Hòa Bình",
)  # fmt: skip
_OTHERS = ("Xã Hóa Bình", "Xã Hòa Bính")
_SPELT = "ngày,xã\n" + "".join(f"13/12/2022,{name}\n" for name in (*_SPELLINGS, *_OTHERS))
_ASKED: dict[str, Any] = {"by": ["unit"], "as_of": date(2022, 12, 31), "compare": "date"}


def _columns(**more: Any) -> RegisterColumns:
    return RegisterColumns(received="ngày", dates=DateStyle.DMY, dimensions={"unit": "xã"}, **more)


def test_one_commune_in_nine_spellings_is_one_by_declaration(tmp_path: Path) -> None:
    for counted, said in _ways(_SPELT, _columns(one_spelling=("unit",)), tmp_path, **_ASKED):
        numbers = {cell.key[0]: cell.received.value for cell in counted}
        assert numbers == {"Xã Hòa Bình": 9, "Xã Hóa Bình": 1, "Xã Hòa Bính": 1}
        assert said == ["spellings-joined"]
        assert counted.noticed == ()
    for counted, said in _ways(_SPELT, _columns(), tmp_path, **_ASKED):
        assert (len(counted.cells), said) == (10, [])  # the ninth is the first again


def test_a_filter_finds_a_value_however_it_is_asked_for(tmp_path: Path) -> None:
    columns, where = _columns(one_spelling=("unit",)), {"unit": "XÃ HOÀ BÌNH"}
    for counted, _ in _ways(_SPELT, columns, tmp_path, **_ASKED, where=where):
        assert [(cell.key, cell.received.value) for cell in counted] == [(("Xã Hòa Bình",), 9)]
        assert counted.outside == 2
    rows = read_register(io.BytesIO(_SPELT.encode()), columns, where=where)
    assert sum(isinstance(row, RegisterRow) for row in rows) == 9
    frames: Any = pytest.importorskip("evnpubsvc.frames")
    for coded in (False, True):
        source = tmp_path / "r.csv"
        if coded:
            columns = _columns(one_spelling=("unit",), code="xã")
            source = frames.write_coded(source, tmp_path / "with-codes.parquet", columns)
        rows = frames.read_rows(source, None if coded else columns, where=where)
        assert sum(isinstance(row, RegisterRow) for row in rows) == 9


def test_joined_spellings_lose_nothing_and_do_not_depend_on_the_order() -> None:
    rows = [RegisterRow(date(2022, 12, 1), dimensions={"unit": name}) for name in _SPELLINGS]
    rows.append(RegisterRow(date(2022, 12, 1), dimensions={"unit": None}))
    counted = tally(rows, **_ASKED)
    joined = join_spellings(counted, "unit")
    assert joined == join_spellings(tally(rows[::-1], **_ASKED), ["unit"])
    assert (joined.total, len(joined.cells)) == (counted.total, 2)
    assert join_spellings(joined, "unit") == joined
    assert narrow(joined, {"unit": "Xã Hòa Bình"}).total.received.value == 9
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        join_spellings(counted, "channel")
    with pytest.raises(DataError, match="dimension-unknown"):
        RegisterColumns(one_spelling=("unit",))


def test_words_of_a_mapping_match_in_other_letters_on_every_engine(tmp_path: Path) -> None:
    text = "ngày,xã\n01/12/2022,TRỰC  TUYẾN\n01/12/2022,trực tuyến\n01/12/2022,Bưu chính\n"
    columns = _columns(values={"unit": {"Trực tuyến": "online", "Bưu chính": "post"}})
    for counted, said in _ways(text, columns, tmp_path, **_ASKED):
        assert {cell.key[0]: cell.received.value for cell in counted} == {"online": 2, "post": 1}
        assert said == []


# ---- dimensions of several columns


_COMMUNES = (
    "nhận,xã,huyện,mã\n2022-12-01,Tân An,X,1\n2022-12-02,Tân An,Y,2\n2022-12-03,Tân An,X,3\n"
    "2022-12-03,TÂN AN,X,4\n2022-12-04,,X,5\n"
)


def _communes(**more: Any) -> RegisterColumns:
    return RegisterColumns(
        received="nhận", dimensions={"unit": "xã"}, dimension_with={"unit": ("huyện",)}, **more
    )


@pytest.mark.parametrize("code", [None, "mã"])
def test_two_communes_of_one_name_are_two_units(code: str | None, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"by": ["unit"], "as_of": date(2022, 12, 31), "compare": "date"}
    for counted, said in _ways(_COMMUNES, _communes(code=code), tmp_path, **asked):
        counts = {cell.key[0]: cell.received.value for cell in counted if cell.received.value}
        assert counts == {"Tân An/X": 2, "Tân An/Y": 1, "TÂN AN/X": 1, None: 1}
        assert not said
    joined = _communes(code=code, one_spelling=("unit",))
    for counted, said in _ways(_COMMUNES, joined, tmp_path, **asked):
        assert counted["Tân An/X"].received.value == 3
        assert said == ["spellings-joined"]
    one: dict[str, Any] = {**asked, "where": {"unit": "Tân An/Y"}}
    for counted, _ in _ways(_COMMUNES, _communes(code=code), tmp_path, **one):
        assert counted.total.received.value == 1


def test_values_of_several_columns_are_mapped_and_asked_for_together() -> None:
    mapped = _communes(values={"unit": {"Tân An/X": "a", "Tân An/Y": "b", "TÂN AN/X": "a"}})
    rows = list(read_register(io.BytesIO(_COMMUNES.encode()), mapped, where={"unit": "a"}))
    assert [row.received.day for row in rows if isinstance(row, RegisterRow)] == [1, 3, 3]
    with pytest.raises(DataError, match="dimension-unknown"):
        RegisterColumns(dimension_with={"unit": ("huyện",)})
    with pytest.raises(DataError, match="column-missing"):
        list(read_register(io.BytesIO(b"nh\xe1\xba\xadn,x\xc3\xa3\n"), _communes()))


# ---- event logs


def _log(text: str, **more: Any) -> list[Any]:
    columns = LogColumns(
        case="mã", activity="việc", timestamp="ngày", dates=DateStyle.DMY,
        activities={"nhận": EventKind.RECEIVED}, **more
    )  # fmt: skip
    return list(read_event_log(io.BytesIO(text.encode()), columns))


def test_an_event_log_takes_its_time_of_day_from_a_column_of_its_own() -> None:
    text = "mã,việc,ngày,giờ,hẹn,giờ hẹn\nA,nhận,15/12/2022,8h30,20/12/2022,0.5\n"
    text += "B,nhận,15/12/2022 00:00:00,5:00 CH,,\nC,nhận,15/12/2022,,,\n"
    times = {"timestamp": "giờ", "due": "giờ hẹn"}
    first, second, third = _log(text, due="hẹn", times=times)
    assert f"{first.events[0].at:%d/%m %H:%M}" == "15/12 08:30"
    assert f"{first.stated_due:%d/%m %H:%M}" == "20/12 12:00"
    assert f"{second.events[0].at:%d/%m %H:%M}" == "15/12 17:00"
    assert third.events[0].at == date(2022, 12, 15)
    assert not first.events[0].attributes  # the time of day is no attribute as well


def test_wrong_times_of_an_event_log_are_findings() -> None:
    text = (
        "mã,việc,ngày,giờ\nA,nhận,15/12/2022,25:61\nB,nhận,15/12/2022 08:00,09:00\nC,nhận,,9:00\n"
    )
    found = _log(text, times={"timestamp": "giờ"})
    assert [each.reason for each in found] == ["not-a-time", "not-a-time", "time-without-day"]
    [absent] = _log("mã,việc,ngày\nA,nhận,15/12/2022\n", times={"timestamp": "giờ"})
    assert absent.reason == "log-column-missing"


def test_a_time_of_day_needs_the_column_of_its_day() -> None:
    with pytest.raises(DataError, match="times-without-day"):
        LogColumns(times={"due": "giờ hẹn"})
    with pytest.raises(DataError, match="times-without-day"):
        RegisterColumns(times={"due": "giờ hẹn"})
    with pytest.raises(UnknownNameError, match="column-of-days-unknown"):
        LogColumns(times={"case": "giờ"})


def test_a_unit_of_two_columns_in_an_event_log() -> None:
    text = "mã,việc,ngày,xã,huyện\nA,nhận,15/12/2022,Tân An,X\nB,nhận,15/12/2022,,X\n"
    first, second = _log(text, unit="xã", unit_with=("huyện",))
    assert (first.unit, second.unit) == ("Tân An/X", None)
    [absent] = _log("mã,việc,ngày,xã\nA,nhận,15/12/2022,x\n", unit="xã", unit_with=("huyện",))
    assert absent.reason == "log-column-missing"
