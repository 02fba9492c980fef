"""The stable codes of what goes wrong around a stage, for logs, metrics and health."""

from __future__ import annotations

import asyncio

from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    OffsetOutOfRangeError,
    ProducerFenced,
)

from ketensluis.errors import KetensluisError

__all__ = ["CODES", "code_of"]


_CODES: tuple[tuple[type[BaseException], str], ...] = (
    (ProducerFenced, "fenced"),
    (MessageSizeTooLargeError, "message_too_large"),
    (OffsetOutOfRangeError, "input_lost"),
    (KafkaError, "kafka_away"),
    (OSError, "kafka_away"),  # TimeoutError is one too
    (asyncio.CancelledError, "stopped"),
)
_ELSE = "runtime_failure"
CODES = tuple(dict.fromkeys([*(code for _, code in _CODES), _ELSE]))
"""What it can be that is no error of our own."""


def code_of(error: BaseException) -> str:
    """The code of an error: its own, or the kind of trouble with Kafka that it tells of."""
    if isinstance(error, KetensluisError):
        return error.code
    return next((code for kind, code in _CODES if isinstance(error, kind)), _ELSE)
