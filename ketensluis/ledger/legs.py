"""What was decided for one recipient of an incident, and the messages that left for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ketensluis.ledger.events import Events, decided_at, in_version
from ketensluis.model.ledger import LedgerEvent

__all__ = ["Leg", "lapsed_by", "legs", "moved_by"]


@dataclass(frozen=True, slots=True)
class Leg:
    """One obligation's decisions, oldest first; `messages` are those with which mail left."""

    recipient: str
    decisions: tuple[LedgerEvent, ...]
    messages: tuple[LedgerEvent, ...]

    @property
    def latest(self) -> LedgerEvent:
        """The decision on the newest version."""
        return self.decisions[-1]

    @property
    def in_force(self) -> LedgerEvent:
        """The decision that counts: `unchanged` says that it is the last message's, or if none
        left, the one before it.
        """  # noqa: D205 - the two do not fit one line
        if self.latest.outcome == "unchanged" and self.message is not None:
            return self.message
        telling = (each for each in reversed(self.decisions) if each.outcome != "unchanged")
        return next(telling, self.latest)

    @property
    def message(self) -> LedgerEvent | None:
        """The decision whose message is in force: a newer one replaces the older."""
        return self.messages[-1] if self.messages else None

    def sent(self, message_id: str | None) -> bool:
        """Whether that message left on this leg."""
        return any(each.message_id == message_id for each in self.messages)


def legs(events: Events) -> Mapping[str, Leg]:
    """The legs of one incident by recipient, in alphabetical order."""
    decisions: dict[str, list[LedgerEvent]] = {}
    for event in events:
        if event.kind == "decision" and event.recipient is not None:
            decisions.setdefault(event.recipient, []).append(event)
    return {recipient: _leg(recipient, decisions[recipient]) for recipient in sorted(decisions)}


def moved_by(leg: Leg, among: Mapping[str, Leg]) -> LedgerEvent | None:
    """The decision that took this leg's obligation to another recipient, if there is one.

    Either that decision says so (`instead_of`), or nothing had left on this leg and a newer
    version of the incident names another recipient of the same kind. A recipient who holds a
    message is only let go of by a decision that names it: it must be told, or somebody must
    know.
    """
    others = sorted(
        (each for other in among.values() if other is not leg for each in other.decisions),
        key=in_version,
    )
    names = {leg.recipient, *(each.message_id for each in leg.messages)}
    for other in others:
        if other.instead_of in names and _after(other, leg.latest):
            return other
    same = [each for each in others if _kind(each.recipient) == _kind(leg.recipient)]
    return _newer(leg, same)


def _after(other: LedgerEvent, latest: LedgerEvent) -> bool:
    """Whether it was decided after the leg's latest; of two at one time, by another question.

    What one record led to was decided together: a leg that it told of its end ends by itself.
    """
    one, mine = ((each.sequence, decided_at(each)) for each in (other, latest))
    return one > mine or (one == mine and other.trigger != latest.trigger)


def lapsed_by(leg: Leg, among: Mapping[str, Leg]) -> LedgerEvent | None:
    """The decision on a newer version that no longer owes this recipient anything.

    Only where nothing had left: a recipient who holds a message is told that it no longer does.
    """
    return _newer(leg, [each for other in among.values() for each in other.decisions])


def _newer(leg: Leg, decisions: Collection[LedgerEvent]) -> LedgerEvent | None:
    """The first decision on the newest version, if that is newer than the unsent leg's."""
    if leg.messages:
        return None
    newest = max(decisions, key=lambda each: each.sequence, default=leg.latest)
    if newest.sequence <= leg.latest.sequence:
        return None
    return min((each for each in decisions if each.sequence == newest.sequence), key=in_version)


def _kind(recipient: str | None) -> str:
    return (recipient or "").partition(":")[0]


def _leg(recipient: str, decisions: list[LedgerEvent]) -> Leg:
    ordered = tuple(sorted(decisions, key=in_version))
    messages: dict[str, LedgerEvent] = {}
    for each in ordered:
        if each.outcome == "released" and each.message_id is not None:
            messages.setdefault(each.message_id, each)
    return Leg(recipient, ordered, tuple(messages.values()))
