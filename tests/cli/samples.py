"""Small sheets that tests of several commands score by."""

from tests.sheets import counted, ratio, sheet, table

DRIVE = sheet(
    100,
    ratio(("on", "Đúng hạn", "On time"), 100, ("n", "d"), zero="zero"),
    counted(("n", "đúng hạn", "on time")),
    counted(("d", "tiếp nhận", "received")),
)

# A drive whose figures are counted from a register, with a prize.
COUNTED_DRIVE = sheet(
    10,
    ratio(("on-time", "Đúng hạn", "On time"), 10, ("on_time", "received")),
    counted(("on_time", "đúng hạn", "on time"), "finished-on-time"),
    counted(("received", "phải giải quyết", "to handle"), "to-handle"),
    table("prizes", ("first", "Giải nhất", "First prize"), "places = 1"),
    named=("drive", "Đợt thi đua", "Drive"),
    group=("all", "Chung", "All"),
)
