"""The event store: dossiers as their histories, appended to by one writer at a time.

A dossier is a row with the fingerprint of its history; its events are rows of their own, with
numbers. An event is added only if the law allows it and the fingerprint is still the one that was
judged: the database compares and sets it in one statement. What else stands in the row follows from
the events (`derive`), so that lists need not read every history.
"""

from __future__ import annotations

import hmac
import secrets
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any, ClassVar

import sqlalchemy as sa
from attrs import evolve
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from evnpubsvc.codes import DossierCode, UnitCode
from evnpubsvc.dossiers import Dossier, Event, Refusal, fingerprint, try_apply
from evnpubsvc.sql import RecordType, TextType

TRIES = 20  # so many writers may be faster than this one


class StaleError(Exception):
    """The history is no longer the one that the writer had seen."""


class Base(DeclarativeBase):
    """The tables of the desk."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UnitCode: TextType(UnitCode, 40),
        DossierCode: TextType(DossierCode, 60),
        Dossier: RecordType(Dossier),
        Event: RecordType(Event),
    }


class Unit(Base):
    """A unit, with the hash of its token: 256 random bits need no slow hash."""

    __tablename__ = "units"
    code: Mapped[UnitCode] = mapped_column(primary_key=True)
    name: Mapped[str]
    token_hash: Mapped[str]


class Row(Base):
    """A dossier without its events, and what follows from them."""

    __tablename__ = "dossiers"
    code: Mapped[DossierCode] = mapped_column(primary_key=True)
    unit: Mapped[UnitCode] = mapped_column(sa.ForeignKey("units.code"), index=True)
    dossier: Mapped[Dossier]
    fingerprint: Mapped[str]
    number: Mapped[int]
    status: Mapped[int | None]
    due: Mapped[date | None]
    has_ended: Mapped[bool]


class EventRow(Base):
    """One event of a dossier; `request` is the key by which a repeated call is recognised."""

    __tablename__ = "events"
    __table_args__ = (sa.UniqueConstraint("dossier", "request"),)
    dossier: Mapped[DossierCode] = mapped_column(sa.ForeignKey("dossiers.code"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[Event]
    request: Mapped[str | None]


class Store:
    """The desk's database; `due_day` derives the day by which lists are sorted."""

    def __init__(self, url: str, due_day: Callable[[Dossier], date | None]) -> None:
        self.engine, self.due_day = open_engine(url), due_day
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)
        Base.metadata.create_all(self.engine)

    def add_unit(self, code: str, name: str) -> str:
        """Add a unit, or give it another token, which is shown this once."""
        token = f"{UnitCode.parse(code)}:{secrets.token_urlsafe(32)}"
        with self.sessions.begin() as session:
            session.merge(
                Unit(
                    code=UnitCode.parse(code),
                    name=name,
                    token_hash=sha256(token.encode()).hexdigest(),
                )
            )
        return token

    def unit_of(self, token: str) -> Unit | None:
        """Return the unit of a token; an unknown unit takes as long as a wrong token."""
        code = UnitCode.read(token.partition(":")[0]).code
        with self.sessions() as session:
            unit = None if code is None else session.get(Unit, code)
        known = "" if unit is None else unit.token_hash
        return unit if hmac.compare_digest(sha256(token.encode()).hexdigest(), known) else None

    def derive(self, dossier: Dossier) -> dict[str, Any]:
        """Return what a row says of a history: all of it follows from the events."""
        state = dossier.state
        return {
            "fingerprint": fingerprint(dossier.events),
            "number": len(dossier.events),
            "status": None if state.status is None else int(state.status),
            "due": self.due_day(dossier),
            "has_ended": state.has_ended,
        }

    def open_dossier(self, unit: UnitCode, given: Dossier, day: date) -> DossierCode:
        """Keep a new dossier, with its history, under the next number of its unit on a day."""
        codes = sa.select(Row.code).where(Row.code.like(f"{unit}-{day:%y%m%d}-%"))
        newest = codes.order_by(sa.func.length(Row.code).desc(), Row.code.desc()).limit(1)
        for _ in range(TRIES):
            with self.sessions() as session:
                last = session.scalar(newest)
                number = int(last.sequence) + 1 if last else 1
                code = DossierCode(unit=unit, received_on=day, sequence=f"{number:04}")
                dossier = evolve(given, code=str(code), unit=str(unit), events=())
                session.add(Row(code=code, unit=unit, dossier=dossier, **self.derive(given)))
                try:
                    session.flush()
                except IntegrityError:  # somebody took the number
                    continue
                for number, event in enumerate(given.events):
                    session.add(EventRow(dossier=code, number=number, event=event))
                session.commit()
                return code
        raise StaleError

    def append(
        self, unit: UnitCode, code: DossierCode, new: Event, seen: str = "", request: str = ""
    ) -> Dossier | Refusal | None:
        """Add an event if the law allows it; None where the unit has no such dossier.

        `seen` is the fingerprint that the writer knows, `request` the key of his call.
        """
        for _ in range(TRIES):
            with self.sessions.begin() as session:
                row = session.get(Row, code)
                if row is None or row.unit != unit:
                    return None
                dossier = read_histories(session, [row])[0]

                # The same call again: it was recorded, and only its answer was lost.
                again = sa.select(EventRow).filter_by(dossier=code, request=request)
                if request and session.scalar(again):
                    return dossier

                # The law first, so that who comes too late hears the article; then the race.
                after = try_apply(dossier, new)
                if isinstance(after, Refusal):
                    return after
                if seen not in ("", row.fingerprint):
                    raise StaleError
                if self._replace(session, row, after):
                    place = {"dossier": code, "number": len(dossier.events)}
                    session.add(EventRow(**place, event=new, request=request or None))
                    return after
        raise StaleError

    def _replace(self, session: Session, row: Row, after: Dossier) -> bool:
        """Compare the fingerprint and set the new one, in one statement of the database."""
        same = sa.update(Row).where(Row.code == row.code, Row.fingerprint == row.fingerprint)
        done = session.execute(same.values(self.derive(after)).returning(Row.code))
        return done.first() is not None

    def read(self, *where: sa.ColumnElement[bool], most: int | None = None) -> list[Dossier]:
        """Return dossiers with their histories, by the day that is due and code."""
        with self.sessions() as session:
            chosen = sa.select(Row).where(*where).order_by(Row.due, Row.code).limit(most)
            return read_histories(session, list(session.scalars(chosen)))

    def differences(self) -> list[str]:
        """Return the codes whose row does not say what its events give: never any."""
        with self.sessions() as session:
            rows = list(session.scalars(sa.select(Row)))
            derived = [self.derive(each) for each in read_histories(session, rows)]
        pairs = zip(rows, derived, strict=True)
        return [str(row.code) for row, said in pairs if {k: getattr(row, k) for k in said} != said]


def open_engine(url: str) -> sa.Engine:
    """Return an engine; SQLite begins each transaction as a writer, so that none is overtaken."""
    engine = sa.create_engine(sa.make_url(url.replace("postgresql:", "postgresql+psycopg:", 1)))
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        sa.event.listen(engine, "begin", lambda opened: opened.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def read_histories(session: Session, rows: list[Row]) -> list[Dossier]:
    """Return the dossiers of rows with their events, a thousand dossiers a query."""
    found: dict[DossierCode, list[Event]] = defaultdict(list)
    for start in range(0, len(rows), 1000):
        some = [row.code for row in rows[start : start + 1000]]
        chosen = sa.select(EventRow.dossier, EventRow.event).where(EventRow.dossier.in_(some))
        for code, event in session.execute(chosen.order_by(EventRow.dossier, EventRow.number)):
            found[code].append(event)
    return [evolve(row.dossier, events=tuple(found[row.code])) for row in rows]
