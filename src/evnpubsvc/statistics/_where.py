"""A dimension and the values of it that count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from attrs import Attribute, field

from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc._validate import nonempty_text, tuple_of
from evnpubsvc.errors import MisuseError
from evnpubsvc.services import words


def distinct_members(record: object, attribute: Attribute[Any], value: Any) -> None:
    """Refuse an empty tuple, and one in which something occurs twice."""
    tuple_of(str)(record, attribute, value)
    if not value or len(set(value)) < len(value):
        raise MisuseError("selection-malformed", value, field=attribute.name)


@frozen
class Where(PublicType):
    """A dimension and the values of it that count.

    Attributes:
        dimension: name of a dimension of a tally.
        values: at least one, each once. A dossier whose register does not say the value is in none
            of them.

    Raises:
        MisuseError: `selection-malformed`.
    """

    dimension: str = field(validator=nonempty_text)
    values: tuple[str, ...] = field(validator=distinct_members)

    def leaves_open(self, value: str | None) -> bool:
        """Return whether a value that is not among those that count may mean one that does.

        A value that the register does not say may; so may one that is no word of its dimension
        where only words are asked for, as "Trực tuyến" where `online` counts.
        """
        if value is None:
            return True
        known = words(self.dimension)
        return bool(known) and value not in known and set(self.values) <= set(known)


def _values(given: Any) -> tuple[Any, ...]:
    """Return the values of a dimension, given as one text or as several."""
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        return (given,)
    return tuple(given)


def as_wheres(given: Mapping[str, str | Iterable[str]] | Iterable[Where]) -> tuple[Where, ...]:
    """Return a filter in the one order in which equal filters are equal.

    Args:
        given: dimension -> the value, or the values, that count.

    Raises:
        MisuseError: `selection-malformed`.
    """
    if not isinstance(given, Iterable):
        raise MisuseError("pairs-needed", got=type(given).__name__)
    if isinstance(given, Mapping):
        pairs = cast("Any", given).items()
        made = [Where(name, _values(values)) for name, values in pairs]
    else:
        made = list(given)
    try:
        names = [each.dimension for each in made]
    except AttributeError:
        raise MisuseError("pairs-needed", got="list") from None
    if len(set(names)) < len(names):
        raise MisuseError("selection-malformed", tuple(names), field="where")
    ordered = sorted(made, key=lambda each: each.dimension)
    return tuple(Where(each.dimension, tuple(sorted(each.values))) for each in ordered)
