"""Plain data in, records or findings out: each problem has its place."""

import pytest

from evnpubsvc.dossiers import Dossier
from evnpubsvc.errors import DataError
from evnpubsvc.serde import from_data


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"])
def test_a_text_that_no_file_takes_is_found_where_it_is(bad: str) -> None:
    event = {"kind": "submitted", "at": "2025-07-01", "activity": bad}
    data = {"code": bad, "events": [event, 3]}
    with pytest.raises(DataError) as caught:
        from_data(data, Dossier)
    places = {each.path for each in caught.value.findings if each.reason == "text-not-writable"}
    assert places == {"$.code", "$.events[0].activity"}
    assert any(each.path == "$.events[1]" for each in caught.value.findings)
    assert not any("\0" in each.message() for each in caught.value.findings)
