"""Law of emulation by date, and who may award what.

The law is in `law.toml` with days and confidence, and is chosen by the date of the event. What it
leaves open (who awards after the district level ended) is for the caller to name, never guessed;
what was amended and not seen (from 1/10/2026 on) is told with that mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, Final

from attrs import evolve, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, valid_key
from evnpubsvc.law import Citation, Timeline, Validity
from evnpubsvc.law.parts import cited
from evnpubsvc.texts import Text

LAW: Final = "campaigns/law.toml"


@frozen(kw_only=True)
class LegalRegime(PublicType):
    """The law of emulation on a day.

    Attributes:
        key: stable key.
        validity: first and last day, inclusive.
        law: the law.
        decree: the decree under it; None where none is confirmed.
        circular: the circular; None where none is confirmed.
        elements: what asks a drive to say its goal, scope and so on.
        note: what a reader must know; may be None.
    """

    key: str = field(validator=valid_key)
    validity: Validity = field(validator=instance_of(Validity))
    law: Citation = field(validator=instance_of(Citation))
    decree: Citation | None = field(default=None, validator=instance_of(Citation, type(None)))
    circular: Citation | None = field(default=None, validator=instance_of(Citation, type(None)))
    elements: Citation = field(validator=instance_of(Citation))
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)))


@frozen(kw_only=True)
class AwardAuthority(PublicType):
    """Who may give a form of commendation, and when.

    Attributes:
        form: key of the form (`giay-khen`, `bang-khen-tinh` …).
        level: level of the body (`commune`, `district`, `province`, `government`, `agency`).
        who: the office.
        validity: first and last day, inclusive.
        source: where it says so, with its confidence.
        amended: what amended the source without its text being seen here: who may award then is to
            be checked. None where nothing did.
    """

    form: str = field(validator=valid_key)
    level: str = field(validator=valid_key)
    who: Text = field(validator=instance_of(Text))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))
    source: Citation = field(validator=instance_of(Citation))
    amended: Citation | None = field(default=None, validator=instance_of(Citation, type(None)))


@cache
def _regimes() -> Timeline[LegalRegime]:
    return Timeline[LegalRegime].of(
        (each.validity, each) for each in map(_regime, _rows("regimes"))
    )


def _rows(group: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = packaged_table(LAW)[group]
    return rows


def _regime(row: dict[str, Any]) -> LegalRegime:
    return LegalRegime(
        key=row["key"],
        validity=Validity(row.get("since"), row.get("until")),
        law=cited(row["law"]),
        decree=cited(row["decree"]) if "decree" in row else None,
        circular=cited(row["circular"]) if "circular" in row else None,
        elements=cited(row["elements"]),
        note=Text(**row["note"]) if "note" in row else None,
    )


@cache
def _authorities() -> tuple[AwardAuthority, ...]:
    return tuple(
        AwardAuthority(
            form=row["form"],
            level=row["level"],
            who=Text(**row["who"]),
            validity=Validity(row.get("since"), row.get("until")),
            source=cited(row["source"]),
        )
        for row in _rows("authorities")
    )


def _amended_on(authority: AwardAuthority, day: date) -> AwardAuthority:
    """Return the authority, marked where its law was amended by then.

    The text of the amendment was not seen.
    """
    amendment = packaged_table(LAW)["amended"]
    if authority.source.instrument != amendment["law"] or day < amendment["since"]:
        return authority
    return evolve(authority, amended=cited(amendment))


def legal_regime(day: date) -> LegalRegime | None:
    """Return the law of emulation on the day of a launch or award; None where none is known.

    >>> print(legal_regime(date(2022, 4, 19)).decree)
    Decree 91/2017/NĐ-CP
    >>> legal_regime(date(2026, 11, 24)).key
    'law-2026'
    """
    return _regimes().get(day)


def legal_regimes() -> tuple[LegalRegime, ...]:
    """Return the law of emulation as far as it is known, oldest first.

    >>> [regime.key for regime in legal_regimes()][:2]
    ['law-2003', 'law-2022']
    """
    return tuple(entry.value for entry in _regimes())


def award_authorities(
    form: str, day: date, *, known: Iterable[AwardAuthority] = ()
) -> tuple[AwardAuthority, ...]:
    """Return who may give a form of commendation on a day.

    Args:
        form: key of the form.
        day: the day of the decision.
        known: authorities that the caller knows of. Needed for what this library does not know, as
            after the district level ended.

    Returns:
        The authorities, those of the caller first; empty where none is known: then nobody may be
        assumed. From 1/10/2026 on they are marked `amended`: Law 06/2026/QH16 changes the law of
        2022, and its text was not seen.

    >>> [a.level for a in award_authorities("giay-khen", date(2025, 6, 30))]
    ['commune', 'district', 'agency']
    >>> [a.level for a in award_authorities("giay-khen", date(2025, 7, 1))]
    ['commune', 'agency']
    >>> print(award_authorities("giay-khen", date(2026, 10, 1))[0].amended)
    Law 06/2026/QH16
    """
    own = (_amended_on(each, day) for each in _authorities())
    return tuple(each for each in (*known, *own) if each.form == form and day in each.validity)
