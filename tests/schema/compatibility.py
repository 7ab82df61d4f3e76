"""What a change of schemas takes from those who wrote or read documents by the older ones."""

from collections.abc import Iterator
from typing import Any

# Words for people, which may change at any time.
_WORDS = {"title", "x-title-vi", "description", "x-labels", "default"}


def shape_of(schema: Any) -> Any:
    """Return a schema without its words."""
    if isinstance(schema, list):
        return [shape_of(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    shape = {key: shape_of(each) for key, each in schema.items() if key not in _WORDS}
    # Fields are named as they like, so a field called `title` is no word.
    if isinstance(schema.get("properties"), dict):
        fields = schema["properties"]
        shape["properties"] = {name: shape_of(field) for name, field in fields.items()}
    return shape


def losses(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the types that changed incompatibly, each with what it lost.

    Compatible are new types, new fields that may be left out, and new values of an enum.
    """
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            yield name, "is gone"
        elif before != after:
            yield from ((name, loss) for loss in _losses(before, after))


def _losses(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    old, new = before.get("properties", {}), after.get("properties", {})
    yield from (f"has no field {each}" for each in old if each not in new)
    yield from (
        f"has another field {each}" for each in old if each in new and old[each] != new[each]
    )
    asked = set(after.get("required", ())) - set(before.get("required", ()))
    yield from (f"requires {each}" for each in sorted(asked))
    yield from (
        f"has no value {each}" for each in before.get("enum", ()) if each not in after["enum"]
    )
    kept = {"properties", "required", "enum"}
    for keyword in sorted({*before, *after} - kept):
        if before.get(keyword) != after.get(keyword):
            yield f"says something else under {keyword}"
