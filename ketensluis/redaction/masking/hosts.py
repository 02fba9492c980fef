"""Who takes someone in, and is described: `een boer tussen twee dorpen`, `de zusters in Megen`."""

from __future__ import annotations

from ketensluis.redaction.masking.lodgings import is_lodging
from ketensluis.redaction.masking.tokens import Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["COMMUNITIES", "HOSTS", "where_of_host"]

HOSTS = Trait.ROLE | Trait.TITLE
# Without their place these are of a hospital, or of a family.
COMMUNITIES = frozenset(
    (
        "nonnen",
        "monniken",
        "kloosterzusters",
        "fraters",
        "zusters",
        "broeders",
        "paters",
        "begijnen",
    )
)
_SURE = frozenset(
    ("boven", "achter", "naast", "tegenover", "voorbij", "tussen", "langs", "nabij", "net")
)
_UNSURE = frozenset(("in", "op", "aan", "bij", "onder"))


def where_of_host(tokens: Tokens, noun: int) -> int:
    """At which token it is said where the host at `noun` lives; 0 if it is not.

    `een collega van haar moeder, op een boerderij`, `die kapster die achter de zaak woont`, but not
    `een vriendin in [plaats]`, of which the town is enough.
    """
    at = noun + 1
    if tokens[at].lower == "van" and tokens[at + 2].traits & HOSTS:
        at += 3
    at += tokens[at].word == ","
    clause = tokens[at].lower in {"die", "dat"} and tokens[at - 1].word != ","
    at += clause
    if tokens[at].lower in _SURE:
        return at
    if tokens[at].lower == "met" and tokens[at + 1].lower in {"een", "'n"}:
        return at if tokens[at + 3].lower in _SURE | _UNSURE else 0
    housed = any(is_lodging(token) for token in tokens[at + 2 : at + 4])
    return at if tokens[at].lower in _UNSURE and housed else 0
