"""Hypothesis profiles.

`dev` by default, `ci` derandomised, `quick` and `mutants` short, `nightly` deep.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

_TESTS = Path(__file__).parent
_PAGES = _TESTS.parent / "docs"
# Files that compare much, with an oracle, a peer or over many processes. Coverage is measured
# without them, since what they compare, others run too; they run all the same.
_HEAVY = {
    "cli/test_cli.py",
    "cli/test_ends.py",
    "codes/test_strategies.py",
    "deadlines/test_oracle.py",
    "dossiers/test_machine.py",
    "dossiers/test_messy_logs.py",
    "dossiers/test_ocel_schema.py",
    "emulation/test_many.py",
    "emulation/test_rank.py",
    "emulation/test_score.py",
    "emulation/test_within_bounds.py",
    "examples/one_stop_desk/test_desk.py",
    "examples/test_tam_xuan_ii.py",
    "frames/test_constellations.py",
    "frames/test_outgrow.py",
    "frames/test_sources.py",
    "reports/test_real_register.py",
    "schema/test_fastapi.py",
    "serde/test_counting.py",
    "serde/test_hostile_workbooks.py",
    "strategies/test_from_type.py",
    "test_synthetic.py",
    "test_unwritable.py",
    "units/test_real_units.py",
    "worktime/test_oracle.py",
}
# Pages whose examples take long, and reach no line that tests do not.
_HEAVY_PAGES = {
    "explanation/can-it-be-gamed.md",
    "how-to/keep-the-law-in-your-test-suite.md",
    "tutorials/test-your-service-in-an-hour.md",
}
# Files that read the sources rather than run them: not measured either.
_READ_SOURCES = {
    "test_reasons.py",
    "test_security.py",
    "test_walls.py",
    "texts/test_catalogue.py",
    "texts/test_wording.py",
}
# Files that take longer than the inner loop has, besides the heavy ones; docs and these run in
# `make test`. The rest takes about 95 s of processor time with few examples.
_SLOW = {
    "cli/test_large_registers.py",
    "cli/test_report.py",
    "cli/test_vietnamese.py",
    "dossiers/test_real_logs.py",
    "emulation/test_explain.py",
    "emulation/test_lint.py",
    "emulation/test_mechanics.py",
    "emulation/test_scheme_checks.py",
    "emulation/test_why.py",
    "outreach/test_assign.py",
    "outreach/test_roster.py",
    "schema/test_agreement.py",
    "serde/test_calendar_files.py",
    "serde/test_dossier_lines.py",
    "serde/test_dresses.py",
    "serde/test_reports.py",
    "serde/test_workbooks.py",
    "test_values.py",
    "worktime/test_calendar.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the core, and what is heavy, by file."""
    for item in items:
        name = _name_within(item.path, _TESTS)
        if name in _HEAVY | _READ_SOURCES or _name_within(item.path, _PAGES) in _HEAVY_PAGES:
            item.add_marker("heavy")
        if name not in _HEAVY | _SLOW and not name.startswith("frames/"):
            item.add_marker("core")


def _name_within(path: Path, folder: Path) -> str:
    """Return the path below a folder; nothing for one that is elsewhere."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""


# Commands speak English to the tests whatever the machine speaks.
os.environ["EVNPUBSVC_LANG"] = "en"

settings.register_profile("dev", deadline=None)
# CI measures coverage in the same run, which is slow: fewer examples than a run by hand, the same
# each time.
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow],
)
# For the inner loop (`make quick`): whether it works at all, in seconds.
settings.register_profile("quick", settings.get_profile("ci"), max_examples=5)
# For `make mutants`: an example that fails is enough, how small it may be is not asked.
settings.register_profile(
    "mutants",
    settings.get_profile("quick"),
    max_examples=10,
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
)
settings.register_profile("nightly", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
