"""Redaction: one incident towards one recipient, field by field; what no rule names stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.book import local_day
from ketensluis.model.incident import Incident
from ketensluis.model.messages import Withheld
from ketensluis.model.override import Override
from ketensluis.model.released import (
    ReleasedAddress,
    ReleasedHold,
    ReleasedIncident,
    ReleasedMeasure,
    ReleasedOfficer,
    ReleasedPerson,
    ReleasedPlace,
    ReleasedRelation,
    ReleasedRisk,
)
from ketensluis.redaction.free_text import MaskText, masked_narrative
from ketensluis.redaction.overruling import Overruling
from ketensluis.redaction.protection import protect
from ketensluis.redaction.pseudonyms import Pseudonyms
from ketensluis.redaction.rule_set import PERSON, RuleSet, Truths
from ketensluis.redaction.run import Run
from ketensluis.redaction.steps import (
    FREE_TEXT,
    Call,
    Step,
    Verdict,
    kept_back,
    steps_below,
    verdict,
)
from ketensluis.redaction.truth import YES, of_incident

__all__ = ["PERSON_WITHHELD", "Redacted", "Redactor"]

PERSON_WITHHELD = "protected.person_withheld"

_MOST_STEPS = 65_536  # a bound on memory; real agreements need some hundreds

_NESTED: tuple[tuple[str, type[Any]], ...] = (
    ("place", ReleasedPlace),
    ("reporting_officer", ReleasedOfficer),
    ("hold", ReleasedHold),
)
_LISTS: tuple[tuple[str, type[Any]], ...] = (("measures", ReleasedMeasure), ("risk", ReleasedRisk))


class Redacted(msgspec.Struct, frozen=True):
    """What one recipient gets, and what was decided of every field that has a value.

    `sources` gives, for each person that was released, its index in the incident.
    """

    released: ReleasedIncident
    verdicts: tuple[Verdict, ...]
    sources: tuple[int, ...]

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """The fields that stayed behind, each with its rule."""
        return tuple(said.withheld for said in self.verdicts if said.withheld is not None)


class Redactor:
    """The rules of one version of one agreement, ready to run.

    Compiled once per version. It keeps nothing of incidents but which conditions held
    together, so one may be used for ever.
    """

    def __init__(self, agreement: Agreement, pseudonyms: Pseudonyms) -> None:
        self.agreement = agreement
        self._rules = RuleSet(agreement)
        self._conditions = of_incident(agreement.applies_when)
        self._pseudonyms = pseudonyms
        self._steps: dict[tuple[Truths, Truths | None, str], tuple[Step, ...]] = {}

    def is_about(self, incident: Incident) -> bool:
        """Whether the agreement's conditions on what it is about (`applies_when`) hold."""
        return self._conditions(incident) == YES

    def shows_text(self, incident: Incident) -> bool:
        """Whether a rule lets the narrative through, masked, if nothing protects it."""
        rulings = self._rules.rulings(self._rules.truths(incident))
        return rulings[FREE_TEXT].action != "withhold"

    def redact(
        self,
        incident: Incident,
        *,
        recipient: str,
        at: datetime,
        masker: MaskText | None,
        overrides: tuple[Override, ...] = (),
    ) -> Redacted:
        """Redact for a recipient; `at` is the decision time, whose year is the key period.

        `overrides` are those in force for the recipient; they go before the rules.
        Ages are as of the day of the incident, and roles those of the incident.
        """
        run = Run(
            call=Call(
                incident,
                local_day(incident.occurred_at),
                self._pseudonyms.towards(recipient, str(local_day(at).year)),
            ),
            protection=protect(incident, shown_to_suspect=self.agreement.shown_to_suspect),
            overruling=Overruling.of(overrides),
        )
        truths = self._rules.truths(incident)
        released = run.leaves(incident, self._below(truths, None, "", ""))
        for name, kind in _NESTED:
            part = getattr(incident, name)
            if part is not None:
                found = run.leaves(part, self._below(truths, None, f"{name}.", f"{name}."))
                if found:
                    released[name] = kind(**found)
        self._persons(run, truths, released)
        self._relations(run, truths, released)
        for name, kind in _LISTS:
            items = [
                run.leaves(item, self._below(truths, None, f"{name}[].", f"{name}[{index}]."))
                for index, item in enumerate(getattr(incident, name))
            ]
            if any(items):
                released[name] = tuple([kind(**found) for found in items if found])
        if incident.narrative:
            self._narrative(run, truths, masker, released)
        return Redacted(ReleasedIncident(**released), tuple(run.said), tuple(run.sources))

    def _below(
        self, truths: Truths, person_truths: Truths | None, prefix: str, concrete: str
    ) -> tuple[Step, ...]:
        key = (truths, person_truths, concrete)
        steps = self._steps.get(key)
        if steps is None:
            if len(self._steps) >= _MOST_STEPS:
                self._steps.clear()
            steps = self._steps[key] = steps_below(
                prefix, self._rules.rulings(truths, person_truths), concrete
            )
        return steps

    def _persons(self, run: Run, truths: Truths, released: dict[str, Any]) -> None:
        persons = []
        incident, day = run.call.incident, run.call.day
        for index, person in enumerate(incident.persons):
            held = self._rules.person_truths(incident, person, day)
            at = f"persons[{index}]."
            gone = run.protection.persons.get(index)
            own = self._below(truths, held, PERSON, at)
            if gone is not None:
                own = kept_back(own, gone)
            found = run.leaves(person, own)
            if person.address is not None:
                leaves = self._below(truths, held, f"{PERSON}address.", f"{at}address.")
                if gone is not None:
                    leaves = kept_back(leaves, gone)
                address = run.leaves(person.address, leaves)
                if address:
                    found["address"] = ReleasedAddress(**address)
            if "person_id" in found:
                run.ids[person.person_id] = found["person_id"]
            if found:
                persons.append(ReleasedPerson(**found))
                run.sources.append(index)
        if persons:
            released["persons"] = tuple(persons)

    def _relations(self, run: Run, truths: Truths, released: dict[str, Any]) -> None:
        """A relation goes only if both its persons do, each under the id that it goes under."""
        relations = []
        for index, relation in enumerate(run.call.incident.relations):
            steps = self._below(truths, None, "relations[].", f"relations[{index}].")
            if relation.from_ not in run.ids or relation.to not in run.ids:
                steps = kept_back(steps, PERSON_WITHHELD)
            found = run.leaves(relation, steps)
            for end in ("from_", "to"):
                if end in found:
                    found[end] = run.ids[getattr(relation, end)]
            if found:
                relations.append(ReleasedRelation(**found))
        if relations:
            released["relations"] = tuple(relations)

    def _narrative(
        self, run: Run, truths: Truths, masker: MaskText | None, released: dict[str, Any]
    ) -> None:
        ruling = self._rules.rulings(truths)[FREE_TEXT]
        if run.overruling is not None:
            ruling = run.overruling.free_text(ruling)
        rule = run.protection.narrative
        if ruling.action != "withhold" and rule is None:
            # What goes in another form (a pseudonym, a year) must not stand in the text as it is.
            kept = frozenset([said.path for said in run.said if said.action != "release"])
            text, rule = masked_narrative(run.call.incident, masker, kept)
            if text is not None:
                released[FREE_TEXT] = text
                run.said.append(verdict(FREE_TEXT, "mask", ruling.rule))
                return
        run.said.append(verdict(FREE_TEXT, "withhold", rule or ruling.rule))
