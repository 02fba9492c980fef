"""The YAML of an agreement's file: bytes to a document that knows its lines, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from ketensluis.agreements.faults import Fault
from ketensluis.agreements.wording import yaml_in_words

__all__ = ["NO_DATE", "document_of", "line_of"]

NO_DATE = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2}")
"""What stands in a document where its file has a date that there is not; told by a fault."""

_DEEPEST = 100  # brackets within brackets; an agreement needs five
_BRACKET = re.compile(r"[\[\]{}]")
_DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")


def line_of(document: Any, where: Sequence[str | int]) -> int:
    """The line, from 1, on which that part of the document begins."""
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


def document_of(name: str, raw: bytes) -> tuple[CommentedMap, list[Fault]] | Fault:
    """The document, and the faults of dates that there are not; or why it cannot be read."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return Fault(name, line, "unreadable", "is not UTF-8: save it in that encoding")
    document = _loaded(name, text)
    if document is not None:
        return document if isinstance(document, Fault) else (document, [])
    possible, faults = _impossible_dates(name, text)
    document = _loaded(name, possible) if faults else None
    if document is None:
        return Fault(name, 1, "bad_value", "a date or number in it does not exist")
    return document if isinstance(document, Fault) else (document, faults)


def _loaded(name: str, text: str) -> CommentedMap | Fault | None:
    """What the YAML says, or why it is none; None if a date or number in it does not exist."""
    line, code = 1, "bad_yaml"
    try:
        document = YAML(typ="rt", pure=True).load(_bounded(text))
        if isinstance(document, CommentedMap):
            return document
        code, said = "bad_value", "an agreement is a mapping of keys to values"
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
        return None
    except Exception as error:  # noqa: BLE001 - tags on what they do not fit end in anything
        said = f"not YAML that can be read ({type(error).__name__}); is there a tag (`!!`) in it?"
    return Fault(name, line, code, said)


def _impossible_dates(name: str, text: str) -> tuple[str, list[Fault]]:
    """The text with the dates that the calendar does not have as mere texts, and their faults.

    YAML's reader stops at the first one, and tells neither line nor date.
    """
    lines, found = text.splitlines(keepends=True), []
    for number, line in enumerate(lines, start=1):
        for written in _DATE.findall(line):
            try:
                date.fromisoformat(written)
            except ValueError:
                said = f"{written} is not a date of the calendar"
                found.append(Fault(name, number, "bad_value", said))
                lines[number - 1] = lines[number - 1].replace(written, _as_text(written))
    return "".join(lines), found


def _as_text(written: str) -> str:
    """A date as something that is none, of the same length."""
    return written.replace("-", "/")


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
