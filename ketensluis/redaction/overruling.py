"""Overrides on fields: what a person decided goes before the rules, and never before protection.

Of two overrides on one field, the one that withholds counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ketensluis.agreements.actions import Action
from ketensluis.agreements.overrides import field_of
from ketensluis.model.incident import Incident
from ketensluis.model.override import Override
from ketensluis.redaction.rule_set import Ruling
from ketensluis.redaction.steps import FREE_TEXT, Step, step_of

__all__ = ["RULE", "Overruling"]

PROTECTED = "protected."
RULE = "override."
"""What the rule of an overruled field begins with; the override's id follows."""
_INDEX = re.compile(r"\[\d+\]")
_PERSON = re.compile(r"persons\[(\d+)\]")


@dataclass(frozen=True)
class Overruling:
    """The overrides on fields that hold for one recipient, by field and role (or None)."""

    rulings: dict[tuple[str, str | None], Ruling]

    @classmethod
    def of(cls, overrides: Iterable[Override]) -> Overruling | None:
        """Those that release or withhold fields; None if there are none."""
        rulings: dict[tuple[str, str | None], Ruling] = {}
        # Withholding ones come last, and of equals the first by id.
        ordered = sorted(overrides, key=lambda each: each.override_id, reverse=True)
        for effect in ("release", "withhold"):
            for each in ordered:
                if each.effect == effect:
                    rulings |= _rulings(each)
        return cls(rulings) if rulings else None

    def apply(self, steps: tuple[Step, ...], incident: Incident) -> tuple[Step, ...]:
        """The same leaves, with those that are overruled in the way that was decided."""
        return tuple([self._step(step, incident) for step in steps])

    def free_text(self, ruling: Ruling) -> Ruling:
        """The ruling on the narrative; what is released of it goes masked all the same."""
        return self._ruling(FREE_TEXT, None) or ruling

    def _step(self, step: Step, incident: Incident) -> Step:
        if step.said.rule.startswith(PROTECTED):
            return step
        person = _PERSON.match(step.path)
        role = incident.persons[int(person[1])].role if person else None
        path = _INDEX.sub("[]", step.path)
        ruling = self._ruling(path, role)
        if ruling is None and step.also is not None:  # a form tells what it is made of
            made_of = self._ruling(_INDEX.sub("[]", step.also), role)
            ruling = made_of if made_of is not None and made_of.action == "withhold" else None
        return step if ruling is None else step_of(path, ruling, step.path)

    def _ruling(self, path: str, role: str | None) -> Ruling | None:
        found = [self.rulings.get((path, role)), self.rulings.get((path, None))]
        told = [each for each in found if each is not None]
        return max(told, key=lambda each: each.action == "withhold", default=None)


def _rulings(override: Override) -> dict[tuple[str, str | None], Ruling]:
    action: Action = "release" if override.effect == "release" else "withhold"
    ruling = Ruling(action, None, f"{RULE}{override.override_id}")
    fields = (field_of(path) for path in override.paths)
    return {field: ruling for field in fields if field is not None}
