"""What the contract has noted and not refused is on the ledger, and tells no value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from disclosure_world import Hub, World
from made_incidents import HOME, incident, person

WEESP = "GM0457"  # part of Amsterdam since 24 March 2022
BAD_BSN = person("p1", "victim", bsn="123456789", birth_date="2026-03-03")
AT_HOME = person("p1", "victim", address={"municipality": WEESP})
HIDDEN = person("p1", "victim", address={**HOME, "municipality": WEESP, "secret": True})


@pytest.mark.parametrize(
    ("changed", "noted"),
    [
        ({"persons": [BAD_BSN]},
         ("persons[0].bsn fails the 11-test",
          "persons[0].birth_date is after the incident, read as unknown")),
        ({"municipality": WEESP, "persons": []},
         ("GM0457 ceased 2022-03-24, read as GM0363",)),
        ({"persons": [AT_HOME]},
         ("the home's municipality is not in the map of that day, read as its successor",)),
        ({"persons": [HIDDEN]}, ()),
        ({"hold": {"reason": "hold_safety", "until": "2099-01-01T00:00:00Z",
                   "by_role": "Fientje Koolwitje"}},
         ("hold.by_role is no role's code, and not kept",)),
        ({}, ()),
    ],
)  # fmt: skip
def test_what_is_odd_but_allowed_is_noted_on_the_ledger_by_path(
    tmp_path: Path, changed: dict[str, Any], noted: tuple[str, ...]
):
    world = World(tmp_path / "pki")
    whole = {"relations": [], **changed}
    (event,) = Hub(world).events(Hub(world).take(world.record(incident(**whole))))

    assert event.notes == noted
    assert event.hold_by_role in {None, "unnamed"}
