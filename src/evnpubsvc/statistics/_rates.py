"""Named rates: each name stands for one numerator over one denominator, and for nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from types import MappingProxyType
from typing import Any, Final, NoReturn, TypeVar

from attrs import Attribute, evolve, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import RateBook, frozen
from evnpubsvc._tables import packaged_table
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding, violations
from evnpubsvc.law import Citation
from evnpubsvc.law.parts import cited
from evnpubsvc.periods import Period, comparability
from evnpubsvc.quantities import (
    AnyCount,
    Count,
    CountRange,
    CountUnit,
    Interval,
    Ratio,
    Unknown,
    ZeroPolicy,
    pool,
)
from evnpubsvc.quantities.parts import localised, round_percent
from evnpubsvc.statistics._cells import Key, TallyCell, sort_key
from evnpubsvc.statistics._covering import is_within, kinds_apart, most_counted
from evnpubsvc.statistics._period_state import Intake, PeriodState
from evnpubsvc.statistics._selection import Selection, chosen_cells, with_blanks
from evnpubsvc.statistics._tally import Tally
from evnpubsvc.statistics._where import Where
from evnpubsvc.texts import Language, Text
from evnpubsvc.texts.parts import percent, render

_TABLE: Final = "statistics/rates.toml"
_MOST_KINDS: Final = 100_000  # of dossiers that the measures of a rate may tell apart


@frozen(kw_only=True)
class Measure(PublicType):
    """A number that rates are made of.

    Attributes:
        name: stable name: `"received-online"`.
        text: what it counts, in both languages.
        unit: what is counted.
        selection: which dossiers of a tally it counts; None where it must be given.
        distinct: count the values of this dimension instead of dossiers; None for dossiers.
        parts: measures whose sum it is, where it is not given itself.
    """

    name: str = field(validator=nonempty_text)
    text: Text = field(validator=instance_of(Text))
    unit: CountUnit = field(validator=instance_of(CountUnit))
    selection: Selection | None = field(default=None, validator=instance_of(Selection, type(None)))
    distinct: str | None = field(default=None, validator=instance_of(str, type(None)))
    parts: tuple[str, ...] = field(default=(), validator=tuple_of(str))


@frozen(kw_only=True)
class NamedRate(PublicType):
    """What a name of a rate (*tỷ lệ*) stands for.

    Attributes:
        name: stable name: `"on-time-of-handled"`.
        text: what people call it, in both languages.
        numerator: measures whose sum is the part.
        denominator: measures whose sum is the whole. Two rates with different denominators never
            share a name.
        others: rates that it must not be confused with.
        source: where this definition was published or seen.
        note: how it is meant, in both languages.
    """

    name: str = field(validator=nonempty_text)
    text: Text = field(validator=instance_of(Text))
    numerator: tuple[str, ...] = field(validator=tuple_of(str))
    denominator: tuple[str, ...] = field(validator=tuple_of(str))
    others: tuple[str, ...] = field(validator=tuple_of(str))
    source: Citation = field(validator=instance_of(Citation))
    note: Text = field(validator=instance_of(Text))


@frozen(kw_only=True)
class RateTable(RateBook, PublicType):
    """Measures and rates of one's own, beside the packaged ones.

    Attributes:
        measures: further measures.
        rates: further rates, over these measures and the packaged ones.

    Raises:
        DataError: what the packaged ones are held to as well, all at once: a name or text that is
            taken (`rate-name-taken`, `rate-text-taken`), a measure that there is not, sides that
            count different things or dossiers under another unit (`unit-mismatch`), a second name
            for the same fraction (`rate-defined-twice`), a rate with the same part under another
            whole that does not name the other (`rate-confusable`), parts that do not make their sum
            (`measure-parts-differ`), a part that counts dossiers outside its whole
            (`rate-part-outside`), a side that counts a dossier twice (`rate-counts-twice`), filters
            too many to check that (`rate-too-complex`).
    """

    measures: tuple[Measure, ...] = field(default=(), validator=tuple_of(Measure))
    rates: tuple[NamedRate, ...] = field(default=(), validator=tuple_of(NamedRate))

    def __attrs_post_init__(self) -> None:
        found = [
            *check_measures(self.measures, measures()),
            *check_rates(self.rates, named_rates(), {**measures(), **_by_name(self.measures)}),
        ]
        if found:
            raise DataError(found)

    def known_measures(self) -> Mapping[str, Measure]:
        """Return all measures by name, the packaged ones first."""
        return MappingProxyType({**measures(), **_by_name(self.measures)})

    def known_rates(self) -> Mapping[str, NamedRate]:
        """Return all rates by name, the packaged ones first."""
        return MappingProxyType({**named_rates(), **_by_name(self.rates)})


_N = TypeVar("_N", Measure, NamedRate)


def _by_name(records: Iterable[_N]) -> dict[str, _N]:
    return {each.name: each for each in records}


def check_measures(own: Iterable[Measure], others: Mapping[str, Measure]) -> Iterator[Finding]:
    """Yield what is wrong with measures beside others."""
    given = tuple(own)
    known = {**others, **_by_name(given)}
    seen = set(others)
    for each in given:
        place = f".measures.{each.name}"
        if each.name in seen:
            yield finding("rate-name-taken", place, each.name)
        seen.add(each.name)
        for part in each.parts:
            if part not in known:
                yield finding("measure-unknown", place, part, known=tuple(known))
        counts_dossiers = each.selection is not None and each.distinct is None
        if counts_dossiers and each.unit is not CountUnit.DOSSIERS:
            left, right = each.unit, CountUnit.DOSSIERS
            yield finding("unit-mismatch", f"{place}.unit", each.name, left=left, right=right)
        inside = [known[part].selection for part in each.parts if part in known]
        if each.parts and each.selection is not None:
            whole, covered = _covered([each.selection]), _covered(inside)
            if whole != covered:
                yield finding("measure-parts-differ", place, each.name, parts=each.parts)


def _covered(selections: Iterable[Selection | None]) -> set[tuple[Intake, PeriodState]]:
    """Return when dossiers came and where they stand that selections count, whatever else."""
    there = [each for each in selections if each is not None]
    return {(entry, state) for each in there for entry in each.entries for state in each.states}


def check_rates(
    own: Iterable[NamedRate], others: Mapping[str, NamedRate], known: Mapping[str, Measure]
) -> Iterator[Finding]:
    """Yield what is wrong with rates beside others, over known measures."""
    beside = dict(others)
    given = tuple(own)
    names = {*others, *(each.name for each in given)}
    for each in given:
        place = f".rates.{each.name}"
        if each.name in beside:
            yield finding("rate-name-taken", place, each.name)

        # Both sides, in one unit.
        sides = (*each.numerator, *each.denominator)
        if not each.numerator or not each.denominator:
            yield finding("rate-without-side", place, each.name)
        for name in sides:
            if name not in known:
                yield finding("measure-unknown", place, name, known=tuple(known))
        units = list(dict.fromkeys(known[name].unit for name in sides if name in known))
        if len(units) > 1:
            yield finding("unit-mismatch", place, each.name, left=units[0], right=units[1])
        if all(name in known for name in sides):
            yield from _check_sides(each, place, known)

        # Told apart from the others.
        for other in each.others:
            if other not in names:
                yield finding("rate-unknown", place, other, known=tuple(names))
        for there in beside.values():
            if there.name == each.name:
                continue
            if there.text.vi == each.text.vi or there.text.en == each.text.en:
                yield finding("rate-text-taken", place, each.text.en, other=there.name)
            same_part = set(there.numerator) == set(each.numerator)
            if same_part and set(there.denominator) == set(each.denominator):
                yield finding("rate-defined-twice", place, each.name, other=there.name)
            elif same_part and there.name not in each.others:
                yield finding("rate-confusable", place, each.name, other=there.name)
        beside[each.name] = each


def _check_sides(
    definition: NamedRate, place: str, known: Mapping[str, Measure]
) -> Iterator[Finding]:
    """Yield where a tally would count a dossier twice in a side, or outside the whole."""
    sides = [
        [known[name] for name in side] for side in (definition.numerator, definition.denominator)
    ]
    everything = [*sides[0], *sides[1]]
    if len({each.distinct for each in everything}) > 1:
        return
    selections = [[each.selection for each in side if each.selection] for side in sides]
    if kinds_apart([*selections[0], *selections[1]]) > _MOST_KINDS:
        yield finding("rate-too-complex", place, definition.name)
        return
    # Of distinct values the parts of a sum may meet, whichever dossiers they are of.
    dossiers = everything[:1] != [] and everything[0].distinct is None
    for side, chosen in zip(("numerator", "denominator"), selections, strict=True):
        if dossiers and most_counted(chosen) > 1:
            yield finding("rate-counts-twice", f"{place}.{side}", definition.name)
    counted = all(each.selection is not None for each in everything)
    if counted and not is_within(*selections):
        yield finding("rate-part-outside", place, definition.name)


def _known_rate(record: Any, attribute: Attribute[Any], value: object) -> None:
    instance_of(str)(record, attribute, value)
    own = record.definition
    if own is not None and not isinstance(own, NamedRate):
        return  # refused where it stands
    if own is None and value not in named_rates():
        raise UnknownNameError("rate-unknown", value, known=tuple(named_rates()))
    if own is not None and own.name != value:
        raise MisuseError("rate-of-other-name", value, name=own.name)


@frozen
class Rate(PublicType):
    """A named rate with its two counts.

    Attributes:
        name: name of the rate, one of `named_rates()`.
        ratio: the counts, in the unit that the rate counts.
        definition: what the name stands for, where it is a rate of one's own; None for packaged
            ones.

    Raises:
        UnknownNameError: `rate-unknown`.
        MisuseError: `unit-mismatch`.

    Rates have no sum and no mean: adding them raises `MisuseError` with reason `mean-of-rates`. The
    rate of a whole is `pool_rates` of its parts.

    >>> share = rate("online-share", {"received-online": Count(315, CountUnit.DOSSIERS),
    ...                               "received-elsewhere": Count(105, CountUnit.DOSSIERS)})
    >>> print(share.name, share.ratio, share.percent("vi"))
    online-share 315/420 dossiers 75,00%
    """

    name: str = field(validator=_known_rate)
    ratio: Ratio = field(validator=instance_of(Ratio))
    definition: NamedRate | None = field(
        default=None, kw_only=True, validator=instance_of(NamedRate, type(None))
    )

    def __attrs_post_init__(self) -> None:
        if self.definition is not None:
            return
        wanted = measures()[named_rates()[self.name].denominator[0]].unit
        for count in (self.ratio.numerator, self.ratio.denominator):
            if count.unit is not wanted:
                raise MisuseError("unit-mismatch", left=count.unit, right=wanted)

    @answer_wrong_arguments
    def value(self, zero: ZeroPolicy = ZeroPolicy.NOT_ASSESSABLE) -> Fraction | Unknown:
        """Return the exact rate; for a rate over nothing, what the policy says, by default unknown.

        A rate of counts that are known only within bounds is unknown too: see `between`.
        """
        return self.ratio.value(zero)

    @answer_wrong_arguments
    def between(self, zero: ZeroPolicy = ZeroPolicy.NOT_ASSESSABLE) -> Interval | Unknown:
        """Return the least and the most that the rate can be; one value of known counts."""
        return self.ratio.between(zero)

    def percent(self, lang: Language = "en", places: int = 2) -> str:
        """Return the rate as text: `75.00 %`, `0.00 %`, or `–` where there is nothing to measure.

        A rate of counts that are known only within bounds has two ends: `75.00 % to 80.00 %`.

        Percentages are rounded half up, as are all numbers of this library; but only all is 100,
        and only none is 0 (`quantities.round_percent`).
        """
        found = self.between()
        if isinstance(found, Unknown):
            return "–"
        low = percent(localised(round_percent(found.low, places), lang, places), lang)
        if found.is_one_value:
            return low
        if found.high is None:
            return render("interval-from", lang, {"low": low})
        high = percent(localised(round_percent(found.high, places), lang, places), lang)
        return render("interval", lang, {"low": low, "high": high})

    def written(self, lang: Language) -> str:
        """Return the rate as a line that people read: its name, its counts, its percentage."""
        definition = self.definition or named_rates()[self.name]
        name, ratio = definition.text.get(lang), self.ratio
        parts = {
            "name": name,
            "numerator": ratio.numerator,
            "denominator": ratio.denominator,
            "percent": self.percent(lang),
        }
        return render("rate-line", lang, parts)

    def __str__(self) -> str:
        return self.written("en")

    def __add__(self, _: object) -> NoReturn:
        raise MisuseError("mean-of-rates", self.name)

    def __radd__(self, _: object) -> NoReturn:
        raise MisuseError("mean-of-rates", self.name)

    def __truediv__(self, _: object) -> NoReturn:
        raise MisuseError("mean-of-rates", self.name)


@cache
def measures() -> Mapping[str, Measure]:
    """Return the measures that rates are made of, by name.

    >>> print(measures()["received-online"].text.vi)
    hồ sơ tiếp nhận mới, trực tuyến
    """
    table = packaged_table(_TABLE)["measures"]
    return MappingProxyType({name: _measure(name, entry) for name, entry in table.items()})


def _measure(name: str, entry: dict[str, Any]) -> Measure:
    selection: Selection | None = None
    if "entries" in entry:
        where = tuple(Where(key, tuple(values)) for key, values in entry.get("where", {}).items())
        entries = tuple(Intake(each) for each in entry["entries"])
        if "states" in entry:
            states = tuple(PeriodState(each) for each in entry["states"])
            selection = Selection(entries=entries, states=states, where=where)
        else:
            selection = Selection(entries=entries, where=where)
    return Measure(
        name=name,
        text=Text(entry["vi"], entry["en"]),
        unit=CountUnit(entry["unit"]),
        selection=selection,
        distinct=entry.get("distinct"),
        parts=tuple(entry.get("parts", ())),
    )


@cache
def named_rates() -> Mapping[str, NamedRate]:
    """Return the definitions of all named rates, by name.

    >>> named_rates()["on-time-of-handled"].others
    ('on-time-of-finished', 'on-time-of-received', 'on-time-of-fallen-due')
    """
    return MappingProxyType(
        {
            name: NamedRate(
                name=name,
                text=Text(entry["vi"], entry["en"]),
                numerator=tuple(entry["numerator"]),
                denominator=tuple(entry["denominator"]),
                others=tuple(entry["others"]),
                source=cited(entry["source"]),
                note=Text(**entry["note"]),
            )
            for name, entry in packaged_table(_TABLE)["rates"].items()
        }
    )


def measures_of(
    counted: Tally,
    *,
    where: Mapping[str, str | None] | None = None,
    blank: Mapping[str, str] | None = None,
    table: RateTable | None = None,
) -> dict[str, Count | Unknown]:
    """Return the measures that a tally holds, for `rate`.

    Args:
        counted: a tally. Its dimensions decide what it can say: `channel`, `level`, `assistance`
            and `service` are looked at by the rates that need them. One over a period has what was
            carried in.
        where: only cells with these values of dimensions.
        blank: dimension -> value to count those dossiers under whose register does not say it.
            Without it a blank that decides makes the measure an `Unknown("value-not-said")`.

        table: measures of one's own beside the packaged ones.

    Returns:
        Counts by name of measure. What the tally cannot say is left out, not zero.

    Raises:
        UnknownNameError: `dimension-unknown`.

    >>> from datetime import date
    >>> from evnpubsvc.dossiers import Precision
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> rows = [RegisterRow(date(2022, 12, 1), dimensions={"channel": each}) for each in ("online",
    ...     "post", "online")]
    >>> counted = tally(rows, by=["channel"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    >>> print(rate("online-share", measures_of(counted)).percent())
    66.67 %
    """
    filled = with_blanks(counted, blank or {})
    found: dict[str, Count | Unknown] = {}
    known = measures() if table is None else table.known_measures()
    for name, measure in known.items():
        selection = measure.selection
        needed = () if selection is None else selection.dimensions
        if selection is None or not {*needed, *filter(None, [measure.distinct])} <= set(
            counted.dimensions
        ):
            continue
        if (
            counted.since is None
            and Intake.CARRIED in selection.entries
            and Intake.NEW not in selection.entries
        ):
            continue  # a tally since ever says nothing of what was carried in
        number = (
            selection.count(filled, where=where)
            if measure.distinct is None
            else _distinct(filled, selection, measure.distinct, where)
        )
        found[name] = (
            Unknown(number.reason, f"{name}: {number.about}")
            if isinstance(number, Unknown)
            else Count(number, measure.unit)
        )
    return found


def _distinct(
    counted: Tally, selection: Selection, dimension: str, where: Mapping[str, str | None] | None
) -> int | Unknown:
    seen: set[str] = set()
    for values, cell in chosen_cells(counted, (*selection.dimensions, dimension), where):
        if not selection.of(cell):
            continue
        if selection.takes(values):
            value = values[dimension]
            if value is None:
                return Unknown("value-not-said", dimension)
            seen.add(value)
            continue
        undecided = selection.undecided(values)
        if undecided is not None:
            return undecided
    return len(seen)


def rate(
    name: str,
    given: Tally | Mapping[str, AnyCount | Unknown],
    *,
    minimum_base: int = 0,
    table: RateTable | None = None,
) -> Rate | Unknown:
    """Return a rate from its measures, or from the tally that they are counted in.

    Args:
        name: one of `named_rates()`.
        given: a tally, of whose measures `measures_of` tells; or counts by name of measure, from a
            form or typed in with their units, known or within bounds. More than the rate needs
            does no harm.
        table: rates of one's own, which `name` may be one of.
        minimum_base: a whole below it says too little (answers to a survey).

    Returns:
        The rate; an `Unknown` where a measure is missing (`measure-missing`, with its name) or
        unknown itself, or the whole is below the minimum (`base-too-small`). Missing is not zero. A
        whole of zero gives a rate whose value is unknown (`Rate.value`).

    Raises:
        UnknownNameError: `rate-unknown`, `measure-unknown`.
        MisuseError: `unit-mismatch` for a count of something else; `numerator-above-denominator`.

    >>> rate("on-time-of-received", {"finished-on-time": Count(125_367, CountUnit.DOSSIERS),
    ...                              "to-handle": Count(148_463, CountUnit.DOSSIERS)}).percent()
    '84.44 %'
    >>> print(rate("online-payment-share", {"dossiers-paid-online": Count(1, CountUnit.DOSSIERS)}))
    unknown: dossiers-with-obligation (measure-missing)
    """
    rates = named_rates() if table is None else table.known_rates()
    known = measures() if table is None else table.known_measures()
    if name not in rates:
        raise UnknownNameError("rate-unknown", name, known=tuple(rates))
    if isinstance(given, Tally):
        given = measures_of(given, table=table)

    # Counts of what they say.
    for each, value in given.items():
        if each not in known:
            raise UnknownNameError("measure-unknown", each, known=tuple(known))
        unit = known[each].unit
        if not isinstance(value, Unknown) and value.unit is not unit:
            raise MisuseError("unit-mismatch", left=value.unit, right=unit)

    # Both sides, each a sum of measures; missing is not zero.
    definition = rates[name]
    part = _sum(definition.numerator, given, known)
    whole = _sum(definition.denominator, given, known)
    if isinstance(part, Unknown):
        return part
    if isinstance(whole, Unknown):
        return whole
    if whole.least < minimum_base:
        below = whole.most is not None and whole.most < minimum_base
        return Unknown("base-too-small" if below else "undecided-within-bounds", name)

    # Sides that share a measure known within bounds do not vary apart.
    own = None if name in named_rates() else definition
    both = _bounded(definition.numerator, given, known) & _bounded(
        definition.denominator, given, known
    )
    return Rate(name, Ratio(part, whole, independent=not both), definition=own)


def _bounded(
    names: Iterable[str], given: Mapping[str, AnyCount | Unknown], known: Mapping[str, Measure]
) -> set[str]:
    """Return the measures within bounds that a sum is made of."""
    found: set[str] = set()
    for name in names:
        value = given.get(name)
        if value is None:
            found |= _bounded(known[name].parts, given, known)
        elif isinstance(value, CountRange):
            found.add(name)
    return found


def _sum(
    names: tuple[str, ...], given: Mapping[str, AnyCount | Unknown], known: Mapping[str, Measure]
) -> AnyCount | Unknown:
    total: AnyCount | None = None
    for name in names:
        parts = known[name].parts
        value = given.get(name)
        if value is None:
            value = _sum(parts, given, known) if parts else Unknown("measure-missing", name)
            if isinstance(value, Unknown) and value.reason == "measure-missing":
                value = Unknown("measure-missing", name)
        if isinstance(value, Unknown):
            return value
        total = value if total is None else total + value
    assert total is not None
    return total


def rate_dimensions(name: str, *, table: RateTable | None = None) -> tuple[str, ...]:
    """Return what a register must be counted by for a named rate, each dimension once.

    Args:
        name: one of `named_rates()`, or of the table.
        table: rates of one's own.

    Raises:
        UnknownNameError: `rate-unknown`.

    >>> rate_dimensions("online-share-end-to-end")
    ('channel', 'level')
    """
    own = RateTable() if table is None else table
    rates, known = own.known_rates(), own.known_measures()
    if name not in rates:
        raise UnknownNameError("rate-unknown", name, known=tuple(rates))
    needed: list[str] = []
    for each in (*rates[name].numerator, *rates[name].denominator):
        needed += _dimensions_of(known[each], known)
    return tuple(dict.fromkeys(needed))


def _dimensions_of(measure: Measure, known: Mapping[str, Measure]) -> Iterator[str]:
    """Yield what a tally must have for a measure, or for its parts where none counts it itself."""
    if measure.selection is not None:
        yield from measure.selection.dimensions
        yield from filter(None, [measure.distinct])
        return
    for part in measure.parts:
        yield from _dimensions_of(known[part], known)


def rates_by(
    name: str,
    counted: Tally,
    *,
    by: Iterable[str],
    blank: Mapping[str, str] | None = None,
    table: RateTable | None = None,
) -> Mapping[Key, Rate | Unknown]:
    """Return a named rate of each cell of a tally.

    Args:
        name: one of `named_rates()`, or of the table.
        counted: a tally by these dimensions and by those that the rate looks at
            (`rate_dimensions`).
        by: dimensions of the cells.
        blank: as for `measures_of`.
        table: rates of one's own.

    Returns:
        Key -> rate, as `rate` gives it of that part of the tally; sorted by key.

    Raises:
        UnknownNameError: `rate-unknown`, `dimension-unknown`.

    >>> from datetime import date
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> rows = [RegisterRow(date(2022, 12, 1), dimensions={"unit": unit, "channel": channel})
    ...     for unit, channel in [("A", "online"), ("A", "post"), ("B", "online")]]
    >>> counted = tally(rows, by=["unit", "channel"], as_of=date(2022, 12, 14), compare="date")
    >>> for (unit,), share in rates_by("online-share", counted, by=["unit"]).items():
    ...     print(unit, share.percent())
    A 50.00 %
    B 100.00 %
    """
    wanted = tuple(by)
    for each in wanted:
        if each not in counted.dimensions:
            raise UnknownNameError("dimension-unknown", each, known=tuple(counted.dimensions))
    rate_dimensions(name, table=table)  # raises for an unknown name, also without cells
    places = [counted.dimensions.index(each) for each in wanted]
    parts: dict[Key, list[TallyCell]] = {}
    for cell in counted:
        parts.setdefault(tuple(cell.key[place] for place in places), []).append(cell)
    found: dict[Key, Rate | Unknown] = {}
    for key in sorted(parts, key=sort_key):
        part = evolve(counted, cells=tuple(parts[key]))
        found[key] = rate(name, measures_of(part, blank=blank, table=table), table=table)
    return MappingProxyType(found)


def pool_rates(rates: Iterable[Rate]) -> Rate:
    """Return the rate of a whole from those of its parts: numerators and denominators added.

    Args:
        rates: rates of one name. Bare fractions and percentages are refused: their mean is the rate
            of nothing, since a commune of ten dossiers would weigh as much as one of ten thousand.

    Raises:
        MisuseError: `mean-of-rates` for anything that has no counts; `rates-differ` for rates of
            several names; `nothing-to-pool`.

    >>> small = rate("online-share", {"received-online": Count(1, CountUnit.DOSSIERS),
    ...                               "received-elsewhere": Count(1, CountUnit.DOSSIERS)})
    >>> large = rate("online-share", {"received-online": Count(900, CountUnit.DOSSIERS),
    ...                               "received-elsewhere": Count(100, CountUnit.DOSSIERS)})
    >>> pool_rates([small, large]).percent()
    '89.92 %'
    >>> pool_rates([Fraction(1, 2), Fraction(9, 10)])
    Traceback (most recent call last):
    evnpubsvc.errors.MisuseError: ... [mean-of-rates] - add ...
    """
    parts = tuple(rates)
    for part in parts:
        if not isinstance(part, Rate):
            raise MisuseError("mean-of-rates", part)
    names = sorted({part.name for part in parts})
    if len(names) > 1 or len({part.definition for part in parts}) > 1:
        raise MisuseError("rates-differ", tuple(names))
    pooled = pool(part.ratio for part in parts)
    return Rate(names[0], pooled, definition=parts[0].definition)


@frozen(kw_only=True)
class Growth(PublicType):
    """Growth against an earlier period, with what bounds it.

    Attributes:
        current: the count of the later period.
        previous: the count of the earlier one, above zero and not below the minimum base.
        periods: the later and the earlier period, which compare.
        minimum_base: smallest earlier count that growth is measured against.
        cap: largest growth that counts; None for no cap.

    Raises:
        MisuseError: `growth-malformed`, `unit-mismatch`.
    """

    current: Count = field(validator=instance_of(Count))
    previous: Count = field(validator=instance_of(Count))
    periods: tuple[Period, Period] = field(validator=tuple_of(Period))
    minimum_base: int = field(validator=instance_of(int))
    cap: Fraction | None = field(validator=instance_of(Fraction, type(None)))

    def __attrs_post_init__(self) -> None:
        if self.current.unit is not self.previous.unit:
            raise MisuseError("unit-mismatch", left=self.current.unit, right=self.previous.unit)
        base = max(1, self.minimum_base)
        if (
            self.minimum_base < 1
            or self.previous.value < base
            or (self.cap is not None and self.cap < 0)
        ):
            raise MisuseError(
                "growth-malformed", self.previous.value, base=self.minimum_base, cap=self.cap
            )

    @property
    def change(self) -> Fraction:
        """The exact growth, without the cap: 1/2 for half as much more, below zero for less."""
        return Fraction(self.current.value - self.previous.value, self.previous.value)

    @property
    def value(self) -> Fraction:
        """The growth that counts: the change, at most the cap."""
        return self.change if self.cap is None else min(self.change, self.cap)

    def written(self, lang: Language) -> str:
        """Return the growth as a line of text: both counts with their periods, and the change."""
        later, earlier = self.periods
        sign = "+" if self.change > 0 else ""
        change = sign + localised(self.change * 100, lang, 2)
        parts = {
            "current": self.current,
            "later": later.written(lang),
            "previous": self.previous,
            "earlier": earlier.written(lang),
            "percent": percent(change, lang),
        }
        return render("growth-line", lang, parts)

    def __str__(self) -> str:
        return self.written("en")

    @property
    def is_capped(self) -> bool:
        """Whether the cap took something away."""
        return self.value != self.change


def growth(
    current: AnyCount | Unknown,
    previous: AnyCount | Unknown,
    *,
    periods: tuple[Period, Period],
    minimum_base: int,
    cap: Fraction | None,
) -> Growth | Unknown:
    """Return the growth of a count against an earlier period (*tăng so với kỳ trước*).

    Args:
        current: the count of the later period.
        previous: the count of the earlier period.
        periods: the later and the earlier period.
        minimum_base: smallest earlier count that growth is measured against, at least 1. There is
            no default: from 30 to 7,000 is 232 times more, and says nothing.
        cap: largest growth that counts, as `Fraction(1)` for 100 %; None to say that there is none.

    Returns:
        The growth. An `Unknown` where a count is one, where the periods do not compare (the reason
        of `periods.comparability`, with both periods), where there was nothing before
        (`growth-from-zero`), or too little (`growth-base-too-small`); `known-within-bounds` where
        a count is a `CountRange`: `Ratio(current, previous, above_one=True).between(…)` says
        between what it lies.

    Raises:
        MisuseError: `unit-mismatch`; `growth-malformed` for a minimum below 1 or a cap below 0.

    The figures of Tam Xuân II: 30 dossiers in 2021, more than 7,000 in 2022 up to 15/12. Even with
    the least that this allows, the base is too small.

    >>> from evnpubsvc.periods import PeriodCalendar
    >>> years = tuple(Period.year(year, calendar=PeriodCalendar.CALENDAR) for year in (2022, 2021))
    >>> print(growth(Count(7_001, CountUnit.DOSSIERS), Count(30, CountUnit.DOSSIERS), periods=years,
    ...              minimum_base=100, cap=Fraction(5)))
    unknown: 30 (growth-base-too-small)
    """
    # Two counts that are known exactly, of the same things.
    later, earlier = periods
    for name, count in (("current", current), ("previous", previous)):
        if isinstance(count, Unknown):
            return count
        if isinstance(count, CountRange):
            return Unknown("known-within-bounds", str(count))
        if not isinstance(count, Count):
            got = type(count).__name__
            raise MisuseError(
                "wrong-type", count, record="growth", field=name, got=got, expected="Count"
            )
    assert isinstance(current, Count)
    assert isinstance(previous, Count)
    if minimum_base < 1 or (cap is not None and cap < 0):
        raise MisuseError("growth-malformed", previous.value, base=minimum_base, cap=cap)
    if current.unit is not previous.unit:
        raise MisuseError("unit-mismatch", left=current.unit, right=previous.unit)

    # Periods that compare, and a base that says something.
    broken = violations(comparability(later, earlier))
    if broken:
        return Unknown(broken[0].reason, f"{later}, {earlier}")
    if previous.value == 0:
        return Unknown("growth-from-zero", "0")
    if previous.value < minimum_base:
        return Unknown("growth-base-too-small", str(previous.value))
    return Growth(
        current=current, previous=previous, periods=periods, minimum_base=minimum_base, cap=cap
    )
