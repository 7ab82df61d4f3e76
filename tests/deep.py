"""How many cases a test runs: a few in every run, the large counts under `make deep`."""

import os
from typing import TypeVar

Cases = TypeVar("Cases")

DEEP = bool(os.environ.get("EVNPUBSVC_DEEP"))


def cases(few: Cases, many: Cases) -> Cases:
    """Return the cases of this run, or their number: `few` in CI, `many` under `make deep`."""
    return many if DEEP else few
