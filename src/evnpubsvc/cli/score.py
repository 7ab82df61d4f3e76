"""`evnpubsvc score`: figures of units under a scheme become standings that explain themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from evnpubsvc._records import frozen
from evnpubsvc.cli._codes import CodesFound, criterion_option, find_codes
from evnpubsvc.cli._io import lang_option, reported
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._output import SHAPES, Answer, format_option, output_option, write_answer
from evnpubsvc.cli._rejects import Sample, findings_option
from evnpubsvc.cli._standings import Scored, load_months, load_standings, standings_options
from evnpubsvc.periods import Period
from evnpubsvc.quantities import Interval, Unknown
from evnpubsvc.quantities.parts import decimal_text
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import named, render

if TYPE_CHECKING:
    from evnpubsvc.emulation import Awards, Component, Grading, Place, Scheme, Standings
    from evnpubsvc.serde.engine import Sheet, SheetCell, SheetColumn

__all__ = [
    "score_command",
    "standings_document",
]


@click.command("score")
@click.argument("scheme")
@click.argument("figures", required=False)
@standings_options
@click.option(
    "--monthly",
    is_flag=True,
    help="Score each month of the period by itself; what FIGURES says holds for each of them.",
)
@click.option(
    "--codes",
    metavar="UNIT",
    help="Also the codes of the dossiers behind the points of UNIT, from the register.",
)
@criterion_option
@lang_option
@format_option(*SHAPES)
@output_option
@findings_option
def score_command(
    scheme: str,
    figures: str | None,
    codes: str | None,
    criteria: tuple[str, ...],
    lang: Language,
    shape: str | None,
    output: str | None,
    findings: str | None,
    *,
    monthly: bool,
    **source: Any,
) -> None:
    """Score the units of FIGURES, or of a register, under SCHEME; rank them and give the prizes.

    SCHEME is the name of a preset or a TOML file. FIGURES is a CSV file with one row a unit, or -
    for standard input. With --register the figures that have a measure are counted, and FIGURES
    need only hold the others, or may be left out.
    """
    from evnpubsvc.emulation import grade_all

    if criteria and codes is None:
        raise WrongCall("call-criterion-codes")
    with reported(lang):
        sample = Sample(lang, findings)

        # One period, or its months.
        scored: Iterable[tuple[Period | None, Scored]]
        if monthly:
            scored = load_months(scheme, figures, lang, sample, **source)
        else:
            again = codes is not None
            scored = [(None, load_standings(scheme, figures, lang, sample, again=again, **source))]

        # What there is to show of each.
        results: list[_Result] = []
        for period, each in scored:
            grading = grade_all(each.standings)
            for found in grading.notices:
                sample.keep(found)
            behind = None
            # A month may pass without a unit.
            if codes is not None and (period is None or codes in each.standings):
                behind = find_codes(each, each.standings[codes].sheet, criteria)
            results.append(_Result(period, each.standings, grading, behind))
        if codes is not None and not any(each.codes for each in results):
            results[-1].standings[codes]  # raises: no month knows the unit
        sample.show()
        write_answer(_answer(results, lang), shape, output, lang)


@frozen
class _Result:
    """What is shown of a period: None for the only one."""

    period: Period | None
    standings: Standings
    grading: Grading
    codes: CodesFound | None

    def text(self, lang: Language) -> str:
        """Return the standings, the prizes, and the codes that are asked for."""
        parts = [] if self.period is None else [self.period.written(lang)]
        parts.append(self.standings.text(lang))
        prizes = _prizes(self.standings, lang)
        if prizes:
            parts.append("\n".join(["", *prizes]))
        if self.codes is not None:
            head = render("codes-behind", lang, {"unit": self.codes.sheet.unit})
            parts.append("\n".join(["", head, *self.codes.lines(lang)]))
        return "\n".join(parts)

    def document(self) -> dict[str, Any]:
        """Return the JSON document."""
        head = {} if self.period is None else {"period": str(self.period)}
        document = head | standings_document(self.standings)
        if self.codes is not None:
            document["codes"] = self.codes.document()
        return document


def _prizes(standings: Standings, lang: Language) -> list[str]:
    """Return a line for each prize; a sheet without prizes needs no room of campaigns."""
    if standings.scheme is None or not standings.scheme.prizes:
        return []
    from evnpubsvc.campaigns.parts import prize_lines
    from evnpubsvc.emulation import award

    return list(prize_lines(standings, award(standings), lang))


def _scheme_of(standings: Standings) -> Scheme:
    """Return the scheme of standings that have places: a table without rows is refused before."""
    assert standings.scheme is not None
    return standings.scheme


def _number(value: Any) -> str | None:
    if value is None or isinstance(value, Unknown):
        return None
    return decimal_text(value)


def _interval(between: Interval | None) -> dict[str, Any]:
    """Return between what a number lies, as a part of a document; nothing where it is not said."""
    if between is None:
        return {}
    ends = [_number(between.low), _number(between.high)]
    return {"between": ends, "between_reached": between.reached}


def _reason(place: Place) -> str | None:
    if place.reason is None:
        return None
    return place.reason.reason


def _component(component: Component, place: Place) -> dict[str, Any]:
    unknown = None
    if isinstance(component.points, Unknown):
        unknown = component.points
    criterion = place.sheet.scheme.criterion(component.key)
    return {
        "key": component.key,
        "numerator": component.numerator,
        "denominator": component.denominator,
        "value": _number(component.value),
        "points": _number(component.points),
        "max": decimal_text(criterion.maximum),
        "exact": _number(component.exact),
        "capped": component.capped,
        "zero": component.zero,
        "chosen": list(component.chosen) or None,
        "flags": list(component.flags) or None,
        "reason": None if unknown is None else unknown.reason,
        **_interval(component.between),
    }


def standings_document(standings: Standings) -> dict[str, Any]:
    """Return standings as `score --format json` writes them, but for format and type.

    Scores are texts of exact decimals.
    """
    from evnpubsvc.emulation import award, grade_all

    places: list[dict[str, Any]] = []
    grading = grade_all(standings)
    for place in standings:
        sheet = place.sheet
        grade = grading[sheet.unit].grade
        published = sheet.published
        entry: dict[str, Any] = {
            "unit": sheet.unit,
            "name": sheet.name or None,
            "stratum": place.stratum or None,
            "rank": place.rank,
            "shared": place.shared,
            "score": _number(sheet.total),
            "max": decimal_text(sheet.maximum),
            "band": None if grade is None else grade.band,
            "reason": _reason(place),
            "about": None if place.reason is None else place.reason.about or None,
            "components": [_component(component, place) for component in sheet.components],
            "groups": [
                {
                    "key": group.key,
                    "points": _number(group.points),
                    "max": decimal_text(group.maximum),
                    **_interval(group.between),
                }
                for group in sheet.groups
            ],
        }

        # Between what the total and the rank lie, where figures are known within bounds.
        entry |= _interval(sheet.between)
        if place.ranks is not None:
            entry["ranks"] = list(place.ranks)

        # How a rule changed the grade, and what was published, where there is either.
        if grade is not None and grade.steps:
            entry["grade"] = {
                "by_total": grade.by_total,
                "steps": [
                    {"rule": s.rule, "effect": s.effect, "before": s.before, "after": s.after}
                    for s in grade.steps
                ],
            }
        if published is not None:
            entry["published"] = {
                "score": _number(published.score),
                "rank": published.rank,
                "drift": _number(sheet.drift),
            }
        places.append(entry)
    document: dict[str, Any] = {
        "scheme": _scheme_of(standings).key,
        "ties": standings.ties,
        "within": standings.within,
        "standings": places,
    }
    if _scheme_of(standings).prizes:
        document["prizes"] = _prizes_document(award(standings, grading=grading))
    return document


def _prizes_document(awards: Awards) -> dict[str, Any]:
    given = [
        {"prize": each.prize, "unit": each.unit, "stratum": each.stratum or None, "rank": each.rank}
        for each in awards.given
    ]
    ties = [
        {
            "prize": each.prize,
            "stratum": each.stratum or None,
            "places": each.places,
            "units": list(each.units),
        }
        for each in awards.ties
    ]
    vacant = [
        {"prize": prize, "stratum": stratum or None, "places": places}
        for stratum, prize, places in awards.vacant
    ]
    return {"given": given, "ties": ties, "vacant": vacant}


def _answer(results: Sequence[_Result], lang: Language) -> Answer:
    first = results[0]

    def document() -> dict[str, Any]:
        if first.period is None:
            return first.document()
        return {
            "scheme": _scheme_of(first.standings).key,
            "months": [r.document() for r in results],
        }

    def sheets() -> list[Sheet]:
        codes = [each.codes.table(lang) for each in results if each.codes is not None]
        return [_sheet(results, lang), *codes[:1]]

    return Answer(
        kind="standings" if first.period is None else "standings-by-month",
        text=lambda: "\n\n".join(each.text(lang) for each in results),
        document=document,
        sheets=sheets,
        title=_scheme_of(first.standings).title.get(lang),
    )


def _titles(standings: Standings, lang: Language) -> dict[str, str]:
    """What reasons, figures, criteria, grades and prizes are called in Vietnamese, by key."""
    if lang == "en":
        return {}
    scheme = _scheme_of(standings)
    parts = (*scheme.groups, *scheme.criteria, *scheme.figures, *scheme.bands, *scheme.prizes)
    titles = {part.key: part.title.vi for part in parts}
    reasons = {place.reason.reason for place in standings if place.reason is not None}
    return titles | {reason: render(reason, lang, {}) for reason in reasons}


def _sheet(results: Sequence[_Result], lang: Language) -> Sheet:
    """Standings as a table for spreadsheets: a row a unit, a column a criterion."""
    from evnpubsvc.emulation import award
    from evnpubsvc.serde.engine import Sheet, SheetColumn

    # What any of the standings shows decides which columns there are.
    scheme = _scheme_of(results[0].standings)
    places = scheme.rounding.places
    published = any(place.sheet.published for each in results for place in each.standings)
    within = any(place.ranks or place.sheet.between for each in results for place in each.standings)
    titles: dict[str, str] = {}
    for each in results:
        titles |= _titles(each.standings, lang)

    def column(key: str, places: int = 0, *, optional: bool = False) -> SheetColumn:
        title = named("column", "why" if key == "reason" else key).get(lang)
        words = titles if key in {"reason", "about", "grade", "prize"} else {}
        return SheetColumn(key, title, places, optional=optional, words=words)

    columns = [
        *([] if results[0].period is None else [column("period")]),
        column("unit"),
        column("name", optional=True),
        column("stratum", optional=True),
        column("rank"),
        column("score", places),
        *([column("score-least", places), column("score-most", places)] if within else []),
        *([column("rank-best"), column("rank-worst")] if within else []),
        *(column(key, optional=True) for key in ("reason", "about", "grade")),
        *([column("prize", optional=True)] if scheme.prizes else []),
        *([column("published", places), column("drift", places)] if published else []),
        *(SheetColumn(part.key, part.title.get(lang), places) for part in scheme.criteria),
    ]

    # The rows, month by month where there are several.
    rows: list[list[SheetCell]] = []
    for each in results:
        awards = award(each.standings, grading=each.grading)
        month = [] if each.period is None else [str(each.period)]
        rows += [
            [*month, *_cells(place, each.grading, awards, published=published, within=within)]
            for place in each.standings
        ]
    return Sheet(render("sheet-standings", lang, {}), columns, rows, [scheme.title.get(lang)])


def _cells(
    place: Place, grading: Grading, awards: Awards, *, published: bool, within: bool
) -> list[SheetCell]:
    sheet = place.sheet
    prize = [awards.of(sheet.unit)] if sheet.scheme.prizes else []
    grade = grading[sheet.unit].grade
    official: list[SheetCell] = []
    if published:
        score = None if sheet.published is None else sheet.published.score
        official = [score, sheet.drift]
    return [
        sheet.unit,
        sheet.name,
        place.stratum,
        place.rank,
        _known(sheet.total),
        *(_ends(place) if within else []),
        _reason(place),
        None if place.reason is None else place.reason.about,
        None if grade is None else grade.band,
        *prize,
        *official,
        *(_known(component.points) for component in sheet.components),
    ]


def _ends(place: Place) -> list[SheetCell]:
    """Return the ends of a total and of a rank that bounds leave open; blank where none do."""
    between = place.sheet.between
    total = [None, None] if between is None else [between.low, between.high]
    return [*total, *(place.ranks or (None, None))]


def _known(value: Fraction | Unknown) -> Fraction | None:
    return None if isinstance(value, Unknown) else value
