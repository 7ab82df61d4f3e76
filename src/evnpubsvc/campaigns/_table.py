"""A campaign as people read it: the drive and its law, standings, prizes, who is missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from evnpubsvc._grid import Block, blocks_of
from evnpubsvc.campaigns._law import LegalRegime, award_authorities
from evnpubsvc.campaigns._report import CampaignReport
from evnpubsvc.emulation import Awards, Prize, Standings
from evnpubsvc.texts import Language
from evnpubsvc.texts.parts import named, render


@blocks_of.register
def _(report: CampaignReport, lang: Language) -> Iterator[Block]:
    # What the drive is, when, and under which law.
    campaign = report.campaign
    stage = campaign.stage.text.get(lang) if lang == "vi" else campaign.stage.value
    days = {"start": campaign.start, "end": campaign.end, "days": campaign.days}
    opening = [campaign.title.get(lang), _say("days", lang, stage=stage, **days)]
    if report.regime is not None:
        opening.append(_say("law", lang, law=_law(report.regime, lang)))
    if report.standings is None:
        opening.append(_say("no-figures", lang))
    yield "\n".join(opening)
    if report.standings is None or report.awards is None:
        return

    # How its units stand, and what they win.
    yield from blocks_of(report.standings, lang)
    closing = list(prize_lines(report.standings, report.awards, lang, on=campaign.end))
    if report.missing:
        closing.append(_say("missing", lang, units=", ".join(report.missing)))
    if closing:
        yield "\n".join(closing)


def _law(regime: LegalRegime, lang: Language) -> str:
    parts = (regime.law, regime.decree, regime.circular)
    return "; ".join(part.get(lang) for part in parts if part)


def _say(key: str, lang: Language, **parts: object) -> str:
    return render(f"campaign-{key}", lang, parts)


def prize_lines(
    standings: Standings, awards: Awards, lang: Language, *, on: date | None = None
) -> Iterator[str]:
    """Yield a line for each prize; `on` names the day whose law says who awards."""
    prizes: dict[str, Prize] = {}
    if standings.scheme is not None:
        prizes = {prize.key: prize for prize in standings.scheme.prizes}
    names = {place.sheet.unit: place.sheet.name or place.sheet.unit for place in standings}

    # Prizes that were given, places that ties leave open, prizes that nobody got.
    for given in awards.given:
        prize, unit = prizes[given.prize], names[given.unit]
        place = {"stratum": given.stratum, "rank": given.rank}
        line = _say("prize", lang, prize=prize.title.get(lang), unit=unit, **place)
        if on is not None:
            line += _form(prize, lang, on)
        yield line
    for tie in awards.ties:
        title = prizes[tie.prize].title.get(lang)
        units = ", ".join(names[unit] for unit in tie.units)
        yield _say("tie", lang, prize=title, units=units, places=tie.places, stratum=tie.stratum)
    for stratum, key, places in awards.vacant:
        title = prizes[key].title.get(lang)
        yield _say("vacant", lang, prize=title, stratum=stratum, places=places)


def _form(prize: Prize, lang: Language, on: date) -> str:
    """Return what follows a prize that goes with a form of commendation: name, who awards it."""
    if not prize.form:
        return ""
    who = award_authorities(prize.form, on)
    offices = "; ".join(f"{a.who.get(lang)} ({a.source.certainty.get(lang)})" for a in who)
    form = named("award-form", prize.form).get(lang)
    return f" - {form}: {offices or render('award-office-unknown', lang, {})}"
