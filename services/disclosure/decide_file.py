"""Decide a file's records without Kafka, each as if it had just arrived after those before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ketensluis.classification.dossiers import Dossiers, InMemory, link_of
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.intake import Line
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.record import Coordinates
from services.disclosure.decide import decide
from services.disclosure.decision import Decision, is_news
from services.disclosure.history import fold
from services.disclosure.rules import RuleBook

__all__ = ["DecidedLine", "decide_file"]


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """A line by its number from 1: what was decided on it, or why it was refused."""

    number: int
    result: tuple[Decision, ...] | Refused


def decide_file(lines: Iterable[Line], *, at: datetime, rules: RuleBook) -> Iterator[DecidedLine]:
    """Every line with its decisions, in order; memory grows with the number of incidents.

    A refused line leaves no trace in the history of the others.
    """
    memory = _Memory()
    for number, result, _ in lines:
        if isinstance(result, Refused):
            yield DecidedLine(number, result)
            continue
        try:
            yield DecidedLine(number, _decided(number, result, at, rules, memory))
        except Refused as error:
            yield DecidedLine(number, error)


@dataclass(frozen=True, slots=True)
class _Memory:
    """What stands before a line: each incident by itself, and what they share."""

    histories: dict[str, IncidentHistory] = field(default_factory=dict)
    dossiers: Dossiers = field(default_factory=lambda: Dossiers(InMemory()))


def _decided(
    number: int, incident: Incident, at: datetime, rules: RuleBook, memory: _Memory
) -> tuple[Decision, ...]:
    history = memory.histories.get(incident.incident_id)
    place = Coordinates("file", 0, number)
    link = link_of(incident, rules.pseudonyms.dossier_key, coordinates=place, heard=())
    evidence = memory.dossiers.evidence(incident.incident_id, link.keys)
    decisions = decide(incident, at=at, history=history, rules=rules, evidence=evidence)
    memory.histories[incident.incident_id] = fold(
        history, incident, decisions, rules=rules, coordinates=place, at=at
    )
    if is_news(decisions):
        memory.dossiers.take(link)
    return decisions
