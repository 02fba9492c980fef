"""Turns Kafka's own errors into the one that says: it may heal, nothing was lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.errors import KafkaError, ProducerFenced

from ketensluis.errors import KetensluisError, Unavailable

__all__ = ["away", "kafka_answers"]


@contextmanager
def kafka_answers() -> Iterator[None]:
    """Inside, a Kafka that does not answer is `Unavailable` with code `kafka_unavailable`.

    Fenced off by a later run of the same program is `superseded`, which no waiting heals.
    """
    try:
        yield
    except ProducerFenced as error:
        raise KetensluisError(
            "superseded",
            "another run of the same program has taken over",
            "one is enough: stop the other before starting this one",
        ) from error
    except KafkaError as error:
        raise Unavailable(
            "kafka_unavailable",
            f"Apache Kafka does not answer: {type(error).__name__}",
            "see that it runs, then try again: nothing was lost",
        ) from error


def away(bootstrap: str, error: BaseException) -> Unavailable:
    """That no Apache Kafka answers there, for whoever can start one or name another."""
    return Unavailable(
        "kafka_unavailable",
        f"no Apache Kafka answers at {bootstrap}: {type(error).__name__}",
        "start one with `sluis up`, or name one with --broker HOST:PORT",
    )
