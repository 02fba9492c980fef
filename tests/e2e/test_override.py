"""`sluis override` in one terminal; what the recipient gets, and what a supervisor sees."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from chain_rig import Chain, ndjson, registration
from waiting import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

INCIDENT, PARTY = "PL0900-3000000001", "vt:utrecht"
HOLD = ("--hold", "--reason", "hold_safety")
BY = ("--role", "privacy_officer", "--until", "2099-01-01T00:00:00Z")


def overrule(chain: Chain, *what: str, until: str) -> dict[str, Any]:
    given = ("--role", "privacy_officer", "--until", until)
    return dict(chain.json("override", INCIDENT, "--for", PARTY, *what, *given))


def soon(chain: Chain) -> str:
    """A month after the incident's own registration was decided."""
    decided = str(chain.cases(INCIDENT)[PARTY]["decided_at"])
    year, month = int(decided[:4]), int(decided[5:7])
    return f"{year + month // 12}-{month % 12 + 1:02}-01T00:00:00Z"


def received(chain: Chain, folder: Path) -> dict[str, Any]:
    """The newest of what lies in the recipient's box by the number of fields withheld."""
    chain.sluis("receive", PARTY, "--out", folder)
    files = sorted(folder.glob(f"{INCIDENT}.*.json"), key=lambda each: each.stat().st_mtime_ns)
    return dict(json.loads(files[-1].read_text(encoding="utf-8")))


def test_a_field_is_withheld_by_override_and_explained_and_listed_until_it_is_ended(
    chain: Chain, tmp_path: Path
):
    line = registration(0, incident_id=INCIDENT, unit="Midden-Nederland", municipality="GM0344")
    chain.sluis("send", ndjson(tmp_path / "incidents.ndjson", [line]))
    first = chain.wait_for("sent", INCIDENT, PARTY)["message_id"]
    assert received(chain, tmp_path / "box")["persons"][1]["surname"] == "Koolwitje"
    until = soon(chain)

    given = overrule(
        chain, "--withhold", "persons[suspect].surname", "--reason", "hold_safety", until=until
    )
    second = eventually(lambda: _other(chain, first))
    assert "surname" not in received(chain, tmp_path / "box")["persons"][1]
    told = chain.json("explain", INCIDENT, "--for", PARTY)
    (field,) = [each for each in told["fields"] if each["path"] == "persons[1].surname"]
    assert field["rule"] == f"override.{given['override_id']}"
    assert [each["by_role"] for each in told["overrides"]] == ["privacy_officer"]
    (line_of_it,) = listed(chain)
    assert "persons[suspect].surname" in line_of_it

    overrule(chain, "--end", given["override_id"], "--reason", "mistake", until=until)
    assert eventually(lambda: _other(chain, second)) not in {first, second}
    assert received(chain, tmp_path / "box")["persons"][1]["surname"] == "Koolwitje"
    assert listed(chain) == []
    assert len(listed(chain, "--all")) == 2
    again = chain.sluis("replay", "--verify")
    assert again.returncode == 0, again.stdout + again.stderr


def listed(chain: Chain, *options: str) -> list[str]:
    """The overrides of this incident; other tests on the chain have their own."""
    told = chain.sluis("overrides", *options).stdout.splitlines()
    return [each for each in told if each.startswith(f"{INCIDENT} ")]


def _other(chain: Chain, before: str) -> str | None:
    now = str(chain.cases(INCIDENT)[PARTY]["message_id"])
    return None if now == before else now


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("--hold", "--reason", "consent", *BY), 1, "override_reason"),
        (("--hold", "--reason", "hold_safety", *BY), 1, "override_until"),
        (("--hold", "--release", "narrative", "--reason", "consent", *BY), 2, "give one of"),
        (("--hold", "--reason", "because", *BY), 2, "one of"),
        (("--reason", "consent", *BY), 2, "give one of"),
        ((*HOLD, "--role", "supervisor", "--until", "tomorrow"), 2, "--until"),
    ],
)
def test_an_override_that_may_not_be_is_not_sent(
    chain: Chain, asked: tuple[str, ...], code: int, said: str
):
    done = chain.sluis("override", INCIDENT, "--for", PARTY, *asked)
    assert done.returncode == code
    assert said in done.stderr


def test_an_override_that_the_hub_refuses_is_told_to_who_gave_it(chain: Chain):
    in_a_month = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    until = ("--role", "supervisor", "--until", in_a_month)
    for incident, party, code in (
        ("PL0900-3999999999", PARTY, "unknown_incident"),
        (INCIDENT, "vt:utrect", "override_recipient"),
    ):
        done = chain.sluis("override", incident, "--for", party, *HOLD, *until)
        assert (done.returncode, code in done.stderr) == (1, True), done.stderr
    assert "PL0900-3999999999" not in chain.sluis("overrides", "--all").stdout


def test_who_gives_an_override_is_told_what_it_led_to(chain: Chain, tmp_path: Path):
    held = registration(0, incident_id="PL0900-3000000002", restricted=True)
    chain.sluis("send", ndjson(tmp_path / "held.ndjson", [held]))
    chain.wait_for("held", "PL0900-3000000002", "vt:groningen")
    in_a_month = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    given = ("--role", "supervisor", "--until", in_a_month)
    for party, what, said in (
        ("vt:groningen", ("--send-anyway", "--reason", "acute_danger"), "held (restricted_class)"),
        ("om:noord-nederland", HOLD, "nothing is owed to it now"),
    ):
        done = chain.sluis("override", held["incident_id"], "--for", party, *what, *given)
        assert f"{party}: {said}" in done.stdout, done.stderr
