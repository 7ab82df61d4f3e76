"""Every constellation around the last day of a period, on columns and straight from the file."""

import io
import itertools
from datetime import date
from typing import Any

import pytest

from evnpubsvc.dossiers import Precision
from evnpubsvc.frames import tally_frame
from evnpubsvc.periods import Period
from evnpubsvc.serde import RegisterColumns, tally_register, to_json
from evnpubsvc.statistics import LimitTerms, RegisterStatus
from evnpubsvc.worktime import vietnam_calendar
from tests.deep import cases

_COLUMNS = RegisterColumns(
    received="r", due="d", finished="f", status="s", part_of="p", recorded="k", superseded="l",
    statuses={
        "xong": RegisterStatus.RESULT, "từ chối giải quyết": RegisterStatus.DECLINED,
        "rút": RegisterStatus.WITHDRAWN,
        "dừng": RegisterStatus.STOPPED, "từ chối": RegisterStatus.REFUSED,
        "chờ": RegisterStatus.WAITING,
        "đang": RegisterStatus.RUNNING, "tạm dừng": RegisterStatus.PAUSED,
    },
    dimensions={"channel": "c", "unit": "u"}, values={"unit": {"a": "b", "A": "A"}},
)  # fmt: skip
_DAYS = ("2022-12-12", "2022-12-13", "2022-12-14", "2022-12-15")
# One layout for all times, which is what the columns are quick at; the plain way reads all of it
# row by row.
_TIMES = {"days": ("", "", ""), "instants": ("T09:00:00", "T08:30:00", "T10:00:00")}


# The deep run meets every channel with every unit; every other run meets each of them once.
_PAIRS = cases([("a", "a"), ("Hòa", "?")], list(itertools.product(["a", "Hòa"], ["a", "?"])))


def _register(times: tuple[str, str, str]) -> bytes:
    rows = itertools.product(
        [f"{day}{times[0]}" for day in _DAYS],
        ["", *(f"{day}{times[1]}" for day in _DAYS)],
        ["", *(f"{day}{times[2]}" for day in _DAYS)],
        ["", *_COLUMNS.statuses],
        ["", "x"], [""], ["", "2022-12-14"], _PAIRS,
    )  # fmt: skip
    lines = [",".join([*row, *pair]) for *row, pair in rows]
    return "\n".join(["r,d,f,s,p,k,l,c,u", *lines]).encode()


@pytest.mark.parametrize("times", _TIMES)
@pytest.mark.parametrize("compare", Precision)
@pytest.mark.parametrize("since", [None, date(2022, 12, 13)])
@pytest.mark.parametrize(
    "more",
    [{}, {"known_at": date(2022, 12, 13)}, {"terms": {"a": "1 ngày"}}],
    ids=["", "known", "terms"],
)
def test_the_same_json_of_every_constellation(
    times: str, compare: Precision, since: date | None, more: dict[str, Any]
) -> None:
    last = date(2022, 12, 14)
    asked: dict[str, Any] = {"compare": compare, **more}
    asked |= {"as_of": last} if since is None else {"period": Period(since, last)}
    if "terms" in asked:
        asked["terms"] = LimitTerms(vietnam_calendar(), "channel", asked["terms"])
    data = _register(_TIMES[times])
    dimensions = [["channel", "unit", "received_month"], ["outcome", "received_report_quarter"]]
    # One of the two, in turn; both in the deep run.
    turn = ([*_TIMES].index(times) + (since is None)) % 2
    for by in cases([dimensions[turn]], dimensions):
        expected = to_json(tally_register(io.BytesIO(data), _COLUMNS, by=by, **asked))
        assert (
            to_json(tally_frame(io.BytesIO(data), _COLUMNS, by=by, **asked).to_tally()) == expected
        )
