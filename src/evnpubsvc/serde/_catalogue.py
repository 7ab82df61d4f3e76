"""Catalogues of procedures from JSON documents and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from attrs import evolve, field

from evnpubsvc._files import read_bytes
from evnpubsvc._hooks import PublicType
from evnpubsvc._records import frozen
from evnpubsvc.catalogue import (
    Authority,
    Catalogue,
    LegalBasis,
    Procedure,
    ProcedureResult,
    RawTimeLimit,
)
from evnpubsvc.codes import ProcedureCode, ResultCode
from evnpubsvc.errors import DataError, InvalidCode, MisuseError
from evnpubsvc.findings import Finding, finding, notice
from evnpubsvc.law import Citation
from evnpubsvc.serde._data import from_json
from evnpubsvc.serde._rows import Cells, table_rows
from evnpubsvc.services import read_channel

PORTAL_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "code": "ma_thu_tuc",
        "name": "ten_thu_tuc",
        "field": "linh_vuc",
        "authorities": "cap_thuc_hien",
        "decision": "so_quyet_dinh",
        "result_code": "ma_ket_qua_dau",
        "limit_code": "ma_thu_tuc",
        "channel": "hinh_thuc_nop",
        "limit": "thoi_gian_tho",
    }
)
"""Names of columns of extracts from the National Public Service Portal, for `columns=`."""

_AUTHORITIES: Final = {
    "cấp bộ": Authority.MINISTRY,
    "cấp tỉnh": Authority.PROVINCE,
    "cấp huyện": Authority.DISTRICT,
    "cấp xã": Authority.COMMUNE,
    "cơ quan khác": Authority.OTHER,
    **{authority.value: authority for authority in Authority},
}


@frozen(repr=False)
class CatalogueReading(PublicType):
    """A catalogue with everything that is unclear in it.

    Attributes:
        catalogue: every procedure that was read.
        findings: notices; what cannot be used at all raises instead.
    """

    catalogue: Catalogue
    findings: tuple[Finding, ...] = field(default=())

    def __repr__(self) -> str:
        return f"<CatalogueReading of {self.catalogue}, {len(self.findings)} findings>"


def catalogue_from_rows(
    rows: Iterable[Mapping[str, str]],
    limits: Iterable[Mapping[str, str]] = (),
    *,
    columns: Mapping[str, str] | None = None,
) -> CatalogueReading:
    """Build a catalogue from rows of text; nothing is lost, what is unclear is reported.

    Procedures have the columns `code` and `name`, and others that may be empty or absent:
    `name_en`, `field`, `authorities` and `replaced_by` (separated by commas or semicolons),
    `since`, `until`, `decision`, `result`, `result_code`, `basis`. Limits have the columns
    `limit_code` (the code of the procedure), `channel`, `case`, `limit` (raw text).

    An authority, a channel or a result code that is not understood is a notice, and its text is
    kept (in the field text or the case).

    Args:
        rows: procedures.
        limits: their time limits, in any order.
        columns: own names of columns; `PORTAL_COLUMNS` for extracts of the National Portal.

    Raises:
        DataError: `code`s that are none, limits of procedures that are not there
            (`procedure-unknown`), and what is wrong with the catalogue as a whole; all at once.

    >>> reading = catalogue_from_rows(
    ...     [{"code": "1.001193", "name": "Đăng ký khai sinh", "field": "Hộ tịch",
    ...     "authorities": "Cấp xã"}],
    ...     [{"limit_code": "1.001193", "channel": "Trực tuyến", "limit": "1"}],
    ... )
    >>> [f.reason for f in reading.findings]
    ['limit-without-unit']
    """
    names = columns or {}
    bad: list[Finding] = []
    notes: list[Finding] = []
    limited: dict[ProcedureCode, list[RawTimeLimit]] = {}
    places: dict[ProcedureCode, str] = {}

    # Limits by the code of their procedure, then the procedures.
    for number, row in enumerate(limits, start=2):
        cells = Cells(row, f"limit row {number}", bad, names)
        code = _code(cells, "limit_code")
        if code is not None:
            limited.setdefault(code, []).append(_limit(cells, notes))
            places.setdefault(code, cells.place("limit_code"))
    procedures: list[Procedure] = []
    for number, row in enumerate(rows, start=2):
        procedure = _procedure(Cells(row, f"row {number}", bad, names), notes)
        if procedure is not None:
            procedures.append(procedure)

    # A limit of no procedure is a mistake of the file, not of the limit.
    known = {procedure.code for procedure in procedures}
    codes = tuple(sorted(map(str, known)))
    bad += (
        finding("procedure-unknown", places[code], str(code), known=codes)
        for code in limited
        if code not in known
    )
    if bad:
        raise DataError(bad)

    whole: list[Procedure] = []
    for procedure in procedures:
        own = limited.get(procedure.code)
        whole.append(procedure if own is None else evolve(procedure, time_limits=tuple(own)))
    catalogue = Catalogue.of(whole)
    return CatalogueReading(catalogue, (*notes, *catalogue.doubts()))


def read_catalogue(
    path: Path, limits: Path | None = None, *, columns: Mapping[str, str] | None = None
) -> CatalogueReading:
    """Read a catalogue from a file.

    A file `.json` is a document of `to_json`; any other is a table (CSV or a workbook; see
    `catalogue_from_rows`).

    Raises:
        DataError: with every finding.
    """
    if path.suffix.lower() == ".json":
        catalogue = from_json(read_bytes(path), Catalogue)
        return CatalogueReading(catalogue, catalogue.doubts())
    names = columns or {}
    said: list[Finding] = []
    days = [names.get(name, name) for name in ("since", "until")]
    wanted = [names.get(name, name) for name in ("code", "name")]
    rows = table_rows(path, wanted, said.append, days=days)
    times: list[dict[str, str]] = []
    if limits is not None:
        wanted = [names.get(name, name) for name in ("limit_code", "limit")]
        times = table_rows(limits, wanted, said.append, days=days)
    reading = catalogue_from_rows(rows, times, columns=columns)
    return evolve(reading, findings=(*said, *reading.findings))


def _code(cells: Cells, name: str) -> ProcedureCode | None:
    text = cells.text(name)
    try:
        return ProcedureCode.parse(text)
    except InvalidCode as error:
        cells.found += (each.at(cells.place(name)) for each in error.findings)
        return None


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]


def _limit(cells: Cells, notes: list[Finding]) -> RawTimeLimit:
    text, case = cells.text("channel"), cells.text("case")
    channel = read_channel(text)
    if channel is None and text:
        notes.append(notice("channel-unknown", cells.place("channel"), text))
        case = f"{case} ({text})" if case else text
    return RawTimeLimit(cells.text("limit"), channel, case)


def _procedure(cells: Cells, notes: list[Finding]) -> Procedure | None:
    before = len(cells.found)
    code = _code(cells, "code")
    authorities: list[Authority] = []
    for text in _parts(cells.text("authorities")):
        authority = _AUTHORITIES.get(text.casefold())
        if authority is None:
            notes.append(notice("authority-not-a-level", cells.place("authorities"), text))
        elif authority not in authorities:
            authorities.append(authority)
    replaced: list[ProcedureCode] = []
    for text in _parts(cells.text("replaced_by")):
        try:
            replaced.append(ProcedureCode.parse(text))
        except InvalidCode as error:
            cells.found += (each.at(cells.place("replaced_by")) for each in error.findings)
    validity = cells.validity()
    decision, basis = cells.text("decision"), cells.text("basis")
    if code is None or len(cells.found) > before:
        return None
    try:
        return Procedure(
            code=code,
            name=cells.text("name"),
            name_en=cells.text("name_en"),
            field_name=cells.text("field"),
            authorities=tuple(authorities),
            validity=validity,
            legal_basis=(LegalBasis(Citation(basis)),) if basis else (),
            results=_results(cells, notes),
            replaced_by=tuple(replaced),
            decision=Citation(decision) if decision else None,
        )
    except MisuseError as error:
        cells.found.append(error.finding.at(cells.path))
        return None


def _results(cells: Cells, notes: list[Finding]) -> tuple[ProcedureResult, ...]:
    text, code_text = cells.text("result"), cells.text("result_code")
    code = None
    if code_text:
        reading = ResultCode.read(code_text)
        code = reading.code
        notes += (
            notice(f.reason, cells.place("result_code"), code_text, **dict(f.parts))
            for f in reading.findings
        )
        if code is None:
            text = f"{text} ({code_text})" if text else code_text
    if text or code is not None:
        return (ProcedureResult(text, code),)
    return ()
