"""How many years back is told, to whom: `reference/look-back.yaml`."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ketensluis.errors import KetensluisError
from ketensluis.model.dated_file import Dated, load_dated
from ketensluis.model.local_time import local_date
from ketensluis.model.resources import resource

__all__ = ["LookBacks", "Question", "load_look_backs", "told_since"]

Question = Literal["control_room", "persons_request"]


class _LookBack(Dated):
    """For one question, while it is in force."""

    question: Question
    years: Annotated[int, Field(ge=1, le=100)]


class LookBacks(BaseModel):
    """The questions and their years; a question without any in force is not answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["example", "in_force"]
    look_back: tuple[_LookBack, ...]

    @model_validator(mode="after")
    def _one_at_a_time(self) -> Self:
        for one, other in combinations(self.look_back, 2):
            if one.question == other.question and one.meets(other):
                raise ValueError(f"two hold for {one.question} on one day")
        return self

    def since(self, question: Question, now: datetime) -> datetime:
        """From when it is told: the same day and time so many years earlier.

        Of 29 February it is the 28th where there is none.

        Raises:
            KetensluisError: `no_look_back`: none is in force.
        """
        day = local_date(now)
        for each in self.look_back:
            if each.question == question and each.in_force(day):
                year = now.year - each.years
                try:
                    return now.replace(year=year)
                except ValueError:
                    return now.replace(year=year, day=28)
        raise KetensluisError(
            "no_look_back",
            f"nothing says how far back {question} is told on {day}",
            "add a line to reference/look-back.yaml, with its dates and source",
        )


def load_look_backs(folder: Path) -> LookBacks:
    """The look-backs of the folder's `look-back.yaml`.

    Raises:
        KetensluisError: `bad_look_back`, with each place that is wrong.
    """
    return load_dated(folder / "look-back.yaml", LookBacks, "bad_look_back")


def told_since(question: Question, now: datetime) -> datetime:
    """From when it is told, by the file that ships with the program.

    Raises:
        KetensluisError: `no_look_back`, `bad_look_back`.
    """
    return _shipped().since(question, now)


@cache
def _shipped() -> LookBacks:
    return load_look_backs(resource("reference"))
