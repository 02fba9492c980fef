"""The decision: one incident record in, what goes to whom out. Pure, so replay is the same.

1. A record that was seen before is a duplicate, an older version is superseded; both are
   told, and change nothing. The same version with other content is refused.
2. A withdrawal is told to everyone who had been told, and to nobody else.
3. What is not domestic violence is not required; what may be waits for a person: nothing is
   sent, and from who had been told of a label that went nothing is taken back before that.
4. What is, goes to each recipient that is owed it: unless it is restricted, on hold, or
   without an agreement in force. Who had been told and is no longer owed it hears so.
"""

from __future__ import annotations

from datetime import datetime

from ketensluis.model.dossier import SharedKey
from ketensluis.model.incident import Incident
from ketensluis.model.intake_codes import conflicting
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.messages import DisclosureRequest
from services.disclosure.deciding import outcomes, withdrawal
from services.disclosure.decision import Decision
from services.disclosure.disclosing import REROUTE, disclosures
from services.disclosure.history import evidence_of
from services.disclosure.recipients import Target, whereabouts
from services.disclosure.rules import RuleBook
from services.disclosure.under_decision import UnderDecision

__all__ = ["decide"]


def decide(
    incident: Incident,
    *,
    at: datetime,
    history: IncidentHistory | None,
    rules: RuleBook,
    evidence: tuple[SharedKey, ...] | None = None,
    request: DisclosureRequest | None = None,
    again: bool = False,
) -> tuple[Decision, ...]:
    """The decisions on one record, Veilig Thuis first; each recipient at most once.

    `at` is the decision time; `history` what is remembered of the incident's earlier records;
    `request` the reason to decide a record again that was decided before; `evidence` what it
    shares with labelled incidents, where that is not taken from the request or the history.
    `again` asks for what was decided of a record that the history knows already.

    Raises:
        Refused: `conflicting_sequence`, `unknown_municipality`.
    """
    where = whereabouts(incident, rules, history)
    known = evidence_of(history, request) if evidence is None else evidence
    classified = rules.classify(incident, at, known)
    it = UnderDecision(incident, at, history, rules, request, where, classified)
    if request is None and not again:
        seen = _seen(incident, history, rules)
        if seen is not None:
            return (it.told(where.vt, seen),)
    elif history is not None and incident.sequence < history.sequence:
        return ()  # the newer version was decided when it came
    if incident.event == "withdrawn":
        return tuple(withdrawal(it))
    if request is not None and request.reason == REROUTE and request.recipient is not None:
        return tuple(disclosures(it, [Target(request.recipient, "referral")]))
    found = tuple(outcomes(it))
    if request is not None and request.recipient is not None:
        return tuple(each for each in found if each.recipient == request.recipient)
    return found


def _seen(incident: Incident, history: IncidentHistory | None, rules: RuleBook) -> str | None:
    if history is None:
        return None
    known = history.digests.get(str(incident.sequence))
    if known is not None:
        if known == rules.content_digest(incident):
            return "duplicate"
        raise conflicting(incident.sequence)
    return "superseded" if incident.sequence < history.sequence else None
