"""The five procedures of the seed case, with the source of each fact."""

from __future__ import annotations

from functools import cache
from typing import Any

from evnpubsvc._tables import packaged_table
from evnpubsvc.catalogue._catalogue import Catalogue
from evnpubsvc.catalogue._limits import RawTimeLimit
from evnpubsvc.catalogue._procedure import (
    Authority,
    Fee,
    LegalBasis,
    Paper,
    Procedure,
    ProcedureResult,
)
from evnpubsvc.codes import ProcedureCode, ResultCode
from evnpubsvc.deadlines import CutOff, TimeLimit
from evnpubsvc.law import Validity
from evnpubsvc.law.parts import cited
from evnpubsvc.services import Channel


@cache
def seed_catalogue() -> Catalogue:
    """Return the five commune-level procedures of 2022.

    Copies, marital status, birth, death, disability.

    Each fact has its source and confidence; what is not certain is left out. There are no
    offerings: the levels of 2022 were fixed by provincial lists that are data of the user. An
    example, not a catalogue of the country.

    >>> [str(procedure.code) for procedure in seed_catalogue()]
    ['2.000815', '1.004873', '1.001193', '1.000656', '1.001699']
    """
    return Catalogue.of(
        _procedure(row) for row in packaged_table("catalogue/seed.toml")["procedure"]
    )


def _procedure(row: dict[str, Any]) -> Procedure:
    return Procedure(
        code=ProcedureCode.parse(row["code"]),
        name=row["name"],
        name_en=row["name_en"],
        field_name=row.get("field", ""),
        authorities=tuple(map(Authority, row["authorities"])),
        time_limits=tuple(
            RawTimeLimit(
                part["text"],
                Channel(part["channel"]) if "channel" in part else None,
                part.get("case", ""),
                _validity(part),
                cited(part),
                TimeLimit.parse(part["means"]) if "means" in part else None,
                CutOff(part["cutoff"]) if "cutoff" in part else None,
            )
            for part in row.get("limit", ())
        ),
        fees=tuple(
            Fee(
                part["text"],
                part.get("amount_vnd"),
                None,
                part.get("case", ""),
                _validity(part),
                cited(part),
            )
            for part in row.get("fee", ())
        ),
        papers=tuple(
            Paper(part["text"], part.get("case", ""), _validity(part), cited(part))
            for part in row.get("paper", ())
        ),
        legal_basis=tuple(
            LegalBasis(cited(part), _validity(part)) for part in row.get("basis", ())
        ),
        results=tuple(
            ProcedureResult(
                part.get("text", ""),
                ResultCode.parse(part["code"]) if "code" in part else None,
                _validity(part),
                cited(part),
            )
            for part in row.get("result", ())
        ),
        source=cited(row),
    )


def _validity(part: dict[str, Any]) -> Validity:
    return Validity(part.get("since"), part.get("until"))
