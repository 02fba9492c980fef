"""Whether an agreement names parties that there are, and such as it can be between."""

from __future__ import annotations

from collections.abc import Iterator

from ketensluis.agreements.conditions import IncidentConditions
from ketensluis.agreements.faults import Fault
from ketensluis.agreements.reading import SignedText
from ketensluis.model.party import slug
from ketensluis.model.regions import RegionMap

__all__ = ["of_parties"]

_OF_A_KIND = frozenset({"vt", "om", "police", "gemeente"})


def of_parties(text: SignedText, regions: RegionMap | None) -> Iterator[Fault]:
    """The faults in who gives, who gets, and in which regions; names are checked by the map."""
    for key, code, sentence in (*_of_recipient(text), *_of_direction(text)):
        yield Fault(text.file, text.line(key), code, sentence)
    if regions is not None:
        yield from _of_names(text, regions)


def _of_recipient(text: SignedText) -> Iterator[tuple[str, str, str]]:
    kind, _, name = text.agreement.recipient.partition(":")
    if name == "*" and kind not in _OF_A_KIND:
        yield "recipient", "unknown_recipient", f"which `{kind}` is meant? name one party"
    if not name:
        yield (
            "recipient",
            "unknown_recipient",
            f"which `{kind}` is meant? name one party, or a kind",
        )
    if kind in {"vt", "om"} and text.agreement.applies_when != IncidentConditions():
        yield (
            "applies_when",
            "condition_out_of_place",
            "Veilig Thuis and OM hear of every incident that the norm names",
        )


def _of_direction(text: SignedText) -> Iterator[tuple[str, str, str]]:
    """Incidents come from the police, and what they hear back goes to them."""
    agreement = text.agreement
    giver, getter = (each.partition(":")[0] for each in (agreement.provider, agreement.recipient))
    if agreement.about == "incident":
        if giver != "police":
            yield "provider", "unknown_provider", "incidents are provided by `police`, or one unit"
        if getter == "police":
            yield "recipient", "unknown_recipient", "what the police hear back is `about: feedback`"
        return
    if giver not in {"vt", "om"}:
        yield "provider", "unknown_provider", "feedback is provided by `vt` or `om`"
    if getter != "police":
        yield "recipient", "unknown_recipient", "feedback goes to `police:*`, or to one unit"


def _of_names(text: SignedText, regions: RegionMap) -> Iterator[Fault]:
    agreement = text.agreement
    for key, named in (("provider", agreement.provider), ("recipient", agreement.recipient)):
        kind, _, name = named.partition(":")
        known = _known(kind, regions)
        if name not in {"", "*"} and known is not None and name not in known:
            sentence = f"there is no `{named}` in reference/gemeenten.csv"
            yield Fault(text.file, text.line(key), f"unknown_{key}", sentence)
    for position, name in enumerate(agreement.region):
        if name != "*" and name not in regions.regions:
            line = text.line("region", position)
            sentence = f"there is no region `{name}` in reference/gemeenten.csv"
            yield Fault(text.file, line, "unknown_region", sentence)


def _known(kind: str, regions: RegionMap) -> frozenset[str] | None:
    match kind:
        case "vt":
            return frozenset(regions.regions)
        case "police" | "om":
            return frozenset(map(slug, regions.units))
        case "gemeente":
            return frozenset(map(slug, regions.periods))
        case _:
            return None
