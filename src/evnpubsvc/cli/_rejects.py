"""What could not be read of a register.

It is counted by reason, shown in part, and on request written in full.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Any, Final

import click

from evnpubsvc._files import replace_file
from evnpubsvc.cli._io import as_asked, show_cells_option, show_findings
from evnpubsvc.cli._language import said
from evnpubsvc.errors import DataError
from evnpubsvc.findings import Cell, Finding, Severity, finding, notice
from evnpubsvc.texts import Language, write
from evnpubsvc.texts.parts import guard_cell

if TYPE_CHECKING:
    from evnpubsvc.statistics import Tally

_file_option = click.option(
    "--findings",
    metavar="FILE",
    help="Write every finding to FILE: .csv, .json, otherwise JSON Lines.",
)


def findings_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what becomes of findings."""
    return _file_option(show_cells_option(command))


_KEPT: Final = 1_000  # findings kept for printing; all of them are counted
_FEW: Final = 3  # findings that need no summary
FINDING_KEYS: Final = ("severity", "reason", "path", "value", "message", "hint")


def finding_cells(found: Finding, lang: Language) -> dict[str, str]:
    """Return a finding as the cells of a table."""
    found = as_asked(found)
    cells = (
        found.severity.value,
        found.reason,
        found.path,
        _value_text(found.value),
        found.message(lang),
        found.hint(lang),
    )
    return dict(zip(FINDING_KEYS, cells, strict=True))


def _value_text(value: object) -> str:
    """The value of a finding as machines read it; of a cell what may be shown of it."""
    if isinstance(value, Cell):
        return value.shown
    return "" if value is None else str(value)


class Sample:
    """The findings of a run.

    The first for printing, all of them by reason, and in a file if one is wanted.
    """

    def __init__(self, lang: Language, path: str | None) -> None:
        self._lang: Language = lang
        self._path = path
        self._kept: list[Finding] = []
        self._reasons: Counter[tuple[Severity, str]] = Counter()
        self._spool: Any = None
        if path is not None:
            self._spool = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115
            context = click.get_current_context(silent=True)
            if context is not None:  # also where the call turns out to be wrong
                context.call_on_close(self._spool.close)
            if self._is_csv:
                csv.writer(self._spool, lineterminator="\n").writerow(FINDING_KEYS)

    @property
    def _is_csv(self) -> bool:
        return self._path is not None and self._path.lower().endswith(".csv")

    @property
    def _is_array(self) -> bool:
        """Whether the findings are one JSON document; else they are lines of JSON."""
        return self._path is not None and self._path.lower().endswith(".json")

    def keep(self, found: Finding) -> None:
        """Count a finding, and keep it while there is room."""
        self._reasons[found.severity, found.reason] += 1
        if len(self._kept) < _KEPT:
            self._kept.append(found)
        if self._spool is None:
            return
        cells = finding_cells(found, self._lang)
        if self._is_csv:
            csv.writer(self._spool, lineterminator="\n").writerow(map(guard_cell, cells.values()))
        else:
            comma = ",\n" if self._is_array and self._reasons.total() > 1 else ""
            end = "" if self._is_array else "\n"
            self._spool.write(comma + json.dumps(cells, ensure_ascii=False) + end)

    @contextmanager
    def collecting(self) -> Generator[None]:
        """Keep what reading raises too, so that it is in the file and in the summary."""
        try:
            yield
        except DataError as error:
            for each in error.findings:
                self.keep(each)
            self.write_file()
            self.say_reasons()
            raise DataError(self.findings()) from None

    def findings(self) -> list[Finding]:
        """Return what was kept, with a last finding that counts the rest."""
        rest = self._reasons.total() - len(self._kept)
        if not rest:
            return self._kept
        has_violations = any(severity is Severity.VIOLATION for severity, _ in self._reasons)
        more = finding if has_violations else notice
        return [*self._kept, more("more-findings", "", rest)]

    def refuse_unread(self, counted: Tally, *, allow_rejects: bool) -> None:
        """End the run if rows could not be read.

        Always where none could, else unless that is allowed.

        Raises:
            DataError: with what was kept.
        """
        read = sum(counted.counts().values())
        left_out = counted.later + counted.earlier + counted.linked + counted.other_versions
        left_out += counted.outside
        if counted.rejected and not (allow_rejects and read + left_out):
            self.write_file()
            self.say_reasons()
            raise DataError(self.findings())

    def show(self) -> None:
        """Print the summary and what was kept, and write the file."""
        self.write_file()
        self.say_reasons()
        show_findings(self.findings(), self._lang)

    def say_reasons(self) -> None:
        """Print how many findings there are by reason, where there are more than a few."""
        if self._reasons.total() <= _FEW:
            return
        for severity, key in (
            (Severity.VIOLATION, "errors-by-reason"),
            (Severity.NOTICE, "notices-by-reason"),
        ):
            numbers = list(self._by_reason(severity))
            if numbers:
                count = sum(number for _, number in numbers)
                listed = ", ".join(
                    f"[{reason}] {write(number, self._lang)}" for reason, number in numbers
                )
                click.echo(said(key, self._lang, count=count, listed=listed), err=True)

    def _by_reason(self, severity: Severity) -> Iterator[tuple[str, int]]:
        for (each, reason), number in self._reasons.most_common():
            if each is severity:
                yield reason, number

    def write_file(self) -> None:
        """Write all findings, whole or not at all.

        Raises:
            DataError: `file-unwritable`.
        """
        if self._path is None or self._spool is None:
            return
        from evnpubsvc.serde.engine import make_head

        def write(beside: Path) -> None:
            self._spool.seek(0)
            mark = "utf-8-sig" if self._is_csv else "utf-8"
            head = tail = ""
            if self._is_array:
                # A document around the findings, which are not held in memory.
                whole = json.dumps(make_head("findings") | {"findings": []})
                head, tail = whole.removesuffix("]}") + "\n", "\n]}\n"
            with beside.open("w", encoding=mark, newline="") as file:
                file.write(head)
                copyfileobj(self._spool, file)
                file.write(tail)

        replace_file(self._path, write)
        self._spool.close()
        self._spool = None
