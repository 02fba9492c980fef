"""Which overrides are sound, and until when one holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ketensluis.agreements.overrides import LONGEST, check_override, field_of, in_force
from ketensluis.errors import Refused
from ketensluis.model.override import Override

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
VT = "vt:groningen"


def override(**changed: Any) -> Override:
    given: dict[str, Any] = {
        "override_id": "o1",
        "incident_id": "PL0100-2026000001",
        "recipient": VT,
        "effect": "release",
        "paths": ("persons[victim].phone",),
        "reason": "consent",
        "by_role": "privacy_officer",
        "given_at": AT,
        "until": AT + timedelta(days=30),
    }
    return Override(**given | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"effect": "withhold", "reason": "hold_safety", "by_role": "case_officer"},
        {"effect": "hold", "paths": (), "reason": "hold_safety", "by_role": "hg_coordinator"},
        {"effect": "send", "paths": (), "reason": "hold_lifted", "by_role": "supervisor"},
        {"effect": "end", "paths": (), "ends": "o0", "reason": "mistake"},
        {"until": AT + LONGEST},
        {"recipient": "rvdk:landelijk"},
    ],
)
def test_a_sound_override_passes(changed: dict[str, Any]):
    check_override(override(**changed))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reason": "hold_safety"}, "override_reason"),
        ({"effect": "hold", "paths": (), "reason": "consent"}, "override_reason"),
        ({"by_role": "case_officer"}, "override_role"),
        (
            {"effect": "send", "paths": (), "reason": "hold_lifted", "by_role": "hg_coordinator"},
            "override_role",
        ),
        ({"paths": ()}, "override_path"),
        ({"paths": ("persons[].nickname",)}, "override_path"),
        ({"paths": ("persons[0].phone",)}, "override_path"),
        ({"paths": ("persons[hero].phone",)}, "override_path"),
        ({"paths": ("persons[victim].address",)}, "override_path"),
        ({"effect": "hold", "reason": "hold_safety"}, "override_path"),
        ({"ends": "o0"}, "override_ends"),
        ({"effect": "end", "paths": (), "reason": "mistake"}, "override_ends"),
        ({"until": AT}, "override_until"),
        ({"until": AT + LONGEST + timedelta(seconds=1)}, "override_until"),
        ({"recipient": "police:amsterdam"}, "override_recipient"),
        ({"recipient": "hub"}, "override_recipient"),
        ({"recipient": "vt:*"}, "override_recipient"),
        ({"recipient": "somebody"}, "override_recipient"),
    ],
)
def test_an_override_that_says_too_little_or_too_much_is_refused(
    changed: dict[str, Any], code: str
):
    with pytest.raises(Refused) as refused:
        check_override(override(**changed))
    assert refused.value.code == code
    assert refused.value.remedy
    start, _, why = refused.value.sentence.partition(": ")
    assert start == f"the override's {code.removeprefix('override_')}"
    assert len(why.split()) > 3


def test_a_refusal_names_what_would_be_allowed():
    with pytest.raises(Refused) as refused:
        check_override(override(effect="hold", paths=(), reason="consent"))
    assert refused.value.remedy == "one of hold_investigation, hold_safety"
    with pytest.raises(Refused) as refused:
        check_override(override(by_role="case_officer"))
    assert refused.value.remedy == "one of privacy_officer, supervisor"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("narrative", ("narrative", None)),
        ("persons[].phone", ("persons[].phone", None)),
        ("persons[victim].address.city", ("persons[].address.city", "victim")),
        ("persons", None),
        ("relations[victim].kind", None),
    ],
)
def test_a_path_is_a_field_of_everyone_or_of_a_role(path: str, field: object):
    assert field_of(path) == field


def test_an_override_holds_for_its_recipient_until_it_ends():
    given = override()
    assert in_force([given], VT, AT) == (given,)
    assert in_force([given], "vt:drenthe", AT) == ()
    assert in_force([given], VT, given.until - timedelta(microseconds=1)) == (given,)
    assert in_force([given], VT, given.until) == ()


def test_an_override_that_was_ended_holds_no_longer_and_an_end_never_does():
    end = override(override_id="o2", effect="end", paths=(), ends="o1", reason="mistake")
    other = override(override_id="o3")
    assert in_force([override(), end, other], VT, AT) == (other,)
