"""Asks a cluster which topics it has, and has it make those that are missing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from ketensluis.closing import closed
from ketensluis.errors import KetensluisError
from ketensluis.kafka.asking import admin, answered
from ketensluis.kafka.offsets import track
from ketensluis.kafka.topics import Difference, Found, TopicPlan, compare

__all__ = ["Applied", "apply", "cluster_id", "existing", "partitions"]

# A hundred topics with three copies each took 3 s on two cores.
_MAKING_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Applied:
    """What was made, and what was there but is not as planned (and was left alone)."""

    created: tuple[str, ...]
    differences: tuple[Difference, ...]


async def existing(bootstrap: str) -> dict[str, Found]:
    """The cluster's own topics, internal ones left out, with their settings.

    Raises:
        Unavailable: `kafka_unavailable`.
    """
    async with admin(bootstrap) as client:
        return await _existing(client)


async def partitions(bootstrap: str, topics: Iterable[str]) -> dict[str, int]:
    """The number of partitions of each of these topics.

    Raises:
        KetensluisError: `unknown_topic`, one of them does not exist.
        Unavailable: `kafka_unavailable`.
    """
    async with admin(bootstrap) as client:
        described = await answered(lambda: client.describe_topics(list(topics)))
    for topic in described:
        if code := topic["error_code"]:
            raise KetensluisError(
                "unknown_topic",
                f"the topic {topic['topic']} cannot be used: {for_code(code).message}",
                "sluis topics apply makes the topics of the chain",
            )
    return {topic["topic"]: len(topic["partitions"]) for topic in described}


async def cluster_id(bootstrap: str) -> str:
    """The id that the cluster was given when it was made.

    Raises:
        Unavailable: `kafka_unavailable`.
    """
    async with admin(bootstrap) as client:
        described = await answered(client.describe_cluster)
    return str(described["cluster_id"])


async def apply(bootstrap: str, planned: Iterable[TopicPlan]) -> Applied:
    """Make the planned topics that are missing, in one request, and wait until they lead.

    Two at once do no harm: what the other one made counts as there.

    Raises:
        KetensluisError: `topics_refused`, the cluster refused one; the others were made.
        Unavailable: `kafka_unavailable`.
    """
    planned = list(planned)
    before = await existing(bootstrap)
    async with admin(bootstrap, answer_ms=int(_MAKING_SECONDS * 1000)) as client:
        missing = [topic for topic in planned if topic.name not in before]
        created = await _create(client, missing)
        await _wait_until_led(bootstrap, missing)
    return Applied(tuple(created), tuple(compare(planned, before)))


async def _create(client: AIOKafkaAdminClient, missing: list[TopicPlan]) -> list[str]:
    if not missing:
        return []
    answer = await client.create_topics(
        [
            NewTopic(
                topic.name, topic.partitions, topic.replication, topic_configs=dict(topic.config)
            )
            for topic in missing
        ],
        timeout_ms=int(_MAKING_SECONDS * 1000),
    )
    created = []
    for name, code, *said in answer.topic_errors:
        if not code:
            created.append(name)
        elif code != TopicAlreadyExistsError.errno:
            raise KetensluisError(
                "topics_refused",
                f"the cluster refused to make {name}: {said[0] or for_code(code).message}",
                "ask for fewer copies, or for the right to make topics",
            )
    return created


async def _wait_until_led(bootstrap: str, made: list[TopicPlan]) -> None:
    """A leader is named before it leads: ask each for its end, until all have answered.

    Else the first to produce is refused for seconds (NOT_LEADER_OR_FOLLOWER) on a busy machine.
    """
    if not made:
        return
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    try:
        await consumer.start()
        places = [
            TopicPartition(topic.name, each) for topic in made for each in range(topic.partitions)
        ]
        track(consumer, places)
        async with asyncio.timeout(_MAKING_SECONDS):
            await consumer.end_offsets(places)
    finally:
        await closed(consumer.stop())


async def _existing(client: AIOKafkaAdminClient) -> dict[str, Found]:
    found = await answered(client.describe_topics)
    described = [topic for topic in found if not topic["is_internal"]]
    settings = await _settings(client, [topic["topic"] for topic in described])
    return {
        topic["topic"]: Found(
            partitions=len(topic["partitions"]),
            replication=len(topic["partitions"][0]["replicas"]),
            config=settings[topic["topic"]],
        )
        for topic in described
    }


async def _settings(client: AIOKafkaAdminClient, topics: list[str]) -> dict[str, Mapping[str, str]]:
    if not topics:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
    answers = await answered(lambda: client.describe_configs(asked))
    return {
        name: {entry[0]: entry[1] or "" for entry in entries}
        for answer in answers
        for _code, _said, _kind, name, entries in answer.resources
    }
