"""The books as a coordinator reads them from a terminal: parts, tiers, rungs, and live."""

from __future__ import annotations

from pathlib import Path

import pytest
from chain_rig import Chain, ndjson, registration
from waiting import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

SENT = [
    registration(
        0,
        incident_id=f"PL0100-199900000{number}",
        registered_at=f"2026-02-0{number}T10:00:00Z",
        occurred_at=f"2026-02-0{number}T09:00:00Z",
    )
    for number in (2, 3)
]


def test_a_period_has_its_own_lines_parts_and_tiers_and_an_incident_its_rungs(
    chain: Chain, tmp_path: Path
):
    assert chain.json("send", ndjson(tmp_path / "some.ndjson", SENT))["sent"] == len(SENT)
    for line in SENT:
        chain.wait_for("sent", line["incident_id"], "vt:groningen")
    chain.wait_accounted()

    of = ("--since", "2026-02-02", "--until", "2026-02-03", "--unit", "Noord-Nederland")
    sheet = chain.json("balance", *of, "--by", "day", "--tiers")
    assert (sheet["obligations"], sheet["sent"], sheet["unaccounted"]) == (2, 2, 0)
    assert {day: part["sent"] for day, part in sheet["parts"].items()} == {
        "2026-02-02": 1, "2026-02-03": 1,
    }  # fmt: skip
    assert [(each["day"], each["region"], each["sent"]) for each in sheet["tiers"]] == [
        ("2026-02-02", None, 1), ("2026-02-02", "groningen", 1),
        ("2026-02-03", None, 1), ("2026-02-03", "groningen", 1),
    ]  # fmt: skip
    said = chain.sluis("balance", *of, "--explain", "--tiers").stdout
    assert "Obligations: one for each incident" in said
    assert "2026-02-03  Noord-Nederland  groningen" in said
    assert chain.sluis("balance", "--since", "yesterday").returncode == 2

    rungs = chain.sluis("ledger", "--incident", SENT[0]["incident_id"])
    assert f"{SENT[0]['incident_id']} for vt:groningen: sent, with police:noord" in rungs.stdout
    assert "classified hg" in rungs.stdout
    for said in ("routed by: place_of_incident", "signs: project_code:", "under: politie-"):
        assert said in rungs.stdout

    live = chain.sluis("watch", "--once")
    assert live.returncode == 0, live.stderr
    assert "newest alarms" in live.stdout
    assert "unaccounted, or on its way" in live.stdout


def test_the_ledger_narrows_to_what_is_open_and_to_what_is_overdue(chain: Chain, tmp_path: Path):
    unlabelled = {"project_codes": [], "registered_at": "2026-02-05T10:00:00Z",
                  "occurred_at": "2026-02-05T09:00:00Z"}  # fmt: skip
    seen, nothing = "PL0100-1999000005", "PL0100-1999000006"
    lines = [
        registration(0, incident_id=seen, **unlabelled),
        registration(
            0, incident_id=nothing, incident_class="vandalism", persons=[], relations=[],
            **unlabelled,
        ),
    ]  # fmt: skip
    assert chain.json("send", ndjson(tmp_path / "some.ndjson", lines))["sent"] == len(lines)
    # Nobody has looked at the signs in it for longer than the day that there is for that.
    (case,) = eventually(lambda: chain.json("ledger", "--overdue", "--incident", seen))
    assert (case["state"], case["overdue"]) == ("undecided", ["decision"])

    def everything() -> set[str]:
        return {each["incident_id"] for each in chain.json("ledger")}

    eventually(lambda: {seen, nothing} <= everything())
    opened, late = chain.json("ledger", "--open"), chain.json("ledger", "--overdue")
    assert seen in {each["incident_id"] for each in opened}
    assert nothing not in {each["incident_id"] for each in (*opened, *late)}
    assert all(each["overdue"] for each in late)
    assert "decision" in chain.sluis("ledger", "--open", "--overdue").stdout
