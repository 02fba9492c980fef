"""An agreement's rules, compiled: which rule decides on each field of an incident.

Of the rules that name a field and hold, the one that protects most decides; of equals, the
first by id. A rule whose conditions cannot be told from what is known (an age without a birth
date) lets nothing through by itself, but where another rule does, it counts if it protects
more. A field that no rule names, or none that holds, is withheld: `default-deny`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from ketensluis.agreements.actions import Action, Generalisation
from ketensluis.agreements.agreement import Agreement, Rule
from ketensluis.agreements.conditions import Conditions, IncidentConditions
from ketensluis.agreements.fields import FIELDS
from ketensluis.model.incident import Incident, Person
from ketensluis.redaction.truth import NO, YES, Truth, of_incident, of_person

__all__ = ["DEFAULT_DENY", "PERSON", "RuleSet", "Ruling", "Rulings", "Truths"]

DEFAULT_DENY = "default-deny"
PERSON = "persons[]."
_MOST_PLANS = 4096  # a bound on memory; real agreements need some tens


@dataclass(frozen=True, slots=True)
class Ruling:
    """What happens with a field: the action, its form if generalised, and the rule."""

    action: Action
    to: Generalisation | None
    rule: str


WITHHELD = Ruling("withhold", None, DEFAULT_DENY)

Rulings = dict[str, Ruling]
Truths = tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A rule with the places of its two conditions in the lists of distinct ones."""

    rule: Rule
    incident: int
    person: int


class RuleSet:
    """The rules of one version of one agreement.

    Rulings depend only on which conditions hold, so they are worked out once for each
    combination that occurs, and looked up after that.
    """

    def __init__(self, agreement: Agreement) -> None:
        on_incident: dict[IncidentConditions, int] = {}
        on_person: dict[Conditions, int] = {}
        self._by_field: dict[str, list[_Compiled]] = {path: [] for path in FIELDS}
        for rule in agreement.release:
            compiled = _Compiled(
                rule,
                on_incident.setdefault(_incident_part(rule.when), len(on_incident)),
                on_person.setdefault(_person_part(rule.when), len(on_person)),
            )
            for path in rule.fields:
                if path in self._by_field:
                    self._by_field[path].append(compiled)
        self._incident_tests = [of_incident(part) for part in on_incident]
        self._person_tests: list[Callable[[Incident, Person, date], Truth]] = [
            of_person(part) for part in on_person
        ]
        self._plans: dict[tuple[Truths, Truths | None], Rulings] = {}

    def truths(self, incident: Incident) -> Truths:
        """Which of the distinct conditions on an incident hold for this one."""
        return tuple([test(incident) for test in self._incident_tests])

    def person_truths(self, incident: Incident, person: Person, day: date) -> Truths:
        """Which of the distinct conditions on a person hold for this one, on that local day."""
        return tuple([test(incident, person, day) for test in self._person_tests])

    def rulings(self, truths: Truths, person_truths: Truths | None = None) -> Rulings:
        """The ruling on each field by path: of a person if its truths are given, else the rest."""
        key = (truths, person_truths)
        found = self._plans.get(key)
        if found is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            found = self._plans[key] = {
                path: _ruling(rules, truths, person_truths)
                for path, rules in self._by_field.items()
                if path.startswith(PERSON) == (person_truths is not None)
            }
        return found


def _incident_part(when: Conditions) -> IncidentConditions:
    asked = {name: getattr(when, name) for name in IncidentConditions.model_fields}
    return IncidentConditions.model_validate(asked)


def _person_part(when: Conditions) -> Conditions:
    return Conditions(role=when.role, relation=when.relation, age=when.age)


def _ruling(rules: Iterable[_Compiled], truths: Truths, person_truths: Truths | None) -> Ruling:
    held: list[tuple[int, str, Rule]] = []
    doubtful: list[tuple[int, str, Rule]] = []
    for compiled in rules:
        truth = truths[compiled.incident]
        if person_truths is not None:
            truth = min(truth, person_truths[compiled.person])
        if truth != NO:
            rule = compiled.rule
            (held if truth == YES else doubtful).append((-rule.protection, rule.id, rule))
    if not held:
        return WITHHELD
    most = min(held)
    decisive = min([most, *(other for other in doubtful if other[0] < most[0])])[2]
    return Ruling(decisive.action, decisive.to, decisive.id)
