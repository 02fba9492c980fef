"""Runs the stage that takes in what parties answer: of every party that has a topic."""

from __future__ import annotations

import asyncio

from ketensluis.agreements.book import Agreements
from ketensluis.envelope.directory import party_folder
from ketensluis.envelope.postmark import Postmarks
from ketensluis.errors import Unavailable
from ketensluis.kafka.cluster import existing
from ketensluis.model.party import HUB
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.hub_secret import hub_pseudonyms
from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.patience import when_there
from ketensluis.runtime.runner import run_worker
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import pki_folder, post_of
from services.responses.process import ResponsesStage
from services.responses.release import AgreementRelease

__all__ = ["run", "stage_of"]

_RESPONSES = "responses."


def stage_of(settings: Settings) -> ResponsesStage:
    """The stage, as these settings put it together; waits for Kafka and the parties' topics.

    Raises:
        KetensluisError: keys, schemas or agreements are not sound.
    """
    regions = load_regions(resource("reference"))
    post = post_of(settings, HUB)
    secret = hub_pseudonyms(party_folder(pki_folder(settings), HUB))
    return ResponsesStage(
        inputs=asyncio.run(when_there(lambda: _inputs(settings.bootstrap), settings.backoff_max)),
        opener=post.opener,
        sealer=post.sealer,
        postmarks=Postmarks(secret.postmark_key),
        regions=regions,
        release=AgreementRelease(Agreements.load(settings.agreements or resource("agreements"))),
    )


async def _inputs(bootstrap: str) -> tuple[str, ...]:
    found = tuple(sorted(name for name in await existing(bootstrap) if name.startswith(_RESPONSES)))
    if not found:
        raise Unavailable(
            "topic_missing", f"there is no topic {_RESPONSES}*", "make them: sluis topics apply"
        )
    return found


def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    configure_logging("responses", settings.log_level)
    run_worker(stage_of(settings), settings)
