"""Fingerprints of results, and sheets kept in versions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any, cast

from attrs import evolve, field, fields, has

from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen
from evnpubsvc._validate import instance_of, nonempty_text, tuple_of
from evnpubsvc._version import __version__
from evnpubsvc.emulation._compare import Comparison, compare
from evnpubsvc.emulation._figures import UnitFigures
from evnpubsvc.emulation._scheme import Scheme
from evnpubsvc.emulation._score import ScoreSheet
from evnpubsvc.errors import MisuseError


def fingerprint(scheme: Scheme, figures: Iterable[UnitFigures]) -> str:
    """Return a fingerprint of a result: scheme, figures and library version, in any order of units.

    Two results with one fingerprint are equal. Published results, names and attributes of units are
    part of it.

    Returns:
        64 hexadecimal digits (SHA-256).

    >>> from evnpubsvc import preset
    >>> scheme = preset("qd766-dvcqg-2026").only("timeliness")
    >>> a, b = (UnitFigures.for_scheme(scheme, unit, {"dossiers_received": 10}) for unit in "AB")
    >>> fingerprint(scheme, [a, b]) == fingerprint(scheme, [b, a])
    True
    """
    from hashlib import sha256  # noqa: PLC0415 - it takes longer to load than most rooms

    whole = sha256()
    for part in (__version__, _plain(scheme), *sorted(_plain(each) for each in figures)):
        encoded = part.encode()
        whole.update(f"{len(encoded)}:".encode() + encoded)
    return whole.hexdigest()


def _plain(value: Any) -> str:
    """Write a value unambiguously: texts with their length, records with type and fields."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, str):
        return f"s{len(value)}:{value}"
    if isinstance(value, (bool, int, Fraction, date)) or value is None:
        return f"{type(value).__name__}:{value};"
    if isinstance(value, tuple):
        return "(" + "".join(map(_plain, value)) + ")"  # pyright: ignore[reportUnknownArgumentType]
    kind: Any = type(cast("object", value))
    if not has(kind):
        raise MisuseError("record-needed", value, got=kind.__name__)
    return (
        f"{kind.__name__}{{"
        + "".join(each.name + _plain(getattr(value, each.name)) for each in fields(kind))
        + "}"
    )


@frozen(kw_only=True, repr=False)
class SheetVersion(PublicType):
    """One version of a unit's score sheet.

    Attributes:
        number: 1 for the first.
        day: when it was made.
        reason: why, in the words of its author (`"self-score"`, `"appraised"`, `"corrected"`).
        sheet: the sheet.
    """

    number: int = field(validator=instance_of(int))
    day: date = field(validator=instance_of(date))
    reason: str = field(validator=nonempty_text)
    sheet: ScoreSheet = field(validator=instance_of(ScoreSheet))

    def __repr__(self) -> str:
        return f"<SheetVersion {self.number} of {self.day}: {self.sheet!r}>"


@frozen(kw_only=True, repr=False)
class SheetHistory(PublicType):
    """The versions of one unit's sheet, oldest first. Versions are added, never changed.

    Attributes:
        unit: identifier.
        versions: numbered from 1, days never backwards.
    """

    unit: str = field(validator=nonempty_text)
    versions: tuple[SheetVersion, ...] = field(default=(), validator=tuple_of(SheetVersion))

    def __repr__(self) -> str:
        return f"<SheetHistory of {self.unit}: {len(self.versions)} versions>"

    def __attrs_post_init__(self) -> None:
        for number, version in enumerate(self.versions, 1):
            if version.sheet.unit != self.unit:
                raise MisuseError("sheet-of-other-unit", version.sheet.unit, unit=self.unit)
            if version.number != number:
                raise MisuseError("version-out-of-order", version.number, expected=number)
            if number > 1 and version.day < self.versions[number - 2].day:
                raise MisuseError(
                    "day-backwards", version.day, before=self.versions[number - 2].day
                )

    def add(self, sheet: ScoreSheet, *, day: date, reason: str) -> SheetHistory:
        """Return the history with one more version.

        Raises:
            MisuseError: `sheet-of-other-unit`, `day-backwards`.
        """
        version = SheetVersion(number=len(self.versions) + 1, day=day, reason=reason, sheet=sheet)
        return evolve(self, versions=(*self.versions, version))

    @answer_wrong_arguments
    def difference(self, newer: int, older: int) -> Comparison:
        """Return why one version differs from another: contributions that add up exactly.

        `history.difference(2, 1)` compares the appraised score with the self-score.

        Raises:
            MisuseError: `version-unknown`.
        """
        for number in (newer, older):
            if not 1 <= number <= len(self.versions):
                raise MisuseError("version-unknown", number, count=len(self.versions))
        return compare(self.versions[newer - 1].sheet, self.versions[older - 1].sheet)
