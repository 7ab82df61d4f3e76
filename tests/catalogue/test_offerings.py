"""Services through time: lists with an end, the change of 15/8/2022, units that ended on
30/6/2025.
"""

from datetime import date, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.catalogue import Catalogue, ServiceOffering, seed_catalogue
from evnpubsvc.dossiers import Dossier, Event, EventKind, Evidence, check, rule
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.law import Citation, Validity
from evnpubsvc.services import Channel, OnlineKind2022, OnlineLevel2011
from evnpubsvc.services.parts import check_level
from evnpubsvc.strategies import service_offerings
from evnpubsvc.units import nui_thanh
from evnpubsvc.worktime import VIETNAM_TIME

BIRTH, DEATH = "1.001193", "1.000656"
OLD, NEW = Citation("94/QĐ-STTTT"), Citation("1/QĐ-UBND")
DAY = date.fromisoformat


def offering(level: object, since: str, until: str, **more: object) -> ServiceOffering:
    given = {"unit": "20971", "procedure": BIRTH, "decision": OLD, **more}
    return ServiceOffering(level=level, validity=Validity(DAY(since), DAY(until)), **given)  # type: ignore[arg-type]


LISTED = Catalogue.of(
    seed_catalogue().procedures,
    [
        *offering(OnlineLevel2011.LEVEL_4, "2022-04-27", "2023-12-31").across_regimes(),
        offering(OnlineKind2022.PARTIAL, "2024-03-01", "2025-06-30", decision=NEW),
        offering(OnlineLevel2011.LEVEL_2, "2022-04-27", "2022-08-14", procedure=DEATH),
    ],
)


def test_a_service_keeps_its_days_across_the_change_of_2022() -> None:
    """Decree 42/2022 took effect on 15/8/2022; a level 4 goes on as end-to-end."""
    history = LISTED.history(BIRTH, unit="20971")
    assert [(each.level.value, each.validity.since, each.validity.until) for each in history] == [
        ("online-4", DAY("2022-04-27"), DAY("2022-08-14")),
        ("full", DAY("2022-08-15"), DAY("2023-12-31")),
        ("partial", DAY("2024-03-01"), DAY("2025-06-30")),
    ]
    for day, levels in {
        "2022-04-26": [], "2022-08-14": ["online-4"], "2022-08-15": ["full"],
        "2024-02-29": [], "2024-03-01": ["partial"], "2025-07-01": [],
    }.items():  # fmt: skip
        assert [each.level.value for each in LISTED.offered(BIRTH, DAY(day))] == levels
    assert all(each.doubts() == () for each in history)


@given(service_offerings(), st.dates(date(2010, 1, 1), date(2030, 12, 31)))
def test_no_day_is_lost_or_added_between_the_regimes(one: ServiceOffering, day: date) -> None:
    parts = [each for each in one.across_regimes() if each.validity.contains(day)]
    assert len(parts) == one.validity.contains(day)
    if isinstance(one.level, OnlineLevel2011) and day >= DAY("2011-10-01"):
        assert all(check_level(each.level, day) == () for each in parts)
    assert {(e.unit, e.procedure, e.channels, e.decision) for e in one.across_regimes()} == {
        (one.unit, one.procedure, one.channels, one.decision)
    }


def test_a_list_ends() -> None:
    ended = LISTED.end_list("94/QĐ-STTTT", DAY("2022-12-31"))
    assert [each.validity.until for each in ended.history(BIRTH)] == [
        DAY("2022-08-14"), DAY("2022-12-31"), DAY("2025-06-30"),
    ]  # fmt: skip
    # What would begin later does not begin; another list is not touched.
    early = LISTED.end_list("94/QĐ-STTTT", DAY("2022-05-01"))
    assert [each.level.value for each in early.history(BIRTH)] == ["online-4", "partial"]
    assert LISTED.history(BIRTH)[1].validity.until == DAY("2023-12-31")  # as it was
    with pytest.raises(UnknownNameError, match="94/QĐ-STTTT"):
        LISTED.end_list("9/QĐ", DAY("2022-12-31"))


def test_a_list_that_outlives_its_unit_is_found() -> None:
    """The commune ended on 30/6/2025; code 20971 then meant another one."""
    assert LISTED.check_units(nui_thanh()) == ()
    longer = offering(OnlineKind2022.FULL, "2024-01-01", "2025-12-31")
    unknown = evolve(longer, unit="99999")
    catalogue = Catalogue.of(seed_catalogue().procedures, [longer, unknown])
    found = catalogue.check_units(nui_thanh())
    assert [(each.path, each.reason) for each in found] == [
        ("$.offerings[0].unit", "offering-unit-not-then"),
        ("$.offerings[1].unit", "offering-unit-unknown"),
    ]


def filed(day: str, **more: object) -> Dossier:
    at = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=VIETNAM_TIME)
    events = (Event(EventKind.SUBMITTED, at), Event(EventKind.RECEIVED, at))
    given = {"unit": "20971", "procedure": BIRTH, "channel": Channel.ONLINE, **more}
    return Dossier("case-1", events=events, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "reasons"),
    [
        (filed("2022-04-26"), ["service-not-offered"]),
        (filed("2022-04-27"), []),
        (filed("2024-02-29"), ["service-not-offered"]),
        (filed("2025-06-30"), []),
        (filed("2025-07-01"), ["service-not-offered"]),
        # Level 2 is forms to print: nothing can be filed online.
        (filed("2022-05-04", procedure=DEATH), ["service-not-offered"]),
        # At the desk, of another unit, of an unknown procedure: nothing is said.
        (filed("2022-04-26", channel=Channel.IN_PERSON), []),
        (filed("2022-04-26", unit="20968"), []),
        (filed("2022-04-26", procedure="no code"), []),
        (filed("2022-05-04", evidence=Evidence(OnlineLevel2011.LEVEL_3)), ["level-not-offered"]),
        (filed("2022-05-04", evidence=Evidence(OnlineLevel2011.LEVEL_4)), []),
    ],
)
def test_a_dossier_on_a_day_without_the_service_is_found(one: Dossier, reasons: list[str]) -> None:
    found = check(one, as_of=DAY("2026-11-28"), rules=[rule("R17")], catalogue=LISTED)
    assert [each.reason for each in found] == reasons
    assert check(one, as_of=DAY("2026-11-28"), rules=[rule("R17")]) == ()


def test_the_day_of_filing_counts_not_that_of_receipt() -> None:
    at = [
        datetime(2023, 12, 31, 9, tzinfo=VIETNAM_TIME),
        datetime(2024, 1, 2, 9, tzinfo=VIETNAM_TIME),
    ]
    events = (Event(EventKind.SUBMITTED, at[0]), Event(EventKind.RECEIVED, at[1]))
    one = evolve(filed("2023-12-31"), events=events)
    assert check(one, as_of=DAY("2024-02-01"), rules=[rule("R17")], catalogue=LISTED) == ()
