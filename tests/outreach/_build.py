"""Small teams and a brute force for rosters."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise, product

from evnpubsvc.law import Citation
from evnpubsvc.outreach import Member, MemberRole, SupportTeam, TeamDecision
from evnpubsvc.texts import Text
from evnpubsvc.worktime import Calendar, vietnam_calendar

NAME = Text(vi="Tổ hỗ trợ", en="Support team")


def decision(
    members: Sequence[Member], first: date, last: date | None = None, number: str = "1"
) -> TeamDecision:
    return TeamDecision(Citation(f"QĐ {number}/QĐ-UBND"), first, first, last, tuple(members))


def team_of(size: int, first: date = date(2019, 1, 1), last: date | None = None) -> SupportTeam:
    members = [Member(f"TV{n}", MemberRole.MEMBER) for n in range(1, size + 1)]
    return SupportTeam("tx2", NAME, (decision(members, first, last),))


def working_days(first: date, last: date, calendar: Calendar | None = None) -> list[date]:
    known = vietnam_calendar() if calendar is None else calendar
    days = (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
    return [day for day in days if known.is_working_day(day)]


def all_assignments(
    candidates: Sequence[Sequence[int]], cap: int | None, apart: bool, before: int | None
) -> Iterator[tuple[int, ...]]:
    """Every assignment that keeps the rules, by trying all."""
    for chosen in product(*candidates):
        row = (before, *chosen)
        if apart and any(a == b for a, b in pairwise(row)):
            continue
        if cap is not None and any(chosen.count(m) > cap for m in chosen):
            continue
        yield chosen
