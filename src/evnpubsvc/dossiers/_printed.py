"""A judgement as people read it: one row, and below it what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from evnpubsvc._grid import Block, Grid, blocks_of
from evnpubsvc.dossiers._timeliness import Judgement
from evnpubsvc.texts import Language, write
from evnpubsvc.texts.parts import render


@blocks_of.register
def _(judgement: Judgement, lang: Language) -> Iterator[Block]:
    """The class, the two dates, working days from one to the other, what the due date rests on."""
    columns = {
        "class": judgement.timeliness,
        "due": judgement.due,
        "finished": judgement.finished,
        "working-days": judgement.working_days,
        "basis": judgement.basis,
    }
    header = [render(f"judgement-{name}", lang, {}) for name in columns]
    cells = ["-" if value is None else write(value, lang) for value in columns.values()]
    below = [each.message(lang) for each in judgement.findings]
    if judgement.provisional:
        below.append(render("judgement-provisional", lang, {}))
    yield Grid(header, [cells], right=[3], below=below)
