"""Levels by day: their meanings, their regimes, and the reading of labels."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.errors import MisuseError
from evnpubsvc.services import (
    OnlineKind2022,
    OnlineLevel2011,
    ProactiveLevel2026,
    level_regime,
    meaning,
    read_level,
)
from evnpubsvc.services.parts import check_level, first_day
from evnpubsvc.strategies import levels
from tests.writable import written_texts

FULL, PARTIAL, INFORMATION = OnlineKind2022.FULL, OnlineKind2022.PARTIAL, OnlineKind2022.INFORMATION
L1, L2, L3, L4 = OnlineLevel2011


@pytest.mark.parametrize(
    ("label", "day", "level", "regime", "reasons"),
    [
        ("4", date(2011, 9, 30), None, "", ["level-no-regime"]),
        ("4", date(2011, 10, 1), L4, "levels-2011", []),
        ("mức độ 4", date(2022, 8, 14), L4, "levels-2011", []),
        ("mức độ 4", date(2022, 8, 15), L4, "levels-2022", ["level-after-regime"]),
        ("Mức 3", date(2022, 8, 16), L3, "levels-2022", ["level-after-regime"]),
        ("4", date(2026, 6, 30), L4, "levels-2022", ["level-after-regime"]),
        (
            "4",
            date(2026, 7, 1),
            ProactiveLevel2026.EXECUTE,
            "levels-2026",
            ["level-number-changed"],
        ),
        (
            "4",
            date(2026, 7, 2),
            ProactiveLevel2026.EXECUTE,
            "levels-2026",
            ["level-number-changed"],
        ),
        ("online-4", date(2026, 7, 1), L4, "levels-2026", ["level-after-regime"]),
        ("toàn trình", date(2022, 8, 14), FULL, "levels-2011", ["level-before-regime"]),
        ("Toàn trình", date(2022, 8, 15), FULL, "levels-2022", []),
        ("DVCTT một phần", date(2026, 7, 1), PARTIAL, "levels-2026", []),
        ("cung cấp thông tin trực tuyến", date(2023, 1, 1), INFORMATION, "levels-2022", []),
        (
            "chủ động mức 2",
            date(2026, 6, 30),
            ProactiveLevel2026.PREPARE,
            "levels-2022",
            ["level-before-regime"],
        ),
        ("chủ động mức độ 2", date(2026, 7, 1), ProactiveLevel2026.PREPARE, "levels-2026", []),
        ("proactive-2", date(2026, 7, 1), ProactiveLevel2026.PREPARE, "levels-2026", []),
        ("5", date(2022, 1, 1), None, "levels-2011", ["level-unknown"]),
        ("0", date(2022, 1, 1), None, "levels-2011", ["level-unknown"]),
        ("", date(2022, 1, 1), None, "levels-2011", ["level-unknown"]),
        ("４", date(2022, 1, 1), L4, "levels-2011", []),
    ],
)
def test_labels_by_day(
    label: str, day: date, level: object, regime: str, reasons: list[str]
) -> None:
    reading = read_level(label, day)
    assert reading.level is level
    assert reading.regime == regime
    assert [found.reason for found in reading.findings] == reasons


@given(levels(), st.sampled_from([date(2015, 1, 1), date(2023, 1, 1), date(2027, 1, 1)]))
def test_encodings_mean_the_same_on_every_day(level: object, day: date) -> None:
    assert read_level(str(level), day).level is level


@given(written_texts(200), st.dates())
def test_any_label_is_read_without_an_error(label: str, day: date) -> None:
    reading = read_level(label, day)
    assert reading.level is not None or reading.findings


def test_the_wording_of_level_3_changed_with_the_circular() -> None:
    wordings = [meaning(L3, day) for day in (date(2018, 5, 31), date(2018, 6, 1), date(2018, 6, 2))]
    assert [one.basis.instrument for one in wordings] == [
        "43/2011/NĐ-CP",
        "32/2017/TT-BTTTT",
        "32/2017/TT-BTTTT",
    ]
    assert "by post" not in wordings[0].content.en
    assert "by post" in wordings[1].content.en
    assert wordings[1].basis.disputed


def test_every_level_has_a_meaning_from_its_first_day() -> None:
    for kind, since in (
        (OnlineLevel2011, date(2011, 10, 1)),
        (OnlineKind2022, date(2022, 8, 15)),
        (ProactiveLevel2026, date(2026, 7, 1)),
    ):
        for level in kind:
            assert first_day(level) == since
            assert meaning(level, since).level is level
            assert level_regime(level, since) is not None
            assert check_level(level, since) == ()
            with pytest.raises(MisuseError, match="day-not-covered"):
                meaning(level, date.fromordinal(since.toordinal() - 1))
    assert (
        [level.number for level in ProactiveLevel2026]
        == [level.number for level in OnlineLevel2011]
        == [1, 2, 3, 4]
    )


def test_numbers_of_two_regimes_are_never_equal() -> None:
    assert str(L4) != str(ProactiveLevel2026.EXECUTE)
    assert not set(OnlineLevel2011) & {*ProactiveLevel2026, *OnlineKind2022}
