"""Plans that meet results: statuses against a recount, trees, lint, drafts, recognition."""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from evnpubsvc.campaigns import (
    AwardRecord,
    Campaign,
    Conference,
    DriveForm,
    DriveScope,
    PlanReport,
    PlanTarget,
    PlanTask,
    PlanTree,
    RecognisedModel,
    RecognitionStep,
    TaskResult,
    TaskStatus,
    WorkPlan,
    draft_plan,
    follow_plans,
    lint_plans,
    plan_dimensions,
    plan_periods,
    recognition_chain,
)
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.outreach import AssistanceStep, StepTime, estimate_capacity, plan_rosters
from evnpubsvc.quantities import Count, CountRange
from evnpubsvc.serde import preset
from evnpubsvc.statistics import RegisterRow, Tally, Where, tally
from evnpubsvc.strategies._plans import plan_trees
from evnpubsvc.synthetic import district
from evnpubsvc.texts import Text
from evnpubsvc.units import Tier
from evnpubsvc.worktime import vietnam_calendar
from tests.deep import cases

_START, _END = date(2022, 1, 1), date(2022, 12, 31)
_BY = date(2022, 12, 15)


def task(key: str = "a", **more: Any) -> PlanTask:
    return PlanTask(key=key, title=key, **more)


def plan(*tasks: PlanTask, key: str = "p", tier: Tier = Tier.COMMUNE, **more: Any) -> WorkPlan:
    return WorkPlan(key=key, title=key, tier=tier, start=_START, end=_END, tasks=tasks, **more)


def target(*, least: object = None, most: object = None, by: date = _BY) -> PlanTarget:
    ends = {"at_least": least, "at_most": most}
    exact: dict[str, Any] = {
        name: Fraction(str(end)) for name, end in ends.items() if end is not None
    }
    return PlanTarget(by=by, **exact)


def row(day: date, channel: str | None = "online", unit: str | None = "A") -> RegisterRow:
    return RegisterRow(day, dimensions={"channel": channel, "unit": unit})


def count(tree: PlanTree, rows: list[RegisterRow], days: list[date]) -> list[Tally]:
    dimensions = plan_dimensions(tree)
    periods = plan_periods(tree, as_of=days)
    return [tally(rows, by=dimensions, period=each, compare="date") for each in periods]


def follow(
    one: WorkPlan | PlanTree, rows: list[RegisterRow], *days: date, **more: Any
) -> PlanReport:
    tree = one if isinstance(one, PlanTree) else PlanTree((one,))
    return follow_plans(tree, count(tree, rows, list(days)), as_of=days, **more)


def statuses(report: PlanReport) -> list[str]:
    return [each.status.value for each in report.progress]


# --- one task, day by day


def test_a_share_is_judged_on_its_own_day_and_moves_before_it() -> None:
    rows = [
        row(date(2022, 2, 1), "post"),
        row(date(2022, 3, 1)),
        row(date(2022, 4, 1)),
        row(date(2022, 12, 16), "post"),  # after the day of the target
        row(date(2022, 12, 17), "post"),
    ]
    one = plan(task(rate="online-share", target=target(least="0.6")))
    days = (date(2021, 12, 31), date(2022, 3, 31), date(2022, 4, 30), _BY, _END)
    report = follow(one, rows, *days)
    assert statuses(report) == ["not-begun", "under-way", "met-so-far", "met", "met"]
    assert [each.missing for each in report.progress] == [None, 1, 0, 0, 0]
    last = report.of("p", "a")
    assert last.period is not None
    assert last.period.last == _BY
    assert last.rate is not None
    assert last.rate.percent() == "66.67 %"


@pytest.mark.parametrize(
    ("bound", "met"),
    [({"least": "2/3"}, True), ({"least": "0.67"}, False), ({"most": "2/3"}, True),
     ({"most": "0.66"}, False), ({"least": 0}, True), ({"most": 1}, True)],
)  # fmt: skip
def test_bounds_are_inclusive_and_compared_exactly(bound: dict[str, Any], met: bool) -> None:
    rows = [row(date(2022, 5, 4)), row(date(2022, 5, 5)), row(date(2022, 5, 6), "post")]
    one = plan(task(rate="online-share", target=target(**bound)))
    assert statuses(follow(one, rows, _END)) == ["met" if met else "missed"]


def test_what_is_missing_is_the_fewest_that_would_do() -> None:
    rows = [row(date(2022, 5, 4), "online" if n < 3 else "post") for n in range(10)]
    one = plan(task(rate="online-share", target=target(least="0.55")))
    (progress,) = follow(one, rows, _END).progress
    # 5 of 10 are too few, 6 are enough.
    assert progress.missing == 3
    over = plan(task(count="received-online", target=target(most=1)))
    assert follow(over, rows, _END).progress[0].missing == 2


def test_what_is_reported_counts_up_to_its_day() -> None:
    results = (
        TaskResult(day=date(2022, 3, 31), count=Count(5, "events")),
        TaskResult(day=date(2022, 6, 30), count=CountRange(10, 12, "events", "10-12")),
        TaskResult(day=date(2022, 9, 30), count=CountRange(12, None, "events", "trên 11")),
    )
    one = plan(task(reported="events", target=target(least=12), results=results))
    days = (date(2022, 1, 31), date(2022, 3, 31), date(2022, 6, 30), date(2022, 9, 30), _END)
    report = follow(one, [], *days)
    assert statuses(report) == ["undecided", "under-way", "undecided", "met-so-far", "met"]
    assert report.progress[0].unknown is not None
    assert report.progress[0].unknown.reason == "task-not-reported"
    most = plan(task(reported="events", target=target(most=11), results=results))
    assert statuses(follow(most, [], *days))[2:] == ["undecided", "under-way", "missed"]


def test_words_and_tasks_without_target_say_so() -> None:
    report = follow(plan(task("w"), task("n", count="received-online")), [row(_BY)], _END)
    assert statuses(report) == ["not-measured", "no-target"]
    assert report.counts() == {TaskStatus.NO_TARGET: 1, TaskStatus.NOT_MEASURED: 1}
    assert report.of("p", "n").count == Count(1, "dossiers")


def test_what_the_register_does_not_say_is_not_zero() -> None:
    one = plan(task(count="received-online", target=target(least=1)), units=("A", "B"))
    nobody = follow(one, [row(_BY)], _END).progress[0]
    assert (nobody.status, nobody.unknown) == (TaskStatus.UNDECIDED, nobody.unknown)
    assert nobody.unknown is not None
    assert (nobody.unknown.reason, nobody.unknown.about) == ("unit-not-counted", "B")
    assert statuses(follow(one, [row(_BY)], _END, held=["B"])) == ["met"]

    # A channel that is not said, by the measure or by the task; a rate over nothing.
    blank = [row(_BY, None), row(_BY)]
    assert statuses(follow(evolve(one, units=()), blank, _END)) == ["undecided"]
    asked = task(count="received", where=(Where("channel", ("online",)),), target=target(least=1))
    assert statuses(follow(plan(asked), blank, _END)) == ["undecided"]
    assert statuses(follow(plan(asked), [row(_BY, "post"), row(_BY)], _END)) == ["met"]
    share = plan(task(rate="online-share", target=target(least="0.5")))
    assert statuses(follow(share, [], _END)) == ["undecided"]

    # A period that nobody counted.
    report = follow_plans(PlanTree((share,)), as_of=_END)
    assert report.progress[0].unknown is not None
    assert report.progress[0].unknown.reason == "task-not-counted"


def test_what_is_in_no_unit_is_a_notice() -> None:
    one = plan(task(count="received", target=target(least=1)), units=("A",))
    rows = [row(_BY), row(_BY, unit=None)]
    assert [(each.reason, each.value) for each in follow(one, rows, _END).notices] == [
        ("dossiers-without-unit", 1)
    ]


def test_a_period_is_counted_once() -> None:
    tree = PlanTree((plan(task(count="received")),))
    (counted,) = count(tree, [row(_BY)], [_END])
    with pytest.raises(MisuseError, match="counted twice"):
        follow_plans(tree, [counted, evolve(counted, later=1)], as_of=_END)


# --- plans under plans, against a recount


def recount(tree: PlanTree, rows: list[RegisterRow], day: date) -> Mapping[tuple[str, str], str]:
    """Statuses of shares and counts of dossiers online, one row after another."""
    found: dict[tuple[str, str], str] = {}
    for one in tree.plans:
        for each in one.tasks:
            first = each.first or one.start
            last = min(day, one.end if each.target is None else each.target.by)
            if last < first:
                found[one.key, each.key] = "not-begun"
                continue
            own = [
                dict(r.dimensions)["channel"]
                for r in rows
                if first <= r.received <= last
                and (not one.units or dict(r.dimensions)["unit"] in one.units)
            ]
            online = own.count("online")
            assert each.target is not None
            bound = each.target.bound * (len(own) if each.rate else 1)
            if each.rate and not own:
                found[one.key, each.key] = "undecided"
                continue
            least = each.target.at_least is not None
            met = online >= bound if least else online <= bound
            over = day >= each.target.by
            names = ("met", "missed") if over else ("met-so-far", "under-way")
            found[one.key, each.key] = names[0] if met else names[1]
    return found


_ROWS = st.lists(
    st.builds(
        row,
        st.dates(_START, _END),
        st.sampled_from(["online", "post", "in-person"]),
        st.sampled_from("ABC"),
    ),
    max_size=12,
)


@st.composite
def measured(draw: st.DrawFn, key: str) -> PlanTask:
    share = draw(st.booleans())
    bound = (
        draw(st.fractions(0, 1, max_denominator=6)) if share else Fraction(draw(st.integers(0, 6)))
    )
    side = draw(st.sampled_from(["least", "most"]))
    first = draw(st.none() | st.dates(_START, _BY))
    by = draw(st.dates(first or _START, _END))
    return task(
        key,
        **{"rate": "online-share"} if share else {"count": "received-online"},
        first=first,
        target=target(**{side: bound}, by=by),
    )


@given(st.data(), _ROWS, st.lists(st.dates(_START, _END), min_size=1, max_size=3))
@settings(max_examples=cases(25, 3_000))
def test_statuses_are_those_of_a_recount(
    data: st.DataObject, rows: list[RegisterRow], days: list[date]
) -> None:
    tree = PlanTree(
        tuple(
            plan(
                *(data.draw(measured(name)) for name in ("x", "y")),
                key=tier.value,
                tier=tier,
                units=units,
                upper=upper,
            )
            for tier, units, upper in (
                (Tier.PROVINCE, (), None),
                (Tier.DISTRICT, ("A", "B"), "province"),
                (Tier.COMMUNE, ("A",), "district"),
            )
        )
    )
    report = follow(tree, rows, *days, held="ABC")
    for day in set(days):
        found = {
            (each.plan, each.task): each.status.value for each in report.progress if each.day == day
        }
        assert found == recount(tree, rows, day)


@given(plan_trees())
@settings(max_examples=cases(4, 500))
def test_a_tree_gives_each_plan_once_and_upper_ones_first(tree: PlanTree) -> None:
    listed = list(tree)
    assert sorted(each.key for each in listed) == sorted(each.key for each in tree.plans)
    seen: set[str] = set()
    for each in listed:
        assert each.upper is None or each.upper in seen
        seen.add(each.key)
        assert tree[each.key] is each


def test_a_long_chain_of_plans_is_followed() -> None:
    chain = [plan(key="0")]
    chain += (plan(key=str(n), upper=str(n - 1)) for n in range(1, 3_000))
    tree = PlanTree(tuple(reversed(chain)))
    assert [each.key for each in tree] == [str(n) for n in range(3_000)]


@pytest.mark.parametrize(
    ("plans", "reasons"),
    [
        ((plan(), plan()), ["plan-twice"]),
        # Two of one key, of which one is under it: the way down has an end all the same.
        ((plan(), plan(upper="p")), ["plan-twice"]),
        ((plan(), *(plan(upper="p") for _ in range(40))), ["plan-twice"] * 40),
        ((plan(upper="q"),), ["plan-unknown"]),
        ((plan(upper="p"),), ["plan-under-itself"]),
        ((plan(key="a", upper="b"), plan(key="b", upper="a")), ["plan-under-itself"] * 2),
        (
            (plan(key="a"), plan(key="b", tier=Tier.PROVINCE, upper="a")),
            ["plan-tier-reversed"],
        ),
        ((plan(task(serves="x")),), ["serves-without-upper"]),
        ((plan(key="a"), plan(task(serves="x"), key="b", upper="a")), ["task-unknown"]),
    ],
)
def test_trees_that_cannot_be_are_refused(plans: tuple[WorkPlan, ...], reasons: list[str]) -> None:
    with pytest.raises(DataError) as raised:
        PlanTree(plans)
    assert [each.reason for each in raised.value.findings] == reasons


@pytest.mark.parametrize(
    ("make", "reasons"),
    [
        (lambda: PlanTarget(by=_BY), ["target-unclear"]),
        (lambda: target(least=1, most=2), ["target-unclear"]),
        (lambda: task(rate="a", count="b"), ["task-measured-twice"]),
        (lambda: task(where=(Where("unit", ("A",)),)), ["task-where-surplus"]),
        (
            lambda: task(count="received", where=(Where("a", ("A",)), Where("a", ("B",)))),
            ["where-twice"],
        ),
        (
            lambda: task(results=(TaskResult(day=_BY, count=Count(1, "events")),)),
            ["task-results-surplus"],
        ),
        (
            lambda: task(
                reported="units",
                results=(TaskResult(day=_BY, count=Count(1, "events")),) * 2,
            ),
            ["task-results-unsorted", "unit-mismatch", "unit-mismatch"],
        ),
        (lambda: plan(task(), task()), ["task-twice"]),
        (lambda: plan(units=("A", "A")), ["unit-twice"]),
        (lambda: plan(task(first=date(2023, 1, 1))), ["task-after-plan"]),
        (
            lambda: plan(task(count="received", target=target(least=1, by=date(2021, 1, 1)))),
            ["target-before-task"],
        ),
        (
            lambda: WorkPlan(key="p", title="p", tier=Tier.COMMUNE, start=_END, end=_START),
            ["last-before-first"],
        ),
    ],
)
def test_records_that_cannot_be_are_refused(make: Any, reasons: list[str]) -> None:
    with pytest.raises(DataError) as raised:
        make()
    assert [each.reason for each in raised.value.findings] == reasons


# --- lint


def lint(*plans: WorkPlan) -> set[str]:
    return {each.reason for each in lint_plans(PlanTree(plans))}


_QUIET = {"plan-without-instrument", "task-without-owner"}


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (task(rate="online-shares"), "rate-unknown"),
        (task(count="received-offline"), "measure-unknown"),
        (task(count="dossiers-paid-online"), "task-never-counted"),
        (task(), "task-not-measured"),
        (task(count="received"), "task-without-target"),
        (task(target=target(least=1)), "target-without-measure"),
        (
            task(count="received", target=target(least=1, by=date(2023, 1, 1))),
            "target-after-plan",
        ),
        (task(rate="online-share", target=target(least=80)), "target-above-one"),
        (task(count="received", target=target(least="1.5")), "target-not-whole"),
        (task(count="received", target=target(least=0)), "target-always-met"),
        (task(rate="online-share", target=target(most=1)), "target-always-met"),
    ],
)
def test_what_is_odd_about_a_task_is_said(one: PlanTask, reason: str) -> None:
    assert reason in lint(plan(one))
    fine = task(owner="x", rate="online-share", target=target(least="0.5"))
    assert lint(plan(fine)) == {"plan-without-instrument"}


def test_lower_targets_that_cannot_add_up_are_said() -> None:
    upper = plan(
        task(owner="x", count="received-online", target=target(least=100)),
        tier=Tier.DISTRICT,
        units=("A", "B"),
    )

    def lower(unit: str, least: int, **more: Any) -> WorkPlan:
        each = task(
            owner="x", count="received-online", serves="a", target=target(least=least, **more)
        )
        return plan(each, key=unit, units=(unit,), upper="p")

    assert lint(upper, lower("A", 60), lower("B", 40)) == {"plan-without-instrument"}
    assert "targets-below-upper" in lint(upper, lower("A", 60), lower("B", 39))
    # Where a commune has no plan, nobody can say.
    assert "targets-below-upper" not in lint(upper, lower("A", 60))
    assert "target-later-than-upper" in lint(upper, lower("A", 60, by=date(2022, 12, 20)))
    outside = evolve(lower("A", 60), units=("C",))
    assert "plan-units-outside" in lint(upper, outside)
    other = evolve(outside, tasks=(task(rate="online-share", serves="a"),))
    assert "task-measures-differ" in lint(upper, other)


def test_a_plan_may_be_older_than_its_upper_one() -> None:
    from examples.tam_xuan_ii_2022 import story

    tree = story.plans()
    commune, upper = tree["15-kh-ubnd"], tree["81-kh-ubnd"]
    assert commune.instrument is not None
    assert upper.instrument is not None
    assert commune.instrument.issued < upper.instrument.issued  # type: ignore[operator]
    assert all("older" not in each.reason for each in lint_plans(tree))
    assert not any(each.target for one in tree for each in one.tasks)


# --- what comes next


def test_what_was_not_met_is_carried_over_without_a_target() -> None:
    one = plan(
        task("met", count="received", target=target(least=1)),
        task("missed", count="received", target=target(least=9), first=date(2022, 2, 1)),
        task("words"),
    )
    report = follow(one, [row(_BY)], _END)
    next_year: dict[str, Any] = {"start": date(2023, 1, 1), "end": date(2023, 1, 31)}
    found = draft_plan(
        report, "p", key="p2", title="next", calendar=vietnam_calendar(), **next_year
    )
    assert [each.key for each in found.plan.tasks] == ["missed", "words"]
    assert all(each.target is None and each.first is None for each in found.plan.tasks)
    assert [each.task for each in found.done] == ["met"]
    assert [each.reason for each in found.notices] == [
        "target-to-set", "target-to-set", "task-done", "capacity-not-estimated",
    ]  # fmt: skip
    assert found.duty_days is None
    # Counted by hand: January 2023 had 22 weekdays; the 2nd, and the 20th to the 26th, were off.
    assert found.working_days == 16


def test_desk_and_roster_say_what_is_at_hand() -> None:
    from examples.tam_xuan_ii_2022 import story

    rosters = plan_rosters(story.programme().team, ["2023-01"], vietnam_calendar())
    visit = [StepTime(AssistanceStep.SUBMITTED, Fraction(20))]
    full = estimate_capacity(arrivals=30, steps=visit, opening_minutes=480, variability=1)
    found = draft_plan(
        follow(plan(task()), [], _END),
        "p",
        key="p2",
        title="next",
        start=date(2023, 1, 1),
        end=date(2023, 2, 28),
        calendar=vietnam_calendar(),
        rosters=rosters,
        capacity=full,
    )
    assert (found.working_days, found.duty_days) == (36, 16)
    said = {each.reason: dict(each.parts) for each in found.notices}
    assert said["duty-missing"]["days"] == 36
    assert said["desk-over-capacity"] == {"arrivals": 30, "carries": 24}


# --- recognition


def drive(key: str, *awards: AwardRecord, **more: Any) -> Campaign:
    return Campaign(
        key=key,
        title=key,
        form=DriveForm.WAVE,
        scope=DriveScope.LOCALITY,
        start=_START,
        end=_END,
        scheme=preset("dvctt-illustrative"),
        awards=awards,
        **more,
    )


def award(unit: str, **more: Any) -> AwardRecord:
    return AwardRecord(unit=unit, achievement="x", form="giay-khen", **more)


def test_recognition_goes_from_tier_to_tier() -> None:
    conference = Conference(title="closing", day=_END, report=Text(vi="b", en="report"))
    model = RecognisedModel(title="team", followers=("B",))
    lower = drive("d", award("A", conference=conference, model=model), upper="p", entry="D")
    upper = drive("p", award("D", giver=Text(vi="t", en="province")), award("E"), upper="n")
    chain = recognition_chain([upper, lower], "A")
    assert [(each.campaign, each.unit) for each in chain] == [("d", "A")] * 6 + [("p", "D")] * 6
    assert [each.step for each in chain][:6] == list(RecognitionStep)
    known = {(each.unit, each.step) for each in chain if each.known}
    assert known == {
        ("A", RecognitionStep.CERTIFICATE),
        ("A", RecognitionStep.CONFERENCE),
        ("A", RecognitionStep.REPORT),
        ("A", RecognitionStep.MODEL),
        ("D", RecognitionStep.CERTIFICATE),
        ("D", RecognitionStep.AUTHORITY),
    }
    assert chain.upper_missing == "n"
    assert recognition_chain([lower, upper], "nobody").links == ()
    assert "not known" in str(chain)


@pytest.mark.parametrize(
    ("drives", "reason"),
    [
        ((drive("a"), drive("a")), "campaign-twice"),
        ((drive("a", award("A")), drive("b", award("A"))), "recognition-start-unclear"),
        (
            (drive("a", award("A"), upper="b"), drive("b", upper="c"), drive("c", upper="b")),
            "campaigns-in-circle",
        ),
    ],
)
def test_chains_that_have_no_beginning_or_no_end(drives: tuple[Campaign, ...], reason: str) -> None:
    with pytest.raises(MisuseError) as raised:
        recognition_chain(drives, "A")
    assert raised.value.reason == reason


def test_the_synthetic_district_has_plans_results_and_recognition() -> None:
    made = district(7)
    tree = made.plans()
    days = [date(2024, 3, 31), date(2024, 12, 31)]
    tallies = count(tree, list(made.rows()), days)
    report = follow_plans(tree, tallies, as_of=days)
    assert {each.status for each in report.progress} >= {TaskStatus.MET, TaskStatus.MISSED}
    assert len(tree) == 6
    assert len(tree.serving("plan-SYN-D", "online")) == 4
    chain = recognition_chain(made.drives(), "SYN-C01")
    assert [each.unit for each in chain] == ["SYN-C01"] * 6 + ["SYN-D"] * 6


def test_unknown_names_say_what_there_is() -> None:
    report = follow(plan(task()), [], _END)
    with pytest.raises(UnknownNameError, match="p/a"):
        report.of("p", "b")
    with pytest.raises(UnknownNameError, match="'a'"):
        report.plans["p"].task("b")
    with pytest.raises(UnknownNameError, match="'p'"):
        report.plans["q"]
    with pytest.raises(UnknownNameError):
        plan_dimensions(PlanTree((plan(task(rate="x")),)))
    day = _END + timedelta(1)
    with pytest.raises(UnknownNameError, match=day.isoformat()):
        report.of("p", "a", on=day)
