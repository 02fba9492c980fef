"""What an unsound agreement would say without what is wrong in it, so that the rest is looked at.

Whoever mends a file wants to hear of every fault at once, and not of the next one when the
first is mended. So what the language does not allow is put aside, and a stand-in that can
never be a fault itself takes its place. Nothing is ever decided by such an agreement.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.fields import SUBJECTS, Subject

__all__ = ["Mended", "mend"]

_MOST_ROUNDS = 20  # each round tells of what the one before hid; agreements need three

_STAND_INS: dict[str, Any] = {
    "id": "stand-in",
    "version": "stand-in",
    "valid_from": date.min,
    "valid_until": None,
    "purpose": "stand-in",
    "legal_basis": ["stand-in"],
    "decided_by": "stand-in",
    "public_interest": "stand-in",
}
_PARTIES: dict[Subject, dict[str, str]] = {
    "incident": {"provider": "police", "recipient": "gemeente:*"},
    "feedback": {"provider": "vt", "recipient": "police:*"},
}
_ACROSS = frozenset(
    {"id", "version", "provider", "recipient", "region", "incident_scope", "about"}
    | {"valid_from", "valid_until"}
)


@dataclass
class Mended:
    """An agreement without what is wrong in it, and which of its keys were put aside.

    Attributes:
        agreement: None where too little is left to look at.
        errors: what is wrong, as pydantic tells it.
        keys: the keys of the agreement that were put aside.
        rules: whether anything in a rule was.
    """

    errors: list[ErrorDetails] = field(default_factory=list)
    agreement: Agreement | None = None
    keys: set[str] = field(default_factory=set)
    rules: bool = False

    @property
    def comparable(self) -> bool:
        """Whether all is there by which agreements are held against each other."""
        return self.agreement is not None and self.keys.isdisjoint(_ACROSS)


def mend(document: dict[str, Any]) -> Mended:
    """Everything that is wrong with a document, and the agreement that is left without it."""
    found, left = Mended(), copy.deepcopy(document)
    for _ in range(_MOST_ROUNDS):
        try:
            found.agreement = Agreement.model_validate(left)
        except ValidationError as error:
            errors = error.errors(include_url=False)
        else:
            break
        for each in errors:
            found.errors.append(each)
            for key in _put_aside(left, each):
                found.keys.add(key)
                found.rules |= key == "release"
    if "about" in found.keys:  # then nobody can tell which parties and fields it may name
        found.agreement = None
    return found


def _put_aside(left: dict[str, Any], error: ErrorDetails) -> Iterator[str]:
    """Replace what the error is about; the keys of the agreement that it touched."""
    where = error["loc"]
    if not where:
        yield from _of_the_whole(left, error["msg"])
    elif where[0] == "release" and isinstance(left.get("release"), list) and len(where) > 1:
        _in_a_rule(left, int(where[1]), where[2:], error["msg"])
        yield "release"
    else:
        name = str(where[0])
        _replace(left, name)
        yield name


def _replace(left: dict[str, Any], name: str) -> None:
    about = _about(left)
    stand_ins = {**_STAND_INS, **_PARTIES[about], "release": [_rule(0, about)]}
    if name in stand_ins:
        left[name] = stand_ins[name]
    else:
        for key in [key for key in left if str(key) == name]:
            del left[key]


def _of_the_whole(left: dict[str, Any], said: str) -> Iterator[str]:
    """The keys of which one does not go with the other."""
    for name in ("valid_until", "ground", "region"):
        if f"`{name}`" in said:
            _replace(left, name)
            yield name
            return


def _about(left: dict[str, Any]) -> Subject:
    return "feedback" if left.get("about") == "feedback" else "incident"


def _rule(number: int, about: Subject) -> dict[str, Any]:
    name = f"stand-in-{number}"
    first = next(iter(SUBJECTS[about]))
    return {"id": name, "why": name, "fields": [first], "action": "withhold"}


def _in_a_rule(left: dict[str, Any], number: int, where: tuple[int | str, ...], said: str) -> None:
    stand_in = _rule(number, _about(left))
    rule = left["release"][number]
    if not isinstance(rule, dict) or (where and where[0] == "fields"):
        left["release"][number] = {**stand_in, **_named(rule)}
    elif not where:
        names = ("action", "to") if "`to`" in said else ("id",)
        _without(rule, stand_in, names)
    elif where[0] in {"action", "to"}:
        _without(rule, stand_in, ("action", "to"))
    elif where[0] == "when" and isinstance(rule.get("when"), dict) and len(where) > 1:
        rule["when"] = {key: it for key, it in rule["when"].items() if str(key) != str(where[1])}
    else:
        _without(rule, stand_in, (str(where[0]),))


def _named(rule: Any) -> dict[str, Any]:
    """The rule's id, by which one that is there twice is found."""
    name = rule.get("id") if isinstance(rule, dict) else None
    return {"id": name} if isinstance(name, str) else {}


def _without(rule: dict[Any, Any], stand_in: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        for key in [key for key in rule if str(key) == name]:
            del rule[key]
        if name in stand_in:
            rule[name] = stand_in[name]
