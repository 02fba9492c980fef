"""The work list shows no case past its term, and never takes out what is open."""

from __future__ import annotations

from datetime import timedelta

from made_ledger import START, at
from worklist_rig import OM, Rig, alarm, case, held, link

from ketensluis.model.resources import resource
from ketensluis.retention.rules import load_retention
from services.worklist.pruning import prune

RETENTION = load_retention(resource("reference"))
LONG_AFTER = START + timedelta(days=5 * 366)


def closed(number: int, **fields: object):
    return case(number, **{"state": "closed", "closed_at": at(number + 90), **fields})


def test_what_is_past_its_term_goes_from_every_table_and_what_is_open_stays(rig: Rig):
    rig.tell(closed(1), alarm(1, "cleared"), link(1, "person:a"))
    rig.tell(closed(2), held(2, recipient=OM), alarm(3), case(3), link(3, "person:a"))
    young = START + timedelta(days=2 * 366)
    rig.tell(closed(4, closed_at=young))
    assert prune(rig.engine, RETENTION, LONG_AFTER) == 1
    left = rig.content()
    assert {row[0] for row in left["cases"]} == {"PL0900-2", "PL0900-3", "PL0900-4"}
    for table in ("ladders", "runs", "linked"):
        assert "PL0900-1" not in {row[0] for row in left[table]}
    assert {row[1] for row in left["links"]} == {"PL0900-3"}
    assert prune(rig.engine, RETENTION, LONG_AFTER) == 0


def test_within_its_term_nothing_goes_and_without_a_rule_nothing_ever_does(rig: Rig):
    rig.tell(closed(1))
    assert prune(rig.engine, RETENTION, START + timedelta(days=4 * 366)) == 0
    none = RETENTION.model_copy(update={"rules": ()})
    assert prune(rig.engine, none, LONG_AFTER) == 0
