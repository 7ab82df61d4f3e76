"""Public types as Pydantic knows its own: what `__get_pydantic_core_schema__` answers.

`_hooks` gives each public type the two methods by which Pydantic asks; they come here. Pydantic is
there when it asks, so nothing imports it before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, Final, cast

from evnpubsvc.errors import DataError
from evnpubsvc.findings import Finding
from evnpubsvc.schema._schema import DEFINITIONS, definition_of, is_public, name_of
from evnpubsvc.serde import from_data, to_data


def core_schema(kind: Any, handler: Any) -> Any:
    """Return how Pydantic validates and writes a type: as `from_data` and `to_data` do."""
    from pydantic_core import core_schema as core  # noqa: PLC0415 - Pydantic asks, so it is there

    # No type leads back to itself, so this ends; each one is made once, by its name.
    inner = [handler.generate_schema(_asking(other)) for other in _referred(kind)]
    return core.no_info_plain_validator_function(
        partial(_read, kind),
        ref=_ref(kind),
        # Pydantic finds the definitions of other types here, and `json_schema` takes them.
        json_schema_input_schema=core.tuple_schema(inner),
        serialization=core.plain_serializer_function_ser_schema(to_data, when_used="json"),
    )


def json_schema(kind: Any, schema: Any, handler: Any) -> dict[str, Any]:
    """Return the published definition of a type, with references as Pydantic names them."""
    definition, _ = definition_of(kind, DEFINITIONS)
    # A handler asks the types inside only where they have been set apart, which Pydantic does for
    # those that occur twice; its generator always asks.
    generate = handler.generate_json_schema.generate_inner
    places = {
        DEFINITIONS + str(name_of(other)): generate(inner)["$ref"]
        for other, inner in zip(
            _referred(kind), schema["json_schema_input_schema"]["items_schema"], strict=True
        )
    }
    return cast("dict[str, Any]", _with_references(definition, places))


def _with_references(value: Any, places: Mapping[str, str]) -> Any:
    if isinstance(value, (list, tuple)):
        return [_with_references(each, places) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    fields = cast("dict[str, Any]", value)
    return {
        key: places[each] if key == "$ref" else _with_references(each, places)
        for key, each in fields.items()
    }


@cache
def _referred(kind: type[Any]) -> tuple[Any, ...]:
    """Return the types that a definition refers to, each once."""
    return tuple(dict.fromkeys(definition_of(kind, DEFINITIONS)[1]))


def _ref(kind: Any) -> str:
    # As Pydantic numbers its own types, so that it finds again what it has.
    asking = _asking(kind)
    return f"{asking.__module__}.{asking.__qualname__}:{id(asking)}"


@cache
def _asking(kind: Any) -> type[Any]:
    """Return a class that Pydantic can ask: the type itself, or one that stands for it."""
    if is_public(kind):
        return cast("type[Any]", kind)
    methods: dict[str, Callable[[Any, Any], Any]] = {
        "__get_pydantic_core_schema__": lambda _, handler: core_schema(kind, handler),
        "__get_pydantic_json_schema__": lambda schema, handler: json_schema(kind, schema, handler),
    }
    return type(
        str(name_of(kind)), (), {name: staticmethod(each) for name, each in methods.items()}
    )


# --- values ---------------------------------------------------------------------------------------

_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


def _read(kind: type[Any], value: Any) -> Any:
    """Read a value; every finding becomes an error of Pydantic's, with its place and reason."""
    from pydantic_core import ValidationError  # noqa: PLC0415 - as above

    if isinstance(value, kind):
        return value
    try:
        return from_data(value, kind)
    except DataError as error:
        found = error.findings
    raise ValidationError.from_exception_data(kind.__name__, [_line_error(each) for each in found])


def _line_error(found: Finding) -> Any:
    from pydantic_core import PydanticCustomError  # noqa: PLC0415 - as above

    # The message comes last, since Pydantic fills names in braces one after the other.
    context = {
        "path": found.path,
        "hint": found.hint(),
        "hint_vi": found.hint("vi"),
        "message_vi": found.message("vi"),
        "message": found.message(),
    }
    return {
        "type": PydanticCustomError(cast("Any", found.reason), "{message}", context),
        "loc": _location(found.path),
        "input": to_data(found)["value"],
    }


def _location(path: str) -> tuple[str | int, ...]:
    """Return a path as Pydantic counts places: `$.events[0].kind` is `("events", 0, "kind")`."""
    document, _, inside = path.partition(", ")
    steps = [int(index) if index else name for name, index in _STEP.findall(document)]
    return (*steps, *([inside] if inside else []))
