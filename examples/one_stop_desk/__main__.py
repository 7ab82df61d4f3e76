"""Start the desk: `python -m examples.one_stop_desk [--demo] [--add-unit CODE NAME] [--check]`."""

from __future__ import annotations

import argparse
import os
from datetime import timedelta

import uvicorn

from evnpubsvc.codes import UnitCode
from evnpubsvc.dossiers import Dossier, Event, EventKind

from . import desk
from .store import Store
from .web import create_app

KINDS = (EventKind.SUBMITTED, EventKind.RECEIVED, EventKind.TRANSFERRED, EventKind.RESOLVED)


def fill_demo(store: Store, unit: UnitCode) -> None:
    """Receive a few dossiers of every procedure, begun in the last month and a half."""
    for number, procedure in enumerate(list(desk.CATALOGUE) * 3):
        start = desk.now() - timedelta(days=3 * number + 1)
        events = tuple(Event(kind, start) for kind in KINDS[: 2 + number % 3])
        new = Dossier("-", procedure=str(procedure.code), events=events)
        store.open_dossier(unit, desk.complete(new, start.date()), start.date())


def main() -> None:
    """Start the desk."""
    parser = argparse.ArgumentParser(prog="one_stop_desk")
    parser.add_argument("--add-unit", nargs=2, metavar=("CODE", "NAME"))
    parser.add_argument("--demo", action="store_true", help="a unit with dossiers of every kind")
    parser.add_argument("--check", action="store_true", help="hold rows against their events")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    store = Store(os.environ.get("DATABASE_URL", "sqlite:///desk.sqlite3"), desk.due_day)
    if asked.add_unit:
        print(store.add_unit(*asked.add_unit))
    elif asked.check:
        raise SystemExit("\n".join(store.differences()) or None)
    else:
        if asked.demo:
            print("Mã truy cập:", store.add_unit("H48.20.01", "UBND xã Tam Xuân"))
            fill_demo(store, UnitCode.parse("H48.20.01"))
        uvicorn.run(create_app(store), port=asked.port, server_header=False)


main()
