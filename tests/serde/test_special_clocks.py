"""Special clocks read from files.

On a packaged one, on one of the same file, and what is refused.
"""

import io
from datetime import date, datetime

import pytest

from evnpubsvc.deadlines import (
    ClockPolicy,
    CountingRules,
    CutOff,
    StopKind,
    TimeLimit,
    due,
    special_clock,
)
from evnpubsvc.errors import DataError
from evnpubsvc.serde import read_special_clocks
from evnpubsvc.worktime import vietnam_calendar

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
        read_special_clocks(io.BytesIO(text.encode()))
    return [(each.path, each.reason) for each in caught.value.findings]


def test_a_special_clock_builds_on_another() -> None:
    ours, by_post = read_special_clocks(io.BytesIO(OURS.encode()))
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
    ours, _ = read_special_clocks(io.BytesIO(OURS.encode()))
    late = datetime(2026, 3, 6, 15, 30)  # a Friday
    for special in (ours, special_clock("certified-copy")):
        rules = CountingRules(vietnam_calendar(), special=special)
        assert due(late, special.limit("ordinary"), counting=rules).date == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        (('base = "certified-copy"', 'base = "none"'), "$.special[0].base", "special-base-unknown"),
        (("copies-of-our-office", "certified-copy"), "$.special[0].key", "special-key-twice"),
        (("copies-by-post", "copies-of-our-office"), "$.special[1].key", "special-key-twice"),
        (('article = "2"', 'colour = "red"'), "$.special[0].colour", "key-unknown"),
        (("2 ngày làm việc", "2"), "$.special[1].limits.many-pages", "limit-without-unit"),
        (('cutoff = "none"', 'cutoff = "soon"'), "$.special[1].cutoff", "value-of-wrong-type"),
        (("[[special]]", "[special]"), "$.special", "special-rows-needed"),
    ],
)
def test_what_is_refused(change: tuple[str, str], path: str, reason: str) -> None:
    text = OURS.partition("\n\n[[")[0] if reason == "special-rows-needed" else OURS
    assert reasons(text.replace(*change))[0] == (path, reason)


def test_days_in_the_wrong_order_and_unknown_groups() -> None:
    found = reasons("rules = 1\n" + OURS.replace("until = 2026-12-31", "until = 2025-12-31"))
    assert found[0] == ("$.rules", "key-unknown")
    assert found[1][0].startswith("$.special[0]")


def test_an_empty_file_has_none() -> None:
    assert read_special_clocks(io.BytesIO(b"")) == ()
    assert isinstance(special_clock("certified-copy").limit("ordinary"), TimeLimit)
