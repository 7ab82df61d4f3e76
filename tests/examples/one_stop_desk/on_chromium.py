"""The pages of the one-stop desk in a real browser: by the keyboard, without script, judged by axe.

`make web` runs it where Chromium and npm are installed; else it skips and says so.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from examples.one_stop_desk import desk
from examples.one_stop_desk.store import Store

from tests.examples.one_stop_desk.serving import serve

ROOT = Path(__file__).parents[3]
MODULES = ROOT / ".envs/axe/node_modules"
UNIT = "H48.20.01"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the browser found, page by page."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if chromium is None or shutil.which("node") is None:
        pytest.skip("Chromium or Node is not installed")
    if not MODULES.exists():
        pytest.skip("axe-core and puppeteer-core are not installed: `make .envs/axe/.done`")
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('desk')}/desk.sqlite3", desk.register)
    token = store.add_unit(UNIT, "UBND xã Tam Xuân")
    with serve(store) as base:
        script = Path(__file__).with_name("pages.cjs")
        done = subprocess.run(
            ["node", script, MODULES, chromium, base, UNIT, token],
            capture_output=True,
            text=True,
            timeout=550,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert store.differences() == []
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_axe_finds_no_violation_and_no_page_scrolls_sideways(pages: list[dict[str, Any]]) -> None:
    judged = [page for page in pages if "found" in page]
    assert [(page["name"], page["width"], page["found"]) for page in judged if page["found"]] == []
    assert len(judged) == 16
    # The form of a circular is wider than a telephone; every other page fits.
    assert {page["name"] for page in judged if page["wide"]} <= {"report"}


def test_a_dossier_is_received_asked_about_and_refused_by_the_keyboard(
    pages: list[dict[str, Any]],
) -> None:
    by_name = {page["name"]: page for page in pages}
    assert by_name["stranger"]["status"] == 401
    assert "/dossiers/H48.20.01-" in by_name["dossier"]["url"]
    assert by_name["asked"]["alert"] == ""
    assert "không thể ghi" in by_name["refused"]["alert"]
