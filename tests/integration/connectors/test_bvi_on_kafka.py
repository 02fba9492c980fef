"""The police connector as a program: each line of a file lands once, whenever it is killed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from connector_ground import Ground, kill, stop
from made_incidents import incident
from made_mail import CODEC
from waiting import eventually

from ketensluis.model.intake import to_json
from ketensluis.model.local_time import local_date
from ketensluis.model.messages import ControlTotal, Quarantined
from ketensluis.model.party import CONTROL_TOTALS, INCIDENTS, QUARANTINE

pytestmark = pytest.mark.kafka


def ndjson(prefix: str, numbers: range, **changed: str) -> list[bytes]:
    return [to_json(incident(incident_id=f"{prefix}-{number}", **changed)) for number in numbers]


def lay(folder: Path, name: str, lines: list[bytes]) -> None:
    """As whoever writes the files is asked to: beside it, then by its name."""
    folder.mkdir(exist_ok=True)
    (folder / f".{name}").write_bytes(b"".join(line + b"\n" for line in lines))
    (folder / f".{name}").rename(folder / name)


def published(ground: Ground, prefix: str) -> Counter[str]:
    """How often each incident of this test was committed."""
    keys = (record.key.decode() for record in ground.committed(INCIDENTS) if record.key)
    return Counter(key for key in keys if key.startswith(prefix))


def quarantined(ground: Ground, name: str) -> Counter[str]:
    entries = (
        CODEC.decode(record.value, Quarantined)
        for record in ground.committed(QUARANTINE)
        if record.value
    )
    return Counter(each.place for each in entries if each.place.startswith(name))


def test_killed_again_and_again_every_line_is_committed_once(
    ground: Ground, prefix: str, tmp_path: Path
):
    folder = tmp_path / "files"
    first, second = ndjson(prefix, range(4_000)), ndjson(prefix, range(4_000, 6_000))
    for number in (10, 2_500):
        first[number] = b'{"incident_id": "' + prefix.encode()
    lay(folder, f"{prefix}-a.ndjson", first)
    lay(folder, f"{prefix}-b.ndjson", second)
    for reached in (1, 900, 2_100, 3_500, 4_800):
        process = ground.start("bvi", "--folder", str(folder))
        eventually(lambda reached=reached: len(published(ground, prefix)) >= reached)
        kill(process)
    begun = len(ground.said("connector_started"))
    process = ground.start("bvi", "--folder", str(folder))
    # The one before may have put the last file away: this one is to have begun before it ends.
    eventually(lambda: len(ground.said("connector_started")) > begun)
    eventually(lambda: len(list(folder.glob("taken/*"))) == 2)
    assert stop(process) == 0
    assert published(ground, prefix) == Counter(
        f"{prefix}-{number}" for number in range(6_000) if number not in {10, 2_500}
    )
    assert quarantined(ground, prefix) == Counter(
        [f"{prefix}-a.ndjson:11", f"{prefix}-a.ndjson:2501"]
    )
    assert sorted(path.name for path in folder.glob("*.ndjson")) == []
    refused = {line["record"] for line in ground.said("line_refused")}
    assert f"{prefix}-a.ndjson:11" in refused


def test_a_second_connector_fences_the_first_which_says_so_and_publishes_no_more(
    ground: Ground, prefix: str, tmp_path: Path
):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    lay(theirs, f"{prefix}-1.ndjson", ndjson(prefix, range(1)))
    first = ground.start("bvi", "--folder", str(ours))
    lay(ours, f"{prefix}-0.ndjson", ndjson(prefix, range(100, 101)))
    eventually(lambda: published(ground, prefix)[f"{prefix}-100"])
    second = ground.start("bvi", "--folder", str(theirs))
    eventually(lambda: published(ground, prefix)[f"{prefix}-0"])
    lay(ours, f"{prefix}-2.ndjson", ndjson(prefix, range(1, 2)))
    assert first.wait(120) == 1
    eventually(lambda: any("superseded" in line.get("error", "") for line in ground.log()))
    lay(theirs, f"{prefix}-3.ndjson", ndjson(prefix, range(2, 3)))
    eventually(lambda: published(ground, prefix)[f"{prefix}-2"])
    assert stop(second) == 0
    assert published(ground, prefix) == Counter(f"{prefix}-{n}" for n in (0, 2, 100))
    assert (ours / f"{prefix}-2.ndjson").exists(), "what was not published was not put away"


def test_the_totals_of_a_day_are_signed_and_published_again_when_it_changes(
    ground: Ground, prefix: str, tmp_path: Path
):
    def totals() -> list[ControlTotal]:
        opener = ground.opener("hub")
        found = (opener.open(each, (ControlTotal,)) for each in ground.committed(CONTROL_TOTALS))
        return [
            each.message
            for each in found
            if each.signer == "police" and each.message.incident_ids[0].startswith(prefix)
        ]

    day_before = datetime.now(UTC) - timedelta(days=1)
    at = {"registered_at": day_before.isoformat(), "occurred_at": day_before.isoformat()}
    folder = tmp_path / "files"
    lay(folder, f"{prefix}-a.ndjson", ndjson(prefix, range(3), **at))
    process = ground.start("bvi", "--folder", str(folder))
    eventually(totals)
    (total,) = totals()
    assert (total.unit, total.day) == ("Noord-Nederland", local_date(day_before))
    assert (total.incidents, total.hg) == (3, 3)
    assert total.incident_ids == tuple(f"{prefix}-{number}" for number in range(3))
    lay(folder, f"{prefix}-b.ndjson", ndjson(prefix, range(3, 4), **at))
    eventually(lambda: len(totals()) == 2)
    assert totals()[1].incidents == 4
    assert stop(process) == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "bad_source"),
        (("--folder", "no-such-folder"), "bad_source"),
        (("--sql", "nosuch://user:geheim@host/db"), "bad_source"),
        (("--sql", "sqlite://", "--view", "a; drop table b"), "bad_view"),
    ],
)
def test_a_source_that_cannot_be_is_told_at_once(
    ground: Ground, arguments: tuple[str, ...], code: str
):
    assert ground.start("bvi", *arguments).wait(120) == 1
    (line,) = ground.log()
    assert code in line["error"]
    assert "geheim" not in line["error"]
