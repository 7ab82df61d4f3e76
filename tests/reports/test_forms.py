"""Forms: what makes one wrong, forms of one's own, and tables that others published."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Severity, violations
from evnpubsvc.periods import Period
from evnpubsvc.quantities import NumberStyle
from evnpubsvc.reports import (
    CarryOver,
    Column,
    Form,
    Identity,
    ReportRow,
    check,
    check_published,
    fill,
)
from evnpubsvc.serde import (
    PublishedColumns,
    from_json,
    read_form,
    read_published,
    read_published_columns,
    report_form,
    report_form_names,
    to_json,
)
from evnpubsvc.statistics import (
    Intake,
    PeriodState,
    RegisterRow,
    RegisterStatus,
    Selection,
    Where,
    tally,
)
from evnpubsvc.strategies._reports import forms
from evnpubsvc.texts import LANGUAGES, Text

FORM = report_form("ii-06a")
X = Text(vi="x", en="x")
LOCAL = Path(__file__).parent / "local-variant.toml"


def _column(key: str, **given_: Any) -> Column:
    return Column(key=key, title=X, **given_)


def _counting(*states: str, **where: str) -> Selection:
    return Selection(
        entries=(Intake.NEW,),
        states=tuple(map(PeriodState, states)),
        where=tuple(Where(name, tuple(values.split())) for name, values in where.items()),
    )


def _reasons(**given_: Any) -> list[tuple[str, str]]:
    with pytest.raises(DataError) as caught:
        Form(key="x", title=X, **given_)
    for lang in LANGUAGES:
        assert all("{" not in f.line(lang) for f in caught.value.findings)
    return [(f.reason, f.path) for f in caught.value.findings]


# ---- the statutory form


def test_the_form_has_thirteen_columns_and_four_identities() -> None:
    assert [*FORM.label_numbers, *(column.number for column in FORM.columns)] == [
        str(n) for n in range(1, 14)
    ]
    number = {column.key: int(column.number) for column in FORM.columns}
    identities = [
        (number[each.total], [number[part] for part in each.parts]) for each in FORM.identities
    ]
    assert identities == [(3, [4, 5, 6]), (7, [8, 9, 10]), (11, [12, 13]), (3, [7, 11])]
    assert [(number[each.pending], number[each.carried]) for each in FORM.carry_over] == [(11, 6)]
    assert FORM.dimensions() == ("field", "channel")


def test_packaged_forms_are_valid_and_round_trip() -> None:
    for name in report_form_names():
        assert report_form(name).key == name
        assert from_json(to_json(report_form(name)), Form) == report_form(name)
    with pytest.raises(UnknownNameError, match="ii-06a"):
        report_form("II.06a")


# ---- what makes a form wrong


def test_everything_that_is_wrong_comes_at_once() -> None:
    assert _reasons(columns=()) == [("form-columns-missing", ".columns")]
    found = _reasons(
        columns=(
            _column("a", measure="handled", selection=_counting("early")),
            _column("a"),
            _column("b", measure="handeld"),
            _column("c", measure="services-with-online-dossiers"),
        ),
        identities=(Identity(total="a", parts=("b",)), Identity(total="z", parts=("b", "c"))),
        carry_over=(CarryOver(pending="y", carried="a"),),
        rows=("field", "field"),
        row_titles=(X,),
        rates=("on-time", "online-share"),
    )
    assert found == [
        ("form-column-two-ways", ".columns[0]"),
        ("form-column-twice", ".columns[1].key"),
        ("measure-unknown", ".columns[2].measure"),
        ("form-measure-not-counted", ".columns[3].measure"),
        ("form-identity-malformed", ".identities[0]"),
        ("form-column-unknown", ".identities[1]"),
        ("form-column-unknown", ".carry_over[0].pending"),
        ("dimension-twice", ".rows"),
        ("form-row-titles", ".row_titles"),
        ("rate-unknown", ".rates[0]"),
        ("form-rate-uncovered", ".rates[1]"),
    ]


def test_addends_count_no_dossier_twice_and_none_that_the_sum_does_not() -> None:
    total = _column("t", selection=_counting("early", "on_time"))

    def reasons(*parts: Selection) -> list[str]:
        drawn = tuple(_column(f"p{place}", selection=each) for place, each in enumerate(parts))
        names = tuple(column.key for column in drawn)
        given_ = {"columns": (total, *drawn), "identities": (Identity(total="t", parts=names),)}
        try:
            Form(key="x", title=X, **given_)  # type: ignore[arg-type]
        except DataError as error:
            return [f.reason for f in error.findings]
        return []

    assert reasons(_counting("early"), _counting("on_time")) == []
    assert reasons(_counting("early"), _counting("on_time", "early")) == ["form-parts-overlap"]
    assert reasons(_counting("early"), _counting("late")) == ["form-part-outside"]
    online, post = (
        _counting("early", channel="online"),
        _counting("early", channel="post in-person"),
    )
    assert reasons(online, post) == []
    assert reasons(online, _counting("early", channel="post online")) == ["form-parts-overlap"]
    assert reasons(online, _counting("early", level="partial")) == ["form-parts-overlap"]


@given(forms())
def test_forms_that_are_drawn_are_read_back(form: Form) -> None:
    assert from_json(to_json(form), Form) == form


def test_a_form_file_with_mistakes_says_all_of_them_with_their_places() -> None:
    document = """
key = "x"
titel = "x"
[title]
vi = "x"
en = "x"
[[columns]]
key = "a"
title = { vi = "a", en = "a" }
selection = { entries = ["new", "old"], states = ["finished"] }
[[columns]]
key = "b"
title = { vi = "b" }
selection = { entries = [], where = [{ dimension = "channel", values = [] }] }
"""
    with pytest.raises(DataError) as caught:
        read_form(io.BytesIO(document.encode()))
    assert [(f.path, f.reason) for f in caught.value.findings] == [
        ("$.columns[0].selection.entries[1]", "value-of-wrong-type"),
        ("$.columns[0].selection.states[0]", "value-of-wrong-type"),
        ("$.columns[1].title.en", "key-missing"),
        ("$.columns[1].selection.where[0]", "selection-malformed"),
        ("$.titel", "key-unknown"),
    ]


# ---- a form of one's own


def test_a_local_variant_is_one_file() -> None:
    form = read_form(LOCAL)
    assert form.dimensions() == ("unit", "field", "channel", "assistance", "level")
    day, due = date(2026, 9, 1), date(2026, 9, 10)

    def row(
        channel: str,
        *,
        finished: date | None = None,
        status: RegisterStatus | None = None,
        **more: str,
    ) -> RegisterRow:
        said = {
            "unit": "H44.100",
            "field": "Hộ tịch",
            "channel": channel,
            "assistance": None,
            "level": None,
            **more,
        }
        return RegisterRow(day, due, finished, said, status=status)

    rows = [
        row("online", finished=day, assistance="self-service", level="full"),
        row("online", finished=date(2026, 9, 12), assistance="assisted", level="partial"),
        row("non-territorial", finished=day, status=RegisterStatus.STOPPED),
        row("post", finished=day, status=RegisterStatus.WITHDRAWN),
        row("in-person", finished=day, status=RegisterStatus.REFUSED),
        row("in-person", status=RegisterStatus.PAUSED),
    ]
    month = Period.parse("calendar-2026-09")
    report = fill(
        form, tally(rows, by=form.dimensions(), period=month, compare=Precision.DATE), period=month
    )
    assert dict(report["H44.100", "Hộ tịch"].values) == {
        "received": 5, "online": 2, "self-service": 1, "end-to-end": 1, "partial": 1,
        "non-territorial": 1, "desk": 2,
        "handled": 4, "in-time": 1, "late": 1, "stopped": 1, "withdrawn": 1, "refused": 1,
        "waiting": 1,
        "apologies": None,
    }  # fmt: skip
    assert check(report) == ()
    assert report.total["apologies"] is None


# ---- tables that others published


@pytest.mark.parametrize(
    ("handled", "parts", "made"),
    [
        # Thừa Thiên Huế: three rows of a table that a province published
        (61_827, (43_434, 11_795, 4_331), 59_560),
        (257_141, None, 247_529),
        (1_611, None, 1_608),
    ],
)
def test_a_published_table_that_breaks_an_identity_is_reported_and_not_repaired(
    handled: int, parts: tuple[int, int, int] | None, made: int
) -> None:
    early, on_time, late = parts or (made, 0, 0)  # of two rows only the sum of the addends is known
    row = FORM.row(
        ("tỉnh",), {"handled": handled, "early": early, "on-time": on_time, "late": late}
    )
    (found,) = violations(check_published(FORM, [row]))
    said = dict(found.parts)
    assert (found.reason, found.value) == ("form-identity-broken", handled)
    assert (said["sum"], said["difference"]) == (made, handled - made)
    assert row["handled"] == handled


def test_what_is_not_printed_is_not_checked_and_not_zero() -> None:
    row = FORM.row(("a",), {"handled": 5, "early": 5})
    found = check_published(FORM, [row])
    assert {f.reason for f in found} == {"form-identity-unchecked"}
    assert {f.severity for f in found} == {Severity.NOTICE}
    assert check_published(FORM, [FORM.row(("a",), {})]) == ()


def test_the_total_row_is_the_sum_of_the_rows() -> None:
    rows = [
        FORM.row((name,), {"pending": 3, "pending-in-time": 2, "pending-overdue": 1})
        for name in "ab"
    ]
    right = FORM.row((), {"pending": 6, "pending-in-time": 4, "pending-overdue": 2})
    assert violations(check_published(FORM, rows, right)) == ()
    wrong = FORM.row((), {"pending": 7, "pending-in-time": 5, "pending-overdue": 2})
    assert [
        (f.reason, f.path, f.value) for f in violations(check_published(FORM, rows, wrong))
    ] == [
        ("form-total-broken", "total", 7),
        ("form-total-broken", "total", 5),
    ]


HUE = """Đơn vị;Quá hạn;Trước hạn;Đúng hạn;Đã giải quyết
Cấp tỉnh;4.331;43.434;11.795;61.827
Cấp xã;;100;x;1.000
Tổng;4.331;43.534;11.795;62.827
"""


def test_columns_are_found_by_heading_never_by_place() -> None:
    columns = read_published_columns(
        io.BytesIO(
            """label = "Đơn vị"
total = "Tổng"
decimal = ","
missing = ["x"]
delimiter = ";"
[columns]
handled = "Đã giải quyết"
early = "Trước hạn"
on-time = "Đúng hạn"
late = "Quá hạn"
""".encode()
        )
    )
    table = read_published(io.BytesIO(HUE.encode()), FORM, columns)
    assert [row.key for row in table.rows] == [("Cấp tỉnh",), ("Cấp xã",)]
    assert dict(table.rows[0].values)["early"] == 43_434
    assert (table.rows[1]["late"], table.rows[1]["on-time"], table.rows[1]["pending"]) == (
        None,
        None,
        None,
    )
    found = violations(check_published(FORM, table.rows, table.total))
    assert [(f.reason, f.path, dict(f.parts)["difference"]) for f in found] == [
        ("form-identity-broken", "row Cấp tỉnh", 2267),
        ("form-identity-broken", "total", 3167),
    ]


@pytest.mark.parametrize(
    ("table", "given_", "reasons"),
    [
        ("", {}, ["header-missing"]),
        ("Đơn vị,Quá hạn\n", {}, ["no-rows"]),
        ("Đơn vị\na\n", {}, ["column-missing"]),
        (
            "Đơn vị,Quá hạn\na,-1\nb,1.5\nc,abc\nd,1.234\n",
            {},
            ["count-negative", "count-not-whole", "not-a-number", "number-ambiguous"],
        ),
        ("Đơn vị,Quá hạn\nTổng,1\nTổng,2\n", {"total": "Tổng"}, ["total-row-twice"]),
        ("Đơn vị,Quá hạn\na,1\n", {"total": "Tổng"}, ["total-row-missing"]),
        ("Đơn vị,Quá hạn\na,1,2\n", {}, ["cells-differ-from-header"]),
        ("Đơn vị,Quá hạn\na,1\n", {"columns": {"laet": "Quá hạn"}}, ["form-column-unknown"]),
    ],
)
def test_a_table_that_cannot_be_read_says_everything(
    table: str, given_: dict[str, Any], reasons: list[str]
) -> None:
    columns = PublishedColumns(**{"label": "Đơn vị", "columns": {"late": "Quá hạn"}, **given_})
    with pytest.raises(DataError) as caught:
        read_published(io.BytesIO(table.encode()), FORM, columns)
    assert [f.reason for f in caught.value.findings] == reasons


def test_a_mapping_is_checked() -> None:
    with pytest.raises(DataError):
        PublishedColumns(label="x", delimiter=";;")
    assert PublishedColumns(label="x").numbers is NumberStyle.UNDECLARED


# ---- rows


@pytest.mark.parametrize(
    "wrong", [{"a": -1}, {"a": 1.0}, {"a": True}, {3: 1}, (("a", 1), ("a", 2))]
)
def test_values_of_rows_are_whole_numbers(wrong: Any) -> None:
    with pytest.raises(MisuseError, match="report-value-malformed"):
        ReportRow(("x",), wrong)


@given(
    st.dictionaries(
        st.sampled_from([column.key for column in FORM.columns]), st.none() | st.integers(0, 100)
    )
)
def test_a_row_keeps_what_it_was_given_under_its_name(values: dict[str, int | None]) -> None:
    row = FORM.row(("x",), values)
    for column in FORM.columns:
        assert row[column.key] == values.get(column.key)
    assert evolve(row) == row
    with pytest.raises(UnknownNameError, match="form-column-unknown"):
        FORM.row(("x",), {"7": 1})
