"""The catalogue: by day, what is wrong with it, and the seed."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.catalogue import (
    Authority,
    Catalogue,
    Fee,
    Procedure,
    RawTimeLimit,
    ServiceOffering,
    seed_catalogue,
)
from evnpubsvc.codes import ProcedureCode
from evnpubsvc.errors import DataError, InvalidCode, MisuseError, UnknownNameError
from evnpubsvc.findings import Severity
from evnpubsvc.law import Confidence, Validity
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.services import Channel, OnlineKind2022, OnlineLevel2011, ProactiveLevel2026
from evnpubsvc.strategies import catalogues
from evnpubsvc.texts.parts import catalogue as texts

DAY = date(2022, 4, 1)
ONE, TWO, THREE = (ProcedureCode.parse(f"1.00000{n}") for n in (1, 2, 3))


def procedure(
    code: ProcedureCode, since: date | None = None, until: date | None = None, *after: ProcedureCode
) -> Procedure:
    return Procedure(code, f"Thủ tục {code}", validity=Validity(since, until), replaced_by=after)


def test_the_seed_has_five_procedures_with_sources_and_nothing_uncertain() -> None:
    seed = seed_catalogue()
    assert [str(one.code) for one in seed] == [
        "2.000815",
        "1.004873",
        "1.001193",
        "1.000656",
        "1.001699",
    ]
    assert seed.offerings == ()  # the levels of 2022 are data of the user
    for one in seed:
        sources = [
            one.source,
            *(limit.source for limit in one.time_limits),
            *(fee.source for fee in one.fees),
        ]
        sources += [
            *(paper.source for paper in one.papers),
            *(result.source for result in one.results),
        ]
        sources += [basis.citation for basis in one.legal_basis]
        assert all(source is not None for source in sources)
        assert not {source.confidence for source in sources if source} & {
            Confidence.ASSUMED,
            Confidence.MEMORY,
        }
        assert Authority.COMMUNE in one.authorities


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("2.000815", "trong ngày"),  # NĐ 23/2015 art. 7
        ("1.004873", "03 ngày làm việc"),  # NĐ 123/2015 art. 22(3)
        ("1.001193", "ngay sau khi nhận đủ giấy tờ"),  # Law 60/2014 arts. 5(3), 16(2)
        ("1.000656", "ngay sau khi nhận đủ giấy tờ"),
        ("1.001699", "25 ngày làm việc"),  # TT 01/2019/TT-BLĐTBXH arts. 5(2), 6(1)
    ],
)
def test_the_limits_of_the_seed(code: str, text: str) -> None:
    assert seed_catalogue().at(code, DAY).time_limits[0].text.startswith(text)


def test_what_the_portal_shows_in_2026_is_not_told_of_2022() -> None:
    then, now = (seed_catalogue().at("1.001193", day) for day in (DAY, date(2026, 7, 1)))
    assert [limit.text for limit in then.time_limits if limit.without_unit] == []
    assert [limit.text for limit in now.time_limits if limit.without_unit] == ["1", "1", "1"]
    assert now.channels == (Channel.ONLINE, Channel.POST, Channel.IN_PERSON)
    assert [found.reason for found in now.doubts()] == ["limit-without-unit"] * 3


def test_the_civil_status_law_ends_on_the_last_day_of_february_2027() -> None:
    last, first = (
        seed_catalogue().at("1.001193", day) for day in (date(2027, 2, 28), date(2027, 3, 1))
    )
    assert [basis.citation.instrument for basis in last.legal_basis] == ["60/2014/QH13"]
    assert first.legal_basis == ()


def test_queries() -> None:
    offerings = [
        ServiceOffering(
            "20971", ONE, OnlineLevel2011.LEVEL_3, Validity(date(2021, 1, 1), date(2022, 8, 14))
        ),
        ServiceOffering("20971", ONE, OnlineKind2022.FULL, Validity(date(2022, 8, 15))),
        ServiceOffering("20971", ONE, ProactiveLevel2026.REMIND, Validity(date(2026, 7, 1))),
    ]
    one = evolve(procedure(ONE), authorities=(Authority.COMMUNE,), field_name="Hộ tịch")
    known = Catalogue.of([one, procedure(TWO)], offerings)
    assert known.on(DAY, authority=Authority.COMMUNE) == (one,)
    assert known.on(DAY, field_name="HỘ TỊCH") == (one,)
    assert known.on(DAY, level=OnlineLevel2011.LEVEL_3) == (one,)
    assert known.on(DAY, level=OnlineKind2022.FULL) == ()
    assert known.on(DAY, unit="20971") == (one,)
    assert known.on(DAY, unit="1") == ()
    assert len(known.offered(ONE, date(2026, 7, 1))) == 2
    assert known.offered(str(ONE), date(2022, 8, 15)) == (offerings[1],)
    assert known.doubts()
    assert len(known) == len(list(known)) == 2


def test_versions_and_unknown_codes() -> None:
    later = DAY + timedelta(1)
    known = Catalogue.of([procedure(ONE, later), procedure(ONE, date(2020, 1, 1), DAY)])
    assert known.at(ONE, DAY).validity.until == DAY
    assert known.at(str(ONE), later).validity.since == later
    assert [one.validity.since for one in known.versions(str(ONE))] == [date(2020, 1, 1), later]
    with pytest.raises(UnknownNameError, match="procedure-not-then"):
        known.at(ONE, date(2019, 12, 31))
    with pytest.raises(UnknownNameError, match="procedure-unknown"):
        known.at(TWO, DAY)
    with pytest.raises(InvalidCode):
        known.at("1.1", DAY)
    with pytest.raises(MisuseError, match="day-not-covered"):
        procedure(ONE, later).at(DAY)


def test_replacements_are_followed_to_the_end() -> None:
    known = Catalogue.of(
        [procedure(ONE, None, DAY, TWO, THREE), procedure(TWO, None, None, THREE), procedure(THREE)]
    )
    assert known.successors(str(ONE)) == (THREE,)
    assert known.successors(THREE) == (THREE,)


def test_everything_that_is_wrong_comes_at_once() -> None:
    four = ProcedureCode.parse("1.000004")
    with pytest.raises(DataError) as caught:
        Catalogue.of(
            [
                procedure(ONE, None, DAY, TWO),
                procedure(ONE, DAY),
                procedure(TWO, None, None, THREE),
                procedure(TWO),
                procedure(THREE, None, None, ONE, four),
            ],
            [
                ServiceOffering("1", four, OnlineKind2022.FULL),
                ServiceOffering("1", ONE, OnlineKind2022.FULL),
                ServiceOffering("1", ONE, OnlineLevel2011.LEVEL_3, Validity(DAY, DAY)),
                ServiceOffering("1", ONE, OnlineLevel2011.LEVEL_4, Validity(DAY)),
            ],
        )
    found = caught.value.findings
    assert [each.reason for each in found] == [
        "procedure-overlap",
        "procedure-duplicate",
        "procedure-successor-unknown",
        "procedure-successor-cycle",
        "offering-procedure-unknown",
        "offering-overlap",
        "offering-overlap",
    ]
    for each in found:
        assert each.path
        assert "{" not in each.line("vi") + each.line("en")
    assert found[3].value == "1.000001 -> 1.000002 -> 1.000003 -> 1.000001"


def test_long_chains_of_replacements() -> None:
    codes = [ProcedureCode.parse(f"1.{n:06}") for n in range(5_000)]
    chain = [procedure(code, None, None, after) for code, after in pairwise(codes)]
    assert Catalogue.of([*chain, procedure(codes[-1])]).successors(codes[0]) == (codes[-1],)


def test_doubts_about_limits() -> None:
    limits = (
        RawTimeLimit("3", Channel.ONLINE),
        RawTimeLimit("5 Ngày làm việc", Channel.ONLINE),
        RawTimeLimit("Không có thông tin", Channel.POST),
    )
    found = evolve(procedure(ONE), time_limits=limits).doubts()
    assert [each.reason for each in found] == [
        "field-missing",
        "authorities-missing",
        "limit-without-unit",
        "limits-differ",
        "limit-not-stated",
    ]
    assert {each.severity for each in found} == {Severity.NOTICE}
    assert "limits-missing" in [each.reason for each in procedure(ONE).doubts()]


def test_offerings_out_of_their_time_are_noticed() -> None:
    offering = ServiceOffering(
        "1", ONE, OnlineLevel2011.LEVEL_4, Validity(date(2022, 8, 14), date(2022, 8, 15))
    )
    assert [found.reason for found in offering.doubts()] == ["level-after-regime"]
    with pytest.raises(MisuseError, match="wrong-type"):
        ServiceOffering("1", ONE, 4)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="number-negative"):
        Fee("x", -1)
    with pytest.raises(MisuseError, match="wrong-type"):
        Fee("x", Fraction(1))  # type: ignore[arg-type]


@given(catalogues(), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_by_day_against_the_plain_tuple(known: Catalogue, day: date) -> None:
    expected = [one for one in known.procedures if one.validity.first <= day <= one.validity.last]
    assert list(known.on(day)) == expected
    for one in known.procedures:
        assert known.get(one.code, day) == next(
            (each for each in expected if each.code == one.code), None
        )
    for one in expected:
        parts = known.at(one.code, day)
        assert all(limit.validity.contains(day) for limit in parts.time_limits)
        assert all(fee.validity.contains(day) for fee in parts.fees)
        assert set(parts.time_limits) <= set(one.time_limits)


@given(catalogues())
def test_replacements_end(known: Catalogue) -> None:
    for one in known:
        for last in known.successors(one.code):
            assert not known.versions(last)[-1].replaced_by


@given(catalogues())
def test_round_trip(known: Catalogue) -> None:
    assert from_json(to_json(known), Catalogue) == known


def test_every_reason_of_the_rooms_has_both_languages() -> None:
    for key in ("level-number-changed", "procedure-overlap", "unit-divided"):
        assert {"en", "vi"} <= texts()[key].keys()
