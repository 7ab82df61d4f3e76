"""Figures of units from the JSON in which the National Portal publishes index 766.

There are two layouts, with one file for each group of criteria. `evaluation` has a record for each
unit with a list of metrics (`code`, `numerator`, `denominator`, `score`); `children` has a record
for each unit with its counts side by side (`totalReceived`). Figures are found by the aliases of
the scheme: `PUBLISH_ON_TIME.numerator`, `totalReceived`. `DOSSIER_SYNC.largest` is the denominator
again: the portal publishes only the largest of the two figures that the scheme asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final, cast

from evnpubsvc._files import Source, read_bytes
from evnpubsvc.emulation import Figure, Published, Scheme, UnitFigures, check_figures
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Count, Unknown
from evnpubsvc.serde._figures import FigureTable
from evnpubsvc.serde._parse import parse_json
from evnpubsvc.serde._tables import first_findings

_UNITS: Final = ("evaluation", "children")
_WHOLE: Final = ("overview", "parent")
_SIDES: Final = ("numerator", "denominator")
_ATTRIBUTES: Final = {"departmentLevel": "level", "level": "level", "departmentType": "type"}


def read_portal_figures(source: Source, scheme: Scheme, *, whole: bool = False) -> FigureTable:
    """Read the figures of units from a file of metrics of the National Portal.

    Args:
        source: the JSON of one group of criteria, as the portal's reporting service answers.
        scheme: the scheme reduced to that group, as `preset(...).only("publicity")`.
        whole: read the unit that the others are parts of instead: the province.

    Returns:
        The units in the order of the file, with what the portal publishes as their score, so that
        `ScoreSheet.drift` compares. A number that is null is an `Unknown("figure-blank")`, except
        where the portal publishes points without counts: those are taken as they are, with a mark.
        Marks of the quality of data stay with their figure.

    Raises:
        DataError: `not-json`, `portal-unreadable`; `portal-figure-missing` for a figure that no
            record has; `portal-figures-differ`, `count-not-whole`, `count-negative`, `unit-blank`,
            `unit-twice` and what `check_figures` finds, all at once.

    >>> import io
    >>> from evnpubsvc import preset, score
    >>> answer = b'''{"data": {"children": [{"departmentCode": "H44.228",
    ...     "totalReceived": 100, "totalOnTime": 98, "totalScore": 19.6}]}}'''
    >>> timely = preset("qd766-dvcqg-2026").only("timeliness")
    >>> [unit] = read_portal_figures(io.BytesIO(answer), timely)
    >>> score(timely, unit).drift
    Fraction(0, 1)
    """
    records = _records(read_bytes(source), whole=whole)
    reader = _Reader(scheme)
    found = first_findings(reader.read(records))
    if found:
        raise DataError(found)
    return FigureTable(tuple(reader.units))


def _records(raw: bytes, *, whole: bool) -> list[dict[str, Any]]:
    """Return the records of units of an answer."""
    document = parse_json(raw, exact=True)
    data: dict[str, Any] = {}
    if _is_record(document) and _is_record(document.get("data")):
        data = document["data"]
    names = _WHOLE if whole else _UNITS
    found = next((data[name] for name in names if name in data), None)
    listed: Any = [found] if whole else found
    if not isinstance(listed, list):
        raise DataError([finding("portal-unreadable", "$.data", known=names)])
    records = cast("list[dict[str, Any]]", listed)
    if not all(map(_is_record, records)):
        raise DataError([finding("portal-unreadable", "$.data", known=names)])
    return records


def _is_record(value: Any) -> bool:
    return isinstance(value, dict)


class _Reader:
    """Reads records under a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.units: list[UnitFigures] = []
        self._seen: set[str] = set()

    def read(self, records: list[dict[str, Any]]) -> Iterator[Finding]:
        """Read all records; yield what is wrong with them."""
        cells = [_cells(record) for record in records]
        there = {name for each in cells for name in each}
        for key, spec in self.scheme.figure_specs.items():
            if there.isdisjoint((key, *spec.aliases)):
                yield finding("portal-figure-missing", "$.data", key, known=spec.aliases)
        for place, (record, own) in enumerate(zip(records, cells, strict=True)):
            yield from self._unit(f"$.data[{place}]", record, own)

    def _unit(
        self, place: str, record: dict[str, Any], cells: Mapping[str, Any]
    ) -> Iterator[Finding]:
        # Who it is.
        unit = str(record.get("departmentCode") or record.get("departmentId") or "").strip()
        if not unit:
            yield finding("unit-blank", place)
            return
        if unit in self._seen:
            yield finding("unit-twice", place, unit, first=place)
            return
        self._seen.add(unit)

        # Its figures, points without counts, and marks.
        figures: dict[str, Figure] = {}
        for key in self.scheme.figure_specs:
            try:
                figures[key] = self._figure(key, cells)
            except DataError as error:
                yield from (f.at(f"{place}.{key}") for f in error.findings)
        points, flags = dict[str, Fraction](), dict[str, str]()
        for metric in _metrics(record):
            self._metric(metric, points, flags)

        # What the portal publishes of it.
        score = _number(record.get("totalScore"))
        attributes = {
            name: str(record[field]) for field, name in _ATTRIBUTES.items() if record.get(field)
        }
        made = UnitFigures(
            unit,
            figures,
            name=str(record.get("departmentName") or ""),
            attributes=attributes,
            published=None if score is None else Published(score),
            flags=flags,
            points=points,
        )
        yield from (f.at(place) for f in check_figures(self.scheme, made))
        self.units.append(made)

    def _figure(self, key: str, cells: Mapping[str, Any]) -> Figure:
        """Return a figure: what its aliases say, which must not contradict each other."""
        spec = self.scheme.figure_specs[key]
        given = {name: cells[name] for name in (key, *spec.aliases) if cells.get(name) is not None}
        values = list(dict.fromkeys(map(_number, given.values())))
        if not values:
            return Unknown("figure-blank", key)
        number = values[0]
        if number is None:
            raise DataError([finding("not-a-number", "", str(next(iter(given.values()))))])
        if len(values) > 1:
            raise DataError([finding("portal-figures-differ", "", key, names=tuple(given))])
        if spec.unit is None:
            return number
        if number.denominator != 1:
            raise DataError([finding("count-not-whole", "", number)])
        if number < 0:
            raise DataError([finding("count-negative", "", number)])
        return Count(int(number), spec.unit)

    def _metric(
        self, metric: Mapping[str, Any], points: dict[str, Fraction], flags: dict[str, str]
    ) -> None:
        """Take from a metric its points, where there are no counts, and its mark."""
        code = metric.get("code")
        names = {f"{code}.{side}" for side in _SIDES}
        keys = {
            key
            for key, spec in self.scheme.figure_specs.items()
            if not names.isdisjoint(spec.aliases)
        }
        score = _number(metric.get("score"))
        if score is not None and all(metric.get(side) is None for side in _SIDES):
            for criterion in self.scheme.criteria:
                read = {key for term in criterion.terms for key in term.figures}
                if read and read <= keys:
                    points[criterion.key] = score
        mark = metric.get("dataQualityStatus")
        if isinstance(mark, str) and mark:
            for key in keys:
                flags[key] = mark


def _metrics(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = record.get("metrics")
    if not isinstance(given, list):
        return []
    return [each for each in cast("list[dict[str, Any]]", given) if _is_record(each)]


def _cells(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record by the names under which aliases look for them."""
    cells = {name: value for name, value in record.items() if not isinstance(value, (dict, list))}
    for metric in _metrics(record):
        for side in _SIDES:
            cells[f"{metric.get('code')}.{side}"] = metric.get(side)
        cells[f"{metric.get('code')}.largest"] = metric.get("denominator")
    return cells


def _number(value: Any) -> Fraction | None:
    """Return a number of the document, exactly; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        return None
    return Fraction(value)
