"""Which test provokes which reason code, and what it says: `python -m bench.provoked`.

Runs the tests and keeps, for each code, the plainest example: one that no strategy drew, the
shortest, of the first test. Writes `docs/reference/reasons/provoked.json`, which the pages of the
reason codes print. Run it again when codes are added or their texts change; `tests/test_reasons.py`
says which are missing. Further arguments go to pytest: with the names of test files, only what they
provoke is written anew.

As a plugin of pytest (`-p bench.provoked`) it does the recording in each worker.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

TARGET: Final = Path("docs/reference/reasons/provoked.json")
_FOLDER: Final = "EVNPUBSVC_PROVOKED"
# Names of folders and files of a run, which differ each time.
_OF_A_RUN: Final = re.compile(r"/tmp/|/proc/|/dev/fd|\\u|\\x|0x[0-9a-f]{6}")

# Tests that fill every message with made-up parts provoke nothing.
_MADE_UP: Final = ("tests/texts/", "tests/test_findings.py", "tests/test_unwritable.py")

_best: dict[str, tuple[tuple[object, ...], dict[str, str]]] = {}
_test: list[Any] = []


def pytest_configure() -> None:
    """Watch every finding and every reason for not knowing."""
    if _FOLDER not in os.environ:
        return
    from evnpubsvc import findings
    from evnpubsvc.findings import Finding
    from evnpubsvc.quantities import Unknown

    _watch(Finding, _tell_finding)
    _watch(Unknown, lambda each: {"en": str(each)})
    # Most findings are made without `__init__`.
    made = findings._make

    def make(*args: Any) -> Any:
        found = made(*args)
        if _test:
            _keep(found, _tell_finding)
        return found

    findings._make = make  # type: ignore[assignment]


def _tell_finding(each: Any) -> dict[str, str]:
    return {"path": each.path, "en": each.message("en"), "vi": each.message("vi")}


def pytest_runtest_setup(item: Any) -> None:
    """Remember which test runs."""
    _test[:] = [item]


def pytest_sessionfinish() -> None:
    """Write what this worker has seen."""
    if _best:
        name = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.json"
        seen = {code: [list(rank), example] for code, (rank, example) in _best.items()}
        Path(os.environ[_FOLDER], name).write_text(json.dumps(seen), "utf-8")


def _watch(kind: Any, tell: Any) -> None:
    """Let a type hand each of its records over when it is made."""
    made = kind.__init__

    def record(self: Any, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        if _test:
            _keep(self, tell)

    kind.__init__ = record


def _keep(each: Any, tell: Any) -> None:
    item = _test[0]
    drawn = bool(getattr(getattr(item, "function", None), "is_hypothesis_test", False))
    place = item.nodeid.split("[")[0]
    if place.startswith(_MADE_UP):
        return
    best = _best.get(each.reason)
    if best is not None and best[0][0] is False and drawn:
        return
    try:
        example = tell(each)
    except Exception:  # noqa: BLE001 - a record that a test made wrong on purpose
        return
    text = example["en"]
    unfit = bool(_OF_A_RUN.search(text)) or "{" in text or not text.isprintable()
    rank = (drawn, unfit, not place.startswith("tests"), len(text), place, text)
    if best is None or rank < best[0]:
        _best[each.reason] = (rank, {"test": place, **example})


def main(arguments: list[str]) -> int:
    """Run the tests with the recorder, and write the plainest example of each code."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, _FOLDER: folder, "HYPOTHESIS_PROFILE": "quick"}
        command = ["-m", "pytest", "-q", "-p", "bench.provoked", "--dist", "loadfile", *arguments]
        code = subprocess.run([sys.executable, *command], env=environment, check=False).returncode
        best: dict[str, tuple[Any, dict[str, str]]] = {}
        for part in sorted(Path(folder).iterdir()):
            for reason, (rank, example) in json.loads(part.read_text("utf-8")).items():
                if reason not in best or rank < best[reason][0]:
                    best[reason] = (rank, example)
    # What other tests provoked stays; codes that tests make up, or that are gone, are no reasons.
    sys.path.append("docs")
    from _reasons import reasons

    codes = {each.code for each in reasons()}
    kept = json.loads(TARGET.read_text("utf-8")) if TARGET.exists() else {}
    kept |= {reason: example for reason, (_, example) in best.items()}
    examples = {reason: kept[reason] for reason in sorted(kept) if reason in codes}
    TARGET.write_text(json.dumps(examples, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{len(examples)} reason codes provoked; no test provokes", *sorted(codes - set(kept)))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
