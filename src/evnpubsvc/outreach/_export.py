"""A roster as text for people and as a table for spreadsheets."""

from __future__ import annotations

from evnpubsvc._grid import Block, blocks_of
from evnpubsvc.outreach._roster import Duty, DutyRoster
from evnpubsvc.texts import Language, Text
from evnpubsvc.texts.parts import guard_cell, render, written_day


def weekday_text(duty: Duty, lang: Language) -> str:
    """Return the weekday of a duty in a language."""
    return render(f"weekday-{duty.day.isoweekday()}", lang, {})


@blocks_of.register
def _(roster: DutyRoster, lang: Language) -> list[Block]:
    return [roster_text(roster, lang)]


def roster_text(roster: DutyRoster, lang: Language = "en", *, team: Text | None = None) -> str:
    """Return a roster as a text for the notice board.

    The text has the title, one line a day, the days of each member, and the changes.

    Args:
        roster: the roster.
        lang: language of the text.
        team: what the team is called; None for its key.

    >>> from datetime import date
    >>> duties = (Duty(date(2022, 5, 4), "TV1", ("TV1",)),)
    >>> print(roster_text(DutyRoster("tx2", date(2022, 5, 1), date(2022, 5, 31), duties, ("TV1",))))
    Duty roster 05/2022, team tx2
    <BLANKLINE>
    Wed  04/05/2022  TV1
    <BLANKLINE>
    Days: TV1 1
    """
    width = max((len(weekday_text(duty, lang)) for duty in roster), default=0)
    lines = [roster.title(lang, team), ""]
    for duty in roster:
        if duty.fixed:
            mark = f"  ({render('roster-fixed', lang, {})})"
        else:
            mark = ""
        weekday = weekday_text(duty, lang).ljust(width)
        lines.append(f"{weekday}  {written_day(duty.day, lang)}  {duty.member}{mark}")
    loads = [
        render("roster-load", lang, {"member": member, "days": days})
        for member, days in roster.loads.items()
    ]
    lines += ["", render("roster-loads", lang, {"loads": tuple(loads)})]
    for change in roster.log:
        moves = ", ".join(
            f"{written_day(m.day, lang)} {m.before} → {m.after}" for m in change.moves
        )
        word = render(f"change-{change.kind.value}", lang, {})
        if change.made_on:
            made = f" ({written_day(change.made_on, lang)})"
        else:
            made = ""
        lines.append(f"{word}: {moves}{made}")
    return "\n".join(lines)


def roster_csv(roster: DutyRoster, lang: Language = "en") -> str:
    """Return a roster as CSV (RFC 4180, lines end in LF).

    Date, weekday, member, whether the day was fixed.

    A text that a spreadsheet would run as a formula gets an apostrophe.
    """
    import csv  # noqa: PLC0415 - only this export needs them
    import io  # noqa: PLC0415

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["date", "weekday", "member", "fixed"])
    for duty in roster:
        row = [
            duty.day.isoformat(),
            weekday_text(duty, lang),
            duty.member,
            "1" if duty.fixed else "",
        ]
        writer.writerow([guard_cell(cell) for cell in row])
    return buffer.getvalue()
