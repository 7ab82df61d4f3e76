"""The programs of the first day stay short.

At most eight lines from at most two modules of the library.
"""

import re
from pathlib import Path

import pytest

_PAGE = Path(__file__).parents[1] / "docs" / "tutorials" / "day-one.md"
_SECTIONS = re.findall(
    r"^## (.+?)\n(.+?)(?=^## |\Z)", _PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
)


def test_there_are_twelve() -> None:
    assert len(_SECTIONS) == 12


@pytest.mark.parametrize(("title", "body"), _SECTIONS, ids=[title for title, _ in _SECTIONS])
def test_a_program_is_short(title: str, body: str) -> None:
    (code,) = re.findall(r"```python\n(.+?)```", body, re.DOTALL)
    lines = [line for line in code.splitlines() if line.startswith((">>> ", "... "))]
    modules = set(re.findall(r"from (evnpubsvc[\w.]*) import|import (evnpubsvc[\w.]*)", code))
    assert len(lines) <= 8, title
    assert len(modules) <= 2, title
