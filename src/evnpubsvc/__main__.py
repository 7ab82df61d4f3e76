"""`python -m evnpubsvc` and the command `evnpubsvc`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; without the extra `cli`, say in one line how to get it."""
    try:
        from evnpubsvc.cli import main as run  # noqa: PLC0415 - what may be missing
    except ModuleNotFoundError as missing:
        if missing.name != "click":
            raise
        sys.exit(str(missing))
    return run()


if __name__ == "__main__":
    sys.exit(main())
