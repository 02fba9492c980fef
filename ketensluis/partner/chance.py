"""Chance for the reference scripts: it falls the same way again."""

from __future__ import annotations

import random

from ketensluis.model.messages import Referral

__all__ = ["chance_of"]


def chance_of(seed: int, referral: Referral) -> random.Random:
    """The same for a seed and a version of an incident at one recipient.

    The message's id is no part of it: that depends on the hub's secret, so on the run.
    """
    about = referral.incident_id, referral.sequence, referral.recipient
    return random.Random(f"{seed}:{about}")  # noqa: S311 - made up, no secret
