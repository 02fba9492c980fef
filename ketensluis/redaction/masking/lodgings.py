"""What one may sleep in, and what stays of it: `trekkershut`, `het kamertje`, but not `de cel`."""

from __future__ import annotations

from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["is_known", "is_lodging", "part_of_premises"]

# Rooms of the same house, and where police, care and law take people.
_KNOWN = frozenset(
    (
        *("bureau", "politiebureau", "ziekenhuis", "cel", "cellencomplex", "seh", "ambulance"),
        *("arrestantencomplex", "rechtbank", "bed", "bank", "keuken", "woonkamer", "badkamer"),
        *("gang", "auto", "slaapkamer", "toilet", "wc", "trap", "stoel", "grond", "vloer"),
        *("politie", "school", "werk", "winkel", "bus", "trein", "kamer", "tafel", "deur"),
        *("moment", "terras", "overloop", "rand", "familiekamer", "verhoorkamer", "wachtkamer"),
        *("richting", "pomp", "tankstation", "parkeerplaats", "station", "bushalte", "halte"),
    )
)
# By the word, and by how a longer word ends.
_LODGINGS = frozenset(
    (
        *("huis", "huisje", "kamer", "zolder", "zoldertje", "vliering", "kelder", "boot", "schip"),
        *("schuit", "ark", "tjalk", "camper", "caravan", "kajuit", "hut", "schuur", "loods"),
        *("lokaal", "magazijn", "boerderij", "hoeve", "molen", "klooster", "abdij", "pastorie"),
        *("kapel", "studio", "appartement", "flatje", "atelier", "pension", "hostel", "herberg"),
        *("verblijf", "vleugel", "ziekenboeg", "etage", "verdieping", "chalet", "bungalow"),
        *("bijgebouw", "villa", "logement", "lodge", "tent", "hofje", "kerk", "hotel", "camping"),
        *("zolderkamer", "torenkamer", "gastenkamer"),
    )
)
_LODGING_ENDS = (
    *("huis", "huisje", "huisjes", "woning", "kamertje", "zolder", "kelder", "boot", "bootje"),
    *("schip", "woonark", "camper", "caravan", "hut", "hutje", "schuur", "schuurtje", "loods"),
    *("kantoortje", "boerderij", "boerderijtje", "hoeve", "klooster", "kloostertje", "appartement"),
    *("appartementje", "verblijf", "vleugel", "chalet", "bungalow", "paviljoen", "atelier"),
)
_NO_LODGINGS = frozenset(
    (
        *("ziekenhuis", "gemeentehuis", "verpleeghuis", "thuis", "dorpshuis", "buurthuis"),
        *("stadhuis", "warenhuis", "clubhuis", "woning", "verhuis", "verzorgingshuis"),
    )
)
# Parts of premises that a description or an address goes on with.
_PREMISES = frozenset(
    (
        *("kamer", "vleugel", "etage", "verdieping", "woonlaag", "portiek", "loods", "hut", "boot"),
        *("schuit", "lokaal", "zolder", "zolderkamer", "kelder", "souterrain", "opgang", "trap"),
        *("trappenhuis", "ingang", "deur", "voordeur", "achterdeur", "zijdeur", "steiger", "gang"),
        *("achterhuis", "voorhuis", "bijgebouw", "gebouw", "blok", "galerij", "huis", "huisje"),
        *("caravan", "chalet", "schuur", "garage", "box", "unit", "locatie"),
        *("tuinhuis", "bovenwoning", "benedenwoning", "appartement", "gastenvleugel", "trapje"),
        *("laan", "schip"),
        *("bel-etage", "bungalow", "toren", "flat", "pand", "poort", "hoekhuis", "woonwagen"),
    )
)
_SIDES = frozenset(
    (
        *("achterste", "voorste", "bovenste", "onderste", "middelste", "laatste", "linker"),
        *("rechter", "linkse", "rechtse", "groene", "rode", "blauwe", "witte", "gele", "zwarte"),
        *("grijze", "bruine", "houten"),
    )
)


def is_known(token: Token) -> bool:
    """Whether it is a room of the same house, or where police, care and law take people."""
    return token.lower in _KNOWN


def is_lodging(token: Token) -> bool:
    """Whether one may sleep in what the word says."""
    ends = token.lower.endswith(_LODGING_ENDS) and token.lower not in _NO_LODGINGS
    return ends or token.lower in _LODGINGS


def part_of_premises(tokens: Tokens, at: int) -> int:
    """Where `achterste vleugel`, `derde deur` or `kamer` ends that begins at `at`; `at` if none."""
    end = at
    while tokens[end].lower in _SIDES or tokens[end].traits & Trait.ORDINAL:
        end += 1
    return end + 1 if tokens[end].lower in _PREMISES else at
