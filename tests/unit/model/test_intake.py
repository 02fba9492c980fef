"""Intake: what fits comes in, what does not is refused with code and field, without value."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ketensluis.errors import Refused
from ketensluis.model.incident import Incident, Person
from ketensluis.model.intake import (
    CODES,
    MAX_LINE,
    check,
    content_digest,
    notes,
    parse_incident,
    read_lines,
    to_json,
)
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource

REGIONS = load_regions(resource("reference"))
REQUIRED = {
    "incident_id": "PL0600-2026000001",
    "sequence": 1,
    "event": "registered",
    "registered_at": "2026-03-02T10:00:00+01:00",
    "occurred_at": "2026-03-02T08:30:00Z",
    "unit": "Oost-Nederland",
    "team": "Team Zuid",
    "municipality": "GM0153",
    "incident_class": "quarrel",
}
ANNA = {"person_id": "anna", "role": "victim"}
BERT = {"person_id": "bert", "role": "suspect"}


def parse(**changed: object) -> Incident:
    return parse_incident(json.dumps({**REQUIRED, **changed}).encode(), REGIONS)


def refused(line: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        parse_incident(line, REGIONS)
    assert caught.value.code in CODES
    assert caught.value.remedy
    return caught.value


def refused_with(**changed: object) -> Refused:
    return refused(json.dumps({**REQUIRED, **changed}).encode())


def refused_person(**changed: object) -> Refused:
    return refused_with(persons=[ANNA, {**BERT, **changed}])


def test_required_fields_alone_are_enough_for_every_event():
    for event in ("registered", "amended", "withdrawn"):
        assert parse(event=event).event == event


def test_every_field_of_the_contract_is_read():
    incident = parse(
        recorded_at="2026-03-02T11:00:00Z",
        place={"street": "Brumelstraat", "house_number": "65A", "postcode": "7511SA", "city": "E"},
        project_codes=["female_partner", "children"],
        case_type="complaint",
        violence=["physical", "witnessed"],
        children_present="yes",
        persons=[
            {
                **ANNA,
                "given_names": "Anna",
                "surname": "Bos",
                "birth_date": "1990-02-28",
                "sex": "f",
                "bsn": "123456789",
                "address": {"municipality": "GM0370", "secret": True},
                "phone": "0600123456",
                "email": "anna@example.org",
                "anonymous": False,
                "police_employee": None,
            },
            BERT,
        ],
        relations=[{"from": "anna", "to": "bert", "kind": "ex_partner"}],
        measures=[{"kind": "arrest", "imposed_at": "2026-03-02T09:00:00+01:00", "until": None}],
        risk=[{"instrument": "rihg", "level": "high"}],
        narrative="Regel een.\n\tRegel twee.",
        reporting_officer={"number": "1", "team": "t"},
        hold={"reason": "hold_safety", "until": "2026-03-05T00:00:00Z", "by_role": "officier"},
        restricted=True,
    )
    assert incident.relations[0].from_ == "anna"
    assert incident.measures[0].imposed_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert incident.persons[0].address is not None
    assert incident.persons[0].address.secret is True
    assert parse_incident(to_json(incident), REGIONS) == incident


def test_times_are_converted_to_utc():
    assert parse().registered_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert parse(registered_at="2026-03-02t09:00:00.5z").registered_at.microsecond == 500_000
    precise = parse(registered_at="2026-03-02T09:00:00.123456789-00:00").registered_at
    assert precise.microsecond == 123_456


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-02T10:00:00",
        "2026-03-02 10:00:00Z",
        "2026-03-02T10:00Z",
        "2026-03-02T10:00:00+0100",
        "2026-03-02T10:00:00+24:00",
        "2026-03-02T24:00:00Z",
        "2026-12-31T23:59:60Z",
        "2026-02-29T10:00:00Z",
        "2026-W10-1T10:00:00Z",
        "2026-03-02",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1900-01-01T00:00:00+01:00",
        "2999-12-31T23:59:59-01:00",
        "9999-12-31T23:59:59-12:00",
        "2026-03-02T10:00:00Z\n",
        "٢٠٢٦-03-02T10:00:00Z",
        "morgen",
    ],
)
def test_time_that_is_not_one_instant_is_refused(time: str):
    error = refused_with(occurred_at=time)
    assert error.code == "bad_time"
    assert error.sentence.startswith("occurred_at ")


@pytest.mark.parametrize("name", sorted(REQUIRED))
@pytest.mark.parametrize("empty", ["absent", None, ""])
def test_required_field_that_is_absent_null_or_empty_is_refused(name: str, empty: str | None):
    record = dict(REQUIRED)
    if empty == "absent":
        del record[name]
    else:
        record[name] = empty
    error = refused(json.dumps(record).encode())
    assert (error.code, error.sentence.split()[0]) == ("missing_field", name)


def test_blank_required_text_is_refused():
    assert refused_with(team=" \t").code == "missing_field"


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"sequence": 0}, "out_of_range", "sequence"),
        ({"sequence": -1}, "out_of_range", "sequence"),
        ({"sequence": 2**63}, "out_of_range", "sequence"),
        ({"sequence": True}, "wrong_type", "sequence"),
        ({"sequence": 1.0}, "wrong_type", "sequence"),
        ({"sequence": "1"}, "wrong_type", "sequence"),
        ({"event": "changed"}, "unknown_code", "event"),
        ({"event": ["registered"]}, "wrong_type", "event"),
        ({"incident_class": "Quarrel"}, "unknown_code", "incident_class"),
        ({"incident_id": "x" * 65}, "too_long", "incident_id"),
        ({"incident_id": "PL0600\n2026"}, "bad_format", "incident_id"),
        ({"incident_id": "PL0600\u200b2026"}, "bad_format", "incident_id"),
        ({"team": "x" * 1_001}, "too_long", "team"),
        ({"narrative": "é" * 32_769}, "too_long", "narrative"),
        ({"narrative": 5}, "wrong_type", "narrative"),
        ({"narrative": "a\x00b"}, "control_character", "narrative"),
        ({"narrative": "a\x9bb"}, "control_character", "narrative"),
        ({"narrative": "a\ud800"}, "lone_surrogate", "narrative"),
        ({"unit": "Oost Nederland"}, "unknown_unit", "unit"),
        ({"municipality": "GM9999"}, "unknown_municipality", "municipality"),
        ({"municipality": "gm0153"}, "bad_format", "municipality"),
        ({"municipality": "GM0153\n"}, "bad_format", "municipality"),
        ({"place": []}, "wrong_type", "place"),
        ({"place": {"house_number": 65}}, "wrong_type", "place.house_number"),
        ({"place": {"town": "x"}}, "unknown_field", "place.town"),
        ({"persons": None}, "wrong_type", "persons"),
        ({"persons": {}}, "wrong_type", "persons"),
        ({"persons": [None]}, "wrong_type", "persons[0]"),
        ({"persons": [ANNA, ANNA]}, "repeated_person", "persons[1].person_id"),
        ({"project_codes": [""]}, "unknown_code", "project_codes[0]"),
        ({"project_codes": [None]}, "wrong_type", "project_codes[0]"),
        ({"violence": "physical"}, "wrong_type", "violence"),
        ({"measures": [{}]}, "missing_field", "measures[0].kind"),
        ({"hold": {}}, "missing_field", "hold.reason"),
        (
            {"hold": {"reason": "hold_safety", "until": "x", "by_role": "r"}},
            "bad_time",
            "hold.until",
        ),
        ({"restricted": "true"}, "wrong_type", "restricted"),
        ({"restricted": 1}, "wrong_type", "restricted"),
        ({"recorded_at": 0}, "wrong_type", "recorded_at"),
        ({"extra": None}, "unknown_field", "extra"),
        (
            {"persons": [ANNA], "relations": [{"from": "anna", "to": "carl", "kind": "none"}]},
            "unknown_person",
            "relations[0].to",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_code_and_path(
    changed: dict[str, Any], code: str, path: str
):
    error = refused_with(**changed)
    assert (error.code, error.sentence.split()[0]) == (code, path)


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"role": None}, "missing_field", "role"),
        ({"role": "dader"}, "unknown_code", "role"),
        ({"person_id": ""}, "missing_field", "person_id"),
        ({"birth_date": "1990-02-30"}, "bad_date", "birth_date"),
        ({"birth_date": "19900228"}, "bad_date", "birth_date"),
        ({"birth_date": "0000-01-01"}, "bad_date", "birth_date"),
        ({"bsn": "12345678"}, "bad_format", "bsn"),
        ({"bsn": "123456789\n"}, "bad_format", "bsn"),
        ({"bsn": 123456789}, "wrong_type", "bsn"),
        ({"bsn": "١٢٣٤٥٦٧٨٩"}, "bad_format", "bsn"),
        ({"address": {"municipality": "GM9999"}}, "unknown_municipality", "address.municipality"),
        ({"address": {"secret": "yes"}}, "wrong_type", "address.secret"),
    ],
)
def test_what_does_not_fit_in_a_person_is_named_by_index(
    changed: dict[str, Any], code: str, path: str
):
    error = refused_person(**changed)
    assert (error.code, error.sentence.split()[0]) == (code, f"persons[1].{path}")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"\xff\xfe", "bad_utf8"),
        (b'{"team": "\xed\xa0\x80"}', "bad_utf8"),
        (b"{", "bad_json"),
        (b"{} {}", "bad_json"),
        (b"{'a': 1}", "bad_json"),
        (b'{"team": "a\tb"}', "bad_json"),
        (b'{"sequence": NaN}', "bad_json"),
        (b'{"sequence": -Infinity}', "bad_json"),
        (b'{"sequence": 01}', "bad_json"),
        (b"\xef\xbb\xbf{}", "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b'{"persons":' * 50_000, "bad_json"),
        (b'{"sequence": ' + b"9" * 5_000 + b"}", "bad_json"),
        (b'{"sequence": 1e999}', "wrong_type"),
        (b"[]", "wrong_type"),
        (b"null", "wrong_type"),
        (b'"' + b"x" * MAX_LINE + b'"', "too_long"),
        (b'{"team": "a", "team": "b"}', "repeated_key"),
    ],
)
def test_line_that_is_not_one_json_object_is_refused(line: bytes, code: str):
    assert refused(line).code == code


def test_repeated_key_is_named_where_it_stands():
    line = to_json(parse()).replace(
        b'"team"', b'"persons":[{"person_id":"a","role":"child","role":"victim"}],"team"'
    )
    assert refused(line).sentence.startswith("persons[0].role stands twice")


def test_refusal_never_repeats_what_stood_there():
    secret = "Jansen-geheim"
    errors = [
        refused_with(event=secret),
        refused_with(**{"123456789": secret}),
        refused_with(unit=secret),
        refused_with(municipality=secret),
        refused_with(occurred_at=secret),
        refused_with(relations=[{"from": secret, "to": secret, "kind": "none"}]),
        refused_person(role=secret),
        refused_person(birth_date=secret),
        refused_person(bsn=secret),
    ]
    for error in errors:
        assert secret not in str(error)
        assert "123456789" not in str(error)


def test_unknown_key_suggests_the_one_that_was_meant():
    assert "narrative" in refused_with(Narative="x").remedy


def test_absent_null_and_empty_are_the_same_content():
    plain = parse(persons=[ANNA])
    empty = parse(
        persons=[{**ANNA, "surname": "", "bsn": None, "address": {}}],
        place={},
        narrative="",
        hold=None,
        relations=[],
        reporting_officer={"number": None},
    )
    assert empty == plain
    assert content_digest(empty) == content_digest(plain)


def test_digest_tells_content_apart_but_not_notation():
    other_notation = json.dumps(
        dict(reversed({**REQUIRED, "registered_at": "2026-03-02T09:00:00.000Z"}.items())), indent=1
    ).encode()
    assert content_digest(parse()) == content_digest(parse_incident(other_notation, REGIONS))
    assert content_digest(parse()) != content_digest(parse(team="Team Noord"))
    assert content_digest(parse(persons=[ANNA, BERT])) != content_digest(
        parse(persons=[BERT, ANNA])
    )


def test_digest_of_a_producer_that_leaves_empty_texts_is_that_of_one_that_does_not():
    by_avro = Incident(
        **{
            **{name: getattr(parse(), name) for name in REQUIRED},
            "narrative": "",
            "persons": (Person(person_id="anna", role="victim", surname=""),),
        }
    )
    assert content_digest(by_avro) == content_digest(parse(persons=[ANNA]))


def test_incident_that_came_otherwise_than_by_json_is_checked_the_same():
    incident = parse()
    with pytest.raises(Refused, match="is not from 1"):
        check(Incident(**{**as_fields(incident), "sequence": 0}), REGIONS)
    with pytest.raises(Refused, match="has no offset"):
        check(Incident(**{**as_fields(incident), "occurred_at": datetime(2026, 1, 1)}), REGIONS)  # noqa: DTZ001 - the fault itself
    with pytest.raises(Refused, match="blank"):
        check(Incident(**{**as_fields(incident), "unit": ""}), REGIONS)


def as_fields(incident: Incident) -> dict[str, object]:
    return {name: getattr(incident, name) for name in incident.__struct_fields__}


def test_what_is_odd_but_allowed_is_noted_by_path_only():
    incident = parse(
        persons=[{**ANNA, "bsn": "123456789", "birth_date": "2026-03-03"}, {**BERT, "bsn": None}]
    )
    assert notes(incident) == (
        "persons[0].bsn fails the 11-test",
        "persons[0].birth_date is after the incident, read as unknown",
    )
    assert notes(parse(persons=[{**ANNA, "bsn": "111222333"}])) == ()
    assert notes(parse(persons=[{**ANNA, "bsn": "000000000"}]))


def test_lines_end_at_line_feed_only_and_blank_ones_are_skipped():
    first = to_json(parse(narrative="a\u2028b\x85c\x0cd"))
    stream = io.BytesIO(first + b"\r\n\n  \r\n{}\n" + to_json(parse(sequence=2)))
    lines = list(read_lines(stream, REGIONS))
    assert [line.number for line in lines] == [1, 4, 5]
    assert isinstance(lines[0].result, Incident)
    assert isinstance(lines[1].result, Refused)
    assert lines[1].raw == b"{}"
    assert isinstance(lines[2].result, Incident)


def test_line_that_is_too_long_is_refused_and_the_next_one_goes_through():
    for excess in (1, 5, MAX_LINE, 3 * MAX_LINE):
        stream = io.BytesIO(b"x" * (MAX_LINE + excess) + b"\n" + to_json(parse()) + b"\n")
        long, good = read_lines(stream, REGIONS)
        assert isinstance(long.result, Refused)
        assert long.result.code == "too_long"
        assert len(long.raw) < MAX_LINE
        assert (good.number, good.result) == (2, parse())


def test_longest_allowed_line_goes_through_also_after_a_byte_order_mark():
    padded = to_json(parse()).ljust(MAX_LINE)
    for beginning in (b"", b"\xef\xbb\xbf"):
        (line,) = read_lines(io.BytesIO(beginning + padded + b"\n"), REGIONS)
        assert line.result == parse()


def test_full_narrative_goes_through():
    assert parse(narrative="é" * 32_768).narrative == "é" * 32_768


def test_byte_order_mark_is_refused_after_the_first_line():
    stream = io.BytesIO(b"\n\xef\xbb\xbf" + to_json(parse()))
    (line,) = read_lines(stream, REGIONS)
    assert isinstance(line.result, Refused)


def test_birth_on_the_local_day_of_the_incident_is_not_odd():
    person = {**ANNA, "birth_date": "2026-03-03"}
    assert notes(parse(persons=[person], occurred_at="2026-03-02T23:00:00Z")) == ()


def test_largest_sequence_that_avro_holds_goes_through():
    assert parse(sequence=2**63 - 1).sequence == 2**63 - 1
