"""A district from a seed: coherent with itself, marked, and wrong only where it was planned."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings

from evnpubsvc.dossiers import EventKind, check
from evnpubsvc.errors import MisuseError
from evnpubsvc.outreach import MemberBasis, plan_roster
from evnpubsvc.periods import Period
from evnpubsvc.reports import check as check_report
from evnpubsvc.reports import fill
from evnpubsvc.serde import from_json, report_form, to_json
from evnpubsvc.services import Channel
from evnpubsvc.statistics import tally
from evnpubsvc.strategies import districts
from evnpubsvc.synthetic import District, DistrictDefect, district
from evnpubsvc.units import Tier
from evnpubsvc.worktime import vietnam_calendar
from tests.deep import cases

EVERY = dict.fromkeys(DistrictDefect, 2)


def findings(made: District) -> list[tuple[str, str, str]]:
    """What the rules find: dossier, rule, reason."""
    found = []
    for one in made.dossiers:
        own = check(
            one,
            as_of=made.as_of,
            counting=made.counting,
            catalogue=made.catalogue,
            units=made.unit_periods,
        )
        found += [(one.code, str(dict(each.parts)["rule"]), each.reason) for each in own]
    return sorted(found)


def planned(made: District) -> list[tuple[str, str, str]]:
    return sorted((each.dossier, each.rule, each.reason) for each in made.planned)


@pytest.mark.parametrize("seed", range(cases(12, 1_000)))
def test_nothing_is_found_but_what_was_planned_and_all_of_that(seed: int) -> None:
    made = district(seed, defects=EVERY)
    assert findings(made) == planned(made)
    assert Counter(each.kind for each in made.planned) == EVERY


def test_without_defects_nothing_is_found() -> None:
    made = district(20221215, communes=12, dossiers=300)
    assert made.planned == ()
    assert findings(made) == []
    # It is not idle: supplements, withdrawals, transfers, both channels, pending dossiers.
    kinds = Counter(event.kind for one in made.dossiers for event in one.events)
    for kind in (
        EventKind.SUPPLEMENT_RECEIVED,
        EventKind.WITHDRAWAL_ACCEPTED,
        EventKind.TRANSFERRED,
        EventKind.RESOLVED,
    ):
        assert kinds[kind] > 0, kind
    assert {one.channel for one in made.dossiers} == {Channel.ONLINE, Channel.IN_PERSON}
    assert any(one.state.decided_at is None for one in made.dossiers)


def test_equal_arguments_give_equal_districts() -> None:
    """SHAKE-128 leaves nothing to the platform."""
    assert district(7, defects=EVERY) == district(7, defects=EVERY)
    assert district(7, defects={"late": 2}) == district(7, defects={DistrictDefect.LATE: 2})
    assert district(7) != district(8)
    codes = [one.code for one in district(7).dossiers][:2]
    assert codes == PINNED


PINNED = ["000.04.99.H47-240103-0001", "000.03.99.H47-240111-0002"]


def test_everything_says_that_it_is_made_up() -> None:
    made = district(7)
    assert all(unit.code.startswith("SYN-") and unit.source for unit in made.units)
    assert all(("synthetic", "yes") in one.attributes for one in made.dossiers)
    assert {str(each.decision) for each in made.catalogue.offerings} == {"synthetic district"}


def test_its_parts_fit_together() -> None:
    made = district(7, communes=5)
    communes = [unit for unit in made.units if unit.tier is Tier.COMMUNE]
    assert len(communes) == 5
    assert made.catalogue.check_units(made.units) == ()
    assert {team.key for team in made.teams} == {unit.code for unit in communes}
    for team in made.teams:
        assert {each.basis for each in team.decisions[0].members} == {MemberBasis.VOLUNTARY}
        assert plan_roster(team, date(2024, 5, 1), vietnam_calendar()).duties

    # Rows, counts and reports: communes add up to the district, and the form adds up.
    rows = made.rows()
    assert len(rows) == len(made.dossiers)
    by_unit = tally(rows, by=["unit"], as_of=made.as_of, compare="date")
    assert sum(cell.received.value for cell in by_unit) == by_unit.total.received.value == len(rows)
    form, year = report_form("ii-06a"), Period.parse("calendar-2024")
    counted = tally(rows, by=form.dimensions(), period=year, compare="date")
    report = fill(form, counted, period=year)
    assert check_report(report) == ()
    assert report.total["late"] == 0


@settings(max_examples=cases(10, 500))
@given(districts(max_dossiers=8))
def test_drawn_districts_are_coherent_and_travel(made: District) -> None:
    assert findings(made) == planned(made)
    assert from_json(to_json(made), District) == made


def test_what_cannot_be_asked_for() -> None:
    for communes, dossiers in ((0, 1), (13, 1), (1, 0), (1, 10_001)):
        with pytest.raises(MisuseError, match="synthetic-size"):
            district(1, communes=communes, dossiers=dossiers)
    with pytest.raises(MisuseError, match="policy-unknown"):
        district(1, defects={"nothing": 1})
    # More than there can be: as many as can.
    assert 0 < len(district(1, dossiers=3, defects={"code-of-other-day": 99}).planned) <= 3
