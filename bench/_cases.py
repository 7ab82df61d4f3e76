"""Cases for `bench.behaviour`.

Files and arguments made without the library, so that no change of it moves them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple


class Case(NamedTuple):
    """A call of the command line.

    Its name, the command and its arguments, without language and format.
    """

    name: str
    arguments: tuple[str, ...]
    json: str = "json"  # what `--format` calls the format for machines


# What the shared real data are read with.
WABO_MAP: Final = """
received = "startdate"
due = "deadline"
finished = "enddate"
timezone = "Europe/Amsterdam"
[dimensions]
channel = "channel"
department = "department"
"""
WABO_LOG_MAP: Final = """
case = "case:concept:name"
activity = "concept:name"
timestamp = "time:timestamp"
received = "case:startdate"
due = "case:deadline"
finished = "case:enddate"
channel = "case:channel"
unit = "case:department"
timezone = "Europe/Amsterdam"
[activities]
"Confirmation of receipt" = "received"
[channels]
Internet = "online"
Desk = "in-person"
Post = "post"
"""
BOSTON_MAP: Final = """
received = "open_dt"
due = "target_dt"
finished = "closed_dt"
timezone = "America/New_York"
[dimensions]
subject = "subject"
source = "source"
"""
PHU_THO_MAP: Final = """
unit = "departmentCode"
name = "departmentName"
numbers = "en"
published_score = "score"
[figures]
dossiers_received = "totalReceived"
dossiers_on_time = "totalOnTime"
"""

# Files of the package that cases use, by name: the folder they lie in may change.
PACKAGED: Final = (
    "dak-lak-2026.csv",
    "nui-thanh-2022.csv",
    "nui-thanh-2022-columns.toml",
    "nui-thanh-2022.toml",
)


def packaged_cases() -> Iterator[Case]:
    """The examples that come with the package, and the demonstration."""
    yield Case("demo", ("demo",), json="")
    yield Case(
        "dak-lak", ("score", "qd766-dvcqg-2026", "dak-lak-2026.csv", "--group", "timeliness")
    )
    layout = ("--columns", "nui-thanh-2022-columns.toml")
    yield Case("nui-thanh", ("score", "nui-thanh-2022.toml", "nui-thanh-2022.csv", *layout))
    yield Case(
        "nui-thanh-explained",
        (
            "explain",
            "20971",
            "--scheme",
            "nui-thanh-2022.toml",
            "--figures",
            "nui-thanh-2022.csv",
            *layout,
        ),
    )
    yield Case("team", ("roster", "team.toml", "2022-05"), json="csv")
    yield Case("team-since", ("roster", "team.toml", "2022-12", "--since", "2022-05"), json="csv")


def real_cases(data: Path, files: Path) -> Iterator[Case]:
    """The shared real data; none where they are absent."""
    texts = {
        "wabo.toml": WABO_MAP,
        "wabo-log.toml": WABO_LOG_MAP,
        "boston.toml": BOSTON_MAP,
        "phu-tho.toml": PHU_THO_MAP,
    }
    for name, text in texts.items():
        (files / name).write_text(text, encoding="utf-8")
    sources = {
        "cases.csv": "receipt_wabo/cases.csv",
        "events.csv": "receipt_wabo/events.csv",
        "boston.csv": "boston311_mau_100/boston311_2022_mau.csv",
        "phu-tho.csv": "qd766_phu_tho_2026_08/tien_do_thang_08_2026.csv",
    }
    for name, source in sources.items():
        if not (data / source).exists():
            return
        (files / name).write_bytes((data / source).read_bytes())
    wabo = ("cases.csv", "--columns", "wabo.toml")
    for engine in ("python", "polars", "duckdb"):
        for compare in ("date", "timestamp"):
            more = ("--engine", engine, "--compare", compare)
            yield Case(
                f"wabo-tally-{engine}-{compare}",
                ("tally", *wabo, "--by", "channel,department", "--as-of", "2012-12-31", *more),
            )
    for period in ("calendar-2011-12", "calendar-2011", "statutory-2011-Q2", "statutory-2012"):
        of_period = ("--period", period)
        yield Case(f"wabo-period-{period}", ("tally", *wabo, "--by", "channel", *of_period))
        yield Case(
            f"wabo-report-{period}",
            ("report", "ii-06a", *wabo, *of_period, "--rows", "department", "--allow-rejects"),
        )
    yield Case(
        "wabo-check",
        ("check", "events.csv", "--columns", "wabo-log.toml", "--as-of", "2012-12-31"),
        json="",
    )
    by_source = ("--by", "source", "--as-of", "2022-12-31")
    yield Case("boston", ("tally", "boston.csv", "--columns", "boston.toml", *by_source))
    timely = ("--group", "timeliness", "--within", "level")
    phu_tho = ("phu-tho.csv", "--columns", "phu-tho.toml")
    yield Case("phu-tho", ("score", "qd766-dvcqg-2026", *phu_tho, *timely))


def generated_cases(number: int, seed: int, files: Path) -> Iterator[Case]:
    """Random receipts, limits, stops, registers, histories, schemes and teams.

    The same for the same seed.
    """
    weights = {_due: 30, _tally: 16, _report: 10, _check: 16, _score: 20, _roster: 8}
    draw = random.Random(seed)
    makers = draw.choices(list(weights), list(weights.values()), k=number)
    for place, make in enumerate(makers):
        yield make(random.Random(f"{seed}-{place}"), f"g{place:04}", files)


# --- draws ----------------------------------------------------------------------------------------


def _day(draw: random.Random, first: date = date(2018, 1, 1), days: int = 3300) -> date:
    return first + timedelta(days=draw.randrange(days))


def _moment(draw: random.Random, day: date | None = None) -> datetime:
    day = _day(draw) if day is None else day
    hour = draw.choice([0, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 20, 23])
    return datetime(day.year, day.month, day.day, hour, draw.choice([0, 1, 15, 30, 59]))


def _limit(draw: random.Random) -> str:
    amount = draw.choice([0, 1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 45, 60, 120])
    unit = draw.choice(["ngày làm việc"] * 5 + ["ngày", "giờ làm việc", "giờ", "tháng", "năm"])
    odd = [
        "trong ngày",
        "ngay",
        "02 giờ",
        "1/2 ngày làm việc",
        "không quá 10 ngày",
        "5 working days",
    ]
    return draw.choice(odd) if draw.random() < 0.15 else f"{amount} {unit}"


def _options(draw: random.Random, chances: dict[str, tuple[float, Callable[[], str]]]) -> list[str]:
    """Each option with its chance; a name ending in `!` takes no value."""
    arguments: list[str] = []
    for name, (chance, value) in chances.items():
        if draw.random() < chance:
            arguments += [name[:-1]] if name.endswith("!") else [name, value()]
    return arguments


_STOPS: Final = (
    *("", "supplement:", "financial-obligation:", "verification:", "opinion:"),
    *("applicant-request:", "other:"),
)


def _due(draw: random.Random, name: str, files: Path) -> Case:  # noqa: ARG001 - the same call for all
    received = _moment(draw)
    written = draw.choice(
        [
            received.date().isoformat(),
            received.isoformat(timespec="minutes"),
            received.strftime("%d/%m/%Y %H:%M"),
            received.strftime("%d/%m/%Y"),
        ]
    )
    stops: list[str] = []
    at = received
    for _ in range(draw.choice([0, 0, 0, 1, 1, 2, 3])):
        at += timedelta(days=draw.randrange(1, 12))
        end = at + timedelta(days=draw.randrange(1, 20))
        kind = draw.choice(_STOPS)
        closed = draw.random() < 0.9
        span = f"{kind}{at.isoformat(timespec='minutes')}/"
        stops += ["--stop", span + (end.isoformat(timespec="minutes") if closed else "")]
        at = end
    limit = _limit(draw)
    cutoffs = ["none", "transfer15", "shift15", "lasthour", "officehours"]
    if limit == "trong ngày" or draw.random() < 0.05:
        cutoffs += ["hard15", "soft15"] * 3
    specials = ["linked-birth-2024", "linked-karaoke-2025", "certified-copy", "no-such-clock"]
    options = _options(
        draw,
        {
            "--cutoff": (0.5 if ":" in written else 0.05, lambda: draw.choice(cutoffs)),
            "--clock": (
                0.8 if stops else 0.05,
                lambda: draw.choice(["restart", "resume", "exclude"]),
            ),
            "--resumed-on": (
                0.6 if stops and stops[-1].endswith("/") else 0.03,
                lambda: (at + timedelta(days=3)).date().isoformat(),
            ),
            "--hours": (0.4, lambda: draw.choice(["clock", "working", "days"])),
            "--days": (0.3, lambda: draw.choice(["civil-code", "eight-hours"])),
            "--channel": (0.3, lambda: draw.choice(["in-person", "online", "post"])),
            "--special": (0.05, lambda: draw.choice(specials)),
            "--solvable!": (0.6 if "soft15" in cutoffs else 0.02, str),
            "--no-trace!": (0.1, str),
        },
    )
    return Case(name, ("due", written, limit, *stops, *options))


_REGISTER_MAP: Final = """
received = "ngay_nhan"
due = "han_tra"
finished = "ngay_xong"
status = "trang_thai"
code = "ma"
dates = "dmy"
[dimensions]
unit = "don_vi"
field = "linh_vuc"
channel = "kenh"
[values.channel]
"Trực tuyến" = "online"
"Trực tiếp" = "in-person"
"BCCI" = "post"
[statuses]
"Rút" = "withdrawn"
"Dừng" = "stopped"
"""


def _register(draw: random.Random, name: str, files: Path) -> list[str]:
    """Write a register of 2022 and its mapping; return the arguments that name them."""
    rows = ["ma,ngay_nhan,han_tra,ngay_xong,trang_thai,don_vi,linh_vuc,kenh"]
    broken = draw.random() < 0.25

    def written(day: date | None) -> str:
        if day is None:
            return ""
        if broken and draw.random() < 0.03:
            return draw.choice(["31/02/2022", "?", "2022", "=1+1"])
        if draw.random() < 0.3:
            return _moment(draw, day).strftime("%d/%m/%Y %H:%M")
        return day.strftime("%d/%m/%Y")

    for number in range(draw.choice([0, 1, 5, 20, 60])):
        received = _day(draw, date(2021, 9, 1), 480)
        due = received + timedelta(days=draw.randrange(0, 30)) if draw.random() < 0.9 else None
        span = timedelta(days=draw.randrange(-1 if broken else 0, 40))
        finished = received + span if draw.random() < 0.75 else None
        status = draw.choice(["", "", "", "", "Rút", "Dừng", "Lạ" if broken else ""])
        channel = draw.choice(["Trực tuyến", "Trực tiếp", "BCCI", "" if broken else "BCCI"])
        cells = [f"HS{number}", written(received), written(due), written(finished), status]
        cells += [draw.choice(["20971", "20974", "Sở A"]), draw.choice(["Hộ tịch", "Đất đai"])]
        rows.append(",".join([*cells, channel]))
    (files / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    # The mapping drops what the library may not know: a status column is read in half of the cases
    # only.
    mapping = _REGISTER_MAP
    if draw.random() < 0.7:
        mapping = mapping.replace('status = "trang_thai"\n', "").partition("[statuses]")[0]
    (files / f"{name}.toml").write_text(mapping, encoding="utf-8")
    return [f"{name}.csv", "--columns", f"{name}.toml"]


_PERIODS: Final = (
    "statutory-2022-12",
    "statutory-2022-Q4",
    "statutory-2022",
    "statutory-2022-6M",
    "statutory-2022-9M",
    "calendar-2022-06",
    "calendar-2022",
    "2022-01-01..2022-12-15",
    "no-such-period",
)


def _tally(draw: random.Random, name: str, files: Path) -> Case:
    arguments = ["tally", *_register(draw, name, files)]
    if draw.random() < 0.5:
        arguments += ["--as-of", _day(draw, date(2022, 1, 1), 400).isoformat()]
    else:
        arguments += ["--period", draw.choice(_PERIODS)]
    dimensions = ["unit", "field", "channel", "unit,channel", "field,unit,channel", "month"]
    arguments += _options(
        draw,
        {
            "--by": (0.8, lambda: draw.choice(dimensions)),
            "--compare": (0.5, lambda: draw.choice(["date", "timestamp"])),
            "--allow-rejects!": (0.5, str),
            "--engine": (0.6, lambda: draw.choice(["python", "polars"])),
            "--expect": (0.1, lambda: "20999"),
        },
    )
    return Case(name, tuple(arguments))


def _report(draw: random.Random, name: str, files: Path) -> Case:
    arguments = ["report", "ii-06a", *_register(draw, name, files)]
    arguments += ["--period", draw.choice(_PERIODS)]
    arguments += _options(
        draw,
        {
            "--rows": (0.4, lambda: draw.choice(["unit", "field", "unit,field"])),
            "--compare": (0.3, lambda: draw.choice(["date", "timestamp"])),
            "--allow-rejects!": (0.6, str),
            "--engine": (0.5, lambda: draw.choice(["python", "polars"])),
        },
    )
    return Case(name, tuple(arguments))


_KINDS: Final = (
    *("submitted", "received", "refused", "supplement-requested", "supplement-received"),
    *("payment-requested", "payment-met", "transferred", "verification-asked"),
    *("verification-answered", "apology", "stopped", "resumed", "withdrawal-asked"),
    *("withdrawal-accepted", "resolved", "returned", "note"),
)
_WALK: Final = ("submitted", "received", "transferred", "resolved", "returned")


def _check(draw: random.Random, name: str, files: Path) -> Case:
    lines: list[str] = []
    for number in range(draw.choice([1, 3, 8])):
        at = _moment(draw)
        events: list[dict[str, str]] = []
        kinds = list(_WALK[: draw.randrange(1, 6)])
        for _ in range(draw.choice([0, 0, 1, 2])):
            kinds.insert(draw.randrange(len(kinds) + 1), draw.choice(_KINDS))
        for kind in kinds:
            event = {"kind": kind, "at": at.isoformat() + "+07:00"}
            if kind == "apology":
                event["due"] = (at.date() + timedelta(days=5)).isoformat()
            events.append(event)
            at += timedelta(hours=draw.randrange(0, 200))
        amount = draw.choice([1, 3, 5, 10, 25])
        value: dict[str, object] = {
            "code": f"000.00.19.H47-{at:%y%m%d}-{number:04}",
            "procedure": draw.choice(["1.001699", "2.000908", None]),
            "limit": {"amount": str(amount), "unit": draw.choice(["working-days", "days"])},
            "events": events,
        }
        if draw.random() < 0.3:
            value["stated_due"] = _day(draw).isoformat()
        lines.append(json.dumps({k: v for k, v in value.items() if v is not None}))
    (files / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    arguments = ["check", f"{name}.jsonl", "--as-of", _day(draw, date(2019, 1, 1)).isoformat()]
    rules = ["R1,R2", "R4", "R5,R6,R7", "R10", "R14", "R99"]
    arguments += _options(
        draw,
        {
            "--rules": (0.2, lambda: draw.choice(rules)),
            "--compare": (0.4, lambda: draw.choice(["date", "timestamp"])),
            "--supplement-clock": (0.5, lambda: draw.choice(["restart", "resume"])),
        },
    )
    return Case(name, tuple(arguments), json="")


def _scheme(draw: random.Random, name: str) -> tuple[str, list[str]]:
    """A scheme of one to four criteria in TOML, and its figures."""
    text = "{ vi = 'Chỉ tiêu', en = 'Criterion' }"
    figures: list[str] = []
    parts: list[str] = []
    total = 0
    for number in range(draw.randrange(1, 5)):
        points = draw.choice([5, 10, 20, 40])
        total += points
        kind = draw.choice(["ratio", "ratio", "minus", "count", "growth-ratio"])
        head = f"[[groups.criteria]]\nkey = 'c{number}'\ntitle = {text}\nmaximum = {points}\n"
        if kind == "minus":
            figures.append(f"late_{number}")
            parts.append(
                head + f"kind = 'minus'\nper = {draw.choice([1, 2])}\nfigure = 'late_{number}'\n"
            )
        elif kind == "count":
            figures.append(f"made_{number}")
            parts.append(
                head + f"kind = 'count'\nper = {draw.choice([1, 3])}\nfigure = 'made_{number}'\n"
            )
        else:
            figures += [f"n_{number}", f"d_{number}"]
            zero = draw.choice(["not-assessable", "zero", "full"])
            parts.append(
                head + f"kind = 'ratio'\nnumerator = 'n_{number}'\ndenominator = 'd_{number}'\n"
                f"zero = '{zero}'\n"
                + (
                    f"target = {draw.choice([0.5, 0.8, 10])}\nabove_one = true\n"
                    if kind != "ratio"
                    else ""
                )
            )
    at, places = draw.choice(["component", "total"]), draw.randrange(0, 4)
    stated = total + (1 if draw.random() < 0.05 else 0)  # now and then sums do not add up
    scheme = (
        f"key = '{name}'\ntitle = {text}\nmaximum = {stated}\n"
        f"rounding = {{ places = {places}, at = '{at}' }}\n"
        f"[[groups]]\nkey = 'g'\ntitle = {text}\nmaximum = {total}\n"
        + "".join(parts)
        + "".join(
            f"[[figures]]\nkey = '{key}'\nunit = 'dossiers'\ntitle = {text}\n" for key in figures
        )
    )
    return scheme, figures


def _score(draw: random.Random, name: str, files: Path) -> Case:
    scheme, figures = _scheme(draw, name)
    (files / f"{name}.toml").write_text(scheme, encoding="utf-8")
    rows = [",".join(["unit", "name", "level", *figures])]
    for number in range(draw.choice([0, 1, 3, 8, 8, 20])):
        cells: list[str] = []
        for key in figures:
            odd = draw.random() < 0.004
            value = draw.randrange(100) + (99 if key.startswith("d") and draw.random() < 0.9 else 0)
            cells.append(draw.choice(["", "x", "-1", "1.5"]) if odd else str(value))
        level = draw.choice(["commune", "department"])
        rows.append(",".join([f"U{number}", f"Đơn vị {number}", level, *cells]))
    (files / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    options = _options(
        draw,
        {
            "--within": (0.3, lambda: "level"),
            "--group": (0.1, lambda: draw.choice(["g", "h"])),
        },
    )
    return Case(name, ("score", f"{name}.toml", f"{name}.csv", *options))


def _roster(draw: random.Random, name: str, files: Path) -> Case:
    members = draw.choice([1, 2, 3, 5, 10])
    team = (
        "[team]\nkey = 'to'\nname = { vi = 'Tổ', en = 'Team' }\n[[team.decisions]]\n"
        "instrument = { instrument = 'QĐ 1/QĐ-UBND', article = '1', confidence = 'derived' }\n"
        "issued = 2022-01-01\nfirst = 2022-01-01\nlast = 2022-12-31\n"
    )
    for number in range(members):
        role = "leader" if number == 0 else draw.choice(["deputy", "officer", "volunteer"])
        team += f"[[team.decisions.members]]\nref = 'TV{number + 1}'\nrole = '{role}'\n"
    (files / f"{name}.toml").write_text(team, encoding="utf-8")
    month = draw.randrange(1, 13)
    arguments = ["roster", f"{name}.toml", f"2022-{month:02}"]
    for _ in range(draw.choice([0, 1, 2, 4])):
        first = date(2022, month, draw.randrange(1, 28))
        last = first + timedelta(days=draw.randrange(0, 12))
        arguments += ["--absent", f"TV{draw.randrange(1, members + 2)}={first}..{last}"]
    arguments += _options(
        draw,
        {
            "--no-consecutive!": (0.3, str),
            "--at-most": (0.3, lambda: str(draw.randrange(1, 15))),
            "--since": (0.2, lambda: f"2022-{max(1, month - 3):02}"),
        },
    )
    return Case(name, tuple(arguments), json="csv")
