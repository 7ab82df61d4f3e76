"""The items of a text about time limits: the first step of the grammar.

Goes through the text once, from left to right, and cuts it into amounts with their units, phrases
of the lists in `limit_words.toml`, marks, and words that stand in no list. What the items say
together is asked in `_limit_grammar.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from attrs import evolve

from evnpubsvc._records import frozen
from evnpubsvc.deadlines._limit_units import LimitUnit
from evnpubsvc.deadlines._limit_words import Token, lexicon, read_number_words, split_tokens
from evnpubsvc.findings import Finding, finding, notice

# --- numbers that are no limits -----------------------------------------------------------------

# Dates, hours of the day, numbers of instruments, articles, sums of money and addresses.
_DATE: Final = (
    r"\bngày\s+[0-9]{1,2}\s*(?:tháng\b|/)(?:\s*[0-9]{1,2}\b)?(?:\s*(?:năm|/)\s*[0-9]{4})?"
    r"|\btháng\s+[0-9]{1,2}\s*(?:năm|/)\s*[0-9]{4}|\bnăm\s+[0-9]{4}\b"
    r"|\b[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}\b"
)
_CITED: Final = (
    r"\b(?:số\s+)?[0-9]{1,9}/(?:[0-9]{4}/)?[a-zđ][a-zđ0-9]*(?:-[a-zđ0-9]+)+"
    r"|\b(?:điều|khoản|điểm|mục|mẫu|phụ lục|chương)\s+(?:số\s+)?[0-9]+[a-zđ]?\b"
)
MONEY: Final = (
    r"(?<![0-9.,])[0-9][0-9.,]{0,20}+\s*(?:(?:triệu|nghìn|ngàn|tỷ|tỉ)\s*)?"
    r"(?:việt nam đồng|đồng|vnđ|vnd|usd|đ)(?![^\W\d_])(?:\s*/\s*[^\W\d_]+)?"
)
_END: Final = r"(?![^\W\d_])"  # not in the middle of a word
_OFFICE_TIME: Final = r"(?!\s*(?:làm việc|đồng hồ|hành chính|liên tục|lv\b|l[./]v))"
_CLOCK: Final = (
    r"(?P<moment>\b(?P<how>sau|trước|lúc|đến)\s+(?P<hour>[0-9]{1,2})\s*(?:giờ|h)"
    rf"(?:\s*[0-9]{{2}}\b)?{_END}{_OFFICE_TIME})"
    rf"|\b[0-9]{{1,2}}\s*(?:giờ|h)\s*[0-9]{{0,2}},?\s+(?=ngày\s+[0-9])"
)
_ELSEWHERE: Final = re.compile(rf"https?://\S+|{_CLOCK}|{_DATE}|{_CITED}|{MONEY}", re.IGNORECASE)
# Words before and after "sau 15 giờ" that say whether it is an hour of the day or a time to wait.
_OF_DAY_BEFORE: Final = frozenset({"nhận", "nộp", "gửi", "đến"})
_WAITED_BEFORE: Final = frozenset(
    {"trả", "giải", "kết", "cấp", "thực", "xử", "chậm", "hạn"}  # giải quyết, kết quả, thực hiện …
)
_OF_DAY_AFTER: Final = re.compile(r"\W*(?:thì|hàng ngày|hằng ngày|cùng ngày|chuyển)\b")
_WAITED_AFTER: Final = re.compile(r"\W*(?:kể từ|tính từ|từ khi|khi)\b")
_OPENS, _CLOSES = 7, 18  # no office takes dossiers outside these hours


def _say_moment(match: re.Match[str]) -> str:
    """Return what "sau 15 giờ" is: `day` (an hour of the day), `limit`, `before` or `open`."""
    text, hour, how = match.string, int(match["hour"]), match["how"]
    in_office = _OPENS <= hour <= _CLOSES
    if how == "trước":
        return "day" if in_office else "before"
    if how != "sau":
        return "day"
    if _OF_DAY_AFTER.match(text, match.end()):
        return "day"
    before = text[max(0, match.start() - 40) : match.start()].split()[-4:]
    if _WAITED_BEFORE.intersection(before) or _WAITED_AFTER.match(text, match.end()):
        return "limit"
    if _OF_DAY_BEFORE.intersection(before):
        return "day"
    return "open" if in_office else "limit"


# --- items ----------------------------------------------------------------------------------------

# Units as their list in the table names them, how many of the smaller make one, what may follow.
_UNITS: Final = {
    "minutes": (LimitUnit.HOURS, 60),
    "hours": (LimitUnit.HOURS, 1),
    "working-hours": (LimitUnit.WORKING_HOURS, 1),
    "clock-hours": (LimitUnit.CLOCK_HOURS, 1),
    "working-minutes": (LimitUnit.WORKING_HOURS, 60),
    "clock-minutes": (LimitUnit.CLOCK_HOURS, 60),
    "days": (LimitUnit.DAYS, 1),
    "calendar-days": (LimitUnit.DAYS, 1),
    "working-days": (LimitUnit.WORKING_DAYS, 1),
    "weeks": (LimitUnit.WEEKS, 1),
    "months": (LimitUnit.MONTHS, 1),
    "years": (LimitUnit.YEARS, 1),
}
_HOURS: Final = (LimitUnit.HOURS, LimitUnit.WORKING_HOURS, LimitUnit.CLOCK_HOURS)
_RANKS: Final = {
    LimitUnit.YEARS: 5,
    LimitUnit.MONTHS: 4,
    LimitUnit.WEEKS: 3,
    LimitUnit.DAYS: 2,
    LimitUnit.WORKING_DAYS: 2,
    **dict.fromkeys(_HOURS, 1),
}
_DIGITS: Final = 9  # more digits than the minutes of a hundred years have are no time limit
_PIECE: Final = re.compile(r"[^\s()]{0,12}")
_HALF: Final = Fraction(1, 2)
_FRACTIONS: Final = MappingProxyType({"1/2": _HALF, "1/4": Fraction(1, 4), "3/4": Fraction(3, 4)})
_STOPS: Final = frozenset(";.:!?•+*")
_JOINTS: Final = frozenset({"-", "–", "—", "~", "đến", "tới", "to"})
HARMLESS_MARKS: Final = frozenset(",()-–—/\"'“”‘’[]|_&")
_GLUE: Final = frozenset("./,⁄%:")  # a number that hangs on one of these may be part of another


@frozen
class Item:
    """One piece of a text.

    Attributes:
        kind: `limit` for an amount with its unit; `number` for one without; `stop` for marks that
            end a clause, `mark` for other ones; `word` for a word of no list; `elsewhere` for a
            number that is no limit; `remark` for words about something else; otherwise the list of
            the phrase.
        start: where it begins in the cleaned text.
        end: where it ends, exclusive.
        amount: how much, of a limit.
        unit: of what, of a limit.
        is_explicit: whether a calendar day was named as one ("ngày lịch").
        in_range: whether the limit is an end of a range.
    """

    kind: str
    start: int
    end: int
    amount: Fraction = Fraction(0)
    unit: LimitUnit | None = None
    is_explicit: bool = False
    in_range: bool = False


class ItemReader:
    """Cuts a cleaned text into items, from left to right, without going back.

    Args:
        text: the cleaned text.
        remarks: where words about something else begin, and where they end.
    """

    def __init__(self, text: str, remarks: Mapping[int, int] = MappingProxyType({})) -> None:
        self.text = text
        self._remarks = remarks
        self.tokens = split_tokens(text)
        self.words = tuple(token.text for token in self.tokens)
        self.items: list[Item] = []
        self.found: list[Finding] = []
        self._waits: set[int] = set()
        self._elsewhere = self._find_elsewhere()

    def read(self) -> None:
        at = 0
        while at < len(self.tokens):
            at = self._read_one(at)

    def _find_elsewhere(self) -> dict[int, int]:
        """Return where remarks and numbers that are no limits begin and end; report each."""
        spans = dict(self._remarks)
        for start, end in spans.items():
            self.found.append(notice("limit-remark-skipped", "", self.text[start:end].strip()))
        for match in _ELSEWHERE.finditer(self.text):
            if any(start <= match.start() < end for start, end in self._remarks.items()):
                continue
            shown = match.group().strip()
            says = _say_moment(match) if match["moment"] else "day"
            if says == "limit":  # "trả kết quả sau 02 giờ": a time to wait
                self._waits.add(match.start())
                continue
            if says == "before":
                self.found.append(finding("limit-before-event", "", shown))
            elif says == "open":
                self.found.append(finding("limit-hour-or-duration", "", shown))
            else:
                self.found.append(notice("limit-number-skipped", "", shown))
            spans[match.start()] = match.end()
        return spans

    def _read_one(self, at: int) -> int:
        token = self.tokens[at]
        # A date or an hour of the day, as a whole.
        if token.start in self._elsewhere:
            return self._skip(at, self._elsewhere[token.start])
        # "thứ 7" and the like begin with a word, so numbers cannot take their digits away.
        phrase = lexicon().phrases.find(self.words, at, self._next_elsewhere(at))
        if not self._opens_number(at):
            if phrase is None:
                self._add(self._kind_of(token), at, at + 1)
                return at + 1
            self._add(phrase[0], at, phrase[1])
            return phrase[1]
        after = self._read_limit(at)
        if after is not None:
            return after
        if phrase is not None:
            self._add(phrase[0], at, phrase[1])
            return phrase[1]
        self._add(self._kind_of(token), at, at + 1)
        return at + 1

    def _skip(self, at: int, end: int) -> int:
        after = at
        while after < len(self.tokens) and self.tokens[after].start < end:
            after += 1
        is_remark = self.tokens[at].start in self._remarks
        self._add("remark" if is_remark else "elsewhere", at, after)
        return after

    def _next_elsewhere(self, at: int) -> int:
        """Return the index of the next token that opens a date; no phrase goes into one."""
        for index in range(at + 1, min(at + 12, len(self.tokens))):
            if self.tokens[index].start in self._elsewhere:
                return index
        return len(self.tokens)

    def _kind_of(self, token: Token) -> str:
        if token.start in self._waits:
            return "bounds"
        if token.is_word:
            return "word"
        if token.is_number:
            return "number"
        if token.text in _STOPS:
            return "stop"
        if token.text in HARMLESS_MARKS:
            return "mark"
        return "word"

    def _add(self, kind: str, at: int, after: int) -> None:
        self.items.append(Item(kind, self.tokens[at].start, self.tokens[after - 1].end))

    def _opens_number(self, at: int) -> bool:
        token = self.tokens[at]
        if token.is_number:
            return True
        if token.text == "-":  # "-3 ngày" is negative, "- 3 ngày" opens a line of a list
            return self._is_sign(at)
        words = lexicon()
        return (
            words.halves.find(self.words, at) is not None
            or read_number_words(self.words, at) is not None
        )

    def _is_sign(self, at: int) -> bool:
        token = self.tokens[at]
        before = self.text[token.start - 1 : token.start]
        return (
            at + 1 < len(self.tokens)
            and self.tokens[at + 1].is_number
            and self.tokens[at + 1].start == token.end
            and not before.isalnum()
        )

    # -- one limit -------------------------------------------------------------------------------

    def _read_limit(self, at: int) -> int | None:
        """Read an amount, its unit and what belongs to both; return the index behind, or None."""
        start = at
        signed = self.tokens[at].text == "-"
        read = self._read_amount(at + signed)
        if read is None:
            return None
        amount, after = read
        after, amount = self._read_half(*self._read_gloss(after, amount))
        unit = self._find_unit(after)
        # The first number of a range takes the unit of the second: "15-20 ngày", "15 đến 20 ngày".
        if unit is None and self.tokens[start + signed].is_number:
            high = self._read_high_end(after)
            if high is not None:
                return self._take_range(start, amount, high)
        if unit is None:
            if self.tokens[after - 1].end:
                return self._refuse_number(start, after)
            return None
        if self._is_glued(start + signed, None):
            return self._refuse_glued(start, unit[1])
        return self._take(start, amount, unit, signed=signed)

    def _read_amount(self, at: int) -> tuple[Fraction | None, int] | None:
        """Return the number, None for one that cannot be read, and the index behind it."""
        token = self.tokens[at]
        if not token.is_number:
            half = lexicon().halves.find(self.words, at)
            if half is not None:
                return _HALF, half[1]
            words = read_number_words(self.words, at)
            if words is None:
                return None
            return (Fraction(words[0]), words[1])
        part = self._read_fraction(at)
        if part is not None:
            return part, at + 3
        whole, *rest = re.split("[.,]", token.text)
        decimals = rest[0] if rest else ""
        # 1.500 has no single reading; more groups are a date or a sum of money.
        if len(rest) > 1 or len(decimals) == 3:
            return None, at + 1
        if max(len(whole.lstrip("0")), len(decimals)) > _DIGITS:
            return Fraction(10) ** _DIGITS, at + 1
        return Fraction(f"{whole}.{decimals or 0}"), at + 1

    def _read_fraction(self, at: int) -> Fraction | None:
        """Read a half or a quarter in digits, written in one piece before a unit: "1/2 ngày"."""
        end = at + 3
        if end > len(self.tokens) or self.words[at + 1] != "/":
            return None
        begin = self.tokens[at].start
        in_one_piece = self.tokens[end - 1].end - begin == 3
        before = self.text[begin - 1 : begin]
        if not in_one_piece or before.strip("( ") or self._find_unit(end) is None:
            return None
        return _FRACTIONS.get(self.text[begin : begin + 3])

    def _read_gloss(self, at: int, amount: Fraction | None) -> tuple[int, Fraction | None]:
        """Read a number in brackets that says the same again: "07 (bảy)", "mười (10)"."""
        if not (self._word(at) == "(" and at + 1 < len(self.tokens)):
            return at, amount
        read = self._read_amount(at + 1)
        if read is None or self._word(read[1]) != ")":
            # Words in brackets between a number and its unit: "3 (ngày)" keeps its brackets.
            return at, amount
        again, after = read
        if again != amount:
            shown = self._shown(at - 1, after + 1)
            self.found.append(finding("limit-words-differ", "", shown))
        return after + 1, amount

    def _read_half(self, at: int, amount: Fraction | None) -> tuple[int, Fraction | None]:
        phrase = lexicon().phrases.find(self.words, at)
        if phrase is None or phrase[0] != "half" or amount is None:
            return at, amount
        return phrase[1], amount + _HALF

    def _find_unit(self, at: int) -> tuple[str, int] | None:
        if at >= len(self.tokens):
            return None
        # "3 (ngày làm việc)" names its unit in brackets.
        at += self.tokens[at].text in {"(", "/"} and at + 1 < len(self.tokens)
        if self.tokens[at].start in self._elsewhere:
            return None
        return lexicon().units.find(self.words, at, self._next_elsewhere(at))

    def _take(
        self, start: int, amount: Fraction | None, unit: tuple[str, int], *, signed: bool
    ) -> int:
        name, after = unit
        after, amount = self._read_half(*self._read_gloss(after, amount))
        kind, scale = _UNITS[name]
        shown = self._shown(start, after)
        if amount is None:
            self.found.append(finding("limit-not-read", "", shown))
            self._add("number", start, after)
        elif signed and self._continues(start) is None:
            self.found.append(finding("limit-negative", "", shown))
            self._add("number", start, after)
        else:
            low = self._continues(start)
            self._add_limit(start, after, amount / scale, kind, name, in_range=low is not None)
            after = self._read_smaller(start, after)
            if low is not None:
                self._join_range(low)
        return after

    def _join_range(self, low: int) -> None:
        """Make the limit before the last one the low end of a range, and what joins them a mark."""
        self.items[low] = evolve(self.items[low], in_range=True)
        for i in range(low + 1, len(self.items) - 1):
            self.items[i] = evolve(self.items[i], kind="mark")
        shown = self.text[self.items[low].start : self.items[-1].end]
        self.found.append(finding("limit-range", "", shown))

    def _add_limit(
        self,
        start: int,
        after: int,
        amount: Fraction,
        unit: LimitUnit,
        name: str,
        *,
        in_range: bool = False,
    ) -> None:
        if unit is LimitUnit.YEARS and amount.denominator == 2:  # a year has twelve months
            amount, unit = amount * 12, LimitUnit.MONTHS
        self.items.append(
            Item(
                "limit",
                self.tokens[start].start,
                self.tokens[after - 1].end,
                amount,
                unit,
                name == "calendar-days",
                in_range,
            )
        )

    def _read_smaller(self, start: int, at: int) -> int:
        """Read a second part in a smaller unit: "1 giờ 30 phút", "01 ngày 04 giờ", "1h30"."""
        first = self.items[-1]
        opens = at + (self._word(at) in {"và", "and"})
        if opens >= len(self.tokens) or not self.tokens[opens].is_number:
            return at
        read = self._read_amount(opens)
        if read is None or read[0] is None:
            return at
        amount, after = read[0], read[1]
        after, _ = self._read_gloss(after, amount)
        unit = self._find_unit(after)
        if unit is None:
            return self._read_minutes(at, opens)
        kind, scale = _UNITS[unit[0]]
        assert first.unit is not None
        small = scale == 60
        if not (
            _RANKS[kind] < _RANKS[first.unit]
            or (small and _RANKS[kind] == 1 and first.amount.denominator == 1)
        ):
            return at
        self.items[-1] = evolve(first, end=self.tokens[unit[1] - 1].end)
        self._join(first, amount / scale, kind, self._shown(start, unit[1]))
        return unit[1]

    def _read_minutes(self, at: int, opens: int) -> int:
        """Read the minutes of "1h30" and "1 giờ 30", which carry no unit."""
        first, token = self.items[-1], self.tokens[opens]
        if opens != at or first.unit not in _HOURS or not re.fullmatch("[0-5][0-9]", token.text):
            return at
        if self._is_glued(opens, opens + 1):
            return at
        self.items[-1] = evolve(
            first, end=token.end, amount=first.amount + Fraction(int(token.text), 60)
        )
        return opens + 1

    def _join(self, first: Item, amount: Fraction, unit: LimitUnit, shown: str) -> None:
        """Make one limit of two parts where one unit can carry both, else say that none can."""
        last = self.items[-1]
        units = {first.unit, unit}
        if units <= set(_HOURS) and (len(units) == 1 or LimitUnit.HOURS in units):
            kind = unit if first.unit is LimitUnit.HOURS else first.unit
            self.items[-1] = evolve(last, amount=first.amount + amount, unit=kind)
        elif units == {LimitUnit.YEARS, LimitUnit.MONTHS}:
            self.items[-1] = evolve(last, amount=first.amount * 12 + amount, unit=LimitUnit.MONTHS)
        elif units == {LimitUnit.WEEKS, LimitUnit.DAYS}:
            self.items[-1] = evolve(last, amount=first.amount * 7 + amount, unit=LimitUnit.DAYS)
        else:
            self.found.append(finding("limit-compound", "", shown))
            self.items[-1] = evolve(last, kind="number")

    # -- ranges and numbers that cannot be read ---------------------------------------------------

    def _continues(self, start: int) -> int | None:
        """Return the low end, where this amount is the second end of a range.

        An example is "5 ngày đến 9 ngày".
        """
        index = len(self.items) - 1
        signed = self.tokens[start].text == "-"
        # Between the ends: one joint, and perhaps "không quá".
        while index >= 0 and self.items[index].kind == "bounds":
            index -= 1
        if not signed:
            if index < 1 or self._item_text(index) not in _JOINTS:
                return None
            index -= 1
        if index >= 0 and self.items[index].kind == "limit":
            return index
        return None

    def _item_text(self, index: int) -> str:
        return self.text[self.items[index].start : self.items[index].end]

    def _read_high_end(self, at: int) -> tuple[Fraction | None, int, tuple[str, int]] | None:
        if self._word(at) not in _JOINTS or at + 1 >= len(self.tokens):
            return None
        if not self.tokens[at + 1].is_number:
            return None
        read = self._read_amount(at + 1)
        assert read is not None
        after, amount = self._read_half(*self._read_gloss(read[1], read[0]))
        unit = self._find_unit(after)
        if unit is None:
            return None
        return (amount, after, unit)

    def _take_range(
        self,
        start: int,
        low: Fraction | None,
        high: tuple[Fraction | None, int, tuple[str, int]],
    ) -> int:
        amount, _, (name, after) = high
        unit, scale = _UNITS[name]
        shown = self._shown(start, after)
        for end in (low, amount):
            if end is None:
                self.found.append(finding("limit-not-read", "", shown))
            else:
                self._add_limit(start, after, end / scale, unit, name, in_range=True)
        self.found.append(finding("limit-range", "", shown))
        return after

    def _refuse_number(self, start: int, after: int) -> int | None:
        """Report a number in digits without a unit; words without one are words."""
        if not any(token.is_number for token in self.tokens[start:after]):
            return None
        number = start + (self.tokens[start].text == "-")
        if self._is_glued(number, number + 1):
            return self._refuse_glued(start, number + 1)
        self.found.append(finding("limit-without-unit", "", self._shown(start, after)))
        self._add("number", start, after)
        return after

    def _refuse_glued(self, start: int, after: int) -> int:
        begin, end = self.tokens[start].start, self.tokens[after - 1].end
        # The whole of what it hangs on, as "1/3" or "1:30".
        rest = _PIECE.match(self.text, end)
        shown = self.text[max(0, begin - 8) : rest.end() if rest else end]
        self.found.append(finding("limit-not-read", "", shown))
        self._add("number", start, after)
        return after

    def _is_glued(self, number: int, after: int | None) -> bool:
        """Whether a number is part of a longer one, a fraction or a share: "1/2", "5%", "1:30"."""
        token, text = self.tokens[number], self.text
        if token.start:
            before = text[token.start - 1 : token.start]
        else:
            before = ""
        if before in _GLUE and before:
            if token.start > 1:
                further = text[token.start - 2 : token.start - 1]
            else:
                further = ""
            if before in "/⁄%" or further.isdigit():
                return True
        if after is None:
            return False
        behind = text[token.end : token.end + 1]
        if behind not in _GLUE or not behind:
            return False
        return behind in "/⁄%" or text[token.end + 1 : token.end + 2].isdigit()

    def _word(self, at: int) -> str:
        if at < len(self.words):
            return self.words[at]
        return ""

    def _shown(self, at: int, after: int) -> str:
        return self.text[self.tokens[at].start : self.tokens[after - 1].end]
