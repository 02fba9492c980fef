"""One agreement's file: YAML to a checked Agreement, with the line of every fault."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.faults import Fault

__all__ = ["SignedText", "read_agreement"]


@dataclass(frozen=True, slots=True)
class SignedText:
    """An agreement as it stands in its file.

    Attributes:
        file: the file's name, as faults give it.
        agreement: what it says.
        digest: SHA-256 of the file's bytes, in hexadecimal: a later edit under the same
            version shows.
        document: the YAML with its line numbers.
    """

    file: str
    agreement: Agreement
    digest: str
    document: CommentedMap

    def line(self, *where: str | int) -> int:
        """The line, from 1, on which that part of the document begins."""
        return _line(self.document, where)


def _line(document: Any, where: Sequence[str | int]) -> int:
    line = 0
    part = document
    for step in where:
        if isinstance(part, CommentedMap) and step in part:
            line = part.lc.key(step)[0]
        elif isinstance(part, CommentedSeq) and isinstance(step, int) and step < len(part):
            line = part.lc.item(step)[0]
        else:
            break
        part = part[step]
    return int(line) + 1


def _plain(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _plain(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_plain(value) for value in part]
    return part


def _faults(name: str, document: CommentedMap, error: ValidationError) -> list[Fault]:
    found = []
    for item in error.errors(include_url=False, include_input=False):
        where = ".".join(str(step) for step in item["loc"]) or "the agreement"
        code = {"missing": "missing_key", "extra_forbidden": "unknown_key"}.get(
            item["type"], "bad_value"
        )
        said = item["msg"].removeprefix("Value error, ")
        found.append(Fault(name, _line(document, item["loc"]), code, f"`{where}`: {said}"))
    return found


def read_agreement(path: Path) -> SignedText | list[Fault]:
    """Read one file; the list of faults if it is not a well-formed agreement."""
    try:
        raw = path.read_bytes()
        document = YAML(typ="rt", pure=True).load(raw.decode())
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return [Fault(path.name, line, "bad_yaml", f"not YAML: {error.problem}")]
    except (YAMLError, UnicodeDecodeError, OSError) as error:
        return [Fault(path.name, 1, "unreadable", f"cannot be read: {type(error).__name__}")]
    if not isinstance(document, CommentedMap):
        return [Fault(path.name, 1, "bad_value", "an agreement is a mapping of keys to values")]
    try:
        agreement = Agreement.model_validate(_plain(document))
    except ValidationError as error:
        return _faults(path.name, document, error)
    return SignedText(path.name, agreement, hashlib.sha256(raw).hexdigest(), document)
