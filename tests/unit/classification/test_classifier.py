"""Classification: what is labelled is HG, what points to HG is suspected, the rest is not."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ketensluis.classification.classifier import Classified, load_classifier
from ketensluis.classification.dossier import dossier_keys, person_texts, subject_keys
from ketensluis.errors import KetensluisError
from ketensluis.model.incident import Address, Incident, Person, Place, Relation
from ketensluis.model.resources import resource

CLASSIFIER = load_classifier(resource("reference"))
ON = date(2026, 3, 2)
KEY = b"k" * 32
HOME = Address(postcode="7511 SA", house_number="65 A")


def incident(**changed: Any) -> Incident:
    fields = {
        "incident_id": "PL0600-2026000001",
        "sequence": 1,
        "event": "registered",
        "registered_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
        "occurred_at": datetime(2026, 3, 2, 8, tzinfo=UTC),
        "unit": "Oost-Nederland",
        "team": "t",
        "municipality": "GM0153",
        "incident_class": "quarrel",
    }
    return Incident(**{**fields, **changed})


def person(person_id: str, role: str = "involved", **changed: Any) -> Person:
    return Person(person_id=person_id, role=role, **changed)


def classified(**changed: Any) -> Classified:
    return CLASSIFIER.classify(incident(**changed), on=ON)


def test_project_code_makes_hg_whatever_else_it_says():
    found = classified(project_codes=("family", "children"), narrative="geen huiselijk geweld")
    assert found == Classified("hg", ("project_code:children", "project_code:family"))


def test_nothing_that_points_to_it_is_not_hg():
    assert classified() == Classified("not_hg")


@pytest.mark.parametrize(
    "kind",
    ["partner", "ex_partner", "parent", "child", "sibling", "family", "household", "family_friend"],
)
def test_relation_of_the_domestic_circle_is_suspected(kind: str):
    found = classified(
        incident_class="other",
        persons=(person("a"), person("b")),
        relations=(Relation(from_="a", to="b", kind=kind),),
    )
    assert found == Classified("suspected", (f"relation:{kind}",))


@pytest.mark.parametrize("kind", ["other", "none", "unknown"])
def test_other_relation_is_not(kind: str):
    relations = (Relation(from_="a", to="b", kind=kind),)
    assert classified(persons=(person("a"), person("b")), relations=relations).signals == ()


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Man slaat zijn vrouw.", "text:wife+assault"),
        ("Aangeefster verklaarde dat zij was mishandeld door haar man.", "text:husband+assault"),
        ("Zij wordt bedreigd door haar ex-partner", "text:ex_partner+threat"),
        ("mw heeft al maanden ruzie met haar ex over de omgang", "text:ex_partner+quarrel"),
        ("Buren melden dat mijnheer z'n vrouw uitscheldt, er is geschreeuw", "text:wife+quarrel"),
        ("Gebeld door buurvrouw dat vader zijn zoon slaat", "text:child+assault"),
        ("Hij kon niet weg, zijn zoon sloeg hem met een fles", "text:child+assault"),
        ("Er is sprake van huiselijk geweld.", "text:domestic_violence"),
        ("Betreft relationele ruzie tussen beide partijen", "text:relational_problems"),
        ("Ex-vriend stalkt haar al weken", "text:ex_partner+stalking"),
        ("Zij zijn sinds mei gescheiden en er is ruzie over het kind", "text:separation+quarrel"),
        (
            "Dader is de ex van het slachtoffer. Hij heeft haar geslagen.",
            "text:ex_partner+assault",
        ),
        (
            "Hebben samen 2 kinderen. Hij heeft haar met de dood bedreigd.",
            "text:living_together+threat",
        ),
        ("Er werd een huiselijke twist gemeld", "text:relational_problems"),
        ("Eerwraak gevreesd", "text:honour"),
        ("Ruzie tussen man en vrouw", "text:partner+quarrel"),
        ("HG. Man/vrouw ruzie.", "text:domestic_violence"),
        ("ruzie tussen echtelieden", "text:partner+quarrel"),
        ("vriend heeft vriendin geslagen in woning", "text:partner+assault"),
        ("Zus door broer bij keel gegrepen.", "text:sibling+strangling"),
        ("Stiefvader randt meisje aan.", "text:parent+sexual"),
        ("Ex stuurt haar honderden appjes en volgt haar.", "text:ex_partner+stalking"),
        ("Zij mag van haar man de deur niet uit", "text:husband+control"),
        ("Zij zou door haar familie worden uitgehuwelijkt.", "text:honour"),
        ("Partner heeft een blauw oog en zegt gevallen te zijn", "text:partner+assault"),
        ("Zij zegt dat haar man haar opsluit", "text:husband+control"),
        ("De dochter werd door de stiefvader verkracht", "text:child+sexual"),
        ("MOEDER HEEFT HAAR DOCHTER GESLAGEN", "text:parent+assault"),
    ],
)
def test_violence_near_the_domestic_circle_in_a_text_is_suspected(text: str, signal: str):
    found = classified(incident_class="other", narrative=text)
    assert found.classification == "suspected"
    assert signal in found.signals


@pytest.mark.parametrize(
    "text",
    [
        "Winkeldief aangehouden. Hij bedreigde de beveiliger. Zijn vrouw haalde hem op.",
        "De zoon werd op straat geslagen door een onbekende man.",
        "Vader werd door zijn buurman bedreigd.",
        "Geen huiselijk geweld. Geluidsoverlast van feest.",
        "Buurman schreeuwde en schold over de heg.",
        "Zijn vrouw en dochter kwamen hem halen, ook zijn moeder en broer waren er.",
        "Partijen hebben niet gevochten. Moeder heeft nooit ruzie gezien.",
        "Fiets weggenomen bij het station.",
        "Geen HG, ruzie met de buren over de heg.",
        "Aanrijding, bestuurder en zijn vrouw ongedeerd, hond volgt haar.",
        "Inbraak in woning, moeder lag te slapen.",
        "Demente man zoek, zijn vrouw is bang dat hij verdwaald is.",
        "Vrouw werd door een collega lastiggevallen, haar man kwam haar halen.",
    ],
)
def test_text_without_violence_in_the_circle_is_not(text: str):
    assert classified(incident_class="other", narrative=text).classification == "not_hg"


def test_class_and_shared_home_support_but_do_not_suffice():
    persons = (person("a", address=HOME), person("b", address=HOME))
    found = classified(incident_class="domestic_quarrel", persons=persons)
    assert found == Classified("not_hg", ("address:shared", "class:domestic_quarrel"))
    with_text = classified(
        incident_class="domestic_quarrel", persons=persons, narrative="Zijn vrouw was er ook."
    )
    assert with_text.classification == "suspected"


def test_signals_never_quote_the_text():
    text = "Jansen sloeg zijn vrouw Fatima, tel 0600123456"
    signals = " ".join(classified(narrative=text).signals)
    assert not {"jansen", "fatima", "0600123456"} & set(signals.lower().replace("+", " ").split())


ANNA = person("a", "victim", given_names="Anna Maria", surname="De Boër", birth_date="1990-01-01")


@pytest.mark.parametrize(
    ("earlier", "later", "signal"),
    [
        (ANNA, person("x", bsn="123456789"), None),
        (person("a", bsn="123456789"), person("x", "suspect", bsn="123456789"), "history:person"),
        (
            ANNA,
            person("x", given_names="anna", surname="de boer", birth_date="1990-01-01"),
            "history:person",
        ),
        (
            person("a", bsn="123456789"),
            person("x", "witness", bsn="123456789"),
            None,
        ),
        (
            person("a", address=HOME),
            person("x", address=Address(postcode="7511sa", house_number="65a")),
            "history:address",
        ),
        (
            person("a", address=Address(postcode="7511SA", house_number="65A", secret=True)),
            person("x", address=HOME),
            None,
        ),
    ],
)
def test_earlier_hg_of_the_same_dossier_is_suspected(
    earlier: Person, later: Person, signal: str | None
):
    now = incident(persons=(later,))
    before = incident(persons=(earlier,), project_codes=("family",))
    found = CLASSIFIER.classify(
        now, on=ON, keys=dossier_keys(now, KEY), earlier=dossier_keys(before, KEY)
    )
    assert found.signals == ((signal,) if signal else ())
    assert found.classification == ("suspected" if signal else "not_hg")


def test_address_of_earlier_hg_says_nothing_of_a_class_without_persons():
    place = Place(postcode="7511SA", house_number="65A")
    now = incident(place=place, incident_class="other")
    keys = dossier_keys(now, KEY)
    assert CLASSIFIER.classify(now, on=ON, keys=keys, earlier=keys).classification == "not_hg"


def test_place_that_is_a_secret_home_gives_no_key():
    secret = person("a", address=Address(postcode="7511SA", house_number="65A", secret=True))
    now = incident(place=Place(postcode="7511 sa", house_number="65a"), persons=(secret,))
    assert dossier_keys(now, KEY) == frozenset()


@pytest.mark.parametrize(
    ("postcode", "number"), [(None, "65A"), ("7511SA", None), (None, None), ("- -", "65A")]
)
def test_an_address_with_too_little_told_gives_no_key(postcode: str | None, number: str | None):
    little = Address(postcode=postcode, house_number=number)
    assert subject_keys(little, KEY) == frozenset()
    assert dossier_keys(incident(persons=(person("a", address=little),)), KEY) == frozenset()


def test_a_place_gives_a_key_unless_it_is_itself_the_secret_home():
    place = Place(postcode="7511SA", house_number="65A")
    elsewhere = Address(postcode="7512SB", house_number="1", secret=True)
    others = (
        person("a"),
        person("b", address=elsewhere),
        person("c", "witness", address=HOME),
    )
    keys = dossier_keys(incident(place=place, persons=others), KEY)
    assert keys == subject_keys(place, KEY)
    assert len(keys) == 1


@pytest.mark.parametrize(
    "changed",
    [{"given_names": "Berta"}, {"surname": "De Vries"}, {"birth_date": "1990-01-02"}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_person_is_known_again_by_first_name_surname_and_birth_date_together(
    changed: dict[str, str],
):
    known = {"given_names": "Anna", "surname": "De Boër", "birth_date": "1990-01-01"}
    other = person("x", **known | changed)
    assert len(subject_keys(other, KEY)) == 1
    assert not subject_keys(other, KEY) & subject_keys(ANNA, KEY)


def test_of_a_first_name_that_is_blank_nothing_is_taken():
    blank = person("x", given_names=" ", surname="De Boer", birth_date="1990-01-01")
    assert list(person_texts(blank)) == ["name::deboer:1990-01-01"]


def test_dossier_keys_differ_by_key_and_hold_nothing_readable():
    one = incident(persons=(ANNA, person("b", bsn="123456789", address=HOME)))
    keys = dossier_keys(one, KEY)
    assert len(keys) == 3
    assert not keys & dossier_keys(one, b"another" * 5)
    for text in ("anna", "boer", "1990", "123456789", "7511"):
        assert not any(text in key.split(":")[1] for key in keys if text.isalpha())
        assert all(len(key.split(":")[1]) == 64 for key in keys)


def test_rules_of_the_day_are_those_in_force(tmp_path: Path):
    original = (resource("reference") / "classification.yaml").read_text(encoding="utf-8")
    version = original[original.index("  - valid_from") :]
    later = version.replace("2021-01-01", "2026-01-01").replace("quarrel: 0.4", "quarrel: 1.0")
    (tmp_path / "classification.yaml").write_text(original + later, encoding="utf-8")
    classifier = load_classifier(tmp_path)
    one = incident(incident_class="domestic_quarrel")
    said = [
        classifier.classify(one, on=on).classification
        for on in (date(2019, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    ]
    assert said == ["not_hg", "not_hg", "suspected"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("threshold: 1.0", "treshold: 1.0"),
        ("partner: 1.0", "partner: much"),
        ("domestic_quarrel:", "domestic:"),
        ("2021-01-01", "2021-13-01"),
        ("versions:", "versions: []\nrest:"),
        ("stems: [mishandel", "stems: [mis"),
        ("id: husband", "id: wife"),
        ("words: [ruzie,", "words: [Ruzie,"),
        ("versions:", "versions: ["),
    ],
)
def test_faulty_rules_are_named_by_file(tmp_path: Path, old: str, new: str):
    original = (resource("reference") / "classification.yaml").read_text(encoding="utf-8")
    assert old in original
    (tmp_path / "classification.yaml").write_text(original.replace(old, new), encoding="utf-8")
    with pytest.raises(KetensluisError, match=r"classification\.yaml: ") as caught:
        load_classifier(tmp_path)
    assert caught.value.code == "bad_reference"


@pytest.mark.parametrize("begins", ["2020-12-31", "2021-01-01"])
def test_versions_that_do_not_follow_each_other_are_refused(tmp_path: Path, begins: str):
    original = (resource("reference") / "classification.yaml").read_text(encoding="utf-8")
    version = original[original.index("  - valid_from") :].replace("2021-01-01", begins)
    (tmp_path / "classification.yaml").write_text(original + version, encoding="utf-8")
    with pytest.raises(KetensluisError, match=r"classification\.yaml: the versions do not"):
        load_classifier(tmp_path)


def test_a_stem_of_four_letters_is_long_enough(tmp_path: Path):
    original = (resource("reference") / "classification.yaml").read_text(encoding="utf-8")
    changed = original.replace("stems: [mishandel", "stems: [mish")
    (tmp_path / "classification.yaml").write_text(changed, encoding="utf-8")
    found = load_classifier(tmp_path).classify(incident(narrative="hij mishd zijn vrouw"), on=ON)
    assert found.signals == ("text:wife+assault",)


def test_missing_rules_are_named(tmp_path: Path):
    with pytest.raises(KetensluisError, match=r"classification\.yaml: cannot be read"):
        load_classifier(tmp_path)
