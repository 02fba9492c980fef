"""What is meant by a made-up record, told apart from the code that has to find it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ketensluis.made_up.people import Dossier, Member
from ketensluis.made_up.scenes import Because, Step
from ketensluis.model.incident import Role
from ketensluis.model.ledger import Classification

__all__ = ["Intended", "intended"]

_COERCION = {
    "arrest", "detention", "suspended_detention", "restraining_order", "contact_ban",
    "area_ban", "behavioural_order",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Intended:
    """What the generator meant, told apart from the code that has to find it out.

    Attributes:
        story: the name of the story, or `ordinary`, or `not_hg`.
        hg: whether it truly is domestic violence, labelled or not.
        classification: what this version must be taken for.
        because: what gives an unlabelled one away.
        region, rule: the Veilig Thuis region, and the rule that leads to it.
        secret: whether a secret address leads to the region.
        held: whether it is not to go out by itself (a hold, or restricted).
        notice: whether the public prosecution must hear.
        roles: the role of everyone who can be known again, by BSN; none once it was withdrawn.
        repeated: the same record again; `overtaken`: a lower sequence after a higher one.
    """

    story: str
    hg: bool
    classification: Classification
    because: tuple[Because, ...]
    region: str
    rule: str
    secret: bool
    held: bool
    notice: bool
    roles: Mapping[str, Role]
    repeated: bool = False
    overtaken: bool = False


def intended(story: str, step: Step, dossier: Dossier, *, withdrawn: bool) -> Intended:
    """What is meant by one version of one registration."""
    rule, member, part = _whose_home(step, dossier)
    if withdrawn:
        rule, member = "place_of_incident", None
    because = () if withdrawn or step.codes or not step.hg else step.because
    label: Classification = "not_hg"
    if step.codes and not withdrawn:
        label = "hg"
    elif because:
        label = "suspected"
    return Intended(
        story=story,
        hg=step.hg,
        classification=label,
        because=because,
        region=(member.home.counts_as if member else dossier.municipality).region,
        rule=rule,
        secret=member is not None and part in step.secret,
        held=not withdrawn and (step.restricted or step.hold is not None),
        notice=label == "hg" and not _COERCION.isdisjoint(step.measures),
        roles={} if withdrawn else _known_again(step, dossier),
    )


def _known_again(step: Step, dossier: Dossier) -> dict[str, Role]:
    """The roles of those whose particulars were taken down."""
    return {
        dossier.members[part].bsn: role
        for part, role in step.roles.items()
        if step.known and part not in step.anonymous
    }


def _whose_home(step: Step, dossier: Dossier) -> tuple[str, Member | None, str]:
    """The rule of routing as the story's writer means it."""
    if step.known:
        cast = {part: dossier.members[part] for part in step.roles}
        children = [
            part
            for part, member in cast.items()
            if step.roles[part] in {"child", "child_witness"}
            or (step.roles[part] == "victim" and member.minor)
        ]
        victims = [part for part in cast if step.roles[part] == "victim"]
        for rule, parts in (("home_of_youngest_child", children), ("home_of_victim", victims)):
            if parts:
                youngest = max(parts, key=lambda part: cast[part].born)
                return rule, cast[youngest], youngest
    return "place_of_incident", None, ""
