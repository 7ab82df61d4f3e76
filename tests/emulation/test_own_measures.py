"""Measures and rates of a scheme's own: what they count, what is refused, what is odd.

The register of the examples has six dossiers; what each measure counts of them was counted by hand.
"""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evnpubsvc.cli import main
from evnpubsvc.emulation import Scheme, explain, lint, rank, score
from evnpubsvc.emulation.counted import count_figures, dimensions_of, trace_component
from evnpubsvc.errors import DataError
from evnpubsvc.periods import Period
from evnpubsvc.quantities import Count, CountUnit, Unknown
from evnpubsvc.serde import (
    from_json,
    lint_scheme,
    read_rates,
    read_scheme,
    tally_register,
    to_json,
)
from evnpubsvc.serde import read_register_columns as read_columns
from evnpubsvc.statistics import Tally

SHEET = """
key = "own"
title = { vi = "x", en = "x" }
maximum = 30
rounding = { places = 2, at = "component" }

[[groups]]
key = "g"
title = { vi = "g", en = "g" }
maximum = 30

[[groups.criteria]]
kind = "ratio"
key = "kept"
title = { vi = "k", en = "k" }
maximum = 10
numerator = "kept"
denominator = "online"
zero = "not-assessable"

[[groups.criteria]]
kind = "bands"
key = "gone"
title = { vi = "g", en = "g" }
maximum = 20
rate = "withdrawn-online-share"
zero = "not-assessable"
bands = [
    { at_least = "0.6", points = 20 },
    { at_least = "0.4", points = 15 },
    { at_least = "0.2", points = 10 },
    { at_least = 0, points = 5 },
]

[[figures]]
key = "kept"
title = { vi = "giữ", en = "kept" }
unit = "dossiers"
measure = "online-early"

[[figures]]
key = "online"
title = { vi = "tt", en = "online" }
unit = "dossiers"
measure = "received-online"
"""

OWN = """
[measures.online-early]
vi = "trực tuyến, trước hạn"
en = "received online, finished early"
unit = "dossiers"
entries = ["new"]
states = ["early"]
where = { channel = ["online"] }

[measures.online-withdrawn]
vi = "trực tuyến, rút"
en = "received online, withdrawn"
unit = "dossiers"
entries = ["new"]
states = ["withdrawn"]
where = { channel = ["online"] }

[rates.withdrawn-online-share]
vi = "tỷ lệ rút trong hồ sơ trực tuyến"
en = "withdrawn of received online"
numerator = ["online-withdrawn"]
denominator = ["received-online"]
others = []
source = { instrument = "plan of the commune", confidence = "read-copy" }
note = { vi = "x", en = "x" }
"""

# A: three online (one early, one withdrawn, one open), one by post; B: one online, early; one open.
REGISTER = """code,unit,channel,received,due,finished,status
1,A,online,2026-09-01,2026-09-10,2026-09-08,
2,A,online,2026-09-01,2026-09-10,2026-09-08,withdrawn
3,A,online,2026-09-02,2026-09-10,,
4,A,post,2026-09-02,2026-09-10,2026-09-08,
5,B,online,2026-09-02,2026-09-10,2026-09-08,
6,B,post,2026-09-02,2026-09-10,,
"""
COLUMNS = """
received = "received"
due = "due"
finished = "finished"
status = "status"
code = "code"
[dimensions]
unit = "unit"
channel = "channel"
"""
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))


def read(text: str, **more: Any) -> Scheme:
    return read_scheme(io.BytesIO(text.encode()), **more)


def counted(scheme: Scheme) -> Tally:
    columns = read_columns(io.BytesIO(COLUMNS.encode()))
    return tally_register(
        io.BytesIO(REGISTER.encode()),
        columns,
        by=dimensions_of(scheme),
        period=SEPTEMBER,
        compare="date",
    )


def test_figures_are_measures_of_ones_own() -> None:
    scheme = read(SHEET + OWN)
    assert dimensions_of(scheme) == ("unit", "channel")
    tally = counted(scheme)
    first, second = count_figures(scheme, tally)
    assert first["kept"] == Count(1, CountUnit.DOSSIERS)
    assert first["online"] == Count(3, CountUnit.DOSSIERS)
    assert second["kept"] == second["online"] == Count(1, CountUnit.DOSSIERS)

    # The criterion that names the rate reads its measures; "received-online" is declared already.
    assert [spec.key for spec in scheme.figures] == ["kept", "online", "online-withdrawn"]
    assert first["online-withdrawn"] == Count(1, CountUnit.DOSSIERS)
    sheets = [score(scheme, each) for each in (first, second)]
    # A: 10 × 1/3, and a third withdrawn is in the third band; B: 10 × 1/1, and none withdrawn.
    assert [str(sheet.total) for sheet in sheets] == ["1333/100", "15"]
    assert rank(sheets)["B"].rank == 1
    assert "1 / 3 dossiers ≈ 33.33 %; band from 20 % = 10.00" in str(explain(sheets[0], "en"))

    # The way back knows them too.
    gone = trace_component(sheets[0], "gone", tally)[0]
    columns = read_columns(io.BytesIO(COLUMNS.encode()))
    from evnpubsvc.serde import read_register

    rows = list(read_register(io.BytesIO(REGISTER.encode()), columns))
    assert [row.code for row in gone.dossiers(rows)] == ["2"]
    assert from_json(to_json(gone), type(gone)) == gone


def test_a_table_beside_the_scheme_is_the_same() -> None:
    table = read_rates(io.BytesIO(OWN.encode()))
    assert read(SHEET, rates=table) == read(SHEET + OWN)
    assert lint_scheme(io.BytesIO(SHEET.encode()), rates=table) == ()
    assert from_json(to_json(read(SHEET, rates=table)), Scheme) == read(SHEET + OWN)
    # Both together: a name is taken once.
    with pytest.raises(DataError, match="rate-name-taken"):
        read(SHEET + OWN, rates=table)


def test_a_packaged_rate_is_a_criterion() -> None:
    scheme = read(SHEET.replace("withdrawn-online-share", "on-time-of-fallen-due") + OWN)
    assert [spec.measure for spec in scheme.figures[2:]] == ["finished-on-time", "fallen-due"]
    assert [found.reason for found in lint(scheme)] == []


def test_a_sheet_on_a_sheet_has_the_measures_of_both(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(SHEET + OWN, encoding="utf-8")
    more = OWN[: OWN.index("[measures.online-withdrawn]")].replace('["early"]', '["late"]')
    built = """
base = "own.toml"
key = "second"
[[figures]]
key = "late"
title = { vi = "l", en = "l" }
unit = "dossiers"
measure = "online-late"
""" + more.replace("online-early", "online-late").replace("early", "late")
    (tmp_path / "second.toml").write_text(built, encoding="utf-8")
    scheme = read_scheme(tmp_path / "second.toml")
    measured = {spec.measure for spec in scheme.figures}
    assert {"online-early", "online-late", "online-withdrawn"} <= measured


def test_a_change_may_name_a_rate_and_a_rate_may_be_changed(tmp_path: Path) -> None:
    change = '[[changes]]\ncriterion = "{}"\n{}\n'
    base = 'base = "{}"\nkey = "{}"\n'
    timely = change.format("2.1", 'rate = "on-time-of-fallen-due"')
    (tmp_path / "a.toml").write_text(base.format("qd766-dvcqg-2026", "a") + timely, "utf-8")
    scheme = read_scheme(tmp_path / "a.toml")
    # The packaged figure that is the same measure is read; the other one is added.
    assert [term.figures for term in scheme.criterion("2.1").terms] == [
        ("dossiers_on_time",),
        ("fallen-due",),
    ]
    back = 'numerator = "dossiers_on_time"\ndenominator = "dossiers_received"'
    (tmp_path / "b.toml").write_text(base.format("a.toml", "b") + change.format("2.1", back))
    assert read_scheme(tmp_path / "b.toml").criterion("2.1").terms[1].figures == (
        "dossiers_received",
    )
    # A base beside the file is found by `lint` too.
    assert main(["lint", str(tmp_path / "b.toml")]) == 0
    # A kind that divides nothing has no rate.
    (tmp_path / "c.toml").write_text(
        base.format("nd61-2018", "c") + change.format("1", 'rate = "online-share"')
    )
    assert "key-unknown" in {each.reason for each in lint_scheme(tmp_path / "c.toml")}


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('measure = "online-early"', 'measure = "online-erly"',
            ("measure-unknown", "$.figures[0].measure")),
        ('unit = "dossiers"\nmeasure', 'unit = "services"\nmeasure',
            ("unit-mismatch", "$.figures[0].measure")),
        ('rate = "withdrawn-online-share"', 'rate = "withdrawn"',
            ("rate-unknown", "$.groups[0].criteria[1].rate")),
        ('rate = "withdrawn-online-share"', 'rate = "withdrawn-online-share"\nnumerator = "kept"',
            ("rate-and-terms", "$.groups[0].criteria[1].rate")),
        ("[measures.online-early]", "[measures.handled]",
            ("rate-name-taken", "$.measures.handled")),
        ('states = ["early"]', 'states = ["erly"]',
            ("value-of-wrong-type", "$.measures[0].selection.states[0]")),
        # "received-online" has the dossiers of one channel only.
        ('where = { channel = ["online"] }\n\n[rates', 'where = { channel = ["post"] }\n\n[rates',
            ("rate-part-outside", "$.rates.withdrawn-online-share")),
        ('["new"]\nstates = ["withdrawn"]', '["carried"]\nstates = ["withdrawn"]',
            ("rate-part-outside", "$.rates.withdrawn-online-share")),
        ('denominator = ["received-online"]', 'denominator = ["received-online", "received"]',
            ("rate-counts-twice", "$.rates.withdrawn-online-share.denominator")),
        ('unit = "dossiers"\nentries', 'unit = "sheets"\nentries',
            ("unit-mismatch", "$.measures.online-early.unit")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_at_its_place(old: str, new: str, where: tuple[str, str]) -> None:
    assert old in SHEET + OWN
    found = lint_scheme(io.BytesIO((SHEET + OWN).replace(old, new, 1).encode()))
    assert where in [(each.reason, each.path) for each in found], found
    with pytest.raises(DataError):
        read((SHEET + OWN).replace(old, new, 1))


def test_a_table_that_cannot_be_read_makes_no_second_mistake() -> None:
    text = (SHEET + OWN).replace('en = "received online, finished early"', "en = 3")
    reasons = {each.reason for each in lint_scheme(io.BytesIO(text.encode()))}
    assert "measure-unknown" not in reasons


def test_what_is_odd_is_a_notice() -> None:
    text = SHEET + OWN.replace('channel = ["online"]', 'channel = ["Online"]', 1)
    text += OWN[: OWN.index("[measures.online-withdrawn]")].replace("online-early", "nobody")
    found = [(each.reason, each.path) for each in lint_scheme(io.BytesIO(text.encode()))]
    assert found == [
        ("measure-value-no-word", "$.measures.online-early.where.channel"),
        ("measure-unused", "$.measures.nobody"),
    ]


def test_a_blank_that_decides_is_no_zero() -> None:
    scheme = read(SHEET + OWN)
    columns = read_columns(io.BytesIO(COLUMNS.encode()))
    blank = REGISTER.replace("5,B,online", "5,B,")
    tally = tally_register(
        io.BytesIO(blank.encode()), columns, by=dimensions_of(scheme), period=SEPTEMBER,
        compare="date",
    )  # fmt: skip
    figure = count_figures(scheme, tally).units[1]["kept"]
    assert isinstance(figure, Unknown)
    assert figure.reason == "value-not-said"


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"s.toml": SHEET, "o.toml": OWN, "r.csv": REGISTER, "m.toml": COLUMNS}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def run(*args: str) -> Any:
        code = main([each.replace("@", f"{tmp_path}/") for each in args])
        out = capsys.readouterr().out
        return json.loads(out) if out.startswith("{") else (code, out)

    register = ["--period", "2026-09-01..2026-09-30", "--format", "json", "--lang", "en"]
    walk = ["--register", "@r.csv", "--register-columns", "@m.toml", *register]
    given = run("score", "@s.toml", "--rates", "@o.toml", *walk, "--codes", "A")
    assert [(p["unit"], p["score"]) for p in given["standings"]] == [("B", "15"), ("A", "13.33")]
    assert "2" in json.dumps(given["codes"])
    assert run("lint", "@s.toml", "--rates", "@o.toml", "--lang", "en")[0] == 0
    assert run("lint", "@s.toml", "--lang", "en")[0] == 1
    assert run("score", "qd766-dvcqg-2026", "--rates", "@o.toml", *walk)[0] == 2

    # Rates of one's own and packaged ones, by line and for all.
    rates = ["--rate", "withdrawn-online-share", "--rate", "on-time-of-fallen-due"]
    counts = ["tally", "@r.csv", "--columns", "@m.toml", "--by", "unit", "--rates", "@o.toml"]
    answer = run(*counts, *rates, *register)
    assert answer["by"] == ["unit"]
    assert answer["rates"] == [
        {"unit": "A", "withdrawn-online-share": [1, 3], "on-time-of-fallen-due": [2, 3]},
        {"unit": "B", "withdrawn-online-share": [0, 1], "on-time-of-fallen-due": [1, 2]},
    ]
    whole = {"withdrawn-online-share": [1, 4], "on-time-of-fallen-due": [3, 5]}
    assert answer["total_rates"] == whole
    as_csv = run(*counts, *rates, *register[:2], "--format", "csv")[1]
    assert as_csv.splitlines()[0].endswith("withdrawn-online-share,on-time-of-fallen-due")
    assert as_csv.splitlines()[1].endswith(",33.33,66.67")
    assert "33.33 %" in run(*counts, *rates, *register[:2], "--lang", "en")[1]
    assert run(*counts, "--rate", "nothing", *register)[0] == 2
