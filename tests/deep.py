"""How many cases a test runs: a few in every run, the large counts under `make deep`."""

import os

DEEP = bool(os.environ.get("EVNPUBSVC_DEEP"))


def cases(few: int, many: int) -> int:
    """Return the number of cases of this run: `few` in CI, `many` under `make deep`."""
    return many if DEEP else few
