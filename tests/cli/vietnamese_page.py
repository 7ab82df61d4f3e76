"""Writes the page of typical outputs in Vietnamese.

`python -m tests.cli.vietnamese_page > docs/reference/vietnamese-outputs.md`.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.cli.vietnamese_calls import CALLS, lay_files, outputs

HEAD = """# Kết quả bằng tiếng Việt

What each command prints with `--lang vi`, on right and wrong input, \
for a native reader to pass over.
`python -m tests.cli.vietnamese_page` writes this page; \
a test reads the same calls for words that are not Vietnamese.
"""


def page(printed: Iterable[str]) -> str:
    """Return the page that shows what the calls printed."""
    parts = [HEAD]
    for (title, call), text in zip(CALLS, printed, strict=True):
        typed = " ".join(f'"{word}"' if " " in word else word for word in call)
        lines = "\n".join(line.rstrip() for line in text.rstrip().splitlines())
        parts.append(f"## {title}\n\n```text\n$ evnpubsvc {typed} --lang vi\n{lines}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        lay_files(Path(folder))
        shown = page(outputs(Path(folder), tuple(call for _, call in CALLS)))
    print(shown, end="")  # noqa: T201
