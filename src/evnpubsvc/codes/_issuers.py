"""Ministries and provinces behind the first-level part of every code.

By date and with provenance.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, nonempty_text
from evnpubsvc.law import Citation, Validity
from evnpubsvc.law.parts import cited
from evnpubsvc.texts import LabelledEnum, Text


class IssuerKind(LabelledEnum):
    """What a first-level code stands for."""

    MINISTRY = "ministry"
    """A ministry or another body of the central government: G."""
    PROVINCE = "province"
    """A province or centrally run city: H."""


@frozen(order=False)
class Issuer(PublicType):
    """A ministry or province under a first-level code, for as long as the code meant it.

    Attributes:
        code: `"H29"`, `"G15"`.
        name: without the kind of province; ministries with it.
        kind: ministry or province.
        validity: the days on which the code meant this body; open where no day is known.
        successor: code of what it merged into; its own where only name or territory changed; None
            while it stands.
        citation: source and confidence of the row. Many former provinces rest on memory: a code
            that contradicts them deserves a look, not a refusal.
    """

    code: str = field(validator=nonempty_text)
    name: Text = field(validator=instance_of(Text))
    kind: IssuerKind = field(validator=instance_of(IssuerKind))
    validity: Validity = field(validator=instance_of(Validity))
    successor: str | None = field(validator=instance_of(str, type(None)))
    citation: Citation = field(validator=instance_of(Citation))


@cache
def _by_code() -> dict[str, tuple[Issuer, ...]]:
    rows: dict[str, tuple[Issuer, ...]] = {}
    for row in packaged_table("codes/issuers.toml")["issuer"]:
        each = Issuer(
            code=row["code"],
            name=Text(vi=row["vi"], en=row["en"]),
            kind=IssuerKind(row["kind"]),
            validity=Validity(row.get("since"), row.get("until")),
            successor=row.get("successor"),
            citation=cited(row),
        )
        rows[each.code] = (*rows.get(each.code, ()), each)
    return rows


def issuers_of(code: str) -> tuple[Issuer, ...]:
    """Return the ministries or provinces that a first-level code meant, by time."""
    return _by_code().get(code, ())


def issuers(on: date | None = None, *, code: str | None = None) -> tuple[Issuer, ...]:
    """Return ministries and provinces, by code and then by time.

    Args:
        on: only those whose code meant them on this day; None for all that are known.
        code: only those of one first-level code.

    >>> from datetime import date
    >>> len([one for one in issuers(date(2025, 7, 1)) if one.kind is IssuerKind.PROVINCE])
    34
    >>> [(str(one.validity), one.successor) for one in issuers(code="H47")]
    [('..2025-06-30', 'H17')]
    """
    rows: Iterable[Issuer] = issuers_of(code or "")
    if code is None:
        rows = (one for rows in _by_code().values() for one in rows)
    return tuple(one for one in rows if on is None or one.validity.contains(on))


def issuer(code: str, *, on: date) -> Issuer | None:
    """Return the ministry or province that a first-level code meant on a day, or None.

    >>> from datetime import date
    >>> issuer("H47", on=date(2025, 6, 30)).name.vi, issuer("H47", on=date(2025, 7, 1))
    ('Quảng Nam', None)
    """
    return next(iter(issuers(on, code=code)), None)
