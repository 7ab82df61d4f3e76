"""Sheets as people write them: the TOML of a small drive, put together from its parts."""

from collections.abc import Sequence

Named = tuple[str, str, str]
"""A key, and what it is called in Vietnamese and English."""


def sheet(
    maximum: int,
    *parts: str,
    named: Named = ("drive", "Đợt", "Drive"),
    group: Named = ("g", "Nhóm", "Group"),
    rounded_at: str = "total",
) -> str:
    """Write a sheet with one group: its head, then its criteria, figures and whatever follows."""
    head = f"{_name(named)}maximum = {maximum}\n"
    head += f'rounding = {{ places = 2, at = "{rounded_at}" }}\n'
    return "\n" + head + table("groups", group, f"maximum = {maximum}") + "".join(parts)


def ratio(named: Named, maximum: int, sides: Sequence[str], zero: str = "not-assessable") -> str:
    """Write a criterion that is a share of two figures."""
    part, whole = sides
    return _criterion(
        "ratio",
        named,
        f"maximum = {maximum}",
        f'numerator = "{part}"',
        f'denominator = "{whole}"',
        f'zero = "{zero}"',
    )


def points(named: Named, maximum: int, read: str) -> str:
    """Write a criterion whose points somebody gave."""
    return _criterion("points", named, f"maximum = {maximum}", f'figure = "{read}"')


def counted(named: Named, measure: str | None = None) -> str:
    """Write a figure that is a number of dossiers, counted from a register by a measure if any."""
    more = () if measure is None else (f'measure = "{measure}"',)
    return table("figures", named, *more, first=('unit = "dossiers"',))


def table(of: str, named: Named, *lines: str, first: Sequence[str] = ()) -> str:
    """Write a table of an array: its key, the lines that come first, its title, the others."""
    key, title = _name(named).splitlines()
    return "\n".join([f"[[{of}]]", key, *first, title, *lines, ""])


def _criterion(kind: str, named: Named, *lines: str) -> str:
    return "\n".join(
        ["[[groups.criteria]]", f'kind = "{kind}"', _name(named) + lines[0], *lines[1:], ""]
    )


def _name(named: Named) -> str:
    key, vi, en = named
    return f'key = "{key}"\ntitle = {{ vi = "{vi}", en = "{en}" }}\n'
