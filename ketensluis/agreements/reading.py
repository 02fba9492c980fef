"""One agreement's file: YAML to a checked Agreement, with the line of every fault."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.faults import Fault
from ketensluis.agreements.wording import code_of, in_words, yaml_in_words

__all__ = ["SignedText", "read_agreement"]

_LARGEST = 262_144  # bytes; an agreement of 50 rules has some 10,000
_DEEPEST = 100  # brackets within brackets; an agreement needs five
_BRACKET = re.compile(r"[\[\]{}]")
_NAMED = re.compile(r"`(\w+)`")
_DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
# How pydantic names a way through a type, which is no place in the document.
_INNER = re.compile(r"^(?:constrained-str|literal\[|function-)")


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


def _plain(part: Any, seen: dict[int, Any]) -> Any:
    """The part as plain mappings and lists; what an alias repeats, or holds itself, once."""
    if id(part) in seen:
        return seen[id(part)]
    if isinstance(part, dict):
        found = seen[id(part)] = {}
        found.update({key: _plain(value, seen) for key, value in part.items()})
        return found
    if isinstance(part, list):
        items: list[Any] = []
        seen[id(part)] = items
        items.extend(_plain(value, seen) for value in part)
        return items
    return part


def _faults(name: str, document: CommentedMap, error: ValidationError) -> list[Fault]:
    found = []
    for item in error.errors(include_url=False, include_input=False):
        loc = tuple(step for step in item["loc"] if not _INNER.search(str(step)))
        said = in_words(item["type"], loc, item["msg"], item.get("ctx", {}))
        if not loc:  # about the whole: where the first key stands that it names
            key = next((name for name in _NAMED.findall(said) if name in document), "")
            found.append(Fault(name, _line(document, (key,)), "bad_value", said))
            continue
        where = ".".join(map(str, loc))
        found.append(Fault(name, _line(document, loc), code_of(item["type"]), f"`{where}`: {said}"))
    return list(dict.fromkeys(found))


def _impossible_date(name: str, text: str) -> Fault:
    """The fault of a date that the calendar does not have, of which YAML does not tell the line."""
    for number, line in enumerate(text.splitlines(), start=1):
        for written in _DATE.findall(line):
            try:
                date.fromisoformat(written)
            except ValueError:
                said = f"{written} is not a date of the calendar"
                return Fault(name, number, "bad_value", said)
    return Fault(name, 1, "bad_value", "a date or number in it does not exist")


def read_agreement(path: Path) -> SignedText | list[Fault]:
    """Read one file; the list of faults if it is not a well-formed agreement."""
    try:
        if path.stat().st_size > _LARGEST:
            return [Fault(path.name, 1, "unreadable", f"it has more than {_LARGEST} bytes")]
        raw = path.read_bytes()
    except OSError as error:
        return [Fault(path.name, 1, "unreadable", f"cannot be read: {error.strerror}")]
    document = _document(path.name, raw)
    if isinstance(document, Fault):
        return [document]
    try:
        agreement = Agreement.model_validate(_plain(document, {}))
    except ValidationError as error:
        return _faults(path.name, document, error)
    return SignedText(path.name, agreement, hashlib.sha256(raw).hexdigest(), document)


def _bounded(text: str) -> str:
    """The text, unless reading it would take time out of all proportion.

    Raises:
        RecursionError: it opens more brackets than any agreement does.
    """
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        if depth > _DEEPEST:
            raise RecursionError
    return text


def _document(name: str, raw: bytes) -> CommentedMap | Fault:
    line, code = 1, "bad_yaml"
    try:
        text = raw.decode()
        document = YAML(typ="rt", pure=True).load(_bounded(text))
        if isinstance(document, CommentedMap):
            return document
        code, said = "bad_value", "an agreement is a mapping of keys to values"
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        code, said = "unreadable", "is not UTF-8: save it in that encoding"
    except MarkedYAMLError as error:
        opened = "quoted scalar" in str(error.context)
        mark = error.context_mark if opened else error.problem_mark
        line = mark.line + 1 if mark else 1
        said = yaml_in_words(", ".join(filter(None, (error.context, error.problem))))
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        said = "not YAML: it holds a control character"
    except YAMLError as error:
        said = f"not YAML: {type(error).__name__}"
    except RecursionError:
        said = "it is nested too deep to be an agreement"
    except ValueError:
        return _impossible_date(name, text)
    except Exception as error:  # noqa: BLE001 - tags on what they do not fit end in anything
        said = f"not YAML that can be read ({type(error).__name__}); is there a tag (`!!`) in it?"
    return Fault(name, line, code, said)
