"""Who takes part in a demo on a file of one's own."""

from __future__ import annotations

from made_incidents import AT, REGIONS, incident

from ketensluis.cli.demo import municipalities_of
from ketensluis.partner.incident_feed import FeedLine

ORDER = {"measures": [{"kind": "restraining_order"}]}
WEESP, AMSTERDAM = "GM0457", "gemeente:gm0363"  # one since 24 March 2022


def test_a_municipality_that_had_ceased_is_there_as_its_successor():
    ceased = incident(municipality=WEESP, **ORDER)
    before = incident(municipality=WEESP, occurred_at="2022-03-23T12:00:00Z", **ORDER)
    lines = [(AT, FeedLine("own:1", each, b"")) for each in (ceased, incident())]

    assert municipalities_of(lines, REGIONS) == {AMSTERDAM}
    assert municipalities_of([(AT, FeedLine("own:1", before, b""))], REGIONS) == {"gemeente:gm0457"}
