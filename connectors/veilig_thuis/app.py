"""Runs the desk of one Veilig Thuis region: by people, or by the reference script."""

from __future__ import annotations

from pathlib import Path

from connectors.veilig_thuis.sink import VeiligThuisScript
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.partner.attending import desk_of, run_desk
from ketensluis.partner.desk import Script
from ketensluis.runtime.settings import Settings

__all__ = ["run", "script_of"]


def script_of(party: str, seed: int) -> Script:
    """The reference script of that region."""
    return VeiligThuisScript(seed, party, load_regions(resource("reference")).regions)


def run(settings: Settings, party: str, folder: Path, seed: int | None) -> None:
    """Run until SIGTERM or SIGINT; without a seed, only receipts go by themselves."""
    script = None if seed is None else script_of(party, seed)
    run_desk(settings, desk_of(settings, party, folder, script))
