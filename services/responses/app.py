"""Runs the stage that takes in what parties answer: of every party that has a topic."""

from __future__ import annotations

import asyncio

from ketensluis.agreements.book import Agreements
from ketensluis.kafka.cluster import existing
from ketensluis.model.party import HUB
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.runner import run_worker
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of
from services.responses.process import ResponsesStage
from services.responses.release import AgreementRelease

__all__ = ["run", "stage_of"]

_RESPONSES = "responses."


def stage_of(settings: Settings) -> ResponsesStage:
    """The stage, as these settings put it together.

    Raises:
        Unavailable: Kafka does not answer.
    """
    regions = load_regions(resource("reference"))
    post = post_of(settings, HUB)
    topics = asyncio.run(existing(settings.bootstrap))
    return ResponsesStage(
        inputs=tuple(sorted(name for name in topics if name.startswith(_RESPONSES))),
        opener=post.opener,
        sealer=post.sealer,
        units=frozenset(regions.units),
        release=AgreementRelease(Agreements.load(settings.agreements or resource("agreements"))),
    )


def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    run_worker(stage_of(settings), settings)
