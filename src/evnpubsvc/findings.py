"""Findings: what is wrong with data, as data.

Misuse raises; bad data comes back as these, all at once.
"""

from __future__ import annotations

import errno
import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Self, cast

from attrs import evolve, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments, publish
from evnpubsvc._letters import escape_unwritable
from evnpubsvc._records import frozen, open_class, vary
from evnpubsvc.texts import LANGUAGES, LabelledEnum, Language, Text, write
from evnpubsvc.texts.parts import catalogue, is_written, printable, render

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = [
    "Cell",
    "Excerpt",
    "Finding",
    "Severity",
    "by_reason",
    "describe_findings",
    "finding",
    "notice",
    "violations",
]

_LONGEST: Final = (
    80  # characters of a text that a finding keeps: enough to find it, too few to flood a report
)
_MOST_NAMES: Final = 60  # of a list of accepted values
_MOST_COMPARED: Final = 20_000  # of which the nearest is looked for: a second
_HEAD: Final = 50  # of them from its beginning, where it is longer
_SHOWN_CELL: Final = r"[0-9/:. -]{1,10}"  # a cell that is shown, not described


class Severity(LabelledEnum):
    """How much a finding weighs."""

    VIOLATION = "violation"
    """The data cannot be used as they are, or a rule is broken."""
    NOTICE = "notice"
    """The data can be used; somebody should look."""


def _escape(value: Any) -> Any:
    """Escape in texts what no file or database takes: what a finding found may be that."""
    if isinstance(value, str):
        return escape_unwritable(value) if type(value) is str else value
    if isinstance(value, tuple):
        return tuple(map(_escape, cast("tuple[object, ...]", value)))
    return value


@frozen
class Excerpt(PublicType):
    """The beginning of a text that is too long for a finding, cut between words if it can be.

    Attributes:
        head: how it begins.
        length: how many characters it has in all.

    >>> Excerpt.of("a, " * 100).written("en")
    'a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a,… (300 characters)'
    """

    head: str = field(converter=_escape)
    length: int

    @classmethod
    @answer_wrong_arguments
    def of(cls, text: str) -> Excerpt:
        """Return the excerpt of a text."""
        head = text[:_HEAD]
        blank = head.rfind(" ")
        return cls(head[: blank + 1] if blank >= _HEAD // 2 else head, len(text))

    def written(self, lang: Language) -> str:
        """Return the beginning and the length."""
        return render(
            "excerpt", lang, {"head": printable(self.head).rstrip(" "), "length": self.length}
        )


@frozen
class Cell(PublicType):
    """The content of a cell, which may be somebody's name or number: it is described, not printed.

    Shown are at most ten digits and date marks; of anything else, how long it is and what kinds of
    letters it has.

    Attributes:
        shown: the content, where it may be shown; else empty.
        length: how many characters it has.
        kinds: which kinds: `"letters"`, `"digits"`, `"blanks"`, `"marks"`, of its first thousand
            characters.
        content: the content itself, cut at 80 characters; not compared, not printed by `repr`,
            never in JSON. `Finding.with_content` puts it into the message.

    >>> Cell.of("31/02/2022").written("en"), Cell.of("Nguyễn Văn A").written("en")
    ("'31/02/2022'", 'a text of 12 characters (letters, blanks)')
    """

    shown: str = field(converter=_escape)
    length: int
    kinds: tuple[str, ...] = field(converter=_escape)
    content: str = field(default="", eq=False, repr=False, converter=_escape)

    @classmethod
    @answer_wrong_arguments
    def of(cls, text: str) -> Cell:
        """Return the cell with this content."""
        shown = text if re.fullmatch(_SHOWN_CELL, text) else ""
        kinds = {_letter_kind(letter) for letter in text[:1_000]}
        return cls(
            shown,
            len(text),
            tuple(kind for kind in _LETTER_KINDS if kind in kinds),
            text[:_LONGEST],
        )

    def written(self, lang: Language) -> str:
        """Return the content in quotes where it may be shown, else what it is like."""
        if self.shown:
            return f"'{self.shown}'"
        if not self.length:
            return render("cell-blank", lang, {})
        kinds = tuple(render(f"cell-{kind}", lang, {}) for kind in self.kinds)
        return render("cell-described", lang, {"length": self.length, "kinds": kinds})


_LETTER_KINDS: Final = ("letters", "digits", "blanks", "marks")


def _letter_kind(letter: str) -> str:
    if letter.isalpha():
        return "letters"
    if letter.isdigit():
        return "digits"
    return "blanks" if letter.isspace() else "marks"


@frozen
class Finding(PublicType):
    r"""One thing that is wrong with data, with the place and what to do.

    Its values keep their types (days, numbers, enums, citations, other findings, lists); they are
    written when the message is asked for, in the language that is asked for. NUL and halves of
    pairs of UTF-16, which no database takes, are kept as `\u0000`, so that what says that they are
    there can be stored.

    Attributes:
        reason: stable reason code, a key of the catalogue of texts (or of the application's own).
        path: where, as `$.groups[0].criteria[2].target` in documents or `row 7, column received` in
            tables.
        value: what was found there; None when something is missing.
        parts: the named parts of the message, sorted by name. The parts `known` and `expected` list
            what is accepted: the one that is nearest to `value` is named.
        severity: a violation unless said otherwise.

    >>> f = finding("count-negative", "row 7, column received", -3)
    >>> f.message()
    'a count cannot be negative, got -3'
    >>> print(f)
    row 7, column received: a count cannot be negative, got -3 [count-negative]
    """

    reason: str = field(converter=_escape)
    path: str = field(default="", converter=_escape)
    value: Any = field(default=None, converter=_escape)  # pyright: ignore[reportUnknownVariableType]
    parts: tuple[tuple[str, Any], ...] = field(default=(), converter=_escape)
    severity: Severity = field(default=Severity.VIOLATION)

    def message(self, lang: Language = "en") -> str:
        """Return what is wrong, in a language.

        A part `provisional` that is True says so at the end: days off that it rests on are not
        decided.
        """
        said = render(self.reason, lang, self._filled())
        if dict(self.parts).get("provisional") is True:
            said += " " + render("finding-provisional", lang, {})
        return said

    def hint(self, lang: Language = "en") -> str:
        """Return what to do about it, in a language; empty where there is nothing to add."""
        return render(self.reason, lang, self._filled(), hint=True)

    def _filled(self) -> dict[str, object]:
        filled: dict[str, object] = dict(self.parts)
        if self.value is not None:
            filled.setdefault("value", self.value)
        for name in ("known", "expected"):
            accepted = filled.get(name)
            if isinstance(accepted, tuple):
                filled[name] = _Known(cast("tuple[object, ...]", accepted), self.value)
        return filled

    def written(self, lang: Language) -> str:
        """Return the message, as it stands inside the sentence of another finding."""
        return self.message(lang)

    def place(self, lang: Language = "en") -> str:
        """Return the path in a language: `line 10, column ngay_nhan`, *dòng 10, cột ngay_nhan*."""
        if lang == "en":
            return self.path
        return re.sub(_PLACE, _place_word, printable(self.path))

    def at(self, prefix: str) -> Self:
        """Return the same finding with its path put below a prefix (`$.groups[0]`, `row 7`)."""
        if not self.path:
            return vary(self, path=_escape(prefix))
        joint = "" if self.path.startswith((".", "[")) else ", "
        return vary(self, path=escape_unwritable(f"{prefix}{joint}{self.path}"))

    def with_content(self) -> Self:
        """Return the same finding with the contents of cells in its message.

        They may be personal data.
        """
        parts = tuple((name, _reveal(part)) for name, part in self.parts)
        return evolve(self, value=None if self.value is None else _reveal(self.value), parts=parts)

    def hides_content(self, lang: Language = "en") -> bool:
        """Return whether the message describes the content of a cell instead of showing it."""
        return self.with_content().message(lang) != self.message(lang)

    def line(self, lang: Language = "en") -> str:
        """Return the finding as one line: path, message, reason code, hint."""
        place = f"{self.place(lang)}: " if self.path else ""
        hint = self.hint(lang)
        return f"{place}{self.message(lang)} [{self.reason}]" + (f" - {hint}" if hint else "")

    def __str__(self) -> str:
        return self.line()


def _find_nearest(given: str, names: list[str]) -> list[str]:
    """Return the name that is most like what was given; nothing where none is."""
    from difflib import get_close_matches  # noqa: PLC0415 - only messages need it

    return get_close_matches(given, names, 1)


# The words of paths in tables; names of columns and keys of documents stay as they are.
_PLACE: Final = (
    r"(?:^|(?<=, ))(absence|assistance|byte|case|channel|column|department|dimension|field"
    r"|fixed|level|line|outcome"
    r"|procedure|row|total|unit)(?= |$)"
)


def _place_word(match: re.Match[str]) -> str:
    return catalogue()[f"place-{match[1]}"]["vi"]


@frozen
class _Known:
    """What is accepted, with the one that is nearest to what was given."""

    known: tuple[Any, ...]
    given: Any

    def written(self, lang: Language) -> str:
        # What can be typed stands in quotes: a key is the same word in every language.
        names = [f"'{each}'" if isinstance(each, str) else write(each, lang) for each in self.known]
        near: list[str] = []
        given, value = "", self.given
        if isinstance(value, str):
            given = f"""'{value.strip("'" + '"')}'"""
        elif isinstance(value, tuple):
            given = write(cast("tuple[object, ...]", value), lang)
        if given and given not in names and len(names) <= _MOST_COMPARED:
            near = _find_nearest(given, names)
        # A long list is cut between its members, never in one.
        listed = ", ".join(names[:_MOST_NAMES])
        if not names:
            return write((), lang)
        if len(names) > _MOST_NAMES:
            rest = len(names) - _MOST_NAMES
            listed = render("known-more", lang, {"known": listed, "rest": rest})
        if near:
            return render("known-nearest", lang, {"known": listed, "nearest": near[0]})
        return listed


class _Unsaid(Enum):
    """Tells a value that was not given from None, which is a value too."""

    UNSAID = "unsaid"


# Enum members by themselves: before Python 3.12 a look-up in the class runs a property.
_UNSAID: Final = _Unsaid.UNSAID
_VIOLATION: Final = Severity.VIOLATION
_NOTICE: Final = Severity.NOTICE
_OpenFinding: Final = open_class(Finding)


def finding(
    reason: str, path: str = "", value: object = _Unsaid.UNSAID, **parts: object
) -> Finding:
    """Make a violation from values of any type.

    Days, numbers, enums, citations, findings and other values that have a `text` in both languages
    or a method `written(lang)` keep their type; lists become tuples; classes become their names;
    long texts become excerpts; any other value becomes the text that `str()` gives. Pass values as
    they are, never as text made before: each language writes them its own way.
    """
    return _make(reason, path, value, parts, _VIOLATION)


def notice(reason: str, path: str = "", value: object = _Unsaid.UNSAID, **parts: object) -> Finding:
    """Make a notice: as `finding`, for what does not forbid using the data."""
    return _make(reason, path, value, parts, _NOTICE)


def _make(
    reason: str, path: str, value: object, parts: dict[str, object], severity: Severity
) -> Finding:
    # A due date under a disputed reading has two findings, so they are made quickly.
    made: Any = _OpenFinding()
    made.reason = reason
    made.path = escape_unwritable(path)
    made.value = None if value is _UNSAID else _keep(value)
    made.parts = tuple([(name, _keep(parts[name])) for name in sorted(parts)])
    made.severity = severity
    made.__class__ = Finding
    whole: Finding = made
    return whole


@cache
def _kept_types() -> frozenset[type]:
    """Return the types whose values stay as they are, once a finding has a value."""
    from fractions import Fraction  # noqa: PLC0415 - 1 ms, which imports need not take

    return frozenset({int, bool, Fraction, date, datetime, time, Text})


@cache
def _decimal() -> type[Decimal]:
    from decimal import Decimal  # noqa: PLC0415 - 2 ms, which imports need not take

    return Decimal


def _keep(value: object) -> Any:
    """Return a value in a form that cannot change and can be compared, hashed and pickled."""
    if type(value) in _kept_types() or isinstance(value, Enum):
        return cast("Any", value)
    if isinstance(value, str):
        text = str.__str__(value)
        if len(text) <= _LONGEST:
            return escape_unwritable(text)
        return Excerpt.of(text)
    if value is None:
        return Text(vi=write(None, "vi"), en=write(None, "en"))
    if isinstance(value, (tuple, list)):
        return tuple(_keep(each) for each in cast("Iterable[object]", value))
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, Exception):
        return _keep_error(value)
    if is_written(value):
        return _keep_written(value)
    if isinstance(value, (float, _decimal())) and math.isfinite(value):
        return _decimal()(str(value))
    return _keep(str(value))


def _keep_error(error: Exception) -> Any:
    """Return what Python or a package says, and in Vietnamese what can be told of it.

    What happened, and where.
    """
    said = (getattr(error, "strerror", None) or str(error)).strip() or type(error).__name__
    english = printable(said.partition("\n")[0][:_LONGEST])
    if isinstance(error, OSError) and error.errno is not None:
        key = f"errno-{errno.errorcode.get(error.errno, '')}".lower()
        known = key if key in catalogue() else "errno-other"
        return Text(vi=catalogue()[known]["vi"], en=english)
    if isinstance(error, RecursionError):
        return Text(vi=catalogue()["error-nested"]["vi"], en=catalogue()["error-nested"]["en"])
    place = re.search(_ERROR_PLACE, str(error))
    if place is None:
        return Text(vi=catalogue()["error-other"]["vi"], en=english)
    return Text(vi=render("error-place", "vi", place.groupdict()), en=english)


# Where a reader stopped, as the messages of Python's readers of JSON, TOML and XML end.
_ERROR_PLACE: Final = r"line (?P<line>\d+),? col(?:umn)? (?P<column>\d+)"


def _keep_written(value: object) -> Any:
    try:
        hash(value)
    except TypeError:  # it can change: what it says now is kept
        return Text(vi=write(value, "vi"), en=write(value, "en"))
    return value


def _reveal(part: Any) -> Any:
    if isinstance(part, Cell) and part.content:
        return f"'{part.content}'"
    if isinstance(part, Finding):
        return part.with_content()
    if isinstance(part, tuple):
        return tuple(_reveal(each) for each in cast("tuple[object, ...]", part))
    return part


def violations(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that forbid using the data."""
    return tuple(f for f in found if f.severity is Severity.VIOLATION)


def describe_findings(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as plain data with their texts in both languages, for an answer over HTTP.

    Each has `reason` and `severity`, `path` (empty where the whole document is meant), and
    `message` and `hint` with `en` and `vi`; a hint is empty where there is nothing to add. The
    value and the parts of a finding are left out: what may be shown of them is in the message, and
    contents of cells, which may be personal data, are described there. To keep a finding and read
    it again use `serde.to_data`.

    >>> [described] = describe_findings([finding("count-negative", "$.received", -3)])
    >>> described["reason"], described["path"], described["message"]["vi"]
    ('count-negative', '$.received', 'số lượng không được âm; giá trị đã cho: -3')
    """
    return [
        {
            "reason": each.reason,
            "severity": each.severity.value,
            "path": each.path,
            "message": {lang: each.message(lang) for lang in LANGUAGES},
            "hint": {lang: each.hint(lang) for lang in LANGUAGES},
        }
        for each in found
    ]


def by_reason(found: Iterable[Finding]) -> Mapping[str, int]:
    """Return how often each reason occurs, most frequent first, then by reason."""
    counts: dict[str, int] = {}
    for f in found:
        counts[f.reason] = counts.get(f.reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


publish(__name__, __all__)
