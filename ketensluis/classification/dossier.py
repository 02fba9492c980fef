"""Keyed pseudonyms by which incidents of one dossier are joined without personal data."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable, Iterator

from ketensluis.model.dossier import Part
from ketensluis.model.incident import Address, Incident, Person, Place

__all__ = [
    "ADDRESS",
    "PERSON",
    "dossier_keys",
    "joined_by",
    "parts_of",
    "person_texts",
    "subject_keys",
]

PERSON = "person:"
ADDRESS = "address:"
# Who is part of what happened; a witness or reporter says nothing of the dossier.
_PARTIES = frozenset({"victim", "suspect", "perpetrator", "involved", "child", "child_witness"})


def dossier_keys(incident: Incident, key: bytes) -> frozenset[str]:
    """The pseudonyms of the incident's persons, their homes, and the place.

    Persons go by BSN, and by name with birth date, each by itself, so that an incident that
    has only one of them is joined too. Homes and the place go by postcode and house number.
    A secret address gives none: it would join the dossiers of all who live in one shelter.

    Args:
        incident: whose keys are asked.
        key: the secret of the HMAC-SHA256; who lacks it cannot try names out.
    """
    return joined_by(parts_of(incident, key), incident, key)


def joined_by(parts: Iterable[Part], incident: Incident, key: bytes) -> frozenset[str]:
    """The same, where the parts of the incident's persons are known already."""
    persons = (each for part in parts for each in part.keys)
    return _pseudonyms(_addresses(incident), key).union(persons)


def parts_of(incident: Incident, key: bytes) -> tuple[Part, ...]:
    """Who of those that `dossier_keys` knows had which role, in the same words on every reading.

    Args as of `dossier_keys`.
    """
    found = {
        (person.role, tuple(sorted(subject_keys(person, key))))
        for person in incident.persons
        if person.role in _PARTIES
    }
    return tuple(Part(role=role, keys=keys) for role, keys in sorted(found) if keys)


def subject_keys(subject: Person | Address | Place, key: bytes) -> frozenset[str]:
    """The pseudonyms that incidents with this person, or at this address, have.

    None where too little is told: of a person the BSN, or first name, surname and date of
    birth; of an address its postcode and house number. Args as of `dossier_keys`.
    """
    if isinstance(subject, Person):
        return _pseudonyms([(PERSON, text) for text in person_texts(subject)], key)
    return _pseudonyms(_address(subject), key)


def _pseudonyms(texts: Iterable[tuple[str, str]], key: bytes) -> frozenset[str]:
    return frozenset(
        [
            prefix + hmac.digest(key, f"{prefix}{text}".encode(), "sha256").hex()
            for prefix, text in set(texts)  # persons of one home share it
        ]
    )


def _addresses(incident: Incident) -> Iterator[tuple[str, str]]:
    for person in incident.persons:
        home = person.address
        if person.role in _PARTIES and home is not None and home.secret is not True:
            yield from _address(home)
    if incident.place is not None and not _is_secret(incident.place, incident):
        yield from _address(incident.place)


def person_texts(person: Person) -> Iterator[str]:
    """What a person is known by again: BSN, and name with birth date, each by itself.

    Personal data, to be digested under a key at once.
    """
    if person.bsn:
        yield f"bsn:{person.bsn}"
    if person.surname and person.given_names and person.birth_date:
        first = person.given_names.split()[0] if person.given_names.split() else ""
        name = f"{_letters(first)}:{_letters(person.surname)}"
        yield f"name:{name}:{person.birth_date}"


def _address(address: Address | Place) -> Iterator[tuple[str, str]]:
    key = _address_key(address)
    if key:
        yield ADDRESS, key


def _address_key(address: Address | Place) -> str:
    postcode, number = _letters(address.postcode or ""), _letters(address.house_number or "")
    return f"{postcode}:{number}" if postcode and number else ""


def _is_secret(place: Place, incident: Incident) -> bool:
    """Whether the place is somebody's secret home."""
    key = _address_key(place)
    return any(
        person.address is not None
        and person.address.secret is True
        and _address_key(person.address) == key
        for person in incident.persons
    )


def _letters(text: str) -> str:
    """Letters and digits only, without accents and case: "De Vries-Ünal" as "devriesunal"."""
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded)
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))
