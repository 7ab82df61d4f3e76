"""Values of dimensions that may be one value written in different ways."""

from __future__ import annotations

from evnpubsvc.findings import Finding, notice
from evnpubsvc.statistics._tally import Tally
from evnpubsvc.units.parts import look_alikes


def check_values(counted: Tally) -> tuple[Finding, ...]:
    """Say what is odd about the values of a tally's dimensions.

    Values that look like one, written in different ways, are counted apart: which of them are one
    is for the mapping to say (`values`). Where the tally is counted by `due_mark`, provisional due
    dates are pointed out.

    Returns:
        A notice `values-look-alike` for each group, with the dimension and the values; a notice
        `due-dates-provisional` with the number of dossiers whose due date rests on days off that
        are not decided.

    >>> from datetime import date
    >>> from evnpubsvc.statistics import RegisterRow, tally
    >>> rows = [RegisterRow(date(2022, 12, 1), dimensions={"unit": name}) for name in ("Hòa Bình",
    ...     "Hoà bình")]
    >>> for found in check_values(tally(rows, by=["unit"], as_of=date(2022, 12, 14),
    ...     compare="date")):
    ...     print(found.reason)
    values-look-alike
    """
    found: list[Finding] = []
    for index, name in enumerate(counted.dimensions):
        values = dict.fromkeys(key[index] for key in sorted(counted.counts(), key=str))
        groups = look_alikes(value for value in values if isinstance(value, str))
        path = f"dimension {name}"
        found += (notice("values-look-alike", path, None, values=group) for group in groups)
    if "due_mark" in counted.dimensions:
        place = counted.dimensions.index("due_mark")
        number = sum(n for key, n in counted.counts().items() if key[place] == "provisional")
        if number:
            found.append(notice("due-dates-provisional", "dimension due_mark", number))
    return tuple(found)
