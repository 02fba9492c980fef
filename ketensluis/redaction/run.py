"""One redaction under way: one structure after the other, and what is said of each field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ketensluis.redaction.overruling import Overruling
from ketensluis.redaction.protection import Protection
from ketensluis.redaction.steps import UNFORMABLE, Call, Step, Verdict, as_it_is, verdict

__all__ = ["Run"]


@dataclass(slots=True)
class Run:
    """What was said so far, which persons were released, and the ids that they go under."""

    call: Call
    protection: Protection
    overruling: Overruling | None = None
    said: list[Verdict] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def leaves(self, owner: Any, steps: tuple[Step, ...]) -> dict[str, Any]:
        """The leaves of one structure that go, in their forms; says of each what happened."""
        found: dict[str, Any] = {}
        said = self.said
        protected = self.protection.leaves
        if self.overruling is not None:
            steps = self.overruling.apply(steps, self.call.incident)
        for name, path, form, say, also in steps:
            value = getattr(owner, name)
            if value is None or (not value and value == ()):
                continue
            if protected:
                rule = protected.get(path) or (also and protected.get(also))
                if rule:
                    said.append(verdict(path, "withhold", rule))
                    continue
            if form is None:
                said.append(say)
                continue
            if form is not as_it_is:
                value = form(value, owner, self.call)
                if value is None:
                    said.append(verdict(path, "withhold", UNFORMABLE))
                    continue
            found[name] = value
            said.append(say)
        return found
