"""Instruments and their numbers (*số, ký hiệu văn bản*).

`61/2018/NĐ-CP`, `1776/QĐ-UBND`, `45/2019/QH14`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, ClassVar, Final, cast

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._letters import LOOKALIKES, plain_letters
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of
from evnpubsvc.errors import InvalidCode
from evnpubsvc.findings import Finding, finding, notice, violations
from evnpubsvc.texts import Text

_LONGEST: Final = 120
# Texts, compiled on first use by `re` itself: importing this room should cost nothing.
_SERIAL: Final = r"[0-9]{1,6}(?:\.[0-9]{1,2})?[a-z]?"
_BODY: Final = r"[A-ZĐƯƠÂĂÊÔ][A-Za-zĐđƯưƠơÂâĂăÊêÔô0-9&]{0,19}"
_NUMBER: Final = (
    r"(?:(?P<before>[^0-9/]+?)\s*)?(?P<serial>[0-9][0-9.]*[A-Za-z]?)(?P<rest>(?:/[^/]*)+)"
)
_YEARS: Final = range(1945, 2100)


def _serial(_: object, __: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not re.fullmatch(_SERIAL, value):
        raise InvalidCode([finding("instrument-serial", "", value)])


def _year(_: object, __: Attribute[int | None], value: object) -> None:
    if value is not None and (type(value) is not int or value not in _YEARS):
        raise InvalidCode([finding("instrument-year", "", value)])


def _kind(_: object, __: Attribute[str], value: object) -> None:
    if value != "" and (not isinstance(value, str) or value not in _kinds()):
        raise InvalidCode([finding("instrument-kind", "", value)])


def _bodies(_: object, __: Attribute[tuple[str, ...]], value: object) -> None:
    parts = cast("tuple[object, ...]", value if isinstance(value, tuple) else ())
    if not parts or not all(isinstance(part, str) and re.fullmatch(_BODY, part) for part in parts):
        raise InvalidCode([finding("instrument-body", "", "-".join(map(str, parts)))])


@frozen(order=False)
class InstrumentNumber(PublicType):
    """The number of an instrument, taken apart.

    Attributes:
        serial: the number in the year or book, with its zeros: `"61"`, `"01"`, `"66.7"`, `"1075a"`.
        year: the year, where the number has one; administrative papers have none (`1776/QĐ-UBND`).
        kind: abbreviation of the kind: `"NĐ"`, `"QĐ"`, `"Luật"`; empty where neither the tail nor a
            word before the number tells it (`793/BTTTT-THH` is a letter, `45/2019/QH14` a law or a
            resolution).
        bodies: who issued it, and the units below that the number names: `("CP",)`,
            `("BCA", "C06")`.
        kind_before: the kind stands before the number, not in its tail: `Luật 60/2014/QH13`.

    Numbers repeat every year and in every commune: a number alone does not identify an instrument,
    see `Instrument`.

    Raises:
        InvalidCode: `instrument-serial`, `instrument-year` (1945 to 2099), `instrument-kind`,
            `instrument-body`, `instrument-shape`.

    >>> number = InstrumentNumber.parse("NĐ 61/2018/NĐ-CP")
    >>> number.serial, number.year, number.kind, number.bodies
    ('61', 2018, 'NĐ', ('CP',))
    >>> print(number, "|", number.format(kind=True))
    61/2018/NĐ-CP | NĐ 61/2018/NĐ-CP
    >>> print(InstrumentNumber.parse("Quyết định số 94/QÐ–STT&TT"))
    94/QĐ-STTTT
    """

    written_as_text: ClassVar[bool] = True
    """In JSON and TOML it is `str()`, read by `parse`."""

    serial: str = field(validator=_serial)
    year: int | None = field(default=None, validator=_year, kw_only=True)
    kind: str = field(default="", validator=_kind, kw_only=True)
    bodies: tuple[str, ...] = field(validator=_bodies, kw_only=True)
    kind_before: bool = field(default=False, validator=instance_of(bool), kw_only=True)

    def __attrs_post_init__(self) -> None:
        # A first body that reads as a kind, or a kind that never stands in a tail, would come back
        # as something else.
        clash = not self.kind_before and bool(self.kind) and _kinds()[self.kind].get("apart", False)
        if (
            clash
            or (self.kind_before and not self.kind)
            or (len(self.bodies) and _is_kind(self.bodies, self.kind))
        ):
            raise InvalidCode([finding("instrument-kind", "", self.kind)])

    @classmethod
    def parse(cls, text: str) -> InstrumentNumber:
        """Read a number, with or without a word for its kind before it.

        Dashes, spaces, full-width forms, decomposed letters, `Ð` for `Đ`, `QD` for `QĐ` and lower
        case in known abbreviations are read; `read` tells that they were there, and which parts it
        does not know.

        Raises:
            InvalidCode: with every reason.
        """
        number, found = cls.read(text)
        wrong = violations(found)
        if number is None or wrong:
            raise InvalidCode(wrong)
        return number

    @classmethod
    def is_valid(cls, text: object) -> bool:
        """Return whether `parse` would accept this. Never raises, whatever it is given."""
        try:
            cls.parse(text)  # type: ignore[arg-type] # any object is a fair question
        except InvalidCode:
            return False
        return True

    @classmethod
    def read(cls, text: object) -> tuple[InstrumentNumber | None, tuple[Finding, ...]]:
        """Read a number with everything that is doubtful about it.

        Never raises, whatever it is given.

        Notices: `code-rewritten`, `instrument-body-unknown` (a body that the tables here do
        not have). Violations: `code-not-text`, `code-empty`, `code-too-long`, `code-lookalike`, and
        those of the class; `instrument-kinds-differ` when the word before the number names another
        kind than its tail.

        >>> number, found = InstrumentNumber.read("81/KH-HTX")
        >>> print(number, [f.reason for f in found])
        81/KH-HTX ['instrument-body-unknown']
        """
        if not isinstance(text, str):
            return None, (finding("code-not-text", got=type(text).__name__),)
        if len(text) > _LONGEST:
            return None, (finding("code-too-long", "", text, limit=_LONGEST),)
        plain = plain_letters(text)
        if not plain:
            return None, (finding("code-empty"),)
        if plain.translate(LOOKALIKES) != plain:
            return None, (finding("code-lookalike", "", text, latin=plain.translate(LOOKALIKES)),)

        # The shape, then its parts; blanks around slashes and dashes do not matter.
        match = re.fullmatch(_NUMBER, re.sub(r"\s*([/\-])\s*", r"\1", plain))
        if match is None:
            return None, (finding("instrument-shape", "", text),)
        try:
            number = _take_apart(match)
        except InvalidCode as error:
            return None, tuple(error.findings)

        # What is doubtful: an issuer that is not known, another way of writing.
        found = [
            notice("instrument-body-unknown", "", text, body=body)
            for body in number.bodies[:1]
            if not _known_body(body)
        ]
        if text not in {str(number), number.format(kind=True)}:
            found.insert(0, notice("code-rewritten", "", text, canonical=number))
        return number, tuple(found)

    @property
    def issuer(self) -> str:
        """The body that issued it: the first of `bodies`."""
        return self.bodies[0]

    @property
    def kind_name(self) -> Text | None:
        """The name of the kind in both languages; None where the number does not tell the kind."""
        row = _kinds().get(self.kind)
        if row is None:
            return None
        return Text(vi=row["vi"], en=row["en"])

    @property
    def issuer_name(self) -> Text | None:
        """The name of the issuing body in both languages.

        None where the tables here do not have it.
        """
        row = packaged_table("law/instruments.toml")["bodies"].get(self.issuer.rstrip("0123456789"))
        if row is None:
            return None
        return Text(vi=row["vi"], en=row["en"])

    def format(self, *, kind: bool = False) -> str:
        """Return the number.

        With `kind`, the abbreviation of the kind stands before it, as citations write it.
        """
        tail = "-".join(
            self.bodies if self.kind_before or not self.kind else (self.kind, *self.bodies)
        )
        number = "/".join([self.serial, *([] if self.year is None else [str(self.year)]), tail])
        if self.kind and (kind or self.kind_before):
            return f"{self.kind} {number}"
        return number

    def __str__(self) -> str:
        return self.format()


def _take_apart(match: re.Match[str]) -> InstrumentNumber:
    *middle, tail = match["rest"].split("/")[1:]
    if len(middle) > 1 or any(not part.isascii() or not part.isdigit() for part in middle):
        raise InvalidCode([finding("instrument-shape", "", match[0])])
    kind, bodies = _tail(tail.split("-"))
    before = _kind_before(match["before"])
    if before and kind and before != kind:
        raise InvalidCode(
            [finding("instrument-kinds-differ", "", match[0], before=before, kind=kind)]
        )
    return InstrumentNumber(
        match["serial"].lower(),
        year=_four_digits(middle[0]) if middle else None,
        kind=kind or before,
        bodies=bodies,
        kind_before=bool(before and not kind),
    )


def _four_digits(year: str) -> int:
    if len(year) != 4:
        raise InvalidCode([finding("instrument-year", "", year)])
    return int(year)


def _tail(parts: list[str]) -> tuple[str, tuple[str, ...]]:
    kind = _kind_of(parts[0])
    if len(parts) > 1 and kind and not _kinds()[kind].get("apart", False):
        return kind, tuple(map(_body, parts[1:]))
    return "", tuple(map(_body, parts))


def _kind_before(before: str | None) -> str:
    words = re.sub(r"\s*số\s*:?$", "", (before or "").strip(), flags=re.IGNORECASE).strip()
    if not words:
        return ""
    kind = _kind_of(words)
    if not kind:
        raise InvalidCode([finding("instrument-kind", "", words)])
    return kind


def _body(part: str) -> str:
    table = packaged_table("law/instruments.toml")
    aliases: dict[str, str] = table["aliases"]
    letters = part.rstrip("0123456789")
    for known in (*table["bodies"], *aliases):
        if letters.casefold() == known.casefold():
            body: str = aliases.get(known, known)
            return body + part[len(letters) :]
    return part


def _known_body(body: str) -> bool:
    row = packaged_table("law/instruments.toml")["bodies"].get(body.rstrip("0123456789"))
    return row is not None and row.get("term", False) == body[-1].isdigit()


def _is_kind(bodies: tuple[str, ...], kind: str) -> bool:
    first = _kind_of(bodies[0])
    return not kind and len(bodies) > 1 and bool(first) and not _kinds()[first].get("apart", False)


def _kinds() -> dict[str, dict[str, Any]]:
    kinds: dict[str, dict[str, Any]] = packaged_table("law/instruments.toml")["kinds"]
    return kinds


def _kind_of(words: str) -> str:
    """Return the abbreviation of a kind from itself or its full name, in any case.

    Empty where there is none.

    The stroke of đ may be missing where no other kind is written so: QD is QĐ, but HD is guidance
    and HĐ a contract.
    """
    exact, bare = _kind_names()
    key = " ".join(words.casefold().split())
    return exact.get(key) or bare.get(key, "")


@cache
def _kind_names() -> tuple[dict[str, str], dict[str, str]]:
    exact: dict[str, str] = {}
    for kind, row in _kinds().items():
        exact[row["vi"].casefold()] = exact[kind.casefold()] = kind
    bare = {name.replace("đ", "d"): kind for name, kind in exact.items()}
    return exact, bare
