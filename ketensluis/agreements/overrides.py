"""Overrides: which are sound, what they name, and which are in force.

A person can overrule a rule (widen or narrow what one recipient gets of one incident), with a
reason from a closed list, in a named role, until a date. What no agreement can release, no
override can; without an agreement in force there is nothing to overrule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import get_args

from ketensluis.agreements.fields import FIELDS
from ketensluis.errors import Refused
from ketensluis.model.incident import Role
from ketensluis.model.override import Override, OverrideEffect, OverrideReason, OverrideRole

__all__ = ["LONGEST", "REASONS", "ROLES", "check_override", "field_of", "in_force"]

LONGEST = timedelta(days=92)
"""(choice) A quarter; who wants more decides again."""

REASONS: dict[OverrideEffect, frozenset[OverrideReason]] = {
    "release": frozenset({"acute_danger", "consent", "conflict_of_duties"}),
    "send": frozenset({"acute_danger", "conflict_of_duties", "hold_lifted"}),
    "withhold": frozenset({"hold_investigation", "hold_safety", "disputed_data"}),
    "hold": frozenset({"hold_investigation", "hold_safety"}),
    "end": frozenset({"mistake", "no_longer_needed"}),
}
"""(choice) Why each may be: to widen, a ground in law; to narrow, what it protects."""

ROLES: dict[OverrideEffect, frozenset[OverrideRole]] = {
    "release": frozenset({"privacy_officer", "supervisor"}),
    "send": frozenset({"privacy_officer", "supervisor"}),
    "withhold": frozenset(get_args(OverrideRole)),
    "hold": frozenset(get_args(OverrideRole)),
    "end": frozenset({"privacy_officer", "supervisor"}),
}
"""(choice) Who may: to narrow, anyone with a role; to widen, who answers for it."""

_WITH_PATHS = frozenset({"release", "withhold"})
_RECIPIENT = re.compile(r"(?!police:)[a-z]+:[a-z0-9]+(-[a-z0-9]+)*")
_OF_ROLE = re.compile(r"persons\[([a-z_]+)\]\.(.+)")


def field_of(path: str) -> tuple[str, str | None] | None:
    """The field that a path names, and the role of the persons if it is of one; None if none.

    `persons[victim].phone` is the telephone of victims, `persons[].phone` that of everyone.
    """
    if path in FIELDS:
        return path, None
    found = _OF_ROLE.fullmatch(path)
    if found is None or found[1] not in get_args(Role):
        return None
    field = f"persons[].{found[2]}"
    return (field, found[1]) if field in FIELDS else None


def check_override(override: Override) -> None:
    """See that an override says what its effect needs, and nothing that it may not.

    Raises:
        Refused: `override_reason`, `override_role`, `override_path`, `override_until`,
            `override_recipient`, `override_ends`.
    """
    effect = override.effect
    if override.reason not in REASONS[effect]:
        raise _refused("reason", f"it cannot be the reason to {effect}", REASONS[effect])
    if override.by_role not in ROLES[effect]:
        raise _refused("role", f"that role may not {effect}", ROLES[effect])
    if bool(override.paths) != (effect in _WITH_PATHS):
        raise _refused("path", "release and withhold name fields, and nothing else does")
    if any(field_of(path) is None for path in override.paths):
        raise _refused("path", "there is no such field; write them as rules do")
    if (override.ends is not None) != (effect == "end"):
        raise _refused("ends", "an end names the override that it ends, and nothing else does")
    if not override.given_at < override.until <= override.given_at + LONGEST:
        raise _refused("until", f"it ends after it begins, and within {LONGEST.days} days")
    if not _RECIPIENT.fullmatch(override.recipient):
        raise _refused("recipient", "it is for one recipient, as vt:<region> or om:<office>")


def _refused(what: str, sentence: str, allowed: Iterable[str] = ()) -> Refused:
    remedy = f"one of {', '.join(sorted(allowed))}" if allowed else "give a new override"
    return Refused(f"override_{what}", f"the override's {what}: {sentence}", remedy)


def in_force(overrides: Iterable[Override], recipient: str, at: datetime) -> tuple[Override, ...]:
    """Those that hold for a recipient at that time: not over, and not ended before."""
    known = tuple(overrides)
    if not known:  # as nearly always
        return ()
    ended = {each.ends for each in known if each.ends is not None}
    return tuple(
        each
        for each in known
        if each.recipient == recipient
        and each.effect != "end"
        and each.override_id not in ended
        and at < each.until
    )
