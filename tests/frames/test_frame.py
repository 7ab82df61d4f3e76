"""Tallies in long form: the same as tallies, a monoid, and Arrow there and back."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from evnpubsvc.conformance import check_merge_laws
from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import Finding
from evnpubsvc.frames import TallyFrame, tally_frame, write_coded
from evnpubsvc.frames._store import Store, counted, packed, unpacked
from evnpubsvc.statistics import Tally, TallyCell
from evnpubsvc.strategies import tallies
from evnpubsvc.synthetic import SyntheticRegister
from tests.deep import cases

_DAY = date(2022, 12, 14)
_quick = settings(max_examples=cases(10, 200), deadline=None)
_same_question = tallies(dimensions=("unit", "channel"), as_of=_DAY, compare=Precision.DATE)


def _frames() -> st.SearchStrategy[list[TallyFrame]]:
    parts = st.lists(
        _same_question.filter(lambda each: each.since is None and each.known_at is None), max_size=4
    )
    return parts.map(lambda each: [TallyFrame.from_tally(tally) for tally in each])


@_quick
@given(tallies(dimensions=("unit", "channel")))
def test_there_and_back(tally: Tally) -> None:
    frame = TallyFrame.from_tally(tally)
    assert frame.to_tally() == tally
    assert TallyFrame.from_arrow(frame) == frame
    assert (
        TallyFrame.from_arrow(frame.table().with_columns(pl.col("unit").cast(pl.Categorical)))
        == frame
    )


@_quick
@given(_frames())
def test_the_laws_hold(parts: list[TallyFrame]) -> None:
    empty = TallyFrame.from_tally(
        Tally.empty(("unit", "channel"), as_of=_DAY, compare=Precision.DATE)
    )
    whole = TallyFrame.from_tally(empty.to_tally().merge(*(part.to_tally() for part in parts)))
    same = [part for part in parts if part.head.question == empty.head.question]
    if len(same) == len(parts):
        check_merge_laws(parts, merge=TallyFrame.merge, empty=empty, whole=whole).require()


def _parts() -> tuple[list[Tally], Tally, Tally]:
    register = SyntheticRegister(rows=400, seed=2, units=5, procedures=3)
    table = pl.DataFrame(
        [row for block in register.texts() for row in block],
        schema=next(register.csv()).decode().strip().split(","),
        orient="row",
    )
    question: Any = {"by": ["unit"], "as_of": date(2025, 6, 30), "compare": Precision.DATE}
    whole = tally_frame(table, register.columns, **question).to_tally()
    parts = [tally_frame(table[i::3], register.columns, **question).to_tally() for i in range(3)]
    return parts, whole, Tally.empty(["unit"], as_of=date(2025, 6, 30), compare=Precision.DATE)


def _forgets_later(one: Tally, other: Tally) -> Tally:
    return evolve(one.merge(other), later=one.later)


def _takes_the_larger(one: Tally, other: Tally) -> Tally:
    cells = tuple(
        TallyCell(
            cell.key, tuple(map(max, cell.new, one.cell(cell.key).new, other.cell(cell.key).new))
        )
        if cell.key in {c.key for c in one} and cell.key in {c.key for c in other}
        else cell
        for cell in one.merge(other)
    )
    halves = (
        TallyCell(
            c.key,
            tuple(
                max(a, b) for a, b in zip(one.cell(c.key).new, other.cell(c.key).new, strict=True)
            ),
        )
        for c in cells
    )
    return evolve(one.merge(other), cells=tuple(halves))


def _means(one: Tally, other: Tally) -> Tally:
    cells = tuple(TallyCell(c.key, tuple(n // 2 for n in c.new)) for c in one.merge(other))
    return evolve(one.merge(other), cells=tuple(c for c in cells if any(c.new)))


def test_a_right_merge_passes() -> None:
    parts, whole, empty = _parts()
    check_merge_laws(parts, merge=Tally.merge, empty=empty, whole=whole).require()


@pytest.mark.parametrize("broken", [_forgets_later, _takes_the_larger, _means])
def test_broken_merges_are_caught(broken: Any) -> None:
    parts, whole, empty = _parts()
    with pytest.raises(AssertionError, match=r"FAILED  tally\."):
        check_merge_laws(parts, merge=broken, empty=empty, whole=whole).require()


def test_other_questions_do_not_merge() -> None:
    one = TallyFrame.from_tally(Tally.empty(["unit"], as_of=_DAY, compare=Precision.DATE))
    other = TallyFrame.from_tally(
        Tally.empty(["unit"], as_of=date(2023, 1, 1), compare=Precision.DATE)
    )
    with pytest.raises(MisuseError, match="tallies-differ"):
        one.merge(other)
    with pytest.raises(MisuseError, match="tallies-differ"):
        TallyFrame.from_arrow(pl.concat([one.table(), other.table()]))


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.drop("n"),
        lambda table: table.filter(pl.col("question").is_null()),
        lambda table: table.with_columns(pl.lit("x").alias("more")),
        lambda table: table.with_columns(pl.lit("sideways").alias("entry")),
        lambda table: table.with_columns(pl.lit(0).alias("n")),
        lambda table: table.with_columns(pl.lit(None).alias("period_state")),
    ],
)
def test_tables_that_no_tally_gave(change: Any) -> None:
    parts, _, _ = _parts()
    with pytest.raises(MisuseError, match="tally-table-malformed"):
        TallyFrame.from_arrow(change(TallyFrame.from_tally(parts[0]).table()))


def test_reserved_names() -> None:
    with pytest.raises(MisuseError, match="dimension-reserved"):
        TallyFrame.from_tally(Tally.empty(["n"], as_of=_DAY, compare=Precision.DATE))


@_quick
@given(st.data())
def test_packed_keys(data: st.DataObject) -> None:
    import numpy as np

    sizes = data.draw(
        st.lists(
            st.sampled_from([1, 2, 3, 12, 255, 256, 70_000, 1 << 20, 1 << 31]),
            min_size=1,
            max_size=5,
        )
    )
    rows = data.draw(
        st.lists(
            st.tuples(*(st.sampled_from([0, size // 2, size - 1]) for size in sizes)), max_size=8
        )
    )
    parts = [
        np.array([row[i] for row in rows], np.int32 if size <= 1 << 31 else np.int64)
        for i, size in enumerate(sizes)
    ]
    expected = {row: rows.count(row) for row in sorted(rows)}
    for store in (Store(), Store(pending=1)):
        for start in range(0, len(rows), 3):  # pieces, some with smaller sizes
            piece = [part[start : start + 3] for part in parts]
            store.add(piece, [int(part.max()) + 1 for part in piece])
        found, counts = store.cells(len(sizes))
        found, counts = counted(list(found), counts, sizes)
        keys = list(zip(*(part.tolist() for part in found), strict=True))
        assert dict(zip(keys, counts.tolist(), strict=True)) == expected
        assert keys == sorted(keys)
    product = 1
    for size in sizes:
        product *= size
    if product <= 1 << 63 and rows:
        for part, back in zip(parts, unpacked(packed(parts, sizes), sizes), strict=True):
            assert part.tolist() == back.tolist()


def test_a_packed_register_of_some_dossiers_counts_as_the_filtered_register(
    tmp_path: Path,
) -> None:
    register = SyntheticRegister(rows=400, seed=3)
    path = tmp_path / "r.csv"
    question: dict[str, Any] = {"as_of": date(2026, 12, 31), "compare": "date"}
    register.write(path)
    said: list[Finding] = []
    where = {"channel": ["online", "post"]}
    packed = write_coded(
        path, tmp_path / "p.parquet", register.columns, where=where, on_finding=said.append
    )
    some = tally_frame(packed, by=["unit", "channel"], **question)
    whole = tally_frame(path, register.columns, by=["unit", "channel"], where=where, **question)
    assert some.cells.equals(whole.cells)

    # Nobody takes the part for the whole: every count says how many rows were passed over.
    [notice] = [found for found in said if found.reason == "packed-without"]
    everything = tally_frame(path, register.columns, by=["channel"], **question).to_tally()
    others = sum(sum(cell.new) for cell in everything if cell.key[0] not in {"online", "post"})
    assert notice.value == dict(some.head.noticed)["packed-without"]
    assert notice.value >= others > 0
    assert str(notice.value) in some.to_tally().text("en").splitlines()[-1]
    with pytest.raises(UnknownNameError, match="dimension-unknown"):
        write_coded(path, tmp_path / "p.parquet", register.columns, where={"commune": "A"})
