"""Labelled, suspected unlabelled, or not domestic violence, with the signals that say so."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ketensluis.classification.dossier import ADDRESS, PERSON
from ketensluis.classification.rules import Rules, digest_of, load_rules
from ketensluis.classification.text import TextReader
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import Classification

__all__ = ["Classified", "Classifier", "load_classifier"]


@dataclass(frozen=True, slots=True)
class Classified:
    """What an incident is, and the named signals that led to it: ids and codes, never text.

    `related` are the labelled incidents that make up its history, where that is a signal.
    """

    classification: Classification
    signals: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


class Classifier:
    """Applies the version of the rules that is in force on a date."""

    def __init__(self, versions: tuple[Rules, ...]) -> None:
        self._versions = tuple((rules, TextReader(rules.text)) for rules in versions)
        self._digests = {rules.valid_from: digest_of(rules) for rules in versions}

    def digest(self, on: date) -> str:
        """The digest of what the version in force on a date says."""
        return self._digests[self._in_force(on)[0].valid_from]

    def classify(
        self,
        incident: Incident,
        *,
        on: date,
        keys: AbstractSet[str] = frozenset(),
        earlier: AbstractSet[str] = frozenset(),
    ) -> Classified:
        """What the incident is, by the rules in force on a date.

        Args:
            incident: the version of the registration that is in force.
            on: the local date of the decision.
            keys: the incident's own dossier keys (`dossier_keys`).
            earlier: the dossier keys of earlier labelled incidents.
        """
        if incident.project_codes:
            codes = sorted(set(incident.project_codes))
            return Classified("hg", tuple(f"project_code:{code}" for code in codes))
        rules, text = self._in_force(on)
        signals = _of_structure(incident, rules) | _of_history(incident, rules, keys & earlier)
        if incident.narrative:
            signals |= text.signals(incident.narrative)
        named = tuple(sorted(signals))
        suspected = sum(signals.values()) >= rules.threshold
        return Classified("suspected" if suspected else "not_hg", named)

    def _in_force(self, on: date) -> tuple[Rules, TextReader]:
        chosen = self._versions[0]
        for version in self._versions[1:]:
            if version[0].valid_from <= on:
                chosen = version
        return chosen


def load_classifier(folder: Path) -> Classifier:
    """The classifier of the folder of reference data.

    Raises:
        KetensluisError: `bad_reference`, naming the file and what is wrong in it.
    """
    return Classifier(load_rules(folder))


def _of_structure(incident: Incident, rules: Rules) -> dict[str, float]:
    signals: dict[str, float] = {}
    for relation in incident.relations:
        weight = next((w for kind, w in rules.relations.items() if kind == relation.kind), None)
        if weight is not None and relation.from_ != relation.to:
            signals[f"relation:{relation.kind}"] = weight
    if incident.incident_class in rules.classes:
        signals[f"class:{incident.incident_class}"] = rules.classes[incident.incident_class]
    if _share_a_home(incident):
        signals["address:shared"] = rules.shared_home
    return signals


def _share_a_home(incident: Incident) -> bool:
    homes = [
        (person.address.postcode, person.address.house_number)
        for person in incident.persons
        if person.address and person.address.postcode and person.address.house_number
    ]
    return len(set(homes)) < len(homes)


def _of_history(incident: Incident, rules: Rules, shared: AbstractSet[str]) -> dict[str, float]:
    signals: dict[str, float] = {}
    if any(key.startswith(PERSON) for key in shared):
        signals["history:person"] = rules.history.person
    if incident.incident_class not in rules.history.address_not_for and any(
        key.startswith(ADDRESS) for key in shared
    ):
        signals["history:address"] = rules.history.address
    return signals
