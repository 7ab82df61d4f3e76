"""The place and the work.

Desks with their equipment, activities with their evidence, the whole programme.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attrs import field, frozen

from evnpubsvc._validate import instance_of, plain_day, tuple_of
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation
from evnpubsvc.outreach._checks import exact, opaque, opaque_tuple, optional, whole
from evnpubsvc.outreach._team import SupportTeam
from evnpubsvc.quantities import Count
from evnpubsvc.texts import LabelledEnum, Text
from evnpubsvc.worktime import WeeklyHours


class EquipmentKind(LabelledEnum):
    """What stands on a desk."""

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
class Equipment:
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
class SupportDesk:
    """A desk at which applicants are helped (*bàn hỗ trợ, điểm hỗ trợ dịch vụ công trực tuyến*).

    Attributes:
        key: opaque key.
        place: where it stands, in both languages.
        hours: opening hours; None for the office hours of the calendar.
        equipment: what stands there, each kind once.

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
        kinds = [e.kind for e in self.equipment]
        found = [
            finding("equipment-twice", f"$.equipment[{i}].kind", kind)
            for i, kind in enumerate(kinds)
            if kind in kinds[:i]
        ]
        if found:
            raise DataError(found)

    def number(self, kind: EquipmentKind) -> int:
        """Return how many pieces of a kind the desk has, 0 for none."""
        return next((e.number for e in self.equipment if e.kind is kind), 0)


class ActivityKind(LabelledEnum):
    """How people are told."""

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
class Activity:
    """An activity of publicity (*hoạt động tuyên truyền*), with its evidence.

    Attributes:
        key: opaque key.
        kind: how people are told.
        title: what it is, in both languages.
        first: first day, inclusive; None when it was not recorded.
        last: last day, inclusive; None when it was not recorded or has no end.
        quantity: how much (sheets, events, people); None when it was not counted, which is not
            zero.
        hamlets: opaque keys of the hamlets reached; empty when they were not recorded.
        evidence: what shows that it took place; empty when nothing does.

    Raises:
        MisuseError: `term-inverted`.
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

    def __attrs_post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise MisuseError("term-inverted", self.last, first=self.first)


@frozen
class SupportProgramme:
    """A team with its desks and activities: what a team file holds.

    Attributes:
        team: the team.
        desks: its desks, each key once.
        activities: its activities, each key once.

    Raises:
        DataError: `programme-key-twice`.
    """

    team: SupportTeam = field(validator=instance_of(SupportTeam))
    desks: tuple[SupportDesk, ...] = field(default=(), validator=tuple_of(SupportDesk))
    activities: tuple[Activity, ...] = field(default=(), validator=tuple_of(Activity))

    def __attrs_post_init__(self) -> None:
        found: list[Finding] = []
        for name, records in (("desks", self.desks), ("activities", self.activities)):
            keys = [record.key for record in records]
            found += (
                finding("programme-key-twice", f"$.{name}[{i}].key", k)
                for i, k in enumerate(keys)
                if k in keys[:i]
            )
        if found:
            raise DataError(found)
