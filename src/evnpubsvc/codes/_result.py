"""Codes of results (*mã kết quả*): `KQ.G15.000031T`, a kind of paper that a procedure ends with.

In 2,488 such codes of the National Portal (2026): 2,409 have six digits and one letter (mostly T),
46 no letter; five or seven digits, up to four letters and dots left over from shortened texts
(`KQ.G10.000246...`) occur. They are read as they stand, and what is irregular is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar, Final, final

from attrs import field

from evnpubsvc._records import frozen
from evnpubsvc.codes._base import Code, check_shape, setter
from evnpubsvc.codes._shapes import RESULT, TOP
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.texts import Text

_top: Final = re.compile(TOP).fullmatch


@final
@frozen(order=False)
class ResultCode(Code):
    """The code of a kind of result paper.

    Attributes:
        issuer: level-1 code of the ministry or province (`"G15"`).
        number: the digits, with their zeros; six as a rule, five to seven occur.
        suffix: the letters after them (`"T"`), with dots that stand before; may be empty.

    Raises:
        InvalidCode: `result-prefix` (it does not begin with KQ), `result-issuer`, `result-number`,
            and those of `Code.parse`.

    >>> result = ResultCode.parse("KQ.G15.000031T")
    >>> result.issuer, result.number, result.suffix
    ('G15', '000031', 'T')
    >>> [finding.reason for finding in ResultCode.read("KQ.G10.000246...").findings]
    ['result-irregular']
    """

    kind: ClassVar[str] = "result"
    title: ClassVar[Text] = Text(vi="mã kết quả", en="result code")
    _shape: ClassVar[re.Pattern[str]] = re.compile(RESULT)

    issuer: str = field(validator=check_shape(TOP, "result-issuer"))
    number: str = field(validator=check_shape(r"[0-9]{5,7}", "result-number"))
    suffix: str = field(default="", validator=check_shape(r"\.{0,3}[A-Z]{0,4}", "result-number"))

    @classmethod
    def _build(cls, issuer: str, number: str, suffix: str) -> ResultCode:
        code = _new(ResultCode)
        _set_issuer(code, issuer)
        _set_number(code, number)
        _set_suffix(code, suffix)
        return code

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
