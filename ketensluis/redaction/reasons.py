"""The rules that no agreement writes, in words: what is always kept back, and why."""

from __future__ import annotations

from dataclasses import dataclass

from ketensluis.agreements.book import local_day
from ketensluis.model.override import Override, OverrideReason, OverrideRole

__all__ = ["BUILT_IN", "BuiltIn", "override_in_words"]


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """Why a built-in rule is there, in Dutch and English, and the article it rests on."""

    nl: str
    en: str
    article: str = ""


BUILT_IN: dict[str, BuiltIn] = {
    "default-deny": BuiltIn(
        "Geen regel van de afspraak laat dit gegeven door, dus het blijft achter.",
        "No rule of the agreement lets this field through, so it stays behind.",
    ),
    "protected.secret_address": BuiltIn(
        "Het adres is geheim: niets ervan, en niets dat het verraadt, gaat mee.",
        "The address is secret: nothing of it goes, and nothing that betrays it.",
    ),
    "protected.shelter": BuiltIn(
        "Dit wijst een opvang of schuilplaats aan; die wordt aan niemand verteld.",
        "This points to a shelter or hiding place, which nobody is told.",
    ),
    "protected.anonymous_reporter": BuiltIn(
        "Iemand wil anoniem blijven: niets over die persoon gaat mee, en niets dat ernaar wijst.",
        "Somebody wants to stay anonymous: nothing about that person goes, or points there.",
    ),
    "protected.source": BuiltIn(
        "Wie het incident meldde, wordt beschermd tegenover de kant van de verdachte.",
        "Who reported the incident is protected towards the suspect's side.",
        "Wmo 2015 art. 4.1.8 lid 3",
    ),
    "protected.person_withheld": BuiltIn(
        "Een relatie gaat alleen mee als beide personen meegaan.",
        "A relation goes only if both its persons do.",
    ),
    "protected.no_such_form": BuiltIn(
        "Het gegeven kon niet in de afgesproken vorm worden gebracht.",
        "The value could not be brought into the form that was agreed.",
    ),
    "protected.no_masker": BuiltIn(
        "Er is geen maskering beschikbaar, en vrije tekst gaat niet onbewerkt mee.",
        "No masking is at hand, and free text does not go as it is.",
    ),
    "protected.masking_failed": BuiltIn(
        "De maskering van deze tekst mislukte, dus de tekst blijft achter.",
        "The masking of this text failed, so the text stays behind.",
    ),
    "protected.unmasked_value": BuiltIn(
        "Na maskering stond er nog iets in de tekst dat niet mee mag.",
        "After masking the text still held something that may not go.",
    ),
    "outcome.ids": BuiltIn(
        "De ontvanger moet weten welk bericht is ingetrokken.",
        "The recipient must know which message was taken back.",
        "Wpg art. 28 lid 5",
    ),
    "outcome.withdrawn": BuiltIn(
        "Het incident is ingetrokken; van de inhoud gaat niets mee.",
        "The incident was withdrawn; nothing of its content goes.",
        "Wpg art. 28 lid 5",
    ),
    "outcome.moved": BuiltIn(
        "Het incident hoort bij een andere regio; van de inhoud gaat niets mee.",
        "The incident belongs to another region; nothing of its content goes.",
        "Wpg art. 28 lid 5",
    ),
    "outcome.rerouted": BuiltIn(
        "Deze regio gaf aan er niet over te gaan; het is naar een andere regio gestuurd.",
        "This region said that it is not its own; another region was sent it.",
    ),
    "outcome.lapsed": BuiltIn(
        "Een nieuwere versie gaat deze ontvanger niet meer aan.",
        "A newer version no longer concerns this recipient.",
    ),
    "outcome.no_hg": BuiltIn(
        "Het incident heeft geen projectcode voor huiselijk geweld.",
        "The incident is not labelled domestic violence.",
    ),
    "outcome.suspected": BuiltIn(
        "Er zijn aanwijzingen voor huiselijk geweld, maar de projectcode ontbreekt; "
        "een mens beslist.",
        "There are signs of domestic violence but no label; a person decides.",
    ),
    "outcome.no_agreement": BuiltIn(
        "Met deze ontvanger is geen afspraak van kracht: zonder afspraak geen route.",
        "No agreement with this recipient is in force: no agreement, no route.",
    ),
    "outcome.agreement_expired": BuiltIn(
        "De afspraak met deze ontvanger is verlopen; zij loopt niet stilzwijgend door.",
        "The agreement with this recipient has expired; it does not go on in silence.",
    ),
    "outcome.restricted_class": BuiltIn(
        "Het incident is afgeschermd, bijvoorbeeld omdat iemand van de politie betrokken is; "
        "het gaat alleen volgens een eigen afspraak.",
        "The incident is restricted, for instance as somebody of the police is involved; "
        "it goes by an agreement of its own only.",
    ),
    "outcome.hold_investigation": BuiltIn(
        "Het bericht is aangehouden in het belang van het onderzoek.",
        "The message is on hold in the interest of the investigation.",
    ),
    "outcome.hold_safety": BuiltIn(
        "Het bericht is aangehouden voor de veiligheid van het slachtoffer.",
        "The message is on hold for the safety of the victim.",
    ),
    "outcome.no_route": BuiltIn(
        "Er was geen weg naar deze ontvanger, bijvoorbeeld zonder geldig certificaat.",
        "No way led to this recipient, for instance without a valid certificate.",
    ),
    "outcome.duplicate": BuiltIn("Deze versie was al binnen.", "This version had come in before."),
    "outcome.superseded": BuiltIn(
        "Een nieuwere versie was al binnen.", "A newer version had come in before."
    ),
}
"""Every built-in rule and outcome, by the name that stands in verdicts."""

_REASONS: dict[OverrideReason, tuple[str, str]] = {
    "acute_danger": ("acuut gevaar", "acute danger"),
    "consent": ("toestemming van de betrokkene", "consent of the person concerned"),
    "conflict_of_duties": ("conflict van plichten (overmacht)", "conflict of duties"),
    "hold_lifted": ("de aanhouding is opgeheven", "the hold was lifted"),
    "hold_investigation": ("het belang van het onderzoek", "the interest of the investigation"),
    "hold_safety": ("de veiligheid van het slachtoffer", "the safety of the victim"),
    "disputed_data": ("de juistheid wordt betwist", "its accuracy is disputed"),
    "mistake": ("een vergissing", "a mistake"),
    "no_longer_needed": ("niet meer nodig", "no longer needed"),
}
_ROLES: dict[OverrideRole, tuple[str, str]] = {
    "privacy_officer": ("de privacyfunctionaris", "the privacy officer"),
    "supervisor": ("de leidinggevende", "the supervisor"),
    "hg_coordinator": ("de HG-coördinator", "the HG coordinator"),
    "case_officer": ("de taakaccenthouder", "the case officer"),
}


def override_in_words(override: Override) -> tuple[str, str]:
    """Why a field was overruled, in Dutch and English: who, until when, and the reason."""
    until = local_day(override.until).isoformat()
    who, why = _ROLES[override.by_role], _REASONS[override.reason]
    return (
        f"Bij besluit van {who[0]}, tot {until}: {why[0]}.",
        f"By decision of {who[1]}, until {until}: {why[1]}.",
    )
