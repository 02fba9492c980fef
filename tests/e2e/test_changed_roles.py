"""Who was victim in one incident and suspect in the next is found, over the whole chain.

The truth is the generator's: its stories say who had which part, by BSN. The hub knows nobody's.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from chain_rig import Chain, ndjson, sluis
from databases import database_url, postgresql
from waiting import eventually
from worklist_rig import CODEC

from ketensluis.made_up.incidents import made_up
from ketensluis.made_up.registration import MadeUp
from ketensluis.model.intake import to_json
from ketensluis.model.processing import ProcessingRecord
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource

__all__ = ["database_url", "postgresql"]

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

SEED, COUNT = 28, 900
# Whose mail other tests of the same chain count.
OTHERS = {"friesland", "groningen", "drenthe", "utrecht", "twente", "zeeland"}
APART = {"witness", "reporter"}  # say nothing of a dossier
SUFFERS, DOES = {"victim", "child", "child_witness"}, {"suspect", "perpetrator"}
Told = dict[str, dict[str, Any]]


class Stories:
    """The incidents of everybody who comes back, and the roles that they were given."""

    def __init__(self) -> None:
        records = list(made_up(COUNT, SEED, load_regions(resource("reference"))))
        newest: dict[str, MadeUp] = {}
        for each in records:
            before = newest.get(each.incident.incident_id)
            if before is None or before.incident.sequence < each.incident.sequence:
                newest[each.incident.incident_id] = each
        # A restricted class shows to nobody in a control room; what owes nobody anything neither.
        apart = {
            each.incident.incident_id
            for each in records
            if each.incident.restricted
            or each.intended.region in OTHERS
            or each.incident.unit == "Noord-Nederland"
        }
        self.roles: dict[str, list[tuple[Any, str, str]]] = defaultdict(list)
        for name, each in newest.items():
            if name not in apart and each.intended.classification in {"hg", "suspected"}:
                for bsn, role in each.intended.roles.items():
                    if role not in APART:
                        self.roles[bsn].append((each.incident.occurred_at, name, role))
        self.roles = {bsn: sorted(held) for bsn, held in self.roles.items() if len(held) > 1}
        self.ids = {name for held in self.roles.values() for _, name, _ in held}
        self.records = [each for each in records if each.incident.incident_id in self.ids]

    def changed_in(self, bsn: str) -> list[str]:
        """The incidents in which this person came to stand on the other side."""
        sides = [
            (role in DOES, name) for _, name, role in self.roles[bsn] if role in SUFFERS | DOES
        ]
        return [name for (was, _), (now, name) in pairwise(sides) if was != now]


@pytest.fixture(scope="module")
def stories() -> Stories:
    return Stories()


@pytest.fixture(scope="module")
def found(chain: Chain, stories: Stories, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What the API tells a control room of everybody, once the work list has all incidents."""
    lines = [to_json(each.incident) for each in stories.records]
    file = ndjson(tmp_path_factory.mktemp("stories") / "incidents.ndjson", lines)
    assert chain.json("send", file) == {"sent": len(lines), "refused": 0}
    page = (chain.home.parent / "up.log").read_text().partition("work list: ")[2].split()[0]
    token = chain.sluis("worklist", "token", "--role", "control_room", "--unit", "*").stdout.strip()
    door = httpx.URL(page).join("/v1/look-ups")
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:

        def all_of(bsn: str) -> dict[str, Any] | None:
            asked = {"purpose": "unit_on_site", "person": {"bsn": bsn}}
            told = dict(client.post(door, json=asked).raise_for_status().json())
            return told if told["incidents"] == len(stories.roles[bsn]) else None

        return {bsn: eventually(lambda who=bsn: all_of(who)) for bsn in stories.roles}


def consulted(chain: Chain) -> list[tuple[str, str]]:
    """The look-ups on the log of provisions: the incident that was shown, and why."""
    log = [CODEC.decode(each.value, ProcessingRecord) for each in chain.records("processing.log")]
    return [
        (each.incident_id, action.reason)
        for each in log
        for action in each.actions
        if (action.reason or "").startswith("look_up:")
    ]


def test_everybody_whose_role_changed_is_found_and_nobody_else(
    chain: Chain, stories: Stories, found: Told
):
    changed = {bsn: stories.changed_in(bsn) for bsn in stories.roles}
    assert sum(map(bool, changed.values())) >= 5
    for bsn, told in found.items():
        (person,) = told["persons"]
        assert [each["incident_id"] for each in person["role_changes"]] == changed[bsn]
        assert ("role changed on" in person["words"]) == bool(changed[bsn])
        roles = {each["role"]: each["incidents"] for each in person["roles"]}
        assert sum(roles.values()) == len(stories.roles[bsn])
    shown = consulted(chain)
    for held in stories.roles.values():
        for _, name, _ in held:
            assert (name, "look_up:unit_on_site") in shown


def test_the_terminal_looks_up_on_either_database_and_each_look_is_on_record(
    chain: Chain,
    stories: Stories,
    found: Told,
    database_url: str | None,
    tmp_path: Path,
):
    bsn = next(each for each in stories.roles if stories.changed_in(each))
    names = [name for _, name, _ in stories.roles[bsn]]
    settings: dict[str, object] = {}
    if database_url is not None:
        settings["database_url"] = database_url
        sluis("worklist", "rebuild", "--home", chain.home, **settings)
    question = tmp_path / "question.json"
    question.write_text(json.dumps({"purpose": "call_in_progress", "person": {"bsn": bsn}}))

    before = consulted(chain)
    done = sluis("worklist", "look-up", question, "--home", chain.home, **settings)
    assert done.returncode == 0, done.stderr
    assert found[bsn]["persons"][0]["words"] in done.stdout
    assert all(name in done.stdout for name in names)
    assert bsn not in done.stdout

    newest, *_ = json.loads(
        sluis("worklist", "look-ups", "--json", "--home", chain.home, **settings).stdout
    )
    assert (newest["by_role"], newest["by_scope"], newest["purpose"], newest["kind"]) == (
        "control_room", "*", "call_in_progress", "person",
    )  # fmt: skip
    assert sorted(newest["incident_ids"]) == sorted(names)
    assert bsn not in json.dumps(newest)
    assert all(each.startswith("person:") for each in newest["subjects"])
    new = Counter(consulted(chain)) - Counter(before)
    assert {(name, "look_up:call_in_progress") for name in names} == set(new)
