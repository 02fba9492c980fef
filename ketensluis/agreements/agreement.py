"""An agreement (convenant) in its executable form: who may share what, why, where and when."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from ketensluis.agreements.actions import Action, Generalisation, protection
from ketensluis.agreements.conditions import CLOSED, Conditions, IncidentConditions, OneOrMore
from ketensluis.agreements.fields import Subject

__all__ = ["Agreement", "Reason", "Rule", "Scope"]

Scope = Literal["general", "restricted"]

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
RuleName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=80)]
PartyPattern = Annotated[str, Field(pattern=r"^[a-z]+(:(\*|[a-z0-9]+(-[a-z0-9]+)*))?$")]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


# What verdicts are named by that no rule of an agreement gave; see ketensluis.redaction.reasons.
_BUILT_IN = ("protected.", "override.", "outcome.")


class Reason(BaseModel):
    """Why a rule is there, in the words that a professional and a citizen can read."""

    model_config = CLOSED

    nl: Text
    en: Text

    def __str__(self) -> str:
        return self.nl if self.nl == self.en else f"{self.nl} / {self.en}"


def _as_reason(value: Any) -> Any:
    return {"nl": value, "en": value} if isinstance(value, str) else value


class Rule(BaseModel):
    """Lets the named fields through in a form, or keeps them back, when its conditions hold."""

    model_config = CLOSED

    id: RuleName
    why: Annotated[Reason, BeforeValidator(_as_reason)]
    fields: Annotated[tuple[str, ...], *OneOrMore]
    action: Action = "release"
    to: Generalisation | None = None
    when: Conditions = Conditions()
    article: Text | None = None

    @model_validator(mode="after")
    def _target(self) -> Rule:
        if (self.action == "generalise") != (self.to is not None):
            msg = "`to` says in which form to generalise: give it there, and nowhere else"
            raise ValueError(msg)
        if self.id.startswith(_BUILT_IN) or self.id == "default-deny":
            msg = "such an id belongs to what no agreement writes: give the rule another one"
            raise ValueError(msg)
        return self

    @cached_property
    def protection(self) -> int:
        """How much it protects; see `ketensluis.agreements.actions.protection`."""
        return protection(self.action, self.to)


class Agreement(BaseModel):
    """One version of one agreement.

    Attributes:
        about: `incident`, or `feedback`: what the police hear back of one.
        provider: the kind of party that gives (`police`), or one party.
        recipient: one party, or all of a kind (`vt:*`).
        region: `*`, or the Veilig Thuis regions whose incidents it is about.
        incident_scope: `general`, or `restricted` for incidents of the restricted class.
        valid_from: the first day (Europe/Amsterdam) on which it holds.
        valid_until: the first day on which it no longer holds; null if it has no end.
        ground: what the sharing rests on; other than `statute`, `ground_explained` says who
            decided so, and why.
        applies_when: which incidents a recipient other than Veilig Thuis or OM is told of.
        shown_to_suspect: whether what is sent can come to the suspect's side (a case file, a
            report that is discussed with the suspect). Assumed unless said otherwise.
        example: true for the texts in this repository, which the parties' own replace.
    """

    model_config = CLOSED

    id: Name
    version: Annotated[str, Field(min_length=1, max_length=40)]
    example: bool = False
    about: Subject = "incident"
    provider: PartyPattern
    recipient: PartyPattern
    region: Annotated[tuple[Name | Literal["*"], ...], *OneOrMore] = ("*",)
    incident_scope: Scope = "general"
    valid_from: date
    valid_until: date | None
    purpose: Annotated[Reason, BeforeValidator(_as_reason)]
    legal_basis: Annotated[tuple[Text, ...], *OneOrMore]
    ground: Literal["statute", "consent", "conflict_of_duties"] = "statute"
    ground_explained: Text | None = None
    decided_by: Text
    public_interest: Text
    shown_to_suspect: bool = True
    applies_when: IncidentConditions = IncidentConditions()
    release: Annotated[tuple[Rule, ...], *OneOrMore]

    @model_validator(mode="after")
    def _consistent(self) -> Agreement:
        if self.valid_until is not None and self.valid_from >= self.valid_until:
            msg = "`valid_until` must lie after `valid_from`"
            raise ValueError(msg)
        if self.ground != "statute" and self.ground_explained is None:
            msg = "`ground` other than statute needs `ground_explained`: who decided, and why"
            raise ValueError(msg)
        if len(self.region) > 1 and "*" in self.region:
            msg = "`region` is `*` or a list of regions, not both"
            raise ValueError(msg)
        return self

    def in_force(self, day: date) -> bool:
        """Whether it holds on that local day."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)
