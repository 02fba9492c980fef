"""Decide a file's records without Kafka, each as if it had just arrived after those before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.intake import Line
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.record import Coordinates
from services.disclosure.decide import decide
from services.disclosure.decision import Decision
from services.disclosure.history import fold
from services.disclosure.rules import Dossiers, RuleBook

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
    histories: dict[str, IncidentHistory] = {}
    dossiers = Dossiers()
    for number, result, _ in lines:
        if isinstance(result, Refused):
            yield DecidedLine(number, result)
            continue
        try:
            yield DecidedLine(number, _decided(number, result, at, rules, histories, dossiers))
        except Refused as error:
            yield DecidedLine(number, error)


def _decided(
    number: int,
    incident: Incident,
    at: datetime,
    rules: RuleBook,
    histories: dict[str, IncidentHistory],
    dossiers: Dossiers,
) -> tuple[Decision, ...]:
    history = histories.get(incident.incident_id)
    decisions = decide(incident, at=at, history=history, rules=rules, dossiers=dossiers)
    histories[incident.incident_id] = fold(
        history, incident, decisions, coordinates=Coordinates("file", 0, number), at=at
    )
    dossiers.add(incident, rules.pseudonyms.dossier_key)
    return decisions
