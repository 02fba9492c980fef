"""Which partition a key belongs to: Kafka's own rule, so that all producers agree."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache
from struct import Struct

__all__ = ["partition_of"]

_SEED = 0x9747B28C
_M = 0x5BD1E995
_MASK = 0xFFFFFFFF


def partition_of(key: bytes | None, partitions: Sequence[int]) -> int:
    """The partition for the key; any for a record without one.

    Apache Kafka's rule: murmur2 of the key, without its sign, modulo the count. aiokafka has
    the same at twice the cost, which is a tenth of what passing a record on costs in all.
    """
    if len(partitions) == 1:
        return partitions[0]
    if key is None:
        return random.choice(partitions)  # noqa: S311 - spreads load, guards nothing
    return partitions[(_murmur2(key) & 0x7FFFFFFF) % len(partitions)]


def _murmur2(data: bytes) -> int:
    length = len(data)
    mixed = _SEED ^ length
    for word in _words(length >> 2)(data):
        scrambled = word * _M & _MASK
        mixed = (mixed * _M ^ (scrambled ^ scrambled >> 24) * _M) & _MASK
    if rest := data[length & ~3 :]:
        mixed = (mixed ^ int.from_bytes(rest, "little")) * _M & _MASK
    mixed = (mixed ^ mixed >> 13) * _M & _MASK
    return mixed ^ mixed >> 15


@cache
def _words(count: int) -> Callable[[bytes], tuple[int, ...]]:
    return Struct(f"<{count}I").unpack_from
