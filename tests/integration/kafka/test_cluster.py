"""Making the chain's topics on a cluster, and telling what differs."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable

import pytest

from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.kafka.cluster import apply, existing, partitions
from ketensluis.kafka.topics import Difference, TopicPlan, plan

pytestmark = pytest.mark.kafka


def own(*counts: int) -> list[TopicPlan]:
    return [TopicPlan(f"test.plan.{uuid.uuid4().hex}", count, 1) for count in counts]


async def test_the_whole_chain_is_made_once_as_planned(bootstrap: str):
    await apply(bootstrap, plan())
    again = await apply(bootstrap, plan())
    assert again.created == ()
    assert again.differences == ()
    found = await existing(bootstrap)
    assert found["police.incidents"].partitions == 4
    assert found["ledger.cases"].config["cleanup.policy"] == "compact"
    assert found["quarantine"].config["retention.ms"] == "-1"


async def test_what_differs_is_reported_and_left_alone(bootstrap: str, topics: Callable[..., dict]):
    name = topics(there=(2, {"cleanup.policy": "compact"}))["there"]
    for partitions_planned in (1, 4):
        wanted = TopicPlan(name, partitions_planned, 1, {"cleanup.policy": "delete"})
        assert (await apply(bootstrap, [wanted])).differences == (
            Difference(name, "partitions", str(partitions_planned), "2"),
            Difference(name, "cleanup.policy", "delete", "compact"),
        )
    assert await partitions(bootstrap, [name]) == {name: 2}


async def test_two_who_apply_at_once_make_each_topic_once(bootstrap: str):
    wanted = own(1, 2, 3)
    both = await asyncio.gather(apply(bootstrap, wanted), apply(bootstrap, wanted))
    made = [name for applied in both for name in applied.created]
    assert sorted(made) == sorted(topic.name for topic in wanted)


async def test_a_topic_that_the_cluster_refuses_is_named_and_the_others_are_made(bootstrap: str):
    good = own(1)
    refused = TopicPlan(f"test.refused.{uuid.uuid4().hex}", 1, replication=3)
    with pytest.raises(KetensluisError, match=refused.name) as error:
        await apply(bootstrap, [refused, *good])
    assert error.value.code == "topics_refused"
    assert await partitions(bootstrap, [good[0].name]) == {good[0].name: 1}


async def test_a_cluster_that_is_away_is_said_to_be(free_port: int):
    with pytest.raises(Unavailable, match=f"127.0.0.1:{free_port}"):
        await existing(f"127.0.0.1:{free_port}")
