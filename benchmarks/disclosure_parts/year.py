"""A national year of made-up incidents, sealed by the police as they would come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from ketensluis.envelope.mail import Sealer
from ketensluis.envelope.pki import demo_parties, make_demo_pki
from ketensluis.made_up.incidents import national_year
from ketensluis.model.party import INCIDENTS
from ketensluis.model.record import Coordinates, Record
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.clock import milliseconds
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import pki_folder, post_of

__all__ = ["make_keys", "sealed_year"]

_SEED = 1
_TOGETHER = 1_000  # incidents whose keys are made at once
_NEW_YEAR = datetime(2025, 1, 1, tzinfo=UTC)


def make_keys(folder: Path) -> None:
    """Keys and certificates of all parties, good throughout the year."""
    make_demo_pki(folder, demo_parties(resource("reference") / "gemeenten.csv"), _NEW_YEAR)


def sealed_year(
    settings: Settings, registrations: int, sealer: Sealer | None = None
) -> Iterator[Record]:
    """The records of that many registrations, their later versions and repeats included.

    They are as the police's connector seals them, or as `sealer` does.
    """
    if not pki_folder(settings).exists():
        make_keys(pki_folder(settings))
    police = sealer or post_of(settings, "police", "bvi").sealer
    regions = load_regions(resource("reference"))
    year = enumerate(national_year(_SEED, regions, count=registrations))
    while several := list(islice(year, _TOGETHER)):
        made_at = several[0][1].at
        police.make_keys([made.incident.incident_id for _, made in several], made_at)
        for offset, made in several:
            incident_id = made.incident.incident_id
            sealed = police.seal(
                made.incident, topic=INCIDENTS, key=incident_id, subject=incident_id, at=made.at
            )
            yield Record(
                Coordinates(INCIDENTS, 0, offset),
                sealed.key,
                sealed.value,
                sealed.headers,
                milliseconds(made.at),
            )
