"""Sphinx configuration: MyST pages, Google docstrings, broken references fail the build."""

import os
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
    "sphinx.ext.intersphinx",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "notfound.extension",
    "sphinx_llms_txt",
    "_accessible",
    "_citations",
    "_examples",
    "_law",
    "_reasons",
    "_reference",
    "_search",
]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "evnpubsvc"
html_theme_options = {"top_of_page_buttons": []}
html_search_language = "unmarked"
# Pages link to one another; nothing is fetched, so that the documentation is read without network.
notfound_urls_prefix = "/"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
llms_txt_summary = (
    "The domain model of Viet Nam's public administrative services for Python: "
    "procedures, dossiers, deadlines, statistics and emulation scoring."
)
# The pages of others are linked where there is a network (`EVNPUBSVC_DOCS_ONLINE=1`); a build needs
# none.
intersphinx_mapping = {
    name: (f"https://{address}/", None)
    for name, address in {
        "python": "docs.python.org/3",
        "attrs": "www.attrs.org/en/stable",
        "hypothesis": "hypothesis.readthedocs.io/en/latest",
    }.items()
    if os.environ.get("EVNPUBSVC_DOCS_ONLINE")
}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {
    "members": True,
    "show-inheritance": True,
    # `cache_ok` is of SQLAlchemy, which describes it with labels of its own.
    "exclude-members": "__init__, cache_ok",
}
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
