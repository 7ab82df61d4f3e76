"""What is written says its format and type, or is rows: `docs/reference/documents.md` lists it."""

import json
from io import BytesIO
from pathlib import Path

import click
import pytest

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.dossiers import Dossier
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.serde import read_dossiers, read_snapshot, to_json, write_dossiers
from tests.cli.vietnamese_calls import lay_files, outputs

_TESTS = Path(__file__).parents[1]
_PAGE = (_TESTS.parent / "docs" / "reference" / "documents.md").read_text("utf-8")
_COMMUNES = ("--figures", "nui-thanh-2022.csv", "--columns", "nui-thanh-2022-columns.toml")
_SCORE = ("nui-thanh-2022.toml", "nui-thanh-2022.csv", "--columns", "nui-thanh-2022-columns.toml")
_EXPLAIN = ("explain", "20971", "--scheme", "nui-thanh-2022.toml", *_COMMUNES)
_FOUR_FIGURES = """unit,dossiers_level_4,dossiers,procedures_level_4_used,procedures_level_4
A,80,100,12,20
B,90,100,10,20
"""
# The type of each document, and a call that writes one.
_CALLS = {
    "Deadline": ("due", "28/04/2022", "15 ngày làm việc", "--no-trace"),
    "ConformanceReport": ("conformance", "run", "--family", "ranks", "true"),  # it answers nothing
    "PlanReport": ("plan", "ke-hoach.toml", "--as-of", "31/12/2022"),
    "Procedure": ("procedure", "1.001193", "--on", "01/06/2022"),
    "Report": (
        *("report", "commune", "so-2026.csv", "--columns", "cot-2026.toml", "--allow-rejects"),
        *("--period", "statutory-2026-09", "--filed-by", "X"),
    ),
    "audit": ("audit", "nui-thanh-2022.toml"),
    "check": ("check", "ho-so.jsonl", "--as-of", "28/02/2023"),
    "code": ("code", "000.00.53.H48-220921-0099"),
    "comparison": (*_EXPLAIN, "--versus", "S1"),
    "days-off": ("calendar", "2024"),
    "explanation": _EXPLAIN,
    "gap": ("gap", "chau-thanh-2021", "chau-thanh.csv", "--unit", "A", "--points", "50"),
    "law": ("law", "onestop"),
    "movement": (*_EXPLAIN, "--since", "old.json"),
    "stability": ("stability", *_SCORE),
    "standings": ("score", *_SCORE),
    "tally": ("tally", "so.csv", "--columns", "cot.toml", "--as-of", "14/12/2022"),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the document of every call, by its type."""
    folder = tmp_path_factory.mktemp("documents")
    lay_files(folder)
    (folder / "chau-thanh.csv").write_text(_FOUR_FIGURES, "utf-8")
    list(outputs(folder, (("score", *_SCORE, "-o", "old.json"),)))
    calls = tuple((*call, "--format", "json", "-o", "x.json") for call in _CALLS.values())
    printing = {"due", "code", "calendar", "law", "procedure"}
    found: dict[str, str] = {}
    for name, call in zip(_CALLS, calls, strict=True):
        if call[0] in printing:
            (printed,) = outputs(folder, (call[:-2],))
            found[name] = printed[printed.index("{") :]
        else:
            list(outputs(folder, (call,)))
            found[name] = (folder / "x.json").read_text("utf-8")
            (folder / "x.json").unlink()
    return found


def test_every_command_that_writes_json_is_among_the_calls() -> None:
    context = click.Context(evnpubsvc)
    writing: set[str] = set()
    for name in evnpubsvc.list_commands(context):
        command = evnpubsvc.get_command(context, name)
        assert command is not None
        choices = [
            each.type.choices for each in command.params if isinstance(each.type, click.Choice)
        ]
        if any("json" in each for each in choices):
            writing.add(name)
    assert writing == {call[0] for call in _CALLS.values()}


@pytest.mark.parametrize("kind", _CALLS)
def test_a_document_begins_with_format_and_type(kind: str, written: dict[str, str]) -> None:
    document = json.loads(written[kind])
    assert list(document)[:2] == ["format", "type"]
    assert (document["format"], document["type"]) == (1, kind)
    assert f"`{kind}`" in _PAGE


def test_standings_of_another_format_are_refused_with_the_reason(written: dict[str, str]) -> None:
    document = json.loads(written["standings"])
    assert read_snapshot(BytesIO(json.dumps(document).encode())).units
    without = {key: each for key, each in document.items() if key != "format"}
    for changed, reason in (
        (document | {"format": 2}, "format-unknown"),
        (document | {"format": True}, "format-unknown"),
        (document | {"type": "standings-by-month"}, "type-other"),
        (without, "format-missing"),
    ):
        with pytest.raises(DataError) as caught:
            read_snapshot(BytesIO(json.dumps(changed).encode()))
        assert [each.reason for each in caught.value.findings] == [reason]


def test_a_line_is_a_row_and_a_document_in_its_place_a_finding() -> None:
    stream = BytesIO()
    write_dossiers([Dossier("case-1")], stream)
    assert "format" not in json.loads(stream.getvalue())
    document = to_json(Dossier("case-1")).encode() + b"\n"
    for line in (document, stream.getvalue().replace(b"{", b'{"format": 2, ', 1)):
        found = list(read_dossiers(BytesIO(line)))
        reasons = [each.reason for each in found if isinstance(each, Finding)]
        assert "key-unknown" in reasons
        assert len(reasons) == len(found)


def test_the_page_lists_every_writer() -> None:
    names = (_TESTS / "public_names.txt").read_text("utf-8").split()
    writers = {name.rpartition(".")[2] for name in names if ".write_" in name} - {"write_text"}
    assert {each for each in writers if f"`{each}`" not in _PAGE} == set()
