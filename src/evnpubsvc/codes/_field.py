"""Codes of fields of administration (*mã lĩnh vực*): `G03-GD10`, as TT 01/2018/TT-VPCP art. 20 writes `MX1X2-LV`.

The article does not say what `LV` is made of; the code seen has two letters and two digits. Up to six capitals
and four digits are read.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final, final

from attrs import Attribute, field, frozen

from evnpubsvc.codes._base import Code, setter
from evnpubsvc.codes._shapes import FIELD, TOP
from evnpubsvc.errors import InvalidCode
from evnpubsvc.findings import Finding, finding
from evnpubsvc.texts import Text

__all__ = ["FieldCode"]

_match: Final = re.compile(FIELD).fullmatch
_top: Final = re.compile(TOP).fullmatch
_name: Final = re.compile(r"[A-ZĐ]{1,6}[0-9]{0,4}").fullmatch


def _issuer_shape(_: object, __: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not _top(value):
        raise InvalidCode([finding("field-issuer", "", value)])


def _name_shape(_: object, __: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not _name(value):
        raise InvalidCode([finding("field-name", "", value)])


@final
@frozen(order=False)
class FieldCode(Code):
    """The code of a field of administration.

    Attributes:
        issuer: level-1 code of the ministry (`"G03"`).
        name: the field within the ministry (`"GD10"`).

    Raises:
        InvalidCode: `field-issuer` (it does not begin with a ministry), `field-name`, and those of `Code.parse`.

    >>> FieldCode.parse("G03-GD10")
    FieldCode(issuer='G03', name='GD10')
    """

    kind: ClassVar[str] = "field"
    title: ClassVar[Text] = Text(vi="mã lĩnh vực", en="field code")

    issuer: str = field(validator=_issuer_shape)
    name: str = field(validator=_name_shape)

    @classmethod
    def parse(cls, text: str) -> FieldCode:
        try:
            match = _match(text)
        except TypeError:
            match = None
        if match is None:
            return super().parse(text)
        issuer, name = match.groups()
        code = _new(FieldCode)
        _set_issuer(code, issuer)
        _set_name(code, name)
        return code

    @classmethod
    def _strict(cls, text: str) -> FieldCode | None:
        return cls.parse(text) if _match(text) is not None else None

    def __str__(self) -> str:
        return f"{self.issuer}-{self.name}"

    def _order(self) -> tuple[Any, ...]:
        letters = self.name.rstrip("0123456789")
        return self.issuer, letters, int(self.name[len(letters) :] or 0), self.name

    @classmethod
    def _why(cls, text: str) -> Finding:
        return finding("field-name" if _top(text.partition("-")[0]) else "field-issuer", "", text)


_new: Final = object.__new__
_set_issuer: Final = setter(FieldCode, "issuer")
_set_name: Final = setter(FieldCode, "name")
