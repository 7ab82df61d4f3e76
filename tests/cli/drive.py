"""A drive of one criterion, counted from a register, with a prize."""

from typing import Final

DRIVE: Final = """
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
