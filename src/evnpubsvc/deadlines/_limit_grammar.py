"""The grammar of time limits: every word of a text is read, known to be harmless, or reported.

A text is read in three steps. `_limit_remarks.py` sets aside what is about something else: fees,
where to hand in, what the papers ask for. `_limit_items.py` goes through the text once and cuts it
into items: amounts with their units, phrases of the lists in `limit_words.toml`, marks, and words
that are in no list. This file asks what the items say together: which marks change which unit,
which clause takes a limit back, which amounts are limits of their own, and which words are left
over.

    limit   = [-] number [(number)] [rưỡi] unit [rưỡi] [smaller limit]
    number  = digits | words | "nửa"
    clause  = phrase word* up to a mark, an amount or another phrase that means something
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from attrs import evolve

from evnpubsvc.deadlines._limit_items import HARMLESS_MARKS, Item, ItemReader
from evnpubsvc.deadlines._limit_remarks import find_remarks
from evnpubsvc.deadlines._limit_units import LimitUnit
from evnpubsvc.deadlines._limit_words import lexicon, split_tokens
from evnpubsvc.findings import Finding, finding, notice

# --- what the items say together ------------------------------------------------------------------

_TRANSPARENT: Final = frozenset({"mark", "bounds", "restatement"})
_DAYS_OFF: Final = frozenset({"saturday", "sunday", "weekend", "holiday", "any"})
_HARMLESS: Final = frozenset(
    {
        "bounds",
        "restatement",
        "channels",
        "names",
        "events",
        "offices",
        "costs",
        "sources",
        "mark",
        "stop",
        "elsewhere",
        "remark",
        "number",
        "limit",
        "same-day",
        "next-day",
        "at-once",
        "at-once-from",
    }
)
_CASES: Final = frozenset({"limit", "same-day", "next-day", "at-once", "at-once-from"})
# What ends a clause of plain words: a mark, an amount, or a phrase that means something itself.
_ENDS_CLAUSE: Final = _CASES | {
    "stop",
    "remark",
    "working",
    "calendar",
    "clock",
    "half",
    "minimum",
    "vague",
    "extension",
    "before",
    "from",
    "case",
    "exclude",
    "include",
    *_DAYS_OFF,
}


class _Interpreter:
    """Asks what the items say together. Each step marks the items that it has accounted for."""

    def __init__(self, text: str, items: Sequence[Item], found: list[Finding]) -> None:
        self.text = text
        self.items = list(items)
        self.found = found
        self._used: set[int] = set()
        self._conditions: list[Finding] = []

    def run(self) -> tuple[tuple[Fraction, LimitUnit], ...]:
        self._apply_marks()
        self._read_exclusions()
        self._read_clauses()
        cases = self._find_cases()
        self._report_conditions(len(cases))
        self._report_words()
        if len(cases) > 1:
            self.found.append(finding("limit-several", "", self.text, count=len(cases)))
        return tuple(case for item in self._kept() for case in (_value_of(item),))

    # -- marks that change a unit ------------------------------------------------------------------

    def _apply_marks(self) -> None:
        """Let "làm việc", "theo lịch", "đồng hồ" change the unit of the amount they belong to."""
        for index, item in enumerate(self.items):
            if item.kind in {"working", "calendar", "clock"}:
                self._apply_mark(index, item.kind)

    def _apply_mark(self, index: int, kind: str) -> None:
        target = self._limit_meant(index)
        if target is None:
            return
        limit = self.items[target]
        changed = _change_unit(limit, kind)
        if changed is None:
            shown = self.text[min(limit.start, self.items[index].start) : self.items[index].end]
            self.found.append(finding("limit-contradiction", "", shown))
        else:
            self.items[target] = changed
        self._used.add(index)

    def _limit_meant(self, index: int) -> int | None:
        """Return which limit a mark belongs to.

        It is the one before the mark, else the one after it, else the only one.
        """
        before = self._nearest(range(index - 1, -1, -1))
        if before is not None:
            return before
        after = self._nearest(range(index + 1, len(self.items)))
        only = [i for i, item in enumerate(self.items) if item.kind == "limit"]
        if after is not None or len(only) != 1:
            return after
        return only[0]

    def _nearest(self, indices: range) -> int | None:
        for i in indices:
            if self.items[i].kind == "limit":
                return i
            if self.items[i].kind == "stop":
                return None
        return None

    # -- days left out -----------------------------------------------------------------------------

    def _read_exclusions(self) -> None:
        """Read "không kể thứ bảy, chủ nhật", "kể cả ngày nghỉ", "không tính thời gian …"."""
        for index, item in enumerate(self.items):
            if item.kind in {"exclude", "include"}:
                self._read_exclusion(index, item.kind)

    def _read_exclusion(self, index: int, kind: str) -> None:
        members = self._days_named(index + 1)
        shown = self._shown(index, members[-1] if members else index)
        named = {self.items[i].kind for i in members}
        target = self._limit_meant(index)
        if not named:
            self._read_time_not_counted(index, kind)
            return
        self._used.update((index, *range(index + 1, members[-1] + 1)))
        limit = None if target is None else self.items[target]
        if target is None or limit is None:
            self.found.append(finding("limit-words-unread", "", shown))
        elif kind == "include":
            self._apply_included(target, shown)
        elif limit.unit is LimitUnit.WORKING_DAYS or limit.unit is LimitUnit.WORKING_HOURS:
            pass  # it says what working days are
        elif limit.unit is LimitUnit.DAYS and _leaves_every_day_off(named):
            self.items[target] = evolve(limit, unit=LimitUnit.WORKING_DAYS)
        else:
            self.found.append(finding("limit-exclusion-partial", "", shown))

    def _apply_included(self, target: int, shown: str) -> None:
        limit = self.items[target]
        changed = _change_unit(limit, "calendar")
        if changed is None:
            self.found.append(finding("limit-contradiction", "", shown))
        else:
            self.items[target] = changed

    def _days_named(self, index: int) -> list[int]:
        members: list[int] = []
        for i in range(index, len(self.items)):
            item = self.items[i]
            if item.kind in _DAYS_OFF:
                members.append(i)
            elif not (item.kind == "mark" or self._text(i) in _LINKS):
                break
        return members

    def _read_time_not_counted(self, index: int, kind: str) -> None:
        """Note "không tính thời gian bổ sung hồ sơ": it stops the clock and keeps the limit."""
        opens = index + 1
        if kind != "exclude" or opens >= len(self.items):
            return
        if not self._text(opens).startswith(("thời gian", "thời hạn", "time")):
            return
        # The clause goes on over commas: "thời gian khắc phục của tổ chức, cá nhân".
        end = opens + 1
        while end < len(self.items) and not (
            self.items[end].kind in _ENDS_CLAUSE or self._text(end) in {"(", ")", *_TURNS}
        ):
            end += 1
        self._used.update(range(index, end))
        self.found.append(notice("limit-time-not-counted", "", self._shown(index, end - 1)))

    # -- clauses -----------------------------------------------------------------------------------

    def _read_clauses(self) -> None:
        """Read phrases that take a limit back, bound it, or say from when and for whom it is."""
        for index, item in enumerate(self.items):
            if index in self._used:
                continue
            if item.kind in _REASONS:
                self._report_phrase(index, _REASONS[item.kind])
            elif item.kind == "before":
                self._read_before(index)
            elif item.kind in {"from", "at-once-from"}:
                self._read_from(index)
            elif item.kind in {"case", "level"}:
                self._read_case(index)

    def _report_phrase(self, index: int, reason: str) -> None:
        """Report a phrase with the amount behind it, or else the one before it."""
        after = self._nearest_in_clause(index, 1)
        before = self._nearest_in_clause(index, -1)
        if self._text(index) == "từ" and after is not None and self.items[after].in_range:
            self._used.add(index)  # "từ 15 đến 20 ngày" is a range, reported as one
            return
        meant = after if after is not None else before
        if meant is None:
            first, last = (index, index)
        else:
            first, last = sorted((index, meant))
        self.found.append(finding(reason, "", self._shown(first, last)))
        self._used.add(index)

    def _nearest_in_clause(self, index: int, step: int) -> int | None:
        i = index + step
        while 0 <= i < len(self.items) and self.items[i].kind in _TRANSPARENT | {"extension"}:
            i += step
        if 0 <= i < len(self.items) and self.items[i].kind == "limit":
            return i
        return None

    def _read_before(self, index: int) -> None:
        """Take back a limit that ends before an event: it is no time for handling a dossier."""
        end = self._clause_end(index + 1)
        around = [self._nearest_in_clause(index, -1)]
        if around[0] is None and end < len(self.items) and self.items[end].kind == "limit":
            around = [end]
        first = index if around[0] is None else min(index, around[0])
        self.found.append(finding("limit-before-event", "", self._shown(first, end - 1)))
        self._used.update(range(index, end))
        for i in around:
            if i is not None:
                self.items[i] = evolve(self.items[i], kind="number")

    def _read_from(self, index: int) -> None:
        """Account for the event that a limit counts from; only receipt is harmless."""
        end = self._clause_end(index + 1)
        words = self.items[index + 1 : end]
        text = self.text[words[0].start : words[-1].end] if words else ""
        unread = _unread_of_receipt(text)
        self._used.update(range(index, end))
        if not words and self.items[index].kind == "from":
            self._used.discard(index)
        elif unread is None:
            self.found.append(finding("limit-from-event", "", self._shown(index, end - 1)))
        elif unread:
            self.found.append(finding("limit-words-unread", "", unread))

    def _read_case(self, index: int) -> None:
        end = self._clause_end(index + 1)
        self._conditions.append(finding("limit-for-case", "", self._shown(index, end - 1)))
        self._used.update(range(index, end))

    def _report_conditions(self, cases: int) -> None:
        """Report for whom a limit is, unless several limits are refused anyway."""
        if cases < 2:
            self.found.extend(self._conditions)

    def _clause_end(self, index: int) -> int:
        """Return the index of the first item behind a clause of words."""
        while index < len(self.items):
            item = self.items[index]
            if item.kind in _ENDS_CLAUSE or self._text(index) in {"(", ")", ","}:
                break
            index += 1
        return index

    # -- cases and what is left over ---------------------------------------------------------------

    def _find_cases(self) -> list[int]:
        """Return the items that are limits of their own; the same one said again is none."""
        cases: list[int] = []
        for index, item in enumerate(self.items):
            if item.kind not in _CASES:
                continue
            if cases and self._says_again(cases[-1], index):
                continue
            if cases and self._is_one_range(cases[-1], index):
                continue
            cases.append(index)
        return cases

    def _is_one_range(self, first: int, second: int) -> bool:
        between = self.items[first + 1 : second]
        return (
            self.items[first].in_range
            and self.items[second].in_range
            and all(item.kind in _TRANSPARENT for item in between)
        )

    def _says_again(self, first: int, second: int) -> bool:
        one, two = self.items[first], self.items[second]
        between = {item.kind for item in self.items[first + 1 : second]}
        # "giải quyết ngay, trong ngày làm việc" states the second.
        if one.kind == "at-once" and two.kind == "same-day" and between <= _TRANSPARENT:
            self.items[first] = evolve(one, kind="names")
            return True
        if one.kind != "limit" or two.kind != "limit" or one.amount != two.amount:
            return one.kind == two.kind and one.kind != "limit" and "stop" not in between
        # "Trực tiếp: 5 ngày; trực tuyến: 5 ngày": one limit, whatever the channel.
        if "channels" in between and between <= _BETWEEN_CHANNELS:
            return one.unit == two.unit
        if not between <= _TRANSPARENT:
            return False
        # "mười lăm ngày làm việc (15 ngày)": days in brackets are those before them.
        in_brackets = "(" in self.text[one.end : two.start]
        if in_brackets and {one.unit, two.unit} == {LimitUnit.DAYS, LimitUnit.WORKING_DAYS}:
            if one.is_explicit or two.is_explicit:
                return False
            for i in (first, second):
                self.items[i] = evolve(self.items[i], unit=LimitUnit.WORKING_DAYS)
            return True
        said = in_brackets or bool(between & {"bounds", "restatement"})
        return said and one.unit == two.unit

    def _report_words(self) -> None:
        """Report every word that no step accounted for, neighbours together.

        A text without any number is refused as a whole.
        """
        if not any(item.kind in {"number", *_CASES} for item in self.items):
            return
        run: list[int] = []
        for index in range(len(self.items) + 1):
            if index < len(self.items) and self._is_left_over(index):
                run.append(index)
            elif run and not (index < len(self.items) and self.items[index].kind == "mark"):
                self.found.append(finding("limit-words-unread", "", self._shown(run[0], run[-1])))
                run = []

    def _is_left_over(self, index: int) -> bool:
        if index in self._used or self.items[index].kind in _HARMLESS:
            return False
        return self._text(index) not in _LINKS_ALONE

    def _kept(self) -> list[Item]:
        return [item for item in self.items if item.kind in _CASES]

    def _text(self, index: int) -> str:
        return self.text[self.items[index].start : self.items[index].end]

    def _shown(self, first: int, last: int) -> str:
        return self.text[self.items[first].start : self.items[max(first, last)].end]


_REASONS: Final = {
    "minimum": "limit-minimum",
    "vague": "limit-not-exact",
    "extension": "limit-extension",
}
_LINKS: Final = frozenset({"và", "hoặc", "các", "ngày", "những", "and", "or", "the", "hay", "vào"})
_LINKS_ALONE: Final = frozenset(
    {"và", "and", "hoặc", "or", "hay", "of", "the", "a", "b", "c", "d", "đ"}
)
_PAID: Final = frozenset({"phí", "fee", "fees"})
_MOMENTS: Final = frozenset({"ngày", "khi", "lúc", "thời", "sau", "từ"})
_TURNS: Final = frozenset(
    {"không", "chưa", "not", "no", "nửa", "half", "gấp", "mỗi", "từng", "lần", "bước", "thêm"}
)
_BETWEEN_CHANNELS: Final = _TRANSPARENT | {
    "channels", "names", "costs", "events", "stop", "from", "offices", "elsewhere",
}  # fmt: skip


def _change_unit(limit: Item, kind: str) -> Item | None:
    """Return a limit in the unit that a mark gives it; None where the two contradict each other."""
    unit = limit.unit
    if kind == "working":
        changed = {
            LimitUnit.DAYS: LimitUnit.WORKING_DAYS,
            LimitUnit.WORKING_DAYS: LimitUnit.WORKING_DAYS,
            LimitUnit.HOURS: LimitUnit.WORKING_HOURS,
            LimitUnit.WORKING_HOURS: LimitUnit.WORKING_HOURS,
        }
    elif kind == "calendar":
        changed = {
            LimitUnit.DAYS: LimitUnit.DAYS,
            LimitUnit.HOURS: LimitUnit.CLOCK_HOURS,
            LimitUnit.CLOCK_HOURS: LimitUnit.CLOCK_HOURS,
            **{u: u for u in (LimitUnit.WEEKS, LimitUnit.MONTHS, LimitUnit.YEARS)},
        }
    else:
        changed = {
            LimitUnit.HOURS: LimitUnit.CLOCK_HOURS,
            LimitUnit.CLOCK_HOURS: LimitUnit.CLOCK_HOURS,
        }
    if limit.is_explicit and kind == "working":
        return None
    new = changed.get(unit) if unit is not None else None
    if new is None:
        return None
    return evolve(limit, unit=new)


def _leaves_every_day_off(named: set[str]) -> bool:
    """Whether the days named are the days off: all of them, or both days of the weekend."""
    return "any" in named or "weekend" in named or {"saturday", "sunday"} <= named


def _unread_of_receipt(text: str) -> str | None:
    """Return the words of a receipt clause that no list knows; None for another event.

    Whoever receives may be named ("kể từ ngày Sở Xây dựng nhận đủ hồ sơ"), and whose papers they
    are ("hồ sơ của doanh nghiệp").
    """
    lists, words = lexicon(), tuple(token.text for token in split_tokens(text))
    at, verb, papers = 0, not words, False
    unread: list[str] = []
    someone = False  # whether free words named who receives
    while at < len(words):
        # The owner of the papers is free, unless a word turns the meaning round.
        if papers and words[at] == "của":
            unread.extend(
                w
                for w in words[at:]
                if w in _TURNS or (w not in HARMLESS_MARKS and not w.isalpha())
            )
            break
        found = lists.verbs.find(words, at)
        if found is not None:
            verb, at = True, found[1]
            continue
        found = lists.papers.find(words, at)
        if found is not None:
            papers, at = True, found[1]
            continue
        # What is paid is an event of its own: "kể từ ngày nộp đủ phí".
        if words[at] in _PAID and "miễn" not in words[max(at - 2, 0) : at]:
            return None
        found = lists.around.find(words, at) or _find_harmless(words, at)
        # A second moment behind a name is another event: "xác minh ngày Sở nhận hồ sơ".
        if found is not None and not (someone and not verb and words[at] in _MOMENTS):
            at = found[1]
            continue
        # Before the verb: who receives. Behind it: what is received.
        is_name = words[at].isalpha() and words[at] not in _TURNS
        if verb or found is not None or not is_name:
            unread.append(words[at])
        someone = True
        at += 1
    if not verb or (unread and not papers):
        return None
    return " ".join(unread)


def _find_harmless(words: tuple[str, ...], at: int) -> tuple[str, int] | None:
    found = lexicon().phrases.find(words, at)
    if found is not None and found[0] in _HARMLESS:
        return found
    return None


def _value_of(item: Item) -> tuple[Fraction, LimitUnit]:
    if item.kind == "same-day":
        return Fraction(0), LimitUnit.SAME_DAY
    if item.kind in {"at-once", "at-once-from"}:
        return Fraction(0), LimitUnit.AT_ONCE
    if item.kind == "next-day":
        return Fraction(1), LimitUnit.WORKING_DAYS
    assert item.unit is not None
    return item.amount, item.unit


def parse_limits(
    cleaned: str,
) -> tuple[tuple[tuple[Fraction, LimitUnit], ...], tuple[Finding, ...]]:
    """Parse a cleaned text.

    Returns:
        The amounts and units in the order of the text, and what is to be said about it.
    """
    reader = ItemReader(cleaned, find_remarks(cleaned))
    reader.read()
    interpreter = _Interpreter(cleaned, reader.items, reader.found)
    values = interpreter.run()
    return values, tuple(interpreter.found)
