"""`evnpubsvc demo`: the main job on published figures, then the drive of 2022 in which it began."""

from __future__ import annotations

import io

import click

from evnpubsvc._tables import packaged_text
from evnpubsvc.cli._io import lang_option
from evnpubsvc.cli.score import standings_table
from evnpubsvc.emulation import explain, rank, score
from evnpubsvc.serde import preset, read_figures, read_scheme
from evnpubsvc.texts import Language, render

__all__ = ["demo_command"]


def _example(name: str) -> io.BytesIO:
    return io.BytesIO(packaged_text(f"cli/examples/{name}").encode())


@click.command("demo")
@lang_option
def demo_command(lang: Language) -> None:
    """Score a province from its published counts, then the 2022 drive of Núi Thành district."""

    def say(key: str, **parts: object) -> None:
        click.echo(render(f"demo-{key}", lang, parts) + "\n")

    say("province")
    index = preset("qd766-dvcqg-2026").with_given("online")
    province = rank(score(index, unit) for unit in read_figures(_example("dak-lak-2026.csv"), index))
    click.echo(f"{explain(province['H15'].sheet, lang)}\n")

    say("drive")
    scheme = read_scheme(_example("nui-thanh-2022.toml"))
    standings = rank(score(scheme, unit) for unit in read_figures(_example("nui-thanh-2022.csv"), scheme))
    click.echo(f"{standings_table(standings, lang)}\n")
    for note in scheme.notes:
        click.echo(f"* {note.get(lang)}")
    first = next(place for place in standings if place.rank == 1)
    click.echo(f"\n{explain(first.sheet, lang)}\n")
    say("prize", unit=first.sheet.name)
    say("unranked", units="; ".join(p.sheet.unit for p in standings if p.rank is None))
    say("python")
    click.echo(
        "    from evnpubsvc import preset, rank, read_figures, score\n"
        '    scheme = preset("qd766-dvcqg-2026").only("timeliness")\n'
        '    standings = rank(score(scheme, unit) for unit in read_figures("figures.csv", scheme))'
    )
