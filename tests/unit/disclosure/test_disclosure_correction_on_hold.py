"""A correction that was held back leaves when its hold is over and the tracker asks for it."""

from __future__ import annotations

from pathlib import Path

from disclosure_world import Hub, World, arrived
from made_incidents import AT, incident

from ketensluis.model.messages import DisclosureRequest, Referral
from ketensluis.model.party import INCIDENTS, REQUESTS
from ketensluis.model.record import Output, Record


def on_thursday(output: Output) -> Record:
    """The record as it lies there when the hold is over."""
    now = arrived(output)
    later = now.timestamp_ms + 3 * 86_400_000
    return Record(now.coordinates, now.key, now.value, now.headers, later)


def test_a_correction_on_hold_replaces_what_was_sent_once_it_is_asked_for(tmp_path: Path):
    world = World(tmp_path / "pki")
    hub = Hub(world)
    first = hub.events(hub.take(world.record(incident())))[0]
    hold = {"reason": "hold_safety", "until": "2026-03-04T13:00:00Z", "by_role": "coordinator"}
    correction = world.record(
        incident(sequence=2, event="amended", children_present="yes", hold=hold), 1
    )
    held = hub.events(hub.take(correction))[0]
    assert (first.outcome, held.outcome) == ("released", "held")

    asked = DisclosureRequest(
        request_id="r1",
        incident_id=incident().incident_id,
        topic=INCIDENTS,
        partition=0,
        offset=1,
        reason="hold_over",
        recipient="vt:groningen",
        requested_at=AT,
    )
    sealed = world.sealer("hub").plain(
        asked, topic=REQUESTS, key=asked.incident_id, subject=asked.incident_id, at=AT
    )
    outputs = hub.take(on_thursday(sealed), correction)

    (letter,) = [each for each in outputs if each.topic == "referrals.groningen"]
    referral = world.opener("vt:groningen").open(on_thursday(letter), Referral).message
    assert (referral.sequence, referral.replaces) == (2, first.message_id)
    assert referral.released.children_present == "yes"
