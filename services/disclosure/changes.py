"""What changed for a recipient between two versions, known by keyed digests alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ketensluis.model.incident import Incident
from ketensluis.redaction.redactor import Redacted

__all__ = ["changed_paths", "digests_of"]

# These tell versions apart; a version in which only they differ says nothing new.
_OF_VERSION = frozenset({"sequence", "event", "recorded_at"})
_DIGEST_SIZE = 8  # bytes
_KEY_SIZE = 64  # bytes, the most that BLAKE2b takes


def digests_of(incident: Incident, redacted: Redacted, key: bytes) -> dict[str, str]:
    """A keyed digest (BLAKE2b, RFC 7693) of each released part.

    Persons stand under a keyed tag of their id, not their place in the list, so that a person
    who is put in front of others changes nothing for these.
    """
    digest = _Keyed(key)
    tags = [digest(incident.persons[source].person_id) for source in redacted.sources]
    tree = msgspec.to_builtins(redacted.released)
    return {path: digest(value) for path, value in _parts(tree, tags)}


def changed_paths(
    before: Mapping[str, str],
    after: Mapping[str, str],
    incident: Incident,
    redacted: Redacted,
    key: bytes,
) -> tuple[str, ...]:
    """The parts that are new, gone or different, as paths in what is released now.

    Of a person who is gone altogether, `persons` is named.
    """
    digest = _Keyed(key)
    places = {
        digest(incident.persons[source].person_id): str(place)
        for place, source in enumerate(redacted.sources)
    }
    differing = {
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    }
    return tuple(sorted({_shown(path, places) for path in differing}))


def _shown(path: str, places: Mapping[str, str]) -> str:
    if not path.startswith("persons["):
        return path
    tag, _, rest = path.removeprefix("persons[").partition("]")
    return f"persons[{places[tag]}]{rest}" if tag in places else "persons"


def _parts(tree: dict[str, Any], tags: list[str]) -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if name in _OF_VERSION:
            continue
        if name == "persons":
            for tag, person in zip(tags, value, strict=True):
                for leaf, found in _leaves(person):
                    yield f"persons[{tag}].{leaf}", found
        elif isinstance(value, dict):
            for leaf, found in _leaves(value):
                yield f"{name}.{leaf}", found
        elif isinstance(value, (list, tuple)):
            yield name, sorted(map(str, value))  # in whatever order the police list them
        else:
            yield name, value


def _leaves(tree: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            for leaf, found in _leaves(value):
                yield f"{name}.{leaf}", found
        else:
            yield name, value


class _Keyed:
    """BLAKE2b with the key worked in once: a copy is a third of the cost of a new one."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hashlib.blake2b(key=key[:_KEY_SIZE], digest_size=_DIGEST_SIZE)

    def __call__(self, value: Any) -> str:
        state = self._keyed.copy()
        state.update(str(value).encode())
        return state.hexdigest()
