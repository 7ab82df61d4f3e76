"""Pages that show a result (extra `page`): one HTML file that holds all it needs.

Standings, or a month of an office, as people read them on a phone, on paper, without network and
with a screen reader. The same record gives the same bytes.
"""

from evnpubsvc._hooks import publish
from evnpubsvc.errors import MisuseError

try:
    import htpy as _htpy
except ModuleNotFoundError:
    raise MisuseError("extra-missing", "htpy", extra="page") from None

from evnpubsvc.page._month import month_page
from evnpubsvc.page._standings import explanations_page, standings_page

__all__ = ["explanations_page", "month_page", "standings_page"]

del _htpy
publish(__name__, __all__)
