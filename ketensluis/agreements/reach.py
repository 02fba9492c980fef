"""Which rules of an agreement can never decide, because others always protect more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from ketensluis.agreements.agreement import Rule
from ketensluis.agreements.conditions import Age, Conditions, PersonRelation
from ketensluis.model.incident import Role

__all__ = ["unreachable"]


def unreachable(rules: Sequence[Rule]) -> Iterator[int]:
    """The places of the rules that never decide on any of their fields, whatever the incident.

    Several rules may cover one together if each covers some of its roles; what is covered by
    several in another way is not found.
    """
    for number, rule in enumerate(rules):
        others = [other for other in rules if other is not rule and _stronger(other, rule)]
        if all(_covered(rule, path, others) for path in rule.fields):
            yield number


def _stronger(other: Rule, rule: Rule) -> bool:
    return (-other.protection, other.id) < (-rule.protection, rule.id)


def _covered(rule: Rule, path: str, others: Sequence[Rule]) -> bool:
    """Whether, for each role that the rule is about, one other decides on that field."""
    named = [other.when for other in others if path in other.fields]
    roles = rule.when.role or get_args(Role)
    return all(
        any(_covers(wide, rule.when.model_copy(update={"role": (role,)})) for wide in named)
        for role in roles
    )


def _covers(wide: Conditions, narrow: Conditions) -> bool:
    """Whether `wide` holds whenever `narrow` does."""
    return all(
        _wider(getattr(wide, name), getattr(narrow, name)) for name in Conditions.model_fields
    )


def _wider(wide: object, narrow: object) -> bool:
    if wide is None or wide == narrow:
        return True
    match wide, narrow:
        case tuple(), tuple():
            return set(narrow) <= set(wide)
        case Age(), Age():
            return wide.from_ <= narrow.from_ and narrow.under <= wide.under
        case PersonRelation(), PersonRelation():
            same = set(narrow.kind) <= set(wide.kind) and set(narrow.of) <= set(wide.of)
            return same and _wider(wide.of_age, narrow.of_age)
        case _:
            return False
