"""How the time of each reader grows with what it reads: `python -m bench.reader_growth [MOST]`.

Each reader that is fuzzed is read in sizes that double up to `MOST` parts (20,000 unless said), a
part being a row, an event, a table or a key; `MOST NAME` measures those whose name holds NAME. The
exponent is the slope of the logarithms between a quarter of the size and the size. Linear is 1;
what is above 1.25 is printed with a mark. The garbage collector is off, as in `timeit`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from tests.cli.samples import DRIVE
from tests.fuzz import TARGETS, _parquet

from evnpubsvc.errors import DataError

Maker = Callable[[int], bytes]
_TITLE: Final = 'title = { vi = "x", en = "x" }'


def _lines(head: str, line: Callable[[int], str]) -> Maker:
    """Return what makes a table: its head, and so many lines below it."""
    return lambda n: (head + "".join(line(i) for i in range(n))).encode()


def _days(i: int) -> str:
    return f"2022-12-{1 + i % 28:02}"


_register: Final = _lines("nhan,hen,lv\n", lambda i: f"{_days(i)},{_days(i + 9)},L{i % 500}\n")
_log: Final = _lines("ma,viec,luc\n", lambda i: f"A,note,{_days(i)} 08:00\n")
_cases: Final = _lines("ma,viec,luc\n", lambda i: f"A{i},received,{_days(i)} 08:00\n")


def _names(n: int) -> bytes:
    return b"nhan," + b",".join(b"c%d" % (i // 2) for i in range(n)) + b"\n"


def _keys(n: int) -> bytes:
    return b"{" + b", ".join(b'"k%d": 1' % (i // 2) for i in range(n)) + b"}\n"


def _snapshot(n: int) -> bytes:
    place: dict[str, object] = {
        "stratum": None,
        "rank": 1,
        "score": "1",
        "reason": None,
        "components": [],
    }
    places: list[dict[str, object]] = [{"unit": f"U{i}", **place, "groups": []} for i in range(n)]
    return json.dumps({"ties": "shared-rank", "standings": places}).encode()


def _tally(n: int) -> bytes:
    zeros = [0] * 12
    cells = [{"key": [f"U{i:07}"], "new": [1, *zeros[1:]], "carried": zeros} for i in range(n)]
    value = {"dimensions": ["unit"], "as_of": "2022-12-14", "compare": "date", "cells": cells}
    return json.dumps({"format": 1, "type": "Tally", "value": value}).encode()


def _portal(n: int) -> bytes:
    units = [{"departmentCode": f"U{i}", "n": 1, "d": 2} for i in range(n)]
    return json.dumps({"data": {"children": units}}).encode()


def _ocel(n: int) -> bytes:
    objects = [{"id": f"dossier:{i}", "type": "dossier"} for i in range(n)]
    events = [
        {
            "id": f"e{i}",
            "type": "received",
            "time": "2022-12-01T08:00:00+07:00",
            "relationships": [{"objectId": f"dossier:{i}", "qualifier": "dossier"}],
        }
        for i in range(n)
    ]
    return json.dumps({"objects": objects, "events": events}).encode()


def _xes(cases: int, events: int) -> bytes:
    event = (
        '<event><string key="concept:name" value="received"/>'
        '<date key="time:timestamp" value="2022-12-01T08:00:00+07:00"/></event>'
    )
    traces = (
        f'<trace><string key="concept:name" value="A{i}"/>{event * events}</trace>'
        for i in range(cases)
    )
    return f"<log>{''.join(traces)}</log>".encode()


def _sheet(n: int) -> bytes:
    row = '<row><c t="str"><v>2022-12-01</v></c><c t="str"><v>a{}</v></c></row>'
    rows = "".join(row.format(i % 500) for i in range(n))
    names = '<row><c t="str"><v>nhan</v></c><c t="str"><v>lv</v></c></row>'
    return f"<worksheet><sheetData>{names}{rows}</sheetData></worksheet>".encode()


def _day_off(i: int) -> str:
    day = date(2028, 1, 1) + timedelta(days=i)
    name = f'name = {{ vi = "x{i}", en = "x{i}" }}'
    return f'[[days]]\nday = {day}\nkind = "office-closed"\n{name}\nsource = "x"\n'


def _keys_of(table: str, head: str = "") -> Maker:
    return _lines(f"{head}[{table}]\n", lambda i: f'"k{i}" = "field"\n')


def _tables_of(name: str, lines: str, head: str = "") -> Maker:
    """Return what makes so many tables of one name, the number of each in its lines."""
    return _lines(head, lambda i: f"[[{name}]]\n" + lines.replace("#", str(i)) + "\n")


_PLAN: Final = f"""[[plans]]
key = "p"
{_TITLE}
tier = "commune"
start = 2022-01-01
end = 2022-12-31
"""

# reader as it is fuzzed, or that and what there is much of -> what makes it, the share of MOST
CASES: Final[dict[str, tuple[Maker, float]]] = {
    "any-type": (_tally, 1),
    "calendar": (_lines("last = 2100-12-31\n", _day_off), 1),
    "campaign": (
        _lines(
            f'key = "c"\n{_TITLE}\nform = "wave"\nstart = 2022-04-19\nend = 2022-12-15\n',
            lambda i: f'[[participants]]\nunit = "U{i}"\n',
        ),
        1,
    ),
    "catalogue": (
        _lines("code,name,field,authorities\n", lambda i: f"1.{i:06},x,y,z\n"),
        0.5,
    ),
    "counted": (_register, 5),
    "deadline-rules": (_tables_of("rules", 'key = "r#"\narticle = "1"'), 1),
    "dossiers": (_lines("", lambda i: f'{{"code": "{i}"}}\n'), 1),
    "dossiers, keys that repeat": (_keys, 2),
    "event-log": (_cases, 0.5),
    "event-log, events of a case": (_log, 0.5),
    "figure-columns": (_keys_of("figures", 'unit = "x"\n'), 1),
    "figures": (_lines("unit,n,d\n", lambda i: f"U{i},1,2\n"), 0.5),
    "form": (_tables_of("columns", f'key = "c#"\n{_TITLE}', f'key = "f"\n{_TITLE}\n'), 1),
    "json": (_tally, 1),
    "log-columns": (_keys_of("activities", 'case = "x"\n'), 1),
    "ocel": (_ocel, 0.5),
    "parquet": (lambda n: _parquet(_register(n)), 5),
    "plans": (
        _tables_of("plans.tasks", f'key = "t#"\n{_TITLE}\nowner = "o"\nreported = "events"', _PLAN),
        0.2,
    ),
    "population": (
        _tables_of(
            "figures",
            'unit = { code = "#" }\nkind = "people"\nday = 2022-12-31\n'
            'count = { least = 1, unit = "people" }\nsource = { instrument = "x" }',
        ),
        0.5,
    ),
    "portal": (_portal, 0.5),
    "programme": (_tables_of("teams", 'key = "t#"\nname = "x"'), 1),
    "published": (_lines("nhan,hen,lv\n", lambda i: f"L{i},1,1\n"), 0.5),
    "published-columns": (_keys_of("columns", 'label = "x"\n'), 1),
    "rates": (
        _lines("", lambda i: f'[rates.r{i}]\n{_TITLE}\npart = ["late"]\nwhole = ["handled"]\n'),
        0.2,
    ),
    "register": (_register, 1),
    "register, names that repeat": (_names, 1),
    "register-columns": (
        _keys_of("values.field", 'received = "x"\n[dimensions]\nfield = "y"\n'),
        1,
    ),
    "register-lines": (
        _lines("", lambda i: f'{{"nhan": "2022-12-01", "lv": "{i}"}}\n'),
        1,
    ),
    "scheme": (_tables_of("figures", f'key = "f#"\nunit = "dossiers"\n{_TITLE}', DRIVE), 0.2),
    "sheet": (_register, 1),
    "snapshot": (_snapshot, 0.5),
    "texts": (lambda n: "; ".join(["trường hợp phức tạp: 30 ngày"] * n).encode(), 0.1),
    "units": (
        _lines("code,name,kind,tier,since\n", lambda i: f"{i},T,commune,commune,2025-07-01\n"),
        0.5,
    ),
    "workbook": (_sheet, 1),
    "xes": (lambda n: _xes(n, 1), 0.5),
    "xes, events of a case": (lambda n: _xes(1, n), 0.5),
    "xes-log": (lambda n: _xes(n, 1), 0.5),
}


def _seconds(read: Callable[[bytes], object], raw: bytes) -> float:
    start = time.process_time()
    with contextlib.suppress(DataError):
        read(raw)
    return max(time.process_time() - start, 1e-4)


def exponent(make: Maker, read: Callable[[bytes], object], most: int) -> float:
    """Return the slope of the logarithms of times between a quarter of a size and the size."""
    small, large = make(most // 4), make(most)
    gc.collect()
    read_small = min(_seconds(read, small) for _ in range(3))
    read_large = min(_seconds(read, large) for _ in range(2))
    return math.log(read_large / read_small) / math.log(4)


def main() -> None:
    gc.disable()
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    asked = sys.argv[2] if len(sys.argv) > 2 else ""
    for name, (make, share) in CASES.items():
        if asked not in name:
            continue
        found = exponent(make, TARGETS[name.partition(",")[0]], int(most * share))
        print(f"{found:5.2f} {'(!)' if found > 1.25 else '   '} {name}", flush=True)


if __name__ == "__main__":
    main()
