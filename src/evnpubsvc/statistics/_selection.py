"""Which dossiers of a tally a number counts.

The one way in which measures of rates and columns of forms are said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import evolve, field

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import tuple_of
from evnpubsvc.errors import MisuseError, UnknownNameError
from evnpubsvc.quantities import Unknown
from evnpubsvc.statistics._cells import TallyCell
from evnpubsvc.statistics._period_state import CLASSES, INDEX, RECEIVED, Intake, PeriodState
from evnpubsvc.statistics._tally import Tally, TallyBuilder
from evnpubsvc.statistics._where import Where, distinct_members


@frozen(kw_only=True)
class Selection(PublicType):
    """Which dossiers count.

    Attributes:
        entries: when they came; at least one.
        states: where they stand at the end of the period; at least one. By default all but those
            that were refused at receipt or wait for it, which are not received.
        where: what the register says of them; all must hold, no dimension twice.

    Raises:
        MisuseError: `selection-malformed`.

    >>> from datetime import date
    >>> from evnpubsvc.dossiers import Precision
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> rows = [RegisterRow(date(2022, 12, 1), dimensions={"channel": each}) for each in ("online",
    ...     "post", "online")]
    >>> counted = tally(rows, by=["channel"], as_of=date(2022, 12, 14), compare=Precision.DATE)
    >>> Selection(entries=(Intake.NEW,), where=(Where("channel", ("online",)),)).count(counted)
    2
    """

    entries: tuple[Intake, ...] = field(validator=[tuple_of(Intake), distinct_members])
    states: tuple[PeriodState, ...] = field(
        default=RECEIVED, validator=[tuple_of(PeriodState), distinct_members]
    )
    where: tuple[Where, ...] = field(default=(), validator=tuple_of(Where))

    def __attrs_post_init__(self) -> None:
        names = [each.dimension for each in self.where]
        if len(set(names)) < len(names):
            raise MisuseError("selection-malformed", tuple(names), field="where")

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that a tally must have for it."""
        return tuple(each.dimension for each in self.where)

    def takes(self, values: Mapping[str, str | None]) -> bool:
        """Return whether it counts dossiers with these values of dimensions."""
        return all(values[each.dimension] in each.values for each in self.where)

    def undecided(self, values: Mapping[str, str | None]) -> Unknown | None:
        """Return why it is unknown whether it counts dossiers with these values; None if known."""
        outside = [each for each in self.where if values[each.dimension] not in each.values]
        # One value that is outside for sure decides.
        if not outside or not all(each.leaves_open(values[each.dimension]) for each in outside):
            return None
        first = outside[0].dimension
        return Unknown("value-not-said" if values[first] is None else "value-no-word", first)

    @answer_wrong_arguments
    def of(self, cell: TallyCell) -> int:
        """Return how many dossiers of a cell have its entries and states, in any dimension."""
        counts = (*cell.new, *cell.carried)
        return sum([counts[place] for place in self.places])

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Places of its dossiers among the counts of a cell: the new by class, then the carried."""
        shift = {Intake.NEW: 0, Intake.CARRIED: CLASSES}
        return tuple(shift[entry] + INDEX[each] for entry in self.entries for each in self.states)

    @answer_wrong_arguments
    def count(
        self, counted: Tally, *, where: Mapping[str, str | None] | None = None
    ) -> int | Unknown:
        """Return how many dossiers of a tally it counts.

        Args:
            counted: the tally.
            where: only cells with these values of dimensions, None for what the register does not
                say.

        Returns:
            The number. Where a dossier is neither inside nor outside, an `Unknown` about the
            dimension: `value-not-said` if the register does not say the value that decides,
            `value-no-word` if it says one that is no word of the dimension (`services.words`) while
            the selection asks for words.

        Raises:
            UnknownNameError: `dimension-unknown`.
        """
        total = 0
        for values, cell in chosen_cells(counted, self.dimensions, where):
            number = self.of(cell)
            if not number:
                continue
            if self.takes(values):
                total += number
                continue
            undecided = self.undecided(values)
            if undecided is not None:
                return undecided
        return total


def chosen_cells(
    counted: Tally, needed: Iterable[str], where: Mapping[str, str | None] | None
) -> Iterable[tuple[dict[str, str | None], TallyCell]]:
    """Return the cells of a tally with these values, each with its values by dimension."""
    given: Mapping[str, str | None] = {} if where is None else where
    for name in (*needed, *given):
        if name not in counted.dimensions:
            raise UnknownNameError("dimension-unknown", name, known=tuple(counted.dimensions))
    for cell in counted:
        values = dict(zip(counted.dimensions, cell.key, strict=True))
        if all(values[name] == value for name, value in given.items()):
            yield values, cell


def with_blanks(counted: Tally, blank: Mapping[str, str]) -> Tally:
    """Return a tally in which dossiers count under a value where the register says none."""
    for name in blank:
        if name not in counted.dimensions:
            raise UnknownNameError("dimension-unknown", name, known=tuple(counted.dimensions))
    if not blank:
        return counted
    sums = TallyBuilder(evolve(counted, cells=()))
    fill = [blank.get(name) for name in counted.dimensions]
    for long_key, number in counted.counts().items():
        values = [
            other if value is None else value
            for value, other in zip(long_key[:-1], fill, strict=True)
        ]
        key = (*values, long_key[-1])
        sums.counts[key] = sums.counts.get(key, 0) + number
    return sums.tally()
