"""The register of the country from the package of the extra `units`."""

from datetime import date
from importlib.util import find_spec

import pytest

from evnpubsvc.errors import MisuseError
from evnpubsvc.serde import national_register
from evnpubsvc.units import Tier, nui_thanh

INSTALLED = find_spec("vietnamadminunits") is not None


@pytest.mark.skipif(not INSTALLED, reason="the extra units is absent")
def test_the_package_holds_both_maps() -> None:
    """Counts: the README of the real data, which were taken from the same release."""
    reading = national_register()
    register = reading.register
    before, after = date(2025, 6, 30), date(2025, 7, 1)
    assert [len(register.on(before, tier=tier)) for tier in Tier] == [63, 696, 10_035]
    assert [len(register.on(after, tier=tier)) for tier in Tier] == [34, 0, 3_321]
    lineage = register.lineage(before, after)
    assert len(lineage.links) + len(reading.findings) > 10_597
    assert {found.reason for found in reading.findings} <= {"origin-key"}
    assert len(lineage.ended) <= len(reading.findings)
    for step in nui_thanh().successions:
        successor = register.default_successor(step.older)
        assert successor is not None
        assert successor.key == step.newer


@pytest.mark.skipif(INSTALLED, reason="the extra units is installed")
def test_without_the_package_the_call_says_what_to_install() -> None:
    with pytest.raises(MisuseError, match=r"evnpubsvc\[units\]"):
        national_register()
