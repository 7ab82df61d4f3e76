"""Plans as people read them: their tasks day by day, chains of recognition, drafts."""

from __future__ import annotations

from collections.abc import Iterator

from evnpubsvc._grid import Block, Grid, blocks_of
from evnpubsvc.campaigns._outlook import Outlook
from evnpubsvc.campaigns._plan import PlanTask, WorkPlan
from evnpubsvc.campaigns._progress import PlanReport, TaskProgress, TaskStatus
from evnpubsvc.campaigns._recognition import RecognitionChain
from evnpubsvc.quantities import Unknown
from evnpubsvc.texts import Language, write
from evnpubsvc.texts.parts import render


@blocks_of.register
def _(report: PlanReport, lang: Language) -> Iterator[Block]:
    by_task: dict[tuple[str, str], list[TaskProgress]] = {}
    for each in report.progress:
        by_task.setdefault((each.plan, each.task), []).append(each)
    header = [
        *(_say(f"column-{name}", lang) for name in ("task", "owner", "target")),
        *(write(day, lang) for day in report.as_of),
    ]

    # A table for each plan: a row for each task, a column for each day.
    for plan in report.plans:
        rows = [
            [
                task.title.get(lang),
                task.owner or "–",
                task.target_text(lang),
                *(_where(each, lang) for each in by_task.get((plan.key, task.key), ())),
            ]
            for task in plan.tasks
        ]
        yield _head(plan, lang)
        if rows:
            lines = [line for task in plan.tasks for line in _remarks(report, plan, task, lang)]
            yield Grid(header, rows, below=lines)


def _say(key: str, lang: Language, **parts: object) -> str:
    return render(f"plan-{key}", lang, parts)


def _head(plan: WorkPlan, lang: Language) -> str:
    parts: dict[str, object] = {"title": plan.title, "tier": plan.tier}
    line = _say("head", lang, start=plan.start, end=plan.end, **parts)
    paper = plan.instrument
    if paper is None:
        return line
    issued = "?" if paper.issued is None else paper.issued
    return f"{line}\n{_say('paper', lang, number=str(paper), issued=issued)}"


def _where(each: TaskProgress, lang: Language) -> str:
    """Return the number of a task on a day and where that puts it."""
    value = number_text(each, lang)
    status = each.status.text.get(lang)
    return status if not value else f"{value}: {status}"


def number_text(each: TaskProgress, lang: Language) -> str:
    """Return the number of a task, short; empty where it has none that is known."""
    if each.rate is not None:
        over_nothing = isinstance(each.rate.between(), Unknown)
        return "" if over_nothing else each.rate.percent(lang)
    if each.count is not None:
        return each.count.written(lang)
    return ""


def _remarks(report: PlanReport, plan: WorkPlan, task: PlanTask, lang: Language) -> Iterator[str]:
    """Yield what there is to say of a task on the last day: what is missing, what serves it."""
    if not report.as_of:
        return
    last = report.of(plan.key, task.key)
    if last.missing:
        yield _say("missing", lang, task=task.title, missing=last.missing, day=last.day)
    if last.status is TaskStatus.UNDECIDED:
        yield f"{task.title.get(lang)}: {last.reason.message(lang)}"
    lower = report.plans.serving(plan.key, task.key)
    if lower:
        found = [report.of(there.key, each.key).status for there, each in lower]
        counts = ((status, found.count(status)) for status in TaskStatus)
        said = [f"{status.text.get(lang)} {write(n, lang)}" for status, n in counts if n]
        yield _say("served", lang, task=task.title, count=len(lower), statuses=tuple(said))


@blocks_of.register
def _(chain: RecognitionChain, lang: Language) -> Iterator[Block]:
    unknown = _say("not-known", lang)
    header = [
        _say(f"column-{name}", lang) for name in ("drive", "unit", "step", "what", "day", "giver")
    ]
    rows = [
        [
            link.campaign,
            link.unit,
            link.step.text.get(lang),
            unknown if link.what is None else link.what.get(lang),
            unknown if link.day is None else write(link.day, lang),
            unknown if link.giver is None else link.giver.get(lang),
        ]
        for link in chain.links
    ]
    yield Grid(header, rows)
    if chain.upper_missing is not None:
        yield _say("chain-open", lang, upper=chain.upper_missing)


@blocks_of.register
def _(found: Outlook, lang: Language) -> Iterator[Block]:
    yield _head(found.plan, lang)
    days = [_say("working-days", lang, days=found.working_days)]
    if found.duty_days is not None:
        days.append(_say("duty-days", lang, days=found.duty_days))
    if found.capacity is not None:
        carries = found.capacity.carries or Unknown("capacity-not-estimated")
        days.append(_say("carries", lang, carries=carries))
    yield "\n".join(days)
    yield "\n".join(f"- {each.message(lang)}" for each in found.notices)
