"""Reference data in YAML: what is in force from one day to another, and what it rests on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ketensluis.errors import KetensluisError

__all__ = ["Dated", "load_dated"]

_File = TypeVar("_File", bound=BaseModel)


class Dated(BaseModel):
    """In force from one day to another, the last day included; `choice` marks what is ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    valid_until: date | None = None
    article: str | None = None
    source: Annotated[str, Field(min_length=1)]
    choice: bool

    def in_force(self, day: date) -> bool:
        """Whether it is, on that local day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def meets(self, other: Dated) -> bool:
        """Whether both are in force on some day."""
        return (other.valid_until or date.max) >= self.valid_from and (
            self.valid_until or date.max
        ) >= other.valid_from

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if self.article is None and not self.choice:
            raise ValueError("without an article it is a choice")
        return self


def load_dated(path: Path, form: type[_File], code: str) -> _File:
    """The file's content in that form.

    Raises:
        KetensluisError: `code`, with each place that is wrong.
    """
    try:
        return form.model_validate(YAML(typ="safe").load(path))
    except (OSError, YAMLError) as error:
        raise KetensluisError(
            code, f"{path.name} cannot be read", "restore it from the repository"
        ) from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or 'the file'}: "
            f"{each['msg'].removeprefix('Value error, ')}"
            for each in error.errors()
        )
        raise KetensluisError(code, f"{path.name}: {faults}", "correct it") from error
