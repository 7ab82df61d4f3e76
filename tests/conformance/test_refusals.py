"""What is asked of the kit wrongly is refused before its first law, not after its last."""

from collections.abc import Callable
from typing import Any

import pytest

from evnpubsvc.codes import DossierCode
from evnpubsvc.conformance import (
    check_calendar_laws,
    check_code_laws,
    check_deadline_laws,
    check_life_cycle,
    check_rank_laws,
    check_tally_laws,
    check_vectors,
)
from evnpubsvc.errors import MisuseError, UnknownNameError

_CHECKS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (check_calendar_laws, {"is_working_day": "x"}),
    (check_code_laws, {"kind": DossierCode, "is_valid": None}),
    (check_deadline_laws, {"due": 3}),
    (check_life_cycle, {"adapter": object()}),
    (check_rank_laws, {"rank": {}}),
    (check_tally_laws, {"count": b"x"}),
    (check_vectors, {"answer": 1.5}),
]


@pytest.mark.parametrize(("check", "arguments"), _CHECKS)
def test_what_cannot_be_called_is_no_implementation(
    check: Callable[..., Any], arguments: dict[str, Any]
) -> None:
    with pytest.raises(MisuseError, match="argument-of-wrong-type"):
        check(**arguments)


def test_a_wrong_second_function_is_refused_before_the_first_is_asked() -> None:
    asked: list[object] = []
    with pytest.raises(MisuseError, match="as 'next_working_day', got str"):
        check_calendar_laws(
            asked.append,  # type: ignore[arg-type]
            next_working_day="x",  # type: ignore[arg-type]
        )
    assert not asked


def test_only_kinds_of_codes_are_checked_as_codes() -> None:
    with pytest.raises(UnknownNameError, match="'DossierCode'"):
        check_code_laws(int, bool)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match=r"type\[Code\] as 'kind', got int"):
        check_code_laws(3, bool)  # type: ignore[arg-type]


def test_no_law_is_checked_with_no_example() -> None:
    with pytest.raises(MisuseError, match="above zero"):
        check_rank_laws(dict, max_examples=0)  # type: ignore[arg-type]
