"""From a procedure to a due date: cases, channels, days, and what is left open."""

from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given

from evnpubsvc.catalogue import CaseLimit, Procedure, RawTimeLimit, seed_catalogue
from evnpubsvc.codes import ProcedureCode
from evnpubsvc.deadlines import CountingRules, CutOff, LimitUnit, TimeLimit
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.law import Validity
from evnpubsvc.serde import PORTAL_COLUMNS, read_catalogue
from evnpubsvc.services import Channel
from evnpubsvc.strategies._catalogue import procedures
from evnpubsvc.texts import LANGUAGES
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar
from tests.realdata import real, real_rows

RULES = CountingRules(vietnam_calendar(), solvable=False)
BIRTH, DEATH, COPIES, MARITAL, DISABILITY = (
    "1.001193", "1.000656", "2.000815", "1.004873", "1.001699",
)  # fmt: skip
LINKED = "liên thông khai sinh, thường trú, thẻ bảo hiểm y tế"


def _due(
    code: str, received: datetime, case: str = "", rules: CountingRules = RULES
) -> date | None:
    procedure = seed_catalogue().at(code, received.date())
    return procedure.due(received, counting=rules, case=case).date


@pytest.mark.parametrize(
    ("code", "received", "case", "due"),
    [
        # Law 60/2014 arts 5(3), 16(2): at once; after 15:00, if that is not possible, the next
        # working day.
        (BIRTH, datetime(2022, 5, 4, 9), "", date(2022, 5, 4)),
        (BIRTH, datetime(2022, 5, 4, 15), "", date(2022, 5, 4)),
        (BIRTH, datetime(2022, 5, 4, 16), "", date(2022, 5, 5)),
        (BIRTH, datetime(2022, 5, 6, 16), "", date(2022, 5, 9)),  # Friday
        (DEATH, datetime(2022, 5, 4, 16), "", date(2022, 5, 5)),
        (DEATH, datetime(2022, 5, 4, 16), "cần xác minh", date(2022, 5, 9)),  # 3 working days
        # Decree 23/2015 art. 7: after 15:00 the next working day, whether possible or not.
        (COPIES, datetime(2022, 5, 4, 9), "", date(2022, 5, 4)),
        (COPIES, datetime(2022, 5, 4, 16), "", date(2022, 5, 5)),
        # Decree 123/2015 art. 22(3): 3 working days; Circular 01/2019 arts 5(2), 6(1): 25.
        (MARITAL, datetime(2022, 5, 4, 16), "", date(2022, 5, 9)),
        (DISABILITY, datetime(2022, 12, 15, 9), "", date(2023, 1, 27)),
        # Decree 63/2024 art. 7 and Decree 301/2026: after 15:00 counted from the next working day.
        (BIRTH, datetime(2025, 3, 3, 9), LINKED, date(2025, 3, 6)),
        (BIRTH, datetime(2025, 3, 3, 16), LINKED, date(2025, 3, 7)),
        (BIRTH, datetime(2026, 9, 7, 9), f"{LINKED}; cần xác minh", date(2026, 9, 14)),
    ],
)
def test_worked_examples(code: str, received: datetime, case: str, due: date) -> None:
    assert _due(code, received, case) == due


def test_the_zone_of_an_instant_does_not_matter() -> None:
    late = datetime(2022, 5, 4, 16, tzinfo=VIETNAM_TIME)
    assert _due(BIRTH, late) == date(2022, 5, 5)


def test_what_the_law_leaves_open_is_asked_for() -> None:
    # Whether a registration after 15:00 can be given at once is a matter of fact.
    with pytest.raises(MisuseError, match="solvable-needed"):
        _due(BIRTH, datetime(2022, 5, 4, 16), rules=CountingRules(vietnam_calendar()))
    # How the 24 hours of the law of 2026 run over a day off is not said.
    with pytest.raises(MisuseError, match="hours-reading-needed"):
        _due(BIRTH, datetime(2027, 3, 1, 9))


def test_the_limit_is_that_of_the_day_of_receipt() -> None:
    birth = seed_catalogue().versions(BIRTH)[0]
    before, after = (birth.limit(on=day) for day in (date(2027, 2, 28), date(2027, 3, 1)))
    assert (before.limit.unit, before.cutoff) == (LimitUnit.SAME_DAY, CutOff.SOFT15)
    assert (after.limit, after.cutoff) == (TimeLimit(24, LimitUnit.HOURS), None)
    with pytest.raises(DataError, match="limit-case-unknown"):
        birth.limit(on=date(2022, 5, 4), case=LINKED)


def test_a_general_cut_off_gives_way_to_the_article_of_the_procedure() -> None:
    rules = CountingRules(vietnam_calendar(), cutoff=CutOff.SHIFT15, solvable=False)
    assert _due(BIRTH, datetime(2022, 5, 4, 16), rules=rules) == date(2022, 5, 5)
    assert _due(MARITAL, datetime(2022, 5, 4, 16), rules=rules) == date(2022, 5, 10)


def _procedure(*limits: RawTimeLimit) -> Procedure:
    return Procedure(ProcedureCode.parse("2.000815"), "x", time_limits=limits)


ONLINE, POST = Channel.ONLINE, Channel.POST


@pytest.mark.parametrize(
    ("limits", "asked", "reason"),
    [
        ((), {}, "limits-missing"),
        ((RawTimeLimit("5 ngày", case="a"),), {}, "limit-case-needed"),
        ((RawTimeLimit("5 ngày", case="a"),), {"case": "b"}, "limit-case-unknown"),
        ((RawTimeLimit("5 ngày", POST),), {"channel": ONLINE}, "limit-channel-none"),
        ((RawTimeLimit("5 ngày", POST), RawTimeLimit("3 ngày", ONLINE)), {},
            "limit-channel-needed"),
        ((RawTimeLimit("5 ngày"), RawTimeLimit("3 ngày")), {}, "limit-cases-unnamed"),
        ((RawTimeLimit("5 ngày", POST), RawTimeLimit("3 ngày", POST)), {"channel": POST},
            "limit-cases-unnamed"),
        ((RawTimeLimit("1"),), {}, "limit-without-unit"),
        ((RawTimeLimit("Không có thông tin"),), {}, "limit-not-stated"),
        ((RawTimeLimit("5 ngày"), RawTimeLimit("1", ONLINE)), {}, "limit-without-unit"),
        ((RawTimeLimit("5 ngày", validity=Validity(date(2023, 1, 1))),), {}, "limits-missing"),
    ],
)  # fmt: skip
def test_what_a_catalogue_leaves_open_is_said(
    limits: tuple[RawTimeLimit, ...], asked: dict[str, object], reason: str
) -> None:
    with pytest.raises(DataError) as caught:
        _procedure(*limits).limit(on=date(2022, 5, 4), **asked)  # type: ignore[arg-type]
    assert [found.reason for found in caught.value.findings] == [reason]
    for lang in LANGUAGES:
        assert "{" not in caught.value.findings[0].line(lang)


def test_equal_limits_in_other_words_are_one() -> None:
    procedure = _procedure(
        RawTimeLimit("05 Ngày làm việc", ONLINE), RawTimeLimit("5 ngày làm việc", POST)
    )
    assert procedure.limit(on=date(2022, 5, 4)).limit == TimeLimit(5, LimitUnit.WORKING_DAYS)
    assert procedure.limit(on=date(2022, 5, 4), channel=POST).channel is POST


@given(procedures())
def test_every_case_and_channel_has_a_limit_or_a_reason(procedure: Procedure) -> None:
    day = date(2022, 5, 4)
    found = procedure.limits(day)
    assert found
    for each in found:
        if isinstance(each, CaseLimit):
            assert procedure.limit(on=day, case=each.case, channel=each.channel) == each
        else:
            assert isinstance(each, Finding)


def test_the_portal_catalogue_gives_a_limit_for_each_channel_or_says_why_not() -> None:
    """Amounts and units as the extract cut them out of the raw text, by a pattern of its own."""
    names = ("thu_tuc.csv", "thoi_han_theo_hinh_thuc.csv")
    files = [real(f"tthc_cong_dvcqg/{name}") for name in names]
    units = {
        "Ngày làm việc": LimitUnit.WORKING_DAYS,
        "Ngày": LimitUnit.DAYS,
        "Giờ": LimitUnit.HOURS,
        "Tháng": LimitUnit.MONTHS,
    }
    said: dict[str, set[TimeLimit | None]] = {}
    for row in real_rows(f"tthc_cong_dvcqg/{names[1]}"):
        unit = units.get(row["don_vi"])
        limit = None if unit is None else TimeLimit(Fraction(row["so"].replace(",", ".")), unit)
        said.setdefault(row["ma_thu_tuc"], set()).add(limit)
    whole = 0
    catalogue = read_catalogue(*files, columns=PORTAL_COLUMNS).catalogue
    for procedure in catalogue:
        found = procedure.limits(date(2026, 7, 20))
        limits = {each.limit for each in found if isinstance(each, CaseLimit)}
        assert limits <= said.get(str(procedure.code), set())
        whole += len(limits) > 0 and all(isinstance(each, CaseLimit) for each in found)
        if said.get(str(procedure.code), {None}) == {None}:
            assert not limits
    assert (len(catalogue), whole) == (2642, 2073)
