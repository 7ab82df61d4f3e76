"""The register: by day, by key, what is wrong with it, lineage and figures across a break."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.law import Validity
from evnpubsvc.quantities import Unknown
from evnpubsvc.serde import unit_register_from_rows
from evnpubsvc.strategies import unit_registers
from evnpubsvc.strategies._units import lineages
from evnpubsvc.units import (
    AdminUnit,
    DividedPolicy,
    Lineage,
    Succession,
    Tier,
    UnitKey,
    UnitKind,
    UnitRegister,
    nui_thanh,
)
from evnpubsvc.units.results import BreakKind, Link, UnitTotal

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
DAY = date(2020, 1, 1)


def commune(
    code: str, since: date | None = None, until: date | None = None, parent: str | None = None
) -> AdminUnit:
    return AdminUnit(
        code, f"Xã {code}", UnitKind.COMMUNE, Tier.COMMUNE, parent, Validity(since, until)
    )


@pytest.mark.parametrize(
    ("day", "name", "province"),
    [
        (date(2022, 4, 1), "Tam Xuân II", "Quảng Nam"),
        (BEFORE, "Tam Xuân II", "Quảng Nam"),
        (AFTER, "Tam Xuân", "Đà Nẵng"),
        (date(2025, 7, 2), "Tam Xuân", "Đà Nẵng"),
    ],
)
def test_one_code_two_units(day: date, name: str, province: str) -> None:
    register = nui_thanh()
    unit = register.at("20971", day)
    assert (unit.name, register.ancestors(unit, day)[-1].name) == (name, province)


def test_the_worked_example_merges_as_the_notes_say() -> None:
    register = nui_thanh()
    origin = {
        unit.name: sorted(old.name for old in register.predecessors(unit.key))
        for unit in register.on(AFTER, tier=Tier.COMMUNE)
    }
    assert origin == {
        "Núi Thành": ["Núi Thành", "Tam Giang", "Tam Hiệp", "Tam Nghĩa", "Tam Quang"],
        "Tam Xuân": ["Tam Tiến", "Tam Xuân I", "Tam Xuân II"],
        "Đức Phú": ["Tam Sơn", "Tam Thạnh"],
        "Tam Anh": ["Tam Anh Bắc", "Tam Anh Nam", "Tam Hòa"],
        "Tam Hải": ["Tam Hải"],
        "Tam Mỹ": ["Tam Mỹ Tây", "Tam Mỹ Đông", "Tam Trà"],
    }
    assert register.default_successor(UnitKey("20974")) == register.at("20971", AFTER)
    assert register.successors(UnitKey("517")) == ()
    assert register.default_successor(UnitKey("517")) is None
    assert [unit.code for unit in register.children("48", AFTER)] == [
        "20965",
        "20971",
        "20977",
        "20984",
        "20992",
        "21004",
    ]
    assert [unit.tier for unit in register.on(BEFORE) if unit.tier is Tier.DISTRICT] == [
        Tier.DISTRICT
    ]
    assert UnitKey("20971") in register
    assert len(register) == len(list(register)) == len(register.units)


def test_unknown_codes_and_days_say_what_there_is() -> None:
    register = nui_thanh()
    with pytest.raises(UnknownNameError, match=r"2025-07-01.*2025-06-30.*unit-not-then"):
        register.at("20968", AFTER)
    with pytest.raises(UnknownNameError, match="unit-not-in-register"):
        register.at("99999", AFTER)
    for ask in (
        register.unit,
        register.successors,
        register.predecessors,
        register.default_successor,
    ):
        with pytest.raises(UnknownNameError, match="unit-not-in-register"):
            ask(UnitKey("20971", date(2020, 1, 1)))


def wrong(units: list[AdminUnit], steps: list[Succession] | None = None) -> set[str]:
    with pytest.raises(DataError) as caught:
        UnitRegister.of(units, steps or [])
    for found in caught.value.findings:
        assert found.path
        assert found.message("vi") != found.message("en")
        assert "{" not in found.line()
    return {found.reason for found in caught.value.findings}


def test_everything_that_is_wrong_comes_at_once() -> None:
    later = DAY + timedelta(1)
    units = [
        commune("1", None, DAY),
        commune("1", None, DAY),  # the same key
        commune("2", None, DAY),
        commune("2", DAY, None),  # overlaps by a day
        commune("3", parent="nowhere"),
        commune("4", None, None, parent="5"),
        commune("5", later, None),  # begins too late, and is a commune
        AdminUnit("6", "Huyện", UnitKind.RURAL_DISTRICT, Tier.DISTRICT),
        commune("7", None, DAY),
        commune("8", later, None),
        commune("9", DAY + timedelta(2), None),
    ]
    steps = [
        Succession(UnitKey("7"), UnitKey("8", later)),
        Succession(UnitKey("7"), UnitKey("8", later)),
        Succession(UnitKey("7"), UnitKey("9", DAY + timedelta(2)), whole=False, default=False),
        Succession(UnitKey("7"), UnitKey("nobody")),
        Succession(UnitKey("8", later), UnitKey("7")),
    ]
    assert wrong(units, steps) == {
        "unit-key-duplicate",
        "unit-validity-overlap",
        "unit-parent-unknown",
        "unit-parent-not-then",
        "unit-parent-tier",
        "unit-tier-not-then",
        "succession-unit-not-in-register",
        "succession-not-adjacent",
        "succession-cycle",
        "succession-duplicate",
        "succession-default",
        "succession-whole",
    }


def test_cycles_name_their_ring_once() -> None:
    a, b, c = (UnitKey(code) for code in "abc")
    units = [commune(code) for code in "abc"]
    with pytest.raises(DataError) as caught:
        UnitRegister.of(units, [Succession(a, b), Succession(b, c), Succession(c, a)])
    (ring,) = [found for found in caught.value.findings if found.reason == "succession-cycle"]
    assert ring.value == "a@.. -> b@.. -> c@.. -> a@.."
    with pytest.raises(DataError, match=r"a@\.\. -> a@\.\. \[succession-cycle\]"):
        UnitRegister.of(units, [Succession(a, a)])


def test_long_chains_do_not_exhaust_the_stack() -> None:
    days = [date(1000, 1, 1) + timedelta(n) for n in range(5_000)]
    units = [commune("1", None, days[0] - timedelta(1))]
    units += [commune("1", day, day) for day in days]
    steps = [Succession(one.key, two.key) for one, two in pairwise(units)]
    lineage = UnitRegister.of(units, steps).lineage(date(999, 1, 1), days[-1])
    assert lineage.links == (Link(UnitKey("1"), UnitKey("1", days[-1])),)


def test_a_parent_may_have_several_versions_under_one_child() -> None:
    province = [
        AdminUnit("1", "A", UnitKind.PROVINCE, Tier.PROVINCE, None, Validity(None, DAY)),
        AdminUnit("1", "B", UnitKind.PROVINCE, Tier.PROVINCE, None, Validity(DAY + timedelta(1))),
    ]
    child = commune("10", parent="1")
    register = UnitRegister.of([*province, child])
    assert [register.parent(child, day).name for day in (DAY, DAY + timedelta(1))] == ["A", "B"]  # type: ignore[union-attr]
    gap = [
        province[0],
        AdminUnit("1", "B", UnitKind.PROVINCE, Tier.PROVINCE, None, Validity(DAY + timedelta(2))),
    ]
    assert wrong([*gap, child]) == {"unit-parent-not-then"}


def test_a_divided_unit_with_one_successor_is_noticed() -> None:
    older, newer = commune("1", None, DAY), commune("2", DAY + timedelta(1))
    register = UnitRegister.of([older, newer], [Succession(older.key, newer.key, whole=False)])
    assert [found.reason for found in register.notices()] == ["succession-part-missing"]
    lineage = register.lineage(DAY, DAY + timedelta(1))
    assert lineage.ended == (older.key,)
    assert lineage.group_of(older.key).kind is BreakKind.ENDED


def test_territory_that_is_lost_on_the_way_is_told() -> None:
    """1 was divided over 2 and 3, and 3 ended without successor."""
    first, second = DAY + timedelta(1), DAY + timedelta(2)
    units = [
        commune("1", None, DAY),
        commune("2", first),
        commune("3", first, first),
        commune("4", second),
    ]
    one, two, three = (unit.key for unit in units[:3])
    steps = [Succession(one, two, whole=False), Succession(one, three, whole=False, default=False)]
    lineage = UnitRegister.of(units, steps).lineage(DAY, second)
    assert lineage.links == (Link(one, two, whole=False),)
    assert (lineage.ended, lineage.begun) == ((one,), (units[3].key,))
    (found,) = lineage.compare({one: 1}, {two: 1})
    assert isinstance(found.before, Unknown)


def test_districts_without_communes_become_communes_and_others_do_not() -> None:
    """An island district leads to its special zone.

    A district with communes is no unit of the commune tier.
    """
    units = [
        AdminUnit(
            "318",
            "Bạch Long Vĩ",
            UnitKind.RURAL_DISTRICT,
            Tier.DISTRICT,
            None,
            Validity(None, BEFORE),
        ),
        AdminUnit("1", "Bạch Long Vĩ", UnitKind.SPECIAL_ZONE, Tier.COMMUNE, None, Validity(AFTER)),
        AdminUnit(
            "400", "Khác", UnitKind.RURAL_DISTRICT, Tier.DISTRICT, None, Validity(None, BEFORE)
        ),
        commune("2", None, BEFORE, parent="400"),
        commune("3", AFTER),
    ]
    steps = [
        Succession(units[0].key, units[1].key),
        Succession(units[2].key, units[4].key),
        Succession(units[3].key, units[4].key),
    ]
    lineage = UnitRegister.of(units, steps).lineage(BEFORE, AFTER)
    assert [str(link.older) for link in lineage.links] == ["2@..", "318@.."]
    assert not lineage.ended


# -- lineage ---------------------------------------------------------------------------------------


def divided() -> UnitRegister:
    """1 was divided over 3 and 4; 2 went to 4; 5 stayed."""
    since = DAY + timedelta(1)
    units = [
        commune("1", None, DAY),
        commune("2", None, DAY),
        commune("3", since),
        commune("4", since),
        commune("5"),
    ]
    one, two, three, four = (unit.key for unit in units[:4])
    return UnitRegister.of(
        units,
        [
            Succession(one, three, whole=False, default=False),
            Succession(one, four, whole=False),
            Succession(two, four),
        ],
    )


def test_figures_of_divided_units_go_nowhere_unless_told() -> None:
    lineage = divided().lineage(DAY, DAY + timedelta(1))
    values = {UnitKey("1"): 10, UnitKey("2"): 5, UnitKey("5"): 1}
    with pytest.raises(DataError, match="unit-divided"):
        lineage.carry(values, divided=DividedPolicy.REFUSE)
    carried = lineage.carry(values, divided=DividedPolicy.TO_DEFAULT)
    assert carried.as_dict() == {UnitKey("4", DAY + timedelta(1)): 15, UnitKey("5"): 1}
    assert [found.reason for found in carried.findings] == ["unit-divided-default"]
    with pytest.raises(DataError, match="unit-not-in-lineage"):
        lineage.carry({UnitKey("77"): 1}, divided=DividedPolicy.REFUSE)


def test_comparison_needs_the_whole_group() -> None:
    since = DAY + timedelta(1)
    lineage = divided().lineage(DAY, since)
    (found, same) = lineage.compare(
        {UnitKey("1"): 10, UnitKey("2"): 5, UnitKey("5"): 4},
        {UnitKey("3", since): 6, UnitKey("4", since): 12, UnitKey("5"): 5},
    )
    assert [found.before, found.after, found.change, found.growth] == [15, 18, 3, Fraction(1, 5)]
    assert found.mark is not None
    assert found.mark.kind is BreakKind.REARRANGED
    assert (same.mark, same.growth) == (None, Fraction(1, 4))
    (partly,) = lineage.compare({UnitKey("1"): 10}, {UnitKey("4", since): 12})
    assert partly.before == Unknown("unit-without-figure", "2@..")
    assert isinstance(partly.change, Unknown)
    assert isinstance(partly.growth, Unknown)
    (from_zero,) = lineage.compare({UnitKey("5"): 0}, {UnitKey("5"): 1})
    assert from_zero.growth == Unknown("growth-from-zero")
    (no_after,) = lineage.compare({UnitKey("5"): 0}, {})
    assert no_after.change == Unknown("unit-without-figure", "5@..")


def test_two_units_of_two_days_cannot_be_mixed_up() -> None:
    register = nui_thanh()
    lineage = register.lineage(BEFORE, AFTER)
    old, new = UnitKey("20971"), UnitKey("20971", AFTER)
    with pytest.raises(DataError, match="unit-not-in-lineage"):
        lineage.compare({new: 1}, {})
    with pytest.raises(DataError, match="unit-not-in-lineage"):
        lineage.compare({}, {old: 1})
    with pytest.raises(DataError, match="unit-not-then"):
        register.roll_up({old: 1, new: 1}, to=Tier.PROVINCE, on=AFTER)
    with pytest.raises(MisuseError, match="unit-key-needed"):
        lineage.compare({"20971": 1}, {})  # type: ignore[dict-item]
    for number in (1.5, True):
        with pytest.raises(MisuseError, match="not-exact"):
            lineage.compare({old: number}, {})  # type: ignore[dict-item]
    with pytest.raises(MisuseError, match="lineage-backwards"):
        register.lineage(AFTER, BEFORE)
    with pytest.raises(MisuseError, match="unit-not-in-lineage"):
        lineage.group_of(UnitKey("1"))


def test_ended_and_begun_units_have_no_comparison() -> None:
    units = [commune("1", None, DAY), commune("2", DAY + timedelta(1))]
    lineage = UnitRegister.of(units).lineage(DAY, DAY + timedelta(1))
    assert [group.kind for group in lineage.groups] == [BreakKind.ENDED, BreakKind.BEGUN]
    (ended, begun) = lineage.compare({units[0].key: 1}, {units[1].key: 1})
    assert isinstance(ended.before, Unknown)
    assert isinstance(begun.after, Unknown)
    with pytest.raises(DataError, match="unit-ended"):
        lineage.carry({units[0].key: 1}, divided=DividedPolicy.TO_DEFAULT)


def test_lineages_by_hand_are_checked() -> None:
    a, b, c = UnitKey("a"), UnitKey("b"), UnitKey("c")
    for links, reasons in (
        ((Link(a, b), Link(a, b)), {"lineage-duplicate", "lineage-default", "lineage-whole"}),
        ((Link(a, b, whole=False, default=False),), {"lineage-default"}),
        ((Link(a, b), Link(a, c, whole=False, default=False)), {"lineage-whole"}),
    ):
        with pytest.raises(DataError) as caught:
            Lineage(DAY, DAY, links)
        assert {found.reason for found in caught.value.findings} == reasons
    with pytest.raises(MisuseError, match="lineage-backwards"):
        Lineage(AFTER, BEFORE, ())


def test_roll_up_marks_the_break_inside_its_period() -> None:
    register = nui_thanh()
    key = UnitKey("20971", AFTER)
    (unmarked,) = register.roll_up({key: 3}, to=Tier.PROVINCE, on=date(2025, 12, 31), since=AFTER)
    assert unmarked == UnitTotal(UnitKey("48", AFTER), Fraction(3), (key,))
    (marked,) = register.roll_up({key: 3}, to=Tier.PROVINCE, on=date(2025, 12, 31), since=BEFORE)
    assert {mark.kind for mark in marked.marks} == {BreakKind.MERGED}
    assert {mark.until for mark in marked.marks} == {AFTER}
    assert register.roll_up({}, to=Tier.PROVINCE, on=AFTER) == ()


def test_roll_up_refuses_what_would_count_twice_or_not_at_all() -> None:
    register = nui_thanh()
    commune_key, province_key = UnitKey("20971", AFTER), UnitKey("48", AFTER)
    with pytest.raises(DataError) as caught:
        register.roll_up(
            {commune_key: 1, province_key: 2, UnitKey("0"): 1}, to=Tier.DISTRICT, on=AFTER
        )
    assert [found.reason for found in caught.value.findings] == [
        "unit-counted-twice",
        "unit-without-tier",
        "unit-without-tier",
        "unit-not-in-register",
    ]
    with pytest.raises(MisuseError, match="lineage-backwards"):
        register.roll_up({}, to=Tier.PROVINCE, on=BEFORE, since=AFTER)


@pytest.mark.parametrize(
    ("key", "kinds"),
    [("1", [BreakKind.REARRANGED]), ("2", [BreakKind.REARRANGED]), ("5", [])],
)
def test_breaks_of_a_unit(key: str, kinds: list[BreakKind]) -> None:
    register = divided()
    assert [
        mark.kind for mark in register.breaks(UnitKey(key), date(2019, 1, 1), date(2021, 1, 1))
    ] == kinds
    assert register.breaks(UnitKey(key), date(2019, 1, 1), DAY) == ()


def test_breaks_without_the_other_side_and_renewals() -> None:
    since = DAY + timedelta(1)
    units = [
        commune("1", None, DAY),
        commune("2", since),
        commune("3", None, DAY),
        commune("4", since),
    ]
    register = UnitRegister.of(units, [Succession(UnitKey("3"), UnitKey("4", since))])
    year = (date(2019, 1, 1), date(2021, 1, 1))
    assert [mark.kind for mark in register.breaks(UnitKey("1"), *year)] == [BreakKind.ENDED]
    assert [mark.kind for mark in register.breaks(UnitKey("2", since), *year)] == [BreakKind.BEGUN]
    assert [mark.kind for mark in register.breaks(UnitKey("4", since), *year)] == [
        BreakKind.RENEWED
    ]


# -- properties ------------------------------------------------------------------------------------


def leaves(register: UnitRegister, key: UnitKey, on: date) -> list[UnitKey]:
    """Follow every step by hand: recursion over the plain tuple of successions."""
    if register.unit(key).validity.contains(on):
        return [key]
    return [
        leaf
        for step in register.successions
        if step.older == key
        for leaf in leaves(register, step.newer, on)
    ]


def is_lost(register: UnitRegister, key: UnitKey, on: date) -> bool:
    """Whether some territory of a unit leads to no unit of a day."""
    if register.unit(key).validity.contains(on):
        return False
    steps = [step for step in register.successions if step.older == key]
    return not steps or any(is_lost(register, step.newer, on) for step in steps)


@given(unit_registers(), st.dates(date(1989, 1, 1), date(2031, 1, 1)), st.integers(0, 15_000))
def test_lineage_conserves_territory(register: UnitRegister, first: date, days: int) -> None:
    """Against an oracle that walks the steps.

    No unit and no link is lost, invented or counted twice.
    """
    last = min(first + timedelta(days), date(2031, 1, 1))
    if last < first:
        return
    lineage = register.lineage(first, last)
    olds = {unit.key for unit in register.on(first, tier=Tier.COMMUNE)}
    news = {unit.key for unit in register.on(last, tier=Tier.COMMUNE)}
    oracle = {(old, new) for old in olds for new in leaves(register, old, last)}
    assert {(link.older, link.newer) for link in lineage.links} == oracle
    assert {link.older for link in lineage.links} | set(lineage.ended) == olds
    assert {link.newer for link in lineage.links} | set(lineage.begun) == news
    assert set(lineage.ended) == {old for old in olds if is_lost(register, old, last)}
    for link in lineage.links:
        assert link.whole == (
            lineage.newer_of(link.older) == (link.newer,) and link.older not in lineage.ended
        )
    sides: dict[UnitKey, int] = defaultdict(int)
    for group in lineage.groups:
        for key in group.older:
            sides[key] += 1
        for old, new in oracle:
            assert (old in group.older) == (new in group.newer)
    assert sides == dict.fromkeys(olds, 1)
    assert sorted(key for group in lineage.groups for key in group.newer) == sorted(news)


@given(lineages(), st.data())
def test_carrying_keeps_the_sum(lineage: Lineage, data: st.DataObject) -> None:
    keys = sorted({link.older for link in lineage.links})
    values = {key: data.draw(st.integers(0, 10**6)) for key in keys}
    carried = lineage.carry(values, divided=DividedPolicy.TO_DEFAULT)
    assert sum(carried.as_dict().values()) == sum(values.values())
    sums = lineage.compare(values, carried.as_dict())
    for each in sums:
        if not isinstance(each.before, Unknown) and not isinstance(each.after, Unknown):
            assert each.change == 0


@given(unit_registers(), st.dates(date(1989, 1, 1), date(2031, 1, 1)))
def test_rolling_up_keeps_the_sum(register: UnitRegister, day: date) -> None:
    values = {
        unit.key: place for place, unit in enumerate(register.on(day, tier=Tier.COMMUNE), start=1)
    }
    totals = register.roll_up(values, to=Tier.PROVINCE, on=day, since=date(1989, 1, 1))
    assert sum(total.total for total in totals) == sum(values.values())
    assert sorted(key for total in totals for key in total.members) == sorted(values)


@given(unit_registers(), st.dates(date(1989, 1, 1), date(2031, 1, 1)))
def test_a_code_means_at_most_one_unit_a_day(register: UnitRegister, day: date) -> None:
    on = register.on(day)
    assert len({unit.code for unit in on}) == len(on)
    for unit in register:
        assert register.get(unit.code, day) == next(
            (each for each in on if each.code == unit.code), None
        )
        assert unit in register.versions(unit.code)


def _read(**cells: str) -> AdminUnit:
    (unit,) = unit_register_from_rows([{"code": "20971", "since": "2020-01-01", **cells}]).units
    return unit


def test_a_word_before_the_name_is_its_kind_only_where_no_other_is_stated() -> None:
    assert (_read(name="Xã Đoài").kind, _read(name="Xã Đoài").name) == (UnitKind.COMMUNE, "Đoài")
    stated = _read(name="Xã Đoài", kind="phường")
    assert (stated.kind, stated.name) == (UnitKind.WARD, "Xã Đoài")


def test_a_kind_of_two_tiers_asks_for_one() -> None:
    with pytest.raises(DataError, match="unit-tier-unknown"):
        _read(name="Thành phố Đoài")
