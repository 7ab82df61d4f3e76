"""Requirements: what an implementation has to do, each with its stable id and its sources.

Those of the laws stand in `laws.toml`. Those of guards, rules and policies are made of the law data
that the library itself runs on, so that none of them can be added without its requirement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.deadlines import ClockPolicy, CutOff, DayCount, Roll
from evnpubsvc.dossiers import rules, stated_class_rule
from evnpubsvc.dossiers.engine import guard_grounds
from evnpubsvc.errors import UnknownNameError
from evnpubsvc.law import Citation
from evnpubsvc.law.parts import cited
from evnpubsvc.texts import Text
from evnpubsvc.texts.parts import named, render


@frozen
class Requirement(PublicType):
    """What an implementation has to do (*yêu cầu*).

    Attributes:
        id: the stable id: `deadline.first-day` of a law, `guard.closed`, `rule.R9`,
            `clock.restart`, `cutoff.hard15`.
        statement: what has to hold, in both languages.
        sources: the articles that it rests on, with the confidence of each.

    >>> found = requirement("deadline.first-day")
    >>> print(found.statement.en, "-", found.sources[0])
    the day of receipt is not counted - Civil Code 91/2015/QH13, art. 147(2)
    """

    id: str = field(validator=nonempty_text)
    statement: Text = field(validator=instance_of(Text))
    sources: tuple[Citation, ...] = field(validator=tuple_of(Citation))


def requirements() -> Mapping[str, Requirement]:
    """Return every requirement by its id: those of the laws first, then guards, rules, policies."""
    return _requirements()


def requirement(id: str) -> Requirement:  # noqa: A002 - the name that its users know
    """Return the requirement of an id.

    Raises:
        UnknownNameError: `requirement-unknown`.
    """
    known = _requirements()
    if id not in known:
        raise UnknownNameError("requirement-unknown", id, known=tuple(known))
    return known[id]


@cache
def _requirements() -> Mapping[str, Requirement]:
    every = (*_of_laws(), *_of_guards(), *_of_rules(), *_of_policies())
    return MappingProxyType({each.id: each for each in every})


def _laws() -> Mapping[str, Any]:
    found: Mapping[str, Any] = packaged_table("conformance/laws.toml")["law"]
    return found


def law_ids() -> tuple[str, ...]:
    """Return the ids of the laws, in the order of the table."""
    return tuple(_laws())


def touched_by(law: str) -> tuple[str, ...]:
    """Return the requirements of guards, rules and policies that a check of a law exercises."""
    return tuple(_laws()[law].get("touches", ()))


def _of_laws() -> Iterator[Requirement]:
    sources = packaged_table("conformance/laws.toml")["source"]
    for key, row in _laws().items():
        citations = tuple(cited(sources[name]) for name in row["sources"])
        yield Requirement(key, Text(en=row["en"], vi=row["vi"]), citations)


def _of_guards() -> Iterator[Requirement]:
    for guard, grounds in guard_grounds().items():
        yield Requirement(
            f"guard.{guard}", _refused(guard), _once(each.citation for each in grounds)
        )


def _refused(guard: str) -> Text:
    parts = {"guard": named("guard", guard)}
    en, vi = (render("conformance-guard", lang, parts) for lang in ("en", "vi"))
    return Text(en=en, vi=vi)


def _of_rules() -> Iterator[Requirement]:
    for rule in (*rules(), stated_class_rule("")):
        yield Requirement(
            f"rule.{rule.key}", rule.title, _once(each.citation for each in rule.grounds)
        )


def _of_policies() -> Iterator[Requirement]:
    for kind, members in (("clock", ClockPolicy), ("cutoff", CutOff)):
        for member in members:
            policy = member.policy
            citations = _once(each.citation for each in policy.grounds)
            yield Requirement(f"{kind}.{member.value}", policy.title, citations)
    first_day = requirement_source("first-day")
    yield Requirement("day-count.civil-code", DayCount.CIVIL_CODE.text, (first_day,))
    practice = requirement_source("practice")
    yield Requirement("day-count.eight-hours", DayCount.EIGHT_HOURS.text, (practice,))
    yield Requirement("roll.forward", Roll.FORWARD.text, (Roll.FORWARD.citation,))


def requirement_source(key: str) -> Citation:
    """Return a source of the table of laws by its key."""
    return cited(packaged_table("conformance/laws.toml")["source"][key])


def _once(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(citations))
