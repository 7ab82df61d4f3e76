"""Dossier codes (*mã số hồ sơ*): unit identifier, date of receipt, number in the day.

`000.00.53.H48-220921-0099`.

* `code-2019` (TT 01/2018/TT-VPCP art. 19): unit with level 1 last, YYMMDD, four digits that restart
  each day.
* `code-2025` (TT 03/2025/TT-VPCP art. 13): unit with level 1 first.
* nationwide (the same article, clause 3, from 25/01/2026): as `code-2025`, but the last part begins
  with two digits of the ministry that owns the system, then four digits or more. **The text does
  not tell it from `code-2025`**: six digits after the second dash are either. Both readings are
  reported, none is guessed.

NĐ 61/2018/NĐ-CP art. 26 says "day, month, year"; the circulars write year, month, day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar, Final, final

from attrs import Attribute, field

from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of
from evnpubsvc.codes._base import Code, check_shape, setter
from evnpubsvc.codes._shapes import DOSSIER, SEQUENCE, UNIT
from evnpubsvc.codes._unit import UnitCode, UnitLayout, known_units, make_unit, share_unit
from evnpubsvc.errors import InvalidCode
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.texts import LabelledEnum, Text

_unit: Final = re.compile(UNIT).fullmatch
_sequence: Final = re.compile(SEQUENCE).fullmatch
_six_digits: Final = re.compile(r"[0-9]{6}").fullmatch
_eight_digits: Final = re.compile(r"20[0-9]{6}").fullmatch
_from_iso: Final = date.fromisoformat
_YEARS: Final = range(2000, 2100)  # two digits of the year, and no code before the one-stop desks


class DossierForm(LabelledEnum):
    """The rule by which a dossier code was made.

    The values are keys of `law.regimes("dossier-code")`.
    """

    CODE_2019 = "code-2019"
    """TT 01/2018/TT-VPCP art. 19."""
    CODE_2025 = "code-2025"
    """TT 03/2025/TT-VPCP art. 13."""
    NATIONWIDE_2026 = "code-2026n"
    """The same, clause 3, added by TT 04/2025/TT-VPCP: systems that serve the whole country."""


class DossierStyle(LabelledEnum):
    """How to write a dossier code."""

    CANONICAL = "canonical"
    """As the circulars: `000.00.53.H48-220921-0099`."""
    LONG_DATE = "long-date"
    """The date with four digits of the year and the number with seven digits at least.

    As the test systems of one
    supplier: `G09.20-20260609-0092637`. In no rule; `parse` refuses it, `read` reads it with a
    violation."""


def _received(_: object, __: Attribute[date], value: object) -> None:
    if type(value) is not date or value.year not in _YEARS:
        raise InvalidCode([finding("dossier-date-range", "", value)])


@final
@frozen(order=False)
class DossierCode(Code):
    """The code of a dossier. Ordered by unit, date of receipt, number in the day.

    Attributes:
        unit: the unit that received the dossier.
        received_on: date of receipt, 2000 to 2099.
        sequence: number in the day, with its zeros: four to nine digits. See `number`.

    Raises:
        InvalidCode: `dossier-parts` (not unit-date-number), `dossier-unit`, `dossier-date-shape`
            (not six digits), `dossier-date-impossible` (30 February), `dossier-date-long` (eight
            digits), `dossier-sequence` (not four to nine digits), and those of `Code.parse`.

    >>> code = DossierCode.parse("000.00.53.H48-220921-0099")
    >>> code.unit.top, code.received_on.isoformat(), code.sequence, code.number
    ('H48', '2022-09-21', '0099', 99)
    >>> [form.value for form in code.forms]
    ['code-2019']
    >>> DossierCode.is_valid("000.00.53.H48-220230-0099")
    False
    """

    kind: ClassVar[str] = "dossier"
    title: ClassVar[Text] = Text(vi="mã số hồ sơ", en="dossier code")
    _shape: ClassVar[re.Pattern[str]] = re.compile(DOSSIER)

    unit: UnitCode = field(validator=instance_of(UnitCode))
    received_on: date = field(validator=_received)
    sequence: str = field(validator=check_shape(SEQUENCE, "dossier-sequence"))

    @classmethod
    def _build(cls, unit: str, day: str, sequence: str) -> DossierCode | None:
        received_on = _days.get(day) or _day(day)
        if received_on is None:
            return None
        code = _new(DossierCode)
        _set_unit(code, _known_unit(unit) or share_unit(unit))
        _set_received_on(code, received_on)
        _set_sequence(code, sequence)
        return code

    @property
    def number(self) -> int:
        """The number in the day.

        Under the nationwide reading, see `nationwide`, its first two digits are no number.
        """
        return int(self.sequence)

    @property
    def forms(self) -> tuple[DossierForm, ...]:
        """The forms that the text can be, by shape alone.

        Two for a new unit identifier and six digits or more.

        >>> [form.value for form in DossierCode.parse("G22.99.08-260921-896048").forms]
        ['code-2025', 'code-2026n']
        """
        if self.unit.layout is UnitLayout.TOP_LAST:
            return (DossierForm.CODE_2019,)
        if self.nationwide is None:
            return (DossierForm.CODE_2025,)
        return (DossierForm.CODE_2025, DossierForm.NATIONWIDE_2026)

    @property
    def nationwide(self) -> tuple[str, str] | None:
        """Ministry that owns the system and number in the day, if this is of the nationwide form.

        None if it cannot be.

        >>> DossierCode.parse("G22.99.08-260921-896048").nationwide
        ('G89', '6048')
        """
        if self.unit.layout is UnitLayout.TOP_LAST or len(self.sequence) < 6:
            return None
        return f"G{self.sequence[:2]}", self.sequence[2:]

    def format(self, style: DossierStyle = DossierStyle.CANONICAL) -> str:
        """Return the text in a style.

        >>> DossierCode.parse("G09.20-260609-0092637").format(DossierStyle.LONG_DATE)
        'G09.20-20260609-0092637'
        """
        if style is DossierStyle.LONG_DATE:
            return f"{self.unit.text}-{self.received_on:%Y%m%d}-{self.sequence:0>7}"
        # Two digits of the year, of the month and of the day, in a fifth of the time of `strftime`.
        day = self.received_on.isoformat()
        return f"{self.unit.text}-{day[2:4]}{day[5:7]}{day[8:]}-{self.sequence}"

    def __str__(self) -> str:
        return self.format()

    def _order(self) -> tuple[Any, ...]:
        return self.unit, self.received_on, int(self.sequence), self.sequence

    def _doubts(self) -> Iterator[Finding]:
        if len(self.sequence) <= 4:
            return
        if self.nationwide is not None:
            system, number = self.nationwide
            yield notice(
                "dossier-form-ambiguous",
                "",
                self,
                sequence=self.sequence,
                system=system,
                number=number,
            )
        if self.unit.layout is UnitLayout.TOP_LAST:
            yield notice("dossier-sequence-long", "", self, sequence=self.sequence)

    @classmethod
    def _guess(cls, text: str) -> tuple[DossierCode | None, Finding]:
        unit, day, sequence = [*text.split("-"), "", ""][:3]
        if text.count("-") == 2 and _unit(unit) and _eight_digits(day) and _sequence(sequence):
            received_on = _day(day[2:])
            if received_on is not None:
                return DossierCode(make_unit(unit), received_on, sequence), finding(
                    "dossier-date-long", "", text, date=day
                )
        return super()._guess(text)

    @classmethod
    def _why(cls, text: str) -> Finding:
        parts = text.split("-")
        if len(parts) != 3:
            return finding("dossier-parts", "", text, parts=len(parts))
        unit, day, sequence = parts
        if not _unit(unit):
            return finding("dossier-unit", "", text, unit=unit)
        if not _six_digits(day):
            return finding("dossier-date-shape", "", text, date=day)
        if _day(day) is None:
            return finding("dossier-date-impossible", "", text, date=day)
        return finding("dossier-sequence", "", sequence)


_new: Final = object.__new__
_known_unit: Final = known_units.get
_set_unit: Final = setter(DossierCode, "unit")
_set_received_on: Final = setter(DossierCode, "received_on")
_set_sequence: Final = setter(DossierCode, "sequence")
_days: Final[dict[str, date]] = {}  # a century has 36,525 days


def _day(digits: str) -> date | None:
    try:
        day = _from_iso("20" + digits)
    except ValueError:
        return None
    _days[digits] = day
    return day
