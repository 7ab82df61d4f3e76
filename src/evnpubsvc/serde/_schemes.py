"""Schemes from TOML: everything that is wrong with a document at once, and the presets."""

from __future__ import annotations

from collections.abc import Container, Iterator
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast, get_args

from cattrs import Converter

from evnpubsvc._files import Source, bounds
from evnpubsvc._records import RateBook
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
from evnpubsvc.serde._converter import findings_of, shared_converter
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
from evnpubsvc.serde._rates import RATE_KEYS, rate_table_of
from evnpubsvc.texts import Text

if TYPE_CHECKING:
    from evnpubsvc.statistics import RateTable

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

    def structure_rates(value: Any, _: Any) -> RateBook:
        # The tables of a file are read before the scheme is (`_own_rates`).
        if isinstance(value, RateBook):
            return value
        return converter.structure(value, _rate_table())

    def unstructure_rates(table: RateBook) -> Any:
        return converter.unstructure(table, _rate_table())

    def is_rate_book(kind: Any) -> bool:
        # Not its kinds, which are encoded as records.
        return kind is RateBook

    def is_criterion(kind: Any) -> bool:
        return set(get_args(kind)) == set(get_args(Criterion))

    return (
        Encoding(Term, _describe_term, structure_term, unstructure_term),
        Encoding(is_criterion, _describe_criterion, structure_criterion, unstructure_criterion),
        Encoding(
            is_rate_book,
            lambda _, describe: describe(_rate_table()),
            structure_rates,
            unstructure_rates,
        ),
    )


def _rate_table() -> type[RateTable]:
    """Return the only kind of `RateBook`, from a room that a sheet without rates does not need."""
    from evnpubsvc.statistics import RateTable  # noqa: PLC0415

    return RateTable


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


def read_scheme(source: Source, *, rates: RateTable | None = None) -> Scheme:
    """Read a scheme from a TOML file or binary stream.

    Numbers with decimals are read exactly as written; fractions are texts (`"1/3"`). A ratio's
    numerator and denominator are a figure (`"a"`), a sum (`["a", "b"]`) or the largest of several
    (`{ largest = ["a", "b"] }`).

    A sheet may be built on another: `base` names a preset or a TOML file beside it, each table of
    `[[changes]]` names a `criterion`, `group`, `figure` or `band` and the fields to set,
    `without_criteria` and `without_figures` leave some out, `notes` and `figures` are added, and
    all other keys replace those of the base. Such a sheet needs a `key` of its own. It is checked
    like any other, as a whole.

    A criterion with a numerator and a denominator may name a `rate` instead: its figures are then
    the measures of that rate, and need not be declared. A figure or rate may be the sheet's own:
    tables `[measures.NAME]` and `[rates.NAME]`, as
    `read_rates` reads them. A sheet built on another has those of both.

    Args:
        source: the file or stream.
        rates: measures and rates beside those of the file, which figures may name as well.

    Raises:
        DataError: everything that is wrong, at once: what is no TOML, keys missing or unknown,
            values of the wrong type, parts that do not add up, keys that occur twice, unknown
            figures, bands with gaps; what `statistics.RateTable` finds in measures and rates.

    >>> import io
    >>> read_scheme(io.BytesIO(b'key = "x"'))
    Traceback (most recent call last):
    evnpubsvc.errors.DataError: $.title: this key is missing [key-missing]
    $.maximum: this key is missing [key-missing]
    $.rounding: this key is missing [key-missing]
    $.groups: this key is missing [key-missing]
    $.figures: this key is missing [key-missing]
    """
    return _scheme(_read(source), rates)


def lint_scheme(source: Source, *, rates: RateTable | None = None) -> tuple[Finding, ...]:
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
    return _built_or_findings(document, rates)[1]


def _scheme(document: dict[str, Any], rates: RateTable | None = None) -> Scheme:
    scheme, found = _built_or_findings(document, rates, oddities=False)
    if scheme is None:
        raise DataError(found)
    return scheme


def _built_or_findings(
    document: dict[str, Any], rates: RateTable | None = None, *, oddities: bool = True
) -> tuple[Scheme | None, tuple[Finding, ...]]:
    """Build the scheme of a document, or return None, with everything that can be said about it."""
    many = sum(len(listed(group.get("criteria"))) for group in tables_of(document.get("groups")))
    if many > bounds.CRITERIA:
        return None, (finding("too-many-criteria", "$.groups", many, limit=bounds.CRITERIA),)
    document, wrong = _read_rates(document, rates)
    document, unknown = _write_out_rates(document)
    if wrong or unknown:
        # The rest is read too; what a criterion lacks whose rate is unknown is no second mistake.
        there = tuple(each.path.removesuffix(".rate") for each in unknown)
        rest = _built_or_findings(document, oddities=oddities)[1]
        return None, (*wrong, *unknown, *(f for f in rest if not f.path.startswith(there)))
    converter = shared_converter()
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


def _read_rates(
    document: dict[str, Any], more: RateTable | None
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Return a document with its tables of measures and rates as one, and what is wrong with them.

    Where they cannot be read, figures that name one of them are taken for given ones: that is no
    second mistake.
    """
    own = {name: document[name] for name in RATE_KEYS if name in document}
    if not own and more is None:
        return document, ()
    rest = {name: value for name, value in document.items() if name not in own}
    try:
        return {**rest, "rate_table": rate_table_of(own, more)}, ()
    except DataError as error:
        wrong = error.findings
    measures = own.get("measures")
    if isinstance(measures, dict):
        names = tuple(cast("dict[object, object]", measures))
        figures = [_given_if(each, names) for each in listed(rest.get("figures"))]
        rest = {**rest, "figures": figures}
    return rest, wrong


def _given_if(figure: Any, measures: Container[object]) -> Any:
    """Return the declaration of a figure without its measure, where that is one of these."""
    if not isinstance(figure, dict):
        return figure
    spec = cast("dict[str, Any]", figure)
    if not isinstance(spec.get("measure"), str) or spec["measure"] not in measures:
        return spec
    of_measure = {"measure", "handling", "earlier"}
    return {name: value for name, value in spec.items() if name not in of_measure}


def _write_out_rates(document: dict[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    """Return a document whose criteria name figures, where they named a rate.

    The figures are the measures of the rate; those that the document does not declare are added.
    """
    figures = list(listed(document.get("figures")))
    found: list[Finding] = []

    @cache
    def own() -> RateTable:
        table = document.get("rate_table")
        kind = _rate_table()
        return table if isinstance(table, kind) else kind()

    def written(criterion: Any, place: str) -> Any:
        if not isinstance(criterion, dict):
            return cast("object", criterion)
        rest = dict(cast("Document", criterion))
        if "rate" not in rest:
            return rest
        name, rates = rest.pop("rate"), own().known_rates()
        if "numerator" in rest or "denominator" in rest:
            found.append(finding("rate-and-terms", f"{place}.rate", name))
        elif not isinstance(name, str) or name not in rates:
            found.append(finding("rate-unknown", f"{place}.rate", name, known=tuple(rates)))
        else:
            for side in ("numerator", "denominator"):
                names: tuple[str, ...] = getattr(rates[name], side)
                rest[side] = [_figure_of(each, figures, own()) for each in names]
        return rest

    # Each criterion of each group; what is no table is refused by the reader of schemes.
    groups = list(listed(document.get("groups")))
    for i, group in enumerate(groups):
        if isinstance(group, dict):
            each = cast("Document", group)
            criteria = [
                written(criterion, f"$.groups[{i}].criteria[{j}]")
                for j, criterion in enumerate(listed(each.get("criteria")))
            ]
            groups[i] = {**each, "criteria": criteria} if criteria else each
    if groups:
        document = {**document, "groups": groups}
    if figures or found:
        document = {**document, "figures": figures}
    return document, found


def _figure_of(measure: str, figures: list[Any], own: RateTable) -> str:
    """Return the key of the figure that is a measure; one that is not declared is added."""
    for spec in tables_of(figures):
        plain = not spec.get("earlier") and "handling" not in spec
        if spec.get("measure") == measure and plain and isinstance(spec.get("key"), str):
            return cast("str", spec["key"])
        if spec.get("key") == measure:
            return measure
    found = own.known_measures()[measure]
    title = {"vi": found.text.vi, "en": found.text.en}
    added = {"key": measure, "title": title, "unit": found.unit.value}
    if found.selection is not None:
        added["measure"] = measure
    figures.append(added)
    return measure


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
        rate_table=read(document.get("rate_table"), RateBook | None),
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
    joined=RATE_KEYS,
    instead={"rate": ("numerator", "denominator")},
    kind_of=lambda record: _KINDS.get(str(record.get("kind"))),
)
