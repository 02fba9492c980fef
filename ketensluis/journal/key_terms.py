"""The keys of one who signs states of a log, over time: each counts from one size to another.

A state of the log bears no time, but its size only ever grows. What a key signed within its term
is good for ever, also after five years; what it signs of a larger log is nobody's word any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from ketensluis.errors import KetensluisError
from ketensluis.journal.notes import VerifyingKey

__all__ = ["KeyTerm", "KeyTerms", "bad_terms"]


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """One key, and the sizes of the states that it may sign, both included.

    `until_size` is None for as long as it is in use.
    """

    key: VerifyingKey
    from_size: int = 0
    until_size: int | None = None

    def counts(self, size: int) -> bool:
        """Whether its signature under a state of that size is its owner's word."""
        return self.from_size <= size and (self.until_size is None or size <= self.until_size)


@dataclass(frozen=True)
class KeyTerms:
    """All keys that a log or a witness ever had, the oldest first; they sign by one name."""

    keys: tuple[KeyTerm, ...]

    def __post_init__(self) -> None:
        """Check that they are of one name, each there once, and that none ends before it counts.

        Raises:
            KetensluisError: `bad_log_keys`.
        """
        if len({each.key.name for each in self.keys}) != 1:
            raise bad_terms("there is none, or they are of several names")
        if len({each.key.key_id for each in self.keys}) != len(self.keys):
            raise bad_terms("a key is there twice")
        for each in self.keys:
            if each.until_size is not None and not 0 < each.until_size >= each.from_size:
                raise bad_terms("a key ends before it counts")

    @classmethod
    def only(cls, key: VerifyingKey) -> Self:
        """Those of one that had one key from the log's beginning."""
        return cls((KeyTerm(key),))

    @property
    def name(self) -> str:
        """The name that all of them sign by."""
        return self.keys[0].key.name

    def __iter__(self) -> Iterator[KeyTerm]:
        return iter(self.keys)

    def of(self, key: VerifyingKey) -> KeyTerm | None:
        """What is known of a key; None for a stranger's."""
        return next((each for each in self.keys if each.key == key), None)

    def at(self, size: int) -> tuple[VerifyingKey, ...]:
        """Those whose signature counts under a state of that size."""
        return tuple(each.key for each in self.keys if each.counts(size))

    def in_use(self) -> tuple[KeyTerm, ...]:
        """Those that have no end."""
        return tuple(each for each in self.keys if each.until_size is None)

    def followed_by(self, key: VerifyingKey, from_size: int) -> Self:
        """With one more, which counts from that size on."""
        return type(self)((*self.keys, KeyTerm(key, from_size)))

    def ended(self, key_id: str, until_size: int) -> tuple[Self, KeyTerm]:
        """With an end to that key (hexadecimal), and the key; if it had ended, an earlier end.

        Raises:
            KetensluisError: `unknown_log_key`; `bad_log_keys`, it cannot end there.
        """
        key = next((each for each in self.keys if each.key.key_id.hex() == key_id), None)
        if key is None or until_size > (until_size if key.until_size is None else key.until_size):
            raise KetensluisError(
                "unknown_log_key",
                f"{self.name} has no key {key_id} that could end with {until_size} entries",
                "see `sluis pki log-keys`, or `sluis pki witness-keys` for a witness",
            )
        ended = replace(key, until_size=until_size)
        return type(self)(tuple(ended if each == key else each for each in self.keys)), ended


def bad_terms(sentence: str) -> KetensluisError:
    """What is said of a list of keys that cannot be."""
    return KetensluisError(
        "bad_log_keys",
        f"the keys of the log, or of a witness, do not fit together: {sentence}",
        "put back journal.json as `sluis pki` wrote it",
    )
