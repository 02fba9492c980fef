"""An agreement between parties that there are not, or that cannot be between them, is a fault."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_incidents import EXAMPLES, ROOT
from written import HEAD, RULE

from ketensluis.agreements.book import check
from ketensluis.model.regions import load_regions

REGIONS = load_regions(ROOT / "reference")
PARTIES = "provider: police\nrecipient: vt:*\n"


def between(about: str, provider: str, recipient: str, region: str = "'*'") -> str:
    parties = f"provider: {provider}\nrecipient: {recipient}\nregion: {region}\n"
    return HEAD.replace(PARTIES, f"about: {about}\n{parties}") + RULE


def faults(
    folder: Path, about: str, provider: str, recipient: str, region: str = "'*'"
) -> set[str]:
    text = between(about, provider, recipient, region)
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    found = [each for each in check(folder, REGIONS) if each.level == "fault"]
    return {f"{each.line} {each.code}" for each in found}


@pytest.mark.parametrize(
    ("provider", "recipient"),
    [
        ("police", "vt:*"),
        ("police:*", "om:*"),
        ("police:midden-nederland", "vt:utrecht"),
        ("police", "om:oost-nederland"),
        ("police", "gemeente:*"),
        ("police", "gemeente:gm0344"),
        ("police", "raad:kinderbescherming"),
    ],
)
def test_an_agreement_between_parties_that_there_are_is_sound(
    tmp_path: Path, provider: str, recipient: str
):
    assert faults(tmp_path, "incident", provider, recipient) == set()


@pytest.mark.parametrize(
    ("about", "provider", "recipient", "region", "said"),
    [
        ("incident", "police", "vt:utrect", "'*'", {"5 unknown_recipient"}),
        ("incident", "police", "om:oost", "'*'", {"5 unknown_recipient"}),
        ("incident", "police", "gemeente:gm9999", "'*'", {"5 unknown_recipient"}),
        ("incident", "police", "raad", "'*'", {"5 unknown_recipient"}),
        ("incident", "police", "zorg:*", "'*'", {"5 unknown_recipient"}),
        ("incident", "police:nergens", "vt:*", "'*'", {"4 unknown_provider"}),
        ("incident", "politie", "vt:*", "'*'", {"4 unknown_provider"}),
        ("incident", "police", "vt:*", "[utrecht, nergens]", {"6 unknown_region"}),
        # Incidents come from the police; what they hear back is feedback.
        ("incident", "vt", "police:*", "'*'", {"4 unknown_provider", "5 unknown_recipient"}),
        ("feedback", "police", "vt:*", "'*'", {"4 unknown_provider", "5 unknown_recipient"}),
    ],
)
def test_one_that_can_never_apply_is_a_fault(
    tmp_path: Path, about: str, provider: str, recipient: str, region: str, said: set[str]
):
    assert faults(tmp_path, about, provider, recipient, region) == said


@pytest.mark.parametrize(
    ("recipient", "said"),
    [
        ("vt:*", {"7 condition_out_of_place"}),
        ("om:oost-nederland", {"7 condition_out_of_place"}),
        ("gemeente:gm0344", set()),
    ],
)
def test_who_hears_of_every_incident_by_the_norm_is_asked_no_condition(
    tmp_path: Path, recipient: str, said: set[str]
):
    text = between("incident", "police", recipient, "'*'\napplies_when: {case_type: complaint}")
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    found = [each for each in check(tmp_path, REGIONS) if each.level == "fault"]
    assert {f"{each.line} {each.code}" for each in found} == said


def test_regions_that_there_are_can_be_named(tmp_path: Path):
    assert faults(tmp_path, "incident", "police", "vt:*", "[utrecht, twente]") == set()


def test_a_kind_and_all_of_a_kind_are_one_provider_and_overlap(tmp_path: Path):
    first = between("incident", "police", "vt:*")
    (tmp_path / "b.yaml").write_text(first.replace('"1"', '"2"'), encoding="utf-8")
    assert faults(tmp_path, "incident", "police:*", "vt:*") == {"7 overlap"}


def test_the_examples_name_parties_that_there_are():
    assert check(ROOT / "agreements", REGIONS) == []


@pytest.mark.parametrize("year", [2021, 2024, 2026, 2034])
def test_an_example_is_in_force_for_each_region_and_office(year: int):
    at = datetime(year, 6, 1, tzinfo=UTC)
    assert len(REGIONS.regions) == 26
    for recipient in (*(f"vt:{region}" for region in REGIONS.regions), *REGIONS.offices):
        region = recipient.partition(":")[2] if recipient.startswith("vt:") else "utrecht"
        standing = EXAMPLES.standing(
            provider="police:limburg", recipient=recipient, region=region, scope="general", at=at
        )
        assert standing.status == "in_force", recipient


def test_the_first_example_has_two_versions_that_follow_each_other():
    first, second = (
        EXAMPLES.standing(
            provider="police:limburg",
            recipient="vt:zuid-limburg",
            region="zuid-limburg",
            scope="general",
            at=datetime.fromisoformat(at),
        ).agreement
        for at in ("2025-06-30T21:59:59+00:00", "2025-06-30T22:00:00+00:00")  # midnight there
    )
    assert first is not None
    assert second is not None
    assert (first.id, first.version) == (second.id, "1")
    assert second.version == "2"
