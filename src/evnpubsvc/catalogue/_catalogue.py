"""The catalogue.

Procedures and the services offered for them, checked as a whole, queried by day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Self

from attrs import evolve, field
from attrs.validators import optional

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import Derived, frozen, keep
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc.catalogue._kinds import to_kind_2022
from evnpubsvc.catalogue._procedure import Authority, Procedure, procedure_code
from evnpubsvc.codes import ProcedureCode
from evnpubsvc.errors import DataError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.law import Citation, Validity
from evnpubsvc.services import Channel, Level, OnlineKind2022, OnlineLevel2011, ProactiveLevel2026
from evnpubsvc.services.parts import check_level, first_day
from evnpubsvc.units import UnitRegister


@frozen
class ServiceOffering(PublicType):
    """That a unit offers a procedure at a level: by which decision, since when.

    The level is kept as declared; its type says the regime (`OnlineLevel2011`, `OnlineKind2022`,
    `ProactiveLevel2026`). Levels differ from province to province: they are data of the user.

    Attributes:
        unit: code of the unit or agency, as the user's registers write it.
        procedure: code of the procedure.
        level: the declared level.
        validity: the days on which it is offered so.
        channels: the channels; empty when not known.
        decision: the decision that fixed the level; None when not known.
    """

    unit: str = field(validator=nonempty_text)
    procedure: ProcedureCode = field(converter=procedure_code, validator=instance_of(ProcedureCode))
    level: Level = field(validator=instance_of(OnlineLevel2011, OnlineKind2022, ProactiveLevel2026))
    validity: Validity = field(default=Validity(), validator=instance_of(Validity))
    channels: tuple[Channel, ...] = field(default=(), validator=tuple_of(Channel))
    decision: Citation | None = field(default=None, validator=optional(instance_of(Citation)))

    def doubts(self) -> tuple[Finding, ...]:
        """Return notices where the level is declared for days outside its regime (rule R1)."""
        days = [day for day in (self.validity.since, self.validity.until) if day is not None]
        return tuple(dict.fromkeys(found for day in days for found in check_level(self.level, day)))

    @property
    def filed_online(self) -> bool:
        """Whether a dossier can be filed online: by the level, and by the channels if known."""
        if self.level in _NOT_FILED_ONLINE:
            return False
        return not self.channels or Channel.ONLINE in self.channels

    def across_regimes(self) -> tuple[ServiceOffering, ...]:
        """Return the same service in the words of each regime, each on its days.

        On 15/8/2022 the four levels gave way to kinds. From then on the kind is the one to which
        `to_kind_2022` maps the level: no table in the law says so, so ask it for its reasons.

        Returns:
            This offering where its days lie in one regime; else its part up to 14/8/2022 as it is,
            and the rest as a kind of 2022.

        >>> from datetime import date
        >>> span = Validity(date(2022, 4, 27), date(2025, 6, 30))
        >>> level = OnlineLevel2011.LEVEL_4
        >>> for each in ServiceOffering("20971", "1.001193", level, span).across_regimes():
        ...     print(each.level.value, each.validity.since, each.validity.until)
        online-4 2022-04-27 2022-08-14
        full 2022-08-15 2025-06-30
        """
        change = first_day(OnlineKind2022.FULL)
        if not isinstance(self.level, OnlineLevel2011) or self.validity.last < change:
            return (self,)
        kind = to_kind_2022(self.level).kind
        later = evolve(self, level=kind, validity=Validity(change, self.validity.until))
        if self.validity.first >= change:
            return (evolve(self, level=kind),)
        before = Validity(self.validity.since, change - timedelta(days=1))
        return evolve(self, validity=before), later


_NOT_FILED_ONLINE: Final = frozenset(
    {OnlineLevel2011.LEVEL_1, OnlineLevel2011.LEVEL_2, OnlineKind2022.INFORMATION}
)


def _days_apart(validity: Validity, day: date) -> int:
    """Return how many days lie between a day and the days on which something holds."""
    return max((validity.first - day).days, (day - validity.last).days, 0)


class _Indexes(Derived):
    """Versions and offerings by code, in order of time."""

    __slots__ = ("_by_code", "_offered", "_units")

    _by_code: dict[ProcedureCode, list[Procedure]]
    _offered: dict[ProcedureCode, list[ServiceOffering]]
    _units: frozenset[str]


@frozen
class Catalogue(PublicType, _Indexes):
    """Procedures (*danh mục thủ tục hành chính*) and the services offered for them.

    Immutable; indexed once.

    Attributes:
        procedures: every version of every procedure.
        offerings: the services; their procedures must stand in the catalogue.

    Raises:
        DataError: everything that is wrong, at once: `procedure-duplicate`, `procedure-overlap`,
            `procedure-successor-unknown`, `procedure-successor-cycle`,
            `offering-procedure-unknown`, `offering-overlap` (two levels of one kind, one unit, one
            procedure on one day).

    >>> from datetime import date
    >>> from evnpubsvc.catalogue import seed_catalogue
    >>> catalogue = seed_catalogue()
    >>> [str(procedure.code) for procedure in catalogue.on(date(2022, 4, 1), field_name="Hộ tịch")]
    ['1.004873', '1.001193', '1.000656']
    """

    procedures: tuple[Procedure, ...] = field(validator=tuple_of(Procedure))
    offerings: tuple[ServiceOffering, ...] = field(default=(), validator=tuple_of(ServiceOffering))

    def __str__(self) -> str:
        return f"<Catalogue of {len(self.procedures)} procedures, {len(self.offerings)} offerings>"

    def __attrs_post_init__(self) -> None:
        by_code: dict[ProcedureCode, list[Procedure]] = {}
        for procedure in self.procedures:
            by_code.setdefault(procedure.code, []).append(procedure)
        for versions in by_code.values():
            versions.sort(key=lambda version: version.validity.first)
        offered: dict[ProcedureCode, list[ServiceOffering]] = {}
        for offering in self.offerings:
            offered.setdefault(offering.procedure, []).append(offering)
        units = frozenset(offering.unit for offering in self.offerings)
        keep(self, _by_code=by_code, _offered=offered, _units=units)
        found = tuple(self._wrong())
        if found:
            raise DataError(found)

    @classmethod
    @answer_wrong_arguments
    def of(cls, procedures: Iterable[Procedure], offerings: Iterable[ServiceOffering] = ()) -> Self:
        """Build a catalogue from procedures and offerings in any order."""
        return cls(tuple(procedures), tuple(offerings))

    def __len__(self) -> int:
        return len(self.procedures)

    def __iter__(self) -> Iterator[Procedure]:
        return iter(self.procedures)

    def _wrong(self) -> Iterator[Finding]:
        # Versions of one procedure neither begin together nor overlap.
        for code, versions in self._by_code.items():
            # Versions of one procedure follow each other.
            for earlier, later in pairwise(versions):
                if earlier.validity.first == later.validity.first:
                    yield finding(
                        "procedure-duplicate",
                        f"procedure {code}",
                        code,
                        since=later.validity.since or "..",
                    )
                elif earlier.validity.overlaps(later.validity):
                    yield finding(
                        "procedure-overlap",
                        f"procedure {code}",
                        code,
                        earlier=earlier.validity,
                        later=later.validity,
                    )
        # What replaces a procedure is in the catalogue.
        for place, procedure in enumerate(self.procedures):
            for rank, code in enumerate(procedure.replaced_by):
                if code not in self._by_code:
                    path = f"$.procedures[{place}].replaced_by[{rank}]"
                    yield finding(
                        "procedure-successor-unknown", path, code, procedure=procedure.code
                    )
        yield from self._cycles()
        yield from self._wrong_offerings()

    def _wrong_offerings(self) -> Iterator[Finding]:
        kept: dict[tuple[str, ProcedureCode, bool], list[tuple[int, ServiceOffering]]] = {}
        for place, offering in enumerate(self.offerings):
            path = f"$.offerings[{place}]"
            if offering.procedure not in self._by_code:
                yield finding("offering-procedure-unknown", f"{path}.procedure", offering.procedure)
            # A proactive level stands beside an online kind, so the two may overlap.
            proactive = isinstance(offering.level, ProactiveLevel2026)
            key = (offering.unit, offering.procedure, proactive)
            kept.setdefault(key, []).append((place, offering))

        # In order of time, an offering must begin after the last one that began before it has
        # ended.
        for (unit, _, _), rows in kept.items():
            rows.sort(key=lambda row: row[1].validity.first)
            latest = rows[0][1]
            for place, offering in rows[1:]:
                if offering.validity.first <= latest.validity.last:
                    yield finding(
                        "offering-overlap",
                        f"$.offerings[{place}]",
                        offering.procedure,
                        unit=unit,
                        earlier=latest.validity,
                        later=offering.validity,
                    )
                if offering.validity.last > latest.validity.last:
                    latest = offering

    def _cycles(self) -> Iterator[Finding]:
        """Walk the replacements depth first, without recursion.

        A step on the trail closes a ring.
        """
        nexts = {
            code: list(
                dict.fromkeys(after for version in versions for after in version.replaced_by)
            )
            for code, versions in self._by_code.items()
        }
        done: set[ProcedureCode] = set()
        for start, first in nexts.items():
            if start in done:
                continue

            # The trail from the start, what is still to be tried from each step of it, and its set.
            trail, pending, on_trail = [start], [iter(first)], {start}
            while trail:
                step = next(pending[-1], None)
                if step is None:
                    code = trail.pop()
                    on_trail.discard(code)
                    done.add(code)
                    pending.pop()
                elif step in on_trail:
                    ring = [*trail[trail.index(step) :], step]
                    yield finding(
                        "procedure-successor-cycle",
                        f"procedure {step}",
                        " -> ".join(map(str, ring)),
                    )
                elif step not in done:
                    trail.append(step)
                    on_trail.add(step)
                    pending.append(iter(nexts.get(step, ())))

    def doubts(self) -> tuple[Finding, ...]:
        """Return what is unclear in any record, as notices, each with its path."""
        return (
            *(
                found.at(f"procedure {one.code}")
                for one in self.procedures
                for found in one.doubts()
            ),
            *(
                found.at(f"$.offerings[{place}]")
                for place, offering in enumerate(self.offerings)
                for found in offering.doubts()
            ),
        )

    def get(self, code: str | ProcedureCode, on: date) -> Procedure | None:
        """Return the version of a day, with all its parts; None when there is none.

        Raises:
            InvalidCode: when a text is no procedure code.
        """
        wanted = _read_code(code)
        return next(
            (version for version in self._by_code.get(wanted, ()) if version.validity.contains(on)),
            None,
        )

    def at(self, code: str | ProcedureCode, on: date) -> Procedure:
        """Return a procedure with the parts that hold on a day.

        Raises:
            InvalidCode: when a text is no procedure code.
            UnknownNameError: `procedure-unknown`, or `procedure-not-then` with the days of its
                versions.
        """
        version = self.get(code, on)
        if version is not None:
            return version.at(on)
        versions = self.versions(code)
        if not versions:
            raise UnknownNameError("procedure-unknown", str(code), known=self.codes)
        known = tuple(each.validity for each in versions)
        nearest = min(known, key=lambda validity: _days_apart(validity, on))
        raise UnknownNameError("procedure-not-then", code, day=on, known=known, nearest=nearest)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the procedures, sorted."""
        return tuple(sorted(map(str, self._by_code)))

    def versions(self, code: str | ProcedureCode) -> tuple[Procedure, ...]:
        """Return all versions of a procedure, in order of time."""
        wanted = _read_code(code)
        return tuple(self._by_code.get(wanted, ()))

    @answer_wrong_arguments
    def on(
        self,
        day: date,
        *,
        authority: Authority | None = None,
        field_name: str | None = None,
        level: Level | None = None,
        unit: str | None = None,
    ) -> tuple[Procedure, ...]:
        """Return the procedures of a day that fit all conditions, in the order of the catalogue.

        Args:
            day: the day.
            authority: carried out on this level, among others perhaps.
            field_name: of this field, spelled as in the catalogue except for capitals.
            level: offered at this very level, by any unit or by `unit`.
            unit: offered by this unit.
        """
        wanted = None if field_name is None else field_name.casefold()
        return tuple(
            version
            for version in self.procedures
            if version.validity.contains(day)
            and (authority is None or authority in version.authorities)
            and (wanted is None or version.field_name.casefold() == wanted)
            and (
                (level is None and unit is None)
                or self.offered(version.code, day, unit=unit, level=level)
            )
        )

    def offered(
        self,
        code: str | ProcedureCode,
        day: date,
        *,
        unit: str | None = None,
        level: Level | None = None,
    ) -> tuple[ServiceOffering, ...]:
        """Return the offerings of a procedure on a day.

        By all units or one, at all levels or one.
        """
        wanted = _read_code(code)
        return tuple(
            offering
            for offering in self._offered.get(wanted, ())
            if offering.validity.contains(day)
            and (unit is None or offering.unit == unit)
            and (level is None or offering.level is level)
        )

    def history(
        self, code: str | ProcedureCode, *, unit: str | None = None
    ) -> tuple[ServiceOffering, ...]:
        """Return how a procedure was offered through time: by unit, then by first day.

        By all units or one. Days between two offerings are days without one.
        """
        held = self._offered.get(_read_code(code), ())
        chosen = (each for each in held if unit is None or each.unit == unit)
        return tuple(sorted(chosen, key=lambda each: (each.unit, each.validity.first)))

    @answer_wrong_arguments
    def offers(self, unit: str) -> bool:
        """Return whether the catalogue knows any offering of a unit, on whatever day."""
        return unit in self._units

    @answer_wrong_arguments
    def end_list(self, decision: str, last: date) -> Self:
        """Return the catalogue in which a list of services ends: its offerings hold no longer.

        Args:
            decision: the instrument of the list, as the offerings cite it.
            last: its last day, inclusive. Offerings that ended before stay as they are; those that
                would begin later are left out.

        Raises:
            UnknownNameError: `offering-list-unknown` where no offering cites the decision.

        >>> from evnpubsvc.catalogue import seed_catalogue
        >>> from evnpubsvc.law import Citation
        >>> offering = ServiceOffering(
        ...     "20971", "1.001193", OnlineLevel2011.LEVEL_4, decision=Citation("94/QĐ-STTTT")
        ... )
        >>> listed = Catalogue.of(seed_catalogue().procedures, [offering])
        >>> ended = listed.end_list("94/QĐ-STTTT", date(2022, 8, 14))
        >>> print(ended.offerings[0].validity.until)
        2022-08-14
        """
        lists = {each.decision.instrument for each in self.offerings if each.decision is not None}
        if decision not in lists:
            raise UnknownNameError("offering-list-unknown", decision, known=tuple(sorted(lists)))
        kept: list[ServiceOffering] = []
        for each in self.offerings:
            listed = each.decision is not None and each.decision.instrument == decision
            if not listed or each.validity.last <= last:
                kept.append(each)
            elif each.validity.first <= last:
                kept.append(evolve(each, validity=Validity(each.validity.since, last)))
        return evolve(self, offerings=tuple(kept))

    def check_units(self, units: UnitRegister) -> tuple[Finding, ...]:
        """Return the offerings on days on which their unit did not exist, each with its path.

        A list that goes on after a merger still names the unit that ended: who offers the service
        now is a new decision, so nothing is moved to the successor.

        Args:
            units: the units through time.

        Returns:
            `offering-unit-unknown` where the register has no unit of that code;
            `offering-unit-not-then` with the days that no unit of that code covers.
        """
        found: list[Finding] = []
        for place, offering in enumerate(self.offerings):
            path = f"$.offerings[{place}].unit"
            versions = units.versions(offering.unit)
            if not versions:
                found.append(finding("offering-unit-unknown", path, offering.unit))
                continue
            # One and the same unit must be there from the first to the last day.
            spans = tuple(each.validity for each in versions)
            if not any(
                span.first <= offering.validity.first and offering.validity.last <= span.last
                for span in spans
            ):
                parts = {"days": offering.validity, "known": spans}
                found.append(finding("offering-unit-not-then", path, offering.unit, **parts))
        return tuple(found)

    def successors(self, code: str | ProcedureCode) -> tuple[ProcedureCode, ...]:
        """Return the procedures that are in force at the end of the chain of replacements.

        Itself when not replaced.

        >>> from evnpubsvc.catalogue import seed_catalogue
        >>> seed_catalogue().successors("2.000815")
        (ProcedureCode(national='2.000815', unit=None),)
        """
        start = _read_code(code)
        found: dict[ProcedureCode, None] = {}
        seen = {start}
        queue = [start]
        while queue:
            step = queue.pop(0)
            versions = self._by_code.get(step, [])
            nexts = versions[-1].replaced_by if versions else ()
            if versions and not nexts:
                found[step] = None
            queue += [after for after in nexts if after not in seen]
            seen.update(nexts)
        return tuple(found)


def _read_code(code: str | ProcedureCode) -> ProcedureCode:
    if isinstance(code, ProcedureCode):
        return code
    return ProcedureCode.parse(code)
