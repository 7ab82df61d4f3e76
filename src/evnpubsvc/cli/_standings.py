"""What standings are made from, for every command that shows or explains them.

They are made from figures, a register, or both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from evnpubsvc._records import frozen
from evnpubsvc._validate import read_member
from evnpubsvc.cli._calendars import calendar_file_option, decided_calendar
from evnpubsvc.cli._io import table_source
from evnpubsvc.cli._language import WrongCall
from evnpubsvc.cli._rates import rates_option, read_own_rates
from evnpubsvc.cli._registers import (
    compare_option,
    count_filtered,
    engine_options,
    kept_register,
    known_at_option,
    layout_of,
    moment_of,
    packed_register,
    period_of,
    read_rows,
    spellings_in,
    terms_in,
    timezone_option,
    where_of,
    where_option,
)
from evnpubsvc.cli._rejects import Sample
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.periods import Period, PeriodKind
from evnpubsvc.quantities import ZeroPolicy
from evnpubsvc.texts import Language

if TYPE_CHECKING:
    from evnpubsvc.emulation import Scheme, ScoreSheet, Standings, UnitFigures
    from evnpubsvc.serde import FigureTable
    from evnpubsvc.statistics import RegisterRow, Tally

_OPTIONS = (
    click.option(
        "--group",
        "groups",
        multiple=True,
        metavar="KEY",
        help="Score only this group; may be repeated.",
    ),
    click.option("--columns", metavar="MAP.toml", help="How a foreign table is laid out."),
    click.option(
        "--within",
        metavar="COLUMN",
        help="Rank only inside units that share a value of this column.",
    ),
    click.option(
        "--zero",
        "zeros",
        multiple=True,
        metavar="KEY=POLICY",
        help="What a ratio over nothing earns here: full, zero, excluded; may be repeated.",
    ),
    rates_option,
    click.option(
        "--register",
        metavar="FILE",
        help="Register to count the figures from that have a measure; the rest comes from FIGURES.",
    ),
    click.option(
        "--register-columns", metavar="MAP.toml", help="How the register is laid out."
    ),
    click.option("--period", "period_name", metavar="PERIOD", help="Period to count."),
    click.option(
        "--earlier",
        "earlier_name",
        metavar="PERIOD",
        help="Earlier period, for figures that are compared with it.",
    ),
    click.option(
        "--expect",
        multiple=True,
        metavar="NAME",
        help="A unit whose dossiers the register holds: its counts are zero if there are none.",
    ),
    click.option(
        "--expect-given",
        is_flag=True,
        help="The register holds the dossiers of every unit of FIGURES.",
    ),
    where_option,
    known_at_option,
    compare_option,
    timezone_option,
    calendar_file_option,
    click.option(
        "--allow-rejects",
        is_flag=True,
        help="Count the readable rows although others cannot be read; say how many.",
    ),
    engine_options,
)  # fmt: skip


def standings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is scored and ranked."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@frozen(kw_only=True)
class RegisterOptions:
    """What the options say about the register that figures are counted from."""

    register: str
    register_columns: str | None
    period_name: str
    earlier_name: str | None
    wheres: tuple[str, ...]
    known_at: str | None
    compare: str
    timezone: str | None
    calendar_file: Path | None
    allow_rejects: bool
    engine: str
    memory_limit: str | None
    threads: int | None


@frozen(kw_only=True)
class Counts:
    """A register as it was counted.

    This period, the earlier one, and how to read its rows again.
    """

    options: RegisterOptions
    now: Tally
    earlier: Tally | None

    def codes(
        self, sheet: ScoreSheet, criteria: Iterable[str]
    ) -> Iterator[tuple[str, dict[str, list[str]]]]:
        """Yield each criterion with the codes of the dossiers behind its counted figures."""
        from evnpubsvc.emulation.counted import trace_component

        names = (each.dimension for each in self.now.where)
        layout = _layout(self.options, (*self.now.dimensions, *names))
        own = read_rows(
            self.options.register,
            layout,
            where={"unit": sheet.unit},
            engine=self.options.engine,
            threads=self.options.threads,
        )
        own = [_with_unit(row, sheet.unit) for row in own]  # however the register writes it
        calendar = decided_calendar(self.options.calendar_file)
        terms = terms_in(self.options.register, layout, calendar)
        for key in criteria:
            traces = trace_component(sheet, key, self.now, earlier=self.earlier)
            found: dict[str, list[str]] = {}
            for trace in traces:
                rows = trace.dossiers(own, terms=terms, calendar=calendar)
                found[trace.figure] = [row.code or "" for row in rows]
            yield key, found


def _with_unit(row: RegisterRow | Finding, unit: str) -> RegisterRow | Finding:
    """The row of a unit, which the register may write in another way."""
    if isinstance(row, Finding) or dict(row.dimensions).get("unit") == unit:
        return row
    return evolve(row, dimensions={**dict(row.dimensions), "unit": unit})


@frozen(kw_only=True)
class Scored:
    """Standings, the figures that were scored, and what those were counted from.

    The last is None where all figures were given.
    """

    standings: Standings
    figures: tuple[UnitFigures, ...]
    counts: Counts | None


@frozen(kw_only=True)
class _Source:
    """What is scored: a scheme, the figures that are given, the register that is counted."""

    scheme: Scheme
    table: FigureTable
    within: str | None
    held: tuple[str, ...]
    options: RegisterOptions | None


def load_standings(
    name: str, figures: str | None, lang: Language, sample: Sample, **source: Any
) -> Scored:
    """Read a scheme, figures or a register or both; count, score and rank.

    What looks odd goes to `sample`, which the caller shows.
    """
    from evnpubsvc.emulation import rank, score

    read = _read_source(name, figures, sample, **source)
    if read.options is None:
        standings = rank((score(read.scheme, unit) for unit in read.table), within=read.within)
        return Scored(standings=standings, figures=tuple(read.table), counts=None)
    return _score_period(read, read.options, lang, sample)


def load_months(
    name: str, figures: str | None, lang: Language, sample: Sample, **source: Any
) -> Iterator[tuple[Period, Scored]]:
    """Yield each month of the period with its standings, counted from the register."""
    from evnpubsvc.emulation.counted import dimensions_of

    if source["earlier_name"] is not None:
        raise WrongCall("call-exclusive", one="--monthly", other="--earlier")
    read = _read_source(name, figures, sample, again=True, **source)
    if read.options is None:
        raise WrongCall("call-register-missing", "--monthly")
    months = period_of(read.options.period_name).split(PeriodKind.MONTH)
    again = packed_once(read.options, dimensions_of(read.scheme), sample)
    for number, month in enumerate(months):
        options = evolve(again, period_name=str(month))
        yield month, _score_period(read, options, lang, sample, first=not number)


def packed_once(
    options: RegisterOptions, dimensions: tuple[str, ...], sample: Sample
) -> RegisterOptions:
    """Return options to count from a packed register, if days decide: it is read once, not often.

    What cannot be read is said here; the counts know its number.
    """
    from evnpubsvc.dossiers import Precision

    if options.known_at is not None or options.compare != Precision.DATE.value:
        return options
    layout = _layout(options, (*dimensions, *where_of(options.wheres)))
    with sample.collecting():
        packed = packed_register(
            options.register,
            layout,
            engine=options.engine,
            threads=options.threads,
            on_finding=sample.keep,
        )
    if packed is None:
        return options
    return evolve(options, register=packed, register_columns=None)


def _read_source(
    name: str,
    figures: str | None,
    sample: Sample,
    *,
    groups: tuple[str, ...],
    columns: str | None,
    within: str | None,
    zeros: tuple[str, ...],
    rates_file: str | None,
    register: str | None,
    register_columns: str | None,
    period_name: str | None,
    earlier_name: str | None,
    expect: tuple[str, ...],
    expect_given: bool,
    again: bool = False,
    **counting: Any,
) -> _Source:
    """Read what is scored; `again`: the register is read more than once."""
    from evnpubsvc.serde import FigureTable

    scheme = _scheme(name, groups, zeros, rates_file)

    # What the options must say together.
    if register is None:
        asked = {
            "--register-columns": register_columns,
            "--period": period_name,
            "--earlier": earlier_name,
            "--expect": expect,
            "--expect-given": expect_given,
            "--where": counting["wheres"],
        }
        if figures is None:
            raise WrongCall("call-figures-or-register")
        for option, given in asked.items():
            if given:
                raise WrongCall("call-register-missing", option)
    elif period_name is None:
        raise WrongCall("call-register-period")
    elif figures == "-" == register:
        raise WrongCall("call-exclusive", one="FIGURES -", other="--register -")

    # Figures that are given, then those that are to be counted.
    table = FigureTable(())
    if figures is not None:
        with sample.collecting():
            table = _given(figures, scheme, columns, within, counted=register is not None)
    for found in table.notices:
        sample.keep(found)
    options = None
    if register is not None and period_name is not None:
        options = RegisterOptions(
            register=kept_register(register) if again or earlier_name is not None else register,
            register_columns=register_columns,
            period_name=period_name,
            earlier_name=earlier_name,
            **counting,
        )
    held = (*expect, *(unit.unit for unit in table if expect_given))
    return _Source(scheme=scheme, table=table, within=within, held=held, options=options)


def _score_period(
    source: _Source,
    options: RegisterOptions,
    lang: Language,
    sample: Sample,
    *,
    first: bool = True,
) -> Scored:
    """Count a period, score and rank; `first`: say what is odd about the register."""
    from evnpubsvc.emulation import rank, score
    from evnpubsvc.emulation.counted import count_figures, dimensions_of

    scheme = source.scheme
    counts = count_options(options, dimensions_of(scheme), lang, sample, first=first)
    layout = _layout(options, ("unit",))
    if "unit" in spellings_in(options.register, layout):
        counts = _spell_alike(counts, [*(unit.unit for unit in source.table), *source.held])
    units = count_figures(
        scheme, counts.now, earlier=counts.earlier, given=source.table, units=source.held
    )
    if not len(units):
        raise DataError([finding("no-units-counted", options.register, options.period_name)])
    for found in units.notices if first else ():
        sample.keep(found)
    standings = rank((score(scheme, unit) for unit in units), within=source.within)
    return Scored(standings=standings, figures=tuple(units), counts=counts)


def _scheme(
    name: str, groups: tuple[str, ...], zeros: tuple[str, ...], rates_file: str | None
) -> Scheme:
    """Read the scheme of a name or file, changed as the options say."""
    from evnpubsvc.serde import preset, read_scheme

    if name.endswith(".toml"):
        scheme = read_scheme(name, rates=read_own_rates(rates_file))
    elif rates_file is None:
        scheme = preset(name)
    else:
        raise WrongCall("call-rates-of-preset", name)
    for zero in zeros:
        scheme = _with_zero(scheme, zero)
    return scheme.only(*groups) if groups else scheme


def _with_zero(scheme: Scheme, text: str) -> Scheme:
    """Return a scheme with the policy of one `KEY=POLICY`."""
    key, sign, policy = text.rpartition("=")
    if not sign:
        raise WrongCall("call-zero", text)
    return scheme.with_zero_policy(read_member(ZeroPolicy, policy), key)


def _given(
    figures: str, scheme: Scheme, columns: str | None, within: str | None, *, counted: bool
) -> FigureTable:
    """Read the table of figures, with the columns that strata and rules ask for."""
    from evnpubsvc.serde import read_figure_columns, read_figures, read_portal_figures

    layout = None if columns is None else read_figure_columns(columns)
    asked = within or scheme.within
    attributes = {rule.attribute for rule in scheme.inapplicable}
    keep = sorted(attributes | ({asked} if asked else set()))
    if figures.lower().endswith(".json"):
        return read_portal_figures(figures, scheme)
    return read_figures(table_source(figures), scheme, layout, keep=keep, counted=counted)


def _layout(options: RegisterOptions, dimensions: tuple[str, ...]) -> Any:
    if options.register_columns is None:
        return None
    return layout_of(options.register_columns, options.timezone, dimensions)


def _spell_alike(counts: Counts, known: Iterable[str]) -> Counts:
    """Write each unit in one way: as it is given, else as in the period, else as before it."""
    ways = list(known)
    now = _spell_as(counts.now, ways)
    if counts.earlier is None:
        return evolve(counts, now=now)
    return evolve(counts, now=now, earlier=_spell_as(counts.earlier, [*ways, *_units_of(now)]))


def _spell_as(counted: Tally, known: Sequence[str]) -> Tally:
    """Return a tally whose units are written as they are known, where they only look different."""
    from evnpubsvc.statistics import roll_up
    from evnpubsvc.units.parts import look_alikes

    written = _units_of(counted)
    into = {unit: unit for unit in written}
    for group in look_alikes([*known, *written]):
        into.update(dict.fromkeys(group, next((each for each in group if each in known), group[0])))
    return roll_up(counted, "unit", into)


def _units_of(counted: Tally) -> list[str]:
    place = counted.dimensions.index("unit")
    return sorted({key[place] for key in counted.counts() if key[place] is not None})


def count_options(
    options: RegisterOptions,
    dimensions: tuple[str, ...],
    lang: Language,
    sample: Sample,
    *,
    first: bool,
) -> Counts:
    """Count a register over the period, and over the earlier one if there is one.

    What is odd about the register is said of its `first` count.
    """
    from evnpubsvc.dossiers import Precision
    from evnpubsvc.statistics import check_values

    where = where_of(options.wheres)

    def count(period_name: str, *, first: bool) -> Tally:
        with sample.collecting():
            counted, unmet = count_filtered(
                options.register,
                _layout(options, (*dimensions, *where)),
                engine=options.engine,
                memory_limit=options.memory_limit,
                threads=options.threads,
                lang=lang,
                by=dimensions,
                where=where,
                period=period_of(period_name),
                known_at=moment_of(options.known_at),
                compare=Precision(options.compare),
                calendar=decided_calendar(options.calendar_file),
                on_finding=sample.keep if first else None,
            )
        if first:
            sample.refuse_unread(counted, allow_rejects=options.allow_rejects)
            for found in (*check_values(counted), *unmet):
                sample.keep(found)
        return counted

    now = count(options.period_name, first=first)
    earlier = None
    if options.earlier_name is not None:
        earlier = count(options.earlier_name, first=False)
    return Counts(options=options, now=now, earlier=earlier)
