"""Instruments of law and administration (*văn bản*), with their dates."""

from __future__ import annotations

from datetime import date

from attrs import field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, optional_day
from evnpubsvc.errors import MisuseError
from evnpubsvc.law._citation import Citation
from evnpubsvc.law._number import InstrumentNumber
from evnpubsvc.law._validity import Validity
from evnpubsvc.texts import Text


@frozen(order=False)
class Instrument(PublicType):
    """A text of law or administration (*văn bản*).

    Attributes:
        number: its number; not unique without issuer and date, since each commune counts from one.
        title: what it is about, in both languages.
        issuer: who issued it, in full, where the number does not tell (`"UBND xã Tam Xuân II"`);
            may be empty.
        issued: date of issue.
        in_force: first day in force; None where it is not known. It may be before or after the
            issue.
        repealed: first day on which it is no longer in force; None where it stands or nothing is
            known.
        citation: where these facts stand; None where nobody said.

    No order between instruments is checked: a commune's plan may be older than the district's plan
    that it serves.

    Raises:
        MisuseError: `instrument-repealed-early` when it is repealed on or before the first day in
            force.

    >>> from datetime import date
    >>> decree = Instrument(InstrumentNumber.parse("61/2018/NĐ-CP"), issued=date(2018, 4, 23),
    ...                     in_force=date(2018, 6, 21), repealed=date(2025, 7, 1))
    >>> print(decree, decree.kind, decree.validity)
    61/2018/NĐ-CP NĐ 2018-06-21..2025-06-30
    """

    number: InstrumentNumber = field(validator=instance_of(InstrumentNumber))
    title: Text | None = field(default=None, validator=instance_of(Text, type(None)), kw_only=True)
    issuer: str = field(default="", validator=instance_of(str), kw_only=True)
    issued: date | None = field(default=None, validator=optional_day, kw_only=True)
    in_force: date | None = field(default=None, validator=optional_day, kw_only=True)
    repealed: date | None = field(default=None, validator=optional_day, kw_only=True)
    citation: Citation | None = field(
        default=None, validator=instance_of(Citation, type(None)), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        if (
            self.in_force is not None
            and self.repealed is not None
            and self.repealed <= self.in_force
        ):
            raise MisuseError("instrument-repealed-early", self.repealed, in_force=self.in_force)

    @property
    def kind(self) -> str:
        """Abbreviation of the kind: `"NĐ"`; empty where the number does not tell it."""
        return self.number.kind

    @property
    def validity(self) -> Validity | None:
        """The days in force; None where the first day is not known."""
        if self.in_force is None:
            return None
        if self.repealed is None:
            last = None
        else:
            last = date.fromordinal(self.repealed.toordinal() - 1)
        return Validity(self.in_force, last)

    def __str__(self) -> str:
        return str(self.number)


def example_instruments() -> tuple[Instrument, ...]:
    """Return the five papers of the drive of 2022 in commune Tam Xuân II, in order of issue.

    Only numbers, subjects and dates of issue are known; the texts were not seen.

    Source: report of the drive, as the domain notes quote it.

    >>> [str(paper) for paper in example_instruments()]
    ['1776/QĐ-UBND', '15/KH-UBND', '44/QĐ-UBND', '81/KH-UBND', '94/QĐ-STTTT']
    """
    return tuple(
        Instrument(
            InstrumentNumber.parse(row["number"]),
            title=Text(vi=row["vi"], en=row["en"]),
            issuer=row["issuer"],
            issued=row["issued"],
            citation=Citation("report of the drive of 2022 in commune Tam Xuân II"),
        )
        for row in packaged_table("law/instruments.toml")["examples"]
    )
