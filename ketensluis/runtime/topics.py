"""Whether the topics of a stage are there, with as many partitions each."""

from __future__ import annotations

from aiokafka.admin import AIOKafkaAdminClient

from ketensluis.closing import closed
from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.runtime.stage import Stage

__all__ = ["check_partitions", "partitions_differ"]


async def check_partitions(bootstrap: str, stage: Stage) -> None:
    """See that all topics of the stage are there, with as many partitions.

    Raises:
        Unavailable: `topic_missing`, one is not there (yet).
        KetensluisError: `partitions_differ`.
        KafkaError: Kafka is away.
    """
    topics = [*stage.inputs, *([stage.state_topic] if stage.state_topic else [])]
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await client.start()
        described = await client.describe_topics(topics)
        counts = {one["topic"]: len(one["partitions"]) for one in described}
        if missing := sorted(topic for topic in topics if not counts.get(topic)):
            raise Unavailable(
                "topic_missing",
                f"there is no topic {', '.join(missing)}",
                "create it: sluis topics apply",
            )
        if len(set(counts.values())) != 1:
            raise partitions_differ(stage)
    finally:
        await closed(client.close())


def partitions_differ(stage: Stage) -> KetensluisError:
    """The error for topics of which partition n cannot go together."""
    topics = ", ".join([*stage.inputs, *([stage.state_topic] if stage.state_topic else [])])
    return KetensluisError(
        "partitions_differ",
        f"the topics of {stage.name} do not have as many partitions: {topics}",
        "give them as many: see sluis topics plan",
    )
