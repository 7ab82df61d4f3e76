"""Sphinx configuration: MyST pages, Google docstrings, broken references fail the build."""

import sys
from importlib.metadata import version as _version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "evnpubsvc"
author = "The evnpubsvc maintainers"
project_copyright = "2026, the evnpubsvc maintainers"
release = version = _version("evnpubsvc")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "_law",
    "_reasons",
    "_reference",
]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "evnpubsvc"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "show-inheritance": True, "exclude-members": "__init__"}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = True
napoleon_use_ivar = True

nitpicky = True
suppress_warnings = [
    "ref.python"
]  # short names such as `check` that two rooms use, each with its own meaning
# Only references into this library are checked: others would need inventories from the network.
# Type variables and private names have no page either.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!evnpubsvc\.).*"),
    (r"py:.*", r"evnpubsvc\.[\w.]+\.(_[A-Z]\w*|_?[A-Z](_co)?)"),
    (r"py:.*", r"evnpubsvc\.[\w.]*\b_\w+\..*"),
]
