"""A keyed digest is HMAC-SHA256, whatever was digested before under the same key."""

from __future__ import annotations

import hmac

import pytest

from ketensluis.model.mac import mac


@pytest.mark.parametrize("size", [1, 32, 64, 65, 200])  # up to the block of SHA-256, and beyond
def test_it_is_what_hmac_says_for_keys_of_any_length(size: int) -> None:
    key, other = b"k" * size, b"o" * size
    for message in (b"", b"one", b"two" * 1_000, b"one"):
        assert mac(key, message) == hmac.digest(key, message, "sha256")
        assert mac(other, message) == hmac.digest(other, message, "sha256")
