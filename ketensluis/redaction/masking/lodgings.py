"""What one may sleep in, and what stays of it: `trekkershut`, `het kamertje`, but not `de cel`."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.tokens import Token, Tokens
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Written, call

__all__ = ["is_known", "is_lodging", "is_side", "lodges", "part_of_premises"]

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
        *("moskee", "gymzaal", "souterrain", "stal", "keet", "kas", "garagebox", "kapelletje"),
        *("unit", "bungalowtje", "hotelletje", "pastoraat", "leefgroep", "kosterij"),
        *(
            "aak",
            "wagon",
            "treinwagon",
            "container",
            "wooncontainer",
            "portacabin",
            "bunker",
            "hangar",
        ),
        *("priorij", "sacristie", "consistorie", "rectorie", "internaat", "kostschool", "hospice"),
        *("koepel", "prieel", "oranjerie", "bedstee", "silo", "watertoren", "remise", "kazerne"),
        *("kantine", "klipper", "zeiljacht", "penthouse", "serre", "werkplaats", "manege"),
        *("volkstuin", "woongroep", "commune", "paardenpension", "kraakpand", "bedrijfspand"),
        *("barak", "tentje", "tipi", "yurt", "loft", "landgoed", "kasteel", "kelderbox", "stallen"),
        *("stiltecentrum", "vuurtoren", "gemaal", "logeeradres", "noodadres", "museum"),
    )
)
_LODGING_ENDS = (
    *("huis", "huisje", "huisjes", "woning", "kamertje", "zolder", "kelder", "boot", "bootje"),
    *("schip", "woonark", "camper", "caravan", "hut", "hutje", "schuur", "schuurtje", "loods"),
    *("kantoortje", "boerderij", "boerderijtje", "hoeve", "klooster", "kloostertje", "appartement"),
    *("appartementje", "verblijf", "vleugel", "chalet", "bungalow", "paviljoen", "atelier"),
    *("gezin", "wagen", "keet", "lokaal", "schooltje", "pastorie", "hostel", "molen", "stal"),
    *(
        "molentje",
        "noodkamer",
        "zolderkamer",
        "torenkamer",
        "gastenkamer",
        "huurkamer",
        "tuinkamer",
    ),
    *("crisiskamer", "hotelkamer", "achterkamertje", "opkamer", "studentenkamer", "zaaltje"),
    *("gebouw", "zaal", "loodsje", "woninkje", "pandje", "container", "flatje", "jacht", "pension"),
    *("bovenkamer", "gastkamer", "zijkamer", "kleedkamer", "hotel", "camping", "personeelsflat"),
    *("stacaravans", "strandhuisjes", "hok", "hokje", "hokjes", "kapel", "kapelletje", "studio"),
)
_NO_LODGINGS = frozenset(
    (
        *("ziekenhuis", "gemeentehuis", "verpleeghuis", "thuis", "dorpshuis", "buurthuis"),
        *("stadhuis", "warenhuis", "clubhuis", "woning", "verhuis", "verzorgingshuis"),
        *(
            "gebouw",
            "zaal",
            "politiegebouw",
            "flatgebouw",
            "rechtszaal",
            "wachtzaal",
            "zittingszaal",
        ),
        *("schoolgebouw", "vuilcontainer", "afvalcontainer", "glascontainer", "klopjacht", "jacht"),
        *("gerechtsgebouw", "hoofdgebouw", "operatiezaal", "papiercontainer"),
        *("hok", "bushokje", "tuinhok", "konijnenhok", "hondenhok", "rookhok", "kippenhok"),
        *("vrachtwagen", "kinderwagen", "ziekenwagen", "dienstwagen", "politiewagen", "gezin"),
        *("wagen", "bestelwagen", "personenwagen", "sleepwagen", "brandweerwagen", "winkelwagen"),
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
        *("laan", "schip", "verd"),
        *("bel-etage", "bungalow", "toren", "flat", "pand", "poort", "hoekhuis", "woonwagen"),
    )
)
_SIDES = frozenset(
    (
        *("achterste", "voorste", "bovenste", "onderste", "middelste", "laatste", "linker"),
        *("rechter", "linkse", "rechtse", "belle", "bel"),
    )
)
# By its colour a house is found.
_COLOURS = frozenset(
    (
        *("groene", "rode", "blauwe", "witte", "gele", "zwarte", "grijze", "bruine", "houten"),
        *("oranje", "roze", "paarse", "stenen"),
    )
)
_WHICH = _SIDES | _COLOURS
_ORDINAL = re.compile(r"\d{1,2}(?:e|de|ste)")


def is_known(token: Token) -> bool:
    """Whether it is a room of the same house, or where police, care and law take people."""
    return token.lower in _KNOWN


def is_lodging(token: Token | Written) -> bool:
    """Whether one may sleep in what the word says."""
    ends = token.lower.endswith(_LODGING_ENDS) and token.lower not in _NO_LODGINGS
    return ends or token.lower in _LODGINGS


@call
def lodges(word: Written) -> bool:
    """Where judges of hiding places begin: at what one may sleep in."""
    return is_lodging(word)


def is_side(token: Token) -> bool:
    """Whether it says which of several: `achterste`, `derde`, `groene`."""
    ordinal = token.traits & Trait.ORDINAL or (token.numeric and _ORDINAL.fullmatch(token.lower))
    return token.lower in _WHICH or bool(ordinal)


def part_of_premises(tokens: Tokens, at: int) -> int:
    """Where `achterste vleugel`, `derde deur` or `kamer` ends that begins at `at`; `at` if none."""
    end = at
    while is_side(tokens[end]):
        end += 1
    return end + 1 if tokens[end].lower in _PREMISES else at
