"""Calls of every command in Vietnamese, on right and wrong input.

What the test reads and the page of the docs shows.
"""

import contextlib
import io
import os
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click

from evnpubsvc.cli import evnpubsvc

_REGISTER = """Mã hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Ngày có kết quả,Lĩnh vực,Hình thức nộp
HS1,15/11/2022,29/11/2022,25/11/2022,Hộ tịch,Trực tuyến
HS2,16/11/2022,30/11/2022,30/11/2022,Hộ tịch,Trực tiếp
HS3,17/11/2022,01/12/2022,05/12/2022,Chứng thực,Trực tuyến
HS4,02/12/2022,16/12/2022,,Chứng thực,Bưu chính
HS5,01/11/2022,11/11/2022,,Đất đai,Trực tiếp
"""
_COLUMNS = """received = "Ngày tiếp nhận"
due = "Ngày hẹn trả"
finished = "Ngày có kết quả"
dates = "dmy"
timezone = "Asia/Ho_Chi_Minh"
[dimensions]
field = "Lĩnh vực"
channel = "Hình thức nộp"
[values.channel]
"Trực tuyến" = "online"
"Trực tiếp" = "in-person"
"Bưu chính" = "post"
"""
_LOG = """ma,thoi_diem,viec
000.00.53.H48-221215-0099,15/12/2022 08:30,nop
000.00.53.H48-221215-0099,15/12/2022 09:00,nhan
000.00.53.H48-221215-0099,20/12/2022 09:00,bo_sung
000.00.53.H48-221215-0099,22/12/2022 09:00,nhan_bo_sung
000.00.53.H48-221215-0099,06/02/2023 10:00,xong
"""
_LOG_COLUMNS = """case = "ma"
activity = "viec"
timestamp = "thoi_diem"
dates = "dmy"
timezone = "Asia/Ho_Chi_Minh"
[activities]
nop = "submitted"
nhan = "received"
bo_sung = "supplement-requested"
nhan_bo_sung = "supplement-received"
xong = "resolved"
"""
_DOSSIERS = """{"code": "000.00.53.H48-221215-0099", "channel": "online", \
"limit": {"amount": "15", "unit": "working-days"}, \
"stated_due": "2023-01-10", "events": [\
{"kind": "submitted", "at": "2022-12-15T08:30:00+07:00"}, \
{"kind": "received", "at": "2022-12-15T09:00:00+07:00"}, \
{"kind": "supplement-requested", "at": "2022-12-20T09:00:00+07:00"}, \
{"kind": "supplement-received", "at": "2022-12-22T09:00:00+07:00"}, \
{"kind": "apology", "at": "2023-02-08T09:00:00+07:00", "due": "2023-02-20"}, \
{"kind": "resolved", "at": "2023-02-24T10:00:00+07:00"}]}
{"code": "A-3", "events": [{"kind": "returned", "at": "2022-12-15T08:30:00+07:00"}]}
{"code": "000.00.53.H48-221215-0100", "events": [\
{"kind": "submitted", "at": "2022-12-15T08:30:00+07:00"}, \
{"kind": "received", "at": "2022-12-15T09:00:00+07:00"}, \
{"kind": "withdrawal-asked", "at": "2022-12-16T09:00:00+07:00"}, \
{"kind": "withdrawal-accepted", "at": "2022-12-17T09:00:00+07:00"}]}
"""
_FIGURES = """unit,name,dossiers_received,dossiers_on_time
A,Xã An Bình,12000,11500
B,Xã Bình An,800,
C,Xã Cẩm Hà,x,3
"""
_SCHEME = """key = "bang-thu"
title = { vi = "Bảng thử", en = "Trial" }
maximum = 10
[[groups]]
key = "tien-do"
title = { vi = "Tiến độ", en = "Progress" }
maximum = 9
[[groups.criteria]]
kind = "ratio"
key = "dung-han"
title = { vi = "Đúng hạn", en = "On time" }
maximum = 7
numerator = "dung_han"
denominator = "tiep_nhan"
"""
_DRIVE = """key = "dot-thi-dua-2022"
title.vi = "Đợt thi đua dịch vụ công trực tuyến huyện Núi Thành năm 2022"
title.en = "Drive of Núi Thành, 2022"
form = "wave"
scope = "locality"
start = 2022-04-19
end = 2022-12-15
scheme = "nui-thanh-2022.toml"
figures = "nui-thanh-2022.csv"
columns = "nui-thanh-2022-columns.toml"
launch.number = "81/KH-UBND"
launch.day = 2022-04-19
launch.issuer = "UBND huyện Núi Thành"
launch.level = "district"
participants = [
  { unit = "20971" }, { unit = "S1" }, { unit = "S2" }, { unit = "S3" },
  { unit = "S4" }, { unit = "S5" }, { unit = "S6" },
]
"""
_PLANS = """[[plans]]
key = "huyen"
title = { vi = "Kế hoạch thử của huyện", en = "Trial plan of the district" }
tier = "district"
start = 2022-10-01
end = 2022-12-31
[[plans.tasks]]
key = "truc-tuyen"
title = { vi = "Hồ sơ trực tuyến", en = "Online dossiers" }
owner = "Văn phòng HĐND và UBND huyện"
rate = "online-share"
target = { at_least = 0.5, by = 2022-12-14 }
[[plans]]
key = "xa"
title = { vi = "Kế hoạch thử của xã", en = "Trial plan of the commune" }
tier = "commune"
start = 2022-10-01
end = 2022-12-31
upper = "huyen"
[[plans.tasks]]
key = "truc-tuyen"
title = { vi = "Hồ sơ trực tuyến", en = "Online dossiers" }
owner = "Bộ phận Một cửa"
rate = "online-share"
where = { field = "Hộ tịch" }
serves = "truc-tuyen"
target = { at_least = 0.6, by = 2022-12-14 }
[[plans.tasks]]
key = "tuyen-truyen"
title = { vi = "Tin phát thanh", en = "Broadcasts" }
reported = "events"
results = [{ day = 2022-11-30, count = { least = 7, unit = "events", wording = "hơn 6" } }]
"""
_REGISTER_WITH_LEVELS = """\
Mã hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Ngày có kết quả,Lĩnh vực,Hình thức nộp,Mức độ
HS1,03/9/2026,17/9/2026,14/9/2026,Hộ tịch,Trực tuyến,Toàn trình
HS2,04/9/2026,18/9/2026,18/9/2026,Hộ tịch,Trực tuyến,Một phần
HS3,05/9/2026,12/9/2026,13/9/2026,Chứng thực,Trực tiếp,Một phần
HS4,06/9/2026,20/9/2026,,Đất đai,Bưu chính,Một phần
HS5,07/9/2026,21/9/2026,,Đất đai,,Một phần
"""
_COLUMNS_WITH_LEVELS = """level = "Mức độ"
[values.level]
"Toàn trình" = "full"
"Một phần" = "partial"
"""

# What each call is about, its arguments, and words of the data that are no Vietnamese.
CALLS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Ngày hẹn trả", ("due", "28/04/2022", "15 ngày làm việc")),
    ("Ngày hẹn trả, có tạm dừng", ("due", "15/12/2022 09:00", "10 ngày làm việc", "--channel",
        "post", "--stop", "verification:20/12/2022/27/12/2022")),
    ("Ngày hẹn trả, tiếp nhận sau 15 giờ", ("due", "15/12/2022 15:30", "trong ngày", "--cutoff",
        "hard15")),
    ("Thời hạn chưa rõ cách tính", ("due", "28/04/2022 08:00", "24 giờ")),
    ("Thời hạn theo giờ", ("due", "28/04/2022 08:00", "24 giờ", "--hours", "working")),
    ("Thời hạn không đọc được", ("due", "28/04/2022", "khoảng 3")),
    ("Ngày không đọc được", ("due", "31/02/2022", "3 ngày")),
    ("Mã hồ sơ", ("code", "000.00.53.H48-220921-0099")),
    ("Mã hồ sơ dạng cũ, vào năm 2026", ("code", "000.00.53.H48-260921-0099")),
    ("Mã thủ tục", ("code", "2.000815.000.00.00.H55")),
    ("Mã cơ quan của tỉnh đã sáp nhập", ("code", "H48.12", "--on", "01/09/2025")),
    ("Mã không hợp lệ", ("code", "A-3")),
    ("Mức độ của năm 2021", ("level", "mức độ 4", "--on", "01/06/2021")),
    ("Toàn trình", ("level", "toàn trình", "--on", "01/06/2024")),
    ("Mức độ chưa có", ("level", "mức độ 4", "--on", "01/06/2010")),
    ("Không phải mức độ", ("level", "mức độ chín", "--on", "01/06/2021")),
    ("Thủ tục hành chính", ("procedure", "1.001193", "--on", "01/06/2022")),
    ("Thủ tục không có trong danh mục", ("procedure", "1.999999", "--on", "01/06/2022")),
    ("Lịch nghỉ", ("calendar", "2024")),
    ("Lịch nghỉ chưa có", ("calendar", "2030")),
    ("Chấm điểm một tỉnh", ("score", "qd766-dvcqg-2026", "dak-lak-2026.csv", "--group",
        "timeliness")),
    ("Giải thích điểm", ("explain", "H15", "--scheme", "qd766-dvcqg-2026", "--figures",
        "dak-lak-2026.csv", "--group", "timeliness")),
    ("Chấm điểm các xã", ("score", "nui-thanh-2022.toml", "nui-thanh-2022.csv", "--columns",
        "nui-thanh-2022-columns.toml")),
    ("So sánh hai xã", ("explain", "20971", "--scheme", "nui-thanh-2022.toml", "--figures",
        "nui-thanh-2022.csv", "--columns", "nui-thanh-2022-columns.toml", "--versus", "S1")),
    ("So sánh với xã không có", ("explain", "20971", "--scheme", "nui-thanh-2022.toml",
        "--figures", "nui-thanh-2022.csv", "--columns", "nui-thanh-2022-columns.toml", "--versus",
        "20965")),
    ("Số liệu có lỗi", ("score", "qd766-dvcqg-2026", "so-lieu.csv", "--group", "timeliness")),
    ("Bảng chấm điểm không có", ("score", "qd767", "so-lieu.csv")),
    ("Kiểm tra bảng chấm điểm", ("lint", "bang.toml")),
    ("Kiểm tra bảng dựng sẵn", ("lint", "nd61-2018")),
    ("Đợt thi đua", ("campaign", "dot-thi-dua.toml")),
    ("Tệp không phải đợt thi đua", ("campaign", "tam-xuan-ii-2022.toml")),
    ("Kế hoạch, nhiệm vụ, chỉ tiêu", ("plan", "ke-hoach.toml", "--as-of", "30/11/2022", "--as-of",
        "31/12/2022", "--register", "so.csv", "--register-columns", "cot.toml")),
    ("Kế hoạch chưa đếm sổ", ("plan", "ke-hoach.toml", "--as-of", "31/12/2022")),
    ("Kiểm tra kế hoạch", ("lint", "ke-hoach.toml", "--plans")),
    ("Quy định có hiệu lực", ("law", "onestop", "--on", "28/11/2026")),
    ("Quy định theo thời gian", ("law", "reporting-forms")),
    ("Chủ đề không có", ("law", "mot-cua")),
    ("Thống kê đến một ngày", ("tally", "so.csv", "--columns", "cot.toml", "--by", "field,channel",
        "--as-of", "14/12/2022")),
    ("Thống kê theo kỳ", ("tally", "so.csv", "--columns", "cot.toml", "--by", "field", "--period",
        "statutory-2022-12")),
    ("Tiêu chí không có", ("tally", "so.csv", "--columns", "cot.toml", "--by", "linh_vuc",
        "--as-of", "14/12/2022")),
    ("Biểu II.06a", ("report", "ii-06a", "so.csv", "--columns", "cot.toml", "--period",
        "statutory-2022-12")),
    ("Biểu 07a", ("report", "btp-07a", "so.csv", "--columns", "cot.toml", "--period",
        "statutory-2022-12")),
    ("Biểu 07a, lập được", ("report", "commune", "so-2026.csv", "--columns", "cot-2026.toml",
        "--period", "statutory-2026-09", "--filed-by", "UBND xã Tam Xuân II", "--allow-rejects")),
    ("Biểu không có", ("report", "ii-07", "so.csv", "--columns", "cot.toml", "--period",
        "statutory-2022-12")),
    ("Kỳ không đọc được", ("report", "ii-06a", "so.csv", "--columns", "cot.toml", "--period",
        "xyz")),
    ("Kiểm tra hồ sơ", ("check", "ho-so.jsonl", "--as-of", "28/02/2023")),
    ("Kiểm tra nhật ký", ("check", "nhat-ky.csv", "--columns", "nhat-ky.toml", "--as-of",
        "28/02/2023")),
    ("Một hồ sơ", ("dossier", "ho-so.jsonl", "--as-of", "28/02/2023")),
    ("Một hồ sơ đã rút", ("dossier", "ho-so.jsonl", "--code", "000.00.53.H48-221215-0100",
        "--as-of", "28/02/2023")),
    ("Hồ sơ không có", ("dossier", "ho-so.jsonl", "--code", "X")),
    ("Lịch trực", ("roster", "to.toml", "2022-05")),
    ("Lịch trực khi có người vắng", ("roster", "to.toml", "2022-05", "--absent",
        "TV1=2022-05-04..2022-05-10", "--no-consecutive")),
    ("Vắng mặt viết sai", ("roster", "to.toml", "2022-05", "--absent", "TV1")),
    ("Lịch trực của tháng không có", ("roster", "to.toml", "2022-13")),
    ("Lịch nghỉ, năm viết sai", ("calendar", "hai nghìn")),
    ("Nhật ký thiếu tệp khai báo cột", ("check", "nhat-ky.csv", "--as-of", "28/02/2023")),
    ("Bảng chấm điểm không đọc được", ("lint", "khong-co.toml")),
    ("Tùy chọn không có", ("tally", "so.csv", "--nam", "2022")),
    ("Giá trị không thuộc danh sách", ("tally", "so.csv", "--columns", "cot.toml", "--as-of",
        "14/12/2022", "--engine", "excel")),
    ("Thiếu ngày và kỳ", ("tally", "so.csv", "--columns", "cot.toml")),
    ("Tạo sổ giả định", ("synthesize", "--rows", "x", "--seed", "1")),
    ("Sổ không đọc được", ("pack", "khong-co.csv", "so.parquet", "--columns", "cot.toml")),
    ("Thiếu tham số", ("due",)),
    ("Lệnh không có", ("thongke",)),
    ("Câu chuyện năm 2022", ("demo",)),
)  # fmt: skip
HELP: tuple[tuple[str, ...], ...] = (
    ("--help",),
    *((name, "--help") for name in evnpubsvc.list_commands(click.Context(evnpubsvc))),
)


def lay_files(folder: Path) -> None:
    """Write the input of the calls into a folder."""
    texts = {
        "so.csv": _REGISTER,
        "cot.toml": _COLUMNS,
        "nhat-ky.csv": _LOG,
        "nhat-ky.toml": _LOG_COLUMNS,
        "ho-so.jsonl": _DOSSIERS,
        "so-lieu.csv": _FIGURES,
        "bang.toml": _SCHEME,
        "dot-thi-dua.toml": _DRIVE,
        "ke-hoach.toml": _PLANS,
        "so-2026.csv": _REGISTER_WITH_LEVELS,
        "cot-2026.toml": _COLUMNS.replace("[values", _COLUMNS_WITH_LEVELS + "[values", 1),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    examples = files("evnpubsvc") / "examples"
    for name in (
        "dak-lak-2026.csv",
        "nui-thanh-2022.csv",
        "nui-thanh-2022-columns.toml",
        "nui-thanh-2022.toml",
        "tam-xuan-ii-2022.toml",
    ):
        (folder / name).write_bytes((examples / name).read_bytes())
    team = files("evnpubsvc") / "outreach" / "examples" / "tam-xuan-ii-2022.toml"
    (folder / "to.toml").write_bytes(team.read_bytes())


def outputs(folder: Path, calls: tuple[tuple[str, ...], ...], lang: str = "vi") -> Iterator[str]:
    """Run calls in a folder, in a language, and give what each prints.

    Findings first, as a terminal shows them.
    """
    from evnpubsvc.cli import main

    before = Path.cwd()
    os.chdir(folder)
    try:
        for call in calls:
            shown = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
            with (
                contextlib.redirect_stdout(shown),
                contextlib.redirect_stderr(shown),
                contextlib.suppress(SystemExit),
            ):
                main([*call, "--lang", lang] if call[0] != "--help" else [f"--lang={lang}", *call])
            shown.flush()
            yield shown.buffer.getvalue().decode("utf-8")
    finally:
        os.chdir(before)
