"""Says by its noun what kind of organisation a name belongs to."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark

__all__ = ["sort"]

_SORTS = tuple(
    (mark, re.compile("|".join(forms)))
    for mark, forms in (
        (Mark.SCHOOL, ("school", "college", "lyceum", "gymnasium", "^[mr]avo$", "mbo", "^roc$")),
        (Mark.SCHOOL, ("^bso$", "opvang", "verblijf", "^kdv$", "cr[eè]che", "zaal$", "gastouder")),
        (Mark.SCHOOL, ("^(?:obs|cbs|kbs|pcb|rkbs|sbo|psz)$",)),
        (
            Mark.CARE,
            ("praktijk", "ziekenhui", "kliniek", "verpleeg", "verzorg", "zorg", "apotheek"),
        ),
        (Mark.CARE, ("woongroep", "woonvoorziening", "wooncentrum", "gezondheid", "instelling")),
        (Mark.WORSHIP, ("kerk", "moskee", "tempel", "synagoge", "parochie")),
        (Mark.CLUB, ("club", "vereniging", "^(?:vv|sv|fc|rksv|svv)$", "scouting", "manege")),
        (Mark.VENUE, ("caf[eé]", "kroeg", "^bar$", "restaurant", "snackbar", "cafetaria", "disco")),
        (Mark.VENUE, ("hotel", "motel", "pension", "hostel", "shop", "zaak", "pizzeria", "room")),
        (
            Mark.VENUE,
            ("park", "camping", "kamp$", "zwembad", "hal$", "theater", "huis$", "centrum"),
        ),
        (
            Mark.COMPANY,
            ("bedrijf", "firma", "winkel", "markt", "garage", "bakker", "slager", "kap"),
        ),
        (
            Mark.COMPANY,
            ("bureau", "fabriek", "^bv$", "^vof$", "rij$", "salon", "studio", "kantoor"),
        ),
    )
)


def sort(noun: str) -> Mark:
    """The mark for what the noun before the name says it is."""
    return next((mark for mark, form in _SORTS if form.search(noun)), Mark.ORGANISATION)
