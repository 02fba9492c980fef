"""Made-up incidents: reproducible, valid, in proportion, and nobody in them can exist."""

import hashlib
import re
from collections import Counter
from datetime import UTC, date, datetime
from itertools import islice

import pytest

from ketensluis.classification.classifier import load_classifier
from ketensluis.classification.dossier import dossier_keys
from ketensluis.made_up.incidents import STORIES, incidents, made_up, national_year
from ketensluis.made_up.registration import MadeUp
from ketensluis.model.intake import check, content_digest, parse_incident, to_json
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.model.routing import is_minor, local_date, om_notice_owed, vt_route
from ketensluis.model.validity import passes_eleven_test

REGIONS = load_regions(resource("reference"))
COUNT = 1_500


@pytest.fixture(scope="module")
def records() -> list[MadeUp]:
    return list(made_up(COUNT, 11, REGIONS))


def first_versions(records: list[MadeUp]) -> list[MadeUp]:
    return list({one.incident.incident_id: one for one in reversed(records)}.values())


def test_same_seed_gives_the_same_incidents_and_another_gives_others(records: list[MadeUp]):
    def digest(seed: int) -> str:
        lines = b"\n".join(map(to_json, incidents(100, seed, REGIONS)))
        return hashlib.sha256(lines).hexdigest()

    assert digest(1) == digest(1)
    assert digest(1) != digest(2)
    assert list(made_up(COUNT, 11, REGIONS)) == records


@pytest.mark.parametrize("count", [0, 1, 2, 10, 100])
def test_count_is_of_distinct_registrations(count: int):
    ids = {one.incident_id for one in incidents(count, 3, REGIONS)}
    assert len(ids) == count


def test_every_record_passes_intake_and_survives_its_json_form(records: list[MadeUp]):
    for one in records:
        check(one.incident, REGIONS)
        assert parse_incident(to_json(one.incident), REGIONS) == one.incident


def test_records_arrive_in_order_of_time_on_their_day_and_after(records: list[MadeUp]):
    times = [one.at for one in records]
    assert times == sorted(times)
    for one in records:
        assert local_date(one.incident.registered_at) == date(2026, 3, 2)
        assert one.incident.occurred_at < one.incident.registered_at <= one.at


def test_every_story_is_told(records: list[MadeUp]):
    assert {one.intended.story for one in records} >= {story.name for story in STORIES}
    assert len(STORIES) == 27


def test_what_was_intended_is_what_the_hub_finds(records: list[MadeUp]):
    classifier = load_classifier(resource("reference"))
    earlier: set[str] = set()
    for one in records:
        incident, meant = one.incident, one.intended
        assert om_notice_owed(incident) == meant.notice
        if incident.event == "withdrawn":
            continue
        route = vt_route(incident, REGIONS)
        assert (route.region, route.rule, route.secret) == (meant.region, meant.rule, meant.secret)
        keys = dossier_keys(incident, b"k" * 32)
        found = classifier.classify(
            incident, on=local_date(incident.registered_at), keys=keys, earlier=earlier
        )
        assert found.classification == meant.classification, (meant, found)
        if "history" not in meant.because and meant.classification == "suspected":
            alone = classifier.classify(incident, on=local_date(incident.registered_at))
            assert alone.classification == "suspected"
        if incident.project_codes:
            earlier |= keys


def test_repeated_records_are_the_same_and_overtaken_ones_come_after_a_higher_sequence(
    records: list[MadeUp],
):
    seen: dict[str, dict[int, str]] = {}
    for one in records:
        incident = one.incident
        sequences = seen.setdefault(incident.incident_id, {})
        known = sequences.get(incident.sequence)
        assert (known is not None) == one.intended.repeated
        assert known in {None, content_digest(incident)}
        if not one.intended.repeated:
            behind = bool(sequences) and max(sequences) > incident.sequence
            assert behind == one.intended.overtaken
        sequences[incident.sequence] = content_digest(incident)
    assert any(one.intended.repeated for one in records)
    assert any(one.intended.overtaken for one in records)


def test_proportions_are_near_those_of_the_documents(records: list[MadeUp]):
    domestic = [one.incident for one in first_versions(records) if one.intended.hg]
    classes = Counter(one.incident_class for one in domestic)
    quarrels = classes["quarrel"] + classes["domestic_quarrel"]
    assert 0.45 < quarrels / len(domestic) < 0.65
    assert 0.07 < classes["simple_assault"] / len(domestic) < 0.16
    codes = Counter(code for one in domestic for code in one.project_codes)
    assert 0.5 < codes["female_partner"] / codes.total() < 0.65
    assert 0.2 < sum(not one.project_codes for one in domestic) / len(domestic) < 0.4
    victims = [
        (person, local_date(one.occurred_at))
        for one in domestic
        for person in one.persons
        if person.role == "victim"
    ]
    minors = sum(is_minor(person, on) for person, on in victims)
    assert 0.08 < minors / len(victims) < 0.16


def test_what_must_be_protected_or_held_back_occurs(records: list[MadeUp]):
    persons = [person for one in records for person in one.incident.persons]
    assert any(person.anonymous for person in persons)
    assert any(person.police_employee for person in persons)
    assert any(person.address and person.address.secret for person in persons)
    assert any(one.incident.hold for one in records)
    assert any(one.incident.restricted for one in records)
    assert any(one.incident.event == "withdrawn" for one in records)
    assert any(not one.intended.hg for one in records)


def test_nobody_in_them_can_exist(records: list[MadeUp]):
    for one in records:
        for person in one.incident.persons:
            assert person.bsn is None or not passes_eleven_test(person.bsn)
            assert person.phone is None or person.phone.startswith("0600")
            postcode = person.address.postcode if person.address else None
            assert postcode is None or re.fullmatch(r"[1-9][0-9]{3}S[ADS]", postcode)
        text = one.incident.narrative or ""
        assert all(found.startswith("06-00") for found in re.findall(r"06-[0-9]+", text))
        assert set(re.findall(r"@([a-z]+\.[a-z]+)", text)) <= {"example.org"}
        assert "{" not in text


def test_no_two_dossiers_share_a_home(records: list[MadeUp]):
    homes: dict[tuple[str, str], set[str]] = {}
    for one in records:
        if one.intended.story in {"ordinary", "not_hg"} and one.incident.place:
            place = one.incident.place
            key = (place.postcode or "", place.house_number or "")
            homes.setdefault(key, set()).add(one.incident.incident_id)
    assert all(len(ids) == 1 for ids in homes.values())


def test_national_year_spreads_its_incidents_over_2025():
    year = list(national_year(5, REGIONS, count=2_000))
    months = Counter(one.incident.registered_at.month for one in year if one.incident.sequence == 1)
    assert len({one.incident.incident_id for one in year}) == 2_000
    assert all(120 < months[month] < 220 for month in range(1, 13))
    assert all(one.intended.hg for one in year)
    for one in year:
        check(one.incident, REGIONS)
        if one.incident.event != "withdrawn":
            assert vt_route(one.incident, REGIONS).rule == one.intended.rule


def test_national_year_begins_at_once():
    first = next(islice(national_year(5, REGIONS, count=5_000), 1))
    assert first.at < datetime(2025, 1, 2, tzinfo=UTC)
