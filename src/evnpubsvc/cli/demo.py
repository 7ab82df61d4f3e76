"""`evnpubsvc demo`: the main job on published figures, then the case of 2022 behind it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from evnpubsvc._tables import packaged_text
from evnpubsvc.cli._io import aligned, lang_option, progress_line
from evnpubsvc.quantities import Interval, Unknown, ZeroPolicy, round_half_up
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import render

if TYPE_CHECKING:
    from evnpubsvc.outreach import DutyRoster
    from evnpubsvc.statistics import RegisterRow
    from evnpubsvc.units import UnitKey

__all__ = ["demo_command"]


def _example(name: str) -> io.BytesIO:
    return io.BytesIO(packaged_text(f"examples/{name}").encode())


def _say(lang: Language, key: str, **parts: object) -> None:
    click.echo(render(f"demo-{key}", lang, parts) + "\n")


def _team(lang: Language, rosters: Sequence[DutyRoster]) -> None:
    from evnpubsvc.examples import tam_xuan_ii as case

    team = case.programme().team
    plan, upper = case.plan_older_than_the_districts()
    loads = [sum(roster.loads[ref] for roster in rosters) for ref in team.refs]
    day = date(2022, 4, 15)
    unit = case.commune(day)
    district = case.unit_register().at(unit.parent or "", day)
    _say(
        lang,
        "team",
        unit=unit.name,
        district=district.name,
        plan=plan,
        plan_day=plan.issued,
        upper=upper,
        upper_day=upper.issued,
        decision=team.decisions[0].instrument,
        members=len(team.refs),
        days=sum(map(len, rosters)),
        least=min(loads),
        most=max(loads),
    )


def _months(lang: Language, rows: tuple[RegisterRow, ...]) -> None:
    from evnpubsvc.examples import tam_xuan_ii as case

    totals, spans = case.published(), case.periods()
    _say(
        lang,
        "months",
        rows=len(rows),
        totals=", ".join(f"{key}: {count.written(lang)}" for key, count in totals.items()),
    )
    cells = [cell for cell in case.monthly_figures(rows) if (cell.key[0] or "").startswith("2022")]
    click.echo(
        aligned(
            [str(c.key[0])[-2:] for c in cells],
            [[str(c.received.value) for c in cells]],
            right=range(12),
        )
    )
    click.echo()
    now, before = spans["2022"], spans["2021"]
    growth = case.growth()
    times = growth.between(ZeroPolicy.NOT_ASSESSABLE)
    assert isinstance(times, Interval)  # there were dossiers before
    _say(
        lang,
        "growth",
        current=growth.numerator,
        earlier=growth.denominator.least,
        times=round_half_up(times.low, 0),
        days=(now.last - now.first).days + 1,
        days_before=(before.last - before.first).days + 1,
    )


def _upper(lang: Language) -> None:
    from evnpubsvc.examples import tam_xuan_ii as case

    blocked = case.province_report(late=False).standings
    report = case.province_report()
    assert report.standings is not None
    assert blocked is not None
    unknown = next(place for place in blocked if place.rank is None)
    assert unknown.reason is not None
    _say(lang, "upper", missing=unknown.reason.about.partition(":")[0])
    click.echo(f"{report.standings.text(lang)}\n")
    assert report.awards is not None
    (given,) = report.awards.given
    (who,) = case.authorities("bang-khen-tinh")
    _, without = case.contribution()
    _say(
        lang,
        "upper-prize",
        unit=report.standings[given.unit].sheet.name,
        who=who.who.get(lang),
        place=without[given.unit].rank,
        places=len(without),
    )


def _unit_key(text: str) -> UnitKey:
    """Read a key of a unit as `str` writes it."""
    from evnpubsvc.units import UnitKey

    code, _, since = text.partition("@")
    return UnitKey(code, None if since == ".." else date.fromisoformat(since))


def _merged(lang: Language) -> None:
    from evnpubsvc.examples import tam_xuan_ii as case

    found = case.after_the_merger()
    unit = case.commune(date(2025, 7, 1))
    assert isinstance(found.before, Unknown)
    missing = tuple(_unit_key(text) for text in found.before.about.split(", "))
    before = render(found.before.reason, lang, {"value": missing})
    count = case.published()["2022"]
    _say(
        lang,
        "merged",
        code=unit.code,
        newer=unit.name,
        older=len(found.older),
        count=count,
        before=before,
    )


@click.command("demo")
@lang_option
def demo_command(lang: Language) -> None:
    """Score a province from its published counts, then tell the case of commune Tam Xuân II,
    2022.
    """
    from evnpubsvc.emulation import explain, rank, score
    from evnpubsvc.examples import tam_xuan_ii as case
    from evnpubsvc.serde import preset, read_figures

    _say(lang, "province")
    index = preset("qd766-dvcqg-2026").with_given("online")
    province = rank(
        score(index, unit) for unit in read_figures(_example("dak-lak-2026.csv"), index)
    )
    click.echo(f"{explain(province['H15'].sheet, lang)}\n")

    # The case: a register and rosters of 2022, counted month by month.
    with progress_line(lang) as progress:
        rows = case.register_rows(progress)
        rosters = case.rosters()
    _team(lang, rosters)
    _months(lang, rows)

    _say(lang, "drive")

    # The drive of the district: standings, first sheet, prize, who is not ranked.
    report = case.district_report()
    assert report.standings is not None
    click.echo(f"{report.standings.text(lang)}\n")
    for note in report.campaign.scheme.notes:
        click.echo(f"* {note.get(lang)}")
    first = case.first_sheet()
    click.echo(f"\n{explain(first, lang)}\n")
    _say(lang, "prize", unit=first.name)
    _say(
        lang, "unranked", units="; ".join(p.sheet.unit for p in report.standings if p.rank is None)
    )

    # What follows: the province's drive, the merged commune, the same in Python.
    _upper(lang)
    _merged(lang)
    _say(lang, "python")
    click.echo(
        "    from evnpubsvc import preset, rank, read_figures, score\n"
        '    scheme = preset("qd766-dvcqg-2026").only("timeliness")\n'
        '    standings = rank(score(scheme, unit) for unit in read_figures("figures.csv", scheme))'
    )
