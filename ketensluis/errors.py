"""The one base error: a stable code, a sentence, and what to do about it."""

from __future__ import annotations

__all__ = ["KetensluisError", "Refused", "Unavailable"]


class KetensluisError(Exception):
    """Something went wrong that a person can act on.

    Attributes:
        code: stable, lower case with underscores; safe for logs, metrics and topics.
        sentence: one sentence that names the place; never holds personal data.
        remedy: what to do about it, or an empty string.
    """

    def __init__(self, code: str, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.remedy = remedy

    def __str__(self) -> str:
        said = f"{self.code}: {self.sentence}"
        return f"{said} ({self.remedy})" if self.remedy else said


class Refused(KetensluisError):  # noqa: N818 - named after what happens to the record
    """A record that will never be acceptable: it goes to quarantine with its code."""


class Unavailable(KetensluisError):  # noqa: N818 - named after the state of the part
    """A part that may heal (broker, registry): the runtime backs off and tries again."""
