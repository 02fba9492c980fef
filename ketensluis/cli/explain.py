"""`sluis explain`: why a recipient gets of an incident what it gets, field by field."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated

import typer

from ketensluis.cli.main import app
from ketensluis.cli.options import AgreementsFolder, AsJson, Broker, Home, chain
from ketensluis.cli.output import print_json, say
from ketensluis.errors import KetensluisError
from ketensluis.runtime.settings import Settings

if TYPE_CHECKING:  # commands start fast
    from ketensluis.avro.codec import Codec
    from ketensluis.envelope.mail import Opener
    from ketensluis.model.ledger import IncidentHistory, LedgerEvent
    from services.disclosure.explain import Explanation

__all__ = ["explain"]


@app.command()
def explain(
    incident: Annotated[str, typer.Argument(help="The incident's id.")],
    recipient: Annotated[str, typer.Option("--for", metavar="PARTY", help="Towards whom.")],
    broker: Broker = None,
    home: Home = None,
    agreements: AgreementsFolder = None,
    *,
    json: AsJson = False,
) -> None:
    """Say of each field of an incident whether a recipient gets it, by which rule, and why."""
    settings = chain(broker, home, agreements=agreements)
    found = asyncio.run(_explained(settings, incident, recipient))
    told = found.to_json()
    if json:
        print_json(told)
        return
    say(f"{told['incident_id']} for {told['recipient']}: {told['outcome']}")
    if told["reason"]:
        say(f"reason: {told['reason']}")
    if told["agreement"]:
        example = found.agreement is not None and found.agreement.example
        mark = " (an example: a lawyer has to confirm its articles)" if example else ""
        say(f"agreement: {told['agreement']} version {told['version']}{mark}")
        say(f"legal basis: {'; '.join(told['legal_basis'])}")
    for each in told.get("overrides", ()):
        say(
            f"override {each['override_id']}: {each['effect']} by {each['by_role']}, "
            f"{each['reason']}, until {each['until']}"
        )
    for field in told["fields"]:
        say(f"  {field['path']}: {field['action']} by {field['rule']}")
        say(f"      {field['why']}")


async def _explained(settings: Settings, incident_id: str, recipient: str) -> Explanation:
    """The version in force, as it was decided last, under what is remembered of the incident."""
    from ketensluis.kafka.scan import read_one
    from ketensluis.model.party import HUB
    from ketensluis.runtime.wiring import post_of
    from services.disclosure.explain import explain as explain_record
    from services.disclosure.on_file import rules_of
    from services.disclosure.process import open_incident

    post, rules = post_of(settings, HUB), rules_of(settings)
    history = await _history(settings, post.codec, incident_id)
    record = await read_one(settings.bootstrap, history.coordinates)
    incident = open_incident(record, post.opener, rules).message
    decided = await _decision(settings, post.opener, incident_id, recipient)
    at = record.sent_at
    if decided is not None and decided.decided_at is not None:
        at = decided.decided_at
    found = explain_record(incident, recipient, at=at, history=history, rules=rules, was=decided)
    if decided is not None:
        digest = rules.digest_of(found.agreement) if found.agreement else None
        _same_agreement(decided, digest)
    return found


def _same_agreement(decided: LedgerEvent, digest: str | None) -> None:
    """An explanation by other rules than those that decided would be a lie."""
    if decided.agreement is not None and decided.agreement_digest != digest:
        raise KetensluisError(
            "other_agreement",
            f"it was decided by {decided.agreement} version {decided.agreement_version}, "
            "and the file at hand is not the one that decided",
            "name the folder that the hub works by, as it was then, with --agreements",
        )


async def _history(settings: Settings, codec: Codec, incident_id: str) -> IncidentHistory:
    from ketensluis.kafka.scan import scan
    from ketensluis.model.ledger import IncidentHistory
    from ketensluis.model.party import HISTORY

    found = None
    async with aclosing(scan(settings.bootstrap, HISTORY)) as records:
        async for record in records:
            if record.key == incident_id.encode() and record.value is not None:
                found = codec.decode(record.value, IncidentHistory)
    if found is None:
        raise KetensluisError(
            "unknown_incident", f"there is no record of {incident_id}", "check the id"
        )
    return found


async def _decision(
    settings: Settings, opener: Opener, incident_id: str, recipient: str
) -> LedgerEvent | None:
    """The last decision for the recipient, by the ledger."""
    from ketensluis.kafka.scan import scan
    from ketensluis.model.ledger import LedgerEvent
    from ketensluis.model.party import LEDGER_EVENTS

    found = None
    async with aclosing(scan(settings.bootstrap, LEDGER_EVENTS)) as records:
        async for record in records:
            if record.key == incident_id.encode():
                event = opener.plain(record, LedgerEvent)
                if (event.kind, event.recipient) == ("decision", recipient):
                    found = event
    return found
