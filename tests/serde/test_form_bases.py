"""Forms built on forms: a user's TOML names a packaged one and says only what differs."""

import io
from pathlib import Path

import pytest

from evnpubsvc.errors import DataError
from evnpubsvc.law import Validity
from evnpubsvc.reports import Form
from evnpubsvc.serde import read_form, report_form

HEAD = """
base = "btp-07a"
key = "ours"
title = { vi = "Biểu của xã", en = "Form of the commune" }
"""


def read(text: str, head: str = HEAD) -> Form:
    return read_form(io.BytesIO((head + text).encode()))


def refused(text: str, head: str = HEAD) -> list[tuple[str, str]]:
    with pytest.raises(DataError) as caught:
        read(text, head)
    return [(each.reason, each.path) for each in caught.value.findings]


def test_a_form_takes_over_the_columns_but_not_the_authority_of_its_base() -> None:
    ours, packaged = read(""), report_form("btp-07a")
    assert ours.columns == packaged.columns
    assert ours.identities == packaged.identities
    assert ours.notes == packaged.notes
    # A form of one's own is not the circular's: no source, no days, nobody who must file it.
    assert (ours.sources, ours.validity, ours.senders) == ((), Validity(), ())
    assert packaged.sources  # as it was


def test_columns_are_changed_added_and_left_out() -> None:
    ours = read("""
without_columns = ["pending-overdue", "pending-in-time"]
identities = [{ total = "handled", parts = ["early", "on-time", "late"] }]
[validity]
since = 2027-01-01
[[changes]]
column = "late"
title = { vi = "Trễ hạn", en = "Overdue when handled" }
[[columns]]
key = "proactive"
title = { vi = "Chủ động", en = "Proactive" }
[[notes]]
vi = "Của xã."
en = "Of the commune."
""")
    keys = [column.key for column in ours.columns]
    assert keys[-2:] == ["pending", "proactive"]
    assert len(keys) == len(report_form("btp-07a").columns) - 1
    assert ours["late"].title.en == "Overdue when handled"
    assert ours["late"].measure == report_form("btp-07a")["late"].measure
    assert ours.notes[-1].en == "Of the commune."
    assert ours.validity.since is not None


def test_what_builds_on_the_same_columns_is_one_form() -> None:
    """Forms 07a, 07b and 07c of the circular have the same columns, so the files say them once."""
    first, *others = (report_form(f"btp-07{letter}") for letter in "abc")
    for other in others:
        assert other.columns == first.columns
        assert other.sources != first.sources
        assert other.rows != first.rows


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[[changes]]\ncolumn = "x"\n', ("form-column-unknown", "$.changes[0].column")),
        ('[[changes]]\ncolumn = "late"\ntitel = 1\n', ("key-unknown", "$.changes[0].titel")),
        ('[[changes]]\ngroup = "x"\n', ("change-without-target", "$.changes[0]")),
        ("columns = 4\n", ("value-of-wrong-type", "$.columns")),
        ('without_columns = ["x"]\n', ("form-column-unknown", "$.without_columns[0]")),
        ('without_columns = ["late"]\n', ("form-column-unknown", "$.identities[1]")),
        ('[[columns]]\nkey = "late"\ntitle = { vi = "x", en = "x" }\n',
            ("form-column-twice", "$.columns[13].key")),
    ],
)  # fmt: skip
def test_what_cannot_be_is_found(text: str, found: tuple[str, str]) -> None:
    assert found in refused(text)


def test_a_base_that_cannot_be(tmp_path: Path) -> None:
    assert ("form-unknown", "$.base") in refused("", HEAD.replace("btp-07a", "btp-07z"))
    assert refused("", 'base = 4\nkey = "x"\n') == [("value-of-wrong-type", "$.base")]
    assert ("key-missing", "$.key") in refused("", 'base = "btp-07a"\n')
    # Files in a circle, and a base that is a file.
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.write_text(HEAD.replace("btp-07a", "other.toml"), encoding="utf-8")
    other.write_text(HEAD, encoding="utf-8")
    assert read_form(one).columns == report_form("btp-07a").columns
    other.write_text(HEAD.replace("btp-07a", "one.toml"), encoding="utf-8")
    with pytest.raises(DataError, match="base-circular"):
        read_form(one)
