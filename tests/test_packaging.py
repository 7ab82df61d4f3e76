"""What is packaged: the source distribution holds all that its tests read."""

import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
# What only the repository needs.
LEFT_OUT = {".ci", ".gitignore", "pyproject.toml"}  # the last one always is in an sdist


def test_the_source_distribution_holds_everything() -> None:
    try:
        run = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no repository: this is an unpacked source distribution")
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    tops = {line.split("/")[0] for line in run.stdout.splitlines()} - LEFT_OUT
    missing = {top for top in tops if not any(fnmatch(top, each) for each in included)}
    assert missing == set()


def test_addresses_are_real_or_left_out() -> None:
    urls = PROJECT["project"].get("urls")
    if urls is None:
        assert "`[project.urls]`" in (ROOT / "docs/house/releases.md").read_text("utf-8")
        return
    assert set(urls) >= {"Repository", "Issues", "Documentation", "Changelog"}
    assert all(address.startswith("https://") for address in urls.values())
    assert not any("example." in address for address in urls.values())


def test_every_python_that_is_promised_has_its_classifier() -> None:
    named = {
        line.rpartition(" ")[2]
        for line in PROJECT["project"]["classifiers"]
        if line.startswith("Programming Language :: Python :: 3.")
    }
    assert named == {"3.11", "3.12", "3.13", "3.14"}
    assert PROJECT["project"]["requires-python"] == ">=3.11"
