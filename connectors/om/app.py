"""Runs the desk of one OM office: by people, or by the reference script."""

from __future__ import annotations

from pathlib import Path

from connectors.om.sink import OmScript
from ketensluis.partner.attending import desk_of, run_desk
from ketensluis.runtime.settings import Settings

__all__ = ["run"]


def run(settings: Settings, party: str, folder: Path, seed: int | None) -> None:
    """Run until SIGTERM or SIGINT; without a seed, only receipts go by themselves."""
    run_desk(settings, desk_of(settings, party, folder, None if seed is None else OmScript(seed)))
