"""Runs the stage that decides what goes to whom."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from ketensluis.envelope.directory import Directory
from ketensluis.model.party import HUB
from ketensluis.runtime.certificate_dates import CertificateDates
from ketensluis.runtime.runner import run_worker
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import pki_folder, post_of
from services.disclosure.on_file import rules_of
from services.disclosure.process import DisclosureStage

__all__ = ["run", "stage_of"]


def stage_of(settings: Settings) -> DisclosureStage:
    """The stage, as these settings put it together."""
    post = post_of(settings, HUB)
    return DisclosureStage(
        opener=post.opener, sealer=post.sealer, codec=post.codec, rules=rules_of(settings)
    )


def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    registry = CollectorRegistry()
    registry.register(CertificateDates(Directory.load(pki_folder(settings))))
    run_worker(stage_of(settings), settings, registry)
