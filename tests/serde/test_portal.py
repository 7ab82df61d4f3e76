"""The portal's JSON of metrics: five groups, points without counts, marks, and the drift against
what it publishes.

Figures: answers of the portal's reporting service for Phú Thọ, August 2026, as captured on
26/9/2026 by the public
repository `ChippedTopaz/qd766` (`tests/fixtures/*/month-all.json`), typed in for a few units.
"""

import contextlib
import io
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.emulation import ScoreSheet, UnitFigures, explain, rank, score, score_all
from evnpubsvc.errors import DataError
from evnpubsvc.serde import from_json, preset, read_portal_figures, to_json

PRESET = preset("qd766-dvcqg-2026")


def metric(code: str, n: int | None, d: int | None, points: float | None, **more: Any) -> Any:
    return {"code": code, "numerator": n, "denominator": d, "score": points, **more}


def unit(name: str, total: float, *metrics: Any, **more: Any) -> dict[str, Any]:
    named = {"departmentId": f"id-{name}", "departmentName": name, "departmentLevel": "COMMUNE"}
    return {**named, "totalScore": total, "metrics": list(metrics), **more}


def answer(*units: Mapping[str, Any], name: str = "evaluation") -> io.BytesIO:
    return io.BytesIO(json.dumps({"code": "OK", "data": {name: list(units)}}).encode())


def sheets(group: str, *units: Mapping[str, Any], name: str = "evaluation") -> list[ScoreSheet]:
    scheme = PRESET.only(group)
    return [score(scheme, each) for each in read_portal_figures(answer(*units, name=name), scheme)]


TEMPORARY = {"dataQualityStatus": "TEMP_NATIONAL_REPORT_DENOMINATOR"}
NOTHING = (metric("PUBLISH_ON_TIME", 0, 0, None), metric("PUBLIC_UPDATE_ON_TIME", 0, 0, None))
FULL = metric("PUBLIC_CONTENT_FULL", 87, 89, 1.96)
NO_REPORT = {"dataQualityStatus": "NO_NATIONAL_REPORT_DATA"}


def test_publicity() -> None:
    """0/0 in 1.1 and 1.2: the portal publishes 7.96 = 1.96 + 6, and 1.96 without a report."""
    office, factory = sheets(
        "publicity",
        unit("Văn phòng UBND Tỉnh", 1.96, *NOTHING, FULL,
            metric("DOSSIER_SYNC", 0, 0, None, **NO_REPORT)),
        unit("Ban quản lý các khu công nghiệp", 7.96, *NOTHING, FULL,
            metric("DOSSIER_SYNC", 380, 380, 6, **TEMPORARY)),
    )  # fmt: skip
    assert office.total == Fraction("1.96")
    assert office.drift == 0
    assert factory.total == Fraction("7.96")
    assert factory.drift == 0
    assert "NO_NATIONAL_REPORT_DATA" in office["1.4"].flags
    assert "TEMP_NATIONAL_REPORT_DENOMINATOR" in factory["1.4"].flags


def digitised(*counts: int, linked: tuple[int, int]) -> list[Any]:
    received = counts[-1]
    codes = (
        "ORIGINAL_RESULT_AVAILABLE", "SO_HOA_GIAY_TO_GIAI_QUYET", "REUSED_DIGITIZED_DATA",
        "SYNCED_WITH_DVCQG_PERSONAL_STORAGE", "CITIZEN_DATA_CONNECTED_DOSSIER",
    )  # fmt: skip
    metrics = [metric(code, n, received, None) for code, n in zip(codes, counts, strict=False)]
    metrics.append(metric("CITIZEN_DATA_CONNECTED_FORMALITY", *linked, None))
    return [*metrics, metric("ELECTRONIC_CERTIFIED_COPY", None, None, 2)]


def test_digitisation_with_points_that_are_published_without_counts() -> None:
    """4.2c is null / null with 2 points, in every unit."""
    units = (
        unit("Văn phòng UBND Tỉnh", 2, *digitised(0, 0, 0, 0, 0, 0, linked=(0, 3)),
            departmentCode="H44.01"),
        unit("Sở Công Thương", 10.47, *digitised(339, 231, 0, 0, 482, 482, linked=(12, 73)),
            departmentCode="H44.07"),
        unit("Sở Giáo dục và Đào tạo", 12.92, *digitised(291, 261, 0, 0, 326, 326, linked=(7, 39)),
            departmentCode="H44.08"),
        unit("Phường Việt Trì", 8.67, *digitised(2469, 479, 35, 0, 1137, 2971, linked=(46, 385)),
            departmentCode="H44.100"),
        unit("xã Hy Cương", 7.76, *digitised(852, 138, 21, 0, 705, 1270, linked=(28, 385)),
            departmentCode="H44.104"),
    )  # fmt: skip
    made = sheets("digitisation", *units)
    assert [sheet.drift for sheet in made] == [0] * 5
    assert [sheet.unit for sheet in made] == ["H44.01", "H44.07", "H44.08", "H44.100", "H44.104"]
    assert made[0]["4.2c"].flags == ("published-without-counts",)
    assert "2.00 of 2 [points published without counts]" in str(explain(made[0]))
    assert "[điểm công bố không kèm số liệu]" in str(explain(made[0], "vi"))
    assert [place.rank for place in rank(made)] == [1, 2, 3, 4, 5]

    # Many at once give the same, and the figures come back from JSON.
    scheme = PRESET.only("digitisation")
    figures = list(read_portal_figures(answer(*units), scheme))
    table = score_all(scheme, figures)
    assert [table.total(each.unit) for each in figures] == [sheet.total for sheet in made]
    assert [from_json(to_json(each), UnitFigures) for each in figures] == figures
    frames = pytest.importorskip("evnpubsvc.frames")
    assert frames.score_frame(scheme, figures).total("H44.01") == 2


def test_satisfaction() -> None:
    def satisfied(dossiers: int, received: int, on_time: int, pleased: int, petitions: int) -> Any:
        return [
            metric("PETITION_CLASSIFICATION_TTHC", 0, petitions, None),  # shown, never scored
            metric("DOSSIER_RECEIVING_SATISFACTION", dossiers, received, None),
            metric("PETITION_PROCESSING_ON_TIME", on_time, petitions, None),
            metric("PETITION_HANDLING_SATISFACTION", pleased, petitions, None),
        ]

    made = sheets(
        "satisfaction",
        unit("Văn phòng UBND Tỉnh", 12, *satisfied(0, 0, 0, 0, 0)),
        unit("Phường Việt Trì", 17.27, *satisfied(2348, 2971, 3, 3, 3)),
        unit("xã Xuân Lũng", 18, *satisfied(939, 1038, 0, 0, 0)),
        unit("xã Lâm Thao", 11.32, *satisfied(1660, 2079, 2, 0, 2)),
    )
    assert [sheet.drift for sheet in made] == [0] * 4


def test_payment_and_progress_have_their_counts_side_by_side() -> None:
    def paid(name: str, total: float, *numbers: int) -> dict[str, Any]:
        names = (
            "totalDossierOnlinePaymentSuccess", "totalDossierFinancialObligation",
            "totalDossierOnlineFormalityPaymentSuccess", "totalFeeDossierFormality",
            "totalFeeFormality",
        )  # fmt: skip
        return {
            "departmentCode": name,
            "totalScore": total,
            **dict(zip(names, numbers, strict=True)),
        }

    made = sheets(
        "payment",
        paid("H44.01", 0, 0, 0, 0, 0, 1),
        paid("H44.03", 7.67, 7, 7, 2, 0, 3),
        paid("H44.100", 6.69, 1516, 1707, 12, 7, 35),
        paid("H44.108", 7.46, 1310, 1429, 18, 11, 37),
        name="children",
    )
    assert [sheet.drift for sheet in made] == [0] * 4

    received = {"departmentCode": "H44", "totalReceived": 184_513, "totalOnTime": 144_625}
    data = {"data": {"parent": {**received, "totalScore": 15.68}, "children": []}}
    timely = PRESET.only("timeliness")
    [province] = read_portal_figures(io.BytesIO(json.dumps(data).encode()), timely, whole=True)
    assert score(timely, province).drift == 0


def test_the_online_group_of_the_province() -> None:
    """Domain notes, A.4: (31 + 21) / 89, 518 / 1,881, 591,643 / 600,057 give 8.56."""
    counts = {
        "authorityCount": 89, "partialCount": 31, "fullCount": 21, "onlineDossierCount": 518,
        "onlineServiceTotal": 1881, "channelOnlineSum": 591_643, "channelTotalSum": 600_057,
    }  # fmt: skip
    [sheet] = sheets(
        "online", {"departmentCode": "H44", "totalScore": 8.56, **counts}, name="children"
    )
    assert sheet.drift == 0


def reasons(raw: bytes, group: str = "timeliness") -> list[str]:
    with pytest.raises(DataError) as caught:
        read_portal_figures(io.BytesIO(raw), PRESET.only(group))
    return [found.reason for found in caught.value.findings]


GOOD = {"departmentCode": "A", "totalReceived": 3, "totalOnTime": 2}


@pytest.mark.parametrize(
    ("units", "found"),
    [
        ([{**GOOD, "totalOnTime": 4}], ["numerator-above-denominator"]),
        ([{**GOOD, "totalOnTime": -1}], ["count-negative"]),
        ([{**GOOD, "totalOnTime": 1.5}], ["count-not-whole"]),
        ([{**GOOD, "totalOnTime": "2"}], ["not-a-number"]),
        ([GOOD, GOOD], ["unit-twice"]),
        ([{**GOOD, "departmentCode": " "}], ["unit-blank"]),
        ([{"departmentCode": "A", "totalReceived": 3}], ["portal-figure-missing"]),
        ([{**GOOD, "dossiers_received": 4}], ["portal-figures-differ"]),
    ],
)
def test_what_is_wrong_is_said(units: list[Any], found: list[str]) -> None:
    assert reasons(answer(*units, name="children").getvalue()) == found


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"", "not-json"),
        (b"[" * 100_000, "document-too-deep"),
        (b"\xff\xfe", "not-json"),
        (b"[]", "portal-unreadable"),
        (b'{"data": 3}', "portal-unreadable"),
        (b'{"data": {"children": 3}}', "portal-unreadable"),
        (b'{"data": {"children": [3]}}', "portal-unreadable"),
    ],
)
def test_other_documents_are_refused(raw: bytes, found: str) -> None:
    assert reasons(raw) == [found]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner,
        max_size=3),
    max_leaves=8,
)  # fmt: skip
_FIELDS = st.sampled_from(
    ["departmentCode", "totalReceived", "totalOnTime", "totalScore", "metrics"]
)


@given(st.lists(st.dictionaries(_FIELDS, _JSON, max_size=5), max_size=3))
def test_whatever_stands_in_records_gives_units_or_findings(units: list[Any]) -> None:
    raw = json.dumps({"data": {"evaluation": units}}).encode()
    with contextlib.suppress(DataError):
        assert len(read_portal_figures(io.BytesIO(raw), PRESET.only("timeliness"))) == len(units)


def test_points_that_the_criterion_cannot_give_are_a_finding() -> None:
    wrong = unit(
        "A",
        5,
        *digitised(1, 1, 1, 1, 1, 1, linked=(1, 1))[:-1],
        metric("ELECTRONIC_CERTIFIED_COPY", None, None, 3),
    )
    assert reasons(answer(wrong).getvalue(), "digitisation") == ["points-out-of-reach"]
