"""How a made-up story is written down: registrations in steps, and later versions of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from ketensluis.model.incident import (
    CaseType,
    HoldReason,
    IncidentClass,
    MeasureKind,
    ProjectCode,
    RiskLevel,
    Role,
    Violence,
    YesNoUnknown,
)

__all__ = ["Because", "Change", "Step", "Story", "later"]

Because = Literal["relation", "text", "history"]


@dataclass(frozen=True, slots=True)
class Step:
    """One registration: who had which role, what was done, and what the officer wrote.

    Attributes:
        after: days since the step before it.
        roles: role by part of the cast; who is not in it is not in the registration.
        text: a template; parts of the cast and the dossier's words stand in braces.
        hg: whether it truly is domestic violence, labelled or not.
        because: if it is and has no code, what gives it away; the relations between the
            persons are written down only where a code is given or this names them.
        secret: parts whose home is marked secret.
        anonymous: parts who report without wanting to be known.
        later: versions that follow, each with days since the one before it.
    """

    kind: IncidentClass
    roles: Mapping[str, Role]
    text: str
    after: float = 0.0
    codes: tuple[ProjectCode, ...] = ()
    hg: bool = True
    because: tuple[Because, ...] = ("relation", "text")
    violence: tuple[Violence, ...] = ()
    case: CaseType = "report"
    children: YesNoUnknown = "unknown"
    measures: tuple[MeasureKind, ...] = ()
    rihg: RiskLevel | None = None
    sash: RiskLevel | None = None
    hold: HoldReason | None = None
    restricted: bool = False
    known: bool = True
    secret: frozenset[str] = frozenset()
    anonymous: frozenset[str] = frozenset()
    police: frozenset[str] = frozenset()
    later: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A later version: the fields of its step that changed, or that it was withdrawn."""

    after: float
    changes: Mapping[str, object] = field(default_factory=dict)
    withdrawn: bool = False

    def apply(self, step: Step) -> Step:
        """The step as it stands after the change; a text is added to, never replaced."""
        changes = dict(self.changes)
        if "text" in changes:
            changes["text"] = f"{step.text} {changes['text']}"
        return replace(step, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Story:
    """A dossier: its cast and its registrations; `name` is the number in document 002."""

    name: str
    cast: str
    steps: tuple[Step, ...]


def later(after: float, **changes: object) -> Change:
    """An amended version, so many days later."""
    return Change(after, MappingProxyType(changes))
