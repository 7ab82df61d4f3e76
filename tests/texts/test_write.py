"""Values inside sentences, each language in its own way."""

import math
import string
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.dossiers import EventKind
from evnpubsvc.errors import MisuseError
from evnpubsvc.quantities import NumberStyle, parse_number
from evnpubsvc.strategies._foundation import parts
from evnpubsvc.texts import LANGUAGES, Language, Text, guard_text, unguard_text, write
from evnpubsvc.texts.parts import render


@pytest.mark.parametrize(
    ("value", "en", "vi"),
    [
        # As the decree on clerical work (30/2020/NĐ-CP) has it: days below 10 and the months 1 and
        # 2 take a zero.
        (date(2025, 7, 1), "2025-07-01", "01/7/2025"),
        (date(2025, 6, 30), "2025-06-30", "30/6/2025"),
        (date(2023, 2, 8), "2023-02-08", "08/02/2023"),
        (date(2022, 12, 14), "2022-12-14", "14/12/2022"),
        (date(45, 1, 1), "0045-01-01", "01/01/0045"),
        (datetime(2023, 2, 8, 9, 0), "2023-02-08 09:00:00", "09:00 ngày 08/02/2023"),
        # The clock of Viet Nam, whatever zone the moment was written in.
        (
            datetime(2023, 2, 8, 2, 0, tzinfo=UTC),
            "2023-02-08 02:00:00+00:00",
            "09:00 ngày 08/02/2023",
        ),
        (
            datetime(2023, 2, 8, 18, 30, 5, tzinfo=ZoneInfo("UTC")),
            "2023-02-08 18:30:05+00:00",
            "01:30:05 ngày 09/02/2023",
        ),
        (time(15, 30), "15:30", "15:30"),
        (time(15, 30, 0, 500_000), "15:30:00.5", "15:30:00,5"),
        (7049, "7,049", "7.049"),
        (-1_234_567, "-1,234,567", "-1.234.567"),
        (999, "999", "999"),
        (Fraction(8862, 100), "88.62", "88,62"),
        (Fraction(3, 2), "1.5", "1,5"),
        (Fraction(1, 3), "1/3", "1/3"),
        (Decimal("1234.50"), "1,234.50", "1.234,50"),
        (1.5, "1.5", "1,5"),
        (True, "true", "có"),
        (None, "None", "(trống)"),
        ((), "none", "không có"),
        (("a", 1000, date(2025, 7, 1)), "a, 1,000, 2025-07-01", "a, 1.000, 01/7/2025"),
        (Text(vi="hồ sơ", en="dossiers"), "dossiers", "hồ sơ"),
        (EventKind.SUBMITTED, EventKind.SUBMITTED.text.en, EventKind.SUBMITTED.text.vi),
        ("\u202eab\n", "\\u202eab\\n", "\\u202eab\\n"),
        (int, "int", "int"),
    ],
)
def test_each_type_is_written_in_each_language(value: object, en: str, vi: str) -> None:
    assert (write(value, "en"), write(value, "vi")) == (en, vi)


def test_another_language_is_refused_for_every_value() -> None:
    lang: Any = "fr"
    for value in (1, date(2026, 11, 27), "x", None, EventKind.NOTE, ()):
        with pytest.raises(MisuseError, match="language-unknown"):
            write(value, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_number_without_end_is_described(lang: Language) -> None:
    assert write(10**50_000, lang).count("0") < 10
    assert write(Fraction(1, 3 * 10**50_000), lang)
    assert write(math.inf, lang) == "Infinity"


@given(st.builds(Fraction, st.integers(), st.sampled_from([1, 2, 5, 10, 20, 1000])))
def test_a_written_number_is_read_back_by_its_style(number: Fraction) -> None:
    assert parse_number(write(number, "vi"), NumberStyle.VIETNAMESE) == number
    assert parse_number(write(number, "en"), NumberStyle.ENGLISH) == number


@given(st.dates(), st.dates())
def test_two_days_are_never_written_alike(one: date, other: date) -> None:
    for lang in LANGUAGES:
        assert (write(one, lang) == write(other, lang)) == (one == other)


@given(st.datetimes(timezones=st.sampled_from([None, timezone(timedelta(hours=-11))])))
def test_every_moment_can_be_written(moment: datetime) -> None:
    assert " ngày " in write(moment, "vi")


@given(parts())
def test_every_part_is_written_printably_and_without_placeholders(part: object) -> None:
    for lang in LANGUAGES:
        assert (
            write(part, lang).replace("\n", "").isprintable()
        )  # notes for people have several lines


def test_a_placeholder_says_how_it_is_written() -> None:
    assert render("excerpt", "vi", {"head": "x", "length": 2022}) == "x… (2.022 ký tự)"
    assert "{" not in render("excerpt", "vi", {})


def test_placeholders_say_nothing_that_is_not_understood() -> None:
    from evnpubsvc.texts.parts import catalogue

    forms = {
        form
        for entry in catalogue().values()
        for text in entry.values()
        for _, name, form, _ in string.Formatter().parse(text)
        if name is not None
    }
    assert {form for form in forms if form and not form.startswith("?")} <= {
        "",
        "s",
        "plain",
        "roman",
    }


def test_what_is_empty_is_left_out_with_the_words_before_it() -> None:
    parts = {"prize": "Giải nhất", "places": 2}
    assert (
        render("campaign-vacant", "vi", {**parts, "stratum": ""}) == "Giải nhất: còn trống 2 giải"
    )
    assert (
        render("campaign-vacant", "vi", {**parts, "stratum": "Cụm 1"})
        == "Giải nhất, Cụm 1: còn trống 2 giải"
    )


def test_the_words_before_a_day_and_before_a_moment_go_with_it() -> None:
    day, moment = date(2022, 12, 15), datetime(2022, 12, 15, 9)
    parts = {"source": "…", "first": day}
    assert "lúc 09:00 ngày 15/12/2022; lần đầu ngày 15/12/2022" in render(
        "second-apology", "vi", {**parts, "value": moment}
    )
    for key in ("history-order-open", "supplement-unanswered"):
        assert "ngày 09:00" not in render(key, "vi", {"value": moment, "due": moment})
    assert "on 2022-12-15" in render("transfer-late", "en", {"value": day})


@given(st.text(alphabet="=+-@';,|\t\r\n a"))
def test_every_text_comes_back_from_a_cell(text: str) -> None:
    assert unguard_text(guard_text(text)) == text
