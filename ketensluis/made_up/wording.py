"""Sentences for ordinary registrations, in the tone of police prose."""

from __future__ import annotations

__all__ = ["CHILD", "CLOSING", "DENIAL", "HG", "NEUTRAL", "NOT_HG", "OPENING"]

from collections.abc import Mapping

from ketensluis.model.incident import IncidentClass

OPENING = (
    "Op de melding afgegaan, perceel {street} te {city}.",
    "Om {hour} uur kregen wij opdracht te gaan naar {street}.",
    "Kwam aan de balie, tel {phone}.",
    "Prio 1 naar {street}. Ter plaatse om {hour} uur.",
    "Melding via 112, daarna teruggebeld op {phone}.",
)
# {victim} and {actor} are names, {whose} is "zijn vrouw" and the like.
HG: Mapping[IncidentClass, tuple[str, ...]] = {
    "quarrel": (
        "{actor} had ruzie met {whose} {victim} over geld.",
        "Woordenwisseling tussen {actor} en {whose} {victim}, er werd geschreeuwd en gegooid.",
        "Verbale ruzie, {actor} en {whose} {victim} uit elkaar gehaald.",
        "{actor} schold {whose} {victim} uit, buren hoorden geschreeuw.",
    ),
    "simple_assault": (
        "{actor} sloeg {whose} {victim} met de vlakke hand in het gezicht.",
        "{actor} heeft {whose} {victim} aan de haren getrokken en geschopt, rode plek op de wang.",
        "{actor} duwde {whose} {victim} van de trap, gekneusde pols.",
    ),
    "aggravated_assault": (
        "{actor} heeft {whose} {victim} met een fles op het hoofd geslagen, 6 hechtingen.",
        "{actor} kneep {whose} {victim} de keel dicht tot zij even weg was.",
    ),
    "threat": (
        "{actor} bedreigde {whose} {victim} met de dood, via berichten van {phone}.",
        "{actor} dreigt het huis van {whose} {victim} in brand te steken.",
    ),
    "stalking": (
        "{actor} stalkt {whose} {victim}, 40 keer gebeld met {phone}, auto {plate} in de straat.",
        "{actor} valt {whose} {victim} lastig op het werk bij {employer} en per mail {mail}.",
    ),
    "vandalism": ("{actor} vernielde de auto {plate} van {whose} {victim} na een ruzie.",),
    "disturbed_person": ("{actor} was verward en bedreigde {whose} {victim} met een schaar.",),
    "sexual_offence": ("{whose} {victim} zegt te zijn misbruikt door {actor}.",),
    "manslaughter_attempt": ("{actor} heeft {whose} {victim} gestoken met een mes in de buik.",),
    "arson_attempt": ("{actor} gooide een brandende doek bij {whose} {victim} naar binnen.",),
    "other": ("{actor} dreigde en nam geld van {whose} {victim}, rekening {account}.",),
}
CHILD = (
    "{child} zag het gebeuren en huilde.",
    "{child} lag boven op bed, leerling van {school}.",
    "School ({school}) wordt ingelicht over {child}.",
)
DENIAL = (
    "Ontkent alles.",
    "Geen aangifte gewenst.",
    "Wil in gesprek met de wijkagent.",
    "Voertuig {plate} stond voor de deur.",
    "Werkt bij {employer}, bereikbaar op {phone}.",
    "",
)
# Says nothing of what was the matter: only the relations give the incident away.
NEUTRAL = (
    "Overlast in woning. Bij aankomst was het stil. Rustig achtergelaten.",
    "Beide aanwezigen verklaarden dat er niets aan de hand was. Geen letsel gezien.",
    "Onenigheid over spullen, gesproken, ieder ging een andere kant op.",
)
CLOSING = (
    "Einde mutatie.",
    "Overgedragen aan team.",
    "Verbalisant blijft bereikbaar.",
    "Foto's toegevoegd.",
    "Ter info wijkagent.",
)
# What is not domestic violence; {other}, {another} and {neighbour} know each other hardly.
NOT_HG: tuple[tuple[IncidentClass, str, tuple[str, ...]], ...] = (
    ("neighbourhood_problem", "neighbours", (
        "{neighbour} klaagt over harde muziek bij {other}. Muziek zachter gezet.",
        "Conflict over een schutting tussen {neighbour} en {other}. Buurtbemiddeling aangeboden.",
        "{other} zou afval bij {neighbour} over de heg gooien.")),
    ("vandalism", "strangers", (
        "Ruit van bushokje ingegooid, {other} aangehouden om {hour} uur.",
        "{other} bekraste auto {plate} van {another} na een parkeerruzie.",
        "Graffiti op school {school}.")),
    ("disturbed_person", "strangers", (
        "{other} liep verward over de rijbaan, geen schoenen. Crisisdienst gebeld.",
        "{other} praatte in zichzelf in de tram. Naar huis gebracht.")),
    ("simple_assault", "strangers", (
        "Vechtpartij in het uitgaansgebied, {other} gaf {another} een klap. Kennen elkaar niet.",
        "{another} werd bij de halte geslagen door een onbekende, {other} staande gehouden.")),
    ("threat", "strangers", (
        "Verkeersruzie: {other} dreigde {another} de auto uit te trekken, kenteken {plate}.",
        "{other} bedreigde een baliemedewerker van de gemeente.")),
    ("quarrel", "strangers", (
        "Ruzie tussen {other} en {another} over een parkeerplaats.",
        "Twist over de verkoop van een telefoon, {phone}, rekening {account}.")),
    ("other", "strangers", (
        "Winkeldiefstal bij supermarkt, {other} aangehouden. Zijn vrouw haalde hem op.",
        "Fiets van {other} weggenomen bij het station.",
        "{other} trof een gevonden tas aan, inhoud op naam van {another}.")),
)  # fmt: skip
