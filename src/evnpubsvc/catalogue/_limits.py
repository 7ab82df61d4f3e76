"""From a procedure to its time limit.

The limit of a case and a channel on a day, or why there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import evolve, field
from attrs.validators import optional

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of
from evnpubsvc.codes import ProcedureCode
from evnpubsvc.deadlines import CountingRules, CutOff, LimitReading, TimeLimit, read_limits
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding, violations
from evnpubsvc.law import Citation, Validity
from evnpubsvc.services import Channel


@frozen
class RawTimeLimit(PublicType):
    """A time limit (*thời hạn giải quyết*) as published, for a channel and a case.

    Attributes:
        text: raw text. A bare number has no unit: 1.001193 shows "1" where the law says the same
            day, so it is never read as working days. May be empty: not stated.
        channel: the channel it is for; None for all.
        case: the case it is for, as published; empty for the ordinary case.
        validity: the days on which it holds.
        source: where it is from; None when the catalogue as a whole is the source.
        means: the limit that the text states, where a person has read it; None to read the text.
        cutoff: how the hour of receipt moves it; None where nothing is said of the hour.
    """

    text: str = field(validator=instance_of(str))
    channel: Channel | None = field(default=None, validator=optional(instance_of(Channel)))
    case: str = field(default="", validator=instance_of(str))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))
    source: Citation | None = field(default=None, validator=optional(instance_of(Citation)))
    means: TimeLimit | None = field(default=None, validator=optional(instance_of(TimeLimit)))
    cutoff: CutOff | None = field(default=None, validator=optional(instance_of(CutOff)))

    @property
    def stated(self) -> bool:
        """Whether there is a limit at all: `Không có thông tin` is none."""
        return self.text.strip().casefold() not in _NOT_STATED

    @property
    def without_unit(self) -> bool:
        """Whether it is a bare number."""
        return any(one.reason == "limit-without-unit" for one in self.read().findings)

    def read(self) -> LimitReading:
        """Return the limit that it states, with what is doubtful about it."""
        if self.means is not None:
            return LimitReading(self.text, (self.means,))
        return read_limits(self.text)


_NOT_STATED = frozenset({"", "không có thông tin", "không quy định"})


@frozen
class CaseLimit(PublicType):
    """The time limit of a procedure for a case and a channel.

    Attributes:
        limit: the limit, to be counted from receipt.
        case: the case as the catalogue names it; empty for the ordinary one.
        channel: the channel it was asked for; None for any.
        cutoff: how the hour of receipt moves it, by the article of the procedure; None where the
            article does not speak of the hour.
        source: where it is from.

    >>> from datetime import date
    >>> from evnpubsvc.catalogue import seed_catalogue
    >>> birth = seed_catalogue().at("1.001193", date(2022, 5, 4)).limit(on=date(2022, 5, 4))
    >>> print(birth.limit, "|", birth.cutoff, "|", birth.source)
    trong ngày | soft15 | Civil Status Law 60/2014/QH13, arts. 5(3), 16(2)
    """

    limit: TimeLimit = field(validator=instance_of(TimeLimit))
    case: str = field(default="", validator=instance_of(str))
    channel: Channel | None = field(default=None, validator=optional(instance_of(Channel)))
    cutoff: CutOff | None = field(default=None, validator=optional(instance_of(CutOff)))
    source: Citation | None = field(default=None, validator=optional(instance_of(Citation)))

    def counting(self, rules: CountingRules) -> CountingRules:
        """Return counting rules with the cut-off of this limit, which goes before a general one."""
        if self.cutoff is None:
            return rules
        return evolve(rules, cutoff=self.cutoff)


def choose_limit(
    code: ProcedureCode,
    stated: tuple[RawTimeLimit, ...],
    *,
    on: date,
    case: str = "",
    channel: Channel | None = None,
) -> CaseLimit:
    """Return the limit of a case and a channel on a day; see `Procedure.limit`."""
    valid = [each for each in stated if each.validity.contains(on)]
    named = [each for each in valid if each.case == case]
    if not named:
        raise DataError((_no_case(code, valid, case),))
    fitting = [each for each in named if channel is None or each.channel in {None, channel}]
    if not fitting:
        offered = _list_channels(named)
        raise DataError((finding("limit-channel-none", "", code, known=offered),))

    # Every row must say its limit, and all of them the same.
    found = [one for each in fitting for one in _find_doubts(each)]
    if found:
        raise DataError(tuple(dict.fromkeys(found)))
    limits: dict[tuple[TimeLimit, CutOff | None], RawTimeLimit] = {}
    for each in fitting:
        limits.setdefault((each.read().limits[0], each.cutoff), each)
    if len(limits) > 1:
        raise DataError((_say_differences(code, fitting, channel),))
    [((limit, cutoff), first)] = limits.items()
    return CaseLimit(limit, case, channel, cutoff, first.source)


def _no_case(code: ProcedureCode, valid: Iterable[RawTimeLimit], case: str) -> Finding:
    known = tuple(dict.fromkeys(each.case for each in valid if each.case))
    if not known and not case:
        return finding("limits-missing", "", code)
    reason = "limit-case-unknown" if case else "limit-case-needed"
    return finding(reason, "", case or code, known=known)


def _list_channels(limits: Iterable[RawTimeLimit]) -> tuple[Channel, ...]:
    return tuple(dict.fromkeys(each.channel for each in limits if each.channel is not None))


def _find_doubts(raw: RawTimeLimit) -> Iterator[Finding]:
    if not raw.stated:
        yield finding("limit-not-stated", "", raw.text)
    else:
        yield from violations(raw.read().findings)


def _say_differences(
    code: ProcedureCode, fitting: Iterable[RawTimeLimit], channel: Channel | None
) -> Finding:
    """Say which channels have which limit.

    Where one channel has several, only the cases are missing.
    """
    by_channel: dict[Channel | None, dict[TimeLimit, None]] = {}
    for each in fitting:
        by_channel.setdefault(each.channel, {})[each.read().limits[0]] = None
    limits = tuple(dict.fromkeys(one for group in by_channel.values() for one in group))
    if channel is None and all(len(group) == 1 for group in by_channel.values()):
        channels = tuple(each for each in by_channel if each is not None)
        return finding("limit-channel-needed", "", code, known=channels, limits=limits)
    return finding("limit-cases-unnamed", "", code, limits=limits)


def list_limits(
    code: ProcedureCode, stated: tuple[RawTimeLimit, ...], on: date
) -> Iterator[CaseLimit | Finding]:
    """Yield the limit of each case and channel on a day, or each reason why there is none."""
    valid = [each for each in stated if each.validity.contains(on)]
    if not valid:
        yield finding("limits-missing", ".time_limits", code)
    for case in dict.fromkeys(each.case for each in valid):
        named = [each for each in valid if each.case == case]
        for channel in _list_channels(named) or (None,):
            try:
                yield choose_limit(code, stated, on=on, case=case, channel=channel)
            except DataError as error:
                yield from (one.at(".time_limits") for one in error.findings)
