"""Campaigns from TOML, and standings of the past from the JSON that `evnpubsvc score` wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, cast

from evnpubsvc._files import Source, find_beside, read_bytes
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc.campaigns import Campaign
from evnpubsvc.emulation import Snapshot, TieRule
from evnpubsvc.emulation.results import UnitSnapshot
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.quantities import Unknown
from evnpubsvc.serde._converter import findings_of, shared_converter
from evnpubsvc.serde._data import check_head
from evnpubsvc.serde._encodings import expected_text
from evnpubsvc.serde._parse import parse_json, read_toml
from evnpubsvc.serde._schemes import preset, read_scheme


@frozen
class CampaignFile(PublicType):
    """A campaign and the files that its document names.

    Attributes:
        campaign: the campaign.
        figures: path of the table of figures; None if none is named.
        columns: path of the mapping of that table; None if none is named.
    """

    campaign: Campaign
    figures: str | None = None
    columns: str | None = None


def read_campaign(source: Source) -> CampaignFile:
    r"""Read a campaign from a TOML file or binary stream.

    `scheme` is the name of a preset or the path of a TOML file; `figures` and `columns` are paths.
    They name files in the folder of the campaign's file or below it: a campaign of somebody else
    opens nothing but what came with it, and one from a stream names presets only.

    Raises:
        DataError: everything that is wrong, at once.

    >>> import io
    >>> read_campaign(io.BytesIO(b'key = "x"\nscheme = "nothing"')).campaign
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: $.scheme: there is no preset 'nothing' [preset-unknown] - ...
    """
    document = read_toml(source)
    converter = shared_converter()
    paths: dict[str, str | None] = {}
    found: list[Finding] = []
    for name in ("figures", "columns"):
        given = document.pop(name, None)
        if given is not None and not isinstance(given, str):
            found.append(
                finding("value-of-wrong-type", f"$.{name}", given, expected=expected_text("text"))
            )
        paths[name] = None
        if isinstance(given, str):
            try:
                paths[name] = str(find_beside(source, given))
            except DataError as error:
                found += [f.at(f"$.{name}") for f in error.findings]
    named = document.get("scheme")
    if isinstance(named, str):
        try:
            if named.endswith(".toml"):
                scheme = read_scheme(find_beside(source, named))
            else:
                scheme = preset(named)
            document["scheme"] = converter.unstructure(scheme)
        except DataError as error:
            found += [f.at("$.scheme") for f in error.findings]
        except MisuseError as error:
            found.append(error.finding.at("$.scheme"))
    if found:
        raise DataError(found)
    try:
        campaign = converter.structure(document, Campaign)
    except Exception as error:  # noqa: BLE001 - whatever a record raises, cattrs gathers
        raise DataError(findings_of(error)) from None
    return CampaignFile(campaign, paths["figures"], paths["columns"])


@frozen
class _Component:
    key: str
    points: Fraction | None
    reason: str | None


@frozen
class _Group:
    key: str
    points: Fraction | None


@frozen
class _Place:
    unit: str
    stratum: str | None
    rank: int | None
    score: Fraction | None
    reason: str | None
    components: tuple[_Component, ...]
    groups: tuple[_Group, ...]


@frozen
class _Document:
    ties: TieRule
    standings: tuple[_Place, ...]


_NOT_COUNTED: Final = frozenset({"excluded", "monitor-only", "undetermined"})


def read_snapshot(source: Source) -> Snapshot:
    """Read standings of the past from the JSON that `evnpubsvc score --format json` wrote.

    Raises:
        DataError: `not-json`, `format-missing`, `format-unknown` and `type-other` for what is no
            document of standings, or every place that is not as such a document has it.
    """
    document = check_head(parse_json(read_bytes(source)), "standings")
    converter = shared_converter()
    try:
        read = converter.structure(_known(document), _Document)
    except Exception as error:  # noqa: BLE001 - as above
        raise DataError(findings_of(error)) from None
    seen = Counter(place.unit for place in read.standings)
    twice = [unit for unit, times in seen.items() if times > 1]
    if twice:
        raise DataError(finding("unit-twice", unit, unit) for unit in twice)
    return Snapshot(ties=read.ties, units=tuple(map(_unit, read.standings)))


def _known(document: Any) -> Any:
    """Keep of a document what a snapshot needs; the reader refuses whatever has another shape."""

    def only(value: Any, *names: str) -> Any:
        if not isinstance(value, dict):
            return value
        given = cast("dict[str, Any]", value)
        return {name: given[name] for name in names if name in given}

    def inside(value: Any, name: str, change: Callable[[Any], Any]) -> Any:
        if isinstance(value, dict):
            holder = cast("dict[str, Any]", value)
            if isinstance(holder.get(name), list):
                holder[name] = [change(each) for each in holder[name]]
            return holder
        return value

    def place(value: Any) -> Any:
        kept = only(value, "unit", "stratum", "rank", "score", "reason", "components", "groups")
        kept = inside(kept, "components", lambda each: only(each, "key", "points", "reason"))
        return inside(kept, "groups", lambda each: only(each, "key", "points"))

    return inside(only(document, "ties", "standings"), "standings", place)


def _unit(place: _Place) -> UnitSnapshot:
    # The document does not say which component is in which group: all adjustments make one line.
    lines: dict[str, Fraction | Unknown] = {}
    added: Fraction | None = Fraction(0)
    for component in place.components:
        if component.reason in _NOT_COUNTED:
            continue
        if component.points is None:
            lines[component.key] = Unknown(component.reason or "figure-absent", component.key)
            added = None
        else:
            lines[component.key] = component.points
            added = None if added is None else added + component.points
    if place.score is not None and added is not None:
        lines["~"] = place.score - added
    total = Unknown(place.reason or "figure-absent") if place.score is None else place.score
    return UnitSnapshot(
        unit=place.unit,
        stratum=place.stratum or "",
        rank=place.rank,
        total=total,
        lines=tuple(lines.items()),
    )
