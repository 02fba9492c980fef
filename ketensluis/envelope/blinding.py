"""Random padding after a confidential value, so that nothing about it can be guessed.

The signature, its digest and a receipt lie in the clear beside an encrypted value. An answer
such as a safety assessment has three outcomes: without padding, anyone could try the three
against the digest, or read the outcome off the length. So the sender appends at least 16
random bytes, up to a whole number of blocks, and two bytes that say how many are to come off.
The value stays in front: an Avro reader that stops at the end of a record can read it as is.
"""

from __future__ import annotations

import secrets

from ketensluis.errors import Refused

__all__ = ["blind", "unblind"]

_BLOCK = 256
_COUNT = 2
_LEAST = 16 + _COUNT


def blind(value: bytes) -> bytes:
    """The value with its padding: what is signed and encrypted."""
    count = _LEAST + -(len(value) + _LEAST) % _BLOCK
    return value + secrets.token_bytes(count - _COUNT) + count.to_bytes(_COUNT, "big")


def unblind(signed: bytes) -> bytes:
    """The value without its padding.

    Raises:
        Refused: `bad_padding`.
    """
    count = int.from_bytes(signed[-_COUNT:], "big")
    if len(signed) % _BLOCK or not _LEAST <= count <= min(len(signed), _LEAST + _BLOCK - 1):
        raise Refused("bad_padding", "the value lacks the padding that a confidential one has")
    return signed[:-count]
