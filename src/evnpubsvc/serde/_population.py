"""Population and means of units from a TOML document."""

from __future__ import annotations

from evnpubsvc._files import Source
from evnpubsvc.serde._documents import read_document
from evnpubsvc.units import PopulationTable


def read_population(source: Source) -> PopulationTable:
    r"""Read figures of the people of units from a TOML file or binary stream.

    Returns:
        The table; one `[[figures]]` for each figure, a count as `{ value = 8000, unit = "people" }`
        or, as published, `{ least = 7001, unit = "people", wording = "hơn 7.000" }`.

    Raises:
        DataError: with every finding and its path.

    >>> import io
    >>> table = read_population(io.BytesIO(b'''
    ... [[figures]]
    ... unit = { code = "20971" }
    ... kind = "households"
    ... day = 2022-12-31
    ... count = { value = 2000, unit = "households" }
    ... source = { instrument = "made up for this example" }
    ... '''))
    >>> print(table.figures[0].count)
    2,000 households
    """
    return read_document(source, PopulationTable)
