"""Every public record is given None and other wrong values: it refuses in whole sentences, with
every part filled in.
"""

import re
from typing import Any

import attrs
import pytest
from bench.face import public_names, public_objects, records

from evnpubsvc.errors import DataError, MisuseError

# A part of a message that nobody filled in is written so.
_UNFILLED = re.compile(r"…|\{\w+(?::\w+)?\}")
_WRONG = (None, object(), -1, "x", "", 1.5, (), (None,), [None], {"x": None}, True)


def _records() -> dict[str, type[Any]]:
    return records(public_objects(public_names()))


def _calls(kind: type[Any]) -> list[dict[str, Any]]:
    """Return arguments: each wrong value for all fields, and for each field alone with None
    elsewhere.
    """
    names = [each.alias or each.name for each in attrs.fields(kind) if each.init]
    alone = [{**dict.fromkeys(names), name: value} for name in names for value in _WRONG[1:]]
    return [*(dict.fromkeys(names, value) for value in _WRONG), *alone]


@pytest.mark.parametrize("kind", _records().values(), ids=_records())
def test_a_wrong_value_is_refused_in_whole_sentences(kind: type[Any]) -> None:
    for arguments in _calls(kind):
        try:
            kind(**arguments)
        except DataError as error:
            found = error.findings
        except MisuseError as error:
            found = (error.finding,)
        except (TypeError, ValueError, AttributeError, KeyError):
            continue  # refused by Python itself
        else:
            continue
        for each in found:
            for lang in ("en", "vi"):
                assert each.reason not in each.message(lang)
                assert not _UNFILLED.search(each.message(lang) + each.hint(lang)), (arguments, each)
