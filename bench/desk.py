"""The one-stop desk under load: requests a second, p50, p95, and where the time of a request goes.

`python -m bench.desk [SECONDS] [DOSSIERS]`, in an environment that has what `make web` installs.
PostgreSQL is started for it where it is installed, else SQLite serves. The desk runs in a process
of its own; two clients ask at once. The processor time of a request is that of the desk and of
PostgreSQL, which other programs on the machine do not lengthen; the shares of its parts are those
of a profile of the same requests. `python -m bench.desk demo` serves a desk with such dossiers.
"""

from __future__ import annotations

import asyncio
import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from typing import Any
from unittest.mock import patch

import httpx2
import uvicorn
from examples.one_stop_desk import desk, web
from examples.one_stop_desk.store import Store
from tests.examples.one_stop_desk.postgres import Server, find_programs

from evnpubsvc.codes import UnitCode
from evnpubsvc.dossiers import Dossier, Event, EventKind

_UNIT = UnitCode.parse("H48.20.01")
_CLIENTS, _ROUNDS = 2, 10
_PORT = 8765
_SERVE = (
    "import sys, uvicorn; from examples.one_stop_desk import desk, store, web\n"
    "shop = store.Store(sys.argv[1], desk.register)\n"
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


Asked = tuple[str, str, Any]  # method, path, body


def requests_of(send: Callable[[Asked], Any], day: str) -> dict[str, Callable[[], Asked]]:
    """Return what is asked for, by name; dossiers to append to are received first."""
    at = f"{day}T09:00:00+07:00"
    steps = [{"kind": kind, "at": at} for kind in ("submitted", "received")]
    new = {"code": "-", "procedure": "1.001699", "channel": "in-person", "events": steps}
    paths = [send(("POST", "/api/dossiers", new)).headers["location"] for _ in range(200)]
    left, note = cycle(paths), {"kind": "note", "at": at}
    return {
        "receive": lambda: ("POST", "/api/dossiers", new),
        "append": lambda: ("POST", f"{next(left)}/events", note),
        "one dossier": lambda: ("GET", paths[0], None),
        "board": lambda: ("GET", "/", None),
        "report": lambda: ("GET", "/report", None),
    }


def measure(
    send: Callable[[Asked], Any], ask: Callable[[], Asked], seconds: float
) -> tuple[float, list[float]]:
    """Ask from some clients at once; return requests a second and the milliseconds of each."""
    taken: list[float] = []
    end = time.perf_counter() + seconds

    def work() -> None:
        while time.perf_counter() < end:
            began = time.perf_counter()
            answer = send(ask())
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code < 300, answer.text

    threads = [threading.Thread(target=work) for _ in range(_CLIENTS)]
    began = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return len(taken) / (time.perf_counter() - began), taken


def processor_seconds(pids: list[int]) -> float:
    """Return the processor time of processes and their children, as Linux counts it."""
    ticks = 0
    for pid in pids:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in (pid, *map(int, children)):
            words = Path(f"/proc/{each}/stat").read_text().rpartition(") ")[2].split()
            ticks += sum(map(int, words[11:13]))
            ticks += sum(map(int, words[13:15])) if each == pid else 0  # children that ended
    return ticks / os.sysconf("SC_CLK_TCK")


async def run_inline(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a handler in the thread that is profiled instead of one of its own."""
    return function(*args, **kwargs)


def where(store: Store, login: tuple[str, str], asked: Callable[[], Asked]) -> dict[str, float]:
    """Return the milliseconds of processor time of a request by what they are spent in."""
    app = web.create_app(store)
    transport = httpx2.ASGITransport(app=app)

    async def ask(rounds: int) -> None:
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://desk", auth=login
        ) as client:
            for _ in range(rounds):
                method, path, body = asked()
                answer = await client.request(method, path, json=body)
                assert answer.status_code < 300, answer.text

    with ExitStack() as stack:
        for module in ("fastapi.routing", "fastapi.dependencies.utils"):
            stack.enter_context(patch(f"{module}.run_in_threadpool", run_inline))
        asyncio.run(ask(3))
        began = time.process_time()
        asyncio.run(ask(_ROUNDS))
        whole = (time.process_time() - began) * 1000 / _ROUNDS
        profile = cProfile.Profile(time.process_time)
        profile.runcall(asyncio.run, ask(_ROUNDS))
    shares: dict[str, float] = {}
    stats: Any = pstats.Stats(profile)
    for (file, _, _), (_, _, own, _, _) in stats.stats.items():
        name = next((name for name, part in _PLACES if part in file), "Python and the rest")
        shares[name] = shares.get(name, 0) + own
    total = sum(shares.values())
    return {name: whole * own / total for name, own in sorted(shares.items(), key=lambda x: -x[1])}


def main(seconds: float = 3, number: int = 2000) -> None:
    """Print a line for each kind of request."""
    programs = find_programs()
    server = None if programs is None else Server(programs)
    url = f"sqlite:///{tempfile.mkdtemp()}/desk.sqlite3" if server is None else server.url
    store = Store(url, desk.register)
    login = (str(_UNIT), store.add_unit(str(_UNIT), "UBND xã"))
    began = time.perf_counter()
    fill(store, number)
    kept = number / (time.perf_counter() - began)
    print(f"{store.engine.dialect.name}, {number} dossiers ({kept:.0f}/s kept without HTTP),")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {_CLIENTS} clients")
    running = subprocess.Popen([sys.executable, "-c", _SERVE, url])
    base = f"http://127.0.0.1:{_PORT}"
    try:
        with httpx2.Client(base_url=base, auth=login, timeout=60) as client:

            def send(asked: Asked) -> Any:
                return client.request(asked[0], asked[1], json=asked[2])

            wait_for(client)
            requests = requests_of(send, f"{desk.now() - timedelta(days=1):%Y-%m-%d}")
            pids = {"desk": [running.pid], "database": [] if server is None else [server.pid]}
            for name, ask in requests.items():
                before = {part: processor_seconds(each) for part, each in pids.items()}
                rate, taken = measure(send, ask, seconds)
                cost = {
                    part: (processor_seconds(each) - before[part]) * 1000 / len(taken)
                    for part, each in pids.items()
                }
                cut = quantiles(taken, n=20) if len(taken) > 1 else taken * 20
                spent = ", ".join(f"{part} {each:.1f} ms" for part, each in cost.items())
                print(
                    f"{name:12} {rate:6.1f}/s, p50 {cut[9]:.0f} ms, p95 {cut[18]:.0f} ms;", end=""
                )
                print(f" processor: {spent}")
    finally:
        running.terminate()
        running.wait()
    # The same requests in this process, to see where the processor time of the desk goes.
    for name, ask in requests.items():
        parts = where(store, login, ask)
        print(f"{name}:", ", ".join(f"{key} {spent:.1f} ms" for key, spent in parts.items()))
    store.engine.dispose()
    if server is not None:
        server.end()


def wait_for(client: Any) -> None:
    """Wait until the desk answers."""
    for _ in range(600):
        try:
            client.get("/receive")
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return


def demo() -> None:
    """Serve a desk with made-up dossiers, on DATABASE_URL or a file in this folder."""
    store = Store(os.environ.get("DATABASE_URL", "sqlite:///desk.sqlite3"), desk.register)
    token = store.add_unit(str(_UNIT), "UBND xã Tam Xuân")
    fill(store, 60)
    print(f"http://localhost:8000: {_UNIT}, mã truy cập {token}")
    uvicorn.run(web.create_app(store), port=8000, server_header=False)


if __name__ == "__main__":
    if sys.argv[1:] == ["demo"]:
        demo()
    else:
        main(*(int(each) for each in sys.argv[1:]))
