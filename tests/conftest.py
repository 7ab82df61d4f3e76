"""Hypothesis profiles: `dev` by default, `ci` derandomised, `coverage` and `quick` short, `nightly` deep."""

import os

from hypothesis import HealthCheck, settings

# Commands speak English to the tests whatever the machine speaks.
os.environ["EVNPUBSVC_LANG"] = "en"

settings.register_profile("dev", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
# Under coverage, which is slow, after a run without it: every line, not every example.
settings.register_profile("coverage", settings.get_profile("ci"), max_examples=25)
# For the inner loop (`make quick`): whether it works at all, in seconds.
settings.register_profile("quick", settings.get_profile("ci"), max_examples=5)
settings.register_profile("nightly", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
