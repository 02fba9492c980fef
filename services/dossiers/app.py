"""Runs the stage that sees histories."""

from __future__ import annotations

from ketensluis.model.party import HUB
from ketensluis.runtime.runner import run_worker
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of
from services.dossiers.process import DossiersStage

__all__ = ["run", "stage_of"]


def stage_of(settings: Settings) -> DossiersStage:
    """The stage, as these settings put it together."""
    post = post_of(settings, HUB)
    return DossiersStage(opener=post.opener, sealer=post.sealer, codec=post.codec)


def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    run_worker(stage_of(settings), settings)
