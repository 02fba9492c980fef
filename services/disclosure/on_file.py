"""The rules as they are on file: what is read of a folder before anything is decided."""

from __future__ import annotations

import hashlib
from pathlib import Path

import structlog

from ketensluis.agreements.book import Agreements
from ketensluis.classification.classifier import load_classifier
from ketensluis.envelope.directory import party_folder
from ketensluis.errors import KetensluisError
from ketensluis.model.party import HUB
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.redaction.free_text import MaskText
from ketensluis.redaction.masking import Masker
from ketensluis.runtime.hub_secret import hub_pseudonyms, trial_pseudonyms
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import pki_folder
from services.disclosure.rules import RuleBook

__all__ = ["rules_of"]


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
