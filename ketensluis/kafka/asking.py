"""Asks a cluster what it can answer at once; one that takes connections and is silent is away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, NodeNotReadyError

from ketensluis.closing import closed
from ketensluis.kafka.answering import away

__all__ = ["admin", "answered", "members"]

_T = TypeVar("_T")

# Kafka's client waits 40 s for a node: too long for a person at a terminal. A broker on two busy
# cores answers such questions within a second.
_ANSWER_MS = 10_000
# An administrator's client asks a node at random: with one of three gone, all of so many questions
# go to that one once in a hundred thousand times. To be refused a connection takes no time.
_QUESTIONS = 11


@asynccontextmanager
async def admin(
    bootstrap: str, *, answer_ms: int = _ANSWER_MS
) -> AsyncIterator[AIOKafkaAdminClient]:
    """An administrator's client that has started.

    Args:
        bootstrap: `host:port` of the cluster.
        answer_ms: how long one node may take for one answer, in milliseconds; longer for whoever
            has the cluster do something.

    Raises:
        Unavailable: `kafka_unavailable`.
    """
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=answer_ms)
    try:
        await client.start()
        yield client
    except (KafkaError, TimeoutError) as error:
        raise away(bootstrap, error) from error
    finally:
        await closed(client.close())


async def answered(question: Callable[[], Awaitable[_T]]) -> _T:
    """What a node answers to an administrator's question that changes nothing.

    One that is gone is passed over: the others count it as a member for a while yet.

    Raises:
        KafkaError: none of those that were asked takes a connection.
    """
    for _ in range(_QUESTIONS - 1):
        with suppress(NodeNotReadyError):
            return await question()
    return await question()


async def members(bootstrap: str) -> set[int]:
    """The ids of the nodes that the cluster says take part.

    Producers are patient, as what they have sent may be under way: who begins to write asks this
    first.

    Raises:
        Unavailable: `kafka_unavailable`, nothing answers there.
    """
    client = AIOKafkaClient(bootstrap_servers=bootstrap, request_timeout_ms=_ANSWER_MS)
    try:
        await client.bootstrap()  # the first that answers: another may be gone, and not yet missed
    except (KafkaError, TimeoutError) as error:
        raise away(bootstrap, error) from error
    finally:
        await closed(client.close())
    return {int(broker.nodeId) for broker in client.cluster.brokers()}
