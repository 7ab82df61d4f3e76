"""One word for one thing: what registers, rates, forms and the generator write."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import DataError
from evnpubsvc.periods import Period
from evnpubsvc.quantities import Unknown
from evnpubsvc.reports import check, fill
from evnpubsvc.serde import read_register, read_register_columns, report_form
from evnpubsvc.services import Channel, check_word, read_channel, words
from evnpubsvc.statistics import RegisterRow, measures, measures_of, rate, tally
from evnpubsvc.synthetic import SyntheticRegister
from tests.writable import written_texts

# The words of the library before there was one vocabulary, and what people write.
OLD_WORDS = [
    ("channel", "desk", "in-person"), ("channel", "online-full", "online"),
    ("channel", "online-part", "online"),
    ("channel", "Trực tuyến", "online"), ("channel", "BƯU CHÍNH", "post"),
    ("channel", "in_person", "in-person"),
    ("level", "2011-3", "online-3"), ("level", "2011-4", "online-4"),
    ("level", "end-to-end", "full"),
    ("level", "information", "information-only"), ("level", "Mức độ 4", "online-4"),
    ("level", "toàn trình", "full"),
    ("proactive", "proactive 2", "proactive-2"), ("assistance", "self service", "self-service"),
]  # fmt: skip


@pytest.mark.parametrize(("dimension", "old", "new"), OLD_WORDS)
def test_an_old_word_of_a_mapping_is_reported_with_the_nearest_new_one(
    dimension: str, old: str, new: str
) -> None:
    assert new in words(dimension)
    mapping = (
        f'[dimensions]\n{dimension} = "x"\n[values.{dimension}]\n"1" = "{old}"\n"2" = "{new}"\n'
    )
    with pytest.raises(DataError) as caught:
        read_register_columns(io.BytesIO(mapping.encode()))
    [found] = caught.value.findings
    assert (found.reason, dict(found.parts)["nearest"]) == ("word-unknown", new)
    assert dimension in found.path


def test_all_wrong_words_are_reported_at_once_and_other_dimensions_are_free() -> None:
    mapping = (
        b'[values.channel]\na = "desk"\nb = "fax"\n[values.level]\nc = "3"\n'
        b'[values.kiosk]\nd = "desk"\n'
    )
    with pytest.raises(DataError) as caught:
        read_register_columns(io.BytesIO(mapping))
    assert [found.value for found in caught.value.findings] == ["desk", "fax", "3"]


@given(st.sampled_from(["channel", "level", "proactive", "assistance", "kiosk"]), written_texts())
def test_every_text_is_a_word_or_has_a_nearest_one(dimension: str, text: str) -> None:
    for found in check_word(dimension, text):
        assert dict(found.parts)["nearest"] in words(dimension)
        assert text not in words(dimension)


@given(st.text(max_size=300))
def test_any_wording_of_a_channel_is_read_without_an_error(text: str) -> None:
    assert read_channel(text) in {None, *Channel}


def test_measures_ask_for_words_that_exist() -> None:
    for name, measure in measures().items():
        selection = measure.selection
        for each in () if selection is None else selection.where:
            assert set(each.values) <= set(words(each.dimension)), name


def test_a_word_of_its_own_leaves_a_rate_unknown_instead_of_zero() -> None:
    day = date(2022, 12, 1)
    rows = [RegisterRow(day, dimensions={"channel": each}) for each in ("Trực tuyến", "Trực tiếp")]
    counted = tally(rows, by=["channel"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    found = rate("online-share", measures_of(counted))
    assert isinstance(found, Unknown)
    assert measures_of(counted)["received-online"] == Unknown(
        "value-no-word", "received-online: channel"
    )


def test_a_synthetic_register_fills_the_form() -> None:
    register = SyntheticRegister(rows=3_000, seed=5)
    rows = read_register(io.BytesIO(b"".join(register.csv())), register.columns)
    quarter = Period(date(2025, 3, 15), date(2025, 6, 14))
    ii_06a = report_form("ii-06a")
    counted = tally(
        rows, by=[*ii_06a.dimensions(), "level"], period=quarter, compare=Precision.DATE
    )
    report = fill(ii_06a, counted)
    assert check(report) == ()
    assert {note.reason for note in report.notes} <= {"report-linked"}
    given_ = measures_of(counted)
    for name in ("online-share", "online-share-end-to-end", "online-share-partial"):
        assert not isinstance(rate(name, given_), Unknown)


def test_a_form_filled_in_foreign_words_names_them() -> None:
    day = date(2022, 12, 1)
    rows = [RegisterRow(day, dimensions={"channel": "desk", "field": "a"})] * 3
    ii_06a = report_form("ii-06a")
    counted = tally(
        rows,
        by=ii_06a.dimensions(),
        period=Period(day, date(2022, 12, 14)),
        compare=Precision.DATE,
    )
    notes = [note for note in fill(ii_06a, counted).notes if note.reason == "word-unknown"]
    assert [(note.value, dict(note.parts)["nearest"]) for note in notes] == [("desk", "in-person")]
