"""Codes of fields of administration (*mã lĩnh vực*): `G03-GD10`.

TT 01/2018/TT-VPCP art. 20 writes them `MX1X2-LV`. The article does not say what `LV` is made of;
the code seen has two letters and two digits. Up to six capitals and four digits are read.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Final, final

from attrs import field

from evnpubsvc._records import frozen
from evnpubsvc.codes._base import Code, check_shape, setter
from evnpubsvc.codes._shapes import FIELD, TOP
from evnpubsvc.findings import Finding, finding
from evnpubsvc.texts import Text

_top: Final = re.compile(TOP).fullmatch
_NAME: Final = r"[A-ZĐ]{1,6}[0-9]{0,4}"


@final
@frozen(order=False)
class FieldCode(Code):
    """The code of a field of administration.

    Attributes:
        issuer: level-1 code of the ministry (`"G03"`).
        name: the field within the ministry (`"GD10"`).

    Raises:
        InvalidCode: `field-issuer` (it does not begin with a ministry), `field-name`, and those of
            `Code.parse`.

    >>> FieldCode.parse("G03-GD10")
    FieldCode(issuer='G03', name='GD10')
    """

    kind: ClassVar[str] = "field"
    title: ClassVar[Text] = Text(vi="mã lĩnh vực", en="field code")
    _shape: ClassVar[re.Pattern[str]] = re.compile(FIELD)

    issuer: str = field(validator=check_shape(TOP, "field-issuer"))
    name: str = field(validator=check_shape(_NAME, "field-name"))

    @classmethod
    def _build(cls, issuer: str, name: str) -> FieldCode:
        code = _new(FieldCode)
        _set_issuer(code, issuer)
        _set_name(code, name)
        return code

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
