"""One agreement's file: YAML to a checked Agreement, with the line of every fault."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import ErrorDetails
from ruamel.yaml.comments import CommentedMap

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.document import NO_DATE, document_of, line_of
from ketensluis.agreements.faults import Fault
from ketensluis.agreements.mending import mend
from ketensluis.agreements.wording import code_of, in_words, place_in_words

__all__ = ["SignedText", "Unsound", "read_agreement"]

_LARGEST = 262_144  # bytes; an agreement of 50 rules has some 10,000
_NAMED = re.compile(r"`(\w+)`")
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

    def rule(self, number: int) -> str:
        """What the rule at that place is called, as its file does."""
        return place_in_words(self.document, ("release", number))

    def line(self, *where: str | int) -> int:
        """The line, from 1, on which that part of the document begins."""
        return line_of(self.document, where)


@dataclass(frozen=True, slots=True)
class Unsound:
    """What is wrong with a file that is no agreement.

    Attributes:
        faults: what its text or its keys and values are wrong in.
        rest: the agreement without that, to look for what else is wrong; None where nothing
            is left to look at. It is never decided by.
        comparable: whether the rest can be held against other agreements.
        rules_touched: whether the rest lacks something of a rule.
    """

    faults: list[Fault]
    rest: SignedText | None = None
    comparable: bool = False
    rules_touched: bool = False


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


def _faults(
    name: str, document: CommentedMap, errors: Iterable[ErrorDetails], of_dates: list[Fault]
) -> list[Fault]:
    found = list(of_dates)
    for item in errors:
        given = item["input"] if isinstance(item["input"], str) else ""
        if of_dates and NO_DATE.fullmatch(given):
            continue  # it stands in the place of one that there is not
        loc = tuple(step for step in item["loc"] if not _INNER.search(str(step)))
        said = in_words(item["type"], loc, item["msg"], item.get("ctx", {}))
        if not loc:  # about the whole: where the first key stands that it names
            key = next((name for name in _NAMED.findall(said) if name in document), "")
            found.append(Fault(name, line_of(document, (key,)), "bad_value", said))
            continue
        if item["type"] == "literal_error" and given:
            said = f"`{given}` {said}"
        sentence = f"{place_in_words(document, loc)}: {said}"
        found.append(Fault(name, line_of(document, loc), code_of(item["type"]), sentence))
    return list(dict.fromkeys(found))


def read_agreement(path: Path) -> SignedText | Unsound:
    """Read one file; what is wrong with it if it is not a well-formed agreement."""
    try:
        if path.stat().st_size > _LARGEST:
            said = f"it has more than {_LARGEST} bytes"
            return Unsound([Fault(path.name, 1, "unreadable", said)])
        raw = path.read_bytes()
    except OSError as error:
        said = f"cannot be read: {error.strerror}"
        return Unsound([Fault(path.name, 1, "unreadable", said)])
    read = document_of(path.name, raw)
    if isinstance(read, Fault):
        return Unsound([read])
    document, of_dates = read
    mended = mend(_plain(document, {}))
    rest = None
    if mended.agreement is not None:
        digest = hashlib.sha256(raw).hexdigest()
        rest = SignedText(path.name, mended.agreement, digest, document)
        if not mended.errors and not of_dates:
            return rest
    faults = _faults(path.name, document, mended.errors, of_dates)
    return Unsound(faults, rest, mended.comparable, mended.rules)
