"""Prizes as people read them: given, undecided, vacant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from evnpubsvc.campaigns import award_authorities
from evnpubsvc.emulation import Awards, Prize, Scheme
from evnpubsvc.texts import Language, render


def prize_lines(
    scheme: Scheme, awards: Awards, lang: Language, *, on: date | None = None
) -> Iterator[str]:
    """Yield a line for each prize; `on` names the day whose law says who awards."""

    def say(key: str, **parts: object) -> str:
        return render(f"campaign-{key}", lang, parts)

    prizes = {prize.key: prize for prize in scheme.prizes}
    for given in awards.given:
        prize = prizes[given.prize]
        where = given.stratum
        line = say(
            "prize", prize=prize.title.get(lang), unit=given.unit, stratum=where, rank=given.rank
        )
        yield line if on is None else line + _form(prize, lang, on)
    for tie in awards.ties:
        title, units = prizes[tie.prize].title.get(lang), ", ".join(tie.units)
        yield say("tie", prize=title, units=units, places=tie.places, stratum=tie.stratum)
    for stratum, key, places in awards.vacant:
        title = prizes[key].title.get(lang)
        yield say("vacant", prize=title, stratum=stratum, places=places)


def _form(prize: Prize, lang: Language, on: date) -> str:
    """Return what follows a prize that goes with a form of commendation: its name, and who awards it."""
    if not prize.form:
        return ""
    who = award_authorities(prize.form, on)
    offices = "; ".join(f"{a.who.get(lang)} ({a.source.certainty.get(lang)})" for a in who)
    return f" - {prize.form}: {offices or '?'}"
