"""Every command speaks Vietnamese.

Help, results, findings and wrong calls, and nothing else beside.
"""

import re
import unicodedata
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner

from evnpubsvc._tables import packaged_table
from evnpubsvc.cli import evnpubsvc
from evnpubsvc.cli._language import call_language, environment_language
from tests.cli.vietnamese_calls import CALLS, HELP, lay_files, outputs
from tests.cli.vietnamese_page import page
from tests.texts.wording import faults


def _names(call: tuple[str, ...]) -> list[str]:
    """Words of the call itself: what was typed comes back as it is."""
    return [
        *call,
        *(part for word in call for part in word.replace("=", " ").replace(".", " ").split()),
    ]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the calls print, in Vietnamese."""
    folder = tmp_path_factory.mktemp("calls")
    lay_files(folder)
    return list(outputs(folder, tuple(call for _, call in CALLS)))


def test_what_commands_print_is_vietnamese(printed: list[str]) -> None:
    found = [
        (" ".join(call), fault, line)
        for (_, call), text in zip(CALLS, printed, strict=True)
        for line in text.splitlines()
        for fault in faults(line, "vi", names=[*_names(call), *_DATA])
        if not line.startswith(_PYTHON)
    ]
    assert found == []


# A column of a file, and numbers of criteria that notes refer to.
_DATA = ("dossiers_received", "như 2.1", "Như 5.2")
_PYTHON = ("    from evnpubsvc", "    scheme = ", "    standings = ")  # the last lines of the demo


@pytest.mark.parametrize(
    "call",
    [
        ("score", "nui-thanh-2022.toml", "nui-thanh-2022.csv", "--columns",
            "nui-thanh-2022-columns.toml"),
        ("tally", "so.csv", "--columns", "cot.toml", "--by", "field,channel", "--as-of",
            "14/12/2022"),
        ("report", "ii-06a", "so.csv", "--columns", "cot.toml", "--period", "statutory-2022-12",
            "--rows", "channel"),
    ],
    ids=lambda call: call[0],
)  # fmt: skip
def test_workbooks_are_vietnamese_and_csv_is_for_machines(
    tmp_path: Path, call: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    assert (
        run(evnpubsvc, [*call, "--lang", "vi", "--output", "a.xlsx", "--format", "xlsx"]).exit_code
        == 0
    )
    cells = [
        str(cell)
        for sheet in openpyxl.load_workbook(tmp_path / "a.xlsx")
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, str)
    ]
    assert [(cell, fault) for cell in cells for fault in faults(cell, "vi")] == []
    # Keys of a CSV file do not depend on who reads it.
    csv_of = {
        lang: run(evnpubsvc, [*call, "--lang", lang, "--format", "csv"]).stdout
        for lang in ("vi", "en")
    }
    assert csv_of["vi"] == csv_of["en"]


# Names of columns and places in the sources of a preset, and the letter of a point.
_ENGLISH_DATA = (
    "tiến độ giải quyết", "thanh toán", "hài lòng", "Phú Thọ", "đ", "nếu không có thì", "miễn phí",
)  # fmt: skip


def test_what_commands_print_in_english_is_english(tmp_path: Path) -> None:
    """The mirror: no Vietnamese but what stands in the input, and what the packaged catalogue
    quotes.
    """
    lay_files(tmp_path)
    given = " ".join(path.read_text("utf-8") for path in tmp_path.iterdir())
    words = set(re.findall(r"\w+", unicodedata.normalize("NFC", given)))
    calls = tuple(call for _, call in CALLS if call[0] not in {"procedure", "demo"})
    found = [
        (" ".join(call), fault, line)
        for call, text in zip(calls, outputs(tmp_path, calls, "en"), strict=True)
        for line in text.splitlines()
        for fault in faults(
            line, "en", names=[*words, *re.findall(r"\w+", " ".join(call)), *_ENGLISH_DATA]
        )
    ]
    assert found == []


def test_help_is_vietnamese(tmp_path: Path) -> None:
    # Names of values that are typed stand between brackets in help, and in examples.
    found = [
        (" ".join(call), fault, line)
        for call, text in zip(HELP, outputs(tmp_path, HELP), strict=True)
        for line in text.splitlines()
        for fault in faults(line, "vi", names=[*_names(call), *_typed()])
    ]
    assert found == []


def _typed() -> list[str]:
    """Values and names of commands that are typed as they are in both languages."""
    words: list[str] = []
    for name in packaged_table("cli/vietnamese.toml"):
        command = evnpubsvc.load(name)
        if command is None:
            continue
        words += [name]
        for param in command.params:
            words += [*param.opts, *param.secondary_opts, param.name or ""]
            if isinstance(param.type, click.Choice):
                words += [str(choice) for choice in param.type.choices]
            if isinstance(param, click.Option):
                words += str(param.default).split()
    parts = [part for word in words for part in word.replace("-", " ").replace("_", " ").split()]
    return [
        *words, *parts, "auto", "frames", "linked-birth-2024", "birth-2024.",
        "civil-status-verification", "extra", "EVNPUBSVC_LANG",
        "statutory-2022-Q4", "calendar-2022-12", "statutory-2022", "statutory", "calendar", "full",
        "zero", "excluded", "status-verification", "verification", "civil-status", "not_started",
        "restart", "resume", "exclude", "linked", "civil", "2022-12", "ndjson", "MB", "map", "toml",
    ]  # fmt: skip


def test_every_command_and_option_has_its_vietnamese_help() -> None:
    table = packaged_table("cli/vietnamese.toml")
    missing, surplus = [], []
    for name in evnpubsvc.list_commands(click.Context(evnpubsvc)):
        command = evnpubsvc.load(name)
        words = table.get(name, {})
        assert command is not None
        missing += [(name, word) for word in ("help", "short") if word not in words]
        known = {"help", "short"}
        for param in command.params:
            if isinstance(param, click.Option):
                option = param.opts[0]
                known |= {option, f"{option} metavar"}
                if param.help and option not in words and option not in table["shared"]:
                    missing.append((name, option))
            else:
                known.add(f"{param.name} metavar")
                if f"{param.name} metavar" not in words:
                    missing.append((name, param.name or ""))
        surplus += [(name, word) for word in words if word not in known]
    assert (missing, surplus) == ([], [])
    assert set(table) - {"evnpubsvc", "shared", "metavars"} == set(
        evnpubsvc.list_commands(click.Context(evnpubsvc))
    )


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "vi_VN.UTF-8", "EVNPUBSVC_LANG": "en"}, "en"),
        ({"LANG": "C.UTF-8", "EVNPUBSVC_LANG": "vi"}, "vi"),
        ({"LC_ALL": "C", "LANG": "vi_VN"}, "en"),
        ({"EVNPUBSVC_LANG": "", "LANG": "vi"}, "vi"),
        ({"EVNPUBSVC_LANG": "fr"}, "en"),
    ],
)
def test_the_environment_chooses_the_language(environment: dict[str, str], lang: str) -> None:
    assert environment_language(environment) == lang


def test_the_option_wins_wherever_it_stands() -> None:
    assert call_language(["due", "x", "--lang", "vi"], {}) == "vi"
    assert call_language(["--lang=vi", "--help"], {}) == "vi"
    assert call_language(["due", "--lang"], {"LANG": "vi"}) == "vi"
    assert call_language(["due", "--lang", "fr"], {}) == "en"
    english = CliRunner().invoke(evnpubsvc, ["due", "--help"]).output
    assert "Usage:" in english
    assert "Cách dùng:" in CliRunner().invoke(evnpubsvc, ["due", "--help", "--lang", "vi"]).output
    # A call in one language leaves nothing behind for the next.
    assert CliRunner().invoke(evnpubsvc, ["due", "--help"]).output == english


def test_the_page_of_outputs_shows_what_the_commands_print(printed: list[str]) -> None:
    shown = (Path(__file__).parents[2] / "docs/reference/vietnamese-outputs.md").read_text("utf-8")
    assert shown == page(printed), "run: python -m tests.cli.vietnamese_page > docs/reference/…"
