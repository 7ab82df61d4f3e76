"""The case of Tam Xuân II commune, 2020-2022.

As small functions that each return objects of the library.

`evnpubsvc demo` prints it, `examples/tam_xuan_ii_2022/story.py` tells it. What was published stands
beside what is assumed in `examples/tam-xuan-ii-2022.toml`; whatever is made up says so:
`synthetic`, `illustrative`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any, Final

from attrs import evolve

from evnpubsvc._tables import packaged_table, packaged_text
from evnpubsvc.campaigns import (
    AwardAuthority,
    AwardRecord,
    Campaign,
    CampaignReport,
    CampaignStage,
    Conference,
    DriveForm,
    DriveScope,
    Elements,
    Launch,
    Outlook,
    Participant,
    PlanReport,
    PlanTree,
    RecognitionChain,
    StageStep,
    award_authorities,
    campaign_report,
    draft_plan,
    follow_plans,
    recognition_chain,
)
from evnpubsvc.catalogue import Catalogue, ServiceOffering, seed_catalogue
from evnpubsvc.codes import ProcedureCode
from evnpubsvc.dossiers import Precision
from evnpubsvc.emulation import Scheme, ScoreSheet, Standings, UnitFigures, roll_up
from evnpubsvc.law import Citation, Confidence, Instrument, Validity, example_instruments
from evnpubsvc.outreach import DutyRoster, SupportProgramme, plan_rosters
from evnpubsvc.periods import Period
from evnpubsvc.quantities import AnyCount, Count, CountUnit, Ratio, Unknown, parse_count
from evnpubsvc.serde import (
    outreach_example,
    read_figure_columns,
    read_figures,
    read_plans,
    read_scheme,
)
from evnpubsvc.services import Channel, OnlineLevel2011
from evnpubsvc.statistics import (
    BeforeAfter,
    Flow,
    RegisterRow,
    RegisterStatus,
    Tally,
    TallyCell,
    before_after,
    flow,
    tally,
)
from evnpubsvc.texts import Text
from evnpubsvc.units import (
    AdminUnit,
    Population,
    PopulationKind,
    PopulationTable,
    TerritoryComparison,
    UnitRegister,
    nui_thanh,
)
from evnpubsvc.worktime import Calendar, vietnam_calendar

__all__ = [
    "ROSTER_MONTHS",
    "after_the_merger",
    "authorities",
    "before_and_after",
    "before_and_after_the_team",
    "catalogue_of_2022",
    "certificates",
    "chronology",
    "commune",
    "contribution",
    "district_drive",
    "district_figures",
    "district_report",
    "end_of",
    "first_sheet",
    "growth",
    "instrument",
    "monthly_figures",
    "outlook",
    "periods",
    "plan_older_than_the_districts",
    "plan_progress",
    "plans",
    "population",
    "procedures_with_dossiers",
    "programme",
    "province_drive",
    "province_figures",
    "province_report",
    "published",
    "recognition",
    "register_rows",
    "rosters",
    "unit_register",
    "yearly_figures",
]

ROSTER_MONTHS: Final = tuple(f"2022-{month:02}" for month in range(4, 13))
_DISTRICT: Final = "517"
_OFFERED: Final = Validity(date(2022, 4, 27), date(2025, 6, 30))
_LONGEST: Final = 5  # assumed: working days from receipt to the result, in the synthetic register
_PACE: Final = (
    100  # assumed: a day with the team against a day before it, in the synthetic register
)


def _case() -> dict[str, Any]:
    return packaged_table("examples/tam-xuan-ii-2022.toml")


def _stream(name: str) -> io.BytesIO:
    return io.BytesIO(packaged_text(f"examples/{name}").encode())


# Papers.


def chronology() -> tuple[Instrument, ...]:
    """Return the papers of the drive, oldest first."""
    return tuple(sorted(example_instruments(), key=lambda paper: paper.issued or date.max))


def instrument(number: str) -> Instrument:
    """Return one paper by its number (`"44/QĐ-UBND"`)."""
    return next(paper for paper in chronology() if str(paper) == number)


def plan_older_than_the_districts() -> tuple[Instrument, Instrument]:
    """Return the commune's plan and the district's, which is younger.

    No rule may demand the other order.
    """
    return instrument("15/KH-UBND"), instrument("81/KH-UBND")


def plans() -> PlanTree:
    """Return the papers as plans with tasks.

    No target was published, so none is here.
    """
    return read_plans(_stream("tam-xuan-ii-plans-2022.toml"))


def plan_progress() -> PlanReport:
    """Return where the tasks of the plans were on the last day with published figures."""
    return follow_plans(plans(), as_of=periods()["2022"].last)


def outlook() -> Outlook:
    """Return a draft of the commune's plan of 2023: what goes on, targets to be set by people.

    The team is kept; how much its desk carries was not published.
    """
    title = Text(
        vi="Cải cách hành chính năm 2023 (dự kiến)", en="Administrative reform, 2023 (draft)"
    )
    return draft_plan(
        plan_progress(),
        "15-kh-ubnd",
        key="2023",
        title=title,
        start=date(2023, 1, 1),
        end=date(2023, 12, 31),
        calendar=calendar(),
        rosters=plan_rosters(programme().team, ["2023-01", "2023-02", "2023-03"], calendar()),
    )


# The commune, its procedures and their levels.


def unit_register() -> UnitRegister:
    """Return the units of the district before and after 1/7/2025."""
    return nui_thanh()


def commune(day: date) -> AdminUnit:
    """Return the unit that had code 20971 on a day.

    Tam Xuân II until 30/6/2025, another one afterwards.
    """
    return unit_register().at(_case()["unit"], day)


def population() -> Population | Unknown:
    """Return the population of the commune: unknown, since "large" is no number."""
    return PopulationTable().of(
        _case()["unit"],
        PopulationKind.PEOPLE,
        on=periods()["2022"].last,
        register=unit_register(),
    )


@cache
def catalogue_of_2022() -> Catalogue:
    """Return the five procedures with the levels assumed for 2022, in the words of both regimes.

    The four levels ended on 14/8/2022; from 15/8 on the same services are end-to-end or partial,
    until the commune ended on 30/6/2025.
    """
    source = Citation(
        "94/QĐ-STTTT",
        "",
        Confidence.MEMORY,
        "ASSUMED: the list was not seen; levels are data of the user",
    )
    unit: str = _case()["unit"]
    offerings = (
        ServiceOffering(
            unit,
            ProcedureCode.parse(row["procedure"]),
            OnlineLevel2011(row["level"]),
            _OFFERED,
            (Channel.ONLINE,),
            source,
        )
        for row in _case()["services"]
    )
    parts = (part for each in offerings for part in each.across_regimes())
    return Catalogue.of(seed_catalogue().procedures, parts)


# The team.


def programme() -> SupportProgramme:
    """Return the team of decision 44/QĐ-UBND.

    Its desk with the equipment, leaflets and loudspeaker.
    """
    return outreach_example()


@cache
def calendar() -> Calendar:
    """Return the calendar of Viet Nam's civil servants."""
    return vietnam_calendar()


def rosters() -> tuple[DutyRoster, ...]:
    """Return the nine rosters of April to December 2022; the members are placeholders."""
    return tuple(plan_rosters(programme().team, ROSTER_MONTHS, calendar()))


# Dossiers.


def periods() -> Mapping[str, Validity]:
    """Return the periods of the published totals. They are of unequal length."""
    return {row["key"]: Validity(row["first"], row["last"]) for row in _case()["periods"]}


def published() -> Mapping[str, AnyCount]:
    """Return the published totals of online dossiers; that of 2022 is "more than 7,000"."""
    return {row["key"]: _as_published(row["dossiers"]) for row in _case()["periods"]}


def procedures_with_dossiers() -> AnyCount:
    """Return in how many procedures dossiers arose: "mainly" five, so five or more."""
    return _as_published(_case()["procedures_with_dossiers"], CountUnit.PROCEDURES)


def _as_published(text: str, unit: CountUnit = CountUnit.DOSSIERS) -> AnyCount:
    count = parse_count(text, unit)
    assert not isinstance(count, Unknown)  # each has a number
    return count


def register_rows(progress: Callable[[int], object] | None = None) -> tuple[RegisterRow, ...]:
    """Return a SYNTHETIC register whose totals are as published; equal on every call.

    Of 2022 it has 7,001 dossiers, the least that "more than 7,000" allows.

    Each row is marked and has an opaque reference. Days and procedures are drawn. All dossiers are
    handled by the end of their period, as published; due dates are left out, since nothing about
    them was published. A dossier of another procedure than the five has no code.

    Args:
        progress: called with the number of rows after each period.
    """
    case, team_begins = _case(), programme().team.decisions[0].first
    services: list[dict[str, Any]] = case["services"]
    codes = [*(row["procedure"] for row in services), None]
    weights = list(accumulate([*(row["weight"] for row in services), case["others"]["weight"]]))
    rows: list[RegisterRow] = []
    for period in case["periods"]:
        draw = Random(case["seed"] + int(period["key"]))  # noqa: S311 - a synthetic register, no secret
        span = (period["last"] - period["first"]).days + 1
        days = [
            day
            for n in range(span)
            if calendar().is_working_day(day := period["first"] + timedelta(n))
        ]
        pace = list(accumulate(_PACE if day >= team_begins else 1 for day in days))
        drawn = sorted(draw.choices(days, cum_weights=pace, k=period["drawn"]))
        for number, day in enumerate(drawn, 1):
            dimensions = {
                "reference": f"SYN-{period['key']}-{number:05}",
                "unit": case["unit"],
                "procedure": draw.choices(codes, cum_weights=weights)[0],
                "channel": "online",
                "synthetic": "yes",
            }
            finished = _finished_on(day, period["last"], draw)
            status = RegisterStatus.RESULT
            rows.append(RegisterRow(day, None, finished, dimensions, status=status))
        if progress is not None:
            progress(len(rows))
    return tuple(rows)


def _finished_on(received: date, last: date, draw: Random) -> date:
    """Draw the day on which a made-up dossier was finished, by the end of its period."""
    working = [received + timedelta(n) for n in range((last - received).days + 1)]
    days = [day for day in working[: _LONGEST + 3] if calendar().is_working_day(day)]
    return draw.choice(days)


def _counted(*by: str, rows: tuple[RegisterRow, ...] | None) -> Tally:
    given = register_rows() if rows is None else rows
    return tally(given, by=by, as_of=periods()["2022"].last, compare=Precision.DATE)


def yearly_figures(rows: tuple[RegisterRow, ...] | None = None) -> Tally:
    """Return the dossiers of the synthetic register by year of receipt and procedure."""
    return _counted("received_year", "procedure", rows=rows)


def monthly_figures(rows: tuple[RegisterRow, ...] | None = None) -> Tally:
    """Return the dossiers of the synthetic register by month.

    Only the totals of the periods are published.
    """
    return _counted("received_month", rows=rows)


def end_of(year: str, rows: tuple[RegisterRow, ...] | None = None) -> TallyCell:
    """Return what the synthetic register says at the end of a period.

    Received, handled, pending.
    """
    span = periods()[year]
    period = Period.parse(f"{span.since}..{span.until}")
    given = register_rows() if rows is None else rows
    return tally(given, by=(), period=period, compare=Precision.DATE).total


def growth() -> Ratio:
    """Return more than 7,000 against 30, from a tiny base and over unequal periods.

    Never show it without both. `between` says how many times that is at least.
    """
    return Ratio(published()["2022"], published()["2021"], above_one=True)


def before_and_after() -> BeforeAfter:
    """Return 2021 and 2022 side by side, a working day, as published.

    "More than 7,000" leaves the upper end open. When the activities of the team began is not
    published, so no shorter periods can be compared.
    """
    flows = {
        key: Flow(published()[key], span.first, span.last)
        for key, span in periods().items()
        if key in {"2021", "2022"}
    }
    return before_after(flows["2021"], flows["2022"], calendar=calendar(), synthetic=False)


def before_and_after_the_team(rows: tuple[RegisterRow, ...] | None = None) -> BeforeAfter:
    """Return the SYNTHETIC register of 2022 before and after the team began.

    What it shows was put in: a day with the team gets a hundred times as many dossiers as a day
    before it (`_PACE`).
    """
    given = register_rows() if rows is None else rows
    begins = programme().team.decisions[0].first
    span = periods()["2022"]
    parts = (Period(span.first, begins - timedelta(1)), Period(begins, span.last))
    before, after = (
        flow(tally(given, by=(), period=part, compare=Precision.DATE), "received") for part in parts
    )
    return before_after(before, after, calendar=calendar(), synthetic=True)


# The district's drive.


@cache
def _scheme() -> Scheme:
    return read_scheme(_stream("nui-thanh-2022.toml"))


def district_figures() -> tuple[UnitFigures, ...]:
    """Return the figures of the communes.

    Only those of Tam Xuân II are published, its dossiers of 2022 as a bound; the others are
    synthetic.
    """
    columns = read_figure_columns(_stream("nui-thanh-2022-columns.toml"))
    return read_figures(_stream("nui-thanh-2022.csv"), _scheme(), columns).units


def _certificate(unit: str, form: str, giver: Text) -> AwardRecord:
    """Return a certificate with its prize; its day and number are not published."""
    return AwardRecord(unit=unit, achievement="dvctt-2022", form=form, prize="first", giver=giver)


def _conference() -> Conference:
    """Return the conference at which the commune reported; its day and host are not published."""
    return Conference(
        title=Text(
            vi="hội nghị tổng kết năm 2022, phát động thi đua năm 2023",
            en="conference that closed 2022 and launched the emulation of 2023",
        ),
        report=Text(vi="báo cáo điển hình", en="report of what the commune did"),
    )


def district_drive() -> Campaign:
    """Return the district's drive.

    The score sheet is illustrative, its first and last day are assumed. When communes registered
    and reported, and when the prizes were decided, is not published and so not known here.
    """
    plan, drive = instrument("81/KH-UBND"), _case()["drive"]
    assert plan.issued is not None
    return Campaign(
        key="nui-thanh-2022",
        title=Text(
            vi="Đợt thi đua cao điểm DVCTT mức độ 3, 4 năm 2022, huyện Núi Thành",
            en="Peak drive for online services of level 3 and 4, 2022, Núi Thành district",
        ),
        form=DriveForm.WAVE,
        scope=DriveScope.LOCALITY,
        start=drive["first"],
        end=drive["last"],
        scheme=_scheme(),
        launch=Launch(number=str(plan), day=plan.issued, issuer=plan.issuer, level="district"),
        elements=Elements(
            goal="nâng cao chất lượng giải quyết qua dịch vụ công trực tuyến mức độ 3, 4",
            scope="huyện Núi Thành",
            subjects="các xã, thị trấn",
        ),
        participants=tuple(
            Participant(unit=each.unit, name=each.name) for each in district_figures()
        ),
        steps=(StageStep(stage=CampaignStage.PUBLIC),),
        upper="quang-nam-2022",
        entry=_DISTRICT,
        awards=(
            evolve(
                _certificate(
                    _case()["unit"],
                    "giay-khen",
                    Text(
                        vi="Chủ tịch UBND huyện Núi Thành",
                        en="Chairman of the People's Committee of Núi Thành district",
                    ),
                ),
                conference=_conference(),
            ),
        ),
    )


def district_report() -> CampaignReport:
    """Return standings and prizes of the district's drive.

    As the closing conference would report them.
    """
    return campaign_report(district_drive(), district_figures())


def first_sheet() -> ScoreSheet:
    """Return the score sheet of the first.

    Growth is capped, so that one commune does not swallow the scale.
    """
    standings = district_report().standings
    assert standings is not None
    return next(place.sheet for place in standings if place.rank == 1)


# Certificates.


def authorities(form: str) -> tuple[AwardAuthority, ...]:
    """Return who may give a certificate on the last day of the drive.

    The library knows who gives the certificate of merit of a province from 2024 on only. That the
    province's People's Committee gave one in 2022 is what the report of the drive says; so it is
    the user who adds it here.
    """
    of_the_report = AwardAuthority(
        form="bang-khen-tinh",
        level="province",
        who=Text(vi="UBND tỉnh", en="the province's People's Committee"),
        validity=Validity(date(2022, 1, 1), date(2023, 12, 31)),
        source=Citation(
            "report of the drive of 2022 in commune Tam Xuân II",
            "",
            Confidence.ONE_SOURCE,
            "added by the user",
        ),
    )
    return award_authorities(form, _case()["drive"]["last"], known=[of_the_report])


def certificates() -> tuple[AwardRecord, ...]:
    """Return both certificates: giấy khen to the commune, bằng khen to the district.

    Numbers and days are not published.
    """
    return (*district_drive().awards, *province_drive().awards)


def recognition() -> RecognitionChain:
    """Return how the commune's work was recognised, up to the province.

    Whether anybody copied it is not published.
    """
    return recognition_chain([district_drive(), province_drive()], _case()["unit"])


# The province's drive.


def province_figures(
    *, late: bool = True, without: Collection[str] = ()
) -> tuple[UnitFigures, ...]:
    """Return the districts' entries.

    That of Núi Thành adds up its communes, the other two are synthetic.

    Args:
        late: with the late report of the commune that lacks a figure. Without it the district's
            total is unknown.
        without: communes whose figures are left out of the district's sums.
    """
    reported: dict[str, int] = _case()["late"] if late else {}
    communes = [
        evolve(
            each,
            figures={
                **dict(each.figures),
                "online_dossiers": Count(reported[each.unit], CountUnit.DOSSIERS),
            },
        )
        if each.unit in reported
        else each
        for each in district_figures()
        if each.unit not in without
    ]
    entries = roll_up(communes, {each.unit: _DISTRICT for each in communes})
    keys = [spec.key for spec in _scheme().figures]
    others = (
        evolve(
            UnitFigures.for_scheme(_scheme(), row["unit"], {key: row[key] for key in keys}),
            name=row["name"],
        )
        for row in _case()["districts"]
    )
    return (*(evolve(each, name="Núi Thành") for each in entries), *others)


def province_drive() -> Campaign:
    """Return the province's drive, which the district entered with the sums of its communes.

    Sheet as illustrative.
    """
    lower = district_drive()
    first = evolve(_scheme().prizes[0], form="bang-khen-tinh")
    title = Text(
        vi="Thi đua DVCTT mức độ 3, 4 tỉnh Quảng Nam năm 2022 (minh họa)",
        en="Quảng Nam province's drive for online services of level 3 and 4, 2022 (illustrative)",
    )
    return Campaign(
        key=lower.upper or "",
        title=title,
        form=lower.form,
        scope=lower.scope,
        start=lower.start,
        end=lower.end,
        scheme=evolve(_scheme(), key="quang-nam-2022-illustrative", title=title, prizes=(first,)),
        awards=(
            _certificate(
                _DISTRICT,
                "bang-khen-tinh",
                Text(vi="UBND tỉnh Quảng Nam", en="People's Committee of Quảng Nam province"),
            ),
        ),
    )


def province_report(*, late: bool = True, without: Collection[str] = ()) -> CampaignReport:
    """Return standings and prizes of the province's drive.

    The arguments are those of its figures.
    """
    return campaign_report(
        province_drive(),
        province_figures(late=late, without=without),
        authorities=authorities("bang-khen-tinh"),
    )


def contribution() -> tuple[Standings, Standings]:
    """Return the province's standings with the commune and without it.

    What it does for its district.

    The other districts are made up and the sheet is illustrative: the mechanics, not the history.
    """
    with_it = province_report().standings
    without_it = province_report(without=[_case()["unit"]]).standings
    assert with_it is not None
    assert without_it is not None
    return with_it, without_it


# After 1/7/2025.


def after_the_merger() -> TerritoryComparison:
    """Return what can be compared of the dossiers of 2022 after the merger.

    The whole group of old units, or nothing. The figures of the other two communes are unknown, so
    the sum is unknown, whatever the number of one.
    """
    day = date(2025, 7, 1)
    lineage = unit_register().lineage(day - timedelta(1), day)
    (found,) = lineage.compare(
        {commune(periods()["2022"].first).key: published()["2022"].least}, {}
    )
    return found
