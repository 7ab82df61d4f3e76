"""Prizes as people read them: given, undecided, vacant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from evnpubsvc.campaigns import award_authorities
from evnpubsvc.emulation import Awards, Prize, Standings
from evnpubsvc.texts import Language, named, render


def prize_lines(
    standings: Standings, awards: Awards, lang: Language, *, on: date | None = None
) -> Iterator[str]:
    """Yield a line for each prize; `on` names the day whose law says who awards."""

    def say(key: str, **parts: object) -> str:
        return render(f"campaign-{key}", lang, parts)

    if standings.scheme:
        prizes = {prize.key: prize for prize in standings.scheme.prizes}
    else:
        prizes = {}
    names = {place.sheet.unit: place.sheet.name or place.sheet.unit for place in standings}
    for given in awards.given:
        prize = prizes[given.prize]
        parts: dict[str, object] = {
            "unit": names[given.unit],
            "stratum": given.stratum,
            "rank": given.rank,
        }
        line = say("prize", prize=prize.title.get(lang), **parts)
        yield line if on is None else line + _form(prize, lang, on)
    for tie in awards.ties:
        title, units = (
            prizes[tie.prize].title.get(lang),
            ", ".join(names[unit] for unit in tie.units),
        )
        yield say("tie", prize=title, units=units, places=tie.places, stratum=tie.stratum)
    for stratum, key, places in awards.vacant:
        title = prizes[key].title.get(lang)
        yield say("vacant", prize=title, stratum=stratum, places=places)


def _form(prize: Prize, lang: Language, on: date) -> str:
    """Return what follows a prize that goes with a form of commendation.

    Its name, and who awards it.
    """
    if not prize.form:
        return ""
    who = award_authorities(prize.form, on)
    offices = "; ".join(f"{a.who.get(lang)} ({a.source.certainty.get(lang)})" for a in who)
    form = named("award-form", prize.form).get(lang)
    return f" - {form}: {offices or render('award-office-unknown', lang, {})}"
