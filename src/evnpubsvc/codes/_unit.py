"""Unit identifiers (*mã định danh điện tử của cơ quan, tổ chức*).

Two layouts are in use, and they read in opposite directions:

* `V1V2V3.Z1Z2.Y1Y2.MX1X2` (TT 10/2016/TT-BTTTT, QCVN 102): level 1 (ministry or province) stands
  **last**, unused
  levels are zeros: `000.00.53.H48`. Ho Chi Minh City also wrote three groups: `38.98.H29`.
* `MX1X2.…` (QĐ 20/2020/QĐ-TTg, art. 4): level 1 stands **first**, each next group is a unit below
  the one before it,
  up to 35 characters: `H44.100`. The article allows capitals in every group; only digits were ever
  seen, and only they are read here.

A province issues new digits with the new layout, so the one cannot be computed from the other.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final, final

from attrs import Attribute, field

from evnpubsvc._hooks import answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc.codes._base import Code, setter
from evnpubsvc.codes._shapes import TOP, UNIT
from evnpubsvc.errors import InvalidCode
from evnpubsvc.findings import Finding, finding, violations
from evnpubsvc.texts import LabelledEnum, Text

_pattern: Final = re.compile(f"({UNIT})")
_top: Final = re.compile(TOP).fullmatch


class UnitLayout(LabelledEnum):
    """The direction in which a unit identifier is read."""

    TOP_LAST = "top-last"
    """TT 10/2016/TT-BTTTT: level 1 is the last group."""
    TOP_FIRST = "top-first"
    """QĐ 20/2020/QĐ-TTg: level 1 is the first group."""


def _canonical(_: object, __: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not _pattern.fullmatch(value):
        reading = UnitCode.read(value)
        found = violations(reading.findings) or (
            finding("code-rewritten", "", value, canonical=reading.code),
        )
        raise InvalidCode(found)


@final
@frozen(order=False, repr=False)
class UnitCode(Code):
    """The identifier of an agency, as printed: `H44.100`, `000.00.53.H48`.

    Attributes:
        text: the canonical text, in the layout in which it was written.

    Raises:
        InvalidCode: `unit-top` (no level 1 such as H29 first or last), `unit-groups` (too many, too
            few or wrong groups), and those of `parse`.

    >>> unit = UnitCode.parse("000.00.53.H48")
    >>> unit.top, unit.layout.value, unit.groups, unit.level
    ('H48', 'top-last', ('H48', '53', '00', '000'), 2)
    >>> UnitCode.parse("H44.13") < UnitCode.parse("H44.129")
    True
    >>> UnitCode.parse("Z44.100")
    Traceback (most recent call last):
    evnpubsvc.errors.InvalidCode: 'Z44.100' neither begins nor ends with a ministry or province ...
    """

    kind: ClassVar[str] = "unit"
    title: ClassVar[Text] = Text(vi="mã định danh cơ quan", en="unit identifier")
    _shape: ClassVar[re.Pattern[str]] = _pattern

    text: str = field(validator=_canonical)

    @classmethod
    def _build(cls, text: str) -> UnitCode:
        return make_unit(text)

    @property
    def layout(self) -> UnitLayout:
        """Whether level 1 stands first or last."""
        if self.text[0] > "9":
            return UnitLayout.TOP_FIRST
        return UnitLayout.TOP_LAST

    @property
    def top(self) -> str:
        """Level 1: the ministry (`G15`), the province (`H29`), or another first-level body."""
        if self.text[0] > "9":
            return self.text[:3]
        return self.text[-3:]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups from level 1 downwards, whichever way they are written.

        Unused levels keep their zeros.
        """
        groups = self.text.split(".")
        return tuple(groups if self.text[0] > "9" else reversed(groups))

    @property
    def level(self) -> int:
        """How deep the unit stands: 1 for a ministry or province.

        In the old layout, zeros are unused levels.
        """
        groups = self.groups
        if self.layout is UnitLayout.TOP_FIRST:
            return len(groups)
        return max(depth for depth, group in enumerate(groups, start=1) if group.strip("0"))

    @property
    def parent(self) -> UnitCode | None:
        """The unit one level up, in the same layout; None for level 1.

        >>> UnitCode("H44.100.2").parent, UnitCode("001.02.53.H48").parent
        (UnitCode('H44.100'), UnitCode('000.02.53.H48'))
        >>> UnitCode("000.00.53.H48").parent, UnitCode("H44").parent
        (UnitCode('000.00.00.H48'), None)
        """
        level = self.level
        if level == 1:
            return None
        groups = self.groups
        if self.layout is UnitLayout.TOP_FIRST:
            return make_unit(".".join(groups[: level - 1]))
        kept = [
            group if depth < level - 1 else "0" * len(group) for depth, group in enumerate(groups)
        ]
        return make_unit(".".join(reversed(kept)))

    @answer_wrong_arguments
    def is_within(self, other: UnitCode) -> bool:
        """Return whether this is the other unit or a unit below it.

        Units of two layouts are not comparable: False.

        The codes alone say it; whether they did so on a day is a question for a register of units.

        >>> UnitCode("H44.100.2").is_within(UnitCode("H44"))
        True
        >>> UnitCode("H44.1").is_within(UnitCode("H44.100"))
        False
        """
        if self.layout is not other.layout:
            return False
        depth = other.level
        return self.groups[:depth] == other.groups[:depth]

    def format(self, layout: UnitLayout | None = None) -> str:
        """Return the text, in its own layout.

        Raises:
            InvalidCode: `unit-relayout` for the other layout: the digits were issued anew, no rule
                leads across; only a level-1 code is the same in both.
        """
        if layout is None or layout is self.layout:
            return self.text
        if self.level > 1:
            raise InvalidCode([finding("unit-relayout", "", self.text, layout=layout)])
        if layout is UnitLayout.TOP_FIRST:
            return self.top
        return f"000.00.00.{self.top}"

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"UnitCode({self.text!r})"

    def _order(self) -> tuple[Any, ...]:
        groups = self.groups
        return groups[0], tuple(map(int, groups[1:])), self.text

    @classmethod
    def _why(cls, text: str) -> Finding:
        groups = text.split(".")
        if not _top(groups[0]) and not _top(groups[-1]):
            return finding("unit-top", "", text)
        return finding("unit-groups", "", text)


_set_text: Final = setter(UnitCode, "text")
_new: Final = object.__new__

known_units: Final[dict[str, UnitCode]] = {}
"""Units that other codes named, by text: registers repeat few units, so their codes share them.

Bounded.
"""
_MOST_KNOWN: Final = 4096


def make_unit(text: str) -> UnitCode:
    """Return the unit of a text that is known to have the shape."""
    unit = _new(UnitCode)
    _set_text(unit, text)
    return unit


def share_unit(text: str) -> UnitCode:
    """As `make_unit`, for a text that is not among `known_units`; and remember it."""
    unit = make_unit(text)
    if len(known_units) < _MOST_KNOWN:
        known_units[text] = unit
    return unit
