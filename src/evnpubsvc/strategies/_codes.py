"""Strategies for codes of every kind, and for texts that are nearly codes and are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from evnpubsvc.codes import (
    Code,
    DossierCode,
    FieldCode,
    Issuer,
    ProcedureCode,
    Reading,
    ResultCode,
    ServiceCode,
    UnitCode,
    UnitLayout,
    issuers,
)


def _digits(min_size: int, max_size: int | None = None) -> st.SearchStrategy[str]:
    """Draw digits: as many as are said, or up to a largest number."""
    if max_size is None:
        max_size = min_size
    return st.text("0123456789", min_size=min_size, max_size=max_size)


@cache
def _tops() -> st.SearchStrategy[str]:
    """Draw first-level codes, of known bodies and others. Shrinks to G01."""
    known = st.sampled_from(sorted({one.code for one in issuers()}))
    letters = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXY")
    return known | st.builds("{}{}".format, letters, _digits(2))


def _alone(group: str) -> tuple[str, ...]:
    return (group,)


def _joined(left: Iterable[str], right: Iterable[str]) -> UnitCode:
    return UnitCode(".".join([*left, *right]))


def unit_codes(
    *, layouts: st.SearchStrategy[UnitLayout] | None = None
) -> st.SearchStrategy[UnitCode]:
    """Draw unit identifiers of both layouts. Shrinks to a ministry.

    Args:
        layouts: the layouts to draw from; both by default.
    """
    if layouts is None:
        layouts = st.sampled_from([UnitLayout.TOP_FIRST, UnitLayout.TOP_LAST])

    def build(layout: UnitLayout) -> st.SearchStrategy[UnitCode]:
        # G01.22.9: the top comes first, with up to eight groups below it. 000.00.01.G01: it comes
        # last, after three or four groups.
        if layout is UnitLayout.TOP_FIRST:
            groups = st.lists(_digits(1, 3), max_size=8)
            return st.builds(_joined, _tops().map(_alone), groups)
        four = st.tuples(_digits(3), _digits(2), _digits(2, 3))
        three = st.tuples(_digits(2), _digits(2, 3))
        return st.builds(_joined, four | three, _tops().map(_alone))

    return layouts.flatmap(build)


def dossier_codes(
    *,
    units: st.SearchStrategy[UnitCode] | None = None,
    min_value: date = date(2000, 1, 1),
    max_value: date = date(2099, 12, 31),
) -> st.SearchStrategy[DossierCode]:
    """Draw dossier codes of all forms. Shrinks to the first dossier of a ministry in 2000.

    Args:
        units: the receiving units; all by default.
        min_value: earliest date of receipt, not before 2000-01-01.
        max_value: latest date of receipt, inclusive, not after 2099-12-31.
    """
    if not date(2000, 1, 1) <= min_value <= max_value <= date(2099, 12, 31):
        raise InvalidArgument(
            "2000-01-01 <= min_value <= max_value <= 2099-12-31 must hold, "
            f"got {min_value}, {max_value}"
        )
    if units is None:
        units = unit_codes()
    return st.builds(
        DossierCode,
        unit=units,
        received_on=st.dates(min_value, max_value),
        sequence=_digits(4, 9),
    )


@cache
def procedure_codes() -> st.SearchStrategy[ProcedureCode]:
    """Draw procedure codes: national, with an owner in four groups, with an owner in one.

    Shrinks to 1.000000.
    """
    national = st.builds("{}.{}".format, st.sampled_from("123456789"), _digits(6))
    long = st.builds(_joined, st.tuples(_digits(3), _digits(2), _digits(2)), _tops().map(_alone))
    return st.builds(
        ProcedureCode, national=national, unit=st.none() | st.builds(UnitCode, _tops()) | long
    )


@cache
def service_codes() -> st.SearchStrategy[ServiceCode]:
    """Draw service codes of national and local procedures. Shrinks to 1.000000.00."""
    return st.builds(ServiceCode, procedure=procedure_codes(), case=_digits(2))


@cache
def result_codes() -> st.SearchStrategy[ResultCode]:
    """Draw codes of results, regular and irregular. Shrinks to KQ.G01.00000."""
    suffix = st.builds(
        "{}{}".format, st.sampled_from(["", ".", "..", "..."]), st.text("BCGKNQTUVX", max_size=4)
    )
    return st.builds(ResultCode, issuer=_tops(), number=_digits(5, 7), suffix=suffix)


@cache
def field_codes() -> st.SearchStrategy[FieldCode]:
    """Draw codes of fields of administration. Shrinks to G01-A."""
    names = st.builds("{}{}".format, st.text("ABCDEGHĐ", min_size=1, max_size=6), _digits(0, 4))
    return st.builds(FieldCode, issuer=_tops(), name=names)


@cache
def code_issuers() -> st.SearchStrategy[Issuer]:
    """Draw ministries and provinces of the packaged table."""
    return st.sampled_from(issuers())


def readings(codes: st.SearchStrategy[Code] | None = None) -> st.SearchStrategy[Reading[Code]]:
    """Draw readings of codes and of slips: sound, doubtful, with a violation, without a code.

    Args:
        codes: the codes whose texts, as they are or changed in form, are read; all kinds by
            default.
    """
    if codes is None:
        codes = _any_codes()
    return st.builds(_read, codes, st.sampled_from(_FORMS + _WOUNDS))


def _read(code: Code, way: Callable[[str], str]) -> Reading[Code]:
    return type(code).read(way(str(code)))


@cache
def _any_codes() -> st.SearchStrategy[Code]:
    return (
        dossier_codes()
        | procedure_codes()
        | service_codes()
        | unit_codes()
        | result_codes()
        | field_codes()
    )


# Ways of writing that change the form and not the code, and one that needs a person to decide.
_FORMS: Final[tuple[Callable[[str], str], ...]] = (
    str,
    str.lower,
    lambda text: text.replace("-", "\u2013"),
    lambda text: f"\u00a0{text} ",
    lambda text: text.replace("H", "\u041d"),
)

# Each wound makes a valid text invalid, whatever it was: by what the shapes never allow, not by
# asking the parser.
_WOUNDS: Final[tuple[Callable[[str], str], ...]] = (
    lambda text: text + "-",
    lambda text: "." + text,
    lambda text: text.replace(".", ",", 1) if "." in text else text + ",",
    lambda text: text[: len(text) // 2] + "/" + text[len(text) // 2 :],
    lambda text: text[: len(text) // 2] + "_" + text[len(text) // 2 :],
    lambda text: text + "\u202e",
    lambda text: text + "\u0661",  # an Arabic digit
    lambda text: text + "\u00b2",  # a superscript
    lambda text: re.sub("[0-9]", lambda digit: chr(0x0660 + int(digit[0])), text, count=1),
    lambda text: re.sub("[0-9]", "Z", text, count=1),
    lambda text: f"{text} {text}",
    lambda text: re.sub("[0-9]", "0" * 20, text, count=1),
    lambda text: text * 50,
)


def _wounded(code: Code, wound: Callable[[str], str]) -> str:
    return wound(str(code))


def near_miss_codes(codes: st.SearchStrategy[Code] | None = None) -> st.SearchStrategy[str]:
    """Draw texts that differ from a code by one slip and that no kind accepts.

    Slips: a dash or dot too many, a comma for a dot, a digit of another script, a letter for a
    digit, two codes in one text, a mark that turns the order of writing round, a digit repeated; in
    dossier codes also days that do not exist and a number in the day that is too short.

    Args:
        codes: the codes to spoil; all kinds by default.
    """
    if codes is None:
        codes = _any_codes()
    return st.builds(_wounded, codes, st.sampled_from(_WOUNDS)) | _misdated()


@cache
def _misdated() -> st.SearchStrategy[str]:
    impossible = st.sampled_from(
        ["220230", "220431", "210229", "221301", "220100", "220001", "229999", "22022", "2202281"]
    )
    days = st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(lambda day: f"{day:%y%m%d}")
    wrong_day = st.builds("{}-{}-{}".format, unit_codes(), impossible, _digits(4, 6))
    wrong_number = st.builds("{}-{}-{}".format, unit_codes(), days, _digits(0, 3) | _digits(10, 14))
    return wrong_day | wrong_number
