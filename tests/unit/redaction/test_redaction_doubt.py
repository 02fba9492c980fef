"""What cannot be told from what is known: it lets nothing through, and it counts if it protects."""

from __future__ import annotations

from typing import Any

import pytest
from made_incidents import AT, HOME, SECRET, agreement, incident, person

from ketensluis.model.incident import Incident
from ketensluis.redaction.free_text import NO_MASKER, SURVIVED, masked_narrative
from ketensluis.redaction.pseudonyms import Pseudonyms
from ketensluis.redaction.redactor import Redactor


def goes(it: Incident, field: str, when: dict[str, Any]) -> bool:
    """Whether a field that is released goes, next to a rule that withholds it under conditions."""
    rules = (
        {"id": "open", "fields": field},
        {"id": "shut", "fields": field, "action": "withhold", "when": when},
    )
    redactor = Redactor(agreement(*rules), Pseudonyms(SECRET))
    found = redactor.redact(it, recipient="vt:groningen", at=AT, masker=None)
    return not any(kept.rule == "shut" for kept in found.withheld)


@pytest.mark.parametrize(
    ("when", "changed", "told"),
    [
        ({"case_type": "complaint"}, {"case_type": "complaint"}, False),
        ({"case_type": "complaint"}, {"case_type": "unknown"}, False),
        ({"case_type": "complaint"}, {}, False),
        ({"case_type": "complaint"}, {"case_type": "report"}, True),
        ({"children_present": "yes"}, {"children_present": "unknown"}, False),
        ({"children_present": "yes"}, {"children_present": "no"}, True),
        ({"risk": "high"}, {}, False),
        ({"risk": "high"}, {"risk": [{"instrument": "sash", "level": "unknown"}]}, False),
        ({"risk": "high"}, {"risk": [{"instrument": "sash", "level": "low"}]}, True),
        ({"violence": "stalking"}, {}, True),
        ({"violence": "stalking"}, {"violence": ["threat"]}, True),
        ({"measures": "arrest"}, {}, True),
    ],
)
def test_a_rule_on_the_incident_that_may_apply_withholds(when: Any, changed: Any, told: bool):  # noqa: FBT001 - a case
    assert goes(incident(**changed), "team", when) is told


@pytest.mark.parametrize(
    ("born", "told"),
    [
        ("2008-03-02", False),  # 17
        ("2008-03-01", True),  # 18 on the day
        ("2014-03-01", False),  # 12 on the day
        ("2014-03-02", True),  # 11
        (None, False),
        ("2026-03-02", False),  # born after the incident: a mistake, so not to be told
        ("2026-03-01", True),  # born on the day
    ],
)
def test_a_rule_on_age_that_may_apply_withholds(born: str | None, told: bool):  # noqa: FBT001 - a case
    it = incident(persons=[person("p1", "victim", sex="f", birth_date=born)], relations=[])
    assert goes(it, "persons[].sex", {"age": {"from": 12, "under": 18}}) is told


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ([], True),
        (["unknown"], False),
        (["sibling"], True),
        (["sibling", "unknown"], False),
        (["unknown", "sibling"], False),
        (["sibling", "child"], False),
    ],
)
def test_a_rule_on_a_relation_that_may_be_there_withholds(kinds: list[str], told: bool):  # noqa: FBT001 - a case
    people = [person("p1", "victim"), person("p2", "involved", sex="m"), person("p3", "witness")]
    relations = [{"from": "p1", "to": "p3", "kind": "child"}]
    relations += [{"from": "p2", "to": "p1", "kind": kind} for kind in kinds]
    it = incident(persons=people, relations=relations)
    assert goes(it, "persons[].sex", {"relation": {"kind": "child", "of": "victim"}}) is told


def text_of(it: Incident, masked: str, *withheld: str) -> tuple[str | None, str | None]:
    seen: list[Any] = []

    def masker(*given: Any) -> str:
        seen.append(given)
        return masked

    found = masked_narrative(it, masker, frozenset(withheld))
    assert seen == [(it.narrative or "", it.persons, it.place)]
    return found


def named(**fields: Any) -> Incident:
    return incident(
        persons=[person("p1", "victim", **fields)], relations=[], narrative="x", place=HOME
    )


def test_the_masker_is_given_the_text_the_persons_and_the_place():
    assert text_of(named(surname="Zandoogje"), "een ander verhaal") == ("een ander verhaal", None)
    assert masked_narrative(incident(narrative="x"), None, frozenset()) == (None, NO_MASKER)


@pytest.mark.parametrize(
    ("fields", "leaf", "masked", "stays"),
    [
        ({"surname": "Zandoogje"}, "surname", "zandoogje zei", False),
        ({"surname": "Zandoogje"}, "surname", "het zandoogjespad", True),
        ({"surname": "Mosman"}, "surname", "mosman zei", False),  # six letters: whatever the case
        ({"surname": "Bosch"}, "surname", "in het bosch", True),  # five: only as it is written
        ({"surname": "Bosch"}, "surname", "in het bosch aan de Boschweg", True),
        ({"surname": "Bosch"}, "surname", "met Bosch mee", False),
        ({"surname": "Bos"}, "surname", "met Bos mee", False),
        ({"surname": "Al"}, "surname", "Al met al", True),  # two letters are words too often
        ({"given_names": "Bonte Zandoog"}, "given_names", "met Bonte mee", False),
        ({"phone": "123-456"}, "phone", "bel 12 34 56", False),
        # Six digits are enough to know it by, without what else is written there.
        ({"phone": "tst 123456"}, "phone", "bel 123456", False),
        ({"phone": "12345"}, "phone", "bel 12345", False),
        ({"phone": "12345"}, "phone", "bel 1234", True),
        ({"phone": "0655501234"}, "phone", "bel +31 6 5550 1234", False),
        ({"birth_date": "1990-05-17"}, "birth_date", "geboren 17-05-1990", False),
        ({"birth_date": "1990-05-17"}, "birth_date", "geboren 1990/05/17", False),
        ({"birth_date": "1990-05-17"}, "birth_date", "geboren in 1990", True),
        ({"address": {"postcode": "9711ZZ"}}, "address.postcode", "te 9711 zz", False),
        ({"address": {"postcode": "9711ZZ"}}, "address.postcode", "te 9711 aa", True),
        ({"email": "a.b1@c.nl"}, "email", "mail A.B1 @c.nl", False),
        ({"bsn": "999999990"}, "bsn", "nummer 9999.99.990", False),
        # However it is coded: composed or not, full width, with what has no width in between.
        ({"surname": "Kerr\u00e9s"}, "surname", "met kerre\u0301s mee", False),
        ({"surname": "Kerre\u0301s"}, "surname", "met Kerres mee", False),
        ({"surname": "Zandoogje"}, "surname", "met Zand\u200boogje mee", False),
        ({"phone": "0612345678"}, "phone", "bel \uff10\uff1612345678", False),
        # An i without its dot is one, in the name or in the text.
        ({"surname": "K\u0131l\u0131\u00e7dar"}, "surname", "met kilicdar mee", False),
        ({"surname": "Kilicdar"}, "surname", "met K\u0131l\u0131\u00e7dar mee", False),
        # What may go, may stand there.
        ({"surname": "Zandoogje"}, None, "zandoogje zei", True),
        ({"birth_date": "1990-05-17"}, None, "geboren 17-05-1990", True),
        ({"address": {"postcode": "9711ZZ"}}, None, "te 9711 zz", True),
        # What is no date cannot be looked for, and does not stop the rest.
        ({"birth_date": "1990-13-17"}, "birth_date", "geboren 17-05-1990", True),
    ],
)
def test_a_text_in_which_a_withheld_value_can_still_be_read_stays(
    fields: Any,
    leaf: str | None,
    masked: str,
    stays: bool,  # noqa: FBT001 - a case
):
    withheld = [f"persons[0].{leaf}"] if leaf else []
    found = text_of(named(**fields), masked, *withheld)
    assert found == ((masked, None) if stays else (None, SURVIVED))


@pytest.mark.parametrize(
    ("address", "masked", "stays"),
    [
        ({**HOME, "city": "Assen"}, "ze woont in Assen", False),
        ({"city": "'s-Gravenhage"}, "ze woont in Den Haag", False),
        ({"city": "Den Haag"}, "ze woont in 's-Gravenhage", False),
        ({**HOME, "city": "Assen"}, "bij de elzenlaan", False),
        ({**HOME, "city": "Assen"}, "te 9711 zz", False),
        ({**HOME, "city": "Assen"}, "ze woont in Haren", True),
        ({"street": "Elzenlaan"}, "ze woont in Haren", True),
        ({"city": "Assen"}, "bij de Elzenlaan", True),
    ],
)
def test_a_text_in_which_a_hidden_address_can_still_be_read_stays(
    address: dict[str, str],
    masked: str,
    stays: bool,  # noqa: FBT001 - a case
):
    found = text_of(named(address=address | {"secret": True}), masked)
    assert found == ((masked, None) if stays else (None, SURVIVED))


@pytest.mark.parametrize(
    ("field", "form", "narrative"),
    [
        ("surname", {"action": "pseudonymise"}, "met Zandoogje mee"),
        ("birth_date", {"action": "generalise", "to": "year"}, "geboren 17-05-1990"),
    ],
)
def test_a_text_that_tells_what_goes_in_another_form_stays(
    field: str, form: dict[str, str], narrative: str
):
    fields = {"surname": "Zandoogje", "birth_date": "1990-05-17"}
    people = [person("p1", "victim", **fields)]
    it = incident(persons=people, relations=[], narrative=narrative)
    rules = (
        {"id": "other-form", "fields": f"persons[].{field}"} | form,
        {"id": "text", "fields": "narrative", "action": "mask"},
    )
    redactor = Redactor(agreement(*rules), Pseudonyms(SECRET))
    found = redactor.redact(it, recipient="vt:groningen", at=AT, masker=lambda text, *_: text)
    assert found.released.narrative is None
    assert {kept.path: kept.rule for kept in found.withheld}["narrative"] == SURVIVED
