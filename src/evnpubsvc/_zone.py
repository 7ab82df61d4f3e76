"""The time zone of Viet Nam, below every room."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Final

# One offset all year, without daylight saving since 1975; fixed, so that no table of zones is
# needed.
VIETNAM_TIME: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
