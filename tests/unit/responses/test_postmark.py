"""Ids of messages that only who holds the hub's key can make, and that it knows again."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from ketensluis.envelope.postmark import Postmarks

OURS, THEIRS = Postmarks(b"x" * 32), Postmarks(b"y" * 32)
UNITS = ("Amsterdam", "Limburg", "Oost-Brabant")
TEXT = st.text(max_size=40).filter(lambda text: text.isprintable())


@given(TEXT, TEXT, st.sampled_from(UNITS), TEXT)
def test_an_id_is_known_again_with_its_unit_and_made_again_the_same(
    incident_id: str, recipient: str, unit: str, derived: str
):
    given = {"incident_id": incident_id, "recipient": recipient}
    issued = OURS.issue(derived, **given, unit=unit)
    assert issued == OURS.issue(derived, **given, unit=unit)
    assert OURS.unit_of(issued, **given, units=UNITS) == unit
    assert THEIRS.unit_of(issued, **given, units=UNITS) is None
    # RFC 9562: version 8, for what is made in a way of one's own.
    assert (uuid.UUID(issued).version, uuid.UUID(issued).variant) == (8, uuid.RFC_4122)


@given(st.integers(0, 127), st.sampled_from(UNITS))
def test_an_id_with_any_bit_turned_is_not_known(bit: int, unit: str):
    given = {"incident_id": "PL-1", "recipient": "vt:twente"}
    issued = OURS.issue("made", **given, unit=unit)
    turned = str(uuid.UUID(int=uuid.UUID(issued).int ^ (1 << bit)))
    assert OURS.unit_of(turned, **given, units=UNITS) is None


def test_where_one_name_ends_and_the_next_begins_makes_a_difference():
    issued = OURS.issue("made", incident_id="PL-12", recipient="3", unit="Limburg")
    assert OURS.unit_of(issued, incident_id="PL-1", recipient="23", units=UNITS) is None
