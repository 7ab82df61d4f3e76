"""Administrative procedures.

What the catalogue of a country says about each, with days and sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TypeVar

from attrs import evolve, field
from attrs.validators import optional

from evnpubsvc._hooks import PublicType
from evnpubsvc._moments import local_day
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.catalogue._limits import CaseLimit, RawTimeLimit, choose_limit, list_limits
from evnpubsvc.codes import ProcedureCode, ResultCode
from evnpubsvc.deadlines import (
    CountingRules,
    Deadline,
    Stop,
    StopLedger,
    due,
)
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, notice, violations
from evnpubsvc.law import Citation, Validity
from evnpubsvc.services import Channel
from evnpubsvc.texts import LabelledEnum


class Authority(LabelledEnum):
    """The level that carries a procedure out (*cấp thực hiện*), as the National Portal names it."""

    MINISTRY = "ministry"
    """*Cấp bộ.*"""
    PROVINCE = "province"
    """*Cấp tỉnh.*"""
    DISTRICT = "district"
    """*Cấp huyện*, until 30/6/2025."""
    COMMUNE = "commune"
    """*Cấp xã.*"""
    OTHER = "other"
    """*Cơ quan khác*: missions abroad, notaries and others."""


@frozen
class Fee(PublicType):
    """A fee or charge (*phí, lệ phí*) as published.

    Attributes:
        text: what is published.
        amount_vnd: the amount in đồng where it is one plain number, 0 for free; None when it
            depends or is unknown.
        channel: the channel it is for; None for all.
        case: the case or unit it is for (`"page"`); empty for all.
        validity: the days on which it holds.
        source: where it is from.
    """

    text: str = field(validator=nonempty_text)
    amount_vnd: int | None = field(default=None, validator=optional(instance_of(int)))
    channel: Channel | None = field(default=None, validator=optional(instance_of(Channel)))
    case: str = field(default="", validator=instance_of(str))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))
    source: Citation | None = field(default=None, validator=optional(instance_of(Citation)))

    def __attrs_post_init__(self) -> None:
        if self.amount_vnd is not None and self.amount_vnd < 0:
            raise MisuseError("number-negative", self.amount_vnd, record="Fee")


@frozen
class Paper(PublicType):
    """A paper of the dossier (*thành phần hồ sơ*).

    Attributes:
        text: what is asked for.
        case: the case in which it is asked for; empty for all.
        validity: the days on which it is asked for.
        source: where it is from.
    """

    text: str = field(validator=nonempty_text)
    case: str = field(default="", validator=instance_of(str))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))
    source: Citation | None = field(default=None, validator=optional(instance_of(Citation)))


@frozen
class LegalBasis(PublicType):
    """A legal basis (*căn cứ pháp lý*).

    Attributes:
        citation: instrument and article, with confidence.
        validity: the days on which the procedure rested on it.
    """

    citation: Citation = field(validator=instance_of(Citation))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))


@frozen
class ProcedureResult(PublicType):
    """What the person gets (*kết quả thực hiện*).

    Attributes:
        text: what it is; may be empty when there is a code.
        code: its code.
        validity: the days on which it is given.
        source: where it is from.
    """

    text: str = field(default="", validator=instance_of(str))
    code: ResultCode | None = field(default=None, validator=optional(instance_of(ResultCode)))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))
    source: Citation | None = field(default=None, validator=optional(instance_of(Citation)))


_Item = TypeVar("_Item", RawTimeLimit, Fee, Paper, LegalBasis, ProcedureResult)


def procedure_code(given: ProcedureCode | str) -> ProcedureCode:
    """Return the code of a procedure, given as itself or as its text."""
    if isinstance(given, str):
        return ProcedureCode.parse(given)
    return given


@frozen
class Procedure(PublicType):
    """An administrative procedure (*thủ tục hành chính*), in one version.

    Every part carries its own days within those of the version; `at` leaves the parts of one day.

    Attributes:
        code: its code, national or of an owner; a text that is one is parsed.
        name: Vietnamese name.
        name_en: English name; may be empty.
        field_name: field of administration (*lĩnh vực*), as published; may be empty.
        authorities: the levels that carry it out; empty when not known.
        validity: the days of this version.
        time_limits: as published, by channel and case.
        fees: likewise.
        papers: likewise.
        legal_basis: likewise.
        results: likewise.
        replaced_by: procedures that took its place when it ended.
        decision: the decision that published it.
        source: where the record is from.

    >>> from datetime import date
    >>> from evnpubsvc.catalogue import seed_catalogue
    >>> copies = seed_catalogue().at("2.000815", date(2022, 4, 1))
    >>> copies.field_name, [authority.value for authority in copies.authorities]
    ('Chứng thực', ['commune', 'other'])
    """

    code: ProcedureCode = field(converter=procedure_code, validator=instance_of(ProcedureCode))
    name: str = field(validator=nonempty_text)
    name_en: str = field(default="", validator=instance_of(str))
    field_name: str = field(default="", validator=instance_of(str))
    authorities: tuple[Authority, ...] = field(default=(), validator=tuple_of(Authority))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))
    time_limits: tuple[RawTimeLimit, ...] = field(default=(), validator=tuple_of(RawTimeLimit))
    fees: tuple[Fee, ...] = field(default=(), validator=tuple_of(Fee))
    papers: tuple[Paper, ...] = field(default=(), validator=tuple_of(Paper))
    legal_basis: tuple[LegalBasis, ...] = field(default=(), validator=tuple_of(LegalBasis))
    results: tuple[ProcedureResult, ...] = field(default=(), validator=tuple_of(ProcedureResult))
    replaced_by: tuple[ProcedureCode, ...] = field(default=(), validator=tuple_of(ProcedureCode))
    decision: Citation | None = field(default=None, validator=optional(instance_of(Citation)))
    source: Citation | None = field(default=None, validator=optional(instance_of(Citation)))

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels that its time limits name, in the order of `Channel`."""
        named = {limit.channel for limit in self.time_limits}
        return tuple(channel for channel in Channel if channel in named)

    def at(self, day: date) -> Procedure:
        """Return the version with only the parts that hold on a day.

        Raises:
            MisuseError: `day-not-covered` when the version does not hold on that day.
        """
        if not self.validity.contains(day):
            raise MisuseError("day-not-covered", day, covered=self.validity)
        return evolve(
            self,
            time_limits=_then(self.time_limits, day),
            fees=_then(self.fees, day),
            papers=_then(self.papers, day),
            legal_basis=_then(self.legal_basis, day),
            results=_then(self.results, day),
        )

    def limit(self, *, on: date, case: str = "", channel: Channel | None = None) -> CaseLimit:
        """Return the time limit of a case and a channel on a day.

        Args:
            on: the day of receipt, which decides on the law.
            case: the case as the catalogue names it; empty for the ordinary one.
            channel: how the dossier comes in; None where all channels have the same limit.

        Raises:
            DataError: what the catalogue leaves open, with the cases, channels or limits to choose
                from: `limit-case-needed`, `limit-case-unknown`, `limit-channel-needed`,
                `limit-channel-none`, `limit-cases-unnamed` (one case with several limits);
                `limits-missing`, `limit-not-stated`; or why the text cannot be read, as
                `TimeLimit.parse` says it.

        >>> from datetime import date
        >>> from evnpubsvc.catalogue import seed_catalogue
        >>> death = seed_catalogue().at("1.000656", date(2022, 5, 4))
        >>> print(death.limit(on=date(2022, 5, 4), case="cần xác minh").limit)
        3 ngày làm việc
        """
        return choose_limit(self.code, self.time_limits, on=on, case=case, channel=channel)

    def limits(self, on: date) -> tuple[CaseLimit | Finding, ...]:
        """Return the limit of each case and channel on a day, or the reasons why there is none.

        >>> from datetime import date
        >>> from evnpubsvc.catalogue import seed_catalogue
        >>> disability = seed_catalogue().at("1.001699", date(2022, 5, 4))
        >>> [str(each.limit) for each in disability.limits(date(2022, 5, 4))]
        ['25 ngày làm việc']
        """
        return tuple(list_limits(self.code, self.time_limits, on))

    def due(
        self,
        received: date | datetime,
        *,
        counting: CountingRules,
        case: str = "",
        channel: Channel | None = None,
        stops: StopLedger | Iterable[Stop] = (),
        trace: bool = True,
    ) -> Deadline:
        """Return the due date of a dossier of this procedure: its limit, counted.

        Args:
            received: the day or the instant of receipt, as for `deadlines.due`.
            counting: the calendar and what the law leaves open. The cut-off of the procedure's own
                article goes before a general one.
            case: as for `limit`.
            channel: as for `limit`.
            stops: when the clock stood.
            trace: whether to write the steps down.

        Raises:
            DataError: as `limit`.
            MisuseError: as `deadlines.due`; `solvable-needed` where the article lets the result
                wait for the next working day only if it cannot be given at once.

        >>> from datetime import datetime
        >>> from evnpubsvc.catalogue import seed_catalogue
        >>> from evnpubsvc.deadlines import CountingRules
        >>> from evnpubsvc.worktime import vietnam_calendar
        >>> counting = CountingRules(vietnam_calendar(), solvable=False)
        >>> birth = seed_catalogue().at("1.001193", date(2022, 5, 4))
        >>> for hour in (9, 16):
        ...     print(birth.due(datetime(2022, 5, 4, hour), counting=counting).date)
        2022-05-04
        2022-05-05
        """
        found = self.limit(on=local_day(received), case=case, channel=channel)
        return due(
            received,
            found.limit,
            counting=found.counting(counting),
            channel=channel,
            stops=stops,
            trace=trace,
        )

    def doubts(self) -> tuple[Finding, ...]:
        """Return what is unclear in the record, as notices; nothing is guessed.

        `limit-without-unit`, `limit-not-stated`, `limits-differ` (one channel and case with several
        limits at once), `limits-missing`, `authorities-missing`, `field-missing`, and the doubts
        about the code.
        """
        return tuple(self._doubts())

    def _doubts(self) -> Iterator[Finding]:
        yield from (found.at(".code") for found in self.code.doubts())
        if not self.field_name.strip():
            yield notice("field-missing", ".field_name")
        if not self.authorities:
            yield notice("authorities-missing", ".authorities")
        if not self.time_limits:
            yield notice("limits-missing", ".time_limits")
        first: dict[tuple[Channel | None, str], int] = {}
        for place, limit in enumerate(self.time_limits):
            path = f".time_limits[{place}]"
            if not limit.stated:
                yield notice("limit-not-stated", path, limit.text)
            elif limit.without_unit:
                yield notice("limit-without-unit", path, limit.text)
            earlier = self.time_limits[first.setdefault((limit.channel, limit.case), place)]
            if not _says_the_same(earlier, limit) and earlier.validity.overlaps(limit.validity):
                yield notice("limits-differ", path, limit.text, other=earlier.text)


def _then(items: tuple[_Item, ...], day: date) -> tuple[_Item, ...]:
    return tuple(item for item in items if item.validity.contains(day))


def _says_the_same(one: RawTimeLimit, other: RawTimeLimit) -> bool:
    """Return whether two limits are one: "05 ngày làm việc" is "5 ngày làm việc"."""
    if one.text == other.text:
        return True
    readings = one.read(), other.read()
    if any(not each.limits or violations(each.findings) for each in readings):
        return False
    return readings[0].limits == readings[1].limits
