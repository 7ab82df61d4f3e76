"""Requests that Schemathesis makes from the description of a small service: `make web`.

In an environment of its own, since Schemathesis brings much: no answer is a 5xx, and every answer
is what the description says.
"""

from importlib import import_module
from typing import Any

from examples.dossier_service import app
from hypothesis import HealthCheck, settings

from tests.deep import cases

# Not in the environment of the other tests, nor of the type checkers.
_schemathesis: Any = import_module("schemathesis")
_checks: Any = import_module("schemathesis.specs.openapi.checks")
# Findings lie in findings. Schemathesis cannot spell what such a schema refuses ("a `not` whose
# complement is not spelled out"), so there it sends what the schema allows; that the converter
# answers what it refuses with findings, tests/schema/test_agreement.py holds.
_lawful = {"include-path": "/findings", "generation": {"mode": "positive"}}
_config = _schemathesis.Config.from_dict({"operations": [_lawful]})
_schema = _schemathesis.openapi.from_asgi("/openapi.json", app, config=_config)
# A record may refuse what its schema allows (a numerator above its denominator): that is a 422.
_CHECKS = [
    import_module("schemathesis.checks").not_a_server_error,
    _checks.status_code_conformance,
    _checks.content_type_conformance,
    _checks.response_schema_conformance,
]


@_schema.parametrize()  # type: ignore[untyped-decorator]
@settings(
    max_examples=cases(8, 500),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_service(case: Any) -> None:
    case.call_and_validate(checks=_CHECKS)
