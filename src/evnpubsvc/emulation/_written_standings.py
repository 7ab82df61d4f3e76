"""What a document holds of standings: the scheme once, and each sheet without it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from attrs import fields

from evnpubsvc._records import frozen
from evnpubsvc.emulation._figures import Published
from evnpubsvc.emulation._grades import Grade, Verdict
from evnpubsvc.emulation._rules import TieRule
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.emulation._score import GroupScore, ScoreSheet
from evnpubsvc.quantities import Interval, Unknown


@frozen(kw_only=True)
class WrittenSheet:
    """A `ScoreSheet` without its scheme."""

    unit: str
    name: str
    attributes: tuple[tuple[str, str], ...]
    groups: tuple[GroupScore, ...]
    total: Fraction | Unknown
    maximum: Fraction
    published: Published | None = None
    grade: Grade | None = None
    verdicts: tuple[Verdict, ...] = ()
    between: Interval | None = None

    @classmethod
    def of(cls, sheet: ScoreSheet) -> WrittenSheet:
        """Leave the scheme out."""
        return cls(**_values(sheet, cls))

    def under(self, scheme: Scheme) -> ScoreSheet:
        """Return the sheet under its scheme."""
        return ScoreSheet(scheme=scheme, **_values(self, WrittenSheet))


@frozen(kw_only=True)
class WrittenPlace:
    """A `Place` whose sheet does not repeat the scheme."""

    sheet: WrittenSheet
    stratum: str
    rank: int | None
    shared: int
    reason: Unknown | None = None
    ranks: tuple[int, int] | None = None

    @classmethod
    def of(cls, place: Any) -> WrittenPlace:
        """Leave the scheme of the sheet out."""
        values = _values(place, cls)
        values["sheet"] = WrittenSheet.of(place.sheet)
        return cls(**values)

    def under(self, scheme: Scheme) -> dict[str, Any]:
        """Return the fields of the place, its sheet under a scheme."""
        values = _values(self, WrittenPlace)
        values["sheet"] = self.sheet.under(scheme)
        return values


@frozen(kw_only=True)
class WrittenStandings:
    """`Standings` whose scheme stands once."""

    scheme: Scheme | None
    within: str | None
    ties: TieRule
    tie_break: tuple[str, ...]
    places: tuple[WrittenPlace, ...]


def _values(record: object, kind: type[Any]) -> dict[str, Any]:
    """Return what a record holds in the fields of another kind."""
    return {each.name: getattr(record, each.name) for each in fields(kind)}
