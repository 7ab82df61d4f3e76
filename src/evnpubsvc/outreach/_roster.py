"""Duty rosters: one member on each working day, fair, changed only within the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Self, cast

from attrs import evolve, field

from evnpubsvc._grid import Printed
from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._keyed import Keyed
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, plain_day, tuple_of
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.outreach._assign import Plan, Stuck, assign, rotate, window
from evnpubsvc.outreach._checks import (
    month_of,
    named,
    opaque,
    opaque_tuple,
    optional,
    whole,
)
from evnpubsvc.outreach._errors import ChangeRefusedError, InfeasibleRosterError, RosterConflict
from evnpubsvc.outreach._team import SupportTeam
from evnpubsvc.texts import LabelledEnum, Language, Text
from evnpubsvc.texts.parts import render, written_day
from evnpubsvc.worktime import Calendar

_DAY = timedelta(days=1)


def _month_text(day: date) -> Text:
    """Return the month of a day as each language writes it."""
    return Text(vi=f"tháng {day.month}/{day.year}", en=f"{day:%Y-%m}")


@frozen
class Absence(PublicType):
    """Days on which a member cannot take duty. Why is nobody's business here.

    Attributes:
        member: opaque reference.
        first: first day away, inclusive.
        last: last day away, inclusive; may be the same day.

    Raises:
        MisuseError: `last-before-first`.
    """

    member: str = field(validator=opaque)
    first: date = field(validator=plain_day)
    last: date = field(validator=plain_day)

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            raise MisuseError("last-before-first", first=self.first, last=self.last)


def _are_opaque(candidates: tuple[Any, ...]) -> bool:
    try:
        return _checked(candidates)
    except (MisuseError, TypeError):
        return False


@lru_cache(maxsize=1024)
def _checked(candidates: tuple[Any, ...]) -> bool:
    """Check candidates, who are the same on most days of a month."""
    opaque_tuple(None, named("candidates"), candidates)
    return True


def _duty_fields(record: Duty) -> None:
    # One check of the whole record instead of one a field: rosters of a nation hold a million of
    # them.
    given: tuple[Any, ...] = (record.day, record.member, record.candidates, record.fixed)
    if (
        type(given[0]) is not date
        or type(given[1]) is not str
        or type(given[2]) is not tuple
        or type(given[3]) is not bool
        or not _are_opaque(record.candidates)
    ):
        plain_day(record, named("day"), given[0])
        opaque(record, named("member"), given[1])
        opaque_tuple(record, named("candidates"), cast("object", given[2]))
        instance_of(bool)(record, named("fixed"), given[3])


@frozen
class Duty(PublicType):
    """Who is on duty on a day (*người trực*).

    Attributes:
        day: a working day.
        member: who is on duty, one of the candidates.
        candidates: everybody who could take the day, sorted: in the decision in force and not away.
        fixed: the day was given to the member beforehand.

    Raises:
        MisuseError: `not-a-candidate`.
    """

    day: date
    member: str
    candidates: tuple[str, ...]
    fixed: bool = False

    def __attrs_post_init__(self) -> None:
        _duty_fields(self)
        if self.member not in self.candidates:
            raise MisuseError("not-a-candidate", self.member, day=self.day)


class ChangeKind(LabelledEnum):
    """How a roster was changed after it was planned."""

    SWAP = "swap"
    """Two members exchanged their days (*đổi ca*)."""
    REPLACE = "replace"
    """Another member took a day (*trực thay*)."""


@frozen
class DutyMove(PublicType):
    """A day that went from one member to another."""

    day: date = field(validator=plain_day)
    before: str = field(validator=opaque)
    after: str = field(validator=opaque)


@frozen
class RosterChange(PublicType):
    """An entry of the log of a roster.

    Attributes:
        kind: what was done.
        moves: the days that changed hands.
        made_on: the day on which it was agreed; None when the caller does not say.
    """

    kind: ChangeKind = field(validator=instance_of(ChangeKind))
    moves: tuple[DutyMove, ...] = field(validator=tuple_of(DutyMove))
    made_on: date | None = field(default=None, validator=optional(plain_day))


@frozen
class DutyRoster(PublicType, Keyed, Printed):
    """The duty roster of a month (*lịch trực*): exactly one member on each working day.

    `plan_roster` makes it; `swap` and `replace` change it, keep the rules and write the log.

    Attributes:
        team: key of the team.
        first: first day of the month, or of the team where that is later.
        last: last day of the month, or of the team where that is earlier.
        duties: one a working day, ascending.
        spread: the most by which two members' days may differ; 1 unless the notices say why it must
            be more.
        members: everybody who belongs to the team in the month and takes duty, sorted; some may be
            away all month.
        no_consecutive: nobody takes two working days in a row.
        at_most: most days of one member; None for no limit.
        before: who had duty on the last working day before, where `no_consecutive` and the history
            tell.
        notices: what somebody should know about the plan.
        log: the changes since, in order.

    Raises:
        MisuseError: `days-not-ascending`, `duty-outside-roster`, `member-unknown`,
            `two-in-a-row`, `above-limit`, `loads-apart`.
    """

    team: str = field(validator=opaque)
    first: date = field(validator=plain_day)
    last: date = field(validator=plain_day)
    duties: tuple[Duty, ...] = field(validator=tuple_of(Duty))
    members: tuple[str, ...] = field(validator=opaque_tuple)
    spread: int = field(default=1, validator=whole(0))
    no_consecutive: bool = field(default=False, validator=instance_of(bool), kw_only=True)
    at_most: int | None = field(default=None, validator=optional(whole(1)), kw_only=True)
    before: str | None = field(default=None, validator=optional(opaque), kw_only=True)
    notices: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding), kw_only=True)
    log: tuple[RosterChange, ...] = field(
        default=(), validator=tuple_of(RosterChange), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        previous, holder = None, self.before
        known = set(self.members)
        for duty in self.duties:
            if not self.first <= duty.day <= self.last:
                raise MisuseError("duty-outside-roster", duty.day, first=self.first, last=self.last)
            if previous is not None and duty.day <= previous:
                raise MisuseError("days-not-ascending", duty.day, before=previous)
            if not known.issuperset(duty.candidates):
                stranger = next(m for m in duty.candidates if m not in known)
                raise MisuseError("member-unknown", stranger, known=tuple(self.members))
            if self.no_consecutive and duty.member == holder:
                raise MisuseError("two-in-a-row", duty.member, day=duty.day)
            previous, holder = duty.day, duty.member
        loads = self.loads
        if self.at_most is not None:
            for member, load in loads.items():
                if load > self.at_most:
                    raise MisuseError("above-limit", member, load=load, limit=self.at_most)
        if self._apart(loads) > self.spread:
            raise MisuseError("loads-apart", self._apart(loads), limit=self.spread)

    def _apart(self, loads: Mapping[str, int]) -> int:
        able = self.available
        return max((loads[m] for m in able), default=0) - min((loads[m] for m in able), default=0)

    def title(self, lang: Language = "en", team: Text | None = None) -> str:
        """Return the title of the roster: its month, and the name of the team or else its key."""
        month = written_day(self.first, lang).partition("/")[2]
        return render("roster-title", lang, {"month": month, "team": team or self.team})

    @property
    def loads(self) -> Mapping[str, int]:
        """The days of each member, zeros included, by reference."""
        loads = dict.fromkeys(self.members, 0)
        for duty in self.duties:
            loads[duty.member] += 1
        return loads

    @property
    def available(self) -> tuple[str, ...]:
        """The members who could take at least one day, sorted.

        Those among whom the days are shared.
        """
        able: set[str] = set()
        for candidates in {duty.candidates for duty in self.duties}:
            able.update(candidates)
        return tuple(sorted(able))

    def __iter__(self) -> Iterator[Duty]:
        return iter(self.duties)

    def __len__(self) -> int:
        return len(self.duties)

    def __contains__(self, key: object) -> bool:
        """Return whether a day has duty, or whether a loop gives this very duty."""
        return key in self.duties if isinstance(key, Duty) else super().__contains__(key)

    def __getitem__(self, day: date) -> Duty:
        for duty in self.duties:
            if duty.day == day:
                return duty
        raise UnknownNameError(
            "day-not-on-roster", day, first=self.first, last=self.last, nearest=self._near(day)
        )

    def _near(self, day: object) -> tuple[date, ...]:
        """Return the day of duty nearest to a day; none where there is no duty."""
        wanted = day if isinstance(day, date) else self.first
        days = sorted(
            (duty.day for duty in self.duties),
            key=lambda each: abs(each.toordinal() - wanted.toordinal()),
        )
        return tuple(days[:1])

    def days_of(self, member: str) -> tuple[date, ...]:
        """Return the days of a member, ascending.

        Raises:
            UnknownNameError: `member-unknown`.
        """
        self._known(member)
        return tuple(duty.day for duty in self.duties if duty.member == member)

    def _known(self, member: str) -> None:
        if member not in self.members:
            raise UnknownNameError("member-unknown", member, known=tuple(self.members))

    @answer_wrong_arguments
    def hours(self, calendar: Calendar) -> Mapping[str, timedelta]:
        """Return the office time on duty of every member of the roster, none for no duty.

        Args:
            calendar: its office hours; duty takes all of those of its day.

        Raises:
            OutsideCoverageError: the calendar does not cover a day.
        """
        given = dict.fromkeys(self.members, timedelta())
        for duty in self.duties:
            opening = datetime.combine(duty.day, time())
            closing = opening + timedelta(days=1)
            given[duty.member] += calendar.working_time_between(opening, closing)
        return MappingProxyType(given)

    def swap(self, one: date, other: date, *, made_on: date | None = None) -> Self:
        """Return the roster with the members of two days exchanged, and one more entry in its log.

        Raises:
            UnknownNameError: `day-not-on-roster`.
            ChangeRefusedError: `change-of-nothing` for two days of the same member,
                `change-of-fixed-day`, `member-not-available` (away, or outside the decision in
                force on that day), `two-in-a-row`.
        """
        a, b = self[one], self[other]
        return self._changed(
            ChangeKind.SWAP, {a.day: b.member, b.day: a.member}, made_on, self.spread
        )

    def replace(
        self, day: date, member: str, *, made_on: date | None = None, spread: int | None = None
    ) -> Self:
        """Return the roster with another member on a day, and the log longer by one entry.

        Args:
            day: a day of the roster.
            member: who takes it.
            made_on: the day on which it was agreed.
            spread: accept loads up to so many days apart; by default what the roster already
                allows.

        Raises:
            UnknownNameError: `day-not-on-roster`, `member-unknown`.
            ChangeRefusedError: as `swap`; `loads-apart`, `above-limit`.
        """
        self._known(member)
        allowed = self.spread if spread is None else max(spread, self.spread)
        return self._changed(ChangeKind.REPLACE, {self[day].day: member}, made_on, allowed)

    def _changed(
        self, kind: ChangeKind, given: Mapping[date, str], made_on: date | None, spread: int
    ) -> Self:
        duties = [evolve(d, member=given[d.day]) if self._may(d, given) else d for d in self.duties]
        moves = tuple(
            DutyMove(old.day, old.member, new.member)
            for old, new in zip(self.duties, duties, strict=True)
            if old.member != new.member
        )
        if not moves:
            raise ChangeRefusedError("change-of-nothing", ", ".join(map(str, given)))
        log = (*self.log, RosterChange(kind, moves, made_on))
        try:
            return evolve(self, duties=tuple(duties), spread=spread, log=log)
        except MisuseError as refused:
            raise ChangeRefusedError(refused.finding) from None

    def _may(self, duty: Duty, given: Mapping[date, str]) -> bool:
        """Whether a day gets another member; raises when it must not."""
        member = given.get(duty.day, duty.member)
        if member == duty.member:
            return False
        # A fixed day has one candidate, so it is told apart first.
        if duty.fixed:
            raise ChangeRefusedError("change-of-fixed-day", duty.day, member=duty.member)
        if member not in duty.candidates:
            raise ChangeRefusedError("member-not-available", member, day=duty.day)
        return True


def plan_rosters(
    team: SupportTeam,
    months: Iterable[str | date],
    calendar: Calendar,
    *,
    history: Iterable[DutyRoster] | Mapping[str, int] = (),
    absences: Iterable[Absence] = (),
    fixed: Mapping[date, str] | None = None,
    no_consecutive: bool = False,
    at_most: int | None = None,
) -> tuple[DutyRoster, ...]:
    """Plan several months, each with the ones before as history: as `plan_roster`, month by month.

    Args:
        team: as `plan_roster`.
        months: ascending, each once.
        calendar: as `plan_roster`.
        history: as `plan_roster`, before the first of the months.
        absences: of all months.
        fixed: of all months.
        no_consecutive: as `plan_roster`.
        at_most: as `plan_roster`, a month.

    Raises:
        MisuseError: `days-not-ascending`; else as `plan_roster`. The first month without a roster
            ends the run.
    """
    away, given = tuple(absences), dict(fixed or {})
    rosters: list[DutyRoster] = []
    spans = [month_of(month) for month in months]
    past = _History.of(history, (team.key, spans[0][0]) if spans else None)
    for (one, _), (other, _) in pairwise(spans):
        if other <= one:
            raise MisuseError("days-not-ascending", other, before=one)
    _check_absences(team, away)
    strays = [d for d in given if not any(first <= d <= last for first, last in spans)]
    if strays:
        raise DataError([finding("fixed-day-not-worked", "", day) for day in sorted(strays)])
    for first, last in spans:
        here = {day: member for day, member in given.items() if first <= day <= last}
        roster = _plan_month(team, first, last, calendar, past, away, here, no_consecutive, at_most)
        past.add(roster)
        rosters.append(roster)
    return tuple(rosters)


def plan_roster(
    team: SupportTeam,
    month: str | date,
    calendar: Calendar,
    *,
    history: Iterable[DutyRoster] | Mapping[str, int] = (),
    absences: Iterable[Absence] = (),
    fixed: Mapping[date, str] | None = None,
    no_consecutive: bool = False,
    at_most: int | None = None,
) -> DutyRoster:
    """Plan the duty roster of a month.

    Exactly one member on each working day, the days shared as evenly as can be.

    The days are the working days of the calendar, make-up Saturdays included, from the team's first
    day on and up to its last. Of all rosters that keep the rules it takes one with the smallest sum
    of squares of the month's loads (so they are within one day of each other whenever that is
    possible, and else as even as can be, with the reason among the notices), and of these one with
    the smallest sum of squares of carried plus new days. The result does not depend on the order of
    members, absences or fixed days.

    Args:
        team: the team; on each day the decision in force then counts.
        month: `"2022-04"`, or any day of the month.
        calendar: which days are worked.
        history: earlier rosters, whose days count for fairness; or days by member.
        absences: who is away when, inclusive.
        fixed: days given to members beforehand; `recurring_duties` makes them from rules.
        no_consecutive: nobody takes two working days in a row, over the end of the month before too
            where its roster is in the history. A weekend between them does not help: Friday and
            Monday are in a row.
        at_most: most days of one member in the month.

    Returns:
        The roster. Its notices: `roster-starts-with-team`, `roster-ends-with-team`,
        `loads-apart-proved` (days that only some members can take), `loads-apart-by-rule`,
        `member-away-all-month`, `optimum-not-proved` (the rule against consecutive days made the
        search too large: valid, perhaps not the fairest), `year-undecided`.

    Raises:
        InfeasibleRosterError: no roster keeps the rules; its conflicts name days and members.
        DataError: `member-unknown`, `fixed-day-not-worked`, `fixed-member-away`,
            `team-not-in-month`, `team-empty`, all at once.
        OutsideCoverageError: the calendar does not cover the month.
        MisuseError: `month-not-read`, `history-not-earlier`, `history-of-another-team`.

    >>> from evnpubsvc.law import Citation
    >>> from evnpubsvc.outreach import Member, MemberRole, SupportTeam, TeamDecision
    >>> from evnpubsvc.texts import Text
    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> founded = TeamDecision(Citation("QĐ 44/QĐ-UBND"), date(2022, 4, 15), date(2022, 4, 15),
    ...     members=tuple(
    ...     Member(f"TV{n}", MemberRole.MEMBER) for n in range(1, 5)))
    >>> team = SupportTeam("tam-xuan-ii", Text(vi="Tổ tuyên truyền", en="Publicity team"),
    ...     (founded,))
    >>> roster = plan_roster(team, "2022-05", vietnam_calendar())
    >>> len(roster), roster.duties[0].day.isoformat(), dict(roster.loads)
    (20, '2022-05-04', {'TV1': 5, 'TV2': 5, 'TV3': 5, 'TV4': 5})
    """
    first, last = month_of(month)
    away = tuple(absences)
    _check_absences(team, away)
    past = _History.of(history, (team.key, first))
    return _plan_month(
        team, first, last, calendar, past, away, dict(fixed or {}), no_consecutive, at_most
    )


class _History:
    """Days carried from earlier months, and who had which day last."""

    def __init__(self) -> None:
        self.days: dict[str, int] = {}
        self.latest: dict[str, int] = {}  # ordinal of the last duty day
        self.end: Duty | None = None

    @classmethod
    def of(
        cls, given: Iterable[DutyRoster] | Mapping[str, int], now: tuple[str, date] | None
    ) -> _History:
        history = cls()
        if isinstance(given, Mapping):
            for member, days in cast("Mapping[str, int]", given).items():
                whole(0)(history, named(f"history[{member}]"), days)
                history.days[member] = days
            return history
        for roster in sorted(given, key=lambda r: r.first):
            if now is not None:
                key, first = now
                if roster.team != key:
                    raise MisuseError("history-of-another-team", roster.team, team=key)
                if roster.last >= first:
                    raise MisuseError("history-not-earlier", roster.first, month=first)
            history.add(roster)
        return history

    def add(self, roster: DutyRoster) -> None:
        days, latest = self.days, self.latest
        for duty in roster.duties:
            days[duty.member] = days.get(duty.member, 0) + 1
            latest[duty.member] = duty.day.toordinal()
        if roster.duties:
            self.end = roster.duties[-1]


def _check_absences(team: SupportTeam, away: tuple[Absence, ...]) -> None:
    known = set(team.refs)
    found = [
        finding(
            "member-unknown",
            f"absence {i + 1}",
            absence.member,
            known=tuple(sorted(known)),
        )
        for i, absence in enumerate(away)
        if absence.member not in known
    ]
    if found:
        raise DataError(found)


def _plan_month(
    team: SupportTeam,
    first: date,
    last: date,
    calendar: Calendar,
    past: _History,
    away: tuple[Absence, ...],
    fixed: dict[date, str],
    no_consecutive: bool,
    at_most: int | None,
) -> DutyRoster:
    """The roster of one month: who may take each day, then who does."""
    if at_most is not None:
        whole(1)(team, named("at_most"), at_most)

    # The working days of the month on which there is a team.
    month = (first, last)
    first, last, notices = _within_team(team, first, last)
    days = [
        day
        for day in map(date.fromordinal, range(month[0].toordinal(), month[1].toordinal() + 1))
        if calendar.is_working_day(day) and first <= day <= last
    ]
    if calendar.decided_until is not None:
        notices += calendar.provisional_notices(*days)

    # Who could take each of them.
    belongs = _belonging(team, first, last, days)
    candidates = _present(days, belongs, away, first, last)
    members = tuple(sorted({m for each in set(belongs) if each is not None for m in each}))
    _check_fixed(team, fixed, days, candidates)
    conflicts = _uncovered(days, belongs, candidates)
    if conflicts:
        if not members and not any(belong is None for belong in belongs):
            raise DataError([finding("team-empty", "", team=team.key)])
        raise InfeasibleRosterError(conflicts)
    for day, member in fixed.items():
        candidates[days.index(day)] = (member,)

    # Members by number; of equals, whoever carries less and had duty longer ago comes first.
    index = {member: i for i, member in enumerate(members)}
    carried = [past.days.get(member, 0) for member in members]
    latest = past.latest
    order = sorted(
        range(len(members)), key=lambda i: (carried[i], latest.get(members[i], 0), members[i])
    )
    before = _before(past, calendar, first, index) if no_consecutive else None

    # Taking turns, where that keeps the rules; else the exact assignment.
    chosen = _take_turns(candidates, order, before, no_consecutive, at_most)
    tight: tuple[RosterConflict, ...] = ()
    proved = True
    if chosen is None:
        rank = {member: place for place, member in enumerate(order)}
        able = [sorted((index[m] for m in each), key=rank.__getitem__) for each in candidates]
        plan = _solve(able, carried, days, members, at_most, no_consecutive, before)
        chosen, proved = plan.members, plan.proved
        tight = _tight_days(plan, days, members)

    # The duties, and what must be said about them.
    duties = tuple(
        Duty(day, members[i], each, day in fixed)
        for day, i, each in zip(days, chosen, candidates, strict=True)
    )
    about_loads, spread = _describe_loads(duties, members, candidates, tight)
    notices += about_loads
    if not proved:
        notices.append(notice("optimum-not-proved", "", _month_text(first)))
    return DutyRoster(
        team.key,
        first,
        last,
        duties,
        members,
        max(1, spread),
        no_consecutive=no_consecutive,
        at_most=at_most,
        before=None if before is None else members[before],
        notices=tuple(notices),
    )


def _within_team(team: SupportTeam, first: date, last: date) -> tuple[date, date, list[Finding]]:
    """The part of a month in which there is a team, and what to say where it is not the whole."""
    if team.first > last or (team.last is not None and team.last < first):
        raise DataError([finding("team-not-in-month", "", _month_text(first), team=team.key)])
    notices: list[Finding] = []
    if team.first > first:
        first = team.first
        notices.append(notice("roster-starts-with-team", "", first, team=team.key))
    if team.last is not None and team.last < last:
        last = team.last
        notices.append(notice("roster-ends-with-team", "", last, team=team.key))
    return first, last, notices


def _take_turns(
    candidates: list[tuple[str, ...]],
    order: list[int],
    before: int | None,
    no_consecutive: bool,
    at_most: int | None,
) -> tuple[int, ...] | None:
    """The members in turn, where everybody can take every day; None where a rule is broken."""
    everybody = candidates[0] if candidates else ()
    if len(everybody) != len(order) or any(each is not everybody for each in candidates):
        return None
    if at_most is not None and len(candidates) > at_most * len(order):
        return None
    turns = rotate(len(candidates), order)
    if no_consecutive:
        in_a_row = any(one == other for one, other in pairwise(turns))
        if in_a_row or turns[:1] == [before]:
            return None
    return tuple(turns)


def _tight_days(
    plan: Plan, days: list[date], members: tuple[str, ...]
) -> tuple[RosterConflict, ...]:
    """The days that only some members can take, which keep the loads apart."""
    if not plan.tight:
        return ()
    return (
        RosterConflict(
            "loads-apart-proved",
            tuple(days[d] for d in plan.tight),
            tuple(members[m] for m in plan.tight_members),
        ),
    )


def _describe_loads(
    duties: tuple[Duty, ...],
    members: tuple[str, ...],
    candidates: list[tuple[str, ...]],
    tight: tuple[RosterConflict, ...],
) -> tuple[list[Finding], int]:
    """What must be said about how the days are shared, and how far apart they are."""
    available = {m for each in set(candidates) for m in each}
    told = [
        notice("member-away-all-month", "", member)
        for member in members
        if duties and member not in available
    ]
    counted = dict.fromkeys(available, 0)
    for duty in duties:
        counted[duty.member] += 1
    spread = max(counted.values(), default=0) - min(counted.values(), default=0)
    told += (
        notice(
            reason.reason,
            "",
            tuple(day for day in reason.days),
            count=len(reason.days),
            members=tuple(reason.members),
            spread=spread,
        )
        for reason in tight
    )
    if spread > 1 and not tight:
        told.append(notice("loads-apart-by-rule", "", spread))
    return told, spread


def _belonging(
    team: SupportTeam, first: date, last: date, days: list[date]
) -> list[tuple[str, ...] | None]:
    """For each day who belongs to the team and takes duty; None where no decision is in force."""
    turns: set[date] = set()  # days on which somebody comes or goes
    for decision in team.decisions:
        for start, end in (
            (decision.first, decision.last),
            *((m.first, m.last) for m in decision.members),
        ):
            if start is not None and first < start <= last:
                turns.add(start)
            if end is not None and first <= end < last:
                turns.add(end + _DAY)
    belongs: list[tuple[str, ...] | None] = []
    current: tuple[str, ...] | None = None
    since: date | None = None
    ordered = sorted(turns)
    for day in days:
        if since is None or (ordered and ordered[0] <= day):
            while ordered and ordered[0] <= day:
                ordered.pop(0)
            since = day
            now = team.decision_on(day)
            current = None if now is None else tuple(m.ref for m in now.on(day) if m.rostered)
        belongs.append(current)
    return belongs


def _present(
    days: list[date],
    belongs: list[tuple[str, ...] | None],
    away: tuple[Absence, ...],
    first: date,
    last: date,
) -> list[tuple[str, ...]]:
    """For each day who could take it."""
    here = [absence for absence in away if absence.first <= last and absence.last >= first]
    if not here:
        return [belong or () for belong in belongs]
    present: list[tuple[str, ...]] = []
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    for day, belong in zip(days, belongs, strict=True):
        gone = {absence.member for absence in here if absence.first <= day <= absence.last}
        candidates = tuple(m for m in belong or () if m not in gone)
        present.append(kept.setdefault(candidates, candidates))  # one tuple for equal days
    return present


def _check_fixed(
    team: SupportTeam, fixed: dict[date, str], days: list[date], candidates: list[tuple[str, ...]]
) -> None:
    at = {day: i for i, day in enumerate(days)}
    found: list[Finding] = []
    for day, member in sorted(fixed.items()):
        plain_day(team, named("fixed"), day)
        if member not in team.refs:
            found.append(finding("member-unknown", f"fixed {day}", member, known=tuple(team.refs)))
        elif day not in at:
            found.append(finding("fixed-day-not-worked", "", day))
        elif member not in candidates[at[day]]:
            found.append(finding("fixed-member-away", f"fixed {day}", member, day=day))
    if found:
        raise DataError(found)


def _uncovered(
    days: list[date], belongs: list[tuple[str, ...] | None], candidates: list[tuple[str, ...]]
) -> list[RosterConflict]:
    """The days that nobody can take, those with the same members away together."""
    groups: dict[tuple[str, ...] | None, list[date]] = {}
    for day, belong, each in zip(days, belongs, candidates, strict=True):
        if not each:
            groups.setdefault(belong, []).append(day)
    return [
        RosterConflict(
            "day-without-decision" if belong is None else "day-without-member",
            tuple(group),
            belong or (),
        )
        for belong, group in groups.items()
    ]


def _before(
    past: _History, calendar: Calendar, first: date, index: Mapping[str, int]
) -> int | None:
    """Who had duty on the working day before the first, where the history tells."""
    if past.end is None or past.end.day >= first:
        return None
    between = calendar.next_working_day(past.end.day)
    return index.get(past.end.member) if between >= first else None


def _solve(
    able: list[list[int]],
    carried: list[int],
    days: list[date],
    members: tuple[str, ...],
    at_most: int | None,
    apart: bool,
    before: int | None,
) -> Plan:
    plan = assign(able, carried, cap=at_most, apart=apart, before=before)
    if isinstance(plan, Plan):
        return plan
    if isinstance(plan, Stuck):
        raise InfeasibleRosterError(
            [
                RosterConflict(
                    "days-above-limit",
                    tuple(days[d] for d in plan.days),
                    tuple(members[m] for m in plan.members),
                )
            ]
        )
    start, end, decided = window(able, at_most, before)
    named = sorted({members[m] for day in able[start : end + 1] for m in day})
    if not decided:
        reason = "roster-undecided"
    elif at_most is None:
        reason = "days-in-a-row"
    else:
        reason = "rules-together"
    raise InfeasibleRosterError(
        [RosterConflict(reason, tuple(days[start : end + 1]), tuple(named))]
    )
