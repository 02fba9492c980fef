"""A control room looks a person or an address up: five years of facts, each look on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from made_incidents import incident
from made_ledger import at
from prometheus_client import CollectorRegistry
from sqlalchemy import select
from worklist_rig import KEY, NOW, OM, UNIT, VT, OnPaper, Rig, case, held, link

from ketensluis.classification.dossier import dossier_keys
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.health import Verdict
from ketensluis.runtime.settings import Settings
from services.worklist.desk import Desk, dossier_key_in
from services.worklist.issuer import issue, tokens_of
from services.worklist.site import site
from services.worklist.tables import lookups

Ask = Callable[..., Any]
DOOR = "/v1/look-ups"
PLACE = {"postcode": "1234 AB", "house_number": "7"}
PERSON = {"given_names": "Anna Maria", "surname": "de Vries-Ünal", "birth_date": "1980-02-29"}


class Fixed:
    """A clock that stands still."""

    def now(self):
        return NOW


def keys_of(**fields: Any) -> tuple[str, ...]:
    """The pseudonyms under which the dossiers stage knows such an incident."""
    persons = [
        {"person_id": "a", "role": "victim", "surname": "De Vries Unal", "given_names": "anna",
         "birth_date": "1980-02-29", "bsn": "123456789"},
    ]  # fmt: skip
    place = {"street": "Dorpsstraat", "postcode": "1234ab", "house_number": "7"}
    told = {"persons": persons, "place": place, **fields}
    return tuple(sorted(dossier_keys(incident(**told), KEY)))


@pytest.fixture
def paper() -> OnPaper:
    return OnPaper()


@pytest.fixture
def client(rig: Rig, database_settings: Settings, paper: OnPaper) -> Iterator[TestClient]:
    regions = load_regions(resource("reference"))
    good = Verdict(good=True)
    app = site(
        Desk(rig.engine, Fixed(), tokens_of(database_settings), regions, paper, lambda: KEY),
        CollectorRegistry(), healthy=lambda: good, ready=lambda: good,
    )  # fmt: skip
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def ask(client: TestClient, database_settings: Settings) -> Ask:
    def ask(role: str = "control_room", unit: str = UNIT, method: str = "POST", **told: Any) -> Any:
        token = issue(database_settings, role=role, units=[unit], regions=[], seconds=600)
        body = {"purpose": "car_under_way", **told} if method == "POST" else None
        head = {"Authorization": f"Bearer {token}"}
        return client.request(method, DOOR, json=body, headers=head)

    return ask


def test_earlier_incidents_at_an_address_and_of_a_person_are_told_as_procedural_facts(
    rig: Rig, ask: Ask
):
    rig.tell(
        case(1, received_at=at(9)), case(1, recipient=OM), held(2, reason="hold_safety"), case(3),
        link(1, *keys_of()), link(2, *keys_of(place=None)), link(3, "address:" + "0" * 64),
    )  # fmt: skip

    here = ask(address=PLACE).json()
    assert [each["incident_id"] for each in here["lines"]] == ["PL0900-1"]
    assert {each["recipient"]: each["state"] for each in here["lines"][0]["referrals"]} == {
        VT: "sent", OM: "sent",
    }  # fmt: skip
    assert (here["incidents"], here["referred"], here["not_referred"]) == (1, 1, 0)

    for person in (PERSON, {"bsn": "123456789"}):
        known = ask(person=person).json()
        assert [each["incident_id"] for each in known["lines"]] == ["PL0900-2", "PL0900-1"]
        assert (known["incidents"], known["referred"], known["not_referred"]) == (2, 1, 1)
    (referral,) = known["lines"][0]["referrals"]
    assert (referral["state"], referral["reason"]) == ("held", None)


def test_nothing_older_than_five_years_of_another_unit_or_restricted_is_told(rig: Rig, ask: Ask):
    years = NOW.replace(year=NOW.year - 5)
    rig.tell(
        case(1, registered_at=years), case(2, registered_at=years - timedelta(microseconds=1)),
        case(3, unit="Rotterdam"), held(4, reason="restricted_class"),
        *(link(number, *keys_of()) for number in (1, 2, 3, 4)),
    )  # fmt: skip

    found = ask(address=PLACE).json()
    assert [each["incident_id"] for each in found["lines"]] == ["PL0900-1"]
    assert found["incidents"] == 1
    national = ask(unit="*", address=PLACE).json()
    assert {each["incident_id"] for each in national["lines"]} == {"PL0900-1", "PL0900-3"}


def test_a_newer_version_takes_an_incident_away_from_an_address_and_an_older_one_changes_nothing(
    rig: Rig, ask: Ask
):
    rig.tell(case(1), link(1, *keys_of()))
    rig.tell(link(1, *keys_of(place=None), sequence=3))
    rig.tell(link(1, *keys_of(), sequence=2))

    assert ask(address=PLACE).json()["incidents"] == 0
    assert ask(person=PERSON).json()["incidents"] == 1
    rig.tell(link(1, sequence=4))  # withdrawn
    assert ask(person=PERSON).json()["incidents"] == 0


def test_each_look_up_is_on_record_by_pseudonym_also_one_that_finds_nothing(
    rig: Rig, ask: Ask, paper: OnPaper
):
    rig.tell(case(1), link(1, *keys_of()))
    assert ask(address=PLACE, purpose="unit_on_site").status_code == 200
    assert ask(person={"bsn": "999999999"}).json()["incidents"] == 0

    assert paper.told() == [("PL0900-1", "look_up:unit_on_site", "control_room", UNIT)]
    newest, first = ask("supervisor", method="GET").json()
    assert (newest["purpose"], newest["kind"], newest["incident_ids"]) == (
        "car_under_way", "person", [],
    )  # fmt: skip
    assert (first["by_role"], first["by_scope"]) == ("control_room", UNIT)
    assert (first["kind"], first["incident_ids"]) == ("address", ["PL0900-1"])
    assert ask("control_department", unit="*", method="GET").json() == [newest, first]
    assert ask("supervisor", unit="Rotterdam", method="GET").json() == []
    assert ask("hg_coordinator", method="GET").status_code == 403
    assert ask("control_room", method="GET").status_code == 403
    with rig.engine.connect() as connection:
        stored = str([tuple(row) for row in connection.execute(select(lookups))])
    for told in ("1234", "999999999", "anna", "vries"):
        assert told not in stored.lower()


def test_nothing_is_told_where_it_cannot_be_put_on_record(rig: Rig, ask: Ask, paper: OnPaper):
    rig.tell(case(1), link(1, *keys_of()))
    paper.away = True
    answer = ask(address=PLACE)
    assert (answer.status_code, answer.json()["code"]) == (503, "log_away")
    paper.away = False
    with rig.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE lookups RENAME TO gone")
    answer = ask(address=PLACE)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
    assert "PL0900-1" not in answer.text


def test_without_the_secret_a_look_up_is_refused_rather_than_answered_with_nothing(
    rig: Rig, database_settings: Settings, paper: OnPaper, tmp_path: Path
):
    def lost() -> bytes:
        return dossier_key_in(tmp_path / "pki")

    regions = load_regions(resource("reference"))
    good = Verdict(good=True)
    desk = Desk(rig.engine, Fixed(), tokens_of(database_settings), regions, paper, lost)
    app = site(desk, CollectorRegistry(), healthy=lambda: good, ready=lambda: good)
    token = issue(database_settings, role="control_room", units=["*"], regions=[], seconds=600)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.post(
            DOOR, json={"purpose": "car_under_way", "address": PLACE},
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (503, "no_secret")


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"address": PLACE, "person": PERSON},
        {"address": {"postcode": "1234AB", "house_number": ""}},
        {"person": {"surname": "Jansen", "birth_date": "1980-01-01"}},
        {"person": {"bsn": "Jansen"}},
        {"person": PERSON, "purpose": "because Jansen asked"},
        {"person": {**PERSON, "note": "Jansen"}},
    ],
)
def test_a_question_that_is_not_sound_is_refused_without_repeating_it(
    rig: Rig, ask: Ask, told: dict[str, Any]
):
    answer = ask(**told)
    assert answer.status_code == 400
    assert "Jansen" not in answer.text
    assert "1234AB" not in answer.text
    with rig.engine.connect() as connection:
        assert connection.execute(select(lookups)).all() == []


def test_only_a_control_room_looks_up_and_it_sees_no_list(
    rig: Rig, client: TestClient, ask: Ask, database_settings: Settings
):
    rig.tell(case(1), link(1, *keys_of()))
    for role in ("hg_coordinator", "supervisor", "control_department"):
        assert ask(role, address=PLACE).status_code == 403
    token = issue(database_settings, role="control_room", units=[UNIT], regions=[], seconds=600)
    head = {"Authorization": f"Bearer {token}"}
    for path in ("/v1/open", "/v1/overdue", "/v1/summary", "/v1/incidents/PL0900-1", "/console"):
        answer = client.get(path, headers=head)
        assert answer.status_code == 403, path
        assert "PL0900-1" not in answer.text
