"""Form II.06a from events to numbers: against plain loops, across periods, back to the dossiers."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from evnpubsvc.dossiers import Precision
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.findings import violations
from evnpubsvc.periods import Period, PeriodCalendar, PeriodKind
from evnpubsvc.quantities import Unknown
from evnpubsvc.reports import Report, check, check_carry_over, drill_down, fill
from evnpubsvc.serde import from_json, report_form, to_json
from evnpubsvc.statistics import PeriodState, Rate, RegisterRow, Tally, tally
from tests.reports.oracle import Log, columns
from tests.reports.samples import START, counted_of, logs, register_of, report_of

FORM = report_form("ii-06a")
NUMBERS = {column.key: int(column.number) for column in FORM.columns}
_ONE = timedelta(days=1)


@st.composite
def cuts(draw: st.DrawFn, *, most: int = 4) -> list[Period]:
    """Draw periods that follow one another, of any lengths."""
    days = sorted(draw(st.sets(st.integers(-5, 260), min_size=2, max_size=most + 1)))
    edges = [START + timedelta(days=day) for day in days]
    return [Period(first, last - _ONE) for first, last in pairwise(edges)]


def _numbers(report: Report) -> dict[str | None, dict[int, int]]:
    return {
        row.key[0]: {NUMBERS[name]: value for name, value in row.values if value is not None}
        for row in report.rows
    }


@given(logs(), cuts())
def test_every_number_is_that_of_the_plain_loops(made: list[Log], periods: list[Period]) -> None:
    for period in periods:
        assert _numbers(report_of(made, period, FORM)) == columns(made, period.first, period.last)


@given(logs(), cuts())
def test_opening_and_received_are_handled_and_pending_by_row_and_in_total(
    made: list[Log], periods: list[Period]
) -> None:
    for period in periods:
        report = report_of(made, period, FORM)
        counted = counted_of(made, period, FORM)
        for row in (*report.rows, report.total):
            numbers = dict(row.values)
            assert (numbers["to-handle"] or 0) == (numbers["handled"] or 0) + (
                numbers["pending"] or 0
            )
        total = counted.total
        assert report.total["carried-in"] == total.carried_in.value
        assert report.total["to-handle"] == (total.carried_in + total.received).value
        assert report.total["handled"] == total.handled.value
        assert report.total["pending"] == total.pending.value
        for name, value in report.total.values:
            assert value == sum(row[name] or 0 for row in report.rows)


@given(logs(), cuts(most=5))
def test_column_11_is_column_6_of_the_next_period(made: list[Log], periods: list[Period]) -> None:
    reports = [report_of(made, period, FORM) for period in periods]
    for before, after in pairwise(reports):
        assert check_carry_over(before, after) == ()
        assert before.total["pending"] == after.total["carried-in"]


@given(logs(), cuts(most=1))
def test_identities_break_for_what_the_register_does_not_say_and_for_nothing_else(
    made: list[Log], periods: list[Period]
) -> None:
    for period in periods:
        report = report_of(made, period, FORM)
        left_out = [note for note in report.notes if note.reason == "report-left-out"]
        told = all(log.channel is not None and log.due is not None for log in made)
        if told:
            assert check(report) == ()
            assert left_out == []
        missing = sum(
            int(len(dict(note.parts)["state"]) > 1) * int(note.value or 0) for note in left_out
        )
        broken = [
            f
            for f in check(report)
            if f.path == "total" and "received" in dict(f.parts)["parts"].en
        ]
        assert sum(int(dict(f.parts)["difference"]) for f in broken) == missing
        # every difference is explained by a note, dossier for dossier
        assert sum(
            int(dict(f.parts)["difference"]) for f in check(report) if f.path == "total"
        ) == sum(int(note.value or 0) for note in left_out)


@given(logs(), cuts(most=2), st.sampled_from(sorted(NUMBERS)))
def test_a_number_leads_to_its_dossiers(
    made: list[Log], periods: list[Period], column: str
) -> None:
    for period in periods:
        counted, report = counted_of(made, period, FORM), report_of(made, period, FORM)
        register = register_of(made, period.last)
        for row in report.rows:
            found = list(drill_down(report, column, iter(register), counted, row.key))
            assert len(found) == row[column]
            assert len({each.code for each in found}) == len(found)
        assert len(list(drill_down(report, column, register, counted))) == report.total[column]


@given(logs(), cuts(most=1))
def test_a_number_leads_to_its_dossiers_where_rows_and_columns_share_a_dimension(
    made: list[Log], periods: list[Period]
) -> None:
    for period in periods:
        counted, register = counted_of(made, period, FORM), register_of(made, period.last)
        report = fill(FORM, counted, rows=["channel"])
        for row in report.rows:
            for column in ("received-online", "received-elsewhere", "pending"):
                assert (
                    len(list(drill_down(report, column, register, counted, row.key))) == row[column]
                )


@given(logs(), cuts(most=1))
def test_a_report_is_written_and_read_back_whole(made: list[Log], periods: list[Period]) -> None:
    for period in periods:
        report = report_of(made, period, FORM)
        assert from_json(to_json(report), Report) == report


def _register(*groups: tuple[int, str, date, date, date | None]) -> list[RegisterRow]:
    return [
        RegisterRow(received, due, finished, {"field": "Tư pháp", "channel": channel})
        for number, channel, received, due, finished in groups
        for _ in range(number)
    ]


def _sample() -> Tally:
    """The sample of the two systems that check this form.

    450 = 315 + 105 + 30, 390 = 240 + 145 + 5, 60 = 58 + 2.
    """
    day, due = date(2022, 11, 20), date(2022, 12, 1)
    early, late, later = date(2022, 11, 30), date(2022, 12, 2), date(2022, 12, 20)
    rows = _register(
        (200, "online", day, due, early), (100, "online", day, due, due),
        (5, "online", day, due, late),
        (10, "online", day, later, None),
        (40, "in-person", day, due, early), (20, "post", day, due, due),
        (45, "post", day, later, None),
        (25, "in-person", date(2022, 11, 1), due, due),
        (3, "online", date(2022, 11, 1), later, None),
        (2, "online", date(2022, 11, 1), due, None),
    )  # fmt: skip
    month = Period.month(2022, 12, calendar=PeriodCalendar.STATUTORY)
    return tally(rows, by=["field", "channel"], period=month, compare=Precision.DATE)


def test_the_sample_of_450_dossiers() -> None:
    report = fill(FORM, _sample(), period=Period.parse("statutory-2022-12"))
    assert _numbers(report) == {
        "Tư pháp": {
            3: 450,
            4: 315,
            5: 105,
            6: 30,
            7: 390,
            8: 240,
            9: 145,
            10: 5,
            11: 60,
            12: 58,
            13: 2,
        }
    }
    assert check(report) == ()
    rates = {
        name: found.percent()
        for name, found in report.rates(report.total)
        if isinstance(found, Rate)
    }
    assert rates == {
        "online-share": "75.00 %",
        "on-time-of-handled": "98.72 %",
        "overdue-burden": "1.56 %",
    }
    assert str(report.period) == "statutory-2022-12"
    assert report.as_of == date(2022, 12, 14)


def test_rows_of_zeros_stand_where_they_are_expected() -> None:
    report = fill(FORM, _sample(), expected=["Đất đai", ("Hộ tịch",)])
    assert [row.key[0] for row in report.rows] == ["Hộ tịch", "Tư pháp", "Đất đai"]
    assert {value for _, value in report["Đất đai"].values} == {0}
    assert report.total == fill(FORM, _sample()).total
    # a rate over nothing is neither 0 % nor 100 %
    assert [
        rate.percent() for _, rate in report.rates(report["Đất đai"]) if isinstance(rate, Rate)
    ] == ["–"] * 3
    with pytest.raises(MisuseError, match="tally-key-length"):
        fill(FORM, _sample(), expected=[("a", "b")])


def test_a_form_of_nothing() -> None:
    empty = Tally.empty(
        ["field", "channel"],
        since=date(2022, 1, 1),
        as_of=date(2022, 1, 31),
        compare=Precision.DATE,
    )
    report = fill(FORM, empty)
    assert report.rows == ()
    assert {value for _, value in report.total.values} == {0}
    assert check(report) == ()


def test_rows_by_other_dimensions_and_a_total_only() -> None:
    counted = _sample()
    by_channel = fill(FORM, counted, rows=["channel"])
    assert [row.key for row in by_channel.rows] == [("in-person",), ("online",), ("post",)]
    both = fill(FORM, counted, rows=["field", "channel"])
    none = fill(FORM, counted, rows=[])
    assert [row.key for row in none.rows] == [()]
    assert by_channel.total == both.total == none.total == fill(FORM, counted).total


def test_what_the_register_does_not_say_makes_rates_unknown_not_wrong() -> None:
    rows = [
        RegisterRow(
            date(2022, 1, 2), date(2022, 1, 9), date(2022, 1, 5), {"field": "a", "channel": channel}
        )
        for channel in ("online", "post", None)
    ]
    counted = tally(
        rows,
        by=["field", "channel"],
        period=Period(date(2022, 1, 1), date(2022, 1, 31)),
        compare=Precision.DATE,
    )
    report = fill(FORM, counted)
    rates = dict(report.rates(report.total))
    assert isinstance(rates["online-share"], Unknown)
    assert rates["online-share"].reason == "form-identity-broken"
    on_time, burden = rates["on-time-of-handled"], rates["overdue-burden"]
    assert isinstance(on_time, Rate)
    assert isinstance(burden, Rate)
    assert (on_time.percent(), burden.percent()) == ("100.00 %", "0.00 %")
    (note,) = report.notes
    assert (note.reason, note.value) == ("report-left-out", 1)
    assert "Hình thức nộp: không ghi" in note.message("vi")


def test_provenance_is_that_of_the_tally() -> None:
    rows: list[Any] = [
        RegisterRow(
            date(2022, 1, 2), dimensions={"field": "a", "channel": "online"}, part_of="case-9"
        ),
        RegisterRow(
            date(2022, 1, 2),
            dimensions={"field": "a", "channel": "online"},
            recorded=date(2022, 3, 1),
        ),
        RegisterRow(date(2022, 1, 2), dimensions={"field": "a", "channel": "online"}),
    ]
    counted = tally(
        rows, by=["field", "channel"], period=Period(date(2022, 1, 1), date(2022, 1, 31)),
        compare=Precision.DATE,
        known_at=date(2022, 2, 1),
    )  # fmt: skip
    report = fill(FORM, counted)
    assert report.known_at == date(2022, 2, 1)
    assert report.total["received-online"] == 1
    assert [note.reason for note in report.notes] == [
        "report-linked",
        "report-other-versions",
        "report-left-out",
    ]


def test_misuse() -> None:
    def reason(make: Any, kind: type[MisuseError] = MisuseError) -> str:
        with pytest.raises(kind) as caught:
            make()
        return caught.value.reason

    counted = _sample()
    assert reason(lambda: fill(FORM, evolve(counted, since=None, cells=()))) == "period-open"
    assert (
        reason(lambda: fill(FORM, counted, period=Period.parse("statutory-2022")))
        == "report-period-differs"
    )
    assert (
        reason(lambda: fill(FORM, counted, rows=["unit"]), UnknownNameError) == "dimension-unknown"
    )
    report = fill(FORM, counted)
    assert (
        reason(lambda: drill_down(report, "3", [], counted).__next__(), UnknownNameError)
        == "form-column-unknown"
    )
    assert (
        reason(lambda: next(drill_down(report, "late", [], counted, ("a", "b"))))
        == "tally-key-length"
    )
    assert reason(lambda: report.total["3"], UnknownNameError) == "form-column-unknown"
    assert reason(lambda: evolve(report, rows=report.rows * 2)) == "report-rows-malformed"
    assert reason(lambda: evolve(report, dimensions=("a", "b"))) == "report-rows-malformed"
    year = Period.parse("statutory-2022")
    assert (
        reason(lambda: check_carry_over(report, evolve(report, period=year)))
        == "periods-not-adjacent"
    )
    later = evolve(report, period=report.period.next(), dimensions=("unit",))
    assert reason(lambda: check_carry_over(report, later)) == "forms-differ"


def test_a_carry_over_that_does_not_agree_is_reported_by_row_and_in_total() -> None:
    december = fill(FORM, _sample(), period=Period.parse("statutory-2022-12"))
    values = dict(december.rows[0].values)
    next_row = FORM.row(("Tư pháp",), {**values, "carried-in": 59})
    january = evolve(december, period=Period.parse("statutory-2023-01"), rows=(next_row,))
    found = check_carry_over(december, january)
    assert [(f.path, f.value, dict(f.parts)["pending"]) for f in found] == [
        ("field Tư pháp", 59, 60),
        ("total", 59, 60),
    ]
    assert violations(found) == found


def test_the_year_is_not_the_sum_of_its_months() -> None:
    """Flows add up over the months, stocks do not.

    Column 6 and 11 of the year are those of its ends.
    """
    made = [
        Log(
            f"case-{day}",
            "a",
            "online",
            START + timedelta(days=200),
            [
                (START, "handed-in"),
                (START + timedelta(days=day), "received"),
                (START + timedelta(days=day + 45), "resolved"),
            ],
        )
        for day in range(0, 300, 7)
    ]
    year = Period.year(2022, calendar=PeriodCalendar.STATUTORY)
    months = [report_of(made, month, FORM).total for month in year.split(PeriodKind.MONTH)]
    whole = report_of(made, year, FORM).total
    for flow in ("received-online", "handled", "early", "on-time", "late"):
        assert whole[flow] == sum(month[flow] or 0 for month in months)
    assert whole["pending"] == months[-1]["pending"]
    assert whole["carried-in"] == months[0]["carried-in"]
    assert whole["to-handle"] != sum(month["to-handle"] or 0 for month in months)
    assert PeriodState.WAITING not in FORM["to-handle"].counts.states  # type: ignore[union-attr]
