"""The event store: dossiers as their histories, appended to by one writer at a time.

An event is added only if the law allows it and the fingerprint of the history is still the one that
was judged: the database compares and sets it in one statement. What else stands in a row follows
from the events (`derive`), so that lists and reports need not read every history.
"""

import hmac
import secrets
from collections.abc import Callable
from datetime import date
from functools import reduce
from hashlib import sha256
from typing import Any, ClassVar

import sqlalchemy as sa
from attrs import evolve
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    sessionmaker,
)

from evnpubsvc.codes import DossierCode, UnitCode
from evnpubsvc.dossiers import Dossier, Event, apply, fingerprint
from evnpubsvc.periods import Period
from evnpubsvc.sql import RecordType, TextType
from evnpubsvc.statistics import RegisterRow
from evnpubsvc.worktime import local_day

TRIES = 20  # so many writers may be faster than this one


class StaleError(Exception):
    """The history is no longer the one that the writer had seen."""


class MissingError(Exception):
    """The unit has no such dossier."""


class Base(DeclarativeBase):
    """The tables of the desk."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UnitCode: TextType(UnitCode, 40),
        DossierCode: TextType(DossierCode, 60),
        Dossier: RecordType(Dossier),
        Event: RecordType(Event),
        RegisterRow: RecordType(RegisterRow),
    }


class Unit(Base):
    """A unit, with the hash of its token: 256 random bits need no slow hash."""

    __tablename__ = "units"
    code: Mapped[UnitCode] = mapped_column(primary_key=True)
    name: Mapped[str]
    token_hash: Mapped[str]


class EventRow(Base):
    """One event of a dossier; `request` is the key by which a repeated call is recognised."""

    __tablename__ = "events"
    __table_args__ = (sa.UniqueConstraint("dossier", "request"),)
    dossier: Mapped[DossierCode] = mapped_column(sa.ForeignKey("dossiers.code"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event: Mapped[Event]
    request: Mapped[str | None]


class Row(Base):
    """A dossier without its events, and what follows from them.

    `register` is how a register states it on its `last` day, the day of its newest event.
    """

    __tablename__ = "dossiers"
    code: Mapped[DossierCode] = mapped_column(primary_key=True)
    unit: Mapped[UnitCode] = mapped_column(sa.ForeignKey("units.code"), index=True)
    dossier: Mapped[Dossier]
    fingerprint: Mapped[str]
    begun: Mapped[date | None]
    last: Mapped[date | None]
    has_ended: Mapped[bool]
    due: Mapped[date | None]
    register: Mapped[RegisterRow | None]
    events: Mapped[list[EventRow]] = relationship(lazy="selectin", order_by=EventRow.number)

    @property
    def whole(self) -> Dossier:
        """The dossier with its history."""
        return evolve(self.dossier, events=tuple(each.event for each in self.events))


class Store:
    """The desk's database; `register` states a dossier as a register does at the end of a day."""

    def __init__(self, url: str, register: Callable[[Dossier, date], RegisterRow | None]) -> None:
        self.engine, self.register = open_engine(url), register
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)
        Base.metadata.create_all(self.engine)

    def add_unit(self, code: str, name: str) -> str:
        """Add a unit, or give it another token, which is shown this once."""
        token, known = secrets.token_urlsafe(32), UnitCode.parse(code)
        hashed = sha256(token.encode()).hexdigest()
        with self.sessions.begin() as session:
            session.merge(Unit(code=known, name=name, token_hash=hashed))
        return token

    def unit_of(self, code: str, token: str) -> Unit | None:
        """Return a unit by its token; an unknown unit takes as long as a wrong token."""
        wanted = UnitCode.read(code).code
        with self.sessions() as session:
            unit = None if wanted is None else session.get(Unit, wanted)
        known = "" if unit is None else unit.token_hash
        return unit if hmac.compare_digest(sha256(token.encode()).hexdigest(), known) else None

    def units(self) -> list[Unit]:
        """Return all units."""
        with self.sessions() as session:
            return list(session.scalars(sa.select(Unit).order_by(Unit.code)))

    def derive(self, dossier: Dossier) -> dict[str, Any]:
        """Return what a row says of a history: all of it follows from the events."""
        row = self.register(dossier, date.max)
        days = [local_day(event.at) for event in dossier.events]
        if row is not None:
            days.append(local_day(row.received))
        return {
            "fingerprint": fingerprint(dossier.events),
            "begun": min(days, default=None),
            "last": max(days, default=None),
            "has_ended": dossier.state.has_ended,
            "due": None if row is None or row.due is None else local_day(row.due),
            "register": row,
        }

    def open_dossier(self, unit: UnitCode, given: Dossier, day: date) -> Dossier:
        """Keep a new dossier under the next code of a day; each of its events must be allowed."""
        codes = sa.select(Row.code).where(Row.code.like(f"{unit}-{day:%y%m%d}-%"))
        newest = codes.order_by(sa.func.length(Row.code).desc(), Row.code.desc()).limit(1)
        for _ in range(TRIES):
            with self.sessions() as session:
                last = session.scalar(newest)
                number = int(last.sequence) + 1 if last else 1
                code = DossierCode(unit=unit, received_on=day, sequence=f"{number:04}")
                empty = evolve(given, code=str(code), unit=str(unit), events=())
                whole = reduce(apply, given.events, empty)
                row = Row(code=code, unit=unit, dossier=empty, **self.derive(whole))
                row.events = [EventRow(number=n, event=e) for n, e in enumerate(given.events)]
                session.add(row)
                try:
                    session.commit()
                except IntegrityError:  # somebody took the number
                    continue
                return whole
        raise StaleError

    def append(
        self, unit: UnitCode, code: DossierCode, new: Event, seen: str = "", request: str = ""
    ) -> Dossier:
        """Add an event, or raise `RefusedEventError` with the article, or one of the errors above.

        `seen` is the fingerprint that the writer knows, `request` the key of his call.
        """
        for _ in range(TRIES):
            with self.sessions.begin() as session:
                row = session.get(Row, code)
                if row is None or row.unit != unit:
                    raise MissingError

                # The same call again: it was recorded, and only its answer was lost.
                if request and any(each.request == request for each in row.events):
                    return row.whole

                # The law first, so that who comes too late hears the article; then the race.
                after = apply(row.whole, new)
                if seen not in ("", row.fingerprint):
                    raise StaleError
                if self._replace(session, row, after):
                    place = {"dossier": code, "number": len(row.events)}
                    session.add(EventRow(**place, event=new, request=request or None))
                    return after
        raise StaleError

    def _replace(self, session: Session, row: Row, after: Dossier) -> bool:
        """Compare the fingerprint and set the new one, in one statement of the database."""
        same = sa.update(Row).where(Row.code == row.code, Row.fingerprint == row.fingerprint)
        done = session.execute(same.values(self.derive(after)).returning(Row.code))
        return done.first() is not None

    def find(self, unit: UnitCode, code: DossierCode) -> Dossier:
        """Return a dossier of a unit, or raise `MissingError`: another unit's does not exist."""
        found = self.read(Row.unit == unit, Row.code == code)
        if not found:
            raise MissingError
        return found[0]

    def read(self, *where: sa.ColumnElement[bool], most: int | None = None) -> list[Dossier]:
        """Return dossiers with their histories, by the day that is due and code."""
        with self.sessions() as session:
            chosen = sa.select(Row).where(*where).order_by(Row.due, Row.code).limit(most)
            return [row.whole for row in session.scalars(chosen)]

    def registered(self, period: Period, *where: sa.ColumnElement[bool]) -> list[RegisterRow]:
        """Return the dossiers that a period counts, as a register states them at its end.

        What stands in the rows holds where nothing happened later; other histories are read.
        """
        counted = (*where, Row.begun <= period.last, ~Row.has_ended | (Row.last >= period.first))
        kept = sa.select(Row.register).where(*counted, Row.last <= period.last).order_by(Row.code)
        with self.sessions() as session:
            rows = list(session.scalars(kept))
        later = self.read(*counted, Row.last > period.last)
        rows += [self.register(dossier, period.last) for dossier in later]
        return [row for row in rows if row is not None]

    def differences(self) -> list[str]:
        """Return the codes whose row does not say what its events give: never any."""
        with self.sessions() as session:
            rows = list(session.scalars(sa.select(Row)))
        pairs = ((row, self.derive(row.whole)) for row in rows)
        return [str(row.code) for row, said in pairs if {k: getattr(row, k) for k in said} != said]


def open_engine(url: str) -> sa.Engine:
    """Return an engine; SQLite begins each transaction as a writer, so that none is overtaken."""
    address = sa.make_url(url.replace("postgresql:", "postgresql+psycopg:", 1))
    engine = sa.create_engine(address, hide_parameters=True)  # they may be personal data
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        sa.event.listen(engine, "begin", lambda opened: opened.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine
