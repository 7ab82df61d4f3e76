"""Documents built on documents: sheets and forms that name a base and say what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from attrs import fields

from evnpubsvc._files import Source, bounds, find_beside, path_of
from evnpubsvc._records import frozen
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding
from evnpubsvc.serde._documents import resolved
from evnpubsvc.serde._encodings import expected_text
from evnpubsvc.serde._parse import read_toml

Document: TypeAlias = dict[str, Any]
Find: TypeAlias = Callable[[str], Document]


@frozen
class Shape:
    """What documents of a kind are made of, as far as one may build on another.

    Attributes:
        targets: what a change may name -> the reason code where there is none of that name, and the
            type of its record; None where each record names its type itself (`kind_of`).
        records: returns the lists that hold the records of a target in a document.
        left_out: the key of a list of names to leave out -> their target.
        added: keys of lists that are added to those of the base.
        joined: keys of tables that are joined with those of the base, name by name; where both have
            a name, that of the document counts.
        instead: a field of records -> the fields that it stands for: whichever a change sets, the
            others go.
        own: keys that are never taken over from the base.
        kind_of: returns the type of a record; None for an unknown one, which the reader refuses.
    """

    targets: Mapping[str, tuple[str, type | None]]
    records: Callable[[Document, str], list[list[Any]]]
    left_out: Mapping[str, str]
    added: tuple[str, ...]
    joined: tuple[str, ...] = ()
    instead: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    own: tuple[str, ...] = ()
    kind_of: Callable[[Document], type | None] = lambda _: None


def read_on_base(
    source: Source, packaged: Find, shape: Shape, inside: tuple[Path, ...] = ()
) -> Document:
    """Return the document of a file or stream, put together with its bases.

    Args:
        source: the file or stream; bases that are files are in its folder or below.
        packaged: returns the document of a packaged base by its name.
        shape: what such documents are made of.
        inside: files that are being read: one of them is no base.
    """
    path = path_of(source)
    place = None if path is None else resolved(path)
    reading = inside if place is None else (*inside, place)

    def find(base: str) -> Document:
        if not base.endswith(".toml"):
            return packaged(base)
        other = find_beside(source, base)
        if resolved(other) in reading:
            raise DataError([finding("base-circular", "", base)])
        if len(reading) >= bounds.DEPTH:
            raise DataError([finding("document-too-deep", "", base, limit=bounds.DEPTH)])
        return read_on_base(other, packaged, shape, reading)

    return build_on_base(read_toml(source), find, shape)


def build_on_base(document: Document, find: Find, shape: Shape) -> Document:
    """Return a whole document from one that may name a base.

    Args:
        document: the document; `base` names another, `changes` is a list of tables that each name a
            target of the shape and the fields to set; the lists of `shape.left_out` leave some out,
            those of `shape.added` are added; all other keys replace those of the base.
        find: returns the document of a base by its name or path.
        shape: what such documents are made of.

    Raises:
        DataError: everything that is wrong with `base` and `changes`, at once.
    """
    if "base" not in document:
        return document
    own = dict(document)
    named, changes = own.pop("base"), own.pop("changes", [])
    left_out = {name: own.pop(name, []) for name in shape.left_out}
    if not isinstance(named, str):
        raise DataError(
            [finding("value-of-wrong-type", "$.base", named, expected=expected_text("text"))]
        )
    try:
        base = find(named)
    except DataError as error:
        raise DataError(f.at("$.base") for f in error.findings) from None
    except MisuseError as error:
        raise DataError([error.finding.at("$.base")]) from None

    # What differs must not go by the name of its base.
    found = [] if "key" in own else [finding("key-missing", "$.key")]
    found += _changed(base, changes, shape)
    for name, target in shape.left_out.items():
        found += _without(base, name, target, left_out[name], shape)
    for name in shape.own:
        base.pop(name, None)
    for name in shape.added:
        more = own.pop(name, [])
        if isinstance(more, list):
            base[name] = [*listed(base.get(name)), *more]
        else:
            found.append(
                finding("value-of-wrong-type", f"$.{name}", more, expected=expected_text("list"))
            )
    for name in shape.joined:
        there, more = base.get(name), own.get(name)
        if isinstance(there, dict) and isinstance(more, dict):
            own[name] = {**there, **more}
    if found:
        raise DataError(found)
    return base | own


def listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return cast("list[object]", value)
    return []


def tables_of(value: Any) -> list[Document]:
    """Return the tables of a list; what else it holds is left to the reader, which refuses it."""
    return [cast("Document", each) for each in listed(value) if isinstance(each, dict)]


def _records(base: Document, target: str, shape: Shape) -> dict[str, tuple[list[Any], Document]]:
    """Return the records of a target by key, each with the list that holds it.

    What has not the shape of a record is left to the reader, which refuses it.
    """
    return {
        record["key"]: (each, record)
        for each in shape.records(base, target)
        for record in tables_of(each)
        if isinstance(record.get("key"), str)
    }


def _changed(base: Document, changes: Any, shape: Shape) -> Iterator[Finding]:
    """Apply changes to a base; yield what is wrong with them."""
    if not isinstance(changes, list):
        yield finding("value-of-wrong-type", "$.changes", changes, expected=expected_text("list"))
        return
    for i, change in enumerate(listed(changes)):
        place = f"$.changes[{i}]"
        if isinstance(change, dict):
            table = cast("Document", change)
        else:
            table = {}
        named = [name for name in shape.targets if name in table]
        if len(named) != 1:
            yield finding("change-without-target", place, known=tuple(shape.targets))
            continue
        [target] = named
        records = _records(base, target, shape)
        reason, kind = shape.targets[target]
        parts = {name: value for name, value in table.items() if name != target}
        key = table[target]
        if not isinstance(key, str) or key not in records:
            known = tuple(records)
            yield finding(reason, f"{place}.{target}", key, known=known, near=known)
            continue
        _, record = records[key]
        for name in _replaced(parts, shape):
            record.pop(name, None)
        record.update(parts)
        kind = kind or shape.kind_of(record)
        if kind is None:
            continue  # the reader refuses an unknown kind
        names = {"kind", *(each.name for each in fields(kind))}
        names |= {short for short, written in shape.instead.items() if names.issuperset(written)}
        for name in parts:
            if name not in names:
                yield finding("key-unknown", f"{place}.{name}", name)


def _replaced(parts: Document, shape: Shape) -> Iterator[str]:
    """Yield the fields that go where a change sets what stands for them, or what they stand for."""
    for short, written in shape.instead.items():
        if short in parts:
            yield from written
        elif not parts.keys().isdisjoint(written):
            yield short


def _without(base: Document, name: str, target: str, keys: Any, shape: Shape) -> Iterator[Finding]:
    """Leave records out of a base; yield what is wrong with their names."""
    if not isinstance(keys, list):
        yield finding("value-of-wrong-type", f"$.{name}", keys, expected=expected_text("list"))
        return
    records = _records(base, target, shape)
    for i, key in enumerate(listed(keys)):
        if not isinstance(key, str) or key not in records:
            known = tuple(records)
            reason, _ = shape.targets[target]
            yield finding(reason, f"$.{name}[{i}]", key, known=known, near=known)
            continue
        holder, record = records[key]
        holder.remove(record)
