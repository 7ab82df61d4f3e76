"""Every text is in its language.

Catalogue with drawn values, tables of law, and what code puts into messages.
"""

import ast
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import evnpubsvc
from evnpubsvc.texts.parts import catalogue
from tests.deep import cases
from tests.texts.drawn import USERS_WORDS, Drawer
from tests.texts.wording import faults

_SOURCE = Path(evnpubsvc.__file__).parent
_USERS_NAMES = [word for text in USERS_WORDS for word in text.split()]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_drawn_messages_are_in_their_language(lang: str) -> None:
    names = _USERS_NAMES if lang == "en" else ()
    found = {
        (what, fault, text)
        for what, text in Drawer(1).messages(cases(3_000, 100_000), lang)
        for fault in faults(text, lang, names=names)
    }
    assert found == set()


def _vietnamese(table: Any, path: str) -> Iterator[tuple[str, str]]:
    """Give every Vietnamese text of a data file with its place."""
    if isinstance(table, Mapping):
        for key, value in table.items():
            if (key == "vi" or key.endswith("_vi")) and isinstance(value, str):
                yield path, value
            else:
                yield from _vietnamese(value, f"{path}.{key}")
    elif isinstance(table, list):
        for index, value in enumerate(table):
            yield from _vietnamese(value, f"{path}[{index}]")


# Names of systems and packages that data files speak of.
_DATA_NAMES = (
    "c",  # points of articles: "điểm c khoản 2"
    *("DVCQG", "TTg", "VNeID", "KQ", "CSDL", "ĐKDN", "Hybrid", "Ms", "Aspira"),
)


def test_texts_of_the_data_files_are_vietnamese() -> None:
    found = [
        (path.name, place, fault, text)
        for path in sorted(_SOURCE.rglob("*.toml"))
        if path.parent.name != "texts"
        for place, text in _vietnamese(tomllib.loads(path.read_text(encoding="utf-8")), "$")
        for fault in faults(text, "vi", names=_DATA_NAMES)
        if not fault.startswith("decimal point")  # numbers of criteria: 1.2, 4.5a
    ]
    assert found == []


# One word for one thing, as the instruments write it: what an official would strike out, and what
# belongs there.
_STRUCK_OUT = {
    r"phiếu xin lỗi|thư xin lỗi": "văn bản xin lỗi",
    r"sổ hồ sơ|sổ tính": "sổ theo dõi hồ sơ; tệp bảng tính",
    r"bảng đếm": "bảng thống kê",
    r"bảng điểm|bộ mẫu": "bảng chấm điểm",
    r"trễ|chưa xong|đã xong|nuốt|đòi": "quá hạn; chưa giải quyết xong",
    r"hạn trả|ngày hẹn(?! trả)": "ngày hẹn trả",
    r"giấy hẹn|phiếu hẹn": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    r"quy định chuyên ngành": "pháp luật chuyên ngành",
    r"nhãn|kênh|phát hiện|hạt giống": "mức độ; hình thức nộp hồ sơ; lỗi, lưu ý",
    r"phi địa giới|BCCI": "không phụ thuộc vào địa giới hành chính; dịch vụ bưu chính công ích",
    r"bộ phận một cửa": "Bộ phận Một cửa",
    r"số đếm|không thể âm": "số lượng; không được âm",
    r"mức tin cậy": "độ tin cậy",
    r"giờ hành chính": "giờ làm việc",
    r"ánh xạ": "tệp khai báo cột",
    r", nhận được|nhưng được|nằm ở chỗ": "giá trị đã cho",
    r"hồ sơ gốc": "hồ sơ chính",
    r"art\.|điều \d": "Điều",
}
# The time to answer is no due date.
_RIGHT = ("hạn trả lời",)


def test_one_word_for_one_thing() -> None:
    """The glossary of the docs decides; input that readers accept is not looked at."""
    found = []
    for path in sorted(_SOURCE.rglob("*.toml")):
        for place, text in _vietnamese(tomllib.loads(path.read_text(encoding="utf-8")), "$"):
            kept = text
            for right in _RIGHT:
                kept = kept.replace(right, "")
            found += [
                (path.name, place, match.group(), instead)
                for pattern, instead in _STRUCK_OUT.items()
                if (match := re.search(rf"(?<!\w)(?:{pattern})(?!\w)", kept))
            ]
    assert found == []


_MAKERS = {"finding", "notice", "MisuseError", "UnknownNameError", "OutsideCoverageError"}


def _given(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Give the values that a call puts into a message, each with the name of its part."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name in _MAKERS and call.args:
        place = 2 if name in {"finding", "notice"} else 1
        yield from (("value", value) for value in call.args[place : place + 1])
        yield from ((word.arg, word.value) for word in call.keywords if word.arg)


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(_SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(_SOURCE)}:{node.lineno}", node


_MADE_TEXT = ("join", "isoformat", "strftime", "message", "line", "hint", "format")


def test_messages_are_given_values_and_not_text_made_before() -> None:
    """Dates, numbers, lists and findings are written later, in the language that is asked for."""
    made = []
    for place, call in _calls():
        for name, value in _given(call):
            text = ast.unparse(value)
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
                bad = value.func.attr in _MADE_TEXT and "' -> '" not in text and "' → '" not in text
            else:
                bad = isinstance(value, ast.Call) and text.startswith(
                    ("decimal_text(", "localised(")
                )
            if bad and "'-'.join" not in text and "__name__" not in text:
                made.append(f"{place}: {name}={text}")
    assert made == []


def test_calls_fill_every_placeholder() -> None:
    missing = []
    for place, call in _calls():
        if not call.args or not isinstance(call.args[0], ast.Constant):
            continue
        entry = catalogue().get(str(call.args[0].value))
        parts = list(_given(call))
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        open_ended = any(word.arg is None for word in call.keywords)
        if entry is None or name not in _MAKERS or open_ended:
            continue
        wanted = {
            field
            for text in entry.values()
            for _, field, _, _ in string.Formatter().parse(text)
            if field is not None
        }
        if wanted - {part for part, _ in parts}:
            missing.append((place, call.args[0].value, wanted - {part for part, _ in parts}))
    assert missing == []


def test_the_judge_finds_what_it_is_there_for() -> None:
    """A judge that finds nothing proves nothing."""
    assert list(faults("hạn trả 2025-08-20", "vi")) == ["ISO date 2025-08-20"]
    assert list(faults("theo art. 147(2) Bộ luật Dân sự", "vi"))
    assert list(faults("88.62% hồ sơ", "vi")) == ["decimal point 88.62"]
    assert list(faults("88,62 % hồ sơ", "vi")) == ["blank before percent 2 %"]
    assert list(faults("7.049 hồ sơ, 88,62%", "vi")) == []
    assert list(faults("tạm dừng vì supplement", "vi")) == ["word supplement"]
    assert list(faults("mức not-above", "vi")) == ["word not-above"]
    assert list(faults("Trực tiếpTr…ực tiếp", "vi")) == ["cut word r…ự"]
    assert list(faults("giá trị {value}", "vi"))
    assert list(faults("the day is due", "vi"))
    assert list(faults("còn hạn đến hết ngày 30/6/2025", "vi")) == []
    assert list(faults("the dossier is hồ sơ", "en")) == ["word hồ", "word sơ"]
