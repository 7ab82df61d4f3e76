"""The command `code`."""

import json

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.cli import evnpubsvc
from evnpubsvc.strategies import dossier_codes, near_miss_codes, unit_codes
from evnpubsvc.strategies._codes import field_codes, procedure_codes, result_codes, service_codes


def _run(*args: str) -> Result:
    return CliRunner().invoke(evnpubsvc, ["code", *args])


def test_it_says_what_it_is_and_takes_it_apart() -> None:
    result = _run("000.00.19.H47-260105-0001")
    assert result.exit_code == 0
    lines = [line.split("  ") for line in result.stdout.splitlines()]
    facts = {line[0].strip(): line[-1].strip() for line in lines}
    assert facts["dossier code"] == "000.00.19.H47-260105-0001"
    assert facts["unit"] == "000.00.19.H47"
    assert facts["received on"] == "2026-01-05"
    assert "issuer-other-day" in result.stderr


def test_both_readings_of_the_nationwide_form_are_reported() -> None:
    result = _run("G22.99.08-260921-896048", "--lang", "vi")
    assert result.exit_code == 0
    assert "Văn phòng Chính phủ" in result.stdout
    assert "Thông tư số 03/2025/TT-VPCP" in result.stdout
    assert "mã hồ sơ của hệ thống dùng chung toàn quốc" in result.stdout
    assert "hai cách đọc" in result.stderr


def test_json_has_parts_and_findings() -> None:
    document = json.loads(
        _run("2.000815.000.00.00.H47.02", "--on", "2026-01-05", "--format", "json").stdout
    )
    (facts,) = document["readings"]
    assert facts["kind"] == "service"
    assert facts["parts"] == {
        "procedure": "2.000815.000.00.00.H47",
        "national": "2.000815",
        "top": "H47",
        "case": "02",
    }
    assert [f["reason"] for f in facts["findings"]] == ["issuer-other-day"]


@pytest.mark.parametrize(
    "text",
    [
        "G22.99.3-241219795252",
        "HS-2024-0047",
        "",
        "Н29.1",
        "9" * 100_000,
        "H29\u202e",
        "H29\udcff",  # bytes that are no UTF-8, as a system hands them over
    ],
)
def test_what_is_no_code_ends_with_one_and_nothing_on_standard_output(text: str) -> None:
    result = _run("--", text)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error: " in result.stderr
    assert result.stderr.replace("\n", "").isprintable()
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("text", ["H29\ud800", "H29\x00"])
def test_what_no_system_can_hand_over_is_a_wrong_call(text: str) -> None:
    result = _run("--", text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.replace("\n", "").isprintable()


def test_a_wrong_call_ends_with_two() -> None:
    assert _run("H29", "--on", "30/02/2022").exit_code == 2
    assert _run().exit_code == 2


@given(
    dossier_codes()
    | procedure_codes()
    | service_codes()
    | unit_codes()
    | result_codes()
    | field_codes(),
    st.sampled_from(["en", "vi"]),
    st.sampled_from([[], ["--on", "2025-07-01"]]),
)
def test_every_code_is_shown_in_both_languages_and_in_json(
    code: object, lang: str, on: list[str]
) -> None:
    shown = _run(str(code), "--lang", lang, *on)
    assert shown.exit_code == 0
    assert str(code) in shown.stdout
    assert "code-part" not in shown.stdout
    document = json.loads(_run(str(code), "--format", "json", "--lang", lang, *on).stdout)
    (facts,) = document["readings"]
    assert facts["code"] == str(code)


@given(near_miss_codes())
def test_near_misses_end_with_one(text: str) -> None:
    result = _run("--", text)
    assert (result.exit_code, result.stdout) == (1, "")
