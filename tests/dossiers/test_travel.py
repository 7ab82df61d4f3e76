"""What is derived from the events of a dossier stays at home."""

import pickle

import attrs
from hypothesis import given

from evnpubsvc.dossiers import Dossier
from evnpubsvc.serde import from_json, to_json
from evnpubsvc.strategies import dossiers


@given(dossiers())
def test_the_state_is_in_no_pickle_dict_or_json(drawn: Dossier) -> None:
    # Made from its pickle: equal values inside a drawn record may be one object or two.
    dossier = pickle.loads(pickle.dumps(drawn))
    before = pickle.dumps(dossier), attrs.asdict(dossier), to_json(dossier)
    assert dossier.state == drawn.state
    assert (pickle.dumps(dossier), attrs.asdict(dossier), to_json(dossier)) == before
    assert "_state" not in attrs.asdict(dossier)
    assert from_json(to_json(dossier), Dossier) == dossier
