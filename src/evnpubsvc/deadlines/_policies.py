"""Policies: named readings of the law, each with its article.

Nothing here computes; `_due` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from attrs import field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of, writable_texts
from evnpubsvc.deadlines._cutoffs import CutOff
from evnpubsvc.deadlines._limits import TimeLimit
from evnpubsvc.deadlines._policy import Policy, article, policy_of, title_of
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.law import Citation, Timeline, Validity, regimes
from evnpubsvc.law.parts import cited
from evnpubsvc.services import Channel
from evnpubsvc.texts import LabelledEnum, Text


class ClockPolicy(LabelledEnum):
    """What a stop does to the clock of a time limit."""

    NOT_STARTED = "not_started"
    """The dossier was not complete: the clock starts when the stop ends."""
    RESTART = "restart"
    """The full limit is counted again from the end of the stop."""
    RESUME = "resume"
    """The rest of the limit is counted on."""
    EXCLUDE = "exclude"
    """The interval is not counted; the same days as `RESUME`, on another legal ground."""

    @property
    def policy(self) -> Policy:
        """What it does, with article and validity."""
        return policy_of("clock", self)


class DayCount(LabelledEnum):
    """How a limit in working days is counted."""

    CIVIL_CODE = "civil-code"
    """Whole days; the day of receipt is not counted (Civil Code art. 147(2)). The default."""
    EIGHT_HOURS = "eight-hours"
    """Each is eight hours of office time, counted from the instant of receipt (practice)."""


class HoursReading(LabelledEnum):
    """What "24 giờ" means. The law does not settle it, so there is no default."""

    CLOCK = "clock"
    """Hours by the clock, day and night (Civil Code art. 147(1))."""
    WORKING = "working"
    """Hours of office time."""
    DAYS = "days"
    """Eight hours make one working day; whole working days are counted by the Civil Code."""


class UnknownHour(LabelledEnum):
    """What a day without an hour is taken for, where the hour matters. The law does not say."""

    OPENING = "opening"
    """The opening of the office on that day: the earliest that it can have been."""
    CLOSING = "closing"
    """Its closing: the latest."""


class Roll(LabelledEnum):
    """What happens when a limit ends on a day off."""

    FORWARD = "forward"
    """It ends at the end of the next working day (Civil Code art. 148(5)). The default."""
    NONE = "none"
    """It ends there: for a sectoral rule or an agreement that says so (art. 145)."""

    @property
    def citation(self) -> Citation:
        """The article behind it."""
        return article("roll")


class StopKind(LabelledEnum):
    """Why the clock is stopped."""

    SUPPLEMENT = "supplement"
    """Papers are asked for (yêu cầu bổ sung)."""
    FINANCIAL_OBLIGATION = "financial-obligation"
    """A tax, fee or other payment is due from the applicant (nghĩa vụ tài chính)."""
    VERIFICATION = "verification"
    """Verification with another body (xác minh)."""
    OPINION = "opinion"
    """The opinion of another body is asked (lấy ý kiến)."""
    APPLICANT_REQUEST = "applicant-request"
    """The applicant asks to stop (dừng thực hiện thủ tục)."""
    OTHER = "other"
    """Anything else."""


@frozen
class LegalLimit(PublicType):
    """Within what time the law wants something done, and where it says so.

    Attributes:
        key: what is to be done: `supplement-notice` (a supplement is asked for, from receipt),
            `supplement-answer` (the applicant completes the dossier, from the notice; then it is
            closed), `online-answer` (an online dossier is accepted or a supplement asked for, from
            receipt by the system), `result-correction` (a wrong result is put right, from the day
            the error was found), `paper-handover` (the paper dossier reaches the competent
            agency, from receipt elsewhere).
        limit: within what time.
        citation: instrument, article, confidence.
    """

    key: str = field(validator=nonempty_text)
    limit: TimeLimit = field(validator=instance_of(TimeLimit))
    citation: Citation = field(validator=instance_of(Citation))


@frozen
class RuleSet(PublicType):
    """The one-stop rules (cơ chế một cửa) in force in a period, as far as deadlines go.

    Attributes:
        key: the stable name, that of the regime in `law.regimes("onestop")`: `onestop-2018`,
            `onestop-2025`, `onestop-2026`.
        title: in both languages.
        citation: the instrument that founded them.
        validity: first and last day, inclusive.
        clocks: what each kind of stop does to the clock, where the rules say so. A kind that is not
            here needs a policy from the caller.
        limits: within what time something must be done, where the rules say so. Sectoral law may
            say otherwise: a `SpecialClock` with the same key.
    """

    key: str = field(validator=nonempty_text)
    title: Text = field(validator=instance_of(Text))
    citation: Citation = field(validator=instance_of(Citation))
    validity: Validity = field(validator=instance_of(Validity))
    clocks: tuple[tuple[StopKind, ClockPolicy], ...] = ()
    limits: tuple[LegalLimit, ...] = field(default=(), validator=tuple_of(LegalLimit))

    def clock(self, kind: StopKind) -> ClockPolicy | None:
        """Return what a kind of stop does to the clock under these rules.

        The result is None where the rules do not say.
        """
        for known, clock in self.clocks:
            if known is kind:
                return clock
        return None

    def limit(self, key: str) -> LegalLimit | None:
        """Return within what time something must be done; None where the rules do not say."""
        return next((limit for limit in self.limits if limit.key == key), None)

    def holds_on(self, day: date) -> bool:
        """Return whether these are the rules of a day."""
        return day in self.validity


@frozen
class SpecialClock(PublicType):
    """A rule of one procedure or act that overrides the general rules.

    Attributes:
        key: the stable name, as `linked-birth-2026`.
        title: in both languages.
        citation: instrument, article, confidence.
        validity: first and last day, inclusive, as far as the source says.
        cutoff: the cut-off it brings; None for none of its own.
        clocks: what kinds of stops do to the clock under it.
        limits: the limits it sets, by case (`ordinary`, `verification`; and those of
            `LegalLimit.key`).
    """

    key: str = field(validator=nonempty_text)
    title: Text = field(validator=instance_of(Text))
    citation: Citation = field(validator=instance_of(Citation))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))
    cutoff: CutOff | None = None
    clocks: tuple[tuple[StopKind, ClockPolicy], ...] = ()
    limits: tuple[tuple[str, TimeLimit], ...] = field(default=(), validator=writable_texts)

    def clock(self, kind: StopKind) -> ClockPolicy | None:
        """Return what a kind of stop does to the clock under this rule.

        The result is None where the rule does not say.
        """
        for known, clock in self.clocks:
            if known is kind:
                return clock
        return None

    @answer_wrong_arguments
    def limit(self, case: str) -> TimeLimit:
        """Return the limit of a case.

        Raises:
            UnknownNameError: `case-unknown`; the message lists the cases.
        """
        limits = dict(self.limits)
        if case not in limits:
            raise UnknownNameError("case-unknown", case, known=tuple(limits))
        return limits[case]

    def holds_on(self, day: date) -> bool:
        """Return whether the rule holds on a day, as far as its validity is known."""
        return day in self.validity


def _clocks(row: Mapping[str, Any]) -> tuple[tuple[StopKind, ClockPolicy], ...]:
    return tuple(
        (StopKind(kind), ClockPolicy(clock)) for kind, clock in row.get("clocks", {}).items()
    )


@cache
def rule_sets() -> tuple[RuleSet, ...]:
    """Return the rule sets, oldest first; their periods neither overlap nor leave a gap.

    >>> [rules.key for rules in rule_sets()]
    ['onestop-2018', 'onestop-2025', 'onestop-2026']
    """
    return tuple(entry.value for entry in _rule_sets())


@cache
def _rule_sets() -> Timeline[RuleSet]:
    """The one-stop regimes of `law` with what they mean for deadlines."""
    rows = packaged_table("deadlines/rules.toml")["rule_set"]
    made: list[tuple[Validity, RuleSet]] = []
    for entry in regimes("onestop"):
        regime, row = entry.value, rows[entry.value.key]
        row = {**rows[row["base"]], **row} if "base" in row else row
        limits = tuple(
            LegalLimit(key, TimeLimit.parse(each["limit"]), cited(each))
            for key, each in row.get("limits", {}).items()
        )
        rules = RuleSet(
            regime.key, regime.title, regime.basis[0], entry.validity, _clocks(row), limits
        )
        made.append((entry.validity, rules))
    return Timeline[RuleSet].of(made)


def packaged_rule_set(day: date) -> RuleSet | None:
    """Return the packaged one-stop rules of a day; None before the first of them."""
    return _rule_sets().get(day)


def rule_set_on(day: date) -> RuleSet:
    """Return the one-stop rules of the day of an event.

    A dossier keeps the rules of its day of receipt.

    Raises:
        MisuseError: `no-rule-set` before the first of them.

    >>> rule_set_on(date(2025, 6, 30)).key, rule_set_on(date(2025, 7, 1)).key
    ('onestop-2018', 'onestop-2025')
    """
    rules = packaged_rule_set(day)
    if rules is None:
        raise MisuseError("no-rule-set", day, first=_rule_sets().span.since)
    return rules


@cache
def special_clocks() -> tuple[SpecialClock, ...]:
    """Return the special clocks that override the general rules, each with its validity."""
    return tuple(
        SpecialClock(
            row["key"],
            title_of(row),
            cited(row),
            Validity(row.get("since"), row.get("until")),
            CutOff(row["cutoff"]) if "cutoff" in row else None,
            _clocks(row),
            tuple((case, TimeLimit.parse(text)) for case, text in row.get("limits", {}).items()),
        )
        for row in packaged_table("deadlines/rules.toml")["special"]
    )


def clock_start(channel: Channel) -> Policy:
    """Return which event starts the clock of a dossier that came in by a channel, with its article.

    >>> from evnpubsvc.services import Channel
    >>> clock_start(Channel.POST).title.en
    'the dossier arrives at the agency (postmark of arrival)'
    """
    return policy_of("channel", channel.value)


@frozen
class DeadlineRules(PublicType):
    """Rules of deadlines beyond the packaged ones, as `serde.read_deadline_rules` reads them.

    Attributes:
        rule_sets: one-stop rules, for `CountingRules.rule_sets`.
        special_clocks: special clocks, one of them for `CountingRules.special`.
    """

    rule_sets: tuple[RuleSet, ...] = field(default=(), validator=tuple_of(RuleSet))
    special_clocks: tuple[SpecialClock, ...] = field(default=(), validator=tuple_of(SpecialClock))

    @answer_wrong_arguments
    def special_clock(self, key: str) -> SpecialClock:
        """Return one of its special clocks, else a packaged one, by its name.

        Raises:
            UnknownNameError: `special-clock-unknown`; the message names the nearest.
        """
        return _special_clock(key, (*special_clocks(), *self.special_clocks))


def special_clock(key: str) -> SpecialClock:
    """Return a packaged special clock by its name.

    Raises:
        UnknownNameError: `special-clock-unknown`; the message names the nearest.

    >>> print(special_clock("supplement-notice-2026").limit("online"))
    8 giờ làm việc
    """
    return _special_clock(key, special_clocks())


def _special_clock(key: str, rules: tuple[SpecialClock, ...]) -> SpecialClock:
    known = {rule.key: rule for rule in rules}
    if key not in known:
        from difflib import get_close_matches  # noqa: PLC0415 - only for the message

        nearest = get_close_matches(str(key), known, 1, 0)[0]
        raise UnknownNameError("special-clock-unknown", key, count=len(known), nearest=nearest)
    return known[key]
