"""Overrides on fields: they go before the rules, and never before what is protected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from made_incidents import AT, HOME, SECRET, agreement, incident, person

from ketensluis.model.incident import Incident
from ketensluis.model.override import Override
from ketensluis.redaction.pseudonyms import Pseudonyms
from ketensluis.redaction.reasons import override_in_words
from ketensluis.redaction.redactor import Redacted, Redactor

PEOPLE = [
    person("p1", "victim", surname="Zandoogje", phone="0655501234", birth_date="1990-05-06"),
    person("p2", "suspect", surname="Koolwitje", phone="0655505678"),
    person("p3", "reporter", surname="Dagpauwoog", phone="0655509999", anonymous=True),
]
NAMES = {"id": "names", "fields": ["persons[].person_id", "persons[].role", "persons[].surname"]}


def widening(*paths: str, **changed: Any) -> Override:
    given: dict[str, Any] = {
        "override_id": "o1",
        "incident_id": "PL0100-2026000001",
        "recipient": "vt:groningen",
        "effect": "release",
        "paths": paths,
        "reason": "consent",
        "by_role": "privacy_officer",
        "given_at": AT,
        "until": AT + timedelta(days=1),
    }
    return Override(**given | changed)


def narrowing(*paths: str, **changed: Any) -> Override:
    return widening(*paths, **{"effect": "withhold", "reason": "hold_safety"} | changed)


def redacted(record: Incident, *overrides: Override, rules: Any = (NAMES,)) -> Redacted:
    redactor = Redactor(agreement(*rules), Pseudonyms(SECRET))
    return redactor.redact(
        record,
        recipient="vt:groningen",
        at=AT,
        masker=lambda text, *_: text.replace("Zandoogje", "[naam]"),
        overrides=overrides,
    )


def rules_by_path(found: Redacted) -> dict[str, tuple[str, str]]:
    return {said.path: (said.action, said.rule) for said in found.verdicts}


def phones(found: Redacted) -> list[str | None]:
    return [each.phone for each in found.released.persons or ()]


def test_a_field_that_no_rule_names_goes_for_the_role_that_the_override_names():
    found = redacted(incident(persons=PEOPLE), widening("persons[victim].phone"))
    assert phones(found) == ["0655501234", None]
    assert rules_by_path(found)["persons[0].phone"] == ("release", "override.o1")
    assert rules_by_path(found)["persons[1].phone"] == ("withhold", "default-deny")


def test_an_override_widens_what_a_rule_withholds_or_generalises():
    rules = (
        {"id": "never", "fields": "persons[].phone", "action": "withhold"},
        {"id": "year", "fields": "persons[].birth_date", "action": "generalise", "to": "year"},
    )
    given = widening("persons[].phone", "persons[].birth_date")
    found = redacted(incident(persons=PEOPLE), given, rules=rules)
    assert phones(found) == ["0655501234", "0655505678"]
    assert found.released.persons is not None
    assert found.released.persons[0].birth_date == "1990-05-06"


def test_an_override_narrows_what_a_rule_releases():
    found = redacted(incident(persons=PEOPLE), narrowing("persons[victim].surname"))
    assert [each.surname for each in found.released.persons or ()] == [None, "Koolwitje"]
    (kept,) = [each for each in found.withheld if each.path == "persons[0].surname"]
    assert kept.rule == "override.o1"


def test_of_two_overrides_on_one_field_the_one_that_withholds_counts():
    both, role = "persons[].phone", "persons[victim].phone"
    for paths in ((both, role), (role, both), (role, role), (both, both)):
        for first in (0, 1):
            given = [widening(paths[0], override_id=f"o{first}"), narrowing(paths[1], override_id=f"o{1 - first}")]  # fmt: skip # noqa: E501
            assert phones(redacted(incident(persons=PEOPLE), *given))[0] is None


def test_several_overrides_hold_together_and_the_first_by_id_is_named():
    given = [
        widening("persons[victim].phone", override_id="o3"),
        widening("persons[victim].phone", "persons[victim].birth_date", override_id="o2"),
        narrowing("persons[suspect].surname", override_id="o1"),
    ]
    for order in (given, given[::-1]):
        said = rules_by_path(redacted(incident(persons=PEOPLE), *order))
        assert said["persons[0].phone"] == ("release", "override.o2")
        assert said["persons[0].birth_date"] == ("release", "override.o2")
        assert said["persons[1].surname"] == ("withhold", "override.o1")


def test_a_narrative_that_one_override_releases_and_another_withholds_stays():
    record = incident(persons=PEOPLE[:2], narrative="Er werd gebeld.")
    given = [widening("narrative", override_id="o1"), narrowing("narrative", override_id="o2")]
    for order in (given, given[::-1]):
        found = redacted(record, *order)
        assert found.released.narrative is None
        assert rules_by_path(found)["narrative"] == ("withhold", "override.o2")


def test_nothing_of_an_anonymous_reporter_goes_whatever_is_overruled():
    found = redacted(incident(persons=PEOPLE), widening("persons[].phone", "persons[].surname"))
    assert len(found.released.persons or ()) == 2
    assert rules_by_path(found)["persons[2].phone"] == ("withhold", "protected.anonymous_reporter")


def test_a_secret_address_stays_whatever_is_overruled():
    address = HOME | {"municipality": "GM0014", "secret": True}
    people = [person("p1", "victim", address=address)]
    leaves = [f"persons[].address.{leaf}" for leaf in (*HOME, "municipality")]
    given = widening(*leaves, "municipality", *(f"place.{leaf}" for leaf in HOME))
    found = redacted(incident(persons=people, relations=[], place=HOME), given)
    assert found.released.persons is None or found.released.persons[0].address is None
    assert found.released.place is None
    assert found.released.municipality is None


def test_a_relation_still_needs_both_its_persons():
    relation = ("relations[].from", "relations[].to", "relations[].kind")
    people = [{"id": "one", "fields": "persons[].person_id", "when": {"role": "victim"}}]
    found = redacted(incident(), widening(*relation), rules=people)
    assert found.released.relations is None
    both = redacted(incident(), widening(*relation, "persons[].person_id"), rules=people)
    assert both.released.relations is not None


def test_a_narrative_that_is_released_by_override_goes_masked_all_the_same():
    record = incident(persons=PEOPLE[:2], narrative="Zandoogje belde.")
    found = redacted(record, widening("narrative"))
    assert found.released.narrative == "[naam] belde."
    assert rules_by_path(found)["narrative"] == ("mask", "override.o1")


def test_a_narrative_is_kept_back_by_override():
    masked = [{"id": "text", "fields": "narrative", "action": "mask"}]
    record = incident(narrative="Er werd gebeld.")
    found = redacted(record, narrowing("narrative"), rules=masked)
    assert found.released.narrative is None
    assert rules_by_path(found)["narrative"] == ("withhold", "override.o1")


def test_a_name_that_an_override_withholds_may_not_stand_in_the_text_either():
    masked = [NAMES, {"id": "text", "fields": "narrative", "action": "mask"}]
    record = incident(narrative="Koolwitje sloeg.")
    assert redacted(record, rules=masked).released.narrative == "Koolwitje sloeg."
    found = redacted(record, narrowing("persons[].surname"), rules=masked)
    assert found.released.narrative is None


@pytest.mark.parametrize("effect", ["hold", "send"])
def test_an_override_that_names_no_fields_changes_none(effect: Any):
    given = widening(effect=effect, reason="hold_safety")
    assert redacted(incident(), given) == redacted(incident())


def test_a_municipality_that_a_person_keeps_back_goes_in_no_other_form():
    towns = {"id": "town", "fields": ["place.city"], "action": "generalise", "to": "municipality"}
    it = incident(persons=[], relations=[], place=HOME)
    assert rules_by_path(redacted(it, rules=(towns,)))["place.city"] == ("generalise", "town")
    found = redacted(it, narrowing("municipality"), rules=(towns,))
    assert rules_by_path(found)["place.city"] == ("withhold", "override.o1")
    found = redacted(it, widening("municipality"), rules=(towns,))
    assert rules_by_path(found)["place.city"] == ("generalise", "town")


def test_a_municipality_that_a_person_keeps_back_of_one_role_goes_as_the_city_of_no_such_person():
    city = {"fields": ["persons[].address.city"], "action": "generalise", "to": "municipality"}
    home = HOME | {"municipality": "GM0014"}
    people = [person("p1", "victim", address=home), person("p2", "suspect", address=home)]
    it = incident(persons=people, relations=[])
    given = narrowing("persons[victim].address.municipality")
    said = rules_by_path(redacted(it, given, rules=({"id": "town"} | city,)))
    assert said["persons[0].address.city"] == ("withhold", "override.o1")
    assert said["persons[1].address.city"] == ("generalise", "town")


def test_an_override_is_told_in_words_with_who_until_when_and_why():
    nl, en = override_in_words(widening("persons[].phone"))
    assert nl == (
        "Bij besluit van de privacyfunctionaris, tot 2026-03-05: toestemming van de betrokkene."
    )
    assert en == (
        "By decision of the privacy officer, until 2026-03-05: consent of the person concerned."
    )
