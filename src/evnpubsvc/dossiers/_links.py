"""Links between dossiers (liên thông): which do not exist, and which wait for each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from evnpubsvc.dossiers._dossier import Dossier
from evnpubsvc.findings import Finding, finding

_Links: TypeAlias = Mapping[str, tuple[str, ...]]


def check_links(dossiers: Iterable[Dossier]) -> tuple[Finding, ...]:
    """Return what is wrong with the links between dossiers (liên thông).

    The findings have the reasons `link-unknown`, `link-circle` and `code-twice`.

    Dossiers that all wait for each other are reported once, by a shortest circle through the one
    of them that comes first. The time grows with the number of dossiers and links.

    >>> one, other = Dossier("a", linked=("b",)), Dossier("b", linked=("a",))
    >>> [found.reason for found in check_links([one, other])]
    ['link-circle']
    """
    links = Links()
    for dossier in dossiers:
        links.add(dossier.code, dossier.linked)
    return links.find_faults()


class Links:
    """The links between the dossiers of a register, without the dossiers themselves."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}  # where a code stands first
        self._links: dict[str, tuple[str, ...]] = {}  # of those that have any
        self._twice: list[Finding] = []
        self._count = 0

    def add(self, code: str, linked: tuple[str, ...]) -> None:
        """Take the next dossier."""
        index = self._count
        self._count += 1
        # Codes that stand twice; the first of them counts.
        first = self._places.setdefault(code, index)
        if first != index:
            self._twice.append(finding("code-twice", f"$[{index}].code", code, first=first))
        elif linked:
            self._links[code] = linked

    def find_faults(self) -> tuple[Finding, ...]:
        """Return what is wrong with the links of the dossiers so far, as `check_links`."""
        links, places = self._links, self._places
        found = list(self._twice)

        # Links that lead nowhere.
        for code, linked in links.items():
            for place, other in enumerate(linked):
                if other not in places:
                    path = f"$[{places[code]}].linked[{place}]"
                    found.append(finding("link-unknown", path, other))

        # Links that lead round: no way leads on from a dossier without links.
        known = {code: tuple(other for other in links[code] if other in links) for code in links}
        circles = [_find_circle(knot, known, places) for knot in _find_knots(known)]
        for circle in sorted(circles, key=lambda circle: places[circle[0]]):
            path = f"$[{places[circle[0]]}].linked"
            found.append(finding("link-circle", path, " → ".join(circle)))
        return tuple(found)


def _find_knots(links: _Links) -> Iterator[set[str]]:
    """Return the sets of dossiers in which each waits, step by step, for every other one.

    They are the strongly connected parts, found by Tarjan's walk without recursion, since chains
    may be long.
    """
    number: dict[str, int] = {}  # of the dossiers that were met, in the order of meeting them
    lowest: dict[str, int] = {}  # the lowest number of an open dossier that one leads back to
    still_open: list[str] = []
    place: dict[str, int] = {}  # of those that are open
    for start in links:
        path = [] if start in number else [start]
        ahead: list[Iterator[str]] = []
        while path:
            code = path[-1]
            if code not in number:
                number[code] = lowest[code] = len(number)
                place[code] = len(still_open)
                still_open.append(code)
                ahead.append(iter(links[code]))

            # Go on to the next dossier that was not met; one that is open leads back.
            for other in ahead[-1]:
                if other not in number:
                    path.append(other)
                    break
                if other in place:
                    lowest[code] = min(lowest[code], number[other])
            else:
                # All its links were followed: it closes a knot if it leads back to none before it.
                del path[-1], ahead[-1]
                if path:
                    lowest[path[-1]] = min(lowest[path[-1]], lowest[code])
                if lowest[code] == number[code]:
                    knot = still_open[place[code] :]
                    del still_open[place[code] :]
                    for each in knot:
                        del place[each]
                    if len(knot) > 1 or code in links[code]:
                        yield set(knot)


def _find_circle(knot: set[str], links: _Links, places: Mapping[str, int]) -> list[str]:
    """Return a shortest circle of a knot through its first dossier, beginning with that."""
    first = min(knot, key=lambda code: places[code])
    before: dict[str, str] = {}
    ahead = deque([first])
    while first not in before:
        code = ahead.popleft()
        for other in links[code]:
            if other in knot and other not in before:
                before[other] = code
                ahead.append(other)

    # Back from the first dossier to itself.
    circle = [first]
    while before[circle[-1]] != first:
        circle.append(before[circle[-1]])
    return [first, *circle[:0:-1]]
