"""Schemes from TOML: everything that is wrong with a document at once, and the presets."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any, Final, TypeVar, cast, get_args

from cattrs import Converter

from evnpubsvc._files import Source, bounds
from evnpubsvc._tables import packaged_names, packaged_text
from evnpubsvc.emulation import (
    Band,
    Combine,
    Condition,
    Criterion,
    FigureSpec,
    Group,
    GroupRole,
    Inapplicable,
    Prize,
    Quota,
    Rounding,
    Sanction,
    Scheme,
    Term,
    lint,
)
from evnpubsvc.emulation.parts import (
    CriterionPart,
    FigurePart,
    GroupPart,
    Parts,
    lint_parts,
    scheme_findings,
)
from evnpubsvc.errors import DataError, MisuseError, UnknownNameError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.serde._bases import Document, Shape, build_on_base, listed, read_on_base, tables_of
from evnpubsvc.serde._converter import findings_of, make_converter
from evnpubsvc.serde._encodings import (
    Describe,
    Encoding,
    Schema,
    describe_record,
    expected_text,
    field_schema,
    fields_of,
    object_schema,
)
from evnpubsvc.serde._parse import parse_toml
from evnpubsvc.texts import Text

_PRESETS: Final = "emulation/presets"
_ANY: Final = Text(vi="-", en="-")
_KINDS: Final = {kind.kind: kind for kind in get_args(Criterion)}
_T = TypeVar("_T")


def encodings(converter: Converter) -> tuple[Encoding, ...]:
    """Return how terms and criteria are encoded."""

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

    def structure_criterion(value: Any, _: Any) -> Criterion:
        if not isinstance(value, dict):
            raise DataError(
                [finding("value-of-wrong-type", "", value, expected=expected_text("table"))]
            )
        record = dict(cast("dict[str, Any]", value))
        kind = record.pop("kind", None)
        if not isinstance(kind, str) or kind not in _KINDS:
            raise DataError(
                [finding("criterion-kind-unknown", ".kind", kind or "-", known=tuple(_KINDS))]
            )
        return cast("Criterion", converter.structure(record, _KINDS[kind]))

    def unstructure_criterion(value: Criterion) -> Any:
        return {"kind": value.kind, **converter.unstructure(value, type(value))}

    def is_criterion(kind: Any) -> bool:
        return set(get_args(kind)) == set(get_args(Criterion))

    return (
        Encoding(Term, _describe_term, structure_term, unstructure_term),
        Encoding(is_criterion, _describe_criterion, structure_criterion, unstructure_criterion),
    )


def _describe_term(_: Any, describe: Describe) -> Schema:
    several = field_schema(fields_of(Term)[0], describe)
    return {
        "anyOf": [
            {"type": "string"},
            several,
            *(object_schema({combine.value: several}) for combine in Combine),
        ]
    }


def _describe_criterion(_: Any, describe: Describe) -> Schema:
    """Describe an object of a known kind: its fields, and the kind."""
    forms: list[Schema] = []
    for name, kind in _KINDS.items():
        form = describe_record(kind, describe)
        form["properties"] = {"kind": {"const": name}, **form["properties"]}
        form["required"] = ["kind", *form["required"]]
        forms.append(form)
    return {"oneOf": forms}


def read_scheme(source: Source) -> Scheme:
    """Read a scheme from a TOML file or binary stream.

    Numbers with decimals are read exactly as written; fractions are texts (`"1/3"`). A ratio's
    numerator and denominator are a figure (`"a"`), a sum (`["a", "b"]`) or the largest of several
    (`{ largest = ["a", "b"] }`).

    A sheet may be built on another: `base` names a preset or a TOML file beside it, each table of
    `[[changes]]` names a `criterion`, `group`, `figure` or `band` and the fields to set,
    `without_criteria` and `without_figures` leave some out, `notes` and `figures` are added, and
    all other keys replace those of the base. Such a sheet needs a `key` of its own. It is checked
    like any other, as a whole.

    Raises:
        DataError: everything that is wrong, at once: what is no TOML, keys missing or unknown,
            values of the wrong type, parts that do not add up, keys that occur twice, unknown
            figures, bands with gaps.

    >>> import io
    >>> read_scheme(io.BytesIO(b'key = "x"'))
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: $.title: this key is missing [key-missing]
    $.maximum: this key is missing [key-missing]
    $.rounding: this key is missing [key-missing]
    $.groups: this key is missing [key-missing]
    $.figures: this key is missing [key-missing]
    """
    return _scheme(_read(source))


def lint_scheme(source: Source) -> tuple[Finding, ...]:
    """Return everything that is wrong or odd in the scheme of a TOML file or binary stream.

    Violations forbid using the scheme; notices are for somebody to look at. A document that is not
    TOML and a file that does not exist are findings too.

    >>> import io
    >>> print(lint_scheme(io.BytesIO(b"key = "))[0].reason)
    not-toml
    """
    try:
        document = _read(source)
    except DataError as error:
        return error.findings
    return _built_or_findings(document)[1]


def _scheme(document: dict[str, Any]) -> Scheme:
    scheme, found = _built_or_findings(document, oddities=False)
    if scheme is None:
        raise DataError(found)
    return scheme


def _built_or_findings(
    document: dict[str, Any], *, oddities: bool = True
) -> tuple[Scheme | None, tuple[Finding, ...]]:
    """Build the scheme of a document, or return None, with everything that can be said about it."""
    many = sum(len(listed(group.get("criteria"))) for group in tables_of(document.get("groups")))
    if many > bounds.CRITERIA:
        return None, (finding("too-many-criteria", "$.groups", many, limit=bounds.CRITERIA),)
    converter = make_converter()
    try:
        scheme = converter.structure(document, Scheme)
    except RecursionError:
        return None, (finding("not-toml", "$", RecursionError()),)
    except Exception as error:  # noqa: BLE001 - whatever a record raises, cattrs gathers
        found = findings_of(error)
    else:
        return scheme, tuple(f.at("$") for f in lint(scheme)) if oddities else ()
    # A document that cannot be built may contradict itself too: say so now, not in the next round.
    parts = _parts(document, converter)
    told = {f.path for f in found}
    more = (
        *(f.at("$") for f in (lint_parts(parts) if oddities else scheme_findings(parts))),
        *(f.at("$") for f in _field_findings(document, converter)),
    )
    return None, (*found, *(f for f in more if f.path not in told))


def _field_findings(
    record: dict[str, Any], converter: Converter, path: str = ""
) -> Iterator[Finding]:
    """Judge single fields of records that could not be built, so that no mistake waits its turn."""
    for name, value in record.items():
        place = f"{path}.{name}"
        for index, each in enumerate(
            listed(value) if name in {"groups", "criteria", "figures"} else ()
        ):
            if isinstance(each, dict):
                yield from _field_findings(
                    cast("dict[str, Any]", each), converter, f"{place}[{index}]"
                )
        try:
            if name == "key":
                FigureSpec(key=converter.structure(value, str), title=_ANY)
            elif (
                name in {"maximum", "target", "full_scale"}
                and converter.structure(value, Fraction) <= 0
            ):
                yield finding(
                    "number-not-positive", place, str(value), record=path.strip(".") or "scheme"
                )
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
        return (
            read(cast("dict[str, Any]", value).get(name), kind) if isinstance(value, dict) else None
        )

    def records(name: str, kind: type[_T]) -> tuple[tuple[str, _T], ...]:
        each = (
            (f".{name}[{i}]", read(value, kind))
            for i, value in enumerate(listed(document.get(name)))
        )
        return tuple((path, record) for path, record in each if record is not None)

    groups: list[GroupPart] = []
    for i, group in enumerate(listed(document.get("groups"))):
        path = f".groups[{i}]"
        inner = (
            listed(cast("dict[str, Any]", group).get("criteria")) if isinstance(group, dict) else []
        )
        criteria = tuple(
            CriterionPart(
                f"{path}.criteria[{j}]",
                field_of(criterion, "key", str),
                _maximum_of(criterion, field_of(criterion, "maximum", Fraction)),
                read(criterion, Criterion),
            )
            for j, criterion in enumerate(inner)
        )
        role: str | None = "scored"
        if isinstance(group, dict) and "role" in group:
            role = field_of(cast("dict[str, Any]", group), "role", GroupRole)
        cut = field_of(group, "cut", bool) or False
        key, maximum = field_of(group, "key", str), field_of(group, "maximum", Fraction)
        groups.append(GroupPart(path, key, maximum, criteria, role, cut))
    figures = tuple(
        FigurePart(f".figures[{i}]", field_of(spec, "key", str), read(spec, FigureSpec))
        for i, spec in enumerate(listed(document.get("figures")))
    )
    bands: list[Band | None] = [read(band, Band) for band in listed(document.get("bands"))]
    limits = [read(document.get(name), Fraction | None) for name in ("floor", "ceiling")]
    return Parts(
        read(document.get("maximum"), Fraction),
        tuple(groups),
        figures,
        None if None in bands else tuple(cast("list[Band]", bands)),
        read(document.get("rounding"), Rounding),
        limits[0],
        limits[1],
        limits_known=all(
            limit is not None or document.get(name) is None
            for limit, name in zip(limits, ("floor", "ceiling"), strict=True)
        ),
        gates=records("gates", Condition),
        exclusions=records("exclusions", Condition),
        sanctions=records("sanctions", Sanction),
        quota=read(document.get("quota"), Quota),
        prizes=records("prizes", Prize),
        inapplicable=records("inapplicable", Inapplicable),
        tie_break=read(document.get("tie_break"), tuple[str, ...]) or (),
    )


def _maximum_of(criterion: Any, read: Fraction | None) -> Fraction | None:
    """Return the maximum of a criterion; a monitored one has none, and that counts as zero."""
    if read is None and isinstance(criterion, dict):
        written = cast("dict[str, Any]", criterion)
        if written.get("kind") == "monitor" and "maximum" not in written:
            return Fraction(0)
    return read


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
    return _scheme(_document(name))


def _document(name: str) -> Document:
    """Return the document of a packaged scheme; a variant names its base and what differs."""
    if name not in preset_names():
        raise UnknownNameError("preset-unknown", name, known=tuple(preset_names()))
    own = parse_toml(packaged_text(f"{_PRESETS}/{name}.toml").encode())
    return build_on_base(own, _document, _SHAPE)


def _read(source: Source) -> Document:
    """Return the document of a scheme from a file or stream, put together with its bases."""
    return read_on_base(source, _document, _SHAPE)


def _records_of(document: Document, target: str) -> list[list[Any]]:
    """The lists that hold the records of a kind; criteria stand in their groups."""
    if target == "criterion":
        return [listed(group.get("criteria")) for group in tables_of(document.get("groups"))]
    return [listed(document.get(f"{target}s"))]


_SHAPE: Final = Shape(
    targets={
        "criterion": ("criterion-unknown", None),
        "group": ("group-unknown", Group),
        "figure": ("figure-unknown", FigureSpec),
        "band": ("band-unknown", Band),
    },
    records=_records_of,
    left_out={"without_criteria": "criterion", "without_figures": "figure"},
    added=("notes", "figures"),
    kind_of=lambda record: _KINDS.get(str(record.get("kind"))),
)
