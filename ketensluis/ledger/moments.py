"""The moments of a case at which clocks start and stop, each read from a rung in force."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import datetime

from ketensluis.model.ledger import Case

__all__ = ["moment", "withdrawal_under_way"]

_CONCLUDING = frozenset({
    "acutely_unsafe",
    "structurally_unsafe",
    "no_unsafety",
    "safety_plan",
    "closed",
    "no_concern",
})  # fmt: skip


def moment(case: Case, name: str) -> datetime | None:
    """When that happened on this case, or None as long as it has not.

    `first_received` is the first receipt since the last rejection: a correction that is sent
    later does not give Veilig Thuis more time (choice). `investigation` is the feedback that
    an investigation is needed, `concluded` the feedback of its outcome. `helped` is the first
    sign that help began (choice): an assessment, or feedback that says more than that it waits.
    """
    return _MOMENTS[name](case)


def withdrawal_under_way(case: Case) -> bool:
    """Whether what was sent is being taken back and the recipient has not confirmed it."""
    return case.sent_at is not None and any(
        rung.name == "withdrawn" and rung.note is None for rung in case.rungs
    )


def _first(
    case: Case,
    name: str,
    *,
    notes: Container[str | None] = (None,),
    codes: Container[str | None] | None = None,
) -> datetime | None:
    return next(
        (
            rung.at
            for rung in case.rungs
            if rung.name == name and rung.note in notes and (codes is None or rung.code in codes)
        ),
        None,
    )


def _until(case: Case) -> datetime | None:
    """The end that the restraining order names, which its rung carries as its code."""
    told = next((rung.code for rung in case.rungs if rung.name == "restrained"), None)
    return None if told is None else datetime.fromisoformat(told)


def _helped(case: Case) -> datetime | None:
    return next(
        (
            rung.at
            for rung in case.rungs
            if rung.name in {"assessed", "fed_back"}
            and rung.note is None
            and rung.code != "waiting_list"
        ),
        None,
    )


_MOMENTS: Mapping[str, Callable[[Case], datetime | None]] = {
    "registered": lambda case: case.registered_at,
    # Suspected since it was sent, as its label went: the version in force waits for a person.
    "decided": lambda case: None if case.outcome == "suspected" else case.decided_at,
    "held_without_end": lambda case: (
        case.decided_at if case.outcome == "held" and case.hold_until is None else None
    ),
    "hold_until": lambda case: case.hold_until,
    "sent": lambda case: case.sent_at,
    "received": lambda case: case.received_at,
    "first_received": lambda case: _first(case, "received", notes={None, "replaced_message"}),
    "answered": lambda case: case.accepted_at or case.rejected_at,
    "assessed": lambda case: case.assessed_at,
    "fed_back": lambda case: case.fed_back_at,
    "investigation": lambda case: _first(case, "fed_back", codes={"in_investigation"}),
    "concluded": lambda case: _first(case, "fed_back", codes=_CONCLUDING),
    "rejected": lambda case: case.rejected_at,
    "restrained": lambda case: _first(case, "restrained"),
    "restrained_until": _until,
    "helped": _helped,
    "closed": lambda case: case.closed_at,
}
