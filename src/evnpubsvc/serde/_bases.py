"""Sheets built on sheets: a document that names its base and says only what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias, cast, get_args

from attrs import fields

from evnpubsvc.emulation import Band, Criterion, FigureSpec, Group
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding, finding

Document: TypeAlias = dict[str, Any]

KINDS: Final = {kind.kind: kind for kind in get_args(Criterion)}

# What a change may name: the record's reason code when there is none, and the record itself.
_TARGETS: Final = {
    "criterion": ("criterion-unknown", None),
    "group": ("group-unknown", Group),
    "figure": ("figure-unknown", FigureSpec),
    "band": ("band-unknown", Band),
}
_LEFT_OUT: Final = {"without_criteria": "criterion", "without_figures": "figure"}


def build_on_base(document: Document, find: Callable[[str], Document]) -> Document:
    """Return a whole document from one that may name a base.

    Args:
        document: the document; `base` names a sheet, `changes` is a list of tables that each name a
            `criterion`, `group`, `figure` or `band` and the fields to set; `without_criteria` and
            `without_figures` leave some out; `notes` and `figures` are added; all other keys
            replace those of the base.
        find: returns the document of a base by its name or path.

    Raises:
        DataError: everything that is wrong with `base` and `changes`, at once.
    """
    if "base" not in document:
        return document
    own = dict(document)
    named, changes = own.pop("base"), own.pop("changes", [])
    left_out = {name: own.pop(name, []) for name in _LEFT_OUT}
    if not isinstance(named, str):
        raise DataError([finding("value-of-wrong-type", "$.base", named, expected="str")])
    try:
        base = find(named)
    except DataError as error:
        raise DataError(f.at("$.base") for f in error.findings) from None
    except MisuseError as error:
        raise DataError([error.finding.at("$.base")]) from None

    # A sheet that differs must not go by the name of its base.
    found = [] if "key" in own else [finding("key-missing", "$.key")]
    found += _changed(base, changes)
    for name, target in _LEFT_OUT.items():
        found += _without(base, name, target, left_out[name])
    for name in ("notes", "figures"):
        more = own.pop(name, [])
        if isinstance(more, list):
            base[name] = [*_listed(base.get(name)), *more]
        else:
            found.append(finding("value-of-wrong-type", f"$.{name}", more, expected="list"))
    if found:
        raise DataError(found)
    return base | own


def _listed(value: Any) -> list[Any]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _tables(value: Any) -> list[Document]:
    """Return the tables of a list; what else it holds is left to the reader, which refuses it."""
    return [cast("Document", each) for each in _listed(value) if isinstance(each, dict)]


def _records(base: Document, target: str) -> dict[str, tuple[list[Any], Document]]:
    """Return the records of a kind by key, each with the list that holds it.

    What has not the shape of a record is left to the reader, which refuses it.
    """
    lists = [_listed(base.get(f"{target}s"))]
    if target == "criterion":
        lists = [_listed(group.get("criteria")) for group in _tables(base.get("groups"))]
    return {
        record["key"]: (each, record)
        for each in lists
        for record in _tables(each)
        if isinstance(record.get("key"), str)
    }


def _changed(base: Document, changes: Any) -> Iterator[Finding]:
    """Apply changes to a base; yield what is wrong with them."""
    if not isinstance(changes, list):
        yield finding("value-of-wrong-type", "$.changes", changes, expected="list")
        return
    for i, change in enumerate(_listed(changes)):
        place = f"$.changes[{i}]"
        table = cast("Document", change) if isinstance(change, dict) else {}
        named = [name for name in _TARGETS if name in table]
        if len(named) != 1:
            yield finding("change-without-target", place, known=tuple(_TARGETS))
            continue
        [target] = named
        records = _records(base, target)
        reason, kind = _TARGETS[target]
        parts = {name: value for name, value in table.items() if name != target}
        key = table[target]
        if not isinstance(key, str) or key not in records:
            known = tuple(records)
            yield finding(reason, f"{place}.{target}", key, known=known, near=known)
            continue
        _, record = records[key]
        record.update(parts)
        kind = kind or KINDS.get(str(record.get("kind")))
        if kind is None:
            continue  # the reader refuses an unknown kind
        names = {"kind", *(each.name for each in fields(kind))}
        for name in parts:
            if name not in names:
                yield finding("key-unknown", f"{place}.{name}", name)


def _without(base: Document, name: str, target: str, keys: Any) -> Iterator[Finding]:
    """Leave records out of a base; yield what is wrong with their names."""
    if not isinstance(keys, list):
        yield finding("value-of-wrong-type", f"$.{name}", keys, expected="list")
        return
    records = _records(base, target)
    for i, key in enumerate(_listed(keys)):
        if not isinstance(key, str) or key not in records:
            known = tuple(records)
            reason, _ = _TARGETS[target]
            yield finding(reason, f"$.{name}[{i}]", key, known=known, near=known)
            continue
        holder, record = records[key]
        holder.remove(record)
