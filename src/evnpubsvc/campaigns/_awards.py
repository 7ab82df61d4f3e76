"""Awards given or proposed, and how a council decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import (
    as_text,
    instance_of,
    key_or_none,
    nonempty_text,
    optional_day,
    tuple_of,
    valid_key,
)
from evnpubsvc.errors import MisuseError
from evnpubsvc.findings import Finding, notice
from evnpubsvc.texts import Text
from evnpubsvc.texts.parts import named


@frozen(kw_only=True)
class Conference(PublicType):
    """A conference at which an award was honoured (*hội nghị tổng kết*).

    Attributes:
        title: what it was held for, in both languages.
        day: its day; None where it is not known.
        host: who held it; None where it is not known.
        report: the report that the unit gave there (*tham luận*), in both languages; None where it
            is not known that it gave one.
    """

    title: Text = field(converter=as_text, validator=instance_of(Text))
    day: date | None = field(default=None, validator=optional_day)
    host: Text | None = field(default=None, validator=instance_of(Text, type(None)))
    report: Text | None = field(default=None, validator=instance_of(Text, type(None)))


@frozen(kw_only=True)
class RecognisedModel(PublicType):
    """A way of working that others are to copy (*mô hình, điển hình nhân rộng*).

    Attributes:
        title: what is to be copied, in both languages.
        day: since when it is recognised; None where that is not known.
        giver: who recognised it; None where that is not known.
        followers: units that copied it, as far as known.
    """

    title: Text = field(converter=as_text, validator=instance_of(Text))
    day: date | None = field(default=None, validator=optional_day)
    giver: Text | None = field(default=None, validator=instance_of(Text, type(None)))
    followers: tuple[str, ...] = field(default=(), validator=tuple_of(str))


@frozen(kw_only=True)
class AwardRecord(PublicType):
    """An award that was given or proposed, and how it was made known.

    What is not known is None; that something did not happen is never assumed.

    Attributes:
        unit: who gets it.
        achievement: stable name of the achievement it is for (`"dvctt-2022"`).
        form: form of commendation.
        day: day of the decision; None where it is not known.
        decision: number of the decision; empty while proposed.
        prize: key of the prize of the scheme that it comes with; None where that is not known.
        giver: who gave it, in both languages; None where that is not known. Who may give it by law
            says `award_authorities`.
        conference: the conference at which it was honoured; None where none is known.
        model: what others are to copy; None where nothing is known.
    """

    unit: str = field(validator=nonempty_text)
    achievement: str = field(validator=nonempty_text)
    form: str = field(validator=valid_key)
    day: date | None = field(default=None, validator=instance_of(date, type(None)))
    decision: str = field(default="", validator=instance_of(str))
    prize: str | None = field(default=None, validator=key_or_none)
    giver: Text | None = field(default=None, validator=instance_of(Text, type(None)))
    conference: Conference | None = field(
        default=None, validator=instance_of(Conference, type(None))
    )
    model: RecognisedModel | None = field(
        default=None, validator=instance_of(RecognisedModel, type(None))
    )


def council_passes(
    members: int, *, present: int, votes: int, quorum: Fraction, majority: Fraction
) -> bool:
    """Say whether a council decides: enough present, enough votes, as shares of all members.

    Shares are rounded up to whole members.

    There are no defaults: 2/3 and 2/3 are the design of one system, not a norm.

    >>> two_thirds = Fraction(2, 3)
    >>> council_passes(7, present=7, votes=5, quorum=two_thirds, majority=two_thirds)
    True
    >>> council_passes(7, present=7, votes=4, quorum=two_thirds, majority=two_thirds)
    False
    """
    if not (0 <= votes <= present <= members and members > 0):
        raise MisuseError("council-numbers", members, present=present, votes=votes)

    def needed(share: Fraction) -> int:
        return -(-share.numerator * members // share.denominator)

    return present >= needed(quorum) and votes >= needed(majority)


def second_awards(awards: Iterable[AwardRecord]) -> tuple[Finding, ...]:
    """Return a notice for every further award of one unit for one achievement.

    It is a warning only, since forms may build on each other. The source is Law 06/2022/QH15,
    principles (art. 5 from memory).
    """
    first: dict[tuple[str, str], AwardRecord] = {}
    found: list[Finding] = []
    for each in sorted(awards, key=lambda record: (record.day or date.max, record.form)):
        before = first.setdefault((each.unit, each.achievement), each)
        if before is not each:
            parts = {
                "achievement": each.achievement,
                "form": named("award-form", each.form),
                "first": named("award-form", before.form),
                "day": before.day or "–",
            }
            found.append(notice("second-award", "", each.unit, **parts))
    return tuple(found)
