"""Dossiers: applying an event, judging a history, checking and reading a register.

`python -m bench.dossiers` takes some two minutes; with `full`, a million lines are folded, held and
counted instead of a hundred thousand. `python -m bench.dossiers lives 1000000` does nothing but
fill a form from so many dossiers of five events: some minutes, and 800 MB of disk for a while.

The register is synthetic: 15 of 16 dossiers with a day of return and an end, up to three events
each, every key on every line as `write_dossiers` writes them. All readers make objects of the same
shape from the same bytes: every field, enums for words of a list, aware instants. The hand-written
peer is the plain `@define` class that checks nothing; the goals are held against it, though its
objects can be changed; the frozen one is shown beside it. Ours also refuse unknown keys and keys
that stand twice, and sort the attributes.

Two goals are missed and stay: with msgspec a line costs 0.55 of the hand-written reading, where
0.45 is asked for, and half of pydantic's, where 0.4 is: making the records takes as long as
decoding, and a tenth of the time goes into seeing that no key stands twice.

The peer `holidays` caps python-dateutil, so both sides of that comparison run in an environment of
its own, in one process. Ten times its speed is asked for and fails: its two counts of 25 days take
the time in which Python makes a checked dossier, ten events' state and a judgement some three
times.
"""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from statistics import median
from typing import Any

import attrs

from bench._timing import Case, Goal, interleaved, over, peak_mib, table

ROOT = Path(__file__).parents[1]
VIETNAM = timezone(timedelta(hours=7))
LINES = 100_000  # of the register that is folded and held; a million by the argument `full`
CHECKED = 121_145  # of the register that the command `check` is given
FEW = 1_000  # of the one that is timed line by line


# -- the register ----------------------------------------------------------------------------------


def register(count: int, *, full: bool = True) -> Iterable[bytes]:
    """Lines of a register, skewed as real ones are: few units and procedures have most dossiers."""
    rng = random.Random(1)
    kinds = ("submitted", "received", "resolved")
    for number in range(count):
        at = datetime(2022, 1, 3, 8, tzinfo=VIETNAM) + timedelta(minutes=rng.randrange(400_000))
        unit = min(int(rng.paretovariate(1.1) * 25), 699)
        procedure = min(int(rng.paretovariate(0.9) * 8), 399)
        line: dict[str, Any] = {
            "code": f"000.00.{unit % 60:02d}.H{unit // 20:02d}-{at:%y%m%d}-{number % 10_000:04d}",
            "procedure": f"{1 + procedure % 3}.{procedure:06d}",
            "service": None,
            "unit": f"000.00.{unit % 60:02d}.H{unit // 20:02d}",
            "field": None,
            "case": None,
            "authority": None,
            "channel": rng.choice(("online", "online", "in-person", "post")),
            "assistance": rng.choice(("self-service", "assisted")),
            "applicant": None,
            "limit": None,
            "stated_received": at.isoformat(),
            "stated_due": (at + timedelta(days=10)).date().isoformat(),
            "stated_finished": (at + timedelta(days=7, hours=3)).isoformat()
            if number % 16
            else None,
            "linked": [],
            "evidence": None,
            "attributes": [],
            "events": [
                {
                    "kind": kind,
                    "at": (at + timedelta(hours=7 * place)).isoformat(),
                    "final": None,
                    "due": None,
                    "outcome": "granted" if kind == "resolved" else None,
                    "activity": "",
                    "attributes": [["actor", f"u{(number * 7 + place) % 997:03d}"]],
                    "recorded": None,
                }
                for place, kind in enumerate(kinds[: rng.randint(0, 3)])
            ],
        }
        if not full:
            line = {key: value for key, value in line.items() if value not in (None, [])}
            for event in line.get("events", ()):
                for key in [key for key, value in event.items() if value in (None, "")]:
                    del event[key]
        yield json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


# -- the peers -------------------------------------------------------------------------------------


def peer_classes(define: Callable[..., Any]) -> tuple[Any, Any]:
    """The plain classes that a careful programmer writes for this register."""
    from evnpubsvc.deadlines import TimeLimit
    from evnpubsvc.dossiers import EventKind, Evidence, Outcome
    from evnpubsvc.services import Assistance, Channel

    @define
    class PlainEvent:
        kind: EventKind
        at: datetime
        final: bool | None = None
        due: date | datetime | None = None
        outcome: Outcome | None = None
        activity: str = ""
        attributes: tuple[tuple[str, str], ...] = ()
        recorded: datetime | None = None

    @define
    class PlainDossier:
        code: str
        procedure: str | None = None
        service: str | None = None
        unit: str | None = None
        field: str | None = None
        channel: Channel | None = None
        assistance: Assistance | None = None
        applicant: str | None = None
        limit: TimeLimit | None = None
        stated_received: date | datetime | None = None
        stated_due: date | datetime | None = None
        stated_finished: date | datetime | None = None
        linked: tuple[str, ...] = ()
        evidence: Evidence | None = None
        attributes: tuple[tuple[str, str], ...] = ()
        events: tuple[PlainEvent, ...] = ()

    # Annotations are texts here, and name what this function knows.
    attrs.resolve_types(PlainEvent, globals(), locals())
    attrs.resolve_types(PlainDossier, globals(), locals())
    return PlainDossier, PlainEvent


def by_hand(define: Callable[..., Any]) -> Callable[[bytes], Any]:
    """Hand-written reading over orjson.

    Tables of enum members, `fromisoformat`, positional construction.
    """
    import orjson

    from evnpubsvc.dossiers import EventKind, Outcome
    from evnpubsvc.services import Assistance, Channel

    dossier_of, event_of = peer_classes(define)
    loads, instant, day = orjson.loads, datetime.fromisoformat, date.fromisoformat
    kinds = {each.value: each for each in EventKind}
    channels: dict[Any, Any] = {None: None, **{each.value: each for each in Channel}}
    assistance: dict[Any, Any] = {None: None, **{each.value: each for each in Assistance}}
    outcomes: dict[Any, Any] = {None: None, **{each.value: each for each in Outcome}}

    def moment(text: str | None) -> Any:
        return None if text is None else day(text) if len(text) == 10 else instant(text)

    def event(given: Any) -> Any:
        get = given.get
        recorded = get("recorded")
        return event_of(
            kinds[given["kind"]],
            instant(given["at"]),
            get("final"),
            moment(get("due")),
            outcomes[get("outcome")],
            get("activity", ""),
            tuple([(name, value) for name, value in get("attributes", ())]),
            None if recorded is None else instant(recorded),
        )

    def load(raw: bytes) -> Any:
        given = loads(raw)
        get = given.get
        return dossier_of(
            given["code"],
            get("procedure"),
            get("service"),
            get("unit"),
            get("field"),
            channels[get("channel")],
            assistance[get("assistance")],
            get("applicant"),
            get("limit"),
            moment(get("stated_received")),
            moment(get("stated_due")),
            moment(get("stated_finished")),
            tuple(get("linked", ())),
            get("evidence"),
            tuple([(name, value) for name, value in get("attributes", ())]),
            tuple([event(each) for each in get("events", ())]),
        )

    return load


def cattrs_hook(*, detailed: bool) -> Callable[[bytes], Any]:
    """A cattrs hook taken once over orjson, with hooks for dates and nothing else."""
    import orjson
    from cattrs import Converter

    dossier_of, _ = peer_classes(attrs.define)
    converter = Converter(detailed_validation=detailed)
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_structure_hook(
        date | datetime | None,
        lambda text, _: (
            None
            if text is None
            else date.fromisoformat(text)
            if len(text) == 10
            else datetime.fromisoformat(text)
        ),
    )
    hook, loads = converter.get_structure_hook(dossier_of), orjson.loads
    return lambda raw: hook(loads(raw), dossier_of)


def pydantic_model() -> Callable[[bytes], Any]:
    """Pydantic v2 models of the same fields."""
    import pydantic

    from evnpubsvc.dossiers import EventKind, Outcome
    from evnpubsvc.services import Assistance, Channel

    model: Any = pydantic.create_model
    pairs = tuple[tuple[str, str], ...]
    moment = date | datetime | None
    event = model(
        "PydanticEvent",
        kind=(EventKind, ...),
        at=(pydantic.AwareDatetime, ...),
        final=(bool | None, None),
        due=(moment, None),
        outcome=(Outcome | None, None),
        activity=(str, ""),
        attributes=(pairs, ()),
        recorded=(pydantic.AwareDatetime | None, None),
    )
    text = (str | None, None)
    dossier = model(
        "PydanticDossier",
        code=(str, ...),
        procedure=text,
        service=text,
        unit=text,
        field=text,
        channel=(Channel | None, None),
        assistance=(Assistance | None, None),
        applicant=text,
        limit=(None, None),
        stated_received=(moment, None),
        stated_due=(moment, None),
        stated_finished=(moment, None),
        linked=(tuple[str, ...], ()),
        evidence=(None, None),
        attributes=(pairs, ()),
        events=(tuple[event, ...], ()),
    )
    load: Callable[[bytes], Any] = dossier.model_validate_json
    return load


def same(ours: Any, theirs: Any) -> bool:
    """Whether an object of a peer says what ours says."""
    flat = [(name, getattr(theirs, name)) for name in FIELDS if name != "events"]
    events = [[getattr(event, name) for name in EVENT_FIELDS] for event in theirs.events]
    return flat == [
        (name, getattr(ours, name)) for name in FIELDS if name != "events"
    ] and events == [[getattr(event, name) for name in EVENT_FIELDS] for event in ours.events]


EVENT_FIELDS = ("kind", "at", "final", "due", "outcome", "activity", "attributes", "recorded")
FIELDS = (
    "code", "procedure", "service", "unit", "field", "channel", "assistance", "applicant", "limit",
    "stated_received",
    "stated_due", "stated_finished", "linked", "evidence", "attributes", "events",
)  # fmt: skip


# -- line by line ----------------------------------------------------------------------------------


def reading() -> list[Goal]:
    """Bytes of a line to an object, in one process."""
    import io

    import orjson

    from evnpubsvc.serde import read_dossiers

    class Stream:
        """The lines again and again.

        What `read_dossiers` asks of a stream, and nothing that costs time.
        """

        def __init__(self, lines: list[bytes]) -> None:
            self.lines = lines

        def take(self, repetitions: int) -> Any:
            return io.BytesIO(b"".join(self.lines * repetitions))

    def ours(lines: list[bytes], **options: Any) -> Case:
        source = Stream(lines)

        def run(repetitions: int) -> None:
            for _ in read_dossiers(source.take(repetitions), **options):
                pass

        return Case(run, len(lines))

    goals: list[Goal] = []
    for full in (True, False):
        lines = list(register(FEW, full=full))
        peers = {
            "attrs @define by hand, orjson": by_hand(attrs.define),
            "attrs @frozen by hand, orjson": by_hand(attrs.frozen),
            "cattrs hook taken once, plain, orjson": cattrs_hook(detailed=False),
            "cattrs hook taken once, detailed, orjson": cattrs_hook(detailed=True),
            "pydantic v2": pydantic_model(),
        }
        made = list(read_dossiers(Stream(lines).take(1), engine="cattrs"))
        assert made == list(read_dossiers(Stream(lines).take(1), engine="msgspec", share=True))
        for name, load in peers.items():
            assert all(same(one, load(line)) for one, line in zip(made, lines, strict=True)), name

        def peer(load: Callable[[bytes], Any], lines: list[bytes] = lines) -> Case:
            def run(repetitions: int) -> None:
                for raw in Stream(lines).take(repetitions):
                    load(raw)

            return Case(run, len(lines))

        timings = interleaved(
            {
                "read_dossiers, msgspec": ours(lines, engine="msgspec"),
                "read_dossiers, msgspec, share": ours(lines, engine="msgspec", share=True),
                "read_dossiers, cattrs": ours(lines, engine="cattrs"),
                "floor: orjson to dictionaries": peer(orjson.loads),
                "floor: json to dictionaries": peer(json.loads),
                **{name: peer(load) for name, load in peers.items()},
            },
            seconds=0.04,
        )
        hand = timings["attrs @define by hand, orjson"]
        print(
            table(
                f"a line to a dossier, {'every key' if full else 'keys left out'}",
                timings,
                "attrs @define by hand, orjson",
            )
        )
        fast, slow = timings["read_dossiers, msgspec"], timings["read_dossiers, cattrs"]
        hook = timings["cattrs hook taken once, plain, orjson"]
        if full:
            goals += [
                Goal("msgspec / attrs @define by hand over orjson", fast.over(hand), at_most=0.45),
                Goal("pydantic v2 / msgspec", timings["pydantic v2"].over(fast), at_least=2.5),
                Goal("cattrs alone / cattrs hook taken once", slow.over(hook), at_most=1.1),
                Goal(
                    "msgspec / attrs @frozen by hand",
                    fast.over(timings["attrs @frozen by hand, orjson"]),
                ),
            ]
        else:
            goals += [
                Goal("keys left out: msgspec / attrs @define by hand", fast.over(hand)),
                Goal(
                    "keys left out: cattrs alone / cattrs hook taken once",
                    slow.over(hook),
                    at_most=1.1,
                ),
            ]
    return [*goals, *writing(lines)]


def writing(lines: list[bytes]) -> list[Goal]:
    """A dossier to the bytes of a line."""
    import io

    import orjson

    from evnpubsvc.dossiers import Dossier
    from evnpubsvc.serde import make_converter, read_dossiers, write_dossiers

    some: Any = list(read_dossiers(io.BytesIO(b"".join(lines))))
    dump = make_converter().get_unstructure_hook(Dossier)

    def ours(engine: Any) -> Case:
        def run(repetitions: int) -> None:
            for _ in range(repetitions):
                write_dossiers(some, io.BytesIO(), engine=engine)

        return Case(run, len(some))

    timings = interleaved(
        {
            "write_dossiers, msgspec": ours("msgspec"),
            "write_dossiers, cattrs": ours("cattrs"),
            "cattrs hook taken once, orjson": over(
                lambda one: orjson.dumps(dump(one)), [(one,) for one in some]
            ),
        },
        seconds=0.04,
    )
    print(table("a dossier to a line", timings, "cattrs hook taken once, orjson"))
    peer = timings["cattrs hook taken once, orjson"]
    return [
        Goal(
            "writing, msgspec / cattrs hook taken once over orjson",
            timings["write_dossiers, msgspec"].over(peer),
            1.0,
        ),
        Goal(
            "writing, msgspec / cattrs alone",
            timings["write_dossiers, msgspec"].over(timings["write_dossiers, cattrs"]),
            1.0,
        ),
    ]


# -- a whole register, each way in a process of its own --------------------------------------------


def _outcome(one: Any) -> str:
    finished, due = one.stated_finished, one.stated_due
    return "pending" if finished is None else "late" if finished.date() > due else "on time"


def whole(way: str, path: str) -> dict[str, float]:
    """Fold or hold the register in one way, in this process."""
    from evnpubsvc.serde import gc_paused, read_dossiers

    what, reader = way.split()
    hand = by_hand(attrs.define)
    before = peak_mib()
    cells: Counter[tuple[Any, ...]] = Counter()
    held: list[Any] = []
    start = time.process_time()
    with Path(path).open("rb") as stream:
        dossiers: Iterable[Any]
        if reader == "hand":
            dossiers = map(hand, stream)
        else:
            dossiers = read_dossiers(stream, engine="msgspec", share=reader == "share")
        if what == "fold":
            for one in dossiers:
                cells[
                    one.unit, one.stated_received.year, one.procedure, one.channel, _outcome(one)
                ] += 1
        else:
            with gc_paused():
                held = list(dossiers)
    spent = time.process_time() - start
    return {
        "seconds": spent,
        "mib": peak_mib() - before,
        "count": float(sum(cells.values()) or len(held)),
    }


def wholes(count: int, rounds: int = 3) -> list[Goal]:
    """Many lines: folded as a stream with the collector on, held with it paused."""
    ways = ("fold ours", "fold hand", "hold ours", "hold share", "hold hand")
    found: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.jsonl"
        with path.open("wb") as stream:
            stream.writelines(register(count))
        for turn in range(rounds):
            for way in ways[turn % len(ways) :] + ways[: turn % len(ways)]:
                done = subprocess.run(
                    [sys.executable, "-m", "bench.dossiers", "whole", way, path],
                    cwd=ROOT, check=True, capture_output=True, text=True,
                )  # fmt: skip
                found[way].append(json.loads(done.stdout))
                assert found[way][-1]["count"] == count

    def ratio(one: str, other: str, key: str = "seconds") -> float:
        return median(a[key] / b[key] for a, b in zip(found[one], found[other], strict=True))

    print(f"\n{count:,} lines, each way in a process of its own, medians of {rounds} rounds")
    for way in ways:
        spent, mib = (median(each[key] for each in found[way]) for key in ("seconds", "mib"))
        print(f"  {way:<20} {spent:>8.2f} s {mib:>8.0f} MiB")
    return [
        Goal(
            "folded as a stream / the hand-written fold",
            ratio("fold ours", "fold hand"),
            at_most=0.65,
        ),
        Goal(
            "memory that the fold adds",
            median(each["mib"] for each in found["fold ours"]),
            at_most=64,
            unit="MiB",
        ),
        Goal(
            "held, collector paused in both / by hand", ratio("hold ours", "hold hand"), at_most=0.6
        ),
        Goal("held and shared / by hand", ratio("hold share", "hold hand")),
        Goal("memory held and shared / by hand", ratio("hold share", "hold hand", "mib")),
    ]


# -- what is asked of many -------------------------------------------------------------------------

LIVES = (
    ("submitted", "received", "transferred", "resolved", "returned"),
    ("submitted", "received", "supplement-requested", "supplement-received", "resolved"),
)


def lives(count: int) -> Iterable[bytes]:
    """Lines of dossiers of five events: of every eight one with papers asked for."""
    rng = random.Random(2)
    for number in range(count):
        at = datetime(2026, 6, 15, 8, tzinfo=VIETNAM) + timedelta(minutes=rng.randrange(120_000))
        steps = [rng.randrange(1, 6_000) for _ in range(5)]
        day = at + timedelta(minutes=steps[0])  # of receipt
        line = {
            "code": f"H{number % 60 + 1:02d}.{number % 90 + 10}-{day:%y%m%d}-{number % 10_000:04d}",
            "procedure": f"1.{number % 400:06d}",
            "field": f"field {number % 20}",
            "unit": f"H{number % 60 + 1:02d}.{number % 90 + 10}",
            "channel": "online" if number % 3 else "post",
            "limit": {"amount": "25", "unit": "working-days"},
            "evidence": {"level": "full"} if number % 3 else None,
            "events": [
                {"kind": kind, "at": (at + timedelta(minutes=sum(steps[:place]))).isoformat()}
                for place, kind in enumerate(LIVES[number % 8 == 7])
            ],
        }
        yield json.dumps(line, separators=(",", ":")).encode() + b"\n"


def asking() -> list[Goal]:
    """Judgement, row and rules of dossiers of five events, one by one and at once.

    What is asked of a dossier is kept with it, so each is copied first; the copy is shown beside.
    """
    import io

    from evnpubsvc._records import vary
    from evnpubsvc.deadlines import CountingRules
    from evnpubsvc.dossiers import check, check_many, replay, timeliness
    from evnpubsvc.serde import read_dossiers
    from evnpubsvc.statistics import register_row
    from evnpubsvc.worktime import vietnam_calendar

    some: Any = list(read_dossiers(io.BytesIO(b"".join(lives(FEW))), share=True))
    counting, as_of = CountingRules(vietnam_calendar()), date(2026, 10, 31)

    def judge(one: Any) -> Any:
        return timeliness(one, as_of=as_of, policy="date", counting=counting)

    def state(one: Any) -> Any:
        return register_row(one, as_of=as_of, counting=counting)

    def each(ask: Callable[[Any], object]) -> Case:
        def run(repetitions: int) -> None:
            for _ in range(repetitions):
                for one in some:
                    ask(vary(one))

        return Case(run, len(some))

    def at_once(repetitions: int) -> None:
        for _ in range(repetitions):
            for _ in check_many(map(vary, some), as_of=as_of, counting=counting):
                pass

    def both(one: Any) -> None:
        judge(one)
        state(one)

    timings = interleaved(
        {
            "copy": each(lambda one: one),
            "replay": each(lambda one: replay(one.events)),
            "timeliness": each(judge),
            "register_row": each(state),
            "timeliness and register_row": each(both),
            "check": each(lambda one: check(one, as_of=as_of, counting=counting)),
            "check_many": Case(at_once, len(some)),
        },
        rounds=9,
        seconds=0.05,
    )
    print(table("a dossier of five events, with a copy of it", timings, "copy"))
    copy = timings["copy"].ns
    together = (timings["timeliness and register_row"].ns - copy) / 1000
    return [
        Goal("timeliness and register_row together", together, at_most=15.0, unit="us"),
        Goal("check_many / check", timings["check_many"].over(timings["check"])),
    ]


_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def command(*call: str) -> dict[str, float]:
    """Run the command line; a small process starts it, whose memory the command would inherit."""
    import resource

    # As installed: nothing is compiled anew.
    as_installed = {name: os.environ[name] for name in os.environ if name != _NO_BYTECODE}
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "evnpubsvc", *call],
        check=False, capture_output=True, env=as_installed,
    )  # fmt: skip
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode in (0, 1), done.stderr
    return {
        "wall": time.perf_counter() - start,
        "seconds": used.ru_utime + used.ru_stime,
        "mib": used.ru_maxrss / 1024,
    }


def filling(path: str) -> dict[str, float]:
    """Dossiers of five events from lines to a filled form 07a, in this process."""
    from evnpubsvc.deadlines import CountingRules
    from evnpubsvc.periods import Period
    from evnpubsvc.reports import fill
    from evnpubsvc.serde import read_dossiers, report_form_for
    from evnpubsvc.statistics import register_rows, tally
    from evnpubsvc.worktime import vietnam_calendar

    begun, start = time.perf_counter(), time.process_time()
    period = Period.parse("statutory-2026-Q3")
    form, counting = report_form_for(period, "commune"), CountingRules(vietnam_calendar())
    with Path(path).open("rb") as stream:
        read: Any = read_dossiers(stream)
        rows = register_rows(read, as_of=period.last, counting=counting)
        counted = tally(rows, by=form.dimensions(), period=period, compare="date")
    report = fill(form, counted, period=period)
    assert report.rows
    return {
        "wall": time.perf_counter() - begun,
        "seconds": time.process_time() - start,
        "mib": peak_mib(),
    }


def filling_alone(count: int) -> None:
    """Print what it takes to fill a form from so many dossiers of five events, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lives.jsonl"
        with path.open("wb") as stream:
            stream.writelines(lives(count))
        done = subprocess.run(
            [sys.executable, "-m", "bench.dossiers", "filling", path],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
    took = json.loads(done.stdout)
    load = os.getloadavg()[0]
    print(f"{count:,} dossiers of five events from JSON Lines to form 07a; load {load:.1f}")
    print(f"  {took['wall']:.1f} s by the clock, {took['seconds']:.1f} s of processor time", end="")
    print(f" ({took['seconds'] / count * 1e6:.1f} us a dossier), {took['mib']:.0f} MiB at most")


def commands(count: int, lines: int, rounds: int = 3) -> list[Goal]:
    """`check` of a register beside reading it, and lives to a form: each in its own process."""
    as_of = ("--as-of", "2023-06-30")
    ways: dict[str, tuple[str, ...]] = {}
    found: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path, events = Path(folder) / "register.jsonl", Path(folder) / "lives.jsonl"
        for name, some in ((path, register(count)), (events, lives(lines))):
            with name.open("wb") as stream:
                stream.writelines(some)
        ways["check, as a command"] = "command", "check", str(path), *as_of
        ways["floor: read_dossiers"] = "whole", "fold ours", str(path)
        ways["floor: read by hand, orjson"] = "whole", "fold hand", str(path)
        ways["lives to form 07a"] = "filling", str(events)
        for _ in range(rounds):
            for name, way in ways.items():
                begun = time.perf_counter()
                done = subprocess.run(
                    [sys.executable, "-m", "bench.dossiers", *way],
                    cwd=ROOT, check=True, capture_output=True, text=True,
                )  # fmt: skip
                wall = time.perf_counter() - begun
                found.setdefault(name, []).append({"wall": wall, **json.loads(done.stdout)})

    from evnpubsvc._cores import count_cores

    print(f"\n{count:,} lines to check, {lines:,} of five events to a form; {count_cores()} cores")
    print(f"  {'':<30} {'wall, s':>10} {'processor':>10} {'peak, MiB':>10}")
    middle = {
        name: {key: median(each[key] for each in some) for key in ("wall", "seconds", "mib")}
        for name, some in found.items()
    }
    for name, each in middle.items():
        print(f"  {name:<30} {each['wall']:>10.2f} {each['seconds']:>10.2f} {each['mib']:>10.0f}")
    checked, filled = middle["check, as a command"], middle["lives to form 07a"]
    return [
        Goal("check of the register, by the clock", checked["wall"], at_most=2.5, unit="s"),
        Goal("memory of its largest process", checked["mib"], at_most=100, unit="MiB"),
        Goal("a life to the form", filled["seconds"] / lines * 1e6, unit="us"),
        Goal("memory of lives to the form", filled["mib"], unit="MiB"),
    ]


# -- memory of one ---------------------------------------------------------------------------------


def deep(some: Iterable[Any]) -> int:
    """Bytes that are reachable, each object once; classes and their members belong to nobody."""
    from enum import Enum

    seen: set[int] = set()
    total, stack = 0, list(some)
    while stack:
        each = stack.pop()
        if each is None or id(each) in seen or isinstance(each, (type, bool, Enum)):
            continue
        seen.add(id(each))
        total += sys.getsizeof(each)
        if isinstance(each, (list, tuple)):
            stack += each
        elif isinstance(each, datetime):
            stack.append(each.tzinfo)
        elif isinstance(each, timezone):
            stack.append(each.utcoffset(None))
        else:
            for kind in type(each).__mro__:
                names = vars(kind).get("__slots__", ())
                stack += [getattr(each, name, None) for name in names if name != "__weakref__"]
    return total


def memory() -> list[Goal]:
    """Bytes of a dossier whose codes are shared with others, against the naive object.

    Deterministic.
    """
    import io

    from evnpubsvc.serde import read_dossiers

    lines = list(register(10_000))
    hand = by_hand(attrs.define)
    naive = deep([hand(line) for line in lines])
    print("\nbytes of a dossier, each object counted once")
    print(f"  {'attrs @define by hand, orjson':<40} {naive / len(lines):>8.0f}")
    goals: list[Goal] = []
    for engine in ("msgspec", "cattrs"):
        for share in (False, True):
            size = deep(
                list(read_dossiers(io.BytesIO(b"".join(lines)), engine=engine, share=share))
            )
            print(f"  {engine + (', shared' if share else ''):<40} {size / len(lines):>8.0f}")
            if share:
                goals.append(
                    Goal(
                        f"bytes of a dossier, shared, {engine} / by hand",
                        size / naive,
                        at_most=0.55,
                    )
                )
    return goals


# -- one event, one history ------------------------------------------------------------------------

HISTORY = (
    ("submitted", "2022-12-13 08:30"),
    ("supplement-requested", "2022-12-13 15:00"),
    ("supplement-received", "2022-12-14 10:00"),
    ("received", "2022-12-15 09:00"),
    ("transferred", "2022-12-15 09:30"),
    ("supplement-requested", "2022-12-20 09:00"),
    ("supplement-received", "2022-12-27 09:00"),
    ("note", "2023-01-10 09:00"),
    ("resolved", "2023-02-07 16:00"),
    ("returned", "2023-02-08 08:00"),
)
LIMIT = 25


def _events() -> list[Any]:
    from evnpubsvc.dossiers import Event, EventKind

    return [
        Event(EventKind(kind), datetime.fromisoformat(at).replace(tzinfo=VIETNAM))
        for kind, at in HISTORY
    ]


def applying() -> list[Goal]:
    """`apply` against building the same frozen object by hand."""
    from evnpubsvc.dossiers import Dossier, apply

    events = _events()
    steps = [Dossier("000.00.19.H47-221213-0001", procedure="1.001699", unit="000.00.19.H47")]
    for event in events:
        steps.append(apply(steps[-1], event))
    pairs = list(zip(steps, events, strict=False))
    for one in steps:
        one.state  # noqa: B018 - as it is after `apply`

    def ours(repetitions: int) -> None:
        for _ in range(repetitions):
            for one, event in pairs:
                apply(one, event)

    def hand(repetitions: int) -> None:
        for _ in range(repetitions):
            for one, event in pairs:
                Dossier(
                    one.code, one.procedure, one.service, one.unit, one.field, one.case,
                    one.authority, one.channel, one.assistance,
                    one.applicant, one.limit, one.stated_received, one.stated_due,
                    one.stated_finished, one.linked,
                    one.evidence,
                    one.attributes, (*one.events, event),
                )  # fmt: skip

    timings = interleaved({"apply": Case(ours, len(pairs)), "by hand": Case(hand, len(pairs))})
    print(table("one event more", timings, "by hand"))
    return [
        Goal(
            "apply / building the same frozen object",
            timings["apply"].over(timings["by hand"]),
            at_most=4.0,
        )
    ]


def judging() -> dict[str, float]:
    """The ten events of a history to status, due date and timeliness, ours and with `holidays`.

    In its environment.
    """
    import holidays

    from bench.peers_worktime import _holidays_and_make_up
    from evnpubsvc.deadlines import CountingRules, TimeLimit
    from evnpubsvc.dossiers import Dossier, Precision, TimelinessPolicy, timeliness
    from evnpubsvc.worktime import vietnam_calendar

    events = _events()
    counting = CountingRules(vietnam_calendar())
    policy = TimelinessPolicy(Precision.DATE)
    limit = TimeLimit.parse(f"{LIMIT} ngày làm việc")
    as_of = date(2023, 3, 31)

    def ours(history: Any) -> tuple[int | None, date | None, str]:
        one = Dossier("case-1", limit=limit, events=history)
        found = timeliness(one, as_of=as_of, policy=policy, counting=counting)
        return one.status, found.due, found.timeliness.value

    off, made_up = _holidays_and_make_up()

    class Own(holidays.HolidayBase):
        country = None

        def __init__(self) -> None:
            self.weekend_workdays = set(made_up)
            super().__init__(years=range(2018, 2028), expand=False)

        def _populate(self, year: int) -> None:
            """Nothing: the rows are put in below."""

    calendar = Own()
    for day in off:
        calendar[day] = "off"
    after = {
        "submitted": "new", "received": "received", "transferred": "processing",
        "resolved": "resolved",
        "returned": "returned",
    }  # fmt: skip
    numbers = {
        "new": 1,
        "received": 2,
        "processing": 4,
        "waiting": 5,
        "resolved": 9,
        "returned": 10,
    }

    def theirs(history: Any) -> tuple[int | None, date | None, str]:
        status, received, due, finished, back = "", None, None, None, ""
        for event in sorted(history, key=lambda each: each.at):
            kind, at = event.kind.value, event.at
            if kind == "supplement-requested":
                if received is not None:
                    back = status
                status = "waiting"
            elif kind == "supplement-received":
                status = back if received is not None else "new"
                if received is not None:
                    due = calendar.get_nth_working_day(
                        at.date(), LIMIT
                    )  # counted again from the full dossier
            elif kind in after:
                status = after[kind]
                if kind == "received":
                    received = at
                    due = calendar.get_nth_working_day(at.date(), LIMIT)
                elif kind == "resolved":
                    finished = at
        if due is None:
            return numbers.get(status), None, "no_due_date"
        if finished is not None and finished.date() <= as_of:
            day = finished.date()
            found = "early" if day < due else "on_time" if day == due else "late"
            if found != "on_time":
                calendar.get_working_days_count(min(due, day), max(due, day))
        else:
            found = "pending_overdue" if due < as_of else "pending_in_time"
        return numbers[status], due, found

    history = tuple(events)
    assert ours(history) == theirs(history), (ours(history), theirs(history))
    timings = interleaved(
        {"ours": over(ours, [(history,)]), "holidays": over(theirs, [(history,)])}, seconds=0.03
    )
    return {
        "ours": timings["ours"].ns,
        "holidays": timings["holidays"].ns,
        "ratio": timings["holidays"].over(timings["ours"]),
    }


def judging_beside() -> list[Goal]:
    """Run `judging` where `holidays` is."""
    home = ROOT / ".envs" / "holidays"
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "attrs", "holidays"], check=True)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        [python, "-W", "ignore", "-m", "bench.dossiers", "judging"],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    print("\nten events to status, due date and timeliness, ns")
    print(f"  ours {found['ours']:,.0f}; with holidays and status strings {found['holidays']:,.0f}")
    return [
        Goal("a history with `holidays` and status strings / ours", found["ratio"], at_least=10.0)
    ]


def main() -> bool:
    """Return whether the goals hold."""
    # The whole registers come first: a process is taken to have used the memory of the one that
    # started it.
    lines = 10 * LINES if "full" in sys.argv[1:] else LINES
    goals = [*wholes(lines), *commands(CHECKED, lines // 2)]
    goals += [*asking(), *applying(), *judging_beside(), *reading(), *memory()]
    print()
    for goal in goals:
        print(goal.line())
    return not any(goal.failed for goal in goals)


if __name__ == "__main__":
    if sys.argv[1:2] == ["whole"]:
        print(json.dumps(whole(*sys.argv[2:4])))
    elif sys.argv[1:2] == ["command"]:
        print(json.dumps(command(*sys.argv[2:])))
    elif sys.argv[1:2] == ["filling"]:
        print(json.dumps(filling(sys.argv[2])))
    elif sys.argv[1:2] == ["lives"]:
        filling_alone(int(sys.argv[2]))
    elif sys.argv[1:2] == ["judging"]:
        print(json.dumps(judging()))
    else:
        gc.collect()
        sys.exit(0 if main() else 1)
