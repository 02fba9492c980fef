"""A person's decision to overrule the rules, for one incident and one recipient, until a date."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

__all__ = ["Override", "OverrideEffect", "OverrideReason", "OverrideRole"]

OverrideEffect = Literal["release", "withhold", "send", "hold", "end"]
OverrideReason = Literal[
    "acute_danger",
    "consent",
    "conflict_of_duties",
    "hold_lifted",
    "hold_investigation",
    "hold_safety",
    "disputed_data",
    "mistake",
    "no_longer_needed",
]
OverrideRole = Literal["privacy_officer", "supervisor", "hg_coordinator", "case_officer"]


class Override(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signed by the police, who answer for what they provide; a role, never a person's name.

    Attributes:
        effect: `release` or `withhold` the fields in `paths`; `send` although the incident is
            on hold; `hold`; `end` the override that `ends` names.
        paths: fields as rules name them; `persons[victim].phone` is that of victims only.
        until: when it ends by itself.
    """

    override_id: str
    incident_id: str
    recipient: str
    effect: OverrideEffect
    paths: tuple[str, ...] = ()
    ends: str | None = None
    reason: OverrideReason
    by_role: OverrideRole
    given_at: datetime
    until: datetime
