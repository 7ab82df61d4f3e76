"""How many cores a process may use."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

_CGROUP: Final = Path("/sys/fs/cgroup")


def count_cores(cgroup: Path = _CGROUP) -> int:
    """Return how many cores this process may use, by its affinity and the quota of its container.

    It is one at least.
    """
    if sys.platform == "linux":
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    quota = _quota(cgroup)
    if quota is not None:
        cores = min(cores, quota)
    return max(cores, 1)


def _quota(cgroup: Path) -> int | None:
    """Whole cores that a control group (Linux, either version) grants; None where it sets none."""
    with suppress(OSError, ValueError):
        most, period = (cgroup / "cpu.max").read_text("ascii").split()
        if most != "max":
            return int(most) // int(period)
    with suppress(OSError, ValueError):
        most = (cgroup / "cpu" / "cpu.cfs_quota_us").read_text("ascii")
        period = (cgroup / "cpu" / "cpu.cfs_period_us").read_text("ascii")
        if int(most) > 0:
            return int(most) // int(period)
    return None
