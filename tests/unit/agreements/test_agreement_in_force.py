"""Which agreement is in force for whom, about what, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from made_incidents import EXAMPLES, agreement

from ketensluis.agreements.agreement import Reason
from ketensluis.agreements.book import Agreements
from ketensluis.agreements.schema import json_schema


def standing(
    *agreements: Any,
    at: Any,
    recipient: Any = "vt:twente",
    region: Any = "twente",
    scope: Any = "general",
):
    found = Agreements.of(agreements).standing(
        provider="police:oost-nederland", recipient=recipient, region=region, scope=scope, at=at
    )
    return found.status, found.agreement and found.agreement.version


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


FIRST = agreement(valid_from=date(2021, 1, 1), valid_until=date(2025, 7, 1))
SECOND = agreement(version="2", valid_from=date(2025, 7, 1))


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2020-12-31T22:59:59Z", ("no_agreement", None)),
        ("2020-12-31T23:00:00Z", ("in_force", "1")),  # midnight in the Netherlands
        ("2025-06-30T21:59:59Z", ("in_force", "1")),
        ("2025-06-30T22:00:00Z", ("in_force", "2")),
    ],
)
def test_agreements_begin_and_end_at_dutch_midnight(instant: Any, expected: Any):
    assert standing(FIRST, SECOND, at=at(instant)) == expected


def test_an_expired_agreement_is_named_as_the_reason():
    assert standing(FIRST, at=at("2026-01-01T00:00:00Z")) == ("agreement_expired", "1")


def test_of_several_that_have_expired_the_one_that_began_last_is_named():
    last = agreement(version="2", valid_from=date(2025, 7, 1), valid_until=date(2025, 8, 1))
    for order in ((FIRST, last), (last, FIRST)):
        assert standing(*order, at=at("2026-01-01T00:00:00Z")) == ("agreement_expired", "2")


def test_a_named_recipient_goes_before_a_pattern():
    own = agreement(version="own", recipient="vt:twente")
    assert standing(FIRST, SECOND, own, at=at("2026-01-01T00:00:00Z")) == ("in_force", "own")
    assert standing(
        SECOND, own, at=at("2026-01-01T00:00:00Z"), recipient="vt:zeeland", region="zeeland"
    ) == ("in_force", "2")


def test_an_expired_one_of_its_own_blocks_and_the_general_one_does_not_take_over():
    own = agreement(version="own", recipient="vt:twente", valid_until=date(2025, 1, 1))
    assert standing(SECOND, own, at=at("2026-01-01T00:00:00Z")) == ("agreement_expired", "own")


def test_one_of_its_own_that_has_not_begun_leaves_the_general_one_in_force():
    own = agreement(version="own", recipient="vt:twente", valid_from=date(2030, 1, 1))
    assert standing(SECOND, own, at=at("2026-01-01T00:00:00Z")) == ("in_force", "2")


def test_a_named_region_goes_before_every_region():
    here = agreement(version="here", region=["twente"], recipient="om:oost-nederland")
    everywhere = agreement(version="every", recipient="om:oost-nederland")
    now = at("2026-01-01T00:00:00Z")
    asked = {"recipient": "om:oost-nederland", "at": now}
    assert standing(here, everywhere, **asked) == ("in_force", "here")
    assert standing(here, everywhere, **asked, region="zeeland") == ("in_force", "every")


@pytest.mark.parametrize("everyone", ["police", "police:*"])
def test_a_named_provider_goes_before_all_of_its_kind(everyone: str):
    own = agreement(version="own", provider="police:oost-nederland")
    general = agreement(version="every", provider=everyone)
    now = at("2026-01-01T00:00:00Z")
    assert standing(own, general, at=now) == ("in_force", "own")
    assert standing(general, at=now) == ("in_force", "every")


def test_a_kind_and_all_of_a_kind_are_equally_specific():
    both = (agreement(), agreement(version="2", provider="police:*"))
    assert standing(*both, at=at("2026-01-01T00:00:00Z")) == ("no_agreement", None)


def test_the_further_recipients_are_those_whom_an_agreement_alone_names():
    named = ("vt:*", "om:*", "police:*", "gemeente:*", "raad:kinderbescherming")
    book = Agreements.of([agreement(version=each, recipient=each) for each in named])
    found = book.further(provider="police:oost-nederland")
    assert [each.version for each in found] == ["gemeente:*", "raad:kinderbescherming"]


def test_two_at_once_are_none_at_all():
    twin = agreement(version="3")
    assert standing(agreement(), twin, at=at("2026-01-01T00:00:00Z")) == ("no_agreement", None)


def test_another_provider_recipient_or_scope_is_not_covered():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert standing(agreement(provider="om"), at=now)[0] == "no_agreement"
    assert standing(agreement(provider="police:amsterdam"), at=now)[0] == "no_agreement"
    assert standing(agreement(recipient="vt:zeeland"), at=now)[0] == "no_agreement"
    assert standing(agreement(), at=now, scope="restricted")[0] == "no_agreement"
    assert standing(agreement(incident_scope="restricted"), at=now)[0] == "no_agreement"


def test_a_prefix_of_a_party_is_not_the_party():
    assert standing(agreement(), at=at("2026-01-01T00:00:00Z"), recipient="vtx:a")[0] == (
        "no_agreement"
    )


def test_the_json_schema_offers_every_field_by_name():
    fields = json_schema()["$defs"]["Rule"]["properties"]["fields"]["anyOf"][0]["enum"]
    assert "persons[].address.postcode" in fields
    assert "place" not in fields


def test_the_json_schema_takes_the_fields_of_every_example_by_what_it_is_about():
    schema = json_schema()
    for about, branch in (("incident", "else"), ("feedback", "then")):
        of_rule = schema[branch]["properties"]["release"]["items"]["properties"]["fields"]
        offered = set(of_rule["anyOf"][0]["enum"])
        examples = [one for one in EXAMPLES.all if one.about == about]
        assert examples
        for example in examples:
            assert {path for rule in example.release for path in rule.fields} <= offered


def test_a_reason_is_told_once_where_both_languages_say_the_same():
    assert str(Reason(nl="omdat", en="because")) == "omdat / because"
    assert str(Reason(nl="art. 3", en="art. 3")) == "art. 3"
