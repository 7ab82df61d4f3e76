"""Plans and drives of a made-up district: what its units set themselves, and who was honoured."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Final

from attrs import evolve

from evnpubsvc.campaigns import (
    AwardRecord,
    Campaign,
    Conference,
    DriveForm,
    DriveScope,
    PlanTarget,
    PlanTask,
    PlanTree,
    RecognisedModel,
    WorkPlan,
)
from evnpubsvc.law import Citation
from evnpubsvc.quantities import CountUnit
from evnpubsvc.serde import preset
from evnpubsvc.texts import Text
from evnpubsvc.units import AdminUnit, Tier

_BEGINS, _ENDS = date(2024, 1, 1), date(2024, 12, 31)
_BY: Final = date(2024, 12, 14)
_LEAST: Final = Fraction(1, 4)  # of dossiers online: some communes reach it, some do not
_PROVINCE: Final = "SYN-P"


def make_plans(units: Iterable[AdminUnit], source: Citation) -> PlanTree:
    """Return plans of a province, its district and the communes, with one task under another."""
    listed = list(units)
    communes = [unit.code for unit in listed if unit.tier is Tier.COMMUNE]
    province = _plan("plan-SYN-P", Text(vi="tỉnh Giả Định", en="Giả Định province"), Tier.PROVINCE)
    plans = [evolve(province, units=tuple(communes), tasks=_tasks(source))]
    for unit in listed:
        own = _plan(f"plan-{unit.code}", Text(vi=unit.name, en=unit.name), unit.tier)
        upper = f"plan-{unit.parent or _PROVINCE}"
        covered = tuple(communes) if unit.tier is Tier.DISTRICT else (unit.code,)
        tasks = tuple(evolve(task, serves=task.key) for task in _tasks(source))
        plans.append(evolve(own, upper=upper, units=covered, tasks=tasks))
    return PlanTree(tuple(plans))


def _plan(key: str, name: Text, tier: Tier) -> WorkPlan:
    title = Text(vi=f"Kế hoạch giả định, {name.vi}", en=f"Made-up plan, {name.en}")
    return WorkPlan(key=key, title=title, tier=tier, start=_BEGINS, end=_ENDS)


def _tasks(source: Citation) -> tuple[PlanTask, ...]:
    """Return the tasks that each tier sets: a share, a count, and words."""
    return (
        PlanTask(
            key="online",
            title=Text(vi="Hồ sơ trực tuyến", en="Online dossiers"),
            owner="SYN",
            rate="online-share",
            target=PlanTarget(at_least=_LEAST, by=_BY, source=source),
        ),
        PlanTask(
            key="overdue",
            title=Text(vi="Không có hồ sơ quá hạn", en="No dossier overdue"),
            owner="SYN",
            count="pending-overdue",
            target=PlanTarget(at_most=Fraction(0), by=_BY, source=source),
        ),
        PlanTask(
            key="publicity",
            title=Text(vi="Tuyên truyền", en="Publicity"),
            owner="SYN",
            reported=CountUnit.EVENTS,
        ),
    )


def make_drives(units: Iterable[AdminUnit]) -> tuple[Campaign, Campaign]:
    """Return the drive of the district and that of its province, with made-up awards.

    The first commune wins the one, the district the other.
    """
    listed = list(units)
    district = next(unit.code for unit in listed if unit.tier is Tier.DISTRICT)
    first = next(unit.code for unit in listed if unit.tier is Tier.COMMUNE)
    lower = _drive("drive-SYN-D", "huyện Giả Định", "Giả Định district")
    upper = _drive("drive-SYN-P", "tỉnh Giả Định", "Giả Định province")
    model = RecognisedModel(
        title=Text(vi="tổ hỗ trợ giả định", en="made-up support team"),
        day=_ENDS,
        followers=tuple(unit.code for unit in listed if unit.code not in {district, first})[:1],
    )
    conference = Conference(
        title=Text(vi="hội nghị tổng kết giả định", en="made-up closing conference"),
        day=date(2024, 12, 27),
        report=Text(vi="báo cáo giả định", en="made-up report"),
    )
    award = AwardRecord(
        unit=first,
        achievement="synthetic-2024",
        form="giay-khen",
        conference=conference,
        model=model,
    )
    return (
        evolve(lower, upper=upper.key, entry=district, awards=(award,)),
        evolve(
            upper,
            awards=(
                AwardRecord(unit=district, achievement="synthetic-2024", form="bang-khen-tinh"),
            ),
        ),
    )


def _drive(key: str, vi: str, en: str) -> Campaign:
    return Campaign(
        key=key,
        title=Text(vi=f"Thi đua giả định, {vi}", en=f"Made-up drive, {en}"),
        form=DriveForm.THEMED,
        scope=DriveScope.LOCALITY,
        start=_BEGINS,
        end=_BY,
        scheme=preset("dvctt-illustrative"),
    )
