"""Rates of one's own: the checks of the packaged ones, one by one, and the same arithmetic."""

import io
from datetime import date
from typing import Any

import pytest

from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.quantities import Count, CountUnit
from evnpubsvc.serde import from_json, read_rates, to_json
from evnpubsvc.statistics import (
    Rate,
    RateTable,
    RegisterRow,
    RegisterStatus,
    measures,
    measures_of,
    named_rates,
    pool_rates,
    rate,
    tally,
)
from evnpubsvc.statistics._rates import check_measures, check_rates

OWN = """
[measures.withdrawn]
vi = "hồ sơ rút"
en = "dossiers withdrawn"
unit = "dossiers"
entries = ["new", "carried"]
states = ["withdrawn"]

[measures.online-withdrawn]
vi = "hồ sơ trực tuyến rút"
en = "online dossiers withdrawn"
unit = "dossiers"
entries = ["new"]
states = ["withdrawn"]
where = { channel = ["online"] }

[rates.withdrawn-of-handled]
vi = "tỷ lệ rút hồ sơ"
en = "withdrawn of handled"
numerator = ["withdrawn"]
denominator = ["handled"]
others = []
source = { instrument = "plan of the commune", confidence = "read-copy" }
note = { vi = "x", en = "x" }
"""


def read(text: str) -> RateTable:
    return read_rates(io.BytesIO(text.encode()))


def test_a_rate_of_ones_own_is_counted_from_a_tally() -> None:
    table = read(OWN)
    day = date(2022, 12, 1)
    rows = [
        RegisterRow(day, None, day, {"channel": "online"}, status=RegisterStatus.WITHDRAWN),
        RegisterRow(day, None, day, {"channel": "online"}),
        RegisterRow(day, None, day, {"channel": "post"}),
        RegisterRow(day, None, None, {"channel": "post"}),
    ]
    counted = tally(rows, by=["channel"], as_of=date(2022, 12, 31), compare="date")
    given = measures_of(counted, table=table)
    assert given["online-withdrawn"] == Count(1, CountUnit.DOSSIERS)
    found = rate("withdrawn-of-handled", given, table=table)
    assert isinstance(found, Rate)
    assert found.percent() == "33.33 %"
    assert "tỷ lệ rút hồ sơ" in found.written("vi")
    assert pool_rates([found, found]).percent() == "33.33 %"
    assert from_json(to_json(found), Rate) == found
    assert from_json(to_json(table), RateTable) == table
    # Without the table it is no rate, and the packaged ones are as before.
    with pytest.raises(UnknownNameError, match="rate-unknown"):
        rate("withdrawn-of-handled", measures_of(counted))
    assert rate("on-time-of-finished", given, table=table) == rate("on-time-of-finished", counted)


def test_the_packaged_ones_pass_the_same_checks() -> None:
    assert list(check_measures(measures().values(), {})) == []
    assert list(check_rates(named_rates().values(), {}, measures())) == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("withdrawn-of-handled]", "on-time-of-handled]", "rate-name-taken"),
        ("[measures.withdrawn]", "[measures.handled]", "rate-name-taken"),
        ('en = "withdrawn of handled"', 'en = "on time of handled"', "rate-text-taken"),
        ('denominator = ["handled"]', 'denominator = ["nothing"]', "measure-unknown"),
        ('denominator = ["handled"]', 'denominator = ["sheets-valid"]', "unit-mismatch"),
        ('denominator = ["handled"]', "denominator = []", "rate-without-side"),
        ("others = []", 'others = ["nothing"]', "rate-unknown"),
        ('states = ["withdrawn"]\n\n[', 'states = ["withdrawn"]\nparts = ["pending"]\n\n[',
            "measure-parts-differ"),
        ('numerator = ["withdrawn"]', 'numerator = ["finished-on-time"]', "rate-confusable"),
        ('entries = ["new"]', 'entries = ["old"]', "value-of-wrong-type"),
        ("others = []", "others = []\nodd = 1", "key-unknown"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(old: str, new: str, reason: str) -> None:
    assert old in OWN
    with pytest.raises(DataError) as caught:
        read(OWN.replace(old, new))
    assert reason in [found.reason for found in caught.value.findings], caught.value.findings


def test_a_second_name_for_one_fraction_is_refused() -> None:
    twice = OWN + OWN[OWN.index("[rates") :].replace("withdrawn-of-handled", "again").replace(
        "withdrawn of", "gone of"
    ).replace("tỷ lệ rút", "tỷ lệ đi")
    with pytest.raises(DataError) as caught:
        read(twice)
    assert [found.reason for found in caught.value.findings] == ["rate-defined-twice"]


@pytest.mark.parametrize(
    "text", ["rates = 3", "[odd]", "x", "[rates]\na = 3", "[measures.a]\nvi = 3"]
)
def test_other_documents_are_findings(text: str) -> None:
    with pytest.raises(DataError):
        read(text)


def test_a_definition_of_another_name_is_refused() -> None:
    given: Any = read(OWN).rates[0]
    dossiers = Count(1, CountUnit.DOSSIERS)
    ratio = from_json(to_json(rate("overdue-burden", {
        "finished-late": dossiers, "pending-overdue": Count(0, CountUnit.DOSSIERS),
        "to-handle": dossiers,
    })), Rate).ratio  # fmt: skip
    with pytest.raises(MisuseError, match="rate-of-other-name"):
        Rate("other", ratio, definition=given)
