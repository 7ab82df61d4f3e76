"""Ajv, in Node, judges by our schemas as jsonschema does: `make ajv` fetches it where npm is."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from evnpubsvc.schema import all_schemas, record_types
from evnpubsvc.serde import to_data
from tests.deep import cases
from tests.schema.mutations import drawn, mutated
from tests.schema.test_agreement import validator_of

_HOME = Path(__file__).parents[2] / ".envs" / "ajv"


def _documents(name: str, kind: type[Any]) -> list[tuple[str, Any, bool]]:
    """Return documents of a type, some of them changed, with the verdict of jsonschema."""
    found: list[tuple[str, Any, bool]] = []

    @settings(
        max_examples=cases(1, 200),
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        document = json.loads(json.dumps(to_data(drawn(data, kind))))
        both = (document, data.draw(mutated(document)))
        found.extend((name, each, validator_of(name).is_valid(each)) for each in both)

    draw()
    return found


def test_ajv_judges_as_jsonschema_does() -> None:
    node = shutil.which("node")
    if node is None or not (_HOME / "node_modules" / "ajv").is_dir():
        pytest.skip("no Node, or no Ajv (`make ajv` fetches it)")
    found = [case for name, kind in record_types().items() for case in _documents(name, kind)]
    given_over = {"schema": all_schemas(), "cases": [[name, each] for name, each, _ in found]}
    done = subprocess.run(
        [node, str(Path(__file__).with_name("ajv.mjs")), str(_HOME)],
        input=json.dumps(given_over).encode(),
        capture_output=True,
        check=True,
    )
    theirs = json.loads(done.stdout)
    # JavaScript has one kind of number: it takes 1.0 for 1, as JSON Schema does.
    differing = [case for case, verdict in zip(found, theirs, strict=True) if case[2] != verdict]
    assert differing == []
    assert any(not verdict for verdict in theirs)
