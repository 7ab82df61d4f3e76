"""What a due date of a dossier rests on, and the record that says so."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Any, Final

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._moments import VIETNAM_TIME, local_day
from evnpubsvc._records import frozen, open_class
from evnpubsvc._validate import instance_of
from evnpubsvc.deadlines import Deadline
from evnpubsvc.deadlines.results import DueBounds
from evnpubsvc.findings import Finding
from evnpubsvc.texts import LabelledEnum, Language


class DueBasis(LabelledEnum):
    """What a due date rests on."""

    DERIVED = "derived"
    """Counted from the history."""
    EXTENDED = "extended"
    """Set by an apology."""
    STATED = "stated"
    """The slip or the register says so; nothing was counted."""
    STANDS = "stands"
    """There is none: the clock is stopped."""
    NOT_STARTED = "not-started"
    """There is none: the clock did not start."""
    UNSETTLED = "unsettled"
    """There is none: the rules, the calendar or the data leave it open, and findings say what."""
    NONE = "none"
    """There is none: no time limit, or no calendar to count it by, and no date on a slip."""


@frozen
class DossierDue(PublicType):
    """The due date of a dossier, as far as its history was known.

    Attributes:
        due: the last day, inclusive, or the last instant; None if there is none.
        basis: what it rests on.
        deadline: the computation with its trace; None where nothing was counted.
        findings: what keeps a due date from being counted (violations, as `clock-policy-needed`,
            `time-of-receipt-needed`, `outside-coverage`, `start-not-recorded`); new dates on a
            day off (notices, `date-on-day-off`); a slip that is gone by where the history tells
            no receipt (notice, `start-not-recorded`); hours that were assumed as
            `CountingRules.unknown_hour` says (notices, `hour-assumed`).
        provisional: the date rests on days off that are not decided: the counted one (see
            `bounds`), or the one of an apology where a later stop moved it over such days or the
            counted date that it replaces may still turn out later.
    """

    due: date | datetime | None
    basis: DueBasis
    deadline: Deadline | None = None
    findings: tuple[Finding, ...] = ()
    provisional: bool = field(default=False, validator=instance_of(bool))

    @property
    def bounds(self) -> DueBounds | None:
        """The days between which a due date lies that rests on undecided days off.

        They are None where nothing about it is undecided.
        """
        if self.basis is not DueBasis.DERIVED or self.deadline is None:
            return None
        return self.deadline.bounds

    def explain(self, lang: Language = "en") -> str:
        """Return why the dossier is due on its day, or on none, as text of some lines.

        First what the date rests on, then the whole computation where there was one, then what was
        found about it.

        >>> print(DossierDue(None, DueBasis.NOT_STARTED).explain("vi"))
        chưa có, chưa tiếp nhận
        """
        counted = () if self.deadline is None else (self.deadline.explain(lang),)
        found = (each.message(lang) for each in self.findings)
        return "\n".join((self.basis.text.get(lang), *counted, *found))


_OpenDue: Final = open_class(DossierDue)


def make_due(
    due: date | datetime | None,
    basis: DueBasis,
    deadline: Deadline | None = None,
    findings: tuple[Finding, ...] = (),
    *,
    provisional: bool = False,
) -> DossierDue:
    """Return what is known of a due date, made quickly."""
    made: Any = _OpenDue()
    made.due = due
    made.basis = basis
    made.deadline = deadline
    made.findings = findings
    made.provisional = provisional
    made.__class__ = DossierDue
    whole: DossierDue = made
    return whole


def is_past(moment: date | datetime, at: date | datetime, zone: tzinfo = VIETNAM_TIME) -> bool:
    """Return whether a due moment has passed at another."""
    if isinstance(moment, datetime) and isinstance(at, datetime):
        return moment < at
    return local_day(moment, zone) < local_day(at, zone)


def is_later(new: date | datetime, old: date | datetime) -> bool:
    """Return whether a due moment is later than another.

    A day ends after every instant in it.
    """
    if isinstance(new, datetime) and isinstance(old, datetime):
        return new > old
    days = local_day(new, VIETNAM_TIME), local_day(old, VIETNAM_TIME)
    return days[0] > days[1] or (
        days[0] == days[1] and isinstance(old, datetime) and not isinstance(new, datetime)
    )
