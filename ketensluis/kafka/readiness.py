"""Whether a cluster answers: asked with a real request, not by looking at its port."""

from __future__ import annotations

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from ketensluis.errors import Unavailable

__all__ = ["members"]


async def members(bootstrap: str) -> set[int]:
    """The ids of the nodes that the cluster says take part.

    Raises:
        Unavailable: `kafka_unavailable`, nothing answers there.
    """
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5000)
    try:
        await client.start()
        cluster = await client.describe_cluster()
    except (KafkaError, OSError) as error:
        raise Unavailable(
            "kafka_unavailable",
            f"no Apache Kafka answers at {bootstrap}",
            "start one with `sluis up`, or name one with --broker HOST:PORT",
        ) from error
    finally:
        await client.close()
    return {int(broker["node_id"]) for broker in cluster["brokers"]}
