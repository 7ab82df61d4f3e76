"""Synthetic registers (sổ theo dõi hồ sơ giả lập).

Any number of dossiers from a seed, for benches, demos and tests.

No dossier in them ever existed, and every file says so: codes and units begin with `SYN`, which no
registry uses, and each row has a column `synthetic`. The bytes of CSV and JSON Lines depend on the
request alone, not on the platform or the release of Python: every draw is a number of SHAKE-128
(FIPS 202), and all arithmetic is on integers.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from hashlib import shake_128
from itertools import accumulate, chain, islice, repeat
from math import isqrt
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar, cast

from attrs import field

from evnpubsvc._files import replace_file, system_error
from evnpubsvc._hooks import PublicType, answer_wrong_arguments
from evnpubsvc._records import frozen, says
from evnpubsvc._validate import instance_of
from evnpubsvc.deadlines import LimitUnit, TimeLimit
from evnpubsvc.errors import MisuseError
from evnpubsvc.serde import RegisterColumns
from evnpubsvc.services import Channel, OnlineKind2022
from evnpubsvc.texts import LabelledEnum
from evnpubsvc.worktime import vietnam_calendar

_BLOCK: Final = 1 << 14  # rows drawn and written at once
_DRAWS: Final = 9  # numbers of 16 bits for each row
_FIRST, _LAST = date(2024, 1, 1), date(2025, 12, 31)  # days of receipt
_END = date(2026, 9, 30)  # room for due dates and delays
_LIMITS: Final = (1, 3, 5, 5, 7, 10, 10, 15, 20, 30)  # working days, by procedure
_COLUMNS: Final = (
    "code", "part_of", "unit", "field", "procedure", "level", "channel", "received", "due",
    "finished", "status",
    "synthetic",
)  # fmt: skip
_DIMENSIONS: Final = ("unit", "field", "procedure", "level", "channel")
_FIELDS: Final = 20  # fields of administration; each has every twentieth procedure
_STATUSES: Final = (
    ("result", 5600), ("declined", 130), ("withdrawn", 100), ("stopped", 70), ("refused", 120),
    ("paused", 60),
    ("", 464),
)  # fmt: skip  # shares; the last two, 8 %, are pending
_LEVELS: Final = (  # of the services, by procedure
    OnlineKind2022.FULL,
    OnlineKind2022.FULL,
    OnlineKind2022.FULL,
    OnlineKind2022.PARTIAL,
    OnlineKind2022.INFORMATION,
)
_CHANNELS: Final = ((Channel.ONLINE, 65), (Channel.IN_PERSON, 30), (Channel.POST, 5))
_SLIPS: Final = (
    (-3, 8),
    (-2, 12),
    (-1, 25),
    (0, 45),
    (1, 4),
    (2, 3),
    (8, 2),
    (15, 1),
)  # working days after due


_CSV_LINE: Final = ",".join(["%s"] * len(_COLUMNS)) + "\n"  # twice as fast as `join` for each row
_Row = tuple[str, ...]
_Spoiler = Callable[[_Row], bytes]
_S = TypeVar("_S")
_Drawn: TypeAlias = tuple[int, int, int, int, int, int, int, int]


class SyntheticFormat(LabelledEnum):
    """The container of a synthetic register."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"

    @classmethod
    @answer_wrong_arguments
    def of(cls, name: str) -> SyntheticFormat:
        """Return the format that the end of a file's name says; CSV where it says none."""
        suffix = name.lower().rpartition(".")[2]
        if suffix in {"jsonl", "ndjson"}:
            return cls.JSONL
        if suffix in {"parquet", "pq"}:
            return cls.PARQUET
        return cls.CSV


def _share(value: int | Fraction) -> Fraction:
    """Return a share exactly; refuse a float, and what is no share."""
    given: object = value
    if isinstance(given, bool) or not isinstance(given, (int, Fraction)) or not 0 <= given <= 1:
        raise MisuseError("synthetic-share", value)
    return Fraction(value)


@says(minimum=0)
def _size(_record: object, attribute: object, value: int) -> None:
    if value < 0:
        raise MisuseError("synthetic-size", value, field=getattr(attribute, "name", ""))


@says(minimum=1, maximum=10_000)
def _some(_record: object, attribute: object, value: int) -> None:
    if not 1 <= value <= 10_000:
        raise MisuseError("synthetic-size", value, field=getattr(attribute, "name", ""))


@frozen(kw_only=True)
class SyntheticRegister(PublicType):
    """A register to be made: 2024 and 2025 on the calendar of Viet Nam, skewed as real ones are.

    A few units and procedures have most dossiers. Desks and the post receive in office time,
    portals in the evening and at the weekend too; what is no online service comes in at the desk or
    by post. Limits belong to the procedure and are counted in working days. 8 % are pending, some
    of them with a stopped clock. A few are declined, withdrawn, stopped, refused at receipt, or
    linked to the dossier before them. Nothing in it says how often any of this happens in fact.

    Attributes:
        rows: number of dossiers, 0 or more.
        seed: any whole number from 0; the same seed and `rows` give the same bytes, and a longer
            register begins with the rows of a shorter one.
        units: how many units, 1 to 10,000.
        procedures: how many procedures, 1 to 10,000.
        bad: share of rows with something wrong or odd in them, 0 to 1, in steps of 1/65536 rounded
            down: for tests of readers.

    >>> register = SyntheticRegister(rows=2, seed=1)
    >>> print(b"".join(register.csv()).decode().splitlines()[0])
    code,part_of,unit,field,procedure,level,channel,received,due,finished,status,synthetic
    """

    rows: int = field(validator=[instance_of(int), _size])
    seed: int = field(validator=[instance_of(int), _size])
    units: int = field(default=700, validator=[instance_of(int), _some])
    procedures: int = field(default=400, validator=[instance_of(int), _some])
    bad: Fraction = field(default=Fraction(0), converter=_share)

    @property
    def columns(self) -> RegisterColumns:
        """How the register is laid out, for `read_register` and `tally_frame`."""
        plain: dict[str, Any] = {name: name for name in _PLAIN}
        return RegisterColumns(**plain, dimensions={name: name for name in _DIMENSIONS})

    @property
    def columns_toml(self) -> str:
        """The same as a mapping file, for `evnpubsvc tally --columns`."""
        lines = [
            "# Synthetic register: no dossier in it ever existed.",
            *map(_same, _PLAIN),
            "",
            "[dimensions]",
        ]
        return "\n".join([*lines, *map(_same, _DIMENSIONS), ""])

    @property
    def procedure_limits(self) -> dict[str, TimeLimit]:
        """The time limit of each procedure, by which the column `due` was counted."""
        return {
            name: TimeLimit(_LIMITS[k % len(_LIMITS)], LimitUnit.WORKING_DAYS)
            for k, name in enumerate(_procedure_names(self.procedures))
        }

    def csv(self) -> Iterator[bytes]:
        """Write the register as CSV, piece by piece.

        UTF-8, a header, lines end with a line feed.
        """
        yield (",".join(_COLUMNS) + "\n").encode()
        for block, spoiled in self._blocks(_CSV_SPOILERS):
            yield _join_lines([_CSV_LINE % row for row in block], block, spoiled)

    def jsonl(self) -> Iterator[bytes]:
        """Write the register as JSON Lines, piece by piece: ASCII, null for what is missing."""
        template = (
            '{"code":"%s","part_of":%s,"unit":"%s","field":"%s","procedure":"%s","level":"%s","channel":"%s",'
            '"received":"%s","due":"%s","finished":%s,"status":%s,"synthetic":true}\n'
        )
        for block, spoiled in self._blocks(_JSONL_SPOILERS):
            lines = [
                template % (code, _or_null(part_of), *said, _or_null(finished), _or_null(status))
                for code, part_of, *said, finished, status, _ in block
            ]
            yield _join_lines(lines, block, spoiled)

    @answer_wrong_arguments
    def write(
        self, path: str | os.PathLike[str], file_format: SyntheticFormat | None = None
    ) -> Path:
        """Write the register to a file, which appears when it is whole.

        Memory does not grow with the rows. Without a format, the name of the file says which it is:
        `.parquet` and `.pq` Parquet, `.jsonl` and `.ndjson` JSON Lines, any other CSV.

        Parquet has Arrow's own dates and times, texts where there are bad rows (`bad`), and says
        `synthetic` in its metadata too; its bytes depend on the release of Polars.

        Raises:
            DataError: `file-unwritable`.
            MisuseError: `extra-missing`: Parquet without the extra `frames`.
        """
        if file_format is None:
            file_format = SyntheticFormat.of(os.fspath(path))
        if file_format is SyntheticFormat.PARQUET:
            return replace_file(path, self._write_parquet)
        if file_format is SyntheticFormat.CSV:
            pieces = self.csv()
        else:
            pieces = self.jsonl()

        def write(beside: Path) -> None:
            with beside.open("wb") as stream:
                stream.writelines(pieces)

        return replace_file(path, write)

    def _write_parquet(self, path: Path) -> None:
        """Write the register as Parquet, block by block."""
        try:
            import polars as pl  # noqa: PLC0415 - an extra
            from polars.io.plugins import register_io_source  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise MisuseError("extra-missing", error.name, extra="frames") from None

        # Bad rows have cells that are no days, so there all columns but one are texts.
        kinds: dict[str, Any] = dict.fromkeys(_COLUMNS, pl.String) | {"synthetic": pl.Boolean}
        if not self.bad:
            kinds |= {"received": pl.Datetime("ms"), "due": pl.Date, "finished": pl.Datetime("ms")}

        def typed(name: str, kind: Any) -> pl.Expr:
            if kind == pl.Datetime:
                return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="ms")
            if kind == pl.Date:
                return pl.col(name).str.to_date("%Y-%m-%d")
            if kind == pl.Boolean:
                return pl.lit(value=True).alias(name)
            return pl.col(name)

        columns = [typed(name, kind) for name, kind in kinds.items()]

        def batches(*_: object) -> Iterator[Any]:
            for block in self.texts():
                texts = pl.DataFrame(block, schema=dict.fromkeys(_COLUMNS, pl.String), orient="row")
                yield texts.with_columns(pl.col(pl.String).replace("", None)).select(columns)

        # The file grows while blocks are drawn, so memory does not.
        try:
            scan = register_io_source(batches, schema=kinds)
            scan.sink_parquet(
                path,
                metadata={"synthetic": "evnpubsvc"},
                compression="zstd",
                row_group_size=1 << 20,
            )
        except pl.exceptions.PolarsError as error:
            raise system_error(str(error)) from None

    def texts(self) -> Iterator[list[tuple[str, ...]]]:
        """Give the rows as texts in the order of the columns, block by block; empty where missing.

        Bad rows are those that a table of texts can hold: what breaks a file as such is left out.
        """
        for block, spoiled in self._blocks(_TEXT_SPOILERS):
            for index, spoil in spoiled:
                block[index] = spoil(block[index])
            yield block

    def _blocks(self, spoilers: Sequence[_S]) -> Iterator[tuple[list[_Row], list[tuple[int, _S]]]]:
        """Give the rows block by block, with the places of those to spoil and how."""
        tables = _tables(self.units, self.procedures)
        threshold = int(self.bad * 65536)
        previous = ""
        for start in range(0, self.rows, _BLOCK):
            size = min(_BLOCK, self.rows - start)
            draws = self._draws(start // _BLOCK)
            block = _rows(draws, tables, f"SYN-{self.seed}-", start, size, previous)
            previous = block[-1][0]
            spoiled: list[tuple[int, _S]] = []
            if threshold:
                drawn = zip(draws[8::_DRAWS], draws[7::_DRAWS], strict=True)
                spoiled = [
                    (index, spoilers[which % len(spoilers)])
                    for index, (chance, which) in enumerate(islice(drawn, size))
                    if chance < threshold
                ]
            yield block, spoiled

    def _draws(self, block: int) -> tuple[int, ...]:
        """Return the numbers of 16 bits of a block, always those of a whole one."""
        seed = f"evnpubsvc synthetic register 2 {self.seed} {block}".encode()
        return struct.unpack(f"<{_BLOCK * _DRAWS}H", shake_128(seed).digest(_BLOCK * _DRAWS * 2))


_PLAIN: Final = ("received", "due", "finished", "status", "code", "part_of")


def _same(name: str) -> str:
    """Return the line of a mapping for a column that is called as what it holds."""
    return f'{name} = "{name}"'


def _or_null(text: str) -> str:
    """Return a text as JSON; null for an empty one."""
    return f'"{text}"' if text else "null"


@frozen
class _Tables:
    """What a number of 16 bits stands for."""

    unit: list[str]
    procedure: list[str]
    field: list[str]
    level: list[str]
    limit: list[int]
    channel: list[str]
    status: list[str]
    slip: list[int]
    office_day: list[int]
    any_day: list[int]
    office_time: list[str]
    evening: list[str]
    upto: list[int]
    nth: list[int]
    days: list[str]


def _spread(values: Iterable[tuple[object, int]]) -> list[int]:
    """65,536 places, each the number of a value, in proportion to the weights."""
    weights = [weight for _, weight in values]
    total, ends = sum(weights), list(accumulate(weights))
    edges = [0, *(end * 65536 // total for end in ends)]
    return list(
        chain.from_iterable(repeat(k, edges[k + 1] - edges[k]) for k in range(len(weights)))
    )


def _unit_names(count: int) -> list[str]:
    return [f"SYN.H{k // 100:02}.{k % 100:02}" for k in range(count)]


def _procedure_names(count: int) -> list[str]:
    return [f"SYN.{1 + k % 3}.{k:06}" for k in range(count)]


@cache
def _tables(units: int, procedures: int) -> _Tables:
    """Return what the numbers stand for, with so many units and procedures."""
    # Days: all of them, and the working days by their numbers.
    calendar = vietnam_calendar()
    days = [_FIRST + timedelta(days=i) for i in range((_END - _FIRST).days + 1)]
    works = [calendar.is_working_day(day) for day in days]
    nth = [i for i, works_on in enumerate(works) if works_on]
    upto = list(accumulate(map(int, works)))
    receiving = (_LAST - _FIRST).days + 1
    open_days = [i for i in nth if i < receiving]

    # A few units and procedures have most dossiers: the weight of the k-th falls as k to the 3/2.
    unit_names, procedure_names = _unit_names(units), _procedure_names(procedures)
    unit = _spread([(name, 10**12 // isqrt((k + 9) ** 3)) for k, name in enumerate(unit_names)])
    procedure = _spread(
        [(name, 10**12 // isqrt((k + 2) ** 3)) for k, name in enumerate(procedure_names)]
    )

    # Hours: office time for desks, evenings for portals.
    second = [i * 27_000 >> 16 for i in range(65536)]  # 07:30-11:30 and 13:30-17:00
    late = [61_200 + (i * 18_000 >> 16) for i in range(65536)]  # 17:00-22:00
    return _Tables(
        unit=[unit_names[k] for k in unit],
        procedure=[procedure_names[k] for k in procedure],
        field=[f"SYN.F{k % _FIELDS:02}" for k in procedure],
        level=[_LEVELS[k % len(_LEVELS)].value for k in procedure],
        limit=[_LIMITS[k % len(_LIMITS)] for k in procedure],
        channel=[_CHANNELS[k][0].value for k in _spread(_CHANNELS)],
        status=[_STATUSES[k][0] for k in _spread(_STATUSES)],
        slip=[_SLIPS[k][0] for k in _spread(_SLIPS)],
        office_day=[open_days[i * len(open_days) >> 16] for i in range(65536)],
        any_day=[i * receiving >> 16 for i in range(65536)],
        office_time=[_clock(s + 27_000 if s < 14_400 else s + 34_200) for s in second],
        evening=[_clock(s) for s in late],
        upto=upto,
        nth=nth,
        days=[day.isoformat() for day in days],
    )


def _clock(second: int) -> str:
    """Return a second of the day as the hour of an instant."""
    return f"T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def _rows(
    draws: Sequence[int], tables: _Tables, prefix: str, start: int, size: int, previous: str
) -> list[tuple[str, ...]]:
    """Return the rows of a block. `previous` is the code before its first one.

    Each of a million rows comes through here: tables are looked up under names of their own.
    """
    t = tables
    limits, levels, channels, statuses, slips = t.limit, t.level, t.channel, t.status, t.slip
    upto, nth, days, office, evening = t.upto, t.nth, t.days, t.office_time, t.evening
    rows: list[tuple[str, ...]] = []
    add = rows.append
    code = previous
    columns: Iterator[_Drawn] = cast("Any", zip(*(draws[k::_DRAWS] for k in range(8)), strict=True))
    numbered = zip(range(start, start + size), columns, strict=False)
    for number, (unit, proc, how, day, time, state, slip, other) in numbered:
        # What is no online service comes in at the desk.
        channel, level = channels[how], levels[proc]
        if channel == "online" and level == "information-only":
            channel = "in-person"

        # When it was received, portals also outside office time, and when it is due.
        if other < 9_000 and channel == "online":
            received, clock = t.any_day[day], evening[time]
        else:
            received, clock = t.office_day[day], office[time]
        due = nth[upto[received] - 1 + limits[proc]]

        # When it ended: refused at once, pending not at all, else some working days off its due
        # date, and never before its receipt.
        status = statuses[state]
        finished = ""
        if status == "refused":
            finished = days[received] + clock
        elif status and status != "paused":
            end = nth[max(upto[due] - 1 + slips[slip], 0)]
            if end > received:
                finished = days[end] + office[other]
            else:
                finished = days[received] + max(clock, office[other])

        # Some are linked to the dossier before them.
        part_of = code if other >= 65_000 else ""
        code = f"{prefix}{number:09}"
        add((code, part_of, t.unit[unit], t.field[proc], t.procedure[proc], level, channel,
             days[received] + clock, days[due], finished, status, "1"))  # fmt: skip
    return rows


def _with(index: int, change: Callable[[str], str]) -> Callable[[_Row], _Row]:
    """Return what spoils one cell of a row."""
    return lambda row: (*row[:index], change(row[index]), *row[index + 1 :])


_RECEIVED, _DUE, _FINISHED, _UNIT, _CHANNEL, _STATUS = map(
    _COLUMNS.index, ("received", "due", "finished", "unit", "channel", "status")
)
_TEXT_SPOILERS: Final[tuple[Callable[[_Row], _Row], ...]] = (
    _with(_RECEIVED, lambda _: ""),
    _with(_RECEIVED, lambda text: "2024-02-30" + text[10:]),
    _with(_RECEIVED, lambda text: "1024" + text[4:]),
    _with(_RECEIVED, lambda text: text + "+00:00"),  # another offset: the local date may differ
    _with(_RECEIVED, lambda text: text.replace("T", " ")),
    _with(_DUE, lambda text: f"{text[8:10]}/{text[5:7]}/{text[:4]}"),
    _with(_DUE, lambda _: ""),
    _with(_FINISHED, lambda _: "2023-12-29T09:00:00"),  # before it was received
    _with(_FINISHED, lambda _: "2025-06-31T09:00:00"),
    _with(_FINISHED, lambda text: text[:10] + "T25:61:00"),
    _with(_UNIT, lambda text: f"  {text} "),
    _with(_UNIT, lambda _: "SYN xã Tam Xua\u0302n"),  # decomposed letters
    _with(_CHANNEL, lambda _: ""),
    _with(_STATUS, lambda _: "unheard-of"),
)


def _join_lines(
    lines: list[str], block: Sequence[_Row], spoiled: Sequence[tuple[int, _Spoiler]]
) -> bytes:
    """Return lines as one piece, those that are to be spoiled written anew."""
    if not spoiled:
        return "".join(lines).encode()
    pieces = [line.encode() for line in lines]
    for index, spoil in spoiled:
        pieces[index] = spoil(block[index])
    return b"".join(pieces)


def _csv_line(row: _Row) -> bytes:
    return (",".join(row) + "\n").encode()


def _json_line(row: _Row) -> bytes:
    cells = ",".join(
        f'"{name}":"{cell}"' for name, cell in zip(_COLUMNS[:-1], row[:-1], strict=True)
    )
    return f'{{{cells},"synthetic":true}}\n'.encode()


def _spoil_line(change: Callable[[_Row], _Row], line: Callable[[_Row], bytes]) -> _Spoiler:
    """Return what spoils a row and writes it as a line."""
    return lambda row: line(change(row))


_CSV_SPOILERS: Final[tuple[_Spoiler, ...]] = (
    *(_spoil_line(change, _csv_line) for change in _TEXT_SPOILERS),
    lambda row: _csv_line((*row, "1")),  # a cell too many
    lambda row: _csv_line(row[:-1]),  # a cell too few
    lambda row: _csv_line(row).replace(b"SYN.H", b"SYN.\xd0", 1),  # not UTF-8
    lambda row: _csv_line(
        (*row[:2], f'"{row[2]}\nsecond line"', *row[3:])
    ),  # a line break in quotes
)
_JSONL_SPOILERS: Final[tuple[_Spoiler, ...]] = (
    *(_spoil_line(change, _json_line) for change in _TEXT_SPOILERS),
    lambda row: _json_line(row)[:-9] + b"\n",  # cut off
    lambda row: _json_line(row).replace(b'"unit":', b'"unit":"twice","unit":', 1),
    lambda row: _json_line(row).replace(b"SYN.H", b"SYN.\xd0", 1),
    lambda row: _json_line((*row[:2], "", *row[3:])).replace(b'"unit":""', b'"unit":["a list"]', 1),
)
