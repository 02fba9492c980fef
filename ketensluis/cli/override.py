"""`sluis override` and `sluis overrides`: a person overrules, and a supervisor sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, get_args

import typer

from ketensluis.cli.decide import instant_of
from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Broker, Home, chain
from ketensluis.cli.output import print_json, remark, say, table
from ketensluis.errors import Refused
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.override import Override, OverrideEffect, OverrideReason, OverrideRole
from ketensluis.runtime.settings import Settings

__all__ = ["override", "overrides"]

Paths = list[str]
Reason = Annotated[
    str,
    typer.Option("--reason", metavar="CODE", help=f"One of {', '.join(get_args(OverrideReason))}."),
]
ByRole = Annotated[
    str, typer.Option("--role", metavar="ROLE", help=f"One of {', '.join(get_args(OverrideRole))}.")
]


@app.command()
def override(
    incident: Annotated[str, typer.Argument(help="The incident's id.")],
    recipient: Annotated[str, typer.Option("--for", metavar="PARTY", help="Towards whom.")],
    reason: Reason,
    role: ByRole,
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="When it ends (RFC 3339).")],
    release: Annotated[
        Paths | None, typer.Option("--release", metavar="FIELD", help="Let a field through.")
    ] = None,
    withhold: Annotated[
        Paths | None, typer.Option("--withhold", metavar="FIELD", help="Keep a field back.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--end", metavar="ID", help="End an override before its time.")
    ] = None,
    broker: Broker = None,
    home: Home = None,
    *,
    send_anyway: Annotated[bool, typer.Option("--send-anyway", help="Lift its hold.")] = False,
    hold: Annotated[bool, typer.Option("--hold", help="Hold it.")] = False,
    json: AsJson = False,
) -> None:
    """Overrule the rules for one incident and one recipient, signed as the police."""
    from ketensluis.agreements.overrides import check_override
    from ketensluis.cli.overruled import outcome
    from ketensluis.model.ids import derived_id

    settings = chain(broker, home)
    asked: dict[OverrideEffect, Any] = {
        "release": release,
        "withhold": withhold,
        "send": send_anyway,
        "hold": hold,
        "end": end,
    }
    effects = [effect for effect, what in asked.items() if what]
    if len(effects) != 1:
        raise typer.BadParameter("give one of --release, --withhold, --send-anyway, --hold, --end")
    now, ends_at = settings.clock().now(), instant_of(until, settings, "--until")
    paths = tuple(sorted({*(release or ()), *(withhold or ())}))
    given = Override(
        override_id=derived_id("override", incident, recipient, effects[0], *paths, str(now)),
        incident_id=incident,
        recipient=recipient,
        effect=effects[0],
        paths=paths,
        ends=end,
        reason=_code(reason, get_args(OverrideReason), "--reason"),
        by_role=_code(role, get_args(OverrideRole), "--role"),
        given_at=now,
        until=ends_at,
    )
    check_override(given)
    decided = asyncio.run(_send(settings, given))
    if json:
        print_json(given)
    else:
        say(f"override {given.override_id} given, until {given.until.isoformat()}")
        say(outcome(recipient, decided))


@app.command()
def overrides(
    broker: Broker = None,
    home: Home = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    json: AsJson = False,
) -> None:
    """List who overruled what, in which role, why and until when, for a supervisor."""
    settings = chain(broker, home)
    given = asyncio.run(_given(settings))
    found = given if every else _holding(given, settings.clock().now())
    if json:
        for each in found:
            print_json(_row(each))
        return
    table(
        ("incident", "recipient", "effect", "fields", "reason", "by", "given", "until", "override"),
        (
            (
                each.incident_id,
                each.recipient,
                each.code,
                " ".join(each.paths),
                each.reason,
                each.by_role,
                each.occurred_at.strftime("%Y-%m-%d %H:%M"),
                each.until.strftime("%Y-%m-%d %H:%M") if each.until else None,
                " ".join(each.overrides),
            )
            for each in found
        ),
    )
    say(f"{len(found)} overrides")


def _code(told: str, allowed: Sequence[Any], option: str) -> Any:
    if told not in allowed:
        raise typer.BadParameter(f"one of {', '.join(allowed)}", param_hint=option)
    return told


def _holding(given: list[LedgerEvent], now: datetime) -> list[LedgerEvent]:
    ended = {each.replaces for each in given}
    return [
        each
        for each in given
        if each.code != "end"
        and each.until is not None
        and now < each.until
        and ended.isdisjoint(each.overrides)
    ]


def _row(event: LedgerEvent) -> dict[str, Any]:
    return {
        "override_id": event.overrides[0],
        "incident_id": event.incident_id,
        "recipient": event.recipient,
        "unit": event.unit,
        "effect": event.code,
        "paths": event.paths,
        "ends": event.replaces,
        "reason": event.reason,
        "by_role": event.by_role,
        "given_at": event.occurred_at,
        "until": event.until,
    }


async def _send(settings: Settings, given: Override) -> LedgerEvent | None:
    from ketensluis.cli.overruled import ANSWERED_ON, answered
    from ketensluis.kafka.publisher import Publisher
    from ketensluis.kafka.tail import open_tail
    from ketensluis.model.party import OVERRIDES
    from ketensluis.runtime.clock import milliseconds
    from ketensluis.runtime.wiring import codec_of, post_of

    sealed = post_of(settings, "police").sealer.seal(
        given,
        topic=OVERRIDES,
        key=given.incident_id,
        subject=given.incident_id,
        at=given.given_at,
        correlation=given.incident_id,
    )
    async with (
        open_tail(settings.bootstrap, ANSWERED_ON, from_now=True) as tail,
        Publisher(settings.bootstrap) as publisher,
    ):
        (place,) = await publisher.publish([sealed], timestamp_ms=milliseconds(given.given_at))
        return await answered(tail, given, place, codec_of(settings))


async def _given(settings: Settings) -> list[LedgerEvent]:
    from ketensluis.kafka.scan import scan
    from ketensluis.model.party import LEDGER_EVENTS
    from ketensluis.runtime.wiring import codec_of

    codec, found = codec_of(settings), []
    async for record in scan(settings.bootstrap, LEDGER_EVENTS):
        try:
            event = codec.decode(record.value or b"", LedgerEvent)
        except Refused as error:
            remark(f"{record.coordinates}: {error}")
            continue
        if event.kind == "override":
            found.append(event)
    return sorted(found, key=lambda each: (each.occurred_at, each.event_id))
