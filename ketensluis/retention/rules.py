"""Retention as data: what `reference/retention.yaml` may hold, and how its faults are told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ketensluis.envelope.message_types import MESSAGE_TYPES
from ketensluis.errors import KetensluisError
from ketensluis.model.dated_file import Dated, load_dated
from ketensluis.model.override import OverrideRole
from ketensluis.retention.terms import KeepFor

__all__ = ["ANSWER_NAMES", "KINDS", "MAIL_NAMES", "Message", "Reason", "Retention", "Rule",
           "digest_of", "load_retention"]  # fmt: skip

Message = Literal[
    "incident",
    "case",
    "quarantined",
    "referral",
    "notice",
    "feedback-notice",
    "receipt",
    "acceptance",
    "rejection",
    "safety-assessment",
    "feedback",
    "decision",
]
CountedFrom = Literal["registered", "closed", "sent", "received", "quarantined"]

MAIL_NAMES: Final = ("referral", "notice", "feedback-notice")
ANSWER_NAMES: Final = (
    "receipt", "acceptance", "rejection", "safety-assessment", "feedback", "decision",
)  # fmt: skip
# What a term of each message can be counted from, because the books know it.
_COUNTED: Final[dict[str, frozenset[str]]] = {
    "incident": frozenset({"registered", "closed"}),
    "case": frozenset({"registered", "closed"}),
    "quarantined": frozenset({"quarantined"}),
    "referral": frozenset({"sent", "received"}),
    "notice": frozenset({"sent", "received"}),
    **dict.fromkeys(("feedback-notice", *ANSWER_NAMES), frozenset({"sent"})),
}
# Every type of message by its short name: `incident` of `nl.ketensluis.incident.v1`.
KINDS: Final = tuple(each.ce_type.split(".")[2] for each in MESSAGE_TYPES)

_Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]


class Rule(Dated):
    """How long messages of some types are kept.

    Attributes:
        id: goes on record with each erasure by this rule.
        messages: types, as `KINDS` names them.
        counted_from: the event from which the term is counted.
        with_dossier: kept as long as a later incident of the same dossier is.
    """

    id: _Code
    messages: Annotated[tuple[Message, ...], Field(min_length=1)]
    term: KeepFor
    counted_from: CountedFrom
    with_dossier: bool = False

    @model_validator(mode="after")
    def _countable(self) -> Self:
        for message in self.messages:
            if self.counted_from not in _COUNTED[message]:
                known = ", ".join(sorted(_COUNTED[message]))
                raise ValueError(f"{message} is counted from {known}, not {self.counted_from}")
        if self.with_dossier and self.messages != ("incident",):
            raise ValueError("only incidents are kept with their dossier")
        return self


class Reason(Dated):
    """Why a person may have something erased before its term, and which roles may."""

    code: _Code
    roles: Annotated[tuple[OverrideRole, ...], Field(min_length=1)]


class Retention(BaseModel):
    """The rules and reasons. A type of message without a rule in force is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["example", "in_force"]
    rules: tuple[Rule, ...]
    reasons: tuple[Reason, ...]

    @model_validator(mode="after")
    def _one_at_a_time(self) -> Self:
        taken = {each.id for each in self.rules} | {each.code for each in self.reasons}
        if len(taken) != len(self.rules) + len(self.reasons):
            raise ValueError("two rules or reasons have one name")
        for one, other in combinations(self.rules, 2):
            if not set(one.messages).isdisjoint(other.messages) and one.meets(other):
                raise ValueError(f"{one.id} and {other.id} hold for one message on one day")
        return self

    def rule(self, message: str, day: date) -> Rule | None:
        """The rule in force on the local day on which it is asked (choice), or None: keep.

        Not that of the day of registration: a new term holds for what is kept already.
        """
        return next(
            (each for each in self.rules if message in each.messages and each.in_force(day)), None
        )

    def named(self, name: str) -> Rule | Reason | None:
        """The rule or reason of that name, whenever it is or was in force."""
        every: tuple[Rule | Reason, ...] = (*self.rules, *self.reasons)
        names = (each.id if isinstance(each, Rule) else each.code for each in every)
        return dict(zip(names, every, strict=True)).get(name)

    def digest(self, name: str) -> str:
        """The digest of the rule or reason of that name; empty where there is none."""
        found = self.named(name)
        return "" if found is None else digest_of(found)

    def without_term(self, day: date, among: Iterable[str] = KINDS) -> tuple[str, ...]:
        """The types of message that are kept because no rule in force says until when."""
        return tuple(each for each in among if self.rule(each, day) is None)

    def reason(self, code: str, role: str, day: date) -> Reason:
        """The reason, if it may be given by that role on that day.

        Raises:
            KetensluisError: `unknown_reason`, `role_may_not`.
        """
        known = [each for each in self.reasons if each.in_force(day)]
        found = next((each for each in known if each.code == code), None)
        if found is None:
            raise KetensluisError(
                "unknown_reason",
                f"nothing may be erased for the reason {code!r} on {day}",
                f"one of {', '.join(each.code for each in known)}",
            )
        if role not in found.roles:
            raise KetensluisError(
                "role_may_not",
                f"{role} may not have anything erased for the reason {code}",
                f"ask a {' or '.join(found.roles)}",
            )
        return found


def digest_of(rule: Rule | Reason) -> str:
    """What a rule or a reason says, as SHA-256 in hexadecimal: all of it but until when.

    Of its fields as JSON, sorted by name. That it ends one day changes nothing of what it said.
    """
    said = rule.model_dump(mode="json", exclude={"valid_until"})
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def load_retention(folder: Path) -> Retention:
    """The retention of the folder's `retention.yaml`.

    Raises:
        KetensluisError: `bad_retention`, with each place that is wrong.
    """
    return load_dated(folder / "retention.yaml", Retention, "bad_retention")
