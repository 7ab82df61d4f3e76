"""The counting rules: everything about a due date that does not differ from dossier to dossier."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import combinations
from typing import Any, Final, cast

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen, open_class
from evnpubsvc._validate import instance_of, pairs_of, read_member, tuple_of
from evnpubsvc.deadlines._cutoffs import CutOff
from evnpubsvc.deadlines._policies import (
    ClockPolicy,
    DayCount,
    HoursReading,
    Roll,
    RuleSet,
    SpecialClock,
    StopKind,
    UnknownHour,
    packaged_rule_set,
)
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.law import Citation
from evnpubsvc.texts import Text
from evnpubsvc.worktime import Calendar


def _cutoff(value: Any) -> CutOff | None:
    if value is None:
        return None
    return read_member(CutOff, value)


def _days(value: Any) -> DayCount:
    return read_member(DayCount, value)


def _hours(value: Any) -> HoursReading | None:
    if value is None:
        return None
    return read_member(HoursReading, value)


def _unknown_hour(value: Any) -> UnknownHour | None:
    return None if value is None else read_member(UnknownHour, value)


def _roll(value: Any) -> Roll:
    return read_member(Roll, value)


def _clock(value: Any) -> tuple[tuple[StopKind, ClockPolicy], ...]:
    """Return what stops do as sorted pairs, given as one policy, a mapping or pairs."""
    if value is None:
        return ()
    if isinstance(value, str):
        policy = read_member(ClockPolicy, value)
        return tuple(sorted((kind, policy) for kind in StopKind))
    if not isinstance(value, Iterable):
        raise UnknownNameError(
            "policy-unknown",
            value,
            kind="ClockPolicy",
            known=tuple(each.value for each in ClockPolicy),
        )
    read = (
        (read_member(StopKind, kind), read_member(ClockPolicy, policy))
        for kind, policy in pairs_of(cast("Any", value))
    )
    return tuple(sorted(read))


def _apart(_: object, __: object, rule_sets: tuple[RuleSet, ...]) -> None:
    """Refuse rule sets of which two hold on one day."""
    for earlier, later in combinations(rule_sets, 2):
        if earlier.validity.overlaps(later.validity):
            raise MisuseError("rule-sets-overlap", later.key, other=earlier.key)


@frozen
class CountingRules(PublicType):
    """How due dates are counted (cách tính thời hạn): made once, used for every dossier.

    Enum members may be given by their values: `CountingRules(calendar, hours="working")`.

    Attributes:
        calendar: the working days and office hours.
        cutoff: how the hour of receipt moves the day of receipt; None for not at all, or as
            `special` says. A receipt on a day off counts, under `SHIFT15`, `LASTHOUR` and
            `OFFICEHOURS`, as one on the next working day, so that a later receipt is never due
            earlier.
        days: how working days are counted: whole days by the Civil Code, or eight hours each from
            the instant.
        hours: what hours as printed mean. A limit in `LimitUnit.HOURS` needs it, since the law does
            not say. The due dates of the other readings come as notices.
        roll: what happens to a limit that ends on a day off.
        solvable: for `CutOff.SOFT15` after 15:00: whether the result can be given the same day.
        special: a special clock; it brings its cut-off and what its stops do.
        clock: what stops do to the clock: one policy for all kinds, or one by kind; kept as sorted
            pairs. It comes after `Stop.clock`, and before `special` and the rule set of the day of
            receipt.
        unknown_hour: what a receipt, a stop or a finish of which only the day is known is taken
            for, where the hour matters; a notice says each time. None to refuse it
            (`time-of-receipt-needed`, `time-of-stop-needed`, `time-of-day-missing`).
        rule_sets: one-stop rules that the library does not know yet, or those of another system. On
            the days of their validity they take the place of the packaged ones
            (`deadlines.rule_sets`); their periods must not overlap. `serde.read_deadline_rules`
            reads them from a file.

    Raises:
        MisuseError: `wrong-type`; `policy-unknown` for a value that no policy has;
            `rule-sets-overlap` for two rule sets that hold on one day.

    >>> from evnpubsvc.worktime import vietnam_calendar
    >>> rules = CountingRules(vietnam_calendar(), clock={"supplement": "restart"})
    >>> rules.clock_of(StopKind.SUPPLEMENT, date(2025, 7, 1)).value
    'restart'
    """

    calendar: Calendar = field(validator=instance_of(Calendar))
    cutoff: CutOff | None = field(default=None, converter=_cutoff)
    days: DayCount = field(default=DayCount.CIVIL_CODE, converter=_days)
    hours: HoursReading | None = field(default=None, converter=_hours)
    roll: Roll = field(default=Roll.FORWARD, converter=_roll)
    solvable: bool | None = field(default=None, validator=instance_of(bool, type(None)))
    special: SpecialClock | None = field(
        default=None, validator=instance_of(SpecialClock, type(None))
    )
    clock: tuple[tuple[StopKind, ClockPolicy], ...] = field(default=(), converter=_clock)
    rule_sets: tuple[RuleSet, ...] = field(default=(), validator=[tuple_of(RuleSet), _apart])
    unknown_hour: UnknownHour | None = field(default=None, converter=_unknown_hour)

    def instant_of(self, day: date) -> datetime | None:
        """Return what a day without an hour is taken for, where the hour matters.

        Returns:
            The opening or closing of the office on that day as local time, without a time zone; of
            a day off, the midnight that begins or ends it. None without `unknown_hour`.

        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> CountingRules(vietnam_calendar(), unknown_hour="closing").instant_of(date(2026, 3, 2))
        datetime.datetime(2026, 3, 2, 17, 0)
        """
        if self.unknown_hour is None:
            return None
        sessions = self.calendar.sessions(day)
        if self.unknown_hour is UnknownHour.OPENING:
            return datetime.combine(day, sessions[0].start if sessions else time())
        closing = sessions[-1].end if sessions else time()
        # A session that ends at midnight, and a day off, end with the day.
        return datetime.combine(day, closing) + timedelta(days=closing == time())

    def rule_set(self, day: date) -> RuleSet | None:
        """Return the one-stop rules of a day: one of `rule_sets`, else the packaged ones.

        The result is None for a day before the first of them.

        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> CountingRules(vietnam_calendar()).rule_set(date(2025, 7, 1)).key
        'onestop-2025'
        """
        for rules in self.rule_sets:
            if rules.holds_on(day):
                return rules
        return packaged_rule_set(day)

    def clock_of(self, kind: StopKind, received: date) -> ClockPolicy | None:
        """Return what a kind of stop does to the clock of a dossier received on a day.

        The first that says so decides: `clock`, `special`, the rule set of the day of receipt.

        Returns:
            The policy; None where none of the three says so. `due` then raises
            `clock-policy-needed`, unless the stop itself says what it does.
        """
        return rule_stop(self, kind, received)[0]

    def clock_source(self, kind: StopKind, received: date) -> Citation | None:
        """Return which special clock or rule set of one's own says what a kind of stop does.

        Returns:
            Its source; None where `clock`, the packaged rules or nothing says so: then the article
            of the policy itself is cited.
        """
        return rule_stop(self, kind, received)[1]

    def unsettled(self, received: date) -> tuple[StopKind, ...]:
        """Return the kinds of stop whose effect is not settled for dossiers received on a day.

        Ask when your application starts, for each day of receipt whose rules it meets: a stop of
        one of these kinds makes `due` raise `clock-policy-needed`, and often long after receipt,
        once the stop has ended. Settle them with `clock`. The functions for dossiers leave a
        verification or an opinion out where nothing says what it does, so for them only the other
        kinds matter.

        Args:
            received: the day of receipt, which chooses the rule set.

        Returns:
            The kinds, in the order of `StopKind`; empty when all is settled.

        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> rules = CountingRules(vietnam_calendar())
        >>> [kind.value for kind in rules.unsettled(date(2024, 6, 3))]
        ['financial-obligation', 'verification', 'opinion', 'applicant-request', 'other']
        >>> CountingRules(vietnam_calendar(), clock="exclude").unsettled(date(2024, 6, 3))
        ()
        """
        return tuple(kind for kind in StopKind if self.clock_of(kind, received) is None)


_SUPPLEMENT: Final = StopKind.SUPPLEMENT
_DAYS: Final = 4_096  # days of receipt whose rules are remembered: registers have few
_CIVIL_CODE: Final = DayCount.CIVIL_CODE
_FORWARD: Final = Roll.FORWARD
_OpenRules: Final = open_class(CountingRules)


def plain_rules(calendar: Calendar) -> CountingRules:
    """Return `CountingRules(calendar)`, made quickly."""
    if not isinstance(calendar, Calendar):  # pyright: ignore[reportUnnecessaryIsInstance]
        return CountingRules(calendar)  # which refuses it
    made: Any = _OpenRules()
    made.calendar = calendar
    made.cutoff = None
    made.days = _CIVIL_CODE
    made.hours = None
    made.roll = _FORWARD
    made.solvable = None
    made.special = None
    made.clock = ()
    made.rule_sets = ()
    made.unknown_hour = None
    made.__class__ = CountingRules
    whole: CountingRules = made
    return whole


def rule_stop(
    rules: CountingRules, kind: StopKind, received: date
) -> tuple[ClockPolicy | None, Citation | None]:
    """Return what a kind of stop does to the clock, and which special clock or rule set says so.

    The first that says so decides: `clock`, `special`, the rule set of the day of receipt. It is
    None where none does; the source is None too for `clock` and the packaged rules.
    """
    for known, policy in rules.clock:
        if known is kind:
            return policy, None
    special = rules.special
    if special is not None:
        said = special.clock(kind)
        if said is not None:
            return said, special.citation
    for own in rules.rule_sets:
        if own.holds_on(received):
            said = own.clock(kind)
            return said, None if said is None else own.citation
    return _rule_by_package(kind, received), None


@lru_cache(_DAYS)
def _rule_by_package(kind: StopKind, received: date) -> ClockPolicy | None:
    """What a kind of stop does to the clock under the packaged rules of a day."""
    packaged = packaged_rule_set(received)
    return None if packaged is None else packaged.clock(kind)


def settles_supplement(rules: CountingRules, received: date) -> bool:
    """Return whether the rules of the day of receipt say what a supplement does to the clock."""
    for own in rules.rule_sets:
        if own.holds_on(received):
            return own.clock(_SUPPLEMENT) is not None
    return _rule_by_package(_SUPPLEMENT, received) is not None


def refuse_missing_clock(
    kind: StopKind, start: date, received: date, counting: CountingRules
) -> MisuseError:
    """Return the error that says that nothing settles what a kind of stop does to the clock."""
    rules = counting.rule_set(received)
    known = _SUPPLEMENT_CLOCKS if kind is StopKind.SUPPLEMENT else _OTHER_CLOCKS
    return MisuseError(
        "clock-policy-needed",
        start,
        kind=kind,
        rules="–" if rules is None else Text(vi=rules.title.vi, en=rules.key),
        known=tuple(policy.value for policy in known),
    )


_SUPPLEMENT_CLOCKS: Final = (ClockPolicy.RESTART, ClockPolicy.RESUME)
_OTHER_CLOCKS: Final = (ClockPolicy.EXCLUDE, ClockPolicy.RESUME, ClockPolicy.RESTART)
