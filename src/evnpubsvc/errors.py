"""The exceptions of the library.

Each is a `ValueError` too, can be pickled, and carries reasons as data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from evnpubsvc._arguments import find_wrong_argument, kind_of
from evnpubsvc._hooks import publish
from evnpubsvc.findings import Finding, finding
from evnpubsvc.texts import Text

__all__ = ["DataError", "EvnpubsvcError", "InvalidCode", "MisuseError", "UnknownNameError"]


class EvnpubsvcError(ValueError):
    """Root of all exceptions of this library."""


class MisuseError(EvnpubsvcError):
    """A call that cannot mean anything: a defect in the calling code, not in its data.

    Attributes:
        finding: reason code, what was given, what is accepted.
    """

    def __init__(self, reason: str | Finding, value: object = None, **parts: object) -> None:
        self.finding: Finding = (
            reason if isinstance(reason, Finding) else finding(reason, "", value, **parts)
        )
        super().__init__(self.finding)

    @property
    def reason(self) -> str:
        """The stable reason code."""
        return self.finding.reason

    def __str__(self) -> str:
        return self.finding.line()


class UnknownNameError(MisuseError, KeyError):
    """A name that nothing here answers to; the message lists what there is."""


class DataError(EvnpubsvcError):
    """Data that cannot be used. Carries every finding, not only the first.

    Attributes:
        findings: all of them, in the order of the data; at least one.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__(self.findings)

    def __str__(self) -> str:
        return "\n".join(f.line() for f in self.findings)


class InvalidCode(DataError):  # noqa: N818 - the name says what was wrong, as InvalidOperation does
    """A text that is not a code of the kind that was asked for.

    >>> from evnpubsvc.codes import DossierCode
    >>> try:
    ...     DossierCode.parse("000.00.53.H48-220230-0099")
    ... except InvalidCode as error:
    ...     print(error.reason)
    dossier-date-impossible
    """

    @property
    def reason(self) -> str:
        """The stable reason code of the first finding; `findings` has all of them."""
        return self.findings[0].reason


def find_misuse(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    error: Exception,
) -> MisuseError | None:
    """Return what to raise for a call that failed: None where no argument is of a wrong type.

    `_hooks` asks for every published function, and only where a call has failed.
    """
    if isinstance(error, EvnpubsvcError):
        return None
    wrong = find_wrong_argument(function, args, kwargs)
    if wrong is None:
        return None
    name, expected, value = wrong
    types = Text(vi=expected, en=expected)  # kept whole, however long
    parts = {"argument": name, "expected": types, "got": kind_of(value)}
    return MisuseError("argument-of-wrong-type", value, function=function.__name__, **parts)


publish(__name__, __all__)
