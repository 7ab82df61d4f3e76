"""Law of emulation by date, and who may award what.

The law is in `law.toml` with days and confidence, and is chosen by the date of the event. What it
leaves open (who awards after the district level ended, and from 1/10/2026 on) is for the caller to
name, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Final

from attrs import field, frozen

from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, valid_key
from evnpubsvc.law import Citation, cited
from evnpubsvc.texts import Text

LAW: Final = "campaigns/law.toml"


@frozen(kw_only=True)
class LegalRegime:
    """The law of emulation on a day.

    Attributes:
        key: stable key.
        valid_from: first day, inclusive.
        valid_until: last day, inclusive; None: open.
        law: the law.
        decree: the decree under it; None where none is confirmed.
        circular: the circular; None where none is confirmed.
        note: what a reader must know; may be None.
    """

    key: str = field(validator=valid_key)
    valid_from: date = field(validator=instance_of(date))
    valid_until: date | None = field(validator=instance_of(date, type(None)))
    law: Citation = field(validator=instance_of(Citation))
    decree: Citation | None = field(default=None, validator=instance_of(Citation, type(None)))
    circular: Citation | None = field(default=None, validator=instance_of(Citation, type(None)))
    note: Text | None = field(default=None, validator=instance_of(Text, type(None)))


@frozen(kw_only=True)
class AwardAuthority:
    """Who may give a form of commendation, and when.

    Attributes:
        form: key of the form (`giay-khen`, `bang-khen-tinh` …).
        level: level of the body (`commune`, `district`, `province`, `government`, `agency`).
        who: the office.
        valid_from: first day, inclusive.
        valid_until: last day, inclusive; None: open.
        source: where it stands, with its confidence.
    """

    form: str = field(validator=valid_key)
    level: str = field(validator=valid_key)
    who: Text = field(validator=instance_of(Text))
    valid_from: date = field(validator=instance_of(date))
    valid_until: date | None = field(validator=instance_of(date, type(None)))
    source: Citation = field(validator=instance_of(Citation))


def _on(row: LegalRegime | AwardAuthority, day: date) -> bool:
    return row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)


@cache
def _regimes() -> tuple[LegalRegime, ...]:
    return tuple(
        LegalRegime(
            key=row["key"],
            valid_from=row["since"],
            valid_until=row.get("until"),
            law=cited(row["law"]),
            decree=cited(row["decree"]) if "decree" in row else None,
            circular=cited(row["circular"]) if "circular" in row else None,
            note=Text(**row["note"]) if "note" in row else None,
        )
        for row in packaged_table(LAW)["regimes"]
    )


@cache
def _authorities() -> tuple[AwardAuthority, ...]:
    return tuple(
        AwardAuthority(
            form=row["form"],
            level=row["level"],
            who=Text(**row["who"]),
            valid_from=row["since"],
            valid_until=row.get("until"),
            source=cited(row["source"]),
        )
        for row in packaged_table(LAW)["authorities"]
    )


def legal_regime(day: date) -> LegalRegime | None:
    """Return the law of emulation on the day of a launch or award; None where none is known.

    >>> print(legal_regime(date(2022, 4, 19)).decree)
    Decree 91/2017/NĐ-CP
    >>> legal_regime(date(2026, 11, 24)).key
    'law-2026'
    """
    return next((regime for regime in _regimes() if _on(regime, day)), None)


def award_authorities(
    form: str, day: date, *, known: Iterable[AwardAuthority] = ()
) -> tuple[AwardAuthority, ...]:
    """Return who may give a form of commendation on a day.

    Args:
        form: key of the form.
        day: the day of the decision.
        known: authorities that the caller knows of. Needed for what this library does not know:
            after the district level ended, and from 1/10/2026 on.

    Returns:
        The authorities, those of the caller first; empty where none is known: then nobody may be
        assumed.

    >>> [a.level for a in award_authorities("giay-khen", date(2025, 6, 30))]
    ['commune', 'district', 'agency']
    >>> [a.level for a in award_authorities("giay-khen", date(2025, 7, 1))]
    ['commune', 'agency']
    >>> award_authorities("giay-khen", date(2026, 10, 1))
    ()
    """
    return tuple(each for each in (*known, *_authorities()) if each.form == form and _on(each, day))
