"""Start the desk: `python -m examples.one_stop_desk [--add-unit CODE NAME] [--check]`."""

import argparse
import os

import uvicorn

from . import desk
from .store import Store
from .web import create_app


def main() -> None:
    """Start the desk."""
    parser = argparse.ArgumentParser(prog="one_stop_desk")
    parser.add_argument("--add-unit", nargs=2, metavar=("CODE", "NAME"), help="print its token")
    parser.add_argument("--check", action="store_true", help="hold rows against their events")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    store = Store(os.environ.get("DATABASE_URL", "sqlite:///desk.sqlite3"), desk.register)
    if asked.add_unit:
        print(store.add_unit(*asked.add_unit))
    elif asked.check:
        raise SystemExit("\n".join(store.differences()) or None)
    else:
        uvicorn.run(create_app(store), port=asked.port, server_header=False)


main()
