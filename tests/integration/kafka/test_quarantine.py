"""What was refused is found, shown without its content, and goes back once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from made_keys import MemoryKeyring

from ketensluis.avro.codec import Codec
from ketensluis.envelope.keyring import Erased
from ketensluis.envelope.refusal import entry_key, sealed_entry, unsealed_entry
from ketensluis.errors import KetensluisError, Refused
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.publisher import Publisher
from ketensluis.kafka.quarantine import entries, find
from ketensluis.kafka.quarantine_markers import Erasure, erasure_headers
from ketensluis.kafka.requeue import REQUEUED_FROM, requeue
from ketensluis.kafka.scan import scan
from ketensluis.kafka.topics import plan
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import QUARANTINE
from ketensluis.model.quarantine import quarantined, quarantined_line
from ketensluis.model.record import Coordinates, Output, Record

pytestmark = pytest.mark.kafka
CODEC = Codec.from_lock()
AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = AT + timedelta(days=1)
KEYS = MemoryKeyring()
unseal = partial(unsealed_entry, keyring=KEYS)
UNFIT = Refused("bad_avro", "a field is cut off", "ask for it again")


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """A broker of our own: the session's quarantine is not ours to fill with junk."""
    with LocalKafka(tmp_path_factory.mktemp("quarantine")) as own:
        yield own


def decode(value: bytes) -> Quarantined:
    return CODEC.decode(value, Quarantined)


async def refuse(bootstrap: str, entry: Quarantined) -> None:
    await apply(bootstrap, plan())
    async with Publisher(bootstrap) as publisher:
        output = Output(QUARANTINE, entry.quarantine_id.encode(), CODEC.encode(entry))
        await publisher.publish([output], timestamp_ms=1)


async def refused_record(bootstrap: str, topic: str) -> tuple[Record, Quarantined]:
    """A record on the topic, and its entry in quarantine."""
    async with Publisher(bootstrap) as publisher:
        headers = (("ce_id", b"1"), ("ce_subject", b"PL0600-2026000001"))
        await publisher.publish(
            [Output(topic, b"PL0600-2026000001", b"Anna van Dam", headers, partition=1)],
            timestamp_ms=1_000,
        )
    (record,) = [record async for record in scan(bootstrap, topic)]
    entry = sealed_entry(quarantined(record, UNFIT), KEYS)
    assert b"Anna" not in CODEC.encode(entry)
    await refuse(bootstrap, entry)
    return record, entry


async def lying_on(bootstrap: str, topic: str, count: int) -> list[Record]:
    """The topic's records, once there are so many.

    Kafka confirms a commit a moment before readers of committed records can see it.
    """
    async with asyncio.timeout(30):
        while len(found := [record async for record in scan(bootstrap, topic)]) < count:
            pass
    return found


async def test_an_entry_is_listed_without_a_byte_of_its_record(
    bootstrap: str, topics: Callable[..., dict]
):
    record, refused = await refused_record(bootstrap, topics(refusing=2)["refusing"])
    (entry,) = [e for e in await entries(bootstrap, decode) if e.place == str(record.coordinates)]
    assert (entry.quarantine_id, entry.code, entry.state) == (
        refused.quarantine_id,
        "bad_avro",
        "open",
    )
    assert entry.incident_id == "PL0600-2026000001"
    assert entry.size == len(b"Anna van Dam")
    assert "Anna" not in repr(entry)


async def test_a_requeued_record_is_back_as_it_was_and_its_entry_says_so(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(again=2)["again"]
    before, refused = await refused_record(bootstrap, topic)
    place = await requeue(
        bootstrap, decode, refused.quarantine_id, at=LATER, by_role="privacy-officer", unseal=unseal
    )
    _, after = await lying_on(bootstrap, topic, 2)
    assert after.coordinates == place
    assert (after.key, after.value) == (before.key, before.value)
    assert after.headers == (*before.headers, (REQUEUED_FROM, refused.quarantine_id.encode()))
    assert after.timestamp_ms == int(LATER.timestamp() * 1000)
    async with asyncio.timeout(30):
        entry, content = await find(bootstrap, decode, refused.quarantine_id)
        while entry.state == "open":
            entry, content = await find(bootstrap, decode, refused.quarantine_id)
    assert content == refused
    assert entry.requeued is not None
    assert entry.requeued.by_role == "privacy-officer"
    assert entry.requeued.at == LATER
    assert entry.requeued.place == str(place)


async def test_an_entry_whose_key_was_destroyed_is_listed_and_never_goes_back(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(gone=2)["gone"]
    _, refused = await refused_record(bootstrap, topic)
    KEYS.erase(entry_key(refused.quarantine_id), at=LATER, rule="quarantine-ninety-days")
    marker = erasure_headers(refused.quarantine_id, Erasure(LATER, "quarantine-ninety-days", ""))
    async with Publisher(bootstrap) as publisher:
        output = Output(QUARANTINE, b"marker", None, tuple(marker))
        await publisher.publish([output], timestamp_ms=int(LATER.timestamp() * 1000))
    with pytest.raises(Erased, match="erased on 2026-01-06 by rule quarantine-ninety-days"):
        await requeue(
            bootstrap, decode, refused.quarantine_id, at=LATER, by_role="operator", unseal=unseal
        )
    listed = await entries(bootstrap, decode)
    (entry,) = [each for each in listed if each.quarantine_id == refused.quarantine_id]
    assert (entry.state, entry.size) == ("erased", len(b"Anna van Dam"))
    assert len(await lying_on(bootstrap, topic, 1)) == 1


async def test_an_entry_goes_back_once_also_if_several_ask_for_it_at_the_same_moment(
    bootstrap: str, topics: Callable[..., dict]
):
    topic = topics(once=2)["once"]
    _, refused = await refused_record(bootstrap, topic)
    attempts = [
        requeue(
            bootstrap,
            decode,
            refused.quarantine_id,
            at=LATER,
            by_role="control-room",
            unseal=unseal,
        )
        for _ in range(3)
    ]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    codes = {result.code for result in results if isinstance(result, KetensluisError)}
    assert codes <= {"requeue_taken_over", "already_requeued", "kafka_unavailable"}
    assert all(isinstance(result, KetensluisError | Coordinates) for result in results)
    if not any(isinstance(result, Coordinates) for result in results):
        await requeue(
            bootstrap,
            decode,
            refused.quarantine_id,
            at=LATER,
            by_role="control-room",
            unseal=unseal,
        )
    assert len(await lying_on(bootstrap, topic, 2)) == 2
    with pytest.raises(KetensluisError) as twice:
        await requeue(
            bootstrap,
            decode,
            refused.quarantine_id,
            at=LATER,
            by_role="control-room",
            unseal=unseal,
        )
    assert twice.value.code == "already_requeued"


async def test_a_line_of_a_file_cannot_go_back_to_a_topic_on_which_it_never_lay(bootstrap: str):
    entry = quarantined_line(
        uuid.uuid4().bytes,
        place="day.ndjson:3",
        topic="police.incidents",
        error=UNFIT,
        incident_id=None,
        at=AT,
    )
    await refuse(bootstrap, entry)
    with pytest.raises(KetensluisError) as refused:
        await requeue(
            bootstrap,
            decode,
            entry.quarantine_id,
            at=LATER,
            by_role="privacy-officer",
            unseal=unseal,
        )
    assert refused.value.code == "not_requeueable"
    assert (await find(bootstrap, decode, entry.quarantine_id))[0].state == "open"


async def test_what_is_no_entry_at_all_is_shown_too(bootstrap: str):
    await apply(bootstrap, plan())
    async with Publisher(bootstrap) as publisher:
        (place,) = await publisher.publish([Output(QUARANTINE, None, b"junk")], timestamp_ms=1)
    (entry,) = [e for e in await entries(bootstrap, decode) if e.lies_at == place]
    assert (entry.quarantine_id, entry.code) == (str(place), "not_avro")
    with pytest.raises(KetensluisError) as unusable:
        await find(bootstrap, decode, str(place))
    assert unusable.value.code == "not_avro"


async def test_an_id_that_is_not_there_is_named(bootstrap: str):
    await apply(bootstrap, plan())
    with pytest.raises(KetensluisError, match="no-such-entry") as missing:
        await find(bootstrap, decode, "no-such-entry")
    assert missing.value.code == "not_in_quarantine"
