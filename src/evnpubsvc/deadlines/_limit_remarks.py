"""Remarks around a time limit that are about something else.

What is to be paid, where to hand in, what the papers ask for, who then decides, how a refusal is
given. A remark is passed over only where nothing in it could state or change a limit; what was
passed over is said by a notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from evnpubsvc.deadlines._limit_items import MONEY, ItemReader

# What a remark never holds, or it may say how long, in which days, for whom or from when.
_LIMITS: Final = frozenset(
    {
        "limit",
        "same-day",
        "next-day",
        "at-once",
        "at-once-from",
        "working",
        "calendar",
        "clock",
        "half",
        "exclude",
        "include",
    }
)
_CONDITIONS: Final = frozenset({"minimum", "vague", "extension", "before", "from", "case", "level"})
# Few texts come to what stands as a text here and below: `re` compiles it then, and keeps it.
_TURNS: Final = r"\b(?:không|chưa|gấp|mỗi|từng|lần|bước|thêm|nửa|not|no|half)\b"

_MOST: Final = 20  # remarks of a text; a cell of a catalogue has a few

# --- what is to be paid ---------------------------------------------------------------------------

# The catalogue glues the column of fees before the one of limits: "(10.000 đồng/giấy)03 ngày".
_GLUED: Final = re.compile(rf"(?:{MONEY})?\s*(?P<remark>\(.*\))(?=\w)")
_IN_BRACKETS: Final = re.compile(r"\((?P<remark>[^()]+)\)")
_BEGINS_WITH_COSTS: Final = (
    rf"[\s(*+.-]*(?:{MONEY}|đồng\b|đông\b|đ\b|phí\b|lệ phí\b|miễn\b|mức (?:thu|phí)\b|lần cấp\b|/"
    r"|nộp (?:1|01|một) lần\b)"
)
_ENDS_WITH_PRICE: Final = (
    rf"(?:{MONEY}|(?<![0-9.,])[0-9][0-9.,]*+\s*+/\s*+\w++)\s*+(?:[/\w-]++\s*+){{0,4}}+[\s.;)]*+$"
)
_BEGINS_WITH_CASE: Final = r"[\s(*+.-]*(?:trường hợp|đối với|nếu|với|khi|riêng)\b"
# "thẻ có thời hạn không quá 02 năm: 145 USD": how long the paper is valid for that price.
_PRICED: Final = rf"(?<![0-9])[0-9]{{1,3}}\s+(?:năm|tháng)\s*:\s*(?={MONEY})"
_PAID_AT_ONCE: Final = r"\bnộp (?:1|01|một) lần\b[^.;]{0,100}?\bngay(?: sau)?(?: khi)?\b"

# --- where to hand in -----------------------------------------------------------------------------

_SENTENCE_ENDS: Final = re.compile(r"[.;](?=\s)")
_HANDS_IN: Final = (
    r"[\s*+)-]*(?:hoặc[\s-]+)?(?:(?:trực tiếp )?(?:nộp|gửi) (?:hồ sơ|đơn)\b"
    r"|cách(?: thức)? thực hiện\b|qua đường bưu chính\b|trên môi trường điện tử\b"
    r"|các hình thức phù hợp khác\b"
    r"|(?:công dân|cá nhân|tổ chức|người nộp)\b[^.;]*\b(?:đăng ký|nộp|gửi)\b)"
)
_HARMLESS_THERE: Final = r"\b(?:trên (?:môi trường|cổng)|với|cấp (?:xã|tỉnh|huyện))\b"

# --- what the papers ask for ----------------------------------------------------------------------

_ASKS: Final = r"(?:đề nghị|xác nhận|yêu cầu|đăng ký|thông báo|kiến nghị)"
_PAPERS: Final = re.compile(
    r"\bnhận (?:được |đủ |đầy đủ )*(?:(?:tờ khai|đơn|văn bản|công văn|phiếu|giấy) )?"
    rf"{_ASKS}(?: {_ASKS})* (?P<remark>[^\W\d_][^.()]*?)"
    r"(?=[.()]|$|,? (?:trong )?trường hợp|, (?:cơ quan|sở|cục|ủy ban|ubnd)\b)"
)
_OBJECT: Final = r"[^\W\d_](?:[^\W\d_]|[\s,;-])*"

# --- who then decides, and how a refusal is given -------------------------------------------------

_ACTS: Final = re.compile(
    r"(?:,|[0-9)] (?:ngày làm việc|ngày|giờ làm việc|giờ|tháng))\s+"
    r"(?P<remark>(?:cơ quan|sở|cục|chi cục|tổng cục|bộ|ủy ban|ubnd|phòng|công an|trung tâm|chủ tịch"
    r"|giấy thông hành)\b[^.;()0-9]{0,300}?)(?=,? (?:trong )?trường hợp|[.;(]|$)"
)
_RESULT: Final = (
    r"\bcấp (?:giấy|chứng|thẻ|tài khoản|phiếu|văn bằng)|có văn bản (?:trả lời|chấp thuận)"
    r"|trả kết quả|hủy giá trị sử dụng|(?:ban hành|ra) quyết định"
)
_STEP: Final = (
    r"\b(?:(?<!vận )chuyển|trình|thông báo|báo cáo|lấy ý kiến|xin ý kiến|thẩm định|yêu cầu|gửi)\b"
)
_REFUSAL: Final = re.compile(
    r"(?P<remark>(?:trong )?trường hợp (?:không|từ chối) (?:cấp|cung cấp|chấp thuận|chấp nhận"
    r"|đồng ý|giải quyết|công nhận|phê duyệt|cho phép)\b[^.;0-9]{0,300}?"
    r"(?:bằng văn bản|có văn bản)[^.;0-9]*)"
)


def find_remarks(text: str) -> dict[int, int]:
    """Return where the remarks of a cleaned text begin, and where each ends."""
    spans: dict[int, int] = {}
    for start, end in islice(_find_spans(text), _MOST):
        # No remark begins inside another one.
        if not any(first < end and start < last for first, last in spans.items()):
            spans[start] = end
    return spans


def _find_spans(text: str) -> Iterator[tuple[int, int]]:
    # What is to be paid: before the limit, then in brackets of its own.
    sentences = 0
    glued = _GLUED.match(text)
    if glued and _is_about_costs(glued["remark"], strict=False):
        sentences = glued.end("remark")
        yield glued.span("remark")
    for match in _IN_BRACKETS.finditer(text, sentences):
        if _is_about_costs(match["remark"], strict=True):
            yield match.span()

    # Sentences about where to hand in, from the first one on.
    for match in _SENTENCE_ENDS.finditer(text, sentences):
        sentence = text[sentences : match.end()].lstrip()
        sentences = match.end()
        if re.match(_HANDS_IN, sentence) and _is_quiet(
            re.sub(_HARMLESS_THERE, " ", sentence), strict=True
        ):
            yield sentences - len(sentence), sentences

    # Clauses of the sentence of the limit.
    for match in _PAPERS.finditer(text):
        remark = match["remark"]
        is_named = re.fullmatch(_OBJECT, remark) and not re.search(_TURNS, remark)
        if is_named and _is_quiet(remark, strict=True):
            yield match.span("remark")
    for match in _ACTS.finditer(text):
        remark = match["remark"]
        decides = re.search(_RESULT, remark) and not re.search(_STEP, remark)
        if decides and _is_quiet(remark, strict=True):
            yield match.span("remark")
    for match in _REFUSAL.finditer(text):
        if _is_quiet(match["remark"].partition("không")[2], strict=False):
            yield match.span("remark")


def _is_about_costs(remark: str, *, strict: bool) -> bool:
    if re.match(_BEGINS_WITH_CASE, remark):
        return False
    if not (re.match(_BEGINS_WITH_COSTS, remark) or re.search(_ENDS_WITH_PRICE, remark)):
        return False
    return _is_quiet(re.sub(_PAID_AT_ONCE, " ", re.sub(_PRICED, " ", remark)), strict=strict)


def _is_quiet(text: str, *, strict: bool) -> bool:
    """Whether nothing in a text states a limit; strictly, whether nothing could change one."""
    reader = ItemReader(text)
    reader.read()
    loud = _LIMITS | _CONDITIONS if strict else _LIMITS
    return not any(item.kind in loud for item in reader.items)
