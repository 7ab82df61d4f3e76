"""Codes and time limits, read by the text of their instruments. It imports nothing of the package.

Codes are taken apart group by group, as the rules describe them: Circular 01/2018/TT-VPCP art. 19
and Decision 20/2020/QĐ-TTg art. 4 for dossiers and units, the layouts of the National Portal for
procedures, services, results and fields. Limits are a number and a unit of a table, in one sentence
that may say "at most" and from when it counts; anything else is no single limit.
"""

import re
from datetime import date
from fractions import Fraction

DIGITS = frozenset("0123456789")
CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


# -- codes -----------------------------------------------------------------------------------------


def has_digits(text: str, least: int, most: int | None = None) -> bool:
    return least <= len(text) <= (most or least) and DIGITS.issuperset(text)


def is_top(text: str) -> bool:
    """MX1X2: a capital letter from A to Y and two digits, a ministry or a province."""
    return len(text) == 3 and "A" <= text[0] <= "Y" and has_digits(text[1:], 2)


def is_unit(text: str) -> bool:
    """Level 1 first and groups below it (2020), or level 1 last (QCVN 102); 35 characters at most.

    Ho Chi Minh City wrote the old layout without its zeros: 38.98.H29.
    """
    groups = text.split(".")
    if len(text) > 35:
        return False
    if is_top(groups[0]):
        return all(has_digits(group, 1, 3) for group in groups[1:])
    if not is_top(groups[-1]):
        return False
    if len(groups) == 4:
        return has_digits(groups[0], 3) and has_digits(groups[1], 2) and has_digits(groups[2], 2, 3)
    return len(groups) == 3 and has_digits(groups[0], 2) and has_digits(groups[1], 2, 3)


def is_day(text: str) -> bool:
    """YYMMDD, a day that there was or will be."""
    if not has_digits(text, 6):
        return False
    try:
        date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return False
    return True


def is_dossier(text: str) -> bool:
    """The unit, the day of receipt, the number of the day: four digits or more."""
    parts = text.split("-")
    return len(parts) == 3 and is_unit(parts[0]) and is_day(parts[1]) and has_digits(parts[2], 4, 9)


def is_procedure(text: str) -> bool:
    """d.dddddd, alone or with the body that owns it: Hxx, or 000.00.00.Hxx."""
    groups = text.split(".")
    national = has_digits(groups[0], 1) and groups[0] != "0" and len(groups) > 1
    if not (national and has_digits(groups[1], 6)):
        return False
    owner = groups[2:]
    if not owner:
        return True
    lengths = [len(group) for group in owner[:-1]]
    return (
        is_top(owner[-1]) and lengths in ([], [3, 2, 2]) and DIGITS.issuperset("".join(owner[:-1]))
    )


def is_service(text: str) -> bool:
    """A procedure and two digits for one of its cases."""
    procedure, dot, case = text.rpartition(".")
    return bool(dot) and is_procedure(procedure) and has_digits(case, 2)


def is_result(text: str) -> bool:
    """KQ, the issuer, five to seven digits, and up to four letters behind up to three dots."""
    groups = text.split(".", 2)
    if len(groups) != 3 or groups[0] != "KQ" or not is_top(groups[1]):
        return False
    number = groups[2].rstrip("".join(CAPITALS))
    letters = groups[2][len(number) :]
    bare = number.rstrip(".")
    return has_digits(bare, 5, 7) and len(number) - len(bare) <= 3 and len(letters) <= 4


def is_field(text: str) -> bool:
    """The issuer, a dash, one to six capitals (Đ too) and up to four digits."""
    issuer, dash, name = text.partition("-")
    letters = name.rstrip("0123456789")
    return (
        bool(dash)
        and is_top(issuer)
        and 1 <= len(letters) <= 6
        and (CAPITALS | {"Đ"}).issuperset(letters)
        and len(name) - len(letters) <= 4
    )


KINDS = {
    "dossier": is_dossier,
    "field": is_field,
    "procedure": is_procedure,
    "result": is_result,
    "service": is_service,
    "unit": is_unit,
}


def read_code(kind: str, text: str) -> str:
    """The code as it is printed; one that is written in small letters or with blanks around it."""
    dressed = text.strip().replace("–", "-").upper()
    if KINDS[kind](dressed):
        return dressed
    raise ValueError(text)


# -- limits ----------------------------------------------------------------------------------------

UNITS = {
    "giờ làm việc": "working-hours",
    "ngày làm việc": "working-days",
    "ngày": "days",
    "tuần": "weeks",
    "tháng": "months",
    "năm": "years",
}
WORDS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười lăm": 15, "hai mươi": 20, "ba mươi": 30,
}  # fmt: skip
SENTENCE = re.compile(
    r"(?:trong (?:thời hạn|vòng) )?(?:không quá |tối đa )?"
    r"(?P<number>\d+(?:,\d+)?|nửa|[^\d(]+?(?= \())"
    r"(?: \((?P<again>[^)]+)\))?"
    rf" (?P<unit>{'|'.join(UNITS)})"
    r"(?:,? (?:kể )?từ (?:ngày|khi) nhận (?:đủ|được) hồ sơ(?: hợp lệ)?)?"
)


def read_limit(text: str) -> dict[str, str]:
    """The amount and the unit of the one limit that a text states."""
    plain = " ".join(text.lower().split())
    if plain == "trong ngày":
        return {"amount": "0", "unit": "same-day"}
    found = SENTENCE.fullmatch(plain)
    if found is None:
        raise ValueError(text)
    amount = read_number(found["number"])
    if found["again"] is not None and read_number(found["again"]) != amount:
        raise ValueError(text)
    if not amount:
        raise ValueError(text)
    return {"amount": str(amount), "unit": UNITS[found["unit"]]}


def read_number(text: str) -> Fraction:
    """Digits with a decimal comma, half, or a number in words."""
    if text == "nửa":
        return Fraction(1, 2)
    if text[0].isdigit():
        return Fraction(text.replace(",", "."))
    return Fraction(WORDS[text])
