"""Campaigns: law by date, elements, deadlines, stages, prizes and who gives them, nested drives.

Versions of sheets.
"""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc._tables import packaged_table
from evnpubsvc.campaigns import (
    AwardAuthority,
    AwardRecord,
    Campaign,
    CampaignDeadline,
    CampaignReport,
    CampaignStage,
    DriveForm,
    DriveScope,
    Elements,
    Launch,
    Participant,
    advance,
    award_authorities,
    campaign_report,
    council_passes,
    legal_regime,
    second_awards,
)
from evnpubsvc.emulation import (
    Prize,
    SheetHistory,
    UnitFigures,
    fingerprint,
    rank,
    roll_up,
    score,
)
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.law import Citation, Confidence, Validity
from evnpubsvc.quantities import Count, CountUnit, Unknown
from evnpubsvc.serde import from_json, preset, to_json
from evnpubsvc.strategies._emulation_mechanics import campaigns
from evnpubsvc.texts import LANGUAGES, Text
from evnpubsvc.worktime import vietnam_calendar

F = Fraction
T = Text(vi="x", en="x")
TIMELY = preset("qd766-dvcqg-2026").only("timeliness")
SAID = Elements(**dict.fromkeys(
    ("goal", "scope", "subjects", "content", "plan", "measures", "checking", "publicity",
        "review"), "x"
))  # fmt: skip


def drive(**changes: Any) -> Campaign:
    """Return the district drive of the seed, 2022, with the plan that launched it."""
    given: dict[str, Any] = {
        "key": "nui-thanh-2022",
        "title": T,
        "form": DriveForm.WAVE,
        "scope": DriveScope.LOCALITY,
        "start": date(2022, 4, 19),
        "end": date(2022, 12, 15),
        "scheme": TIMELY,
        "launch": Launch(
            number="81/KH-UBND",
            day=date(2022, 4, 19),
            issuer="UBND huyện Núi Thành",
            level="district",
        ),
        "elements": SAID,
    }
    return Campaign(**(given | changes))


def units(**counts: tuple[int, int]) -> list[UnitFigures]:
    return [
        UnitFigures.for_scheme(TIMELY, unit, {"dossiers_on_time": n, "dossiers_received": d})
        for unit, (n, d) in counts.items()
    ]


def reasons(report: CampaignReport) -> list[str]:
    return [f.reason for f in report.notices]


@pytest.mark.parametrize(
    ("day", "decree"),
    [
        (date(2022, 4, 19), "Decree 91/2017/NĐ-CP"),
        (date(2023, 12, 31), "Decree 91/2017/NĐ-CP"),
        (date(2024, 1, 1), "Decree 98/2023/NĐ-CP"),
        (date(2025, 6, 30), "Decree 98/2023/NĐ-CP"),
        (date(2025, 7, 1), "Decree 152/2025/NĐ-CP"),
        (date(2026, 9, 30), "Decree 152/2025/NĐ-CP"),
    ],
)
def test_law_by_date(day: date, decree: str) -> None:
    """C.1: the day before and the day of each change."""
    regime = legal_regime(day)
    assert regime is not None
    assert str(regime.decree) == decree


@pytest.mark.parametrize(
    ("day", "circular"),
    [
        (date(2025, 6, 30), "TT 01/2024/TT-BNV"),
        (date(2025, 8, 4), "TT 01/2024/TT-BNV"),
        (date(2025, 8, 5), "TT 15/2025/TT-BNV"),
        (date(2026, 9, 30), "TT 15/2025/TT-BNV"),
    ],
)
def test_circular_by_date(day: date, circular: str) -> None:
    """TT 15/2025/TT-BNV is in force from 5/8/2025, five weeks after the decree."""
    regime = legal_regime(day)
    assert regime is not None
    assert regime.circular is not None
    assert regime.circular.instrument == circular


def test_law_that_is_not_known() -> None:
    assert legal_regime(date(2021, 12, 31)) is None
    latest = legal_regime(date(2026, 10, 1))
    assert latest is not None
    assert (latest.key, latest.decree) == ("law-2026", None)
    assert latest.law.confidence is Confidence.ONE_SOURCE


def test_nothing_uncertain_is_shipped() -> None:
    assert "uncertain" not in str(packaged_table("campaigns/law.toml"))


def test_who_may_award() -> None:
    """C.3: district level until 30/6/2025; from 1/10/2026 on the caller must say."""

    def levels(day: date, form: str = "giay-khen") -> list[str]:
        return [a.level for a in award_authorities(form, day)]

    assert "district" in levels(date(2025, 6, 30))
    assert "district" not in levels(date(2025, 7, 1))
    assert levels(date(2026, 9, 30)) == ["commune", "agency"]
    assert levels(date(2026, 10, 1)) == ["commune", "agency"]
    for day, amended in ((date(2026, 9, 30), None), (date(2026, 10, 1), "Law 06/2026/QH16")):
        marks = {a.amended and str(a.amended) for a in award_authorities("giay-khen", day)}
        assert marks == {amended}
    assert levels(date(2025, 1, 1), "bang-khen-tinh") == ["province"]
    assert (
        award_authorities("bang-khen-tinh", date(2025, 1, 1))[0].source.confidence
        is Confidence.MEMORY
    )
    own = AwardAuthority(
        form="giay-khen",
        level="region",
        who=T,
        validity=Validity(date(2026, 10, 1)),
        source=Citation("x"),
    )
    assert award_authorities("giay-khen", date(2026, 11, 1), known=[own])[0] == own


def test_a_complete_drive_has_no_notices() -> None:
    assert drive().notices() == ()
    assert (
        drive(start=date(2022, 6, 1), end=date(2022, 8, 31)).days == 92
    )  # "92 days and nights", both ends


def test_what_the_law_asks() -> None:
    found = drive(elements=Elements(goal="x"), launch=None, form=DriveForm.WAVE).notices()
    assert [f.reason for f in found].count("element-missing") == 8
    assert "launch-missing" in [f.reason for f in found]
    later = drive(start=date(2024, 1, 1), end=date(2024, 6, 30), launch=None)
    assert "form-of-older-law" in [f.reason for f in later.notices()]
    early = drive(start=date(2021, 5, 5), end=date(2021, 11, 30), launch=None)
    assert "regime-unknown" in [f.reason for f in early.notices()]
    old = drive(
        scheme=preset("nd61-2018"), start=date(2025, 6, 1), end=date(2025, 7, 1), launch=None
    )
    assert "scheme-not-valid-then" in [f.reason for f in old.notices()]


def test_stages() -> None:
    campaign = drive()
    assert campaign.stage is CampaignStage.DRAFT
    campaign = advance(campaign, CampaignStage.SUBMITTED, day=date(2022, 4, 1))
    with pytest.raises(MisuseError, match="stage-step-not-allowed"):
        advance(campaign, CampaignStage.DECISION_ISSUED, day=date(2022, 4, 2))
    with pytest.raises(MisuseError, match="day-backwards"):
        advance(campaign, CampaignStage.APPROVED, day=date(2022, 3, 31))
    own = {CampaignStage.SUBMITTED: [CampaignStage.ACTIVE]}
    assert (
        advance(campaign, CampaignStage.ACTIVE, day=date(2022, 4, 2), allowed=own).stage
        is CampaignStage.ACTIVE
    )
    for stage in list(CampaignStage)[2:]:
        campaign = advance(campaign, stage, day=date(2022, 12, 31))
    assert campaign.stage is CampaignStage.ARCHIVED
    with pytest.raises(MisuseError):
        advance(campaign, CampaignStage.DRAFT, day=date(2023, 1, 1))


@pytest.mark.parametrize(
    ("present", "votes", "passes"), [(7, 5, True), (7, 4, False), (4, 4, False), (5, 5, True)]
)
def test_council_of_seven(present: int, votes: int, passes: bool) -> None:
    """C.2: quorum 2/3 of members, ceil(2n/3) votes: 5 of 7."""
    share = F(2, 3)
    assert council_passes(7, present=present, votes=votes, quorum=share, majority=share) is passes
    with pytest.raises(MisuseError, match="council-numbers"):
        council_passes(7, present=3, votes=4, quorum=share, majority=share)


PEOPLE = (
    Participant(unit="A", registered=date(2022, 4, 20), reported=date(2022, 12, 20)),
    Participant(unit="B", registered=date(2022, 5, 2), reported=date(2022, 12, 23)),
    Participant(unit="C"),
    Participant(unit="D", registered=date(2022, 4, 30), reported=date(2022, 12, 22)),
)


def test_deadlines() -> None:
    """15/12/2022 is a Thursday: five working days after it is Thursday the 22nd, inclusive."""
    campaign = drive(
        participants=PEOPLE,
        registration=CampaignDeadline(day=date(2022, 4, 30)),
        reporting=CampaignDeadline(working_days_after_end=5),
        unregistered_barred=True,
    )
    figures = units(A=(9, 10), B=(10, 10), C=(10, 10), E=(10, 10))
    report = campaign_report(campaign, figures, calendar=vietnam_calendar())
    assert reasons(report) == [
        "registered-late",
        "not-registered",
        "reported-late",
        "not-reported",
        "not-a-participant",
    ]
    assert report.missing == ("D",)
    assert report.standings is not None
    assert [(p.sheet.unit, p.rank) for p in report.standings] == [
        ("A", 1),
        ("B", None),
        ("C", None),
    ]
    assert report.standings["B"].reason == Unknown("registered-late", "B")
    from evnpubsvc.emulation import explain

    for lang in ("en", "vi"):
        assert "{" not in str(explain(report.standings["C"].sheet, lang))
    open_ended = campaign_report(campaign, figures)
    assert "deadline-needs-calendar" in reasons(open_ended)
    strict = campaign_report(
        evolve(campaign, unreported_barred=True), figures, calendar=vietnam_calendar()
    )
    assert strict.standings is not None
    assert strict.standings["B"].reason == Unknown("registered-late", "B")
    # Counted over days off that are not decided, it says so.
    later = evolve(campaign, start=date(2027, 3, 1), end=date(2027, 12, 28))
    counted = campaign_report(later, figures, calendar=vietnam_calendar(provisional_until=2028))
    assert "year-undecided" in reasons(counted)
    assert "year-undecided" not in reasons(report)
    neither_nor: list[dict[str, Any]] = [{}, {"day": date(2022, 1, 1), "working_days_after_end": 1}]
    for unclear in neither_nor:
        with pytest.raises(DataError, match="deadline-unclear"):
            CampaignDeadline(**unclear)


def test_prizes_and_their_authority() -> None:
    prize = Prize(key="nhat", title=T, places=1, form="giay-khen")
    campaign = drive(scheme=evolve(TIMELY, prizes=(prize,)))
    report = campaign_report(campaign, units(A=(9, 10), B=(8, 10)))
    assert report.awards is not None
    assert report.awards.of("A") == "nhat"
    assert reasons(report) == []
    late = campaign_report(campaign, units(A=(9, 10)), decision_day=date(2026, 11, 1))
    assert reasons(late) == ["authority-amended"]
    assert "Law 06/2026/QH16" in late.notices[0].message()
    nobody = campaign_report(campaign, units(A=(9, 10)), decision_day=date(2021, 12, 31))
    assert reasons(nobody) == ["authority-unknown"]


def test_a_drive_of_2022_is_measured_by_the_law_of_its_time() -> None:
    """Nothing of the law of 2022, which is in force from 2024 on, in the notices of a drive of
    2022.
    """
    bare = evolve(drive(), elements=Elements(), launch=None)
    for notice in bare.notices():
        for lang in LANGUAGES:
            assert "06/2022" not in notice.line(lang)
    assert any("91/2017/NĐ-CP" in notice.line("vi") for notice in bare.notices())


def test_an_empty_campaign_has_no_standings() -> None:
    campaign = drive()
    assert campaign_report(campaign).standings is None


def test_every_bad_unit_of_a_campaign_is_told() -> None:
    with pytest.raises(DataError) as caught:
        campaign_report(drive(), units(A=(2, 1), B=(1, 1), C=(5, 4)))
    assert [f.path for f in caught.value.findings] == ["A, 2.1", "C, 2.1"]


def test_no_second_award_for_one_achievement() -> None:
    def record(unit: str, form: str, day: date) -> AwardRecord:
        return AwardRecord(unit=unit, achievement="dvctt-2022", form=form, day=day)

    first, second = (
        record("A", "giay-khen", date(2022, 12, 20)),
        record("A", "bang-khen-tinh", date(2023, 4, 20)),
    )
    found = second_awards([second, first, record("B", "giay-khen", date(2022, 12, 20))])
    assert [(f.reason, f.value) for f in found] == [("second-award", "A")]
    assert dict(found[0].parts)["form"].vi == "bằng khen cấp tỉnh"
    assert drive(awards=(first, second)).notices() == found


def test_communes_feed_the_district() -> None:
    """Counts are added: 9/10 and 10/100 make 19/110, which is no mean of 90 % and 10 %."""
    communes = units(X1=(9, 10), X2=(10, 100), Y1=(3, 4))
    districts = roll_up(communes, {"X1": "X", "X2": "X", "Y1": "Y"})
    assert [d.unit for d in districts] == ["X", "Y"]
    assert districts[0]["dossiers_on_time"] == Count(19, CountUnit.DOSSIERS)
    assert score(TIMELY, districts[0]).total == F("3.45")  # 20 x 19/110 = 3.4545
    province = roll_up(districts, {"X": "P", "Y": "P"})
    assert province[0]["dossiers_received"] == Count(114, CountUnit.DOSSIERS)
    standings = rank(score(TIMELY, each) for each in districts)
    assert standings["Y"].rank == 1
    mixed: dict[str, Any] = {"dossiers_on_time": Count(1, CountUnit.DOSSIERS), "index": F(1)}
    blank = UnitFigures("X3", mixed)
    rolled = roll_up([communes[0], blank], {"X1": "X", "X3": "X"})[0]
    assert rolled["dossiers_received"] == Unknown("figure-absent", "X3: dossiers_received")
    assert roll_up([blank], {"X3": "X"})[0]["index"] == Unknown("not-summable", "index")
    with pytest.raises(DataError) as caught:
        roll_up([*communes, communes[0]], {"X1": "X"})
    assert {f.reason for f in caught.value.findings} == {"parent-unknown", "unit-twice"}


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=8))
def test_rolling_up_in_steps_is_rolling_up_at_once(counts: list[tuple[int, int]]) -> None:
    given = units(**{f"U{i}": (n, n + more) for i, (n, more) in enumerate(counts)})
    steps = roll_up(
        roll_up(given, {u.unit: f"D{i % 3}" for i, u in enumerate(given)}),
        {f"D{i}": "P" for i in range(3)},
    )
    assert steps == roll_up(given[::-1], {u.unit: "P" for u in given})


def test_campaigns_that_cannot_be() -> None:
    with pytest.raises(DataError, match="last-before-first"):
        drive(end=date(2022, 4, 18))
    with pytest.raises(DataError, match="unit-twice"):
        drive(participants=(Participant(unit="A"), Participant(unit="A")))
    forth = advance(drive(), CampaignStage.SUBMITTED, day=date(2022, 4, 2))
    back = evolve(forth.steps[0], stage=CampaignStage.APPROVED, day=date(2022, 4, 1))
    with pytest.raises(DataError, match="day-backwards"):
        evolve(forth, steps=(*forth.steps, back))


@given(campaigns())
def test_campaigns_round_trip(campaign: Campaign) -> None:
    assert from_json(to_json(campaign), Campaign) == campaign
    for each in campaign.notices():
        assert "{" not in each.message("vi")


# Versions and fingerprints.


def test_history() -> None:
    own, appraised = (score(TIMELY, units(A=(n, 10))[0]) for n in (10, 8))
    history = SheetHistory(unit="A").add(own, day=date(2022, 12, 16), reason="self-score")
    history = history.add(appraised, day=date(2022, 12, 20), reason="appraised")
    assert [v.number for v in history.versions] == [1, 2]
    assert history.difference(2, 1).difference == -4
    assert from_json(to_json(history), SheetHistory) == history
    with pytest.raises(MisuseError, match="version-unknown"):
        history.difference(3, 1)
    with pytest.raises(MisuseError, match="day-backwards"):
        history.add(own, day=date(2022, 12, 19), reason="corrected")
    with pytest.raises(MisuseError, match="sheet-of-other-unit"):
        history.add(score(TIMELY, units(B=(1, 1))[0]), day=date(2022, 12, 21), reason="x")
    with pytest.raises(MisuseError, match="version-out-of-order"):
        evolve(history, versions=history.versions[::-1])


def test_fingerprint_changes_with_whatever_matters() -> None:
    a, b = units(A=(9, 10), B=(8, 10))
    base = fingerprint(TIMELY, [a, b])
    assert fingerprint(TIMELY, [b, a]) == base
    others = [
        fingerprint(TIMELY, [a]),
        fingerprint(TIMELY, [a, evolve(b, name="x")]),
        fingerprint(TIMELY, [a, evolve(b, attributes={"level": "x"})]),
        fingerprint(TIMELY, units(A=(9, 10), B=(8, 11))),
        fingerprint(evolve(TIMELY, key="other"), [a, b]),
        fingerprint(TIMELY.with_criterion("2.1", target=F(1, 2)), [a, b]),
    ]
    assert len({base, *others}) == len(others) + 1


def test_fingerprint_knows_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    base = fingerprint(TIMELY, units(A=(9, 10)))
    monkeypatch.setattr("evnpubsvc.emulation._history.__version__", "99.1")
    assert fingerprint(TIMELY, units(A=(9, 10))) != base


def test_names_of_one_composition_are_one_unit() -> None:
    """`Yên Phú` composed and decomposed is one name, so a second row of it is a second row of
    one unit.
    """
    composed, decomposed = "Y\u00ean Ph\u00fa", "Ye\u0302n Phu\u0301"
    a, b = (UnitFigures(name, {}) for name in (composed, decomposed))
    assert a == b
    assert fingerprint(TIMELY, [a]) == fingerprint(TIMELY, [b])
    with pytest.raises(DataError, match="unit-twice"):
        rank([score(TIMELY, a), score(TIMELY, b)])


def test_a_report_prints_the_drive_and_its_standings() -> None:
    """What people read: the drive and its law, a table of ranks, and who is missing."""
    wave = drive(participants=(Participant(unit="A"), Participant(unit="B")))
    report = campaign_report(wave, units(A=(9, 10)))
    lines = str(report).splitlines()
    assert lines[0] == wave.title.en
    assert [line.split()[:2] for line in lines if line.strip().startswith("1 ")] == [["1", "A"]]
    assert lines[-1] == "without figures: B"
    assert "chưa có số liệu: B" in report.text("vi")
    assert str(campaign_report(wave)).splitlines()[-1] == "no figures yet"
    assert "<table>" in report._repr_html_()
