"""What is put on record before records are removed from the beginning of a topic."""

from __future__ import annotations

from datetime import datetime

import msgspec

__all__ = ["Removal"]


class Removal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signed by the hub: up to where a partition is emptied, and why. No personal data.

    Attributes:
        up_to: the first offset that stays.
        rules: ids of the retention rules by which the records went, in order.
        messages: the ids of the messages that went, in the order in which they lay.
        rule_digests: of what these rules said then, rule by rule (`retention.rules.digest_of`).
    """

    removal_id: str
    topic: str
    partition: int
    up_to: int
    rules: tuple[str, ...]
    messages: tuple[str, ...]
    at: datetime
    rule_digests: tuple[str, ...] = ()
