"""The one-stop desk under load: requests a second, p50, p95, and where the time of a request goes.

`python -m bench.desk [SECONDS] [DOSSIERS]`, in an environment that has what `make web` installs.
PostgreSQL is started for it where it is installed, else SQLite serves. The desk runs in a process
of its own; two clients ask at once. Figures depend on the machine: compare them within one run.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import quantiles
from typing import Any

import httpx2
from examples.one_stop_desk import desk, web
from examples.one_stop_desk.store import Store
from tests.examples.one_stop_desk.postgres import Server, find_programs

from evnpubsvc.codes import UnitCode
from evnpubsvc.dossiers import Dossier, Event, EventKind

_UNIT = UnitCode.parse("H48.20.01")
_CLIENTS = 2
_PORT = 8765
_SERVE = (
    "import sys, uvicorn; from examples.one_stop_desk import desk, store, web\n"
    "shop = store.Store(sys.argv[1], desk.due_day)\n"
    f"uvicorn.run(web.create_app(shop), port={_PORT}, log_level='error')"
)
# What a function belongs to, by its file: the first that fits.
_PLACES = (
    ("this library", "/evnpubsvc/"),
    ("SQLAlchemy", "/sqlalchemy/"),
    ("psycopg", "/psycopg"),
    ("FastAPI, Starlette, Pydantic", "/fastapi/"),
    ("FastAPI, Starlette, Pydantic", "/starlette/"),
    ("FastAPI, Starlette, Pydantic", "/pydantic"),
    ("attrs and cattrs", "/attr"),
    ("attrs and cattrs", "/cattrs"),
    ("the example", "/one_stop_desk/"),
)


def fill(store: Store, number: int) -> None:
    """Keep dossiers of the last month, a tenth of them open and late or stopped."""
    codes = [str(each.code) for each in desk.CATALOGUE]
    done = (EventKind.SUBMITTED, EventKind.RECEIVED, EventKind.TRANSFERRED, EventKind.RESOLVED)
    for n in range(number):
        start = desk.now() - timedelta(days=5 + n % 30)
        kinds = done if n % 10 else done[:2]
        events = tuple(Event(kind, start + timedelta(hours=h)) for h, kind in enumerate(kinds))
        given = Dossier("-", procedure=codes[n % len(codes)], events=events)
        store.open_dossier(_UNIT, desk.complete(given, start.date()), start.date())


def requests_of(client: Any) -> dict[str, Callable[[], Any]]:
    """Return what is asked for, by name."""
    at = (desk.now() - timedelta(days=1)).isoformat()
    steps = [{"kind": kind, "at": at} for kind in ("submitted", "received")]
    new = {"code": "-", "procedure": "1.001699", "channel": "in-person", "events": steps}
    path = client.post("/api/dossiers", json=new).headers["location"]
    paths = [client.post("/api/dossiers", json=new).headers["location"] for _ in range(200)]
    left = iter(paths * 1000)
    note = {"kind": "note", "at": at}
    return {
        "receive": lambda: client.post("/api/dossiers", json=new),
        "append": lambda: client.post(f"{next(left)}/events", json=note),
        "one dossier": lambda: client.get(path),
        "board": lambda: client.get("/api/board"),
        "report": lambda: client.get("/report"),
    }


def measure(ask: Callable[[], Any], seconds: float) -> tuple[float, list[float]]:
    """Ask from some clients at once; return requests a second and the milliseconds of each."""
    taken: list[float] = []
    end = time.perf_counter() + seconds

    def work() -> None:
        while time.perf_counter() < end:
            began = time.perf_counter()
            answer = ask()
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code < 300, answer.text

    threads = [threading.Thread(target=work) for _ in range(_CLIENTS)]
    began = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return len(taken) / (time.perf_counter() - began), taken


def where(ask: Callable[[], Any], rounds: int) -> dict[str, float]:
    """Return the share of processor time by what a function belongs to, the client left out."""
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(rounds):
        ask()
    profile.disable()
    shares: dict[str, float] = {}
    stats: Any = pstats.Stats(profile)
    for (file, _, _), (_, _, own, _, _) in stats.stats.items():
        name = next((name for name, part in _PLACES if part in file), "Python and the rest")
        shares[name] = shares.get(name, 0) + own
    whole = sum(shares.values())
    return {name: own / whole for name, own in sorted(shares.items(), key=lambda x: -x[1])}


def main(seconds: float = 3, number: int = 2000) -> None:
    """Print a line for each kind of request."""
    programs = find_programs()
    server = None if programs is None else Server(programs)
    folder = tempfile.mkdtemp()
    url = f"sqlite:///{folder}/desk.sqlite3" if server is None else server.url
    store = Store(url, desk.due_day)
    headers = {"Authorization": f"Bearer {store.add_unit(str(_UNIT), 'UBND xã')}"}
    began = time.perf_counter()
    fill(store, number)
    kept = number / (time.perf_counter() - began)
    print(
        f"{store.engine.dialect.name}, {number} dossiers ({kept:.0f}/s kept without HTTP),", end=" "
    )
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {_CLIENTS} clients")
    running = subprocess.Popen([sys.executable, "-c", _SERVE, url])
    try:
        with httpx2.Client(
            base_url=f"http://127.0.0.1:{_PORT}", headers=headers, timeout=60
        ) as client:
            for _ in range(600):
                try:
                    client.get("/login")
                    break
                except httpx2.TransportError:
                    time.sleep(0.1)
            for name, ask in requests_of(client).items():
                rate, taken = measure(ask, seconds)
                cut = quantiles(taken, n=20) if len(taken) > 1 else taken * 20
                print(f"{name:12} {rate:7.1f}/s  p50 {cut[9]:7.1f} ms  p95 {cut[18]:7.1f} ms")
    finally:
        running.terminate()
        running.wait()
    # The same again without sockets and threads of its own, to see where the time goes.
    handlers = {
        "append": lambda: _append(store),
        "board": lambda: desk.board(store, _UNIT, desk.now().date()),
        "report": lambda: _report(store),
    }
    for name, ask in handlers.items():
        ask()
        began = time.process_time()
        ask()
        cost = (time.process_time() - began) * 1000
        shares = where(ask, 20 if name == "append" else 2)
        parts = ", ".join(f"{key} {share:.0%}" for key, share in shares.items())
        print(f"{name}: {cost:.1f} ms of processor time here; {parts}")
    store.engine.dispose()
    if server is not None:
        server.end()


def _append(store: Store) -> None:
    code = store.open_dossier(_UNIT, Dossier("-"), desk.now().date())
    store.append(_UNIT, code, Event(EventKind.SUBMITTED, desk.now()))


def _report(store: Store) -> None:
    with store.sessions() as session:
        unit = session.get(web.Unit, _UNIT)
    assert unit
    desk.report(store, unit, "", desk.now().date())


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
