"""Where an obligation stands, as a clerk keeps it who is told everything in time."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Stand"]

_LADDER = ("sent", "received", "accepted", "assessed", "fed_back", "closed")
_FINAL = frozenset({"closed", "dismissal", "summons"})
_OTHERWISE = frozenset({"rejected", "rerouted", "withdrawn"})


@dataclass
class Stand:
    """One obligation: its state where that is no rung, and the rungs reached in this round."""

    state: str = ""
    reached: set[str] = field(default_factory=set)

    def decided(self, outcome: str) -> None:
        """A decision; a message that left begins its ladder anew, but for what is known."""
        if outcome == "released":
            known = set() if self.state == "rejected" else self.reached & {"assessed", "fed_back"}
            self.state, self.reached = "sent", {"sent"} | known
        elif outcome != "unchanged" and "sent" not in self.reached:
            self.state = outcome

    def told(self, kind: str, code: str | None) -> None:
        """An answer that counts."""
        if kind == "rejected":
            self.state = "rejected"
            return
        self.reached.add({"feedback": "fed_back", "om_decision": "fed_back"}.get(kind, kind))
        if code in _FINAL:
            self.reached.add("closed")

    @property
    def name(self) -> str:
        """The state as the ledger calls it."""
        if self.state in _OTHERWISE or not self.reached:
            return {"suspected": "undecided"}.get(self.state, self.state)
        return next(rung for rung in reversed(_LADDER) if rung in self.reached)

    @property
    def lines(self) -> set[str]:
        """Its lines on the balance; without a receipt it is only sent, whatever was answered."""
        if "sent" not in self.reached:
            return {{"suspected": "undecided", "refused": "held"}.get(self.state, self.state)}
        found = {"sent"} | self.reached & {"fed_back", "closed"}
        if self.state in {"rerouted", "withdrawn"}:
            found.add("closed")
        if "received" in self.reached:
            found |= self.reached & {"received", "accepted"}
            if "accepted" in self.reached:
                found |= self.reached & {"assessed"}
            if self.state in {"rejected", "rerouted"}:
                found.add("rejected")
        return found
