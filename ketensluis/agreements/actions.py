"""What a rule can do with a field, and which of two actions protects more."""

from __future__ import annotations

from typing import Literal

__all__ = ["GENERALISATIONS", "Action", "Generalisation", "protection"]

Action = Literal["release", "generalise", "pseudonymise", "mask", "withhold"]
Generalisation = Literal["day", "month", "year", "age_band", "postcode4", "municipality"]

_TIMES = (
    "registered_at",
    "occurred_at",
    "recorded_at",
    "measures[].imposed_at",
    "measures[].until",
    "risk[].assessed_at",
    "hold.until",
)

GENERALISATIONS: dict[Generalisation, frozenset[str]] = {
    "day": frozenset(_TIMES),
    "month": frozenset((*_TIMES, "persons[].birth_date")),
    "year": frozenset((*_TIMES, "persons[].birth_date")),
    "age_band": frozenset({"persons[].birth_date"}),
    "postcode4": frozenset({"place.postcode", "persons[].address.postcode"}),
    "municipality": frozenset({"place.city", "persons[].address.city"}),
}
"""Which fields each generalisation can be asked of, from the finest form to the coarsest."""

_ORDER: dict[tuple[Action, Generalisation | None], int] = {
    ("release", None): 0,
    **{("generalise", to): 1 + rank for rank, to in enumerate(GENERALISATIONS)},
    ("pseudonymise", None): 20,
    ("mask", None): 30,
    ("withhold", None): 40,
}


def protection(action: Action, to: Generalisation | None) -> int:
    """How much an action protects; of the rules that apply to a field, the highest wins.

    The order is total: release, then generalise (day, month, year, age band, postcode-4,
    municipality), then pseudonymise, mask, withhold.
    """
    return _ORDER[action, to]
