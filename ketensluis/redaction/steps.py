"""Rulings made ready to run: for each leaf what to do with its value, and what to say of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from ketensluis.agreements.actions import Action, Generalisation
from ketensluis.agreements.fields import FIELDS
from ketensluis.model.incident import Address, Incident
from ketensluis.model.messages import Withheld
from ketensluis.redaction.forms import age_band, generalise, time_text
from ketensluis.redaction.pseudonyms import Pseudonymiser
from ketensluis.redaction.rule_set import DEFAULT_DENY, Ruling

__all__ = [
    "FREE_TEXT",
    "UNFORMABLE",
    "Call",
    "Form",
    "Step",
    "Verdict",
    "as_it_is",
    "kept_back",
    "step_of",
    "steps_below",
    "verdict",
]

FREE_TEXT = "narrative"
PERSON_ID = "persons[].person_id"
UNFORMABLE = "protected.no_such_form"

# A number within the incident, as `p1`, `V-02`; anything else may be a name or a number of
# somebody, and goes as a pseudonym.
_LOCAL_ID = re.compile(r"[A-Za-z]{0,2}-?[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happened with one field of one incident, and by which rule."""

    path: str
    action: Action
    rule: str
    withheld: Withheld | None


@lru_cache(maxsize=16_384)  # of paths and rules only, which are few and no personal data
def verdict(path: str, action: Action, rule: str) -> Verdict:
    """A verdict; its `withheld` is what the recipient is told of a field that stayed behind."""
    kept = Withheld(path=path, rule=rule) if action == "withhold" else None
    return Verdict(path, action, rule, kept)


class Call(msgspec.Struct, frozen=True):
    """One incident on its way to one recipient: what the forms need to know of it."""

    incident: Incident
    day: date
    pseudonymiser: Pseudonymiser


Form = Callable[[Any, Any, Call], Any]
"""Makes the form that goes, of the value, the structure that it stands in, and the call."""


class Step(NamedTuple):
    """One leaf: where its value stands, the form it goes in (None: not at all), what is said.

    `also` is the path of another leaf that the form is made of, and whose protection counts.
    """

    name: str
    path: str
    form: Form | None
    said: Verdict
    also: str | None = None


def steps_below(prefix: str, rulings: dict[str, Ruling], concrete: str) -> tuple[Step, ...]:
    """The steps for the leaves directly under `prefix`, whose concrete path is `concrete`.

    Free text is not among them: it has a way of its own.
    """
    return tuple(
        step_of(path, _as_a_form(path, rulings), concrete + path.removeprefix(prefix))
        for path in _directly_below(prefix, rulings)
    )


def _as_a_form(path: str, rulings: dict[str, Ruling]) -> Ruling:
    """The ruling on a field; a form does not tell what another rule keeps back by name."""
    ruling = rulings[path]
    if ruling.to != "municipality":
        return ruling
    told = rulings[_made_of(path)]
    return told if told.action == "withhold" and told.rule != DEFAULT_DENY else ruling


def _directly_below(prefix: str, paths: Iterable[str]) -> list[str]:
    return [
        path
        for path in paths
        if path.startswith(prefix) and "." not in path.removeprefix(prefix) and path != FREE_TEXT
    ]


def step_of(path: str, ruling: Ruling, concrete: str) -> Step:
    """The step for one leaf: its field's path, the ruling on it, and where it stands."""
    name = path.rpartition(".")[2]
    return Step(
        name={"from": "from_"}.get(name, name),
        path=concrete,
        form=_form(path, ruling),
        said=verdict(concrete, ruling.action, ruling.rule),
        also=_made_of(concrete) if ruling.to == "municipality" else None,
    )


def _made_of(concrete: str) -> str:
    owner = concrete.rpartition(".")[0]
    return "municipality" if owner == "place" else f"{owner}.municipality"


def _form(path: str, ruling: Ruling) -> Form | None:
    if ruling.to is not None:
        return _general_form(ruling.to)
    match ruling.action:
        case "release" if path == PERSON_ID:
            return _local_id
        case "release":
            return _instant if FIELDS[path].kind == "time" else as_it_is
        case "pseudonymise" if path == PERSON_ID:
            return _local_pseudonym
        case "pseudonymise":
            return lambda value, _, call: call.pseudonymiser.of(path, value)
        case _:
            return None


def _general_form(to: Generalisation) -> Form:
    if to == "age_band":
        return lambda value, _, call: age_band(value, call.day)
    if to == "municipality":
        return _municipality
    general = generalise(to)
    return lambda value, _, __: general(value)


def as_it_is(value: Any, _owner: Any, _call: Call) -> Any:
    """The form of a leaf that is released."""
    return value


def _instant(value: Any, _owner: Any, _call: Call) -> Any:
    return time_text(value)


def _local_pseudonym(value: Any, _owner: Any, call: Call) -> Any:
    """Ids are local to the incident, so that `p1` of two incidents is not one person."""
    return call.pseudonymiser.of(PERSON_ID, value, call.incident.incident_id)


def _local_id(value: Any, owner: Any, call: Call) -> Any:
    """The id as it is if it is a mere number within the incident, else its pseudonym."""
    return value if _LOCAL_ID.fullmatch(value) else _local_pseudonym(value, owner, call)


def _municipality(_value: Any, owner: Any, call: Call) -> Any:
    return owner.municipality if isinstance(owner, Address) else call.incident.municipality


def kept_back(steps: tuple[Step, ...], rule: str) -> tuple[Step, ...]:
    """The same leaves, none of which goes, by that rule."""
    return tuple(
        Step(step.name, step.path, None, verdict(step.path, "withhold", rule)) for step in steps
    )
