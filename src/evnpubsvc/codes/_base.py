"""What all kinds of codes share: the verbs, order, and readings with findings."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Generic, Self, TypeVar

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._letters import is_writable
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, tuple_of
from evnpubsvc.codes._clean import clean
from evnpubsvc.codes._shapes import LONGEST, other_kind
from evnpubsvc.errors import InvalidCode
from evnpubsvc.findings import Excerpt, Finding, finding, violations
from evnpubsvc.texts import Text
from evnpubsvc.texts.parts import printable

C_co = TypeVar("C_co", bound="Code", covariant=True)


class Code(PublicType):
    """A code of some kind: a frozen record of its parts whose `str()` is the canonical text.

    Codes of one kind are ordered (numbers as numbers: H44.13 before H44.129), can be hashed and
    matched by parts. Codes of two kinds are never equal and have no order.
    """

    __slots__ = ()

    written_as_text: ClassVar[bool] = True
    """In JSON and TOML a code is `str()`, read by `parse`."""
    kind: ClassVar[str]
    """Short name of the kind.

    `"dossier"`, `"unit"`, `"procedure"`, `"service"`, `"result"`, `"field"`.
    """
    title: ClassVar[Text]
    """Name of the kind in both languages."""

    _shape: ClassVar[re.Pattern[str]]
    """What canonical texts of the kind match; its groups are what `_build` takes."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a code.

        Forms of one character (full-width, dashes, lower case), blanks around separators and
        invisible marks are accepted; `read` tells that they were there.

        Raises:
            InvalidCode: with the reason; `code-not-text`, `code-empty`, `code-too-long` (more than
                80 characters), `code-character`, `code-lookalike` (Cyrillic or Greek letters),
                `code-other-kind`, or one of the kind's own.
        """
        # The short way, near the cost of the match alone: a canonical text is its parts.
        try:
            match = cls._shape.fullmatch(text)
        except TypeError:
            match = None
        code = None if match is None else cls._build(*match.groups())
        if code is not None:
            return code

        # The long way says what is wrong, or reads another writing.
        reading = cls.read(text)
        found = violations(reading.findings)
        if reading.code is None or found:
            raise InvalidCode(found)
        return reading.code

    @classmethod
    def is_valid(cls, text: object) -> bool:
        """Return whether `parse` would accept this. Never raises, whatever it is given."""
        try:
            cls.parse(text)  # type: ignore[arg-type] # any object is a fair question
        except InvalidCode:
            return False
        return True

    @classmethod
    def read(cls, text: object) -> Reading[Self]:
        """Read a code together with everything that is doubtful about it.

        Never raises, whatever it is given.

        `parse` accepts exactly the texts whose reading has a code and no violation. Beyond that a
        reading can hold the code that a refused text most probably means, with the violation beside
        it.
        """
        if not isinstance(text, str):
            return Reading("", None, (finding("code-not-text", got=type(text).__name__),))
        if len(text) > LONGEST:
            short = Excerpt.of(text).written("en")
            return Reading(short, None, (finding("code-too-long", "", text, limit=LONGEST),))
        shape, found = clean(text)
        # A reading can be kept: what no file takes (NUL) stands in it escaped.
        kept = text if is_writable(text) else printable(text)
        if any(f.reason in {"code-empty", "code-character"} for f in found):
            return Reading(kept, None, violations(found))
        code = cls._strict(shape)
        if code is not None:
            return Reading(kept, code, (*found, *code.doubts()))
        code, why = cls._guess(shape)
        return Reading(kept, code, (*violations(found), why))

    def format(self) -> str:
        """Return the canonical text; kinds with several forms take the form as an argument."""
        return str(self)

    def doubts(self) -> tuple[Finding, ...]:
        """Return what is unusual or ambiguous about this code in itself.

        `check` adds what depends on a date.
        """
        return tuple(self._doubts())

    @classmethod
    @abstractmethod
    def _build(cls, *parts: Any, **named: Any) -> Self | None:
        """Return the code of parts that have their shapes, or None where one is impossible.

        Each kind has parameters of its own: the groups of its `_shape`.
        """

    @classmethod
    def _strict(cls, text: str) -> Self | None:
        """Return the code whose canonical text this is, or None."""
        match = cls._shape.fullmatch(text)
        if match is None:
            return None
        return cls._build(*match.groups())

    @classmethod
    def _guess(cls, text: str) -> tuple[Self | None, Finding]:
        """Return the code that a text most probably means, if any, and why it is not one."""
        other = other_kind(text, cls.kind)
        if other is not None:
            return None, finding("code-other-kind", "", text, kind=cls.kind, other=other)
        return None, cls._why(text)

    @classmethod
    @abstractmethod
    def _why(cls, text: str) -> Finding:
        """Return why a text in the letters of codes is no code of this kind."""

    def _doubts(self) -> Iterator[Finding]:
        return iter(())

    @abstractmethod
    def _order(self) -> tuple[Any, ...]:
        """Return the parts to sort by."""

    def __lt__(self, other: object) -> bool:
        if isinstance(other, type(self)):
            return self._order() < other._order()
        return NotImplemented

    def __le__(self, other: object) -> bool:
        if isinstance(other, type(self)):
            return self._order() <= other._order()
        return NotImplemented

    def __gt__(self, other: object) -> bool:
        if isinstance(other, type(self)):
            return self._order() > other._order()
        return NotImplemented

    def __ge__(self, other: object) -> bool:
        if isinstance(other, type(self)):
            return self._order() >= other._order()
        return NotImplemented


@frozen(order=False)
class Reading(PublicType, Generic[C_co]):
    """What a text can be read as, and what is doubtful about it.

    Attributes:
        text: what was read, as given; shortened where it was far too long, empty where it was no
            text.
        code: the code; None where the text cannot be read.
        findings: notices (the text was rewritten, a form is ambiguous) and violations (why `parse`
            refuses it).
    """

    text: str = field(validator=instance_of(str))
    code: C_co | None
    findings: tuple[Finding, ...] = field(default=(), validator=tuple_of(Finding))

    @property
    def certain(self) -> bool:
        """Whether there is a code and nothing doubtful about it."""
        return self.code is not None and not self.findings


def check_shape(shape: str, reason: str) -> Any:
    """Return a validator for a part of a code.

    A text of a shape, else `InvalidCode` with the reason.
    """
    matches = re.compile(shape).fullmatch

    def validate(_: object, __: Attribute[str], value: object) -> None:
        if not isinstance(value, str) or not matches(value):
            raise InvalidCode([finding(reason, "", value)])

    return validate


def setter(record: type, name: str) -> Callable[[object, object], None]:
    """Return the writer of a slot of a frozen record, for parsers that have checked its value.

    Twice as fast as `__init__`, which is what keeps parsing near the cost of its regular
    expression.
    """
    write: Callable[[object, object], None] = vars(record)[name].__set__
    return write
