"""Plans and their tasks from a TOML document."""

from __future__ import annotations

from typing import Any, cast

from evnpubsvc._files import Source
from evnpubsvc._records import frozen
from evnpubsvc.campaigns import PlanTree, WorkPlan
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.serde._bases import tables_of
from evnpubsvc.serde._converter import findings_of, shared_converter
from evnpubsvc.serde._parse import read_toml


@frozen
class _PlanFile:
    """What one file holds; who is above whom is judged when all of them are read."""

    plans: tuple[WorkPlan, ...]


def read_plans(source: Source, *others: Source) -> PlanTree:
    r"""Read plans from a TOML file or binary stream, or from several that make one tree.

    Args:
        source: the file, or the stream.
        others: further ones: the district's beside the province's, those of communes.

    Returns:
        The plans; one `[[plans]]` each, with its `[[plans.tasks]]`. A title is one text, or
        `{ vi = "…", en = "…" }`. A task says `where` as a table of dimensions
        (`where = { channel = "online" }`) and a share as a decimal (0.8). A number that was
        reported within bounds is `{ least = 7001, unit = "dossiers", wording = "hơn 7.000" }`.

    Raises:
        DataError: everything that is wrong, at once, with its path. What is only odd says
            `campaigns.lint_plans`.

    >>> import io
    >>> plans = read_plans(io.BytesIO(b'''
    ... [[plans]]
    ... key = "15"
    ... title = "Plan 15"
    ... tier = "commune"
    ... start = 2022-03-31
    ... end = 2022-12-31
    ... units = ["20971"]
    ... [[plans.tasks]]
    ... key = "online"
    ... title = "Online dossiers"
    ... rate = "online-share"
    ... target = { at_least = 0.5, by = 2022-12-15 }
    ... '''))
    >>> plans["15"].tasks[0].target_text("en")
    'at least 50 % by 2022-12-15'
    """
    plans: list[WorkPlan] = []
    found: list[Finding] = []
    for each in (source, *others):
        try:
            plans += _read(each).plans
        except DataError as error:
            found += error.findings
    if found:
        raise DataError(found)
    try:
        return PlanTree(tuple(plans))
    except DataError as error:
        raise DataError(one.at("$") for one in error.findings) from None


def _read(source: Source) -> _PlanFile:
    document = read_toml(source)
    for each in (*tables_of(document.get("plans")), *_tasks(document)):
        # A title in one language stands for itself in both.
        if isinstance(each.get("title"), str):
            each["title"] = {"vi": each["title"], "en": each["title"]}
    for task in _tasks(document):
        where = task.get("where")
        if isinstance(where, dict):
            given = cast("dict[str, Any]", where)
            task["where"] = [
                {"dimension": name, "values": [values] if isinstance(values, str) else values}
                for name, values in given.items()
            ]
    try:
        return shared_converter().structure(document, _PlanFile)
    except Exception as error:  # noqa: BLE001 - whatever a record raises, cattrs gathers
        raise DataError(findings_of(error)) from None


def _tasks(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tasks of a document, as far as they are tables; the converter judges the rest."""
    return [
        task for plan in tables_of(document.get("plans")) for task in tables_of(plan.get("tasks"))
    ]
