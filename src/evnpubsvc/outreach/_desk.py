"""The place and the work.

Desks with their equipment, activities with their evidence, the whole programme.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any, Final

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, plain_day, repeats_in, tuple_of
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation
from evnpubsvc.outreach._checks import exact, opaque, opaque_tuple, optional, whole
from evnpubsvc.outreach._funding import Expense, Funding, FundingKind
from evnpubsvc.outreach._team import SupportTeam
from evnpubsvc.quantities import Count, Unknown
from evnpubsvc.texts import LabelledEnum, Text
from evnpubsvc.worktime import WeeklyHours


class EquipmentKind(LabelledEnum):
    """The equipment of a desk."""

    COMPUTER = "computer"
    """A computer on which applicants file (*máy tính*)."""
    PRINTER = "printer"
    """A printer (*máy in*)."""
    SCANNER = "scanner"
    """A scanner (*máy quét*)."""
    TABLET = "tablet"
    """A tablet or phone that applicants may use (*máy tính bảng, điện thoại*)."""
    SIGNATURE = "signature"
    """A device for digital signatures (*thiết bị ký số*)."""
    OTHER = "other"
    """Anything else."""


@frozen
class Equipment(PublicType):
    """A kind of equipment of a desk.

    Attributes:
        kind: what it is.
        number: how many pieces, one or more.
        minutes_a_day: how long one piece can be used in a day; None where nothing limits it but the
            opening hours.
        note: what a reader must know (broken, borrowed); None when there is nothing to say.
    """

    kind: EquipmentKind = field(validator=instance_of(EquipmentKind))
    number: int = field(default=1, validator=whole(1))
    minutes_a_day: Fraction | None = field(default=None, validator=optional(exact(0)), kw_only=True)
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)), kw_only=True)


@frozen
class SupportDesk(PublicType):
    """A desk at which applicants are helped (*bàn hỗ trợ, điểm hỗ trợ dịch vụ công trực tuyến*).

    Attributes:
        key: opaque key.
        place: where it is, in both languages.
        hours: opening hours; None for the office hours of the calendar.
        equipment: what it has, each kind once.

    Raises:
        DataError: `equipment-twice`.

    >>> desk = SupportDesk("one-stop", Text(vi="Bộ phận Một cửa", en="One-Stop unit"),
    ...                    equipment=(Equipment(EquipmentKind.COMPUTER),
    ...                    Equipment(EquipmentKind.SCANNER)))
    >>> desk.number(EquipmentKind.COMPUTER), desk.number(EquipmentKind.PRINTER)
    (1, 0)
    """

    key: str = field(validator=opaque)
    place: Text = field(validator=instance_of(Text))
    hours: WeeklyHours | None = field(default=None, validator=instance_of(WeeklyHours, type(None)))
    equipment: tuple[Equipment, ...] = field(default=(), validator=tuple_of(Equipment))

    def __attrs_post_init__(self) -> None:
        found = [
            finding("equipment-twice", f"$.equipment[{i}].kind", kind)
            for i, kind in repeats_in(each.kind for each in self.equipment)
        ]
        if found:
            raise DataError(found)

    def number(self, kind: EquipmentKind) -> int:
        """Return how many pieces of a kind the desk has, 0 for none."""
        return next((e.number for e in self.equipment if e.kind is kind), 0)


class ActivityKind(LabelledEnum):
    """How an activity reaches people."""

    LEAFLET = "leaflet"
    """Leaflets (*tờ rơi*)."""
    BROADCAST = "broadcast"
    """The commune's loudspeakers (*đài truyền thanh, loa*)."""
    MEETING = "meeting"
    """A meeting in a hamlet (*họp thôn*)."""
    PRESS = "press"
    """Press, web page (*báo chí, trang thông tin điện tử*)."""
    SOCIAL = "social"
    """Groups of social networks (*nhóm Zalo, mạng xã hội*)."""
    VISIT = "visit"
    """Visits to households (*đến tận hộ*)."""
    TRAINING = "training"
    """Training of members or residents (*tập huấn*)."""


@frozen
class Activity(PublicType):
    """An activity of publicity (*hoạt động tuyên truyền*), with its evidence.

    Attributes:
        key: opaque key.
        kind: how it reaches people.
        title: what it is, in both languages.
        first: first day, inclusive; None when it was not recorded.
        last: last day, inclusive; None when it was not recorded or has no end.
        quantity: how much (sheets, events, people); None when it was not counted, which is not
            zero.
        hamlets: opaque keys of the hamlets reached; empty when they were not recorded.
        evidence: what shows that it took place; empty when nothing does.
        rule: how it recurs from its first day on, as RFC 5545 writes it (`"FREQ=WEEKLY;BYDAY=MO"`),
            by days, weeks, months or years; None for one that does not.

    Raises:
        MisuseError: `last-before-first`, `activity-rule-not-read`, `activity-rule-without-first`.

    >>> weekly = Activity("loa", ActivityKind.BROADCAST, Text(vi="Phát thanh", en="Broadcast"),
    ...                   first=date(2022, 4, 18), rule="FREQ=WEEKLY;BYDAY=MO,TH")
    >>> [day.day for day in weekly.days(date(2022, 5, 1), date(2022, 5, 15))]
    [2, 5, 9, 12]
    """

    key: str = field(validator=opaque)
    kind: ActivityKind = field(validator=instance_of(ActivityKind))
    title: Text = field(validator=instance_of(Text))
    first: date | None = field(default=None, validator=optional(plain_day), kw_only=True)
    last: date | None = field(default=None, validator=optional(plain_day), kw_only=True)
    quantity: Count | None = field(
        default=None, validator=instance_of(Count, type(None)), kw_only=True
    )
    hamlets: tuple[str, ...] = field(default=(), validator=opaque_tuple, kw_only=True)
    evidence: tuple[Citation, ...] = field(default=(), validator=tuple_of(Citation), kw_only=True)
    rule: str | None = field(default=None, validator=instance_of(str, type(None)), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise MisuseError("last-before-first", first=self.first, last=self.last)
        if self.rule is None:
            return
        if self.first is None:
            raise MisuseError("activity-rule-without-first", self.key)
        _recurrence(self.rule, self.first)

    @answer_wrong_arguments
    def days(self, since: date, until: date) -> tuple[date, ...]:
        """Return the days on which it took place between two days, both inclusive.

        Without a rule, this is its first day if it was recorded; it is not known on which of the
        days of a longer activity something happened.
        """
        if self.first is None:
            return ()
        until = min(until, self.last or until)
        if self.rule is None:
            return (self.first,) if since <= self.first <= until else ()
        ends = (datetime.combine(since, time.min), datetime.combine(until, time.max))
        found: Any = _recurrence(self.rule, self.first).between(*ends, inc=True)
        return tuple(moment.date() for moment in found)


def _recurrence(rule: str, first: date) -> Any:
    """Return a rule of `dateutil` from its text; one of days, not of hours."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - only activities that recur pay for it

    # One line of known parts: dates of other lines, zones and hours have no place here.
    if not _RULE.fullmatch(rule):
        raise MisuseError("activity-rule-not-read", rule)
    try:
        return rrulestr(rule, dtstart=datetime.combine(first, time.min))
    except (ValueError, KeyError, TypeError):
        raise MisuseError("activity-rule-not-read", rule) from None


_RULE: Final = re.compile(
    r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)"
    r"(;(INTERVAL|COUNT|BYDAY|BYMONTHDAY|BYMONTH|BYSETPOS)=[A-Z0-9,+-]{1,100}|;UNTIL=\d{8})*",
    re.ASCII,
)


@frozen
class SupportProgramme(PublicType):
    """A team with its desks and activities: what a team file holds.

    Attributes:
        team: the team.
        desks: its desks, each key once.
        activities: its activities, each key once.
        funding: the money it gets; `FundingKind.NONE` alone for a programme without any. Empty when
            nothing is known about it.
        expenses: what it paid; empty when nothing was recorded, which is not nothing paid.

    Raises:
        DataError: `programme-key-twice`, `funding-contradictory` where it has money and has none.
    """

    team: SupportTeam = field(validator=instance_of(SupportTeam))
    desks: tuple[SupportDesk, ...] = field(default=(), validator=tuple_of(SupportDesk))
    activities: tuple[Activity, ...] = field(default=(), validator=tuple_of(Activity))
    funding: tuple[Funding, ...] = field(default=(), validator=tuple_of(Funding))
    expenses: tuple[Expense, ...] = field(default=(), validator=tuple_of(Expense))

    def __attrs_post_init__(self) -> None:
        found: list[Finding] = []
        for name, records in (("desks", self.desks), ("activities", self.activities)):
            found += (
                finding("programme-key-twice", f"$.{name}[{i}].key", key)
                for i, key in repeats_in(record.key for record in records)
            )
        kinds = {each.kind for each in self.funding}
        if FundingKind.NONE in kinds and len(kinds) > 1:
            found.append(finding("funding-contradictory", "$.funding"))
        if found:
            raise DataError(found)

    def funded(self) -> int | Unknown:
        """Return the money that the programme gets, in đồng; 0 where the source says: none.

        Returns:
            The sum; an `Unknown` (`funding-not-recorded`, `funding-sum-unknown`) where nothing is
            known about it, or the sum of one part.
        """
        if not self.funding:
            return Unknown("funding-not-recorded", self.team.key)
        sums = [each.dong for each in self.funding if each.kind is not FundingKind.NONE]
        known = [each for each in sums if each is not None]
        if len(known) < len(sums):
            return Unknown("funding-sum-unknown", self.team.key)
        return sum(known)

    def spent(self) -> int | Unknown:
        """Return what was paid, in đồng; an `Unknown` (`cost-not-recorded`) without expenses."""
        if not self.expenses:
            return Unknown("cost-not-recorded", self.team.key)
        return sum(each.dong for each in self.expenses)
