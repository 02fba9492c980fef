"""What is wrong with an agreement, and where: file, line, code, sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Fault"]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One finding; a `fault` keeps the agreements from being used, a `warning` does not."""

    file: str
    line: int
    code: str
    sentence: str
    level: Literal["fault", "warning"] = "fault"

    def __str__(self) -> str:
        sentence = " ".join(
            self.sentence.split()
        )  # a key may hold a line end: one line all the same
        return f"{self.file}:{self.line}: {self.code}: {sentence}"
