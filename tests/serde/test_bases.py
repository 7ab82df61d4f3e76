"""Sheets built on sheets: a user's TOML may name a base and say only what differs."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.quantities import ZeroPolicy
from evnpubsvc.serde import lint_scheme, preset, read_scheme

HEAD = """
base = "qd766-dvcqg-2026"
key = "ours"
title = { vi = "Bảng của xã", en = "Our sheet" }
"""


def read(text: str, head: str = HEAD) -> Any:
    return read_scheme(io.BytesIO((head + text).encode()))


def refused(text: str, head: str = HEAD) -> list[tuple[str, str]]:
    with pytest.raises(DataError) as caught:
        read(text, head)
    return [(f.reason, f.path) for f in caught.value.findings]


def test_a_preset_varied_by_a_user_is_the_packaged_variant() -> None:
    ours = read("""
[[changes]]
criterion = "4.2"
target = "0.80"
""")
    packaged = preset("qd766-dvcqg-2026-papers-80")
    assert ours.key == "ours"
    assert ours.groups == packaged.groups
    assert ours.figures == packaged.figures
    base: Any = preset("qd766-dvcqg-2026").criterion("4.2")
    assert base.target == 1  # as it was


def test_groups_figures_bands_and_what_is_left_out() -> None:
    ours = read("""
maximum = 98
without_criteria = ["4.2c"]
without_figures = ["communes", "communes_certifying_electronically"]
[[changes]]
group = "digitisation"
maximum = 20
[[changes]]
figure = "dossiers_received"
aliases = ["received"]
[[changes]]
band = "xuat-sac"
title = { vi = "A", en = "A" }
[[changes]]
criterion = "3.a"
zero = "zero"
[[notes]]
vi = "Của xã."
en = "Of the commune."
""")
    assert ours.maximum == 98
    assert [c.key for c in ours.criteria if c.key.startswith("4.2")] == ["4.2"]
    assert ours.figure_specs["dossiers_received"].aliases == ("received",)
    assert ours.ladder[0].title.en == "A"
    assert ours.criterion("3.a").zero is ZeroPolicy.ZERO
    assert ours.notes[-1].en == "Of the commune."


def test_the_whole_is_checked() -> None:
    """4.2c leaves, but the group and the sheet still promise its points."""
    found = refused('without_criteria = ["4.2c"]\n')
    assert found == [("group-parts-do-not-add-up", "$.groups[4].maximum")]
    text = 'without_criteria = ["4.2c"]\n'
    reasons = {f.reason for f in lint_scheme(io.BytesIO((HEAD + text).encode()))}
    assert reasons == {"group-parts-do-not-add-up", "figure-unused"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[[changes]]\ncriterion = "9.9"\n', ("criterion-unknown", "$.changes[0].criterion")),
        ('[[changes]]\ngroup = "x"\n', ("group-unknown", "$.changes[0].group")),
        ('[[changes]]\nfigure = "x"\n', ("figure-unknown", "$.changes[0].figure")),
        ('[[changes]]\nband = "x"\n', ("band-unknown", "$.changes[0].band")),
        ("[[changes]]\ncriterion = 4\n", ("criterion-unknown", "$.changes[0].criterion")),
        ("[[changes]]\nmaximum = 4\n", ("change-without-target", "$.changes[0]")),
        (
            '[[changes]]\ncriterion = "4.2"\ngroup = "x"\n',
            ("change-without-target", "$.changes[0]"),
        ),
        ('[[changes]]\ncriterion = "4.2"\ntraget = 1\n', ("key-unknown", "$.changes[0].traget")),
        ("changes = 4\n", ("value-of-wrong-type", "$.changes")),
        ("figures = 4\n", ("value-of-wrong-type", "$.figures")),
        ('without_criteria = ["4.2", "9.9"]\n', ("criterion-unknown", "$.without_criteria[1]")),
        ("without_figures = 4\n", ("value-of-wrong-type", "$.without_figures")),
    ],
)
def test_a_change_that_cannot_be(text: str, found: tuple[str, str]) -> None:
    assert found in refused(text)


def test_a_base_that_cannot_be(tmp_path: Path) -> None:
    assert refused("", 'base = "qd76"\nkey = "x"\n') == [("preset-unknown", "$.base")]
    assert refused("", "base = 4\n") == [("value-of-wrong-type", "$.base")]
    assert refused("", 'base = "qd766-dvcqg-2026"\n') == [("key-missing", "$.key")]
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text('base = "second.toml"\nkey = "first"\n', encoding="utf-8")
    second.write_text('base = "first.toml"\nkey = "second"\n', encoding="utf-8")
    with pytest.raises(DataError, match="base-circular"):
        read_scheme(first)
    with pytest.raises(DataError):
        read_scheme(io.BytesIO(b'base = "nowhere.toml"\nkey = "x"\n'))


def test_a_file_built_on_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "province.toml").write_text(
        HEAD + '[[changes]]\ncriterion = "4.2"\ntarget = "0.80"\n', encoding="utf-8"
    )
    commune = tmp_path / "commune.toml"
    commune.write_text(
        'base = "province.toml"\nkey = "commune"\n[[changes]]\ncriterion = "4.3"\ntarget = 1\n',
        encoding="utf-8",
    )
    ours = read_scheme(commune)
    criteria: list[Any] = [ours.criterion("4.2"), ours.criterion("4.3")]
    assert [criterion.target for criterion in criteria] == [Fraction(4, 5), 1]


_JSON = st.recursive(
    st.integers() | st.booleans() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=4,
)


@given(_JSON, _JSON, st.sampled_from(["groups", "figures", "notes", "bands"]))
def test_whatever_stands_there_is_a_finding_or_a_sheet(
    changes: object, value: object, name: str
) -> None:
    from evnpubsvc.serde._bases import build_on_base
    from evnpubsvc.serde._schemes import _SHAPE

    document = {"base": "b", "key": "k", "changes": changes, "without_criteria": value}
    base = {
        "groups": [{"key": "g", "criteria": [{"key": "c", "kind": "?"}, 4]}, value],
        name: value,
    }
    found: tuple[Finding, ...] = ()
    try:
        build_on_base(document, lambda _: base, _SHAPE)
    except DataError as error:
        found = error.findings
    assert all(f.path for f in found)
