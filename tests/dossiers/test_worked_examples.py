"""The five procedures of the seed case (commune level), walked from submission to return, each
with its article.
"""

from datetime import date, datetime

import pytest
from attrs import evolve

from evnpubsvc.deadlines import CountingRules, CutOff, special_clock
from evnpubsvc.dossiers import (
    Dossier,
    DossierDue,
    DueBasis,
    Event,
    Judgement,
    Precision,
    RefusedEventError,
    Status,
    Timeliness,
    TimelinessPolicy,
    apply,
    check,
    due_of,
    rule,
    timeliness,
)
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.texts import LANGUAGES
from evnpubsvc.worktime import vietnam_calendar
from tests.dossiers.samples import CALENDAR, at, dossier, event, history

BY_DATE = TimelinessPolicy(Precision.DATE)


def walked(start: Dossier, *lines: str) -> Dossier:
    for each in history(*lines):
        start = apply(start, each)
    return start


def day_due(found: date | datetime | None) -> date:
    assert found is not None
    return found.date() if isinstance(found, datetime) else found


@pytest.mark.parametrize(
    ("hour", "due"),
    # NĐ 23/2015/NĐ-CP art. 7; Fri 26/4/2024, then 29/4 (swap), 30/4 and 1/5 off: Thu 2/5 (the
    # make-up Saturday is 4/5)
    [("10:00", date(2024, 4, 26)), ("15:00", date(2024, 4, 26)), ("15:30", date(2024, 5, 2))],
)
def test_certified_copy_the_same_day_before_and_after_fifteen(hour: str, due: date) -> None:
    copy = dossier(code="000.00.19.H47-240426-0001", procedure="2.000815", limit="trong ngày")
    copy = walked(copy, f"submitted 2024-04-26 {hour}", f"received 2024-04-26 {hour}")
    counting = CountingRules(CALENDAR, special=special_clock("certified-copy"))
    found = due_of(copy, counting=counting)
    assert day_due(found.due) == due
    assert found.deadline is not None
    assert "Decree 23/2015/NĐ-CP" in found.deadline.explain()
    # 1 -> 2 -> 9 -> 10 in one visit
    copy = walked(copy, "resolved 2024-04-26 15:45 granted", "returned 2024-04-26 15:50")
    assert copy.status is Status.RETURNED
    expected = Timeliness.ON_TIME if due == date(2024, 4, 26) else Timeliness.EARLY
    assert (
        timeliness(copy, as_of=date(2024, 4, 30), policy=BY_DATE, counting=counting).timeliness
        is expected
    )


def test_marital_status_three_working_days_with_verification_letters_excluded() -> None:
    # NĐ 123/2015/NĐ-CP art. 22(3): 3 working days; art. 3(4): the time of letters is not counted.
    # Received Mon 7/3/2022. Tue 8/3 counts, the letter leaves at 9:00; it is answered Mon 14/3 at
    # 10:00, after opening: so Tue 15/3 is the second and Wed 16/3 the third day.
    paper = dossier(procedure="1.004873", limit="3 ngày làm việc")
    paper = walked(
        paper,
        "submitted 2022-03-07 08:30", "received 2022-03-07 09:00", "transferred 2022-03-07 14:00",
        "verification-asked 2022-03-08 09:00",
    )  # fmt: skip
    counting = CountingRules(CALENDAR, special=special_clock("civil-status-verification"))
    assert due_of(paper, counting=counting).basis is DueBasis.STANDS
    assert (
        timeliness(paper, as_of=date(2022, 3, 31), policy=BY_DATE, counting=counting).timeliness
        is Timeliness.STOPPED
    )
    paper = walked(paper, "verification-answered 2022-03-14 10:00")
    assert due_of(paper, counting=counting).due == date(2022, 3, 16)
    # Without that rule no text stops the clock: Thu 10/3.
    assert due_of(paper, counting=CountingRules(CALENDAR)).due == date(2022, 3, 10)
    paper = walked(paper, "resolved 2022-03-16 16:00 granted", "returned 2022-03-17 09:00")
    assert (
        timeliness(paper, as_of=date(2022, 3, 31), policy=BY_DATE, counting=counting).timeliness
        is Timeliness.ON_TIME
    )


@pytest.mark.parametrize("procedure", ["1.001193", "1.000656"])
@pytest.mark.parametrize(("solvable", "due"), [(True, date(2022, 3, 4)), (False, date(2022, 3, 7))])
def test_birth_and_death_at_once_or_the_next_working_day(
    procedure: str, solvable: bool, due: date
) -> None:
    # Civil Status Law 60/2014/QH13 art. 5(3): received after 15:00 and not solvable -> next working
    # day (Fri -> Mon).
    birth = dossier(
        "submitted 2022-03-04 15:20",
        "received 2022-03-04 15:20",
        procedure=procedure,
        limit="trong ngày",
    )
    counting = CountingRules(CALENDAR, cutoff=CutOff.SOFT15, solvable=solvable)
    assert day_due(due_of(birth, counting=counting).due) == due
    birth = walked(
        birth,
        "resolved 2022-03-07 08:00 granted",
        "returned 2022-03-07 08:10",
        "result-stored 2022-03-07 08:10",
    )
    found = timeliness(birth, as_of=date(2022, 3, 8), policy=BY_DATE, counting=counting)
    assert found.timeliness is (Timeliness.LATE if solvable else Timeliness.ON_TIME)
    assert found.working_days == (1 if solvable else None)


DISABILITY = (
    "submitted 2022-12-15 08:30",
    "received 2022-12-15 09:00",
    "transferred 2022-12-15 10:00",
)


def test_degree_of_disability_twenty_five_working_days_across_tet() -> None:
    # TT 01/2019/TT-BLĐTBXH arts. 5(2), 6(1): 20 + 5 working days; 2/1 and Tết 20-26/1/2023 off.
    found = walked(dossier(procedure="1.001699", limit="25 ngày làm việc"), *DISABILITY)
    assert due_of(found, counting=CountingRules(CALENDAR)).due == date(2023, 1, 27)


def test_one_supplement_restarts_the_clock_under_the_decree_of_2018() -> None:
    # NĐ 61/2018/NĐ-CP art. 19(4): notice within 3 working days (by Tue 20/12), then the limit from
    # zero. From Tue 27/12/2022: 28-30/12 are 3, 3-6/1 4, 9-13/1 5, 16-19/1 4, 27/1 1, 30/1-3/2 5,
    # 6-8/2 3: 25 on Wed 8/2.
    start = walked(dossier(procedure="1.001699", limit="25 ngày làm việc"), *DISABILITY)
    asked = walked(start, "supplement-requested 2022-12-20 09:00")
    assert asked.status is Status.SUPPLEMENT_ASKED
    assert due_of(asked, counting=CountingRules(CALENDAR)).basis is DueBasis.STANDS
    complete = walked(asked, "supplement-received 2022-12-27 09:00")
    assert complete.status is Status.PROCESSING
    found = due_of(complete, counting=CountingRules(CALENDAR))
    assert found.due == date(2023, 2, 8)
    assert found.deadline is not None
    assert "art. 19(4)" in found.deadline.explain()


def test_the_limit_restarts_under_the_decree_of_2025() -> None:
    # NĐ 118/2025/NĐ-CP art. 19(5): five working days from the answer on Tuesday 10/3/2026.
    start = dossier(
        "submitted 2026-03-02 09:00", "received 2026-03-02 09:00",
        "supplement-requested 2026-03-03 09:00",
        "supplement-received 2026-03-10 09:00", limit="5 ngày làm việc",
    )  # fmt: skip
    assert due_of(start, counting=CountingRules(CALENDAR)).due == date(2026, 3, 17)


def test_an_apology_with_one_extension() -> None:
    # NĐ 61/2018/NĐ-CP art. 19(9): not later than one day before expiry; a new date at most once.
    start = walked(dossier(procedure="1.001699", limit="25 ngày làm việc"), *DISABILITY)
    extended = walked(start, "apology 2023-01-19 09:00 2023-02-03")
    found = due_of(extended, counting=CountingRules(CALENDAR))
    assert (found.due, found.basis) == (date(2023, 2, 3), DueBasis.EXTENDED)
    with pytest.raises(RefusedEventError) as raised:
        apply(extended, event("apology 2023-02-01 09:00 2023-02-20"))
    refusal = raised.value.refusal
    assert (refusal.guard, str(refusal.citation)) == (
        "second-apology",
        "Decree 61/2018/NĐ-CP, art. 19(9)",
    )
    assert refusal.fact == at("2023-01-19 09:00").isoformat()
    done = walked(extended, "resolved 2023-02-03 16:30 granted", "returned 2023-02-06 08:00")
    assert (
        timeliness(
            done, as_of=date(2023, 2, 28), policy=BY_DATE, counting=CountingRules(CALENDAR)
        ).timeliness
        is Timeliness.ON_TIME
    )


def test_an_apology_after_the_due_date_undoes_nothing() -> None:
    start = walked(
        dossier(limit="25 ngày làm việc"), *DISABILITY, "apology 2023-01-30 09:00 2023-02-10"
    )
    assert due_of(start, counting=CountingRules(CALENDAR)).due == date(2023, 1, 27)


def test_a_withdrawal_is_refused_after_the_decision() -> None:
    # NĐ 118/2025/NĐ-CP art. 21: only while no decision or notice of result exists.
    start = dossier(
        "submitted 2026-03-02 09:00",
        "received 2026-03-02 09:00",
        "resolved 2026-03-04 09:00 granted",
    )
    with pytest.raises(RefusedEventError) as raised:
        apply(start, event("withdrawal-asked 2026-03-04 10:00"))
    refusal = raised.value.refusal
    assert refusal.guard == "decided"
    assert refusal.citation.instrument == "NĐ 118/2025/NĐ-CP"
    assert [kind.value for kind in refusal.possible] == [
        "returned",
        "result-stored",
        "satisfaction-given",
        "note",
    ]
    for lang in LANGUAGES:
        assert "{" not in refusal.finding.line(lang)


def test_a_non_territorial_desk_starts_the_clock_with_the_transfer() -> None:
    # NĐ 118/2025 art. 17(3) as amended by NĐ 309/2026: from the moment the competent agency
    # receives the dossier.
    from evnpubsvc.services import Channel

    start = dossier(
        "submitted 2026-09-07 09:00", "received 2026-09-07 09:00", limit="3 ngày làm việc",
        channel=Channel.NON_TERRITORIAL,
    )  # fmt: skip
    assert due_of(start, counting=CountingRules(CALENDAR)).basis is DueBasis.NOT_STARTED
    there = walked(start, "transferred 2026-09-09 09:00")
    assert due_of(there, counting=CountingRules(CALENDAR)).due == date(2026, 9, 14)


def test_an_event_is_what_it_says() -> None:
    with pytest.raises(MisuseError) as raised:
        Event(history("submitted 2022-01-04 09:00")[0].kind, datetime(2022, 1, 4, 9))
    assert raised.value.reason == "datetime-naive"


def _open_over_tet_2028(*more: str) -> Dossier:
    lines = ("submitted 2028-01-03 09:00", "received 2028-01-03 09:00")
    return dossier(*lines, *more, limit="15 ngày làm việc")


def test_a_judgement_says_that_its_due_date_is_not_decided() -> None:
    """Tết 2028 falls on 26/1.

    Fifteen working days from 3/1 end on either side of days not yet decided.
    """
    until_2028 = CountingRules(vietnam_calendar(provisional_until=2028))
    one = _open_over_tet_2028()
    found = due_of(one, counting=until_2028)
    assert (found.provisional, found.bounds is None) == (True, False)
    judged = timeliness(one, as_of=date(2028, 2, 20), policy="date", counting=until_2028)
    assert (judged.timeliness, judged.provisional) == (Timeliness.PENDING_OVERDUE, True)
    # The mark is in the data, so it is there after JSON.
    assert from_json(to_json(judged), Judgement).provisional
    assert from_json(to_json(found), DossierDue).provisional
    # Without a count nothing rests on the calendar; a decided year has no mark.
    stated = evolve(one, limit=None, stated_due=date(2028, 1, 21))
    assert not due_of(stated, counting=until_2028).provisional
    assert not timeliness(stated, as_of=date(2028, 1, 10), policy="date").provisional
    decided = dossier(
        "submitted 2026-03-02 09:00", "received 2026-03-02 09:00", limit="5 ngày làm việc"
    )
    assert not timeliness(
        decided, as_of=date(2026, 4, 1), policy="date", counting=until_2028
    ).provisional


def test_a_finding_says_that_it_rests_on_undecided_days() -> None:
    until_2028 = CountingRules(vietnam_calendar(provisional_until=2028))
    one = _open_over_tet_2028()
    [found] = check(one, as_of=date(2028, 2, 20), rules=[rule("R12")], counting=until_2028)
    assert dict(found.parts)["provisional"] is True
    assert found.message("en").endswith("(provisional: it rests on days off that are not decided)")
    assert "tạm tính" in found.message("vi")
    # After JSON too.
    read = from_json(to_json(found), Finding)
    assert dict(read.parts)["provisional"] is True
    assert read.message("vi") == found.message("vi")
    # A decided due date has no mark; the days of delay counted into 2028 have one.
    early = dossier(
        "submitted 2027-12-01 09:00", "received 2027-12-01 09:00", limit="5 ngày làm việc"
    )
    for as_of, marked in ((date(2027, 12, 20), False), (date(2028, 2, 20), True)):
        [found] = check(early, as_of=as_of, rules=[rule("R12")], counting=until_2028)
        assert ("provisional" in dict(found.parts)) is marked


def test_working_days_of_delay_over_undecided_days_are_marked() -> None:
    """Due in a decided year, overdue in one that is not.

    The date holds, the working days may not.
    """
    until_2028 = CountingRules(vietnam_calendar(provisional_until=2028))
    one = dossier(
        "submitted 2027-12-01 09:00", "received 2027-12-01 09:00", limit="5 ngày làm việc"
    )
    assert not due_of(one, counting=until_2028).provisional
    judged = timeliness(one, as_of=date(2028, 2, 20), policy="date", counting=until_2028)
    assert (judged.due, judged.provisional) == (date(2027, 12, 8), True)


def test_an_apology_is_marked_where_undecided_days_move_it() -> None:
    until_2028 = CountingRules(vietnam_calendar(provisional_until=2028), clock="resume")
    first = (
        "submitted 2027-12-01 09:00",
        "received 2027-12-01 09:00",
        "apology 2027-12-03 09:00 2028-01-20",
    )
    promised = due_of(dossier(*first, limit="5 ngày làm việc"), counting=until_2028)
    assert (promised.due, promised.basis, promised.provisional) == (
        date(2028, 1, 20),
        DueBasis.EXTENDED,
        False,
    )
    stop = ("stopped 2028-01-10 09:00", "resumed 2028-01-14 09:00")
    moved = due_of(dossier(*first, *stop, limit="5 ngày làm việc"), counting=until_2028)
    assert (moved.basis, moved.provisional) == (DueBasis.EXTENDED, True)


def test_papers_before_receipt_lead_back_to_a_new_dossier() -> None:
    """After them it waits to be received; papers after receipt lead back to the work."""
    asked = ("supplement-requested 2022-03-01 10:00", "supplement-received 2022-03-02 09:00")
    before = walked(Dossier("case-1"), "submitted 2022-03-01 09:00", *asked)
    assert before.state.status is Status.NEW
    assert walked(before, "received 2022-03-02 10:00").state.status is Status.RECEIVED
    taken = walked(Dossier("case-1"), "submitted 2022-03-01 09:00", "received 2022-03-01 09:30")
    assert walked(taken, *asked).state.status is Status.RECEIVED
    begun = walked(taken, "transferred 2022-03-01 09:45")
    assert walked(begun, *asked).state.status is Status.PROCESSING
