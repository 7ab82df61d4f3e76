"""A small sheet that tests of several commands score by."""

DRIVE = """
key = "drive"
title = { vi = "Đợt", en = "Drive" }
maximum = 100
rounding = { places = 2, at = "total" }
[[groups]]
key = "g"
title = { vi = "Nhóm", en = "Group" }
maximum = 100
[[groups.criteria]]
kind = "ratio"
key = "on"
title = { vi = "Đúng hạn", en = "On time" }
maximum = 100
numerator = "n"
denominator = "d"
zero = "zero"
[[figures]]
key = "n"
unit = "dossiers"
title = { vi = "đúng hạn", en = "on time" }
[[figures]]
key = "d"
unit = "dossiers"
title = { vi = "tiếp nhận", en = "received" }
"""
