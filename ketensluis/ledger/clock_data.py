"""Clocks as data: what `reference/clocks.yaml` may hold, and how its faults are told."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ketensluis.errors import KetensluisError
from ketensluis.ledger.terms import Notice, Term
from ketensluis.ledger.working_days import Calendar

__all__ = ["Clock", "ClockFile", "load"]

Start = Literal[
    "registered",
    "held_without_end",
    "hold_until",
    "sent",
    "received",
    "first_received",
    "assessed",
    "investigation",
    "rejected",
    "restrained",
]
Stop = Literal[
    "decided", "received", "answered", "assessed", "fed_back", "helped", "concluded", "closed"
]
Hold = Literal["hold_investigation", "hold_safety", "restricted_class"]
_Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Clock(BaseModel):
    """One deadline: from what to what, how long, for whom, in force when, on what ground.

    `recipients` are parties, or a kind with `*` (`vt:*`); `regions` are Veilig Thuis regions.
    Without either it holds for all. Of several clocks with one name the most specific one
    counts. `valid_until` is the last day; what counts is the local date of the start. `pauses`
    are the reasons of a hold during which it stands still. With `ends` the time that a
    restraining order itself names goes before its term, up to 28 days in total.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Code
    start: Start
    stop: Stop
    term: Term
    valid_from: date
    valid_until: date | None = None
    pauses: tuple[Hold, ...] = ()
    ends: Literal["restrained_until"] | None = None
    recipients: tuple[str, ...] = ("*",)
    regions: tuple[str, ...] = ("*",)
    warn_before: Notice
    escalate_after: Notice
    addressed_to: Literal["sender", "recipient"]
    role: _Code
    escalated_to: _Code
    source: Annotated[str, Field(min_length=1)]
    choice: bool

    @model_validator(mode="after")
    def _restraining_orders_have_a_rule_of_their_own(self) -> Self:
        of_an_order = self.term.restraining_days is not None
        if of_an_order and self.pauses:
            raise ValueError("a restraining order is never paused")
        if self.ends is not None and not of_an_order:
            raise ValueError("only a term in restraining_days has an end of its own")
        return self


class ClockFile(BaseModel):
    """The clocks, and the days that royal decrees equate with holidays (Atw art. 3(3))."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clocks: tuple[Clock, ...]
    equated_days: tuple[date, ...] = ()

    @property
    def calendar(self) -> Calendar:
        """The working days that these clocks count."""
        return Calendar(self.equated_days)


def load(path: Path) -> ClockFile:
    """The clocks of the file.

    Raises:
        KetensluisError: `bad_clocks`, with the file and line of every fault.
    """
    try:
        tree = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KetensluisError("bad_clocks", f"{path}: cannot be read ({error.strerror})") from error
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise KetensluisError("bad_clocks", f"{path}:{line}: not YAML") from error
    try:
        clocks = ClockFile.model_validate(_plain(tree))
    except ValidationError as error:
        faults = [(_line(tree, each["loc"]), _sentence(each)) for each in error.errors()]
    else:
        faults = [(_line(tree, ("clocks", at)), said) for at, said in _overlaps(clocks.clocks)]
        if not faults:
            return clocks
    told = "; ".join(f"{path}:{line}: {sentence}" for line, sentence in sorted(faults))
    raise KetensluisError("bad_clocks", told, "correct the lines named")


def _overlaps(clocks: tuple[Clock, ...]) -> list[tuple[int, str]]:
    """Clocks of one name that would both count for the same recipient on the same day."""
    same: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for position, clock in enumerate(clocks):
        for recipient in clock.recipients:
            for region in clock.regions:
                same[clock.name, recipient, region].append(position)
    faults = []
    for (name, recipient, region), positions in same.items():
        for one, other in combinations(positions, 2):
            if _meet(clocks[one], clocks[other]):
                faults.append(
                    (
                        other,
                        f"clock {name} for {recipient} in {region} overlaps an earlier one in time",
                    )
                )
    return faults


def _meet(one: Clock, other: Clock) -> bool:
    return (other.valid_until or date.max) >= one.valid_from and (
        one.valid_until or date.max
    ) >= other.valid_from


def _sentence(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    return f"{where}: {error['msg'].removeprefix('Value error, ')}"


def _line(tree: Any, where: tuple[int | str, ...]) -> int:
    """The line of the deepest part of the path that the file has, counted from 1."""
    line = 1
    for part in where:
        if not hasattr(tree, "lc"):
            break
        try:
            position = tree.lc.key if isinstance(part, str) else tree.lc.item
            line = position(part)[0] + 1
            tree = tree[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line


def _plain(tree: Any) -> Any:
    """The same without line numbers, in plain dicts and lists."""
    if isinstance(tree, dict):
        return {str(key): _plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_plain(value) for value in tree]
    return tree
