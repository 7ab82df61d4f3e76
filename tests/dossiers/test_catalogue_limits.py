"""Dossiers whose limit a catalogue gives: by procedure, case and channel on the day of receipt."""

import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from click.testing import CliRunner

from evnpubsvc.catalogue import Catalogue, seed_catalogue
from evnpubsvc.cli import evnpubsvc as command
from evnpubsvc.deadlines import CountingRules
from evnpubsvc.dossiers import (
    Dossier,
    DueBasis,
    Event,
    EventKind,
    Outcome,
    check,
    due_of,
    rule,
    timeliness,
)
from evnpubsvc.periods import Period
from evnpubsvc.reports import fill
from evnpubsvc.serde import from_json, report_form, to_json, write_dossiers
from evnpubsvc.services import Channel
from evnpubsvc.statistics import RegisterRow, register_row, tally
from evnpubsvc.worktime import VIETNAM_TIME, vietnam_calendar

RULES = CountingRules(vietnam_calendar(), solvable=False)
SEED = seed_catalogue()
BIRTH, DEATH = "1.001193", "1.000656"


def one_received(hour: int, *, finished: str | None = None, **more: Any) -> Dossier:
    """A dossier received on Wednesday 4/5/2022."""
    at = datetime(2022, 5, 4, hour, tzinfo=VIETNAM_TIME)
    events = [Event(EventKind.SUBMITTED, at), Event(EventKind.RECEIVED, at)]
    if finished is not None:
        ready = datetime.fromisoformat(finished).replace(tzinfo=VIETNAM_TIME)
        events.append(Event(EventKind.RESOLVED, ready, outcome=Outcome.GRANTED))
    given: dict[str, Any] = {"procedure": BIRTH, **more}
    return Dossier("case-1", channel=Channel.IN_PERSON, events=tuple(events), **given)


@pytest.mark.parametrize(("hour", "due"), [(9, date(2022, 5, 4)), (16, date(2022, 5, 5))])
def test_a_birth_is_due_by_its_article(hour: int, due: date) -> None:
    """Law 60/2014/QH13 art. 5(3): at once; received after 15:00, the next working day."""
    found = due_of(one_received(hour), counting=RULES, catalogue=SEED)
    assert (found.due, found.basis, found.findings) == (due, DueBasis.DERIVED, ())
    assert found.deadline is not None
    assert "5(3)" in " ".join(map(str, found.deadline.citations))
    # Without a catalogue nothing is known: no date is made up.
    assert due_of(one_received(hour), counting=RULES).basis is DueBasis.NONE


@pytest.mark.parametrize(
    ("hour", "finished", "class_"),
    [
        (9, "2022-05-04 16:30", "on_time"),
        (9, "2022-05-05 08:00", "late"),
        (16, "2022-05-05 16:30", "on_time"),
        (16, "2022-05-06 08:00", "late"),
    ],
)
def test_a_judgement_and_a_report_go_by_the_same_date(
    hour: int, finished: str, class_: str
) -> None:
    one = one_received(hour, finished=finished, field="Hộ tịch")
    as_of = date(2022, 5, 13)
    found = timeliness(one, as_of=as_of, policy="date", counting=RULES, catalogue=SEED)
    assert found.timeliness.value == class_

    row = register_row(one, as_of=as_of, counting=RULES, catalogue=SEED)
    assert isinstance(row, RegisterRow)
    form, month = report_form("ii-06a"), Period.parse("calendar-2022-05")
    counted = tally([row], by=form.dimensions(), period=month, compare="date")
    total = fill(form, counted, period=month).total
    assert (total["late"], total["on-time"]) == ((1, 0) if class_ == "late" else (0, 1))

    late = check(one, as_of=as_of, rules=[rule("R12")], counting=RULES, catalogue=SEED)
    assert [each.reason for each in late] == (["dossier-late"] if class_ == "late" else [])


def test_the_command_line_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "dossiers.jsonl"
    dossiers = [evolve(one_received(hour), code=f"case-{hour}") for hour in (9, 16)]
    with path.open("wb") as stream:
        write_dossiers(dossiers, stream)
    for hour, day in ((9, 4), (16, 5)):
        args = ["dossier", str(path), "--code", f"case-{hour}", "--not-solvable", "--lang", "en"]
        shown = CliRunner().invoke(command, args)
        assert f"due: 2022-05-0{day} (counted from the history)" in shown.stdout
        direct = ["due", f"2022-05-04T{hour:02}:00", BIRTH, "--not-solvable", "--format", "json"]
        answer = json.loads(CliRunner().invoke(command, direct).stdout)
        assert answer["value"]["date"] == f"2022-05-0{day}"
    args = ["check", str(path), "--as-of", "2022-05-05", "--not-solvable", "--rules", "R12"]
    said = CliRunner().invoke(command, args).stderr
    assert "case-9" in said
    assert "case-16" not in said


def test_a_case_has_its_own_limit() -> None:
    plain = one_received(16, procedure=DEATH)
    verified = one_received(16, procedure=DEATH, case="cần xác minh")
    assert due_of(plain, counting=RULES, catalogue=SEED).due == date(2022, 5, 5)
    assert due_of(verified, counting=RULES, catalogue=SEED).due == date(2022, 5, 9)


def test_a_limit_of_its_own_comes_first() -> None:
    one = evolve(one_received(9), limit="25 ngày làm việc")
    assert due_of(one, counting=RULES, catalogue=SEED).due == date(2022, 6, 8)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"case": "không có"}, "limit-case-unknown"),
        ({"procedure": "1.999999"}, "procedure-unknown"),
        ({"procedure": "no code"}, "code-character"),
    ],
)
def test_what_the_catalogue_leaves_open_is_said(change: dict[str, str], reason: str) -> None:
    one = one_received(9, **change)
    found = due_of(one, counting=RULES, catalogue=SEED)
    assert (found.due, found.basis) == (None, DueBasis.UNSETTLED)
    assert [(each.path, each.reason) for each in found.findings] == [("$.procedure", reason)]
    # The slip counts where there is one, and what is missing is a notice.
    stated = evolve(one, stated_due=date(2022, 5, 6))
    by_slip = due_of(stated, counting=RULES, catalogue=SEED)
    assert (by_slip.due, by_slip.basis) == (date(2022, 5, 6), DueBasis.STATED)
    assert [(each.reason, each.severity.value) for each in by_slip.findings] == [(reason, "notice")]


def test_whether_it_can_be_solved_is_asked_for() -> None:
    rules = CountingRules(vietnam_calendar())
    found = due_of(one_received(16), counting=rules, catalogue=SEED)
    assert [each.reason for each in found.findings] == ["solvable-needed"]
    assert due_of(one_received(9), counting=rules, catalogue=SEED).due == date(2022, 5, 4)


def test_case_and_authority_are_kept() -> None:
    one = one_received(9, case="cần xác minh", authority="H47.100")
    assert from_json(to_json(one), Dossier) == one
    stream = io.BytesIO()
    write_dossiers([one], stream)
    assert '"case":"cần xác minh","authority":"H47.100"' in stream.getvalue().decode()


def test_r7_compares_the_slip_with_the_catalogue() -> None:
    one = evolve(one_received(9), stated_due=date(2022, 5, 5))
    r7 = [rule("R7")]
    [found] = check(one, as_of=date(2022, 5, 4), rules=r7, counting=RULES, catalogue=SEED)
    assert (found.reason, dict(found.parts)["due"]) == ("due-date-differs", date(2022, 5, 4))
    assert check(one, as_of=date(2022, 5, 4), rules=r7, counting=RULES) == ()
    # Where the catalogue does not know the procedure there is nothing to compare.
    empty = Catalogue(())
    assert check(one, as_of=date(2022, 5, 4), rules=r7, counting=RULES, catalogue=empty) == ()


@pytest.mark.parametrize(
    ("code", "authority", "day", "expected"),
    [
        # Decree 118/2025 art. 28(2): the identifier of the body competent to resolve.
        ("H47.100-251001-0001", "H47.100", date(2025, 10, 1), []),
        ("H47.100-251001-0001", "H47.200", date(2025, 10, 1), ["code-of-other-body"]),
        ("H47.100-251001-0001", None, date(2025, 10, 1), []),
        # The desk below the body is another unit; the old rule said nothing of who resolves.
        ("H47.100.2-251001-0001", "H47.100", date(2025, 10, 1), ["code-of-other-body"]),
        ("000.00.19.H47-220921-0099", "000.00.20.H47", date(2022, 9, 21), []),
        ("H47.100-251001-0001", "nobody", date(2025, 10, 1), ["code-unreadable"]),
    ],
)
def test_r10_knows_whose_code_it_must_be(
    code: str, authority: str | None, day: date, expected: list[str]
) -> None:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=VIETNAM_TIME)
    events = (Event(EventKind.SUBMITTED, at), Event(EventKind.RECEIVED, at))
    one = Dossier(code, authority=authority, events=events)
    found = check(one, as_of=day, rules=[rule("R10")])
    about = [
        each.reason for each in found if each.reason in {"code-of-other-body", "code-unreadable"}
    ]
    assert about == expected
    # A linked group carries the identifier of a desk or of the National Portal.
    linked = evolve(one, linked=("other",))
    other = [each.reason for each in check(linked, as_of=day, rules=[rule("R10")])]
    assert "code-of-other-body" not in other
