"""A policy as the table states it: what it does, its article, since when.

The articles behind single steps are here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation, Ground, Validity
from evnpubsvc.law.engine import ground_of, ground_on
from evnpubsvc.law.parts import cited
from evnpubsvc.texts import Text


def _some_grounds(record: object, attribute: Attribute[Any], value: tuple[Ground, ...]) -> None:
    tuple_of(Ground)(record, attribute, value)
    if not value:
        raise MisuseError("policy-without-grounds", record)


@frozen
class Policy(PublicType):
    """What a policy does, and on which text it rests, period by period.

    Attributes:
        key: the stable name.
        title: what it does, in both languages.
        grounds: instrument, article and confidence with their days, oldest first; at least one. A
            key says for which kind of stop a text is written.
        otherwise: what to cite for a kind of stop that none of the texts is written for; None where
            all are.
    """

    key: str = field(validator=nonempty_text)
    title: Text = field(validator=instance_of(Text))
    grounds: tuple[Ground, ...] = field(validator=_some_grounds)
    otherwise: Citation | None = field(default=None, validator=instance_of(Citation, type(None)))

    @property
    def validity(self) -> Validity:
        """The validity from the first day of the oldest text to the last day of the newest.

        An end that is open or not known is None.
        """
        return Validity(self.grounds[0].validity.since, self.grounds[-1].validity.until)

    @property
    def citation(self) -> Citation:
        """The newest text."""
        return self.grounds[-1].citation

    def cite(self, day: date, case: str = "") -> Citation:
        """Return the text of a day; before the first the oldest, after the last the newest.

        Args:
            day: the day.
            case: the kind of stop (`StopKind`) that it is about; empty for no matter which.

        >>> from evnpubsvc.deadlines import ClockPolicy
        >>> print(ClockPolicy.RESTART.policy.cite(date(2025, 6, 30)))
        Decree 61/2018/NĐ-CP, art. 19(4)
        >>> print(ClockPolicy.RESTART.policy.cite(date(2025, 7, 1)))
        Decree 118/2025/NĐ-CP, art. 19(5)
        >>> print(ClockPolicy.EXCLUDE.policy.cite(date(2025, 7, 1), "applicant-request"))
        practice of one-stop systems
        """
        # A text that is written for another kind of stop says nothing of this one.
        if case and self.otherwise is not None:
            written_for = self.grounds[-1].key
            if written_for and written_for != case:
                return self.otherwise

        # The newest text that was in force; before the first, the oldest.
        for ground in reversed(self.grounds):
            since = ground.validity.since
            if since is None or since <= day:
                return ground.citation
        return self.grounds[0].citation

    def holds_on(self, day: date) -> bool:
        """Return whether a text holds on a day, as far as their days are known."""
        return ground_on(self.grounds, day) is not None


def title_of(row: Mapping[str, Any]) -> Text:
    """Return the title of a row in both languages."""
    return Text(vi=row["vi"], en=row["en"])


@cache
def policy_of(group: str, key: str) -> Policy:
    """Return a policy of a group of the table (`cutoff`, `clock`, `channel`)."""
    row = packaged_table("deadlines/rules.toml")[group][key]
    otherwise: Citation | None = None
    if "otherwise" in row:
        otherwise = cited(row["otherwise"])
    return Policy(str(key), title_of(row), tuple(map(ground_of, row["grounds"])), otherwise)


@cache
def article(key: str) -> Citation:
    """Return the article behind a step of counting."""
    return cited(packaged_table("deadlines/rules.toml")["counting"][key])
