"""Names go: of the record and beyond it, misspelt, in lower case, and names that are words."""

from __future__ import annotations

import pytest

from ketensluis.model.incident import Address, Person, Place
from ketensluis.redaction.masking import Masker

FATIMA = Person(
    person_id="a",
    role="victim",
    given_names="Fatima",
    surname="El Idrissi",
    birth_date="1985-04-03",
    address=Address(street="Achter de Molens", house_number="3", city="Nergenshuizen"),
)


@pytest.mark.parametrize(
    "text",
    [
        "aangeefster fatima el idrisi verklaarde",
        "volgens Fatima's zus",
        "F. El Idrissi was overstuur",
        "FATIMA EL IDRISSI huilde",
        "mevrouw idrissi deed open",
        "El-Idrissi was weg",
        "fátima was weg",
    ],
)
def test_a_listed_person_is_masked_in_every_form(masker: Masker, text: str):
    masked = masker.mask(text, [FATIMA]).lower()
    assert "[naam]" in masked
    assert "idris" not in masked
    assert "tima" not in masked


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Getuige Bos verklaarde dat hij niets zag.", "Bos"),
        ("Bos reed weg. Later kwam Bos terug.", "Bos"),
        ("getuige bos verklaarde dat hij niets zag", "bos"),
        ("Collega Visser en verbalisant De Groot waren ter plaatse.", "Groot"),
        ("Mei stond in de gang en zei niets.", "Mei"),
        ("Op de bank zat Mei, zijn dochter van vijf.", "Mei"),
        ("Ik hoorde dat Storm haar sloeg.", "Storm"),
        ("De kinderen Roos en Sterre waren thuis.", "Roos"),
        ("Van der Meer reed weg.", "Meer"),
        ("De Boer ontkende alles.", "Boer"),
        ("meneer zwart deed open", "zwart"),
        ("verdachte heet jan de bruin", "bruin"),
        ("volgens bakker was het niet de eerste keer", "bakker"),
        ("de kinderen heten bo, roos en sam", "roos"),
        ("hij heet Can en woont daar met Nur en Su", "Can"),
        ("Aangetroffen werd Hodan Warsame Abdi.", "Hodan"),
        ("haar vriend piotr wiśniewski sloeg haar", "piotr"),
        ("Tesfay Gebremariam spreekt Tigrinya.", "Gebremariam"),
        ("zij belde met Xiu Zhang", "Zhang"),
        ("hij noemt zich Stoyan Dimitrov", "Stoyan"),
        ("mw Sewnandan en haar nicht Sharda", "Sharda"),
        ("bijgenaamd rooie ruud", "rooie"),
        ("Advocaat mr. A.C. de Bruijn belde", "Bruijn"),
        ("verdachte K. weigerde", "K."),
    ],
)
def test_a_person_in_no_record_is_masked(masker: Masker, text: str, name: str):
    assert name not in masker.mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "In mei en april was het rustig.",
        "Hij zag een groen licht en een wit busje.",
        "Water stond op de grond. Wit poeder lag op tafel.",
        "De bakker op de hoek heeft niets gezien.",
        "Hij heeft haar in het bos achtergelaten.",
        "Op 12 jan 2020 kwam hij terug.",
        "De buurman, de man en de vrouw hadden ruzie.",
    ],
)
def test_a_word_that_could_be_a_name_stays_where_it_is_a_word(masker: Masker, text: str):
    assert masker.mask(text) == text


def test_a_street_and_town_of_the_record_are_masked_though_they_are_words(masker: Masker):
    masked = masker.mask("zij liep achter de molens in nergenshuizen", [FATIMA])
    assert "molens" not in masked
    assert "nergenshuizen" not in masked


def test_a_place_of_the_incident_is_masked(masker: Masker):
    masked = masker.mask("wij gingen naar het eind 5", (), Place(street="Het Eind", city=None))
    assert "eind" not in masked


def test_a_birth_date_of_the_record_is_masked_however_it_is_written(masker: Masker):
    for written in ("3-4-1985", "03-04-85", "3 april 1985", "3 apr. '85", "1985-04-03"):
        assert masker.mask(f"op {written} was", [FATIMA]) == "op [geboortedatum] was"
