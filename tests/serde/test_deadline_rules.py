"""Rules of deadlines read from files: on packaged ones, on others of the file, and refusals."""

import io
from datetime import date, datetime

import pytest

from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    CutOff,
    DeadlineRules,
    Stop,
    StopKind,
    TimeLimit,
    due,
    rule_sets,
    special_clock,
)
from evnpubsvc.dossiers import Dossier, Event, EventKind, check, rule
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.serde import from_json, read_deadline_rules, to_json
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar

OURS = """
[[special]]
key = "copies-of-our-office"
base = "certified-copy"
vi = "chứng thực bản sao tại xã"
en = "certified copies in our commune"
instrument = "a decision of the commune"
article = "2"
since = 2026-01-01
until = 2026-12-31

[[special]]
key = "copies-by-post"
base = "copies-of-our-office"
vi = "chứng thực bản sao qua bưu chính"
en = "certified copies by post"
instrument = "a decision of the commune"
cutoff = "none"
clocks = { supplement = "resume" }
limits = { ordinary = "1 ngày làm việc", many-pages = "2 ngày làm việc" }
"""


def reasons(text: str) -> list[tuple[str, str]]:
    with pytest.raises(DataError) as caught:
        read_deadline_rules(io.BytesIO(text.encode()))
    return [(each.path, each.reason) for each in caught.value.findings]


def test_a_special_clock_builds_on_another() -> None:
    ours, by_post = read_deadline_rules(io.BytesIO(OURS.encode())).special_clocks
    packaged = special_clock("certified-copy")
    assert (ours.cutoff, ours.limits) == (packaged.cutoff, packaged.limits)
    # Key, source and days are its own.
    assert ours.citation.instrument == "a decision of the commune"
    assert (ours.validity.since, ours.validity.until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert by_post.cutoff is CutOff.NONE
    assert by_post.clock(StopKind.SUPPLEMENT) is ClockPolicy.RESUME
    assert str(by_post.limit("many-pages")) == "2 ngày làm việc"
    assert by_post.validity.since is None


def test_it_counts_as_a_packaged_one_does() -> None:
    ours, _ = read_deadline_rules(io.BytesIO(OURS.encode())).special_clocks
    late = datetime(2026, 3, 6, 15, 30)  # a Friday
    for special in (ours, special_clock("certified-copy")):
        rules = CountingRules(vietnam_calendar(), special=special)
        assert due(late, special.limit("ordinary"), counting=rules).date == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        (('base = "certified-copy"', 'base = "none"'), "$.special[0].base", "rule-base-unknown"),
        (("copies-of-our-office", "certified-copy"), "$.special[0].key", "rule-key-twice"),
        (("copies-by-post", "copies-of-our-office"), "$.special[1].key", "rule-key-twice"),
        (('article = "2"', 'colour = "red"'), "$.special[0].colour", "key-unknown"),
        (("2 ngày làm việc", "2"), "$.special[1].limits.many-pages", "limit-without-unit"),
        (('cutoff = "none"', 'cutoff = "soon"'), "$.special[1].cutoff", "value-of-wrong-type"),
        (("[[special]]", "[special]"), "$.special", "rule-rows-needed"),
    ],
)
def test_what_is_refused(change: tuple[str, str], path: str, reason: str) -> None:
    text = OURS.partition("\n\n[[")[0] if reason == "rule-rows-needed" else OURS
    assert reasons(text.replace(*change))[0] == (path, reason)


def test_days_in_the_wrong_order_and_unknown_groups() -> None:
    found = reasons("rules = 1\n" + OURS.replace("until = 2026-12-31", "until = 2025-12-31"))
    assert found[0] == ("$.rules", "key-unknown")
    assert found[1][0].startswith("$.special[0]")


def test_an_empty_file_has_none() -> None:
    assert read_deadline_rules(io.BytesIO(b"")) == DeadlineRules()
    assert isinstance(special_clock("certified-copy").limit("ordinary"), TimeLimit)


# -- one-stop rules ----------------------------------------------------------------------------

LATER = """
[[rule_set]]
key = "onestop-2028"
base = "onestop-2026"
vi = "cơ chế một cửa từ năm 2028"
en = "one-stop rules of 2028"
instrument = "NĐ 1/2027/NĐ-CP"
article = "9"
since = 2027-06-01
until = 2027-12-31
clocks = { supplement = "resume", verification = "exclude" }
[rule_set.limits]
supplement-notice = "1 ngày làm việc"
supplement-answer = { limit = "10 ngày", article = "9(2)" }
"""


def read(text: str) -> DeadlineRules:
    return read_deadline_rules(io.BytesIO(text.encode()))


def test_one_stop_rules_build_on_packaged_ones() -> None:
    [rules] = read(LATER).rule_sets
    [packaged] = [each for each in rule_sets() if each.key == "onestop-2026"]
    # What the file does not say is that of the base, with the articles of the base.
    assert rules.limit("online-answer") == packaged.limit("online-answer")
    notice, answer = rules.limit("supplement-notice"), rules.limit("supplement-answer")
    assert notice is not None
    assert answer is not None
    assert (str(notice.limit), notice.citation.article) == ("1 ngày làm việc", "9")
    assert (str(answer.limit), answer.citation.article) == ("10 ngày", "9(2)")
    assert packaged.clock(StopKind.SUPPLEMENT) is ClockPolicy.RESTART
    assert rules.clock(StopKind.SUPPLEMENT) is ClockPolicy.RESUME


def test_they_hold_on_their_days_and_are_cited() -> None:
    counting = CountingRules(vietnam_calendar(), rule_sets=read(LATER).rule_sets)
    sets = {day: counting.rule_set(day) for day in map(date.fromisoformat, DAYS)}
    assert [each and each.key for each in sets.values()] == list(DAYS.values())

    # Ten working days from Mon 7/6/2027, three of them used up when papers are asked for.
    stop = Stop(StopKind.SUPPLEMENT, date(2027, 6, 10), date(2027, 6, 21))
    before, after = (
        due(date(2027, 6, 7), "10 ngày làm việc", counting=rules, stops=[stop])
        for rules in (CountingRules(vietnam_calendar()), counting)
    )
    # By the packaged rules all ten are counted again from 21/6, by those of the file the last
    # seven.
    assert (before.date, after.date) == (date(2027, 7, 5), date(2027, 6, 30))
    assert "Nghị định số 1/2027/NĐ-CP" in after.explain("vi")
    assert "118/2025" not in after.explain("vi")


DAYS = {
    "2018-06-20": None,
    "2027-05-31": "onestop-2026",
    "2027-06-01": "onestop-2028",
    "2027-12-31": "onestop-2028",
    "2028-01-01": "onestop-2026",
}


def test_rules_over_dossiers_take_the_times_of_the_file() -> None:
    asked = datetime(2027, 6, 9, 10, tzinfo=VIETNAM_TIME)  # two working days after receipt
    received = datetime(2027, 6, 7, 9, tzinfo=VIETNAM_TIME)
    dossier = Dossier(
        "case-1",
        limit=TimeLimit.parse("10 ngày làm việc"),
        events=(
            Event(EventKind.SUBMITTED, received),
            Event(EventKind.RECEIVED, received),
            Event(EventKind.SUPPLEMENT_REQUESTED, asked),
        ),
    )
    packaged = CountingRules(vietnam_calendar())
    ours = CountingRules(vietnam_calendar(), rule_sets=read(LATER).rule_sets)
    as_of, r5 = date(2027, 6, 9), [rule("R5")]
    assert check(dossier, as_of=as_of, rules=r5, counting=packaged) == ()
    [late] = check(dossier, as_of=as_of, rules=r5, counting=ours)
    assert late.reason == "supplement-notice-late"
    assert str(dict(late.parts)["source"]) == "Decree 1/2027/NĐ-CP, art. 9"
    # Closed after ten days by the file, after fifteen by the decree.
    for day, expected in ((date(2027, 6, 21), []), (date(2027, 6, 22), ["supplement-unanswered"])):
        found = check(dossier, as_of=day, rules=[rule("R15")], counting=ours)
        assert [each.reason for each in found] == expected


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        (('base = "onestop-2026"', 'base = "certified-copy"'), "[0].base", "rule-base-unknown"),
        (('base = "onestop-2026"', 'base = "onestop-2028"'), "[0].base", "rule-base-unknown"),
        (('key = "onestop-2028"', 'key = "onestop-2025"'), "[0].key", "rule-key-twice"),
        (("since = 2027-06-01\n", ""), "[0].since", "key-missing"),
        (("since = 2027-06-01", "since = 2028-06-01"), "[0]", "last-before-first"),
        (("since = 2027-06-01", 'since = "soon"'), "[0].since", "value-of-wrong-type"),
        (('"1 ngày làm việc"', '"soon"'), "[0].limits.supplement-notice", "limit-not-read"),
        (('"1 ngày làm việc"', "3"), "[0].limits.supplement-notice.limit", "value-of-wrong-type"),
        (('article = "9(2)"', 'colour = "red"'), "[0].limits.supplement-answer.colour",
            "key-unknown"),
        (('supplement = "resume"', 'supplement = "soon"'), "[0].clocks[supplement]",
            "value-of-wrong-type"),
        (('article = "9"', 'article = "Điều 9"'), "[0]", "citation-article"),
        (('en = "one-stop rules of 2028"', 'en = ""'), "[0]", "title-empty"),
    ],
)  # fmt: skip
def test_one_stop_rules_that_are_refused(change: tuple[str, str], path: str, reason: str) -> None:
    assert change[0] in LATER
    found = reasons(LATER.replace(*change))
    assert (f"$.rule_set{path}", reason) in found


def test_rules_that_share_days_are_refused() -> None:
    twice = LATER + LATER.replace("onestop-2028", "onestop-2029")
    assert reasons(twice) == [("$.rule_set", "rule-sets-overlap")]
    rules = read(LATER).rule_sets
    with pytest.raises(MisuseError, match="rule-sets-overlap"):
        CountingRules(vietnam_calendar(), rule_sets=(*rules, *rules))


def test_rules_travel_in_json() -> None:
    counting = CountingRules(vietnam_calendar(), rule_sets=read(LATER).rule_sets)
    assert from_json(to_json(counting), CountingRules) == counting
    assert from_json(to_json(read(OURS + LATER)), DeadlineRules) == read(OURS + LATER)
