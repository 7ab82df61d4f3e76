"""Every public type and function, given a value of a wrong type: a whole sentence, never an error
of Python itself.

The right values beside the wrong one are drawn by the strategies of the library. Only what Python
says best is left to it: an argument that is missing, or has another name.
"""

import inspect
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from os import PathLike
from typing import Any, BinaryIO, cast, get_origin

import attrs
import pytest
from bench.face import public_names, public_objects, records
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from evnpubsvc import rank, score
from evnpubsvc._arguments import accepts, hint_of
from evnpubsvc.dossiers import Dossier, timeliness
from evnpubsvc.emulation import ScoreSheet
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.serde import read_dossiers
from tests.deep import cases

_UNFILLED = re.compile(r"…|\{\w+(?::\w+)?\}")
_WRONG = (None, object(), -1, "x", "", 1.5, (), (None,), [None], {"x": None}, True, b"x")
_OBJECTS = public_objects(public_names())
_NO_CALLS = {"strategies", "cli", "examples"}  # what draws, what prints, a story


def _functions() -> dict[str, Callable[..., Any]]:
    return {
        f"{room}.{name}": value
        for room, named in _OBJECTS.items()
        if room not in _NO_CALLS
        for name, value in named.items()
        if inspect.isroutine(inspect.unwrap(value)) and not isinstance(value, type)
    }


def _do_nothing(*_: object, **__: object) -> None:
    """Stand for any function."""


@cache
def _right(hint: Any) -> Any:
    """Return a value that an annotation allows; None where nothing draws it."""
    if hint in (Any, object):  # no annotation that could be read
        return None
    if get_origin(hint) is Callable:  # drawn ones work inside the test that draws them
        return _do_nothing
    quickly = settings(
        database=None,
        max_examples=3,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    try:
        return find(st.from_type(hint), lambda _: True, settings=quickly)
    except (HypothesisException, TypeError, LookupError, AttributeError):
        return None


def _calls(needed: dict[str, Any], names: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield arguments: a wrong value for all that is needed, then for each name alone.

    Each name meets some of the wrong values, the next name the next ones; all in a deep run.
    """
    for value in _WRONG:
        yield dict.fromkeys(needed, value)
    step = cases(3, 1)
    for number, name in enumerate(names):
        for value in _WRONG[number % step :: step]:
            yield {**needed, name: value}


def _check(call: Callable[..., Any], arguments: dict[str, Any]) -> None:
    try:
        given = call(**arguments)
        if inspect.isgenerator(given):
            list(islice(given, 20))
    except DataError as error:
        found = error.findings
    except MisuseError as error:
        found = (error.finding,)
    except (OSError, HypothesisException):
        return  # there is no such file; a function that was drawn is called too late
    else:
        return
    for each in found:
        for lang in ("en", "vi"):
            said = each.message(lang)
            assert each.reason not in said
            assert not _UNFILLED.search(said + each.hint(lang)), (arguments, each)


@pytest.mark.parametrize("name", _functions())
def test_a_function_refuses_a_wrong_argument_in_a_sentence(
    name: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # for functions that write where they are told to
    function = _functions()[name]
    parameters = [
        each
        for each in inspect.signature(function).parameters.values()
        if each.kind in {each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY}
    ]
    needed = {
        each.name: _right(hint_of(function, each.name))
        for each in parameters
        if each.default is each.empty
    }
    if "max_examples" in {each.name for each in parameters}:  # no law, or one case of each, will do
        needed |= {"max_examples": 1, "laws": ()}
    for arguments in _calls(needed, [each.name for each in parameters]):
        _check(function, arguments)


_RECORDS = records(_OBJECTS)


@pytest.mark.parametrize("kind", _RECORDS.values(), ids=_RECORDS)
def test_a_record_refuses_a_wrong_value_in_a_sentence(kind: type[Any]) -> None:
    names = [each.alias or each.name for each in attrs.fields(kind) if each.init]
    right = _right(cast("Any", kind))
    if right is None:
        needed = dict.fromkeys(names)
    else:
        needed = {
            each.alias or each.name: getattr(right, each.name)
            for each in attrs.fields(kind)
            if each.init
        }
    for arguments in _calls(needed, names):
        _check(kind, arguments)


def test_the_message_names_the_function_the_argument_and_the_types() -> None:
    with pytest.raises(MisuseError) as caught:
        score(None, 3)  # type: ignore[arg-type]
    assert caught.value.finding.message("en") == (
        "score takes Scheme as 'scheme', got NoneType: None"
    )
    assert "kiểu Scheme" in caught.value.finding.message("vi")
    assert isinstance(caught.value.__cause__, AttributeError)
    with pytest.raises(MisuseError, match=r"Iterable\[ScoreSheet\] as 'sheets', got list\[None"):
        rank([None])  # type: ignore[list-item]
    with pytest.raises(MisuseError, match="source-needed"):
        list(read_dossiers(3))  # type: ignore[arg-type]


def test_an_error_that_no_argument_explains_stays_as_it_is() -> None:
    def sheets() -> Iterator[ScoreSheet]:
        raise ZeroDivisionError
        yield

    with pytest.raises(ZeroDivisionError):
        rank(sheets())
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        score(None)  # type: ignore[call-arg, arg-type]


_ALLOWED: list[tuple[Any, list[Any], list[Any]]] = [
    (int | None, [3, None], [True, 1.5, "3"]),
    (tuple[str, ...], [(), ("a",)], [["a"], (1,)]),
    (tuple[str, int], [("a", 1)], [("a",), ("a", "b")]),
    (Iterable[Dossier], [[], iter([1])], [[None], "text", b"text", 3, {"a": 1}]),
    (dict[str, int], [{}, {"a": 1}], [{"a": "b"}, {1: 1}, []]),
    (Callable[..., Any], [len], [3]),
    (Any, [3, None], []),
    (float, [1, 1.5], [True, "1"]),
    (str | BinaryIO, ["a", io.BytesIO()], [3, None]),
]


@pytest.mark.parametrize(("hint", "right", "wrong"), _ALLOWED)
def test_what_an_annotation_allows(hint: Any, right: list[Any], wrong: list[Any]) -> None:
    assert all(accepts(hint, value) for value in right)
    assert not any(accepts(hint, value) for value in wrong)


def test_a_type_that_is_imported_for_type_checkers_alone_is_known() -> None:
    assert accepts(hint_of(timeliness, "catalogue"), None)
    assert not accepts(hint_of(timeliness, "catalogue"), "x")


# How the room of emulation asks its kinds of criteria and terms, with what it has computed itself.
_OF_SCORING = {
    *("band", "check_figures", "column", "compared", "component", "counted", "derivation"),
    *("formula", "from_written", "points", "reachable", "scaled"),
}
_LEFT_OUT = {
    "codes.Code",  # the base of the codes, of which there is none
    "emulation.Term",  # as the methods above
    "emulation.TieRule",
    "emulation.FigureGrid",  # columns by position, of which IndexError says enough
    "frames.TallyFrame",  # arrays that the kernels give
    "sql.CountType",  # hooks that SQLAlchemy alone calls, also below
    "sql.RecordType",
    "sql.TextType",
}


def _methods() -> dict[str, tuple[type[Any], str]]:
    return {
        f"{room}.{kind.__name__}.{name}": (kind, name)
        for room, named in _OBJECTS.items()
        if room not in _NO_CALLS | {"evnpubsvc"}
        for kind in named.values()
        if isinstance(kind, type)
        and not issubclass(kind, Exception)
        and f"{room}.{kind.__name__}" not in _LEFT_OUT
        for name, method in dict[str, Any](vars(cast("type[Any]", kind))).items()
        if not name.startswith("_") and name not in _OF_SCORING and _arguments_of(method)
    }


def _arguments_of(method: Any) -> list[inspect.Parameter]:
    """Return the arguments of a method but its own object; none for what is no method."""
    function = getattr(method, "__func__", method)
    if not inspect.isfunction(function):
        return []
    every = list(inspect.signature(function).parameters.values())
    own = every if isinstance(method, staticmethod) else every[1:]
    return [each for each in own if each.kind not in {each.VAR_POSITIONAL, each.VAR_KEYWORD}]


@pytest.mark.parametrize("name", _methods())
def test_a_method_refuses_a_wrong_argument_in_a_sentence(
    name: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    kind, method = _methods()[name]
    raw = vars(kind)[method]
    of_class = isinstance(raw, (classmethod, staticmethod))
    owner = kind if of_class else _right(cast("Any", kind))
    if owner is None:
        pytest.skip("nothing draws its object")
    parameters = _arguments_of(raw)
    function = getattr(raw, "__func__", raw)
    needed = {
        each.name: _right(hint_of(function, each.name))
        for each in parameters
        if each.default is each.empty
    }
    by_place = [each.name for each in parameters if each.kind is each.POSITIONAL_ONLY]

    def call(**arguments: Any) -> Any:
        placed = [arguments.pop(each) for each in by_place if each in arguments]
        return getattr(owner, method)(*placed, **arguments)

    for arguments in _calls(needed, [each.name for each in parameters]):
        _check(call, arguments)


def test_a_stream_is_never_to_blame_for_what_is_in_it() -> None:
    """Else every fault of a reader would be told as an argument of a wrong type."""
    for stream in (io.BytesIO(), io.StringIO(), sys.stdout):
        assert accepts(BinaryIO, stream)
        assert accepts(str | PathLike[str] | BinaryIO, stream)
    assert not accepts(str | PathLike[str] | BinaryIO, 3)
    assert not accepts(BinaryIO, "name")
