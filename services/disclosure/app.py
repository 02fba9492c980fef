"""Runs the stage that decides what goes to whom."""

from __future__ import annotations

import hashlib
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry

from ketensluis.agreements.book import Agreements
from ketensluis.classification.classifier import load_classifier
from ketensluis.envelope.directory import Directory, party_folder
from ketensluis.errors import KetensluisError
from ketensluis.model.party import HUB
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.redaction.free_text import MaskText
from ketensluis.redaction.masking import Masker
from ketensluis.runtime.certificate_dates import CertificateDates
from ketensluis.runtime.hub_secret import hub_pseudonyms, trial_pseudonyms
from ketensluis.runtime.runner import run_worker
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import pki_folder, post_of
from services.disclosure.process import DisclosureStage
from services.disclosure.rules import RuleBook

__all__ = ["rules_of", "run", "stage_of"]


def rules_of(settings: Settings, *, trial: bool = False) -> RuleBook:
    """The rules that these settings name; on `trial`, also where the hub's keys are not.

    Raises:
        KetensluisError: the agreements or the reference data are not sound.
    """
    folder = party_folder(pki_folder(settings), HUB)
    regions, masker = load_regions(resource("reference")), _masker()
    return RuleBook(
        agreements=Agreements.load(settings.agreements or resource("agreements"), regions),
        regions=regions,
        classifier=load_classifier(resource("reference")),
        pseudonyms=trial_pseudonyms(folder) if trial else hub_pseudonyms(folder),
        masker=masker,
        masking_digest=_lists_digest(resource("reference") / "masking") if masker else None,
    )


def _masker() -> MaskText | None:
    """The masking engine; without it the hub goes on, and free text stays behind."""
    try:
        return Masker.load().mask
    except KetensluisError as error:
        structlog.get_logger().warning("no_masker", code=error.code)
        return None


def _lists_digest(folder: Path) -> str:
    """SHA-256, hexadecimal, of the lists of the masking: each one's name and SHA-256, by name."""
    lists = sorted((*folder.glob("*.txt"), *folder.glob("*.txt.gz")))
    said = (f"{each.name} {hashlib.sha256(each.read_bytes()).hexdigest()}\n" for each in lists)
    return hashlib.sha256("".join(said).encode()).hexdigest()


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
