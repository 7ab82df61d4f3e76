"""Schemes from TOML: everything that is wrong with a document at once, and the presets."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any, Final, TypeVar, cast, get_args

from cattrs import Converter

from evnpubsvc._tables import packaged_names, packaged_text
from evnpubsvc.emulation import (
    Band,
    Combine,
    Criterion,
    FigureSpec,
    PointsCriterion,
    RatioCriterion,
    Scheme,
    Term,
    WeightedCriterion,
)
from evnpubsvc.emulation._check import CriterionPart, FigurePart, GroupPart, Parts, scheme_findings
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.serde._converter import findings_of, make_converter
from evnpubsvc.serde._documents import parse_toml, read_bytes
from evnpubsvc.serde._tables import Source
from evnpubsvc.texts import Text

__all__ = ["preset", "preset_names", "read_scheme"]

_PRESETS: Final = "emulation/presets"
_KINDS: Final[dict[str, type[Criterion]]] = {
    "ratio": RatioCriterion,
    "points": PointsCriterion,
    "weighted": WeightedCriterion,
}
_KIND_OF: Final = {kind: name for name, kind in _KINDS.items()}
_ANY: Final = Text(vi="-", en="-")
_T = TypeVar("_T")


def configure(converter: Converter) -> None:
    """Teach a converter terms and criteria."""

    def structure_term(value: Any, _: Any) -> Term:
        # Three ways to write one: "a", ["a", "b"] (a sum), { largest = ["a", "b"] }.
        if isinstance(value, str):
            return Term((value,))
        combine, keys = Combine.SUM, value
        if isinstance(value, dict):
            named = cast("dict[str, Any]", value)
            (word, keys), *rest = named.items() if named else (("", None),)
            combine = converter.structure(word if not rest else ", ".join(named), Combine)
        return Term(converter.structure(keys, tuple[str, ...]), combine)

    def unstructure_term(term: Term) -> Any:
        if term.combine is Combine.LARGEST:
            return {"largest": list(term.figures)}
        return term.figures[0] if len(term.figures) == 1 else list(term.figures)

    converter.register_structure_hook(Term, structure_term)
    converter.register_unstructure_hook(Term, unstructure_term)

    def structure_criterion(value: Any, _: Any) -> Criterion:
        if not isinstance(value, dict):
            raise DataError([finding("value-of-wrong-type", "", value, expected="a table")])
        record = dict(cast("dict[str, Any]", value))
        kind = record.pop("kind", None)
        if kind not in _KINDS:
            raise DataError([finding("criterion-kind-unknown", ".kind", kind or "-", known=", ".join(_KINDS))])
        return converter.structure(record, _KINDS[cast("str", kind)])

    def unstructure_criterion(value: Criterion) -> Any:
        return {"kind": _KIND_OF[type(value)], **converter.unstructure(value, type(value))}

    def is_criterion(kind: Any) -> bool:
        return set(get_args(kind)) == set(get_args(Criterion))

    converter.register_structure_hook_func(is_criterion, structure_criterion)
    converter.register_unstructure_hook_func(is_criterion, unstructure_criterion)


def read_scheme(source: Source) -> Scheme:
    """Read a scheme from a TOML file or binary stream.

    Numbers with decimals are read exactly as written; fractions are texts (`"1/3"`). A ratio's numerator and
    denominator are a figure (`"a"`), a sum (`["a", "b"]`) or `{ largest = ["a", "b"] }`.

    Raises:
        DataError: everything that is wrong, at once: what is no TOML, keys missing or unknown, values of the wrong
            type, parts that do not add up, keys that occur twice, unknown figures, bands with gaps.

    >>> import io
    >>> read_scheme(io.BytesIO(b'key = "x"'))
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: $.title: this key is missing [key-missing]
    $.maximum: this key is missing [key-missing]
    $.rounding: this key is missing [key-missing]
    $.groups: this key is missing [key-missing]
    $.figures: this key is missing [key-missing]
    """
    return _scheme(parse_toml(read_bytes(source)))


def _scheme(document: dict[str, Any]) -> Scheme:
    converter = make_converter()
    try:
        return converter.structure(document, Scheme)
    except Exception as error:  # noqa: BLE001 - whatever a record raises, cattrs gathers
        found = findings_of(error)
    # A document that cannot be built may contradict itself too: say so now, not in the next round.
    parts = _parts(document, converter)
    told = {f.path for f in found}
    more = [f.at("$") for f in (*scheme_findings(parts), *_field_findings(document, converter))]
    raise DataError([*found, *(f for f in more if f.path not in told)])


def _listed(value: Any) -> list[Any]:
    return value if type(value) is list else []  # pyright: ignore[reportUnknownVariableType]


def _field_findings(record: dict[str, Any], converter: Converter, path: str = "") -> Iterator[Finding]:
    """Judge single fields of records that could not be built, so that no mistake waits for another to be mended."""
    for name, value in record.items():
        place = f"{path}.{name}"
        for index, each in enumerate(_listed(value) if name in {"groups", "criteria", "figures"} else ()):
            if isinstance(each, dict):
                yield from _field_findings(cast("dict[str, Any]", each), converter, f"{place}[{index}]")
        try:
            if name == "key":
                FigureSpec(key=converter.structure(value, str), title=_ANY)
            elif name in {"maximum", "target", "full_scale"} and converter.structure(value, Fraction) <= 0:
                yield finding("number-not-positive", place, str(value), record=path.strip(".") or "scheme")
        except MisuseError as error:
            yield error.finding.at(place)
        except ValueError:
            continue  # of the wrong type, and reported as such


def _parts(document: dict[str, Any], converter: Converter) -> Parts:
    """Take the readable parts out of a document that as a whole could not be read."""

    def read(value: Any, kind: Any) -> Any:
        try:
            return converter.structure(value, kind)
        except Exception:  # noqa: BLE001 - already among the findings
            return None

    def field_of(value: Any, name: str, kind: type[_T]) -> _T | None:
        return read(cast("dict[str, Any]", value).get(name), kind) if isinstance(value, dict) else None

    groups: list[GroupPart] = []
    for i, group in enumerate(_listed(document.get("groups"))):
        path = f".groups[{i}]"
        inner = _listed(cast("dict[str, Any]", group).get("criteria")) if isinstance(group, dict) else []
        criteria = tuple(
            CriterionPart(
                f"{path}.criteria[{j}]",
                field_of(criterion, "key", str),
                field_of(criterion, "maximum", Fraction),
                read(criterion, Criterion),
            )
            for j, criterion in enumerate(inner)
        )
        groups.append(GroupPart(path, field_of(group, "key", str), field_of(group, "maximum", Fraction), criteria))
    figures = tuple(
        FigurePart(f".figures[{i}]", field_of(spec, "key", str), read(spec, FigureSpec))
        for i, spec in enumerate(_listed(document.get("figures")))
    )
    bands: list[Band | None] = [read(band, Band) for band in _listed(document.get("bands"))]
    whole = None if None in bands else tuple(cast("list[Band]", bands))
    return Parts(read(document.get("maximum"), Fraction), tuple(groups), figures, whole)


def preset_names() -> tuple[str, ...]:
    """Return the names of the packaged schemes."""
    return packaged_names(_PRESETS)


@cache
def preset(name: str) -> Scheme:
    """Return a packaged scheme by its name.

    Raises:
        UnknownNameError: `preset-unknown`; the message lists the names there are.

    >>> preset("qd766-dvcqg-2026").maximum
    Fraction(100, 1)
    """
    if name not in preset_names():
        raise UnknownNameError("preset-unknown", name, known=", ".join(preset_names()))
    return _scheme(parse_toml(packaged_text(f"{_PRESETS}/{name}.toml").encode()))
