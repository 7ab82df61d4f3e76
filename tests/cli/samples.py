"""Small sheets that tests of several commands score by."""

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

# A drive whose figures are counted from a register, with a prize.
COUNTED_DRIVE = """
key = "drive"
title = { vi = "Đợt thi đua", en = "Drive" }
maximum = 10
rounding = { places = 2, at = "total" }

[[groups]]
key = "all"
title = { vi = "Chung", en = "All" }
maximum = 10

[[groups.criteria]]
kind = "ratio"
key = "on-time"
title = { vi = "Đúng hạn", en = "On time" }
maximum = 10
numerator = "on_time"
denominator = "received"
zero = "not-assessable"

[[figures]]
key = "on_time"
unit = "dossiers"
title = { vi = "đúng hạn", en = "on time" }
measure = "finished-on-time"

[[figures]]
key = "received"
unit = "dossiers"
title = { vi = "phải giải quyết", en = "to handle" }
measure = "to-handle"

[[prizes]]
key = "first"
title = { vi = "Giải nhất", en = "First prize" }
places = 1
"""
