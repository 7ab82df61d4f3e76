"""What happened at the desk.

Sessions of assistance, filings, and the figures that they add up to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, Self, cast

from attrs import evolve, field, fields

from evnpubsvc._hooks import PublicType
from evnpubsvc._letters import is_writable
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, plain_day, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.outreach._checks import named, opaque, opaque_tuple, optional, whole
from evnpubsvc.quantities import Count, CountUnit, Unknown
from evnpubsvc.texts import LabelledEnum


class AssistanceStep(LabelledEnum):
    """What an applicant was helped with, from account to result."""

    ACCOUNT = "account"
    """An account was registered (*đăng ký tài khoản*)."""
    PREPARED = "prepared"
    """The dossier was prepared: scanned, filled in (*chuẩn bị hồ sơ*)."""
    SUBMITTED = "submitted"
    """The dossier was submitted (*nộp hồ sơ*)."""
    TRACKED = "tracked"
    """The state of the dossier was looked up (*tra cứu hồ sơ*)."""
    RECEIVED = "received"
    """The result was received (*nhận kết quả*)."""


class Barrier(LabelledEnum):
    """What stood between an applicant and filing alone."""

    NO_DEVICE = "no-device"
    """No computer or phone that would do (*không có thiết bị*)."""
    NO_SCANNER = "no-scanner"
    """No way to scan papers (*không có máy quét*)."""
    NO_ACCOUNT = "no-account"
    """No account (*chưa có tài khoản*)."""
    NO_SIGNATURE = "no-signature"
    """No digital signature (*chưa có chữ ký số*)."""
    HABIT = "habit"
    """The habit of paper (*thói quen nộp hồ sơ giấy*)."""
    OTHER = "other"
    """Anything else."""


@frozen
class AssistanceSession(PublicType):
    """One visit of one applicant (*lượt hỗ trợ*).

    What was not recorded is None, which is not "none".

    Attributes:
        day: the day.
        member: who helped, as an opaque reference; None when not recorded.
        applicant: who was helped, as an opaque reference, the same at every visit; None when not
            recorded.
        steps: what was done; None when not recorded, empty when nothing was (the applicant was sent
            home).
        barriers: what stood in the way; None when not recorded, empty when nothing did.
        hamlet: opaque key of the applicant's hamlet; None when not recorded.
        minutes: how long it took; None when not recorded.

    Raises:
        MisuseError: `reference-not-opaque`, `reference-looks-personal`, `given-twice` for a step or
            barrier.
    """

    day: date = field(validator=plain_day)
    member: str | None = field(default=None, validator=optional(opaque), kw_only=True)
    applicant: str | None = field(default=None, validator=optional(opaque), kw_only=True)
    steps: tuple[AssistanceStep, ...] | None = field(
        default=None, validator=optional(tuple_of(AssistanceStep)), kw_only=True
    )
    barriers: tuple[Barrier, ...] | None = field(
        default=None, validator=optional(tuple_of(Barrier)), kw_only=True
    )
    hamlet: str | None = field(default=None, validator=optional(opaque), kw_only=True)
    minutes: int | None = field(default=None, validator=optional(whole(0)), kw_only=True)

    def __attrs_post_init__(self) -> None:
        for given in (self.steps or (), self.barriers or ()):
            if len(set(given)) < len(given):
                raise MisuseError("given-twice", tuple(given))


@frozen
class Filing(PublicType):
    """One online dossier, as far as these figures need it.

    Attributes:
        day: the day of filing.
        applicant: opaque reference, as in sessions; None when not recorded.
        assisted: True when it was filed at a desk or with a member's help, False when alone; None
            when not recorded.
        hamlet: opaque key of the applicant's hamlet; None when not recorded.
    """

    day: date = field(validator=plain_day)
    applicant: str | None = field(default=None, validator=optional(opaque), kw_only=True)
    assisted: bool | None = field(default=None, validator=optional(instance_of(bool)), kw_only=True)
    hamlet: str | None = field(default=None, validator=optional(opaque), kw_only=True)


def _cells(given: Any) -> tuple[tuple[str, int], ...]:
    """Take a mapping or pairs; whatever is no pairs of texts and whole numbers is refused."""
    pairs: Any = cast("Any", given).items() if isinstance(given, Mapping) else given
    if not isinstance(given, (Mapping, tuple, list)):
        raise _no_cells(given)
    kept: dict[str, int] = {}
    for pair in pairs:
        if not isinstance(pair, (tuple, list)) or len(cast("tuple[Any, ...]", pair)) != 2:
            raise _no_cells(cast("object", pair))
        key, number = cast("tuple[Any, Any]", pair)
        if not isinstance(key, str):
            raise _no_cells(key)
        if not is_writable(key):
            raise MisuseError("text-not-writable", key)
        whole(0)(None, _CELL, number)
        if key in kept:
            raise MisuseError("given-twice", key)
        kept[key] = number
    return tuple(sorted(kept.items()))


def _no_cells(value: object) -> MisuseError:
    got = type(value).__name__
    return MisuseError(
        "wrong-type",
        value,
        record="AssistanceFigures",
        field="cells",
        got=got,
        expected="(str, int)",
    )


_CELL: Final = named("cells")


def _number() -> Any:
    return field(default=0, validator=whole(0), kw_only=True)


def _table() -> Any:
    return field(default=(), converter=_cells, kw_only=True)


@frozen
class AssistanceFigures(PublicType):
    """Figures of assistance as integers: they add up over teams, and over months of one log.

    No applicant is in them. Add up figures of periods that do not overlap and of registers that
    share no applicants.

    Attributes:
        sessions: visits.
        first_time: visits of applicants without an earlier visit.
        repeat: visits of applicants with an earlier visit.
        visits_unknown: visits without an applicant's reference: first or repeat is not known.
        alone: filings made alone.
        assisted: filings made with help.
        filings_unknown: filings of which it was not recorded.
        later_alone: filings made alone by applicants helped on an earlier day.
        later_assisted: filings made with help by applicants helped on an earlier day.
        later_unknown: filings by applicants helped on an earlier day, of which it was not recorded.
        filings_untraced: filings without an applicant's reference: whether help faded cannot be
            told.
        became_independent: applicants whose first filing alone came after help, counted on its day.
        steps: sessions by step.
        steps_unknown: sessions whose steps were not recorded.
        barriers: sessions by barrier.
        barriers_none: sessions in which it was recorded that nothing stood in the way.
        barriers_unknown: sessions whose barriers were not recorded.
        hamlets: sessions by hamlet, those listed without a session as 0.
        hamlets_unknown: sessions whose hamlet was not recorded.
        minutes: minutes of the sessions that recorded them.
        minutes_known: sessions that recorded them.
    """

    sessions: int = _number()
    first_time: int = _number()
    repeat: int = _number()
    visits_unknown: int = _number()
    alone: int = _number()
    assisted: int = _number()
    filings_unknown: int = _number()
    later_alone: int = _number()
    later_assisted: int = _number()
    later_unknown: int = _number()
    filings_untraced: int = _number()
    became_independent: int = _number()
    steps: tuple[tuple[str, int], ...] = _table()
    steps_unknown: int = _number()
    barriers: tuple[tuple[str, int], ...] = _table()
    barriers_none: int = _number()
    barriers_unknown: int = _number()
    hamlets: tuple[tuple[str, int], ...] = _table()
    hamlets_unknown: int = _number()
    minutes: int = _number()
    minutes_known: int = _number()

    def __add__(self, other: Self) -> Self:
        if not isinstance(other, AssistanceFigures):
            return NotImplemented
        changes: dict[str, Any] = {}
        for each in fields(AssistanceFigures):
            mine, more = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, int):
                changes[each.name] = mine + more
            else:
                summed = dict(mine)
                for key, number in more:
                    summed[key] = summed.get(key, 0) + number
                changes[each.name] = summed
        return evolve(self, **changes)

    @property
    def filings(self) -> int:
        """All filings."""
        return self.alone + self.assisted + self.filings_unknown

    def self_service(self) -> Fraction | Unknown:
        """Return the share of filings made alone (*tỷ lệ người dân tự nộp*).

        Unknown with `nothing-filed` for no filings, and with `assistance-not-recorded` when some
        were not recorded: `self_service_bounds` tells between what it lies.
        """
        if not self.filings:
            return Unknown("nothing-filed", "self_service")
        if self.filings_unknown:
            return Unknown("assistance-not-recorded", "self_service")
        return Fraction(self.alone, self.filings)

    def self_service_bounds(self) -> tuple[Fraction, Fraction] | Unknown:
        """Return the least and the largest share of filings made alone.

        Whatever the unrecorded ones were.
        """
        if not self.filings:
            return Unknown("nothing-filed", "self_service")
        return Fraction(self.alone, self.filings), Fraction(
            self.alone + self.filings_unknown, self.filings
        )

    def fading(self) -> Fraction | Unknown:
        """Return the share of filings made alone, of those by applicants helped on an earlier day.

        The larger it is, the more people go on without help. It is unknown with
        `nobody-came-again`, with `applicant-not-recorded` when filings cannot be traced, or with
        `assistance-not-recorded`.
        """
        if self.filings_untraced:
            return Unknown("applicant-not-recorded", "fading")
        if self.later_unknown:
            return Unknown("assistance-not-recorded", "fading")
        later = self.later_alone + self.later_assisted
        if later:
            return Fraction(self.later_alone, later)
        return Unknown("nobody-came-again", "fading")

    def coverage(self) -> Fraction | Unknown:
        """Return the share of the listed hamlets with at least one session.

        Unknown with `no-hamlets-listed`, or with `hamlet-not-recorded` when a session without
        hamlet may belong to one that seems untouched.
        """
        if not self.hamlets:
            return Unknown("no-hamlets-listed", "coverage")
        reached = sum(1 for _, number in self.hamlets if number)
        if reached < len(self.hamlets) and self.hamlets_unknown:
            return Unknown("hamlet-not-recorded", "coverage")
        return Fraction(reached, len(self.hamlets))

    def mean_minutes(self) -> Fraction | Unknown:
        """Return the mean length of the sessions that recorded it.

        It is unknown with `minutes-not-recorded`.
        """
        if not self.minutes_known:
            return Unknown("minutes-not-recorded", "minutes")
        return Fraction(self.minutes, self.minutes_known)

    def figures(self) -> Mapping[str, Count | Unknown]:
        """Return the counts for a scheme's publicity and self-service criteria, by key.

        The unknown stays unknown.

        Keys: `assistance_sessions`, `applicants_first_time`, `filings`, `filings_alone`,
        `filings_assisted`, `filings_later`, `filings_later_alone`, `became_independent`, `hamlets`,
        `hamlets_reached`.
        Ratios need two of them: `filings_alone` of `filings`, `hamlets_reached` of `hamlets`.
        """
        files, people, units = CountUnit.DOSSIERS, CountUnit.PEOPLE, CountUnit.UNITS

        # Why a figure is not known: what was not recorded of visits and of filings.
        by_whom = "applicant-not-recorded" if self.visits_unknown else None
        with_help = "assistance-not-recorded" if self.filings_unknown else None
        traced = "applicant-not-recorded" if self.filings_untraced else None
        later_help = traced
        if traced is None and self.later_unknown:
            later_help = "assistance-not-recorded"
        coverage = self.coverage()
        covered = coverage.reason if isinstance(coverage, Unknown) else None
        listed = None if self.hamlets else "no-hamlets-listed"

        later = self.later_alone + self.later_assisted + self.later_unknown
        reached = sum(1 for _, number in self.hamlets if number)
        rows: list[tuple[str, int, CountUnit, str | None]] = [
            ("assistance_sessions", self.sessions, CountUnit.EVENTS, None),
            ("applicants_first_time", self.first_time, people, by_whom),
            ("filings", self.filings, files, None),
            ("filings_alone", self.alone, files, with_help),
            ("filings_assisted", self.assisted, files, with_help),
            ("filings_later", later, files, traced),
            ("filings_later_alone", self.later_alone, files, later_help),
            ("became_independent", self.became_independent, people, traced or with_help),
            ("hamlets", len(self.hamlets), units, listed),
            ("hamlets_reached", reached, units, covered),
        ]
        return {
            key: Count(number, unit) if reason is None else Unknown(reason, key)
            for key, number, unit, reason in rows
        }


def tally_assistance(
    sessions: Iterable[AssistanceSession],
    filings: Iterable[Filing] = (),
    *,
    first: date,
    last: date,
    hamlets: Iterable[str] = (),
) -> AssistanceFigures:
    """Count the sessions and filings of a period.

    Give the whole log, not only the period: what lies before `first` is not counted, and tells who
    came again. So the figures of the months of a year add up to the figures of the year exactly.

    Args:
        sessions: sessions, in any order.
        filings: online filings, in any order; one made with help counts as help for its applicant's
            later ones.
        first: first day counted, inclusive.
        last: last day counted, inclusive.
        hamlets: every hamlet of the commune, so that those without a session count as 0.

    Returns:
        The figures. Two visits on one day: the second is a repeat. Help and filing on one day: not
        "later".

    Raises:
        MisuseError: `last-before-first`; `wrong-type`.

    >>> log = [AssistanceSession(date(2022, 5, 4), applicant="a1", barriers=(Barrier.NO_DEVICE,)),
    ...        AssistanceSession(date(2022, 5, 9), applicant="a1", barriers=())]
    >>> filed = [Filing(date(2022, 5, 4), applicant="a1", assisted=True),
    ...          Filing(date(2022, 6, 1), applicant="a1", assisted=False)]
    >>> figures = tally_assistance(log, filed, first=date(2022, 4, 15), last=date(2022, 12, 14))
    >>> figures.first_time, figures.repeat, figures.self_service(), figures.fading()
    (1, 1, Fraction(1, 2), Fraction(1, 1))
    """
    if last < first:
        raise MisuseError("last-before-first", first=first, last=last)
    visits, dossiers = tuple(sessions), tuple(filings)
    tuple_of(AssistanceSession)(None, named("sessions"), visits)
    tuple_of(Filing)(None, named("filings"), dossiers)
    listed = tuple(hamlets)
    opaque_tuple(None, named("hamlets"), listed)

    numbers: dict[str, int] = {}

    def count(name: str, more: int = 1) -> None:
        numbers[name] = numbers.get(name, 0) + more

    steps = {step.value: 0 for step in AssistanceStep}
    barriers = {barrier.value: 0 for barrier in Barrier}
    places = dict.fromkeys(listed, 0)
    seen: set[str] = set()
    helped: dict[str, date] = {}  # first day of help

    # Visits in the order of days: whoever came before the period comes again in it.
    for visit in sorted(visits, key=lambda s: s.day):
        repeat = visit.applicant in seen
        if visit.applicant is not None:
            seen.add(visit.applicant)
            helped.setdefault(visit.applicant, visit.day)
        if not first <= visit.day <= last:
            continue

        # What is not recorded is counted as such, never as zero.
        count("sessions")
        if visit.applicant is None:
            count("visits_unknown")
        else:
            count("repeat" if repeat else "first_time")
        _spread(steps, visit.steps, lambda: count("steps_unknown"))
        _spread(barriers, visit.barriers, lambda: count("barriers_unknown"))
        if visit.barriers == ():
            count("barriers_none")
        if visit.hamlet is None:
            count("hamlets_unknown")
        else:
            places[visit.hamlet] = places.get(visit.hamlet, 0) + 1
        if visit.minutes is not None:
            count("minutes", visit.minutes)
            count("minutes_known")

    # Filings, with the first day on which their applicants were helped.
    _count_filings(dossiers, helped, (first, last), count)
    tables: dict[str, Any] = {"steps": steps, "barriers": barriers, "hamlets": places}
    tables.update(numbers)
    return AssistanceFigures(**tables)


def _count_filings(
    dossiers: tuple[Filing, ...],
    helped: dict[str, date],
    span: tuple[date, date],
    count: Callable[[str], None],
) -> None:
    """Count filings by who filed: with help, alone, not known, and alone after having had help."""
    # Since when each person has had help, of those who can be told apart.
    for dossier in dossiers:
        if dossier.applicant is not None and dossier.assisted:
            helped[dossier.applicant] = min(helped.get(dossier.applicant, date.max), dossier.day)

    # In the order of filing, so that the first one alone is found; only those of the span count.
    independent: set[str] = set()
    for dossier in sorted(dossiers, key=lambda f: f.day):
        counted = span[0] <= dossier.day <= span[1]
        if dossier.assisted is None:
            kind = "unknown"
        elif dossier.assisted:
            kind = "assisted"
        else:
            kind = "alone"
        who = dossier.applicant
        if counted:
            count("filings_unknown" if dossier.assisted is None else kind)
        if who is None:
            if counted:
                count("filings_untraced")
            continue
        later = helped.get(who, date.max) < dossier.day
        if later and counted:
            count(f"later_{kind}")
        if dossier.assisted is False and who not in independent:
            independent.add(who)
            if later and counted:
                count("became_independent")


def _spread(
    table: dict[str, int], given: tuple[StrEnum, ...] | None, unknown: Callable[[], None]
) -> None:
    if given is None:
        unknown()
        return
    for each in given:
        table[each.value] += 1
