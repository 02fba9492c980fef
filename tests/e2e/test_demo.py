"""`sluis demo`, as a newcomer types it, and on a file that somebody else wrote."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from chain_rig import Line, ndjson, registration, sluis
from made_evidence import verify

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

KEYS = (
    "incidents", "hg", "suspected", "obligations", "sent", "received", "accepted", "rejected",
    "held", "not_required", "fed_back", "overdue", "quarantined", "unaccounted", "seconds",
    "incidents_per_second",
)  # fmt: skip
TIMED = {"seconds", "incidents_per_second"}


def counts(stdout: str) -> dict[str, Any]:
    """The one object that `demo --json` prints, its identities checked."""
    assert stdout.count("\n") == 1
    told = dict(json.loads(stdout))
    assert tuple(told) == KEYS
    assert all(type(told[key]) is int and told[key] >= 0 for key in KEYS if key not in TIMED)
    parts = told["sent"] + told["held"] + told["not_required"] + told["suspected"]
    assert told["obligations"] == parts
    assert told["sent"] >= told["received"] >= told["accepted"] + told["rejected"]
    assert told["obligations"] >= told["incidents"] >= told["hg"] + told["suspected"]
    assert told["sent"] >= told["fed_back"]
    assert told["seconds"] > 0
    return told


def test_the_same_seed_gives_the_same_demo_and_everything_adds_up():
    def demo(_: int) -> dict[str, Any]:
        done = sluis("demo", "--count", 60, "--seed", 3, "--json", timeout=240)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return counts(done.stdout)

    # Each has a Kafka and workers of its own, so they may run beside each other.
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(demo, range(2))

    assert first["incidents"] == 60
    assert first["unaccounted"] == 0
    assert first["hg"] > 0
    assert first["fed_back"] > 0
    assert {key: first[key] for key in KEYS if key not in TIMED} == {
        key: second[key] for key in KEYS if key not in TIMED
    }


# --- a file of one's own, and what must come of each line by a reading of the contract

NOW = datetime.now(UTC).replace(microsecond=0)


class Entry(NamedTuple):
    """A line of the file; `code` where it must be refused at the entrance."""

    line: Line | bytes
    code: str | None = None


DUPLICATES, OVERTAKEN, LATE_LABELS = 4, 3, 3
# No more than what is required.
WITHDRAWN: Line = {
    "event": "withdrawn",
    "project_codes": None,
    "persons": None,
    "relations": None,
}


def later(**distance: float) -> str:
    return (NOW + timedelta(**distance)).isoformat().replace("+00:00", "Z")


def good() -> Iterator[Line]:
    """Lines that fit, of every kind that the contract names."""
    arrest = {"kind": "arrest", "imposed_at": "2026-03-01T10:30:00Z"}
    order = {"kind": "restraining_order", "imposed_at": "2026-03-01T10:30:00Z"}
    plain = {"project_codes": None, "relations": None, "persons": None}
    told = "Hij sloeg zijn vrouw, en dreigde haar iets aan te doen."
    stays = {"reason": "hold_safety", "until": later(days=365), "by_role": "hg_coordinator"}
    # Over before the twelve weeks of the demo are.
    ends = {"reason": "hold_investigation", "until": later(days=3), "by_role": "officer"}
    changed = {"sequence": 2, "event": "amended"}
    kinds: list[tuple[int, tuple[Line, ...]]] = [
        (30, ({},)),
        (6, ({"measures": [arrest]},)),
        (3, ({"measures": [order]},)),
        (10, (plain | {"incident_class": "vandalism"},)),
        (7, ({"project_codes": []},)),  # a relation of the circle, and no label
        (3, (plain | {"narrative": told},)),
        (4, ({"restricted": True},)),
        (4, ({"hold": stays},)),
        (3, ({"hold": ends},)),
        (DUPLICATES, ({}, {})),
        (4, ({}, changed | {"team": "Basisteam Zuid"})),
        (OVERTAKEN, (changed | {"project_codes": ["children"]}, {})),
        (LATE_LABELS, ({"project_codes": []}, changed)),
        (3, ({}, WITHDRAWN | {"sequence": 2})),
        (2, (WITHDRAWN,)),
        (1, ({"municipality": "GM0599", "unit": "Rotterdam"},)),
        (1, ({"municipality": "GM0363", "unit": "Amsterdam"},)),
        (1, ({"narrative": "é" * 32_768},)),
        (1, ({"registered_at": "2026-03-01T11:00:00+01:00", "persons": [], "relations": []},)),
        (1, ({"narrative": "", "place": {}, "restricted": False},)),
    ]
    number = 0
    for count, versions in kinds:
        for _ in range(count):
            number += 1
            yield from (registration(number, **version) for version in versions)


def bad() -> Iterator[Entry]:
    """Lines that do not fit, each in one way."""
    whole = json.dumps(registration(900)).encode()
    yield Entry(b"{", "bad_json")
    yield Entry(b"[]", "wrong_type")
    yield Entry(b"null", "wrong_type")
    yield Entry(b"NaN", "bad_json")
    yield Entry(b"\xff\xfe{}", "bad_utf8")
    yield Entry(whole[:-1], "bad_json")
    yield Entry(whole + b" extra", "bad_json")
    yield Entry(whole[:-1] + b', "sequence": 2}', "repeated_key")
    yield Entry(b"[" * 5000, "bad_json")
    yield Entry(registration(901, incident_id=None), "missing_field")
    yield Entry(registration(902, unit=None), "missing_field")
    yield Entry(registration(903, team=" "), "missing_field")
    yield Entry(registration(904, colour="red"), "unknown_field")
    yield Entry(registration(905, sequence="1"), "wrong_type")
    yield Entry(registration(906, sequence=0), "out_of_range")
    yield Entry(registration(907, sequence=True), "wrong_type")
    yield Entry(registration(908, sequence=1.5), "wrong_type")
    yield Entry(registration(909, event="made"), "unknown_code")
    yield Entry(registration(910, registered_at="2026-03-01T10:00:00"), "bad_time")
    yield Entry(registration(911, registered_at="2026-02-30T10:00:00Z"), "bad_time")
    yield Entry(registration(912, unit="Nergens"), "unknown_unit")
    yield Entry(registration(913, municipality="GM9999"), "unknown_municipality")
    yield Entry(registration(914, municipality="Groningen"), "bad_format")
    yield Entry(registration(915, project_codes=["women"]), "unknown_code")
    yield Entry(json.dumps(registration(916, persons="x")).encode(), "wrong_type")
    yield Entry(b'{"persons": null, ' + json.dumps(registration(917))[1:].encode(), "repeated_key")
    yield Entry(registration(918, narrative="x" * 65_537), "too_long")
    yield Entry(registration(919, team="x" * 1001), "too_long")
    yield Entry(registration(920, incident_id="P" * 65), "too_long")
    yield Entry(registration(921, team="a\x00b"), "control_character")
    yield Entry(whole.replace(b"Basisteam Noord", b"\\ud800"), "lone_surrogate")
    yield Entry(registration(922, persons=[person("p1"), person("p1")]), "repeated_person")
    yield Entry(registration(923, persons=[person("p1")]), "unknown_person")
    yield Entry(registration(924, persons=two(bsn="12345678")), "bad_format")
    yield Entry(registration(925, persons=two(birth_date="1-2-1990")), "bad_date")
    yield Entry(registration(926, persons=two(birth_date="1990-02-30")), "bad_date")
    yield Entry(registration(927, narrative="x" * 2_000_000), "too_long")


def person(person_id: str, **more: Any) -> Line:
    return {"person_id": person_id, "role": "victim", **more}


def two(**more: Any) -> list[Line]:
    return [person("p1", **more), person("p2")]


def woven() -> list[Entry]:
    """Good lines with bad ones between them, and two that only their predecessors make bad."""
    entries = [Entry(line) for line in good()]
    for place, entry in enumerate(bad()):
        entries.insert(3 * place + 1, entry)
    entries.append(Entry(registration(1, team="Basisteam Zuid")))  # the same sequence, changed
    entries.append(Entry(registration(2, narrative="Anders.")))
    return entries


CONFLICTS = 2


def expected(entries: list[Entry]) -> Counter[str]:
    """What must come of the file, by a plain reading of the contract.

    Kept apart from the program on purpose: what it needs to know of this file it knows.
    """
    newest: dict[str, Line] = {}
    counted: Counter[str] = Counter()
    told: set[str] = set()
    for entry in entries:
        if entry.code is not None:
            counted["quarantined"] += 1
            continue
        line = entry.line
        assert isinstance(line, dict)
        before = newest.get(line["incident_id"])
        if before is None or line["sequence"] > before["sequence"]:
            newest[line["incident_id"]] = line
            if line.get("project_codes"):
                told.add(line["incident_id"])
    counted["quarantined"] += CONFLICTS
    for incident, line in newest.items():
        counted["incidents"] += 1
        hg = bool(line.get("project_codes"))
        counted["hg"] += hg
        recipients = 1
        if hg:
            kinds = {measure["kind"] for measure in line.get("measures", ())}
            recipients += bool(kinds)  # OM
            recipients += "restraining_order" in kinds  # the municipality, by its agreement
        counted["obligations"] += recipients
        stays = (line.get("hold") or {}).get("until", "") > later(weeks=12)
        if line.get("restricted") or stays:
            counted["held"] += recipients
        elif hg or (line["event"] == "withdrawn" and incident in told):
            counted["sent"] += recipients
        elif line["event"] != "withdrawn" and (line.get("relations") or line.get("narrative")):
            counted["suspected"] += recipients
        else:
            counted["not_required"] += recipients
    return counted


@pytest.fixture(scope="module")
def own_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Entry]]:
    entries = woven()
    file = ndjson(tmp_path_factory.mktemp("demo") / "own.ndjson", (each.line for each in entries))
    return file, entries


def test_on_a_file_of_ones_own_every_line_is_accounted_for_as_the_contract_says(
    own_file: tuple[Path, list[Entry]],
):
    file, entries = own_file
    evidence = file.parent / "evidence"
    done = sluis("demo", "--incidents", file, "--json", "--bundle", evidence, timeout=240)
    assert done.returncode == 0, done.stderr
    told = counts(done.stdout)

    wanted = expected(entries)
    for key in ("incidents", "hg", "suspected", "held", "not_required", "quarantined"):
        assert told[key] == wanted[key], (key, told, wanted)
    # A region may say that it is another's: that one is then sent it too.
    assert wanted["sent"] <= told["sent"] <= wanted["sent"] + told["rejected"]
    assert told["obligations"] - wanted["obligations"] == told["sent"] - wanted["sent"]
    assert told["unaccounted"] == 0

    named = re.findall(rf"^{re.escape(str(file))}:(\d+): (\w+): \S.*", done.stderr, re.MULTILINE)
    last = len(entries)
    assert [(int(line), code) for line, code in named] == [
        *((number, entry.code) for number, entry in enumerate(entries, start=1) if entry.code),
        (last - 1, "conflicting_sequence"),
        (last, "conflicting_sequence"),
    ]
    assert "Traceback" not in done.stderr
    assert "the audit has 0 findings" in done.stderr
    assert verify(evidence)[0] == 0


def test_decide_names_the_same_lines_and_the_same_outcomes_without_kafka(
    own_file: tuple[Path, list[Entry]],
):
    file, entries = own_file
    done = sluis("decide", file, "--json")
    assert done.returncode == 1
    refused = re.findall(rf"^{re.escape(str(file))}:(\d+): (\w+): ", done.stderr, re.MULTILINE)
    last = len(entries)
    assert [(int(line), code) for line, code in refused] == [
        *((number, entry.code) for number, entry in enumerate(entries, start=1) if entry.code),
        (last - 1, "conflicting_sequence"),
        (last, "conflicting_sequence"),
    ]
    outcomes = Counter(json.loads(line)["outcome"] for line in done.stdout.splitlines())
    wanted = expected(entries)
    assert outcomes["duplicate"] == DUPLICATES
    assert outcomes["superseded"] == OVERTAKEN
    # As if each had just arrived: the three holds that end later are held, and late labels
    # were suspected first.
    assert outcomes["held"] == wanted["held"] + 3
    assert outcomes["suspected"] == wanted["suspected"] + LATE_LABELS
