"""TOML and JSON from untrusted bytes: bounded, exact, and nothing in them lost in silence."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final, cast

from evnpubsvc._files import Source, bounds, read_bytes
from evnpubsvc._letters import is_writable
from evnpubsvc._validate import MOST_BITS
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding

# The parts of a line of TOML: quoted texts, bare words, dots, blanks, anything else.
_PARTS: Final = re.compile(r""""(?:[^"\\]|\\.)*+"?|'[^']*+'?|[A-Za-z0-9_-]++|\.|[ \t]++|.""")
# As many digits as a whole number may have: only then each number is asked how long it is.
_MANY_DIGITS: Final = re.compile(f"(?<![0-9])[0-9]{{{bounds.DIGITS}}}")


def read_toml(source: Source) -> dict[str, Any]:
    """Parse a TOML file or stream.

    Raises:
        DataError: `file-unreadable`, `file-too-large`, and as `parse_toml`.
    """
    return parse_toml(read_bytes(source, bounds.TOML))


def parse_toml(raw: bytes) -> dict[str, Any]:
    """Parse TOML; decimals arrive as exact `Fraction`s.

    Raises:
        DataError: `not-utf8`, `not-toml`, `document-too-deep`, `number-too-long`,
            `text-not-writable`.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        bad = raw[error.start : error.start + 4].hex(" ")
        raise DataError([finding("not-utf8", f"line {line}", bad, encoding="?")]) from None
    _refuse_long_keys(text)
    try:
        document = tomllib.loads(text, parse_float=exact_number)
    except RecursionError:
        raise DataError([_too_deep("$")]) from None
    except ValueError as error:
        if "integer string conversion" in str(error):  # Python's own bound on digits
            raise DataError([finding("number-too-long", "$", "…", limit=bounds.DIGITS)]) from None
        raise DataError([finding("not-toml", "$", error)]) from None
    _refuse_values(document)
    return document


def _refuse_long_keys(text: str) -> None:
    """Refuse keys of very many parts, for which `tomllib` takes memory by their square."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") >= bounds.DEPTH and _count_parts(line) > bounds.DEPTH:
            raise DataError([_too_deep(f"line {number}")])


def _count_parts(line: str) -> int:
    """Return how many parts the longest dotted key of a line has."""
    most = 0
    # Of the key that is being read, and whether what comes now belongs to it.
    parts, follows = 0, False
    for part in _PARTS.findall(line):
        if part == "#":
            break
        if part == ".":
            follows = True
        elif not part.isspace():
            parts = parts + 1 if follows else 1
            follows = False
            most = max(most, parts)
    return most


def parse_json(raw: str | bytes, *, exact: bool = False) -> Any:
    """Parse a JSON document.

    Args:
        raw: the document, in UTF-8 with or without a mark.
        exact: whether numbers with decimals arrive as exact `Fraction`s; else as floats, which no
            record takes.

    Raises:
        DataError: `not-json`, `key-repeated`, `document-too-deep`, `number-too-long`,
            `text-not-writable`.
    """
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
        document: Any = json.loads(
            text,
            object_pairs_hook=once,
            parse_int=whole_number if _MANY_DIGITS.search(text) else None,
            parse_float=exact_number if exact else None,
        )
    except RecursionError:
        raise DataError([_too_deep("$")]) from None
    except DataError as error:
        raise DataError(each.at("$") for each in error.findings) from None
    except ValueError as error:
        raise DataError([finding("not-json", "$", error)]) from None
    _refuse_values(document)
    return document


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON, in which a key that occurs twice would lose a value.

    Raises:
        DataError: `key-repeated`.
    """
    record = dict(pairs)
    if len(record) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise DataError([finding("key-repeated", "", name)])
            seen.add(name)
    return record


def whole_number(digits: str) -> int:
    """Read a whole number of JSON.

    Raises:
        DataError: `number-too-long`.
    """
    if len(digits) > bounds.DIGITS:
        raise DataError([_too_long("", digits)])
    return int(digits)


def exact_number(text: str) -> Fraction | str:
    """Read a number with a decimal point exactly.

    What is no plain decimal stays a text, which no number field accepts.
    """
    plain = text.replace("_", "")
    if len(plain) <= 64 and set(plain) <= set("+-.0123456789"):
        return Fraction(plain)
    return text


def wrong_texts(value: Any, path: str) -> Iterator[Finding]:
    """Yield what no database and no file takes in the texts of a document, keys included."""
    for place, each in _walk(value, path):
        if isinstance(each, str) and not is_writable(each):
            yield finding("text-not-writable", place, each)


def _refuse_values(document: Any) -> None:
    """Refuse a document that is too deep, or holds numbers or texts that nothing can take."""
    if _is_in_order(document):
        return
    found: list[Finding] = []
    for place, each in _walk(document, "$"):
        if isinstance(each, str):
            if not is_writable(each):
                found.append(finding("text-not-writable", place, each))
        elif isinstance(each, int) and each.bit_length() > MOST_BITS:
            found.append(_too_long(place, hex(each)))
    if found:
        raise DataError(found[:_MOST_FOUND])


_MOST_FOUND: Final = 1_000


_WHOLE: Final = frozenset({int})


def _is_in_order(document: Any) -> bool:
    """Return whether nothing in a document is to be refused, without looking where it stands."""
    level: list[Any] = [document]
    for _ in range(bounds.DEPTH + 1):
        below: list[Any] = []
        for value in level:
            if type(value) is dict:
                below += value
                below += value.values()
            elif type(value) is list:
                # Of whole numbers the ends say enough: a tally has little else.
                listed = cast("list[int]", value)
                if listed and set(map(type, listed)) <= _WHOLE:
                    listed = [max(listed), min(listed)]
                below += listed
            elif type(value) is str:
                if not is_writable(value):
                    return False
            elif isinstance(value, int) and value.bit_length() > MOST_BITS:
                return False
        if not below:
            return True
        level = below
    return False


def _walk(document: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield all keys and values of a document that are no tables or lists, each with its place.

    Raises:
        DataError: `document-too-deep`.
    """
    waiting: list[tuple[str, int, Any]] = [(path, 0, document)]
    while waiting:
        place, depth, value = waiting.pop()
        if depth > bounds.DEPTH:
            raise DataError([_too_deep(place)])
        if isinstance(value, dict):
            for name, each in cast("dict[str, Any]", value).items():
                yield place, name
                waiting.append((f"{place}.{name}", depth + 1, each))
        elif isinstance(value, list):
            for index, each in enumerate(cast("list[object]", value)):
                waiting.append((f"{place}[{index}]", depth + 1, each))
        else:
            yield place, value


def _too_deep(place: str) -> Finding:
    return finding("document-too-deep", place, limit=bounds.DEPTH)


def _too_long(place: str, digits: str) -> Finding:
    return finding("number-too-long", place, f"{digits[:20]}…", limit=bounds.DIGITS)
