"""Vectors: questions with their answers as versioned JSON, for implementations in any language.

They are packaged, one file a family; `tests/conformance/write_vectors.py` writes them from the
rules, and tests hold each against an oracle that shares nothing with these. Nothing here needs
Hypothesis.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event, Thread
from time import monotonic
from typing import Any, Final, TypeAlias, cast

from evnpubsvc._files import write_whole
from evnpubsvc._tables import packaged_names, packaged_text
from evnpubsvc.conformance._engine import refuse_at_once, say
from evnpubsvc.conformance._report import (
    ConformanceReport,
    CounterExample,
    LawOutcome,
    LawResult,
)
from evnpubsvc.conformance._requirements import requirement
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import finding
from evnpubsvc.texts.parts import printable_lines

Answer: TypeAlias = Mapping[str, Any] | None
"""What an implementation says to a question: `{"output": …}`, `{"refused": "why"}`,
`{"unsupported": true}`; None where it said nothing."""

_FOLDER: Final = "conformance/vectors"
_SCHEMA: Final = "schema"
_LONGEST: Final = 100_000  # bytes of an answer that are read
_DEEPEST: Final = 64  # lists and objects of an answer inside each other
_WAITING: Final = 1_000  # answers that wait to be judged


def vector_families() -> tuple[str, ...]:
    """Return the names of the families of vectors, sorted.

    >>> vector_families()
    ('classes', 'codes', 'due-dates', 'limits', 'ranks', 'scores', 'tallies', 'transitions')
    """
    return tuple(name for name in packaged_names(_FOLDER, ".json") if name != _SCHEMA)


def vector_document(family: str) -> dict[str, Any]:
    """Return the document of a family, as its file has it: yours to change.

    Each vector has an `id`, the `requirement` that it is about, the `input`, and a `verdict`:
    `valid` (the answer is `output`), `invalid` (it is refused, for one of `reasons`), `either` (it
    is refused, or the answer is `output`). `data` holds what all of them share, as the calendar.

    Raises:
        UnknownNameError: `vectors-unknown`.

    >>> first = vector_document("due-dates")["vectors"][0]
    >>> first["verdict"], sorted(first["input"])
    ('valid', ['limit', 'received', 'stops'])
    """
    if family not in vector_families():
        raise UnknownNameError("vectors-unknown", family, known=vector_families())
    document: dict[str, Any] = json.loads(packaged_text(f"{_FOLDER}/{family}.json"))
    return document


def write_vectors(folder: str | Path) -> tuple[Path, ...]:
    """Write every family of vectors and their JSON Schema into a folder.

    Files of the same name are replaced.

    Raises:
        DataError: `file-unwritable`.
    """
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:  # ValueError: a name with NUL
        raise DataError([finding("file-unwritable", "", target.name, why=error)]) from None
    written: list[Path] = []
    for name in (_SCHEMA, *vector_families()):
        path = target / f"{name}.json"
        write_whole(path, packaged_text(f"{_FOLDER}/{name}.json").encode())
        written.append(path)
    return tuple(written)


@refuse_at_once
def check_vectors(
    answer: Callable[[str, Any], Answer], *, families: Iterable[str] | None = None
) -> ConformanceReport:
    """Ask an implementation every vector.

    Args:
        answer: takes a family and an input, and answers as `{"output": …}`, `{"refused": "why"}` or
            `{"unsupported": True}`. What it raises is a refusal, but `NotImplementedError`.
        families: which families to ask; all by default.

    Returns:
        The report: one result for each requirement, with every vector that was not met.

    >>> check_vectors(lambda family, question: {"unsupported": True}).passed
    True
    """

    def ask(requests: list[dict[str, Any]]) -> Iterator[tuple[str, Answer]]:
        for request in requests:
            yield request["id"], _ask(answer, request)

    return _judge("vectors", families, ask)


def _ask(answer: Callable[[str, Any], Answer], request: Mapping[str, Any]) -> Answer:
    try:
        return answer(request["family"], request["input"])
    except NotImplementedError:
        return {"unsupported": True}
    except Exception as error:  # noqa: BLE001 - whatever it raises is a refusal
        return {"refused": f"{type(error).__name__}: {error}"}


@refuse_at_once
def run_vectors(
    command: Sequence[str], *, families: Iterable[str] | None = None, timeout: float = 60
) -> ConformanceReport:
    """Ask a program every vector, over its standard input and output.

    It reads one JSON object a line, `{"id": …, "family": …, "input": …, "data": …}` (`data` once,
    with the first question of a family), and writes one a line, in any order: `{"id": …, "output":
    …}`, `{"id": …, "refused": "why"}` or `{"id": …, "unsupported": true}`. Its standard input is
    closed after the last question. What it writes to standard error is left alone.

    Args:
        command: the program and its arguments; no shell is involved.
        families: which families to ask; all by default.
        timeout: seconds after which the program is ended, with all that it started.

    Returns:
        The report. A question without an answer is not met.

    Raises:
        OSError: the program cannot be started.
    """
    if not command:
        raise MisuseError("text-empty", record="run_vectors", field="command")

    def ask(requests: list[dict[str, Any]]) -> Iterator[tuple[str, Answer]]:
        yield from _converse(command, requests, timeout)

    return _judge(" ".join(command), families, ask)


def _converse(
    command: Sequence[str], requests: list[dict[str, Any]], timeout: float
) -> Iterator[tuple[str, Answer]]:
    """Hand a program the questions and read its answers, whatever it does."""
    process = subprocess.Popen(  # noqa: S603 - the program that the caller wants to test
        list(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    # Its output is read beside, since what the program started may hold it open for ever.
    lines, ended, until = Queue[bytes](_WAITING), Event(), monotonic() + timeout
    Thread(target=_write_requests, args=(process.stdin, requests), daemon=True).start()
    Thread(target=_read_lines, args=(process.stdout, lines, ended), daemon=True).start()
    try:
        while (left := until - monotonic()) > 0:
            try:
                line = lines.get(timeout=left)
            except Empty:
                break
            if not line:
                break
            found = _read_answer(line)
            if found is not None:
                yield found
    finally:
        ended.set()
        _end(process)


def _read_lines(stdout: Any, lines: Queue[bytes], ended: Event) -> None:
    """Hand on what a program writes, and an empty line at its end, until nobody reads it."""
    line = b"x"
    while line and not ended.is_set():
        line = stdout.readline(_LONGEST)
        while not ended.is_set():
            with suppress(Full):
                lines.put(line, timeout=0.1)
                break
    stdout.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program, and what it started in its group."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _write_requests(stdin: Any, requests: list[dict[str, Any]]) -> None:
    # One that does not listen any longer leaves questions without answers, which say so.
    with suppress(OSError):
        for request in requests:
            stdin.write(json.dumps(request, ensure_ascii=False).encode() + b"\n")
    with suppress(OSError):
        stdin.close()


def _read_answer(line: bytes) -> tuple[str, Answer] | None:
    """Return the id and the answer of a line; None for a line that is no answer."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    said = cast("dict[str, Any]", found)
    if not _is_shallow(said):
        return None
    number = said.get("id")
    return (number, said) if isinstance(number, str) else None


def _is_shallow(value: object, left: int = _DEEPEST) -> bool:
    """Whether a value has few lists and objects inside each other."""
    inside: Iterable[object] = ()
    if isinstance(value, dict):
        inside = cast("dict[str, object]", value).values()
    elif isinstance(value, list):
        inside = cast("list[object]", value)
    return left > 0 and all(_is_shallow(each, left - 1) for each in inside)


def _judge(
    subject: str,
    families: Iterable[str] | None,
    ask: Callable[[list[dict[str, Any]]], Iterator[tuple[str, Answer]]],
) -> ConformanceReport:
    """Ask all vectors, and gather what came of each requirement."""
    vectors: dict[str, dict[str, Any]] = {}
    requests: list[dict[str, Any]] = []
    for family in vector_families() if families is None else families:
        document = vector_document(family)
        data = {"data": document["data"]} if "data" in document else {}
        for vector in document["vectors"]:
            vectors[vector["id"]] = {"family": family, **vector}
            requests.append(
                {"id": vector["id"], "family": family, "input": vector["input"], **data}
            )
            data = {}
    answers = {number: said for number, said in ask(requests) if number in vectors}

    by_law: dict[str, list[tuple[dict[str, Any], Answer]]] = {}
    for number, vector in vectors.items():
        by_law.setdefault(vector["requirement"], []).append((vector, answers.get(number)))
    results = (_settle(law, asked) for law, asked in by_law.items())
    return ConformanceReport(subject, tuple(results))


def _settle(law: str, asked: list[tuple[dict[str, Any], Answer]]) -> LawResult:
    done = [pair for pair in asked if not (pair[1] or {}).get("unsupported")]
    if not done:
        note = say("conformance-declared")
        return LawResult(requirement(law), LawOutcome.NOT_SUPPORTED, 0, (), note)
    found = tuple(
        example for vector, answer in done if (example := _hold(vector, answer)) is not None
    )
    outcome = LawOutcome.FAILED if found else LawOutcome.PASSED
    return LawResult(requirement(law), outcome, len(done), found)


def _hold(vector: dict[str, Any], answer: Answer) -> CounterExample | None:
    """Hold an answer against a vector; None where it meets it."""
    verdict, refused = vector["verdict"], answer is not None and "refused" in answer
    if refused and verdict != "valid":
        return None
    expected = {"output": vector.get("output")}
    if answer is None:
        got = "no answer"
    elif refused:
        got = _written({"refused": answer["refused"]})
    else:
        if verdict != "invalid" and "output" in answer and answer["output"] == vector["output"]:
            return None
        got = _written({key: answer[key] for key in answer if key != "id"})
    if verdict == "invalid":
        said = f"refused: {', '.join(vector['reasons'])}"
    else:
        said = _written(expected)
    request = {"id": vector["id"], "family": vector["family"], "input": vector["input"]}
    return CounterExample(_written(request), printable_lines(got), said)


def _written(value: object) -> str:
    return printable_lines(json.dumps(value, ensure_ascii=False))
