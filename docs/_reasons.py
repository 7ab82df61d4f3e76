"""Sphinx extension: all reason codes, read from the sources of the package.

`.. reason-codes::` prints a table of them with links; `.. reasons-of:: deadlines` prints those of a
room, each under a heading of its own, so that each has an address and is found by the search. A
code is what the package hands to `finding` or to one of its exceptions, as a literal or from a
table of its own; the texts that nothing hands over are words of answers. Examples are those that
`python -m bench.provoked` recorded from the tests.
"""

from __future__ import annotations

import ast
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from _law import make_table
from docutils import nodes
from docutils.parsers.rst import Directive

from evnpubsvc.campaigns import TaskStatus
from evnpubsvc.texts.parts import catalogue


class Kind(Enum):
    """Whose concern a reason is, with the HTTP status that suits it."""

    CALLER = ("caller", 500)
    """The code that calls made a mistake (`MisuseError`); among data, what a record refuses."""
    NAME = ("caller, a name", 404)
    """A name that nothing answers to (`UnknownNameError`)."""
    CALL = ("caller, of the command line", None)
    """A wrong call of the command line, exit code 2."""
    DATA = ("data", 422)
    """Data that cannot be used: findings, in a list or in a `DataError`."""
    NOTICE = ("data, notice", 200)
    """Something to look at beside an answer that holds."""
    UNKNOWN = ("data, not known", 200)
    """Why a value is not known: the reason of an `Unknown` in an answer."""
    REFUSAL = ("refusal", 409)
    """The law or a decision forbids what was asked for, in the state that there is."""


class Reason(NamedTuple):
    """A reason code and where it is used."""

    code: str
    kinds: tuple[Kind, ...]
    rooms: tuple[str, ...]


# What a code is handed to -> its kind.
_KINDS: Mapping[str, Kind] = {
    "ChangeRefusedError": Kind.REFUSAL,
    "DataError": Kind.DATA,
    "MisuseError": Kind.CALLER,
    "OutsideCoverageError": Kind.CALLER,
    "RosterConflict": Kind.REFUSAL,
    "Unknown": Kind.UNKNOWN,
    "UnknownNameError": Kind.NAME,
    "WrongCall": Kind.CALL,
    "_distinct": Kind.DATA,
    "_outside": Kind.CALLER,
    "_sum": Kind.DATA,
    "bad": Kind.DATA,
    "check_shape": Kind.DATA,
    "finding": Kind.DATA,
    "mention": Kind.NOTICE,
    "misuse": Kind.CALLER,
    "more": Kind.DATA,
    "notice": Kind.NOTICE,
    "read": Kind.DATA,
    "refuse": Kind.DATA,
    "say": Kind.DATA,
}
# Beginnings of texts that are no reasons, though the package names them beside some.
_WORDS = (
    "errno-",
    "error-",
    "expected-",
    "explain-",
    "guess-",
    "law-",
    "movement-",
    "step-",
    "validity-",
)
_LINES = ("dossier-line-", "unit-key")
# What a participant of a drive missed.
_MISSED = ("not-registered", "not-reported", "registered-late", "reported-late")
# Words for values, and notes of reports on implementations, which no finding carries.
_VALUES = (
    "code-no-form",
    "count-between",
    "count-from",
    "count-up-to",
    "interval",
    "interval-from",
    "not-applicable",
)


@cache
def reasons() -> tuple[Reason, ...]:
    """Return every reason code, sorted."""
    kinds: dict[str, set[Kind]] = defaultdict(set)
    rooms: dict[str, set[str]] = defaultdict(set)
    loose: dict[str, set[str]] = defaultdict(set)
    package = Path(str(files("evnpubsvc")))
    for path in sorted(package.rglob("*.py")):
        room = path.relative_to(package).parts[0].removesuffix(".py")
        for code, name in _handed_over(ast.parse(path.read_text("utf-8"))):
            if code in _VALUES or code.startswith("conformance-"):
                continue
            if name in _KINDS:
                kinds[code].add(_KINDS[name])
                rooms[code].add(room)
            elif name is None or "hint_en" in catalogue()[code]:
                # A hint says what to do, so an entry that has one is a reason, whoever hands it on.
                loose[code].add(room)
    # Codes that stand in tables of the package and are handed over from there.
    for code, where in loose.items():
        if code not in kinds and not code.startswith((*_WORDS, *_LINES)):
            kinds[code].add(Kind.DATA)
            rooms[code] |= where
    # Codes that are put together from a name: the guard of a dossier, where a task of a plan is,
    # what a participant of a drive did not do in time.
    made = {code: (Kind.REFUSAL, "dossiers") for code in catalogue() if code.startswith("refused-")}
    made |= {f"task-{status.value}": (Kind.NOTICE, "campaigns") for status in TaskStatus}
    made |= dict.fromkeys(_MISSED, (Kind.NOTICE, "campaigns"))
    for code, (kind, room) in made.items():
        kinds[code] |= {kind}
        rooms[code] |= {room}
    return tuple(
        Reason(
            code,
            tuple(kind for kind in Kind if kind in kinds[code]),
            tuple(sorted(rooms[code])),
        )
        for code in sorted(kinds)
    )


def _handed_over(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    """Give each code in a file, with the function that it is handed to, if any."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        for argument in (*node.args, *(each.value for each in node.keywords)):
            if isinstance(argument, (ast.Constant, ast.IfExp)):
                for code, number in _codes(argument):
                    inside.add(number)
                    yield code, name
    for code, number in _codes(tree):
        if number not in inside:
            yield code, None


def _codes(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        is_code = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_code and node.value in catalogue() and "." not in node.value:  # type: ignore[attr-defined]
            yield node.value, id(node)  # type: ignore[attr-defined]


# What to do about a reason that has no hint of its own.
ADVICE: Mapping[Kind, str] = {
    Kind.CALLER: "Mend the call: the message says what was given and what is taken.",
    Kind.NAME: "Use one of the names that there are; the message lists them.",
    Kind.CALL: "Call the command as its --help says.",
    Kind.DATA: "Correct the data at the path of the finding; nothing was repaired or guessed.",
    Kind.NOTICE: "Make sure that it is meant; the answer holds.",
    Kind.UNKNOWN: "Give what is missing, or leave it unknown: it is never taken for zero.",
    Kind.REFUSAL: "Do what is possible in this state; the answer lists it.",
}


@cache
def whys() -> Mapping[str, str]:
    """Return why each reason comes, in words, from the file beside the page of each room."""
    folder = Path(__file__).parent / "reference" / "reasons"
    return {
        code: why
        for path in sorted(folder.glob("*.toml"))
        for code, why in tomllib.loads(path.read_text("utf-8")).items()
    }


def examples() -> Mapping[str, Mapping[str, str]]:
    """Return what tests provoked, by code."""
    recorded = Path(__file__).parent / "reference" / "reasons" / "provoked.json"
    found: Mapping[str, Mapping[str, str]] = json.loads(recorded.read_text("utf-8"))
    return found


def room_of(reason: Reason) -> str:
    """Return the room on whose page a reason stands: the first one that uses it."""
    return reason.rooms[0].removeprefix("_")


class ReasonCodes(Directive):
    """Print the table of all reason codes, with links to their places."""

    def run(self) -> list[Any]:
        """Give a row for each code."""
        head = ("Reason code", "Kind", "HTTP", "English", "Vietnamese")
        table = make_table(head, map(_row, reasons()))
        table["support_smartquotes"] = False  # `--option` stays as it is typed
        return [table]


def _row(reason: Reason) -> tuple[object, ...]:
    entry = catalogue()[reason.code]
    address = f"reasons/{room_of(reason)}.html#{reason.code}"
    link = nodes.reference("", "", nodes.literal(text=reason.code), refuri=address)
    return (
        nodes.paragraph("", "", link),
        _kinds(reason),
        status_of(reason) or "",
        entry["en"],
        entry["vi"],
    )


class ReasonsOf(Directive):
    """Print the reason codes of a room, each under its own heading."""

    required_arguments = 1

    def run(self) -> list[Any]:
        """Give a section for each code."""
        recorded = examples()
        found = []
        for reason in reasons():
            if room_of(reason) == self.arguments[0]:
                section = _section(reason, recorded.get(reason.code))
                self.state.document.note_explicit_target(section, section)
                found.append(section)
        return found


def _section(reason: Reason, example: Mapping[str, str] | None) -> nodes.section:
    """Write what a code means, why it comes, what to do, and what it said in a test."""
    entry = catalogue()[reason.code]
    section = nodes.section(ids=[reason.code], names=[reason.code], support_smartquotes=False)
    section += nodes.title("", "", nodes.literal(text=reason.code))
    status = status_of(reason)
    kind = _kinds(reason) if status is None else f"{_kinds(reason)}; HTTP {status}"
    section += nodes.paragraph("", "", nodes.emphasis(text=kind))
    # The message in both languages, with the names of its parts in braces.
    section += _said("Message", entry["en"])
    section += _said("Thông báo", entry["vi"])
    section += _said("Why it comes", whys()[reason.code])
    # What to do: its own hint, or what holds for all of its kind.
    section += _said("What to do", entry.get("hint_en") or ADVICE[reason.kinds[0]])
    if "hint_vi" in entry:
        section += _said("Việc cần làm", entry["hint_vi"])
    if example is not None:
        said = "\n".join(example[lang] for lang in ("en", "vi") if lang in example)
        path = f"{example['path']}: " if example.get("path") else ""
        section += nodes.paragraph("", "", nodes.strong(text="Example"), nodes.Text(", from "))
        section[-1] += nodes.literal(text=example["test"])
        section += nodes.literal_block(text=path + said, language="none")
    return section


def _said(label: str, text: str) -> nodes.paragraph:
    said = nodes.paragraph("", "", nodes.strong(text=f"{label}: "))
    # What stands between backticks is code.
    for index, part in enumerate(text.split("`")):
        said += nodes.literal(text=part) if index % 2 else nodes.Text(part)
    return said


def _kinds(reason: Reason) -> str:
    return "; ".join(kind.value[0] for kind in reason.kinds)


def status_of(reason: Reason) -> int | None:
    """Return the HTTP status that suits a reason: of data where it can come from data."""
    for kind in (Kind.REFUSAL, Kind.DATA, Kind.NAME, Kind.NOTICE, Kind.UNKNOWN, Kind.CALLER):
        if kind in reason.kinds:
            status: int | None = kind.value[1]
            return status
    return None


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("reason-codes", ReasonCodes)
    app.add_directive("reasons-of", ReasonsOf)
    return {"parallel_read_safe": True}
