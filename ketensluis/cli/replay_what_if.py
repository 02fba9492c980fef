"""What if other agreements had been in force: `sluis replay --with DIR`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from datetime import datetime
from pathlib import Path

from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.party import HUB, INCIDENTS
from ketensluis.runtime.settings import Settings

__all__ = ["told_what_if"]


async def told_what_if(
    settings: Settings, folder: Path, begin: datetime | None, end: datetime | None, *, json: bool
) -> None:
    """Tell what would go otherwise under the agreements of that folder, of records of that time.

    Raises:
        KetensluisError: `bad_agreements`.
        Unavailable: Kafka does not answer.
    """
    from ketensluis.agreements.book import Agreements
    from ketensluis.cli.agreements import tell_differences
    from ketensluis.model.resources import resource
    from services.disclosure.difference import diff
    from services.disclosure.on_file import rules_of

    found = diff(
        Agreements.load(settings.agreements or resource("agreements")),
        Agreements.load(folder),
        [incident async for incident in _incidents(settings, begin, end)],
        at=settings.clock().now(),
        rules=rules_of(settings),
    )
    tell_differences(found, json=json)


async def _incidents(
    settings: Settings, begin: datetime | None, end: datetime | None
) -> AsyncIterator[Incident]:
    from ketensluis.kafka.scan import scan
    from ketensluis.runtime.wiring import post_of

    post = post_of(settings, HUB)
    async with aclosing(scan(settings.bootstrap, INCIDENTS)) as records:
        async for record in records:
            at = record.sent_at
            if (begin is None or begin <= at) and (end is None or at < end):
                with suppress(Refused):  # refused then, and in quarantine
                    yield post.opener.open(record, Incident).message
