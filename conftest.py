"""Run every example: docstrings, README and docs."""

from doctest import ELLIPSIS, NORMALIZE_WHITESPACE

from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers import myst, rest

_docstrings = Sybil(
    parsers=[rest.DocTestParser(optionflags=ELLIPSIS | NORMALIZE_WHITESPACE)],
    patterns=["*.py"],
    path="src",
    document_types={".py": PythonDocStringDocument},
)
_pages = Sybil(
    parsers=[
        myst.PythonCodeBlockParser(doctest_optionflags=ELLIPSIS | NORMALIZE_WHITESPACE),
        myst.SkipParser(),
    ],
    patterns=["README.md", "README.vi.md", "docs/*.md", "docs/**/*.md"],
)

pytest_collect_file = (_docstrings + _pages).pytest()
