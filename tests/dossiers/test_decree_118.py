"""NĐ 118/2025/NĐ-CP from 1/7/2025.

Each rule on the day before, of and after, in the calendar of Viet Nam.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from evnpubsvc.deadlines import CountingRules, SpecialClock, TimeLimit
from evnpubsvc.dossiers import Dossier, TransitionalRule, check, due_of, rule
from evnpubsvc.law import Citation
from evnpubsvc.services import Channel
from evnpubsvc.texts import Text
from tests.dossiers.samples import CALENDAR, dossier

RULES = CountingRules(CALENDAR)
THURSDAY = ("submitted 2025-09-04 09:00", "received 2025-09-04 09:00")


def reasons(key: str, one: Dossier, *, as_of: str = "2026-12-31", **more: Any) -> list[str]:
    more.setdefault("counting", RULES)
    found = check(one, as_of=date.fromisoformat(as_of), rules=[rule(key)], **more)
    # What concerns the history itself has the rule "history".
    return [each.reason for each in found if dict(each.parts)["rule"] == key]


def sources(key: str, one: Dossier, **more: Any) -> list[str]:
    more.setdefault("counting", RULES)
    found = check(one, as_of=date(2026, 12, 31), rules=[rule(key)], **more)
    own = (dict(each.parts) for each in found)
    return [str(parts["source"]) for parts in own if parts["rule"] == key]


def sectoral(**limits: str) -> CountingRules:
    """A sectoral rule that sets its own times."""
    pairs = ((key.replace("_", "-"), TimeLimit.parse(text)) for key, text in limits.items())
    title = Text(vi="luật chuyên ngành", en="sectoral law")
    special = SpecialClock("own", title, Citation("QĐ 1/QĐ-UBND"), limits=tuple(pairs))
    return CountingRules(CALENDAR, special=special)


# -- art. 19(5): the notice within 3 working days of receipt ---------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2025-09-08 08:00", []),
        ("2025-09-09 16:59", []),  # Thursday 4/9, three working days: Tuesday 9/9
        ("2025-09-10 07:30", ["supplement-notice-late"]),
        ("2025-09-16 08:00", ["supplement-notice-late"]),  # after 8 working days
    ],
)
def test_a_supplement_is_asked_for_within_three_working_days(asked: str, found: list[str]) -> None:
    one = dossier(*THURSDAY, f"supplement-requested {asked}")
    assert reasons("R5", one) == found
    assert set(sources("R5", one)) <= {"Decree 118/2025/NĐ-CP, art. 19(5)"}


def test_sectoral_law_may_set_another_time_for_the_notice() -> None:
    """ "trừ trường hợp pháp luật chuyên ngành có quy định cụ thể về thời gian"."""
    one = dossier(*THURSDAY, "supplement-requested 2025-09-16 08:00")
    assert reasons("R5", one, counting=sectoral(supplement_notice="8 ngày làm việc")) == []
    assert reasons("R5", one, counting=sectoral(supplement_notice="7 ngày làm việc")) != []


# -- art. 19(5): the limit is counted again; arts 21, 19(6) ----------------------------------------


def test_the_limit_is_counted_again_from_the_answer() -> None:
    """Received Monday 8/9/2025, asked on 9/9, answered on Friday 12/9.

    Five working days from 12/9 are 19/9.
    """
    one = dossier(
        "submitted 2025-09-08 09:00", "received 2025-09-08 09:00",
        "supplement-requested 2025-09-09 09:00", "supplement-received 2025-09-12 09:00",
        limit="5 ngày làm việc",
    )  # fmt: skip
    found = due_of(one, counting=RULES)
    assert found.due == date(2025, 9, 19)
    assert found.deadline is not None
    assert "art. 19(5)" in found.deadline.explain()
    assert "khoản 5 Điều 19 Nghị định số 118/2025/NĐ-CP" in found.deadline.explain("vi")


@pytest.mark.parametrize(
    ("as_of", "found"),
    [
        ("2025-09-23", []),
        ("2025-09-24", []),  # asked on 9/9: fifteen days end on Wednesday 24/9
        ("2025-09-25", ["supplement-unanswered"]),
    ],
)
def test_the_file_is_closed_after_fifteen_days(as_of: str, found: list[str]) -> None:
    one = dossier(*THURSDAY, "supplement-requested 2025-09-09 09:00")
    assert reasons("R15", one, as_of=as_of) == found
    answered = dossier(
        *THURSDAY, "supplement-requested 2025-09-09 09:00", "supplement-received 2025-09-24 16:00"
    )
    assert reasons("R15", answered, as_of=as_of) == []
    longer = sectoral(supplement_answer="30 ngày")
    assert reasons("R15", one, as_of=as_of, counting=longer) == []


def test_fifteen_days_that_end_on_a_day_off_end_on_the_next_working_day() -> None:
    """Asked on Friday 5/9, fifteen days are Saturday 20/9, so Monday 22/9 (Civil Code art.
    148(5)).
    """
    one = dossier(*THURSDAY, "supplement-requested 2025-09-05 09:00")
    assert reasons("R15", one, as_of="2025-09-22") == []
    assert reasons("R15", one, as_of="2025-09-23") == ["supplement-unanswered"]


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2025-09-09", []),
        ("2025-09-10", []),  # due on Thursday 11/9: one day before at the latest
        ("2025-09-11", ["apology-late"]),
        ("2025-09-12", ["apology-late"]),
    ],
)
def test_an_apology_comes_a_day_before_the_limit_is_over(day: str, found: list[str]) -> None:
    one = dossier(*THURSDAY, f"apology {day} 08:00 2025-09-19", limit="5 ngày làm việc")
    assert reasons("R6", one) == found
    twice = dossier(
        *THURSDAY, "apology 2025-09-09 08:00 2025-09-15", "apology 2025-09-10 08:00 2025-09-19",
        limit="5 ngày làm việc",
    )  # fmt: skip
    assert reasons("R6", twice) == ["second-apology"]
    assert sources("R6", twice) == ["Decree 118/2025/NĐ-CP, art. 19(6)"]


def test_a_withdrawal_comes_before_the_decision() -> None:
    for day, found in (("04", []), ("05", ["withdrawal-after-decision"])):
        lines = (f"withdrawal-asked 2025-09-{day} 10:00", "resolved 2025-09-05 09:00")
        assert (
            reasons("R8", dossier(*THURSDAY, *sorted(lines, key=lambda x: x.split()[1:]))) == found
        )


# -- arts 16(3), 17(2)(a), 17(2)(c): before receipt ------------------------------------------------


def test_an_online_dossier_is_answered_within_eight_working_hours() -> None:
    """Submitted on Thursday at 9:00; 7.5 hours a day here, so Friday 9:30."""
    for asked, found in (
        ("2025-09-04 16:00", []),
        ("2025-09-05 09:30", []),
        ("2025-09-05 09:31", ["supplement-notice-late"]),
    ):
        lines = ("submitted 2025-09-04 09:00", f"supplement-requested {asked}")
        assert reasons("R5", dossier(*lines, channel=Channel.ONLINE)) == found
        assert reasons("R5", dossier(*lines, channel=Channel.IN_PERSON)) == []
        longer = sectoral(online_answer="9 giờ làm việc")
        assert reasons("R5", dossier(*lines, channel=Channel.ONLINE), counting=longer) == []


def test_everything_is_asked_for_at_once() -> None:
    lines = (
        "submitted 2025-09-04 08:00", "supplement-requested 2025-09-04 09:00",
        "supplement-received 2025-09-04 10:00", "supplement-requested 2025-09-04 11:00",
    )  # fmt: skip
    assert reasons("R4", dossier(*lines[:3])) == []
    assert sources("R4", dossier(*lines)) == [
        "Decree 118/2025/NĐ-CP, arts. 16(3), 17(1)(c), 17(2)(a)"
    ]


# -- art. 18(2), 20(1)(a): transfer ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "received", "transferred", "found"),
    [
        ("in-person", "2025-09-04 15:00", "2025-09-04 16:30", []),
        ("in-person", "2025-09-04 15:00", "2025-09-05 07:00", ["transfer-late"]),
        ("in-person", "2025-09-04 15:01", "2025-09-05 07:00", []),
        ("in-person", "2025-09-05 15:01", "2025-09-08 07:00", []),  # over the weekend
        ("in-person", "2025-09-05 15:01", "2025-09-09 07:00", ["transfer-late"]),
        ("online", "2025-09-04 09:00", "2025-09-09 07:00", []),  # only what was received in person
        ("post", "2025-09-04 09:00", "2025-09-09 07:00", []),
        ("non-territorial", "2025-09-04 15:01", "2025-09-05 16:00", []),
        ("non-territorial", "2025-09-04 15:01", "2025-09-08 07:00", ["transfer-late"]),
    ],
)
def test_only_what_was_received_in_person_waits_for_the_morning(
    channel: str, received: str, transferred: str, found: list[str]
) -> None:
    one = dossier(
        f"submitted {received}", f"received {received}", f"transferred {transferred}",
        channel=Channel(channel),
    )  # fmt: skip
    assert reasons("R16", one) == found


# -- art. 40: dossiers open on 1/7/2025 ------------------------------------------------------------


def test_a_dossier_open_when_the_rules_changed_needs_a_declared_reading() -> None:
    """Received on 30/6/2025; the second apology comes on 2/7.

    No text says which decree forbids it.
    """
    lines = ("submitted 2025-06-30 09:00", "received 2025-06-30 09:00")
    apologies = ("apology 2025-07-01 08:00 2025-07-10", "apology 2025-07-02 08:00 2025-07-11")
    one = dossier(*lines, *apologies, limit="5 ngày làm việc")
    assert reasons("R6", one) == ["rule-not-run"]
    for reading, decree in (
        (TransitionalRule.BEGUN, "Decree 61/2018/NĐ-CP, art. 19(9)"),
        (TransitionalRule.EACH_ACT, "Decree 118/2025/NĐ-CP, art. 19(6)"),
    ):
        assert sources("R6", one, transitional=reading) == [decree]


def test_the_readings_differ_for_the_closing_after_fifteen_days() -> None:
    """The decree of 2018 closes no file: received on 30/6/2025, asked on 1/7, never answered."""
    lines = ("submitted 2025-06-30 09:00", "received 2025-06-30 09:00")
    one = dossier(*lines, "supplement-requested 2025-07-01 09:00")
    assert reasons("R15", one) == ["rule-not-run"]
    assert reasons("R15", one, transitional=TransitionalRule.BEGUN) == []
    assert reasons("R15", one, transitional=TransitionalRule.EACH_ACT) == ["supplement-unanswered"]


def test_the_day_of_the_change_needs_no_reading() -> None:
    for day in ("2025-06-30", "2025-07-01"):
        one = dossier(
            f"submitted {day} 08:00", f"received {day} 08:00", f"supplement-requested {day} 09:00"
        )
        assert "rule-not-run" not in reasons("R5", one)
        assert "rule-not-run" not in reasons("R15", one)


def test_a_dossier_that_begins_on_the_day_of_the_change_keeps_its_day() -> None:
    """Submitted on paper on 1/7/2025, asked on 2/2/2026.

    The resolution of 2026 is not for it, and nothing is open.
    """
    one = dossier(
        "submitted 2025-07-01 08:00", "supplement-requested 2026-02-02 09:00",
        channel=Channel.IN_PERSON,
    )  # fmt: skip
    assert reasons("R5", one) == []
    before = dossier(
        "submitted 2025-06-30 08:00", "supplement-requested 2026-02-02 09:00",
        channel=Channel.IN_PERSON,
    )  # fmt: skip
    assert reasons("R5", before) == ["rule-not-run"]
