"""Who is to hear of an incident: its Veilig Thuis region, OM, and whom agreements name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.book import local_day
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory
from ketensluis.model.party import party
from ketensluis.model.routing import RULE_NOT_SHOWN, Route, om_notice_owed, om_office, vt_route
from ketensluis.redaction.protection import hidden_addresses, protect
from services.disclosure.rules import RuleBook

__all__ = ["REROUTED", "Target", "Whereabouts", "owed", "whereabouts"]

REROUTED = "rerouted:"
NOT_SHOWN = "not-shown"


class Whereabouts(msgspec.Struct, frozen=True):
    """Where an incident belongs, and what of that may be shown.

    Attributes:
        vt: the Veilig Thuis party.
        region: its region.
        rule: the routing rule, or `not_shown` where an address is hidden.
        municipality: the place of the incident, or None where that would betray an address.
        hidden: whether an address in the incident is hidden.
        notes: what of the map had to be read otherwise; none where an address is hidden.
    """

    vt: str
    region: str
    rule: str
    municipality: str | None
    hidden: bool
    notes: tuple[str, ...] = ()

    def region_for(self, recipient: str) -> str | None:
        """The region as the ledger may know it, on the line of that recipient."""
        return self.region if not self.hidden or recipient == self.vt else None


def whereabouts(
    incident: Incident, rules: RuleBook, history: IncidentHistory | None
) -> Whereabouts:
    """Where the incident belongs, following what an earlier re-route has settled.

    Raises:
        Refused: `unknown_municipality`.
    """
    route: Route = vt_route(incident, rules.regions)
    vt = _settled(route.recipient, history)
    if incident.event == "withdrawn":  # it need not name the persons whose address was hidden
        return Whereabouts(vt, vt.partition(":")[2], RULE_NOT_SHOWN, None, hidden=True)
    hidden = any(True for _ in hidden_addresses(incident))
    shown = "municipality" not in protect(incident, shown_to_suspect=True).leaves
    return Whereabouts(
        vt=vt,
        region=vt.partition(":")[2],
        rule=RULE_NOT_SHOWN if hidden else route.shown_rule,
        municipality=incident.municipality if shown else None,
        hidden=hidden,
        notes=() if hidden else route.shown_notes,
    )


def _settled(recipient: str, history: IncidentHistory | None) -> str:
    """The region that took over from one that said it was not theirs."""
    seen = {recipient}
    while history is not None and recipient in history.deliveries:
        reason = history.deliveries[recipient].reason or ""
        onward = reason.removeprefix(REROUTED)
        if onward == reason or onward in seen:
            break
        recipient = onward
        seen.add(recipient)
    return recipient


class Target(msgspec.Struct, frozen=True):
    """A recipient that is to hear of an incident.

    `unsafe` says that its very name would betray a hidden address: a person must decide.
    """

    recipient: str
    kind: Literal["referral", "notice"]
    unsafe: bool = False


def owed(incident: Incident, where: Whereabouts, rules: RuleBook, at: datetime) -> list[Target]:
    """The recipients of an HG incident: Veilig Thuis always, OM where a notice is owed, and
    others where an agreement names them and its conditions hold.
    """  # noqa: D205 - the three do not fit one line
    targets = {where.vt: Target(where.vt, "referral")}
    if om_notice_owed(incident):
        office = om_office(incident)
        targets[office] = Target(office, "notice")
    for target in _further(incident, where, rules, at):
        targets.setdefault(target.recipient, target)
    return list(targets.values())


def _further(
    incident: Incident, where: Whereabouts, rules: RuleBook, at: datetime
) -> Iterator[Target]:
    day = local_day(at)
    for agreement in rules.agreements.further(provider=party("police", incident.unit)):
        applies = (
            agreement.valid_from <= day
            and ("*" in agreement.region or where.region in agreement.region)
            and rules.redactor(agreement).is_about(incident)
        )
        if applies:
            yield _concrete(agreement, incident, where, rules)


def _concrete(
    agreement: Agreement, incident: Incident, where: Whereabouts, rules: RuleBook
) -> Target:
    kind, _, name = agreement.recipient.partition(":")
    if name != "*":
        return Target(agreement.recipient, "notice")
    if where.municipality is None:
        return Target(f"{kind}:{NOT_SHOWN}", "notice", unsafe=True)
    located = rules.regions.municipality(incident.municipality, local_day(incident.occurred_at))
    return Target(party(kind, located.municipality.code), "notice")
