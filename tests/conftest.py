"""A real Apache Kafka for every test that asks for one, and topics that are its own."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from hypothesis import settings
from real_parts import without
from shared_parts import SharedParts, together
from waiting import until

from ketensluis.errors import KetensluisError
from ketensluis.kafka.local import LocalKafka

# The suite tries the same examples of a property every time; `make soak` tries others, and more.
settings.register_profile("steady", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("searching", deadline=None, max_examples=1_000, print_blob=True)
settings.load_profile("steady")

# What a user's shell seldom has must not be what shows a program's output in time.
os.environ.pop("PYTHONUNBUFFERED", None)

MakeTopics = Callable[..., dict[str, str]]


def pytest_configure(config: pytest.Config) -> None:
    """Parts that many tests share are up only while they are needed."""
    config.pluginmanager.register(SharedParts())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for the broker is marked `kafka`, so that `-m "not kafka"` is quick."""
    for item in items:
        if "kafka" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.kafka)
    together(items)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """One node of Apache Kafka, started when the first test asks for it."""
    node = LocalKafka(tmp_path_factory.mktemp("kafka"))
    try:
        node.start()
    except KetensluisError as error:
        without("Apache Kafka", error)
    yield node
    node.stop()


@pytest.fixture
def bootstrap(kafka: LocalKafka) -> str:
    """`host:port` of the session's Apache Kafka."""
    return kafka.bootstrap


@pytest.fixture
def topics(kafka: LocalKafka) -> MakeTopics:
    """Makes topics that no other test has: `topics(incidents=4, out=1)["incidents"]`.

    Values are partition counts, or `(partitions, configuration)`.
    """

    def make(**wanted: int | tuple[int, dict[str, str]]) -> dict[str, str]:
        names = {name: f"test.{name}.{uuid.uuid4().hex[:12]}" for name in wanted}
        new = []
        for name, shape in wanted.items():
            partitions, config = shape if isinstance(shape, tuple) else (shape, {})
            new.append(NewTopic(names[name], partitions, 1, topic_configs=config))
        in_own_loop(_create(kafka.bootstrap, new))
        return names

    return make


def in_own_loop(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run it to its end, also where the caller's thread has a running event loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result()


async def _create(bootstrap: str, new: list[NewTopic]) -> None:
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    names = [topic.name for topic in new]
    await client.start()
    try:
        answer = await client.create_topics(new)
        refused = [error for error in answer.topic_errors if error[1]]
        assert not refused, refused
        await until(lambda: _heard_of(client, names))
    finally:
        await client.close()


async def _heard_of(client: AIOKafkaAdminClient, names: list[str]) -> bool:
    """A broker hears of a new topic a moment after the controller has made it."""
    return not any(topic["error_code"] for topic in await client.describe_topics(names))
