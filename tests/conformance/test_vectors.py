"""Vectors: what is packaged is what the rules give, and what oracles give that share nothing."""

import json
import shutil
import sys
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.conformance import (
    ConformanceReport,
    LawOutcome,
    check_vectors,
    requirements,
    run_vectors,
    vector_document,
    vector_families,
    write_vectors,
)
from evnpubsvc.errors import DataError, UnknownNameError
from evnpubsvc.serde import from_json
from tests.conformance import independent, oracles
from tests.conformance import write_vectors as writer
from tests.conformance.independent import CaseFile, Office, Pause


def run(*call: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(evnpubsvc, call)
    return result.exit_code, result.stdout, result.stderr


NODE = shutil.which("node")
ANSWER = Path(__file__).parents[2] / "examples/conformance_node/answer.mjs"


def test_the_packaged_files_are_those_that_the_rules_give() -> None:
    # After a change that is meant: `python -m tests.conformance.write_vectors`.
    packaged = {path.name: path.read_text("utf-8") for path in writer.FOLDER.iterdir()}
    assert packaged == writer.files()


def test_vectors_keep_their_schema_and_name_requirements_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file-unwritable"):
        write_vectors(tmp_path / "file")
    paths = write_vectors(tmp_path / "new")
    schema = json.loads((tmp_path / "new/schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert {path.stem for path in paths} == {"schema", *vector_families()}
    ids: list[str] = []
    for family in vector_families():
        document = json.loads((tmp_path / f"new/{family}.json").read_text("utf-8"))
        assert document == vector_document(family)
        jsonschema.validate(document, schema)
        ids += [vector["id"] for vector in document["vectors"]]
        assert {vector["requirement"] for vector in document["vectors"]} <= set(requirements())
        assert all(vector.get("reasons", True) for vector in document["vectors"])
    assert len(ids) == len(set(ids)) > 1500
    with pytest.raises(UnknownNameError, match="due-dates"):
        vector_document("due-date")


# -- oracles: written from the law, they share nothing with what writes the vectors -------------

UNITS = {
    "working-days": "working days", "days": "days", "weeks": "weeks", "months": "months",
    "same-day": "same day", "working-hours": "working hours",
}  # fmt: skip
HANDLED = {"withdrawn": "withdrawn", "stopped": "stopped", "refused": "refused"}
OPEN = {"waiting": "waiting", "paused": "pending_paused"}


def office() -> Office:
    data = vector_document("due-dates")["data"]["calendar"]
    hours = [[datetime.strptime(text, "%H:%M").time() for text in each] for each in data["hours"]]
    return Office(
        date.fromisoformat(data["first"]),
        date.fromisoformat(data["last"]),
        list(map(date.fromisoformat, data["days_off"])),
        list(map(date.fromisoformat, data["make_up_days"])),
        tuple((opens, closes) for opens, closes in hours),
    )


OFFICE = office()


def answer_due(question: Any) -> Any:
    pauses = [
        Pause(
            datetime.fromisoformat(stop["start"]),
            datetime.fromisoformat(stop["end"]) if stop["end"] else None,
            stop["clock"] == "restart",
        )
        for stop in question["stops"]
    ]
    limit = question["limit"]
    received = datetime.fromisoformat(question["received"])
    due = OFFICE.due(received, float(Fraction(limit["amount"])), UNITS[limit["unit"]], pauses)
    return None if due is None else due.isoformat()


def answer_transition(question: Any) -> Any:
    case = CaseFile(OFFICE, 5)

    def take(event: Any) -> bool:
        return case.take(
            event["kind"],
            datetime.fromisoformat(event["at"]),
            final=event.get("final", False),
            due=date.fromisoformat(event["due"]) if "due" in event else None,
        )

    assert all(map(take, question["history"]))
    if not take(question["event"]):
        raise ValueError
    return {"status": case.status or None}


def answer_class(row: Any) -> str | None:
    """By ISO days as texts, which compare as days do."""
    as_of, due, finished, status = row["as_of"], row["due"], row["finished"], row["status"]
    if row["received"] > as_of:
        return None
    if finished is not None and finished <= as_of:
        if status in HANDLED:
            return HANDLED[status]
        if due is None:
            return "no_due_date"
        return "early" if finished < due else "on_time" if finished == due else "late"
    if status == "refused":
        return "waiting"
    if finished is None and status in OPEN:
        return OPEN[status]
    if due is None:
        return "pending_no_due_date"
    return "pending_in_time" if due >= as_of else "pending_overdue"


def answer_tally(question: Any) -> dict[str, int]:
    classes = [answer_class({**row, "as_of": question["as_of"]}) for row in question["rows"]]
    return {each: classes.count(each) for each in sorted({c for c in classes if c is not None})}


def answer_score(question: Any) -> str | None:
    """QĐ 766: the share on time of 20 points, to hundredths half up; 0 of 0 gives no points."""
    on_time, received = question["dossiers_on_time"], question["dossiers_received"]
    if on_time is None or received is None:
        return None
    if on_time > received:
        raise ValueError
    points = Fraction(20 * on_time, received) if received else Fraction(0)
    return str(Fraction(floor(points * 100 + Fraction(1, 2)), 100))


def answer_ranks(question: Any) -> dict[str, int | None]:
    totals = {n: None if t is None else Fraction(t) for n, t in question["totals"].items()}
    known = sorted((t for t in totals.values() if t is not None), reverse=True)
    place: dict[str, Callable[[Fraction], int]] = {
        "1-1-3": lambda total: known.index(total) + 1,
        "2-2-3": lambda total: len(known) - known[::-1].index(total),
        "1-1-2": lambda total: sorted(set(known), reverse=True).index(total) + 1,
    }
    of = place[question["ties"]]
    return {name: None if total is None else of(total) for name, total in totals.items()}


ORACLES: dict[str, Callable[[Any], Any]] = {
    "classes": answer_class,
    "codes": lambda question: oracles.read_code(question["kind"], question["text"]),
    "due-dates": answer_due,
    "limits": lambda question: oracles.read_limit(question["text"]),
    "ranks": answer_ranks,
    "scores": answer_score,
    "tallies": answer_tally,
    "transitions": answer_transition,
}


def test_oracles_that_share_nothing_give_the_same() -> None:
    assert set(ORACLES) == set(vector_families())
    report = check_vectors(lambda family, question: {"output": ORACLES[family](question)})
    report.require()
    assert {each.outcome for each in report.results} == {LawOutcome.PASSED}


def test_the_oracles_share_nothing_with_the_library() -> None:
    for module in (oracles, independent):
        assert "evnpubsvc" not in Path(str(module.__file__)).read_text("utf-8")


def test_wrong_answers_are_found() -> None:
    report = check_vectors(lambda *_: {"output": "2026-01-01"})
    assert len(report.failures) == len(report.results)
    silent = check_vectors(lambda *_: None, families=["ranks"])
    assert silent.failures[0].examples[0].got == "no answer"
    refusing = check_vectors(lambda *_: {"refused": "no"}, families=["limits"])
    assert {each.requirement.id for each in refusing.failures} == {"limit.read"}


# -- other processes -------------------------------------------------------------------------------


@pytest.mark.skipif(NODE is None, reason="no Node on this machine")
def test_the_implementation_in_node_meets_codes_and_due_dates() -> None:
    code, out, err = run("conformance", "run", "--", str(NODE), str(ANSWER))
    assert (code, err) == (0, "")
    assert " 0 failed" in out.splitlines()[0]
    report = run_vectors([str(NODE), str(ANSWER)], families=["codes", "due-dates"])
    assert report.passed
    assert not report.of(LawOutcome.NOT_SUPPORTED)


BAD = {
    "silent": "pass",
    "noise": "print('starting'); print('[' * 5000); print('{}'); print('{\"id\": 7}')",
    "dies": "import sys; sys.stdin.readline(); sys.exit(3)",
    "chatty": "import sys\nfor line in sys.stdin: print('warning', file=sys.stderr)",
    "endless": "import time\nwhile True: print('x' * 1000)",
    "sleeps": "import time; time.sleep(60)",
    "leaves a child": "import os, time\nif os.fork() == 0: time.sleep(60)",
    "leaves a child in another session": (
        "import os, time\nif os.fork() == 0: os.setsid(); time.sleep(8)"
    ),
    "one endless line": "import sys\nwhile True: sys.stdout.write('x' * 1000)",
}


@pytest.mark.parametrize("kind", BAD)
def test_a_program_that_misbehaves_is_a_report(kind: str) -> None:
    command = [sys.executable, "-I", "-c", BAD[kind]]
    report = run_vectors(command, families=["ranks"], timeout=1.5)
    assert {each.outcome for each in report.results} == {LawOutcome.FAILED}
    assert {e.got for each in report.results for e in each.examples} == {"no answer"}


GARBAGE = (
    r'{"output": "\ud800\u0000\u001b[31m"}',
    r'{"refused": "\ud800\u202e"}',
    '{"refused": [null, {}]}',
    '{"output": NaN}',
    '{"output": ' + "9" * 4_000 + "}",
    '{"output": ' + "9" * 5_000 + "}",
    '{"output": ' + "[" * 900 + "]" * 900 + "}",
    '{"unsupported": "no"}',
    '{"output": {"a": 1, "a": 2}}',
    "{}",
    "null",
)


@pytest.mark.parametrize("said", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_in_an_answer_is_a_report(said: str, tmp_path: Path) -> None:
    """It is printed without what a terminal acts on, and can be kept."""
    program = tmp_path / "answer.py"
    program.write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    asked = json.loads(line)\n"
        f"    said = {said!r}\n"
        "    print('{\"id\": ' + json.dumps(asked['id']) + ', ' + said[1:], flush=True)\n"
    )
    call = ("conformance", "run", "--family", "ranks", "--format")
    for form in ("text", "json", "junit"):
        code, out, err = run(*call, form, "--", sys.executable, "-I", str(program))
        assert code in {0, 1}, err
        assert not {"\x1b", "\0", "\u202e"} & set(out)
        if form == "json":
            from_json(out, ConformanceReport)


ECHO = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"id": asked["id"], "output": {}}), flush=True)
"""


def test_the_command_writes_vectors_and_reports(tmp_path: Path) -> None:
    code, out, _ = run("conformance", "vectors", str(tmp_path / "v"))
    assert code == 0
    assert len(out.splitlines()) == len(vector_families()) + 1

    call = ("conformance", "run", "--family", "tallies", "--format")
    program = ("--", sys.executable, "-I", "-c", ECHO)
    code, out, _ = run(*call, "json", *program)
    assert code == 1
    assert not from_json(out, ConformanceReport).passed
    code, out, _ = run(*call, "junit", "-o", str(tmp_path / "report.xml"), *program)
    assert (code, out) == (1, "")
    assert "<failure" in (tmp_path / "report.xml").read_text("utf-8")
    code, out, _ = run(*call, "text", "--lang", "vi", *program)
    assert "không đạt" in out


def test_a_wrong_call_is_told(tmp_path: Path) -> None:
    for call in (
        ("vectors", str(tmp_path), "two"),
        ("run", "--", str(tmp_path / "missing")),
        ("run",),
    ):
        code, out, err = run("conformance", *call)
        assert (code, out) == (2, "")
        assert "Traceback" not in err
    code, _, err = run("conformance", "run", "--family", "due-date", "--", sys.executable)
    assert code in (1, 2)
    assert "due-dates" in err
