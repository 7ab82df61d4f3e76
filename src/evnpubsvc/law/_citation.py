"""Citations: which article, clause and point of which instrument, and how we know.

A citation is written in Vietnamese and in English from its parts, so no part of it is a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, Final

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, nonempty_text, optional_day
from evnpubsvc.errors import MisuseError
from evnpubsvc.law._number import InstrumentNumber
from evnpubsvc.texts import LabelledEnum, Language, Text, write
from evnpubsvc.texts.parts import catalogue, printable, render

_NUMBER: Final = r"[0-9]{1,3}[a-zđ]?"
_POINT: Final = r"[a-zđ][0-9]?"
# Article, clause, point; then the last of a run: an article (145-148) or, in brackets, a clause or
# point (148(1)-(4)).
_PROVISION: Final = (
    rf"(?P<article>{_NUMBER})(?:\((?P<clause>{_NUMBER})\)(?:\((?P<point>{_POINT})\))?)?"
    rf"(?:-(?:\((?P<last_part>{_NUMBER}|{_POINT})\)|(?P<last_article>{_NUMBER})))?"
)


class Confidence(LabelledEnum):
    """How a fact is known, best first.

    Whether sources disagree is said beside it: `Citation.disputed`.
    """

    SIGNED_TEXT = "signed-text"
    """Read in the signed text, in the official gazette, or in official data at their source."""
    READ_COPY = "read-copy"
    """Read in a copy of the text or data that somebody else made."""
    SEVERAL_SOURCES = "several-sources"
    """Read in several independent texts that quote or apply it (press, summaries, software)."""
    ONE_SOURCE = "one-source"
    """Read in one such text."""
    DERIVED = "derived"
    """Computed from data or concluded from other rules; no text that was seen says it."""
    MEMORY = "memory"
    """Known from memory, believed right, not looked up."""
    ASSUMED = "assumed"
    """Assumed for want of anything better. Nothing that is assumed is a rule of this library."""


@frozen(order=False)
class Provision(PublicType):
    """A place in an instrument.

    An article (*điều*), clause (*khoản*) or point (*điểm*), or a run of them.

    Attributes:
        article: number of the article: `"17"`, `"4a"`.
        clause: number of the clause; empty for the whole article.
        point: letter of the point, `đ` included; empty for the whole clause.
        last: last of a run, in the finest part given: `"148"` for articles 145 to 148. Empty for no
            run.

    Raises:
        MisuseError: `citation-article` for parts that are no numbers or letters, a point without
            clause.

    >>> place = Provision.parse("17(2)(c)")
    >>> print(place, "|", place.text.vi)
    17(2)(c) | điểm c khoản 2 Điều 17
    >>> Provision.parse("148(1)-(4)").text.vi
    'khoản 1 đến khoản 4 Điều 148'
    """

    written_as_text: ClassVar[bool] = True
    """In JSON and TOML it is `str()`, read by `parse`."""

    article: str = field(validator=instance_of(str))
    clause: str = field(default="", validator=instance_of(str))
    point: str = field(default="", validator=instance_of(str))
    last: str = field(default="", validator=instance_of(str), kw_only=True)

    def __attrs_post_init__(self) -> None:
        match = re.fullmatch(_PROVISION, str(self))
        parts = (self.article, self.clause, self.point, self.last)
        # A run of points ends with a point, a run of clauses or articles with a number.
        mixed = bool(self.last) and bool(self.point) == self.last[:1].isdigit()
        if match is None or mixed or _parts(match) != parts:
            raise MisuseError("citation-article", str(self))

    @classmethod
    @answer_wrong_arguments
    def parse(cls, text: str) -> Provision:
        """Read one place as it is written in a citation: `"17(2)(c)"`, `"145-148"`, `"148(1)-(4)"`.

        Raises:
            MisuseError: `citation-article`.
        """
        match = re.fullmatch(_PROVISION, text)
        if match is None:
            raise MisuseError("citation-article", text)
        article, clause, point, last = _parts(match)
        found = cls(article, clause, point, last=last)
        if str(found) != text:
            raise MisuseError("citation-article", text)
        return found

    @property
    def text(self) -> Text:
        """The place in both languages, as a citation writes it: `art. 17(2)(c)`."""
        many = self.last and not self.clause
        return Text(vi=self._vietnamese(), en=f"{'arts.' if many else 'art.'} {self._english()}")

    def _vietnamese(self) -> str:
        # From the finest part to the article; only the finest can run up to a last one.
        parts = [("Điều", self.article), ("khoản", self.clause), ("điểm", self.point)]
        named = [f"{word} {number}" for word, number in parts if number]
        if self.last:
            word = parts[len(named) - 1][0]
            named[-1] += f" đến {word} {self.last}"
        return " ".join(reversed(named))

    def _english(self) -> str:
        return str(self).replace("-", "–")

    def __str__(self) -> str:
        inner = "".join(f"({part})" for part in (self.clause, self.point) if part)
        run = f"({self.last})" if self.clause else self.last
        return f"{self.article}{inner}" + (f"-{run}" if self.last else "")


def _parts(match: re.Match[str]) -> tuple[str, str, str, str]:
    found = {name: part or "" for name, part in match.groupdict().items()}
    # A run of articles has no clause, and a run in brackets has one.
    if found["clause"]:
        last = found["last_part"]
    else:
        last = found["last_article"]
    return found["article"], found["clause"], found["point"], last


def _provisions(article: str) -> tuple[Provision, ...]:
    if article:
        return tuple(Provision.parse(part) for part in article.split(", "))
    return ()


def _article(_: object, __: Attribute[str], value: object) -> None:
    if not isinstance(value, str):
        raise MisuseError("citation-article", value)
    _provisions(value)


@frozen(order=False, cache_hash=True)  # every due date keeps its articles once
class Citation(PublicType):
    """The source of a rule, a maximum or a figure.

    Attributes:
        instrument: number of the instrument with its kind (`"QĐ 766/QĐ-TTg"`), or a name for what
            is no instrument.
        article: articles, clauses and points in short form: `"17(2)(c)"`, `"15(3), 17(1)(a)"`,
            `"145-148"`; empty where the whole instrument is meant.
        confidence: how this is known; None where nobody said.
        note: what a reader must know to judge it; may be empty.
        disputed: sources disagree; the note says which reading is followed.
        place: a place that is no article (form, appendix, item), in both languages; None for none.
        issued: date of an instrument whose number does not identify it; None where it is not
            needed.
        name: what to call the source in both languages. None: as its number tells, as the table of
            this library has it, else `instrument` as it is written.

    Raises:
        MisuseError: `citation-article` for an article that is not written in the short form.

    >>> source = Citation("NĐ 118/2025/NĐ-CP", "17(2)(c)", Confidence.READ_COPY)
    >>> print(source)
    Decree 118/2025/NĐ-CP, art. 17(2)(c)
    >>> source.text.vi
    'điểm c khoản 2 Điều 17 Nghị định số 118/2025/NĐ-CP'
    >>> source.certainty.en
    'text read in a copy'
    """

    instrument: str = field(validator=nonempty_text)
    article: str = field(default="", validator=_article)
    confidence: Confidence | None = field(
        default=None, validator=instance_of(Confidence, type(None))
    )
    note: str = field(default="", validator=instance_of(str))
    disputed: bool = field(default=False, validator=instance_of(bool), kw_only=True)
    place: Text | None = field(default=None, validator=instance_of(Text, type(None)), kw_only=True)
    issued: date | None = field(default=None, validator=optional_day, kw_only=True)
    name: Text | None = field(default=None, validator=instance_of(Text, type(None)), kw_only=True)

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """The places that `article` names, taken apart."""
        return _provisions(self.article)

    @property
    def text(self) -> Text:
        """The citation in both languages, from its parts."""
        name = self.name or _instrument_name(self.instrument)
        return Text(vi=self._vietnamese(name.vi), en=self._english(name.en))

    @property
    def certainty(self) -> Text:
        """How the fact is known, in both languages, and that sources disagree where they do."""
        if self.confidence is None:
            grade = _catalogue_text("confidence-not-said")
        else:
            grade = self.confidence.text
        if not self.disputed:
            return grade
        dispute = _catalogue_text("confidence-disputed")
        return Text(vi=f"{grade.vi}; {dispute.vi}", en=f"{grade.en}; {dispute.en}")

    def get(self, lang: Language) -> str:
        """Return the citation in one language."""
        return self.text.get(lang)

    def written(self, lang: Language) -> str:
        """Return the citation as it stands inside a sentence."""
        return printable(self.text.get(lang))

    def _vietnamese(self, name: str) -> str:
        # The place before the instrument: "điểm c khoản 2 Điều 17 Nghị định số 118/2025/NĐ-CP".
        if self.issued is None:
            whole = name
        else:
            whole = f"{name} ngày {write(self.issued, 'vi')}"
        articles = ", ".join(each.text.vi for each in self.provisions)
        whole = f"{articles} {whole}" if articles else whole
        if self.place is None:
            return whole
        return f"{self.place.vi}, {whole}"

    def _english(self, name: str) -> str:
        # The instrument before the place: "Decree 118/2025/NĐ-CP, art. 17(2)(c)".
        parts = [name if self.issued is None else f"{name} of {self.issued}"]
        places = self.provisions
        if len(places) == 1:
            parts.append(places[0].text.en)
        elif places:
            if len({each.article for each in places}) == 1:
                word = "art."
            else:
                word = "arts."
            parts.append(f"{word} {', '.join(str(each).replace('-', '–') for each in places)}")
        if self.place is not None:
            parts.append(self.place.en)
        return ", ".join(parts)

    def __str__(self) -> str:
        return self.text.en


@lru_cache(maxsize=1024)
def _instrument_name(instrument: str) -> Text:
    """What to call an instrument.

    By the table of names, by the kind its number tells, else as written.
    """
    known = packaged_table("law/instruments.toml")["names"].get(instrument)
    if known is not None:
        return Text(**known)
    number, _ = InstrumentNumber.read(instrument)
    if number is None or number.kind_name is None:
        return Text(vi=instrument, en=instrument)
    kind, bare = number.kind_name, number.format().removeprefix(f"{number.kind} ")
    return Text(
        vi=f"{kind.vi} số {bare}",
        en=f"{kind.en[0].upper()}{kind.en[1:]} {bare}",
    )


def _catalogue_text(key: str) -> Text:
    assert key in catalogue(), key
    return Text(vi=render(key, "vi", {}), en=render(key, "en", {}))


def cited(row: Mapping[str, Any]) -> Citation:
    """Return the citation of a row of law data, whatever else the row holds.

    Args:
        row: `instrument` and `confidence`, both needed: a row of data that does not say how it is
            known is a defect; where there are, `article`, `note`, `disputed`, `place`, `issued`.

    Raises:
        MisuseError: `citation-incomplete`: `instrument` or `confidence` is missing.
        ValueError: an unknown grade of confidence.

    >>> print(cited({"instrument": "NĐ 61/2018/NĐ-CP", "article": "19(4)",
    ...     "confidence": "read-copy"}))
    Decree 61/2018/NĐ-CP, art. 19(4)
    """
    for needed in ("instrument", "confidence"):
        if needed not in row:
            raise MisuseError("citation-incomplete", needed)
    return Citation(
        row["instrument"],
        row.get("article", ""),
        Confidence(row["confidence"]),
        row.get("note", ""),
        disputed=row.get("disputed", False),
        place=Text(**row["place"]) if "place" in row else None,
        issued=row.get("issued"),
    )
