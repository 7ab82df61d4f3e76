"""The one-stop desk on a real PostgreSQL: races, a server that is killed, the conformance kit.

`make web` runs it with few cases, `make desk` with the large counts. It skips where no PostgreSQL
is installed.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from attrs import evolve
from examples.one_stop_desk import desk
from examples.one_stop_desk.store import Base, EventRow, Row, Store
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.exc import DBAPIError

from evnpubsvc.codes import DossierCode, UnitCode
from evnpubsvc.conformance import check_life_cycle, life_cycle_machine
from evnpubsvc.dossiers import (
    Dossier,
    Event,
    EventKind,
    RefusedEventError,
    Status,
    apply,
    fingerprint,
)
from evnpubsvc.serde import to_data
from evnpubsvc.worktime import VIETNAM_TIME
from tests.deep import DEEP, cases
from tests.examples.one_stop_desk.postgres import Server, find_programs
from tests.examples.one_stop_desk.serving import serve

UNIT = UnitCode.parse("H48.20.01")
START = datetime(2026, 11, 2, 8, tzinfo=VIETNAM_TIME)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL (initdb, postgres) is not installed")
    started = Server(programs, safe=DEEP)
    yield started
    started.end()


@pytest.fixture
def shop(server: Server) -> Iterator[Store]:
    made = Store(server.url, desk.register)
    made.add_unit(str(UNIT), "UBND xã")
    yield made
    Base.metadata.drop_all(made.engine)
    made.engine.dispose()


def begin(shop: Store, *kinds: EventKind) -> DossierCode:
    events = tuple(Event(kind, START + timedelta(hours=n)) for n, kind in enumerate(kinds))
    given = Dossier("-", procedure="1.001699", events=events)
    return DossierCode.parse(shop.open_dossier(UNIT, given, START.date()).code)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run functions in threads that begin at once, and return what they gave."""
    given: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int) -> None:
        gate.wait()
        try:
            given[place] = works[place]()
        except Exception as error:  # noqa: BLE001 - what it came to
            given[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return given


# -- races -----------------------------------------------------------------------------------------

# What two clerks try at once, by the status: the first one bars the way of the second.
_CONTESTS = {
    Status.RECEIVED: (EventKind.SUPPLEMENT_REQUESTED, EventKind.PAYMENT_REQUESTED),
    Status.PROCESSING: (EventKind.SUPPLEMENT_REQUESTED, EventKind.PAYMENT_REQUESTED),
    Status.SUPPLEMENT_ASKED: (EventKind.SUPPLEMENT_RECEIVED, EventKind.SUPPLEMENT_RECEIVED),
    Status.PAYMENT_ASKED: (EventKind.PAYMENT_MET, EventKind.PAYMENT_MET),
}


def contest(clerks: list[Store], dossier: Dossier, number: int) -> list[Any]:
    """Let two connections try what only one of them may do."""
    at, code = START + timedelta(days=1, minutes=number), DossierCode.parse(dossier.code)
    assert dossier.status
    kinds = _CONTESTS[dossier.status]
    events = [Event(kind, at, activity=f"clerk {n}") for n, kind in enumerate(kinds)]
    first, second = zip(clerks, events, strict=True)
    return together(
        lambda: first[0].append(UNIT, code, first[1]),
        lambda: second[0].append(UNIT, code, second[1]),
    )


def test_competing_transitions_have_one_winner_each(server: Server, shop: Store) -> None:
    code = begin(shop, EventKind.SUBMITTED, EventKind.RECEIVED)
    clerks, winners = [shop, Store(server.url, desk.register)], set()
    (dossier,) = shop.read(Row.code == code)
    contests = cases(20, 200)
    for number in range(contests):
        given = contest(clerks, dossier, number)
        (dossier,) = (each for each in given if isinstance(each, Dossier))
        (lost,) = (each.refusal for each in given if isinstance(each, RefusedEventError))
        # The loser was judged by what the winner left, and hears why, with its article.
        assert lost.status == dossier.status
        assert lost.citation.get("vi") in lost.finding.message("vi")
        winners.add(dossier.events[-1].activity)
    assert shop.read(Row.code == code) == [dossier]
    assert len(dossier.events) == 2 + contests
    assert shop.differences() == []
    assert len(winners) == 2  # neither connection always came first
    clerks[1].engine.dispose()


class Careless(Store):
    """The planted bug: what may happen is judged by what was seen, and written without a look."""

    seen: dict[DossierCode, Dossier]

    def append(self, unit: UnitCode, code: DossierCode, new: Event, *_: str) -> Any:  # noqa: ARG002
        self.seen = getattr(self, "seen", {})
        before = self.seen.get(code) or self.read(Row.code == code)[0]
        after = apply(before, new)
        time.sleep(0.02)  # between the look and the deed
        with self.sessions.begin() as session:
            last = session.scalar(sa.select(sa.func.count()).where(EventRow.dossier == code))
            session.add(EventRow(dossier=code, number=last, event=new))
            session.execute(sa.update(Row).where(Row.code == code).values(self.derive(after)))
        self.seen[code] = after
        return after


class Zoneless(Store):
    """The planted bug: the clock on the wall is kept, and not where the wall stands."""

    def append(self, unit: UnitCode, code: DossierCode, new: Event, *keys: str) -> Any:
        assert isinstance(new.at, datetime)
        return super().append(
            unit, code, evolve(new, at=new.at.replace(tzinfo=VIETNAM_TIME)), *keys
        )


def test_a_look_long_before_the_deed_is_caught_by_the_race(server: Server, shop: Store) -> None:
    code = begin(shop, EventKind.SUBMITTED, EventKind.RECEIVED)
    clerks: list[Store] = [Careless(server.url, desk.register) for _ in range(2)]
    (dossier,) = shop.read(Row.code == code)
    try:
        given = contest(clerks, dossier, 0)
    finally:
        for each in clerks:
            each.engine.dispose()
    kinds = sorted(type(each).__name__ for each in given)
    assert kinds != ["Dossier", "RefusedEventError"]


# -- a server that is killed -----------------------------------------------------------------------


def test_no_event_is_lost_or_doubled_when_the_server_is_killed(server: Server, shop: Store) -> None:
    codes = [begin(shop, EventKind.SUBMITTED) for _ in range(10)]
    appends, clerks = cases(100, 1000), 4
    at, done = START + timedelta(days=1), threading.Semaphore(0)

    def work(clerk: int) -> int:
        failures = 0
        for number in range(clerk, appends, clerks):
            event = Event(EventKind.NOTE, at, activity=f"note {number}")
            while True:  # as a client does who hears no answer: the same call again
                try:
                    key = f"call {number}"
                    given = shop.append(UNIT, codes[number % 10], event, request=key)
                except DBAPIError:
                    failures += 1
                    time.sleep(0.05)
                    continue
                assert isinstance(given, Dossier)
                break
            done.release()
        return failures

    def kill() -> int:
        for share in cases((3,), (5, 3, 2)):
            for _ in range(appends // share // 2):
                done.acquire()
            server.kill()
            server.start()
        return 0

    *failures, killed = together(*(lambda n=n: work(n) for n in range(clerks)), kill)
    assert killed == 0
    assert sum(failures) > 0  # it was really killed at work
    with shop.sessions() as session:
        rows = session.execute(sa.select(EventRow.dossier, EventRow.number, EventRow.event)).all()
    notes = [event.activity for _, _, event in rows if event.kind is EventKind.NOTE]
    assert sorted(notes) == sorted(f"note {n}" for n in range(appends))
    for code in codes:  # and the numbers of each dossier have no hole
        numbers = sorted(number for of, number, _ in rows if of == code)
        assert numbers == list(range(len(numbers)))
    assert shop.differences() == []


# -- the conformance kit over HTTP -----------------------------------------------------------------


class Clerk:
    """What the conformance kit asks of an implementation, asked of a desk over HTTP."""

    def __init__(self, desks: list[httpx2.Client], shared: dict[str, str]) -> None:
        self._desks, self._shared = desks, shared
        self._http = desks[0]

    def reset(self) -> None:
        self.begin_with(())

    def begin_with(self, history: tuple[Event, ...]) -> None:
        given = Dossier("-", procedure="1.001699", limit="5 ngày làm việc", events=history)
        answer = self._http.post("/api/dossiers", json=to_data(given))
        self._shared["path"] = answer.raise_for_status().headers["location"]

    def second(self) -> "Clerk":
        return Clerk(self._desks[::-1], self._shared)

    def take(self, event: Event) -> bool:
        answer = self._http.post(f"{self._shared['path']}/events", json=to_data(event))
        if answer.status_code not in {200, 409}:
            pytest.fail(f"{answer.status_code}: {answer.text}")
        return answer.status_code == 200

    def _get(self) -> Any:
        return self._http.get(self._shared["path"]).raise_for_status().json()

    def state(self) -> int | None:
        status: int | None = self._get()["status"]
        return status

    def due(self) -> datetime | None:
        due = self._get()["due"]
        return datetime.fromisoformat(due).replace(tzinfo=VIETNAM_TIME) if due else None


@pytest.fixture
def clerk_of(
    server: Server,
    shop: Store,  # noqa: ARG001 - makes the tables and removes them
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[type[Store]], Callable[[], Clerk]]]:
    """Return what makes clerks of two desks on one database, of a kind of store."""
    later = datetime(2099, 1, 1, tzinfo=VIETNAM_TIME)  # the kit writes days of many years
    monkeypatch.setattr(desk, "now", lambda: later)
    with ExitStack() as stack:

        def make(kind: type[Store]) -> Callable[[], Clerk]:
            shops = [kind(server.url, desk.register) for _ in range(2)]
            token = shops[0].add_unit(str(UNIT), "UBND xã")
            for each in shops:
                stack.callback(each.engine.dispose)
            clients = [
                httpx2.Client(
                    base_url=stack.enter_context(serve(each)), auth=(str(UNIT), token), timeout=120
                )
                for each in shops
            ]
            for client in clients:
                stack.callback(client.close)
            return lambda: Clerk(clients, {})

        yield make


def run_machine(make: Callable[[], Clerk], examples: int, steps: int = 15) -> None:
    machine = life_cycle_machine(make, counting=desk.RULES)
    few = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],  # shorter examples would cost many more requests
    )
    run_state_machine_as_test(machine, settings=few)


def test_the_conformance_kit_finds_nothing(clerk_of: Any, shop: Store) -> None:
    make = clerk_of(Store)
    run_machine(make, cases(2, 50), cases(6, 20))
    # Some cases; in the long run every event in every situation there is.
    most = cases(60, None)
    report = check_life_cycle(make(), counting=desk.RULES, max_cases=most)
    report.require()
    assert report.results[-1].cases > 30  # the due dates
    assert shop.differences() == []


@pytest.mark.parametrize("kind", [Careless, Zoneless])
def test_the_conformance_kit_catches_a_planted_bug(clerk_of: Any, kind: type[Store]) -> None:
    with pytest.raises(AssertionError, match=r"taken|refused|status|due"):
        run_machine(clerk_of(kind), 40, 8)


def test_the_fingerprint_is_that_of_the_library(shop: Store) -> None:
    code = begin(shop, EventKind.SUBMITTED, EventKind.RECEIVED)
    with shop.sessions() as session:
        row = session.get(Row, code)
        assert row
        (dossier,) = shop.read(Row.code == code)
        assert row.fingerprint == fingerprint(dossier.events)
        kept = session.execute(sa.text("select dossier ->> 'type' from dossiers")).scalar()
    assert kept == "Dossier"  # JSONB, so keys can be asked for
