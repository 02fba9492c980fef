"""Retention as data: what the file may hold, which rule counts on a day, and what is kept."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ketensluis.errors import KetensluisError
from ketensluis.model.resources import resource
from ketensluis.retention.rules import Retention, load_retention
from ketensluis.retention.terms import KeepFor

RULE = {
    "id": "one", "messages": ["incident"], "term": {"years": 5}, "counted_from": "registered",
    "source": "a test", "choice": True, "valid_from": "2020-01-01",
}  # fmt: skip


def retention(*rules: dict[str, object]) -> Retention:
    return Retention.model_validate({"status": "example", "rules": rules, "reasons": []})


def test_the_example_names_what_each_term_rests_on_and_is_an_example():
    example = load_retention(resource("reference"))
    assert example.status == "example"
    assert all(rule.article or rule.choice for rule in example.rules)
    assert {"ledger-event", "processing-record"} <= set(example.without_term(date(2026, 1, 1)))


def test_without_a_rule_in_force_a_message_is_kept():
    known = retention({**RULE, "valid_until": "2020-12-31"})
    assert known.rule("incident", date(2020, 12, 31)) is not None
    assert known.rule("incident", date(2021, 1, 1)) is None
    assert "incident" in known.without_term(date(2021, 1, 1))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"term": {"years": 5, "days": 1}}, "exactly one unit"),
        ({"term": {}}, "exactly one unit"),
        ({"counted_from": "received"}, "counted from"),
        ({"choice": False}, "without an article"),
        ({"messages": ["ledger-event"]}, "rules.0.messages.0"),
        ({"messages": ["case"], "with_dossier": True}, "with their dossier"),
    ],
)
def test_a_fault_in_the_file_is_named_with_its_place(
    change: dict[str, object], said: str, tmp_path: Path
):
    told = {"status": "example", "rules": [{**RULE, **change}], "reasons": []}
    (tmp_path / "retention.yaml").write_text(json.dumps(told))
    with pytest.raises(KetensluisError, match=said) as raised:
        load_retention(tmp_path)
    assert raised.value.code == "bad_retention"


def test_two_rules_for_one_message_may_not_be_in_force_on_one_day():
    with pytest.raises(ValueError, match="hold for one message on one day"):
        retention(RULE, {**RULE, "id": "two", "valid_from": "2025-01-01"})
    follow = {**RULE, "id": "two", "valid_from": "2025-01-01"}
    both = retention({**RULE, "valid_until": "2024-12-31"}, follow)
    found = both.rule("incident", date(2025, 1, 1))
    assert found is not None
    assert found.id == "two"


@pytest.mark.parametrize(
    ("term", "over"),
    [
        ({"days": 90}, datetime(2024, 5, 29, 22, tzinfo=UTC)),
        ({"months": 1}, datetime(2024, 3, 29, 23, tzinfo=UTC)),
        ({"years": 1}, datetime(2025, 2, 28, 23, tzinfo=UTC)),  # no 29 February in 2025
        ({"years": 4}, datetime(2028, 2, 29, 23, tzinfo=UTC)),
    ],
)
def test_a_term_is_over_at_the_end_of_its_last_local_day(term: dict[str, int], over: datetime):
    assert KeepFor(**term).over(datetime(2024, 2, 29, 12, tzinfo=UTC)) == over


def test_a_reason_is_given_by_a_role_that_may_and_no_other():
    example = load_retention(resource("reference"))
    found = example.reason("citizens_request", "privacy_officer", date(2026, 1, 1))
    assert found.article == "Wpg art. 28"
    for code, role, refused in (
        ("citizens_request", "case_officer", "role_may_not"),
        ("because", "privacy_officer", "unknown_reason"),
    ):
        with pytest.raises(KetensluisError) as raised:
            example.reason(code, role, date(2026, 1, 1))
        assert raised.value.code == refused


@pytest.mark.parametrize("term", [{"days": 90}, {"weeks": 2}, {"months": 1}, {"years": 5}])
def test_what_started_before_a_moment_is_over_and_what_started_later_is_not(term: dict[str, int]):
    now, keep = datetime(2026, 3, 31, 12, tzinfo=UTC), KeepFor(**term)
    limit = keep.over_before(now)
    assert keep.over(limit - timedelta(seconds=1)) <= now
    assert keep.over(limit) > now
