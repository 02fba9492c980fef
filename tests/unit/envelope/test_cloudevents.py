"""The headers are CloudEvents as the official package reads them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat

from ketensluis.envelope.cloudevents import Attributes, instant, oin_of, parse, read_instant
from ketensluis.model.record import Record
from tests.unit.envelope.parts import AT, INCIDENT_ID, POLICE, World


def read_by_the_package(record: Record) -> object:
    message = KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value or b"")
    return from_binary(message, JSONFormat())


@pytest.mark.parametrize("make", ["incident", "referral", "receipt"])
def test_the_official_package_reads_the_same_attributes(world: World, make: str) -> None:
    record: Record = getattr(world, make)()
    event = read_by_the_package(record)
    ours = parse(record)
    theirs = event.get_attributes()  # type: ignore[attr-defined]
    assert theirs["specversion"] == "1.0"
    assert theirs["time"] == AT
    for name in Attributes.__struct_fields__:
        if name != "time":
            assert theirs.get(name) == getattr(ours, name), name


def test_the_attributes_follow_the_nl_gov_profile(world: World) -> None:
    found = parse(world.incident())
    assert found.source == f"urn:nld:oin:{world.directory.oin_of(POLICE)}:systeem:ketensluis"
    assert found.type == "nl.ketensluis.incident.v1"
    assert found.subject == INCIDENT_ID
    assert found.time == "2026-03-01T12:00:00.123456Z"
    assert found.at == AT
    assert oin_of(found) == world.directory.oin_of(POLICE)


def test_a_time_of_another_offset_is_written_in_utc() -> None:
    local = AT.astimezone(timezone(timedelta(hours=1)))
    assert instant(local) == instant(AT)


def test_a_time_without_an_offset_is_not_written() -> None:
    with pytest.raises(ValueError, match="offset"):
        instant(datetime(2026, 3, 1))  # noqa: DTZ001 - what is tested


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T12:00:00+01:00", "2026-03-01 12:00:00Z", "2026-03-01", "20260301T120000Z",
        "2026-13-01T12:00:00Z", "2026-03-01T12:00:00.1234567Z", "٢٠٢٦-03-01T12:00:00Z", "",
    ],
)  # fmt: skip
def test_what_is_not_rfc_3339_in_utc_is_no_time(text: str) -> None:
    assert read_instant(text) is None
