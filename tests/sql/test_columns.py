"""Columns of SQLAlchemy give back what was put in, and refuse what would come back as another."""

import json
import pickle
from datetime import date
from functools import cache
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.deep import cases
from tests.schema.mutations import drawn

import evnpubsvc.codes
import evnpubsvc.dossiers
import evnpubsvc.periods
from evnpubsvc.codes import DossierCode, ProcedureCode, UnitCode
from evnpubsvc.dossiers import Dossier, Event, EventKind, Status
from evnpubsvc.errors import DataError, MisuseError
from evnpubsvc.findings import Finding
from evnpubsvc.periods import Period, PeriodKind
from evnpubsvc.quantities import Count, CountUnit
from evnpubsvc.schema import record_types
from evnpubsvc.serde import to_data

sa = pytest.importorskip("sqlalchemy", reason="the extra sqlalchemy is not installed")

from sqlalchemy.dialects import postgresql, sqlite  # noqa: E402
from sqlalchemy.exc import StatementError  # noqa: E402

from evnpubsvc.sql import CountType, RecordType, TextType  # noqa: E402

_TEXTS = (*(each for each in record_types().values() if "codes" in each.__module__), Period)
_TEXTS_OF_COLUMNS: list[Any] = [each for each in _TEXTS if getattr(each, "written_as_text", False)]
_settings = settings(
    max_examples=cases(3, 200), suppress_health_check=[HealthCheck.too_slow], deadline=None
)


def _kept(column: Any, value: Any) -> Any:
    """Return a value as a database that reorders keys gives it back."""
    dialect = sqlite.dialect()
    document = column.process_bind_param(value, dialect)
    # JSONB sorts keys by length, then by letters, and keeps no blanks.
    text = json.dumps(document, ensure_ascii=False)
    assert "\x00" not in text
    loaded = json.loads(text, object_pairs_hook=lambda pairs: dict(sorted(pairs, key=_jsonb)))
    return column.process_result_value(loaded, dialect)


def _jsonb(pair: tuple[str, Any]) -> tuple[int, bytes]:
    key = pair[0].encode()
    return len(key), key


def _records() -> list[type[Any]]:
    """Every public record that is written as an object."""
    kinds = record_types().values()
    return [k for k in kinds if attrs.has(k) and not getattr(k, "written_as_text", False)]


@pytest.mark.parametrize(
    "kind", cases([Dossier, Event, Finding], _records()), ids=lambda each: each.__name__
)
@_settings
@given(data=st.data())
def test_a_record_survives_a_database_that_sorts_its_keys(
    kind: type[Any], data: st.DataObject
) -> None:
    record = drawn(data, kind)
    assert to_data(_kept(RecordType(kind), record)) == to_data(record)


@pytest.mark.parametrize("kind", _TEXTS_OF_COLUMNS, ids=lambda each: each.__name__)
@_settings
@given(data=st.data())
def test_codes_and_periods_come_back(kind: type[Any], data: st.DataObject) -> None:
    value = drawn(data, kind)
    assert _kept(TextType(kind), value) == value
    assert _kept(TextType(kind), str(to_data(value))) == value


@pytest.mark.parametrize("kind", [EventKind, PeriodKind, CountUnit])
def test_enums_come_back(kind: Any) -> None:
    assert [_kept(TextType(kind), each) for each in kind] == list(kind)


@_settings
@given(value=st.integers(0, 10**18 - 1), unit=st.sampled_from(CountUnit))
def test_counts_come_back_with_the_unit_of_the_column(value: int, unit: CountUnit) -> None:
    assert _kept(CountType(unit), Count(value, unit)) == Count(value, unit)


@cache
def _table() -> Any:
    return sa.Table(
        "cases",
        sa.MetaData(),
        sa.Column("code", TextType(DossierCode), primary_key=True),
        sa.Column("period", TextType(Period)),
        sa.Column("sheets", CountType("sheets")),
        sa.Column("dossier", RecordType(Dossier)),
    )


@pytest.fixture
def connection() -> Any:
    engine = sa.create_engine("sqlite://")
    table = _table()
    table.metadata.create_all(engine)
    rows = [
        {
            "code": f"000.00.53.H48-220921-000{n}",
            "period": "statutory-2022-12",
            "sheets": Count(n, "sheets"),
            "dossier": Dossier(f"case-{n}", unit="20971"),
        }
        for n in (1, 2)
    ]
    with engine.begin() as opened:
        opened.execute(table.insert(), rows)
        opened.execute(table.insert().values(code=DossierCode.parse("000.00.53.H48-220921-0003")))
        yield opened


def test_the_database_finds_adds_up_and_sees_into_records(connection: Any) -> None:
    columns = _table().c
    get = connection.execute
    # A code is found however it is written, and by a pattern as a text.
    found = sa.select(columns.sheets).where(columns.code == "000.00.53.h48-220921-0002")
    assert get(found).scalar() == Count(2, "sheets")
    assert len(get(sa.select(columns.code).where(columns.code.like("%-000_"))).all()) == 3
    among = sa.select(sa.func.count()).where(columns.code.in_(["000.00.53.H48-220921-0001"]))
    assert get(among).scalar() == 1
    # Counts of a column have its unit, compare and add up.
    assert get(sa.select(sa.func.sum(columns.sheets))).scalar() == Count(3, "sheets")
    many = sa.select(columns.code).where(columns.sheets > Count(1, "sheets"))
    assert [code.sequence for code in get(many).scalars()] == ["0002"]
    # Keys inside a record.
    code = columns.dossier["value"]["code"].as_string()
    assert get(sa.select(code).where(columns.sheets == Count(1, "sheets"))).scalar() == "case-1"
    same = sa.select(sa.func.count()).where(columns.dossier == Dossier("case-1", unit="20971"))
    assert get(same).scalar() == 1
    # What is missing is missing.
    blank = get(sa.select(_table()).where(columns.dossier.is_(None))).one()
    assert blank[1:] == (None, None, None)


def test_on_postgresql_a_record_is_jsonb() -> None:
    dialect: Any = postgresql.dialect
    made = str(sa.schema.CreateTable(_table()).compile(dialect=dialect()))
    assert "dossier JSONB" in made
    assert "sheets BIGINT" in made


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"code": "000.00.53.H48"}, "code-other-kind"),
        ({"code": "000.00.53.H48-220921-0009\x00"}, "code-character"),
        ({"period": "december\x00"}, "period-not-read"),
        ({"sheets": Count(1, "dossiers")}, "unit-mismatch"),
        ({"sheets": Count(10**18, "sheets")}, "number-too-long"),
        ({"sheets": 3}, "wrong-type"),
        ({"dossier": {"code": "x"}}, "wrong-type"),
        ({"dossier": Count(1, "sheets")}, "wrong-type"),
    ],
)
def test_what_would_come_back_as_another_is_refused(
    connection: Any, values: dict[str, Any], reason: str
) -> None:
    given = {"code": "000.00.53.H48-220921-0009", **values}
    with pytest.raises(StatementError) as caught:
        connection.execute(_table().insert().values(**given))
    error = caught.value.orig
    assert isinstance(error, (DataError, MisuseError))
    found = error.findings if isinstance(error, DataError) else (error.finding,)
    assert [each.reason for each in found] == [reason]


def test_a_document_of_a_later_format_is_refused() -> None:
    document = to_data(Dossier("x"), envelope=True) | {"format": 2}
    with pytest.raises(DataError, match="format 2"):
        RecordType(Dossier).process_result_value(document, sqlite.dialect())


@pytest.mark.parametrize("kind", [Dossier, Status, int, "x", date])
def test_only_what_is_written_as_text_goes_into_a_text_column(kind: Any) -> None:
    with pytest.raises(MisuseError, match=r"TextType\.kind takes"):
        TextType(kind)


@pytest.mark.parametrize("kind", [EventKind, dict, "Dossier", Dossier("x")])
def test_only_records_go_into_a_column_of_records(kind: Any) -> None:
    with pytest.raises(MisuseError, match=r"RecordType\.kind takes"):
        RecordType(kind)
    with pytest.raises(MisuseError, match="apples"):
        CountType("apples")


_COLUMNS: list[Any] = [
    TextType(UnitCode),
    TextType(ProcedureCode, 20),
    CountType("sheets"),
    RecordType(Event),
]


@pytest.mark.parametrize("column", _COLUMNS, ids=repr)
def test_a_column_type_is_cacheable_copied_and_pickled(column: Any) -> None:
    key = column._static_cache_key
    for other in (column.copy(), pickle.loads(pickle.dumps(column))):
        assert other._static_cache_key == key
    others = [each._static_cache_key for each in _COLUMNS if each is not column]
    assert key not in others
    names = {**vars(evnpubsvc.sql), "evnpubsvc": evnpubsvc}
    assert isinstance(eval(repr(column), names), type(column))


def test_a_statement_is_compiled_once() -> None:
    engine = sa.create_engine("sqlite://")
    compiled: dict[Any, Any] = {}
    with engine.connect().execution_options(compiled_cache=compiled) as opened:
        for code in ("H48.12", "H44.13"):
            statement = sa.select(sa.literal(UnitCode.parse(code), TextType(UnitCode)))
            assert opened.execute(statement).scalar() == UnitCode.parse(code)
    assert len(compiled) == 1
