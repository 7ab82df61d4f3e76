"""Codes of results (*mã kết quả*): `KQ.G15.000031T`, a kind of paper that a procedure ends with.

In 2,488 such codes of the National Portal (2026): 2,409 have six digits and one letter (mostly T), 46 no letter; five
or seven digits, up to four letters and dots left over from shortened texts (`KQ.G10.000246...`) occur. They are
read as they stand, and what is irregular is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar, Final, final

from attrs import Attribute, field, frozen

from evnpubsvc.codes._base import Code, setter
from evnpubsvc.codes._shapes import RESULT, TOP
from evnpubsvc.errors import InvalidCode
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.texts import Text

__all__ = ["ResultCode"]

_match: Final = re.compile(RESULT).fullmatch
_top: Final = re.compile(TOP).fullmatch


def _shaped(shape: str, reason: str) -> Any:
    matches = re.compile(shape).fullmatch

    def validate(_: object, __: Attribute[str], value: object) -> None:
        if not isinstance(value, str) or not matches(value):
            raise InvalidCode([finding(reason, "", value)])

    return validate


@final
@frozen(order=False)
class ResultCode(Code):
    """The code of a kind of result paper.

    Attributes:
        issuer: level-1 code of the ministry or province (`"G15"`).
        number: the digits, with their zeros; six as a rule, five to seven occur.
        suffix: the letters after them (`"T"`), with dots that stand before; may be empty.

    Raises:
        InvalidCode: `result-prefix` (it does not begin with KQ), `result-issuer`, `result-number`, and those of
            `Code.parse`.

    >>> result = ResultCode.parse("KQ.G15.000031T")
    >>> result.issuer, result.number, result.suffix
    ('G15', '000031', 'T')
    >>> [finding.reason for finding in ResultCode.read("KQ.G10.000246...").findings]
    ['result-irregular']
    """

    kind: ClassVar[str] = "result"
    title: ClassVar[Text] = Text(vi="mã kết quả", en="result code")

    issuer: str = field(validator=_shaped(TOP, "result-issuer"))
    number: str = field(validator=_shaped(r"[0-9]{5,7}", "result-number"))
    suffix: str = field(default="", validator=_shaped(r"\.{0,3}[A-Z]{0,4}", "result-number"))

    @classmethod
    def parse(cls, text: str) -> ResultCode:
        try:
            match = _match(text)
        except TypeError:
            match = None
        if match is None:
            return super().parse(text)
        issuer, number, suffix = match.groups()
        code = _new(ResultCode)
        _set_issuer(code, issuer)
        _set_number(code, number)
        _set_suffix(code, suffix)
        return code

    @classmethod
    def _strict(cls, text: str) -> ResultCode | None:
        return cls.parse(text) if _match(text) is not None else None

    def __str__(self) -> str:
        return f"KQ.{self.issuer}.{self.number}{self.suffix}"

    def _order(self) -> tuple[Any, ...]:
        return self.issuer, int(self.number), self.number, self.suffix

    def _doubts(self) -> Iterator[Finding]:
        if len(self.number) != 6 or len(self.suffix) > 1 or self.suffix == ".":
            yield notice("result-irregular", "", self)

    @classmethod
    def _why(cls, text: str) -> Finding:
        prefix, _, rest = text.partition(".")
        if prefix != "KQ":
            return finding("result-prefix", "", text)
        return finding(
            "result-number" if _top(rest.partition(".")[0]) else "result-issuer", "", text
        )


_new: Final = object.__new__
_set_issuer: Final = setter(ResultCode, "issuer")
_set_number: Final = setter(ResultCode, "number")
_set_suffix: Final = setter(ResultCode, "suffix")
