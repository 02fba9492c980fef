"""The HTTP service: tokens at every door, and pages with nothing from elsewhere."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from made_ledger import at
from prometheus_client.parser import text_string_to_metric_families
from worklist_rig import CODEC, KEY, NOW, OM, UNIT, VT, OnPaper, Rig, alarm, case, held, link

from ketensluis.model.ledger import Case
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.health import Verdict
from ketensluis.runtime.settings import Settings
from services.worklist.desk import Desk
from services.worklist.issuer import issue, tokens_of
from services.worklist.metrics import FigureBoard
from services.worklist.projection import Projection
from services.worklist.reading import Follower
from services.worklist.site import site

Headers = Callable[..., dict[str, str]]


class Fixed:
    """A clock that stands still."""

    def now(self):
        return NOW


@pytest.fixture
def board(rig: Rig, database_settings: Settings) -> FigureBoard:
    follower = Follower(Projection(rig.engine, CODEC), database_settings)
    regions = load_regions(resource("reference"))
    return FigureBoard(rig.engine, Fixed(), follower, regions, ["receipt", "hold_over"])


@pytest.fixture
def paper() -> OnPaper:
    return OnPaper()


@pytest.fixture
def client(
    rig: Rig, database_settings: Settings, board: FigureBoard, paper: OnPaper
) -> Iterator[TestClient]:
    regions = load_regions(resource("reference"))
    app = site(
        Desk(rig.engine, Fixed(), tokens_of(database_settings), regions, paper, lambda: KEY),
        board.registry,
        healthy=lambda: Verdict(good=True),
        ready=lambda: Verdict(good=False, reasons=("catching_up",)),
    )
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def bearing(database_settings: Settings) -> Headers:
    def headers(role: str = "hg_coordinator", unit: str = UNIT, region: str = "") -> dict[str, str]:
        token = issue(
            database_settings, role=role, units=[unit] if unit else [],
            regions=[region] if region else [], seconds=600,
        )  # fmt: skip
        return {"Authorization": f"Bearer {token}"}

    return headers


def paths(client: TestClient) -> list[tuple[str, str]]:
    described = client.get("/openapi.json").json()["paths"]
    return [(method, path) for path, methods in described.items() for method in methods]


def test_every_door_of_the_api_is_shut_without_a_token(client: TestClient):
    doors = paths(client)
    assert len(doors) >= 9
    for method, path in doors:
        answer = client.request(method, path.format(incident_id="PL0900-1", number=1))
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"].startswith("Bearer")
    # The console's cookie is for the console alone: no other site can use it on the API.
    client.cookies.set("ketensluis_worklist", "x")
    assert client.get("/v1/open").status_code == 401


def test_a_token_without_a_right_is_forbidden_and_a_bad_one_not_known(
    client: TestClient, bearing: Headers
):
    assert client.get("/v1/open", headers={"Authorization": "Bearer x"}).status_code == 401
    intake = bearing("intake", unit="", region="utrecht")
    answer = client.post("/v1/conferences", json={"partner": VT}, headers=intake)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_the_sender")


def test_open_and_overdue_answer_what_the_openapi_document_says(
    client: TestClient, rig: Rig, bearing: Headers
):
    rig.tell(case(1), alarm(1), case(2, unit="Rotterdam"))
    opened = client.get("/v1/open", headers=bearing()).json()
    assert [line["incident_id"] for line in opened["lines"]] == ["PL0900-1"]
    assert opened["lines"][0]["chase"] == [f"{VT}/intake"]
    (line,) = client.get("/v1/overdue?role=intake", headers=bearing()).json()["lines"]
    assert (line["run"]["clock"], line["case"]["age_days"]) == ("receipt", 91)
    described = client.get("/openapi.json").json()["components"]["schemas"]
    assert set(line["case"]) == set(described["CaseLine"]["properties"])
    assert client.get("/v1/summary", headers=bearing()).json() == {
        "open": 1, "overdue": 1, "sent": 1,
    }  # fmt: skip


def test_an_incident_that_may_not_be_seen_and_one_that_is_not_there_are_the_same(
    client: TestClient, rig: Rig, bearing: Headers
):
    rig.tell(case(1, unit="Rotterdam"))
    answers = [client.get(f"/v1/incidents/PL0900-{n}", headers=bearing()) for n in (1, 2)]
    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_chasing_takes_a_code_and_a_date_and_refuses_text_without_repeating_it(
    client: TestClient, rig: Rig, bearing: Headers
):
    rig.tell(case(1))
    door = "/v1/incidents/PL0900-1/chases"
    good = {"recipient": VT, "code": "called", "follow_up_on": "2026-06-08"}
    assert client.post(door, json=good, headers=bearing()).status_code == 201
    for bad in ({**good, "note": "belde met Jan Jansen"}, {**good, "code": "belde Jan Jansen"}):
        answer = client.post(door, json=bad, headers=bearing())
        assert (answer.status_code, answer.json()["code"]) == (400, "not_sound")
        assert "Jan" not in answer.text
    shown = client.get("/v1/incidents/PL0900-1", headers=bearing()).json()
    assert [each["code"] for each in shown["obligations"][0]["chases"]] == ["called"]


def test_the_case_conference_comes_as_json_and_as_csv(
    client: TestClient, rig: Rig, bearing: Headers
):
    rig.tell(case(1), case(1, recipient=OM), case(2, incident_id="=cmd|' /C calc'!A0"))
    head = bearing()
    preview = client.get(f"/v1/conferences/next?partner={VT}", headers=head).json()
    assert (preview["number"], len(preview["lines"])) == (None, 2)
    drawn = client.post("/v1/conferences", json={"partner": VT}, headers=head).json()
    assert client.get(f"/v1/conferences/next?partner={VT}", headers=head).json()["lines"] == []
    answer = client.get(f"/v1/conferences/{drawn['number']}/csv", headers=head)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["incident_id"] for row in rows] == ["PL0900-1", "'=cmd|' /C calc'!A0"]
    assert rows[0]["registered_at"] == "2026-03-02T09:01:00Z"
    (listed,) = client.get("/v1/conferences", headers=head).json()
    assert listed["number"] == drawn["number"]
    other = client.get(f"/v1/conferences/{drawn['number']}", headers=bearing(unit="Rotterdam"))
    assert other.status_code == 404


@pytest.mark.parametrize(
    "question", ["limit=0", "limit=501", "limit=x", "after=x", "unit=" + "x" * 101]
)
def test_a_question_that_is_not_sound_is_told_as_such(
    client: TestClient, bearing: Headers, question: str
):
    answer = client.get(f"/v1/open?{question}", headers=bearing())
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "sentence", "remedy"}


def test_a_database_that_is_away_is_told_as_such(client: TestClient, rig: Rig, bearing: Headers):
    head = bearing()
    with rig.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE cases RENAME TO gone")
    answer = client.get("/v1/open", headers=head)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")


def test_the_console_is_signed_in_by_a_token_and_shows_list_clocks_and_incident(
    client: TestClient, rig: Rig, bearing: Headers
):
    rig.tell(case(1), alarm(1), held(2))
    assert client.get("/console").status_code == 401
    token = bearing()["Authorization"].removeprefix("Bearer ")
    signed = client.post("/console/sign-in", data={"token": token})
    assert (signed.status_code, signed.headers["location"]) == (303, "/console")
    kept = signed.headers["set-cookie"]
    assert "HttpOnly" in kept
    assert "SameSite=strict" in kept

    listed = client.get("/console").text
    assert "PL0900-1" in listed
    assert f"{VT}/intake" in listed
    assert "receipt" in client.get("/console/overdue?role=intake").text
    shown = client.get("/console/incidents/PL0900-2").text
    assert "hold_investigation" not in shown
    assert "hold investigation" not in shown
    form = {"recipient": VT, "code": "called", "follow_up_on": ""}
    assert client.post("/console/incidents/PL0900-1/chases", data=form).status_code == 303
    assert "called" in client.get("/console/incidents/PL0900-1").text
    drawn = client.post("/console/conferences", data={"partner": VT})
    page = client.get(drawn.headers["location"]).text
    assert "PL0900-1" in page
    assert client.get(drawn.headers["location"] + "/csv").status_code == 200
    assert client.get("/console/incidents/nothing").status_code == 404


def test_a_form_from_another_site_and_a_bad_form_are_refused(
    client: TestClient, rig: Rig, bearing: Headers
):
    rig.tell(case(1))
    head = bearing()
    door = "/console/incidents/PL0900-1/chases"
    form = {"recipient": VT, "code": "called"}
    foreign = client.post(door, data=form, headers={**head, "Origin": "https://evil.example"})
    assert foreign.status_code == 403
    own = client.post(door, data=form, headers={**head, "Origin": "http://testserver"})
    assert own.status_code == 303
    for bad in ({**form, "code": "x"}, {**form, "follow_up_on": "x"}, {"recipient": VT}):
        assert client.post(door, data=bad, headers=head).status_code == 400
    assert client.post(door, data={"x": "y" * 20_000}, headers=head).status_code == 400


def test_no_page_loads_anything_from_elsewhere_or_runs_a_script(
    client: TestClient, rig: Rig, bearing: Headers
):
    rig.tell(case(1, incident_id="<script>alert(1)</script>"), alarm(1))
    head = bearing()
    drawn = client.post("/console/conferences", data={"partner": VT}, headers=head)
    for place in (
        "/console", "/console/overdue", "/console/conferences", drawn.headers["location"],
        "/console/incidents/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/console/sign-in",
    ):  # fmt: skip
        answer = client.get(place, headers=head)
        assert "<script" not in answer.text
        assert re.findall(r'(?:src|href|action)="([^"]*)"', answer.text)
        assert not re.findall(r'(?:src|href|action)="(?![/?])', answer.text)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
    style = client.get("/console/style.css").text
    assert "url(" not in style
    assert "@import" not in style


def test_health_and_readiness_tell_their_verdicts(client: TestClient):
    assert client.get("/healthz").json() == {"ok": True, "reasons": []}
    assert client.get("/readyz").status_code == 503


def test_the_figures_count_both_sides_and_keep_their_labels_on_lists(
    client: TestClient, rig: Rig, board: FigureBoard
):
    rig.tell(
        case(1, children_present="yes", received_at=at(90)),
        case(1, recipient=OM, children_present="yes"),
        held(2, children_present="yes"),
        case(3, state="undecided", outcome="suspected", classification="suspected", sent_at=None,
             decided_at=None),
        case(4, unit="Nergenshuizen", region="atlantis", recipient="gemeente:GM0344"),
        alarm(1), alarm(2, clock="made_up_clock"),
    )  # fmt: skip
    board.count()
    found = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
    }

    def value(name: str, **labels: str) -> float:
        return found[f"ketensluis_{name}", tuple(sorted(labels.items()))]

    here = {"unit": UNIT, "region": "utrecht"}
    assert value("cases", **here, kind="vt", state="sent") == 1
    assert value("cases", unit="other", region="other", kind="other", state="sent") == 1
    assert value("cases_reached", **here, kind="vt", rung="registered") == 3
    assert value("cases_reached", **here, kind="vt", rung="sent") == 1
    assert value("cases_not_sent", unit=UNIT, reason="hold_investigation") == 1
    assert value("cases_not_sent", unit=UNIT, reason="not_labelled") == 1
    assert value("incidents_with_children", **here) == 2
    assert value("incidents_with_children_without_referral", **here) == 1
    assert value("incidents", **here, classification="suspected") == 1
    assert value("incidents", **here, classification="hg") == 2
    assert value("incidents_referred", **here, classification="hg") == 1
    assert value("clocks_open", **here, clock="receipt", level="overdue") == 1
    assert value("clocks_open", **here, clock="other", level="overdue") == 1
    assert value("oldest_open_age_seconds", **here) == (NOW - at(1)).total_seconds()
    step = {"step": "receipt", "region": "utrecht"}
    assert value("step_seconds_count", **step) == 1
    assert value("step_seconds_sum", **step) == 88 * 60
    assert value("step_seconds_bucket", **step, le="3600.0") == 0
    assert value("step_seconds_bucket", **step, le="14400.0") == 1
    assert value("figures_info", definitions="1") == 1


def test_what_is_open_is_counted_by_age_and_what_is_not_labelled_by_history(
    client: TestClient, rig: Rig, board: FigureBoard
):
    ages = {1: 1, 2: 23, 3: 24, 4: 24 * 7, 5: 24 * 36, 6: 24 * 70, 7: 24 * 400}
    rig.tell(
        *(case(each, registered_at=NOW - timedelta(hours=hours)) for each, hours in ages.items()),
        case(8, registered_at=NOW, closed_at=NOW, state="closed"),
        unlabelled(9, "history:person", "relation:partner"), unlabelled(10, "class:quarrel"),
    )  # fmt: skip
    board.count()
    text = client.get("/metrics").text
    here = f'region="utrecht",unit="{UNIT}"'
    for age, count in {"day": 4, "week": 1, "five_weeks": 1, "ten_weeks": 1, "older": 2}.items():
        assert f'ketensluis_cases_open{{age="{age}",{here}}} {count}.0' in text
    labels = f'classification="suspected",{here}'
    assert f"ketensluis_incidents_unlabelled_with_history{{{labels}}} 1.0" in text
    assert f"ketensluis_incidents{{{labels}}} 2.0" in text


def test_a_person_who_is_met_again_is_a_repeat_and_a_shared_address_is_none(
    client: TestClient, rig: Rig, board: FigureBoard
):
    again, flats = "person:" + "a" * 64, "address:" + "b" * 64
    rig.tell(
        case(1), held(2), case(3), case(4), unlabelled(5),
        link(1, again), link(2, again, "person:" + "c" * 64), link(3, "person:" + "d" * 64, flats),
        link(4, flats), link(5, "person:" + "d" * 64),
    )  # fmt: skip
    board.count()
    text = client.get("/metrics").text
    here = f'region="utrecht",unit="{UNIT}"'
    assert f"ketensluis_incidents_repeated{{{here}}} 2.0" in text
    assert f"ketensluis_incidents_repeated_without_referral{{{here}}} 1.0" in text


def unlabelled(number: int, *signals: str) -> Case:
    return case(
        number, registered_at=NOW, state="undecided", outcome="suspected", sent_at=None,
        classification="suspected", decided_at=None, signals=signals,
    )  # fmt: skip


def test_what_is_shown_is_on_record_with_role_and_page(
    rig: Rig, client: TestClient, bearing: Headers, paper: OnPaper
):
    rig.tell(case(1), case(2), alarm(1))
    for path in ("/v1/open", "/v1/overdue", "/v1/incidents/PL0900-2"):
        assert client.get(path, headers=bearing()).status_code == 200
    who = ("hg_coordinator", UNIT)
    assert paper.told() == [
        ("PL0900-1", "open", *who),
        ("PL0900-2", "open", *who),
        ("PL0900-1", "overdue", *who),
        ("PL0900-2", "incident", *who),
    ]


def test_the_console_puts_on_record_what_it_shows(
    rig: Rig, client: TestClient, bearing: Headers, paper: OnPaper
):
    rig.tell(case(1))
    for path in ("", "/incidents/PL0900-1", f"/conferences?partner={VT}"):
        assert client.get(f"/console{path}", headers=bearing()).status_code == 200
    assert [page for _, page, _, _ in paper.told()] == ["open", "incident", "conference"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/open", "/v1/incidents/PL0900-1", f"/v1/conferences/next?partner={VT}", "/console",
        "/console/incidents/PL0900-1", f"/console/conferences?partner={VT}",
    ],
)  # fmt: skip
def test_what_cannot_be_put_on_record_is_not_shown(
    rig: Rig, client: TestClient, bearing: Headers, paper: OnPaper, path: str
):
    rig.tell(case(1))
    paper.away = True
    answer = client.get(path, headers=bearing())
    assert answer.status_code == 503
    assert "PL0900-1" not in answer.text
