"""Citations in both languages, from article, clause and point."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.catalogue import seed_catalogue
from evnpubsvc.codes import issuers
from evnpubsvc.dossiers import rules
from evnpubsvc.errors import MisuseError
from evnpubsvc.law import Citation, Confidence, Provision, regimes
from evnpubsvc.law.engine import topics
from evnpubsvc.law.parts import cited
from evnpubsvc.texts import LANGUAGES, Text
from evnpubsvc.worktime import vietnam_calendar


@pytest.mark.parametrize(
    ("article", "vi", "en"),
    [
        ("17", "Điều 17", "art. 17"),
        ("19(5)", "khoản 5 Điều 19", "art. 19(5)"),
        ("17(2)(c)", "điểm c khoản 2 Điều 17", "art. 17(2)(c)"),
        ("112(1)(đ)", "điểm đ khoản 1 Điều 112", "art. 112(1)(đ)"),
        ("4a", "Điều 4a", "art. 4a"),
        ("145-148", "Điều 145 đến Điều 148", "arts. 145–148"),
        ("148(1)-(4)", "khoản 1 đến khoản 4 Điều 148", "art. 148(1)–(4)"),
        ("17(2)(a)-(c)", "điểm a đến điểm c khoản 2 Điều 17", "art. 17(2)(a)–(c)"),
        ("15(3), 17(1)(a)", "khoản 3 Điều 15, điểm a khoản 1 Điều 17", "arts. 15(3), 17(1)(a)"),
        ("112(1), 112(3)", "khoản 1 Điều 112, khoản 3 Điều 112", "art. 112(1), 112(3)"),
    ],
)
def test_articles_are_written_the_way_each_language_writes_them(
    article: str, vi: str, en: str
) -> None:
    """By hand, after the way decrees cite: point, clause, article; and art. n(n)(x) in English."""
    found = Citation("NĐ 118/2025/NĐ-CP", article)
    assert found.text.vi == f"{vi} Nghị định số 118/2025/NĐ-CP"
    assert found.text.en == f"Decree 118/2025/NĐ-CP, {en}"
    assert ", ".join(map(str, found.provisions)) == article


@pytest.mark.parametrize(
    "article",
    [
        "art. 17",
        "Điều 17",
        "17(c)",
        "17(2)(3)",
        "17 (2)",
        "17(2)(c",
        "17,18",
        "17, ",
        "148(1)-4",
        "145-(148)",
        "17(2)(a)-(5)",
        "17(2)-(c)",
        "0x1",
        "17;",
        "١٧",
        " 17",
        "17\n",
        "9" * 400,
    ],
)
def test_another_way_of_writing_is_refused(article: str) -> None:
    """A word of one language in it would come out in the other; so only numbers and letters."""
    with pytest.raises(MisuseError) as caught:
        Citation("NĐ 118/2025/NĐ-CP", article)
    assert caught.value.reason == "citation-article"


@given(st.from_type(Provision))
def test_a_provision_reads_back(place: Provision) -> None:
    """`parse` reads what `str` writes."""
    assert Provision.parse(str(place)) == place


@given(st.text("0123456789abđ()-", max_size=12))
def test_what_is_read_is_written_the_same(text: str) -> None:
    """There is one way to write a place."""
    try:
        place = Provision.parse(text)
    except MisuseError:
        return
    assert str(place) == text


def test_a_date_a_place_and_a_name_of_its_own() -> None:
    """Numbers of letters repeat every year, forms have no articles, and some sources no number."""
    letter = Citation("CV 10065/VPCP-KGVX", issued=date(2026, 10, 2))
    assert letter.text.vi == "Công văn số 10065/VPCP-KGVX ngày 02/10/2026"
    assert str(letter) == "Official letter 10065/VPCP-KGVX of 2026-10-02"
    form = Citation("TT 01/2020/TT-VPCP", place=Text(vi="Biểu II.06a", en="form II.06a"))
    assert form.text.vi == "Biểu II.06a, Thông tư số 01/2020/TT-VPCP"
    assert str(form) == "Circular 01/2020/TT-VPCP, form II.06a"
    own = Citation("notice-7", name=Text(vi="thông báo của cơ quan", en="notice of the office"))
    assert (own.text.vi, str(own)) == ("thông báo của cơ quan", "notice of the office")
    assert Citation("thông báo số 7").text.vi == "thông báo số 7"


def test_how_a_fact_is_known_is_said_in_both_languages() -> None:
    """Seven grades, best first; that sources disagree stands beside the grade."""
    assert [grade.value for grade in Confidence] == [
        "signed-text",
        "read-copy",
        "several-sources",
        "one-source",
        "derived",
        "memory",
        "assumed",
    ]
    both = Citation("QĐ 1/QĐ-UBND", "", Confidence.ONE_SOURCE, disputed=True).certainty
    assert both == Text(
        vi="một nguồn thứ cấp; các nguồn khác nhau",
        en="one secondary source; sources disagree",
    )
    assert Citation("QĐ 1/QĐ-UBND").certainty.en == "not said how it is known"


def test_a_row_of_data_must_say_how_it_is_known() -> None:
    """A row without a grade once counted as confirmed."""
    with pytest.raises(MisuseError):
        cited({"instrument": "NĐ 118/2025/NĐ-CP"})
    with pytest.raises(ValueError, match="confirmed"):
        cited({"instrument": "NĐ 118/2025/NĐ-CP", "confidence": "confirmed"})


def test_no_packaged_citation_has_english_in_vietnamese() -> None:
    """Every source has a Vietnamese name, and no article is written as "art." there."""
    found = [
        *(basis for topic in topics() for each in regimes(topic) for basis in each.value.basis),
        *(ground.citation for rule in rules() for ground in rule.grounds),
        *(issuer.citation for issuer in issuers()),
        *(row.source for row in vietnam_calendar().days),
        *(row.source for row in seed_catalogue().procedures if row.source),
    ]
    english = ("art.", "arts.", " of ", "the ", "list", "practice", "memory", "decree")
    for citation in found:
        assert not any(word in citation.text.vi for word in english), citation.text.vi
        assert all(citation.get(lang) for lang in LANGUAGES)
        assert citation.confidence is not None
