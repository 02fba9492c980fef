"""Which rules can never decide: found if one other, or others by role, always protect more."""

from __future__ import annotations

from typing import Any

import pytest
from made_incidents import agreement

from ketensluis.agreements.reach import unreachable

FIELD = "persons[].sex"
OPEN = {"id": "open", "fields": [FIELD]}
SHUT = {"fields": [FIELD], "action": "withhold"}


def shut(id_: str, **when: Any) -> dict[str, Any]:
    return SHUT | {"id": id_, "when": when}


@pytest.mark.parametrize(
    ("when", "others", "never"),
    [
        ({}, [shut("a")], True),
        ({"role": "child"}, [shut("a", role=["child", "victim"])], True),
        ({"role": ["child", "victim"]}, [shut("a", role="child")], False),
        # Several that cover its roles together.
        ({"role": ["child", "victim"]}, [shut("a", role="child"), shut("b", role="victim")], True),
        ({}, [shut("a", role="child"), shut("b", role="victim")], False),
        ({"age": {"from": 12, "under": 18}}, [shut("a", age={"under": 18})], True),
        ({"age": {"from": 12, "under": 19}}, [shut("a", age={"under": 18})], False),
        ({"age": {"from": 12}}, [shut("a", age={"from": 13})], False),
        ({}, [shut("a", age={"under": 18})], False),
        (
            {"relation": {"kind": "child", "of": "victim"}},
            [shut("a", relation={"kind": ["child", "parent"], "of": ["victim", "suspect"]})],
            True,
        ),
        (
            {"relation": {"kind": ["child", "parent"], "of": "victim"}},
            [shut("a", relation={"kind": "child", "of": "victim"})],
            False,
        ),
        (
            {"relation": {"kind": "child", "of": "victim"}},
            [shut("a", relation={"kind": "child", "of": ["victim", "suspect"]})],
            True,
        ),
        (
            {"relation": {"kind": "child", "of": "victim"}},
            [shut("a", relation={"kind": ["child", "parent"], "of": "victim"})],
            True,
        ),
        (
            {"relation": {"kind": "parent", "of": "victim"}},
            [shut("a", relation={"kind": "parent", "of": "victim", "of_age": {"under": 18}})],
            False,
        ),
        (
            {"relation": {"kind": "parent", "of": "victim", "of_age": {"under": 12}}},
            [shut("a", relation={"kind": "parent", "of": "victim", "of_age": {"under": 18}})],
            True,
        ),
        (
            {"relation": {"kind": "parent", "of": "victim", "of_age": {"under": 12}}},
            [shut("a", relation={"kind": "parent", "of": "victim"})],
            True,
        ),
        ({"age": {"from": 12, "under": 18}}, [shut("a", age={"from": 12, "under": 19})], True),
        ({"risk": ["high", "medium"]}, [shut("a", risk=["medium", "high"])], True),
        ({"risk": "high"}, [shut("a", risk=["high", "medium"])], True),
        ({"risk": ["high", "low"]}, [shut("a", risk=["high", "medium"])], False),
        # What protects less never outdoes; of equals the first by id does.
        ({}, [{"id": "zz", "fields": [FIELD]}], False),
        ({}, [{"id": "aa", "fields": [FIELD]}], True),
        ({}, [{"id": "a", "fields": ["persons[].bsn"], "action": "withhold"}], False),
    ],
)
def test_a_rule_is_unreachable_if_others_always_outdo_it(
    when: dict[str, Any],
    others: list[dict[str, Any]],
    never: bool,  # noqa: FBT001 - a case
):
    rules = agreement(OPEN | {"when": when}, *others).release
    assert (0 in set(unreachable(rules))) is never


def test_a_rule_that_decides_on_one_of_its_fields_is_reached():
    rules = agreement(OPEN | {"fields": [FIELD, "persons[].bsn"]}, shut("a")).release
    assert set(unreachable(rules)) == set()
