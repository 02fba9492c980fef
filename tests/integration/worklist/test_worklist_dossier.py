"""The dossier of an incident: repeats, what was not referred, and whose role changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from made_ledger import at
from prometheus_client import CollectorRegistry
from worklist_rig import KEY, NOW, UNIT, VT, OnPaper, Rig, acted, case, held, link

from ketensluis.cli.dossier import dossier as say_dossier
from ketensluis.errors import KetensluisError
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.health import Verdict
from ketensluis.runtime.settings import Settings
from services.worklist.access import EVERYTHING, Role, Viewer
from services.worklist.database import engine_of, migrate
from services.worklist.desk import Desk
from services.worklist.dossiers import dossier
from services.worklist.issuer import issue, tokens_of
from services.worklist.lookups import LookUp, Purpose, look_up
from services.worklist.site import site

Get = Callable[..., Any]
HOME = "address:home"


class Fixed:
    """A clock that stands still."""

    def now(self):
        return NOW


@pytest.fixture
def paper() -> OnPaper:
    return OnPaper()


@pytest.fixture
def get(rig: Rig, database_settings: Settings, paper: OnPaper) -> Iterator[Get]:
    good = Verdict(good=True)
    app = site(
        Desk(
            rig.engine, Fixed(), tokens_of(database_settings),
            load_regions(resource("reference")), paper, lambda: KEY,
        ),
        CollectorRegistry(), healthy=lambda: good, ready=lambda: good,
    )  # fmt: skip

    def get(path: str, role: str = "hg_coordinator", unit: str = UNIT, region: str = "") -> Any:
        given = {"units": [unit] if unit else [], "regions": [region] if region else []}
        token = issue(database_settings, role=role, seconds=600, **given)
        return client.get(path, headers={"Authorization": f"Bearer {token}"})

    with TestClient(app, raise_server_exceptions=False) as client:
        yield get


def tell_a_family(rig: Rig) -> None:
    """Anna is hit three times by Bob, then hits him; in between all are merely involved."""
    rig.tell(
        case(1), case(2), held(3), case(4), case(5), case(6),
        acted(1, HOME, anna="victim", bob="suspect"),
        acted(2, HOME, anna="victim", bob="suspect", child="child_witness"),
        acted(3, HOME, anna="involved", bob="involved"),
        acted(4, anna="victim", bob="perpetrator"),
        acted(5, HOME, anna="suspect", bob="victim"),
        acted(6, HOME, somebody="victim"),
    )  # fmt: skip


def test_a_dossier_says_who_had_which_role_how_often_and_when_it_changed(rig: Rig, get: Get):
    tell_a_family(rig)
    found = get("/v1/incidents/PL0900-1/dossier").json()

    assert [line["incident_id"] for line in found["lines"]] == [
        f"PL0900-{number}" for number in (6, 5, 4, 3, 2, 1)
    ]
    assert (found["incidents"], found["labelled"], found["not_referred"]) == (6, 6, 1)
    changed = at(5 * 24 * 60).strftime("%d-%m-%Y")
    assert {person["words"].partition(": ")[2] for person in found["persons"]} == {
        f"victim 3 times, involved once, suspect once; role changed on {changed}",
        f"suspect twice, involved once, perpetrator once, victim once; role changed on {changed}",
    }
    turns = {
        (turn["incident_id"], tuple(turn["was"]), tuple(turn["now"]))
        for person in found["persons"]
        for turn in person["role_changes"]
    }
    assert turns == {
        ("PL0900-5", ("victim",), ("suspect",)), ("PL0900-5", ("perpetrator",), ("victim",)),
    }  # fmt: skip
    lines = {line["incident_id"]: line for line in found["lines"]}
    assert lines["PL0900-4"]["shares"] == ["person"]
    assert lines["PL0900-6"]["shares"] == ["address"]
    assert lines["PL0900-6"]["roles"] == []
    assert sorted(lines["PL0900-5"]["roles"]) in (["1: suspect", "2: victim"],
                                                  ["1: victim", "2: suspect"])  # fmt: skip
    assert "anna" not in json.dumps(found)


def test_a_role_in_an_incident_that_may_not_be_seen_is_not_told(rig: Rig, get: Get):
    rig.tell(
        case(1), case(2, unit="Rotterdam"), held(3, reason="restricted_class"),
        acted(1, anna="victim"), acted(2, anna="suspect"), acted(3, anna="suspect"),
    )  # fmt: skip
    (person,) = get("/v1/incidents/PL0900-1/dossier").json()["persons"]
    assert person["words"] == "person 1: victim once"
    (person,) = get("/v1/incidents/PL0900-1/dossier", "supervisor", "*").json()["persons"]
    assert person["roles"] == [
        {"role": "suspect", "incidents": 2}, {"role": "victim", "incidents": 1},
    ]  # fmt: skip


def test_a_dossier_is_for_the_police_side_and_only_where_the_incident_may_be_seen(
    rig: Rig, get: Get
):
    tell_a_family(rig)
    assert get("/v1/incidents/PL0900-1/dossier", unit="Rotterdam").status_code == 404
    assert get("/v1/incidents/PL0900-9/dossier").status_code == 404
    intake = {"role": "intake", "unit": "", "region": "utrecht"}
    assert get("/v1/incidents/PL0900-1/dossier", **intake).status_code == 404
    assert get("/v1/incidents/PL0900-1/dossier", "control_room").status_code == 403
    page = get("/console/incidents/PL0900-1", **intake)
    assert page.status_code == 200
    assert "PL0900-2" not in page.text


def test_the_page_of_an_incident_shows_its_dossier_and_that_is_on_record(
    rig: Rig, get: Get, paper: OnPaper
):
    tell_a_family(rig)
    page = get("/console/incidents/PL0900-1").text
    assert "victim 3 times, involved once, suspect once; role changed on" in page
    assert "<b>1</b> without referral" in page
    shown = [(incident, what) for incident, what, _, _ in paper.told() if what == "dossier"]
    assert shown == [(f"PL0900-{number}", "dossier") for number in range(1, 7)]
    rig.tell(case(7), link(7))
    assert "joined to no dossier" in get("/console/incidents/PL0900-7").text


def test_links_of_before_roles_were_kept_are_a_dossier_without_roles(rig: Rig, get: Get):
    rig.tell(case(1), case(2), link(1, "person:anna"), acted(2, anna="suspect"))
    found = get("/v1/incidents/PL0900-1/dossier").json()
    assert found["incidents"] == 2
    assert [person["words"] for person in found["persons"]] == ["person 1: suspect once"]


def test_a_control_room_is_told_the_roles_of_whom_it_asked_about_in_five_years_and_no_others(
    rig: Rig,
):
    tell_a_family(rig)
    rig.tell(case(8, registered_at=NOW.replace(year=NOW.year - 6)), acted(8, anna="suspect"))
    room = Viewer(Role.CONTROL_ROOM, frozenset({UNIT}))
    asked = LookUp("person", ("person:anna",), Purpose.CAR_UNDER_WAY)
    (person,) = look_up(rig.engine, room, asked, NOW).persons
    assert [(each.role, each.incidents) for each in person.roles] == [
        ("victim", 3), ("involved", 1), ("suspect", 1),
    ]  # fmt: skip
    assert [each.incident_id for each in person.role_changes] == ["PL0900-5"]

    asked = LookUp("address", (HOME,), Purpose.CAR_UNDER_WAY)
    there = look_up(rig.engine, room, asked, NOW)
    assert (there.incidents, len(there.persons)) == (5, 4)
    assert sum(bool(each.role_changes) for each in there.persons) == 2


def test_a_dossier_counts_all_and_lists_the_newest_hundred(rig: Rig):
    numbers = range(1, 151)
    rig.tell(*map(case, numbers), *(acted(number, anna="victim") for number in numbers))
    found = dossier(rig.engine, EVERYTHING, "PL0900-1")
    assert found is not None
    assert (found.incidents, len(found.lines), found.more) == (150, 100, True)
    assert found.lines[0].incident_id == "PL0900-150"
    assert found.persons[0].words == "person 1: victim 150 times"


def test_the_terminal_tells_a_dossier_in_words_and_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    engine = engine_of(Settings(home=tmp_path))
    migrate(engine)
    tell_a_family(Rig(engine))
    engine.dispose()
    say_dossier("PL0900-2", tmp_path)
    told = capsys.readouterr().out
    assert "role changed on" in told
    assert told.splitlines()[-1] == "6 incidents, 6 labelled, 1 without referral"
    say_dossier("PL0900-2", tmp_path, json=True)
    assert len(json.loads(capsys.readouterr().out)["persons"]) == 3
    with pytest.raises(KetensluisError, match="unknown_incident"):
        say_dossier("PL0900-99", tmp_path)
    assert VT not in told
