"""Run the command line as `python -m evnpubsvc`."""

import sys

from evnpubsvc.cli import main

if __name__ == "__main__":
    sys.exit(main())
