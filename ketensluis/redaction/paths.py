"""The concrete paths of an incident's fields, `persons[0].address.city` and the like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ketensluis.model.incident import Incident

__all__ = ["concrete_paths"]


def concrete_paths(incident: Incident) -> Iterator[str]:
    """Every field that has a value, once, persons and other items by their index from 0."""
    yield from _below(msgspec.to_builtins(incident), "")


def _below(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _below(part, f"{path}.{name}" if path else name)
    elif isinstance(value, (list, tuple)) and value and isinstance(value[0], dict):
        for index, part in enumerate(value):
            yield from _below(part, f"{path}[{index}]")
    else:
        yield path
