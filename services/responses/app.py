"""Runs the stage that takes in what parties answer."""

from __future__ import annotations

from ketensluis.agreements.book import Agreements
from ketensluis.model.party import HUB, party, responses_topic
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.runner import run_worker
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of
from services.responses.process import ResponsesStage
from services.responses.release import AgreementRelease

__all__ = ["run", "stage_of"]


def stage_of(settings: Settings) -> ResponsesStage:
    """The stage, as these settings put it together."""
    regions = load_regions(resource("reference"))
    post = post_of(settings, HUB)
    parties = [*(party("vt", region) for region in regions.regions), *regions.offices]
    return ResponsesStage(
        inputs=tuple(map(responses_topic, parties)),
        opener=post.opener,
        sealer=post.sealer,
        units=frozenset(regions.units),
        release=AgreementRelease(Agreements.load(settings.agreements or resource("agreements"))),
    )


def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    run_worker(stage_of(settings), settings)
