"""Finds what does not belong into a text of its language: the judge of every message and output.

In Vietnamese: English words, raw keys, ISO dates, "art.", decimal points, words cut in the middle,
placeholders. In English: Vietnamese outside names. Names are listed here, or given with the text
that carries them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

# Names and words that are the same in Vietnamese: formats, programs, marks of instruments, units of
# bytes.
_NAMES = frozenset(
    """
    arrow attrs bytes byte cattrs click csv dask date datetime dd mm yyyy duckdb evnpubsvc excel
    fifo fraction gb hypothesis ics ics ocel opencps parquet polars python spark sql toml txt
    utf utf-8 utf-16 xes xml xlsx json lines jsonl yaml windows ascii unicode ansi linux gmail
    email web website internet online logo zip iso pdf vpcp kstt ubnd hđnd ttg tthc dvc dvctt
    bcci kh cv cp sttt stttt btp btttt qh qđ nđ tt nq vbhn skhcn cntt vneid egov igate hg h29 d2
    tv1 asia ho_chi_minh utc sha sha-256 xlsxwriter msgspec int str bool none true false decimal
    list tuple regex unitkey enum mapping callable iterable vi en i ii iii iv v x dvcqg karaoke
    totalscore maxscore la-tinh ki-rin stt
    """.split()  # noqa: SIM905 - a list to read
)

# English words that a Vietnamese syllable without marks could be.
_LOOK_ALIKE = frozenset(
    """
    a and are at be been but by day do does done due each for from given has have how if into is
    it its may more most must no nor not of off on one only or other over per said same so such
    sum than that the their them then there these they this thus to too two under until up was
    were what when where which who whose why with without would yet you your unit not
    """.split()  # noqa: SIM905 - a list to read
) - {"a", "an", "do", "in", "to", "so"}  # these are Vietnamese too

_SYLLABLE = re.compile(
    r"(?:ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
    r"(?:uye|uya|oai|oao|oay|oeo|uai|uao|uay|ieu|yeu|uoi|uou|"
    r"ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ya|ye|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)

_ISO_DATE = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?(?!\d)(?:T\d{2})?")
_DECIMAL_POINT = re.compile(r"(?<![\d.,/:-])\d+\.\d+(?![\d.]*[\d/:-])")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_ENGLISH_CITATION = re.compile(r"\b(?:art|arts|cl|par|no)\.\s*\d", re.IGNORECASE)
_BLANK_PERCENT = re.compile(r"\d %")
_CUT = re.compile(r"\w…\w")
_PLACEHOLDER = re.compile(r"\{[a-z_]+(?::\w*)?\}")
_TOKEN = re.compile(r"[^\W_](?:[\w.\-]*[^\W_])?")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|«[^»]*»|`[^`]*`")
# Numbers of instruments: 61/2018/NĐ-CP, 1776/QĐ-UBND, 45/2019/QH14.
_INSTRUMENT = re.compile(r"\d+(?:\.\d+)?[a-z]?/(?:\d{4}/)?[A-ZĐ][A-ZĐg0-9&-]*")
# Names of places, papers and feasts that English sentences carry.
_ENGLISH_NAMES = frozenset(
    """
    núi thành quảng nam tam xuân đắk lắk tết hùng giấy khen bằng
    """.split()  # noqa: SIM905 - a list to read
)
# Codes of procedures, units, results and dossiers are names.
_CODE = re.compile(
    r"\b(?:\d\.\d{6}|KQ)(?:\.\w+)*\b|\b[A-Z]\d{2}(?:\.\d{1,3})+\b"
    r"|\b\d{3}(?:\.\d{2}){2}\.[A-Z]\d{2}\S*"
)
# What users type or search for stays as it is: options, codes of findings, paths of documents.
_LITERAL = re.compile(
    r"(?<!\w)--?[a-z][a-z-]*(?:[ =][A-ZĐ]+)?|\[[a-z0-9]+(?:[-_.][a-z0-9]+)+\](?=\s|$)"
    r"|^\s*\d\.\d+[a-z]?(?=\s)|\b[A-Z]+_[A-Z_]+\b|\bP\.[a-c]\b|(?<!\S)\$[.\[\]\w]*"
    r"|(?<!\S)\.[a-z_.]+(?=: )|\w+://\S+"
)


def faults(
    text: str, lang: str, *, names: Iterable[str] = (), quoted: bool = True
) -> Iterator[str]:
    """Say what is wrong with a text of a language.

    Args:
        text: what is printed.
        lang: the language it should be in.
        names: words that are data or names here, whatever they look like; case does not matter.
        quoted: what stands in quotes is what somebody else wrote: no fault.
    """
    allowed = {name.casefold() for name in names} | _NAMES
    plain = unicodedata.normalize("NFC", text)
    for name in sorted(
        (name for name in names if " " in name or "-" in name), key=len, reverse=True
    ):
        plain = plain.replace(name, " ")
    for match in _PLACEHOLDER.findall(plain):
        yield f"placeholder {match}"
    if quoted:
        plain = _QUOTED.sub(" ", plain)
    plain = _CODE.sub(" ", _INSTRUMENT.sub(" ", _LITERAL.sub(" ", plain)))
    yield from (_vietnamese if lang == "vi" else _english)(plain, allowed)


def _vietnamese(text: str, allowed: set[str]) -> Iterator[str]:
    for match in _ISO_DATE.findall(text):
        yield f"ISO date {match}"
    for match in _ENGLISH_CITATION.findall(text):
        yield f"citation {match}"
    for match in _CUT.findall(text):
        yield f"cut word {match}"
    for match in _BLANK_PERCENT.findall(text):
        yield f"blank before percent {match}"
    for match in _DECIMAL_POINT.findall(text):
        if not _GROUPED.fullmatch(match):
            yield f"decimal point {match}"
    for token in _TOKEN.findall(text):
        word = token.casefold()
        if word in allowed:
            continue
        if any(letter.isdigit() for letter in word):
            # A key with a number in it: `onestop-2018`. Codes and units have fewer letters
            # together.
            parts = [part for part in re.split(r"[-_.]", word) if len(part) > 3]
            if any(part not in allowed and _is_foreign(part) for part in parts):
                yield f"word {token}"
            continue
        if not word.isascii():
            parts = [part for part in re.split(r"[-_.]", word) if part.isascii()]
        else:
            parts = re.split(r"[-_.]", word)
        bad = [part for part in parts if part not in allowed and _is_foreign(part)]
        # Two plain words joined by a stroke are a key, whatever they would mean alone.
        if bad or (len(parts) > 1 and word.isascii()):
            yield f"word {token}"


def _is_foreign(word: str) -> bool:
    if not word or any(letter.isdigit() for letter in word):
        return False
    return word in _LOOK_ALIKE or _SYLLABLE.fullmatch(word) is None


_VIETNAMESE_LETTERS = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]|[àáãèéìíòóõùúýĩũ]")


def _english(text: str, allowed: set[str]) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        # Parts of names of fields and classes stand together: `Event.due`.
        for word in re.split(r"[.\-]", token):
            known = word.casefold() in allowed | _ENGLISH_NAMES
            if not known and _VIETNAMESE_LETTERS.search(word):
                yield f"word {word}"
